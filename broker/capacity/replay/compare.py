"""Whether looking ahead was worth it: the gap to hindsight, the part closed, how sure, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from broker.capacity.replay.noise import Mean, mean_of
from broker.capacity.replay.run import LEVELS, WAYS, Replayed

LEVEL_WORDS = {
    "today": "weeks without a place needed that day",
    "points": "points",
    "pence": "weekly fees added, pence",
    "weighed": "all in points",
}
WORTH, NOT_SHOWN, WORSE = "worth_having", "not_shown", "worse"


@dataclass(frozen=True)
class Level:
    """One level over all replications.

    `means` is by way; `hindsight` its mean where it is known everywhere. `closed` is for each
    replication the share of the gap between weekly optimum and hindsight that look-ahead closes:
    None where there is no gap, where hindsight is not known, or where the levels before differ, so
    that the two are not alike. `difference` is look-ahead less the weekly optimum, paired.
    """

    name: str
    means: dict[str, float]
    hindsight: float | None
    exact: int
    closed: tuple[float | None, ...]
    closed_in_all: float | None
    difference: Mean


@dataclass(frozen=True)
class Comparison:
    """Every level, and the verdict with its words."""

    replications: int
    levels: tuple[Level, ...]
    verdict: str
    words: str


def closed_share(one: Replayed, level: int) -> float | None:
    """The share of the gap that look-ahead closes in a replication; below 0 where it widens it."""
    best, plain = one.hindsight.values[level], one.ways["weekly_optimum"][level]
    ahead = one.ways["lookahead"][level]
    if best is None or plain <= best:
        return None
    if level in (1, 2):
        before = {
            (*one.ways["weekly_optimum"][:level],),
            (*one.ways["lookahead"][:level],),
            (*one.hindsight.values[:level],),
        }
        if len(before) > 1:
            return None
    return (plain - ahead) / (plain - best)


def compare(found: Sequence[Replayed]) -> Comparison:
    """The comparison of one replication or more."""
    levels = tuple(_level(found, at) for at in range(len(LEVELS)))
    verdict, words = _verdict(levels, len(found))
    return Comparison(len(found), levels, verdict, words)


def _level(found: Sequence[Replayed], at: int) -> Level:
    number = len(found)
    best = [one.hindsight.values[at] for one in found]
    known = [value for value in best if value is not None]
    plain = sum(one.ways["weekly_optimum"][at] for one in found)
    ahead = sum(one.ways["lookahead"][at] for one in found)
    gap = plain - sum(known) if len(known) == number else 0
    alike = at in (0, 3)
    return Level(
        name=LEVELS[at],
        means={way: sum(one.ways[way][at] for one in found) / number for way in WAYS},
        hindsight=sum(known) / number if len(known) == number else None,
        exact=sum(one.hindsight.exact[at] for one in found),
        closed=tuple(closed_share(one, at) for one in found),
        closed_in_all=(plain - ahead) / gap if gap > 0 and alike else None,
        difference=mean_of(
            [float(one.ways["lookahead"][at] - one.ways["weekly_optimum"][at]) for one in found]
        ),
    )


def _verdict(levels: Sequence[Level], number: int) -> tuple[str, str]:
    """Level 1 decides, then all in points: points alone are not alike where level 1 differs."""
    first, weighed = levels[0], levels[3]
    surely = [_surely(first.difference), _surely(weighed.difference)]
    figures = (
        f"Over {number} simulated years it changed the weeks without a place needed that day by "
        f"{_mean_words(first.difference)} a year against the weekly optimum, and all in points by "
        f"{_mean_words(weighed.difference)}."
    )
    if 1 in surely:
        return WORSE, (
            f"{figures} In one of them it is worse beyond noise: leave look-ahead off here."
        )
    if surely[0] == -1:
        part = first.closed_in_all
        share = "" if part is None else f" It closes {part:.0%} of the gap to hindsight there."
        return WORTH, f"{figures} Fewer weeks without a place, beyond noise.{share}"
    if surely[1] == -1:
        return WORTH, f"{figures} Not fewer weeks beyond noise, but better all in points."
    return NOT_SHOWN, (
        f"{figures} Neither differs beyond noise: by these figures look-ahead is not worth having "
        "here, since every use of it costs some young person points."
    )


def _surely(mean: Mean) -> int:
    """-1 where surely less, 1 where surely more, else 0."""
    if mean.low is None or mean.high is None:
        return 0
    return -1 if mean.high < 0 else 1 if mean.low > 0 else 0


def _mean_words(mean: Mean) -> str:
    if mean.low is None or mean.high is None:
        return f"{mean.mean:+,.1f} (one year says nothing of noise)"
    return f"{mean.mean:+,.1f} (95% limits {mean.low:+,.1f} to {mean.high:+,.1f})"
