"""Invented young people, with all that the rules of the case folder ask about them.

A few dozen for each borough, age group and sex, made by the generator of invented cases; whoever
arrives in a replication is one of them, with a birthday of their own. They stand at real postcodes
of their borough. What they think of a home, and whether they must avoid it, depends on the run's
seed, the young person and the home's number alone, so that another portfolio changes nobody.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from broker.capacity.simulation.chance import key_of
from broker.sample import referrals as sample
from broker.sample.around import people_and_places
from broker.sample.draw import Draw
from broker.sample.ground import Authority, Choice, ground
from broker.sample.returns.places import postcodes
from matching.geography import tenths_of_miles
from matching.postcodes import locate
from matching.problem import (
    Avoid,
    Decline,
    Home,
    Location,
    PersonOrPlace,
    Problem,
    Referral,
    Wish,
)

SIXTEEN: Final = 16
ALL_ENGLAND: Final = 1001
"""A ground of so many homes is all of England's authorities."""
AVOIDING_BOROUGH: Final = 9
AVOIDING_RADIUS: Final = 7
AVOIDING_HOME: Final = 1
"""Per cent of young people who avoid a borough or a radius, and of those near a home who avoid it:
our starting assumption, close to the invented samples."""
WISHING: Final = 5
WISHES_WITHIN: Final = 100
"""Per cent who say something of each home within so many tenths of a mile; a half want it, three
in ten are unsure, two in ten against: the samples' assumption."""


class NoGround(ValueError):
    """A borough of the demand that nobody knows."""


@dataclass(frozen=True, slots=True)
class Stratum:
    """Young people of one borough, age group and sex."""

    borough: str
    ages: tuple[int, int]
    sex: str


@dataclass(frozen=True)
class Pool:
    """Young people by number: what is known of each, as the case folder has it.

    Those of stratum s are `start[s]` to `start[s + 1]`; from `start[-1]` on stand the case's own
    referrals. Names within are the referral's id.
    """

    strata: tuple[Stratum, ...]
    start: tuple[int, ...]
    referrals: tuple[Referral, ...]
    avoids: Mapping[str, tuple[Avoid, ...]]
    people: Mapping[str, tuple[PersonOrPlace, ...]]
    wishes: Mapping[str, tuple[Wish, ...]]
    declines: Mapping[str, tuple[Decline, ...]]


def make_pool(
    strata: Sequence[Stratum],
    mix: Mapping[str, float],
    homes: Sequence[Home],
    case: Problem,
    seed: int,
    each: int,
) -> Pool:
    """Invent so many of each stratum, and take in the referrals of the case.

    Raises:
        NoGround: a borough is no authority with children's services.
    """
    made: list[Referral] = []
    avoids: dict[str, tuple[Avoid, ...]] = {}
    people: dict[str, tuple[PersonOrPlace, ...]] = {}
    wishes: dict[str, tuple[Wish, ...]] = {}
    declines: dict[str, tuple[Decline, ...]] = {}
    start = [0]
    known = {place.code: place for place in ground(ALL_ENGLAND)}
    missing = unknown_authorities({one.borough for one in strata})
    if missing:
        raise NoGround(", ".join(missing))
    partners = [known[code] for code in sorted({one.borough for one in strata})]
    posts = postcodes()
    for stratum in strata:
        for one, matters in _invent(stratum, mix, known[stratum.borough], posts, case, seed, each):
            name = f"N{len(made):05d}"
            referral = replace(one, id=name, young_person=name)
            made.append(referral)
            people[name] = tuple(replace(each_one, referral=name) for each_one in matters)
            avoids[name] = tuple(_avoids(referral, homes, partners, seed))
            wishes[name] = tuple(_wishes(referral, homes, seed))
        start.append(len(made))
    for referral in case.referrals:
        made.append(referral)
        name = referral.id
        who = referral.young_person
        avoids[name] = tuple(a for a in case.avoids if a.young_person == who)
        people[name] = tuple(p for p in case.people if p.referral == name)
        wishes[name] = tuple(w for w in case.wishes if w.referral == name)
        declines[name] = tuple(d for d in case.declines if d.referral == name)
    return Pool(tuple(strata), tuple(start), tuple(made), avoids, people, wishes, declines)


def unknown_authorities(boroughs: Collection[str]) -> list[str]:
    """Those that are no authority with children's services, in order."""
    return sorted(set(boroughs) - {place.code for place in ground(ALL_ENGLAND)})


