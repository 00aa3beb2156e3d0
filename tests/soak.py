"""Holds the engine against the second reading of the contract on many invented cases.

Run `python -m tests.soak --seeds 0:500` for a long batch; the property tests use the same
comparisons on a few cases. Every disagreement is printed with the call that makes its case;
`--save DIR` also writes the case folder there. Ends with 1 if there was any.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from matching.board import AREAS, UNKNOWN, Board, View
from matching.check import check_json
from matching.exchange import read_case
from matching.pairs import Pairs, find_pairs
from matching.plan import Plan
from matching.points import COMPONENT_NAMES, price
from matching.problem import Problem
from matching.rules import RULES, eligible, tests
from matching.solve import Options, match
from tests.oracle import brute, milp
from tests.oracle import read as oracle
from tests.oracle.answer import answer
from tests.oracle.linear import NotSolved
from tests.oracle.pairs import Pairs as OraclePairs
from tests.oracle.pairs import all_pairs
from tests.oracle.plan import violations
from tests.strategies import Files, random_case, shuffled, write_case
from tests.unit.matching.reasons_again import empty_reasons, unplaced_reasons

TINY = 6
"""Up to so many referrals every plan is tried; above, the second solver stands in."""


def read_files(files: Files) -> Problem:
    """Read a case that is held as texts, through a real folder."""
    with tempfile.TemporaryDirectory() as folder:
        return read_case(write_case(files, Path(folder)))


def without(rows: list[dict[str, Any]], *names: str) -> list[dict[str, Any]]:
    """Return the rows without some of their fields."""
    return [{key: value for key, value in row.items() if key not in names} for row in rows]


def engine_pairs(problem: Problem) -> OraclePairs:
    """Return every pair as the engine sees it, in the words of the second reading."""
    board = Board(problem)
    everywhere = np.arange(board.size)
    found: OraclePairs = {}
    for referral in problem.referrals:
        view = View(board, referral)
        held, fits = tests(view), eligible(view)
        points = price(view, everywhere, fits)
        fees = board.fees(referral.band, view.day)
        for at, home in enumerate(problem.homes):
            failed = [
                rule.code for rule, holds in zip(RULES, held[:, at], strict=True) if not holds
            ]
            found[referral.id, home.id] = {
                "failed": [] if referral.by_hand else failed,
                "eligible": bool(fits[at]),
                "tenths": None if view.tenths[at] == UNKNOWN else int(view.tenths[at]),
                "area": AREAS[int(view.areas[at])],
                "known_fee": int(fees.weekly[at]) if fees.known[at] else None,
                "weekly_fee": int(fees.weekly[at]),
                "marginal_fee": int(fees.marginal[at]),
                "points": dict(zip(COMPONENT_NAMES, points[at].tolist(), strict=True)),
                "total": int(points[at].sum()),
            }
    return found


def differing_pairs(problem: Problem, expected: OraclePairs) -> Iterator[str]:
    """Say where a pair's rules, distance, area, fees or points differ."""
    found = engine_pairs(problem)
    if found.keys() != expected.keys():
        yield f"pairs: {found.keys() ^ expected.keys()}"
    for key in found.keys() & expected.keys():
        for name, value in expected[key].items():
            if found[key][name] != value:
                yield f"pair {key} {name}: engine {found[key][name]}, contract {value}"


def differing_columns(pairs: Pairs, expected: OraclePairs) -> Iterator[str]:
    """Say where the table of eligible pairs is not the eligible pairs, with their figures."""
    problem = pairs.problem
    rows = {}
    for at in range(len(pairs)):
        key = problem.referrals[int(pairs.referral[at])].id, problem.homes[int(pairs.home[at])].id
        rows[key] = {
            "tenths": None if pairs.tenths[at] == UNKNOWN else int(pairs.tenths[at]),
            "area": AREAS[int(pairs.area[at])],
            "weekly_fee": int(pairs.fee[at]),
            "marginal_fee": int(pairs.marginal[at]),
            "known_fee": int(pairs.fee[at]) if pairs.fee_known[at] else None,
            "points": pairs.row(at),
            "total": int(pairs.total[at]),
        }
    wanted = {key: pair for key, pair in expected.items() if pair["eligible"]}
    if rows.keys() != wanted.keys() or len(rows) != len(pairs):
        yield f"eligible: {rows.keys() ^ wanted.keys()}"
    for key in rows.keys() & wanted.keys():
        for name, value in rows[key].items():
            if value != wanted[key][name]:
                yield f"row {key} {name}: engine {value}, contract {wanted[key][name]}"


