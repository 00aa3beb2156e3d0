"""The homes that may still become a young person's: asked, said yes, or listed to be asked next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from broker.life import steps as said
from broker.life.gates_of_placing import approvals_needed
from broker.life.state import Life, what
from broker.life.why_not import Other, why_not


@dataclass(frozen=True, slots=True)
class Pursued:
    """A home that may still be: what it was asked, and what is missing before anybody decides.

    `stands` is `accepted`, `open` (asked, with no answer yet) or `listed`. `late` says that the day
    for the answer has passed. `needed` are the approvals that nobody has given. `not_seen` says
    that no visit is on record, `not_heard` that what the young person says after it is not.
    `against` is what speaks against the home though it is still asked.
    """

    home_id: str
    name: str
    stands: Literal["accepted", "open", "listed"]
    starts_on: date | None = None
    answer_by: date | None = None
    late: bool = False
    needed: tuple[str, ...] = ()
    not_seen: bool = False
    not_heard: bool = False
    against: Other | None = None


def pursued(life: Life, names: Mapping[str, str], today: date) -> tuple[Pursued, ...]:
    """Those that said yes first, then those asked, then those on the list that nothing is against.

    `names` are those of the homes by id; one without a name goes by its id.
    """
    asked = [
        _asked(life, home, names.get(home, home), today)
        for state in ("accepted", "open")
        for home, offer in life.offers.items()
        if offer.state == state
    ]
    listed = [
        Pursued(home, names.get(home, home), "listed")
        for home in life.shortlisted
        if home not in life.offers and not why_not(life, home, home).why
    ]
    return (*asked, *listed)


def _asked(life: Life, home: str, name: str, today: date) -> Pursued:
    offer, visit, view = life.offers[home], life.visits.get(home), life.views.get(home)
    yes = offer.state == "accepted"
    needed = approvals_needed(life, home, life.found(home).get("area"), offer.starts_on)
    given = {
        kind
        for (where, kind), step in life.approvals.items()
        if where == home and what(step, said.Approve).granted
    }
    against = why_not(life, home, name)
    heard = view is not None and (visit is None or view.number > visit.number)
    return Pursued(
        home_id=home,
        name=name,
        stands="accepted" if yes else "open",
        starts_on=offer.starts_on,
        answer_by=None if yes else offer.answer_by,
        late=not yes and offer.answer_by < today,
        needed=tuple(kind for kind in needed if kind not in given) if yes else (),
        not_seen=yes and visit is None and not life.emergency,
        not_heard=yes and visit is not None and not heard,
        against=against if against.why else None,
    )
