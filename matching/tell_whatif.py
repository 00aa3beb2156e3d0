"""What-if answers in words for a terminal: effects, changes, conflicts, worth and trade-offs."""

from __future__ import annotations

from collections.abc import Iterable

from matching.alternatives import Alternatives
from matching.changes import Remedies
from matching.conflict import Conflict
from matching.contrast import Move
from matching.effects import Effect, Effects
from matching.frontier import Frontier, Tradeoff
from matching.problem import Problem
from matching.sensitivity import Reach, Sensitivity, Turn
from matching.tell import points_text, who_text
from matching.tell_plans import (
    PART_WORDS,
    PROPOSAL,
    change_words,
    label,
    level_words,
    move_words,
)
from matching.words import and_list, count, pounds_words
from matching.worth import Places

MOVES_SHOWN = 6
PLACES_SHOWN = 12
NOT_ALL = "The limit came before everything was tried."
NOT_PROVEN = " (not proven: a limit came first)"


def _moves(problem: Problem, moves: Iterable[Move], lead: str) -> list[str]:
    every = list(moves)
    lines = [f"{lead}{move_words(problem, move)}" for move in every[:MOVES_SHOWN]]
    if len(every) > MOVES_SHOWN:
        lines.append(f"{lead}… and {len(every) - MOVES_SHOWN} more (--json shows them)")
    return lines


def _sure(proven: bool) -> str:
    return "" if proven else NOT_PROVEN


def effects_text(found: Effects, problem: Problem) -> str:
    """Each choice for one young person, the best for everybody first, and who else moves."""
    levels = found.levels
    lines = [
        *found.options.notices,
        who_text(found.options),
        f"The plan at hand: {level_words(levels.today, levels.points, levels.cost)}.",
        "",
    ]
    if not found.ranked:
        by_hand = found.options.referral.by_hand
        why = "By hand: a court decides part of this plan." if by_hand else "No home fits."
        return "\n".join([*lines, why])
    lines.append("Each choice, the best for everybody first:")
    for place, effect in enumerate(found.ranked, 1):
        lines += _effect(problem, f"{place:>3}. ", effect)
    return "\n".join([*lines, "", PROPOSAL])


def _effect(problem: Problem, lead: str, effect: Effect) -> list[str]:
    indent = " " * len(lead)
    option = effect.option
    name = "Waiting" if option is None else option.home.label
    own = "" if option is None else f", {count(option.cost, 'point')} of its own"
    if not effect.known:
        return [f"{lead}{name}{own}: not known: a limit came first"]
    if effect.change is None:
        why = "; ".join(f"{one.code} {one.found}, {one.allowed}" for one in effect.in_the_way)
        return [f"{lead}{name}: cannot be: {why or 'no plan holds it'}"]
    if effect.chosen and effect.change.nothing and not effect.moves:
        does = "as the plan has it"
    else:
        does = change_words(effect.change)
    lines = [f"{lead}{name}{own}: {does}{_sure(effect.proven)}"]
    if option is not None:
        lines.append(f"{indent}{points_text(option)}")
    return lines + _moves(problem, effect.moves, indent)


def remedies_text(found: Remedies, problem: Problem) -> str:
    """The changes that would place somebody, the cheapest first."""
    limit = [] if found.complete else [NOT_ALL]
    if not found.found:
        return "\n".join(["No change that was tried would place them.", *limit])
    lines = [*limit, "What would place them, the smallest change first (each was solved again):"]
    for place, remedy in enumerate(found.found, 1):
        lines.append(
            f"{place:>3}. {remedy.sentence}: placed in {remedy.home.label}; "
            f"{change_words(remedy.change)}"
        )
        lines += _moves(problem, remedy.moves, "     ")
    return "\n".join(lines)


def conflict_text(found: Conflict, problem: Problem) -> str:
    """What cannot all be met, in one paragraph."""
    if found.why in {"placed", "by_hand", "not_known"}:
        return {
            "placed": "They are placed: nothing is in conflict.",
            "by_hand": "A court decides part of this plan: a named person looks for the place.",
            "not_known": "The limit came before it was known what is in conflict.",
        }[found.why]
    if found.change is not None:
        return (
            "Everybody now placed and this young person could all be placed. It is not the best "
            f"plan: {change_words(found.change)}."
        )
    rules = [
        f"  {one.code}{f' at {label(problem, one.home)}' if one.home else ''}"
        f"{f' for {one.referral}' if one.referral else ''}: {one.found}; {one.allowed}. "
        f"{one.sentence}"
        for one in found.limits
    ]
    how = "Leave out any one of these and it could be."
    if found.why == "no_home_fits":
        return "\n".join(["Between them these exclude every home:", *rules, how])
    if found.why == "fairness":
        return "\n".join(["Every home has room, but the policy’s limits stand against it:", *rules])
    lines = [f"These {len(found.referrals)} cannot all be placed: {and_list(found.referrals)}."]
    how += "" if found.smallest else " There may be a smaller set."
    return "\n".join([*lines, "The rules that stand against it:", *rules, how])


