"""What a chart shows: panels one below the other, each of exact values over named places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import TypeAlias

Number: TypeAlias = int | Fraction


class Unit(Enum):
    """What values are: whole or exact pence, shown in pounds; a count; a share, where 1 is 100%."""

    PENCE = "pounds"
    COUNT = "count"
    SHARE = "per cent"


@dataclass(frozen=True, slots=True)
class Series:
    """Values with a name, one for each label of their panel; None where there is none."""

    name: str
    values: Sequence[Number | None]


@dataclass(frozen=True, slots=True)
class Lines:
    """A line for each series, from left to right over the labels, the axis from 0."""

    title: str
    unit: Unit
    labels: Sequence[str]
    series: Sequence[Series]

    def __post_init__(self) -> None:
        _check(self.title, self.labels, self.series)


@dataclass(frozen=True, slots=True)
class Stacks:
    """A bar for each label, of the series on top of each other, none below 0, with marks over it.

    `marks` are compared with the height of the bar: a cost with the income, a limit with a use.
    """

    title: str
    unit: Unit
    labels: Sequence[str]
    series: Sequence[Series]
    marks: Sequence[Series] = ()

    def __post_init__(self) -> None:
        _check(self.title, self.labels, [*self.series, *self.marks])
        for series in self.series:
            if any(value is not None and value < 0 for value in series.values):
                raise ValueError(f"{self.title}: {series.name} is below 0 and cannot be stacked")


@dataclass(frozen=True, slots=True)
class Intervals:
    """A bar for each label with the interval around its value, from `low` to `high`.

    Each bar is of something of its own, so all are named: upright where they would not fit.
    """

    title: str
    unit: Unit
    labels: Sequence[str]
    name: str
    values: Sequence[Number]
    low: Sequence[Number]
    high: Sequence[Number]

    def __post_init__(self) -> None:
        sides = (("value", self.values), ("low", self.low), ("high", self.high))
        _check(self.title, self.labels, [Series(name, values) for name, values in sides])
        for low, value, high in zip(self.low, self.values, self.high, strict=True):
            if not low <= value <= high:
                raise ValueError(f"{self.title}: {value} is not within {low} to {high}")


@dataclass(frozen=True, slots=True)
class Spans:
    """A bar across for each label, from its value at `low` to that at `high`, around a line.

    `low` and `high` are what two settings give, so either may be the greater; the first label is
    on top. `low_name` and `high_name` say what the two ends are.
    """

    title: str
    unit: Unit
    labels: Sequence[str]
    base: Number
    low_name: str
    high_name: str
    low: Sequence[Number]
    high: Sequence[Number]

    def __post_init__(self) -> None:
        sides = [Series(self.low_name, self.low), Series(self.high_name, self.high)]
        _check(self.title, self.labels, sides)


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with its title, a description for those who do not see it, and its source.

    The description says what the chart shows, with its main figures; `source` names where the
    figures are from, and stands under the chart.
    """

    title: str
    description: str
    panels: Sequence[Lines | Stacks | Intervals | Spans]
    source: str

    def __post_init__(self) -> None:
        if not self.panels:
            raise ValueError(f"{self.title}: a chart needs at least one panel")


def _check(title: str, labels: Sequence[str], series: Sequence[Series]) -> None:
    if not labels or not series:
        raise ValueError(f"{title}: a panel needs labels and values")
    for each in series:
        if len(each.values) != len(labels):
            wrong = f"{len(each.values)} values for {len(labels)} labels"
            raise ValueError(f"{title}: {each.name} has {wrong}")
