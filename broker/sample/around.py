"""What surrounds invented young people: relationships, places to avoid, wishes, what matters."""

from collections.abc import Iterator
from typing import Final

from broker.sample.draw import Draw
from broker.sample.ground import Choice
from broker.sample.homes import Home
from broker.sample.referrals import Referral
from broker.sample.words import DECLINES, WISHES

Row = tuple[object, ...]

_RELATED: Final = 3  # relationships for every hundred pairs of young people of one borough
_MUST_NOT: Final = 45  # percent of them that are must_not_live_together; the others are cautions
_AVOIDING: Final = 20  # percent of referrals with a row in avoid.csv


class Neighbourhood:
    """Finds a home not far from a young person without measuring the way to all of them."""

    def __init__(self, homes: list[Home]) -> None:
        self._homes = homes
        self._by_authority: dict[str, list[Home]] = {}
        for home in homes:
            self._by_authority.setdefault(home.authority.code, []).append(home)

    def homes_near(self, draw: Draw, referral: Referral, count: int) -> list[Home]:
        """Return so many different homes, the nearest of a few of the borough and a few others."""
        local = self._by_authority.get(referral.authority.code, [])
        seen = {h.home_id: h for h in draw.some(local[:40], 6)}
        seen |= {home.home_id: home for home in (draw.pick(self._homes) for _ in range(6))}
        return sorted(
            seen.values(),
            key=lambda h: (
                (h.easting - referral.easting) ** 2 + (h.northing - referral.northing) ** 2
            ),
        )[:count]


def relationships(draw: Draw, referrals: list[Referral], homes: list[Home]) -> Iterator[Row]:
    """Relate three of every hundred pairs of young people of one borough.

    Brothers and sisters, and two who live in one home already, are left out.
    """
    people: dict[str, list[tuple[str, str, str]]] = {}
    for referral in referrals:
        person = (referral.young_person_id, "", referral.sibling_group)
        people.setdefault(referral.authority.code, []).append(person)
    for home in homes:
        for resident in home.residents:
            person = (resident.young_person_id, home.home_id, resident.sibling_group)
            people.setdefault(resident.borough, []).append(person)
    for _, everyone in sorted(people.items()):
        yield from _related(draw, everyone)


def _related(draw: Draw, people: list[tuple[str, str, str]]) -> Iterator[Row]:
    pairs = len(people) * (len(people) - 1) // 2
    wanted = pairs * _RELATED // 100 + draw.chance(pairs * _RELATED % 100)
    tried: set[tuple[str, str]] = set()
    while len(tried) < wanted:
        (a, home_a, group_a), (b, home_b, group_b) = draw.some_two(people)
        if (a, b) in tried or (b, a) in tried:
            continue
        tried.add((a, b))
        if (home_a and home_a == home_b) or (group_a and group_a == group_b):
            continue
        yield a, b, "must_not_live_together" if draw.chance(_MUST_NOT) else "caution"


def avoided(
    draw: Draw, referrals: list[Referral], near: Neighbourhood, choice: Choice
) -> Iterator[Row]:
    """Give a fifth of the young people a borough, a home or a radius that is closed to them."""
    has_row = draw.deck(len(referrals), {True: _AVOIDING}, False)
    for referral, avoids in zip(referrals, has_row, strict=True):
        if not avoids:
            continue
        person = referral.young_person_id
        kind = draw.weighted({"borough": 45, "home": 20, "radius": 35})
        if kind == "borough":
            away = draw.chance(50)
            other = choice.near(draw, referral.authority) if away else referral.authority
            yield person, kind, other.code, "", "", "", ""
        elif kind == "home":
            yield person, kind, "", near.homes_near(draw, referral, 1)[0].home_id, "", "", ""
        else:
            easting = max(0, draw.around(referral.easting, 3000))
            northing = max(0, draw.around(referral.northing, 3000))
            yield person, kind, "", "", easting, northing, draw.whole(1, 5)


def people_and_places(draw: Draw, referrals: list[Referral]) -> Iterator[Row]:
    """Give most young people a school, and half of them family or friends to see."""
    for referral in referrals:
        matters = [("school", 20, 35)] if draw.chance(65) else []
        if draw.chance(50):
            what = draw.pick(("family", "family", "friend", "health", "faith", "other"))
            matters.append((what, draw.whole(1, 8), 45))
        for what, visits, keep in matters:
            easting = max(0, draw.around(referral.easting, 2200))
            northing = max(0, draw.around(referral.northing, 2200))
            kept = "Y" if draw.chance(keep) else "N"
            yield referral.referral_id, what, easting, northing, visits, kept


def wishes(draw: Draw, referrals: list[Referral], near: Neighbourhood, on: str) -> Iterator[Row]:
    """Let a quarter of the young people say what they think of one or two homes nearby."""
    for referral in referrals:
        if draw.chance(25):
            for home in near.homes_near(draw, referral, draw.whole(1, 2)):
                wish = draw.weighted({"wants": 50, "unsure": 30, "against": 20})
                yield referral.referral_id, home.home_id, wish, on, draw.pick(WISHES[wish])


def declines(draw: Draw, referrals: list[Referral], near: Neighbourhood) -> Iterator[Row]:
    """Let a provider have said no to one referral in sixteen."""
    for referral in referrals:
        if draw.chance(6):
            home = draw.pick(near.homes_near(draw, referral, 3))
            yield referral.referral_id, home.home_id, draw.pick(DECLINES)
