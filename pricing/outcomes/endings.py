"""How a placement ended: unplanned, planned, in the young person's interest, or no move at all.

An ending is told by the code of the statutory return (SSDA903): REASON_PLACE_CHANGE where the young
person moved on within care, REC where they left it. The codes that count as a disruption or as
planned, and PLACE as no move, are those of the department's standard as kept in brief/field.md,
section 1.2. What that does not say (CLOSE, CUSTOD, OTHER, every REC code, and which codes a
statement may change) is our reading: docs/decisions/0010.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

PLANNED: Final = "planned"
IN_INTEREST: Final = "in_interest"
UNPLANNED: Final = "unplanned"
OUTSIDE: Final = "outside"
NO_MOVE: Final = "no_move"
ENDINGS: Final = (UNPLANNED, IN_INTEREST, PLANNED, OUTSIDE, NO_MOVE)

ENDING_WORDS: Final = {
    UNPLANNED: "unplanned",
    IN_INTEREST: "in the young person's interest",
    PLANNED: "planned",
    OUTSIDE: "ended by something outside the home",
    NO_MOVE: "no move: only the status changed",
}

STATED_BY: Final = ("young_person", "advocate", "reviewing_officer", "social_worker")
"""Who may state that a move was in the young person's interest: never the provider."""


@dataclass(frozen=True, slots=True)
class Code:
    """A code of the return: `endings` are those it may stand for.

    The first is what it means by itself; any other needs a recorded statement.
    """

    code: str
    words: str
    endings: tuple[str, ...]


_ON_STATEMENT: Final = (UNPLANNED, IN_INTEREST)
_SAYS_NOTHING: Final = (UNPLANNED, IN_INTEREST, PLANNED)

PLACE_CHANGE: Final = (
    Code("CARPL", "change to the care plan, a planned move", (PLANNED,)),
    Code("CREQB", "the carer asked, for the young person's behaviour", (UNPLANNED,)),
    Code("CREQO", "the carer asked, for another reason", (UNPLANNED,)),
    Code("CHILD", "the young person asked", _ON_STATEMENT),
    Code("LAREQ", "the borough asked", _ON_STATEMENT),
    Code("ALLEG", "an allegation (section 47)", _ON_STATEMENT),
    Code("STAND", "concern about standards", (UNPLANNED,)),
    Code("APPRR", "approval removed", (UNPLANNED,)),
    Code("CLOSE", "the home closed", (UNPLANNED,)),
    Code("CUSTOD", "custody", (OUTSIDE,)),
    Code("OTHER", "another reason", _SAYS_NOTHING),
    Code("PLACE", "only the status of the placement changed", (NO_MOVE,)),
)
LEFT_CARE: Final = (
    Code("E2", "died", (OUTSIDE,)),
    Code("E3", "care taken over by another authority", (OUTSIDE,)),
    Code("E4A", "returned home, planned", (PLANNED,)),
    Code("E4B", "returned home, unplanned", _ON_STATEMENT),
    Code("E5", "independent living with support", (PLANNED,)),
    Code("E6", "independent living without support", (PLANNED,)),
    Code("E7", "adult residential care", (PLANNED,)),
    Code("E8", "left care for another reason", _SAYS_NOTHING),
    Code("E9", "custody", (OUTSIDE,)),
    Code("E11", "adopted", (PLANNED,)),
    Code("E12", "adopted", (PLANNED,)),
    Code("E13", "left care by E13, which our sources do not explain", _SAYS_NOTHING),
    Code("E14", "remand ended", (OUTSIDE,)),
    Code("E15", "found to be an adult by age assessment", (OUTSIDE,)),
    Code("E16", "moved abroad", _SAYS_NOTHING),
    Code("E17", "18 and stayed where they lived", (PLANNED,)),
    Code("E41", "a residence or child arrangements order", (PLANNED,)),
    Code("E45", "a special guardianship order", (PLANNED,)),
    Code("E46", "a special guardianship order", (PLANNED,)),
    Code("E47", "a special guardianship order", (PLANNED,)),
    Code("E48", "a special guardianship order", (PLANNED,)),
)
CODES: Final = {code.code: code for code in (*PLACE_CHANGE, *LEFT_CARE)}


@dataclass(frozen=True, slots=True)
class Statement:
    """Why an ending is not what its code says by itself: who said so, when, in which words."""

    by: str
    on: date
    words: str


@dataclass(frozen=True, slots=True)
class PlacementEnding:
    """How often a young person moved before a placement, and how the placement ended.

    `moves_before` counts moves in the 12 months before moving in. `ended_on` is the day of moving
    on, the first not lived there; None, with no code and no ending, while they live there.
    """

    placement_id: str
    moves_before: int
    ended_on: date | None
    code: str
    ending: str
    statement: Statement | None
    row: int | None = None
