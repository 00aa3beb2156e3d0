"""Invented homes: where they stand, whom they are registered for, who lives there already."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from broker.sample.block import BLOCK_HOMES, BLOCK_PLACES, CONTRACT_ID
from broker.sample.draw import Draw
from broker.sample.ground import Authority, Choice
from broker.sample.words import COMMON_NEEDS, LOAD, NAMES, RARE_NEEDS, born

HIGH_NEED: Final = frozenset({"high", "specialist"})
_PLACES: Final = {2: 15, 3: 35, 4: 30, 5: 15, 6: 5}
_BANDS: Final = {
    ("low", "medium"): 22,
    ("low", "medium", "high"): 38,
    ("medium", "high"): 20,
    ("medium", "high", "specialist"): 10,
    ("high", "specialist"): 10,
}
_RESIDENT_BANDS: Final = {"low": 25, "medium": 42, "high": 24, "specialist": 9}
_LOAD_A_PLACE: Final = {"medium": 2.0, "high": 2.7, "specialist": 4.0}
_REGISTRATIONS: Final = {"registered": 96, "restricted": 2, "suspended": 1, "cancelled": 1}
_JUDGEMENTS: Final = {
    "outstanding": 10,
    "good": 68,
    "requires_improvement": 12,
    "not_yet": 7,
    "inadequate": 3,
}
_LOAD_LIMITS: Final = 60  # percent of homes with a household load limit
_MAX_HIGH: Final = 50  # percent of homes with a limit on residents of high or specialist need
_SUPPORTED: Final = 6  # percent of homes bought place by place that are supported accommodation


@dataclass
class Resident:
    """A young person who lives in a home."""

    young_person_id: str
    borough: str
    band: str
    date_of_birth: date
    sex: str
    leaves_on: date | None = None
    leaving: str = ""
    living_companions: str = ""
    sibling_group: str = ""


@dataclass
class Home:
    """A home, with the people who live there."""

    home_id: str
    name: str
    provider: str
    authority: Authority
    easting: int
    northing: int
    provision: str
    registration: str
    judgement: str
    due_diligence: str
    min_age: int
    max_age: int
    sexes: tuple[str, ...]
    bands: tuple[str, ...]
    supports: tuple[str, ...]
    places: int
    max_arrivals: int | None
    contract: str = ""
    max_high: int | None = None
    load_limit: int | None = None
    residents: list[Resident] = field(default_factory=list)


def make_homes(draw: Draw, count: int, choice: Choice, partners: Choice) -> list[Home]:
    """Return so many homes, the first nine in the block contract and in the partner boroughs."""
    limited = draw.deck(count, {True: _LOAD_LIMITS}, False)
    capped = draw.deck(count, {True: _MAX_HIGH}, False)
    homes = []
    for number in range(1, count + 1):
        home = _home(draw, number, choice, partners)
        load = int(home.places * _LOAD_A_PLACE[home.bands[-1]]) + draw.whole(0, 2)
        if limited.pop():
            home.load_limit = max(LOAD[home.bands[-1]], load)
        if capped.pop():
            home.max_high = draw.whole(1, 2)
        homes.append(home)
    return homes


def _home(draw: Draw, number: int, choice: Choice, partners: Choice) -> Home:
    block = number <= BLOCK_HOMES
    authority = (partners if block else choice).draw(draw)
    easting, northing = authority.point(draw)
    again, name = divmod(number - 1, len(NAMES))
    home = Home(
        home_id=f"SC{990000 + number}",
        name=NAMES[name] + (f" {again + 1}" if again else ""),
        provider=f"S{1 + number * 7 % 251}",
        authority=authority,
        easting=easting,
        northing=northing,
        provision="childrens_home",
        registration=draw.weighted(_REGISTRATIONS),
        judgement=draw.weighted(_JUDGEMENTS),
        due_diligence="N" if draw.chance(2) else "Y",
        min_age=draw.weighted({10: 40, 11: 40, 12: 15, 13: 5}),
        max_age=draw.weighted({15: 5, 16: 15, 17: 80}),
        sexes=draw.weighted({("M", "F"): 70, ("M",): 17, ("F",): 13}),
        bands=draw.weighted(_BANDS),
        supports=_supports(draw, 95 if block else 90),
        places=draw.weighted(_PLACES),
        max_arrivals=draw.weighted({1: 60, 3: 40}) if draw.chance(15) else None,
    )
    if block:
        _buy_in_block(draw, home, number)
    elif draw.chance(_SUPPORTED):
        home.provision = "supported_accommodation"
        home.min_age, home.max_age, home.bands = 16, 17, ("low", "medium")
    return home


def _buy_in_block(draw: Draw, home: Home, number: int) -> None:
    """Make a home what a block contract buys: sound, sized as agreed, for ages 11 to 17."""
    home.provider, home.contract = f"P{1 + number % 2}", CONTRACT_ID
    home.registration, home.judgement, home.due_diligence = "registered", "good", "Y"
    home.min_age, home.max_age, home.places = 11, 17, BLOCK_PLACES[number - 1]
    if draw.chance(70):
        home.sexes = ("M", "F")


def _supports(draw: Draw, percent: float) -> tuple[str, ...]:
    common = [tag for tag in COMMON_NEEDS if draw.chance(percent)]
    return tuple(sorted(common + [tag for tag in RARE_NEEDS if draw.chance(25)]))


def move_in(
    draw: Draw, homes: list[Home], percent_full: int, choice: Choice, as_of: date
) -> list[Resident]:
    """Fill that percentage of all places with residents whom their homes may have."""
    seats = draw.shuffled([home for home in homes for _ in range(home.places)])
    taken = seats[: round(len(seats) * percent_full / 100)]
    everyone: list[Resident] = []
    for home in taken:
        resident = _resident(draw, home, f"YP9{len(everyone):06d}", choice, as_of)
        home.residents.append(resident)
        everyone.append(resident)
    for home in homes:
        _settle(draw, home)
    return everyone


def _resident(draw: Draw, home: Home, name: str, choice: Choice, as_of: date) -> Resident:
    band = draw.weighted({b: w for b, w in _RESIDENT_BANDS.items() if b in home.bands})
    if home.max_high is not None and band in HIGH_NEED:
        present = sum(r.band in HIGH_NEED for r in home.residents)
        band = home.bands[0] if present >= home.max_high else band
    resident = Resident(
        young_person_id=name,
        borough=(home.authority if draw.chance(55) else choice.near(draw, home.authority)).code,
        band=band,
        date_of_birth=born(draw, draw.whole(home.min_age, home.max_age), as_of),
        sex=draw.pick(home.sexes),
    )
    if draw.chance(18):
        resident.leaves_on = as_of + timedelta(days=draw.whole(1, 45))
        resident.leaving = "confirmed" if draw.chance(65) else "expected"
    return resident


def _settle(draw: Draw, home: Home) -> None:
    """Make a home's limits and its residents' wishes consistent with who lives there."""
    high = sum(r.band in HIGH_NEED for r in home.residents)
    if home.max_high is not None:
        home.max_high = max(home.max_high, high)
    if home.load_limit is not None:
        home.load_limit = max(home.load_limit, sum(LOAD[r.band] for r in home.residents))
    if len(home.residents) == 1 and draw.chance(6):
        home.residents[0].living_companions = "solo"
    elif home.residents:
        oldest_first = sorted(home.residents, key=lambda r: r.date_of_birth)
        if draw.chance(6):
            oldest_first[0].living_companions = "only_younger"
        if draw.chance(6):
            oldest_first[-1].living_companions = "only_older"
