"""A run's figures as sheets of a workbook and as CSV, every figure with every group and year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from broker.capacity.figures.as_json import assumptions_json, definition_json, estimate_json
from broker.capacity.figures.definitions import FIGURES
from broker.capacity.figures.void_risk import void_risk
from broker.capacity.figures.whole import Row, Run
from broker.capacity.report.exhibits import (
    ERROR,
    HIGH,
    KNOWN,
    LOW,
    MEAN,
    MEDIAN,
    OF,
    Exhibit,
    origin,
    year_name,
)
from broker.capacity.report.shown import KINDS, STATUS
from broker.workbook import Column, Kind, Sheet
from matching.tables import table_text
from pricing.money import pounds

_NAMES = {Kind.MONEY: "Money", Kind.PERCENT: "Shares", Kind.NUMBER: "Other figures"}
_ESTIMATE = ("mean", "median", "low", "high", "error", "known_in", "of")


def run_sheets(run: Run, exhibits: Iterable[Exhibit]) -> list[Sheet]:
    """The exhibits' tables, all figures by what they are, definitions and assumptions."""
    return [
        *(each.sheet for each in exhibits),
        *(_all_of(run, kind) for kind in _NAMES),
        _definitions(run),
        _assumptions(run),
    ]


def run_csv(run: Run) -> Iterator[tuple[str, str]]:
    """File names and texts: figures, definitions, assumptions, void cost of a year."""
    yield (
        "figures.csv",
        table_text(("figure", "by", "group", "year", "unit", *_ESTIMATE), map(_row_text, run.rows)),
    )
    names = ("id", "theme", "name", "definition", "unit", "of")
    told = [definition_json(figure) for figure in FIGURES]
    yield (
        "definitions.csv",
        table_text(names, [[each[name] or "" for name in names] for each in told]),
    )
    stated = ("name", "value", "source", "status")
    listed = assumptions_json(run.setting)
    yield (
        "assumptions.csv",
        table_text(stated, [[each[name] for name in stated] for each in listed]),
    )
    brackets = void_risk(run).brackets
    yield (
        "void-years.csv",
        table_text(
            ("from", "to", "years"),
            [[pounds(each.low), pounds(each.high), str(each.years)] for each in brackets],
        ),
    )


def _row_text(row: Row) -> list[str]:
    told = estimate_json(row.figure, row.estimate)
    return [
        row.figure.id,
        row.by,
        row.group,
        row.year,
        row.figure.measure.value,
        *("" if told[name] is None else str(told[name]) for name in _ESTIMATE),
    ]


def _all_of(run: Run, kind: Kind) -> Sheet:
    setting = run.setting
    return Sheet(
        _NAMES[kind],
        ["Every figure by group and year; an empty cell is not known", *origin(setting)],
        [
            Column("Figure"),
            Column("Unit"),
            Column("By"),
            Column("Group"),
            Column("Year, April to March"),
            *(Column(title, kind) for title in (MEAN, MEDIAN, LOW, HIGH, ERROR)),
            Column(KNOWN, Kind.COUNT),
            Column(OF, Kind.NUMBER),
        ],
        [
            [
                row.figure.name,
                row.figure.measure.value,
                row.by,
                setting.label(row.by, row.group),
                year_name(row.year),
                row.estimate.mean,
                row.estimate.median,
                row.estimate.low,
                row.estimate.high,
                row.estimate.error,
                row.estimate.n,
                row.estimate.of,
            ]
            for row in run.rows
            if KINDS[row.figure.measure] is kind
        ],
    )


def _definitions(run: Run) -> Sheet:
    return Sheet(
        "Definitions",
        origin(run.setting),
        [Column("Figure"), Column("What it counts"), Column("Unit"), Column("Denominator")],
        [
            [figure.name, figure.words, figure.measure.value, figure.of or None]
            for figure in FIGURES
        ],
    )


def _assumptions(run: Run) -> Sheet:
    return Sheet(
        "Assumptions",
        origin(run.setting),
        [Column("What"), Column("Value"), Column("Status"), Column("Who says so")],
        [
            [each.name, each.value, STATUS[each.status], each.source]
            for each in run.setting.stated()
        ],
    )
