"""The homes as arrays, so that a rule is judged for every home in one step.

A `Board` is made once for a problem. It holds a column for each fact of a home, the household in
each home on each day asked about, and the fee of each home for each band and day. `View` is one
referral seen against the homes: what the rules and points are functions of.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matching.calendar import age_on
from matching.data import need_tags
from matching.geography import area, tenths_of_miles_array
from matching.problem import BAND_INDEX, Avoid, Location, PersonOrPlace, Problem, Referral, Resident
from matching.sheets import SEXES

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

NO_LIMIT = 1 << 40
UNKNOWN = -1
AREAS = ("in_area", "adjoining", "distant")
_NEVER = date.max.toordinal() + 1

_TAG_BIT = {tag: 1 << place for place, tag in enumerate(sorted(need_tags()))}
_SEX_BIT = {sex: 1 << place for place, sex in enumerate(SEXES)}
_BAND_BIT = {band: 1 << place for band, place in BAND_INDEX.items()}


def _bits(items: frozenset[str], table: dict[str, int]) -> int:
    return sum(table[item] for item in items)


@dataclass(frozen=True, slots=True)
class Household:
    """Who is present in every home on one day: an entry a home.

    `free` is places less residents present. Birth days are ordinals; `eldest` and `youngest` are
    of the residents present. `older_than` is the earliest birth day of a resident who must only
    live with older young people, `younger_than` the latest of one who must only live with younger.
    """

    present: Ints
    free: Ints
    high: Ints
    load: Ints
    eldest: Ints
    youngest: Ints
    solo: Flags
    older_than: Ints
    younger_than: Ints


@dataclass(frozen=True, slots=True)
class Fees:
    """Pence a week of every home for one band on one day; `known` where a row covers the day."""

    weekly: Ints
    marginal: Ints
    known: Flags


class Board:
    """A problem's homes as columns, in the order of `problem.homes`."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        homes = problem.homes
        self.size = len(homes)
        self.index = {home.id: place for place, home in enumerate(homes)}

        def column(values: list[int]) -> Ints:
            return np.array(values, dtype=np.int64)

        def limit(value: int | None) -> int:
            return NO_LIMIT if value is None else value

        self.easting = column([h.location.easting or 0 for h in homes])
        self.northing = column([h.location.northing or 0 for h in homes])
        self.located: Flags = np.array([h.location.known for h in homes], dtype=bool)
        self.registered: Flags = np.array(
            [h.registration == "registered" for h in homes], dtype=bool
        )
        self.sound: Flags = np.array(
            [h.judgement != "inadequate" and h.due_diligence is not False for h in homes],
            dtype=bool,
        )
        self.supported: Flags = np.array(
            [h.provision == "supported_accommodation" for h in homes], dtype=bool
        )
        self.min_age = column([h.min_age for h in homes])
        self.max_age = column([h.max_age for h in homes])
        self.sexes = column([_bits(h.sexes, _SEX_BIT) for h in homes])
        self.bands = column([_bits(h.bands, _BAND_BIT) for h in homes])
        self.supports = column([_bits(h.supports, _TAG_BIT) for h in homes])
        self.highest_band = column([h.highest_band for h in homes])
        self.places = column([h.places for h in homes])
        self.max_high = column([limit(h.max_high) for h in homes])
        self.load_limit = column([limit(h.load_limit) for h in homes])
        default = problem.policy.max_arrivals
        self.max_arrivals = column(
            [default if h.max_arrivals is None else h.max_arrivals for h in homes]
        )
        self.authorities = sorted({h.borough for h in homes})
        place = {code: at for at, code in enumerate(self.authorities)}
        self.authority = column([place[h.borough] for h in homes])
        self._households: dict[date, Household] = {}
        self._fees: dict[tuple[str, date], Fees] = {}
        self._areas: dict[str, Ints] = {}
        self._avoids: dict[str, list[Avoid]] = {}
        for row in problem.avoids:
            self._avoids.setdefault(row.young_person, []).append(row)
        self._people: dict[str, list[PersonOrPlace]] = {}
        for person in problem.people:
            self._people.setdefault(person.referral, []).append(person)

    @cached_property
    def resident_by_person(self) -> dict[str, Resident]:
        """Residents by young person."""
        return {resident.young_person: resident for resident in self.problem.residents}

    @cached_property
    def siblings_living(self) -> dict[str, list[Resident]]:
        """Residents by sibling group."""
        found: dict[str, list[Resident]] = {}
        for resident in self.problem.residents:
            if resident.sibling_group:
                found.setdefault(resident.sibling_group, []).append(resident)
        return found

    @cached_property
    def must_not(self) -> dict[str, list[str]]:
        """For each young person, those who must not live with them."""
        return _both_ways(self.problem.must_not)

    @cached_property
    def cautions(self) -> dict[str, list[str]]:
        """For each young person, those with whom they may live only with caution."""
        return _both_ways(self.problem.cautions)

    @cached_property
    def declined(self) -> dict[str, Ints]:
        """For each referral, the homes whose provider has said no."""
        return self._home_lists([(d.referral, d.home) for d in self.problem.declines])

    @cached_property
    def wishes(self) -> dict[str, dict[str, Ints]]:
        """For each wish and referral, the homes it was said of."""
        found: dict[str, dict[str, Ints]] = {}
        for wish in ("against", "unsure", "wants"):
            said = [(w.referral, w.home) for w in self.problem.wishes if w.wish == wish]
            found[wish] = self._home_lists(said)
        return found

    def _home_lists(self, pairs: list[tuple[str, str]]) -> dict[str, Ints]:
        found: dict[str, list[int]] = {}
        for referral, home in pairs:
            found.setdefault(referral, []).append(self.index[home])
        return {key: np.array(sorted(homes), dtype=np.int64) for key, homes in found.items()}

    def of(self, problem: Problem) -> Board:
        """This board for a question that differs in nothing a board shows, such as stay points."""
        other = copy(self)
        other.problem = problem
        return other

    def avoids_of(self, referral: Referral) -> list[Avoid]:
        """What a young person must stay away from."""
        return self._avoids.get(referral.young_person, [])

    def people_of(self, referral: Referral) -> list[PersonOrPlace]:
        """Who and what matters to a young person."""
        return self._people.get(referral.id, [])

    def tenths_to(self, location: Location) -> Ints:
        """Tenths of a mile from a location to every home; -1 where either is unknown."""
        if location.easting is None or location.northing is None:
            return np.full(self.size, UNKNOWN, dtype=np.int64)
        tenths = tenths_of_miles_array(
            self.easting - location.easting, self.northing - location.northing
        )
        return np.where(self.located, tenths, UNKNOWN)

    def areas(self, borough: str) -> Ints:
        """For every home, the index in `AREAS` as seen from a young person's borough."""
        if borough not in self._areas:
            neighbours = self.problem.adjoining
            codes = [AREAS.index(area(borough, code, neighbours)) for code in self.authorities]
            self._areas[borough] = np.array(codes, dtype=np.int64)[self.authority]
        return self._areas[borough]

    def household(self, day: date) -> Household:
        """Who is present in every home on a day."""
        if day not in self._households:
            self._households[day] = self._live_in(day)
        return self._households[day]

    def _live_in(self, day: date) -> Household:
        size = self.size
        present, high, load = (np.zeros(size, dtype=np.int64) for _ in range(3))
        eldest, older_than = (np.full(size, _NEVER, dtype=np.int64) for _ in range(2))
        youngest, younger_than = (np.zeros(size, dtype=np.int64) for _ in range(2))
        solo = np.zeros(size, dtype=bool)
        living = self._living
        here = living.present(day)
        at, born = living.home[here], living.born[here]
        np.add.at(present, at, 1)
        np.add.at(high, at, living.high[here])
        np.add.at(load, at, living.load[here])
        np.minimum.at(eldest, at, born)
        np.maximum.at(youngest, at, born)
        says = living.companions[here]
        solo[at[says == "solo"]] = True
        wants_older, wants_younger = says == "only_older", says == "only_younger"
        np.minimum.at(older_than, at[wants_older], born[wants_older])
        np.maximum.at(younger_than, at[wants_younger], born[wants_younger])
        return Household(
            present=present,
            free=self.places - present,
            high=high,
            load=load,
            eldest=eldest,
            youngest=youngest,
            solo=solo,
            older_than=older_than,
            younger_than=younger_than,
        )

    @cached_property
    def _living(self) -> _Living:
        residents = self.problem.residents
        leaves = [
            r.leaves_on.toordinal() if r.leaves_on and r.leaving == "confirmed" else _NEVER
            for r in residents
        ]
        return _Living(
            home=np.array([self.index[r.home] for r in residents], dtype=np.int64),
            born=np.array([r.born.toordinal() for r in residents], dtype=np.int64),
            high=np.array([r.high_need for r in residents], dtype=np.int64),
            load=np.array([self.problem.load(r.band) for r in residents], dtype=np.int64),
            leaves=np.array(leaves, dtype=np.int64),
            companions=np.array([r.companions for r in residents], dtype=np.str_),
        )

    def fees(self, band: str, day: date) -> Fees:
        """What every home charges for a band on a day.

        Where no row covers the day the highest fee of that band on that day anywhere stands for
        both fees, so that an unknown price never looks cheap; 0 where there is none at all.
        """
        if (band, day) not in self._fees:
            weekly = np.full(self.size, UNKNOWN, dtype=np.int64)
            marginal = np.full(self.size, UNKNOWN, dtype=np.int64)
            rates = self._rates.get(band)
            if rates is not None:
                now = day.toordinal()
                on = (rates.start <= now) & (now < rates.end)
                weekly[rates.home[on]] = rates.fee[on]
                marginal[rates.home[on]] = rates.marginal[on]
            known = weekly != UNKNOWN
            highest = int(weekly.max()) if known.any() else 0
            self._fees[band, day] = Fees(
                weekly=np.where(known, weekly, highest),
                marginal=np.where(known, marginal, highest),
                known=known,
            )
        return self._fees[band, day]

    @cached_property
    def _rates(self) -> dict[str, _Rates]:
        found: dict[str, list[tuple[int, int, int, int, int]]] = {}
        for rate in self.problem.rates:
            start = rate.start.toordinal() if rate.start else 0
            end = rate.end.toordinal() if rate.end else _NEVER
            row = (self.index[rate.home], rate.fee, rate.marginal, start, end)
            found.setdefault(rate.band, []).append(row)
        return {
            band: _Rates(*(np.array(values, dtype=np.int64) for values in zip(*rows, strict=True)))
            for band, rows in found.items()
        }


