"""What the records say at the moment of a step: read for the gates, and kept with the step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from broker.access.actor import Actor
from broker.life import steps as said
from broker.life.doubles import Doubles, doubles_of
from broker.life.form import Form
from broker.life.gate import Known
from broker.life.inscribe import referral_record
from broker.life.judge import CannotBeJudged, Judged, judge
from broker.life.money import rebanding, unknown_requirements
from broker.life.places import came_since, free_places, lock_home
from broker.life.read import read_life
from broker.life.scope import concerns
from broker.life.state import Life
from broker.life.steps import Said
from broker.life.terms import terms_in_force
from broker.registers.agreements import not_in_force
from broker.store.load import assemble, read_policy_text
from broker.store.put import rows_of
from broker.store.shelves import SHELVES
from broker.tables import HomeRow, MatchRun
from matching.faults import BadInput


def find_known(session: Session, life: Life, one: Said, actor: Actor, today: date) -> Known:
    """What the gates of this step need to know, and no more."""
    homes = _homes(one)
    if isinstance(one, said.Accept | said.Confirm):
        lock_home(session, one.home_id)  # before it is judged: who lives there must not change
    judged: dict[str, Judged] = {}
    unreadable: tuple[str, ...] = ()
    try:
        judged = _judge(session, life, one, homes, today)
    except CannotBeJudged as refused:
        unreadable = refused.sentences
    free: dict[str, int] = {}
    if isinstance(one, said.Confirm):
        free = {one.home_id: free_places(session, one.home_id, one.starts_on, _who(life))}
    on_record = _on_record(session, homes)
    return Known(
        today=today,
        by=actor.id,
        role=actor.role.value,
        central=actor.central,
        failed={home: found.failed for home, found in judged.items()},
        areas={home: found.area for home, found in judged.items()},
        doubles=doubles_of(session, life) if isinstance(one, said.Submit) else Doubles(),
        agreements=_agreements(session, life, one, today),
        places_free=free,
        form_faults=_form_faults(session, life, one, today),
        unknown_homes=tuple(home for home in homes if home not in on_record),
        judged={home: found.to_json() for home, found in judged.items()},
        unreadable=unreadable,
        runs=_runs(session, life, one) if isinstance(one, said.Shortlist) else {},
        former=_former(session, one, actor) if isinstance(one, said.Open) else None,
        residence=_residence(session, life, today) if isinstance(one, said.Confirm) else None,
        terms=terms_in_force().of(life.contract),
        unknown_requirements=_unknown_requirements(session, life, one),
        newcomers=_newcomers(session, life, one, today),
        facts=_money(session, life, one, today),
    )


def _judge(
    session: Session, life: Life, one: Said, homes: list[str], today: date
) -> dict[str, Judged]:
    """Homes are judged anew at each step that rests on it: also when one says no."""
    if isinstance(one, said.Shortlist | said.Offer | said.Confirm):
        return judge(session, life.referral, homes, today, getattr(one, "starts_on", None))
    if isinstance(one, said.Decline) and one.home_id in life.offers:
        return judge(session, life.referral, homes, today, life.offers[one.home_id].starts_on)
    return {}


def _who(life: Life) -> str:
    assert life.form is not None
    return life.form.young_person_id


def _former(session: Session, one: said.Open, actor: Actor) -> Life | None:
    if one.former is None:
        return None
    former = read_life(session, one.former)
    return former if former is not None and concerns(session, actor, former) else None


def _residence(session: Session, life: Life, today: date) -> Mapping[str, str] | None:
    """Where the young person lives until they move, as a row of `residents.csv`."""
    for row in rows_of(session, "residents", {"young_person_id": _who(life)}):
        left = row["leaves_on"]
        if row["leaving"] != "confirmed" or not isinstance(left, date) or left > today:
            return dict(SHELVES["residents"].record(row))
    return None


PROPOSED, LISTED = "proposed", "listed"


def _runs(session: Session, life: Life, one: said.Shortlist) -> dict[tuple[str, int], str | None]:
    """What the match that a home is said to come from said of it for this referral."""
    table = MatchRun.__table__
    numbers = {home.run_id for home in one.homes if home.run_id is not None}
    if not numbers:
        return {}
    query = sa.select(table.c.run_id, table.c.plan).where(table.c.run_id.in_(numbers))
    plans = {row.run_id: row.plan for row in session.execute(query)}
    return {
        (home.home_id, home.run_id): _said_by_run(plans.get(home.run_id), life, home.home_id)
        for home in one.homes
        if home.run_id is not None
    }


def _said_by_run(plan: Mapping[str, Any] | None, life: Life, home: str) -> str | None:
    """Whether a plan proposes a home for a referral, or lists it with places left; None if neither.

    A referral the match did not know it says nothing of.
    """
    if plan is None:
        return None
    placed = {row["referral_id"]: row["home_id"] for row in plan["placements"]}
    if placed.get(life.referral) == home:
        return PROPOSED
    known = {*placed, *(row["referral_id"] for row in plan["unplaced"])}
    left = {row["home_id"] for row in plan["empty"]}
    return LISTED if life.referral in known and home in left else None


def _unknown_requirements(session: Session, life: Life, one: Said) -> tuple[str, ...]:
    """Requirements that the home's contract does not price."""
    asked = getattr(one, "requirements", None)
    home = one.home_id if isinstance(one, said.Confirm) else life.home
    if not asked or home is None:
        return ()
    return unknown_requirements(session, home, asked)


