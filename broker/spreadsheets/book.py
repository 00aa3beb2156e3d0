"""Read a workbook file into sheets of cells, without running, following or guessing anything.

Numbers keep their digits: none passes through a binary float. A formula is never worked out; it
stands as a formula, for whoever reads the sheet to refuse.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from typing import Final

from broker.spreadsheets.grid import Book
from broker.spreadsheets.package import Package, open_package, refuse
from broker.spreadsheets.page import read_page
from broker.spreadsheets.styles import read_styles
from broker.spreadsheets.xml import parse

MOST_SHEETS: Final = 100
MOST_CELLS: Final = 1_000_000
_ESCAPE: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LINKS: Final = ("hyperlink",)


def unescaped(text: str) -> str:
    """Text without the escapes by which the format keeps what XML cannot."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def read_book(data: bytes, file: str) -> Book:
    """The sheets of a workbook.

    Raises:
        BadInput: the file is refused, with the reason.
    """
    package = open_package(data, file)
    links = _checked_links(package)
    sheets: list[tuple[str, str, str]] = []
    from_1904 = False

    def start(name: str, attributes: Mapping[str, str]) -> None:
        nonlocal from_1904
        if name == "workbookPr":
            from_1904 = attributes.get("date1904", "0") in ("1", "true", "on")
        elif name == "sheet":
            told = (attributes.get("name", ""), attributes.get("id", ""))
            sheets.append((*told, attributes.get("state", "visible")))

    data_of = package.read("xl/workbook.xml") or b""
    parse(data_of, file, "xl/workbook.xml", start, lambda _: None, lambda _: None)
    if not sheets or len(sheets) > MOST_SHEETS:
        refuse(file, f"has {len(sheets)} sheets; allowed: 1 to {MOST_SHEETS}", "sheets")
    own = links.get("xl/workbook.xml", {})
    strings = _strings(package, _part(own, "sharedStrings", "xl/sharedStrings.xml"))
    styles = read_styles(package, _part(own, "styles", "xl/styles.xml"))
    book = Book(file, [])
    left = MOST_CELLS
    for title, link, state in sheets:
        kind, part = own.get(link, ("", ""))
        page = package.read(part) if kind == "worksheet" else None
        if kind not in ("worksheet", "chartsheet") or (kind == "worksheet" and page is None):
            refuse(file, "a sheet is not there; save it anew as .xlsx", "damaged", title)
        if page is None:
            book.remarks.append(f"sheet “{title}” is a chart; it is not read")
            continue
        grid = read_page(page, file, title, part, strings, styles, from_1904, left)
        left -= sum(map(len, grid.rows.values()))
        if state != "visible":
            grid.remarks.append("this sheet is hidden; it is read all the same")
        book.grids.append(grid)
    titles = [grid.title.casefold() for grid in book.grids]
    if len(set(titles)) != len(titles):
        refuse(file, "two sheets have one title", "damaged")
    return book


def _part(own: Mapping[str, tuple[str, str]], kind: str, usual: str) -> str:
    return next((part for named, part in own.values() if named == kind), usual)


def _checked_links(package: Package) -> dict[str, dict[str, tuple[str, str]]]:
    """For each part, its links by id: the kind and the part linked to; none leads outside."""
    made: dict[str, dict[str, tuple[str, str]]] = {}
    for key, stored in package.names.items():
        if not key.endswith(".rels"):
            continue
        folder, _, name = stored.rpartition("/")
        base = posixpath.dirname(folder)
        owner = posixpath.join(base, name.removesuffix(".rels")).lower()
        found = made.setdefault(owner, {})

        def start(
            tag: str,
            told: Mapping[str, str],
            base: str = base,
            stored: str = stored,
            found: dict[str, tuple[str, str]] = found,
        ) -> None:
            if tag != "Relationship":
                return
            kind = told.get("Type", "").rpartition("/")[2]
            target = told.get("Target", "")
            if told.get("TargetMode", "Internal").lower() != "internal":
                if kind not in _LINKS:
                    words = "links to something outside; remove the link"
                    refuse(package.file, words, "link outside", target[:80])
                return
            path = target if target.startswith("/") else posixpath.join("/", base, target)
            inside = posixpath.normpath(path).lstrip("/")
            if ".." in target.split("/") and posixpath.normpath(f"{base}/{target}").startswith(
                ".."
            ):
                refuse(package.file, "a part has a name that leads elsewhere", "path", stored)
            found[told.get("Id", "")] = (kind, inside)

        data = package.read(stored)
        parse(data or b"", package.file, stored, start, lambda _: None, lambda _: None)
    return made


def _strings(package: Package, part: str) -> list[str]:
    """The texts that cells share; the reading aids of Japanese text are no part of it."""
    data = package.read(part)
    made: list[str] = []
    if data is None:
        return made
    inside: list[str] = []
    pieces: list[str] = []

    def start(name: str, _: Mapping[str, str]) -> None:
        inside.append(name)
        if name == "si":
            pieces.clear()

    def end(name: str) -> None:
        inside.pop()
        if name == "si":
            made.append(unescaped("".join(pieces)))

    def text(words: str) -> None:
        if inside and inside[-1] == "t" and "rPh" not in inside:
            pieces.append(words)

    parse(data, package.file, part, start, end, text)
    return made
