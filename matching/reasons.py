"""Why the plan is as it is: each proposal, each young person who waits, each place left empty.

The reason is the first that holds, in the order of docs/case-folder.md. Sentences about a young
person could be said to their face; none names another young person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from matching.board import AREAS, UNKNOWN
from matching.evaluate import Assignment
from matching.joint import arrivals, arrivals_limit, breaks
from matching.notices import notices_of
from matching.pairs import Pairs
from matching.plan import Empty, Placement, Unplaced
from matching.problem import Home, Problem, Referral
from matching.words import count

UNPLACED_SUMMARIES: Mapping[str, str] = {
    "by_hand": "A named person looks for your place, because a court decides part of your plan.",
    "no_eligible_home": "No home we know of is right and safe for you at the moment.",
    "no_eligible_home_together": (
        "No home we know of is right and safe for you and your brothers or sisters together."
    ),
    "waiting_is_better": "The places that fit are worse for you than waiting a little longer.",
    "group_not_together": "We could not place you and your brothers or sisters together.",
    "places_went_to_others": "The places that fit went to young people who needed them sooner.",
    "places_went_to_others_or_limits": (
        "The places that fit went to others, or could not be used because of how the boroughs "
        "agreed to share them."
    ),
}

EMPTY_SUMMARIES: Mapping[str, str] = {
    "nobody_waiting": "Nobody is waiting for a place.",
    "nobody_eligible": "Nobody who is waiting may live here.",
    "arrivals": "As many young people move in at once as the home can welcome.",
    "mix": "Nobody who is waiting fits beside those who move in.",
    "others_fit_better": "Those who could live here are better placed elsewhere or better waiting.",
    "others_fit_better_or_limits": (
        "Those who could live here are better placed elsewhere or better waiting, or the limits "
        "that the boroughs agreed keep them out."
    ),
}
_JOINT_OF_MIX = frozenset({"J2", "J3", "J5"})


@dataclass(frozen=True, slots=True)
class Described:
    """A plan in words: what `Plan` shows beside its levels."""

    placements: tuple[Placement, ...]
    unplaced: tuple[Unplaced, ...]
    empty: tuple[Empty, ...]
    notices: tuple[str, ...]


def describe(pairs: Pairs, plan: Assignment) -> Described:
    """Every proposal, everybody who waits and every empty place, with reasons."""
    problem = pairs.problem
    placements, unplaced = [], []
    for number, referral in enumerate(problem.referrals):
        if referral.id in plan:
            placements.append(_placement(pairs, number, plan[referral.id]))
        else:
            unplaced.append(_unplaced(pairs, number))
    return Described(
        placements=tuple(placements),
        unplaced=tuple(unplaced),
        empty=tuple(_empties(pairs, plan)),
        notices=notices_of(pairs),
    )


def _placement(pairs: Pairs, number: int, home: str) -> Placement:
    row = pairs.find(number, pairs.board.index[home])
    assert row is not None, "a plan holds eligible pairs only"
    tenths = int(pairs.tenths[row])
    return Placement(
        referral=pairs.problem.referrals[number].id,
        home=home,
        tenths=None if tenths == UNKNOWN else tenths,
        fee=int(pairs.fee[row]) if pairs.fee_known[row] else None,
        area=AREAS[int(pairs.area[row])],
        points=pairs.row(row),
    )


def _unplaced(pairs: Pairs, number: int) -> Unplaced:
    problem = pairs.problem
    referral = problem.referrals[number]
    why = why_unplaced(pairs, number)
    key = why
    if why == "no_eligible_home" and pairs.start[number] < pairs.start[number + 1]:
        key = "no_eligible_home_together"
    elif why == "places_went_to_others" and problem.policy.fairness is not None:
        key = "places_went_to_others_or_limits"
    wait = 0 if referral.by_hand else problem.wait_points(referral)
    return Unplaced(referral.id, problem.urgency(referral), wait, why, UNPLACED_SUMMARIES[key])


def why_unplaced(pairs: Pairs, number: int) -> str:
    """The first reason that holds for a young person who is not placed."""
    problem = pairs.problem
    referral = problem.referrals[number]
    if referral.by_hand:
        return "by_hand"
    span = pairs.of(number)
    together = _together(problem, referral)
    if span.start == span.stop or (together and not _shared_homes(pairs, together)):
        return "no_eligible_home"
    urgent = problem.urgency(referral) == "today"
    if not urgent and bool((pairs.cost[span] > problem.wait_points(referral)).all()):
        return "waiting_is_better"
    return "group_not_together" if together else "places_went_to_others"


def _together(problem: Problem, referral: Referral) -> tuple[Referral, ...]:
    name = referral.sibling_group
    if name in problem.groups and problem.group_kind(name) == "together":
        return problem.groups[name]
    return ()


def _shared_homes(pairs: Pairs, members: tuple[Referral, ...]) -> bool:
    number = {referral.id: at for at, referral in enumerate(pairs.problem.referrals)}
    spans = [pairs.of(number[member.id]) for member in members]
    common = pairs.home[spans[0]]
    for span in spans[1:]:
        common = np.intersect1d(common, pairs.home[span], assume_unique=True)
    return bool(len(common))


def _empties(pairs: Pairs, plan: Assignment) -> list[Empty]:
    problem = pairs.problem
    moving: dict[str, list[Referral]] = {}
    for referral in problem.referrals:
        if referral.id in plan:
            moving.setdefault(plan[referral.id], []).append(referral)
    waiting = [
        (number, referral)
        for number, referral in enumerate(problem.referrals)
        if referral.id not in plan and not referral.by_hand
    ]
    hopeful: dict[int, list[Referral]] = {}
    for number, referral in waiting:
        for home in pairs.home[pairs.of(number)]:
            hopeful.setdefault(int(home), []).append(referral)
    household = pairs.board.household(problem.horizon)
    found = []
    for at, home in enumerate(problem.homes):
        newcomers = moving.get(home.id, [])
        places = int(household.free[at]) - len(newcomers)
        if home.registration != "registered" or places <= 0:
            continue
        why = "nobody_waiting"
        if waiting:
            why = _why_empty(problem, home, newcomers, hopeful.get(at, []))
        limited = why == "others_fit_better" and problem.policy.fairness is not None
        sentence = EMPTY_SUMMARIES[f"{why}_or_limits" if limited else why]
        found.append(Empty(home.id, places, why, f"{count(places, 'place')}: {sentence}"))
    return found


def _why_empty(
    problem: Problem, home: Home, newcomers: list[Referral], could: list[Referral]
) -> str:
    if not could:
        return "nobody_eligible"
    if arrivals(problem, newcomers) >= arrivals_limit(problem, home):
        return "arrivals"
    if all(_JOINT_OF_MIX & _codes(problem, home, [*newcomers, one]) for one in could):
        return "mix"
    return "others_fit_better"


def _codes(problem: Problem, home: Home, newcomers: list[Referral]) -> frozenset[str]:
    return frozenset(found.code for found in breaks(problem, home, newcomers))
