"""What any plan breaks and what it is worth, by rule and by young person: a person's included.

PLAN.json is a plan of `broker match`, or just a list of placements, each with `referral_id` and
`home_id`, or an object with such a list as `placements`. --against compares it with another plan,
or, with the word `best`, with the best plan of the case. A plan made with look-ahead is counted
with its points, a part of their own. The exit code is 1 if a rule is broken.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from broker.commands.case import add_safety, judge
from broker.commands.endings import DONE, INTERRUPTED, VIOLATIONS, Refused
from broker.commands.json_file import read_json
from broker.commands.output import json_text, show, tell
from broker.commands.progress import Progress
from broker.commands.search import add_search, search, starting
from matching.anyplan import evaluate_any
from matching.contrast import contrast
from matching.exchange import read_case
from matching.explain import find_referral
from matching.lookahead import Lookahead, lookahead_in
from matching.lookahead_uses import with_lookahead_of
from matching.problem import Problem
from matching.shared_words import shared_evaluated
from matching.tell_shared import shared_evaluated_text

BEST = "best"
ALLOWED = "allowed: a list of placements, each with referral_id and home_id as text"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker evaluate`."""
    parser.add_argument("case", metavar="CASE", type=Path, help="the case folder")
    parser.add_argument("plan", metavar="PLAN.json", type=Path, help="the plan to count")
    parser.add_argument(
        "--against",
        metavar="OTHER.json",
        help=f"compare with another plan, or, with the word {BEST}, with the best plan",
    )
    parser.add_argument("--json", action="store_true", help="the answer as JSON")
    parser.add_argument(
        "--shared",
        metavar="ID",
        help="what may be shared about one young person: nobody else named, no exact distance",
    )
    add_safety(parser)
    add_search(parser)


def run(arguments: argparse.Namespace) -> int:
    """Count the plan, compare it if asked to, and say what it breaks."""
    if arguments.shared is not None and arguments.against is not None:
        raise Refused("--against names everybody who moves, so it has no form to share.")
    interrupted = False
    with starting() if arguments.against == BEST else Progress("starting") as progress:
        progress.say("reading the case and the plan")
        asked = read_placements(arguments.plan)
        other = None
        if arguments.against not in (None, BEST):
            other = read_placements(Path(arguments.against))
        began = time.monotonic()
        problem = read_case(arguments.case, require_safety=arguments.require_safety)
        read = time.monotonic() - began
        case = judge(problem, read, progress)
        pairs = with_lookahead_of(case.pairs, _lookahead(arguments.plan, problem))
        found = evaluate_any(pairs, asked)
        if arguments.against == BEST:
            best = search(arguments, case, progress)
            other, interrupted = list(best.homes.items()), best.interrupted
    if arguments.shared is not None:
        find_referral(pairs, arguments.shared)
        shared = shared_evaluated(found, arguments.shared, problem)
        show(json_text(shared)) if arguments.json else tell(shared_evaluated_text(shared))
        return VIOLATIONS if shared["violations"] else DONE
    answer = found.to_json()
    text = found.render(problem)
    if other is not None:
        against = contrast(found, evaluate_any(pairs, other))
        answer["against"] = against.to_json()
        name = "the best plan" if arguments.against == BEST else arguments.against
        title = f"{arguments.plan} (first) and {name} (second):"
        text = f"{text}\n\n{title}\n{against.render(problem)}"
    if arguments.json:
        show(json_text(answer))
    else:
        tell(text)
    if interrupted:
        return INTERRUPTED
    return DONE if found.holds else VIOLATIONS


def _lookahead(path: Path, problem: Problem) -> Lookahead | None:
    """The look-ahead that the plan in a file was made with, counted apart from the other points."""
    written = read_json(path)
    return lookahead_in(written, problem) if isinstance(written, dict) else None


def read_placements(path: Path) -> list[tuple[str, str]]:
    """The placements in a file, as a person wrote them: referral id and home id.

    Raises:
        Refused: the file is no JSON, or holds no list of placements; every bad row is named.
    """
    written = read_json(path)
    rows = written.get("placements") if isinstance(written, dict) else written
    if not isinstance(rows, list):
        raise Refused(f"{path}: holds no placements; {ALLOWED}.")
    found, refused = [], []
    for place, row in enumerate(rows, 1):
        who, home = (
            (row.get("referral_id"), row.get("home_id")) if isinstance(row, dict) else (None, None)
        )
        if isinstance(who, str) and isinstance(home, str):
            found.append((who, home))
        else:
            refused.append(f"{path}: placement {place}: found {str(row)[:80]}; {ALLOWED}.")
    if refused:
        raise Refused(*refused)
    return found
