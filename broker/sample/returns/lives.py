"""Invented lives in care: who comes when, where they live, how each placement ends.

A life is a list of episodes as a return would hold them, in one code for the place whatever the
year; the writer puts the code of the year in its stead.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import exp
from typing import Final

from broker.sample.returns import truth as invented
from broker.sample.returns.chance import Chance
from broker.sample.returns.places import Places
from broker.sample.returns.truth import AGE_GROUPS, Truth
from matching.calendar import age_on, birthday

MONTH: Final = 365.25 / 12
WARM_UP_YEARS: Final = 7
"""Arrivals begin so long before the first return, that stays under way then are there."""
OTHERS_A_YEAR: Final = {"E09000001": 2}
OTHERS_USUAL: Final = 40
"""Young people a year who come into care and never live in a children's home."""
OTHERS_YEARS: Final = 2.0

_DISRUPTED: Final = ("CREQB", "CREQO", "CHILD", "LAREQ", "ALLEG", "STAND", "APPRR")


@dataclass(frozen=True, slots=True)
class Lived:
    """One episode of a life; `place` may be SUPPORTED or OTHER, whose codes changed by year."""

    start: date
    until: date
    began: str
    legal: str
    place: str
    provider: str
    ceased: str
    reason: str
    post: str
    urn: str


@dataclass(frozen=True, slots=True)
class Life:
    """A young person and their episodes, in order."""

    authority: str
    child: str
    sex: str
    born: date
    need: str
    home_post: str
    unaccompanied: bool
    episodes: tuple[Lived, ...]


SUPPORTED: Final = "SUPPORTED"
OTHER: Final = "OTHER"


def lives(truth: Truth, chance: Chance, first: date, after: date) -> Iterator[Life]:
    """Every life of the authorities from long before `first` up to `after`, number by number."""
    places = Places(chance)
    number = 100_000
    begin = first.replace(year=first.year - WARM_UP_YEARS)
    for (code, route, group, sex), rate in truth.rates.items():
        for day in _arrivals(chance, rate, truth.growth, begin, after):
            number += chance.whole(1, 9)
            yield _resident(truth, chance, places, code, route, group, sex, day, str(number))
    for code in dict.fromkeys(key[0] for key in truth.rates):
        rate = OTHERS_A_YEAR.get(code, OTHERS_USUAL)
        for day in _arrivals(chance, rate, 0.0, begin, after):
            number += chance.whole(1, 9)
            yield _other(chance, places, code, day, str(number))


def _arrivals(
    chance: Chance, rate: float, growth: float, begin: date, after: date
) -> Iterator[date]:
    """Days of a Poisson stream, its rate a step each collection year: `rate` in the last."""
    first = begin
    while first < after:
        following = min(first.replace(year=first.year + 1), after)
        back = after.year - following.year
        yearly = rate * (1 + growth) ** -back
        left, count = exp(-yearly), 0
        product = chance.share()
        while product > left:
            count += 1
            product *= chance.share()
        yield from sorted(chance.day_between(first, following) for _ in range(count))
        first = following


def _resident(
    truth: Truth, chance: Chance, places: Places, code: str, route: str, group: int, sex: str,
    day: date, child: str,
) -> Life:  # fmt: skip
    youngest, oldest = AGE_GROUPS[group]
    born = _born(chance, day, youngest, oldest)
    adult = birthday(born, 18)
    unaccompanied = chance.share() < invented.UNACCOMPANIED
    unknown = unaccompanied or chance.share() < invented.HOME_UNKNOWN
    home = "" if unknown else places.home_of(code)
    made = _before(chance, places, code, day) if route == "move" else []
    legal = made[-1].legal if made else chance.pick(("C1", "C2", "V2"))
    began = "P" if made else "S"
    while day < adult:
        shape, scale = truth.lengths[route, _group(born, day)]
        lasts = max(1, round(chance.weibull(shape, scale) * MONTH))
        until = day + timedelta(days=lasts)
        post, urn = places.children_home(code)
        stay = Lived(day, until, began, legal, "K2", "PR4", "X1", "", post, urn)
        if until >= adult:
            made += _pieces(chance, replace(stay, until=adult, ceased=chance.pick(("E5", "E17"))))
            break
        how = chance.weighted(invented.ENDINGS)
        again = how != "outside" and chance.share() < invented.TO_ANOTHER_HOME
        made += _pieces(chance, _ended(chance, stay, how, again))
        day, began, route = until, "P", "between"
        if not again:
            if made[-1].ceased == "X1":
                made.append(_after(chance, places, code, until, born, legal))
            break
    return Life(
        code, child, sex, born, chance.pick(("N1", "N1", "N5", "N6")), home, unaccompanied,
        tuple(made),
    )  # fmt: skip


