"""Referrals' lives as the routes need them: each call is one transaction, with its audit entry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Session

from api.once import Answered, Once, before, keep
from api.problems import InputError, ProblemError, bad_input
from api.who import not_allowed
from broker.access.actor import Actor, Role
from broker.access.allowed import may
from broker.audit.chain import Record, add_entry
from broker.audit.showed import ids_in
from broker.life import desk, steps
from broker.life.desk import Changed, Emptied, Moment, NotAllowed, NotThere, Shut
from broker.life.scope import homes_of, state_as_told, within
from broker.life.show import Seen, chronology, seen_by, show
from broker.life.state import Life
from broker.store.clock import now
from broker.store.clock import today as today
from broker.tables import LifeRow

NOT_HERE = "There is no referral with this id that concerns you."


def moment() -> Moment:
    """This moment."""
    return Moment(now(), today())


def etag(life: Life) -> str:
    """The version of a life as HTTP names it."""
    return f'"{life.version}"'


def begin(session: Session, actor: Actor, one: steps.Open, once: Once) -> Answered:
    """Begin a referral."""
    return _once(session, actor, once, lambda: desk.open_life(session, actor, one, moment()), 201)


def step(
    session: Session, actor: Actor, referral: str, one: steps.Said, seen: int, once: Once
) -> Answered:
    """Take a step."""
    return _once(
        session,
        actor,
        once,
        lambda: desk.take(session, actor, referral, one, moment(), seen=seen),
        201,
    )


def _once(
    session: Session, actor: Actor, once: Once, work: Callable[[], Life], status: int
) -> Answered:
    answered = before(session, once)
    if answered is not None:
        return answered
    life = told(actor, work)
    body = show(life, _seen(session, actor, life), today())
    answered = Answered(status, body, f"/api/referrals/{life.referral}", etag(life))
    keep(session, once, answered, now())
    return answered


def told(actor: Actor, work: Callable[[], Life]) -> Life:
    """What a piece of work at the desk gives; its refusals as the problems a caller gets."""
    try:
        return work()
    except NotAllowed as refused:
        raise not_allowed(actor, refused.act) from None
    except NotThere:
        raise ProblemError("not-found", NOT_HERE) from None
    except Emptied as emptied:
        raise _removed(emptied) from None
    except Changed as refused:
        detail = f"The referral is at version {refused.version} now. Read it again."
        raise ProblemError("changed", detail) from None
    except Shut as refused:
        number = len(refused.gaps)
        detail = f"{number} thing{'' if number == 1 else 's'} must hold first. Nothing was done."
        missing = [gap.to_json() for gap in refused.gaps]
        raise ProblemError("gates-shut", detail, missing=missing) from None


def read(session: Session, actor: Actor, referral: str) -> Answered:
    """One life, as far as somebody may see it; that they looked is on record.

    Raises:
        ProblemError: there is none that concerns them, or what its steps said was removed.
    """
    try:
        life, seen = _looked(session, actor, referral, "life.read")
    except Emptied as emptied:
        raise _removed(emptied) from None
    return Answered(200, show(life, seen, today()), etag=etag(life))


def begun_here(session: Session, referral: str) -> bool:
    """Whether a referral has a life on record; one of a case that was taken in has none."""
    return session.get(LifeRow, referral) is not None


def steps_of(session: Session, actor: Actor, referral: str) -> Answered:
    """What happened in one life, step by step."""
    try:
        life, seen = _looked(session, actor, referral, "life.read")
    except Emptied as emptied:
        return _what_is_left(session, actor, emptied)
    return Answered(200, {"steps": chronology(life.steps, seen)}, etag=etag(life))


def _what_is_left(session: Session, actor: Actor, emptied: Emptied) -> Answered:
    """The steps of a life that can no longer be told: those that still say something, do."""
    if actor.provider is not None:
        raise _removed(emptied)
    seen = Seen("audit" if actor.role is Role.AUDITOR else "whole")
    rows = desk.step_rows(session, emptied.referral)
    told = [
        chronology([desk.step_of(row)], seen)[0] if row["said"] is not None else _silent(row)
        for row in rows
    ]
    add_entry(session, actor, "life.read", Record("referral", emptied.referral), at=now())
    return Answered(200, {"steps": told}, etag=f'"{len(rows)}"')


def _silent(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "number": row["number"],
        "kind": row["kind"],
        "at": row["taken_at"].isoformat(),
        "on": row["taken_on"].isoformat(),
        "by": row["taken_by"],
        "role": row["role"],
        "organisation": row["organisation"],
        "said": None,
    }


def _removed(emptied: Emptied) -> ProblemError:
    detail = f"{emptied}. The steps still tell what happened and when: …/steps"
    return ProblemError("removed", detail[0].upper() + detail[1:])


def _looked(session: Session, actor: Actor, referral: str, act: str) -> tuple[Life, Seen]:
    if not may(actor, act):
        raise not_allowed(actor, act)
    try:
        life = desk.life_for(session, actor, referral)
    except NotThere:
        raise ProblemError("not-found", NOT_HERE) from None
    add_entry(session, actor, act, Record("referral", referral), at=now())
    return life, _seen(session, actor, life)


def _seen(session: Session, actor: Actor, life: Life) -> Seen:
    homes = homes_of(session, actor) if actor.provider is not None else frozenset()
    return seen_by(actor, life, homes)


def page(
    session: Session,
    actor: Actor,
    *,
    state: str | None = None,
    borough: str | None = None,
    overdue: bool | None = None,
    urgency: str | None = None,
    order: str = "referral",
    limit: int,
    after: str | None,
) -> Answered:
    """The lives somebody may see, a page at a time, in an order of `ORDERS`.

    `after` is the `next` of the page before.
    """
    if not may(actor, "life.list"):
        raise not_allowed(actor, "life.list")
    table = LifeRow.__table__
    conditions = [within(session, actor)]
    stands = state_as_told(session, actor)
    if state is not None:
        conditions.append(stands == state)
    if borough is not None:
        conditions.append(table.c.borough == borough)
    if urgency is not None:
        conditions.append(_urgent(urgency))
    if (overdue is not None or order == "due") and not may(actor, "duty.list"):
        raise not_allowed(actor, "duty.list")
    if overdue is not None:
        late = sa.and_(table.c.due_on.is_not(None), table.c.due_on < today())
        conditions.append(late if overdue else sa.not_(late))
    by = ORDERS[order]
    if after is not None:
        conditions.append(_beyond(by, after))
    rows = (
        session.execute(
            sa.select(table, stands.label("stands"))
            .where(*conditions)
            .order_by(*by)
            .limit(limit + 1)
        )
        .mappings()
        .all()
    )
    told = [_line(dict(row), actor) for row in rows[:limit]]
    more = _next(dict(rows[limit - 1]), order) if len(rows) > limit else None
    record = Record("referrals", "list")
    add_entry(session, actor, "life.list", record, at=now(), showed=ids_in(told, "id"))
    return Answered(200, {"referrals": told, "next": more})


_LIVES = LifeRow.__table__.c
_NO_DAY = date(9999, 12, 31)
ORDERS: Final[Mapping[str, tuple[sa.ColumnElement[Any], ...]]] = {
    "referral": (_LIVES.referral_id,),
    "needed": (sa.func.coalesce(_LIVES.needed_by, _NO_DAY), _LIVES.referral_id),
    "due": (sa.func.coalesce(_LIVES.due_on, _NO_DAY), _LIVES.referral_id),
}
"""By id; by the day from which a place is needed; by the next duty. Without such a day last."""
_DAYS_OF_ORDER: Final = {"needed": "needed_by", "due": "due_on"}
SOON: Final = timedelta(days=5)
"""The fifth day itself counts among the near ones, as in the case folder."""


def _urgent(urgency: str) -> sa.ColumnElement[bool]:
    day, needed = today(), _LIVES.needed_by
    return {
        "today": needed <= day,
        "within_5_days": sa.and_(needed > day, needed <= day + SOON),
        "over_5_days": needed > day + SOON,
    }[urgency]


def _next(row: Mapping[str, Any], order: str) -> str:
    if order not in _DAYS_OF_ORDER:
        return str(row["referral_id"])
    return f"{row[_DAYS_OF_ORDER[order]] or _NO_DAY}_{row['referral_id']}"


def _beyond(by: tuple[sa.ColumnElement[Any], ...], after: str) -> sa.ColumnElement[bool]:
    """What comes after a row that `after` names by its id, and its day where the order has one."""
    if len(by) == 1:
        return by[0] > after
    day, _, referral = after.partition("_")
    try:
        at = date.fromisoformat(day)
    except ValueError:
        allowed = "the `next` of a page of this list"
        raise bad_input([InputError(allowed, parameter="after", value=after)]) from None
    return sa.tuple_(*by) > sa.tuple_(sa.literal(at), sa.literal(referral))


def _line(row: dict[str, Any], actor: Actor) -> dict[str, Any]:
    whole = actor.provider is None
    return {
        "id": row["referral_id"],
        "borough": row["borough"],
        "state": row["stands"],
        "version": row["version"],
        "emergency": row["emergency"],
        "band": row["band"],
        "needed_by": None if row["needed_by"] is None else row["needed_by"].isoformat(),
        "due_on": row["due_on"].isoformat() if whole and row["due_on"] is not None else None,
        "home_id": row["home_id"] if whole else None,
    }
