"""Together: the rules on who may move into one home in one plan, judged on people, not variables.

Nothing here knows of a solver. The checker, the first plan and the explanations all ask these
functions. Source: docs/case-folder.md, Together: rules on the plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from matching.overrides import counted_inside
from matching.problem import Home, Problem, Referral, Resident, unordered
from matching.words import day_words


@dataclass(frozen=True, slots=True)
class JointRule:
    """A rule on the plan: its code and its sentence."""

    code: str
    sentence: str


JOINT_RULES = (
    JointRule("J1", "no more young people than places, on every day"),
    JointRule("J2", "no two who must not live together move into one home"),
    JointRule("J3", "the mix stays within the home’s limits, on every day"),
    JointRule(
        "J4", "a sibling group that must stay together is placed whole in one home or not at all"
    ),
    JointRule("J5", "living companions fit between those moving in"),
    JointRule("J6", "no more arrivals in one home than allowed; a group kept together counts once"),
)
JOINT_SENTENCES = {rule.code: rule.sentence for rule in JOINT_RULES}


@dataclass(frozen=True, slots=True)
class Break:
    """A joint rule that does not hold in a home: the two facts, and the referrals concerned."""

    code: str
    home: str
    found: str
    allowed: str
    referrals: tuple[str, ...]


def breaks(problem: Problem, home: Home, newcomers: Sequence[Referral]) -> list[Break]:
    """What is broken if exactly these young people move into the home (J4 aside)."""
    found = [*_room(problem, home, newcomers)]
    found += _must_not(problem, home, newcomers)
    found += _mix(problem, home, newcomers)
    found += _companions(home, newcomers)
    found += _arrivals(problem, home, newcomers)
    return found


def fits(problem: Problem, home: Home, newcomers: Sequence[Referral]) -> bool:
    """Whether exactly these young people may move into the home together (J4 aside)."""
    return not breaks(problem, home, newcomers)


def _on_days(problem: Problem, newcomers: Iterable[Referral]) -> list[tuple[date, list[Referral]]]:
    arrived = sorted(((problem.day(r), r.id, r) for r in newcomers), key=lambda item: item[:2])
    days = sorted({day for day, _, _ in arrived})
    return [(day, [r for when, _, r in arrived if when <= day]) for day in days]


def _names(referrals: Iterable[Referral]) -> tuple[str, ...]:
    return tuple(sorted(r.id for r in referrals))


def _room(problem: Problem, home: Home, newcomers: Sequence[Referral]) -> Iterable[Break]:
    residents = problem.residents_of[home.id]
    for day, here in _on_days(problem, newcomers):
        room = max(0, home.places - sum(r.present(day) for r in residents))
        if len(here) > room:
            found = f"{len(here)} moving in by {day_words(day)}"
            yield Break("J1", home.id, found, f"{room} free", _names(here))
            return


def _must_not(problem: Problem, home: Home, newcomers: Sequence[Referral]) -> Iterable[Break]:
    for place, one in enumerate(newcomers):
        for other in newcomers[place + 1 :]:
            if unordered(one.young_person, other.young_person) in problem.must_not:
                names = _names([one, other])
                yield Break("J2", home.id, "two who must not live together", "none", names)


def _mix(problem: Problem, home: Home, newcomers: Sequence[Referral]) -> Iterable[Break]:
    residents = problem.residents_of[home.id]
    inside = counted_inside(problem, home)
    for day, here in _on_days(problem, newcomers):
        present: list[Referral | Resident] = [r for r in residents if r.present(day)]
        present += [r for r in here if r.id in inside]
        here = [r for r in here if r.id not in inside]
        if home.max_high is not None:
            room = max(0, home.max_high - sum(r.high_need for r in present))
            high = [r for r in here if r.high_need]
            if len(high) > room:
                found = f"{len(high)} of high or specialist need by {day_words(day)}"
                yield Break("J3", home.id, found, f"room for {room}", _names(high))
                return
        if home.load_limit is not None:
            room = max(0, home.load_limit - sum(problem.load(r.band) for r in present))
            load = sum(problem.load(r.band) for r in here)
            if load > room:
                found = f"household load of {load} more by {day_words(day)}"
                yield Break("J3", home.id, found, f"room for {room}", _names(here))
                return


def _companions(home: Home, newcomers: Sequence[Referral]) -> Iterable[Break]:
    for one in newcomers:
        others = [other for other in newcomers if other is not one]
        if one.companions == "solo" and others:
            yield Break("J5", home.id, "others move in", "nobody else may", _names(newcomers))
        elif one.companions == "only_older":
            wrong = [other for other in others if other.born >= one.born]
            if wrong:
                yield Break("J5", home.id, "one is not older", "all older", _names([one, *wrong]))
        elif one.companions == "only_younger":
            wrong = [other for other in others if other.born <= one.born]
            if wrong:
                yield Break(
                    "J5", home.id, "one is not younger", "all younger", _names([one, *wrong])
                )


def arrivals_limit(problem: Problem, home: Home) -> int:
    """How many arrivals a home takes in one plan: its own limit, else the policy's."""
    return problem.policy.max_arrivals if home.max_arrivals is None else home.max_arrivals


def arrivals(problem: Problem, newcomers: Iterable[Referral]) -> int:
    """How many arrivals these young people are: a `together` group counts once."""
    return len({_arrives_as(problem, referral) for referral in newcomers})


def _arrives_as(problem: Problem, referral: Referral) -> tuple[str, str]:
    group = referral.sibling_group
    if group in problem.groups and problem.group_kind(group) == "together":
        return ("group", group)
    return ("referral", referral.id)


def _arrivals(problem: Problem, home: Home, newcomers: Sequence[Referral]) -> Iterable[Break]:
    limit, number = arrivals_limit(problem, home), arrivals(problem, newcomers)
    if number > limit:
        yield Break("J6", home.id, f"{number} arrivals", f"at most {limit}", _names(newcomers))
