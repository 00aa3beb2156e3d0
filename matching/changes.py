"""The cheapest changes that would place somebody who waits, each verified by solving again.

Changes that a person in charge could make: places, household load, high need and arrivals of a
home, how far the young person may live, and waiting until a later day. Nothing that keeps anybody
safe, and nothing a young person said, is ever proposed for change.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from matching.board import UNKNOWN, View
from matching.contrast import Change, Move, change_of, moves_of
from matching.evaluate import Levels, evaluate
from matching.explain import find_referral
from matching.held import Held, Region
from matching.joint import arrivals_limit
from matching.pairs import Pairs, find_pairs
from matching.plan import levels_json
from matching.problem import Home, Problem, Referral
from matching.rules import RULES, tests
from matching.search import Limits
from matching.solve import Options, match
from matching.words import and_list, count, day_words, miles_words
from matching.worth import with_home

MOST_FOUND = 8
_MAY_CHANGE = frozenset({"R07", "R09", "R15"})
_CODES = tuple(rule.code for rule in RULES)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing changed: the rule it eases, what it is now and what it would be."""

    code: str
    home: str
    sentence: str
    before: str
    after: str

    def to_json(self) -> dict[str, Any]:
        """For other programs."""
        return {
            "code": self.code,
            "home_id": self.home or None,
            "sentence": self.sentence,
            "now": self.before,
            "then": self.after,
        }


@dataclass(frozen=True)
class Remedy:
    """Steps that together place the young person, where, and what it does to the whole plan."""

    steps: tuple[Step, ...]
    home: Home
    levels: Levels
    change: Change
    moves: tuple[Move, ...]
    problem: Problem

    @property
    def sentence(self) -> str:
        """The whole change in words."""
        return and_list([step.sentence for step in self.steps])

    def to_json(self) -> dict[str, Any]:
        """For other programs."""
        return {
            "steps": [step.to_json() for step in self.steps],
            "sentence": self.sentence,
            "placed_in": self.home.id,
            "objective": levels_json(self.levels),
            "change": self.change.to_json(),
            "moves": [move.to_json() for move in self.moves],
        }


@dataclass(frozen=True)
class Remedies:
    """What would place a young person, the cheapest first: fewest steps, then the best plan."""

    referral: Referral
    found: tuple[Remedy, ...]
    tried: int

    def to_json(self) -> dict[str, Any]:
        """For other programs."""
        return {
            "referral_id": self.referral.id,
            "changes": [remedy.to_json() for remedy in self.found],
            "tried": self.tried,
        }


@dataclass(frozen=True)
class _Candidate:
    """A changed problem; `kind` names what is changed, `size` how much of it."""

    problem: Problem
    steps: tuple[Step, ...]
    kind: tuple[str, ...]
    size: int


def remedies_for(
    region: Region,
    referral_id: str,
    limits: Limits | None = None,
    *,
    most: int = MOST_FOUND,
    seed: int = 0,
) -> Remedies:
    """The cheapest changes after which the best plan places a young person who waits.

    Of one kind of change the smallest that works is kept: one place, the shortest distance, the
    lowest load, the earliest day. Empty for somebody placed, by hand, or helped by no change tried.
    Raises `BadInput` for a referral that is not in the case.
    """
    referral = find_referral(region.pairs, referral_id)
    limits = limits or Limits()
    if referral.by_hand or referral_id in region.plan:
        return Remedies(referral, (), 0)
    before = evaluate(region.pairs, region.plan).levels
    done: set[tuple[str, ...]] = set()
    likely: list[tuple[int, Levels, _Candidate]] = []
    tried = 0
    for candidate in sorted(_candidates(region.pairs, referral), key=lambda one: one.size):
        if candidate.kind in done or limits.over:
            continue
        tried += 1
        levels = _places(candidate.problem, region, referral_id, limits)
        if levels is not None:
            done.add(candidate.kind)
            likely.append((len(candidate.steps), levels, candidate))
    likely.sort(key=lambda one: (one[0], one[1], one[2].kind))
    found = []
    for _, _, candidate in likely:
        if len(found) == most or limits.over:
            break
        plan = match(candidate.problem, Options(limits.left(), seed, stop=limits.stop))
        home = plan.homes.get(referral_id)
        if home is None:
            continue
        after = plan.levels
        found.append(
            Remedy(
                candidate.steps,
                region.problem.home_by_id[home],
                after,
                change_of(before, after),
                tuple(
                    move
                    for move in moves_of(region.problem, region.plan, plan.homes)
                    if move.referral != referral_id
                ),
                candidate.problem,
            )
        )
    return Remedies(referral, tuple(found), tried)


