"""Reports from the warehouse: each as tables, with its workbook, as far as somebody may see it.

The board pack is served as one sheet to print, too: a document complete in itself, which loads
nothing and may use no style but its own.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.lives import today
from api.pages.forms import by_field, day_boxes
from api.pages.period import boxes_of, in_order, period_sent
from api.pages.render import page
from api.pages.shown import ShownTable, shown_table
from api.pages.spreadsheet import MEDIA_TYPE
from api.problems import ProblemError
from api.service import service_of
from api.who import actor_of
from broker.access.actor import Actor
from broker.reports.board import STYLE
from broker.reports.board import page as sheet_of_paper
from broker.reports.choices import choices, months_words
from broker.reports.figures import quarter_before
from broker.reports.form import NOT_AVAILABLE, Period, Report, Table
from broker.reports.make import REPORTS, read_report
from broker.reports.star import NotBuilt
from broker.workbook import workbook_bytes
from matching.words import day_words

router = APIRouter(include_in_schema=False)
_NAMES: Final = {
    "flow": "Flow",
    "outcomes": "Outcomes",
    "sufficiency": "Sufficiency",
    "equality": "Equality",
    "providers": "Providers",
    "change": "Change",
    "board": "Board pack",
}
_NOT_BUILT: Final = (
    "There is no warehouse yet, so there is no report. Whoever runs the service makes it: "
    "broker warehouse build."
)
_PAPER: Final = "/reports/board/paper"
_POLICY: Final = (
    "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; style-src 'sha256-"
    + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    + "'"
)
"""What the sheet of paper may load: its own style by its digest, and the chart that is in it."""


@router.get("/reports")
def show_reports(request: Request) -> Response:
    """The first report; each leads to the others."""
    return RedirectResponse("/reports/flow", 303)


@router.get("/reports/{name}")
async def show_report(request: Request, name: str) -> Response:
    """A report of a period, or of the last whole quarter."""
    actor, fields = actor_of(request), dict(request.query_params)
    period, errors = _period(fields)
    found = None if errors else await asyncio.to_thread(_made, request, actor, name, period)
    if found is not None:
        fields = fields or boxes_of(found.period.start, found.period.end)
    query = f"?{request.url.query}" if request.url.query and not errors else ""
    return page(
        request,
        "money/tables.html",
        f"Report: {_NAMES[_known(name)]}",
        status=422 if errors else 200,
        errors=errors,
        at=by_field(errors),
        said=[_NOT_BUILT] if found is None and not errors else [] if found is None
        else [_heading(found), *found.notes],
        tables=[] if found is None
        else [_shown(one) for one in found.tables],
        after=[] if found is None else [found.source],
        downloads=[] if found is None else _downloads(name, query),
        periods=_periods(name, period, found),
        boxes={one: day_boxes(fields, one) for one in ("from", "to")},
        others=[(f"/reports/{one}{query}", words, one == name) for one, words in _NAMES.items()],
        others_label="Reports",
    )  # fmt: skip


def _downloads(name: str, query: str) -> list[tuple[str, str]]:
    """Where a report can be taken away from, of the same period."""
    workbook = (f"/reports/{name}/workbook{query}", "All tables as one workbook (xlsx)")
    paper = (f"{_PAPER}{query}", "One sheet of paper, to print (A4)")
    return [paper, workbook] if name == "board" else [workbook]


def _periods(name: str, period: Period | None, found: Report | None) -> list[tuple[str, str, bool]]:
    """Periods to choose from: an address, words, and whether it is the one that is shown."""
    day = today() if found is None else found.as_of
    shown = period or quarter_before(day)
    return [
        (
            f"/reports/{name}?{urlencode(boxes_of(one.start, one.end))}",
            f"{words}: {months_words(one)}" + (", so far" if one.end > day else ""),
            one == shown,
        )
        for words, one in choices(day)
    ]


async def _file(request: Request, name: str) -> Report:
    """The report that a file is made of."""
    period, errors = _period(dict(request.query_params))
    found = None
    if not errors:
        found = await asyncio.to_thread(_made, request, actor_of(request), name, period)
    if found is None:
        raise ProblemError("not-found", "There is no such report of these days.")
    return found


@router.get(_PAPER)
async def board_on_paper(request: Request) -> Response:
    """The board pack on one sheet of A4, of the same period."""
    found = await _file(request, "board")
    sheet = await asyncio.to_thread(sheet_of_paper, found)
    return HTMLResponse(sheet, 200, {"Content-Security-Policy": _POLICY})


@router.get("/reports/{name}/workbook")
async def report_workbook(request: Request, name: str) -> Response:
    """All tables of a report as one workbook, of the same period."""
    found = await _file(request, name)
    book = await asyncio.to_thread(workbook_bytes, found.sheets())
    told = {"Content-Disposition": f'attachment; filename="{name}.xlsx"'}
    return Response(book, 200, told, MEDIA_TYPE)


def _heading(found: Report) -> str:
    start, end = day_words(found.period.start), day_words(found.period.end)
    return f"{found.title}, from {start} to the day before {end}."


def _shown(one: Table) -> ShownTable:
    notes = [one.note] if one.note else []
    return shown_table(one.title, one.columns, one.rows, notes, unknown=NOT_AVAILABLE)


def _known(name: str) -> str:
    if name not in REPORTS:
        raise ProblemError("not-found", f"There is no such report: {', '.join(REPORTS)}.")
    return name


def _made(request: Request, actor: Actor, name: str, period: Period | None) -> Report | None:
    """The report; None where there is no warehouse yet."""
    _known(name)

    def work(session: Session) -> Report | None:
        try:
            return read_report(session, actor, name, period)
        except NotBuilt:
            return None

    return service_of(request).records.look(work)


def _period(fields: dict[str, str]) -> tuple[Period | None, list[dict[str, str]]]:
    if not fields:
        return None, []
    period, errors = period_sent(fields)
    if period is not None:
        errors = in_order(period)
    return (None, errors) if period is None or errors else (Period(*period), [])
