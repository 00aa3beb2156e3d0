"""Measures fifty people at once: the service beside the smallest route of FastAPI, same client."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.limits import Limit
from benchmarks.load import afterwards, grounds
from benchmarks.load.people import World, put_on_record
from benchmarks.load.tally import Row, Sample, rows, strange, within
from broker.store.clock import today

WARM = 5.0
"""Seconds of work before those that are counted."""
RUN = "LOAD"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of this section."""
    parser.add_argument("--users", type=int, default=50, help="how many people at work [50]")
    parser.add_argument(
        "--people", type=int, default=10_000, help="young people on record before [10000]"
    )
    parser.add_argument("--load-seconds", type=float, default=60.0, help="how long [60]")


def run(given: argparse.Namespace) -> list[Limit]:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as name, grounds.database() as (address, engine):
        folder = Path(name)
        print(f"\nPostgreSQL: {grounds.settings_of(engine)}", flush=True)
        began = time.perf_counter()
        world = put_on_record(engine, given.people, given.users, _say)
        whole = time.perf_counter() - began
        print(
            f"{given.people:,} young people on record in {world.seconds:.0f} s, with the region "
            f"and the accounts {whole:.0f} s; {len(world.homes)} homes are asked"
        )
        print("rates set: " + ", ".join(f"{k} {v}" for k, v in grounds.RATES.items()), flush=True)
        limit = _limit(given, folder)
        told = _service(given, folder, address, world)
        _print_rows(rows(_counted(limit), given.load_seconds)[:1], "the smallest route of FastAPI")
        counted = _counted(told)
        _print_rows(rows(counted, given.load_seconds), f"the service, {given.users} people")
        _print_refusals(told, counted)
        accepted = [tuple(one) for one in told["accepted"]]
        found = afterwards.look(engine, accepted, RUN)
        _print_found(found)
        began = time.perf_counter()
        holds, words = afterwards.audit_verifies(address)
        spent = time.perf_counter() - began
        print(f"broker audit verify ({spent:.0f} s): {'holds' if holds else 'BROKEN'}: {words}")
        return limits_of(found, holds)


def limits_of(found: afterwards.Found, holds: bool) -> list[Limit]:
    """Nothing that was answered as done may be lost, no place have two, the audit be broken."""
    return [
        Limit("steps lost under load", found.lost_steps, 0, "steps"),
        Limit("placements lost under load", found.lost_placements, 0, "placements"),
        Limit("placements doubled under load", found.doubled_placements, 0, "placements"),
        Limit("chains of the audit broken under load", int(not holds), 0, "chains"),
    ]


def _say(sentence: str) -> None:
    print(f"  {sentence}", flush=True)


def _limit(given: argparse.Namespace, folder: Path) -> dict[str, Any]:
    port = grounds.free_port()
    words = ["uvicorn", "benchmarks.load.smallest:app", "--port", str(port), "--no-access-log"]
    plan = {"path": "/", "connections": given.users}
    with grounds.process(words, port, "/", folder, {}):
        return _client(folder, {**plan, **_times(given, port)})


def _service(given: argparse.Namespace, folder: Path, address: str, world: World) -> dict[str, Any]:
    port = grounds.free_port()
    words = ["broker.cli", "serve", "--port", str(port)]
    plan = {
        "users": [asdict(one) for one in world.users],
        "homes": world.homes,
        "today": today().isoformat(),
        "seed": 1,
        "run": RUN,
    }
    more = {"BROKER_DATABASE_URL": address, **grounds.RATES}
    with grounds.process(words, port, "/api/ready", folder, more):
        return _client(folder, {**plan, **_times(given, port)})


def _times(given: argparse.Namespace, port: int) -> dict[str, Any]:
    return {"port": port, "warm": WARM, "seconds": given.load_seconds}


def _client(folder: Path, plan: dict[str, Any]) -> dict[str, Any]:
    """What the people of a plan were answered, by a process of their own."""
    asked, told = folder / "plan.json", folder / "told.json"
    asked.write_text(json.dumps(plan), encoding="utf-8")
    words = [sys.executable, "-m", "benchmarks.load.client", str(asked), str(told)]
    subprocess.run(words, cwd=grounds.ROOT, check=True)
    found: dict[str, Any] = json.loads(told.read_text(encoding="utf-8"))
    return found


def _counted(told: dict[str, Any]) -> list[Sample]:
    samples = [Sample(**one) for one in told["samples"]]
    return within(samples, told["start"], told["end"])


def _print_rows(lines: list[Row], title: str) -> None:
    print(f"\n## {title}")
    print(f"{'':28} {'requests':>8} {'a second':>9} {'p50 ms':>8} {'p99 ms':>8} "
          f"{'refused':>8} {'errors':>7}")  # fmt: skip
    for one in lines:
        print(
            f"{one.name:28} {one.requests:8,} {one.a_second:9.1f} {one.p50:8.1f} {one.p99:8.1f} "
            f"{one.refused:8} {one.errors:7}"
        )


def _print_refusals(told: dict[str, Any], counted: list[Sample]) -> None:
    print(f"\nreferrals begun: {told['begun']}; refusals with their gates: {told['refusals']}")
    print(f"errors: {dict(strange(counted)) or 'none'}")


def _print_found(found: afterwards.Found) -> None:
    print(
        f"\non record afterwards: {found.steps:,} steps of this run ({found.lost_steps} lost, "
        f"{found.untold_steps} that nobody was told of), {found.placements} placements "
        f"({found.lost_placements} lost, {found.untold_placements} that nobody was told of, "
        f"{found.doubled_placements} doubled)"
    )
