"""The specification without a solver: what is wrong with any plan, a person's included.

It takes a plan as written, judges every pair and every home by the rules, counts every level
again, and compares with what the plan claims. It shares nothing with the programme or the search.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from matching.beside import beside, differences, schema_of, unkept_pins, with_told
from matching.board import View
from matching.digest import case_sha256
from matching.evaluate import evaluate
from matching.fair_limits import limits_broken
from matching.faults import BadInput
from matching.joint import JOINT_SENTENCES, breaks
from matching.lookahead_uses import faults_of_without
from matching.pairs import Pairs
from matching.plan import Plan
from matching.reasons import describe
from matching.rules import holds, rules_of


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing wrong with a plan: the rule or field, who and where, and the two facts."""

    code: str
    where: str
    found: str
    allowed: str

    def __str__(self) -> str:
        """On one line, for people."""
        return f"{self.code} {self.where}: {self.found}; allowed: {self.allowed}"

    def to_json(self) -> dict[str, str]:
        """For other programs."""
        return {
            "code": self.code,
            "where": self.where,
            "found": self.found,
            "allowed": self.allowed,
        }


def check_plan(pairs: Pairs, plan: Plan) -> list[Violation]:
    """What is wrong with a plan that was just made."""
    return check_json(pairs, plan.to_json())


def check_json(pairs: Pairs, plan: Mapping[str, Any]) -> list[Violation]:
    """What is wrong with a plan as plan.json holds it; empty if nothing is."""
    found = list(_shape(plan))
    if found:
        return found
    whole = pairs.problem.previous is not None
    try:
        pairs = with_told(pairs, plan)
    except BadInput as problem:
        return [
            Violation("beside", f"lookahead {one.column}", one.value, one.allowed)
            for one in problem.faults
        ]
    found += _identity(pairs, plan)
    homes, strange = _assignment(pairs, plan)
    found += strange
    found += _pair_rules(pairs, homes)
    found += [Violation(*one) for one in unkept_pins(pairs.problem, homes)]
    found += _joint_rules(pairs, homes)
    found += _groups(pairs, homes)
    found += [Violation(*broken) for broken in limits_broken(pairs, homes)]
    found += [Violation("lookahead", *one) for one in faults_of_without(pairs, homes)]
    if not found:
        found += _figures(pairs, homes, plan)
        told = differences(plan, beside(pairs, homes), whole=whole)
        found += [Violation("beside", *one) for one in told]
    return found


_REQUIRED = {
    "schema": str,
    "case_sha256": str,
    "as_of": str,
    "seed": int,
    "status": str,
    "objective": dict,
    "bound": dict,
    "placements": list,
    "joint": dict,
    "unplaced": list,
    "empty": list,
    "notices": list,
}
_STATUSES = ("optimal", "feasible", "no_referrals")
_LEVELS = ("today_unplaced", "points", "weekly_cost")


def _shape(plan: Mapping[str, Any]) -> list[Violation]:
    if not isinstance(plan, dict):
        return [Violation("shape", "plan", type(plan).__name__, "an object")]
    found = []
    for key, kind in _REQUIRED.items():
        if key not in plan:
            found.append(Violation("shape", key, "missing", f"required, {kind.__name__}"))
        elif not isinstance(plan[key], kind) or isinstance(plan[key], bool):
            found.append(Violation("shape", key, type(plan[key]).__name__, kind.__name__))
    if found:
        return found
    if not all(isinstance(notice, str) for notice in plan["notices"]):
        found.append(Violation("shape", "notices", "not all sentences", "a list of sentences"))
    for key in ("objective", "bound"):
        missing = [level for level in _LEVELS if level not in plan[key]]
        found += [Violation("shape", f"{key}.{level}", "missing", "required") for level in missing]
    for place, row in enumerate(plan["placements"]):
        if not isinstance(row, dict) or not all(
            isinstance(row.get(key), str) for key in ("referral_id", "home_id")
        ):
            allowed = "an object with referral_id and home_id"
            found.append(Violation("shape", f"placements[{place}]", str(row)[:80], allowed))
    return found


def _identity(pairs: Pairs, plan: Mapping[str, Any]) -> list[Violation]:
    problem = pairs.problem
    expected = {
        "schema": (schema_of(problem),),
        "case_sha256": (case_sha256(problem),),
        "as_of": (problem.policy.as_of.isoformat(),),
        "status": _STATUSES,
    }
    return [
        Violation("identity", key, str(plan[key]), " or ".join(allowed))
        for key, allowed in expected.items()
        if plan[key] not in allowed
    ]


def _assignment(pairs: Pairs, plan: Mapping[str, Any]) -> tuple[dict[str, str], list[Violation]]:
    problem = pairs.problem
    homes: dict[str, str] = {}
    found = []
    for row in plan["placements"]:
        referral, home = row["referral_id"], row["home_id"]
        if referral not in problem.referral_by_id:
            found.append(
                Violation("identity", referral, "not a referral", "a referral of the case")
            )
        elif home not in problem.home_by_id:
            found.append(Violation("identity", home, "not a home", "a home of the case"))
        elif referral in homes:
            found.append(Violation("one", referral, "placed twice", "at most one home"))
        else:
            homes[referral] = home
    return homes, found


