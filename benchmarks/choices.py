"""Measures one new referral against the region: every home for it, with what each does to others.

The plan at hand is the one made before the referral came. Timed is all that the question asks: the
pairs, the region, and a whole search for each home that fits and for waiting, on one core. Beside
it stands one match of the same region from nothing, the least that a single search takes.
"""

import argparse
import json
import math
import resource
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.limits import Limit
from benchmarks.matching import child, middle
from broker.sample.generate import write_generated
from matching.effects import effects_of
from matching.exchange import read_case
from matching.held import Region
from matching.pairs import find_pairs
from matching.problem import Problem
from matching.solve import match

SIZES = ((60, 9), (500, 150))
SEEDS = {60: range(1, 6), 500: range(1, 3)}
NEW = {60: 6, 500: 2}
TARGET = 300.0
"""At most so many milliseconds, at the median, for a referral of the first size."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what to measure."""
    group = parser.add_argument_group("choices")
    group.add_argument("--new", type=int, help="new referrals of each case [6, and 2 of 500]")


def before(problem: Problem, who: str) -> Problem:
    """The region before a referral came."""
    return replace(problem, referrals=tuple(one for one in problem.referrals if one.id != who))


def measure(folder: Path, number: int) -> dict[str, Any]:
    """Return seconds for each new referral, with how many choices it had, and for one match."""
    problem = read_case(folder)
    pairs = find_pairs(problem)
    fits = [len(pairs.home[pairs.of(at)]) for at in range(len(problem.referrals))]
    several = [one.id for one, many in zip(problem.referrals, fits, strict=True) if many > 1]
    step = max(1, len(several) // number)
    chosen = several[::step][:number]
    match(problem)  # so that nothing is loaded or compiled while it is measured
    began = time.perf_counter()
    match(problem)
    found: dict[str, Any] = {"match": time.perf_counter() - began, "seconds": [], "choices": []}
    for who in chosen:
        plan = match(before(problem, who)).homes
        began = time.perf_counter()
        answer = effects_of(Region(find_pairs(problem), plan), who, workers=1)
        found["seconds"].append(time.perf_counter() - began)
        found["choices"].append(len(answer.ranked))
    found["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return found


def run(given: argparse.Namespace) -> list[Limit]:
    """Measure, each case in a process of its own; print a table."""
    limits: list[Limit] = []
    print("| region | new referrals | choices each | all of them ranked | one match |")
    print("|---|---|---|---|---|")
    for referrals, homes in SIZES:
        cases = []
        for seed in SEEDS[referrals]:
            print(f"choices: {referrals}x{homes}, seed {seed}", file=sys.stderr, flush=True)
            with tempfile.TemporaryDirectory() as folder:
                case = Path(folder) / "case"
                write_generated(case, referrals, homes, seed)
                number = str(given.new or NEW[referrals])
                cases.append(child("benchmarks.choices", str(case), number, seconds=900))
        failed = [one["status"] for one in cases if "status" in one]
        cases = [one for one in cases if "status" not in one]
        seconds = [value for one in cases for value in one["seconds"]]
        own = limits_of(referrals, homes, [*seconds, *(math.inf for _ in failed)])
        limits += own
        if not cases:
            print(f"| {referrals} × {homes} | {failed} |")
            continue
        choices = [value for one in cases for value in one["choices"]]
        told = "".join(f" ({limit.words()})" for limit in own)
        print(
            f"| {referrals} × {homes}{told} | {len(seconds)} | {spread(choices)} | "
            f"{middle(seconds)} | {middle([one['match'] for one in cases])} |"
            + (f" {len(failed)} cases failed: {failed[0]}" if failed else ""),
            flush=True,
        )
    return limits


def limits_of(referrals: int, homes: int, seconds: list[float]) -> list[Limit]:
    """The limit of one referral's choices in a region of the first size; none for another.

    What was not done in time took longer than anything.
    """
    if (referrals, homes) != SIZES[0]:
        return []
    found = statistics.median(seconds) * 1000
    what = f"every choice of a new referral, {referrals} referrals and {homes} homes, the median"
    return [Limit(what, found, TARGET, "ms")]


def spread(counts: list[int]) -> str:
    """Return the median and the most."""
    return f"{statistics.median(counts):g} / {max(counts)}"


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]), int(sys.argv[2]))))
