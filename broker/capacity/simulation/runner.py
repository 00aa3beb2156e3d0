"""Many replications: in this process, in several, or on a cluster, with the same numbers.

A replication is a function of the world and its number, so who works it out, in what order, and
whether it had to be begun again because a worker died, changes nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from broker.capacity.record import Replication
from broker.capacity.simulation.processes import each_done
from broker.capacity.simulation.replicate import replicate
from broker.capacity.simulation.store import batch_path, held_in, open_folder, write_batch
from broker.capacity.simulation.world import World

BATCH: Final = 20
"""Replications of a batch: a file, and a task of a worker."""


def simulate(
    world: World, replications: int, *, processes: int = 1, cluster: str | None = None
) -> list[Replication]:
    """Replications 0 to so many of a world, in order; nothing is written."""
    batches = _batches(replications)
    found = dict(_work(world, list(enumerate(batches)), processes, cluster))
    return [one for number in sorted(found) for one in found[number]]


def simulate_into(
    folder: Path,
    world: World,
    replications: int,
    *,
    processes: int = 1,
    cluster: str | None = None,
    time_limit: float | None = None,
    heard: Callable[[int, int], None] | None = None,
) -> int:
    """Replications of a world into a folder, those already there left out; how many are there then.

    `heard` is told (done, of all). A time limit in seconds, or an interrupt, leaves what is done.

    Raises:
        OtherRun: the folder holds a run of other inputs.
        SpoiltRun: a file of the folder cannot be read.
    """
    open_folder(folder, world)
    began = time.monotonic()
    batches = _batches(replications)
    left = [
        (n, batch) for n, batch in enumerate(batches) if held_in(batch_path(folder, n)) < len(batch)
    ]
    done = replications - sum(len(batch) for _, batch in left)
    for number, made in _work(world, left, processes, cluster):
        write_batch(folder, number, made)
        done += len(made)
        if heard is not None:
            heard(done, replications)
        if time_limit is not None and time.monotonic() - began > time_limit:
            break
    return done


def _batches(replications: int) -> list[range]:
    return [
        range(first, min(first + BATCH, replications)) for first in range(0, replications, BATCH)
    ]


def work(world: World, number: int, batch: Sequence[int]) -> tuple[int, list[Replication]]:
    """One batch."""
    return number, [replicate(world, one) for one in batch]


def _work(
    world: World, batches: Sequence[tuple[int, Sequence[int]]], processes: int, cluster: str | None
) -> Iterator[tuple[int, list[Replication]]]:
    tasks = [(world, number, batch) for number, batch in batches]
    return each_done(work, tasks, processes, cluster)
