"""A run's figures for programs: schema capacity/1 (docs/capacity-figures.md).

Money is text in pounds, probabilities and shares are numbers from 0 to 1; null is not known.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Final

from broker.capacity.figures.compare import Difference
from broker.capacity.figures.definitions import FIGURES, Figure, Measure
from broker.capacity.figures.sensitivity import Tornado, TwoWay
from broker.capacity.figures.setting import Setting
from broker.capacity.figures.summarise import Estimate, Number
from broker.capacity.figures.void_risk import VoidRisk, void_risk
from broker.capacity.figures.whole import Row, Run
from pricing.money import pounds

SCHEMA: Final = "capacity/1"
COMPARISON: Final = "capacity-comparison/1"


def run_json(run: Run) -> dict[str, Any]:
    """All figures of a run."""
    setting = run.setting
    return {
        "schema": SCHEMA,
        "run": {
            "first": setting.first.isoformat(),
            "after": setting.after.isoformat(),
            "weeks": setting.weeks,
            "replications": len(run.numbers),
            "years": list(run.years),
            "rounds": dict(sorted(run.rounds.items())),
        },
        "boroughs": [
            {"code": code, "name": setting.label("borough", code)} for code in setting.all_boroughs
        ],
        "homes": [{"id": home.id, "provider": home.provider or None} for home in setting.homes],
        "contract": {
            "id": setting.contract.id,
            "version": setting.contract.version,
            "places": setting.block.places,
        },
        "sources": sources(setting),
        "assumptions": assumptions_json(setting),
        "intervals": "low and high are the 5th and 95th percentile over replications by nearest"
        " rank; of a probability, Wilson's 90% interval; error is the Monte-Carlo standard error"
        " of the mean",
        "definitions": [definition_json(figure) for figure in FIGURES],
        "figures": [_row_json(row) for row in run.rows],
        "void_risk": _risk_json(void_risk(run)),
    }


def sources(setting: Setting) -> list[str]:
    """Every file that figures rest on."""
    return [*setting.sources, setting.contract.source, setting.spot.source]


def assumptions_json(setting: Setting) -> list[dict[str, str]]:
    """What a run rests on, with who says so."""
    return [
        {
            "name": each.name,
            "value": each.value,
            "source": each.source,
            "status": each.status,
        }
        for each in setting.stated()
    ]


def definition_json(figure: Figure) -> dict[str, str | None]:
    """A figure's name, definition and unit."""
    return {
        "id": figure.id,
        "theme": figure.theme,
        "name": figure.name,
        "definition": figure.words,
        "unit": figure.measure.value,
        "of": figure.of or None,
    }


def comparison_json(differences: Sequence[Difference]) -> dict[str, Any]:
    """The differences of two runs, the second less the first."""
    return {
        "schema": COMPARISON,
        "figures": [
            {
                "figure": each.figure.id,
                "by": each.by,
                "group": each.group,
                "year": each.year,
                "first": estimate_json(each.figure, each.first),
                "second": estimate_json(each.figure, each.second),
                "difference": estimate_json(each.figure, each.difference),
                "lower": each.lower,
                "equal": each.equal,
            }
            for each in differences
        ],
    }


def tornado_json(made: Tornado) -> dict[str, Any]:
    """A tornado's bars, widest first."""
    figure = made.figure
    return {
        "figure": figure.id,
        "base": estimate_json(figure, made.base),
        "bars": [
            {
                "assumption": bar.assumption,
                "low_value": bar.low_value,
                "high_value": bar.high_value,
                "low": estimate_json(figure, bar.low),
                "high": estimate_json(figure, bar.high),
                "low_change": estimate_json(figure, bar.low_change),
                "high_change": estimate_json(figure, bar.high_change),
            }
            for bar in made.bars
        ],
    }


def two_way_json(made: TwoWay) -> dict[str, Any]:
    """A two-way table, row by row."""
    return {
        "figure": made.figure.id,
        "down": made.down,
        "across": made.across,
        "rows": list(made.rows),
        "columns": list(made.columns),
        "cells": [
            [None if each is None else estimate_json(made.figure, each) for each in row]
            for row in made.cells
        ],
    }


def estimate_json(figure: Figure, made: Estimate) -> dict[str, Any]:
    """One estimate: in how many replications it is known, and of how many on average."""
    money = figure.measure is Measure.PENCE
    return {
        "mean": _number(made.mean, money),
        "median": _number(made.median, money),
        "low": _number(made.low, money),
        "high": _number(made.high, money),
        "error": _number(made.error, money),
        "known_in": made.n,
        "of": _number(made.of, False),
    }


def _row_json(row: Row) -> dict[str, Any]:
    return {
        "figure": row.figure.id,
        "by": row.by,
        "group": row.group,
        "year": row.year,
        **estimate_json(row.figure, row.estimate),
    }


def _risk_json(risk: VoidRisk) -> dict[str, Any]:
    return {
        "limit": None if risk.limit is None else pounds(risk.limit),
        "percentiles": {
            year: {str(percent): pounds(pence) for percent, pence in own.items()}
            for year, own in risk.by_year.items()
        },
        "years_counted": risk.years,
        "brackets": [
            {"from": pounds(each.low), "to": pounds(each.high), "years": each.years}
            for each in risk.brackets
        ],
    }


def _number(value: Number | Fraction | None, money: bool) -> str | float | None:
    if value is None:
        return None
    return pounds(int(value)) if money else float(value)
