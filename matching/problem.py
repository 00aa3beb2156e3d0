"""The question a match answers: young people, homes and policy on one day, validated and immutable.

Everything here is data. `exchange` reads it, `rules` and `points` judge it, `solve` plans over it.
Source: the case folder (docs/case-folder.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from matching.policy import Policy

if TYPE_CHECKING:
    from matching.lookahead import Lookahead

BANDS = ("low", "medium", "high", "specialist")
HIGH_NEED = frozenset({"high", "specialist"})
BAND_INDEX = {band: index for index, band in enumerate(BANDS)}


@dataclass(frozen=True, slots=True)
class Location:
    """A place on the National Grid, in metres, and the words it was given in.

    `easting` and `northing` are both known or both None; `postcode` is a full postcode or a sector,
    kept as given. A location whose postcode was not found is unknown.
    """

    easting: int | None = None
    northing: int | None = None
    postcode: str = ""
    given_as_grid: bool = True

    @property
    def known(self) -> bool:
        """Whether distances can be measured from here."""
        return self.easting is not None


@dataclass(frozen=True, slots=True)
class Referral:
    """A young person who needs a place, and what is known of what they need."""

    id: str
    young_person: str
    borough: str
    born: date
    sex: str
    band: str
    needed_by: date
    band_status: str = "provisional"
    needs: frozenset[str] = frozenset()
    location: Location = Location()
    nearness: str = "near"
    min_tenths: int | None = None
    max_tenths: int | None = None
    waiting_since: date | None = None
    planned_months: int | None = None
    moves: int | None = None
    sibling_group: str = ""
    siblings: str = ""
    companions: str = ""
    provision: frozenset[str] = frozenset({"childrens_home"})
    by_hand: bool = False

    @property
    def high_need(self) -> bool:
        """Whether the band is high or specialist."""
        return self.band in HIGH_NEED


@dataclass(frozen=True, slots=True)
class Home:
    """A home, who it is registered for and how many may live there under this arrangement."""

    id: str
    borough: str
    registration: str
    min_age: int
    max_age: int
    sexes: frozenset[str]
    bands: frozenset[str]
    places: int
    name: str = ""
    provider: str = ""
    location: Location = Location()
    provision: str = "childrens_home"
    judgement: str = ""
    due_diligence: bool | None = None
    supports: frozenset[str] = frozenset()
    max_high: int | None = None
    load_limit: int | None = None
    max_arrivals: int | None = None
    contract: str = ""

    @property
    def highest_band(self) -> int:
        """Index of the highest band the home takes."""
        return max(BAND_INDEX[band] for band in self.bands)

    @property
    def label(self) -> str:
        """The home's name and number, for people."""
        return f"{self.name} ({self.id})" if self.name else self.id


@dataclass(frozen=True, slots=True)
class Resident:
    """A young person who lives in a home now, until a confirmed day of leaving."""

    young_person: str
    home: str
    borough: str
    band: str
    born: date
    sex: str = ""
    leaves_on: date | None = None
    leaving: str = ""
    companions: str = ""
    sibling_group: str = ""

    @property
    def high_need(self) -> bool:
        """Whether the band is high or specialist."""
        return self.band in HIGH_NEED

    def present(self, day: date) -> bool:
        """Present on every day before a confirmed day of leaving; any other date frees nothing."""
        return not (
            self.leaving == "confirmed" and self.leaves_on is not None and day >= self.leaves_on
        )


@dataclass(frozen=True, slots=True)
class Avoid:
    """Somewhere a young person must not live: a borough, a home, or a radius round a point."""

    young_person: str
    kind: str
    borough: str = ""
    home: str = ""
    location: Location = Location()
    tenths: int | None = None


