"""What a young person is told, as somebody who works for them opens it: each look is on record."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from api.lives import NOT_HERE, today
from api.problems import ProblemError
from api.who import not_allowed
from broker.access.actor import Actor
from broker.access.allowed import may
from broker.audit.chain import Record, add_entry
from broker.life import desk
from broker.life.desk import Emptied, NotThere
from broker.life.letter import Letter, letter_of
from broker.life.sheet import Sheet, sheet_of
from broker.life.state import Life
from broker.store.clock import now
from broker.tables import MatchRun

ACT = "life.tell"


def sheet(session: Session, actor: Actor, referral: str, home: str) -> Sheet:
    """The sheet of one home on a young person's shortlist.

    Raises:
        ProblemError: no such referral or home on its list, or none that concerns whoever asks.
    """
    found = sheet_of(session, _life(session, actor, referral), home, today())
    if found is None:
        raise ProblemError("not-found", "This home is not on the shortlist of this referral.")
    _told(session, actor, referral)
    return found


def letter(session: Session, actor: Actor, referral: str) -> Letter:
    """The letter for where a young person's referral stands.

    Raises:
        ProblemError: as `sheet`; or there is nothing to tell before a place is looked for, and
            nobody to tell it to who died.
    """
    found = letter_of(session, _life(session, actor, referral), _newest(session))
    if found is None:
        detail = "There is no letter: no place is looked for yet, or the young person died."
        raise ProblemError("not-found", detail)
    _told(session, actor, referral)
    return found


def _life(session: Session, actor: Actor, referral: str) -> Life:
    if not may(actor, ACT):
        raise not_allowed(actor, ACT)
    try:
        return desk.life_for(session, actor, referral)
    except NotThere:
        raise ProblemError("not-found", NOT_HERE) from None
    except Emptied as emptied:
        raise ProblemError("removed", f"{emptied}.") from None


def _told(session: Session, actor: Actor, referral: str) -> None:
    add_entry(session, actor, ACT, Record("referral", referral), at=now())


def _newest(session: Session) -> dict[str, Any] | None:
    """The newest match on record: its number and its plan."""
    table = MatchRun.__table__
    query = sa.select(table.c.run_id, table.c.plan).order_by(table.c.run_id.desc()).limit(1)
    row = session.execute(query).first()
    return None if row is None else {"id": row.run_id, "plan": row.plan}
