"""How a match shares out: by borough, provider, sex, age and band, with its counts."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api import jobs
from api.pages.render import page
from api.pages.shown import ShownTable, shown_table
from api.routes.jobs import number_of
from api.service import service_of
from api.who import actor_of
from broker.workbook import Column, Kind, Value
from matching.geography import authority_name
from matching.words import band_words, day_words
from pricing.terms import BANDS

router = APIRouter(include_in_schema=False)
_GROUPS: Final = (
    ("by_borough", "borough", "By borough"),
    ("by_sex", "sex", "By sex"),
    ("by_age", "age", "By age"),
    ("by_band", "band", "By need band"),
)
_JUDGES: Final = (
    "These figures count one plan. They judge nothing, and they do not predict anything. Small "
    "numbers are shown as they are."
)


@router.get("/fairness")
async def newest(request: Request) -> Response:
    """How the newest match shares out."""
    actor = actor_of(request)
    number = await asyncio.to_thread(
        service_of(request).records.look, lambda session: jobs.newest_run(session, actor)
    )
    if number is not None:
        return RedirectResponse(f"/fairness/{number}", 303)
    said = ["No match is on record yet. Once a broker has run one, this page shows its fairness."]
    return page(request, "money/tables.html", "Fairness", said=said)


@router.get("/fairness/{match_id}")
async def show_fairness(request: Request, match_id: str) -> Response:
    """How one match on record shares out."""
    actor, number = actor_of(request), number_of(match_id, jobs.NO_MATCH)
    found = await asyncio.to_thread(
        service_of(request).records.look, lambda session: jobs.read_run(session, actor, number)
    )
    told = found.body.get("fairness")
    if told is None:
        said = ["This match was put on record before its fairness was kept with it."]
    else:
        counted = day_words(date.fromisoformat(told["residents_counted_on"]))
        said = [_JUDGES, f"Who lives where is counted on {counted}."]
    return page(
        request,
        "money/tables.html",
        f"Fairness of match {number}",
        said=said,
        tables=[] if told is None else _tables(told),
        after=[f"Source: match {number} on record, case {found.body['case_sha256'][:12]}."],
        others=[(f"/matches/{number}", f"Match {number}", False)],
        others_label="This match",
    )


def _tables(told: Mapping[str, Any]) -> list[ShownTable]:
    groups = [_groups(title, told[key], kind, told["everybody"]) for key, kind, title in _GROUPS]
    return [*groups, _held(told["places_held"]), _providers(told["by_provider"]),
            *(_contract(one) for one in told["by_contract"])]  # fmt: skip


def _groups(
    title: str, groups: Sequence[Mapping[str, Any]], kind: str, everybody: Mapping[str, Any]
) -> ShownTable:
    columns = [
        Column(kind.capitalize()),
        Column("To place", Kind.COUNT),
        Column("Placed", Kind.COUNT),
        Column("Placed, of those to place", Kind.PERCENT),
        Column("Waiting", Kind.COUNT),
        Column("Of them, needed today", Kind.COUNT),
        Column("No home fits", Kind.COUNT),
        Column("Mean miles", Kind.NUMBER),
        Column("Distance known of", Kind.COUNT),
        Column("Mean days waited, placed", Kind.COUNT),
        Column("Mean days waited, waiting", Kind.COUNT),
    ]
    rows = [_group(_named(kind, str(one[kind])), one) for one in groups]
    return shown_table(
        f"{title}: who is placed and who waits",
        columns,
        [*rows, _group("Everybody", everybody)],
        total=True,
    )


def _named(kind: str, name: str) -> str:
    if kind == "borough":
        return authority_name(name)
    return band_words(name) if kind == "band" and name in BANDS else name


def _group(name: str, one: Mapping[str, Any]) -> list[Value]:
    placed, distance = one["placed"], one["distance"]
    miles = distance.get("mean_miles")
    return [
        name,
        one["to_place"],
        placed["count"],
        _share(placed),
        one["waiting"],
        one["waiting_today"],
        one["no_home_fits"],
        None if miles is None else Fraction(str(miles)),
        distance["known"],
        one["days_waited_by_those_placed"].get("mean_days"),
        one["days_waited_by_those_waiting"].get("mean_days"),
    ]


def _share(rate: Mapping[str, Any]) -> Fraction | None:
    return None if not rate["of"] else Fraction(rate["count"], rate["of"])


def _held(rows: Sequence[Mapping[str, Any]]) -> ShownTable:
    columns = [
        Column("Contract"),
        Column("Borough"),
        *(
            Column(name, Kind.COUNT)
            for name in ("Paid for", "Entitled", "Living there", "Placed by this match", "Held",
                         "Short of it")
        ),
    ]  # fmt: skip
    keys = ("paid_for", "entitled", "living_there", "placed", "held", "short")
    made = [(one["contract"], authority_name(one["borough"]), *(one[key] for key in keys))
            for one in rows]  # fmt: skip
    return shown_table("Places that boroughs hold", columns, made)


def _providers(rows: Sequence[Mapping[str, Any]]) -> ShownTable:
    columns = [
        Column("Provider"),
        Column("Homes", Kind.COUNT),
        Column("Places", Kind.COUNT),
        Column("Of all places", Kind.PERCENT),
        Column("Proposals", Kind.COUNT),
        Column("Of all proposals", Kind.PERCENT),
        *(Column(f"{band_words(band).capitalize()}, proposed", Kind.COUNT) for band in BANDS),
    ]
    made = [
        (
            one["provider"] or "not known", one["homes"], one["places"]["count"],
            _share(one["places"]), one["proposals"]["count"], _share(one["proposals"]),
            *(one["proposals_by_band"][band]["count"] for band in BANDS),
        )
        for one in rows
    ]  # fmt: skip
    return shown_table("What each provider is asked to take", columns, made)


def _contract(one: Mapping[str, Any]) -> ShownTable:
    columns = [
        Column("Provider"),
        Column("Places", Kind.COUNT),
        Column("Living there", Kind.COUNT),
        Column("Placed by this match", Kind.COUNT),
        Column("High or specialist", Kind.COUNT),
        Column("Of those there", Kind.PERCENT),
        Column("Above its part", Kind.COUNT),
    ]
    made: list[list[Value]] = [
        [
            part["provider"] or "not known", part["places"]["count"], part["living_there"],
            part["proposed"], part["high_or_specialist_of_people"]["count"],
            _share(part["high_or_specialist_of_people"]), part["above_its_part"],
        ]
        for part in one["providers"]
    ]  # fmt: skip
    people = one["high_or_specialist_of_people"]
    made.append(["All", one["places"], one["living_there"], one["proposed"], people["count"],
                 _share(people), None])  # fmt: skip
    return shown_table(f"Mix of need in {one['contract']}", columns, made, total=True)
