"""What would make a band higher or lower, and which items two views of one person differ by.

*Smallest* is fewest items changed, then the least sum of points. Scores are raised to find a higher
band, and lowered to find a lower one. Where no such change gives exactly the band asked for, the
smallest that goes beyond it is told, with the band it leads to. Unknown scores are not changed;
while there are any, a change counts only if the band is sure whatever they turn out to be.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pricing.bands.banding import Banding, banding
from pricing.bands.smallest import Choice, Choices, Smallest, Tally, Value, smallest
from pricing.bands.thresholds import HIGHEST_SCORE, Score, Thresholds, rank
from pricing.terms import BANDS

SHOWN = 12
"""How many of the smallest changes are listed; their number is always told."""


@dataclass(frozen=True, slots=True)
class Step:
    """One item with another score."""

    item: str
    before: Score
    after: Score


@dataclass(frozen=True, slots=True)
class Change:
    """Scores changed together, and the bands that are then possible: one, if all is known."""

    steps: tuple[Step, ...]
    possible: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """The smallest changes to the band `to`, or, where it cannot be hit, to one beyond it.

    `ways` is how many there are, `shown` the first of them; none if no change of known scores does
    it for sure.
    """

    to: str
    exactly: bool
    items: int
    points: int
    ways: int
    shown: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """Where another view scores otherwise, and the smallest part of it that makes the other band.

    `alone` is the band that this view would have with the other's score of that one item.
    """

    items: Mapping[str, tuple[Score, Score]]
    alone: Mapping[str, Banding]
    decisive: Changes | None


def higher(found: Banding) -> tuple[Changes, ...]:
    """For every band above the lowest possible, the smallest raises of scores that lead to it."""
    return tuple(_exact(found, band, up=True) for band in BANDS[rank(found.lowest) + 1 :])


def lower(found: Banding) -> Changes | None:
    """The smallest lowering of scores to one band below the highest possible; None for low."""
    place = rank(found.highest)
    return _exact(found, BANDS[place - 1], up=False) if place else None


def difference(one: Banding, other: Banding) -> Difference:
    """How another banding of the same young person differs from this one, item by item."""
    items = {
        item: (score, other.scores[item])
        for item, score in one.scores.items()
        if score != other.scores[item]
    }
    alone = {
        item: banding(one.thresholds, {**one.scores, item: after})
        for item, (_, after) in items.items()
    }
    same = (one.lowest, one.highest) == (other.lowest, other.highest)
    return Difference(items, alone, None if same else _decisive(one, other))


def _exact(found: Banding, band: str, *, up: bool) -> Changes:
    """The smallest changes to exactly the band, with 0 and with 3 for whatever is unknown.

    With 3 it must not be higher, which `early` sees to; with 0 not lower, which `reached` does.
    """
    worlds = (0, HIGHEST_SCORE) if found.unknown else (0,)
    tally = Tally(found.thresholds, least=max(band, BANDS[1], key=rank), worlds=len(worlds))
    choices = [
        [Choice(worlds)] if score is None else _choices(score, up, len(worlds))
        for score in found.scores.values()
    ]
    wanted = rank(band)

    def early(value: Value) -> bool | None:
        return False if tally.rank(value, len(worlds) - 1) > wanted else None

    best = smallest(tally, choices, early, lambda value: tally.rank(value) == wanted, SHOWN)
    if best is None:
        return _beyond(found, band, up=up)
    return _told(found, band, True, choices, best)


def _beyond(found: Banding, band: str, *, up: bool) -> Changes:
    """The smallest changes to the band or one further on, in the world that is against it."""
    bound = rank(band) if up else rank(band) + 1
    tally = Tally(found.thresholds, least=BANDS[bound])
    unknown_as = 0 if up else HIGHEST_SCORE
    choices = [
        [Choice((unknown_as,))] if score is None else _choices(score, up, 1)
        for score in found.scores.values()
    ]

    def early(value: Value) -> bool | None:
        return up if tally.rank(value) >= bound else None

    best = smallest(tally, choices, early, lambda _: not up, SHOWN)
    if best is None:
        return Changes(band, False, 0, 0, 0, ())
    return _told(found, band, False, choices, best)


def _choices(score: int, up: bool, worlds: int) -> list[Choice]:
    """The score as it is, then each other score in the direction asked for."""
    others = range(score + 1, HIGHEST_SCORE + 1) if up else range(score - 1, -1, -1)
    changed = [Choice((other,) * worlds, abs(other - score)) for other in others]
    return [Choice((score,) * worlds), *changed]


def _told(found: Banding, band: str, exactly: bool, choices: Choices, best: Smallest) -> Changes:
    shown = []
    for way in best.shown:
        chosen = zip(found.scores, choices, way, strict=True)
        after = {item: options[number].scores[0] for item, options, number in chosen if number}
        shown.append(_change(found.thresholds, found.scores, after))
    return Changes(band, exactly, best.items, best.points, best.ways, tuple(shown))


def _decisive(one: Banding, other: Banding) -> Changes:
    """The fewest of the other view's scores that give the other view's band, or range of bands."""
    tally = Tally(one.thresholds, least=BANDS[1], worlds=2)
    choices: list[list[Choice]] = []
    for item, score in one.scores.items():
        own, theirs = _worlds(score), _worlds(other.scores[item])
        choices.append([Choice(own)])
        if own != theirs:
            choices[-1].append(Choice(theirs))
    wanted = (rank(other.lowest), rank(other.highest))

    def reached(value: Value) -> bool:
        return (tally.rank(value, 0), tally.rank(value, 1)) == wanted

    best = smallest(tally, choices, lambda _: None, reached, SHOWN)
    assert best is not None  # all of the other view's scores together give its band
    shown = tuple(
        _change(one.thresholds, one.scores, _taken(other.scores, way)) for way in best.shown
    )
    return Changes(other.highest, True, best.items, best.points, best.ways, shown)


def _worlds(score: Score) -> tuple[int, int]:
    return (0, HIGHEST_SCORE) if score is None else (score, score)


def _taken(scores: Mapping[str, Score], way: Sequence[int]) -> dict[str, Score]:
    return {item: scores[item] for item, number in zip(scores, way, strict=True) if number}


def _change(
    thresholds: Thresholds, scores: Mapping[str, Score], after: Mapping[str, Score]
) -> Change:
    steps = tuple(Step(item, scores[item], score) for item, score in after.items())
    return Change(steps, banding(thresholds, {**scores, **after}).possible)
