"""What the statutory return asks of care around a placement, as the young person's borough says it.

The brokerage finds places; legal status, category of need and where else a young person lived are
the borough's to tell. They are told whole in one step, which a later one replaces. Codes: SSDA903,
as `broker.returns.codes` holds them; which of them a collection knows is checked on writing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from broker.life.endings import ReasonEnded
from broker.life.form import Code, Day, Part

Postcode = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, to_upper=True, pattern=r"^[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}$"
    ),
]
Upn = Annotated[
    str,
    StringConstraints(pattern=r"^(([A-HJ-NP-RT-Z])([0-9]{12}|[0-9]{11}[A-Z])|UN[1-5])$"),
]
"""A unique pupil number, or why there is none (UN1 to UN5)."""
Urn = Annotated[str, StringConstraints(pattern=r"^(SC[0-9]{6}|[0-9]{7}|XXXXXXX)$")]
LegalStatus = Literal["C1", "C2", "D1", "E1", "J1", "J2", "J3", "L1", "L2", "L3", "V2", "V3", "V4"]
CategoryOfNeed = Literal["N1", "N2", "N3", "N4", "N5", "N6", "N7", "N8"]
Ethnicity = Literal[
    "WBRI",
    "WIRI",
    "WOTH",
    "WIRT",
    "WROM",
    "MWBC",
    "MWBA",
    "MWAS",
    "MOTH",
    "AIND",
    "APKN",
    "ABAN",
    "AOTH",
    "BCRB",
    "BAFR",
    "BOTH",
    "CHNE",
    "OOTH",
    "REFU",
    "NOBT",
]
Place = Literal[
    "A3",
    "A4",
    "A5",
    "A6",
    "K1",
    "K2",
    "P1",
    "P3",
    "R1",
    "R2",
    "R3",
    "R5",
    "S1",
    "T0",
    "T1",
    "T2",
    "T3",
    "T4",
    "U1",
    "U2",
    "U3",
    "U4",
    "U5",
    "U6",
    "Z1",
    "H5",
    "P2",
    "K3",
    "Z11",
    "Z12",
    "Z13",
    "Z14",
]
Provider = Literal["PR0", "PR1", "PR2", "PR3", "PR4", "PR5"]
Participation = Literal["PN0", "PN1", "PN2", "PN3", "PN4", "PN5", "PN6", "PN7"]
CareCeased = Literal[
    "E11",
    "E12",
    "E2",
    "E3",
    "E4A",
    "E4B",
    "E13",
    "E41",
    "E5",
    "E6",
    "E7",
    "E8",
    "E9",
    "E14",
    "E15",
    "E16",
    "E17",
    "E43",
    "E44",
    "E45",
    "E46",
    "E47",
    "E48",
]
Absence = Literal["M", "A"]


class Status(Part):
    """A legal status, from a day on until the next."""

    from_day: Day
    legal_status: LegalStatus


class Spell(Part):
    """Days `[starts_on, ends_on)`; None while it goes on."""

    starts_on: Day
    ends_on: Day | None = None


class Elsewhere(Spell):
    """Days of care in a place that the brokerage did not find."""

    place: Place
    provider: Provider | None = None
    postcode: Postcode | None = None
    urn: Urn | None = None
    reason_code: ReasonEnded | None = None


class Missed(Spell):
    """A time when the young person was missing (M) or away without authorisation (A)."""

    kind: Absence


class Deprived(Spell):
    """A deprivation of liberty order (DoLO), from a day until it ended."""


class Care(Part):
    """Everything that the return asks of a young person's care and the brokerage does not know.

    `place_postcode` is the full postcode of our home where the records hold its sector alone;
    `ended_on` and `ceased` tell how care ended, where it did not end with our placement.
    """

    kind: Literal["care"]
    child: Code
    ethnicity: Ethnicity
    upn: Upn
    mother: bool | None = None
    mother_of_born: Day | None = None
    home_postcode: Postcode
    place_postcode: Postcode | None = None
    place_provider: Provider
    category_of_need: CategoryOfNeed
    looked_after_since: Day
    ended_on: Day | None = None
    ceased: CareCeased | None = None
    legal: Annotated[tuple[Status, ...], Field(min_length=1, max_length=100)]
    elsewhere: Annotated[tuple[Elsewhere, ...], Field(max_length=200)] = ()
    missing: Annotated[tuple[Missed, ...], Field(max_length=500)] = ()
    liberty: Annotated[tuple[Deprived, ...], Field(max_length=50)] = ()

    @model_validator(mode="after")
    def agrees(self) -> Care:
        if self.legal[0].from_day != self.looked_after_since:
            raise ValueError("the first legal status is from the day of looked_after_since")
        if any(one.from_day >= two.from_day for one, two in pairwise(self.legal)):
            raise ValueError("legal statuses follow each other, each from a later day")
        if any(one.legal_status == two.legal_status for one, two in pairwise(self.legal)):
            raise ValueError("a legal status is told once, from the day it begins")
        if (self.ended_on is None) != (self.ceased is None):
            raise ValueError("ended_on and ceased go together")
        if self.mother_of_born is not None and not self.mother:
            raise ValueError("mother_of_born goes with mother")
        if self.mother and self.mother_of_born is None:
            raise ValueError("mother needs mother_of_born, the day her child was born")
        for name in ("elsewhere", "missing", "liberty"):
            _in_order(name, getattr(self, name), self.looked_after_since)
        return self

    def days(self) -> list[date]:
        """Every day that is told, to check that none is to come."""
        told = [self.looked_after_since, *(one.from_day for one in self.legal)]
        for one in (*self.elsewhere, *self.missing, *self.liberty):
            told += [one.starts_on, *([one.ends_on] if one.ends_on is not None else [])]
        return [*told, *(day for day in (self.ended_on, self.mother_of_born) if day is not None)]


def _in_order(name: str, spells: Sequence[Spell], since: date) -> None:
    """Spells follow each other, none before care began, only the last may be open."""
    for one in spells:
        if one.starts_on < since:
            raise ValueError(f"{name}: {one.starts_on} lies before looked_after_since")
        if one.ends_on is not None and one.ends_on - one.starts_on < timedelta(days=1):
            raise ValueError(f"{name}: ends_on is a day after starts_on, {one.starts_on}")
    for one, two in pairwise(spells):
        if one.ends_on is None or one.ends_on > two.starts_on:
            raise ValueError(f"{name}: one begins on {two.starts_on} before the last has ended")
