"""What the people at work were answered, counted: how many a second, how long, what went wrong."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

OVERLOADED = frozenset({429, 503})
"""Answers that say: too often, or not now."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One request: what it was, when it was sent, its answer, and how long that took.

    `status` is 0 where no answer came. `sent` and `seconds` are in seconds. `foreseen` says that a
    refusal is one a person may meet, such as a place that somebody else took meanwhile.
    """

    name: str
    writes: bool
    sent: float
    seconds: float
    status: int
    foreseen: bool = False

    @property
    def done(self) -> bool:
        """Whether it was answered as done."""
        return 200 <= self.status < 300

    @property
    def error(self) -> bool:
        """Whether it was neither done nor refused as people must expect."""
        return not self.done and not self.foreseen


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of some requests; milliseconds are of those that were done or foreseen."""

    name: str
    requests: int
    a_second: float
    p50: float
    p99: float
    refused: int
    errors: int


def percentile(sorted_values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of all does not pass (nearest rank)."""
    if not sorted_values:
        return math.nan
    return sorted_values[max(0, math.ceil(share * len(sorted_values)) - 1)]


def row(name: str, samples: Iterable[Sample], seconds: float) -> Row:
    """The figures of requests that were sent within so many seconds."""
    found = list(samples)
    times = sorted(one.seconds * 1000 for one in found if not one.error)
    return Row(
        name,
        len(found),
        len(found) / seconds,
        percentile(times, 0.50),
        percentile(times, 0.99),
        sum(one.foreseen and not one.done for one in found),
        sum(one.error for one in found),
    )


def rows(samples: Sequence[Sample], seconds: float) -> list[Row]:
    """All requests, reads, writes, and each kind of request by its name."""
    kinds: defaultdict[str, list[Sample]] = defaultdict(list)
    for one in samples:
        kinds[one.name].append(one)
    return [
        row("all", samples, seconds),
        row("reads", (one for one in samples if not one.writes), seconds),
        row("writes", (one for one in samples if one.writes), seconds),
        *(row(name, kinds[name], seconds) for name in sorted(kinds)),
    ]


def within(samples: Iterable[Sample], start: float, end: float) -> list[Sample]:
    """The requests sent from `start` on and before `end`: what came before is warming up."""
    return [one for one in samples if start <= one.sent < end]


def strange(samples: Iterable[Sample]) -> Counter[str]:
    """Errors by what was asked and answered."""
    return Counter(f"{one.name}: {one.status or 'no answer'}" for one in samples if one.error)
