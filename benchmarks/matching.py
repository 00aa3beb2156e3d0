"""Measures matching at size, beside a flow, plain CP-SAT and HiGHS on the same cases.

Each case is measured in a process of its own, on one core. Ctrl-C ends it and shows what was
measured.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from broker.sample.generate import write_generated

SIZES = ("60x9", "500x150", "2000x600", "10000x4000")
LIMITS = {"60x9": 10.0, "500x150": 60.0, "2000x600": 120.0, "10000x4000": 180.0}
OTHERS = {"60x9": 10.0, "500x150": 20.0, "2000x600": 30.0, "10000x4000": 0.0}
MILESTONES = ("read", "pairs", "first", "today", "gap 1%", "gap 0.1%", "proof")
GRACE = 2.0

Case = tuple[str, int]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what to measure."""
    group = parser.add_argument_group("matching")
    group.add_argument("--sizes", default=",".join(SIZES), help=f"[{','.join(SIZES)}]")
    group.add_argument("--seeds", default="1-5", help="a seed or first-last [1-5]")
    group.add_argument("--limit", type=float, help="seconds a case for the engine")
    group.add_argument("--others", type=float, help="seconds a case for CP-SAT and for HiGHS")


def child(module: str, *words: str, seconds: float) -> dict[str, Any]:
    """Return what a child process measured; one that overstays is ended."""
    environment = dict(os.environ, OMP_NUM_THREADS="1", NUMBA_NUM_THREADS="1")
    command = [sys.executable, "-m", module, *words]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=seconds, env=environment, check=False
        )
    except subprocess.TimeoutExpired:
        return {"status": "ended: overstayed its limit", "seconds": seconds}
    if done.returncode:
        return {"status": "failed: " + done.stderr.strip().splitlines()[-1]}
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def measure(size: str, seed: int, given: argparse.Namespace) -> dict[str, dict[str, Any]]:
    """Return what each way measured on one case."""
    referrals, homes = (int(part) for part in size.split("x"))
    limit = LIMITS.get(size, 120.0) if given.limit is None else given.limit
    others = OTHERS.get(size, 20.0) if given.others is None else given.others
    with tempfile.TemporaryDirectory() as folder:
        case = Path(folder) / "case"
        write_generated(case, referrals, homes, seed)
        found = {
            "ours": child("benchmarks.ours", str(case), str(limit), seconds=limit * GRACE + 180)
        }
        found["flow"] = child("benchmarks.others", "flow", str(case), "60", seconds=180)
        for way in ("cp-sat", "highs") if others else ():
            found[way] = child(
                "benchmarks.others", way, str(case), str(others), seconds=others * GRACE + 60
            )
    return found


def shown(seconds: float | None) -> str:
    """Return seconds for the table; a dash where it was never reached."""
    if seconds is None:
        return "–"
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def middle(values: Sequence[float | None]) -> str:
    """Return median and worst; one never reached counts as worse than any."""
    known = [float("inf") if value is None else value for value in values]
    mid, worst = statistics.median(known), max(known)
    return " / ".join(shown(None if v == float("inf") else v) for v in (mid, worst))


def report(results: dict[Case, dict[str, dict[str, Any]]]) -> None:
    """Print a table a size."""
    for size in dict.fromkeys(size for size, _ in results):
        cases = [found for (other, _), found in results.items() if other == size]
        print(f"\n## {size.replace('x', ' referrals, ')} homes ({len(cases)} seeds)\n")
        ours = [found["ours"] for found in cases if "levels" in found["ours"]]
        for found in cases:
            if "levels" not in found["ours"]:
                print(f"  the engine gave no answer: {found['ours'].get('status')}")
        if ours:
            print("| milestone | median / worst |\n|---|---|")
            for name in MILESTONES:
                print(f"| {name} | {middle([one[name] for one in ours])} |")
            gaps = [one["gap"] for one in ours]
            print(f"| gap at the end | {statistics.median(gaps):.3%} / {max(gaps):.3%} |")
            proven = sum(one["proof"] is not None for one in ours)
            print(f"| all three levels proven | {proven} of {len(ours)} |")
            print(f"| peak memory | {max(one['memory'] for one in ours):.0f} MB |")
        for way in ("flow", "cp-sat", "highs"):
            others = [found[way] for found in cases if way in found]
            if others:
                print(f"| {way} | {other_way(others)} |")


def other_way(others: list[dict[str, Any]]) -> str:
    """Return how another way fared, in a line."""
    seconds = middle([one.get("seconds") for one in others])
    ends = [str(one.get("status")) for one in others]
    told = ", ".join(f"{ends.count(end)} {end}" for end in dict.fromkeys(ends))
    gaps = [one["gap"] for one in others if "gap" in one]
    gap = f"; gap {statistics.median(gaps):.2%} / {max(gaps):.2%}" if gaps else ""
    return f"{seconds}: {told}{gap}"


def run(given: argparse.Namespace) -> None:
    """Measure, telling how far it is; print the tables at the end or on Ctrl-C."""
    first, _, last = given.seeds.partition("-")
    seeds = range(int(first), int(last or first) + 1)
    cases = [(size, seed) for size in given.sizes.split(",") for seed in seeds]
    results: dict[Case, dict[str, dict[str, Any]]] = {}
    try:
        for number, (size, seed) in enumerate(cases, 1):
            print(f"{number} of {len(cases)}: {size}, seed {seed}", file=sys.stderr, flush=True)
            results[size, seed] = measure(size, seed, given)
            print(f"  {results[size, seed]}", file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        print("stopped; what was measured:", file=sys.stderr)
    report(results)
