"""A young person's rows in every table of the return, or why they cannot be written.

Days after the close of the collection are blank: the return tells how things stood on 31 March.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from broker.life.care import Deprived, Missed
from broker.returns import codes
from broker.returns.episode import last_day, year_starts
from broker.returns.tables import EPISODES, HEADER, LIBERTY, MISSING, REVIEWS, Table
from broker.returns.write.course import Written, rows
from broker.returns.write.limits import limits, mother_told
from broker.returns.write.lives import Person
from matching.calendar import birthday

WRITTEN = (EPISODES, HEADER, REVIEWS, MISSING, LIBERTY)
"""The tables that are written from the lives on record."""
_NO_ORDER = frozenset({"K1", "P1", "R5", "K3"})
_ADULT = 18
_YOUNG = 4


@dataclass
class Rows:
    """The rows of one young person by table, and what stands in the way of them."""

    rows: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def rows_of(person: Person, year: int) -> Rows:
    """Everything the return that closes in `year` tells of a young person."""
    made = Rows()
    episodes: list[Written] = []
    for period in person.periods:
        own, faults = rows(period, year)
        episodes += own
        made.faults += faults
    made.faults += _ages(person, episodes, year)
    made.faults += limits(person, episodes, year)
    reviews = _reviews(person, year, made.faults)
    missing = _within(person.missing, year)
    liberty = _within(person.liberty, year) if year >= LIBERTY.first else []
    made.faults += _left_open(missing, "missing", episodes)
    made.faults += _left_open(liberty, "deprivation of liberty", episodes)
    made.faults += _not_there(liberty, episodes)
    if made.faults or not episodes:
        return made
    born, child = _day(person.born), person.child
    mother, mother_of = mother_told(person, episodes, year)
    made.rows = {
        EPISODES.name: [
            (
                child, _day(e.start), e.began, e.legal, e.need, e.place, e.provider, _day(e.end),
                e.ceased, e.reason, e.home_post, e.place_post, e.urn,
            )
            for e in episodes
        ],
        HEADER.name: [
            (
                child, _sex(person.sex, year), born, person.ethnicity, person.upn, mother,
                _day(mother_of),
            )
        ],
        REVIEWS.name: [(child, born, _day(on), code) for on, code in reviews],
        MISSING.name: [(child, born, kind, _day(a), _day(b)) for kind, a, b in missing],
        LIBERTY.name: [(child, born, _day(a), _day(b)) for _, a, b in liberty],
    }  # fmt: skip
    return made


def tables_of(year: int) -> tuple[Table, ...]:
    """The tables of these that the collection has."""
    return tuple(table for table in WRITTEN if table.first <= year)


def _day(day: date | None) -> str:
    return "" if day is None else f"{day:%d/%m/%Y}"


def _sex(sex: str, year: int) -> str:
    """The collection's own code for the sex."""
    if sex in codes.of_year("SEX", year):
        return sex
    return next(
        (code for code in codes.of_year("SEX", year) if codes.SEX_MEANS.get(code) == sex), ""
    )


def _ages(person: Person, episodes: Sequence[Written], year: int) -> Iterator[str]:
    adult = birthday(person.born, _ADULT)
    for one in episodes:
        if one.start < person.born:
            yield f"looked after from {one.start}, before the day of birth, {person.born}"
        if one.began == codes.CAME_INTO_CARE and one.start >= adult:
            yield f"came into care on {one.start}, aged 18 or over"
        own = one.legal == "V2" and one.place == "K2"
        if one.end is None and adult < last_day(year) and not own:
            yield (
                f"18 on {adult} and looked after on {last_day(year)}: that is under V2 in a "
                f"children's home (K2) alone, not {one.legal} in {one.place}"
            )
    if _sex(person.sex, year) == "":
        yield f"sex {person.sex}: the collection of {year} has no code for it"


def _reviews(person: Person, year: int, faults: list[str]) -> list[tuple[date, str]]:
    first, last = year_starts(year), last_day(year)
    made = []
    for day, code in person.reviews:
        if not first <= day <= last:
            continue
        under = day < birthday(person.born, _YOUNG)
        if code is None:
            faults.append(f"how the young person took part in the review of {day} is not told")
        elif (code == "PN0") is not under:
            faults.append(f"{code} at the review of {day}: PN0 goes with being under four")
        else:
            made.append((day, code))
    return made


def _within(spells: Sequence[Missed | Deprived], year: int) -> list[tuple[str, date, date | None]]:
    """The spells with a day in the collection; an end after it is blank."""
    first, last = year_starts(year), last_day(year)
    return [
        (
            getattr(one, "kind", ""),
            one.starts_on,
            one.ends_on if one.ends_on is not None and one.ends_on <= last else None,
        )
        for one in spells
        if one.starts_on <= last and (one.ends_on is None or one.ends_on >= first)
    ]


def _not_there(
    liberty: Sequence[tuple[str, date, date | None]], episodes: Sequence[Written]
) -> Iterator[str]:
    """Nobody is deprived of liberty by such an order in these places (rule 710)."""
    for _, start, end in liberty:
        for one in episodes:
            together = one.start < (end or date.max) and start < (one.end or date.max)
            if together and one.place in _NO_ORDER:
                yield f"deprivation of liberty from {start} while in {one.place}: not possible"


def _left_open(
    spells: Sequence[tuple[str, date, date | None]], name: str, episodes: Sequence[Written]
) -> Iterator[str]:
    """A spell that outlasts the place it began in, or care itself, has an end."""
    for _, start, end in spells:
        inside = [one for one in episodes if one.start <= start <= (one.end or date.max)]
        if episodes and not inside and start >= episodes[0].start:
            yield f"{name} from {start}: not looked after that day"
        if end is not None:
            continue
        over = max((one.end or date.max for one in episodes), default=date.max)
        left = [one for one in inside if one.end is not None and one.ceased != codes.CONTINUES]
        moved = [one for one in inside if one.end is not None]
        if over != date.max or left or (name == "missing" and moved):
            day = min((one.end for one in moved if one.end is not None), default=over)
            yield f"{name} from {start} has no end, yet the place ended on {day}"
