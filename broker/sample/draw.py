"""Chance that is the same on every machine: draws from a seed, by random.Random alone.

Only `random()` is used, whose values Python promises to keep, and plain arithmetic on them: the
order of draws decides everything, never a platform's mathematics library.
"""

from collections.abc import Mapping, Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Draw:
    """A stream of draws that its seed decides."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed).random

    def chance(self, percent: float) -> bool:
        """Say yes in so many of a hundred draws."""
        return self._random() * 100 < percent

    def whole(self, low: int, high: int) -> int:
        """Return a whole number from low to high, both included."""
        return low + int(self._random() * (high - low + 1))

    def pick(self, items: Sequence[T]) -> T:
        """Return one of the items, each as likely as the next."""
        return items[int(self._random() * len(items))]

    def weighted(self, weights: Mapping[T, float]) -> T:
        """Return one of the keys, in proportion to their weights."""
        rest = self._random() * sum(weights.values())
        for item, weight in weights.items():
            rest -= weight
            if rest < 0:
                return item
        return next(reversed(list(weights)))

    def some(self, items: Sequence[T], count: int) -> list[T]:
        """Return so many different items in the order drawn; all of them where there are fewer."""
        left = list(items)
        return [left.pop(int(self._random() * len(left))) for _ in range(min(count, len(items)))]

    def some_two(self, items: Sequence[T]) -> tuple[T, T]:
        """Return two different items of at least two."""
        first = int(self._random() * len(items))
        second = int(self._random() * (len(items) - 1))
        return items[first], items[second + (second >= first)]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """Return the items in a random order."""
        mixed = list(items)
        for last in range(len(mixed) - 1, 0, -1):
            other = int(self._random() * (last + 1))
            mixed[last], mixed[other] = mixed[other], mixed[last]
        return mixed

    def deck(self, size: int, percents: Mapping[T, float], rest: T) -> list[T]:
        """Return `size` values, shuffled, with each key's percentage dealt to the nearest whole."""
        dealt = [item for item, part in percents.items() for _ in range(round(size * part / 100))]
        return self.shuffled((dealt + [rest] * size)[:size])

    def around(self, middle: int, spread: int) -> int:
        """Return a whole number scattered around the middle with about that standard deviation."""
        return middle + int((self._random() + self._random() + self._random() - 1.5) * 2 * spread)