def _group(born: date, day: date) -> int:
    age = age_on(born, day)
    return next(index for index, (_, oldest) in enumerate(AGE_GROUPS) if age <= oldest)


def _born(chance: Chance, day: date, youngest: int, oldest: int) -> date:
    """A birthday for somebody of these ages on a day, the day before the next birthday at most."""
    latest = birthday_back(day, youngest)
    earliest = birthday_back(day, oldest + 1) + timedelta(days=1)
    return chance.day_between(earliest, latest + timedelta(days=1))


def birthday_back(day: date, years: int) -> date:
    """The same day so many years before; 28 February for a 29th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _before(chance: Chance, places: Places, code: str, day: date) -> list[Lived]:
    """Foster placements before moving in: as many changes in the year before as were drawn."""
    changes = chance.weighted(invented.MOVES_BEFORE)
    long_ago = day - timedelta(days=380 + round(chance.exponential(200)))
    days = [long_ago]
    days += sorted(chance.some([day - timedelta(days=30 * n + 10) for n in range(12)], changes))
    legal = chance.pick(("C1", "C2", "V2"))
    made = []
    for index, (start, until) in enumerate(zip(days, [*days[1:], day], strict=True)):
        reason = chance.pick(_DISRUPTED) if chance.chance(60) else "CARPL"
        made.append(
            Lived(
                start,
                until,
                "P" if index else "S",
                legal,
                chance.pick(("U4", "U6")),
                chance.pick(("PR1", "PR4")),
                "X1",
                reason,
                places.foster(code),
                "",
            )
        )
    return made


def _ended(chance: Chance, stay: Lived, how: str, again: bool) -> Lived:
    if how == "outside":
        return replace(stay, ceased=chance.pick(("E9", "E3")))
    stays_in_care = again or chance.chance(70)
    if not stays_in_care:
        codes = {"disrupted": "E4B", "planned": chance.pick(("E4A", "E5")), "not_told": "E8"}
        if how in codes:
            return replace(stay, ceased=codes[how])
    reasons = {
        "disrupted": chance.pick(_DISRUPTED),
        "planned": "CARPL",
        "home_closed": "CLOSE",
        "not_told": "OTHER",
    }
    return replace(stay, reason=reasons[how])


def _pieces(chance: Chance, stay: Lived) -> list[Lived]:
    """A stay as a return holds it: now and then a change of law within, or days in hospital."""
    length = (stay.until - stay.start).days
    if length < 60 or not chance.chance(25):
        return [stay]
    cut = stay.start + timedelta(days=chance.whole(20, length - 30))
    if chance.chance(70):
        first = replace(stay, until=cut, ceased="X1", reason="")
        return [first, replace(stay, start=cut, began="L", legal="C2")]
    back = cut + timedelta(days=chance.whole(2, 6))
    return [
        replace(stay, until=cut, ceased="X1", reason="OTHER"),
        replace(
            stay,
            start=cut,
            until=back,
            began="P",
            place="T1",
            provider="",
            ceased="X1",
            reason="OTHER",
            urn="",
        ),
        replace(stay, start=back, began="P"),
    ]


def _after(chance: Chance, places: Places, code: str, day: date, born: date, legal: str) -> Lived:
    """Where somebody lives after residential care, until they leave care."""
    adult = birthday(born, 18)
    until = min(adult, day + timedelta(days=max(1, round(chance.exponential(300)))))
    old = age_on(born, day) >= 16
    place = SUPPORTED if old else (OTHER if chance.chance(3) else chance.pick(("U6", "U4")))
    ceased = "E5" if until == adult else "E4A"
    return Lived(day, until, "P", legal, place, "PR4", ceased, "", places.foster(code), "")


def _other(chance: Chance, places: Places, code: str, day: date, child: str) -> Life:
    """Somebody of any age who lives with foster carers only."""
    born = _born(chance, day, 0, 16)
    adult = birthday(born, 18)
    length = max(1, round(chance.exponential(OTHERS_YEARS * 365.25)))
    until = min(adult, day + timedelta(days=length))
    lived = Lived(day, until, "S", "C2", "U6", "PR1", "E4A", "", places.foster(code), "")
    return Life(
        code, child, chance.pick(("M", "F")), born, "N1", places.home_of(code), False, (lived,)
    )
