"""Invented young people who may arrive in the weeks ahead, drawn from a demand.

Rates, ages, sexes, routes, bands, prior moves and lengths of stay are those of the demand; tags of
need, living companions and urgency are the sample's mix, an assumption. Nobody drawn is real. The
same seed gives the same people.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple

import numpy as np

from broker.capacity.scenarios.apply import factor_on
from broker.capacity.scenarios.survival import MONTHS, Floats, curve
from broker.sample.draw import Draw
from broker.sample.ground import LONDON_HOMES, Authority, ground
from broker.sample.words import COMMON_NEEDS, RARE_NEEDS
from matching.calendar import age_on, birthday
from matching.problem import Location, Problem, Referral, Resident

MONTH_DAYS: Final = 30.4375
YEAR_DAYS: Final = 365.25
ADULT: Final = 18
COMPANIONS: Final = {"": 86, "solo": 4, "only_older": 5, "only_younger": 5}
URGENCY: Final = {(0, 0): 20, (1, 5): 35, (6, 42): 45}
"""Days from arriving to needing the place, and how many of a hundred: an assumption."""
TAGS: Final = {0: 45, 1: 37, 2: 18}
COMMON: Final = 92
MOVES: Final = {"0": 0, "1": 1, "2": 2, "3+": 3}


class Arrival(NamedTuple):
    """Somebody who comes to need a place: the day, the referral, the days they would stay."""

    day: date
    referral: Referral
    stay: int


@dataclass(frozen=True)
class Drawing:
    """Draws arrivals from a demand's contents (schema demand/1).

    `uncertain` draws each rate from what is known of it (a gamma distribution) once a draw; else
    the means are held.
    """

    demand: Mapping[str, Any]
    uncertain: bool = True

    def arrivals(
        self, chance: np.random.SeedSequence, first: date, weeks: int, label: str
    ) -> Iterator[Arrival]:
        """Everybody who arrives in so many weeks from a day on, in the order of days."""
        numbers = np.random.default_rng(chance)
        draw = Draw(int(chance.generate_state(1, np.uint64)[0]))
        cells = [
            (cell, self._rate(cell, numbers))
            for cell in self.demand["arrivals"]
            if cell["borough"] is not None
        ]
        count = 0
        for week in range(weeks):
            start = first + timedelta(days=7 * week)
            met = []
            for cell, rate in cells:
                often = rate * 7 / YEAR_DAYS * factor_on(self.demand, cell, start)
                for _ in range(int(numbers.poisson(often))):
                    met.append((start + timedelta(days=draw.whole(0, 6)), cell))
            for day, cell in sorted(met, key=lambda one: one[0]):
                count += 1
                yield self._person(draw, cell, day, f"{label}{count:04d}")

    def residual(self, draw: Draw, resident: Resident, day: date) -> int:
        """How many days a resident stays on, as if met at a random moment of their stay."""
        share = self._curve(resident.born, day, "entry")
        left = np.concatenate([[0.0], np.cumsum((share[1:] + share[:-1]) / 2)])
        months = float(np.interp(draw.whole(0, 10**9) / 10**9 * left[-1], left, MONTHS))
        return _capped(day, resident.born, max(1, round(months * MONTH_DAYS)))

    def stay(self, draw: Draw, referral: Referral, day: date, route: str = "entry") -> int:
        """How many days somebody stays who moves in on a day, whatever their age then."""
        share = self._curve(referral.born, day, route)
        level = draw.whole(1, 10**9) / 10**9
        months = float(np.interp(-level, -share, MONTHS))
        return max(1, round(months * MONTH_DAYS))

    def _curve(self, born: date, day: date, route: str) -> Floats:
        age = age_on(born, day)
        groups = self.demand["stays"]["groups"]
        group = min(groups, key=lambda one: (_away(one["age_group"], age), one["route"] != route))
        return curve(group, MONTHS)

    def _rate(self, cell: Mapping[str, Any], numbers: np.random.Generator) -> float:
        if not self.uncertain:
            return float(cell["per_year"])
        return float(numbers.gamma(cell["shape"], 1 / cell["rate"]))

    def _person(self, draw: Draw, cell: Mapping[str, Any], day: date, name: str) -> Arrival:
        low, high = cell["age_group"]
        oldest, youngest = birthday(day, -(high + 1)), birthday(day, -low)
        born = youngest - timedelta(days=draw.whole(0, (youngest - oldest).days - 1))
        easting, northing = _authority(cell["borough"]).point(draw)
        wait = draw.whole(*draw.weighted(URGENCY))
        moves = self.demand.get("prior_moves") or {"0": 1.0}
        mix = self.demand["needs"]["band_mix"]
        referral = Referral(
            id=f"R-{name}",
            young_person=f"YP-{name}",
            borough=cell["borough"],
            born=born,
            sex=cell["sex"],
            band=draw.weighted(mix),
            band_status="confirmed",
            needed_by=day + timedelta(days=wait),
            needs=frozenset(
                draw.pick(COMMON_NEEDS if draw.chance(COMMON) else RARE_NEEDS)
                for _ in range(draw.weighted(TAGS))
            ),
            location=Location(easting, northing),
            waiting_since=day,
            moves=MOVES[draw.weighted({key: share or 0 for key, share in moves.items()})],
            companions=draw.weighted(COMPANIONS),
        )
        return Arrival(day, referral, self.stay(draw, referral, day, cell["route"]))


def leaving(day: date, referral: Referral | Resident, stay: int) -> date:
    """The day somebody leaves who moves in on a day: their 18th birthday at the latest."""
    return day + timedelta(days=_capped(day, referral.born, stay))


def cannot_draw(demand: Mapping[str, Any], problem: Problem) -> list[str]:
    """Why nobody can be drawn from a demand for a case; empty where that is possible."""
    found = []
    located = [cell for cell in demand["arrivals"] if cell["borough"] is not None]
    if not located:
        reasons = "; ".join(f"{one['what']}: {one['why']}" for one in demand.get("cannot", []))
        found.append(f"the demand has no rate of arrival by authority ({reasons or 'none given'})")
    unknown = sorted({cell["borough"] for cell in located} - set(_authorities()))
    if unknown:
        found.append(f"no authority is known by {', '.join(unknown)}")
    if not demand["stays"]["groups"]:
        found.append("the demand has no lengths of stay")
    if not problem.homes:
        found.append("the case has no home")
    return found


def _away(group: list[int], age: int) -> int:
    return max(group[0] - age, age - group[1], 0)


def _capped(day: date, born: date, days: int) -> int:
    return max(1, min(days, (birthday(born, ADULT) - day).days))


@lru_cache(maxsize=1)
def _authorities() -> Mapping[str, Authority]:
    return {one.code: one for one in ground(LONDON_HOMES + 1)}


def _authority(code: str) -> Authority:
    return _authorities()[code]
