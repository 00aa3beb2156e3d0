"""Where a step is taken: one transaction that checks who asks, what must hold, and what follows.

`take` is the only way by which somebody changes a life. Two people who saw the same life and act on
it at once: one succeeds, the other is told that it has changed. Nothing is written where anything
is missing, and everything missing is told.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import Session

from broker.access.actor import Actor
from broker.access.allowed import may
from broker.life import rematch
from broker.life import steps as said
from broker.life.gate import FIELD_PROCESS, Missing
from broker.life.read import Emptied, NotThere, life_for, read_life, step_of, step_rows
from broker.life.scope import homes_of
from broker.life.state import Life
from broker.life.steps import Said
from broker.life.work import Changed, Moment, Shut, Work, new_referral_id
from broker.tables import LifeRow


class NotAllowed(Exception):
    """The role may never do this act."""

    def __init__(self, act: str) -> None:
        self.act = act
        super().__init__(act)


def open_life(session: Session, actor: Actor, one: said.Open, moment: Moment) -> Life:
    """Begin a referral; the caller commits.

    Raises:
        NotAllowed, Shut: as `take`.
    """
    if not may(actor, "life.open"):
        raise NotAllowed("life.open")
    if actor.borough is not None and one.form.borough != actor.borough:
        sentence = f"the form is of {one.form.borough}, not of {actor.borough}"
        source = "access: a borough refers its own young people"
        raise Shut([Missing("BOROUGH", source, sentence, "assessor")])
    work = Work(session, actor, moment)
    life = work.take(Life(new_referral_id()), one)
    work.close()
    return life


def take(
    session: Session,
    actor: Actor,
    referral_id: str,
    one: Said,
    moment: Moment,
    *,
    seen: int,
    why: str | None = None,
) -> Life:
    """Take a step in a life that was seen at version `seen`; the caller commits.

    An unplanned ending that needs a place opens the urgent referral after it, in the same
    transaction.

    Raises:
        NotAllowed: the role may never take such a step.
        NotThere: no such life, or none that concerns whoever asks.
        Emptied: what its steps said was removed.
        Changed: somebody took a step meanwhile.
        Shut: gates are shut, all of them named.
    """
    if not may(actor, f"life.{one.kind}"):
        raise NotAllowed(f"life.{one.kind}")
    _lock(session, referral_id)
    life = life_for(session, actor, referral_id)
    if life.version != seen:
        raise Changed(life.version)
    home = getattr(one, "home_id", None)
    if home is not None and actor.provider is not None and home not in homes_of(session, actor):
        raise NotThere
    if isinstance(one, said.PlaceLost):
        sentence = "a lost place is told of the home, and reaches everybody it concerns from there"
        raise Shut([Missing("ORDER", FIELD_PROCESS, sentence)])
    work = Work(session, actor, moment)
    if isinstance(one, said.End) and one.needs_place:
        after = rematch.end_and_look_again(work, life, one, why)
    else:
        after = work.take(life, one, why=why)
    work.close()
    return after


def locked_life(session: Session, referral_id: str) -> Life | None:
    """A life that nobody else changes until the transaction ends."""
    _lock(session, referral_id)
    return read_life(session, referral_id)


def _lock(session: Session, referral_id: str) -> None:
    if session.get_bind().dialect.name == "postgresql":
        table = LifeRow.__table__
        own = table.c.referral_id == referral_id
        session.execute(sa.select(table.c.version).where(own).with_for_update())


__all__ = [
    "Changed",
    "Emptied",
    "Moment",
    "NotAllowed",
    "NotThere",
    "Shut",
    "life_for",
    "locked_life",
    "new_referral_id",
    "open_life",
    "read_life",
    "step_of",
    "step_rows",
    "take",
]