@dataclass(frozen=True, slots=True)
class PersonOrPlace:
    """Somebody or something that matters to a young person, and where."""

    referral: str
    what: str
    location: Location = Location()
    visits: int = 0
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Wish:
    """What a young person said of a home."""

    referral: str
    home: str
    wish: str
    on: date | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Decline:
    """A provider has said no to a referral for a home."""

    referral: str
    home: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Rate:
    """What a home charges for a band, in pence a week, on the days of `[start, end)`."""

    home: str
    band: str
    fee: int
    marginal: int
    start: date | None = None
    end: date | None = None
    marginal_given: bool = True

    def covers(self, day: date) -> bool:
        """Whether the row is in force on the day."""
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class Share:
    """The places of a block contract that a borough pays for."""

    contract: str
    borough: str
    places: int


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided of a referral and a home: `pin` (lives there) or `ban` (never).

    `override` holds each rule that is overridden with who signed; nobody where `by` says it.
    """

    referral: str
    home: str
    kind: str
    by: str
    on: date
    reason: str
    override: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SetAside:
    """A referral or a home that was left out of the question, and the faults it was left out for.

    `what` is `referral` or `home`.
    """

    what: str
    id: str
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Previous:
    """The plan that was told to people before: who was to live where.

    `stay` is the points for each proposal of it that changes; `homes` is sorted by referral.
    """

    stay: int
    homes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Problem:
    """One validated matching question. Tables are sorted by key: the order of rows never matters.

    `must_not` and `cautions` are unordered pairs, written smaller id first. `adjoining` is the
    neighbour table in force. `notices` are sentences a person should read beside every answer.
    `missing_safety` names the safety files that were not given. `decisions` bind; `set_aside` was
    left out. `previous` is a plan that should change little, `lookahead` what places are worth if
    kept: neither is part of the case.
    """

    policy: Policy
    referrals: tuple[Referral, ...]
    homes: tuple[Home, ...]
    residents: tuple[Resident, ...] = ()
    must_not: frozenset[tuple[str, str]] = frozenset()
    cautions: frozenset[tuple[str, str]] = frozenset()
    avoids: tuple[Avoid, ...] = ()
    people: tuple[PersonOrPlace, ...] = ()
    wishes: tuple[Wish, ...] = ()
    declines: tuple[Decline, ...] = ()
    rates: tuple[Rate, ...] = ()
    shares: tuple[Share, ...] = ()
    adjoining: frozenset[tuple[str, str]] = frozenset()
    own_adjoining: bool = False
    missing_safety: tuple[str, ...] = ()
    notices: tuple[str, ...] = field(default=())
    decisions: tuple[Decision, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    previous: Previous | None = None
    lookahead: Lookahead | None = None

    def day(self, referral: Referral) -> date:
        """The day a referral's rules are judged on: `needed_by`, or `as_of` if that is later."""
        return max(referral.needed_by, self.policy.as_of)

    def urgency(self, referral: Referral) -> str:
        """`today`, `within_5_days` or `over_5_days`, from the referral's day."""
        wait = (self.day(referral) - self.policy.as_of).days
        if wait == 0:
            return "today"
        return "within_5_days" if wait <= 5 else "over_5_days"

    def wait_points(self, referral: Referral) -> int:
        """Points for leaving a referral unplaced; 0 for `today`, which level 1 counts instead."""
        urgency = self.urgency(referral)
        if urgency == "today":
            return 0
        waited = 0
        if referral.waiting_since is not None:
            waited = (self.policy.as_of - referral.waiting_since).days
        wait = self.policy.wait
        return wait[urgency] + wait["per_day"] * min(waited, wait["cap"])

    @cached_property
    def home_by_id(self) -> Mapping[str, Home]:
        """Homes by id."""
        return {home.id: home for home in self.homes}

    @cached_property
    def referral_by_id(self) -> Mapping[str, Referral]:
        """Referrals by id."""
        return {referral.id: referral for referral in self.referrals}

    @cached_property
    def referred(self) -> frozenset[str]:
        """Young people who have a referral of their own."""
        return frozenset(referral.young_person for referral in self.referrals)

    @cached_property
    def groups(self) -> Mapping[str, tuple[Referral, ...]]:
        """Sibling groups of two or more referrals, by name."""
        found: dict[str, list[Referral]] = {}
        for referral in self.referrals:
            if referral.sibling_group:
                found.setdefault(referral.sibling_group, []).append(referral)
        return {name: tuple(members) for name, members in found.items() if len(members) > 1}

    def group_kind(self, name: str) -> str:
        """`together` if any member says so, else `preferred` if any does, else nothing."""
        says = {member.siblings for member in self.groups[name]}
        return next((kind for kind in ("together", "preferred") if kind in says), "")

    @cached_property
    def horizon(self) -> date:
        """The latest day of any referral not by hand; `as_of` where there is none."""
        days = [self.day(referral) for referral in self.referrals if not referral.by_hand]
        return max(days, default=self.policy.as_of)

    @cached_property
    def residents_of(self) -> Mapping[str, tuple[Resident, ...]]:
        """Residents by home."""
        found: dict[str, list[Resident]] = {home.id: [] for home in self.homes}
        for resident in self.residents:
            found[resident.home].append(resident)
        return {home: tuple(living) for home, living in found.items()}

    @cached_property
    def pins(self) -> Mapping[str, Decision]:
        """The pin of each referral that has one of its own."""
        return {one.referral: one for one in self.decisions if one.kind == "pin"}

    @cached_property
    def pinned(self) -> Mapping[str, Decision]:
        """The pin that binds each referral: its own, else that of a sibling kept together."""
        bound = dict(self.pins)
        for name, members in self.groups.items():
            own = [self.pins[member.id] for member in members if member.id in self.pins]
            if own and self.group_kind(name) == "together":
                bound |= {one.id: own[0] for one in members if one.id not in self.pins}
        return bound

    @cached_property
    def bans(self) -> Mapping[str, tuple[Decision, ...]]:
        """The homes that a person ruled out, by referral."""
        found: dict[str, tuple[Decision, ...]] = {}
        for one in self.decisions:
            if one.kind == "ban":
                found[one.referral] = (*found.get(one.referral, ()), one)
        return found

    def moved(self, plan: Mapping[str, str]) -> list[str]:
        """Referrals of the case that the previous plan placed in a home where `plan` does not."""
        before = self.previous.homes if self.previous is not None else ()
        known = self.referral_by_id
        return [who for who, home in before if who in known and plan.get(who) != home]

    def load(self, band: str) -> int:
        """What a young person of a band asks of a household."""
        return self.policy.load[band]


def unordered(a: str, b: str) -> tuple[str, str]:
    """A pair in which order means nothing."""
    return (a, b) if a <= b else (b, a)
