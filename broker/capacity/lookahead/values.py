"""What a place in each home is worth if kept: the mean price of room over simulated futures.

In each future arrivals are drawn for the weeks ahead, those who live there leave on drawn days, and
a linear programme places everybody as well as could be with all of it known. Its prices say what
room for one more would save, week by week; somebody who moves in now takes that room as long as
stays last, so prices are added up by the share of stays that last so long. The idea is that of
Ahani, Gölz, Procaccia, Teytelboym and Trapp for refugee resettlement (brief/field.md, 5).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from broker.capacity.lookahead.programme import Floats, Programme
from broker.capacity.lookahead.year import Year, year_of
from broker.capacity.simulation.drawing import Drawing, Scene
from broker.capacity.simulation.settings import Settings
from matching.lookahead import SCHEMA, STATUS
from matching.problem import BANDS, HIGH_NEED, Problem

WEEKS: Final = 52
FUTURES: Final = 20
DECIMALS: Final = 6
ELSEWHERE_AFTER: Final = Settings().elsewhere_after


@dataclass(frozen=True)
class Asked:
    """How far ahead to look, in how many futures, by which chance.

    After `elsewhere_after` weekly rounds without a place, one is bought elsewhere.
    """

    weeks: int = WEEKS
    futures: int = FUTURES
    seed: int = 0
    elsewhere_after: int = ELSEWHERE_AFTER


@dataclass(frozen=True)
class Values:
    """Points that room in each home is worth: for a place, one of high need, a unit of load.

    `kept_for` is for each home the expected weeks of use by band, weighted by the price of the
    room. `arrivals` is how many arrived in a future, on average.
    """

    problem: Problem
    asked: Asked
    demand_sha256: str
    place: Floats
    high: Floats
    load: Floats
    kept_for: Floats
    arrivals: float
    today_points: int

    def points(self, home: int, band: str) -> int:
        """Points of a young person of a band for a place in a home, rounded half-up."""
        worth = self.place[home] + self.load[home] * self.problem.load(band)
        worth += self.high[home] * (band in HIGH_NEED)
        return int(np.floor(round(float(worth), DECIMALS) + 0.5))

    def to_json(self) -> dict[str, Any]:
        """The file that anybody can inspect: schema lookahead/1."""
        return {
            "schema": SCHEMA,
            "status": STATUS,
            "source": {
                "demand_sha256": self.demand_sha256,
                "as_of": self.problem.policy.as_of.isoformat(),
                "weeks": self.asked.weeks,
                "futures": self.asked.futures,
                "seed": self.asked.seed,
            },
            "assumptions": {
                "rounds_until_placed_elsewhere": self.asked.elsewhere_after,
                "points_of_a_week_without_a_place_today": self.today_points,
                "arrivals_per_future": round(self.arrivals, 2),
                "left_out": "who else lives there beyond places, high need and household load; "
                "siblings; the shares of boroughs and the balance between providers",
            },
            "homes": [self._home(at) for at in range(len(self.problem.homes))],
        }

    def _home(self, at: int) -> dict[str, Any]:
        use = self.kept_for[at]
        most = int(np.argmax(use))
        percent = int(np.floor(100 * use[most] / use.sum() + 0.5)) if use.sum() > 0 else 0
        return {
            "home_id": self.problem.homes[at].id,
            "points": {band: self.points(at, band) for band in BANDS},
            "kept_for": {"band": BANDS[most], "percent": percent} if percent else None,
            "room": {
                "place": round(float(self.place[at]), DECIMALS),
                "high": round(float(self.high[at]), DECIMALS),
                "load": round(float(self.load[at]), DECIMALS),
            },
        }


def today_points(problem: Problem) -> int:
    """Points of a week without a place needed today: as much as policy gives any wait at most.

    Level 1 has no points; a price needs some. A starting assumption.
    """
    wait = problem.policy.wait
    most = max(wait["within_5_days"], wait["over_5_days"])
    return most + wait["per_day"] * wait["cap"]


def values_of(
    problem: Problem,
    drawing: Drawing,
    demand_sha256: str,
    asked: Asked,
    chance: int | None = None,
    say: Callable[[int, int], None] | None = None,
) -> Values:
    """The values of a case on its day; the same seed and case give the same.

    `chance` stands in for the seed where many are needed; `say` hears (future, of).
    """
    seed = asked.seed if chance is None else chance
    scene = _scene(problem, drawing, asked)
    homes = len(problem.homes)
    worth = np.zeros((3, homes))
    kept_for = np.zeros((homes, len(BANDS)))
    met = 0
    for number in range(asked.futures):
        if say is not None:
            say(number + 1, asked.futures)
        year = _future(scene, seed, number, asked)
        met += len(year.people)
        if not len(year.person):
            continue
        weight = today_points(problem)
        answer = Programme(year).solve(
            year.today * weight + year.points, year.never_today * weight + year.never_points
        )
        lasting = _lasting(year)
        for kind, prices in enumerate(answer.prices):
            worth[kind] += prices @ lasting
        _add_use(kept_for, year, answer.taken, answer.prices)
    worth /= max(1, asked.futures)
    return Values(
        problem=problem,
        asked=asked,
        demand_sha256=demand_sha256,
        place=worth[0],
        high=worth[1],
        load=worth[2],
        kept_for=kept_for,
        arrivals=met / max(1, asked.futures),
        today_points=today_points(problem),
    )


def digest_of(demand: Mapping[str, Any]) -> str:
    """The SHA-256 of a demand's contents, whatever the order or spacing of its file."""
    text = json.dumps(demand, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _scene(problem: Problem, drawing: Drawing, asked: Asked) -> Scene:
    """The case as its futures begin with it: nobody asks yet.

    Those with a referral of their own are left out: their place is free once they have another.
    """
    residents = tuple(one for one in problem.residents if one.young_person not in problem.referred)
    return drawing.at(replace(problem, referrals=(), residents=residents), asked.weeks)


def _future(scene: Scene, seed: int, number: int, asked: Asked) -> Year:
    """The choices of one future, from the week after the case's day on."""
    drawn = scene.drawn(seed, number, "F", relations=False)
    later = [one for one in drawn.people if one.round > 0]
    return year_of(drawn.case, later, drawn.lives, asked.weeks, asked.elsewhere_after)


def _lasting(year: Year) -> Floats:
    """The share of the future's stays that last longer than so many weeks."""
    stays = np.array([one.stay for one in year.people], dtype=np.float64)
    weeks = np.arange(year.weeks) * 7.0
    share: Floats = (stays[:, None] > weeks[None, :]).mean(axis=0)
    return share


def _add_use(use: Floats, year: Year, taken: Floats, prices: tuple[Floats, ...]) -> None:
    """Add who would use the room of each home, in points of its price, by band."""
    amounts = (np.ones(len(year.people)), year.high, year.load)
    for k in np.flatnonzero(taken > 1 / 1000).tolist():
        home, who = int(year.home[k]), int(year.person[k])
        span = slice(int(year.start[k]), int(year.end[k]))
        paid = sum(
            float(table[home, span].sum()) * float(amount[who])
            for table, amount in zip(prices, amounts, strict=True)
        )
        use[home, int(year.band[who])] += float(taken[k]) * paid
