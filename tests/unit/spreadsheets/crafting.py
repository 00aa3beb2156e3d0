"""Workbooks made for tests: by another library, or part by part to do harm."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook

from broker.spreadsheets.book import read_book
from broker.spreadsheets.grid import Book

REFERRALS: dict[str, Any] = {
    "referral_id": "R-1", "young_person_id": "YP-1", "borough": "E09000016",
    "date_of_birth": "2012-03-09", "sex": "F", "band": "high", "needed_by": "2026-09-14",
}  # fmt: skip
HOMES: dict[str, Any] = {
    "home_id": "SC990001", "borough": "E09000016", "registration": "registered", "min_age": "11",
    "max_age": "17", "sexes": "M;F", "bands": "high;low", "places": "3",
}  # fmt: skip


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def workbook(pages: Mapping[str, Sequence[Sequence[object]]]) -> Workbook:
    """A workbook of rows by sheet, by the other library."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in pages.items():
        page = book.create_sheet(title)
        for row in rows:
            page.append(list(row))
    return book


def read(pages: Mapping[str, Sequence[Sequence[object]]]) -> Book:
    return read_book(saved(workbook(pages)), "a.xlsx")


def small(**changed: Sequence[Sequence[object]]) -> dict[str, Sequence[Sequence[object]]]:
    """A whole small case: a referral, a home, a policy."""
    return {
        "policy": [["key", "value"], ["as_of", "2026-09-04"]],
        "referrals": [list(REFERRALS), list(REFERRALS.values())],
        "homes": [list(HOMES), list(HOMES.values())],
        **changed,
    }


def with_parts(data: bytes, parts: Mapping[str, bytes], without: Sequence[str] = ()) -> bytes:
    """The same file with some parts put in or replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            if name not in parts and name not in without:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return out.getvalue()


def part(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)
