"""The form of an explanation that may leave the brokerage team.

It names no young person but the one it is about, gives distances in bands, and leaves out every
number from which a distance could be worked out: points and totals. What a rule found in the
household is said only as far as it tells nothing of those who live there. Built by naming what goes
in, never by taking out: a new field stays private until it is put here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from matching.changes import Remedies
from matching.conflict import Conflict
from matching.effects import Effect, Effects
from matching.explain import Explanation, Failed, NotChosen, Option, Options
from matching.geography import authority_name
from matching.homeview import HomeView
from matching.joint import JOINT_SENTENCES
from matching.problem import Problem
from matching.rules import RULE_BY_CODE
from matching.tell import AREA_WORDS, COMPONENT_WORDS, MISSES_SHOWN, OPTIONS_SHOWN
from matching.words import and_list, count

BANDS = ((50, "under 5 miles"), (100, "5 to 10 miles"), (200, "10 to 20 miles"))
FURTHEST = "over 20 miles"
NOT_KNOWN = "distance not known"
_MILES = re.compile(r"(\d+)(?:\.(\d))? miles?\b")
_ABOUT_RESIDENTS = {
    "R10": ("the provider said no", "not declined by the provider"),
    "R11": ("it would not be safe for everyone", "safe for everyone who lives there"),
    "R12": ("living companions do not fit", "living companions fit"),
    "R15": ("those who live there need a lot of support", "room in the household"),
    "R16": ("the young person is against it", "not against it, unless needed today"),
}


def distance_band(tenths: int | None) -> str:
    """A distance as a band; 5, 10 and 20 miles begin the next, but 20 itself ends the third."""
    if tenths is None:
        return NOT_KNOWN
    for below, words in BANDS:
        if tenths < below or (below == BANDS[-1][0] and tenths == below):
            return words
    return FURTHEST


def in_bands(text: str) -> str:
    """A sentence with every distance in it as a band."""
    return _MILES.sub(lambda found: distance_band(int(found[1]) * 10 + int(found[2] or 0)), text)


def shared_options(options: Options) -> dict[str, Any]:
    """The homes that fit a young person, best first, and those that nearly fit."""
    return {
        "referral_id": options.referral.id,
        "by_hand": options.referral.by_hand,
        "homes": [_option(option) for option in options.homes],
        "near_misses": [_option(option) for option in options.near_misses],
        "notices": list(options.notices),
    }


def shared_effects(effects: Effects) -> dict[str, Any]:
    """Each choice, the best for everybody first, and how many others it touches."""
    return {
        **shared_options(effects.options),
        "choices": [_effect(effect) for effect in effects.ranked],
    }


def shared_explanation(found: Explanation) -> dict[str, Any]:
    """Why a plan has, or has not, a home for one young person."""
    return {
        "referral_id": found.options.referral.id,
        "homes": found.homes,
        "funnel": [step.to_json() for step in found.funnel],
        "placed": None if found.chosen is None else _option(found.chosen),
        "not_chosen": [_not_chosen(one) for one in found.others],
        "why": found.why,
        "summary": found.summary,
        "near_misses": [_option(option) for option in found.options.near_misses],
        "notices": list(found.options.notices),
    }


def shared_conflict(found: Conflict, problem: Problem) -> dict[str, Any]:
    """What cannot all be met, with the number of others instead of who they are."""
    return {
        "referral_id": found.referral,
        "why": found.why,
        "others": len(set(found.referrals) - {found.referral}),
        "rules": [
            {
                "code": one.code,
                "sentence": one.sentence,
                "home": problem.home_by_id[one.home].label if one.home else None,
                "found": in_bands(one.found),
                "allowed": in_bands(one.allowed),
            }
            for one in found.limits
        ],
        "smallest": found.smallest,
    }


def shared_remedies(found: Remedies) -> dict[str, Any]:
    """The changes that would place a young person, and how many others each moves."""
    return {
        "referral_id": found.referral.id,
        "changes": [
            {
                "steps": [
                    {"code": step.code, "sentence": in_bands(step.sentence)}
                    for step in remedy.steps
                ],
                "placed_in": remedy.home.label,
                **_others([(move.before, move.after) for move in remedy.moves]),
            }
            for remedy in found.found
        ],
    }


def shared_home(view: HomeView) -> dict[str, Any]:
    """How many fit a home and how many are left after each rule: nobody is named."""
    return {
        "home_id": view.home.id,
        "name": view.home.name,
        "free_places": view.household.free,
        "young_people": view.people,
        "funnel": [step.to_json() for step in view.funnel],
        "fit": len(view.fits),
        "nearly_fit": len(view.near_misses),
        "notices": list(view.notices),
    }


def _option(option: Option) -> dict[str, Any]:
    against = [name for name, points in option.points.items() if points]
    return {
        "home_id": option.home.id,
        "name": option.home.name,
        "borough": option.home.borough,
        "distance": distance_band(option.tenths),
        "area": option.area,
        "free_places": option.free,
        "counts_against": [COMPONENT_WORDS[name] for name in against],
        "failed": [_failed(rule) for rule in option.failed],
    }


def _failed(rule: Failed) -> dict[str, Any]:
    found, allowed = _ABOUT_RESIDENTS.get(rule.code, (rule.found, rule.allowed))
    return {
        "code": rule.code,
        "sentence": rule.sentence,
        "plain": RULE_BY_CODE[rule.code].plain,
        "found": in_bands(found),
        "allowed": in_bands(allowed),
    }


def _effect(effect: Effect) -> dict[str, Any]:
    today = None if effect.change is None else effect.change.today
    return {
        "home_id": None if effect.option is None else effect.option.home.id,
        "home": None if effect.option is None else effect.option.home.label,
        "chosen": effect.chosen,
        "possible": effect.possible,
        "today_unplaced_change": today,
        **_others([(move.before, move.after) for move in effect.moves]),
        "proven": effect.proven,
    }


def _others(moves: Sequence[tuple[str | None, str | None]]) -> dict[str, int]:
    return {
        "others_elsewhere": sum(bool(before and after) for before, after in moves),
        "others_placed": sum(before is None for before, _ in moves),
        "others_waiting": sum(after is None for _, after in moves),
    }


def _not_chosen(one: NotChosen) -> dict[str, Any]:
    return {
        **_option(one.option),
        "others_moving_in": len(one.living_there),
        "in_the_way": [
            {
                "code": broken.code,
                "sentence": JOINT_SENTENCES[broken.code],
                "found": broken.found,
                "allowed": broken.allowed,
            }
            for broken in one.in_the_way
        ],
    }


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
