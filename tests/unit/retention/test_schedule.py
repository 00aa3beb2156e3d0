"""The schedule of retention is read whole or refused whole; its periods end on the right day."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.retention.schedule import (
    KINDS,
    SCHEDULE_VARIABLE,
    Period,
    parse_schedule,
    schedule_in_force,
)
from pricing.problems import BadInput

SHIPPED = Path("broker/data/retention.toml").read_bytes()
MATCHES = next(part for part in SHIPPED.decode().split("\n\n") if part.startswith("[match_run]"))
MATCHES = MATCHES[: MATCHES.index("years = 6") + len("years = 6")]
DAYS = st.dates(date(1930, 1, 1), date(2090, 12, 31))


def spoilt(old: str, new: str) -> str:
    text = SHIPPED.decode()
    assert old in text
    with pytest.raises(BadInput) as told:
        parse_schedule(text.replace(old, new, 1).encode(), "own.toml")
    return str(told.value)


def test_the_schedule_shipped_has_every_kind_and_confirms_no_period_without_law() -> None:
    schedule = schedule_in_force()
    assert list(schedule) == list(KINDS)
    assert schedule["young_person"].words == "75 years from birth"
    assert schedule["young_person_died"].words == "15 years from death under 18"
    for kind in ("young_person", "young_person_died"):
        assert "regulation 36" in schedule[kind].source
    for kind, period in schedule.items():
        if not period.confirmed:
            assert "to be confirmed by the boroughs" in period.source, kind
        elif not kind.startswith("young_person"):
            assert "our starting assumption" in period.source, kind
            assert kind in ("idempotency_key", "session")


def test_the_boroughs_can_name_a_schedule_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own.toml"
    own.write_bytes(SHIPPED.replace(b"years = 2\n", b"days = 90\n"))
    monkeypatch.setenv(SCHEDULE_VARIABLE, str(own))
    assert schedule_in_force()["vacancy"].words == "90 days from the day it was said"


@pytest.mark.parametrize(
    ("old", "new", "sentences"),
    [
        ("[vacancy]", "[vacancies]", ["unknown key", "vacancy: missing key: missing"]),
        ("years = 2\n", "", ["vacancy.years: missing key: neither; allowed: either years or days"]),
        ("years = 2\n", "years = 2\ndays = 1\n", ["vacancy.years: missing key: both"]),
        ("years = 2\n", "years = 0\n", ["vacancy.years", "from 1 to"]),
        ("years = 2\n", "years = 201\n", ["vacancy.years: bad value: 201", "from 1 to 200"]),
        ("days = 7\n", "days = 36501\n", ["idempotency_key.days: bad value: 36501", "1 to 36500"]),
        ("years = 2\n", 'years = "2"\n', ["vacancy.years", "without quotes"]),
        ("confirmed = false", 'confirmed = "no"', ["confirmed", "true or false"]),
        ("confirmed = false\n", "", ["withdrawn_referral.confirmed: missing key"]),
        ("confirmed = false\n", "confirmed = false\nwhy = 1\n", ["why: unknown key"]),
        ('source = "our', 'source = " our', ["withdrawn_referral.source", "not blank"]),
        (
            MATCHES,
            "[match_run]\nyears = 16",
            ["match_run.years: bad value: 16", "a match names young people and goes before"],
        ),
        (
            MATCHES,
            "[match_run]\ndays = 5491",
            ["match_run.days: bad value: 5491; allowed: at most 15 years"],
        ),
    ],
)
def test_a_spoilt_schedule_is_told(old: str, new: str, sentences: list[str]) -> None:
    told = spoilt(old, new)
    assert told.startswith(("1 problem", "2 problems"))
    assert "own.toml" in told
    for sentence in sentences:
        assert sentence in told


def test_every_fault_is_told_at_once() -> None:
    text = SHIPPED.decode().replace("years = 2\n", "years = -1\n").replace("days = 7", "days = 0")
    with pytest.raises(BadInput) as told:
        parse_schedule(text.encode(), "own.toml")
    assert str(told.value).startswith("2 problems")


def years_of(number: int) -> Period:
    return Period("young_person", number, None, True, "test")


def first_day_by_hand(event: date, years: int) -> date:
    """The first day of that year that is not before the day of the event in the calendar."""
    day = date(event.year + years, 1, 1)
    while (day.month, day.day) < (event.month, event.day):
        day += timedelta(days=1)
    return day


@given(DAYS, st.integers(1, 200))
def test_a_period_of_years_ends_on_its_anniversary_never_before(event: date, years: int) -> None:
    assert years_of(years).ends(event) == first_day_by_hand(event, years)


def test_somebody_born_on_29_february_is_kept_until_1_march() -> None:
    assert years_of(75).ends(date(2012, 2, 29)) == date(2087, 3, 1)
    assert years_of(76).ends(date(2012, 2, 29)) == date(2088, 2, 29)
    assert years_of(75).ends(date(2012, 2, 28)) == date(2087, 2, 28)


@given(
    DAYS,
    st.one_of(st.tuples(st.integers(1, 90), st.none()), st.tuples(st.none(), st.integers(1, 9999))),
)
def test_the_latest_event_that_is_due_is_due_and_the_next_day_is_not(
    today: date, length: tuple[int | None, int | None]
) -> None:
    period = Period("vacancy", *length, True, "test")
    latest = period.latest(today)
    assert period.ends(latest) <= today < period.ends(latest + timedelta(days=1))
