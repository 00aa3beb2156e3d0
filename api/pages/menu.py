"""Where somebody can go from every page: what their role may do, and nothing else.

A role may have twenty places to go. The menu shows the headings they stand under, and below it the
places under the heading of the page that is shown; a heading has a page of its own, so that none of
this needs a script.
"""

from __future__ import annotations

from collections.abc import Mapping
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


_SECTIONS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "young-people": (
        "Young people",
        ("/referrals", "/begin", "/approvals", "/borough", "/duties", "/moving-on"),
    ),
    "homes": ("Homes", ("/homes", "/offers", "/why-me", "/registers")),
    "matches": ("Matches", ("/matches", "/fairness", "/weights")),
    "money": (
        "Money",
        ("/price", "/contracts", "/forecast", "/bands", "/benchmarks"),
    ),
    "reports": ("Reports", ("/reports", "/scenarios", "/audit")),
}
"""Under which heading each place stands, by the name in the heading's address."""


@dataclass(frozen=True, slots=True)
class Item:
    """A place to go: its address, its name, what it is for, and whether this page is it.

    It is `active` where this page is one of those that it leads to.
    """

    href: str
    text: str
    about: str
    current: bool
    active: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of the menu with the places under it, never none."""

    name: str
    text: str
    places: tuple[Item, ...]
    at: str

    @property
    def here(self) -> bool:
        """Whether the page that is shown is of this section."""
        return self.at == self._own or any(one.current for one in self.places)

    @property
    def head(self) -> Item:
        """What the menu shows for the section: its heading, or its one place."""
        if len(self.places) == 1:
            return self.places[0]
        about = ", ".join(one.text for one in self.places)
        return Item(self._own, self.text, about, self.at == self._own, self.here)

    @property
    def _own(self) -> str:
        return f"/sections/{self.name}"


def sections_of(actor: Actor | None, path: str) -> list[Section]:
    """The places of somebody's role under their headings; a heading with no place is left out."""
    if actor is None:
        return []
    allowed = {
        href: Item(href, text, about, path == href or path.startswith(f"{href}/"))
        for href, text, about in _PLACES
        if PAGES["GET", href] == SIGNED_IN or may(actor, PAGES["GET", href])
    }
    found = []
    for name, (text, members) in _SECTIONS.items():
        places = tuple(allowed[href] for href in members if href in allowed)
        if places:
            found.append(Section(name, text, places, path))
    return found


def named_sections() -> list[tuple[str, list[Item]]]:
    """Every place of the menu under its heading, whoever may go there."""
    known = {href: Item(href, text, about, False) for href, text, about in _PLACES}
    return [(text, [known[href] for href in members]) for text, members in _SECTIONS.values()]


def without_heading() -> set[str]:
    """Places that stand under no heading, or under two: there must be none."""
    under = [href for _, members in _SECTIONS.values() for href in members]
    listed = {href for href, _, _ in _PLACES}
    return (listed ^ set(under)) | {href for href in under if under.count(href) > 1}


if without_heading():
    raise RuntimeError(f"places of the menu under no heading, or two: {sorted(without_heading())}")
