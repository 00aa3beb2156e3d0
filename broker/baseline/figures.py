"""What is counted over a year: moves, distance, length of stay, return to residential care.

Every rate stands beside its counts. Unknown is never zero: a distance that is not known, a birthday
that is not told and a year that has not passed are counted apart and named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import zip_longest
from typing import Final

from broker.baseline.courses import Course, Placement, Stay
from broker.returns.distance import tenths_told
from broker.returns.episode import Episode
from matching.calendar import birthday
from matching.geography import Grid, tenths_of_miles
from pricing.calendar_months import add_months

YOUNGEST: Final = 11
OLDEST: Final = 17
FAR_TENTHS: Final = 200
"""More than 20 miles counts as far: the figure the partnership's evaluation names."""

RETURN_MONTHS: Final = 12
Locate = Callable[[str], Grid | None]


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    count: int
    of: int

    @property
    def percent(self) -> Fraction | None:
        """As a percentage; None of nobody."""
        return Fraction(100 * self.count, self.of) if self.of else None


@dataclass(frozen=True, slots=True)
class Spread:
    """The middle and the ends of some numbers; None of all of them where there is none."""

    count: int
    median: Fraction | None = None
    least: int | None = None
    most: int | None = None


def spread(values: Iterable[int]) -> Spread:
    """The median (of two middle numbers their mean), the least and the most."""
    given = sorted(values)
    if not given:
        return Spread(0)
    half = len(given) // 2
    middle = given[half : half + 1] if len(given) % 2 else given[half - 1 : half + 1]
    return Spread(len(given), Fraction(sum(middle), len(middle)), given[0], given[-1])


@dataclass(frozen=True, slots=True)
class Distances:
    """Official straight-line distance from home, in tenths of a mile, one for each placement.

    `unknown` were returned as 999.9 or have a postcode that no directory knows; `blank` have no
    home postcode, as the return has it for those who came to the country alone.
    """

    known: Spread
    far: int
    unknown: int
    blank: int


@dataclass(frozen=True, slots=True)
class Group:
    """Young people of a group, their placements with a day in the year, and their moves in it."""

    young_people: int
    placements: int
    moves: int
    three_or_more: int
    distances: Distances


@dataclass(frozen=True, slots=True)
class Stays:
    """Residential stays in days: ended in the year, and going on at its end.

    Only whole stays have a length; of the others, older than the files, is known that they were.
    """

    ended: Spread
    ended_older: int
    going_on: Spread
    going_on_older: int


