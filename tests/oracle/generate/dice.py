"""Chance that can be repeated and shrunk: each thing drawn has a stream of its own.

A stream depends on the seed and on the name of what is drawn, so leaving out a feature or the last
young person changes nothing else in the case.
"""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")

FEATURES = (
    "registration",
    "ages",
    "boundaries",
    "sexes",
    "bands",
    "needs",
    "avoid",
    "limits",
    "supported",
    "full",
    "declines",
    "must_not",
    "companions",
    "movers",
    "mix",
    "wishes",
    "quality",
    "dates",
    "leaving",
    "groups",
    "arrivals",
    "people",
    "provisional",
    "moves",
    "contracts",
    "shares",
    "caution",
    "unknown",
    "rates",
    "adjoining",
    "by_hand",
    "resident_siblings",
    "nearness",
    "twins",
    "untidy",
)


class Dice:
    """Named streams of chance for one case, and how strong each feature is in it."""

    def __init__(self, seed: int, without: frozenset[str] = frozenset()) -> None:
        """Draw each feature's strength: absent, usual or strong; ``without`` makes it absent."""
        self.seed = seed
        self.strength = {
            name: 0.0
            if name in without
            else self.stream("strength", name).choices((0.0, 1.0, 2.0), (35, 40, 25))[0]
            for name in FEATURES
        }

    def stream(self, *name: object) -> Random:
        """Return the stream of one named thing."""
        return Random("/".join(map(str, (self.seed, *name))))

    def hit(self, feature: str, usual: float, *name: object) -> bool:
        """Return True with the usual chance, scaled by how strong the feature is."""
        return self.stream(feature, *name).random() < usual * self.strength[feature]

    def pick(self, options: Sequence[T], *name: object) -> T:
        """Return one of the options, all equally likely."""
        return self.stream(*name).choice(options)

    def weigh(self, options: dict[T, int], *name: object) -> T:
        """Return one of the options by weight."""
        return self.stream(*name).choices(list(options), list(options.values()))[0]

    def whole(self, low: int, high: int, *name: object) -> int:
        """Return a whole number from low to high, both included."""
        return self.stream(*name).randint(low, high)
