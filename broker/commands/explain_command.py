"""Why the best plan has a home for one young person, or has none: rule by rule, home by home.

The plan is read from --plan, or searched for anew with the options that `broker match` has.
--instead asks why not another home: the region is solved again with it and the two plans are put
side by side. --conflict says what cannot all be met while they wait, --changes what would place
them; each is found by solving again.
"""

from __future__ import annotations

import argparse
from typing import Any

from broker.commands.case import add_case, judge, read_problem
from broker.commands.endings import DONE, INTERRUPTED, Refused
from broker.commands.output import json_text, show, tell
from broker.commands.progress import Progress
from broker.commands.search import add_search, starting
from broker.commands.whatif import Asked, add_plan, add_shared, plan_at_hand
from matching.explain import explain, find_home, find_referral


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

    solving = arguments.instead is not None or arguments.conflict or arguments.changes
    with starting() if solving or arguments.plan is None else Progress("starting") as progress:
        problem, read = read_problem(arguments, progress)
        case = judge(problem, read, progress)
        find_referral(case.pairs, arguments.referral)
        if arguments.instead is not None:
            find_home(case.pairs, arguments.instead)
        asked = plan_at_hand(arguments, case, progress)
        found = explain(case.pairs, asked.plan, arguments.referral)
        progress.say("solving again")
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
    from matching.instead import instead_of

    problem, who = asked.case.problem, arguments.referral
    found: dict[str, tuple[dict[str, Any], str]] = {}
    if arguments.instead is not None:
        other = asked.ask(instead_of, tells=False, referral_id=who, home_id=arguments.instead)
        found["instead"] = (other.to_json(), other.render(problem))
    if arguments.conflict:
        conflict = asked.ask(conflict_of, tells=False, referral_id=who)
        if arguments.shared:
            part = shared_words.shared_conflict(conflict, problem)
            found["conflict"] = (part, tell_shared.shared_conflict_text(part))
        else:
            found["conflict"] = (conflict.to_json(), conflict.render(problem))
    if arguments.changes:
        remedies = asked.ask(remedies_for, referral_id=who, seed=arguments.seed)
        if arguments.shared:
            part = shared_words.shared_remedies(remedies)
            found["changes"] = (part, tell_shared.shared_remedies_text(part))
        else:
            found["changes"] = (remedies.to_json(), remedies.render(problem))
    return found