def _invent(
    stratum: Stratum,
    mix: Mapping[str, float],
    place: Authority,
    posts: Mapping[str, list[str]],
    case: Problem,
    seed: int,
    each: int,
) -> Iterator[tuple[Referral, list[PersonOrPlace]]]:
    day = case.policy.as_of
    first, last = stratum.ages
    draw = Draw(key_of(f"{seed}/{stratum.borough}/{first}-{last}/{stratum.sex}"))
    commonest = max(mix, key=lambda band: mix[band])
    bands = draw.deck(each, {band: 100 * share for band, share in mix.items()}, commonest)
    drawn = sample.make_referrals(draw, each, Choice([place]), [], day)
    rows: dict[str, list[PersonOrPlace]] = {one.referral_id: [] for one in drawn}
    for number, one in enumerate(drawn):
        # Siblings are made of young people who stand at one number in their strata: one address.
        at = _address(stratum.borough, number, posts, place, seed)
        if at is not None:
            one.easting, one.northing = at
    for row in people_and_places(draw, drawn):
        name, what, easting, northing, visits, keep = row
        assert isinstance(easting, int)
        assert isinstance(northing, int)
        assert isinstance(visits, int)
        rows[str(name)].append(
            PersonOrPlace(str(name), str(what), Location(easting, northing), visits, keep == "Y")
        )
    for one, band in zip(drawn, bands, strict=True):
        provision = one.provision if first >= SIXTEEN else ""
        yield (
            Referral(
                id=one.referral_id,
                young_person=one.young_person_id,
                borough=stratum.borough,
                born=day - timedelta(days=365 * first + 200),
                sex=stratum.sex,
                band=band,
                needed_by=day,
                band_status=one.band_status,
                needs=frozenset(one.needs),
                location=Location(one.easting, one.northing) if one.located else Location(),
                nearness=one.nearness or "near",
                min_tenths=_tenths(one.min_distance_miles),
                max_tenths=_tenths(one.max_distance_miles),
                planned_months=one.planned_months,
                moves=one.moves,
                companions=one.living_companions,
                provision=frozenset(provision.split(";") if provision else ["childrens_home"]),
            ),
            rows[one.referral_id],
        )


def _tenths(miles: int | None) -> int | None:
    return None if miles is None else 10 * miles


def _address(
    borough: str, number: int, posts: Mapping[str, list[str]], place: Authority, seed: int
) -> tuple[int, int] | None:
    """Where number so many of any stratum of a borough lives: at one of its real postcodes."""
    draw = Draw(key_of(f"{seed}/{borough}/address/{number}"))
    known = posts.get(borough)
    if not known:
        return place.point(draw)
    grid = locate(draw.pick(known))
    return None if grid is None else (grid.easting, grid.northing)


def _avoids(
    referral: Referral, homes: Sequence[Home], partners: Sequence[Authority], seed: int
) -> Iterator[Avoid]:
    name, here = referral.id, referral.location
    draw = Draw(key_of(f"{seed}/{name}/avoid"))
    if draw.chance(AVOIDING_BOROUGH):
        other = draw.pick(partners).code
        yield Avoid(name, "borough", borough=referral.borough if draw.chance(50) else other)
    if here.easting is not None and here.northing is not None and draw.chance(AVOIDING_RADIUS):
        point = (draw.around(here.easting, 3000), draw.around(here.northing, 3000))
        yield Avoid(
            name,
            "radius",
            location=Location(max(0, point[0]), max(0, point[1])),
            tenths=10 * draw.whole(1, 5),
        )
    for home in homes:
        if Draw(key_of(f"{seed}/{name}/{home.id}/avoid")).chance(AVOIDING_HOME):
            yield Avoid(name, "home", home=home.id)


def _wishes(referral: Referral, homes: Sequence[Home], seed: int) -> Iterator[Wish]:
    here = referral.location
    for home in homes:
        there = home.location
        if here.easting is None or here.northing is None:
            return
        if there.easting is None or there.northing is None:
            continue
        tenths = tenths_of_miles(here.easting - there.easting, here.northing - there.northing)
        draw = Draw(key_of(f"{seed}/{referral.id}/{home.id}/wish"))
        if tenths <= WISHES_WITHIN and draw.chance(WISHING):
            wish = draw.weighted({"wants": 50, "unsure": 30, "against": 20})
            yield Wish(referral.id, home.id, wish, date(2000, 1, 1))
