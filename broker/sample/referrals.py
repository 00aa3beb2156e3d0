"""Invented young people who need a place: what they need, by when, near whom, with whom."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from broker.sample.draw import Draw
from broker.sample.ground import Authority, Choice
from broker.sample.homes import Resident
from broker.sample.words import COMMON_NEEDS, RARE_NEEDS, born

_COMPANIONS: Final = {"solo": 4, "only_older": 5, "only_younger": 5}  # percent
_URGENCY: Final = {"today": 20, "within_5_days": 35}  # percent; over_5_days the other 45
_IN_GROUPS: Final = 9  # percent of referrals that have a sibling with a referral
_BANDS: Final = {"low": 25, "medium": 42, "high": 24, "specialist": 9}
_AGES: Final = {10: 3, 11: 8, 12: 12, 13: 15, 14: 18, 15: 19, 16: 17, 17: 8}


@dataclass
class Referral:
    """A young person who needs a place."""

    referral_id: str
    young_person_id: str
    authority: Authority
    easting: int
    northing: int
    located: bool
    date_of_birth: date
    sex: str
    band: str
    band_status: str
    needs: tuple[str, ...]
    needed_by: date
    waiting_since: date
    planned_months: int | None
    moves: int
    living_companions: str
    provision: str
    nearness: str = ""
    min_distance_miles: int | None = None
    max_distance_miles: int | None = None
    sibling_group: str = ""
    siblings: str = ""
    dol: str = "N"


def make_referrals(
    draw: Draw, count: int, choice: Choice, residents: list[Resident], as_of: date
) -> list[Referral]:
    """Return so many referrals, in shares that hold to the nearest whole at every size."""
    groups = _group_sizes(draw, round(count * _IN_GROUPS / 100))
    companions = _companions(draw, count, sum(groups))
    urgencies = draw.deck(count, _URGENCY, "over_5_days")
    referrals = [
        _referral(draw, number, choice.draw(draw), word, urgency, as_of)
        for number, (word, urgency) in enumerate(zip(companions, urgencies, strict=True), start=1)
    ]
    start = 0
    for size in groups:
        _make_siblings(draw, referrals[start : start + size], f"SG-{start:05d}", start == 0)
        start += size
    _siblings_elsewhere(draw, referrals[start:], residents)
    return referrals


def _group_sizes(draw: Draw, people: int) -> list[int]:
    """Return the sizes of sibling groups of so many young people: mostly two, some three."""
    sizes = []
    while people > 1:
        size = 3 if people == 3 or (people > 4 and draw.chance(15)) else 2
        sizes.append(size)
        people -= size
    return sizes


def _companions(draw: Draw, count: int, in_groups: int) -> list[str]:
    """Say with whom each one lives; members of sibling groups come first and say nothing."""
    special = [word for word, part in _COMPANIONS.items() for _ in range(round(count * part / 100))]
    alone = count - in_groups
    return [""] * in_groups + draw.shuffled((special + [""] * alone)[:alone])


def _referral(
    draw: Draw, number: int, authority: Authority, companions: str, urgency: str, as_of: date
) -> Referral:
    easting, northing = authority.point(draw)
    age = draw.weighted(_AGES)
    referral = Referral(
        referral_id=f"R-{number:05d}",
        young_person_id=f"YP1{number:06d}",
        authority=authority,
        easting=easting,
        northing=northing,
        located=not draw.chance(2),
        date_of_birth=born(draw, age, as_of),
        sex=draw.weighted({"M": 56, "F": 43, "U": 1}),
        band=draw.weighted(_BANDS),
        band_status="confirmed" if draw.chance(60) else "provisional",
        needs=_needs(draw),
        needed_by=_needed_by(draw, urgency, as_of),
        waiting_since=as_of - timedelta(days=draw.whole(0, 90)),
        planned_months=draw.pick((6, 12, 18)) if draw.chance(30) else None,
        moves=draw.weighted({0: 35, 1: 28, 2: 17, 3: 10, 4: 7, 5: 3}),
        living_companions=companions,
        provision=_provision(draw, age),
        dol="Y" if draw.chance(1) else "N",
    )
    _say_how_near(draw, referral)
    return referral


def _needs(draw: Draw) -> tuple[str, ...]:
    count = draw.weighted({0: 45, 1: 37, 2: 18})
    tags = {draw.pick(COMMON_NEEDS if draw.chance(92) else RARE_NEEDS) for _ in range(count)}
    return tuple(sorted(tags))


def _needed_by(draw: Draw, urgency: str, as_of: date) -> date:
    """Return a day of that urgency; a day already past needs the place today."""
    days = {
        "today": (-3, 0) if draw.chance(25) else (0, 0),
        "within_5_days": (1, 5),
        "over_5_days": (6, 42),
    }
    return as_of + timedelta(days=draw.whole(*days[urgency]))


def _provision(draw: Draw, age: int) -> str:
    """Say which kinds of provision would do: supported accommodation from sixteen only."""
    if age < 16:
        return ""
    both = "childrens_home;supported_accommodation"
    return draw.weighted({"childrens_home": 60, both: 34, "supported_accommodation": 6})


def _say_how_near(draw: Draw, referral: Referral) -> None:
    referral.nearness = draw.weighted({"near": 60, "": 28, "neutral": 7, "away": 5})
    if referral.nearness == "away" and draw.chance(60):
        referral.min_distance_miles = draw.whole(4, 15)
    elif draw.chance(10):
        referral.max_distance_miles = draw.whole(8, 30)


def _make_siblings(draw: Draw, members: list[Referral], name: str, together: bool) -> None:
    """Make brothers and sisters of these young people: one family home, one day.

    Half the groups stay together or wait together, the others would rather be together.
    """
    first, *others = members
    word = "together" if together or draw.chance(50) else "preferred"
    for member in members:
        member.sibling_group, member.siblings, member.dol = name, word, "N"
        member.band = draw.weighted({"low": 40, "medium": 50, "high": 10})
    for member in others:
        member.authority, member.located = first.authority, first.located
        member.easting, member.northing = first.easting, first.northing
        member.needed_by, member.nearness = first.needed_by, first.nearness
        member.min_distance_miles = first.min_distance_miles
        member.max_distance_miles = first.max_distance_miles
        member.sex = first.sex if draw.chance(60) else member.sex


def _siblings_elsewhere(draw: Draw, referrals: list[Referral], residents: list[Resident]) -> None:
    """Give two in a hundred referrals a brother or sister who already lives in a home."""
    by_borough: dict[str, list[Resident]] = {}
    for resident in residents:
        by_borough.setdefault(resident.borough, []).append(resident)
    for referral in referrals:
        relatives = by_borough.get(referral.authority.code)
        if relatives and draw.chance(2):
            relative = draw.pick(relatives)
            if not relative.sibling_group:
                relative.sibling_group = referral.sibling_group = f"SG-R{referral.referral_id[2:]}"
                referral.siblings = draw.pick(("preferred", "apart_ok"))
