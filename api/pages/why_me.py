"""What a provider's homes were asked, and why they were not: “why me, why not me”."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import home_desk, reports
from api.lives import today
from api.pages.forms import by_field, day_boxes
from api.pages.period import boxes_of, in_order, period_sent
from api.pages.render import day, page
from api.pages.shown import ShownTable, shown_table
from api.problems import ProblemError
from api.service import service_of
from api.who import actor_of
from broker.offer_reasons.words import BESIDE, REASONS
from broker.reports.figures import quarter_before
from broker.workbook import Column, Kind
from matching.rules import RULE_BY_CODE
from matching.words import and_list, band_words

router = APIRouter(include_in_schema=False)
_HIDDEN: Final = "hidden"
_STATES: Final = ("accepted", "declined", "withdrawn", "open")


@router.get("/why-me")
async def show_why_me(request: Request) -> Response:
    """The offers of a period beside the share of the places, and each that was not made."""
    actor = actor_of(request)
    quarter = quarter_before(today())
    fields = {**boxes_of(quarter.start, quarter.end), **dict(request.query_params)}
    provider = actor.provider or fields.get("provider", "").strip()
    period, errors = period_sent(fields)
    if period is not None:
        errors = in_order(period)
    told: dict[str, Any] | None = None
    homes: Mapping[str, str] = {}
    if provider and period is not None and not errors:
        start, end = period
        try:
            found = await asyncio.to_thread(
                service_of(request).records.work,
                lambda session: reports.offer_reasons(session, actor, provider, start, end),
            )
            told = found.body
            records = service_of(request).records
            homes = await asyncio.to_thread(records.look, home_desk.names)
        except ProblemError as refused:
            if refused.kind != "not-found" or actor.provider is not None:
                raise
            errors = [{"href": "#provider", "text": "No home of this provider is on record"}]
    return page(
        request,
        "money/tables.html",
        "Why me, why not me",
        status=422 if errors else 200,
        errors=errors,
        at=by_field(errors),
        said=_said(told, homes, own=actor.provider is not None),
        tables=[] if told is None else _tables(told, homes, own=actor.provider is not None),
        boxes={name: day_boxes(fields, name) for name in ("from", "to")},
        ask_provider=actor.provider is None,
        provider=provider,
    )


def _said(told: dict[str, Any] | None, homes: Mapping[str, str], *, own: bool) -> list[str]:
    if told is None:
        return ["Say whose homes it is about, and which days."]
    made = [f"{told['provider']}: {and_list([homes.get(one, one) for one in told['homes']])}."]
    for one in told["contracts"]:
        named = one["contract"] or "Homes without a contract"
        for key, of in (("beside_share", "offers"), ("high_beside_share", "high and specialist")):
            if one[key] is not None:
                made.append(f"{named}, {of}: {_by_reader(BESIDE[one[key]], own=own)}.")
        if one["hidden"]:
            made.append(f"{named}: {_by_reader(one['hidden'], own=own)}")
    if told["removed"]:
        made.append(f"Of {told['removed']} referrals the words were removed from the record.")
    return made


def _by_reader(said: str, *, own: bool) -> str:
    """A sentence to a provider, as whoever is none reads it."""
    return said if own else said.replace("your ", "their ").replace("you had", "they had")


def _tables(told: dict[str, Any], homes: Mapping[str, str], *, own: bool) -> list[ShownTable]:
    """What was asked and answered; `own` says that who reads it speaks for these homes."""
    provider = told["provider"]
    return [
        _shares(told, own=own),
        shown_table(
            "Declined, by your reason" if own else f"Declined, by the reason that {provider} gave",
            [Column("Reason"), Column("Offers", Kind.COUNT)],
            [(_plain(code), number) for code, number in told["declined_by_code"].items()],
        ),
        shown_table(
            "On a shortlist and not asked, by reason",
            [Column("Reason"), Column("Homes", Kind.COUNT)],
            [(REASONS[code], number) for code, number in told["not_offered_by_reason"].items()],
        ),
        shown_table(
            "Each offer",
            [Column("Day"), Column("Home"), Column("Referral"), Column("Band"), Column("Answer"),
             Column("Reason")],
            [
                (_day(one["made_on"]), _home(homes, one), one["referral_id"] or "not shown",
                 _band(one["band"]), one["state"], _plain(one["code"] or one["reason"] or ""))
                for one in told["offers"]
            ],
        ),
        shown_table(
            "Each shortlist on which a home was and was not asked",
            [Column("Day"), Column("Home"), Column("Referral"), Column("Band"), Column("Why"),
             Column("Rules")],
            [
                (_day(one["shortlisted_on"]), _home(homes, one), one["referral_id"] or "not shown",
                 _band(one["band"]), REASONS[one["reason"]],
                 "; ".join(_rule(code) for code in one["rules"]))
                for one in told["not_offered"]
            ],
        ),
    ]  # fmt: skip


def _shares(told: dict[str, Any], *, own: bool) -> ShownTable:
    rows = []
    whose = ("your homes", "your") if own else (f"the homes of {told['provider']}", "their")
    for one in told["contracts"]:
        places = one["places"]
        share = "" if places["percent"] is None else f"{places['percent']}%"
        for band in [*one["bands"], {"band": None, "all": True, **one}]:
            asked = band["own"]
            total = band["consortium"]
            rows.append(
                (
                    one["contract"] or "none",
                    "all bands" if band.get("all") else _band(band["band"]),
                    asked["offered"],
                    *(asked[state] for state in _STATES),
                    _HIDDEN if total is None else str(total),
                    share,
                )
            )
    return shown_table(
        f"What {whose[0]} were asked, beside {whose[1]} share of the places",
        [
            Column("Contract"),
            Column("Band"),
            Column("Asked", Kind.COUNT),
            *(Column(state.capitalize(), Kind.COUNT) for state in _STATES),
            Column("All providers asked"),
            Column("Share of places"),
        ],
        rows,
    )


def _home(homes: Mapping[str, str], line: Mapping[str, Any]) -> str:
    return homes.get(line["home_id"], line["home_id"])


def _day(written: str) -> str:
    return day(written)


def _plain(code: str) -> str:
    return code.replace("_", " ")


def _band(band: str | None) -> str:
    return band_words(band) if band else "not banded"


def _rule(code: str) -> str:
    rule = RULE_BY_CODE.get(code)
    return code if rule is None else f"{rule.sentence} ({code})"
