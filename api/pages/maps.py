"""What the maps of pages show, and the tables beside them that hold the same.

A home stands at its own point for whoever may see where it is (`home_desk.exact_to`); for everybody
else it is counted in its borough, and its distance is a band. That is decided here, on the server:
a page for the others has no point of a home in it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from api.pages.some import Some
from broker.maps.shapes import Point
from broker.maps.view import Kind, MapView, Mark, map_view, middle_of
from matching.geography import authority_name, children_services_authority
from matching.postcodes import locate
from matching.problem import Home, Problem
from matching.shared_words import distance_band
from matching.words import count

_TENTHS = 10
_DARKEST = 3


def told_distance(miles: float | None, exact: bool) -> str:
    """A distance of an answer: to a tenth for whoever sees the home's point, else a band."""
    if miles is None:
        return "distance not known"
    if not exact:
        return distance_band(round(miles * _TENTHS))
    return "1 mile" if miles == 1 else f"{miles:g} miles"


def plan_map(problem: Problem, plan: Mapping[str, Any], exact: Collection[str]) -> MapView:
    """Who is proposed to live where: a line from the middle of a borough to each home or borough.

    No young person's own address is on it.
    """
    people = problem.referral_by_id
    groups: dict[tuple[Point | None, str], list[str]] = defaultdict(list)
    kinds: dict[tuple[Point | None, str], Kind] = {}
    lines: list[tuple[Point, Point]] = []
    for one in plan["placements"]:
        home, borough = problem.home_by_id[one["home_id"]], people[one["referral_id"]].borough
        seen = home.id in exact
        at, kind, name = _where(home, seen)
        groups[at, name].append(
            f"{one['referral_id']} from {authority_name(borough)}, "
            f"{told_distance(one['distance_miles'], seen)}"
        )
        kinds[at, name] = kind
        start = middle_of(borough)
        if start is not None and at is not None and start != at:
            lines.append((start, at))
    told = {key: f"{key[1]}. Proposed: {'; '.join(who)}." for key, who in groups.items()}
    return map_view(
        "The plan on a map",
        [
            Mark(key[0], kinds[key], str(len(groups[key])), words)
            for key, words in told.items()
            if key[0] is not None
        ],
        lines=lines,
        beyond=[words for key, words in told.items() if key[0] is None],
    )


def _where(home: Home, seen: bool) -> tuple[Point | None, Kind, str]:
    """The point at which a home is counted for somebody, as what, and what to call it."""
    borough = authority_name(home.borough)
    place = home.location
    if seen and place.easting is not None and place.northing is not None:
        return (place.easting, place.northing), "home", f"{home.label}, {borough}"
    if seen:
        return None, "home", f"{home.label}, {borough}, where exactly is not known"
    return middle_of(home.borough), "area", borough


def plan_by_borough(problem: Problem, plan: Mapping[str, Any]) -> list[tuple[str, int, int, int]]:
    """Each borough with how many of it are placed and wait, and how many are to live there."""
    people, homes = problem.referral_by_id, problem.home_by_id
    placed = Counter(people[one["referral_id"]].borough for one in plan["placements"])
    waiting = Counter(people[one["referral_id"]].borough for one in plan["unplaced"])
    there = Counter(homes[one["home_id"]].borough for one in plan["placements"])
    named = sorted({*placed, *waiting, *there}, key=authority_name)
    return [(authority_name(code), placed[code], waiting[code], there[code]) for code in named]


def options_map(
    problem: Problem, fit: Some, near: Some, borough: str, exact: Collection[str]
) -> MapView:
    """The homes that fit one young person and those that nearly do, around their borough.

    A home at its own point has on it its place in the list; a borough has how many of those that
    fit are in it.
    """
    marks: list[Mark] = []
    beyond: list[str] = []
    areas: dict[str, list[str]] = defaultdict(list)
    fitting: Counter[str] = Counter()
    for kind, some in (("home", fit), ("near", near)):
        for number, one in enumerate(some.items, some.first):
            home = problem.home_by_id[one["home_id"]]
            fits = kind == "home"
            words = f"{home.label}, {_distance(one)}{'' if fits else ', nearly fits'}"
            if home.id not in exact:
                areas[home.borough].append(words)
                fitting[home.borough] += fits
                continue
            at, _, name = _where(home, True)
            said = f"{name}, {_distance(one)}. {'Fits' if fits else 'Nearly fits'}."
            if at is None:
                beyond.append(said)
            else:
                marks.append(
                    Mark(at, "home" if fits else "near", str(number) if fits else "", said)
                )
    for code, told in areas.items():
        words = f"{authority_name(code)}. {'; '.join(told)}."
        at = middle_of(code)
        if at is None:
            beyond.append(words)
        else:
            number = fitting[code]
            marks.append(Mark(at, "area" if number else "area-near", str(number or ""), words))
    return map_view(
        "These homes on a map", marks, own=borough, beyond=beyond, shades=_shades(fitting)
    )


def _distance(one: Mapping[str, Any]) -> str:
    """The distance as the answer has it: a band in the shared form."""
    return str(one["distance"]) if "distance" in one else told_distance(one["distance_miles"], True)


def places_map(rows: Sequence[tuple[str, int, int]]) -> MapView:
    """How many homes and places there are in each borough; `rows` have its code first."""
    marks, beyond = [], []
    for code, homes, places in rows:
        words = f"{authority_name(code)}. {count(places, 'place')} in {count(homes, 'home')}."
        at = middle_of(code)
        if at is None:
            beyond.append(words)
        else:
            marks.append(Mark(at, "area", str(places), words))
    return map_view(
        "The places on a map",
        marks,
        beyond=beyond,
        shades=_shades({code: places for code, _, places in rows}),
    )


def home_map(home: Mapping[str, Any]) -> MapView:
    """Where one home is, as the answer about it tells: its point, or its borough and no more."""
    name = home.get("name") or home["home_id"]
    borough = authority_name(home["borough"])
    at, kind = point_told(home), "home"
    if at is None:
        at, kind = middle_of(home["borough"]), "area"
    words = f"{name}, {borough}." if kind == "home" else f"{name}: somewhere in {borough}."
    return map_view(
        f"{name} on a map",
        [] if at is None else [Mark(at, "home" if kind == "home" else "area", "", words)],
        own=home["borough"],
        beyond=[words] if at is None else [],
    )


def point_told(home: Mapping[str, Any]) -> Point | None:
    """The grid point of a home, where the answer about it has one or a postcode that is known."""
    east, north, postcode = (home.get(key) for key in ("easting", "northing", "postcode"))
    if isinstance(east, int) and isinstance(north, int):
        return east, north
    return locate(postcode) if isinstance(postcode, str) and postcode else None


def _shades(counted: Mapping[str, int]) -> dict[str, int]:
    """How dark each borough is: 1 for a third of the most or less, 2 for two thirds, else 3."""
    folded: Counter[str] = Counter()
    for code, number in counted.items():
        folded[children_services_authority(code)] += number
    most = max(folded.values(), default=0)
    return {
        code: -(-_DARKEST * number // most) for code, number in folded.items() if number and most
    }


def ids_of(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """The homes that rows of an answer name, each once."""
    return sorted({row["home_id"] for row in rows if row.get("home_id")})
