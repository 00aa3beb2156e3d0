"""Each report by its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from sqlmodel import Session

from broker.access.actor import Actor
from broker.audit.chain import Record, add_entry
from broker.reports.board import board
from broker.reports.change import change
from broker.reports.equality import equality
from broker.reports.figures import quarter_before
from broker.reports.flow import flow
from broker.reports.form import Period, Report
from broker.reports.outcomes import outcomes
from broker.reports.providers import providers
from broker.reports.star import ACT, Star, star
from broker.reports.sufficiency import sufficiency
from broker.store.clock import now

REPORTS: Final[Mapping[str, Callable[[Star, Period], Report]]] = {
    "flow": flow,
    "outcomes": outcomes,
    "sufficiency": sufficiency,
    "equality": equality,
    "providers": providers,
    "change": change,
    "board": board,
}


def make(session: Session, actor: Actor, name: str, period: Period | None) -> Report:
    """A report as somebody may see it, of a period or else of the last whole quarter.

    Raises:
        NotForYou: their role sees no reports.
        NotBuilt: there is no warehouse yet.
    """
    found = star(session, actor)
    return REPORTS[name](found, period or quarter_before(found.as_of))


def read_report(session: Session, actor: Actor, name: str, period: Period | None) -> Report:
    """A report, with an entry in the audit of who read which, of what days; the caller commits.

    Raises:
        NotForYou: their role sees no reports.
        NotBuilt: there is no warehouse yet.
    """
    found = make(session, actor, name, period)
    days = found.period
    of = f" of {actor.borough}" if actor.borough else ""
    what = Record("report", f"{name} {days.start} {days.end}{of}")
    add_entry(session, actor, ACT, what, at=now())
    return found
