"""The rows of a course of care agree with a count of it day by day, and no gap passes."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from broker.returns.write.course import Period, Stay, Written, rows

DAY = timedelta(days=1)
YEAR = 2026
FIRST, LAST = date(2025, 4, 1), date(2026, 3, 31)
PLACES = [
    ("K2", "SC990001", "RM3 7AA"),
    ("U4", "SC990002", "E13 0AA"),
    ("K2", "SC990003", "N1 1AA"),
]


def stay(
    start: date, end: date | None, place: int, reason: str = "CARPL", ceased: str = ""
) -> Stay:
    code, urn, postcode = PLACES[place]
    return Stay(start, end, code, "PR4", postcode, urn, reason, ceased, f"place {place}")


@st.composite
def periods(draw: st.DrawFn) -> Period:
    """Care told without a gap, that may have begun before the year and go on after it."""
    since = FIRST + DAY * draw(st.integers(-500, 300))
    lengths = draw(st.lists(st.integers(1, 250), min_size=1, max_size=5))
    stays, day = [], since
    for length in lengths:
        stays.append(stay(day, day + DAY * length, draw(st.integers(0, 2))))
        day += DAY * length
    ended, ceased = None, ""
    if draw(st.booleans()):
        ended, ceased = day, "E4A"
    else:
        stays[-1] = stay(stays[-1].start, None, draw(st.integers(0, 2)))
    cuts = sorted(draw(st.sets(st.integers(1, 700), max_size=3)))
    legal = [(since, "C1"), *((since + DAY * cut, "") for cut in cuts)]
    codes = ["C1", "C2", "V2", "C1"]
    named = tuple((day, codes[at]) for at, (day, _) in enumerate(legal))
    return Period(since, "N1", "E17 6AA", named, tuple(stays), ended, ceased)


def on(period: Period, day: date) -> tuple[str, str, str, str] | None:
    """Where they were on a day and under which legal status, the plain way; None: not in care."""
    if day < period.since or (period.ended is not None and day >= period.ended):
        return None
    place = [s for s in period.stays if s.start <= day and (s.end is None or day < s.end)]
    status = max((start, code) for start, code in period.legal if start <= day)[1]
    return place[0].place, place[0].urn, place[0].postcode, status


def counted(period: Period) -> list[tuple[date, date | None, str, str, str]]:
    """(start, end, RNE, LS, URN) of the rows with a day in the year, from a walk over the days."""
    made: list[list[object]] = []
    day = min(period.since, FIRST)
    before = None
    while day <= LAST:
        now = on(period, day)
        if now != before:
            if before is not None:
                made[-1][1] = day
            if now is not None:
                moved = before is None or now[:3] != before[:3]
                legal = before is None or now[3] != before[3]
                began = "S" if before is None else "B" if moved and legal else "P" if moved else "L"
                made.append([day, None, began, now[3], now[1]])
        before = now
        day += DAY
    return [
        (start, end, began, legal, urn)  # type: ignore[misc]
        for start, end, began, legal, urn in made
        if end is None or end >= FIRST  # type: ignore[operator]
    ]


def simple(row: Written) -> tuple[date, date | None, str, str, str]:
    return row.start, row.end, row.began, row.legal, row.urn


@given(periods())
def test_the_rows_are_those_of_a_walk_over_the_days(period: Period) -> None:
    made, faults = rows(period, YEAR)
    assert not faults
    expected = counted(period)
    got = [simple(row) for row in made]
    assert got == expected
    for row, after in pairwise(made):
        assert row.end == after.start
        assert row.ceased == "X1"
        assert (row.reason != "") is (after.began in "PB")
    for row in made:
        assert (row.end is None) is (row.ceased == "")


@given(periods(), st.integers(0, 4), st.integers(1, 60))
def test_no_gap_or_overlap_within_the_year_passes(period: Period, which: int, days: int) -> None:
    """A stay moved by some days: refused where a plain count finds a day in no place, or in two."""
    at = which % len(period.stays)
    one = period.stays[at]
    shifted = stay(one.start + DAY * days, None if one.end is None else one.end + DAY * days, 1)
    stays = (*period.stays[:at], shifted, *period.stays[at + 1 :])
    broken = Period(period.since, "N1", "E17 6AA", period.legal, stays, period.ended, period.ceased)
    day, wrong = max(period.since, FIRST), False
    over = period.ended or date.max
    while day <= LAST:
        places = [s for s in stays if s.start <= day and (s.end is None or day < s.end)]
        wrong |= len(places) != (1 if day < over else 0)
        day += DAY
    made, faults = rows(broken, YEAR)
    if wrong:
        assert faults
        assert not made
    elif not faults:
        covered = sum(((row.end or LAST + DAY) - max(row.start, FIRST)).days for row in made)
        care = (min(over, LAST + DAY) - max(period.since, FIRST)).days
        assert covered == max(0, care)
