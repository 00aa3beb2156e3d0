"""Change against the frozen baseline, and providers, on figures counted by hand.

The rows are put into the warehouse's tables as they are, so that each figure can be read off.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from broker.baseline.record import freeze
from broker.database import writing
from broker.reports.change import change
from broker.reports.form import Period
from broker.reports.make import make
from broker.reports.star import star
from broker.warehouse import build, sql
from broker.warehouse.facts import EPISODE, OFFER, REFERRAL
from broker.warehouse.shape import Shape, Type
from tests.integration.warehouse.rows import KEYS, gone, table
from tests.whole_life import COMMISSIONER, NEWHAM

YEAR = Period(date(2026, 4, 1), date(2027, 4, 1))
_USUAL = {Type.TEXT: "x", Type.WHOLE: 0, Type.PENCE: 0, Type.YES_NO: False, Type.DAY: YEAR.start}


def row(shape: Shape, **told: Any) -> tuple[Any, ...]:
    """A row in which all that is not told is empty, or of no matter where it may not be."""
    usual = {c.name: None if c.empty is not None else _USUAL[c.type] for c in shape.columns}
    return shape.row(usual | told)


def lived(number: int, moved: date, ended: date | None, tenths: int | None, **told: Any) -> Any:
    """A placement."""
    return row(
        EPISODE,
        **{
            "referral_key": f"r{number}", "person_key": f"p{number}", "borough": NEWHAM,
            "band_first": "high", "band_last": "high", "moved_in_on": moved, "ended_on": ended,
            "days": None if ended is None else (ended - moved).days, "distance_tenths": tenths,
            "provider": "P1", **told,
        },
    )  # fmt: skip


def a_year() -> dict[str, Any]:
    """What a baseline of the year before says, of all together."""
    far = {"median_miles": "12.5", "known": 8, "over_20_miles": {"count": 3, "of": 8}}
    part = {
        "figures": {
            "residential": {"distance": far},
            "stays": {"ended": {"count": 6, "median_days": "150.0"}},
            "returned": {"left_in_the_year": {"at_least": {"count": 1, "of": 4}}},
        },
        "prices": [{"band": "high", "count": 5, "median": "8500.00"}],
    }
    return {
        "year": {"from": "2025-04-01", "to": "2026-04-01"}, "all": part, "boroughs": [],
        "inputs": [],
    }  # fmt: skip


@pytest.fixture
def put(engine: Engine) -> Iterator[Engine]:
    """A warehouse with six placements, offers of two providers, and a frozen baseline."""
    with writing(engine) as session:
        build.refresh(session, KEYS, date(2027, 5, 1))
        sql.put(session, REFERRAL, [
            row(REFERRAL, referral_key="r0", borough=NEWHAM, opened_on=date(2026, 3, 1)),
        ])  # fmt: skip
        fee = {"weekly_fee_pence": 800_001}
        sql.put(session, EPISODE, [
            lived(1, date(2026, 3, 2), date(2026, 4, 1), 990),  # over before the year
            lived(2, date(2026, 3, 3), date(2026, 9, 9), 201, destination="family", **fee),
            lived(3, date(2026, 5, 5), date(2026, 6, 4), 200, destination="another_home",
                  disrupted=True, weekly_fee_pence=700_000),
            lived(4, date(2026, 12, 9), None, None),
            lived(6, date(2026, 6, 4), date(2026, 6, 14), None, person_key="p3",
                  destination="another_home"),  # on from the home before, the same day
            lived(5, date(2026, 12, 1), None, 31, person_key="p2", weekly_fee_pence=900_000),
        ])  # fmt: skip
        answers = [("P1", "accepted")] * 7 + [("P1", "declined")] * 4 + [("P2", "declined")] * 9
        sql.put(session, OFFER, [
            row(OFFER, referral_key="r0", number=n, provider=who, state=state, borough=NEWHAM,
                home_said="yes" if state == "accepted" else "no", home_said_on=date(2026, 8, 8),
                reason_key="offer:staffing" if state == "declined" else None)
            for n, (who, state) in enumerate(answers, start=1)
        ])  # fmt: skip
        at = datetime(2026, 5, 1, tzinfo=UTC)
        freeze(session, COMMISSIONER, a_year(), at=at, why=None)
    yield engine
    gone(engine)


@pytest.fixture
def session(put: Engine) -> Iterator[Session]:
    """A session at that warehouse."""
    with writing(put) as session:
        yield session


def test_the_year_stands_beside_the_frozen_one_with_its_counts(session: Session) -> None:
    told = make(session, COMMISSIONER, "change", Period(date(2027, 1, 1), YEAR.end))
    assert told.period == YEAR
    shares = {one[0]: list(one[1:]) for one in table(told, "Shares").rows}
    third, then = Fraction(1, 3), Fraction(3, 8)
    assert shares["over 20 miles from home"] == [1, 3, third, 3, 8, then, third - then]
    back = shares["back within 12 months, so far"]
    assert back == [1, 1, 1, 1, 4, Fraction(1, 4), Fraction(3, 4)]
    numbers = {one[0]: list(one[1:]) for one in table(told, "Numbers").rows}
    assert numbers["median miles from home"] == [
        20, 3, Fraction(25, 2), 8, Fraction(15, 2),
    ]  # fmt: skip
    stays = [190, 40]  # 3 March to 9 September; 5 May to 14 June, in two homes
    assert numbers["median days of stays that ended"] == [
        Fraction(sum(stays), 2), 2, 150, 6, Fraction(sum(stays), 2) - 150,
    ]  # fmt: skip
    fees = {one[0]: list(one[1:]) for one in table(told, "Weekly fees").rows}
    assert fees["high"] == [800_001, 3, 2, 850_000, 5, 800_001 - 850_000]
    assert fees["low"] == [None, 0, 0, None, None, None]


def test_before_a_baseline_is_frozen_its_figures_are_not_available(session: Session) -> None:
    told = make(session, COMMISSIONER, "change", Period(date(2025, 1, 1), date(2025, 4, 1)))
    assert any("No baseline of a year before is on record" in note for note in told.notes)
    assert all(one[4:] == [None, None, None, None] for one in table(told, "Shares").rows)


@pytest.mark.parametrize(
    ("as_of", "period", "why"),
    [
        ("2026-12-31", YEAR, "Not over: counted to 2026-12-31, 275 of 365 days."),
        (
            "2027-05-01", Period(date(2026, 7, 1), date(2026, 10, 1)),
            "In part: the records begin on 2026-03-01.",
        ),
        ("2026-03-31", YEAR, "Not available: these days are to come; it is 2026-03-31."),
        (
            "2027-05-01", Period(date(2019, 1, 1), date(2019, 4, 1)),
            "Not available: the records begin on 2026-03-01.",
        ),
    ],
)  # fmt: skip
def test_a_year_that_is_not_whole_is_not_compared_as_if_it_were(
    session: Session, as_of: str, period: Period, why: str
) -> None:
    told = change(replace(star(session, COMMISSIONER), as_of=date.fromisoformat(as_of)), period)
    assert told.notes[0] == why
    assert ("These figures are of less than a year" in told.notes[-1]) == (
        not why.startswith("Not available")
    )
    known = not why.startswith("Not available")
    for title, now in (("Shares", 3), ("Numbers", 2), ("Weekly fees", 3)):
        found = table(told, title)
        assert {one[-1] for one in found.rows} == {None}, "no difference"
        assert any(one[1] is not None for one in found.rows) == known
        assert known or {cell for one in found.rows for cell in one[1 : now + 1]} == {None}
        before = found.rows[2 if title == "Weekly fees" else 0][now + 1]
        assert (before is not None) == (period.start.year > 2019), "the frozen year is as it was"


def test_moves_and_staying_put_are_told_beside_those_that_ended(session: Session) -> None:
    sql.put(session, EPISODE, [
        lived(7, date(2026, 8, 1), date(2026, 8, 30), 10, destination="staying_put",
              care_code="E17", provider="P2", referral_key="r0"),
        lived(8, date(2026, 8, 1), date(2026, 8, 31), 10, destination="another_home",
              care_code="X1", provider="P2", referral_key="r0b"),
        lived(9, date(2026, 1, 1), date(2026, 8, 31), 10, destination="fostering",
              care_code="X1", provider="P2", referral_key="r0c"),
    ])  # fmt: skip
    sql.put(session, REFERRAL, [
        row(REFERRAL, referral_key=key, borough=NEWHAM, opened_on=date(2026, 7, 1), repeat=again)
        for key, again in (("r0b", True), *((f"r{n}", False) for n in ("0c", 1, 2, 3, 4, 5, 6)))
    ])  # fmt: skip
    told = make(session, COMMISSIONER, "outcomes", Period(date(2026, 8, 1), date(2026, 9, 1)))
    third, half = Fraction(1, 3), Fraction(1, 2)
    expected = [3, 1, third, 1, third, 2, 1, half]
    for by, name in (("provider", "P2"), ("borough", "Newham"), ("band", "3 high")):
        rows = {one[0]: list(one[1:]) for one in table(told, f"Moves and repeats, by {by}").rows}
        few = [3, 1, None, 1, None, 2, 1, None]
        assert rows == {name: few if by == "provider" else expected, "in all": expected}


def test_a_provider_of_few_has_no_share_and_nobody_is_ranked(session: Session) -> None:
    told = make(session, COMMISSIONER, "providers", YEAR)
    rows = {one[0]: list(one[1:]) for one in table(told, "Offers accepted, of those answered").rows}
    assert list(rows) == ["P1", "P2", "in all"]
    assert rows["P1"][:3] == [7, 11, Fraction(7, 11)]
    assert rows["P2"] == [0, 9, None, None, None, "under 10: too few to say"]
    assert rows["in all"][:2] == [7, 20]


def test_days_of_a_provider_are_told_of_ten_or_more_alone(session: Session) -> None:
    sql.put(session, OFFER, [
        row(OFFER, referral_key="r0", number=99, provider="P1", state="open", borough=NEWHAM),
        row(OFFER, referral_key="r0", number=98, provider="P1", state="withdrawn", borough=NEWHAM,
            reason_key="offer:withdrawn_by_the_brokerage"),
    ])  # fmt: skip
    sql.put(session, EPISODE, [
        lived(20 + n, date(2026, 4, 1 + n), None, 10, provider="P9", decided_on=date(2026, 4, 1))
        for n in range(10)
    ])  # fmt: skip
    told = make(session, COMMISSIONER, "flow", YEAR)
    offers = {one[0]: list(one[1:]) for one in table(told, "Offers by provider").rows}
    assert offers["P1"] == [13, 4, 11, Fraction(4, 11), 1]
    assert offers["P2"] == [9, 9, 9, None, 0]
    why = {one[0]: list(one[1:]) for one in table(told, "Why declined, by provider").rows}
    assert why["P1: the home had not the staff"] == [4, 11, Fraction(4, 11)]
    assert why["P2: the home had not the staff"] == [9, 9, None]
    rows = {one[0]: list(one[1:]) for one in table(told, "Time to each step, by provider").rows}
    few = "under 10: too few to say"
    days = (date(2026, 8, 8) - YEAR.start).days
    assert rows["P1: from an offer to its answer"] == [11, days, days, days, 1, ""]
    assert rows["P2: from an offer to its answer"] == [9, None, None, None, 0, few]
    assert rows["P9: from a decision to moving in"] == [10, Fraction(9, 2), 0, 9, 0, ""]
    assert rows["in all: from an offer to its answer"] == [20, days, days, days, 1, ""]


@pytest.mark.parametrize("asked", [9, 10])
def test_why_near_was_not_safe_has_a_share_by_provider_of_ten_asked_or_more(
    session: Session, asked: int
) -> None:
    day = date(2026, 9, 9)
    sql.put(session, REFERRAL, [
        row(REFERRAL, referral_key=f"r{30 + n}", borough=NEWHAM, opened_on=day, nearness="near",
            avoid=None if n >= asked else "own_borough;home" if n < 4 else "")
        for n in range(11)
    ] + [row(REFERRAL, referral_key=f"r{n}", borough=NEWHAM) for n in range(1, 7)])  # fmt: skip
    sql.put(session, EPISODE, [lived(30 + n, day, None, 10, provider="P9") for n in range(11)])
    told = make(session, COMMISSIONER, "outcomes", Period(day, date(2026, 9, 10)))
    rows = {one[0]: list(one[1:]) for one in table(told, "Near not safe, by provider").rows}
    told_too_few = "under 10: too few to say" if asked < 10 else ""
    four = Fraction(4, 10) if asked == 10 else None
    assert rows == {
        "P9: their own borough must be avoided": [4, asked, four, told_too_few],
        "P9: a home must be avoided": [4, asked, four, told_too_few],
        "P9: none of these": [
            asked - 4, asked, Fraction(6, 10) if asked == 10 else None, told_too_few,
        ],
        "P9: nobody was asked yet": [11 - asked, None, None, ""],
    }  # fmt: skip
