"""JSON is read strictly: what cannot be kept exactly is refused with its place."""

from __future__ import annotations

import json
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.problems import ProblemError, pointer, shown
from api.strict_json import DEEPEST, parse

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)


def without_nul(value: Any) -> bool:
    return "\\u0000" not in json.dumps(value)


@settings(max_examples=60, deadline=None)
@given(VALUES.filter(without_nul))
def test_plain_json_is_read_as_it_stands(value: Any) -> None:
    assert parse(json.dumps(value).encode()) == (value, [])


def test_a_fraction_is_kept_exactly() -> None:
    assert parse(b"[0.1, 2.50, 1e3]") == ([Decimal("0.1"), Decimal("2.50"), Decimal("1e3")], [])


@pytest.mark.parametrize(
    ("text", "place", "kept"),
    [
        (b'{"a": [1, NaN]}', "#/a/1", {"a": [1, None]}),
        (b'{"a": -Infinity}', "#/a", {"a": None}),
        (b'{"a": 1, "b": {"x": 1, "x": 2}}', "#/b/x", {"a": 1, "b": {"x": 2}}),
        (b'{"a": "x\\u0000y"}', "#/a", {"a": None}),
        (b'{"a": "\\ud83d"}', "#/a", {"a": None}),
        (b'{"\\udc00": 1}', "#/%5Cudc00", {}),
        (b'{"a": 1' + b"0" * 40 + b"}", "#/a", {"a": None}),
        (b'{"a": 1' + b"0" * 5000 + b"}", "#/a", {"a": None}),
        (b'{"a": 1e999999999999}', "#/a", {"a": None}),
        (b'{"a": 1e-99}', "#/a", {"a": None}),
    ],
)
def test_what_cannot_be_kept_is_named(text: bytes, place: str, kept: Any) -> None:
    document, errors = parse(text)
    assert document == kept
    assert [error.to_json()["pointer"] for error in errors] == [place]


def test_a_pair_of_halves_is_one_character() -> None:
    assert parse(b'"\\ud83d\\ude00"') == ("\U0001f600", [])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b'{"a": }', "line 1, column 7"),
        (b'{"a": "x\x01"}', "control character"),
        (b"{'a': 1}", "line 1"),
        (b'{"a": 1}\n\n{"b": 2}', "line 3"),
        (b'\n{"a": "\xff"}', "not UTF-8 (line 2)"),
        (b"[" * (DEEPEST + 2) + b"]" * (DEEPEST + 2), "deep"),
        (b"[" * 100_000, "deep"),
        (b'{"a":' * 100_000, "deep"),
        ('{"a": 1}'.encode("utf-16"), "UTF-8"),
    ],
)
def test_what_is_no_json_says_where(text: bytes, says: str) -> None:
    with pytest.raises(ProblemError) as caught:
        parse(text)
    assert caught.value.kind == "not-json"
    assert says in caught.value.detail


def test_a_byte_order_mark_is_accepted() -> None:
    assert parse(b'\xef\xbb\xbf{"a": 1}') == ({"a": 1}, [])


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    with suppress(ProblemError):
        parse(body)


def test_pointers_are_written_as_the_standard_says() -> None:
    assert pointer(()) == "#"
    assert pointer(("case", "homes", 3, "a/b~c d%")) == "#/case/homes/3/a~1b~0c%20d%25"


def test_values_are_shown_short_and_printable() -> None:
    assert shown("x" * 500) == "x" * 80 + "…"
    assert shown("a\u0007\ud800") == "a\\x07\\ud800"
    assert [shown(v) for v in (None, True, 5, [1], {"a": 1})] == [
        *("null", "true", "5", "a list of 1", "an object"),
    ]
