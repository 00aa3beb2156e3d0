"""What a young person is told, as somebody who works for them opens it: each look is on record."""

from __future__ import annotations

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
from broker.life.telling import Silence
from broker.store.clock import now

ACT = "life.tell"


def sheet(session: Session, actor: Actor, referral: str, home: str) -> Sheet | Silence:
    """The sheet of one home on a young person's shortlist, or why there is none any more.

    Raises:
        ProblemError: no such referral or home on its list, or none that concerns whoever asks.
    """
    found = sheet_of(session, _life(session, actor, referral), home, today())
    if found is None:
        raise ProblemError("not-found", "This home is not on the shortlist of this referral.")
    _told(session, actor, referral)
    return found


def letter(session: Session, actor: Actor, referral: str) -> Letter | Silence:
    """The letter for where a young person's referral stands, or why there is none.

    Raises:
        ProblemError: no such referral, or none that concerns whoever asks.
    """
    found = letter_of(session, _life(session, actor, referral), today())
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
