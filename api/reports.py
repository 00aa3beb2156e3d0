"""A provider's reasons, baselines and reports, each read with its audit entry."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session

from api.lives import today
from api.once import Answered
from api.problems import InputError, ProblemError, bad_input
from broker.access.actor import Actor
from broker.audit.chain import Record, add_entry
from broker.audit.showed import ids_in
from broker.baseline.record import frozen, seen_by
from broker.offer_reasons.answer import Asked, NoSuchProvider, explain_offers
from broker.reports.figures import quarter_period
from broker.reports.form import Period, Report
from broker.reports.make import REPORTS, read_report
from broker.reports.star import NotBuilt
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
    showed = ids_in([*told["offers"], *told["not_offered"]])
    add_entry(session, actor, "offer.reasons", Record("provider", name), at=now(), showed=showed)
    return Answered(200, told)


def baselines(session: Session, actor: Actor, year: date | None) -> Answered:
    """The baselines on record; a borough sees its own figures and those of all."""
    found = [seen_by(actor, one) for one in frozen(session, year)]
    add_entry(session, actor, "baseline.read", Record("baseline", "list"), at=now())
    return Answered(200, {"baselines": found})


def report(
    session: Session,
    actor: Actor,
    name: str,
    quarter: str | None,
    days: tuple[date | None, date | None],
) -> Report:
    """A report from the warehouse, of a quarter, of days, or else of the last whole quarter."""
    if name not in REPORTS:
        raise ProblemError("not-found", f"There is no report of this name: {', '.join(REPORTS)}.")
    period = _period(quarter, *days)
    try:
        return read_report(session, actor, name, period)
    except NotBuilt:
        raise ProblemError(
            "records-unfit",
            "There is no warehouse in this database yet. Whoever runs the service makes it: "
            "broker warehouse build",
        ) from None


def _period(quarter: str | None, start: date | None, end: date | None) -> Period | None:
    wrong = []
    if quarter is not None and (start is not None or end is not None):
        allowed = "alone: it says from and to already"
        wrong.append(InputError(allowed, parameter="quarter", value=quarter))
    found = None if quarter is None else quarter_period(quarter)
    if quarter is not None and found is None:
        allowed = "a calendar quarter such as 2026-Q3"
        wrong.append(InputError(allowed, parameter="quarter", value=quarter))
    if (start is None) != (end is None):
        lacks = "from" if start is None else "to"
        wrong.append(InputError("a day: from and to go together", parameter=lacks, kind="missing"))
    if start is not None and end is not None and end <= start:
        allowed = f"a day after from, {start}"
        wrong.append(InputError(allowed, parameter="to", value=end.isoformat()))
    if wrong:
        raise bad_input(wrong)
    return Period(start, end) if start is not None and end is not None else found
