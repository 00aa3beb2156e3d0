"""How a placement ended, for estimating: disrupted, planned, the home closed, outside, or not told.

A change of place is told by REASON_PLACE_CHANGE of the episode that ceases. Disruption is {CREQB,
CREQO, CHILD, LAREQ, ALLEG, STAND, APPRR}, planned is {CARPL}, PLACE is no move (brief/field.md,
1.2). CLOSE is the provider's end and neither; OTHER, blank and a repair's LIIAF say nothing. A
statement of results reads some codes otherwise, for it must decide every one
(`pricing.outcomes.endings`); what ends care is read as it does, E4B as unplanned.
"""

from enum import StrEnum
from typing import Final

from broker.returns import codes
from broker.returns.episode import Episode
from pricing.outcomes.endings import CODES, PLANNED, UNPLANNED

DISRUPTION: Final = frozenset({"CREQB", "CREQO", "CHILD", "LAREQ", "ALLEG", "STAND", "APPRR"})
PLANNED_MOVE: Final = "CARPL"
HOME_CLOSED: Final = "CLOSE"
CUSTODY: Final = "CUSTOD"


class Ending(StrEnum):
    """How a placement ended, as far as the return tells."""

    DISRUPTED = "disrupted"
    PLANNED = "planned"
    HOME_CLOSED = "home_closed"
    OUTSIDE = "outside"
    NOT_TOLD = "not_told"


WORDS: Final = {
    Ending.DISRUPTED: "unplanned: broke down or disrupted",
    Ending.PLANNED: "planned",
    Ending.HOME_CLOSED: "the home closed",
    Ending.OUTSIDE: "by something outside the home (custody, death, another authority)",
    Ending.NOT_TOLD: "the return does not tell",
}


def ending(last: Episode, moved_on: bool) -> Ending:
    """How a placement ended by its last episode; `moved_on` where another followed the same day."""
    if moved_on:
        return _of_move(last.reason)
    if last.ceased in CODES:
        return _of_care(CODES[last.ceased].endings)
    return Ending.NOT_TOLD


def _of_move(reason: str) -> Ending:
    if reason in DISRUPTION:
        return Ending.DISRUPTED
    simple = {
        PLANNED_MOVE: Ending.PLANNED,
        HOME_CLOSED: Ending.HOME_CLOSED,
        CUSTODY: Ending.OUTSIDE,
    }
    return simple.get(reason, Ending.NOT_TOLD)


def _of_care(meanings: tuple[str, ...]) -> Ending:
    if PLANNED in meanings and len(meanings) > 1:
        return Ending.NOT_TOLD
    simple = {UNPLANNED: Ending.DISRUPTED, PLANNED: Ending.PLANNED}
    return simple.get(meanings[0], Ending.OUTSIDE)


def no_move(episode: Episode) -> bool:
    """Whether the return says that only the status of the placement changed."""
    return episode.reason == "PLACE" and episode.ceased == codes.CONTINUES
