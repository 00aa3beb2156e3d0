"""The dimensions that hold for everybody: dates, bands, reasons, authorities, providers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, Final

from broker.life.endings import DISRUPTED
from broker.warehouse.dimensions import BAND, BOROUGH_DIM, DATE, PROVIDER, REASON
from broker.warehouse.shape import Row
from matching.geography import PARTNER_BOROUGHS, authority_name
from matching.problem import BANDS

OFFER_REASONS: Final[Mapping[str, str]] = {
    "no_longer_free": "the place was no longer free",
    "needs_not_met": "the home said that it cannot meet the needs",
    "mix_of_residents": "the home said that the young people would not live well together",
    "staffing": "the home had not the staff",
    "location_unsafe": "the home said that its location is not safe for the young person",
    "registration": "the home's registration does not allow it",
    "other": "another reason",
    "withdrawn_by_the_brokerage": "the brokerage withdrew it",
    "another_home_chosen": "another home was decided for",
    "referral_withdrawn": "the referral was withdrawn",
    "place_lost": "the home lost the place",
    "not_verified_anew": "an amended referral was verified anew, and not passed",
}
ENDING_REASONS: Final[Mapping[str, str]] = {
    "CARPL": "the care plan changed: a planned move",
    "CLOSE": "the home closed",
    "ALLEG": "an allegation was looked into (section 47)",
    "STAND": "concern about standards",
    "APPRR": "the approval was removed",
    "CREQB": "the home asked, for the young person's behaviour",
    "CREQO": "the home asked, for another reason",
    "CHILD": "the young person asked",
    "LAREQ": "the authority asked",
    "CUSTOD": "a change of custody",
    "OTHER": "another reason",
}
"""Codes: SSDA903, REASON_PLACE_CHANGE, in the words of the collection in short (field.md, 1.2)."""


def reasons(match_reasons: Mapping[str, str]) -> list[Row]:
    """Every reason a fact may name; those of matches as found in them, in their own words."""
    rows = []
    for kind, words in (
        ("offer", OFFER_REASONS),
        ("ending", ENDING_REASONS),
        ("match", match_reasons),
    ):
        rows += [
            REASON.row(
                {
                    "reason_key": f"{kind}:{code}",
                    "kind": kind,
                    "code": code,
                    "words": said,
                    "disrupted": code in DISRUPTED if kind == "ending" else None,
                }
            )
            for code, said in words.items()
        ]
    return sorted(rows)


def bands() -> list[Row]:
    """The four bands, lowest first."""
    return [BAND.row({"band": band, "rank": rank}) for rank, band in enumerate(BANDS, start=1)]


def boroughs(codes: Iterable[str]) -> list[Row]:
    """The partner boroughs, and every other authority that is named."""
    return [
        BOROUGH_DIM.row(
            {"borough": code, "name": authority_name(code), "partner": code in PARTNER_BOROUGHS}
        )
        for code in sorted({*PARTNER_BOROUGHS, *codes})
    ]


def providers(ever: Iterable[str], now: Iterable[Mapping[str, Any]]) -> list[Row]:
    """Everybody who ever ran a home on record, and how many they run now."""
    running = Counter(row["provider"] for row in now if row["closed_at"] is None)
    named = {*ever, *(name for name in running if name)}
    return [PROVIDER.row({"provider": one, "homes": running[one]}) for one in sorted(named)]


def quarter(day: date) -> str:
    """The calendar quarter of a day, such as 2026-Q3."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def financial_year(day: date) -> str:
    """The year from 1 April that a day is of, such as 2026-27."""
    first = day.year if day.month >= 4 else day.year - 1
    return f"{first}-{(first + 1) % 100:02}"


def dates(first_year: int, last_year: int) -> list[Row]:
    """Every day of these years."""
    day, end, rows = date(first_year, 1, 1), date(last_year, 12, 31), []
    while day <= end:
        told = {
            "day": day,
            "year": day.year,
            "quarter": quarter(day),
            "month": f"{day:%Y-%m}",
            "financial_year": financial_year(day),
            "weekday": day.isoweekday(),
        }
        rows.append(DATE.row(told))
        day += timedelta(days=1)
    return rows
