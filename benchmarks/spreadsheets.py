"""A case as one workbook with a million cells: written, read, checked; beside openpyxl's reading.

The case is invented. Each step is in a process of its own, whose greatest memory is told. A million
cells is the most that our reader takes.
"""

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.returns import alone
from broker.sample.folder import write_files
from broker.sample.generate import generate
from matching.exchange import read_case

PER_REFERRAL = 72
"""Cells of a generated case for each referral and its share of homes, about."""
HOMES = 0.4
"""Homes for each referral."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of this section."""
    parser.add_argument("--cells", type=int, default=1_000_000, help="about so many [1000000]")


def run(given: argparse.Namespace) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "case"
        referrals = made(folder, given.cells)
        book = Path(name) / "case.xlsx"
        print(f"\n## a case of {referrals} referrals as one workbook, invented")
        for words, way in ways(folder, book).items():
            seconds, memory, counted = alone(way)
            print(f"{words:<52} {seconds:7.2f} s  {memory:6.0f} MB  {counted}")


def made(folder: Path, cells: int) -> int:
    """A case of about so many cells; how many referrals it has."""
    referrals = max(4, cells // PER_REFERRAL)
    write_files(folder, generate(referrals, max(3, int(referrals * HOMES)), seed=1))
    return referrals


def ways(folder: Path, book: Path) -> dict[str, Callable[[], str]]:
    """What is measured, in order: the first writes the workbook that the others read."""

    def written() -> str:
        from broker.spreadsheets.out import case_sheets
        from broker.workbook import write_workbook

        write_workbook(book, case_sheets(read_case(folder), "invented"))
        return f"{book.stat().st_size / 1024 / 1024:.1f} MB packed"

    def limit() -> str:
        import openpyxl

        pages = openpyxl.load_workbook(book, read_only=True).worksheets
        cells = sum(
            value is not None for page in pages for row in page.iter_rows(values_only=True)
            for value in row
        )  # fmt: skip
        return f"{cells} cells"

    def read() -> str:
        from broker.spreadsheets.source import read_source

        grids = read_source(book).grids
        return f"{sum(len(row) for grid in grids for row in grid.rows.values())} cells"

    def checked() -> str:
        from broker.spreadsheets.intake import read_sheets
        from broker.spreadsheets.mapping import propose
        from broker.spreadsheets.source import read_source

        found = read_source(book)
        problem = read_sheets(found, propose(found).maps)
        return f"{len(problem.referrals)} referrals, {len(problem.homes)} homes"

    def folder_checked() -> str:
        problem = read_case(folder)
        return f"{len(problem.referrals)} referrals, {len(problem.homes)} homes"

    return {
        "the case written as a workbook": written,
        "limit: openpyxl, read only, every value": limit,
        "its cells read (workbook in, first half)": read,
        "read and checked as a case (workbook in)": checked,
        "limit: the same case read from its folder of CSV": folder_checked,
    }
