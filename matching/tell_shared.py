"""What may be shared, in words: each text is made of the shared answer and of nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from matching.geography import authority_name
from matching.tell import AREA_WORDS, MISSES_SHOWN, OPTIONS_SHOWN
from matching.words import and_list, count


def shared_text(answer: dict[str, Any]) -> str:
    """A shared answer in words: what `shared_options`, `_effects` or `_explanation` gave."""
    lines = [*answer["notices"], f"{answer['referral_id']}:"]
    if answer.get("by_hand"):
        return "\n".join([*lines, "By hand: a court decides part of this plan."])
    if "placed" in answer:
        lines += _placed(answer)
    else:
        lines.append(f"{count(len(answer['homes']), 'home')} fit, best first:")
        lines += [f"  {_line(home)}" for home in answer["homes"][:OPTIONS_SHOWN]]
    if answer.get("choices"):
        lines.append("Each choice, the best for everybody first:")
        lines += [f"  {_choice(choice)}" for choice in answer["choices"]]
    if answer["near_misses"]:
        lines.append("Nearly:")
    for home in answer["near_misses"][:MISSES_SHOWN]:
        failed = "; ".join(f"{r['code']} {r['found']}, {r['allowed']}" for r in home["failed"])
        lines.append(f"  {home['name'] or home['home_id']}: {failed}")
    return "\n".join([*lines, "This is a proposal. A named person decides."])


def _placed(answer: dict[str, Any]) -> Iterable[str]:
    if answer["placed"] is None:
        yield f"“{answer['summary']}”"
        for home in answer["not_chosen"][:OPTIONS_SHOWN]:
            why = "; ".join(f"{one['found']}, {one['allowed']}" for one in home["in_the_way"])
            yield f"  {_line(home)}. {why or 'The whole plan is better without it'}"
    else:
        yield f"The plan proposes {_line(answer['placed'])}"
        if "lookahead" in answer:
            yield answer["lookahead"]
    before = answer["homes"]
    yield f"Of {count(before, 'home')}, left after each rule:"
    for step in answer["funnel"]:
        if step["left"] != before:
            yield f"  {step['left']:>4}  {step['code']} {step['sentence']}"
        before = step["left"]


def _line(home: dict[str, Any]) -> str:
    against = and_list(home["counts_against"]) if home["counts_against"] else "nothing"
    return (
        f"{home['name'] or home['home_id']}, {authority_name(home['borough'])}, "
        f"{AREA_WORDS[home['area']]}: {home['distance']}; counts against it: {against}"
    )


def _choice(choice: dict[str, Any]) -> str:
    name = choice["home"] or "Waiting"
    if not choice["possible"]:
        return f"{name}: {'not known' if choice['possible'] is None else 'cannot be'}"
    counts = (
        (choice["others_elsewhere"], "would live elsewhere"),
        (choice["others_placed"], "would not have to wait"),
        (choice["others_waiting"], "would wait"),
    )
    parts = [
        f"{number} other{'s' if number > 1 else ''} {what}" for number, what in counts if number
    ]
    return f"{name}: {and_list(parts) if parts else 'nobody else moves'}"


def shared_home_text(answer: dict[str, Any]) -> str:
    """A shared home in words."""
    people = count(answer["young_people"], "young person", "young people")
    lines = [
        *answer["notices"],
        f"{answer['name'] or answer['home_id']}: {count(answer['free_places'], 'place')} free. "
        f"Of {people}, left after each rule:",
    ]
    before = answer["young_people"]
    for step in answer["funnel"]:
        if step["left"] != before:
            lines.append(f"  {step['left']:>4}  {step['code']} {step['sentence']}")
        before = step["left"]
    return "\n".join([*lines, f"{answer['fit']} fit, {answer['nearly_fit']} nearly fit."])


def shared_conflict_text(answer: dict[str, Any]) -> str:
    """A shared conflict in words."""
    lines = []
    if answer["why"] == "compete":
        people = count(answer["others"], "other young person", "other young people")
        lines.append(f"{answer['referral_id']} and {people} cannot all be placed:")
    elif answer["why"] == "no_home_fits":
        lines.append("Between them these rules exclude every home:")
    elif answer["why"] == "possible":
        lines.append("They could be placed, but the plan as a whole is better otherwise.")
    for rule in answer["rules"]:
        where = f" at {rule['home']}" if rule["home"] else ""
        lines.append(f"  {rule['code']}{where}: {rule['found']}; {rule['allowed']}")
    return "\n".join(lines)


def shared_remedies_text(answer: dict[str, Any]) -> str:
    """Shared changes in words."""
    if not answer["changes"]:
        return "No change that was tried would place them."
    lines = ["What would place them, the smallest change first:"]
    for change in answer["changes"]:
        steps = and_list([step["sentence"] for step in change["steps"]])
        lines.append(f"  {steps}: placed in {change['placed_in']}")
    return "\n".join(lines)


def shared_evaluated_text(answer: dict[str, Any]) -> str:
    """A shared evaluation in words."""
    lines = [*answer["notices"]]
    if answer["home"] is None:
        lines.append(f"{answer['referral_id']}: no place yet")
    else:
        against = and_list(answer["counts_against"]) if answer["counts_against"] else "nothing"
        lines.append(
            f"{answer['referral_id']}: {answer['home']}, {AREA_WORDS[answer['area']]}: "
            f"{answer['distance']}; counts against it: {against}"
        )
    for rule in answer["violations"]:
        lines.append(f"  {rule['code']}: {rule['found']}; {rule['allowed']} ({rule['sentence']})")
    return "\n".join(lines)