def _places(problem: Problem, region: Region, referral_id: str, limits: Limits) -> Levels | None:
    """The levels of the changed problem if placing the young person is among its best plans."""
    changed = Region(find_pairs(problem), region.plan)
    placed = changed.best(Held(placed=frozenset({referral_id})), limits)
    if placed is None:
        return None
    waits = changed.best(Held(waiting=frozenset({referral_id})), limits)
    return placed.levels if waits is None or placed.levels <= waits.levels else None


def _candidates(pairs: Pairs, referral: Referral) -> Iterator[_Candidate]:
    problem = pairs.problem
    view = View(pairs.board, referral)
    holds = tests(view)
    for at, home in enumerate(problem.homes):
        failed = {code for code, ok in zip(_CODES, holds[:, at], strict=True) if not ok}
        if failed - _MAY_CHANGE:
            continue
        yield from _at_home(view, home, at, failed)
    yield from _later(pairs, referral)


def _at_home(view: View, home: Home, at: int, failed: set[str]) -> Iterator[_Candidate]:
    """What the failed rules of one home ask; where none fails, a little more room of each kind."""
    problem, referral = view.problem, view.referral
    steps: list[Step] = []
    person, size = referral, 0
    if "R07" in failed:
        tenths = int(view.tenths[at])
        if tenths == UNKNOWN or tenths < (referral.min_tenths or 0):
            return
        person = replace(referral, max_tenths=tenths)
        now, then = miles_words(view.limit_tenths), miles_words(tenths)
        sentence = f"a distance limit of {then} instead of {now}"
        steps.append(Step("R07", home.id, sentence, now, then))
        size = tenths - view.limit_tenths
    short = max(0, 1 - int(view.household.free[at]))
    load = int(view.household.load[at]) + view.load
    high = int(view.household.high[at]) + int(referral.high_need)
    heavy = 0 if home.load_limit is None else max(0, load - home.load_limit)
    above = 0 if home.max_high is None else max(0, high - home.max_high)
    if failed:
        eased = [(short, heavy, above, 0)]
    else:
        eased = [(1, 0, 0, 0), (0, 0, 0, 1)]
        if home.load_limit is not None:
            eased += [(0, more, 0, 0) for more in range(1, view.load + 1)]
        if home.max_high is not None and referral.high_need:
            eased.append((0, 0, 1, 0))
    for extra in eased:
        new, own = _eased(problem, home, *extra)
        kinds = tuple(step.code + step.home for step in [*steps, *own])
        changed = _with_person(with_home(problem, new), person)
        yield _Candidate(changed, (*steps, *own), kinds, size + sum(extra))


def _eased(
    problem: Problem, home: Home, places: int, load: int, high: int, arrivals: int
) -> tuple[Home, list[Step]]:
    steps = []
    if places:
        sentence = f"{count(places, 'more place', 'more places')} at {home.label}"
        steps.append(
            Step(
                "R09",
                home.id,
                sentence,
                count(home.places, "place"),
                count(home.places + places, "place"),
            )
        )
        home = replace(home, places=home.places + places)
    if load and home.load_limit is not None:
        limit = home.load_limit + load
        sentence = f"a load limit of {limit} at {home.label} instead of {home.load_limit}"
        steps.append(Step("R15 load", home.id, sentence, f"{home.load_limit}", f"{limit}"))
        home = replace(home, load_limit=limit)
    if high and home.max_high is not None:
        most = home.max_high + high
        sentence = f"room for {most} of high or specialist need at {home.label}"
        sentence += f" instead of {home.max_high}"
        steps.append(Step("R15 high", home.id, sentence, f"{home.max_high}", f"{most}"))
        home = replace(home, max_high=most)
    if arrivals:
        now = arrivals_limit(problem, home)
        sentence = f"{count(now + arrivals, 'arrival')} at once at {home.label} instead of {now}"
        steps.append(Step("J6", home.id, sentence, f"{now}", f"{now + arrivals}"))
        home = replace(home, max_arrivals=now + arrivals)
    return home, steps


def _later(pairs: Pairs, referral: Referral) -> Iterator[_Candidate]:
    """Waiting until a day on which a resident is known to have left."""
    problem = pairs.problem
    day = problem.day(referral)
    days = {
        resident.leaves_on
        for resident in problem.residents
        if resident.leaving == "confirmed" and resident.leaves_on and resident.leaves_on > day
    }
    for later in sorted(days):
        sentence = f"waiting until {day_words(later)}"
        step = Step("needed_by", "", sentence, day_words(day), day_words(later))
        person = replace(referral, needed_by=later)
        yield _Candidate(
            _with_person(problem, person), (step,), ("needed_by",), (later - day).days
        )


def _with_person(problem: Problem, person: Referral) -> Problem:
    referrals = tuple(person if one.id == person.id else one for one in problem.referrals)
    return replace(problem, referrals=referrals)