def differing_plan(case: oracle.Case, known: OraclePairs, plan: Plan) -> Iterator[str]:
    """Say what the second reading sees otherwise in a plan: rules, figures, reasons."""
    written = plan.to_json()
    for code, where in violations(case, known, plan.homes):
        yield f"plan breaks {code} at {where}"
    expected = answer(case, known, plan.homes)
    told = {key: written[key] for key in expected}
    told["empty"] = without(told["empty"], "summary")
    told["unplaced"] = without(told["unplaced"], "summary", "why")
    expected["unplaced"] = without(expected["unplaced"], "why")  # derived again below
    for key, value in expected.items():
        if told[key] != value:
            yield f"{key}: engine {told[key]}, contract {value}"
    why = {row["referral_id"]: row["why"] for row in written["unplaced"]}
    again = unplaced_reasons(case, known, plan.homes)
    if why != again:
        yield f"unplaced.why: engine {why}, derived again {again}"
    why = {row["home_id"]: row["why"] for row in written["empty"]}
    again = empty_reasons(case, known, plan.homes)
    if why != again:
        yield f"empty.why: engine {why}, derived again {again}"


def differing_optimum(case: oracle.Case, known: OraclePairs, plan: Plan) -> Iterator[str]:
    """Say where the plan is not proven to be one of the best, or is not."""
    levels = (plan.levels.today, plan.levels.points, plan.levels.cost)
    everybody_by_hand = all(row["by_hand"] for row in case["referrals"])
    if plan.status != ("no_referrals" if everybody_by_hand else "optimal"):
        yield f"status {plan.status}"
    if plan.bound != plan.levels:
        yield f"bound {plan.bound} of {plan.levels}"
    if len(case["referrals"]) <= TINY:
        best, plans = brute.best(case, known)
        if plan.homes not in plans:
            yield f"plan {plan.homes} is not among the {len(plans)} best"
    else:
        best, _ = milp.best(case, known)
    if levels != best:
        yield f"levels: engine {levels}, contract {best}"


def same_but_timing(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two plans are the same."""
    return {**one, "timing": 0} == {**other, "timing": 0}


def disagreements(files: Files) -> list[str]:
    """Return everything in which the engine and the second reading differ on a case."""
    problem, case = read_files(files), oracle.read_case(files)
    known = all_pairs(case)
    found = list(differing_pairs(problem, known))
    pairs = find_pairs(problem)
    found += differing_columns(pairs, known)
    plan = match(problem)
    found += differing_plan(case, known, plan)
    found += differing_optimum(case, known, plan)
    written = json.loads(json.dumps(plan.to_json()))
    found += [f"checker: {fault}" for fault in check_json(pairs, written)]
    hurried = match(problem, Options(time_limit=0.02))
    if not hurried.bound <= plan.levels <= hurried.levels:
        found.append(f"in a hurry: {hurried.bound} <= {plan.levels} <= {hurried.levels}")
    other = match(read_files(shuffled(files, 1))).to_json()
    if not same_but_timing(plan.to_json(), other):
        differ = [k for k in written if k != "timing" and plan.to_json()[k] != other[k]]
        found.append(f"shuffled rows change {differ}")
    return found


def sized(seed: int, most: int) -> dict[str, Any]:
    """Return the arguments of the invented case of a seed: every third one tiny."""
    referrals = 1 + seed % TINY if seed % 3 == 0 else 1 + (seed * 7919) % most
    homes = 1 + (seed * 31) % max(3, referrals // 2 + 2)
    if referrals <= TINY:
        homes = min(homes, 4)
    policy = "random" if seed % 2 else "default"
    return {"referrals": referrals, "homes": homes, "policy": policy}


def main(argv: list[str] | None = None) -> int:
    """Run a batch; the number of cases with a disagreement decides how it ends."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--seeds", default="0:100", help="first:last, the last left out")
    parser.add_argument("--most", type=int, default=60, help="referrals in the largest case")
    parser.add_argument("--save", type=Path, help="folder for the cases that disagree")
    given = parser.parse_args(argv)
    first, last = (int(part) for part in given.seeds.split(":"))
    wrong = unsolved = 0
    for seed in range(first, last):
        size = sized(seed, given.most)
        began = time.monotonic()
        files = random_case(seed, **size)
        try:
            found = disagreements(files)
        except NotSolved as problem:
            print(f"random_case({seed}, **{size}): the second solver failed: {problem}", flush=True)
            unsolved += 1
            continue
        except Exception as problem:  # a crash is a disagreement too; the batch goes on
            found = [f"{type(problem).__name__}: {problem}"]
        taken = time.monotonic() - began
        if found or taken > 20:
            print(f"random_case({seed}, **{size}): {len(found)} in {taken:.1f} s", flush=True)
        for line in found[:12]:
            print(f"  {line}", flush=True)
        if found:
            wrong += 1
            if given.save:
                write_case(files, given.save / f"disagreement-{seed}")
    print(f"{last - first} cases, {wrong} with a disagreement, {unsolved} without a second optimum")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
