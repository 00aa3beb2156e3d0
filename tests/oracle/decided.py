"""The second reading of decisions: pins and bans on pairs, overrides, and a plan told before.

A decision here is a dictionary: ``referral_id``, ``home_id``, ``kind`` (``pin``, ``ban``) and
``override`` (a set of codes). Everything is counted over people and whole plans.
"""

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from tests.oracle.pairs import Pairs, components
from tests.oracle.plan import Plan, days_that_can_bind, objective, violations
from tests.oracle.read import Case, Row
from tests.oracle.words import group_kind, sibling_groups

Decision = dict[str, Any]
OVERRIDABLE = frozenset({"R07", "R12", "R15", "R16"})


def bound_to(case: Case, decisions: list[Decision]) -> dict[str, str]:
    """Return the home of every referral that a pin binds, its own or that of its group."""
    own = {one["referral_id"]: one["home_id"] for one in decisions if one["kind"] == "pin"}
    found = dict(own)
    for members in sibling_groups(case).values():
        names = [member["referral_id"] for member in members]
        pinned = [name for name in names if name in own]
        if pinned and group_kind(members) == "together":
            found |= {name: own[pinned[0]] for name in names if name not in own}
    return found


def narrowed(case: Case, pairs: Pairs, decisions: list[Decision]) -> Pairs:
    """Return the pairs as decisions leave them: eligibility first, then points by it."""
    bound = bound_to(case, decisions)
    bans = {(d["referral_id"], d["home_id"]) for d in decisions if d["kind"] == "ban"}
    lifted = {(d["referral_id"], d["home_id"]): set(d.get("override", ())) for d in decisions}
    people = {row["referral_id"]: row for row in case["referrals"]}
    found: Pairs = {}
    for key, pair in pairs.items():
        failed = [code for code in pair["failed"] if code not in lifted.get(key, ())]
        elsewhere = key[0] in bound and bound[key[0]] != key[1]
        held = not failed and not people[key[0]]["by_hand"]
        fits = held and key not in bans and not elsewhere
        found[key] = {**pair, "failed": failed, "eligible": fits}
    for (who, where), pair in found.items():
        home = next(row for row in case["homes"] if row["home_id"] == where)
        pair["points"] = components(case, people[who], home, found)
        pair["total"] = sum(pair["points"].values())
    return found


def plans(case: Case, pairs: Pairs, decisions: list[Decision]) -> Iterator[dict[str, str]]:
    """Yield every valid plan that keeps every pin (no override of R15 among them)."""
    bound, days = bound_to(case, decisions), days_that_can_bind(case)
    names = [row["referral_id"] for row in case["referrals"]]
    homes = [row["home_id"] for row in case["homes"]]
    choices = [
        [bound[name]]
        if name in bound
        else [None, *(home for home in homes if pairs[name, home]["eligible"])]
        for name in names
    ]
    for chosen in product(*choices):
        plan = {name: home for name, home in zip(names, chosen, strict=True) if home is not None}
        if not broken(case, pairs, plan, decisions, days):
            yield plan


def broken(
    case: Case, pairs: Pairs, plan: Plan, decisions: list[Decision], days: list[Any]
) -> list[tuple[str, str]]:
    """Return the broken rules; whoever R15 is overridden for lives there like a resident for J3.

    Right where their day is the first of all: they are then a resident from the beginning.
    """
    inside = {
        d["referral_id"]: d["home_id"]
        for d in decisions
        if d["kind"] == "pin" and "R15" in d.get("override", ())
    }
    found = [one for one in violations(case, pairs, plan, days) if one[0] != "J3" or not inside]
    if inside:
        people = [row for row in case["referrals"] if row["referral_id"] in inside]
        living = [
            *case["residents"],
            *(_resident(row, inside[row["referral_id"]]) for row in people),
        ]
        moved = {**case, "residents": living}
        rest = {who: home for who, home in plan.items() if who not in inside}
        found += [one for one in violations(moved, pairs, rest, days) if one[0] == "J3"]
    return found


def _resident(referral: Row, home: str) -> Row:
    names = ("young_person_id", "borough", "band", "date_of_birth", "sex", "companions")
    row = {name: referral[name] for name in names}
    return {**row, "home_id": home, "leaves_on": None, "leaving": "", "sibling_group": ""}


def best(
    case: Case, pairs: Pairs, decisions: list[Decision], stay: int = 0, was: Mapping[str, str] = {}
) -> tuple[int, int, int]:
    """Return the best three levels of all plans that keep every decision, changes counted."""

    def levels(plan: Plan) -> tuple[int, int, int]:
        today, points, cost = objective(case, pairs, plan)
        return today, points + stay * len(moved(case, plan, was)), cost

    return min(levels(plan) for plan in plans(case, pairs, decisions))


def moved(case: Case, plan: Plan, was: Mapping[str, str]) -> list[str]:
    """Return the referrals of the case that were placed in a home where a plan does not."""
    names = [row["referral_id"] for row in case["referrals"]]
    return sorted(name for name in names if name in was and plan.get(name) != was[name])
