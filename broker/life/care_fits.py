"""What the statutory return never takes of care, in any collection: said when it is told.

Each rule stands here once. A gate asks them when somebody types care in or ends a placement, and
the writing of the return asks them again, for what was told before there was a gate. Numbers are
those of the rules of csc-validator-be-903 0.1.17.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Final

from broker.life.care import Care
from matching.calendar import age_on, birthday

FAMILIES: Final = frozenset({"U1", "U2", "U3", "U4", "U5", "U6"})
"""PLACE: with foster carers."""
ADOPTION: Final = frozenset({"A3", "A4", "A5", "A6"})
"""PLACE: placed for adoption."""
PARENTS: Final = "P1"
OUR_HOME: Final = "our home"
"""In place of a PLACE, whose code the collection settles."""
LONGEST: Final = {"L1": 3, "L2": 21, "L3": 7, "J2": 21}
"""Days that a legal status lasts at most (rules 361, 362, 363, 364)."""

_NO_PUBLIC_BODY: Final = FAMILIES | ADOPTION | {"K1", "K2"}
_LEAST_AGE: Final = {"E5": 14, "E6": 14, "E7": 16, "E17": 18}
_ORDERS: Final = frozenset({"E45", "E46", "E47", "E48"})
_ADULT: Final = 18
_AT_SCHOOL: Final = 6
"""At this age 31 August of the year before the collection is past the fourth birthday."""


def runs(place: str, provider: str, what: str) -> Iterator[str]:
    """Who may run which place (rules 527 to 531, 550); `what` is how the sentence calls it."""
    if place == PARENTS and provider and provider != "PR0":
        yield f"the provider of {what} is {provider}: PR0 for P1 (rules 527 to 531)"
    if provider == "PR0" and place != PARENTS:
        yield f"the provider of {what} is PR0, which goes with P1 alone: PR1 to PR5 (rule 550)"
    if place in ("R2", "R5") and provider in ("PR1", "PR2"):
        yield f"the provider of {what} is {provider}: it is PR3 to PR5 (rules 527 and 528)"
    if place in _NO_PUBLIC_BODY and provider == "PR3":
        yield (
            f"the provider of {what} is PR3, another public body, which runs no such place: PR1, "
            "PR2, PR4 or PR5 (rule 529)"
        )


def ends(code: str, place: str, born: date, on: date) -> Iterator[str]:
    """How care may end at which age, and from which place (rules 386 to 390, 407, 460, 516).

    `place` is the PLACE it ended in.
    """
    how = f"care ended with {code} on {on}"
    least = _LEAST_AGE.get(code)
    if least is not None and on < birthday(born, least):
        yield f"{how}: from the age of {least} (rules 387, 389, 460)"
    adult = birthday(born, _ADULT)
    if code in _ORDERS and on > adult:
        yield f"{how}: such an order is made before the age of 18 (rule 407)"
    if code in ("E11", "E12") and on >= adult:
        yield f"{how}: nobody is adopted from the age of 18 (rule 386)"
    if code in ("E11", "E12") and place not in ADOPTION:
        yield f"{how} in {place}: an adoption follows A3 to A6 (rule 390)"
    if code in ("E45", "E46") and place not in FAMILIES:
        yield (
            f"{how} in {place}: it is for former foster carers, in U1 to U6; for others it is E47 "
            "or E48 (rule 516)"
        )


def too_long(status: str, start: date, end: date) -> Iterator[str]:
    """A legal status of a few days (rules 361 to 364)."""
    most = LONGEST.get(status)
    if most is not None and (end - start).days > most:
        yield (
            f"legal status {status} from {start} to {end}: {most} days at most; tell the one that "
            "followed, from its day (rules 361 to 364)"
        )


def misfits(care: Care, born: date | None, today: date) -> Iterator[str]:
    """Everything in care that no collection takes, as far as it can be known when it is told."""
    yield from runs(OUR_HOME, care.place_provider, OUR_HOME)
    for stay in care.elsewhere:
        yield from runs(stay.place, stay.provider or "", f"{stay.place} from {stay.starts_on}")
    for one, two in pairwise(care.legal):
        yield from too_long(one.legal_status, one.from_day, two.from_day)
    if born is None:
        return
    if care.upn == "UN1" and age_on(born, today) >= _AT_SCHOOL:
        yield "upn UN1 is for who is under school age: the number, or UN2 to UN5 (rule 209)"
    if care.ended_on is not None and care.ceased is not None:
        within = [one for one in care.elsewhere if one.starts_on < care.ended_on]
        last = within[-1].place if within else OUR_HOME
        yield from ends(care.ceased, last, born, care.ended_on)
