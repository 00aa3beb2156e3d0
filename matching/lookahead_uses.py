"""Every use of look-ahead in a plan: which home instead of which, for whom, and what it costs.

A use is a young person who would have another home, or none, without look-ahead. Its cost is in
the points of policy, without those that look-ahead adds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from matching.evaluate import Levels, evaluate
from matching.joint import breaks
from matching.lookahead import STATUS, Lookahead
from matching.pairs import Pairs
from matching.problem import Problem
from matching.unbuild import pounds
from matching.words import count


@dataclass(frozen=True, slots=True)
class Use:
    """One young person whose home is another one because of look-ahead.

    `instead` is the home it would be (None: they would wait). `more` is how many points more the
    home costs them by itself; `here` and `there` what the two places are worth if kept.
    """

    referral: str
    home: str
    instead: str | None
    more: int | None
    here: int
    there: int
    why: str

    def to_json(self) -> dict[str, Any]:
        """As plan.json holds it."""
        return {
            "referral_id": self.referral,
            "home_id": self.home,
            "instead_of": self.instead,
            "points_more": self.more,
            "worth_here": self.here,
            "worth_there": self.there,
            "why": self.why,
        }


@dataclass(frozen=True, slots=True)
class Ahead:
    """What look-ahead did in a plan: its uses, and what they cost all together.

    `levels` are those of the plan without the points of look-ahead, `before` those of the plan
    that would be without it.
    """

    given: Lookahead
    uses: tuple[Use, ...]
    levels: Levels
    before: Levels

    def to_json(self) -> dict[str, Any]:
        """As plan.json holds it."""
        return {
            "status": STATUS,
            "source": dict(self.given.source),
            "homes": [one.to_json() for one in self.given.worth],
            "without": [{"referral_id": w, "home_id": h} for w, h in self.given.without],
            "objective_without_its_points": _levels_json(self.levels),
            "objective_without": _levels_json(self.before),
            "uses": [use.to_json() for use in self.uses],
        }

    def use_of(self, referral: str) -> Use | None:
        """The use that concerns a young person, if one does."""
        return next((use for use in self.uses if use.referral == referral), None)


def _levels_json(levels: Levels) -> dict[str, Any]:
    return {
        "today_unplaced": levels.today,
        "points": levels.points,
        "weekly_cost": pounds(levels.cost),
    }


def ahead_of(pairs: Pairs, plan: Mapping[str, str]) -> Ahead | None:
    """What look-ahead did in a plan; None where the plan was made without it."""
    given = pairs.problem.lookahead
    if given is None:
        return None
    plain = without_lookahead(pairs)
    before = dict(given.without)
    return Ahead(
        given=given,
        uses=tuple(
            _use(plain, given, who, plan[who], before.get(who))
            for who in sorted(plan)
            if plan[who] != before.get(who)
        ),
        levels=evaluate(plain, plan).levels,
        before=evaluate(plain, before).levels,
    )


def without_lookahead(pairs: Pairs) -> Pairs:
    """The pairs of the same case, nothing added for look-ahead."""
    return _with(pairs, None)


def with_lookahead_of(pairs: Pairs, given: Lookahead | None) -> Pairs:
    """The pairs with look-ahead, where there is any."""
    return pairs if given is None else _with(pairs, given)


def _with(pairs: Pairs, given: Lookahead | None) -> Pairs:
    problem = replace(pairs.problem, lookahead=given)
    return replace(pairs, board=pairs.board.of(problem))


def _use(pairs: Pairs, given: Lookahead, who: str, home: str, instead: str | None) -> Use:
    problem = pairs.problem
    band = problem.referral_by_id[who].band
    here = given.points(home, band)
    if instead is None:
        why = f"With look-ahead: {home} as well; without it they would wait."
        return Use(who, home, None, None, here, 0, why)
    there = given.points(instead, band)
    more = _cost(pairs, who, home) - _cost(pairs, who, instead)
    if there > here:
        because = f"{instead} kept{_kept_words(given, instead)}"
    else:
        because = "others move because of look-ahead"
    if more > 0:
        effect = f"costs this young person {count(more, 'point')}"
    elif more < 0:
        effect = f"{count(-more, 'point')} better for this young person"
    else:
        effect = "as good for this young person"
    why = f"With look-ahead: {home} instead of {instead}; {because}, {effect}."
    return Use(who, home, instead, more, here, there, why)


def _kept_words(given: Lookahead, home: str) -> str:
    worth = given.of_home[home]
    return f" for young people of {worth.kept_for} need" if worth.kept_for else ""


def _cost(pairs: Pairs, who: str, home: str) -> int:
    number = pairs.problem.referrals.index(pairs.problem.referral_by_id[who])
    row = pairs.find(number, pairs.board.index[home])
    if row is None:
        raise KeyError(f"{who} may not live in {home}")
    return int(pairs.cost[row])


def faults_of_without(pairs: Pairs, plan: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Where look-ahead left somebody without, or starts from no plan: where, found, allowed."""
    given = pairs.problem.lookahead
    if given is None:
        return []
    problem, before = pairs.problem, dict(given.without)
    found = [
        (who, "not placed", "placed, as without look-ahead")
        for who in sorted(given.placed)
        if who not in plan
    ]
    for who, home in sorted(before.items()):
        number = problem.referrals.index(problem.referral_by_id[who])
        if pairs.find(number, pairs.board.index[home]) is None:
            found.append((f"without: {who} at {home}", "a rule does not hold", "every rule holds"))
    found += _joint_faults(problem, before)
    return found


def _joint_faults(problem: Problem, before: Mapping[str, str]) -> list[tuple[str, str, str]]:
    found = []
    for home in sorted(set(before.values())):
        moving = [r for r in problem.referrals if before.get(r.id) == home]
        found += [
            (f"without: {one.code} {home}", one.found, one.allowed)
            for one in breaks(problem, problem.home_by_id[home], moving)
        ]
    return found
