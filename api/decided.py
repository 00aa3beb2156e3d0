"""A person's word on one young person and one home, before the next match: a pin, a ban, or none.

A pin that a match could not keep is refused at once, with the sentence that says why.
"""

from __future__ import annotations

from sqlmodel import Session

from api.lives import today
from api.problems import InputError, ProblemError, bad_input
from api.who import not_allowed
from broker.access.actor import Actor
from broker.access.allowed import may
from broker.audit.chain import Record, add_entry
from broker.database import DatabaseProblem, DatabaseUnreachable
from broker.store.clock import now
from broker.store.history import Author
from broker.store.load import load_problem
from broker.store.put import close_row, put_row, rows_of
from matching.decisions import check_pins
from matching.faults import BadInput

ACT, LOOK = "decision.make", "decision.read"
NOT_HERE = "There is no referral with this id on record."
KINDS = ("pin", "ban", "none")
LONGEST = 2000


def read(session: Session, actor: Actor, referral: str) -> list[dict[str, object]]:
    """What people decided about a young person's homes; that somebody looked is on record.

    Raises:
        ProblemError: their role may not, or no referral on record has this id.
    """
    if not may(actor, LOOK):
        raise not_allowed(actor, LOOK)
    if not rows_of(session, "referrals", {"referral_id": referral}):
        raise ProblemError("not-found", NOT_HERE)
    add_entry(session, actor, LOOK, Record("referral", referral), at=now())
    return decisions_of(session, referral)


def decisions_of(session: Session, referral: str) -> list[dict[str, object]]:
    """What people decided about a young person's homes, by home."""
    return rows_of(session, "decisions", {"referral_id": referral})


def decide(
    session: Session, actor: Actor, referral: str, home: str, kind: str, reason: str
) -> None:
    """Hold a young person to a home, keep them from it, or take such a word back.

    A new pin takes the place of an older one: a referral has one pin at most.

    Raises:
        ProblemError: with every error; or no such open referral; or a pin that no plan can keep.
    """
    if not may(actor, ACT):
        raise not_allowed(actor, ACT)
    _check(session, referral, home, kind, reason)
    author = Author(actor.id, now())
    before = {row["home_id"]: row for row in decisions_of(session, referral)}
    for other, row in before.items():
        if kind == "pin" and row["kind"] == "pin" and other != home:
            _take_off(session, referral, str(other), author, f"a pin on {home} instead: {reason}")
    if kind == "none":
        _take_off(session, referral, home, author, reason)
    else:
        record = {
            "referral_id": referral,
            "home_id": home,
            "kind": kind,
            "by": f"{actor.id}, {actor.role.value.replace('_', ' ')}",
            "on": today().isoformat(),
            "reason": reason,
            "override": "",
        }
        put_row(session, "decisions", record, author)
    session.flush()
    _can_be_kept(session)
    add_entry(session, actor, ACT, Record("referral", referral), at=now())


def _check(session: Session, referral: str, home: str, kind: str, reason: str) -> None:
    open_ones = rows_of(session, "referrals", {"referral_id": referral})
    if not any(row["closed_at"] is None for row in open_ones):
        raise ProblemError("not-found", "There is no open referral with this id on record.")
    errors = []
    if kind not in KINDS:
        errors.append(InputError("one of pin, ban, none", ("kind",), value=kind))
    if not rows_of(session, "homes", {"home_id": home}):
        errors.append(InputError("a home on record", ("home_id",), value=home))
    if not 0 < len(reason) <= LONGEST:
        allowed = f"a reason of 1 to {LONGEST} characters"
        errors.append(InputError(allowed, ("reason",), kind="missing key"))
    if errors:
        raise bad_input(errors)


def _take_off(session: Session, referral: str, home: str, author: Author, reason: str) -> None:
    close_row(session, "decisions", {"referral_id": referral, "home_id": home}, author, reason)


def _can_be_kept(session: Session) -> None:
    try:
        check_pins(load_problem(session))
    except DatabaseUnreachable:
        raise
    except BadInput as refused:
        sentences = "; ".join(str(fault) for fault in refused.faults)
        raise bad_input([InputError(sentences, ("kind",), kind="pin refused")]) from refused
    except DatabaseProblem as refused:
        raise bad_input([InputError(str(refused), ("kind",), kind="pin refused")]) from refused
