"""A spreadsheet of any table that a page shows: the same page, asked for with the table's name.

Every table has a link beside it. What the link brings is read from the page itself, so that the
spreadsheet cannot say anything else than the page does to the same person. Amounts, days, counts
and shares become numbers; whatever else stands in a cell stays text, and never a formula.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from html.parser import HTMLParser
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from broker.workbook import LONGEST_TEXT, Column, Kind, Sheet, Value, workbook_bytes

FIELD: Final = "spreadsheet"
MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NOT_KNOWN: Final = frozenset({"", "not known", "not available", "not yet"})
"""What stands in a cell of which nothing is known: an empty cell in the spreadsheet, never 0."""

_WANTED: Final = "broker.spreadsheet"
_address: ContextVar[str] = ContextVar("address", default="")
_HIDDEN: Final = "govuk-visually-hidden"
_VOID: Final = frozenset({"br", "img", "input", "hr", "link", "meta", "wbr"})
_COUNT = re.compile(r"-?(?:0|[1-9][0-9]{0,2}(?:,[0-9]{3})+|[1-9][0-9]*)")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,2}(?:,[0-9]{3})+|[1-9][0-9]*)(?:\.[0-9]{1,9})?")
_MONEY = re.compile(r"(-?)£([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.([0-9]{2}))?( a week)?")
_DAY = re.compile(r"[0-9]{1,2} [A-Z][a-z]+ [0-9]{4}")
_BELOW = re.compile("\u2212(?=£?[0-9])")
"""A minus sign before a number, which a page writes for the hyphen that programs read."""
_NOT_A_NAME = re.compile(r"[^a-z0-9]+")


class Wanted:
    """Takes the name of a table out of an address, so that pages see their own question alone."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "GET":
            query = scope["query_string"].decode("latin-1")
            if f"{FIELD}=" in query and not scope["path"].startswith("/api/"):
                pairs = parse_qsl(query, keep_blank_values=True)
                named = [value for name, value in pairs if name == FIELD]
                rest = [pair for pair in pairs if pair[0] != FIELD]
                if named:
                    scope = {
                        **scope,
                        "query_string": urlencode(rest).encode("ascii"),
                        _WANTED: named[-1],
                    }
        await self.app(scope, receive, send)


def wanted(request: Request) -> str | None:
    """The name of the table whose spreadsheet is asked for; None for the page itself."""
    found: str | None = request.scope.get(_WANTED)
    return found


@contextmanager
def at_address(request: Request | None) -> Iterator[None]:
    """While a page is made: the address that its tables' links lead back to; None for no links."""
    address = ""
    if request is not None:
        query = request.url.query
        address = f"{request.url.path}?{query}&" if query else f"{request.url.path}?"
    held = _address.set(address)
    try:
        yield
    finally:
        _address.reset(held)


def link_to(label: str) -> str:
    """The address of the spreadsheet of a table on the page that is being made; "" for none."""
    if not _address.get():
        return ""
    return f"{_address.get()}{FIELD}={quote(label, safe='')}"


def file_name(label: str) -> str:
    """A table's name as that of a file."""
    return (_NOT_A_NAME.sub("-", label.lower()).strip("-")[:60] or "table") + ".xlsx"


def spreadsheet(text: str, label: str, notes: Sequence[str]) -> bytes | None:
    """The workbook of the table of a page with this caption; None where the page has none such."""
    reader = _Tables()
    reader.feed(text)
    found = next((one for one in reader.tables if one.caption == " ".join(label.split())), None)
    if found is None:
        return None
    heads = found.heads
    across = max([len(heads), *(len(row) for row in found.rows)])
    heads = [*heads, *[""] * (across - len(heads))]
    rows = [[*row, *[""] * (across - len(row))] for row in found.rows]
    columns, values = [], []
    for at, head in enumerate(heads):
        column, read = _column(head, [row[at][:LONGEST_TEXT] for row in rows])
        columns.append(column)
        values.append(read)
    sheet = Sheet(found.caption, notes, columns, [list(row) for row in zip(*values, strict=True)])
    return workbook_bytes([sheet])


