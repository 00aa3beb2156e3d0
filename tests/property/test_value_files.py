"""Whatever stands in a file of prices, fees, an index or savings, the answer is it, or problems."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pricing.problems import BadInput, Problems
from pricing.value.parity_file import read_paid
from pricing.value.published_file import parse_index, parse_prices
from pricing.value.register_file import parse_register
from pricing.value.show_register import register_json, render_register
from pricing.value.spot_file import parse_spot_fees

DOCS = Path(__file__).parents[2] / "docs" / "examples"
PUBLISHED = Path(__file__).parents[2] / "pricing" / "data" / "published-prices.toml"
VALUES = (
    "0", "-1", "1.5", "nan", "true", '""', '"-1.00"', '"0"', '"unknown"', "[]", "{}", '["x"]',
    "[{}]", "2026-04-01", '"2026-27"', '"1e9"', "1" * 30, "'\\'", '"low"', '"found"', '["1"]',
)  # fmt: skip
READERS: dict[str, tuple[Path, Callable[[bytes, str], object]]] = {
    "spot fees": (DOCS / "value" / "spot-fees.toml", parse_spot_fees),
    "index": (DOCS / "value" / "index.toml", parse_index),
    "savings": (DOCS / "value" / "savings.toml", parse_register),
    "prices": (PUBLISHED, parse_prices),
}


def read_or_refused(parse: Callable[[bytes, str], object], data: bytes) -> object:
    try:
        return parse(data, "spoilt.toml")
    except BadInput as refused:
        return refused


@pytest.mark.parametrize("name", READERS)
def test_a_file_spoilt_anywhere_is_read_or_refused_in_words(name: str) -> None:
    path, parse = READERS[name]
    lines = path.read_text(encoding="utf-8").splitlines()[:90]

    @settings(max_examples=40, deadline=None)
    @given(st.integers(0, len(lines) - 1), st.sampled_from(VALUES), st.booleans())
    def spoilt(place: int, value: str, drop: bool) -> None:
        key = lines[place].partition("=")[0]
        changed = [*lines]
        changed[place : place + 1] = [] if drop else [f"{key}= {value}"]
        answer = read_or_refused(parse, "\n".join(changed).encode())
        if isinstance(answer, BadInput):
            assert answer.problems
            assert all(problem.file == "spoilt.toml" for problem in answer.problems)
            assert all(problem.allowed for problem in answer.problems)

    spoilt()


@settings(max_examples=25, deadline=None)
@given(st.sampled_from((parse_spot_fees, parse_index, parse_register, parse_prices)), st.binary())
def test_bytes_of_any_kind_are_refused_in_words(
    parse: Callable[[bytes, str], object], data: bytes
) -> None:
    with pytest.raises(BadInput) as refused:
        parse(data, "any.toml")
    assert str(refused.value).startswith(f"{len(refused.value.problems)} problem")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.sampled_from(("", "low", "P1", "2026-04-01", "-1", "£", "E09000016"))
                         .map(str), min_size=8, max_size=8), max_size=4))  # fmt: skip
def test_a_table_of_rates_of_any_cells_is_read_or_refused_in_words(cells: list[list[str]]) -> None:
    head = "borough,home_id,provider,band,from,to,weekly_fee,source"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "paid.csv"
        path.write_text("\n".join([head, *map(",".join, cells)]), encoding="utf-8")
        found = Problems()
        rows = read_paid(path, found)
    assert len(rows) == sum(any(row) for row in cells)
    assert all(problem.row for problem in found)


def test_the_example_register_is_read_and_shown() -> None:
    made = parse_register((DOCS / "value" / "savings.toml").read_bytes(), "savings.toml")
    assert register_json(made)["savings"]
    assert render_register(made)
