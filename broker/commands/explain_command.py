"""Why the best plan has a home for one young person, or has none: rule by rule, home by home.

The plan is read from --plan, or searched for anew with the options that `broker match` has.
--instead asks why not another home: the region is solved again with it and the two plans are put
side by side. --conflict says what cannot all be met while they wait, --changes what would place
them; each is found by solving again.
"""

from __future__ import annotations

import argparse
from typing import Any

from broker.commands.case import add_case, read_problem
from broker.commands.endings import DONE, INTERRUPTED, Refused
from broker.commands.output import json_text, show, tell
from broker.commands.progress import Progress
from broker.commands.search import add_search
from broker.commands.whatif import Asked, add_plan, add_shared, region_of
from matching.explain import explain, find_home, find_referral
from matching.pairs import find_pairs


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker explain`."""
    add_case(parser)
    parser.add_argument("--referral", metavar="ID", required=True, help="who it is about")
    parser.add_argument("--instead", metavar="HOME", help="why not this home: both plans compared")
    parser.add_argument(
        "--conflict", action="store_true", help="the smallest set that cannot all be met"
    )
    parser.add_argument(
        "--changes", action="store_true", help="the smallest changes that would place them"
    )
    parser.add_argument("--json", action="store_true", help="the answer as JSON")
    add_shared(parser)
    add_plan(parser, "the plan to explain")
    add_search(parser)


def run(arguments: argparse.Namespace) -> int:
    """Read or search for the plan and say why it is so for one young person."""
    if arguments.instead is not None and arguments.shared:
        raise Refused("--instead names everybody who moves, so it has no form to share.")
    from matching import shared_words, tell_shared

    with Progress("starting") as progress:
        problem, read = read_problem(arguments, progress)
        pairs = find_pairs(problem)
        find_referral(pairs, arguments.referral)
        if arguments.instead is not None:
            find_home(pairs, arguments.instead)
        asked = region_of(arguments, pairs, read, progress)
        found = explain(pairs, asked.plan, arguments.referral)
        progress.say("solving again")
        with asked.stopping():
            more = _more(arguments, asked)
    shared = arguments.shared
    if arguments.json:
        answer = shared_words.shared_explanation(found) if shared else found.to_json()
        show(json_text({**answer, **{name: part for name, (part, _) in more.items()}}))
    else:
        if shared:
            text = tell_shared.shared_text(shared_words.shared_explanation(found))
        else:
            text = found.render()
        tell("\n\n".join([text, *(words for _, words in more.values())]))
    return INTERRUPTED if asked.interrupted else DONE


def _more(arguments: argparse.Namespace, asked: Asked) -> dict[str, tuple[dict[str, Any], str]]:
    """What was asked for beside the explanation: as JSON and in words, by name."""
    from matching import shared_words, tell_shared
    from matching.changes import remedies_for
    from matching.conflict import conflict_of

    region, limits, problem = asked.region, asked.limits, asked.region.problem
    found: dict[str, tuple[dict[str, Any], str]] = {}
    if arguments.instead is not None:
        found["instead"] = _instead(arguments, asked)
    if arguments.conflict:
        conflict = conflict_of(region, arguments.referral, limits)
        if arguments.shared:
            part = shared_words.shared_conflict(conflict, problem)
            found["conflict"] = (part, tell_shared.shared_conflict_text(part))
        else:
            found["conflict"] = (conflict.to_json(), conflict.render(problem))
    if arguments.changes:
        remedies = remedies_for(region, arguments.referral, limits, seed=arguments.seed)
        if arguments.shared:
            part = shared_words.shared_remedies(remedies)
            found["changes"] = (part, tell_shared.shared_remedies_text(part))
        else:
            found["changes"] = (remedies.to_json(), remedies.render(problem))
    return found


def _instead(arguments: argparse.Namespace, asked: Asked) -> tuple[dict[str, Any], str]:
    """The plan at hand against the best plan with the other home."""
    from matching.anyplan import evaluate_any
    from matching.contrast import contrast
    from matching.held import Held, LimitCame

    region, pairs = asked.region, asked.region.pairs
    who, home = arguments.referral, arguments.instead
    try:
        outcome = region.best(Held(homes={who: home}), asked.limits)
    except LimitCame:
        words = "The limit came before a plan with that home was found."
        return {"possible": None}, words
    first = evaluate_any(pairs, region.plan)
    if outcome is None:
        second = evaluate_any(pairs, {**region.plan, who: home})
    else:
        second = evaluate_any(pairs, outcome.plan)
    found = contrast(first, second)
    label = region.problem.home_by_id[home].label
    if outcome is None:
        title = f"No plan can have {who} in {label}. The plan at hand with that one change:"
    else:
        title = f"The plan at hand (first) against the best plan with {who} in {label} (second):"
    answer = {"possible": outcome is not None, **found.to_json()}
    return answer, f"{title}\n{found.render(region.problem)}"
