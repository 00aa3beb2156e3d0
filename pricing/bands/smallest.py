"""The smallest changes of scores that reach a goal: all of them, counted and found exactly.

*Smallest* is fewest items changed, then the least sum of points. One item more is allowed to change
until the goal is reached. Item by item, what the rules have counted so far is all that matters of
the items before; two ways that have counted the same are carried on together. So every combination
is looked at, without trying each one.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

from pricing.bands.thresholds import SCORES, Thresholds, rank

Value: TypeAlias = tuple[int, ...]
"""What the conditions of some rules have counted, each up to what is needed and no further."""

Early: TypeAlias = Callable[[Value], bool | None]
"""Whether the goal is reached (True) or lost (False) whatever follows; None: not yet known."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A value an item may take, in each of the worlds compared; by how much it is a change.

    The first choice for an item is the score it has; every other one is a change.
    """

    scores: tuple[int, ...]
    points: int = 0


@dataclass(frozen=True, slots=True)
class Smallest:
    """How small the smallest changes are, how many there are, and the first few.

    Each of `shown` has the place of the choice taken for every item, in order.
    """

    items: int
    points: int
    ways: int
    shown: tuple[tuple[int, ...], ...]


class Tally:
    """What the rules for a band or above count, for one world or for several side by side."""

    def __init__(self, thresholds: Thresholds, least: str, worlds: int = 1) -> None:
        self._below = rank(least) - 1
        self._worlds = worlds
        self._items = tuple(thresholds.items)
        rules = [rule for rule in thresholds.rules if rank(rule.band) > self._below]
        needed: dict[tuple[tuple[str, ...], int | None], int] = {}
        for rule in rules:
            for each in rule.when:
                measure = (each.items, each.at_least)
                needed[measure] = max(each.needed, needed.get(measure, 0))
        place = {measure: number for number, measure in enumerate(needed)}
        self._caps = tuple(needed.values()) * worlds
        self._rules = [
            (
                rank(rule.band),
                [(place[each.items, each.at_least], each.needed) for each in rule.when],
            )
            for rule in rules
        ]
        first = {(each.items, each.at_least): each for rule in rules for each in rule.when}
        self._points = {
            (item, score): tuple(first[measure].points(item, score) for measure in needed)
            for item in self._items
            for score in SCORES
        }
        self._ranks: dict[Value, int] = {}
        self.nothing: Value = (0,) * len(self._caps)

    def add(self, value: Value, place: int, scores: Sequence[int]) -> Value:
        """What is counted once the item at a place has these scores, one for each world."""
        more = [point for score in scores for point in self._points[self._items[place], score]]
        return tuple(map(min, map(int.__add__, value, more), self._caps))

    def rank(self, value: Value, world: int = 0) -> int:
        """The rank of the band in one world; all below the rules looked at count as one."""
        width = len(value) // self._worlds
        own = value[world * width : (world + 1) * width]
        if own not in self._ranks:
            held = (
                band
                for band, when in self._rules
                if all(own[measure] >= needed for measure, needed in when)
            )
            self._ranks[own] = max(held, default=self._below)
        return self._ranks[own]


Choices: TypeAlias = Sequence[Sequence[Choice]]


def smallest(
    tally: Tally, choices: Choices, early: Early, reached: Callable[[Value], bool], shown: int
) -> Smallest | None:
    """The smallest ways to choose for every item so that the goal is reached; None if none does.

    Something must change: nobody asks how to reach what is reached. `reached` judges what all items
    count; `early` may know before the last item.
    """
    search = _Search(tally, choices, early, reached)
    for items in range(1, len(choices) + 1):
        best = search.best(0, tally.nothing, items)
        if best is not None:
            ways = search.ways(0, tally.nothing, items)
            return Smallest(items, *best, tuple(islice(ways, shown)))
    return None


def exists(
    tally: Tally,
    scores: Sequence[Sequence[int]],
    lost: Callable[[Value], bool],
    reached: Callable[[Value], bool],
) -> bool:
    """Whether some score for every item, of those it may have, reaches the goal."""
    values = {tally.nothing}
    for place, options in enumerate(scores):
        after = {tally.add(value, place, (score,)) for value in values for score in options}
        values = {value for value in after if not lost(value)}
    return any(map(reached, values))


class _Search:
    """Ways from an item on, by what has been counted and how many items may still change."""

    def __init__(
        self, tally: Tally, choices: Choices, early: Early, reached: Callable[[Value], bool]
    ) -> None:
        self.tally = tally
        self.choices = choices
        self.early = early
        self.reached = reached
        self.known: dict[tuple[int, Value, int], tuple[int, int] | None] = {}

    def best(self, place: int, value: Value, items: int) -> tuple[int, int] | None:
        """Fewest points and number of ways with at most so many items changed; None: no way."""
        key = (place, value, items)
        if key not in self.known:
            self.known[key] = self._best(place, value, items)
        return self.known[key]

    def _best(self, place: int, value: Value, items: int) -> tuple[int, int] | None:
        end = self._end(place, value)
        if end is not None:
            return (0, 1) if end else None
        least: tuple[int, int] | None = None
        for _, choice, after in self._after(place, value, items):
            points, ways = after[0] + choice.points, after[1]
            if least is None or points < least[0]:
                least = (points, ways)
            elif points == least[0]:
                least = (points, least[1] + ways)
        return least

    def ways(self, place: int, value: Value, items: int) -> Iterator[tuple[int, ...]]:
        """Each smallest way, those that change an earlier item first."""
        if self._end(place, value):
            yield (0,) * (len(self.choices) - place)
            return
        least = self.best(place, value, items)
        steps = sorted(self._after(place, value, items), key=lambda step: (not step[0], step[0]))
        for number, choice, after in steps:
            if least is not None and after[0] + choice.points == least[0]:
                counted = self.tally.add(value, place, choice.scores)
                for rest in self.ways(place + 1, counted, items - (number > 0)):
                    yield (number, *rest)

    def _end(self, place: int, value: Value) -> bool | None:
        known = self.early(value)
        if known is None and place == len(self.choices):
            return self.reached(value)
        return known

    def _after(
        self, place: int, value: Value, items: int
    ) -> Iterator[tuple[int, Choice, tuple[int, int]]]:
        allowed = self.choices[place] if items else self.choices[place][:1]
        for number, choice in enumerate(allowed):
            counted = self.tally.add(value, place, choice.scores)
            after = self.best(place + 1, counted, items - (number > 0))
            if after is not None:
                yield number, choice, after
