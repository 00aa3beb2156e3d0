"""The cheapest changes that would place somebody who waits, each verified by solving again.

Changes that a person in charge could make: places, household load, high need and arrivals of a
home, how far the young person may live, and waiting until a later day. Nothing that keeps anybody
safe, and nothing a young person said, is ever proposed for change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from matching.board import View
from matching.contrast import Change, Move, change_of, moves_of
from matching.decisions import refused_pins
from matching.evaluate import Levels, evaluate
from matching.explain import find_referral
from matching.held import Region
from matching.joint import arrivals_limit
from matching.pairs import find_pairs
from matching.plan import levels_json
from matching.problem import Home, Problem, Referral
from matching.rules import rules_of, tests
from matching.search import Limits
from matching.solve import Options, match
from matching.words import and_list, count, day_words, miles_words

MOST_FOUND = 8
ENOUGH = 3
"""So many homes that help are enough: no larger change is tried then."""
_TIMES = (0, 1, 2, 4, 8)
_MAY_CHANGE = frozenset({"R07", "R09", "R15"})
_OF_HOMES = frozenset({"places", "load_limit", "max_high", "max_arrivals"})
_COLUMNS = {"max_tenths": "max_distance_miles"}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing changed: the rule it eases, and a column of a home or of the referral.

    `home` is empty where the referral changes. `value` is what the column would hold: whole
    numbers, miles in tenths, or a day; `before` and `after` say it in words.
    """

    code: str
    home: str
    column: str
    value: int | date
    sentence: str
    before: str
    after: str

    def to_json(self) -> dict[str, Any]:
        """For other programs."""
        return {
            "code": self.code,
            "home_id": self.home or None,
            "column": _COLUMNS.get(self.column, self.column),
            "sentence": self.sentence,
            "now": self.before,
            "then": self.after,
        }


def applied(problem: Problem, referral_id: str, steps: Iterable[Step]) -> Problem:
    """The problem with the steps taken."""
    homes, referrals = {h.id: h for h in problem.homes}, {r.id: r for r in problem.referrals}
    for step in steps:
        changed: dict[str, Any] = {step.column: step.value}
        if step.home and step.column in _OF_HOMES:
            homes[step.home] = replace(homes[step.home], **changed)
        else:
            referrals[referral_id] = replace(referrals[referral_id], **changed)
    return replace(problem, homes=tuple(homes.values()), referrals=tuple(referrals.values()))


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
    """What would place a young person, the cheapest first: fewest steps, then the best plan.

    `complete` is False where a limit came before everything was tried.
    """

    referral: Referral
    found: tuple[Remedy, ...]
    tried: int
    complete: bool = True

    def to_json(self) -> dict[str, Any]:
        """For other programs."""
        return {
            "referral_id": self.referral.id,
            "changes": [remedy.to_json() for remedy in self.found],
            "tried": self.tried,
            "complete": self.complete,
        }

    def render(self, problem: Problem) -> str:
        """In words, for a terminal."""
        from matching.tell_whatif import remedies_text

        return remedies_text(self, problem)


@dataclass(frozen=True)
class _Candidate:
    """A changed problem in which the young person is placed, and what it is then worth."""

    problem: Problem
    steps: tuple[Step, ...]
    levels: Levels


@dataclass(frozen=True, slots=True)
class _Ease:
    """How much more room one home would have."""

    places: int = 0
    load: int = 0
    high: int = 0
    arrivals: int = 0


