"""Equality: match, distance, refusal and wait, by who the young people are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Final

from broker.baseline.figures import spread
from broker.offer_reasons.totals import FEWEST_TO_COMPARE
from broker.reports.answers import offer_cells
from broker.reports.figures import count_of, days_between, groups, share
from broker.reports.form import Period, Report, Table
from broker.reports.reach import of_days, reach, why_not_all
from broker.reports.star import Star, Told
from broker.reports.sufficiency import age_group
from broker.workbook import Column, Kind, Value

_COLUMNS: Final = (
    Column("referrals sent", Kind.COUNT),
    Column("moved in", Kind.COUNT),
    Column("moved in, of sent", Kind.PERCENT),
    Column("first option", Kind.PERCENT),
    Column("in own or next borough", Kind.PERCENT),
    Column("area known of", Kind.COUNT),
    Column("median miles", Kind.NUMBER),
    Column("miles known of", Kind.COUNT),
    Column("offers answered", Kind.COUNT),
    Column("declined", Kind.PERCENT),
    Column("offers withdrawn, unanswered", Kind.COUNT),
    Column("median days to moving in", Kind.NUMBER),
    Column("wait known of", Kind.COUNT),
    Column("referrals withdrawn", Kind.COUNT),
    Column("still waiting", Kind.COUNT),
    Column("beside the others"),
)
_TOO_FEW: Final = f"under {FEWEST_TO_COMPARE}: too few to compare"
_SEXES: Final = {"F": "female", "M": "male", "U": "not specified"}


def equality(star: Star, period: Period) -> Report:
    """How referrals of a period went, by who the young people are."""
    persons: dict[str, list[Told]] = {}
    for version in star.rows("dim_young_person"):
        persons.setdefault(version["person_key"], []).append(version)
    sent = [
        {
            **row,
            **_as_of(persons[row["person_key"]], row["submitted_on"]),
            "age_group": age_group(row["age"]),
        }
        for row in star.referrals
        if period.has(row["submitted_on"])
    ]
    ways = (
        ("By sex", "sex", lambda value: _SEXES[value]),
        ("By age", "age_group", str),
        ("By ethnicity", "ethnicity", str),
        ("By disability", "disability", _yes_no),
        ("Unaccompanied", "unaccompanied", _yes_no),
    )
    return Report(
        "equality",
        "Equality",
        period,
        star.as_of,
        (
            *why_not_all(star, period),
            "Who the young people are is what their forms said on the day a referral was sent. A "
            "difference between groups is no proof of a reason; groups of under "
            f"{FEWEST_TO_COMPARE} referrals are not to be compared (our starting assumption).",
            "This report is for those inside the partnership: small groups are not hidden in it.",
        ),
        [
            of_days(
                reach(star, period),
                Table(
                    title,
                    (Column(by.replace("_", " ")), *_COLUMNS),
                    [[name, *_cells(star, some)] for name, some in groups(sent, by, words)],
                ),
            )
            for title, by, words in ways
        ],
    )


def _yes_no(value: bool) -> str:
    return "yes" if value else "no"


def _as_of(versions: Sequence[Told], day: date) -> Told:
    """What was told of a young person on a day."""
    held = [one for one in versions if one["valid_from"] <= day]
    one = max(held, key=lambda version: version["valid_from"])
    return {name: one[name] for name in ("ethnicity", "disability", "unaccompanied")}


def _cells(star: Star, some: Sequence[Told]) -> list[Value]:
    keys = {row["referral_key"] for row in some}
    began = [
        row for row in star.episodes
        if row["referral_key"] in keys and row["moved_in_on"] is not None
    ]  # fmt: skip
    _, _, answered, declined, withdrawn = offer_cells(
        [row for row in star.offers if row["referral_key"] in keys]
    )
    areas = [row["area"] for row in began if row["area"] is not None]
    miles = spread(r["distance_tenths"] for r in began if r["distance_tenths"] is not None)
    wait = days_between(some, "submitted_on", "moved_in_on")
    gone = count_of(some, lambda row: row["moved_in_on"] is None and row["state"] == "withdrawn")
    return [
        len(some),
        len(began),
        share(len(began), len(some)),
        share(count_of(began, lambda row: row["first_option"]), len(began)),
        share(len(areas) - areas.count("distant"), len(areas)),
        len(areas),
        None if miles.median is None else Fraction(miles.median) / 10,
        miles.count,
        answered,
        declined,
        withdrawn,
        wait.median,
        wait.count,
        gone,
        len(some) - wait.count - gone,
        _TOO_FEW if len(some) < FEWEST_TO_COMPARE else "",
    ]
