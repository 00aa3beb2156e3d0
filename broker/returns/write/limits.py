"""What the return does not take of a young person: a sentence for each, with what it does take.

Each rule is one of the validator that councils use, csc-validator-be-903 0.1.17, whose number
stands beside it. It is told here, before anything is written, so that whoever told the care can
mend it or settle it with the authority: nothing is changed to please the rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby, pairwise

from broker.life.care_fits import ADOPTION, FAMILIES, LONGEST, PARENTS, ends, runs, too_long
from broker.returns import codes
from broker.returns.episode import last_day, year_starts
from broker.returns.write.course import Written
from broker.returns.write.lives import Person
from matching.calendar import birthday
from matching.postcodes import authority_of

LONGEST_AWAY = {"T1": 42, "T3": 21, "T4": 7}
"""Days that a temporary place lasts at most (rules 375, 376, 379)."""
HOLIDAYS = 2
"""Stays in T3 that a year takes (rule 377)."""
_OWN_ANYWHERE = FAMILIES | ADOPTION
_OF_COURTS = frozenset({"J1", "J2", "J3"})
_FREEING_ENDED = date(2005, 12, 31)
_INDEPENDENCE_ENDED = date(2023, 10, 28)
"""From this day P2 is no place, and H5 is one that is inspected (rules 217t and 230)."""
_MOTHER_FROM = 11


def limits(person: Person, episodes: Sequence[Written], year: int) -> Iterator[str]:
    """Every sentence on the episodes of the collection that closes in `year`."""
    yield from _pupil(person, episodes, year)
    for before, one in zip((None, *episodes), episodes, strict=False):
        yield from _provider(person, one, year)
        yield from _urn(one, year)
        if before is None or before.legal != one.legal:
            yield from _status(person, one)
        yield from _legal(one)
        yield from _of_age(person, one, year)
        if one.reason == "CUSTOD" and one.end is not None and one.end < birthday(person.born, 10):
            yield (
                f"CUSTOD on {one.end}: nobody goes into custody under the age of 10, which is "
                f"{birthday(person.born, 10)} (rule 234)"
            )
        if one.end is not None and one.ceased != codes.CONTINUES:
            yield from _ended(person, one, one.end)
    yield from _statuses_too_long(episodes, year)
    yield from _away(episodes)
    yield from _adopted(episodes)
    for one, after in pairwise(episodes):
        if one.ceased in ("E2", "E15"):
            yield (
                f"care ended on {one.start} with {one.ceased}, after which there is no "
                f"other episode, yet one began on {after.start} (rule 437)"
            )


def mother_told(person: Person, episodes: Sequence[Written], year: int) -> tuple[str, date | None]:
    """MOTHER and MC_DOB as things stood at the close, or when care had ended (rule 625).

    A child who was born later is told in the return of that year, if their mother is in care then.
    """
    born = person.mother_of_born
    ends = [one.end for one in episodes]
    end = max((day for day in ends if day is not None), default=date.max)
    until = last_day(year) if None in ends else min(end, last_day(year))
    if born is not None and born > until:
        return "0", None
    return person.mother, born


def _pupil(person: Person, episodes: Sequence[Written], year: int) -> Iterator[str]:
    """Why there is no pupil number, and from when on there is one (rules 209, 210, 620)."""
    school = date(year - 2, 8, 31)
    if person.upn == "UN1" and birthday(person.born, 4) <= school:
        yield (
            f"upn UN1 is for who is under school age; this one was 4 by {school}: tell the "
            "number, or another of UN2 to UN5 (rule 209)"
        )
    long_enough = last_day(year) - timedelta(days=7)
    periods = [one.since for one in person.periods if one.since <= last_day(year)]
    since = max(periods, default=date.max)
    open_still = any(one.end is None for one in episodes)
    if person.upn == "UN4" and since <= long_enough and open_still:
        yield (
            f"upn UN4 is for who came into care within the last week of the year, not on "
            f"{since}: tell the number, or another of UN2, UN3, UN5 (rule 210)"
        )
    born, first = person.mother_of_born, year_starts(year)
    if mother_told(person, episodes, year)[0] == "1" and born is not None:
        eleven = birthday(person.born, _MOTHER_FROM)
        if eleven > first:
            yield (
                f"a mother is {_MOTHER_FROM} by {first} at least, this one on "
                f"{eleven}: look at the days of birth (rule 620)"
            )


def _provider(person: Person, one: Written, year: int) -> Iterator[str]:
    """Who may run which place (rules 527 to 531, 550, 1015)."""
    where = f"{one.place} from {one.start}"
    yield from runs(one.place, one.provider, where)
    anywhere = one.place in _OWN_ANYWHERE or (one.place == "K3" and year >= 2026)
    if one.provider == "PR1" and not anywhere:
        lies = authority_of(one.place_post)
        if lies != person.borough:
            yield (
                f"the provider of {where} is PR1, the authority itself, and {one.place_post} lies "
                f"in {lies or 'no authority of England'}, not in {person.borough}: PR2 is another "
                "authority's (rule 1015)"
            )


def _urn(one: Written, year: int) -> Iterator[str]:
    """Where seven X may stand, and when semi-independent places came to be inspected."""
    where = f"{one.place} from {one.start}"
    if one.urn == codes.URN_OF_OTHERS and year >= 2026 and one.place not in _OWN_ANYWHERE:
        yield f"the URN of {where} is XXXXXXX, which is for A3 to A6 and U1 to U6 alone (rule 242)"
    late = one.end is None or one.end >= _INDEPENDENCE_ENDED
    if one.place == "H5" and year == 2024 and late and one.urn in ("", codes.URN_OF_OTHERS):
        yield f"the URN of {where} is not told: needed from 28 October 2023 (rule 230)"
    past = one.end is None or one.end > _INDEPENDENCE_ENDED
    if one.place == "P2" and year == 2024 and past:
        yield f"{where} goes on after 28 October 2023, from when P2 is no place (rule 217t)"


def _status(person: Person, one: Written) -> Iterator[str]:
    """Which legal status cannot begin on this day, at this age."""
    where = f"legal status {one.legal} from {one.start}"
    if one.legal == "D1" and one.start > _FREEING_ENDED:
        yield f"{where}: no freeing order has begun since 30 December 2005 (rule 445)"
    if one.legal in _OF_COURTS and one.start <= birthday(person.born, 10):
        yield f"{where}: nobody is under it who is not yet over 10 (rule 358)"


def _legal(one: Written) -> Iterator[str]:
    """Which legal status cannot be in this place."""
    where = f"legal status {one.legal} from {one.start}"
    if one.legal == "V2" and one.place == PARENTS:
        yield f"{where} while in P1, with parents: not under V2 (rule 378)"
    if one.place in ("A5", "A6") and one.legal != "E1":
        yield f"{where} while in {one.place}: that is under a placement order, E1 (rule 408)"


def _of_age(person: Person, one: Written, year: int) -> Iterator[str]:
    """From which age a place is one (rules 370 to 374)."""
    least = {
        "H5": 14 if year <= 2023 else 16, "K3": 16, "P2": 15 if year <= 2023 else 16,
        "P3": 14, "R5": 10, "S1": 4,
    }.get(one.place)  # fmt: skip
    if least is not None and one.start < birthday(person.born, least):
        day = birthday(person.born, least)
        yield (
            f"{one.place} from {one.start}: from the age of {least}, which is {day} "
            "(rules 370 to 374)"
        )


def _ended(person: Person, one: Written, end: date) -> Iterator[str]:
    """How care may end, at which age and from which place."""
    yield from ends(one.ceased, one.place, person.born, end)
    if one.place in codes.TEMPORARY:
        yield (
            f"care ended with {one.ceased} on {end} in {one.place}: care does not end in a "
            "temporary place (rule 381)"
        )


def _statuses_too_long(episodes: Sequence[Written], year: int) -> Iterator[str]:
    """A status of few days is told to its end: those that follow each other count as one."""
    for code in LONGEST:
        runs: list[list[Written]] = []
        for before, one in zip([None, *episodes], episodes, strict=False):
            if one.legal != code:
                continue
            if before is not None and before.legal == code and before.end == one.start:
                runs[-1].append(one)
            else:
                runs.append([one])
        for run in runs:
            yield from too_long(code, run[0].start, run[-1].end or last_day(year))


def _away(episodes: Sequence[Written]) -> Iterator[str]:
    """A temporary place is between two stays in one other place (rules 375 to 383)."""
    stays = [list(rows) for _, rows in groupby(episodes, key=_where)]
    for own in (rows for rows in stays if rows[0].place in codes.TEMPORARY):
        place, start, end = own[0].place, own[0].start, own[-1].end
        most = LONGEST_AWAY.get(place)
        if most is not None and end is not None and (end - start).days > most:
            yield f"{place} from {start} to {end}: {most} days at most (rules 375, 376, 379)"
        if own[0].began == codes.CAME_INTO_CARE:
            yield f"{place} from {start}: care does not begin in a temporary place (rule 380)"
        changed = [one.start for one in own if one.began == "L"]
        if changed:
            yield (
                f"the legal status changed on {changed[0]} while in {place}: the return takes "
                "no change within a temporary place; settle with the authority which (rule 380)"
            )
    holidays = sum(rows[0].place == "T3" for rows in stays)
    if holidays > HOLIDAYS:
        yield f"T3 is told {holidays} times: twice in a year at most (rule 377)"
    for before, away, after in zip(stays, stays[1:], stays[2:], strict=False):
        if away[0].place in codes.TEMPORARY and away[-1].end == after[0].start:
            yield from _back(before[-1], away[0], after[0])


def _back(before: Written, away: Written, after: Written) -> Iterator[str]:
    if (before.place, before.place_post) != (after.place, after.place_post):
        yield (
            f"after {away.place} from {away.start} comes {after.place}, not back to "
            f"{before.place}: after a temporary place comes the one before it (rule 383)"
        )
    elif after.began != "P":
        yield (
            f"the legal status changed on {after.start}, the day of coming back from "
            f"{away.place}: the return takes no change that day; settle with the authority which "
            "(rule 383)"
        )


def _adopted(episodes: Sequence[Written]) -> Iterator[str]:
    """Placed for adoption with their foster carer: from that carer (rule 336)."""
    for one in episodes:
        if one.place in codes.SAME_CARER and one.began == "L":
            yield (
                f"the legal status changed on {one.start} while in {one.place}: the return takes "
                "no change within it; settle with the authority which (rule 217)"
            )
    for before, one in pairwise(episodes):
        moved = one.place in ("A3", "A4", "A5") and one.place != before.place
        if moved and before.place not in _OWN_ANYWHERE:
            yield (
                f"{one.place} from {one.start} comes after {before.place}: it follows a "
                "foster family or a place of adoption (rule 336)"
            )


def _where(one: Written) -> tuple[str, str, str, str]:
    return one.place, one.provider, one.place_post, one.urn
