"""Registers: agreements, training, checks of providers, and what young people found of homes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api import desk_lists
from api.lives import today
from api.pages.render import page
from api.pages.shown import shown_table
from api.problems import ProblemError
from api.service import service_of
from api.who import actor_of
from broker.registers.book import WRITERS
from broker.tables.registers import REGISTERS
from broker.workbook import Column, Kind, Value
from matching.data import need_tags
from matching.geography import PARTNER_BOROUGHS, authority_name

router = APIRouter(include_in_schema=False)
_SHOWN: Final = 200
Told = Mapping[str, Any]
Entry = Mapping[str, Any]
After = Query(default="", max_length=300, pattern=r"^[^\x00-\x1f]*$")


@router.get("/registers")
def show_registers(request: Request) -> Response:
    """The first of the registers; each leads to the others."""
    return RedirectResponse(f"/registers/{REGISTERS[0]}", 303)


@router.get("/registers/{register}")
async def show_register(request: Request, register: str, after: str = After) -> Response:
    """The newest entry of each key, as far as it is for somebody's eyes."""
    if register not in REGISTERS:
        raise ProblemError("not-found", f"There is no such register: {', '.join(REGISTERS)}.")
    actor = actor_of(request)
    found = await asyncio.to_thread(
        service_of(request).records.look,
        lambda session: desk_lists.entries(session, actor, register, limit=_SHOWN, after=after),
    )
    title, about, columns, row = _SHAPES[register]
    entries = found.body["entries"]
    more = found.body["next"]
    writes = register in _BEGINS and actor.role in WRITERS[register]
    replies = register == "assessments" and actor.provider is not None
    goes_on = "Reply" if replies else "Change"
    return page(
        request,
        "register.html",
        title,
        about=about,
        register=register,
        table=shown_table(title, columns, [row(one["told"], one) for one in entries]),
        keys=[one["key"] for one in entries],
        begins=_BEGINS[register] if writes and not replies else None,
        goes_on=goes_on if writes else None,
        next=None if more is None else _next(register, more),
        others=[(f"/registers/{one}", _SHAPES[one][0], one == register) for one in REGISTERS],
    )


_BEGINS: Final[Mapping[str, str]] = {
    "agreements": "Write down an agreement",
    "assessments": "Write down what young people found",
    "training": "Write down a module",
    "due_diligence": "Write down a check",
}
"""The registers written to here, as a form begins; those of a contract are on its own page."""


def _next(register: str, after: str) -> str:
    return f"/registers/{register}?after={quote(after, safe='')}"


def _date(written: str | None) -> date | None:
    return None if written is None else date.fromisoformat(written)


def _party(code: str) -> str:
    return authority_name(code) if code in PARTNER_BOROUGHS else code


def _agreement(told: Told, one: Entry) -> Sequence[Value]:
    start, end, day = _date(told["holds_from"]), _date(told["holds_to"]), today()
    over = end is not None and end <= day
    standing = "ended" if over else "not begun" if start is None or start > day else "in force"
    return [
        told["agreement"],
        told["kind"].replace("_", " "),
        "; ".join(_party(code) for code in told["parties"]),
        start,
        "no end" if end is None else f"{end.day} {end:%B %Y}",
        standing,
        "; ".join(f"{_party(sign['organisation'])}, {sign['role']}" for sign in told["signed"]),
    ]


def _assessment(told: Told, one: Entry) -> Sequence[Value]:
    return [
        told["home_id"],
        _date(told["assessed_on"]),
        told["panel"],
        "; ".join(f"{name} {mark} of 5" for name, mark in told["looked_at"].items()),
        told["words"],
        told["reply"] or "no reply yet",
        told["changed"] or "nothing told yet",
    ]


def _training(told: Told, one: Entry) -> Sequence[Value]:
    tags = need_tags()
    return [
        told["home_id"],
        told["name"],
        "yes" if told["compulsory"] else "no",
        _date(told["due_on"]),
        _date(told["completed_on"]),
        _date(told["expires_on"]),
        tags.get(told["adds_need"], told["adds_need"]) if told["adds_need"] else "none",
        "yes" if told["manager_agrees"] else "no",
        "yes" if one["overdue"] else "no",
    ]


