"""What changes against a plan that was told to people before, and why, proposal by proposal.

A proposal changes where the previous plan placed a referral of this case in a home in which this
plan does not. Somebody who had no place, or who is new, changes nothing by getting one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from matching.board import View
from matching.evaluate import Assignment, evaluate
from matching.faults import BadInput, Fault
from matching.joint import breaks
from matching.pairs import Pairs
from matching.problem import Previous, Problem, Referral
from matching.rules import holds, rules_of
from matching.unbuild import pounds
from matching.words import and_list, count

SCHEMAS = ("plan/1", "plan/2")


@dataclass(frozen=True, slots=True)
class Change:
    """One proposal that changes: the home it was, the home it is (None: waits), and why.

    `rules` are the codes that keep them from the old home; none where the plan as a whole is
    better or as good without it.
    """

    referral: str
    was: str
    now: str | None
    rules: tuple[str, ...]
    why: str

    def to_json(self) -> dict[str, Any]:
        """As plan.json holds it."""
        return {
            "referral_id": self.referral,
            "was": self.was,
            "now": self.now,
            "rules": list(self.rules),
            "why": self.why,
        }


@dataclass(frozen=True, slots=True)
class Replan:
    """A plan against the previous one: what changed, how many stay, who is new or gone.

    `new` are placed now and were not before; `gone` were placed before and have no referral now.
    """

    stay: int
    changed: tuple[Change, ...]
    kept: int
    new: tuple[str, ...]
    gone: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """As plan.json holds it."""
        return {
            "stay": self.stay,
            "changed": [one.to_json() for one in self.changed],
            "kept": self.kept,
            "new": list(self.new),
            "gone": list(self.gone),
        }


def previous_of(plan: object, stay: int, file: str = "the previous plan") -> Previous:
    """The proposals of a plan as plan.json holds it; raises `BadInput` where it is none."""
    rows = plan.get("placements") if isinstance(plan, dict) else None
    homes: dict[str, str] = {}
    faults = []
    if not isinstance(plan, dict) or plan.get("schema") not in SCHEMAS or rows is None:
        allowed = "is no plan; allowed: a file that broker match --out wrote"
        raise BadInput([Fault(file, None, "", "", allowed, "not a plan")])
    for place, row in enumerate(rows if isinstance(rows, list) else [rows]):
        who, home = (
            (row.get("referral_id"), row.get("home_id")) if isinstance(row, dict) else (None, None)
        )
        where = f"placements[{place}]"
        if not isinstance(who, str) or not isinstance(home, str):
            allowed = "allowed: an object with referral_id and home_id"
            faults.append(Fault(file, None, where, str(row), allowed, "not a plan"))
        elif who in homes:
            faults.append(Fault(file, None, where, who, "allowed: one home each", "placed twice"))
        else:
            homes[who] = home
    if faults:
        raise BadInput(faults)
    return Previous(stay, tuple(sorted(homes.items())))


def replan_of(pairs: Pairs, plan: Assignment) -> Replan | None:
    """What a plan changes against the previous one; None where there is none."""
    problem = pairs.problem
    if problem.previous is None:
        return None
    before = dict(problem.previous.homes)
    known = problem.referral_by_id
    moved = problem.moved(plan)
    return Replan(
        stay=problem.previous.stay,
        changed=tuple(_change(pairs, plan, known[who], before[who]) for who in moved),
        kept=sum(who in known for who in before) - len(moved),
        new=tuple(sorted(who for who in plan if who not in before)),
        gone=tuple(sorted(who for who in before if who not in known)),
    )


def _change(pairs: Pairs, plan: Assignment, referral: Referral, was: str) -> Change:
    codes, why = _contrast(pairs, plan, referral, was)
    return Change(referral.id, was, plan.get(referral.id), codes, why)


def _contrast(
    pairs: Pairs, plan: Assignment, referral: Referral, was: str
) -> tuple[tuple[str, ...], str]:
    problem = pairs.problem
    home = problem.home_by_id.get(was)
    if home is None:
        return (), f"{was} is no longer among the homes."
    if referral.by_hand:
        return (), "A court decides part of this plan now, so a named person looks for the place."
    moving = _unit(problem, referral)
    for one in moving:
        whose = "" if one is referral else f"{one.id}, who must live with them: "
        if one.by_hand:
            return (), f"{whose}a court decides part of this plan now."
        failed = _failed(pairs, one, was)
        if failed:
            facts = "; ".join(f"{code} {found}, {allowed}" for code, found, allowed in failed)
            return tuple(code for code, _, _ in failed), f"{whose}{facts}."
    inside = {one.id for one in moving}
    others = [r for r in problem.referrals if plan.get(r.id) == was and r.id not in inside]
    broken = breaks(problem, home, [*others, *moving])
    if broken:
        codes = tuple(dict.fromkeys(one.code for one in broken))
        facts = "; ".join(f"{one.code} {one.found}, {one.allowed}" for one in broken)
        who = f"; moving in now: {and_list([r.id for r in others])}" if others else ""
        return codes, f"{facts}{who}."
    return (), _better(pairs, plan, moving, was)


def _unit(problem: Problem, referral: Referral) -> tuple[Referral, ...]:
    """The young person first, then those they must stay together with."""
    name = referral.sibling_group
    if name not in problem.groups or problem.group_kind(name) != "together":
        return (referral,)
    return (referral, *(one for one in problem.groups[name] if one is not referral))


def _failed(pairs: Pairs, referral: Referral, home: str) -> list[tuple[str, str, str]]:
    view, at = View(pairs.board, referral), pairs.board.index[home]
    rules = [rule for rule in rules_of(pairs.problem) if not holds(rule, view)[at]]
    return [(rule.code, *rule.facts(view, at)) for rule in rules]


def _better(pairs: Pairs, plan: Assignment, moving: tuple[Referral, ...], was: str) -> str:
    """How much worse the plan would be with only this proposal put back as it was."""
    now = evaluate(pairs, plan).levels
    back = evaluate(pairs, {**plan, **{one.id: was for one in moving}}).levels
    if back < now:
        return "The search was stopped before it could put this one back."
    if back.points > now.points:
        return f"The plan as a whole is {count(back.points - now.points, 'point')} better."
    if back.cost > now.cost:
        return f"As good for young people, and £{pounds(back.cost - now.cost)} a week less."
    return "Equally good either way; a fixed draw decided."


def previous_in(plan: Mapping[str, Any]) -> Previous | None:
    """As much of the previous plan as a plan tells: the proposals that changed, and the points."""
    told = plan.get("replan")
    if not isinstance(told, dict) or not isinstance(told.get("changed"), list):
        return None
    stay = told.get("stay")
    if not isinstance(stay, int) or isinstance(stay, bool) or stay < 0:
        return None
    homes = {
        row["referral_id"]: row["was"]
        for row in told["changed"]
        if isinstance(row, dict)
        and isinstance(row.get("referral_id"), str)
        and isinstance(row.get("was"), str)
    }
    return Previous(stay, tuple(sorted(homes.items())))
