"""How a plan shares out: by borough, provider, sex, age and band, with counts beside every rate.

The plan is proved first, as `broker check` does; one that does not hold is not reported on, and the
exit code is 1. Where the policy limits anything for the sake of fairness, the best plan without
each limit is looked for too, and the limit's cost is shown.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from broker.apart.searching import search_apart
from broker.commands.case import add_safety
from broker.commands.endings import DONE, INTERRUPTED, VIOLATIONS
from broker.commands.interrupt import stopping
from broker.commands.json_file import read_json
from broker.commands.output import json_text, say, show
from broker.commands.progress import Progress
from broker.commands.search import add_search, left
from matching.check import check_json
from matching.evaluate import evaluate
from matching.exchange import read_case
from matching.fair_cost import costs_text, limit_costs
from matching.fairness import fairness
from matching.pairs import find_pairs
from matching.solve import Options
from matching.words import count


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker fairness`."""
    parser.add_argument("case", metavar="CASE", type=Path, help="the case folder")
    parser.add_argument("plan", metavar="PLAN.json", type=Path, help="the plan to report on")
    parser.add_argument("--json", action="store_true", help="the report as JSON")
    add_safety(parser)
    add_search(parser)


def run(arguments: argparse.Namespace) -> int:
    """Prove the plan, then report on it; a plan that does not hold gets no report."""
    with Progress("reading the case and the plan") as progress:
        plan = read_json(arguments.plan)
        problem = read_case(arguments.case, require_safety=arguments.require_safety)
        progress.say("judging every pair")
        pairs = find_pairs(problem)
        progress.say("proving the plan")
        violations = check_json(pairs, plan)
        if not violations:
            homes = {row["referral_id"]: row["home_id"] for row in plan["placements"]}
            report = fairness(pairs, homes)
            options = Options(left(arguments), arguments.seed, arguments.workers, progress.say)
            with stopping(options.stop):
                costs = limit_costs(
                    problem,
                    evaluate(pairs, homes),
                    proven=plan["status"] != "feasible",
                    options=options,
                    search=search_apart,
                )
    if violations:
        title = f"{arguments.plan}: {count(len(violations), 'violation')}, so no report on it:"
        say("\n".join([title, *(f"  {one}" for one in violations)]))
        return VIOLATIONS
    if arguments.json:
        made = {"case_sha256": plan["case_sha256"], **report.to_json()}
        if costs:
            made["limits"]["cost"] = [cost.to_json() for cost in costs]
        show(json_text(made))
    else:
        show(report.render() + (f"\n{costs_text(costs)}\n" if costs else ""))
    return INTERRUPTED if options.stop.is_set() else DONE
