"""What a young person is told once it is decided, or while they wait: the real reasons.

Every reason is one on record: what the named person wrote, the home that is asked and what is
missing still, the code of a home's answer, the rule that did not hold, what the young person said,
and the sentence of the newest match that knew them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from broker.life import steps as said
from broker.life.against import gone_on
from broker.life.lapses import lapsed
from broker.life.last_match import LastMatch, last_match
from broker.life.pursued import Pursued, pursued
from broker.life.quoted import Quote, quote
from broker.life.state import LIVING, Life, State, Taken, what
from broker.life.telling import Silence, has_died, no_letter
from broker.life.why_not import NOT_CHOSEN, Other, why_not
from broker.store.put import rows_of


@dataclass(frozen=True, slots=True)
class Approval:
    """An officer's word on the home."""

    kind: str
    granted: bool
    reason: Quote


@dataclass(frozen=True, slots=True)
class Heard:
    """What the young person said of the home decided for, and what was done with it; else why not.

    `gone_on` is who went on with the home though they said no, and why.
    """

    said_on: date
    wish: str
    words: str | None
    considered: Quote | None
    why_not_given: Quote | None
    gone_on: Quote | None


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter: `about` is `placed`, `waiting`, `ended` or `stopped`.

    `reason` is what the named person wrote of the decision; of a stop, why. `moves_on` is the day
    on which the next home is planned, `way_back` what is kept for them if it does not work.
    `ended_on` and `why_ended` are of the end, `lost` says that nobody may live in the home any
    more, `stays_on` that they live there as an adult, `sought` that another home is looked for.
    `homes` are those that may still be, `checked` says that the plan is verified anew before one is
    asked, `waiting` is the sentence of the match of the number `match`.
    """

    about: str
    home: str | None = None
    borough: str | None = None
    starts_on: date | None = None
    planned_until: date | None = None
    moved_in: bool = False
    moves_on: date | None = None
    way_back: Quote | None = None
    ended_on: date | None = None
    why_ended: Quote | None = None
    lost: bool = False
    stays_on: bool = False
    sought: bool = False
    reason: Quote | None = None
    decided_on: date | None = None
    heard: Heard | None = None
    approvals: tuple[Approval, ...] = ()
    homes: tuple[Pursued, ...] = ()
    checked: bool = False
    others: tuple[Other, ...] = ()
    waiting: str | None = None
    match: int | None = None
    advocate: bool | None = None

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """What people who work here wrote, as the letter quotes it, in its order."""
        return tuple(one for one in self._quotes() if one is not None)

    def _quotes(self) -> Iterator[Quote | None]:
        yield from (self.why_ended, self.way_back, self.reason)
        yield from (one.reason for one in self.approvals)
        if self.heard is not None:
            yield from (self.heard.gone_on, self.heard.considered, self.heard.why_not_given)
        for home in self.homes:
            yield from home.against.quotes if home.against is not None else ()
        for other in self.others:
            yield from other.quotes


def letter_of(session: Session, life: Life, today: date) -> Letter | Silence:
    """The letter for where a life stands, or why there is none."""
    silence = no_letter(life.state, emergency=life.emergency, died=has_died(life))
    if silence is not None:
        return silence
    assert life.form is not None
    if life.state is State.WITHDRAWN:
        stop = next(step for step in reversed(life.steps) if step.kind == "withdraw")
        reason = quote(stop, what(stop, said.Withdraw).reason)
        advocate = life.form.advocate_offered
        return Letter("stopped", reason=reason, decided_on=stop.on, advocate=advocate)
    if life.decision is not None:
        return _placed(session, life, life.decision)
    return _waiting(session, life, today)


def _placed(session: Session, life: Life, step: Taken) -> Letter:
    assert life.form is not None
    decision, end = what(step, said.Confirm), life.ending
    row = next(iter(rows_of(session, "homes", {"home_id": decision.home_id})), {})
    moving = life.step_down if life.state is State.STEPPING_DOWN else None
    plan = None if moving is None else what(moving, said.StepDown)
    ended = None if end is None else what(end, said.End)
    lost = _lost(life)
    approvals = (
        Approval(kind, what(one, said.Approve).granted, quote(one, what(one, said.Approve).reason))
        for (home, kind), one in life.approvals.items()
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
        way_back=None if moving is None or plan is None else quote(moving, plan.way_back),
        ended_on=None if ended is None else ended.ended_on,
        why_ended=None if end is None or ended is None or lost else quote(end, ended.words),
        lost=lost,
        stays_on=life.stays_put and life.stayed_until is None,
        sought=ended is not None and ended.needs_place,
        reason=quote(step, decision.reason),
        decided_on=step.on,
        heard=_heard(session, life, decision.home_id),
        approvals=tuple(approvals),
        others=_others(session, life, {decision.home_id}, decided=True),
        advocate=life.form.advocate_offered,
    )


def _lost(life: Life) -> bool:
    """Whether a stay ended because the home lost its place.

    The end then has the words of the change of the home, which were written of the home and not to
    the young person: they are not quoted.
    """
    if life.ending is None or not life.lost:
        return False
    newest = life.lost[-1]
    return what(newest, said.PlaceLost).must_move and newest.number + 1 == life.ending.number


def _heard(session: Session, life: Life, home: str) -> Heard | None:
    step = life.views.get(home)
    if step is None:
        return None
    view = what(step, said.View)
    spoke = view.wish != "not_given" or view.words is not None
    why = None if spoke else view.why_not_given
    return Heard(
        said_on=view.said_on,
        wish=view.wish,
        words=view.words,
        considered=quote(step, view.how_considered) if spoke else None,
        why_not_given=None if why is None else quote(step, why),
        gone_on=gone_on(session, life.referral, home) if view.wish == "against" else None,
    )


def _waiting(session: Session, life: Life, today: date) -> Letter:
    assert life.form is not None
    homes = pursued(life, _names(session, life), today)
    match = last_match(session, life.referral)
    if match is not None and not _still_so(life, homes, match):
        match = None
    return Letter(
        "waiting",
        homes=homes,
        checked=bool(lapsed(life)) and not life.emergency,
        others=_others(session, life, {home.home_id for home in homes}, decided=False),
        waiting=None if match is None else match.waits,
        match=None if match is None or match.waits is None else match.run_id,
        advocate=life.form.advocate_offered,
    )


def _still_so(life: Life, homes: tuple[Pursued, ...], match: LastMatch) -> bool:
    """Whether a match's sentence still tells why they wait.

    Once a home is asked they wait for its answer; once homes are listed, the match before knew of
    none of them.
    """
    if any(home.stands != "listed" for home in homes):
        return False
    return not homes or life.shortlist is None or match.at > life.shortlist.at


def _others(session: Session, life: Life, but: set[str], *, decided: bool) -> tuple[Other, ...]:
    """Every other home that was ever listed or asked, in that order, with all that is known."""
    names = _names(session, life)
    made = []
    for home in _ever(life):
        if home in but:
            continue
        other = why_not(life, home, names.get(home, home))
        if other.why:
            made.append(other)
        elif decided:
            made.append(Other(other.name, (NOT_CHOSEN,)))
    return tuple(made)


def _ever(life: Life) -> list[str]:
    listed = (
        home.home_id
        for step in life.steps
        if isinstance(step.said, said.Shortlist)
        for home in step.said.homes
    )
    return list(dict.fromkeys([*listed, *life.offers]))


def _names(session: Session, life: Life) -> dict[str, str]:
    rows = rows_of(session, "homes", {"home_id": _ever(life)})
    return {str(row["home_id"]): str(row["name"]) for row in rows if row["name"]}
