"""A baseline in words, made from its JSON form alone, so that a frozen one reads as it did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from broker.baseline.courses import MENDED

Told = Mapping[str, Any]


def words(told: Told) -> str:
    """The whole of it, in lines."""
    return "\n".join(_lines(told))


def _lines(told: Told) -> Iterator[str]:
    year = told["year"]
    yield f"BASELINE OF THE YEAR FROM {year['from']} TO THE DAY BEFORE {year['to']}"
    ages = told["ages"]
    yield f"Counted: {'young people of ' + ages if ages else 'everybody in the files, of any age'}."
    yield "No figure without its count: n is how many it rests on."
    yield ""
    yield "IN ALL"
    yield from _part(told["all"])
    for borough in told["boroughs"]:
        code = borough["borough"]
        yield ""
        yield borough["name"].upper() + (f" ({code})" if code else "")
        yield from _part(borough)
    yield ""
    yield "WHAT IS NOT COMPUTED, AND WHY"
    for gap in told["not_computed"]:
        of = f" of {gap['borough']}" if gap["borough"] else ""
        yield f"  {gap['figure']}{of}: {gap['why']}"
    if told["mended"]:
        yield ""
        yield "MENDED IN THE EPISODES"
        for name, number in told["mended"].items():
            yield f"  {number} {MENDED[name]}"
    yield ""
    yield "FROM"
    for one in told["inputs"]:
        of = f" of {one['borough']}" if one["borough"] else ""
        yield f"  {one['kind']}{of}: {one['file']}, SHA-256 {one['sha256'][:12]}"


def _part(part: Told) -> Iterator[str]:
    figures = part["figures"]
    if figures is None:
        yield "  no episodes were given"
    else:
        yield from _group("in care", figures["in_care"], "all their placements")
        yield from _group(
            "in residential care (K2, R1) on a day of the year",
            figures["residential"],
            "their residential placements",
        )
        yield from _stays(figures["stays"])
        yield from _returned(figures["returned"])
        if figures["without_birthday"]:
            yield (
                f"  {figures['without_birthday']} not counted: the header files do not have their "
                "birthday"
            )
    for one in part["prices"]:
        yield _price(one)
    if not part["prices"]:
        yield "  weekly prices: none known"


def _group(name: str, one: Told, which: str) -> Iterator[str]:
    three = one["three_or_more"]
    yield f"  {name}: n {one['young_people']}"
    if not one["young_people"]:
        return
    yield (
        f"    moves within care in the year: {one['moves']}, {one['moves_each']} each; placements "
        f"lived in: {one['placements']}"
    )
    yield f"    three or more placements: {_share(three)}"
    far = one["distance"]
    middle = (
        f"median {far['median_miles']} miles ({far['least_miles']} to {far['most_miles']})"
        if far["known"]
        else "not known of any"
    )
    yield (
        f"    distance from home, {which}: {middle}, n {far['known']}; not known {far['unknown']}, "
        f"without a home postcode {far['blank']}"
    )
    yield f"    more than 20 miles from home: {_share(far['over_20_miles'])} of known distance"


def _share(share: Told) -> str:
    if share["percent"] is None:
        return f"{share['count']} of {share['of']}"
    return f"{share['percent']}%, {share['count']} of {share['of']}"


def _stays(stays: Told) -> Iterator[str]:
    ended, going = stays["ended"], stays["going_on"]
    yield f"  residential stays that ended in the year: {_days(ended)}"
    yield f"  residential stays going on at its end, so far: {_days(going)}"
    yield "    stays that ended are shorter than stays are: long ones are still going on"


def _days(one: Told) -> str:
    middle = (
        f"median {one['median_days']} days ({one['least_days']} to {one['most_days']}), "
        if one["count"]
        else ""
    )
    older = one["older_than_the_files"]
    rest = f"; {older} more began before the files do" if older else ""
    return f"{middle}n {one['count']}{rest}"


def _returned(returned: Told) -> Iterator[str]:
    yield "  back in residential care within 12 months of leaving it:"
    before, inside = returned["left_in_the_year_before"], returned["left_in_the_year"]
    if before is None:
        yield "    of those who left in the year before: not computed, see below"
    else:
        yield f"    of those who left in the year before: {_share(before['at_least'])}"
    line = f"    of those who left in the year: {_share(inside['at_least'])} so far"
    if inside["not_yet_known"]:
        line += (
            f"; of {inside['not_yet_known']} the 12 months are not over, so that it may be up to "
            f"{inside['at_most']['percent']}%"
        )
    yield line


def _price(one: Told) -> str:
    band = one["band"] or "without a band"
    sources = "; ".join(f"{name} ({number})" for name, number in one["sources"].items())
    if one["count"]:
        middle = f"median £{one['median']} (£{one['least']} to £{one['most']})"
    else:
        middle = "not known"
    unknown = f", {one['unknown']} not known" if one["unknown"] else ""
    return f"  weekly price, {band}: {middle}, n {one['count']}{unknown}; source: {sources}"
