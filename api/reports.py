"""A provider's reasons and the baselines, each read in one transaction with its audit entry."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session

from api.lives import today
from api.once import Answered
from api.problems import InputError, ProblemError, bad_input
from broker.access.actor import Actor
from broker.audit.chain import Record, add_entry
from broker.baseline.record import frozen, seen_by
from broker.offer_reasons.answer import Asked, NoSuchProvider, explain_offers
from broker.store.clock import now


def offer_reasons(
    session: Session, actor: Actor, provider: str | None, start: date, end: date
) -> Answered:
    """Why a provider's homes were asked, and why not; a provider asks for its own."""
    wrong = []
    name = provider or actor.provider
    if name is None:
        allowed = "the name of a provider with a home on record"
        wrong.append(InputError(allowed, parameter="provider", kind="missing"))
    if end <= start:
        allowed = f"a day after from, {start}"
        wrong.append(InputError(allowed, parameter="to", value=end.isoformat()))
    if wrong:
        raise bad_input(wrong)
    assert name is not None
    missing = ProblemError("not-found", "No home of this provider is on record that you speak for.")
    if actor.provider is not None and name != actor.provider:
        raise missing
    try:
        told = explain_offers(session, actor, Asked(name, start, end), today())
    except NoSuchProvider:
        raise missing from None
    add_entry(session, actor, "offer.reasons", Record("provider", name), at=now())
    return Answered(200, told)


def baselines(session: Session, actor: Actor, year: date | None) -> Answered:
    """The baselines on record; a borough sees its own figures and those of all."""
    found = [seen_by(actor, one) for one in frozen(session, year)]
    add_entry(session, actor, "baseline.read", Record("baseline", "list"), at=now())
    return Answered(200, {"baselines": found})