def _pair_rules(pairs: Pairs, homes: Mapping[str, str]) -> list[Violation]:
    found = []
    board = pairs.board
    for referral, home in sorted(homes.items()):
        view, at = View(board, pairs.problem.referral_by_id[referral]), board.index[home]
        where = f"{referral} at {home}"
        if view.referral.by_hand:
            found.append(Violation("by_hand", where, "placed", "placed by a named person only"))
        for rule in rules_of(pairs.problem):
            if not holds(rule, view)[at]:
                facts = rule.facts(view, at)
                found.append(Violation(rule.code, where, facts[0], facts[1]))
    return found


def _joint_rules(pairs: Pairs, homes: Mapping[str, str]) -> list[Violation]:
    problem = pairs.problem
    moving: dict[str, list[str]] = {}
    for referral, home in homes.items():
        moving.setdefault(home, []).append(referral)
    found = []
    for home, names in sorted(moving.items()):
        newcomers = [problem.referral_by_id[name] for name in sorted(names)]
        for one in breaks(problem, problem.home_by_id[home], newcomers):
            where = f"{home} with {', '.join(one.referrals)}"
            found.append(Violation(one.code, where, one.found, one.allowed))
    return found


def _groups(pairs: Pairs, homes: Mapping[str, str]) -> list[Violation]:
    problem = pairs.problem
    found = []
    for name, members in sorted(problem.groups.items()):
        if problem.group_kind(name) != "together":
            continue
        where = {homes.get(member.id) for member in members}
        if len(where) > 1:
            apart = ", ".join(f"{m.id} at {homes.get(m.id, 'no home')}" for m in members)
            found.append(Violation("J4", name, apart, JOINT_SENTENCES["J4"]))
    return found


def _figures(pairs: Pairs, homes: Mapping[str, str], plan: Mapping[str, Any]) -> list[Violation]:
    worth = evaluate(pairs, homes)
    described = describe(pairs, homes)
    levels = {
        "today_unplaced": worth.levels.today,
        "points": worth.levels.points,
        "weekly_cost": f"{worth.levels.cost // 100}.{worth.levels.cost % 100:02d}",
    }
    found = _compare("objective", plan["objective"], levels)
    found += _compare("joint", plan["joint"], worth.joint.to_json())
    found += _compare_rows(
        "placements", plan, [p.to_json() for p in described.placements], "referral_id"
    )
    found += _compare_rows(
        "unplaced", plan, [u.to_json() for u in described.unplaced], "referral_id"
    )
    found += _compare_rows("empty", plan, [e.to_json() for e in described.empty], "home_id")
    found += _bounds(plan)
    nobody = all(referral.by_hand for referral in pairs.problem.referrals)
    if nobody != (plan["status"] == "no_referrals"):
        allowed = "no_referrals" if nobody else "optimal or feasible"
        found.append(Violation("status", "status", plan["status"], allowed))
    return found


def _compare(name: str, claimed: Mapping[str, Any], true: Mapping[str, Any]) -> list[Violation]:
    """Every figure and reason must agree; the wording of a sentence is free."""
    return [
        Violation(name, key, str(claimed.get(key, "missing")), str(value))
        for key, value in true.items()
        if key != "summary" and not (key in claimed and _same(claimed[key], value))
    ]


def _same(claimed: object, true: object) -> bool:
    """Whether two JSON values are equal; false and true are never numbers."""
    if isinstance(true, dict):
        return (
            isinstance(claimed, dict)
            and claimed.keys() == true.keys()
            and all(_same(claimed[key], value) for key, value in true.items())
        )
    if isinstance(claimed, bool) or isinstance(true, bool):
        return claimed is true
    return claimed == true


def _compare_rows(
    name: str, plan: Mapping[str, Any], true: list[dict[str, Any]], key: str
) -> list[Violation]:
    claimed = {
        row[key]: row
        for row in plan[name]
        if isinstance(row, dict) and isinstance(row.get(key), str)
    }
    expected = {row[key]: row for row in true}
    found = []
    if len(claimed) != len(plan[name]):
        found.append(Violation(name, name, "a row stands twice or is no object", "each once"))
    for who in sorted(expected.keys() | claimed.keys(), key=str):
        if who not in expected:
            found.append(Violation(name, str(who), "listed", "not to be listed"))
        elif who not in claimed:
            found.append(Violation(name, str(who), "not listed", "to be listed"))
        else:
            found += _compare(f"{name} {who}", claimed[who], expected[who])
    return found


def _bounds(plan: Mapping[str, Any]) -> list[Violation]:
    """Each bound is at most its level, equal where the plan says optimal.

    A bound of a level counts only while the levels before it are proven.
    """
    objective, bound = plan["objective"], plan["bound"]
    for level in _LEVELS:
        best, least = _level(level, objective[level]), _level(level, bound[level])
        if least is None or best is None:
            kind = "pounds with two decimals" if level == "weekly_cost" else "a whole number"
            name, wrong = ("bound", bound) if least is None else ("objective", objective)
            return [Violation(name, level, str(wrong[level]), kind)]
        if least > best or (plan["status"] != "feasible" and least != best):
            most = "at most " if plan["status"] == "feasible" else ""
            return [Violation("bound", level, str(bound[level]), f"{most}{objective[level]}")]
        if least < best:
            break
    return []


def _level(level: str, value: object) -> int | None:
    """A level's value as a whole number (pence for the weekly cost), or None if it is none."""
    if level == "weekly_cost":
        found = re.fullmatch(r"([0-9]+)\.([0-9]{2})", value) if isinstance(value, str) else None
        return None if found is None else int(found[1]) * 100 + int(found[2])
    return value if isinstance(value, int) and not isinstance(value, bool) else None
