"""What people decided and what changed, in the words of a plan's summary."""

from __future__ import annotations

from matching.lookahead import STATUS
from matching.plan import Plan
from matching.rules_of_decisions import decided_words
from matching.words import count


def decision_lines(plan: Plan) -> list[str]:
    """Each pin and ban, with every rule that a signed decision overrides under its pin."""
    if not plan.beside.decisions:
        return []
    lines = ["Decided by people, so kept"]
    for one in plan.beside.decisions:
        verb = "lives at" if one.kind == "pin" else "never at"
        lines.append(f"  {one.referral}  {verb} {one.home}, by {decided_words(one)}")
        lines += [
            f"  {' ' * len(one.referral)}  {over.rule} is overridden: {over.found}, "
            f"{over.allowed}; signed by {over.signed_by}"
            for over in plan.beside.overrides
            if over.decision == one
        ]
    return lines


def lookahead_lines(plan: Plan) -> list[str]:
    """That look-ahead was on, on what grounds, and what it changed and costs in all."""
    ahead = plan.beside.lookahead
    if ahead is None:
        return []
    source = dict(ahead.given.source)
    more = ahead.levels.points - ahead.before.points
    effect = f"{count(abs(more), 'point')} {'more' if more >= 0 else 'fewer'}"
    lines = [
        f"Look-ahead is on: {source['futures']} simulated futures of {source['weeks']} weeks, seed "
        f"{source['seed']}",
        f"  ({STATUS})",
    ]
    if not ahead.uses:
        return [*lines, "  It changed nothing: every proposal is as it would be without it."]
    return [
        *lines,
        f"  {count(len(ahead.uses), 'proposal')} differ from the plan without it; in the points of "
        f"policy the plan costs {effect}; nobody is left without a place for it.",
    ]


def change_lines(plan: Plan) -> list[str]:
    """What changed against the previous plan, and why."""
    replan = plan.beside.replan
    if replan is None:
        return []
    number = len(replan.changed)
    lines = [
        f"Against the previous plan: {count(number, 'proposal')} changed at "
        f"{count(replan.stay, 'point')} each, {replan.kept:,} kept, {len(replan.new):,} new"
    ]
    for one in replan.changed:
        now = f"now {one.now}" if one.now is not None else "now waits"
        lines.append(f"  {one.referral}  was {one.was}, {now}: {one.why}")
    if replan.gone:
        lines.append(f"  {count(len(replan.gone), 'young person', 'young people')} of it left")
    return lines