def remedies_for(
    region: Region,
    referral_id: str,
    limits: Limits | None = None,
    *,
    most: int = MOST_FOUND,
    seed: int = 0,
    tell: Callable[[Remedies], None] | None = None,
) -> Remedies:
    """The cheapest changes after which the best plan places a young person who waits.

    Of one kind of change the smallest that works is kept: one place, the shortest distance, the
    lowest load, the earliest day. Empty for somebody placed, by hand, or helped by no change tried.
    `tell` hears what is known so far after each.
    Raises `BadInput` for a referral that is not in the case.
    """
    referral = find_referral(region.pairs, referral_id)
    limits = limits or Limits()
    if referral.by_hand or referral_id in region.plan:
        return Remedies(referral, (), 0)
    before = evaluate(region.pairs, region.plan).levels
    trial = _Trial(region, referral, limits)
    likely = [*trial.homes(), *trial.later()]
    likely.sort(key=lambda one: (len(one.steps), one.levels, one.steps[0].home))
    found: dict[frozenset[tuple[str, str]], Remedy] = {}

    def known(*, complete: bool) -> Remedies:
        order = sorted(found.values(), key=lambda one: (len(one.steps), one.levels, one.home.id))
        return Remedies(referral, tuple(order), trial.tried, complete)

    for candidate in likely:
        if len(found) == most or limits.over:
            break
        remedy = _confirmed(region, referral_id, candidate.steps, _Confirm(before, seed, limits))
        if remedy is not None:
            found.setdefault(frozenset((s.home, s.column) for s in remedy.steps), remedy)
            if tell is not None:
                tell(known(complete=False))
    return known(complete=not limits.over)


@dataclass(frozen=True, slots=True)
class _Confirm:
    """How a change is confirmed: against which levels, with which seed and limits."""

    before: Levels
    seed: int
    limits: Limits


def _confirmed(
    region: Region, referral_id: str, steps: tuple[Step, ...], confirm: _Confirm
) -> Remedy | None:
    """The change if the match that anybody would run proves it, without any step it can spare."""
    problem = applied(region.problem, referral_id, steps)
    limits = confirm.limits
    asked = Options(time_limit=limits.left(), seed=confirm.seed, stop=limits.stop)
    if refused_pins(problem, {}):
        return None  # the change would make an override needless, and so a decision void
    plan = match(problem, asked)
    home = plan.homes.get(referral_id)
    if home is None or plan.status != "optimal":
        return None
    for step in steps if len(steps) > 1 else ():
        fewer = tuple(other for other in steps if other is not step)
        spared = _confirmed(region, referral_id, fewer, confirm)
        if spared is not None:
            return spared
    moves = moves_of(region.problem, region.plan, plan.homes)
    return Remedy(
        steps,
        region.problem.home_by_id[home],
        plan.levels,
        change_of(confirm.before, plan.levels),
        tuple(move for move in moves if move.referral != referral_id),
        problem,
    )


