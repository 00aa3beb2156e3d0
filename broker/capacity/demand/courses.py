"""A young person's way through care as placements, and their stays in the places asked about.

A placement is living with one carer without a break: an episode begun by a change of law alone, or
with the same carer (RNE L, T or U), or after REASON_PLACE_CHANGE PLACE, continues it; so does the
return from a hospital or a holiday (T0 to T4). Episodes of short breaks (V3, V4) are left out:
nobody lives there.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from broker.capacity.demand.endings import Ending, ending, no_move
from broker.returns import codes
from broker.returns.episode import Episode, Key

ENTRY: Final = "entry"
MOVE: Final = "move"
BETWEEN: Final = "between"
ROUTES: Final = (ENTRY, MOVE)
"""How somebody comes into the places asked about: into care, or from elsewhere in care."""

_UNTOLD: Final = frozenset({"", codes.CONTINUES, codes.NOT_TOLD})

YEAR_BEFORE: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Placement:
    """Living with one carer on the days [start, end), None while it goes on.

    `adjoins` says that another placement ended the day this began; `whole` that its first day is
    known; `asked` that it is one of the places asked about.
    """

    start: date
    end: date | None
    adjoins: bool
    whole: bool
    asked: bool
    first: Episode
    last: Episode


@dataclass(frozen=True, slots=True)
class Stay:
    """A placement in one of the places asked about, and how it came and ended.

    `route` is entry (into care), move (from elsewhere in care) or between (from another such home).
    `moves_before` counts the changes of placement in the year before; None where the returns do not
    reach back so far. `next_asked` says that another such home followed the same day; `end_known`
    is false where a repair or a missing row ended it: it lasted at least so long.
    """

    key: Key
    start: date
    end: date | None
    route: str
    whole: bool
    ending: Ending | None
    moves_before: int | None
    next_asked: bool
    end_known: bool
    first: Episode


def placements(
    episodes: Sequence[Episode], places: Collection[str], left_out: Counter[str]
) -> list[Placement]:
    """The placements of one young person, in order of days; `left_out` counts short breaks."""
    made: list[Placement] = []
    settled: Episode | None = None  # where they live, wherever they are for a while
    away = False
    for episode in episodes:
        if episode.legal in codes.SHORT_BREAKS:
            left_out["short_breaks"] += 1
            continue
        adjoins = bool(made) and made[-1].end == episode.start
        same = adjoins and settled is not None and _same_home(settled, episode, made[-1], away)
        asked = episode.place in places
        away = same and episode.place in codes.TEMPORARY
        if same and (away or asked == made[-1].asked):
            made[-1] = replace(made[-1], end=episode.end, last=episode)
        else:
            whole = episode.began in codes.NEW_CARER or adjoins
            made.append(
                Placement(episode.start, episode.end, adjoins, whole, asked, episode, episode)
            )
        if not away:
            settled = episode
    return made


def _same_home(settled: Episode, episode: Episode, last: Placement, away: bool) -> bool:
    if episode.place in codes.TEMPORARY:
        return True
    if away:
        return settled.where == episode.where
    return episode.began not in codes.NEW_CARER or no_move(last.last)


def stays(own: Sequence[Placement], key: Key, seen_from: date) -> Iterable[Stay]:
    """The stays among a young person's placements; the returns see all from `seen_from` on."""
    for number, placement in enumerate(own):
        if not placement.asked:
            continue
        before = own[number - 1] if number and placement.adjoins else None
        after = own[number + 1] if number + 1 < len(own) and own[number + 1].adjoins else None
        yield Stay(
            key=key,
            start=placement.start,
            end=placement.end,
            route=_route(placement, before),
            whole=placement.whole,
            ending=None if placement.end is None else ending(placement.last, after is not None),
            moves_before=_moves_before(own[:number], placement, seen_from),
            next_asked=after is not None and after.asked,
            end_known=after is not None or placement.last.ceased not in _UNTOLD,
            first=placement.first,
        )


def _route(placement: Placement, before: Placement | None) -> str:
    if before is not None:
        return BETWEEN if before.asked else MOVE
    return ENTRY if placement.first.began == codes.CAME_INTO_CARE else MOVE


def _moves_before(
    earlier: Sequence[Placement], placement: Placement, seen_from: date
) -> int | None:
    """Changes of placement in the year before moving in, the move itself not counted."""
    since = placement.start - YEAR_BEFORE
    if since < seen_from:
        return None
    return sum(each.adjoins and since <= each.start for each in earlier)


def spells(own: Iterable[Stay]) -> list[Stay]:
    """Unbroken times in such homes, one home or several after another, of one young person."""
    made: list[Stay] = []
    for stay in own:
        if stay.route == BETWEEN and made and made[-1].end == stay.start:
            made[-1] = replace(
                made[-1],
                end=stay.end,
                ending=stay.ending,
                next_asked=stay.next_asked,
                end_known=stay.end_known,
            )
        else:
            made.append(stay)
    return made
