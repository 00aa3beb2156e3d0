"""Which band the scores give, and why; with unknown scores, which bands are possible.

The band follows from the thresholds and the scores alone: who placed the young person, where, and
with whom is no input. An unknown score is never 0: the band is then a range, from the band with 0
for every unknown score to the band with 3.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pricing.bands.smallest import Tally, exists
from pricing.bands.thresholds import HIGHEST_SCORE, SCORES, Condition, Rule, Score, Thresholds, rank
from pricing.terms import BANDS


@dataclass(frozen=True, slots=True)
class Counted:
    """What a condition counted: its value at the least, and the items that add to it.

    `unknown` are the items not yet scored, which may add to it.
    """

    condition: Condition
    value: int
    items: tuple[str, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that holds, whatever the unknown scores (`surely`), or that may hold."""

    rule: Rule
    surely: bool
    counted: tuple[Counted, ...]


@dataclass(frozen=True, slots=True)
class Banding:
    """The band of one set of scores: one band, or all that are possible while some are unknown.

    `scores` has every item of the thresholds; `possible` runs from the lowest band up; `reasons`
    are the rules that hold or may hold, in the order of the file.
    """

    thresholds: Thresholds
    scores: Mapping[str, Score]
    possible: tuple[str, ...]
    reasons: tuple[Reason, ...]

    @property
    def lowest(self) -> str:
        return self.possible[0]

    @property
    def highest(self) -> str:
        return self.possible[-1]

    @property
    def band(self) -> str | None:
        """The band, or None where the unknown scores decide."""
        return self.lowest if self.lowest == self.highest else None

    @property
    def unknown(self) -> tuple[str, ...]:
        """The items without a score."""
        return tuple(item for item, score in self.scores.items() if score is None)

    @property
    def deciding(self) -> tuple[Reason, ...]:
        """The rules that lead to the lowest possible band or to one above it."""
        least = rank(self.lowest)
        return tuple(
            reason
            for reason in self.reasons
            if rank(reason.rule.band) >= least and (reason.surely or rank(reason.rule.band) > least)
        )


def banding(thresholds: Thresholds, scores: Mapping[str, Score]) -> Banding:
    """The band of a set of scores; an item that `scores` lacks is unknown."""
    every = {item: scores.get(item) for item in thresholds.items}
    least, most = completed(every, 0), completed(every, HIGHEST_SCORE)
    reasons = tuple(
        Reason(rule, rule.holds(least), tuple(_counted(each, every) for each in rule.when))
        for rule in thresholds.rules
        if rule.holds(most)
    )
    return Banding(thresholds, every, _possible(thresholds, every), reasons)


def completed(scores: Mapping[str, Score], unknown_as: int) -> dict[str, int]:
    """The scores with one stand-in for whatever is unknown, to find the ends of a range."""
    return {item: unknown_as if score is None else score for item, score in scores.items()}


def _counted(condition: Condition, scores: Mapping[str, Score]) -> Counted:
    least = completed(scores, 0)
    unknown = tuple(item for item in condition.items if scores[item] is None)
    return Counted(condition, condition.value(least), condition.counting(least), unknown)


def _possible(thresholds: Thresholds, scores: Mapping[str, Score]) -> tuple[str, ...]:
    lowest = thresholds.band(completed(scores, 0))
    highest = thresholds.band(completed(scores, HIGHEST_SCORE))
    between = BANDS[rank(lowest) + 1 : rank(highest)]
    inner = [band for band in between if _may_be(thresholds, scores, band)]
    return tuple(dict.fromkeys((lowest, *inner, highest)))


def _may_be(thresholds: Thresholds, scores: Mapping[str, Score], band: str) -> bool:
    """Whether some values of the unknown scores give exactly this band."""
    tally = Tally(thresholds, least=band)
    options = [SCORES if score is None else (score,) for score in scores.values()]
    wanted = rank(band)
    return exists(
        tally,
        options,
        lost=lambda value: tally.rank(value) > wanted,
        reached=lambda value: tally.rank(value) == wanted,
    )
