"""Working days of England and Wales: neither Saturday, Sunday nor a bank holiday.

The bank holidays are those GOV.UK publishes, as the library `govuk-bank-holidays` carries them
without a network. They are known for whole calendar years, the first to the last the library has;
for any other day this module says that it does not know, and never guesses.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from govuk_bank_holidays.bank_holidays import BankHolidays

SOURCE = "bank holidays of England and Wales, GOV.UK, as govuk-bank-holidays carries them"
_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


class CalendarUnknown(ValueError):
    """A day outside the years whose bank holidays are known; the message says which those are."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The bank holidays of the years `first` to `last`, both whole."""

    first: int
    last: int
    holidays: frozenset[date]

    def is_working_day(self, day: date) -> bool:
        """Whether a day is worked.

        Raises:
            CalendarUnknown: a day of a year whose bank holidays are not known.
        """
        if not self.first <= day.year <= self.last:
            raise CalendarUnknown(
                f"{day} is outside the years whose bank holidays are known,"
                f" {self.first} to {self.last}"
            )
        return day.weekday() < _SATURDAY and day not in self.holidays

    def after(self, day: date, working_days: int) -> date:
        """The last day of a limit of so many working days after a day, which is not counted.

        Raises:
            CalendarUnknown: a day in between is of a year whose bank holidays are not known.
        """
        self.is_working_day(day)
        while working_days:
            day += _ONE_DAY
            working_days -= self.is_working_day(day)
        return day

    def between(self, first: date, last: date) -> int:
        """How many working days come after `first`, up to and with `last`.

        Raises:
            CalendarUnknown: a day in between is of a year whose bank holidays are not known.
        """
        number = 0
        while first < last:
            first += _ONE_DAY
            number += self.is_working_day(first)
        return number


@cache
def england_and_wales() -> Calendar:
    """The calendar of the library's own copy; no network is asked."""
    published = BankHolidays(use_cached_holidays=True)
    days = frozenset(
        holiday["date"] for holiday in published.get_holidays(BankHolidays.ENGLAND_AND_WALES)
    )
    return Calendar(min(days).year, max(days).year, days)
