"""What a figure turns on: one assumption at a time (tornado), and two at once (two-way table).

The runs themselves are made elsewhere, on the same random numbers; here their results are set side
by side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from broker.capacity.figures.compare import check_paired, difference
from broker.capacity.figures.definitions import BY_ID, Figure
from broker.capacity.figures.summarise import Estimate, Number
from broker.capacity.figures.whole import Run


@dataclass(frozen=True, slots=True)
class Varied:
    """An assumption at its low and at its high value, each in words, with the runs made of them."""

    assumption: str
    low_value: str
    high_value: str
    low: Run
    high: Run


@dataclass(frozen=True, slots=True)
class Bar:
    """What a figure is with one assumption low and high; `swing` is how far apart, None unknown.

    `low_change` and `high_change` are the paired differences from the base run.
    """

    assumption: str
    low_value: str
    high_value: str
    low: Estimate
    high: Estimate
    low_change: Estimate
    high_change: Estimate

    @property
    def swing(self) -> Number | None:
        if self.low.mean is None or self.high.mean is None:
            return None
        return abs(Fraction(self.high.mean) - Fraction(self.low.mean))


@dataclass(frozen=True, slots=True)
class Tornado:
    """A figure of the base run, and the bars, widest first; those not known come last."""

    figure: Figure
    base: Estimate
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class TwoWay:
    """A figure for each pair of values of two assumptions; None where no run was made."""

    figure: Figure
    down: str
    across: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[Estimate | None, ...], ...]


def tornado(figure: str, base: Run, varied: Sequence[Varied]) -> Tornado:
    """The bars of one-at-a-time changes of a base run.

    Raises:
        ValueError: no change, one named twice, or runs that are not paired with the base.
    """
    names = [each.assumption for each in varied]
    if not names or len(set(names)) != len(names):
        raise ValueError("a tornado needs assumptions, each of them once")
    check_paired([base, *(run for each in varied for run in (each.low, each.high))])
    bars = [
        Bar(
            each.assumption,
            each.low_value,
            each.high_value,
            each.low.estimate(figure),
            each.high.estimate(figure),
            difference(base, each.low, figure).difference,
            difference(base, each.high, figure).difference,
        )
        for each in varied
    ]
    bars.sort(key=lambda bar: (bar.swing is None, -(bar.swing or 0), bar.assumption))
    return Tornado(BY_ID[figure], base.estimate(figure), tuple(bars))


def two_way(
    figure: str,
    down: str,
    across: str,
    runs: Mapping[tuple[str, str], Run],
) -> TwoWay:
    """A figure by (value of `down`, value of `across`), both in the order they first come.

    Raises:
        ValueError: no run, or runs that are not paired.
    """
    if not runs:
        raise ValueError("a two-way table needs at least one run")
    check_paired(list(runs.values()))
    rows = tuple(dict.fromkeys(row for row, _ in runs))
    columns = tuple(dict.fromkeys(column for _, column in runs))
    return TwoWay(
        BY_ID[figure],
        down,
        across,
        rows,
        columns,
        tuple(
            tuple(
                runs[row, column].estimate(figure) if (row, column) in runs else None
                for column in columns
            )
            for row in rows
        ),
    )
