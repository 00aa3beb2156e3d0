"""Whatever stands in a file, the answer is a contract, rows, or problems a person can read."""

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pricing.adjustment import adjust
from pricing.contract import parse_contract
from pricing.problems import BadInput, Problems
from pricing.tables import read_availability, read_billed, read_ledger, read_results
from pricing.terms import Contract
from tests.unit.pricing.samples import BLOCK_TEXT, CASES, contract_of
from tests.unit.pricing.strategies import PROPERTY

BLOCK = contract_of(BLOCK_TEXT)
BILLED = (Path(__file__).parents[2] / "docs" / "examples" / "billing" / "billed.csv").read_bytes()
LINES = BLOCK_TEXT.splitlines()
VALUES = (
    "0", "-1", "1.5", "nan", "true", '""', '"-1.00"', '"100.00"', "[]", "{}", '["SC990001"]',
    "[{}]", "2026-04-01", "2026-04-01T00:00:00Z", "9999-12-31", "1" * 30, "'\\'", '"low"',
)  # fmt: skip


def contract_or_problems(data: bytes) -> Contract | BadInput:
    try:
        return parse_contract(data, "contract.toml")
    except BadInput as refused:
        return refused


def is_readable(refused: BadInput) -> bool:
    lines = str(refused).splitlines()
    return len(lines) >= 2 and all(line.isprintable() for line in lines)


@PROPERTY
@given(st.integers(0, len(LINES) - 1), st.sampled_from(VALUES))
def test_any_value_in_any_place_is_a_contract_or_problems(number: int, value: str) -> None:
    key, equals, _ = LINES[number].partition("=")
    changed = [*LINES[:number], f"{key}{equals} {value}", *LINES[number + 1 :]]
    read = contract_or_problems("\n".join(changed).encode())
    if isinstance(read, BadInput):
        assert is_readable(read)
    else:
        assert read.start < read.end
        assert set(read.fees) == {"low", "medium", "high", "specialist"}


@PROPERTY
@given(st.sets(st.integers(0, len(LINES) - 1), min_size=1, max_size=12))
def test_any_lines_missing_make_a_contract_or_problems(gone: set[int]) -> None:
    left = [line for number, line in enumerate(LINES) if number not in gone]
    read = contract_or_problems("\n".join(left).encode())
    if isinstance(read, BadInput):
        assert is_readable(read)
    else:
        assert read.block is not None
        assert sum(read.block.shares.values()) == read.block.places


@PROPERTY
@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_any_bytes_are_problems_and_no_contract(data: bytes) -> None:
    refused = contract_or_problems(data)
    assert isinstance(refused, BadInput)
    assert is_readable(refused)


@PROPERTY
@given(
    st.sampled_from(("ledger", "availability", "results")),
    st.integers(0, 10_000),
    st.integers(0, 12),
    st.one_of(st.binary(max_size=12), st.text(',;="\n-0159', max_size=8).map(str.encode)),
)
def test_any_bytes_anywhere_in_a_table_are_rows_or_problems(
    name: str, place: int, length: int, new: bytes
) -> None:
    readers = {
        "ledger": read_ledger,
        "availability": read_availability,
        "results": read_results,
    }
    good = (CASES / f"{name}.csv").read_bytes()
    place %= len(good)
    found = Problems()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.csv"
        path.write_bytes(good[:place] + new + good[place + length :])
        readers[name](path, BLOCK, found)
    if found.found:
        assert is_readable(BadInput(found))
        assert {problem.file for problem in found} == {path.name}


@PROPERTY
@given(
    st.integers(0, 10_000),
    st.integers(0, 40),
    st.one_of(st.binary(max_size=12), st.text(',;="\n-0159', max_size=8).map(str.encode)),
)
def test_any_bytes_anywhere_in_what_was_billed_are_rows_or_problems(
    place: int, length: int, new: bytes
) -> None:
    place %= len(BILLED)
    found = Problems()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "billed.csv"
        path.write_bytes(BILLED[:place] + new + BILLED[place + length :])
        rows = read_billed([path], BLOCK, found)
    if found.found:
        assert is_readable(BadInput(found))
        assert {problem.file for problem in found} == {path.name}
    else:
        adjust(BLOCK, [], rows)
