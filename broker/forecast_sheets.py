"""A provider's forecast as sheets: three cases, their years and months, sources, assumptions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TypeAlias

from broker.workbook import Column, Kind, Sheet, Value
from pricing.assumed import assumptions
from pricing.forecast.breakeven import tenths_up
from pricing.forecast.forecast import Case, Forecast, Sums
from pricing.forecast.headings import headings
from pricing.forecast.notes import break_even_text, mix_text, notes, percent_text, whose
from pricing.forecast.render import columns
from pricing.money import Pence
from pricing.render import source_lines

Amounts: TypeAlias = Sequence[tuple[str, Callable[[Sums], Pence]]]


def forecast_sheets(forecast: Forecast) -> list[Sheet]:
    """The sheets of a forecast's workbook; no figure is in it that the words do not rest on."""
    return [
        _cases(forecast),
        *(_years(forecast, case) for case in forecast.cases),
        *(_months(forecast, case) for case in forecast.cases),
        _headings(forecast),
        _assumptions(forecast),
    ]


def _notes(forecast: Forecast) -> list[str]:
    contract = forecast.contract
    return [
        f"{contract.name} ({contract.id}), {contract.kind} contract, {whose(forecast)};"
        f" {contract.start} to {contract.end} (the last day is not counted)",
        f"Mix: {mix_text(forecast)}. Amounts in pounds. What this rests on: sheet Assumptions",
        ". ".join(line.rstrip(".") for line in source_lines(contract)),
    ]


def _cases(forecast: Forecast) -> Sheet:
    shown = columns(forecast)
    rows: list[list[Value]] = []
    for case in forecast.cases:
        covered = case.break_even
        smallest = None if covered is None else covered.smallest
        rows.append(
            [
                case.name,
                case.occupancy,
                case.achieved,
                *_figures(shown, case.total),
                None if smallest is None else Fraction(tenths_up(smallest), 1000),
                break_even_text(forecast, case),
            ]
        )
    return Sheet(
        "Cases",
        _notes(forecast),
        [
            Column("Case"),
            Column("Occupancy", Kind.PERCENT),
            Column("Results achieved", Kind.PERCENT),
            *_columns(shown),
            Column("Break-even occupancy, rounded up", Kind.PERCENT),
            Column("Break-even in words"),
        ],
        rows,
    )


def _years(forecast: Forecast, case: Case) -> Sheet:
    shown = columns(forecast)
    rows = [[year, *_figures(shown, sums)] for year, sums in case.years.items()]
    return Sheet(
        f"Years, {case.name}",
        [_case_note(case), *_notes(forecast)],
        [Column("Year, April to March"), *_columns(shown)],
        [*rows, ["all", *_figures(shown, case.total)]],
    )


def _months(forecast: Forecast, case: Case) -> Sheet:
    known = headings(forecast)
    each_heading: list[tuple[str, Callable[[Sums], Pence]]] = [
        (heading.words, _amount_of(heading.key)) for heading in known
    ]
    shown = [*each_heading, *(pair for pair in columns(forecast) if pair[0] not in _REPEATED)]
    rows: list[list[Value]] = [
        [each.month.key, each.month.start, each.month.end, *_figures(shown, each.sums)]
        for each in case.months
    ]
    return Sheet(
        f"Months, {case.name}",
        [_case_note(case), *_notes(forecast)],
        [
            Column("Month"),
            Column("From", Kind.DATE),
            Column("To, not counted", Kind.DATE),
            *_columns(shown),
        ],
        [*rows, ["all", None, None, *_figures(shown, case.total)]],
    )


_REPEATED = ("voids", "results")
"""Sums of a single heading, which a table of all headings has already."""


def _headings(forecast: Forecast) -> Sheet:
    total = forecast.central.total
    return Sheet(
        "Sources",
        [_case_note(forecast.central), *_notes(forecast)],
        [
            Column("Heading"),
            Column("Over the whole term", Kind.MONEY),
            Column("Where each amount comes from"),
        ],
        [
            [heading.words, total.amounts[heading.key], heading.source]
            for heading in headings(forecast)
        ],
    )


def _assumptions(forecast: Forecast) -> Sheet:
    return Sheet(
        "Assumptions",
        _notes(forecast),
        [Column("What this rests on")],
        [[note] for note in (*notes(forecast), *assumptions(forecast.contract))],
    )


def _case_note(case: Case) -> str:
    return (
        f"Case {case.name}: {percent_text(case.occupancy)} of the places used on average,"
        f" {percent_text(case.achieved)} of the results achieved"
    )


def _columns(shown: Amounts) -> list[Column]:
    return [
        Column("Place-days used", Kind.NUMBER),
        Column("Guaranteed place-days not used", Kind.NUMBER),
        *(Column(f"{name[:1].upper()}{name[1:]}", Kind.MONEY) for name, _ in shown),
    ]


def _figures(shown: Amounts, sums: Sums) -> list[Value]:
    return [sums.used_days, sums.unused_days, *(amount(sums) for _, amount in shown)]


def _amount_of(key: str) -> Callable[[Sums], Pence]:
    return lambda sums: sums.amounts[key]
