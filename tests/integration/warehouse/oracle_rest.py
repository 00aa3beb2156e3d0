"""The figures of reports that no other oracle tells, a second way: from the steps, in plain loops.

Times to each step, what was said of moving in, of ending and of beginning, distances.
"""

from __future__ import annotations

from datetime import date
from statistics import median
from typing import Any

from tests.integration.warehouse import oracle, oracle_groups, oracle_reasons
from tests.integration.warehouse.oracle import Steps

TIMES = {
    "banded": "band",
    "first shortlist": "shortlist",
    "first offer": "offer",
    "first yes of a home": "accept",
    "decided by a named person": "confirm",
}
Share = tuple[int, int, int]
"""How many, of how many known, and of how many it is not known."""


def times(told: Steps, start: date, end: date) -> dict[str, list[Any]]:
    """Of referrals sent in the days, by step: how many came so far, median, least, most days.

    And how many did not, of those that were not withdrawn, and of those that were.
    """
    sent = {
        referral: day
        for referral, steps in told.items()
        if (day := oracle.first(steps, "submit")) is not None and start <= day < end
    }
    found = {}
    for name, kind in TIMES.items():
        days, gone = [], 0
        for referral, day in sent.items():
            came = oracle.first(told[referral], kind)
            if came is not None:
                days.append((came - day).days)
            else:
                gone += oracle.first(told[referral], "withdraw") is not None
        whole = [median(days), min(days), max(days)] if days else [None, None, None]
        found[name] = [len(days), *whole, len(sent) - len(days) - gone, gone]
    return found


def _share(values: list[Any]) -> Share:
    """How many are yes, of how many that are known."""
    known = [one for one in values if one is not None]
    return sum(map(bool, known)), len(known), len(values) - len(known)


def _told_of_home(steps: list[dict[str, Any]], kind: str, home: str) -> dict[str, Any] | None:
    own = [s for s in steps if s["kind"] == kind and s["said"].get("home_id") == home]
    return own[-1]["said"] if own else None


def shares(told: Steps, start: date, end: date) -> dict[str, Share]:
    """Every share of outcomes: of moving in, of ending, of beginning."""
    ends = oracle.endings(told, start, end)
    areas = oracle.areas(told, start, end)
    unknown = areas.pop(None, 0)
    far, known = oracle_groups.far(told, start, end)
    moved_in = sum(areas.values()) + unknown
    return {
        "moved in: in their own borough": (areas.get("in_area", 0), sum(areas.values()), unknown),
        "moved in: in a borough next to it": (
            areas.get("adjoining", 0), sum(areas.values()), unknown,
        ),
        "moved in: elsewhere": (areas.get("distant", 0), sum(areas.values()), unknown),
        "moved in: over 20 miles from home": (far, known, moved_in - known),
        "ended: planned": (ends["planned"], ends["ended"], 0),
        "ended: broke down": (ends["broke down"], ends["ended"], 0),
        "ended: stepped down": (ends["stepped down"], ends["ended"], 0),
        "ended: without a next place": (ends["without"], ends["ended"], 0),
        "begun: back within 12 months of a placement": oracle_reasons.begun_again(
            told, start, end
        ),
        **shares_of_moving_in(told, start, end),
        **shares_of_ending(told, start, end),
        **shares_of_beginning(told, start, end),
    }  # fmt: skip


def shares_of_moving_in(told: Steps, start: date, end: date) -> dict[str, Share]:
    """Of who moved in in the days: the first of the shortlist, school kept, wanted."""
    first, school, wish = [], [], []
    for steps in told.values():
        there, decision = oracle.moved_in(steps), oracle.last(steps, "confirm")
        if there is None or decision is None or not start <= there < end:
            continue
        home = decision["said"]["home_id"]
        listed = oracle.last(steps, "shortlist")
        assert listed is not None
        first.append(listed["said"]["homes"][0]["home_id"] == home)
        school.append(decision["said"]["school_kept"])
        view = _told_of_home(steps, "view", home)
        wish.append(None if view is None else view["wish"] == "wants")
    return {
        "moved in: first option of the shortlist": _share(first),
        "moved in: school kept": _share(school),
        "moved in: the young person wanted it": _share(wish),
    }


def shares_of_ending(told: Steps, start: date, end: date) -> dict[str, Share]:
    """Of placements that ended in the days: moved within care, staying put, goals met."""
    moved, stays, goals = [], [], []
    for steps in told.values():
        day, ending = oracle.ended(steps), oracle.last(steps, "end")
        if day is None or ending is None or not start <= day < end:
            continue
        said = ending["said"]
        smaller = ("family", "fostering", "supported_accommodation")
        moved.append(said["care_code"] == "X1" and said["destination"] not in smaller)
        stays.append(said["destination"] == "staying_put")
        back = [s["said"]["outcomes"] for s in steps if s["kind"] == "look_back"]
        outcomes = [*filter(None, back), *filter(None, [said["outcomes"]])]
        goals.append(outcomes[-1]["goals_met"] == "all" if outcomes else None)
    return {
        "ended: moved within care": _share(moved),
        "ended: staying put": _share(stays),
        "ended: all goals met": _share(goals),
    }


def shares_of_beginning(told: Steps, start: date, end: date) -> dict[str, Share]:
    """Of referrals begun in the days: away from home, an area to avoid, the own borough."""
    away, area, own = [], [], []
    for steps in told.values():
        begun = oracle.first(steps, "open")
        if begun is None or not start <= begun < end:
            continue
        form = oracle.form_of(steps)
        avoid = form["avoid"]
        away.append(form["nearness"] == "away")
        area.append(None if avoid is None else any(one["kind"] != "home" for one in avoid))
        own.append(None if avoid is None else any(
            one["kind"] == "borough" and one["borough"] == form["borough"] for one in avoid
        ))  # fmt: skip
    return {
        "begun: near is not safe or not wanted": _share(away),
        "begun: an area must be avoided": _share(area),
        "begun: their own borough must be avoided": _share(own),
    }


def miles(told: Steps, start: date, end: date) -> list[Any]:
    """Of who moved in in the days: known, median, least and most tenths, and not known."""
    tenths = []
    for steps in told.values():
        there, decision = oracle.moved_in(steps), oracle.last(steps, "confirm")
        if there is not None and decision is not None and start <= there < end:
            tenths.append(decision["facts"]["tenths_of_miles"])
    known = [one for one in tenths if one is not None]
    whole = [median(known), min(known), max(known)] if known else [None, None, None]
    return [len(known), *whole, tenths.count(None)]


def days_so_far(told: Steps, end: date, today: date) -> list[Any]:
    """Of who lives there at the end of the days, or today: how many, and days since moving in."""
    last = min(end, today)
    days = []
    for steps in told.values():
        there, over = oracle.moved_in(steps), oracle.ended(steps)
        if there is not None and there < last and (over is None or over >= end):
            days.append((last - there).days)
    return [len(days), *([median(days), min(days), max(days)] if days else [None] * 3)]
