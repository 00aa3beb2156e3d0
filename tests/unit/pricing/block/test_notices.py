"""Working days of England and Wales, and what all boroughs are told by when."""

from datetime import date

import pytest

from pricing.block.events import AgreedYear, Exit, Failure, RecordedChange, Told
from pricing.block.notices import Notice
from pricing.working_days import england_and_wales
from tests.unit.pricing.block.samples import YEAR, life, scene
from tests.unit.pricing.samples import HACKNEY, HAVERING, stretch

CALENDAR = england_and_wales()
START = YEAR[0]
OCTOBER = (date(2026, 10, 1), date(2026, 11, 1))
LEAVER = Exit(HACKNEY, date(2026, 9, 21), date(2027, 1, 1))
YEARS = [AgreedYear(START, amount=100_000)]


def change(
    id: str, day: date, amount: int, kind: str = "spend", effect: str = "more"
) -> RecordedChange:
    return RecordedChange(id, day, kind, effect, amount, "agency staff")


def notices(as_of: date = OCTOBER[1], **events: object) -> dict[str, Notice]:
    told = life(scene(**events), OCTOBER, as_of=as_of)  # type: ignore[arg-type]
    return {notice.id: notice for notice in told.notices}


def test_an_exit_is_told_within_ten_working_days_of_its_notice() -> None:
    found = notices(exits=[LEAVER])["exit E09000012"]
    assert (found.day, found.due) == (date(2026, 9, 21), date(2026, 10, 5))
    assert (found.status, found.late) == ("overdue", 19)
    assert found.what == "E09000012 gave notice and leaves on 2027-01-01"


@pytest.mark.parametrize(
    ("told", "as_of", "status", "late"),
    [
        (date(2026, 10, 5), date(2026, 11, 1), "told in time", 0),
        (date(2026, 10, 6), date(2026, 11, 1), "told late", 1),
        (date(2026, 10, 12), date(2026, 11, 1), "told late", 5),
        (date(2026, 10, 6), date(2026, 10, 5), "to be told", 0),  # not yet told on that day
        (None, date(2026, 10, 5), "to be told", 0),
        (None, date(2026, 10, 6), "overdue", 1),
        (None, date(2026, 10, 4), "to be told", 0),
    ],
)
def test_a_notice_is_in_time_on_its_due_day_and_overdue_the_day_after(
    told: date | None, as_of: date, status: str, late: int
) -> None:
    known = [] if told is None else [Told("exit E09000012", told)]
    found = notices(as_of, exits=[LEAVER], told=known)["exit E09000012"]
    assert (found.status, found.late) == (status, late)


def test_what_has_not_happened_by_the_day_is_no_notice() -> None:
    assert notices(date(2026, 9, 20), exits=[LEAVER]) == {}
    assert list(notices(date(2026, 9, 21), exits=[LEAVER])) == ["exit E09000012"]


def test_recorded_over_and_underspends_are_told_and_other_changes_are_not() -> None:
    found = notices(
        changes=[
            change("S1", date(2026, 10, 1), 2000),
            change("S2", date(2026, 10, 2), 1000, effect="less"),
            change("V1", date(2026, 10, 2), 10, "variation"),
            change("S3", OCTOBER[1], 10),
        ],
        years=YEARS,
    )
    assert {id: notice.what for id, notice in found.items()} == {
        "change S1": "overspend of £20.00: agency staff",
        "change S2": "underspend of £10.00: agency staff",
    }
    assert found["change S1"].due == date(2026, 10, 15)


def test_the_first_day_over_the_limit_starts_the_notice() -> None:
    found = notices(
        changes=[change("S1", date(2026, 10, 1), 5000), change("S2", date(2026, 10, 5), 1)],
        years=YEARS,
    )["material 2026-04-01"]
    assert (found.day, found.due) == (date(2026, 10, 5), date(2026, 10, 19))
    assert (
        found.what
        == "changes of the year from 2026-04-01 come to £50.01: the agreement is open again"
    )


def test_a_months_spend_that_was_worked_out_is_told_for_the_months_of_the_period() -> None:
    rows = [stretch(1, HAVERING, START, None)]
    told = life(scene(rows, years=[AgreedYear(START, amount=10**9)]), OCTOBER)
    assert [notice.id for notice in told.notices] == ["material 2026-04-01", "spend 2026-10-31"]
    assert told.notices[1].what.startswith("underspend of the year to date: £")


def test_beyond_the_calendar_a_due_day_is_not_known_and_says_why() -> None:
    failure = Failure("P2", date(2028, 12, 20))
    told = life(scene(failures=[failure]), (date(2028, 12, 1), date(2029, 2, 1)))
    (found,) = told.notices
    assert (found.due, found.late, found.status) == (None, None, "due day not known")
    assert "2012 to 2028" in found.unknown
    known = Failure("P2", date(2028, 12, 5))
    (found,) = life(scene(failures=[known]), (date(2028, 12, 1), date(2029, 2, 1))).notices
    assert (found.due, found.status, found.late) == (date(2028, 12, 19), "overdue", None)
    late = [Told("failure P2", date(2029, 1, 3))]
    (found,) = life(
        scene(failures=[failure], told=late), (date(2028, 12, 1), date(2029, 2, 1))
    ).notices
    assert found.status == "told"


def test_told_of_what_is_no_notice_is_something_to_look_into() -> None:
    told = life(scene(told=[Told("exit E09000099", date(2026, 10, 1))]), OCTOBER)
    assert told.findings[-1] == (
        "All were told of “exit E09000099” on 2026-10-01, which is no notice of this answer."
    )