class _Trial:
    """Tries changes for one young person, the smallest of each kind first."""

    def __init__(self, region: Region, referral: Referral, limits: Limits) -> None:
        self.region, self.referral, self.limits = region, referral, limits
        self.problem = region.problem
        self.view = View(region.pairs.board, referral)
        self.tried = 0

    def homes(self) -> Iterator[_Candidate]:
        """The least change at each home where nothing but a changeable rule stands in the way.

        Room for more and more is tried until some homes have helped: first what the failed rules
        ask and no more. Where even the whole room does not help, no part of it is tried.
        """
        holds = tests(self.view)
        codes = [rule.code for rule in rules_of(self.problem)]
        open_homes: list[tuple[Home, int, set[str]]] = []
        for at, home in enumerate(self.problem.homes):
            failed = {code for code, ok in zip(codes, holds[:, at], strict=True) if not ok}
            if failed <= _MAY_CHANGE:
                open_homes.append((home, at, failed))
        helped = 0
        for times in _TIMES:
            still = []
            for home, at, failed in open_homes:
                if self.limits.over:
                    return
                found = self._at_home(home, at, failed, times) if failed or times else None
                if found is None:
                    still.append((home, at, failed))
                else:
                    helped += 1
                    yield found
            open_homes = still
            if times and helped >= ENOUGH:
                return

    def later(self) -> Iterator[_Candidate]:
        """Waiting until the first day that helps, of those on which a resident has left."""
        day = self.problem.day(self.referral)
        days = {
            resident.leaves_on
            for resident in self.problem.residents
            if resident.leaving == "confirmed" and resident.leaves_on and resident.leaves_on > day
        }
        for later in sorted(days):
            sentence = f"waiting until {day_words(later)}"
            now, then = day_words(day), day_words(later)
            step = Step("day", "", "needed_by", later, sentence, now, then)
            problem = applied(self.problem, self.referral.id, (step,))
            levels = self._placed(problem)
            if levels is not None:
                yield _Candidate(problem, (step,), levels)
                return

    def _at_home(self, home: Home, at: int, failed: set[str], times: int) -> _Candidate | None:
        """Room for so many more beside what the failed rules ask, less all that is not needed."""
        far: tuple[Step, ...] = ()
        if "R07" in failed:
            tenths = int(self.view.tenths[at])
            if tenths < (self.referral.min_tenths or 0):
                return None
            now, then = miles_words(self.view.limit_tenths), miles_words(tenths)
            sentence = f"a distance limit of {then} instead of {now}, for {home.label}"
            far = (Step("R07", home.id, "max_tenths", tenths, sentence, now, then),)
        room = self._more(home, self._least(home, at), times)
        if self._with(home, room, far) is None:
            return None
        if far and self._with(home, room, ()) is not None:
            far = ()
        return self._with(home, self._shrunk(home, room, far), far)

    def _least(self, home: Home, at: int) -> _Ease:
        """What the rules on the pair ask of the home."""
        household = self.view.household
        load = int(household.load[at]) + self.view.load
        high = int(household.high[at]) + 1 if self.referral.high_need else 0
        return _Ease(
            places=max(0, 1 - int(household.free[at])),
            load=0 if home.load_limit is None else max(0, load - home.load_limit),
            high=0 if home.max_high is None else max(0, high - home.max_high),
        )

    def _more(self, home: Home, least: _Ease, times: int) -> _Ease:
        """Room for so many more like the young person."""
        return _Ease(
            least.places + times,
            least.load + times * self.view.load if home.load_limit is not None else 0,
            least.high + times if home.max_high is not None and self.referral.high_need else 0,
            times,
        )

    def _shrunk(self, home: Home, room: _Ease, far: tuple[Step, ...]) -> _Ease:
        """The room without what is not needed: part by part as little as still helps."""
        for part in ("arrivals", "high", "load", "places"):
            low, high = 0, getattr(room, part)
            while low < high:
                middle = (low + high) // 2
                if self._with(home, replace(room, **{part: middle}), far) is None:
                    low = middle + 1
                else:
                    high = middle
            room = replace(room, **{part: high})
        return room

    def _with(self, home: Home, room: _Ease, far: tuple[Step, ...]) -> _Candidate | None:
        steps = (*far, *_eased(self.problem, home, room))
        problem = applied(self.problem, self.referral.id, steps)
        levels = self._placed(problem)
        return None if levels is None else _Candidate(problem, steps, levels)

    def _placed(self, problem: Problem) -> Levels | None:
        """The levels of a changed problem whose best plan places the young person."""
        if self.limits.over:
            return None
        self.tried += 1
        outcome = Region(find_pairs(problem), self.region.plan, like=self.region).best(
            limits=self.limits
        )
        if outcome is None or self.referral.id not in outcome.plan:
            return None
        return outcome.levels


def _eased(problem: Problem, home: Home, room: _Ease) -> Iterator[Step]:
    """Each step that gives a home more room."""
    name = home.label
    if room.places:
        places = home.places + room.places
        sentence = f"{count(room.places, 'more place', 'more places')} at {name}"
        now, then = count(home.places, "place"), count(places, "place")
        yield Step("R09", home.id, "places", places, sentence, now, then)
    if room.load and home.load_limit is not None:
        limit = home.load_limit + room.load
        sentence = f"a load limit of {limit} at {name} instead of {home.load_limit}"
        yield Step("R15", home.id, "load_limit", limit, sentence, f"{home.load_limit}", f"{limit}")
    if room.high and home.max_high is not None:
        most = home.max_high + room.high
        sentence = f"room for {most} of high or specialist need at {name} instead of "
        sentence += f"{home.max_high}"
        yield Step("R15", home.id, "max_high", most, sentence, f"{home.max_high}", f"{most}")
    if room.arrivals:
        now_most = arrivals_limit(problem, home)
        most = now_most + room.arrivals
        sentence = f"{count(most, 'arrival')} at once at {name} instead of {now_most}"
        yield Step("J6", home.id, "max_arrivals", most, sentence, f"{now_most}", f"{most}")
