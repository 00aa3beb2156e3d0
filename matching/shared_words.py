"""The form of an explanation that may leave the brokerage team.

It names no young person but the one it is about, gives distances in bands, and leaves out every
number from which a distance could be worked out: points and totals. What a rule found in the
household is said only as far as it tells nothing of those who live there. Built by naming what goes
in, never by taking out: a new field stays private until it is put here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from matching.anyplan import Evaluated
from matching.changes import Remedies
from matching.conflict import Conflict
from matching.effects import Effect, Effects
from matching.explain import Explanation, Failed, NotChosen, Option, Options
from matching.homeview import HomeView
from matching.joint import JOINT_SENTENCES
from matching.problem import Problem
from matching.rules import RULE_BY_CODE
from matching.tell import COMPONENT_WORDS

BANDS = ((50, "under 5 miles"), (100, "5 to 10 miles"), (200, "10 to 20 miles"))
FURTHEST = "over 20 miles"
NOT_KNOWN = "distance not known"
_FURTHER = "a longer distance limit"
_MILES = re.compile(r"(\d+)(?:\.(\d))? miles?\b")
_SAID_INSTEAD = {
    "R06": ("it would not be safe there", "somewhere safe"),
    "R10": ("the provider said no", "not declined by the provider"),
    "R11": ("it would not be safe for everyone", "safe for everyone who lives there"),
    "R12": ("living companions do not fit", "living companions fit"),
    "R15": ("those who live there need a lot of support", "room in the household"),
    "R16": ("the young person is against it", "not against it, unless needed today"),
    "BAN": ("those who decide have ruled it out", "not ruled out by a person"),
    "PIN": ("those who decide have chosen another home", "the home they chose"),
    "J2": ("it would not be safe for everyone", "safe for everyone who moves in"),
    "J4": ("not all of the group are in one home", "all in one home, or none placed"),
    "J5": ("living companions do not fit", "living companions fit"),
}
"""Found and allowed for rules whose own facts tell of somebody else, or of what to keep secret."""


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
        "notices": list(options.undecided_notices),
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
        "notices": list(found.options.undecided_notices),
        **({} if found.lookahead is None else {"lookahead": found.lookahead.why}),
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
                **_facts(one.code, one.found, one.allowed),
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
                    {
                        "code": step.code,
                        "sentence": _FURTHER if step.code == "R07" else step.sentence,
                    }
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


def shared_evaluated(found: Evaluated, referral_id: str, problem: Problem) -> dict[str, Any]:
    """What a plan has for one young person, and each rule it breaks that concerns them."""
    one = next(person for person in found.people if person.referral == referral_id)
    against = [COMPONENT_WORDS[name] for name, points in (one.points or {}).items() if points]
    broken = [rule for rule in found.broken if referral_id in rule.referrals]
    return {
        "referral_id": referral_id,
        "home": None if one.home is None else problem.home_by_id[one.home].label,
        "distance": distance_band(one.tenths) if one.home else None,
        "area": one.area or None,
        "counts_against": against,
        "violations": [
            {
                "code": rule.code,
                "sentence": rule.sentence,
                "others": len(rule.referrals) - 1,
                **_facts(rule.code, rule.found, rule.allowed),
            }
            for rule in broken
        ],
        "notices": list(found.notices),
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
    return {
        "code": rule.code,
        "sentence": rule.sentence,
        "plain": RULE_BY_CODE[rule.code].plain,
        **_facts(rule.code, rule.found, rule.allowed),
    }


def _facts(code: str, found: str, allowed: str) -> dict[str, str]:
    """Both facts as they may be shared."""
    found, allowed = _SAID_INSTEAD.get(code, (found, allowed))
    return {"found": in_bands(found), "allowed": in_bands(allowed)}


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
                **_facts(broken.code, broken.found, broken.allowed),
            }
            for broken in one.in_the_way
        ],
    }
