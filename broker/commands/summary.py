"""A plan in words for the people of the brokerage: what to know first, then everybody by name."""

from __future__ import annotations

from collections.abc import Sequence

from broker.commands.decided import change_lines, decision_lines, lookahead_lines
from matching.geography import authority_name
from matching.notices import safety_notices
from matching.plan import Placement, Plan, Unplaced
from matching.problem import Problem
from matching.tell import AREA_WORDS, COMPONENT_WORDS, URGENCY_WORDS
from matching.words import count, day_words, miles_words, pounds_words

LISTED = 200
"""Lists longer than this are cut to so many rows unless everybody is asked for."""

NOBODY = {
    "no_eligible_home": "not placeable: no home fits",
    "by_hand": "by hand: a named person looks for the place",
}


def plan_text(problem: Problem, plan: Plan, *, every: bool = False) -> str:
    """The whole summary of a plan; `every` lists everybody, however many."""
    parts = [
        safety_lines(problem),
        [headline(problem, plan), *_stopped(plan)],
        count_lines(problem, plan),
        level_lines(plan),
        change_lines(plan),
        lookahead_lines(plan),
        decision_lines(plan),
        _section("Placed", placement_blocks(problem, plan), every),
        _section("Waiting, and why", _waiting_blocks(plan), every),
        _section("Places that stay empty, and why", _empty_blocks(problem, plan), every),
        _other_notices(problem, plan),
        ["This is a proposal. A person decides."],
    ]
    return "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"


def safety_lines(problem: Problem) -> list[str]:
    """What safety information is missing: before anything else."""
    return [f"! {sentence}" for sentence in safety_notices(problem)]


def headline(problem: Problem, plan: Plan) -> str:
    """What was asked, in one line."""
    young, homes = len(problem.referrals), len(problem.homes)
    return (
        f"Match for {day_words(plan.as_of)}: {count(young, 'young person', 'young people')}, "
        f"{count(homes, 'home')}"
    )


def _stopped(plan: Plan) -> list[str]:
    if plan.interrupted and plan.status == "feasible":
        return ["Interrupted: this is the best plan found so far, not proven to be the best."]
    if plan.status == "feasible":
        return ["The time limit came first: the best plan found so far, not proven to be the best."]
    if plan.status == "no_referrals":
        return ["There is nobody to place."]
    return []


def count_lines(problem: Problem, plan: Plan) -> list[str]:
    """How many are placed, wait, and cannot be placed."""
    today = [
        one for one in problem.referrals if problem.urgency(one) == "today" and not one.by_hand
    ]
    placed_today = sum(one.id in plan.homes for one in today)
    nobody = {why: sum(one.why == why for one in plan.unplaced) for why in NOBODY}
    lines = [
        (len(plan.placements), f"placed ({placed_today} of {len(today)} who need a place today)"),
        (len(plan.unplaced) - sum(nobody.values()), "waiting"),
        *((number, NOBODY[why]) for why, number in nobody.items() if number or why != "by_hand"),
    ]
    return [f"{number:>6,}  {words}" for number, words in lines]


def level_lines(plan: Plan) -> list[str]:
    """What the plan is worth, level by level, and how sure that is."""
    best, joint = plan.levels, plan.joint
    rows = [
        (f"{best.today:,}", "needing a place today, without one"),
        (f"{best.points:,}", "points, lower is better"),
        (pounds_words(best.cost), "a week, what the placements add"),
    ]
    lines = [
        f"{value:>14}  {words}{sure}"
        for (value, words), sure in zip(rows, _how_sure(plan), strict=True)
    ]
    parts = [
        ("placements", sum(one.total for one in plan.placements)),
        ("waiting", joint.wait),
        ("cautions", joint.caution),
        ("siblings apart", joint.siblings_apart),
        ("borough shares", joint.share),
        ("balance between providers", joint.balance),
        ("boroughs fallen behind", joint.borough_shortfall),
        ("changes of the previous plan", joint.stay),
        ("places worth keeping", joint.lookahead),
    ]
    made = ", ".join(f"{words} {points:,}" for words, points in parts if points)
    if made:
        lines.insert(2, f"{'':>16}({made})")
    title = "Best on every level, proven:" if plan.status == "optimal" else "What it is worth:"
    return [title, *lines]


def _how_sure(plan: Plan) -> list[str]:
    """For each level nothing where it is proven best, else what is known; levels come in order."""
    best, bound = plan.levels, plan.bound
    rows = [
        (best.today, bound.today, f"{bound.today:,}"),
        (best.points, bound.points, f"{bound.points:,}"),
        (best.cost, bound.cost, pounds_words(bound.cost)),
    ]
    found: list[str] = []
    for reached, least, shown in rows:
        if any(found):
            found.append(" (not proven best)")
        elif reached == least:
            found.append("")
        else:
            found.append(f" (not proven best{f'; never below {shown}' if least else ''})")
    return found


def placement_blocks(problem: Problem, plan: Plan) -> list[list[str]]:
    """Each proposal: who, where, and what counts against it in words."""
    return [[*_placement(problem, one), *_ahead(plan, one)] for one in plan.placements]


def _placement(problem: Problem, one: Placement) -> list[str]:
    home = problem.home_by_id[one.home]
    far = "distance not known" if one.tenths is None else miles_words(one.tenths)
    fee = "fee not known" if one.fee is None else f"{pounds_words(one.fee)} a week"
    where = f"{authority_name(home.borough)}, {AREA_WORDS[one.area]}"
    return [
        f"  {one.referral}  {home.label}: {far}, {where}, {fee}",
        f"  {' ' * len(one.referral)}  {count(one.total, 'point')}: {points_words(one)}",
    ]


def _ahead(plan: Plan, one: Placement) -> list[str]:
    use = None if plan.beside.lookahead is None else plan.beside.lookahead.use_of(one.referral)
    return [] if use is None else [f"  {' ' * len(one.referral)}  {use.why}"]


def points_words(one: Placement) -> str:
    """Points by component in words, what costs nothing left out."""
    parts = [f"{COMPONENT_WORDS[name]} +{points}" for name, points in one.points.items() if points]
    return ", ".join(parts) if parts else "nothing counts against it"


def _waiting_blocks(plan: Plan) -> list[list[str]]:
    return [waiting_lines(one) for one in plan.unplaced]


def waiting_lines(one: Unplaced) -> list[str]:
    """One young person without a place, and the reason as it could be said to them."""
    return [f"  {one.referral}  {URGENCY_WORDS[one.urgency]}: {one.summary}"]


def _empty_blocks(problem: Problem, plan: Plan) -> list[list[str]]:
    return [[f"  {problem.home_by_id[one.home].label}: {one.summary}"] for one in plan.empty]


def _other_notices(problem: Problem, plan: Plan) -> list[str]:
    first = set(safety_notices(problem))
    rest = [f"  {sentence}" for sentence in plan.notices if sentence not in first]
    return ["Please note", *rest] if rest else []


def _section(title: str, blocks: Sequence[list[str]], every: bool) -> list[str]:
    if not blocks:
        return []
    shown = blocks if every or len(blocks) <= LISTED else blocks[:LISTED]
    lines = [title, *(line for block in shown for line in block)]
    more = len(blocks) - len(shown)
    if more:
        lines.append(f"  … and {more:,} more (--all lists them, and so does --out PLAN.json)")
    return lines
