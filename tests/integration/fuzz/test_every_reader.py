"""Every function that reads a file is reached by a fuzzer, and each fuzzer's first files hold."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]
FLOORS = ("broker", "matching", "pricing")
BY_ANOTHER = {
    "parse_costs": "read_costs",
    "parse_index": "read_index",
    "parse_options": "read_options",
    "parse_register": "read_register",
    "parse_scenarios": "read_scenarios",
    "parse_schedule": "read_schedule",
    "parse_scores": "read_scores",
    "parse_spot_fees": "read_spot_fees",
    "parse_thresholds": "read_thresholds",
    "parse_toml": "every reader of TOML",
    "read_batch": "what a simulation wrote, by whoever runs it; each file by its digest",
    "read_bytes": "read_case",
    "read_contract": "parse_contract",
    "read_contract_and_ledger": "parse_contract and read_ledger",
    "read_file": "every reader of pricing",
    "read_header": "read_every",
    "read_intake": "read_case, read_contract_files and read_agreements",
    "read_limited": "read_source",
    "read_replications": "what a simulation wrote, by whoever runs it; each file by its digest",
    "read_returns": "tests/property/test_returns.py, on any bytes",
    "read_page": "read_book",
    "read_rows": "every reader of a table of pricing; of the warehouse, its own files",
    "read_run": "what a simulation wrote, by whoever runs it; each file by its digest",
    "read_source": "book_of",
    "read_table": "read_case",
    "read_text": "read_json and read_keys",
    "read_uasc": "read_every",
    "read_year": "what a replay wrote, by whoever runs it; a spoilt one is refused",
}
"""Readers that no fuzzer calls by name, and by what they are reached, or why they are not."""
_FILES = {"Path", "bytes", "Sequence[Path]"}


def readers() -> Iterator[str]:
    """Every function named for reading that takes a path or bytes first."""
    for floor in FLOORS:
        for path in sorted((ROOT / floor).rglob("*.py")):
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if not isinstance(node, ast.FunctionDef) or not node.args.args:
                    continue
                first = node.args.args[0].annotation
                named = node.name.startswith(("read_", "parse_"))
                if named and first is not None and ast.unparse(first) in _FILES:
                    yield node.name


def called_by_fuzzers() -> set[str]:
    """Every name that a fuzzer uses."""
    names: set[str] = set()
    for path in (ROOT / "tests" / "fuzz").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Name):
                names.add(node.id)
    return names


def test_every_reader_of_a_file_is_reached_by_a_fuzzer() -> None:
    found, called = set(readers()), called_by_fuzzers()
    assert len(found) > 40, "the search finds readers"
    assert found - called - set(BY_ANOTHER) == set()
    assert set(BY_ANOTHER) & called <= {"read_rows"}, "named here, and called all the same"
