"""The published thresholds: what is scored, what each score means, and which scores make a band.

An item is scored 0 to 3: 0 nothing to act on, 1 to watch, 2 action needed, 3 immediate or intensive
action, in the manner of CANS (brief/field.md 1.6). A rule asks for scores that are high enough and
for nothing else, so that a higher score can never give a lower band.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final, TypeAlias

from pricing.terms import BANDS, LOW

SCORES: Final = (0, 1, 2, 3)
HIGHEST_SCORE: Final = SCORES[-1]
ALL: Final = "all"
ASSUMED: Final = "starting assumptions"
AGREED: Final = "agreed"
STATUSES: Final = (ASSUMED, AGREED)

Score: TypeAlias = int | None
"""A score of an item; None is unknown, and never counts as 0."""


def rank(band: str) -> int:
    """The place of a band from the lowest, 0."""
    return BANDS.index(band)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is scored; `descriptors` say in plain words what 0, 1, 2 and 3 mean."""

    code: str
    name: str
    question: str
    descriptors: tuple[str, ...]
    domain: str


@dataclass(frozen=True, slots=True)
class Domain:
    """A part of a young person's life, and its items."""

    code: str
    name: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """Scores that are high enough: the value counted over `items` reaches `needed`.

    With `at_least`, the value is how many of the items score at least that; without, the sum of
    their scores. `of` is what the file names: domains, items, or all.
    """

    of: tuple[str, ...]
    items: tuple[str, ...]
    needed: int
    at_least: int | None

    def points(self, item: str, score: int) -> int:
        """What one item's score adds to the value."""
        if item not in self.items:
            return 0
        return score if self.at_least is None else int(score >= self.at_least)

    def value(self, scores: Mapping[str, int]) -> int:
        """The value for a score of every item."""
        return sum(self.points(item, scores[item]) for item in self.items)

    def counting(self, scores: Mapping[str, int]) -> tuple[str, ...]:
        """The items that add to the value."""
        return tuple(item for item in self.items if self.points(item, scores[item]))


@dataclass(frozen=True, slots=True)
class Rule:
    """A young person whose scores meet all the conditions needs at least this band."""

    code: str
    band: str
    sentence: str
    when: tuple[Condition, ...]

    def holds(self, scores: Mapping[str, int]) -> bool:
        """Whether every condition is met, for a score of every item."""
        return all(each.value(scores) >= each.needed for each in self.when)


@dataclass(frozen=True)
class Thresholds:
    """A threshold file, checked; `sha256` is that of its bytes, `levels` what 0 to 3 mean.

    `meanings` has every band; `rules` are in the order of the file, from the highest band down.
    """

    file: str
    sha256: str
    id: str
    version: str
    name: str
    status: str
    start: date
    levels: tuple[str, ...]
    meanings: Mapping[str, str]
    domains: tuple[Domain, ...]
    rules: tuple[Rule, ...]

    @cached_property
    def items(self) -> Mapping[str, Item]:
        """Every item by its code, in the order of the file."""
        return {item.code: item for domain in self.domains for item in domain.items}

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The names of domains and items by their codes."""
        names = {domain.code: domain.name for domain in self.domains}
        return names | {item.code: item.name for item in self.items.values()}

    @property
    def assumed(self) -> bool:
        """Whether these are starting assumptions that nobody has agreed yet."""
        return self.status == ASSUMED

    def band(self, scores: Mapping[str, int]) -> str:
        """The highest band of which a rule holds; low where none does."""
        held = (rule.band for rule in self.rules if rule.holds(scores))
        return max(held, key=rank, default=LOW)

    def to_json(self) -> dict[str, object]:
        """Which thresholds an answer rests on."""
        return {
            "id": self.id,
            "version": self.version,
            "status": self.status,
            "from": self.start.isoformat(),
            "file": self.file,
            "sha256": self.sha256,
        }
