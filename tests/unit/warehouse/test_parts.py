"""Parts of the warehouse and its reports alone: versions, shapes, intervals, periods."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from broker.life.form import FIRST_DAY
from broker.reports.choices import choices, months_words
from broker.reports.few import TOO_FEW
from broker.reports.figures import beside, quarter_before, quarter_period
from broker.reports.form import NOT_AVAILABLE, Period, Report, Table, shown
from broker.reports.intervals import wilson
from broker.reports.providers import share_cells
from broker.warehouse.dimensions import BAND
from broker.warehouse.facts import SHAPES
from broker.warehouse.homes import Change, versions
from broker.warehouse.publish.publication import financial_year_of
from broker.workbook import Column, Kind
from pricing.calendar_months import add_months

ROW = {
    "name": "Alder", "provider": "P1", "borough": "E09000016", "provision": "childrens_home",
    "registration": "registered", "judgement": "", "places": "5", "min_age": "11", "max_age": "17",
    "bands": "low;medium", "contract": "",
}  # fmt: skip


def change(day: int, kind: str, before: Any, after: Any, hour: int = 9) -> Change:
    return Change(datetime(2026, 7, day, hour, tzinfo=UTC), kind, before, after)


def test_a_home_has_a_version_from_each_day_on_which_something_changed() -> None:
    more = {**ROW, "places": "6"}
    found = versions(
        [
            change(1, "insert", None, ROW),
            change(3, "update", ROW, {**ROW, "places": "9"}),
            change(3, "update", {**ROW, "places": "9"}, more, hour=11),
            change(5, "update", more, more),
            change(8, "close", more, {**more, "closed_at": "x"}),
        ],
        more,
        False,
    )
    told = [(v.start.day, v.end and v.end.day, v.told["places"], v.told["open"]) for v in found]
    assert told == [
        (1, 3, 5, True), (3, 8, 6, True), (8, None, 6, False),
    ]  # fmt: skip


def test_a_change_late_on_a_summer_s_evening_is_of_the_next_day_in_london() -> None:
    found = versions([change(1, "insert", None, ROW, hour=23)], ROW, True)
    assert found[0].start == date(2026, 7, 2)


def test_where_older_history_was_removed_the_oldest_line_says_what_stood_before() -> None:
    found = versions([change(4, "update", ROW, {**ROW, "places": "2"})], ROW, True)
    assert [(v.start, v.told["places"]) for v in found] == [
        (FIRST_DAY, 5), (date(2026, 7, 4), 2),
    ]  # fmt: skip
    assert [v.start for v in versions([], ROW, True)] == [FIRST_DAY]


def test_a_row_is_refused_that_is_not_what_its_table_says() -> None:
    with pytest.raises(ValueError, match="rank"):
        BAND.row({"band": "low"})
    with pytest.raises(ValueError, match="is empty"):
        BAND.row({"band": "low", "rank": None})
    with pytest.raises(ValueError, match="is no whole number"):
        BAND.row({"band": "low", "rank": True})


def test_every_column_says_what_it_means_and_keys_are_never_empty() -> None:
    for shape in SHAPES:
        assert set(shape.key) <= set(shape.names)
        for column in shape.columns:
            assert column.meaning
            assert column.name not in shape.key or column.empty is None
        for name in (shape.by, shape.borough):
            assert name is None or name in shape.names


@given(st.integers(1, 3000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_an_interval_is_that_of_wilson_as_scipy_has_it(counts: tuple[int, int]) -> None:
    count, of = counts
    found = wilson(count, of)
    assert found is not None
    other = binomtest(count, of).proportion_ci(0.95, method="wilson")
    assert float(found[0]) == pytest.approx(other.low, abs=2e-6)
    assert float(found[1]) == pytest.approx(other.high, abs=2e-6)
    assert found[0] <= Fraction(count, of) <= found[1]


def test_of_nobody_there_is_no_interval_and_of_few_no_share() -> None:
    assert wilson(0, 0) is None
    assert share_cells(9, 9) == [9, 9, None, None, None, TOO_FEW]
    assert share_cells(10, 10)[2] == 1


def test_periods_stand_beside_their_like() -> None:
    quarter = quarter_period("2026-Q3")
    assert quarter == Period(date(2026, 7, 1), date(2026, 10, 1))
    assert [str(one.start) for _, one in beside(quarter)] == [
        "2026-07-01", "2026-04-01", "2025-07-01",
    ]  # fmt: skip
    days = Period(date(2026, 2, 10), date(2026, 2, 20))
    assert [str(one.start) for _, one in beside(days)] == ["2026-02-10", "2025-02-10"]
    assert quarter_before(date(2026, 10, 1)) == quarter
    assert quarter_before(date(2026, 12, 31)) == quarter
    assert [quarter_period(x) for x in ("2026-Q0", "26-Q1", "2026Q1", "1200-Q1")] == [None] * 4
    assert financial_year_of("2025-26") == Period(date(2025, 4, 1), date(2026, 4, 1))
    assert [financial_year_of(x) for x in ("2025", "2025-25", "x-26")] == [None] * 3


def test_beside_a_quarter_that_is_not_over_stand_as_many_days_of_the_others() -> None:
    quarter = quarter_period("2027-Q1")
    assert quarter is not None
    assert [str(one) for _, one in beside(quarter, date(2027, 3, 10))][1:] == [
        "2026-10-01 to the day before 2026-12-08", "2026-01-01 to the day before 2026-03-10",
    ]  # fmt: skip
    year_with_a_day_less = [one for _, one in beside(Period(date(2028, 2, 1), date(2028, 3, 1)),
                                                     date(2028, 2, 29))]  # fmt: skip
    assert [(one.end - one.start).days for one in year_with_a_day_less] == [28, 28, 28]
    assert beside(quarter, quarter.end) == beside(quarter)


@pytest.mark.parametrize(
    ("day", "periods"),
    [
        (date(2027, 3, 31), ["2027-01-01", "2026-10-01", "2026-07-01", "2026-04-01", "2025-04-01"]),
        (date(2027, 4, 1), ["2027-04-01", "2027-01-01", "2026-10-01", "2027-04-01", "2026-04-01"]),
    ],
)
def test_periods_to_choose_from_are_whole_quarters_and_financial_years(
    day: date, periods: list[str]
) -> None:
    found = choices(day)
    assert [str(one.start) for _, one in found] == periods
    assert [add_months(one.start, 3) == one.end for _, one in found[:3]] == [True] * 3
    assert [add_months(one.start, 12) == one.end for _, one in found[3:]] == [True] * 2
    assert months_words(found[0][1]) in ("January to March 2027", "April to June 2027")
    assert months_words(found[-1][1]) in (
        "April 2025 to March 2026", "April 2026 to March 2027",
    )  # fmt: skip


def test_not_available_is_not_zero_in_any_form() -> None:
    columns = (Column("what"), Column("n", Kind.COUNT), Column("share", Kind.PERCENT))
    table = Table("T", columns, [["=cmd", None, None], ["none", 0, Fraction(0)]])
    one = Report(
        "x", "X", Period(date(2026, 1, 1), date(2026, 4, 1)), date(2026, 5, 1), (), [table]
    )
    assert shown(Kind.COUNT, None) == NOT_AVAILABLE
    assert one.to_json()["tables"][0]["rows"] == [["=cmd", None, None], ["none", 0, 0.0]]
    lines = one.csv().splitlines()
    assert lines[1].endswith(",'=cmd,n,"), "a cell is never taken for a formula"
    assert lines[3].endswith(",none,n,0")
    assert one.words().count(NOT_AVAILABLE) == 2
