"""Whether looking ahead was worth it: the gap to hindsight, the part closed, how sure, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from broker.capacity.replay.noise import Mean, mean_of
from broker.capacity.replay.run import LEVELS, WAYS, Replayed

LEVEL_WORDS: Final = {
    "today": "weeks without a place needed that day",
    "points": "points",
    "pence": "weekly fees added",
    "weighed": "all in points",
}
APART: Final = ("today", "weighed")
"""Levels that stand by themselves: none is decided before them."""
WORTH, NOT_SHOWN, WORSE = "worth_having", "not_shown", "worse"
SHARE, NO_GAP, ABOVE = "share", "no_gap", "above"


@dataclass(frozen=True)
class Closed:
    """The share of the gap between weekly optimum and hindsight that look-ahead closes.

    `kind` is SHARE, from `low` to `high` (None: no end is known there; the same where hindsight is
    proven), below 0 where the gap widens; NO_GAP where the weekly optimum is as good as hindsight;
    or ABOVE where hindsight comes to more, for the sake of the levels before.
    """

    kind: str
    low: Fraction | None = None
    high: Fraction | None = None


def closed(plain: int, ahead: int, least: int, most: int | None) -> Closed:
    """The share closed where hindsight comes to something from `least` to `most` (None: unknown).

    A smaller gap is closed by a larger share, so the two ends give the two shares.
    """
    if least > plain:
        return Closed(ABOVE)
    if least == plain:
        return Closed(NO_GAP)
    gained = plain - ahead
    widest = Fraction(gained, plain - least)
    if most is not None and most < plain:
        narrowest = Fraction(gained, plain - most)
        return Closed(SHARE, min(widest, narrowest), max(widest, narrowest))
    if gained == 0:
        return Closed(SHARE, Fraction(0), Fraction(0))
    return Closed(SHARE, widest, None) if gained > 0 else Closed(SHARE, None, widest)


def closed_by(one: Replayed, level: int) -> Closed:
    """The share of the gap that look-ahead closes in a replication."""
    best = one.hindsight
    return closed(
        one.ways["weekly_optimum"][level],
        one.ways["lookahead"][level],
        best.bounds[level],
        best.most(level),
    )


def alike(one: Replayed, level: int) -> bool:
    """Whether the levels before are the same under weekly optimum, look-ahead and hindsight."""
    if LEVELS[level] in APART:
        return True
    before = {(*one.ways[way][:level],) for way in ("weekly_optimum", "lookahead")}
    return before == {(*one.hindsight.found[:level],)}


@dataclass(frozen=True)
class Level:
    """One level over all replications.

    `means` is by way, with limits; `least` and `most` those of hindsight (`most` None where it is
    open in some replication), `exact` in how many it is proven, `alike` in how many the levels
    before are the same. `in_all` is the share closed of all gaps added up. `difference` is
    look-ahead less the weekly optimum, paired.
    """

    name: str
    means: dict[str, Mean]
    least: Mean
    most: Mean | None
    exact: int
    alike: int
    closed: tuple[Closed, ...]
    in_all: Closed
    difference: Mean


@dataclass(frozen=True)
class Comparison:
    """Every level, and the verdict with its words."""

    replications: int
    levels: tuple[Level, ...]
    verdict: str
    words: str


def compare(found: Sequence[Replayed]) -> Comparison:
    """The comparison of one replication or more."""
    levels = tuple(_level(found, at) for at in range(len(LEVELS)))
    verdict, words = _verdict(levels, len(found))
    return Comparison(len(found), levels, verdict, words)


def _level(found: Sequence[Replayed], at: int) -> Level:
    by_way = {way: [one.ways[way][at] for one in found] for way in WAYS}
    least = [one.hindsight.bounds[at] for one in found]
    known = [value for one in found if (value := one.hindsight.most(at)) is not None]
    most = known if len(known) == len(found) else None
    plain, ahead = by_way["weekly_optimum"], by_way["lookahead"]
    return Level(
        name=LEVELS[at],
        means={way: mean_of(values) for way, values in by_way.items()},
        least=mean_of(least),
        most=None if most is None else mean_of(most),
        exact=sum(one.hindsight.exact(at) for one in found),
        alike=sum(alike(one, at) for one in found),
        closed=tuple(closed_by(one, at) for one in found),
        in_all=closed(sum(plain), sum(ahead), sum(least), None if most is None else sum(most)),
        difference=mean_of([one - other for one, other in zip(ahead, plain, strict=True)]),
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
        share = (
            f" It closes {share_words(first.in_all)} of the gap to hindsight there."
            if first.in_all.kind == SHARE
            else ""
        )
        return WORTH, f"{figures} Fewer weeks without a place, beyond noise.{share}"
    if surely[1] == -1:
        return WORTH, f"{figures} Not fewer weeks beyond noise, but better all in points."
    return NOT_SHOWN, (
        f"{figures} Neither differs beyond noise: by these figures look-ahead is not worth having "
        "here, since every use of it costs some young person points."
    )


def share_words(one: Closed) -> str:
    """A share for people: "14%", "from 12% to 16%", "12% or more", or why there is none."""
    if one.kind == NO_GAP:
        return "no gap"
    if one.kind == ABOVE:
        return "hindsight is higher"
    low, high = (None if end is None else f"{float(end):.0%}" for end in (one.low, one.high))
    if low is None or high is None:
        return f"{low} or more" if low else f"{high} or less"
    return low if low == high else f"from {low} to {high}"


def _surely(mean: Mean) -> int:
    """-1 where surely less, 1 where surely more, else 0."""
    if mean.low is None or mean.high is None:
        return 0
    return -1 if mean.high < 0 else 1 if mean.low > 0 else 0


def _mean_words(mean: Mean) -> str:
    if mean.low is None or mean.high is None:
        return f"{mean.mean:+,.1f} (one year says nothing of noise)"
    return f"{mean.mean:+,.1f} (95% limits {mean.low:+,.1f} to {mean.high:+,.1f})"
