"""The same seed gives the same numbers, whoever works them out; a run goes on where it stopped."""

from __future__ import annotations

import os
import signal
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from broker.capacity.record import Replication
from broker.capacity.simulation import replicate, runner
from broker.capacity.simulation.engine import Asked
from broker.capacity.simulation.runner import BATCH, simulate, simulate_into
from broker.capacity.simulation.settings import Settings
from broker.capacity.simulation.store import OtherRun, read_replications, read_run
from broker.capacity.simulation.world import make_world
from tests.integration.simulation.worlds import case_world, demand

WEEKS = 30


def same(one: list[Replication], other: list[Replication]) -> bool:
    """Whether two lists of replications hold the same numbers."""
    return len(one) == len(other) and all(
        a.number == b.number
        and a.seed == b.seed
        and a.rounds == b.rounds
        and np.array_equal(a.spells, b.spells)
        and np.array_equal(a.empty, b.empty)
        and np.array_equal(a.refusals, b.refusals)
        for a, b in zip(one, other, strict=True)
    )


def test_one_process_and_two_give_the_same_numbers_and_another_seed_others() -> None:
    world = case_world(1, WEEKS)
    alone = simulate(world, 2 * BATCH)
    assert same(alone, simulate(world, 2 * BATCH, processes=2))
    assert not same(alone[:3], simulate(case_world(2, WEEKS), 3))


def test_a_cluster_with_a_worker_killed_in_its_midst_gives_the_same_numbers() -> None:
    from distributed import LocalCluster

    world = case_world(1, WEEKS)
    replications = 5 * BATCH
    alone = simulate(world, replications)
    with LocalCluster(  # type: ignore[no-untyped-call]
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        workers = list(cluster.workers.values())
        victim = workers[0].pid
        threading.Thread(target=_kill_soon, args=(victim,), daemon=True).start()
        found = simulate(world, replications, cluster=cluster.scheduler_address)
        with pytest.raises(ProcessLookupError):
            os.kill(victim, 0)
    assert same(alone, found)


def _kill_soon(victim: int) -> None:
    time.sleep(1.0)
    os.kill(victim, signal.SIGKILL)


def test_a_run_that_was_interrupted_goes_on_and_ends_with_the_same_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = case_world(1, WEEKS)
    worked: list[int] = []
    before = runner.work

    def interrupted(world, number, batch):  # type: ignore[no-untyped-def]
        if len(worked) == 2:
            raise KeyboardInterrupt
        worked.append(number)
        return before(world, number, batch)

    monkeypatch.setattr(runner, "work", interrupted)
    with pytest.raises(KeyboardInterrupt):
        simulate_into(tmp_path / "run", world, 4 * BATCH)
    assert len(read_replications(tmp_path / "run")) == 2 * BATCH
    worked.clear()
    heard: list[tuple[int, int]] = []
    monkeypatch.setattr(runner, "work", before)
    done = simulate_into(
        tmp_path / "run", world, 4 * BATCH, heard=lambda done, of: heard.append((done, of))
    )
    assert done == 4 * BATCH
    assert heard == [(3 * BATCH, 4 * BATCH), (4 * BATCH, 4 * BATCH)]
    assert same(read_replications(tmp_path / "run"), simulate(world, 4 * BATCH))
    assert not list((tmp_path / "run").glob("*.part"))


def test_more_replications_are_added_to_those_there(tmp_path: Path) -> None:
    world = case_world(1, WEEKS)
    simulate_into(tmp_path, world, BATCH + 3)
    simulate_into(tmp_path, world, 2 * BATCH)
    assert same(read_replications(tmp_path), simulate(world, 2 * BATCH))


def test_a_time_limit_leaves_what_is_done(tmp_path: Path) -> None:
    assert simulate_into(tmp_path, case_world(1, WEEKS), 3 * BATCH, time_limit=1e-9) == BATCH
    assert len(read_replications(tmp_path)) == BATCH


def test_a_folder_of_other_inputs_is_refused_and_says_which(tmp_path: Path) -> None:
    world = case_world(1, WEEKS)
    simulate_into(tmp_path, world, 1)
    other = make_world(
        world.case, world.contract, demand(), weeks=WEEKS, seed=9,
        settings=Settings(decline_percent=50.0),
    )  # fmt: skip
    with pytest.raises(OtherRun, match="seed, settings"):
        simulate_into(tmp_path, other, 1)
    assert read_run(tmp_path)["inputs"]["seed"] == 1


def test_who_comes_and_how_long_they_would_stay_does_not_depend_on_the_portfolio() -> None:
    world = case_world(1, 52, elsewhere_after=1)
    homes = tuple(
        replace(home, places=home.places + 1) if home.contract and at % 2 else home
        for at, home in enumerate(world.case.homes)
    )
    places = sum(home.places for home in homes if home.contract)
    block = world.contract.block
    assert block is not None
    more = make_world(
        replace(world.case, homes=homes),
        replace(world.contract, block=replace(block, places=places)),
        demand(),
        weeks=52,
        seed=1,
        settings=world.settings,
    )
    one, other = simulate(world, 1)[0], simulate(more, 1)[0]
    assert not np.array_equal(one.spells, other.spells)
    came, stays = zip(*(_of_people(run) for run in (one, other)), strict=True)
    assert came[0] == came[1]
    shared = stays[0].keys() & stays[1].keys()
    assert len(shared) > 20
    assert all(stays[0][key] == stays[1][key] for key in shared)


def _of_people(run: Replication) -> tuple[set[tuple[int, ...]], dict[int, int]]:
    """Who was referred, and how long first stays lasted that ended by themselves."""
    came: dict[int, tuple[int, ...]] = {}
    lasted: dict[int, int] = {}
    for row in run.spells:
        person = int(row["person"])
        first = person not in came
        if first:
            came[person] = tuple(int(row[name]) for name in ("person", "band", "sex", "arrived"))
        if row["where"] != -1 and person not in lasted and row["ended"] in (1, 2, 6):
            lasted[person] = int(row["end"] - row["start"])
        elif row["where"] != -1:
            lasted.setdefault(person, -1)
    return set(came.values()), {who: days for who, days in lasted.items() if days > 0}


@pytest.mark.parametrize("room", [1, 2, 3, 5, 8])
def test_a_queue_of_any_length_has_its_room_and_changes_nothing(
    room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A round of one more than there was room for was once written past the end of its tables."""
    world = case_world(1, WEEKS, elsewhere_after=0)
    plenty = replicate.replicate(world, 0)
    seen: list[int] = []

    def watch(asked: Asked) -> None:
        assert len(asked.rnd.fits) >= asked.number
        assert len(asked.rnd.pair) >= asked.number
        seen.append(asked.number)

    monkeypatch.setattr(replicate, "ROOM", room)
    assert same([plenty], [replicate.replicate(world, 0, watch)])
    assert max(seen) > 8
