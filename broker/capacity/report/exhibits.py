"""One part of the report: a question, its answer in a sentence, a table, and a chart of the table.

A chart is made from the columns of its own table and from nothing else, so that both say the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from broker.capacity.figures.definitions import BY_ID, Figure, Measure
from broker.capacity.figures.setting import Setting
from broker.capacity.figures.summarise import Estimate
from broker.capacity.figures.whole import Run
from broker.capacity.report.shown import KINDS, UNITS
from broker.charts import Chart, Intervals, Lines, Number, Series, Stacks
from broker.workbook import Column, Kind, Sheet, Value

MEAN, MEDIAN, LOW, HIGH = "Mean", "Median", "5% below", "95% below"
ERROR, KNOWN, OF = "Standard error of the mean", "Replications that know it", "Mean denominator"


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A part of the report; `words` are short plain paragraphs that say what the table shows."""

    id: str
    theme: str
    words: Sequence[str]
    sheet: Sheet
    chart: Chart | None


def column_values(sheet: Sheet, title: str) -> list[Value]:
    """The values of a column of a table."""
    place = [column.title for column in sheet.columns].index(title)
    return [row[place] for row in sheet.rows]


def kind_of(sheet: Sheet, title: str) -> Kind:
    """What a column of a table holds."""
    return next(column.kind for column in sheet.columns if column.title == title)


def numbers(sheet: Sheet, title: str) -> list[Number | None]:
    """The values of a column of numbers."""
    made: list[Number | None] = []
    for value in column_values(sheet, title):
        if value is None or isinstance(value, int | Fraction):
            made.append(value)
        else:
            raise ValueError(f"{sheet.title}: {value!r} in {title} is no number")
    return made


def labels(sheet: Sheet) -> list[str]:
    """The first column: what each row is of."""
    return [str(row[0]) for row in sheet.rows]


def stacks(
    sheet: Sheet, title: str, columns: Sequence[str], marks: Sequence[str] = (), *, rows: int | None
) -> Stacks:
    """Columns of a table on top of each other, for the first so many rows."""
    unit = UNITS[kind_of(sheet, columns[0])]
    named = labels(sheet)[:rows]
    return Stacks(
        title,
        unit,
        named,
        [Series(name, numbers(sheet, name)[:rows]) for name in columns],
        [Series(name, numbers(sheet, name)[:rows]) for name in marks],
    )


def lines(sheet: Sheet, title: str, columns: Sequence[str], *, rows: int | None) -> Lines:
    """Columns of a table as lines, for the first so many rows."""
    unit = UNITS[kind_of(sheet, columns[0])]
    made = [Series(name, numbers(sheet, name)[:rows]) for name in columns]
    return Lines(title, unit, labels(sheet)[:rows], made)


def intervals(
    sheet: Sheet, title: str, *, value: str = MEDIAN, low: str = LOW, high: str = HIGH
) -> Intervals | None:
    """A bar for each row that is known, with its interval; None where none is."""
    unit = UNITS[kind_of(sheet, value)]
    known = [
        (label, middle, below, beyond)
        for label, middle, below, beyond in zip(
            labels(sheet), numbers(sheet, value), numbers(sheet, low), numbers(sheet, high),
            strict=True,
        )
        if middle is not None and below is not None and beyond is not None
    ]  # fmt: skip
    if not known:
        return None
    names, middles, lows, highs = zip(*known, strict=True)
    return Intervals(title, unit, names, value.lower(), middles, lows, highs)


def estimates(
    run: Run, figure: str, label: str, rows: Sequence[tuple[str, Estimate]], title: str = ""
) -> Sheet:
    """A table of one figure: a row for each label with all that is known of its estimate."""
    known = BY_ID[figure]
    kind = KINDS[known.measure]
    return Sheet(
        title or known.name,
        [
            known.words,
            *([f"{OF}: {known.of}"] if known.of else []),
            note(known),
            *origin(run.setting),
        ],
        [
            Column(label),
            Column(MEAN, kind),
            Column(MEDIAN, kind),
            Column(LOW, kind),
            Column(HIGH, kind),
            Column(ERROR, kind),
            Column(KNOWN, Kind.COUNT),
            *([Column(OF, Kind.NUMBER)] if known.of else []),
        ],
        [
            [
                name,
                each.mean,
                each.median,
                each.low,
                each.high,
                each.error,
                each.n,
                *([each.of] if known.of else []),
            ]
            for name, each in rows
        ],
    )


def by_year(run: Run, figure: str, by: str = "all", group: str = "all") -> Sheet:
    """A figure in each financial year and in all."""
    rows = [(year_name(year), run.estimate(figure, by, group, year)) for year in run.columns]
    return estimates(run, figure, "Year, April to March", rows, f"{BY_ID[figure].name}, by year")


def by_group(run: Run, figure: str, by: str) -> Sheet:
    """A figure over all years for each group of a split, and in all."""
    named = [(run.setting.label(by, group), run.estimate(figure, by, group))
             for group in run.groups[by]]  # fmt: skip
    rows = [*named, ("all", run.estimate(figure))]
    return estimates(run, figure, by.capitalize(), rows, f"{BY_ID[figure].name}, by {by}")


def note(figure: Figure) -> str:
    """How an interval is to be read."""
    if figure.measure is Measure.PROBABILITY:
        return "The interval is Wilson's at 90%: how sure the share of replications is."
    return (
        "5% below and 95% below are the values that 5% and 95% of the replications do not exceed:"
        " how far apart futures may lie. The standard error is how sure the mean is."
    )


def origin(setting: Setting) -> list[str]:
    """Where figures are from, for a table's notes and a chart's foot."""
    contract = setting.contract
    return [
        f"Simulated: {setting.weeks} weeks from {setting.first} under {contract.id}"
        f" ({contract.source}). Not observed"
    ]


def source(run: Run) -> str:
    """Where a chart's figures are from."""
    contract = run.setting.contract
    return (
        f"{len(run.numbers):,} simulated runs of {run.setting.weeks} weeks from"
        f" {run.setting.first}; {contract.id}, {contract.source}; table below"
    )


def year_name(year: str) -> str:
    """A financial year as tables name it, or all years."""
    return "all years" if year == "all" else year
