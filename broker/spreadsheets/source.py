"""What somebody gives: a workbook, one CSV file, or a folder of them."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Final

from broker.spreadsheets.book import read_book
from broker.spreadsheets.grid import Book, Cell, Grid
from broker.spreadsheets.names import POLICY, POLICY_COLUMNS
from broker.spreadsheets.out import flat
from broker.spreadsheets.package import LARGEST_FILE, read_limited, refuse
from broker.spreadsheets.text import decoded, read_csv

TEXT_FILES: Final = (".csv", ".txt", ".tsv")
MOST_FILES: Final = 100
_POLICY_FILE: Final = f"{POLICY}.toml"


def read_source(path: Path) -> Book:
    """The sheets of a file or a folder; in a folder each CSV file is a sheet of its name.

    A policy.toml in a folder is the policy; what else stands there is said not to be read.

    Raises:
        BadInput: it is refused, with the reason.
    """
    if path.is_dir():
        return _folder(path)
    return book_of(read_limited(path), path.name)


def book_of(data: bytes, file: str) -> Book:
    """The sheets of a file's bytes, of the kind that its name says.

    Raises:
        BadInput: it is refused, with the reason.
    """
    kind = Path(file).suffix.lower()
    if kind in TEXT_FILES:
        return Book(file, [read_csv(data, file, Path(file).stem)])
    if kind == ".xlsx":
        return read_book(data, file)
    refuse(file, "allowed: .xlsx, .csv, or a folder of .csv files", "kind of file", kind)


def _folder(path: Path) -> Book:
    book = Book(path.name, [])
    left = LARGEST_FILE * 2
    inside = sorted(path.iterdir())
    files = [one for one in inside if one.suffix.lower() in TEXT_FILES or one.name == _POLICY_FILE]
    for one in inside:
        if one not in files:
            kind = "a folder" if one.is_dir() else "no table"
            book.remarks.append(f"{one.name} is {kind} and was not read")
    if len(files) > MOST_FILES:
        refuse(path.name, f"has {len(files)} files; allowed: {MOST_FILES}", "too large")
    for file in files:
        if file.is_symlink():
            refuse(file.name, "is a link to another place; allowed: plain files", "path")
        if file.name == _POLICY_FILE:
            book.grids.append(_policy(read_limited(file), file.name))
            continue
        data = read_limited(file)
        left -= len(data)
        if left < 0:
            refuse(path.name, "allowed: files of 64 MB together", "too large")
        book.grids.append(read_csv(data, file.name, file.stem))
    if not book.grids:
        refuse(path.name, "has no .csv file", "no table")
    return book


def _policy(data: bytes, file: str) -> Grid:
    """A policy.toml as a sheet of keys and values."""
    text, _ = decoded(data, file)
    try:
        told = tomllib.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as problem:
        refuse(file, f"is not valid TOML: {problem}", "not TOML")
    rows = {1: {place: Cell("text", name) for place, name in enumerate(POLICY_COLUMNS, start=1)}}
    for number, (key, value) in enumerate(flat(told), start=2):
        rows[number] = {1: Cell("text", key, True), 2: Cell("text", str(value), True)}
    return Grid(POLICY, rows)