def _diligence(told: Told, one: Entry) -> Sequence[Value]:
    over = date.fromisoformat(told["expires_on"]) <= today()
    return [
        told["provider"],
        told["area"].replace("_", " "),
        _date(told["checked_on"]),
        "passed" if told["passed"] else "failed",
        _date(told["expires_on"]),
        "run out" if over else "holds" if told["passed"] else "does not hold",
        told["evidence"],
    ]


def _no_longer(told: Told) -> str:
    return "counts" if told["taken_back"] is None else f"taken back: {told['taken_back']}"


def _trade(told: Told, one: Entry) -> Sequence[Value]:
    return [
        told["trade"],
        told["contract"],
        _party(told["released_by"]),
        _party(told["used_by"]),
        _date(told["holds_from"]),
        _date(told["holds_to"]),
        told["places"],
        Fraction(told["price_per_place_week"]) * 100,
        _no_longer(told),
    ]


def _exit(told: Told, one: Entry) -> Sequence[Value]:
    return [
        _party(told["borough"]),
        told["contract"],
        _date(told["notice_given"]),
        _date(told["leaves_on"]),
        _date(told["told_on"]),
        _no_longer(told),
    ]


def _result(told: Told, one: Entry) -> Sequence[Value]:
    return [
        told["item"],
        told["contract"],
        _date(told["holds_from"]),
        _date(told["holds_to"]),
        Fraction(told["achieved"]),
        told["evidence"],
        "yes" if told["by_young_people"] else "no",
        told["proposal"] or "none",
        _no_longer(told),
    ]


_Row = Callable[[Told, Entry], Sequence[Value]]
_DAY: Final = Kind.DATE
_SHAPES: Final[Mapping[str, tuple[str, str, Sequence[Column], _Row]]] = {
    "agreements": (
        "Agreements",
        "Nobody acts for a borough, nor takes its data in, without these agreements in force.",
        [Column("Agreement"), Column("Kind"), Column("Parties"), Column("From", _DAY),
         Column("To the day before"), Column("Today"), Column("Signed by")],
        _agreement,
    ),
    "assessments": (
        "Assessments by young people",
        "A panel of young people looks at a home and marks it from 1 to 5. The home replies, and "
        "says what it changed. Nobody is named.",
        [Column("Home"), Column("Day", _DAY), Column("Young people", Kind.COUNT), Column("Marks"),
         Column("What they said"), Column("Reply"), Column("What was changed")],
        _assessment,
    ),
    "training": (
        "Training",
        "Modules that the staff of homes complete. A need is added to what a home supports once "
        "its registered manager agrees.",
        [Column("Home"), Column("Module"), Column("Compulsory"), Column("Due", _DAY),
         Column("Completed", _DAY), Column("Runs out", _DAY), Column("Adds need"),
         Column("Manager agrees"), Column("Overdue")],
        _training,
    ),
    "due_diligence": (
        "Checks of providers",
        "Nine areas are checked before a provider is used. Which nine they are is our starting "
        "assumption. A check that fails or runs out closes the homes to new matches.",
        [Column("Provider"), Column("Area"), Column("Checked", _DAY), Column("Found"),
         Column("Holds until the day before", _DAY), Column("Today"), Column("Evidence")],
        _diligence,
    ),
    "trades": (
        "Trades of places",
        "A borough may release places that it does not need to one that does. It is due for each "
        "day, whether the place is used or not.",
        [Column("Trade"), Column("Contract"), Column("Released by"), Column("Used by"),
         Column("From", _DAY), Column("To the day before", _DAY), Column("Places", Kind.COUNT),
         Column("For a place, a week", Kind.MONEY), Column("Today")],
        _trade,
    ),
    "exits": (
        "Boroughs that leave",
        "A borough that leaves a contract gives notice. Those who stay take its places, and nobody "
        "moves out for it.",
        [Column("Borough"), Column("Contract"), Column("Notice given", _DAY),
         Column("Leaves on", _DAY), Column("All were told on", _DAY), Column("Today")],
        _exit,
    ),
    "results": (
        "Results achieved",
        "What was achieved of each result that a contract pays for, and where the evidence is. "
        "Without evidence nothing is paid.",
        [Column("Result"), Column("Contract"), Column("From", _DAY),
         Column("To the day before", _DAY), Column("Achieved", Kind.PERCENT), Column("Evidence"),
         Column("Young people wrote it"), Column("Proposal"), Column("Today")],
        _result,
    ),
}  # fmt: skip
