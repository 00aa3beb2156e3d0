"""Lists that people work from: offers, duties, who lives where, the registers, the audit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Session

from api.lives import today
from api.once import Answered, Once, before, keep
from api.problems import InputError, ProblemError, bad_input
from api.who import not_allowed
from broker.access.actor import Actor
from broker.audit.chain import Record, add_entry
from broker.audit.read import Newest, Wanted, newest_first, page
from broker.audit.showed import ids_in
from broker.life.duties import duties
from broker.life.read import read_lives
from broker.life.scope import homes_of, within
from broker.life.state import Life, State, what
from broker.life.steps import StepDown
from broker.registers.agreements import hold_key, newest, newest_of
from broker.registers.book import WRITERS, NoSuchHome, NotTheirWord, overdue, write_entry
from broker.registers.contracts import AgainstContract
from broker.registers.entries import Entry, key_of
from broker.store.clock import now
from broker.store.history import Author
from broker.tables import LifeRow, OfferRow, PlacementRow


def offers(
    session: Session, actor: Actor, *, state: str | None, limit: int, after: str
) -> Answered:
    """Offers that concern somebody, by referral and number; a provider sees its own homes'."""
    table, lives = OfferRow.__table__, LifeRow.__table__
    conditions = offers_of(session, actor)
    if state is not None:
        conditions.append(table.c.state == state)
    return _page(
        session,
        actor,
        "offers",
        sa.select(table).join(lives, lives.c.referral_id == table.c.referral_id),
        (table.c.referral_id, table.c.number),
        conditions,
        limit,
        after,
        OFFER_SHOWN,
    )


def offers_of(session: Session, actor: Actor) -> list[sa.ColumnElement[bool]]:
    """Which offers concern somebody, as conditions on `offer` and its `life`."""
    conditions = [within(session, actor)]
    if actor.provider is not None:
        own = sorted(homes_of(session, actor))
        conditions.append(OfferRow.__table__.c.home_id.in_(own))
    return conditions


OFFER_SHOWN: Final = (
    "referral_id", "number", "home_id", "state", "band", "made_on", "starts_on", "answer_by",
    "answered_on", "code",
)  # fmt: skip
"""What an offer says in a list."""


def placements(
    session: Session, actor: Actor, *, on: date | None, limit: int, after: str
) -> Answered:
    """Placements that concern somebody, by referral; on a day if one is given."""
    table, lives = PlacementRow.__table__, LifeRow.__table__
    conditions = [within(session, actor)]
    if actor.provider is not None:
        conditions.append(table.c.home_id.in_(sorted(homes_of(session, actor))))
    if on is not None:
        still = sa.or_(table.c.ends_on.is_(None), table.c.ends_on > on)
        conditions.append(sa.and_(table.c.starts_on <= on, still))
    return _page(
        session,
        actor,
        "placements",
        sa.select(table).join(lives, lives.c.referral_id == table.c.referral_id),
        (table.c.referral_id,),
        conditions,
        limit,
        after,
        ("referral_id", "borough", "home_id", "place", "starts_on", "ends_on", "planned_until",
         "moved_in_on"),
    )  # fmt: skip


def _page(
    session: Session,
    actor: Actor,
    name: str,
    query: sa.Select[Any],
    order: tuple[sa.ColumnElement[Any], ...],
    conditions: list[sa.ColumnElement[bool]],
    limit: int,
    after: str,
    shown: tuple[str, ...],
) -> Answered:
    if after:
        conditions.append(_beyond(order, after))
    rows = session.execute(query.where(*conditions).order_by(*order).limit(limit + 1)).mappings()
    found = [dict(row) for row in rows]
    more = None
    if len(found) > limit:
        more = ".".join(str(found[limit - 1][column.key or ""]) for column in order)
    told = [{column: _shown(row[column]) for column in shown} for row in found[:limit]]
    add_entry(session, actor, f"{name}.list", Record(name, "list"), at=now(), showed=ids_in(told))
    return Answered(200, {name: told, "next": more})


def _beyond(order: tuple[sa.ColumnElement[Any], ...], after: str) -> sa.ColumnElement[bool]:
    """What comes after a row that `after` names by its id, and its number where it has one."""
    if len(order) == 1:
        return order[0] > after
    referral, _, number = after.rpartition(".")
    if not referral or not number.isascii() or not number.isdigit() or len(number) > _LONGEST:
        allowed = "the `next` of a page of this list"
        raise bad_input([InputError(allowed, parameter="after", value=after)])
    return sa.tuple_(*order) > sa.tuple_(sa.literal(referral), sa.literal(int(number)))


_LONGEST = 9


