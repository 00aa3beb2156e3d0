"""The homes for one young person, best first, and those that nearly fit with what is in the way.

With --home the other side: who fits a home, and who nearly fits. Neither makes a plan: a home
listed may be the better one for somebody else. With --effects the region is solved again for each
home and for waiting, to say what each choice does to everybody else.
"""

from __future__ import annotations

import argparse

from broker.commands.case import add_case, judge, read_problem
from broker.commands.endings import DONE, INTERRUPTED, Refused
from broker.commands.output import json_text, show, tell
from broker.commands.progress import Progress
from broker.commands.search import add_search, starting
from broker.commands.whatif import add_plan, add_shared, plan_at_hand
from matching.explain import find_referral, options_for
from matching.pairs import find_pairs


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker options`."""
    add_case(parser)
    about = parser.add_mutually_exclusive_group(required=True)
    about.add_argument("--referral", metavar="ID", help="whose homes")
    about.add_argument("--home", metavar="ID", help="whose young people")
    parser.add_argument(
        "--effects", action="store_true", help="what choosing each home does to everybody else"
    )
    parser.add_argument("--json", action="store_true", help="the answer as JSON")
    add_shared(parser)
    add_plan(parser, "the plan that --effects compares with")
    add_search(parser)


def run(arguments: argparse.Namespace) -> int:
    """Say which homes fit one young person, or who fits one home."""
    if arguments.effects and arguments.referral is None:
        raise Refused("--effects is about one young person: name --referral.")
    if arguments.effects:
        return _effects(arguments)
    from matching.homeview import home_view
    from matching.shared_words import shared_home, shared_options
    from matching.tell_shared import shared_home_text, shared_text

    with Progress("starting") as progress:
        problem, _ = read_problem(arguments, progress)
        pairs = find_pairs(problem)
        if arguments.home is not None:
            view = home_view(pairs, arguments.home)
            answer = shared_home(view) if arguments.shared else view.to_json()
            text = shared_home_text(answer) if arguments.shared else view.render()
            show(json_text(answer)) if arguments.json else tell(text)
            return DONE
        options = options_for(pairs, arguments.referral)
    answer = shared_options(options) if arguments.shared else options.to_json()
    if arguments.json:
        show(json_text(answer))
    else:
        tell(shared_text(answer) if arguments.shared else options.render())
    return DONE


def _effects(arguments: argparse.Namespace) -> int:
    from matching.effects import effects_of
    from matching.shared_words import shared_effects
    from matching.tell_shared import shared_text

    with starting() as progress:
        problem, read = read_problem(arguments, progress)
        case = judge(problem, read, progress)
        find_referral(case.pairs, arguments.referral)
        asked = plan_at_hand(arguments, case, progress)
        progress.say("solving again for each choice")
        found = asked.ask(effects_of, referral_id=arguments.referral)
    answer = shared_effects(found) if arguments.shared else found.to_json()
    if arguments.json:
        show(json_text(answer))
    else:
        tell(shared_text(answer) if arguments.shared else found.render(problem))
    return INTERRUPTED if asked.interrupted else DONE
