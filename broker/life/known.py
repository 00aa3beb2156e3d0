"""What the records say at the moment of a step: read for the gates, and kept with the step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from broker.access.actor import Actor
from broker.life import steps as said
from broker.life.form import Form
from broker.life.gates import Known
from broker.life.inscribe import referral_record
from broker.life.judge import Judged, judge
from broker.life.state import Life
from broker.life.steps import Said
from broker.registers.agreements import not_in_force
from broker.store.load import assemble, read_policy_text
from broker.store.shelves import SHELVES
from broker.tables import HomeRow, LifeRow, PlacementRow, ResidentRow
from matching.faults import BadInput


def find_known(session: Session, life: Life, one: Said, actor: Actor, today: date) -> Known:
    """What the gates of this step need to know, and no more."""
    homes = _homes(one)
    open_homes = _on_record(session, homes)
    judged: dict[str, Judged] = {}
    starts_on = getattr(one, "starts_on", None)
    if isinstance(one, said.Shortlist | said.Offer | said.Confirm):
        judged = judge(session, life.referral, homes, today, starts_on)
    if isinstance(one, said.Confirm):
        free = {one.home_id: free_places(session, one.home_id, one.starts_on)}
    else:
        free = {}
    return Known(
        today=today,
        by=actor.id,
        failed={home: found.failed for home, found in judged.items()},
        areas={home: found.area for home, found in judged.items()},
        doubles=_doubles(session, life) if isinstance(one, said.Submit) else (),
        agreements=_agreements(session, life, one, today),
        places_free=free,
        form_faults=_form_faults(session, life, one, today),
        unknown_homes=tuple(home for home in homes if home not in open_homes),
        judged={home: found.to_json() for home, found in judged.items()},
    )


_UNDER: Mapping[type[Any], tuple[str, ...]] = {
    said.Open: ("data_sharing",),
    said.Submit: ("data_sharing",),
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


def _doubles(session: Session, life: Life) -> tuple[str, ...]:
    """Open referrals of another id that seem to be of the same young person."""
    form = life.form
    assert form is not None
    if form.date_of_birth is None:
        return ()
    table = LifeRow.__table__
    query = (
        sa.select(table.c.referral_id)
        .where(
            table.c.date_of_birth == form.date_of_birth,
            table.c.sex == form.sex,
            table.c.borough == form.borough,
            table.c.referral_id != life.referral,
            table.c.state.not_in(("ended", "withdrawn", "draft")),
        )
        .order_by(table.c.referral_id)
        .limit(5)
    )
    return tuple(session.execute(query).scalars())


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


def free_places(session: Session, home: str, day: date) -> int:
    """Places of a home that nobody lives in or was promised, on a day and all days after it."""
    homes, residents, placements = (
        HomeRow.__table__,
        ResidentRow.__table__,
        PlacementRow.__table__,
    )
    places = session.execute(
        sa.select(homes.c.places).where(homes.c.home_id == home, homes.c.closed_at.is_(None))
    ).scalar_one_or_none()
    if places is None:
        return 0
    promised = (
        sa.select(placements.c.young_person_id)
        .where(
            placements.c.home_id == home,
            sa.or_(placements.c.ends_on.is_(None), placements.c.ends_on > day),
        )
        .distinct()
    )
    living = sa.select(residents.c.young_person_id).where(
        residents.c.home_id == home,
        sa.or_(
            residents.c.leaving.is_(None),
            residents.c.leaving != "confirmed",
            residents.c.leaves_on.is_(None),
            residents.c.leaves_on > day,
        ),
    )
    taken = set(session.execute(promised).scalars()) | set(session.execute(living).scalars())
    return max(0, int(places) - len(taken))


def facts_of(life: Life, one: Said, known: Known) -> Mapping[str, Any]:
    """What is kept with the step of what was found: why it could be taken."""
    if isinstance(one, said.Shortlist):
        return {"homes": dict(known.judged)}
    if isinstance(one, said.Offer | said.Confirm):
        found = dict(known.judged.get(one.home_id, {}))
        if isinstance(one, said.Confirm):
            found["first_option"] = bool(life.shortlisted) and life.shortlisted[0] == one.home_id
            found["shortlist"] = list(life.shortlisted)
        return found
    if isinstance(one, said.Decline):
        offer = life.offers[one.home_id].made
        return {"every_rule_allowed": not offer.facts.get("failed")}
    return {}
