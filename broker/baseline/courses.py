"""A young person's way through care: episodes mended, then as placements and residential stays.

Mending follows the rules by which London's councils mend theirs (brief/field.md, 1.3: an episode
without an end ends where the next begins; overlaps and gaps are closed), and counts what it did. A
gap after a code that says care ended is no gap: the young person came back into care.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import zip_longest
from typing import Final

from broker.returns.codes import CONTINUES, NEW_CARER, SHORT_BREAKS, TEMPORARY
from broker.returns.episode import Episode

RESIDENTIAL: Final = frozenset({"K2", "R1"})
"""Children's homes and residential care homes (brief/field.md, 1.2)."""

DIED: Final = "E2"
MENDED: Final = {
    "replaced": "episodes that stand again in a later file, which counts",
    "after": "episodes that begin after the year, left out",
    "breaks": "episodes of short breaks (LS V3 or V4), left out: nobody lives there",
    "lost": "episodes open in an earlier file and not in the year's, ended at its first day",
    "open": "episodes without an end, ended where the next begins",
    "overlap": "episodes that reach into the next, ended where it begins",
    "gap": "gaps after X1, closed: by that code the next begins the same day",
}
"""What mending does, by its name in the counts."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Living with one carer on the days [start, end), None while it goes on at the year's end.

    `moved` says that it began by moving on from another, without leaving care between.
    """

    start: date
    end: date | None
    moved: bool
    residential: bool
    first: Episode


@dataclass(frozen=True, slots=True)
class Stay:
    """An unbroken time in residential care, in one home or several one after another.

    `whole` is false where its beginning is older than the files; `died` where death ended it.
    """

    start: date
    end: date | None
    whole: bool
    died: bool


@dataclass(frozen=True, slots=True)
class Course:
    """All that the files say of one young person up to the end of the year, in order of days."""

    borough: str
    child: str
    placements: tuple[Placement, ...]
    stays: tuple[Stay, ...]


def courses(
    episodes: Iterable[Episode],
    start: date,
    end: date,
    in_year: Collection[tuple[str, str]],
) -> tuple[list[Course], Counter[str]]:
    """The courses of everybody in the episodes, as known at the end of the year [start, end).

    `in_year` are those whom the year's own files name; the counts say what was mended.
    """
    mended: Counter[str] = Counter()
    by_child: Mapping[tuple[str, str], list[Episode]] = defaultdict(list)
    for episode in episodes:
        if episode.start >= end:
            mended["after"] += 1
        else:
            by_child[episode.key].append(episode)
    made = []
    for key, own in sorted(by_child.items()):
        own.sort(key=lambda episode: episode.start)
        spans = _mend(own, start, end, key in in_year, mended)
        made.append(Course(*key, _placements(spans), _stays(spans)))
    return made, mended


def _mend(
    own: Sequence[Episode], start: date, end: date, in_year: bool, mended: Counter[str]
) -> list[Episode]:
    spans = []
    for episode, following in zip_longest(own, own[1:]):
        until = episode.end
        if following is not None and until != following.start:
            if until is None or until > following.start:
                mended["open" if until is None else "overlap"] += 1
                until = following.start
            elif episode.ceased == CONTINUES:
                mended["gap"] += 1
                until = following.start
        elif until is None and not in_year and episode.start < start:
            mended["lost"] += 1
            until = start
        if until is not None and until > end:
            until = None
        if episode.legal in SHORT_BREAKS:
            mended["breaks"] += 1
        else:
            spans.append(replace(episode, end=until))
    return spans


def _placements(spans: Sequence[Episode]) -> tuple[Placement, ...]:
    made: list[Placement] = []
    settled: Episode | None = None  # where the young person lives, wherever they are for a while
    was_away = False
    for span in spans:
        adjoins = bool(made) and made[-1].end == span.start
        if settled is None or not adjoins:
            same = False
        elif span.place in TEMPORARY:
            same = True
        elif was_away:
            same = (span.place, span.place_post) == (settled.place, settled.place_post)
        else:
            same = span.began not in NEW_CARER
        was_away = span.place in TEMPORARY
        residential = span.place in RESIDENTIAL
        if same:
            last = made[-1]
            made[-1] = replace(last, end=span.end, residential=last.residential or residential)
        else:
            made.append(Placement(span.start, span.end, adjoins, residential, span))
        if not was_away or not same:
            settled = span
    return tuple(made)


def _stays(spans: Sequence[Episode]) -> tuple[Stay, ...]:
    made: list[Stay] = []
    before: Episode | None = None
    lives_there = False
    for span in spans:
        adjoins = before is not None and before.end == span.start
        kept = span.place in TEMPORARY and adjoins
        there = lives_there if kept else span.place in RESIDENTIAL
        if there:
            died = span.end is not None and span.ceased == DIED
            if adjoins and lives_there:
                made[-1] = replace(made[-1], end=span.end, died=died)
            else:
                whole = before is not None or span.began == "S"
                made.append(Stay(span.start, span.end, whole, died))
        lives_there, before = there, span
    return tuple(made)