@dataclass(frozen=True, slots=True)
class _Living:
    """Residents as columns."""

    home: Ints
    born: Ints
    high: Ints
    load: Ints
    leaves: Ints
    companions: NDArray[np.str_]

    def present(self, day: date) -> Flags:
        return self.leaves > day.toordinal()


@dataclass(frozen=True, slots=True)
class _Rates:
    """Rates of one band as columns; days are ordinals, `[start, end)`."""

    home: Ints
    fee: Ints
    marginal: Ints
    start: Ints
    end: Ints


def _both_ways(pairs: frozenset[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for a, b in pairs:
        found.setdefault(a, []).append(b)
        found.setdefault(b, []).append(a)
    return {key: sorted(others) for key, others in found.items()}


class View:
    """One referral seen against every home: the facts that rules and points are judged on."""

    def __init__(self, board: Board, referral: Referral) -> None:
        self.board = board
        self.problem = board.problem
        self.referral = referral
        self.day = board.problem.day(referral)
        self.urgency = board.problem.urgency(referral)
        self.age = age_on(referral.born, self.day)
        self.born = referral.born.toordinal()
        self.household = board.household(self.day)
        self.sex_bit = _SEX_BIT[referral.sex]
        self.band_bit = _BAND_BIT[referral.band]
        self.band = BAND_INDEX[referral.band]
        self.needs_bits = _bits(referral.needs, _TAG_BIT)
        self.load = board.problem.load(referral.band)

    @cached_property
    def tenths(self) -> Ints:
        """Tenths of a mile to every home; -1 where a location is unknown."""
        return self.board.tenths_to(self.referral.location)

    @property
    def limit_tenths(self) -> int:
        """How far the home may be: the referral's own limit, else the policy's for its urgency."""
        if self.referral.max_tenths is not None:
            return self.referral.max_tenths
        return self.problem.policy.limit_tenths[self.urgency]

    @property
    def areas(self) -> Ints:
        """Index in `AREAS` of every home."""
        return self.board.areas(self.referral.borough)

    def residents_at(
        self, relations: dict[str, list[str]], *, own_referral: bool = True
    ) -> list[int]:
        """Homes of the residents present who stand in a relation to the young person.

        One entry a resident. `own_referral` False leaves out residents with a referral of theirs.
        """
        found = []
        for other in relations.get(self.referral.young_person, ()):
            resident = self.board.resident_by_person.get(other)
            if resident is None or not resident.present(self.day):
                continue
            if own_referral or other not in self.problem.referred:
                found.append(self.board.index[resident.home])
        return found

    def siblings_at(self) -> list[int]:
        """Homes of the residents present on the day who are of the same sibling group."""
        group = self.referral.sibling_group
        if not group:
            return []
        living = self.board.siblings_living.get(group, ())
        return [self.board.index[r.home] for r in living if r.present(self.day)]
