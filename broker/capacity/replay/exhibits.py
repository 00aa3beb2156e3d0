"""The parts of a replay's report: each way beside the others, the gap closed, year by year."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final

from broker.capacity.replay.compare import (
    LEVEL_WORDS,
    SHARE,
    Comparison,
    Level,
    alike,
    closed_by,
    share_words,
)
from broker.capacity.replay.noise import Mean
from broker.capacity.replay.run import LEVELS, WAYS, Replayed
from broker.capacity.report.exhibits import Exhibit, intervals, lines
from broker.charts import Chart
from broker.workbook import Column, Kind, Sheet, Value

WAY_WORDS: Final = {
    "first_come": "First come",
    "weekly_optimum": "Weekly optimum",
    "lookahead": "Look-ahead",
}
LEAST, MOST = "Hindsight, at least", "Hindsight, at most"
KINDS: Final = {
    "today": Kind.NUMBER,
    "points": Kind.NUMBER,
    "pence": Kind.MONEY,
    "weighed": Kind.NUMBER,
}
SIDE, CLOSED, YEARS = "Side by side", "The gap to hindsight", "Year by year"
MEAN, LOW, HIGH = "Mean of a year", "Limit below", "Limit above"
LIMITS: Final = "Limits: 95%, by Student's t over the years"
OPEN: Final = "An empty cell is not known"
PLACES: Final = 6


def exhibits(
    found: Sequence[Replayed], comparison: Comparison, origin: Sequence[str]
) -> Iterator[Exhibit]:
    """All parts, in order; `origin` says where the figures are from."""
    source = origin[0]
    for level in comparison.levels:
        yield _side(level, origin, source)
    yield _gap(comparison, origin)
    for at in range(len(LEVELS)):
        yield _years(found, at, origin, source)


def _side(level: Level, origin: Sequence[str], source: str) -> Exhibit:
    kind, name = KINDS[level.name], LEVEL_WORDS[level.name]
    rows = [[WAY_WORDS[way], *_three(kind, level.means[way])] for way in WAYS]
    rows.append([LEAST, *_three(kind, level.least)])
    if level.most is not None:
        rows.append([MOST, *_three(kind, level.most)])
    sheet = Sheet(
        _heading(name),
        [f"{LIMITS}. {OPEN}", *origin],
        [Column("Way of choosing"), *(Column(each, kind) for each in (MEAN, LOW, HIGH))],
        rows,
    )
    panel = intervals(sheet, f"{MEAN} with its limits", value=MEAN, low=LOW, high=HIGH)
    less = level.difference.mean
    said = f"Look-ahead less weekly optimum: {_shown(kind, less)} a year on average."
    if level.difference.low is not None and level.difference.high is not None:
        said += (
            f" The 95% limits of the paired difference are {_shown(kind, level.difference.low)} "
            f"and {_shown(kind, level.difference.high)}."
        )
    chart = Chart(sheet.title, said, [panel], source) if panel is not None else None
    return Exhibit(level.name, SIDE, [f"How many {name} in a year?", said], sheet, chart)


def _gap(comparison: Comparison, origin: Sequence[str]) -> Exhibit:
    number = comparison.replications
    rows: list[list[Value]] = []
    for level in comparison.levels:
        rows.append(
            [
                LEVEL_WORDS[level.name],
                share_words(level.in_all),
                level.in_all.low,
                level.in_all.high,
                level.exact,
                level.alike,
                number,
            ]
        )
    sheet = Sheet(
        "The share of the gap that look-ahead closes",
        [
            "All gaps added up: (weekly optimum - look-ahead) / (weekly optimum - hindsight)",
            "Hindsight decides the levels in their order, so a later one may come to more under it",
            OPEN,
            *origin,
        ],
        [
            Column("Level"),
            Column("Share closed"),
            Column("At least", Kind.PERCENT),
            Column("At most", Kind.PERCENT),
            Column("Years in which hindsight is proven", Kind.COUNT),
            Column("Years in which the levels before are the same", Kind.COUNT),
            Column("Years", Kind.COUNT),
        ],
        rows,
    )
    first = comparison.levels[0]
    said = [
        "How much of the gap to hindsight does look-ahead close?",
        comparison.words,
        f"Weeks without a place needed that day: {share_words(first.in_all)}. Hindsight is proven "
        f"in {first.exact} of {number} years there.",
    ]
    return Exhibit("gap", CLOSED, said, sheet, None)


def _years(found: Sequence[Replayed], at: int, origin: Sequence[str], source: str) -> Exhibit:
    level = LEVELS[at]
    kind, name = KINDS[level], LEVEL_WORDS[level]
    rows: list[list[Value]] = []
    for one in found:
        share = closed_by(one, at)
        rows.append(
            [
                str(one.number),
                *(one.ways[way][at] for way in WAYS),
                one.hindsight.bounds[at],
                one.hindsight.most(at),
                "yes" if one.hindsight.exact(at) else "no",
                share_words(share),
                share.low if share.kind == SHARE else None,
                share.high if share.kind == SHARE else None,
                "yes" if alike(one, at) else "no",
                one.changed,
            ]
        )
    whole = kind if kind is Kind.MONEY else Kind.COUNT
    sheet = Sheet(
        f"{_heading(name)}, year by year",
        [OPEN, *origin],
        [
            Column("Year played"),
            *(Column(WAY_WORDS[way], whole) for way in WAYS),
            Column(LEAST, whole),
            Column(MOST, whole),
            Column("Hindsight proven"),
            Column("Share closed"),
            Column("Share, at least", Kind.PERCENT),
            Column("Share, at most", Kind.PERCENT),
            Column("Levels before the same"),
            Column("Proposals changed", Kind.COUNT),
        ],
        rows,
    )
    drawn = lines(sheet, _heading(name), [*WAY_WORDS.values(), LEAST], rows=None)
    chart = Chart(sheet.title, f"{_heading(name)} in each year, by way.", [drawn], source)
    return Exhibit(f"years-{level}", YEARS, [f"{_heading(name)} in each year"], sheet, chart)


def _heading(name: str) -> str:
    return name[0].upper() + name[1:]


def _three(kind: Kind, mean: Mean) -> list[Value]:
    return [_value(kind, number) for number in (mean.mean, mean.low, mean.high)]


def _value(kind: Kind, number: float | None) -> Value:
    if number is None:
        return None
    return round(number) if kind is Kind.MONEY else Fraction(round(number, PLACES))


def _shown(kind: Kind, number: float) -> str:
    if kind is Kind.MONEY:
        return f"{'-' if number < 0 else '+'}£{abs(number) / 100:,.2f}"
    return f"{number:+,.1f}"