def _shown(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def due_of(lives: Iterable[Life], until: date) -> list[dict[str, Any]]:
    """The duties of lives that are open and due by a day, as a list has them."""
    day = today()
    return [
        {"referral_id": life.referral, **duty.to_json(day)}
        for life in lives
        for duty in duties(life)
        if duty.done_on is None and duty.due_on <= until
    ]


def open_duties(session: Session, actor: Actor, *, until: date, limit: int, after: str) -> Answered:
    """Duties that are open and due by a day, of the referrals that concern somebody."""
    if actor.provider is not None:
        raise not_allowed(actor, "duty.list")
    table = LifeRow.__table__
    conditions = [within(session, actor), table.c.due_on <= until]
    if after:
        conditions.append(table.c.referral_id > after)
    query = sa.select(table.c.referral_id).where(*conditions).order_by(table.c.referral_id)
    ids = list(session.execute(query.limit(limit + 1)).scalars())
    told = due_of(read_lives(session, ids[:limit]), until)
    record = Record("duties", "list")
    add_entry(session, actor, "duty.list", record, at=now(), showed=ids_in(told))
    return Answered(200, {"duties": told, "next": ids[limit - 1] if len(ids) > limit else None})


def moving_on(session: Session, actor: Actor, *, limit: int, after: str) -> Answered:
    """Planned moves to the next home, of the referrals that concern somebody, by referral."""
    if actor.provider is not None:
        raise not_allowed(actor, "duty.list")
    table = LifeRow.__table__
    conditions = [within(session, actor), table.c.state == State.STEPPING_DOWN.value]
    if after:
        conditions.append(table.c.referral_id > after)
    query = sa.select(table.c.referral_id).where(*conditions).order_by(table.c.referral_id)
    ids = list(session.execute(query.limit(limit + 1)).scalars())
    told = []
    for life in read_lives(session, ids[:limit]):
        assert life.step_down is not None
        plan = what(life.step_down, StepDown)
        told.append(
            {
                "referral_id": life.referral,
                "home_id": life.home,
                "expected_on": plan.expected_on,
                "confirmed": plan.confirmed,
                "destination": plan.destination,
                "goal": plan.goal,
                "way_back": plan.way_back,
                "ready_young_person": plan.ready_young_person,
                "ready_home": plan.ready_home,
                "late": plan.expected_on < today(),
            }
        )
    told.sort(key=lambda row: (str(row["expected_on"]), str(row["referral_id"])))
    record = Record("moves", "list")
    add_entry(session, actor, "duty.list", record, at=now(), showed=ids_in(told))
    return Answered(200, {"moves": told, "next": ids[limit - 1] if len(ids) > limit else None})


def entries(session: Session, actor: Actor, register: str, *, limit: int, after: str) -> Answered:
    """What a register says now: the newest entry of each key; a provider sees its own homes'."""
    own = None
    if actor.provider is not None:
        own = {*homes_of(session, actor), actor.organisation}
    rows = newest(session, register, of=own, after=after, limit=limit + 1)
    day = today()
    told = [
        {"number": row.number, "key": row.key, "made_at": row.made_at.isoformat(),
         "made_by": row.made_by, "told": row.told,
         **({"overdue": overdue(row.told, day)} if register == "training" else {})}
        for row in rows[:limit]
    ]  # fmt: skip
    add_entry(session, actor, "register.read", Record(register, "list"), at=now())
    more = rows[limit - 1].key if len(rows) > limit else None
    return Answered(200, {"entries": told, "next": more})


def audit(session: Session, *, actor: Actor, wanted: Wanted, after: int, limit: int) -> Answered:
    """Entries of the audit, by their numbers; that somebody read them is an entry too."""
    entries, more = page(session, wanted, after=after, limit=limit)
    _audit_was_read(session, actor, wanted)
    return Answered(200, {"entries": entries, "next": more})


def newest_of_audit(
    session: Session,
    actor: Actor,
    wanted: Wanted,
    *,
    before: int | None = None,
    after: int | None = None,
    limit: int,
) -> Newest:
    """Entries of the audit, the newest first; that somebody read them is an entry too."""
    found = newest_first(session, wanted, before=before, after=after, limit=limit)
    _audit_was_read(session, actor, wanted)
    return found


def _audit_was_read(session: Session, actor: Actor, wanted: Wanted) -> None:
    record = wanted.record
    about = Record("audit", "list") if record is None else Record("audit_of", record)
    add_entry(session, actor, "audit.read", about, at=now())


def entry_of(session: Session, actor: Actor, register: str, key: str) -> Mapping[str, Any] | None:
    """The newest entry of a key, its number and what it says, as far as somebody may see it."""
    own = None
    if actor.provider is not None:
        own = {*homes_of(session, actor), actor.organisation}
    row = newest_of(session, register, key)
    if row is None or (own is not None and row.subject not in own):
        return None
    add_entry(session, actor, "register.read", Record(register, key), at=now())
    return {"number": row.number, "told": row.told}


def may_write(actor: Actor, register: str) -> None:
    """Whether somebody's role writes to a register.

    Raises:
        ProblemError: it does not; those that do are named.
    """
    if actor.role not in WRITERS[register]:
        roles = ", ".join(sorted(role.value for role in WRITERS[register]))
        detail = f"The role {actor.role.value} may not write to {register}; it is for: {roles}."
        raise ProblemError("not-allowed", detail)


def enter(
    session: Session, actor: Actor, entry: Entry, once: Once, seen: int | None = None
) -> Answered:
    """Write to a register; `seen` is the number of the entry that was seen to be the newest.

    With `seen` (0: there was none) an entry that somebody wrote meanwhile is not written over.
    """
    answered = before(session, once)
    if answered is not None:
        return answered
    may_write(actor, entry.register_)
    at = now()
    if seen is not None:
        key = key_of(entry)[0]
        hold_key(session, entry.register_, key)
        row = newest_of(session, entry.register_, key)
        if (0 if row is None else row.number) != seen:
            detail = "There is a newer entry of this, or there is one already. Read it again."
            raise ProblemError("changed", detail)
    try:
        number = write_entry(session, actor, entry, Author(actor.id, at))
    except NoSuchHome as refused:
        allowed = "a home on record that is yours to write of"
        error = InputError(allowed, ("home_id",), value=str(refused))
        raise bad_input([error]) from None
    except NotTheirWord as refused:
        raise bad_input(
            [InputError(refused.allowed, (refused.field,), value=refused.value)]
        ) from None
    except AgainstContract as refused:
        raise bad_input(
            [InputError(allowed, (field,), value=value) for field, allowed, value in refused.found]
        ) from None
    answered = Answered(201, {"number": number}, f"/api/registers/{entry.register_}")
    keep(session, once, answered, at)
    return answered
