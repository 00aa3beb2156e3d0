"""Text in any of the encodings is read as itself, and no other encoding is made out of UTF-8."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from broker.recognised import CONTROLS, Recognised, recognised
from pricing.problems import BadInput

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40).filter(
    lambda text: text.strip() and not CONTROLS.search(text) and not text.startswith("\ufeff")
)
WINDOWS = st.text(st.sampled_from("abz ,;\t\n£€éÖßœ–’"), min_size=1, max_size=40)


def read(data: bytes) -> Recognised:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "a.csv"
        path.write_bytes(data)
        return recognised(path, "a.csv")


@given(TEXTS, st.booleans())
def test_utf_8_is_utf_8_with_a_mark_or_without(text: str, mark: bool) -> None:
    found = read(text.encode("utf-8-sig" if mark else "utf-8"))
    assert (found.text, found.encoding, found.other_encoding) == (text, "utf-8", "")


@given(TEXTS)
def test_utf_16_is_known_by_its_mark(text: str) -> None:
    found = read(text.encode("utf-16"))
    assert (found.text, found.other_encoding) == (text, "read as UTF-16, not UTF-8")


@given(st.text(st.characters(codec="ascii", min_codepoint=32), min_size=2), st.sampled_from("lb"))
def test_utf_16_without_a_mark_is_known_by_its_nuls(text: str, order: str) -> None:
    assume(text.strip())
    found = read(text.encode(f"utf-16-{order}e"))
    assert (found.text, found.encoding) == (text, f"utf-16-{order}e")
    assert found.other_encoding == f"read as UTF-16-{order.upper()}E, not UTF-8"


@given(WINDOWS)
def test_windows_1252_is_what_is_neither(text: str) -> None:
    data = text.encode("cp1252")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        found = read(data)
        assert (found.text, found.other_encoding) == (text, "read as Windows-1252, not UTF-8")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"caf\x81", "line 1: file: a byte that is not UTF-8; allowed: UTF-8 text"),
        (b"a\0b", "line 1: file: a NUL byte"),
        (b"\xff\xfea", "a file that is no text; allowed: text in UTF-8, UTF-16 or Windows-1252"),
        (b"\x89PNG\r\n\x1a\n", "a file with control characters"),
        ("\ufeff \n".encode("utf-16-le"), "the file is empty"),
        (b"", "the file is empty"),
    ],
)
def test_what_is_no_text_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        read(data)


@pytest.mark.parametrize(
    ("text", "separator", "said"),
    [
        ("a,b;c\n1,2;3;4;5\n", ",", ""),
        ("\n \na;b;c\n", ";", "read with semicolons between cells"),
        ("a\tb\n1,2,3\t4\n", "\t", "read with tabs between cells"),
        ("a\nb\n", ",", ""),
    ],
)
def test_the_first_rows_say_what_lies_between_cells(text: str, separator: str, said: str) -> None:
    found = read(text.encode())
    assert (found.separator, found.other_separator) == (separator, said)
