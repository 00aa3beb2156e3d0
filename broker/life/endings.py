"""How placements end: the codes of the SSDA903 return, and which of them go together.

Codes: SSDA903 collection guide as the return's validators hold it (field.md, section 1.2). A reason
for the change of place is told on the episode that ceases where the next one follows (X1); an
episode that ends care has none.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal

from matching.calendar import age_on

Destination = Literal[
    "family", "fostering", "supported_accommodation", "staying_put", "another_home", "other"
]
ReasonEnded = Literal[
    "CARPL", "CLOSE", "ALLEG", "STAND", "APPRR", "CREQB", "CREQO", "CHILD", "LAREQ", "CUSTOD",
    "OTHER",
]  # fmt: skip
CareEnded = Literal[
    "X1", "E2", "E3", "E4A", "E4B", "E5", "E6", "E7", "E8", "E9", "E13", "E14", "E15", "E16", "E17",
    "E41", "E45", "E46", "E47", "E48",
]  # fmt: skip

CONTINUES = "X1"
DIED = "E2"
PLANNED_MOVE = "CARPL"
DISRUPTED = frozenset({"CREQB", "CREQO", "CHILD", "LAREQ", "ALLEG", "STAND", "APPRR"})
"""Reasons that say a placement broke down or was disrupted."""

ADULT = 18
SUPPORTED_FROM = 16

_HOME_AGAIN = frozenset({"E4A", "E4B", "E13"})
_ORDERS = frozenset({"E41", "E45", "E46", "E47", "E48"})


def incoherent(
    *,
    planned: bool,
    reason_code: str | None,
    care_code: str,
    destination: str,
    needs_place: bool,
) -> Iterator[str]:
    """A sentence for each two things an ending says that cannot both be so."""
    continues = care_code == CONTINUES
    if continues and reason_code is None:
        yield "care goes on (X1), so reason_code says why the place changed"
    if not continues and reason_code is not None:
        yield f"{care_code} ends care: reason_code is for a change of place (X1) only"
    if planned and reason_code in DISRUPTED:
        yield f"{reason_code} says that the placement broke down; that is no planned ending"
    if not planned and reason_code == PLANNED_MOVE:
        yield "CARPL says that the care plan changed first; that is a planned ending"
    if care_code == "E4A" and not planned:
        yield "E4A is a planned return home; unplanned it is E4B"
    if care_code == "E4B" and planned:
        yield "E4B is an unplanned return home; planned it is E4A"
    if care_code in _HOME_AGAIN and destination != "family":
        yield f"{care_code} is a return home: the destination is family"
    if care_code in _ORDERS and destination not in ("family", "fostering"):
        yield f"{care_code} is an order for a family: the destination is family or fostering"
    if (care_code == "E17") != (destination == "staying_put"):
        yield "E17 and the destination staying_put go together"
    if needs_place and planned:
        yield "a planned ending has its next home; needs_place is for one that is not planned"
    if needs_place and not continues:
        yield f"{care_code} ends care; needs_place is for a young person still in care (X1)"
    if needs_place and destination not in ("another_home", "other"):
        yield f"the destination {destination} is a place; needs_place asks for one"


def too_young_or_old(destination: str, born: date, on: date, staying_put_to: int) -> Iterator[str]:
    """A sentence where somebody may not go to a destination at their age on a day.

    Nobody under 16 goes to supported accommodation (Care Planning Regulations 2010, reg 27A);
    staying put is from 18 to the birthday that the contract names, 0 for none.
    """
    age = age_on(born, on)
    if destination == "supported_accommodation" and age < SUPPORTED_FROM:
        yield f"supported accommodation is from 16; on {on} the young person is {age}"
    if destination == "staying_put":
        if not staying_put_to:
            yield "the contract does not allow staying put"
        elif not ADULT <= age < staying_put_to:
            yield f"staying put is from 18 to {staying_put_to}; on {on} the young person is {age}"
