"""Runs side by side as exhibits: two of them, one assumption at a time, two at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from broker.capacity.figures.compare import Difference
from broker.capacity.figures.definitions import Figure
from broker.capacity.figures.sensitivity import Tornado, TwoWay
from broker.capacity.figures.whole import Run
from broker.capacity.report.exhibits import Exhibit, origin, source
from broker.capacity.report.shown import KINDS, UNITS, figure_shown, in_words
from broker.charts import Chart, Number, Spans
from broker.workbook import Column, Kind, Sheet, Value

THEME: Final = "What it turns on"
_PAIRED: Final = "All runs share their random numbers, so that differences are paired"
HEADLINES: Final = (
    "occupancy", "in_partnership", "within_20_miles", "placed_in_4_weeks", "still_waiting",
    "unplanned", "same_home_6_months", "block_total", "spot_same", "saving", "block_cheaper",
    "voids", "block_per_week",
)  # fmt: skip


def comparison_exhibit(
    run: Run, first: str, second: str, differences: Sequence[Difference]
) -> Exhibit:
    """The main figures of two named runs and their paired differences, second less first."""
    found = {each.figure.id: each for each in differences if (each.by, each.year) == ("all", "all")}
    rows: list[list[Value]] = [
        [
            each.figure.name,
            figure_shown(each.figure, each.first.mean),
            figure_shown(each.figure, each.second.mean),
            change_shown(each.figure, each.difference.mean),
            f"{change_shown(each.figure, each.difference.low)} to"
            f" {change_shown(each.figure, each.difference.high)}",
            change_shown(each.figure, each.difference.error),
            each.lower,
            each.difference.n,
        ]
        for name in HEADLINES
        if (each := found.get(name)) is not None
    ]
    sheet = Sheet(
        f"{second} against {first}",
        [f"Over all years. The difference is {second} less {first}. {_PAIRED}",
         *origin(run.setting)],
        [
            Column("Figure"),
            Column(f"{first}, mean"),
            Column(f"{second}, mean"),
            Column("Difference, mean"),
            Column("5% to 95% of differences"),
            Column("Standard error of the mean"),
            Column("Replications in which it is lower", Kind.COUNT),
            Column("Pairs", Kind.COUNT),
        ],
        rows,
    )  # fmt: skip
    words = [f"What {second} changes against {first}."]
    if "saving" in found:
        saving = found["saving"]
        words.append(f"The saving changes by {in_words(saving.figure, saving.difference)}.")
    return Exhibit("comparison", THEME, words, sheet, None)


def change_shown(figure: Figure, value: Number | None) -> str:
    """A change of a figure, with its sign."""
    text = figure_shown(figure, value)
    return f"+{text}" if value is not None and value > 0 else text


def tornado_exhibit(run: Run, made: Tornado) -> Exhibit:
    """A tornado's bars in a chart and a table, the widest first."""
    figure = made.figure
    kind = KINDS[figure.measure]
    sheet = Sheet(
        f"What moves it: {figure.name}",
        [f"Mean with one assumption changed at a time; all others as in the base run. {_PAIRED}",
         *origin(run.setting)],
        [
            Column("Assumption"),
            Column("Low value"),
            Column("High value"),
            Column("Mean at low", kind),
            Column("Mean at high", kind),
            Column("Change at low", kind),
            Column("Standard error at low", kind),
            Column("Change at high", kind),
            Column("Standard error at high", kind),
        ],
        [
            [
                bar.assumption, bar.low_value, bar.high_value, bar.low.mean, bar.high.mean,
                bar.low_change.mean, bar.low_change.error,
                bar.high_change.mean, bar.high_change.error,
            ]
            for bar in made.bars
        ],
    )  # fmt: skip
    said = f"In the base run it is {in_words(figure, made.base)}."
    known = [bar for bar in made.bars if bar.swing is not None]
    if known:
        said += f" It moves most with {known[0].assumption}."
    chart = None
    lows = [bar.low.mean for bar in known if bar.low.mean is not None]
    highs = [bar.high.mean for bar in known if bar.high.mean is not None]
    if known and made.base.mean is not None:
        panel = Spans(
            f"{figure.name}, mean; the line is the base run",
            UNITS[kind],
            [bar.assumption for bar in known],
            made.base.mean,
            "Mean at low",
            "Mean at high",
            lows,
            highs,
        )
        title = f"What moves it: {figure.name}"
        chart = Chart(title, f"A bar across for each assumption. {said}", [panel], source(run))
    words = [f"Which assumption matters most for “{figure.name}”.", said]
    return Exhibit(f"tornado-{figure.id}", THEME, words, sheet, chart)


def two_way_exhibit(run: Run, made: TwoWay) -> Exhibit:
    """A two-way table of means, with no chart: the table is the picture."""
    figure = made.figure
    sheet = Sheet(
        f"{figure.name}: {made.down} and {made.across}",
        [f"Means over replications; rows are {made.down}, columns {made.across}. {_PAIRED}",
         *origin(run.setting)],
        [Column(made.down), *(Column(name, KINDS[figure.measure]) for name in made.columns)],
        [
            [name, *(None if each is None else each.mean for each in row)]
            for name, row in zip(made.rows, made.cells, strict=True)
        ],
    )  # fmt: skip
    words = [f"“{figure.name}” for each {made.down} and {made.across}."]
    return Exhibit(f"two-way-{figure.id}", THEME, words, sheet, None)
