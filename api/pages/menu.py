"""Where somebody can go from every page: what their role may do, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from api.pages.access import PAGES, SIGNED_IN
from broker.access.actor import Actor
from broker.access.allowed import may

_PLACES: Final = (
    ("/referrals", "Referrals", "See who waits, and take the next step."),
    ("/begin", "New referral", "Ask for a place for a young person."),
    ("/approvals", "Approvals", "See which homes need a yes from your borough."),
    ("/borough", "Our young people", "See where they stand, where they live, and what it costs."),
    ("/offers", "Offers", "See which homes are asked, and answer."),
    ("/duties", "Duties", "See what must be done by when, and what is late."),
    ("/moving-on", "Moving on", "See who plans the next home, and when."),
    ("/matches", "Matches", "See who could live where, and why."),
    ("/price", "Price check", "See what a placement costs, line by line."),
    ("/contracts", "Contracts", "See occupancy, voids, shares, results and the mix of need."),
    ("/bands", "Need bands", "See which scores make which band."),
    ("/forecast", "Income forecast", "See what a contract may pay, month by month."),
    ("/why-me", "Why me, why not me", "See what homes were asked, and why not."),
    ("/homes", "Homes", "See what is free, and say so."),
    ("/scenarios", "Scenarios", "See what might come, and what a change would do."),
    ("/benchmarks", "Benchmark prices", "See what others pay, with each source."),
    ("/fairness", "Fairness", "See how the newest match shares out."),
    ("/registers", "Registers", "See agreements, training, checks and young people’s marks."),
    ("/reports", "Reports", "See flow, outcomes, sufficiency and more."),
    ("/audit", "Audit", "See who saw and did what."),
    ("/weights", "Weights", "See what counts in a match, and how much."),
)


@dataclass(frozen=True, slots=True)
class Item:
    """A place to go: its address, its name, what it is for, and whether this page is it."""

    href: str
    text: str
    about: str
    current: bool


def menu_of(actor: Actor | None, path: str) -> list[Item]:
    """The places of somebody's role, in the order of the work."""
    if actor is None:
        return []
    return [
        Item(href, text, about, path == href or path.startswith(f"{href}/"))
        for href, text, about in _PLACES
        if PAGES["GET", href] == SIGNED_IN or may(actor, PAGES["GET", href])
    ]
