"""What a young person is told once it is decided, or while they wait: the real reasons.

Every reason is one on record: what the named person wrote, the code of a home's answer, the rule
that did not hold, what the young person said, and the sentence of the newest match.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session

from broker.life import steps as said
from broker.life.endings import DIED
from broker.life.state import LIVING, LOOKING, Life, State, what
from broker.life.young_words import SAID_NO
from broker.store.put import rows_of
from matching.rules import RULE_BY_CODE

NOT_CHOSEN = "It could have been your home too. We chose the other one for the reason above."


@dataclass(frozen=True, slots=True)
class Other:
    """A home that was on the list and is not the one decided for, and why not."""

    name: str
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Approval:
    """An officer's word on the home."""

    kind: str
    granted: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter: `about` is `placed`, `waiting`, `ended` or `stopped`.

    `reason` is what the named person wrote of the decision; of a stop, why. `moves_on` is the day
    on which the next home is planned, `way_back` what is kept for them if it does not work.
    `ended_on` and `why_ended` are of the end, `stays_on` says that they live there still as an
    adult, `sought` that another home is looked for. `waiting` is the sentence of the newest match
    that knew this young person, and the number of that match.
    """

    about: str
    home: str | None = None
    borough: str | None = None
    starts_on: date | None = None
    planned_until: date | None = None
    moved_in: bool = False
    moves_on: date | None = None
    way_back: str | None = None
    ended_on: date | None = None
    why_ended: str | None = None
    stays_on: bool = False
    sought: bool = False
    reason: str | None = None
    decided_on: date | None = None
    decided_by: str | None = None
    said_on: date | None = None
    wish: str | None = None
    words: str | None = None
    considered: str | None = None
    why_not_given: str | None = None
    approvals: tuple[Approval, ...] = ()
    others: tuple[Other, ...] = ()
    waiting: str | None = None
    match: int | None = None
    advocate: bool | None = None


def letter_of(session: Session, life: Life, newest: Mapping[str, Any] | None) -> Letter | None:
    """The letter for where a life stands; None before a place is looked for, and to who died.

    `newest` is the newest match on record, as its number in `id` and its `plan`; None for none.
    """
    assert life.form is not None
    advocate = life.form.advocate_offered
    end = None if life.ending is None else what(life.ending, said.End)
    if end is not None and end.care_code == DIED:
        return None
    if life.decision is not None and life.state is not State.WITHDRAWN:
        return _placed(session, life, end)
    if life.state is State.WITHDRAWN:
        stop = life.steps[-1]
        reason = stop.said.reason if isinstance(stop.said, said.Withdraw) else None
        return Letter("stopped", reason=reason, decided_on=stop.on, advocate=advocate)
    if life.state not in LOOKING:
        return None
    waits = None if newest is None else _waits(newest["plan"], life.referral)
    return Letter(
        "waiting",
        others=_others(session, life, None),
        waiting=waits,
        match=None if waits is None or newest is None else newest["id"],
        advocate=advocate,
    )


def _placed(session: Session, life: Life, end: said.End | None) -> Letter:
    assert life.decision is not None
    assert life.form is not None
    decision = what(life.decision, said.Confirm)
    row = next(iter(rows_of(session, "homes", {"home_id": decision.home_id})), {})
    view = life.views.get(decision.home_id)
    told = None if view is None else what(view, said.View)
    moving = life.step_down if life.state is State.STEPPING_DOWN else None
    plan = None if moving is None else what(moving, said.StepDown)
    approvals = (
        what(step, said.Approve)
        for (home, _), step in life.approvals.items()
        if home == decision.home_id
    )
    return Letter(
        "ended" if life.state is State.ENDED else "placed",
        home=str(row.get("name") or decision.home_id),
        borough=str(row["borough"]) if row else None,
        starts_on=life.starts_on,
        planned_until=decision.planned_until,
        moved_in=life.state in LIVING,
        moves_on=None if plan is None else plan.expected_on,
        way_back=None if plan is None else plan.way_back,
        ended_on=None if end is None else end.ended_on,
        why_ended=None if end is None else end.words,
        stays_on=life.stays_put and life.stayed_until is None,
        sought=end is not None and end.needs_place,
        reason=decision.reason,
        decided_on=life.decision.on,
        decided_by=life.decision.role,
        said_on=None if told is None else told.said_on,
        wish=None if told is None else told.wish,
        words=None if told is None else told.words,
        considered=None if told is None else told.how_considered,
        why_not_given=None if told is None else told.why_not_given,
        approvals=tuple(Approval(one.approval, one.granted, one.reason) for one in approvals),
        others=_others(session, life, decision.home_id),
        advocate=life.form.advocate_offered,
    )


def _waits(plan: Mapping[str, Any], referral: str) -> str | None:
    rows = (row for row in plan["unplaced"] if row["referral_id"] == referral)
    return next((str(row["summary"]) for row in rows), None)


def _others(session: Session, life: Life, chosen: str | None) -> tuple[Other, ...]:
    """Every other home that was ever listed or asked, in that order, with all that is known."""
    listed = (
        home.home_id
        for step in life.steps
        if isinstance(step.said, said.Shortlist)
        for home in step.said.homes
    )
    homes = [one for one in dict.fromkeys([*listed, *life.offers]) if one != chosen]
    names = {row["home_id"]: row["name"] for row in rows_of(session, "homes", {"home_id": homes})}
    made = []
    for home in homes:
        why = tuple(dict.fromkeys(_why_not(life, home, decided=chosen is not None)))
        if why:
            made.append(Other(str(names.get(home) or home), why))
    return tuple(made)


def _why_not(life: Life, home: str, *, decided: bool) -> list[str]:
    why = []
    view, offer = life.views.get(home), life.offers.get(home)
    if view is not None and what(view, said.View).wish == "against":
        why.append(RULE_BY_CODE["R16"].plain)
    if offer is not None and offer.answered is not None:
        answer = offer.answered.said
        if isinstance(answer, said.Decline):
            why.append(SAID_NO[answer.code])
        elif isinstance(answer, said.WithdrawOffer):
            why.append(answer.reason)
        elif isinstance(answer, said.PlaceLost):
            why.append("The place was lost.")
    why += [
        RULE_BY_CODE[code].plain
        for code, _ in life.found(home).get("failed", ())
        if code in RULE_BY_CODE
    ]
    for (where, _), step in life.approvals.items():
        approval = what(step, said.Approve)
        if where == home and not approval.granted:
            why.append(f"A senior officer said no: {approval.reason}")
    return why or ([NOT_CHOSEN] if decided else [])
