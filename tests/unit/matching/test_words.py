"""Numbers, lists, days and edits as people read them."""

from datetime import date

import pytest

from matching.calendar import age_on, birthday, whole_months
from matching.cells import is_nhs_number
from matching.faults import Fault
from matching.tables import within_one_edit
from matching.words import (
    and_list,
    band_words,
    count,
    day_words,
    miles_words,
    pounds_words,
    tag_words,
)


def test_lists_and_numbers_in_words() -> None:
    assert and_list([]) == "nothing"
    assert and_list(["one"]) == "one"
    assert and_list(["one", "two"]) == "one and two"
    assert and_list(["one", "two", "three"]) == "one, two and three"
    assert (count(1, "place"), count(0, "place"), count(2, "place")) == (
        "1 place",
        "0 places",
        "2 places",
    )
    assert count(2, "young person", "young people") == "2 young people"
    assert [miles_words(tenths) for tenths in (0, 1, 10, 15, 20, 284)] == [
        "0 miles",
        "0.1 miles",
        "1 mile",
        "1.5 miles",
        "2 miles",
        "28.4 miles",
    ]
    assert (pounds_words(450_000), pounds_words(5)) == ("£4,500.00", "£0.05")
    assert day_words(date(2026, 9, 7)) == "7 September 2026"
    assert band_words("high") == "high need"


def test_a_tag_in_words_keeps_what_is_written_large() -> None:
    assert tag_words("bsl") == "staff who sign British Sign Language"
    assert tag_words("adhd") == "ADHD-informed practice"


@pytest.mark.parametrize(
    ("a", "b", "near"),
    [
        ("band", "band", True),
        ("band", "bands", True),
        ("bands", "band", True),
        ("xband", "band", True),
        ("bnd", "band", True),
        ("bend", "band", True),
        ("abnd", "band", True),
        ("badn", "band", True),
        ("bnad", "band", True),
        ("bdna", "band", False),
        ("nbad", "band", False),
        ("bandss", "band", False),
        ("bans_", "band", False),
        ("bxny", "band", False),
        ("", "a", True),
        ("", "ab", False),
        ("ab", "ba", True),
        ("adnb", "band", False),
    ],
)
def test_one_edit_is_an_insertion_a_deletion_a_substitution_or_a_swap(
    a: str, b: str, near: bool
) -> None:
    assert within_one_edit(a, b) == near
    assert within_one_edit(b, a) == near


def test_ages_change_on_the_birthday_or_on_the_first_of_march() -> None:
    assert birthday(date(2012, 2, 29), 14) == date(2026, 3, 1)
    assert birthday(date(2012, 2, 29), 16) == date(2028, 2, 29)
    assert [age_on(date(2012, 6, 10), date(2026, 6, day)) for day in (9, 10, 11)] == [13, 14, 14]
    assert age_on(date(2026, 6, 10), date(2026, 6, 9)) == -1


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2026-01-31", "2026-02-28", 0),
        ("2026-01-28", "2026-02-28", 1),
        ("2026-12-15", "2027-01-15", 1),
        ("2026-12-16", "2027-01-15", 0),
        ("2026-04-04", "2025-05-01", 0),
        ("2026-04-04", "2028-04-04", 24),
        ("2026-04-04", "2026-04-03", 0),
    ],
)
def test_whole_months_are_less_one_where_the_day_of_the_month_is_earlier(
    start: str, end: str, months: int
) -> None:
    assert whole_months(date.fromisoformat(start), date.fromisoformat(end)) == months


def test_the_check_digit_makes_a_health_number() -> None:
    assert is_nhs_number("9434765919")
    assert [is_nhs_number(f"943476591{digit}") for digit in range(10)].count(True) == 1
    assert not any(is_nhs_number(f"000000006{digit}") for digit in range(10))
    assert not is_nhs_number("94347659190")


def test_a_fault_says_where_what_and_what_is_allowed() -> None:
    whole = Fault("homes.csv", 3, "sexes", "X", "allowed: M, F, U", "bad value")
    assert str(whole) == "homes.csv, row 3, sexes: found “X”; allowed: M, F, U"
    assert str(Fault("homes.csv", None, "", "", "is empty", "empty file")) == "homes.csv: is empty"
