"""What one more place in a home would change, level by level, for each kind of young person.

A place for a band is one more place, room in the household's load for one of that band, and, for
high or specialist need, room for one more of them. Anybody may take it: it is a change of the home,
not a reservation. Each is solved again; nothing is estimated. A place more can also cost points: a
borough may then be entitled to more than it gets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from matching.contrast import Change, Move, change_of, moves_of
from matching.evaluate import Levels, evaluate
from matching.held import Region
from matching.pairs import find_pairs
from matching.plan import levels_json
from matching.problem import BANDS, HIGH_NEED, Home, Problem
from matching.search import Limits


@dataclass(frozen=True, slots=True)
class Place:
    """One more place in a home for young people of some bands, and what it changes.

    Bands for which the home would change alike stand together.
    """

    home: Home
    bands: tuple[str, ...]
    levels: Levels
    change: Change
    moves: tuple[Move, ...]
    proven: bool

    def to_json(self) -> dict[str, Any]:
        """For other programs."""
        return {
            "home_id": self.home.id,
            "bands": list(self.bands),
            "objective": levels_json(self.levels),
            "change": self.change.to_json(),
            "moves": [move.to_json() for move in self.moves],
            "proven": self.proven,
        }


@dataclass(frozen=True)
class Places:
    """Every place that could be added, what gains most first, against the plan at hand.

    `complete` is False where a limit came before all were tried.
    """

    levels: Levels
    ranked: tuple[Place, ...]
    complete: bool = True

    def to_json(self) -> dict[str, Any]:
        """For other programs."""
        return {
            "objective": levels_json(self.levels),
            "places": [place.to_json() for place in self.ranked],
            "complete": self.complete,
        }

    def render(self, problem: Problem) -> str:
        """In words, for a terminal."""
        from matching.tell_whatif import worth_text

        return worth_text(self, problem)


def with_place(home: Home, band: str, load: Mapping[str, int]) -> Home:
    """The home with one more place for a young person of a band."""
    high = int(band in HIGH_NEED)
    return replace(
        home,
        places=home.places + 1,
        max_high=None if home.max_high is None else home.max_high + high,
        load_limit=None if home.load_limit is None else home.load_limit + load[band],
    )


def with_home(problem: Problem, home: Home) -> Problem:
    """The problem with one home changed."""
    homes = tuple(home if one.id == home.id else one for one in problem.homes)
    return replace(problem, homes=homes)


def worth_of_places(
    region: Region,
    limits: Limits | None = None,
    *,
    home_id: str | None = None,
    tell: Callable[[Places], None] | None = None,
) -> Places:
    """What one more place of each kind in each registered home, or one home, would change.

    `tell` hears what is known so far after each.
    """
    limits = limits or Limits()
    problem = region.problem
    levels = evaluate(region.pairs, region.plan).levels
    found: list[Place] = []

    def known(*, complete: bool) -> Places:
        ranked = sorted(found, key=lambda place: (place.levels, place.home.id, place.bands))
        return Places(levels, tuple(ranked), complete)

    for home in problem.homes:
        if home.registration != "registered" or home_id not in (None, home.id):
            continue
        for changed, bands in _kinds(home, problem.policy.load):
            if limits.over:
                return known(complete=False)
            pairs = find_pairs(with_home(problem, changed))
            outcome = Region(pairs, region.plan, like=region).best(limits=limits)
            assert outcome is not None, "a plan that holds nothing always exists"
            found.append(
                Place(
                    home,
                    bands,
                    outcome.levels,
                    change_of(levels, outcome.levels),
                    moves_of(problem, region.plan, outcome.plan),
                    outcome.proven,
                )
            )
            if tell is not None:
                tell(known(complete=False))
    return known(complete=True)


def _kinds(home: Home, load: Mapping[str, int]) -> Iterator[tuple[Home, tuple[str, ...]]]:
    kinds: dict[Home, list[str]] = {}
    for band in BANDS:
        if band in home.bands:
            kinds.setdefault(with_place(home, band, load), []).append(band)
    for changed, bands in kinds.items():
        yield changed, tuple(bands)
