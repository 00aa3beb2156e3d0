"""Looks at a match, and at young people through a question: each is an entry of the audit.

It is written in the request of whoever is shown something, when it is shown: never by work that
several who ask may share, and not while a page only waits for its answer.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sqlmodel import Session

from api.models import CaseRequest
from api.questions import OptionsRequest
from broker.access.actor import Actor
from broker.access.allowed import may
from broker.audit.chain import Record, add_entry
from broker.store.clock import now
from matching.problem import Problem

MATCH: Final = "match.read"
ASKED: Final = "question.ask"
SHARED: Final = "question.share"
EVERYBODY: Final = Record("referrals", "open")
"""What a question is about that names no young person and no home: all who wait."""


def at_match(session: Session, actor: Actor, number: int) -> None:
    """Somebody is shown a match: its plan, its figures, or an answer about it."""
    add_entry(session, actor, MATCH, Record("match", str(number)), at=now())


def at_matches(session: Session, actor: Actor) -> None:
    """Somebody is shown the list of matches."""
    add_entry(session, actor, MATCH, Record("matches", "list"), at=now())


def at_question(
    session: Session,
    actor: Actor,
    question: CaseRequest,
    problem: Problem,
    showed: Collection[str] | None = None,
) -> None:
    """Somebody is shown the answer to a question about a case on record.

    A broker asks in full; anybody else may only share what is of their own borough. Where the
    question is about no one young person, `showed` are those whom the answer names; where that is
    not known yet, it may name everybody in the case.
    """
    act = ASKED if may(actor, ASKED) else SHARED
    record = asked_about(question, problem)
    if record.kind == "referral":
        showed = ()
    elif showed is None:
        showed = problem.referral_by_id
    add_entry(session, actor, act, record, at=now(), showed=showed)


def at_what(
    session: Session,
    actor: Actor,
    match: int | None,
    question: CaseRequest,
    on_record: Problem | None,
) -> None:
    """Somebody asks through the service: of a match, of the case on record, of both or none."""
    if match is not None:
        at_match(session, actor, match)
    if on_record is not None:
        at_question(session, actor, question, on_record)


def asked_about(question: CaseRequest, problem: Problem) -> Record:
    """Whom a question about a case is about: its young person, its home, or else everybody in it.

    An id that is not in the case is answered with those like it, so it is about everybody; it is
    not written down.
    """
    referral = getattr(question, "referral_id", None)
    if referral in problem.referral_by_id:
        return Record("referral", str(referral))
    if isinstance(question, OptionsRequest) and question.home_id in problem.home_by_id:
        return Record("home", str(question.home_id))
    return EVERYBODY
