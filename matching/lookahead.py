"""What a place is worth if it is kept for a scarcer need: values by home and band, as points.

Look-ahead adds points to the places that those placed without it may take, and nothing else: who
was placed stays placed, and nobody is charged for being placed at all. The values are policy and a
starting assumption, computed elsewhere and read here from a file that anybody can inspect. Source:
docs/lookahead.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from matching.faults import BadInput, Fault
from matching.problem import BANDS, Problem

SCHEMA = "lookahead/1"
LARGEST = 1_000_000
SOURCES = ("demand_sha256", "as_of", "weeks", "futures", "seed")
STATUS = "policy, and a starting assumption: simulated arrivals, not a forecast of anybody"


@dataclass(frozen=True, slots=True)
class HomeWorth:
    """What a place in a home is worth if kept: points by band, and the band it is kept for.

    `points` stands in the order of the bands. `kept_for` is the band that would use most of it in
    the simulated arrivals, with its share in percent; empty where nobody would.
    """

    home: str
    points: tuple[int, ...]
    kept_for: str = ""
    percent: int = 0

    def to_json(self) -> dict[str, Any]:
        """As the values file and plan.json hold it."""
        return {
            "home_id": self.home,
            "points": dict(zip(BANDS, self.points, strict=True)),
            "kept_for": {"band": self.kept_for, "percent": self.percent} if self.kept_for else None,
        }


@dataclass(frozen=True)
class Lookahead:
    """The values in force, sorted by home; the plan without them; where they come from."""

    worth: tuple[HomeWorth, ...]
    without: tuple[tuple[str, str], ...]
    source: tuple[tuple[str, str | int], ...] = ()

    @cached_property
    def placed(self) -> frozenset[str]:
        """The referrals that are placed without look-ahead."""
        return frozenset(who for who, _ in self.without)

    @cached_property
    def of_home(self) -> Mapping[str, HomeWorth]:
        """The values by home."""
        return {one.home: one for one in self.worth}

    def points(self, home: str, band: str) -> int:
        """Points for a young person of a band to take a place in a home."""
        return self.of_home[home].points[BANDS.index(band)]


def lookahead_points(problem: Problem, plan: Mapping[str, str]) -> int | None:
    """Points of a plan for the places it takes that are worth keeping; None without look-ahead.

    Those who would have no place without look-ahead are not charged for theirs.
    """
    ahead = problem.lookahead
    if ahead is None:
        return None
    return sum(
        ahead.points(plan[who], problem.referral_by_id[who].band)
        for who in ahead.placed
        if who in plan
    )


def read_values(values: object, problem: Problem, file: str) -> Lookahead:
    """The values in a `lookahead/1` file for a case, with nobody placed yet.

    Raises `BadInput` with everything that is wrong: each home of the case once, whole points.
    """
    faults: list[Fault] = []

    def wrong(where: str, found: object, allowed: str) -> None:
        faults.append(Fault(file, None, where, str(found)[:80], f"allowed: {allowed}", "value"))

    if not isinstance(values, dict) or values.get("schema") != SCHEMA:
        raise BadInput([Fault(file, None, "schema", "", f"allowed: {SCHEMA}", "not look-ahead")])
    rows, source = values.get("homes"), values.get("source")
    if not isinstance(source, dict):
        wrong("source", source, "an object")
        source = {}
    for name in SOURCES:
        kind = str if name in ("demand_sha256", "as_of") else int
        given = source.get(name)
        if not isinstance(given, kind) or isinstance(given, bool):
            wrong(f"source.{name}", given, "text" if kind is str else "a whole number")
    found: dict[str, HomeWorth] = {}
    for place, row in enumerate(rows if isinstance(rows, list) else [rows]):
        one = _home(row)
        if isinstance(one, str):
            wrong(f"homes[{place}]", row, one)
        elif one.home not in problem.home_by_id:
            wrong(f"homes[{place}].home_id", one.home, "a home of the case")
        elif one.home in found:
            wrong(f"homes[{place}].home_id", one.home, "each home once")
        else:
            found[one.home] = one
    missing = sorted(problem.home_by_id.keys() - found.keys())
    if missing and not faults:
        wrong("homes", f"no {', '.join(missing[:5])}", "every home of the case")
    if faults:
        raise BadInput(faults)
    worth = tuple(found[home] for home in sorted(found))
    return Lookahead(worth, (), tuple((name, source[name]) for name in SOURCES))


def _home(row: object) -> HomeWorth | str:
    """A home's values, or what is allowed."""
    if not isinstance(row, dict) or not isinstance(row.get("home_id"), str):
        return "an object with home_id, points and kept_for"
    points = row.get("points")
    if not isinstance(points, dict) or set(points) != set(BANDS):
        return f"points for {', '.join(BANDS)}"
    for value in points.values():
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LARGEST:
            return f"points as whole numbers from 0 to {LARGEST}"
    kept = row.get("kept_for")
    made = tuple(points[band] for band in BANDS)
    if kept is None:
        return HomeWorth(row["home_id"], made)
    percent = kept.get("percent") if isinstance(kept, dict) else None
    if not isinstance(kept, dict) or kept.get("band") not in BANDS:
        return "kept_for with a band, or null"
    if not isinstance(percent, int) or isinstance(percent, bool) or not 0 < percent <= 100:
        return "kept_for with a percent from 1 to 100"
    return HomeWorth(row["home_id"], made, kept["band"], percent)


def lookahead_in(plan: Mapping[str, Any], problem: Problem) -> Lookahead | None:
    """The look-ahead that a plan tells it was made with; None where it tells of none.

    Raises `BadInput` where what it tells is not look-ahead of this case.
    """
    told = plan.get("lookahead")
    if told is None:
        return None
    file = "the plan's lookahead"
    told = {**told, "schema": SCHEMA} if isinstance(told, dict) else {}
    ahead = read_values(told, problem, file)
    rows = told.get("without")
    without: dict[str, str] = {}
    for place, row in enumerate(rows if isinstance(rows, list) else [rows]):
        who, home = (
            (row.get("referral_id"), row.get("home_id")) if isinstance(row, dict) else (None, None)
        )
        known = who in problem.referral_by_id and home in problem.home_by_id
        if not (isinstance(who, str) and isinstance(home, str) and known) or who in without:
            allowed = "allowed: a referral and a home of the case, each young person once"
            where = f"without[{place}]"
            raise BadInput([Fault(file, None, where, str(row)[:80], allowed, "value")])
        without[who] = home
    return Lookahead(ahead.worth, tuple(sorted(without.items())), ahead.source)
