"""A simple model of the whole life cycle: who has which place on which days, and who stands where.

Plain Python, which shares no code with the desk.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

PEOPLE = ("YP-A", "YP-B", "YP-C", "YP-D")
PLACES = {"H1": 1, "H2": 2}


@dataclass
class Told:
    """A referral as the model knows it."""

    who: str
    state: str = "draft"
    version: int = 1
    emergency: bool = False
    offers: dict[str, str] = field(default_factory=dict)
    home: str | None = None
    starts: date | None = None
    risk: str = "No known risk"
    verified_of: str | None = None
    banded_since: bool = False
    signed: set[str] = field(default_factory=set)

    def stand(self) -> None:
        """Where it stands follows from the answers there are."""
        answers = set(self.offers.values())
        self.state = (
            "accepted"
            if "accepted" in answers
            else "offered"
            if "open" in answers
            else "shortlisted"
        )

    def take_back(self) -> None:
        """No home is asked any longer."""
        for home, state in self.offers.items():
            self.offers[home] = "withdrawn" if state in ("open", "accepted") else state

    @property
    def lapsed(self) -> bool:
        """What was verified is not what the form says now."""
        return self.verified_of is not None and (self.banded_since or self.verified_of != self.risk)

    @property
    def shut(self) -> bool:
        return self.lapsed and not self.emergency

    @property
    def live(self) -> bool:
        return self.state not in ("ended", "withdrawn")

    @property
    def sought(self) -> bool:
        looking = ("verified", "shortlisted", "offered", "accepted")
        return self.state in looking or (self.emergency and self.state == "banded")


@dataclass
class Stay:
    """Who has a place, from when and until when."""

    referral: str
    who: str
    home: str
    starts: date
    ends: date | None = None

    def on(self, day: date) -> bool:
        return self.starts <= day and (self.ends is None or day < self.ends)


@dataclass
class Model:
    """Every referral, and who has a place from when until when."""

    lives: dict[str, Told] = field(default_factory=dict)
    stays: list[Stay] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=lambda: dict(PLACES))

    def free(self, home: str, day: date, but: str) -> bool:
        """Whether the model has a place of a home left on a day and every later one."""
        stays = [one for one in self.stays if one.home == home and one.who != but]
        days = {day, *(one.starts for one in stays if one.starts > day)}
        return all(sum(one.on(each) for one in stays) < self.places[home] for each in days)

    def came(self, home: str, who: str) -> None:
        """Somebody came to a home: what its manager signed is of another household."""
        for told in self.lives.values():
            if told.who != who:
                told.signed.discard(home)

    def gone(self, referral: str) -> None:
        """A decision is undone: whoever had a place elsewhere lives there as before."""
        who = self.stay(referral).who
        self.stays = [one for one in self.stays if one.referral != referral]
        for one in self.stays:
            if one.who == who:
                self.came(one.home, who)

    def stay(self, referral: str) -> Stay:
        """The stay of a referral."""
        return next(one for one in self.stays if one.referral == referral)

    def fits(self, referral: str, ends: date | None) -> bool:
        """Whether the home has a place for them until another day, beside the others' days."""
        own = next((one for one in self.stays if one.referral == referral), None)
        if own is None or ends == own.starts:
            return True
        wanted = replace(own, ends=ends)
        stays = [one for one in self.stays if one.home == own.home and one is not own]
        days = {own.starts, *(one.starts for one in stays)}
        return all(
            sum(one.on(day) for one in stays) < self.places[own.home]
            for day in days
            if wanted.on(day)
        )