def worth_text(found: Places, problem: Problem) -> str:
    """What one more place would change, home by home, what gains most first."""
    levels = found.levels
    lines = [
        f"The plan at hand: {level_words(levels.today, levels.points, levels.cost)}.",
        "One more place, what gains most first (each was solved again):",
    ]
    for place in found.ranked[:PLACES_SHOWN]:
        lines.append(
            f"  {place.home.label}, for {and_list(place.bands)} need: "
            f"{change_words(place.change)}{_sure(place.proven)}"
        )
        lines += _moves(problem, place.moves, "      ")
    if len(found.ranked) > PLACES_SHOWN:
        lines.append(f"  … and {len(found.ranked) - PLACES_SHOWN} more (--json shows them)")
    if not found.complete:
        lines.append(NOT_ALL)
    return "\n".join(lines)


def alternatives_text(found: Alternatives, problem: Problem) -> str:
    """The next best plans and what each gives up."""
    levels = found.levels
    lines = [f"The plan at hand: {level_words(levels.today, levels.points, levels.cost)}."]
    for place, one in enumerate(found.plans, 1):
        change = one.contrast.change
        lines += ["", f"{place}. {change_words(change)}{_sure(one.proven)}"]
        lines += [
            f"   {part.after - part.before:>+5,}  {PART_WORDS[part.rule]}"
            for part in one.contrast.parts
        ]
        lines += _moves(problem, one.moves, "   ")
    if not found.complete:
        lines += ["", "The limit came before every plan was found."]
    elif len(found.plans) < found.asked:
        people = count(found.differ, "young person", "young people")
        lines += ["", f"There is no further plan in which {people} or more live otherwise."]
    return "\n".join([*lines, "", PROPOSAL])


def sensitivity_text(found: Sensitivity, problem: Problem) -> str:
    """How far each weight can move, what the plan hangs on most first."""
    lines = ["Each weight alone, and how far it can move before another plan is better:"]
    for reach in found.reaches:
        lines += _reach(problem, reach)
    if not found.complete:
        lines.append(NOT_ALL)
    return "\n".join(lines)


def _reach(problem: Problem, reach: Reach) -> list[str]:
    stays = f"from {reach.lowest} to {reach.highest}"
    if reach.below is None and reach.above is None:
        stays += ", as far as was tried"
    lines = [
        f"  {count(reach.value, 'point')} {reach.meaning}: the plan stays {stays}"
        f"{_sure(reach.proven)}"
    ]
    for turn in (reach.below, reach.above):
        if turn is not None:
            lines.append(f"      at {turn.value}: {_turn(problem, turn)}")
    return lines


def _turn(problem: Problem, turn: Turn) -> str:
    moves = [move_words(problem, move) for move in turn.moves[:MOVES_SHOWN]]
    more = len(turn.moves) - MOVES_SHOWN
    return "; ".join(moves) + (f"; and {more} more" if more > 0 else "")


def frontier_text(found: Frontier, problem: Problem) -> str:
    """The plans worth choosing between as a table, and where the policy's stands."""
    lines = [
        f"{count(len(found.plans), 'plan')} worth choosing between, of "
        f"{count(found.weightings, 'weighting')} tried{_sure(found.proven)}:",
        f"{'':>5}{'today':>7}{'waiting':>9}{'distance':>10}{'stability':>11}{'a week':>16}"
        f"{'moves':>7}",
    ]
    for place, plan in enumerate(found.plans, 1):
        aims = plan.aims
        lines.append(
            f"{place:>4}{'*' if plan.policy else ' '}{aims.today:>7}{aims.waiting:>9}"
            f"{aims.distance:>10,}{aims.stability:>11,}{pounds_words(aims.cost):>16}"
            f"{len(plan.moves):>7}"
        )
    lines += [f"{'':>5}* {_where(found)}"]
    lines.append(
        f"{'':>5}today, waiting: young people without a place; distance, stability: points of "
        "this policy; moves: who lives otherwise than in this policy's plan."
    )
    return "\n".join(lines)


def _where(found: Frontier) -> str:
    mine: Tradeoff = next(plan for plan in found.plans if plan.policy)
    if not mine.worse_than:
        return "this policy’s plan: none is as good in every way and better in one."
    better = and_list([str(place + 1) for place in mine.worse_than])
    return f"this policy’s plan: {better} is as good in every way and better in one."
