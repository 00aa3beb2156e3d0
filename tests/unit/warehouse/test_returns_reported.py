"""What the report of outcomes says of loaded returns: by source, of covered periods, unmixed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from typing import Any

import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session

from broker.database import make_engine
from broker.reports.board import board
from broker.reports.form import Period
from broker.reports.outcomes import outcomes
from broker.reports.returned import TITLE, in_returns, placements
from broker.reports.star import Star
from broker.warehouse import sql
from broker.warehouse.dimensions import BOROUGH_DIM
from broker.warehouse.facts import RETURN_PLACEMENT, RETURNED
from broker.warehouse.return_placements import placement_rows
from tests.integration.warehouse.test_change import row as row_of

QUARTER = Period(date(2023, 10, 1), date(2024, 1, 1))
NAMES = (
    "moved in", "in own borough", "area known of", "median miles", "miles known of",
    "back within 12 months", "ended", "moved within care", "broke down", "stepped down",
    "median days",
)  # fmt: skip


def episode(who: str, start: date, end: date | None, place: str = "K2", **told: Any) -> Any:
    usual = {
        "source": "s", "borough": "E1", "collection": 2024, "row": 2, "began_code": "P",
        "ceased_code": None if end is None else "X1", "change_code": None, "in_area": None,
        "distance_tenths": None,
    }  # fmt: skip
    days = {"person_key": who, "starts_on": start, "ended_on": end, "place_code": place}
    return {**usual, **days, **told}


@cache
def empty() -> Engine:
    """A warehouse with nothing in it."""
    engine = make_engine("sqlite://")
    with Session(engine) as session, session.begin():
        sql.make(session)
    return engine


def put(session: Session, rows: Sequence[Any]) -> Star:
    """The warehouse with these episodes of returns, as the central team sees it."""
    told = [
        dict(zip(RETURNED.names, row_of(RETURNED, **{**one, "row": at}), strict=True))
        for at, one in enumerate(rows)
    ]
    sql.put(session, RETURNED, [RETURNED.row(one) for one in told])
    sql.put(session, RETURN_PLACEMENT, placement_rows(told))
    sql.put(session, BOROUGH_DIM, [
        row_of(BOROUGH_DIM, borough=code, name=name)
        for code, name in (("E1", "Havering"), ("E2", "Newham"))
    ])  # fmt: skip
    return Star(session, None, date(2026, 1, 1))


def said(
    rows: Sequence[Any], period: Period = QUARTER, borough: str | None = None
) -> dict[str, dict[str, Any]]:
    with Session(empty()) as session:
        put(session, rows)
        table = in_returns(Star(session, borough, date(2026, 1, 1)), period)
        session.rollback()
    return {
        str(row[0]): dict(zip(NAMES, row[1:], strict=True)) for row in table.rows
    }  # fmt: skip


def test_a_change_of_legal_status_is_no_move_and_what_follows_decides_on_stepping_down() -> None:
    rows = [
        episode("a", date(2023, 5, 1), date(2023, 8, 1), in_area=True),
        episode("a", date(2023, 8, 1), date(2023, 11, 9), began_code="L", change_code="CARPL"),
        episode("a", date(2023, 11, 9), None, "U4"),
        episode("b", date(2023, 10, 2), date(2023, 10, 12), change_code="CREQB", in_area=True,
                distance_tenths=31),
        episode("b", date(2023, 10, 12), date(2023, 12, 1), "R1", ceased_code="E4A",
                in_area=False),
        episode("b", date(2023, 12, 20), None),
    ]  # fmt: skip
    found = said(rows)["s, Havering"]
    assert found == {
        "moved in": 3, "in own borough": Fraction(1, 2), "area known of": 2,
        "median miles": Fraction(31, 10), "miles known of": 1, "back within 12 months": 1,
        "ended": 3, "moved within care": Fraction(2, 3), "broke down": Fraction(1, 3),
        "stepped down": Fraction(2, 3), "median days": 50,
    }  # fmt: skip


def test_a_period_that_no_collection_covers_is_not_available_and_not_zero() -> None:
    rows = [episode("a", date(2023, 10, 2), None)]
    assert said(rows)["s, Havering"]["moved in"] == 1
    after = said(rows, Period(date(2024, 1, 1), date(2024, 7, 1)))["s, Havering"]
    assert set(after.values()) == {None}
    more = [*rows, episode("b", date(2024, 4, 2), None, collection=2025)]
    assert said(more, Period(date(2024, 1, 1), date(2024, 7, 1)))["s, Havering"]["moved in"] == 1


def test_each_source_stands_by_itself() -> None:
    rows = [
        episode("a", date(2023, 10, 2), None),
        episode("a", date(2023, 10, 2), None, source="t"),
        episode("b", date(2023, 10, 3), None, source="t"),
    ]
    found = said(rows)
    assert {name: one["moved in"] for name, one in found.items()} == {
        "s, Havering": 1, "t, Havering": 2,
    }  # fmt: skip


def test_a_borough_sees_its_own_returns_alone() -> None:
    rows = [
        episode("a", date(2023, 10, 2), None),
        episode("b", date(2023, 10, 3), None, borough="E2"),
        episode("c", date(2023, 10, 3), None, borough="E2"),
    ]
    assert {name: one["moved in"] for name, one in said(rows).items()} == {
        "s, Havering": 1, "s, Newham": 2,
    }  # fmt: skip
    assert {name: one["moved in"] for name, one in said(rows, borough="E2").items()} == {
        "s, Newham": 2,
    }  # fmt: skip


def test_outcomes_read_of_returns_what_began_or_ended_in_the_period_and_the_board_nothing() -> None:
    """However many were loaded: the other placements stay where they are."""
    rows = [
        episode(str(n), date(2023, 4, 1) + timedelta(n), date(2023, 4, 9) + timedelta(n))
        for n in range(200)
    ]
    asked: list[str] = []

    def ask(_: Any, cursor: Any, statement: str, *more: Any) -> None:
        asked.append(statement)

    with Session(empty()) as session:
        star = put(session, rows)
        connection = session.connection()
        sa.event.listen(connection, "after_cursor_execute", ask)
        made = outcomes(star, QUARTER)
        [one] = next(table for table in made.tables if table.title == TITLE).rows
        assert (one[1], one[7]) == (17, 25)
        assert len([one for one in asked if "wh_fact_return" in one]) == 2
        assert {whose: len(some) for whose, some in placements(star, QUARTER).items()} == {
            ("s", "E1"): 25,
        }  # fmt: skip
        asked.clear()
        board(star, QUARTER)
        assert asked
        assert not [one for one in asked if "wh_fact_return" in one]
        session.rollback()


def walked(rows: Sequence[Any]) -> tuple[int, int]:
    """Placements begun and ended in the quarter, by a walk over its days, one person's at a time.

    On each day somebody is in one place or none; which, is a number that a change of legal status
    alone does not change.
    """
    began = ended = 0
    for who in {row["person_key"] for row in rows}:
        place_on: dict[date, int | None] = {}
        number = 0
        own = sorted((r for r in rows if r["person_key"] == who), key=lambda r: r["starts_on"])
        for row in own:
            same = row["began_code"] == "L" and row["starts_on"] - timedelta(1) in place_on
            number += 0 if same else 1
            day = row["starts_on"]
            kept = place_on.get(day - timedelta(1)) if same else number
            homely = row["place_code"] in ("K2", "R1") if not same else kept is not None
            while day < (row["ended_on"] or date(2024, 4, 1)):
                place_on[day] = (kept if same else number) if homely else None
                day += timedelta(1)
        day = QUARTER.start
        while day < QUARTER.end:
            before, here = place_on.get(day - timedelta(1)), place_on.get(day)
            if before != here:
                began += here is not None
                ended += before is not None
            day += timedelta(1)
    return began, ended


@st.composite
def lives(draw: st.DrawFn) -> list[Any]:
    rows = []
    for who in ("a", "b"):
        day = date(2023, 6, 1) + timedelta(draw(st.integers(0, 90)))
        place, free = "", True
        for at in range(draw(st.integers(0, 6))):
            end = day + timedelta(draw(st.integers(1, 60)))
            legal = draw(st.booleans()) and not free
            place = place if legal else draw(st.sampled_from(["K2", "R1", "U4"]))
            began = "L" if legal else "S" if free else "P"
            rows.append(episode(who, day, end, place, row=at, began_code=began))
            gap = draw(st.integers(0, 1)) * draw(st.integers(1, 20))
            day, free = end + timedelta(gap), gap > 0
    return rows


@given(lives())
@settings(max_examples=60)
def test_what_began_and_ended_is_what_a_walk_over_the_days_sees(rows: list[Any]) -> None:
    found = said(rows).get("s, Havering")
    assert ((found["moved in"], found["ended"]) if found else (0, 0)) == walked(rows)