@dataclass(frozen=True, slots=True)
class Returned:
    """Of those who left residential care, who came back to it within 12 months.

    `open` had not come back, and their 12 months were not over at the end of the files.
    """

    left: int
    returned: int
    open: int


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one borough or of all; `before` is None where the files begin too late."""

    in_care: Group
    residential: Group
    stays: Stays
    left_before: Returned | None
    left_in_year: Returned
    without_birthday: int


@dataclass(frozen=True, slots=True)
class Year:
    """The year [start, end), the birthdays by borough and child, and where postcodes lie.

    Without birthdays (None) everybody counts, whatever their age.
    """

    start: date
    end: date
    born: dict[tuple[str, str], date] | None
    locate: Locate

    def days_of_age(self, course: Course) -> tuple[date, date] | None:
        """The days on which somebody is 11 to 17; None where their birthday is not told."""
        if self.born is None:
            return date.min, date.max
        born = self.born.get((course.borough, course.child))
        return None if born is None else (birthday(born, YOUNGEST), birthday(born, OLDEST + 1))


def figures(courses: Sequence[Course], year: Year, *, older_files: bool) -> Figures:
    """The figures of some young people over the year.

    `older_files` says that the episodes of the 12 months before the year are among them.
    """
    told = [(course, ages) for course in courses if (ages := year.days_of_age(course)) is not None]
    before = add_months(year.start, -RETURN_MONTHS)
    lived, homes = [], []
    stays: list[tuple[Stay, tuple[date, date]]] = []
    for course, (first, last) in told:
        window = max(first, year.start), min(last, year.end)
        own = [one for one in course.placements if _touches(one, window)]
        if own:
            lived.append((own, window))
        if any(_touches(stay, window) for stay in course.stays):
            homes.append((own, window))
        stays += [(stay, window) for stay in course.stays]
    earlier = [
        (course, (max(first, before), min(last, year.start))) for course, (first, last) in told
    ]
    inside = [
        (course, (max(first, year.start), min(last, year.end))) for course, (first, last) in told
    ]
    return Figures(
        in_care=_group(lived, year.locate, only_residential=False),
        residential=_group(homes, year.locate, only_residential=True),
        stays=_stays(stays),
        left_before=_returned(earlier, year.end) if older_files else None,
        left_in_year=_returned(inside, year.end),
        without_birthday=len(courses) - len(told),
    )


def _touches(one: Placement | Stay, window: tuple[date, date]) -> bool:
    first, last = max(one.start, window[0]), window[1]
    return first < last and (one.end is None or first < one.end)


def _group(
    members: Sequence[tuple[Sequence[Placement], tuple[date, date]]],
    locate: Locate,
    *,
    only_residential: bool,
) -> Group:
    placements = [one for own, _ in members for one in own]
    far_from = [one for one in placements if one.residential or not only_residential]
    return Group(
        young_people=len(members),
        placements=len(placements),
        moves=sum(
            one.moved and window[0] <= one.start < window[1]
            for own, window in members
            for one in own
        ),
        three_or_more=sum(len(own) >= 3 for own, _ in members),
        distances=_distances([one.first for one in far_from], locate),
    )


def _distances(episodes: Sequence[Episode], locate: Locate) -> Distances:
    known, unknown, blank = [], 0, 0
    for episode in episodes:
        if not (episode.home_post if episode.miles is None else episode.miles):
            blank += 1
            continue
        tenths = distance_of(episode, locate)
        if tenths is None:
            unknown += 1
        else:
            known.append(tenths)
    far = sum(tenths > FAR_TENTHS for tenths in known)
    return Distances(spread(known), far, unknown, blank)


def distance_of(episode: Episode, locate: Locate) -> int | None:
    """Tenths of a mile as returned, else by the official formula from postcodes; None unknown."""
    if episode.miles is not None:
        return tenths_told(episode.miles)
    home, place = locate(episode.home_post), locate(episode.place_post)
    if home is None or place is None:
        return None
    return tenths_of_miles(home.easting - place.easting, home.northing - place.northing)


def _stays(stays: Sequence[tuple[Stay, tuple[date, date]]]) -> Stays:
    ended: list[Stay] = []
    lengths, so_far = [], []
    older = 0
    for stay, (first, last) in stays:
        if _left_in(stay, (first, last)):
            ended.append(stay)
            if stay.whole and stay.end is not None:
                lengths.append((stay.end - stay.start).days)
        elif _touches(stay, (first, last)) and (stay.end is None or stay.end > last):
            if stay.whole:
                so_far.append((last - stay.start).days)
            else:
                older += 1
    return Stays(spread(lengths), len(ended) - len(lengths), spread(so_far), older)


def _left_in(stay: Stay, window: tuple[date, date]) -> bool:
    """Whether the last day lived there lies in the window."""
    return stay.end is not None and window[0] <= stay.end - timedelta(days=1) < window[1]


def _returned(members: Sequence[tuple[Course, tuple[date, date]]], known_to: date) -> Returned:
    left = returned = still_open = 0
    for course, window in members:
        for stay, following in zip_longest(course.stays, course.stays[1:]):
            if stay.died or not _left_in(stay, window):
                continue
            assert stay.end is not None
            left += 1
            limit = add_months(stay.end, RETURN_MONTHS)
            if following is not None and following.start < limit:
                returned += 1
            elif limit > known_to:
                still_open += 1
    return Returned(left, returned, still_open)
