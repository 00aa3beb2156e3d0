"""Young people who lived in our homes, as the return tells of them, put together from their lives.

A young person may have several lives here and several periods of care. What the borough told last
of a period counts for it; who they are is what it told last of all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from broker.life import steps as said
from broker.life.care import Care, Deprived, Elsewhere, Missed
from broker.life.state import Life, Taken, what
from broker.returns import codes
from broker.returns.write.course import Period, Stay
from matching.postcodes import is_postcode_shaped, sector_of

PLACES: Final[Mapping[str, tuple[tuple[int, str], ...]]] = {
    "childrens_home": ((codes.FIRST, "K2"),),
    "supported_accommodation": ((codes.FIRST, "H5"), (2025, "K3")),
}
"""PLACE of our own kinds of home, from which collection on."""


@dataclass(frozen=True, slots=True)
class Home:
    """What the return asks of a home: its URN, where it is as far as on record, which kind."""

    urn: str
    postcode: str
    provision: str


@dataclass(frozen=True)
class Person:
    """A young person of the return."""

    young_person: str
    borough: str
    child: str
    born: date
    sex: str
    ethnicity: str
    upn: str
    mother: str
    mother_of_born: date | None
    periods: tuple[Period, ...]
    reviews: tuple[tuple[date, str | None], ...]
    missing: tuple[Missed, ...]
    liberty: tuple[Deprived, ...]


@dataclass
class Told:
    """What could be put together, and a sentence for all that stands in its way."""

    person: Person | None = None
    faults: list[str] = field(default_factory=list)


def placed_in(lives: Iterable[Life], first: date, last: date) -> Iterator[Life]:
    """The lives with a day in our homes between two days, both included."""
    for life in lives:
        start, end = _days(life)
        if start is not None and start <= last and (end is None or end >= first):
            yield life


def put_together(lives: Sequence[Life], homes: Mapping[str, Home], year: int, last: date) -> Told:
    """One young person from all their lives up to a day; the collection settles the code of PLACE.

    `lives` are all of one young person, in one borough, that led to moving in by that day.
    """
    told = Told()
    cares = _cares(lives, told)
    if not cares:
        return told
    newest = max(cares, key=lambda step: (step.at, step.number))
    who, form = what(newest, Care), lives[-1].form
    assert form is not None
    if form.date_of_birth is None:
        told.faults.append("the day of birth is not told")
    forms = [life.form for life in lives if life.form is not None]
    if len({(one.date_of_birth, one.sex) for one in forms}) > 1:
        told.faults.append("the referrals differ on the day of birth or the sex")
    if len({what(step, Care).child for step in cares}) > 1:
        told.faults.append("child: the authority's number differs from one telling to another")
    if form.sex == "F" and who.mother is None:
        told.faults.append("mother: whether she is a mother is not told")
    stays = [stay for life in lives for stay in _stay(life, homes, year, last, told)]
    periods = _periods(cares, stays)
    reviews = {
        one.reviewed_on: one.participation
        for life in lives
        for one in (what(step, said.Reviewed) for step in life.reviews)
    }
    if told.faults or form.date_of_birth is None:
        return told
    female = form.sex == "F"
    told.person = Person(
        young_person=form.young_person_id,
        borough=form.borough,
        child=who.child,
        born=form.date_of_birth,
        sex=form.sex or "U",
        ethnicity=who.ethnicity,
        upn=who.upn,
        mother=("1" if who.mother else "0") if female else "",
        mother_of_born=who.mother_of_born if female else None,
        periods=periods,
        reviews=tuple(sorted(reviews.items())),
        missing=tuple(one for care in _newest(cares) for one in care.missing),
        liberty=tuple(one for care in _newest(cares) for one in care.liberty),
    )
    return told


def _days(life: Life) -> tuple[date | None, date | None]:
    if life.moved_in is None:
        return None, None
    end = None if life.ending is None else what(life.ending, said.End).ended_on
    return what(life.moved_in, said.MoveIn).moved_in_on, end


def _cares(lives: Sequence[Life], told: Told) -> list[Taken]:
    for life in lives:
        if life.care is None:
            told.faults.append(f"{life.referral}: what the return asks of care is not told (care)")
    return [] if told.faults else [life.care for life in lives if life.care is not None]


def _stay(
    life: Life, homes: Mapping[str, Home], year: int, last: date, told: Told
) -> Iterator[Stay]:
    """Our placement of a life; none of no day."""
    start, end = _days(life)
    assert start is not None
    assert life.home is not None
    assert life.care is not None
    care = what(life.care, Care)
    home = homes[life.home]
    name = f"the placement of {life.referral}"
    if end == start:
        told.faults.append(f"{name} began and ended on {start}: no episode is so short")
        return
    ending = None if life.ending is None else what(life.ending, said.End)
    ceased = "" if ending is None or ending.care_code == codes.CONTINUES else ending.care_code
    place = [code for since, code in PLACES[home.provision] if since <= year][-1]
    yield Stay(
        start=start,
        end=end,
        place=place,
        provider=care.place_provider,
        postcode=_postcode(home, care, told),
        urn="" if place in codes.no_urn(year) else home.urn,
        reason="" if ending is None else ending.reason_code or "",
        ceased=ceased,
        what=name,
    )


def _postcode(home: Home, care: Care, told: Told) -> str:
    """The full postcode of a home: on record, else told with the care, in the sector on record."""
    on_record = home.postcode.strip().upper()
    full = on_record if is_postcode_shaped(on_record) and sector_of(on_record) != on_record else ""
    if full:
        return _spaced(full)
    if care.place_postcode is None:
        told.faults.append(f"the full postcode of {home.urn} is not told (place_postcode)")
        return ""
    if on_record and sector_of(care.place_postcode) != sector_of(on_record):
        told.faults.append(
            f"place_postcode {care.place_postcode} does not lie in {on_record}, where {home.urn} is"
        )
    return care.place_postcode


def _spaced(postcode: str) -> str:
    bare = "".join(postcode.split())
    return f"{bare[:-3]} {bare[-3:]}"


def _newest(cares: Iterable[Taken]) -> list[Care]:
    """What was told last of each period of care, in the order of periods."""
    last: dict[date, Care] = {}
    for step in sorted(cares, key=lambda one: (one.at, one.number)):
        care = what(step, Care)
        last[care.looked_after_since] = care
    return [last[since] for since in sorted(last)]


def _periods(cares: Iterable[Taken], ours: Sequence[Stay]) -> tuple[Period, ...]:
    newest = _newest(cares)
    made = []
    for at, care in enumerate(newest):
        following = newest[at + 1].looked_after_since if at + 1 < len(newest) else date.max
        own = [stay for stay in ours if care.looked_after_since <= stay.start < following]
        if at == 0:
            own += [stay for stay in ours if stay.start < care.looked_after_since]
        made.append(
            Period(
                since=care.looked_after_since,
                need=care.category_of_need,
                home_post=care.home_postcode,
                legal=tuple((one.from_day, one.legal_status) for one in care.legal),
                stays=(*own, *(_elsewhere(one) for one in care.elsewhere)),
                ended=care.ended_on,
                ceased=care.ceased or "",
            )
        )
    return tuple(made)


def _elsewhere(one: Elsewhere) -> Stay:
    return Stay(
        start=one.starts_on,
        end=one.ends_on,
        place=one.place,
        provider=one.provider or "",
        postcode=one.postcode or "",
        urn=one.urn or "",
        reason=one.reason_code or "",
        ceased="",
        what=f"{one.place} elsewhere",
    )
