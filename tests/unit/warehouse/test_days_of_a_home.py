"""A home day by day: no more places are out of use than it has, whatever is on record."""

from __future__ import annotations

from datetime import date

from broker.warehouse.facts import OCCUPANCY
from broker.warehouse.homes import Version
from broker.warehouse.occupancy import Span, rows_of_days

FIRST, THEN, END = date(2026, 9, 1), date(2026, 9, 2), date(2026, 9, 3)


def test_more_rooms_out_of_use_than_places_count_as_its_places() -> None:
    told = {"open": True, "places": 3, "provider": "P2", "contract": "NEL-BLOCK-1"}
    rows = rows_of_days(
        "SC990009",
        [Version(FIRST, None, told)],
        [],
        [],
        [Span(FIRST, THEN, 2), Span(THEN, END, 2), Span(THEN, END, 99)],
        (FIRST, END),
    )
    told_of = [dict(zip(OCCUPANCY.names, row, strict=True)) for row in rows]
    assert [(day["out_of_use"], day["empty"]) for day in told_of] == [(2, 1), (3, 0)]
