"""Where a step is taken: one transaction that checks who asks, what must hold, and what follows.

`take` is the only way by which a life changes. Two people who saw the same life and act on it at
once: one succeeds, the other is told that it has changed. Nothing is written where anything is
missing, and everything missing is told.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import Session

from broker.access.actor import Actor
from broker.access.allowed import may
from broker.audit.against_steps import digest_of_facts
from broker.audit.chain import Record, add_entry
from broker.life import steps as said
from broker.life.duties import Terms, next_due
from broker.life.follow import follow
from broker.life.gates import Missing, missing
from broker.life.known import facts_of, find_known
from broker.life.scope import concerns, within
from broker.life.state import Life, Taken
from broker.life.steps import Said, said_of
from broker.store.history import Author
from broker.tables import LifeRow, StepRow

_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


class NotAllowed(Exception):
    """The role may never do this."""


class NotThere(Exception):
    """There is no such life, or none that concerns whoever asks."""


class Emptied(Exception):
    """What some steps of a closed life said was removed, so that it cannot be told any longer."""

    def __init__(self, referral: str, steps: Sequence[int]) -> None:
        self.referral = referral
        self.steps = tuple(steps)
        listed = ", ".join(str(one) for one in steps)
        super().__init__(f"what steps {listed} of {referral} said was removed")


class Changed(Exception):
    """The life has more steps than whoever acts on it saw."""

    def __init__(self, version: int) -> None:
        self.version = version
        super().__init__(f"it stands at version {version} now")


class Shut(Exception):
    """Something must hold first; every gate that is shut is named."""

    def __init__(self, gaps: Sequence[Missing]) -> None:
        self.gaps = tuple(gaps)
        super().__init__("; ".join(gap.sentence for gap in gaps))


@dataclass(frozen=True, slots=True)
class Moment:
    """When a step is taken: the instant, and the day as the brokerage counts it."""

    at: datetime
    today: date


def new_referral_id() -> str:
    """A pseudonym for a new referral, which says nothing of anybody."""
    return "R-" + "".join(secrets.choice(_LETTERS) for _ in range(10))


def read_life(session: Session, referral_id: str) -> Life | None:
    """A life from its steps; None where there is none.

    Raises:
        Emptied: a step says nothing any longer. A life is told from all of its steps or not at
            all; which steps there were, `step_rows` still tells.
    """
    rows = step_rows(session, referral_id)
    emptied = [row["number"] for row in rows if row["said"] is None]
    if emptied:
        raise Emptied(referral_id, emptied)
    return Life.of(referral_id, [step_of(row) for row in rows]) if rows else None


def life_for(session: Session, actor: Actor, referral_id: str) -> Life:
    """A life that concerns whoever asks.

    Raises:
        NotThere: there is none, or none that concerns them.
        Emptied: it concerns them, and can no longer be told.
    """
    try:
        life = read_life(session, referral_id)
    except Emptied:
        table = LifeRow.__table__
        own = sa.and_(table.c.referral_id == referral_id, within(session, actor))
        if session.execute(sa.select(table.c.version).where(own)).first() is None:
            raise NotThere from None
        raise
    if life is None or not concerns(session, actor, life):
        raise NotThere
    return life


def step_rows(session: Session, referral_id: str) -> list[dict[str, Any]]:
    """The steps of a life as they stand on record, those included that say nothing any longer."""
    table = StepRow.__table__
    query = sa.select(table).where(table.c.referral_id == referral_id).order_by(table.c.number)
    return [dict(row) for row in session.execute(query).mappings()]


def step_of(row: dict[str, Any]) -> Taken:
    """A step as it stands on record, which says something."""
    return Taken(
        number=row["number"],
        at=row["taken_at"],
        on=row["taken_on"],
        by=row["taken_by"],
        role=row["role"],
        organisation=row["organisation"],
        said=said_of(row["kind"], row["said"]),
        facts=row["facts"],
    )


def open_life(
    session: Session, actor: Actor, one: said.Open, moment: Moment, *, terms: Terms | None = None
) -> Life:
    """Begin a referral.

    Raises:
        NotAllowed, NotThere, Shut: as `take`.
    """
    if not may(actor, "life.open"):
        raise NotAllowed
    if actor.borough is not None and one.form.borough != actor.borough:
        raise Shut(
            [
                Missing(
                    "BOROUGH",
                    "access: a borough refers its own young people",
                    f"the form is of {one.form.borough}, not of {actor.borough}",
                    "assessor",
                )
            ]
        )
    life = Life(new_referral_id())
    return _write(session, actor, life, one, moment, terms or Terms(), None)


def take(
    session: Session,
    actor: Actor,
    referral_id: str,
    one: Said,
    moment: Moment,
    *,
    seen: int,
    terms: Terms | None = None,
    why: str | None = None,
) -> Life:
    """Take a step in a life that was seen at version `seen`; the caller commits.

    Raises:
        NotAllowed: the role may never take such a step.
        NotThere: no such life, or none that concerns whoever asks.
        Emptied: what its steps said was removed.
        Changed: somebody took a step meanwhile.
        Shut: gates are shut, all of them named.
    """
    if not may(actor, f"life.{one.kind}"):
        raise NotAllowed
    _lock(session, referral_id)
    life = life_for(session, actor, referral_id)
    if life.version != seen:
        raise Changed(life.version)
    home = getattr(one, "home_id", None)
    if home is not None and actor.provider is not None and not _own_home(session, actor, home):
        raise NotThere
    return _write(session, actor, life, one, moment, terms or Terms(), why)


def _own_home(session: Session, actor: Actor, home: str) -> bool:
    from broker.life.scope import homes_of

    return home in homes_of(session, actor)


def _lock(session: Session, referral_id: str) -> None:
    if session.get_bind().dialect.name == "postgresql":
        table = LifeRow.__table__
        own = table.c.referral_id == referral_id
        session.execute(sa.select(table.c.version).where(own).with_for_update())


def _write(
    session: Session,
    actor: Actor,
    life: Life,
    one: Said,
    moment: Moment,
    terms: Terms,
    why: str | None,
) -> Life:
    known = find_known(session, life, one, actor, moment.today)
    gaps = missing(life, one, known)
    if gaps:
        raise Shut(gaps)
    step = Taken(
        number=life.version + 1,
        at=moment.at,
        on=moment.today,
        by=actor.id,
        role=actor.role.value,
        organisation=actor.organisation,
        said=one,
        facts=facts_of(life, one, known),
    )
    after = life.after(step)
    told = one.model_dump(mode="json", exclude={"kind"})
    try:
        _keep(session, life, after, moment, terms)
        session.execute(
            sa.insert(StepRow.__table__),
            {
                "referral_id": life.referral,
                "number": step.number,
                "kind": step.kind,
                "taken_at": step.at,
                "taken_on": step.on,
                "taken_by": step.by,
                "role": step.role,
                "organisation": step.organisation,
                "said": told,
                "facts": dict(step.facts),
            },
        )
        follow(session, life, after, step, Author(actor.id, moment.at), known)
    except IntegrityError as refused:
        raise _told(refused, after) from refused
    except DBAPIError as refused:
        if "ex_placement" in str(refused.orig):
            raise _told(refused, after) from refused
        raise
    add_entry(
        session,
        actor,
        f"life.{one.kind}",
        Record("referral", life.referral),
        at=moment.at,
        why=why or getattr(one, "reason", None),
        before={"state": life.state.value, "version": life.version},
        after={
            "state": after.state.value,
            "version": after.version,
            "said": told,
            "facts_sha256": digest_of_facts(step.facts),
        },
    )
    return after


def _told(refused: DBAPIError, life: Life) -> Exception:
    """What a guard of the database refused, as the person who lost the race is told it."""
    words = str(refused.orig)
    if "ex_placement_place" in words:
        sentence = f"the place in {life.home} was taken at this moment by somebody else"
        return Shut([Missing("PLACE", "one place, one placement at a time", sentence)])
    if "ex_placement_young_person" in words:
        sentence = "the young person has a placement on these days already"
        return Shut([Missing("PLACE", "one young person, one placement at a time", sentence)])
    if "uq_life_live_young_person" in words or "life.young_person_id" in words:
        sentence = "this young person has a referral that is not closed; amend that one"
        return Shut([Missing("DOUBLE", "one open referral a young person", sentence, "assessor")])
    if "pk_step" in words or "step.referral_id" in words:
        return Changed(life.version)
    return refused


def _keep(session: Session, before: Life, after: Life, moment: Moment, terms: Terms) -> None:
    """Where the life stands now, for lists and for the guards of the database."""
    form = after.form
    assert form is not None
    due = next_due(after, moment.today, terms)
    values: dict[str, Any] = {
        "young_person_id": form.young_person_id,
        "borough": form.borough,
        "state": after.state.value,
        "version": before.version + 1,
        "emergency": after.emergency,
        "changed_at": moment.at,
        "needed_by": form.needed_by,
        "date_of_birth": form.date_of_birth,
        "sex": form.sex,
        "band": after.band,
        "due_on": None if due is None else due.due_on,
        "home_id": after.home,
        "former": after.former,
    }
    table = LifeRow.__table__
    if before.version == 0:
        session.execute(
            sa.insert(table),
            {**values, "referral_id": after.referral, "opened_at": moment.at},
        )
        return
    changed = session.execute(
        sa.update(table)
        .where(table.c.referral_id == after.referral, table.c.version == before.version)
        .values(**values)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise Changed(before.version + 1)
