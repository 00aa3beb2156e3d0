"""A scenario beside the demand it changes, and a flow beside its printed table, in words."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from broker.capacity.scenarios.apply import factor_on
from broker.capacity.scenarios.flow import Compared, compared, implied_direct, sensitivity
from broker.capacity.scenarios.survival import MONTHS, curve, median
from broker.capacity.scenarios.terms import Flow, Scenario, Scenarios
from matching.calendar import birthday
from matching.data import need_tags
from matching.words import count, day_words
from pricing.money import rounded

YEARS = 8
CHANGE_WORDS = {
    "repeat": "share of last year's referrals that come again",
    "direct_of_now": "entries without a plan, of their first-year share of assessments",
    "from_plans": "share of plans that end in care",
}


def render_list(file: Scenarios) -> str:
    """The scenarios of a file, one a line."""
    lines = [file.title, ""]
    lines += [f"  {each.id}: {each.name} ({each.source})" for each in file.scenarios]
    return "\n".join(lines)


def render_scenario(scenario: Scenario, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """What a scenario does to a demand."""
    lines = [f"{scenario.id}: {scenario.name}", f"    assumed by: {scenario.source}", ""]
    lines += [*_arrivals(before, after), "", *_stays(before, after)]
    supply = list(_supply(after))
    if supply:
        lines += ["", "For the supply side, passed on to whoever simulates:", *supply]
    for change in scenario.changes:
        if isinstance(change, Flow):
            lines += ["", *flow_lines(change)]
    return "\n".join(lines)


def arrivals_by_year(demand: Mapping[str, Any]) -> list[float]:
    """Arrivals of each of eight years from the demand's day on, by its mean rates."""
    start = date.fromisoformat(demand["source"]["as_of"])
    return [
        sum(
            cell["per_year"] * factor_on(demand, cell, birthday(start, year))
            for cell in demand["arrivals"]
        )
        for year in range(YEARS)
    ]


def _arrivals(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterable[str]:
    if not before["arrivals"]:
        yield "Arrivals: the demand has no rates, so nothing is changed (see what it cannot tell)"
        return
    start = date.fromisoformat(before["source"]["as_of"])
    yield f"Arrivals by year from {day_words(start)}, means of the rates on each year's first day:"
    yield "    year    " + "".join(f"{year + 1:>8}" for year in range(YEARS))
    for name, demand in (("before", before), ("after", after)):
        shown = "".join(f"{number:8.1f}" for number in arrivals_by_year(demand))
        yield f"    {name:8}{shown}"


def _stays(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterable[str]:
    yield "Months by which half of the placements are over, before and after:"
    for old, new in zip(before["stays"]["groups"], after["stays"]["groups"], strict=True):
        first, last = old["age_group"]
        medians = [median(curve(group, MONTHS)) for group in (old, new)]
        shown = ", ".join("more than 84" if each is None else f"{each:.2f}" for each in medians)
        yield f"    {first}-{last}, {old['route']}: {shown}"


def _supply(after: Mapping[str, Any]) -> Iterable[str]:
    supply = after["supply"]
    for each in supply["prices"]:
        yield f"    prices of {each['side']} placements {each['percent']:+g}%"
    for each in supply["opening"]:
        homes, places = count(each["homes"], "home"), count(each["places"], "place")
        yield f"    {homes} of {places}, one every {count(each['every_months'], 'month')}"
    for each in supply["training"]:
        homes = count(each["homes"], "home")
        need = need_tags()[each["need"]].lower()
        yield f"    {homes} trained for {need}, ready after {count(each['months'], 'month')}"


def flow_lines(flow: Flow) -> Iterable[str]:
    """A flow's table, what of its printed one is determined, and how each assumption counts."""
    yield "From referrals to entries into care, the first year and those after it:"
    made = compared(flow)
    for row in made:
        computed = "".join(f"{int(rounded(value, 0)):8,}" for value in row.computed)
        yield f"    {row.row:12}{computed}"
        if row.printed and not row.determined:
            yield f"    {'  printed':12}" + "".join(f"{number:8,}" for number in row.printed)
    if any(row.printed for row in made):
        yield "What the printed table's own text determines:"
        yield from (f"    {row.row}: {_determined(row)}" for row in made if row.printed)
        yield from _implied(flow)
    yield "One assumption at a time, the last year, the others as assumed:"
    for each in sensitivity(flow):
        yield f"    {CHANGE_WORDS[each.change]}"
        for part, rate, referrals, entries in each.steps:
            yield (
                f"        {float(part):4.0%} of the change, {float(rate):.1%}: "
                f"{int(rounded(referrals, 0)):,} referrals, {float(entries):.1f} entries"
            )


def _determined(row: Compared) -> str:
    if row.determined:
        return "every number, reproduced"
    if row.follows:
        return "only given the printed row above, from which every number follows by ratio"
    same = sum(
        int(rounded(mine, 0)) == theirs
        for mine, theirs in zip(row.computed, row.printed, strict=True)
    )
    return f"not: {same} of {len(row.printed)} are as computed; the text does not say how they come"


def _implied(flow: Flow) -> Iterable[str]:
    first = (flow.entries - flow.entries_from_plans) / flow.assessments
    last = len(flow.repeat)
    limits = implied_direct(flow, last)
    if limits is not None:
        low, high = limits
        yield (
            f"    entries of the last year need {float(low):.2%} to {float(high):.2%} of "
            f"assessments to enter without a plan; the first year's counts give {first:.2%}, and "
            f"{first * float(flow.direct_of_now[-1]):.2%} with the change assumed"
        )