def _column(head: str, cells: Sequence[str]) -> tuple[Column, list[Value]]:
    """A column, of the kind that every cell of it is of which anything is known."""
    cells = [cell if _BELOW.match(cell) is None else f"-{cell[1:]}" for cell in cells]
    known = [cell for cell in cells if cell not in NOT_KNOWN]
    for kind, read in _READERS:
        if known and all(read(cell) is not None for cell in known):
            weekly = kind is Kind.MONEY and all(cell.endswith(" a week") for cell in known)
            title = f"{head}, a week" if weekly else head
            if weekly or not any(cell.endswith(" a week") for cell in known):
                return Column(title, kind), [
                    None if cell in NOT_KNOWN else read(cell) for cell in cells
                ]
    return Column(head), [cell or None for cell in cells]


def _money(cell: str) -> Value:
    found = _MONEY.fullmatch(cell)
    if found is None:
        return None
    sign, whole, pence, _ = found.groups()
    amount = int(whole.replace(",", "")) * 100 + int(pence or 0)
    return -amount if sign else amount


def _day(cell: str) -> Value:
    if not _DAY.fullmatch(cell):
        return None
    try:
        return datetime.strptime(cell, "%d %B %Y").date()
    except ValueError:
        return None


def _count(cell: str) -> Value:
    return int(cell.replace(",", "")) if _COUNT.fullmatch(cell) else None


def _number(cell: str) -> Value:
    return Fraction(cell.replace(",", "")) if _NUMBER.fullmatch(cell) else None


def _percent(cell: str) -> Value:
    if not cell.endswith("%") or not _NUMBER.fullmatch(cell[:-1]):
        return None
    return Fraction(cell[:-1].replace(",", "")) / 100


_READERS: Final[tuple[tuple[Kind, Callable[[str], Value]], ...]] = (
    (Kind.MONEY, _money),
    (Kind.DATE, _day),
    (Kind.COUNT, _count),
    (Kind.NUMBER, _number),
    (Kind.PERCENT, _percent),
)


@dataclass
class _Table:
    caption: str = ""
    heads: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)


class _Tables(HTMLParser):
    """The tables of a page: caption, heads and cells as their text, without what is hidden."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[_Table] = []
        self._open: list[tuple[str, bool]] = []
        self._text: list[str] | None = None
        self._head = False
        self._across = 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            if tag == "br" and self._text is not None:
                self._text.append("; ")
            return
        hidden = _HIDDEN in (dict(attrs).get("class") or "").split()
        self._open.append((tag, hidden or bool(self._open and self._open[-1][1])))
        if tag == "table":
            self.tables.append(_Table())
        elif not self.tables:
            return
        elif tag == "thead":
            self._head = True
        elif tag == "tr" and not self._head:
            self.tables[-1].rows.append([])
        elif tag in ("caption", "th", "td"):
            self._text = []
            self._across = int(dict(attrs).get("colspan") or 1)

    def handle_data(self, data: str) -> None:
        if self._text is not None and not self._open[-1][1]:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass
        if tag == "thead":
            self._head = False
        if self._text is None or tag not in ("caption", "th", "td"):
            return
        text, self._text = " ".join("".join(self._text).split()), None
        table = self.tables[-1]
        if tag == "caption":
            table.caption = text
        elif self._head:
            table.heads += [text, *[""] * (self._across - 1)]
        else:
            table.rows[-1] += [text, *[""] * (self._across - 1)]


def shown_on(title: str, path: str, who: str, on: date) -> list[str]:
    """What a spreadsheet says of itself: the page it is of, whom that was shown to, and when."""
    return [f"{title} ({path})", f"As the page showed it to {who} on {on.isoformat()}"]
