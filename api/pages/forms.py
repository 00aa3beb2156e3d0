"""Forms as pages read and show them: the fields sent, days in three boxes, errors by field."""

from __future__ import annotations

from calendar import month_name
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Final

from starlette.datastructures import ImmutableMultiDict
from starlette.requests import Request

from api.problems import InputError, ProblemError
from matching.words import days_in_words

Fields = ImmutableMultiDict[str, str]
PARTS: Final = ("day", "month", "year")


def sent(request: Request) -> Fields:
    """The fields of the form in a request, which was seen to be of a page of ours."""
    return ImmutableMultiDict(getattr(request.state, "form", []))


def day_sent(fields: Mapping[str, str], name: str) -> str:
    """A day of three boxes as `2026-09-07`, or what was written where that is none."""
    day, month, year = (fields.get(f"{name}-{part}", "").strip() for part in PARTS)
    if not (day or month or year):
        return ""
    if all(part.isascii() and part.isdigit() for part in (day, month, year)):
        return f"{int(year[:6]):04}-{int(month[:4]):02}-{int(day[:4]):02}"
    return "-".join(part or "?" for part in (year, month, day))


_MONTHS: Final = {month_name[month].lower(): month for month in range(1, 13)}


def day_written(text: str) -> str:
    """A day that was written in one line as `2026-09-07`, or the text where it is none.

    Written is `7 September 2026`, `7 9 2026`, `7/9/2026` or `2026-09-07`.
    """
    if is_day(text):
        return text
    day, month, year, *more = [*text.replace("/", " ").split(), "", "", ""]
    number = str(_MONTHS.get(month.lower(), month))
    numbers = all(one.isascii() and one.isdigit() for one in (day, number, year))
    if any(more) or not numbers:
        return text
    return f"{int(year[:6]):04}-{int(number[:4]):02}-{int(day[:4]):02}"


def day_boxes(fields: Mapping[str, str], name: str) -> dict[str, str]:
    """What stands in the three boxes of a day."""
    return {part: fields.get(f"{name}-{part}", "") for part in PARTS}


def errors_at(
    refused: ProblemError,
    field_of: Callable[[InputError], str],
    say: Callable[[str, InputError], str],
) -> list[dict[str, str]]:
    """The errors of a refusal for the summary of a page: each with the field it leads to.

    Raises:
        ProblemError: the same again, where it is not about the input.
    """
    if not refused.errors:
        raise refused
    fields = [(field_of(error), error) for error in refused.errors]
    return [{"href": f"#{field}", "text": say(field, error)} for field, error in fields]


def is_day(written: str) -> bool:
    """Whether a day that was sent is one of the calendar."""
    try:
        date.fromisoformat(written)
    except ValueError:
        return False
    return True


def in_words(errors: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Errors as people read them: days as "7 September 2026", and no name of a field but its label.

    The first day of a period is `from` to programs and to contract files.
    """
    return [
        {**error, "text": days_in_words(error["text"].replace(_AFTER_FROM, _AFTER_THE_FIRST))}
        for error in errors
    ]


_AFTER_FROM: Final = "a day after from"
_AFTER_THE_FIRST: Final = "a day after the first day"


def by_field(errors: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    """The first error of each field, as govuk-frontend's components take it."""
    found: dict[str, dict[str, str]] = {}
    for error in in_words(errors):
        found.setdefault(error["href"].removeprefix("#"), {"text": error["text"]})
    return found
