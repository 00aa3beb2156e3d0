"""Many replications: in this process, in several, or on a cluster, with the same numbers.

A replication is a function of the world and its number, so who works it out, in what order, and
whether it had to be begun again because a worker died, changes nothing.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from broker.capacity.record import Replication
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
    if processes == 1 and cluster is None:
        for number, batch in batches:
            yield work(world, number, batch)
        return
    from joblib import Parallel, delayed  # type: ignore[import-untyped]

    with _backend(cluster):
        jobs = Parallel(
            n_jobs=-1 if cluster else processes,
            return_as="generator_unordered" if cluster is None else "generator",
            batch_size=1,
        )
        yield from jobs(delayed(work)(world, number, batch) for number, batch in batches)


def _leave_interrupts_to_the_parent() -> None:
    """Ctrl-C reaches every process of a terminal: a worker that it ended would leave it waiting."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def _backend(cluster: str | None) -> Iterator[None]:
    """Joblib's own processes, or a Dask cluster at an address."""
    from joblib import parallel_config

    if cluster is None:
        with parallel_config(backend="loky", initializer=_leave_interrupts_to_the_parent):
            yield
        return
    from distributed import Client

    client = Client(cluster, set_as_default=False)  # type: ignore[no-untyped-call]
    with client, parallel_config(backend="dask", client=client):
        yield
