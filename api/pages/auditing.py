"""The audit as its reader sees it: who saw and did what, the newest first, filtered in the address.

A page has a hundred entries; the spreadsheet of the table has all that were asked for, up to a
number that both say.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from api import desk_lists
from api.lives import today
from api.pages import live
from api.pages.audit_words import (
    ACT_WORDS,
    act_words,
    organisation_words,
    record_words,
    showed_words,
)
from api.pages.forms import by_field, day_boxes, day_sent, is_day
from api.pages.left import anew, asked_by
from api.pages.render import LONDON, page
from api.pages.spreadsheet import wanted as spreadsheet_wanted
from api.routes.audit import LARGEST_NUMBER
from api.service import service_of
from api.who import actor_of
from broker.access.accounts import organisations
from broker.access.actor import PARTNERSHIP
from broker.audit.chain import SEAL, Record, Verified, add_entry, verify
from broker.audit.read import Newest, Wanted
from broker.store.clock import now
from matching.words import day_words

router = APIRouter(include_in_schema=False)
_SHOWN: Final = 100
MOST_IN_A_SPREADSHEET: Final = 2_000
"""Entries in one spreadsheet, which takes about two seconds to make. Our starting assumption."""
_TITLE: Final = "Does the audit hold?"
Name = Annotated[str, Query(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Number = Annotated[int | None, Query(ge=0, le=LARGEST_NUMBER)]
_DAYS: Final = (("from", "The first day"), ("to", "The last day"))


@router.get("/audit")
async def show_audit(
    request: Request,
    record_id: Name = "",
    by: Name = "",
    act: Name = "",
    organisation: Name = "",
    before: Number = None,
    after: Number = None,
) -> Response:
    """Entries, the newest first; that somebody read them is an entry too."""
    actor, records = actor_of(request), service_of(request).records
    chosen = {"record_id": record_id, "by": by, "act": act, "organisation": organisation}
    chosen = {name: value.strip() for name, value in chosen.items()}
    fields = dict(request.query_params)
    days, errors = _days(fields)
    whole = spreadsheet_wanted(request) is not None

    def work(session: Session) -> tuple[list[str], Newest]:
        known = organisations(session)
        if errors:
            return known, Newest([], older=False, newer=False)
        asked = _wanted(chosen, days)
        found = desk_lists.newest_of_audit(
            session,
            actor,
            asked,
            before=None if whole else before,
            after=None if whole else after,
            limit=MOST_IN_A_SPREADSHEET if whole else _SHOWN,
        )
        return known, found

    known, found = await asyncio.to_thread(records.work, work)
    return await asyncio.to_thread(
        page,
        request,
        "audit.html",
        "Audit",
        status=422 if errors else 200,
        notes=_cut_off(found) if whole else (),
        errors=errors,
        at=by_field(errors),
        entries=[_shown(entry, chosen["record_id"]) for entry in found.entries],
        chosen=chosen,
        boxes={name: day_boxes(fields, name) for name, _ in _DAYS},
        acts=_choices(ACT_WORDS, chosen["act"], act_words),
        organisations=_choices(
            [PARTNERSHIP, *known, "none"], chosen["organisation"], organisation_words
        ),
        most=MOST_IN_A_SPREADSHEET,
        links=_links(fields, found),
    )


@dataclass(frozen=True, slots=True)
class _Days:
    """From the first moment of a day in London to the last of another; None for no limit."""

    first: date | None = None
    last: date | None = None

    @property
    def since(self) -> datetime | None:
        return None if self.first is None else _midnight(self.first)

    @property
    def until(self) -> datetime | None:
        if self.last is None or self.last == date.max:
            return None
        return _midnight(self.last + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON).astimezone(UTC)


def _days(fields: Mapping[str, str]) -> tuple[_Days, list[dict[str, str]]]:
    """The days asked for, none where the boxes are empty; and what is wrong with them."""
    sent = {name: day_sent(fields, name) for name, _ in _DAYS}
    errors = [
        {
            "href": f"#{name}-day",
            "text": f"{words} must be a real day, such as {day_words(today())}",
        }
        for name, words in _DAYS
        if sent[name] and not is_day(sent[name])
    ]
    if errors:
        return _Days(), errors
    first, last = (date.fromisoformat(sent[name]) if sent[name] else None for name, _ in _DAYS)
    if first is not None and last is not None and last < first:
        text = f"The last day must be {day_words(first)} or later"
        errors = [{"href": "#to-day", "text": text}]
    return _Days(first, last), errors


def _wanted(chosen: Mapping[str, str], days: _Days) -> Wanted:
    return Wanted(
        record=chosen["record_id"] or None,
        actor=chosen["by"] or None,
        act=chosen["act"] or None,
        organisation=chosen["organisation"] or None,
        since=days.since,
        until=days.until,
    )


def _shown(entry: Mapping[str, Any], record: str) -> dict[str, Any]:
    return {
        **entry,
        "what": act_words(entry["act"]),
        "about": record_words(entry["record_kind"], entry["record_id"]),
        "showed": showed_words(entry["after"], record),
        "of": organisation_words(entry["organisation"]),
    }


def _choices(codes: Any, chosen: str, words: Any) -> list[dict[str, str]]:
    """Codes to choose among, by their words; one that was asked for otherwise is among them."""
    every = {*codes, chosen} - {""}
    return sorted(
        ({"value": code, "text": words(code)} for code in every),
        key=lambda one: (one["text"], one["value"]),
    )


def _links(fields: Mapping[str, str], found: Newest) -> dict[str, str | None]:
    """The addresses of the older and of the newer entries, with the same filter."""
    kept = {name: value for name, value in fields.items() if name not in ("before", "after")}

    def at(**where: int) -> str:
        return f"/audit?{urlencode({**{n: v for n, v in kept.items() if v}, **where})}"

    numbers = [int(entry["number"]) for entry in found.entries]
    return {
        "older": at(before=numbers[-1]) if numbers and found.older else None,
        "newer": at(after=numbers[0]) if numbers and found.newer else None,
        "newest": at() if found.newer or (found.older and not numbers) else None,
    }


def _cut_off(found: Newest) -> list[str]:
    if not found.older:
        return []
    return [
        f"Only the newest {MOST_IN_A_SPREADSHEET:,} entries are here, and there are older ones: "
        "ask for fewer days"
    ]


@router.get("/audit/chain")
async def show_chain(request: Request) -> Response:
    """Whether the whole chain holds, and every step agrees with its entry.

    It reads every entry there is, so it is done when somebody asks for it and not before.
    """
    actor, expected = actor_of(request), request.query_params.get("seal", "").strip()
    errors = []
    if expected and not SEAL.fullmatch(expected):
        text = "The seal must be as it was shown here: a number, a colon and 64 letters and digits"
        errors = [{"href": "#seal", "text": text}]

    records = service_of(request).records

    def work(session: Session) -> Verified:
        return verify(session, expected=expected or None)

    def looked(session: Session) -> None:
        add_entry(session, actor, "audit.read", Record("audit", "chain"), at=now())

    found, of_then = None, None
    if not errors and (expected or request.query_params.get("check") == "yes"):
        later, key = service_of(request).answers, ("chain", actor.id, expected)
        if (again := anew(request, later, key)) is not None:
            return again
        found = await later.answer(
            key,
            lambda: asyncio.to_thread(records.look, work),
            part=live.is_part(request),
            asked=asked_by(request, actor, _TITLE),
        )
        of_then = later.worked_out(key)
        if live.only_looks(request):
            return live.it_is_there()
        await asyncio.to_thread(records.look, looked)
    return page(
        request,
        "money/chain.html",
        _TITLE,
        worked_out=of_then,
        status=422 if errors else 200,
        errors=errors,
        at=by_field(errors),
        found=found,
        seal=expected,
    )