def _money(session: Session, life: Life, one: Said, today: date) -> Mapping[str, Any]:
    return rebanding(session, life, one, today) if isinstance(one, said.Reband) else {}


def _newcomers(session: Session, life: Life, one: Said, today: date) -> frozenset[str]:
    """The home, where somebody else came to it after its manager signed for this young person."""
    if not isinstance(one, said.Accept | said.Confirm):
        return frozenset()
    impact = life.impacts.get(one.home_id)
    if impact is None:
        return frozenset()
    came = came_since(session, one.home_id, impact.at, today) - {_who(life)}
    return frozenset({one.home_id}) if came else frozenset()


_UNDER: Mapping[type[Any], tuple[str, ...]] = {
    said.Open: ("data_sharing",),
    said.Amend: ("data_sharing",),
    said.Submit: ("data_sharing",),
    said.Reported: ("data_sharing",),
    said.Offer: ("data_sharing", "leadership"),
    said.Confirm: ("data_sharing", "leadership"),
}
"""The agreements a borough must have in force for a step: for its data, and to be acted for."""


def _agreements(session: Session, life: Life, one: Said, today: date) -> tuple[str, ...]:
    kinds = _UNDER.get(type(one), ())
    form = one.form if isinstance(one, said.Open) else life.form
    if not kinds or form is None:
        return ()
    return tuple(not_in_force(session, form.borough, kinds, today))


def _homes(one: Said) -> list[str]:
    if isinstance(one, said.Shortlist):
        return [home.home_id for home in one.homes]
    home = getattr(one, "home_id", None)
    return [] if home is None else [home]


def _on_record(session: Session, homes: list[str]) -> frozenset[str]:
    table = HomeRow.__table__
    query = sa.select(table.c.home_id).where(
        table.c.home_id.in_(homes), table.c.closed_at.is_(None)
    )
    return frozenset(session.execute(query).scalars()) if homes else frozenset()


def _form_faults(session: Session, life: Life, one: Said, today: date) -> tuple[str, ...]:
    """What a match could not read in the form: its own reader says it."""
    if isinstance(one, said.Amend):
        form: Form | None = one.form
    elif isinstance(one, said.Submit):
        form = life.form
    else:
        return ()
    assert form is not None
    if form.missing() and isinstance(one, said.Submit):
        return ()
    record = referral_record(Life(life.referral, form=form))
    record["band"] = record["band"] or "low"
    for name, stand_in in (("date_of_birth", "2012-01-01"), ("sex", "U")):
        record[name] = record[name] or stand_in
    record["needed_by"] = record["needed_by"] or today.isoformat()
    shelf = SHELVES["referrals"]
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in SHELVES}
    policy = read_policy_text(session) or f"as_of = {today}\n"
    try:
        rows["referrals"] = [dict(shelf.values(record))]
        assemble(policy, rows, (), {"as_of": max(today, form.waiting_since or today)})
    except BadInput as refused:
        return tuple(str(fault) for fault in refused.faults if not fault.file.startswith("homes"))
    return ()


def facts_of(life: Life, one: Said, known: Known) -> Mapping[str, Any]:
    """What is kept with the step of what was found: why it could be taken."""
    match one:
        case said.Shortlist():
            runs = {home: how for (home, _), how in known.runs.items()}
            return {
                "homes": {
                    home: {**found, **({"match": runs[home]} if home in runs else {})}
                    for home, found in known.judged.items()
                }
            }
        case said.Offer():
            return dict(known.judged.get(one.home_id, {}))
        case said.Confirm():
            return {
                **known.judged.get(one.home_id, {}),
                "first_option": bool(life.shortlisted) and life.shortlisted[0] == one.home_id,
                "shortlist": list(life.shortlisted),
                "lived_at": None if known.residence is None else dict(known.residence),
            }
        case said.Submit():
            return {"doubles": [*known.doubles.own, *known.doubles.elsewhere]}
        case said.Amend() if known.agreements:
            return {"agreements": list(known.agreements)}
        case said.Decline():
            failed = known.failed.get(one.home_id, (("RULES", "not judged"),))
            return {"every_rule_allowed": not failed, "failed": [code for code, _ in failed]}
        case _:
            return dict(known.facts)
