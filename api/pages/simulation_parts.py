"""One part of what a simulation says, at an address of its own: words, chart, table, what is next.

All parts on one page would weigh too much to be sent and be too long to be found about in; the page
of the simulation lists them. A long table is shown some at a time; the workbook has all of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import home_desk
from api.pages.render import page
from api.pages.simulation_words import Words, words_of
from api.pages.simulations import job_of, name_of, seen
from api.pages.some import some_of
from api.problems import ProblemError
from api.service import service_of
from api.who import actor_of

router = APIRouter(include_in_schema=False)


@router.get("/scenarios/{number}/parts/{name}")
async def show_part(request: Request, number: str, name: str) -> Response:
    """One part of the results of a simulation that is done, with the parts beside it."""
    actor = actor_of(request)
    shelf, job = await job_of(request, actor, number)
    result = shelf.result(job) if job.state == "done" else None
    parts: Sequence[Mapping[str, Any]] = () if result is None else result["parts"]
    at = next((place for place, part in enumerate(parts) if part["id"] == name), None)
    if result is None or at is None:
        raise ProblemError("not-found", "This simulation has no such part.")
    records = service_of(request).records
    await asyncio.to_thread(records.work, seen(actor, job))
    words = words_of(job, await asyncio.to_thread(records.look, home_desk.names))
    part, table = parts[at], words.table(parts[at])
    rows = some_of(request, "row", table.rows)
    return page(
        request,
        "money/part.html",
        words.text(part["heading"]),
        job=job,
        paragraphs=[words.text(one) for one in part["words"]],
        name=f"{name_of(job)}: {result['scenario']}",
        result=result,
        part=part,
        table=replace(table, rows=rows.items),
        rows=rows,
        before=_beside(parts[at - 1], words) if at else None,
        next=_beside(parts[at + 1], words) if at + 1 < len(parts) else None,
    )


def _beside(part: Mapping[str, Any], words: Words) -> dict[str, str]:
    return {"id": part["id"], "heading": words.text(part["heading"])}
