"""Tasks done in this process, in several, or on a cluster; what they answer is the same.

For tasks whose answer is a function of their arguments: who works one out, in what order, and
whether it had to be begun again because a worker died, changes nothing.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

Answer = TypeVar("Answer")


def each_done(
    work: Callable[..., Answer],
    tasks: Sequence[tuple[Any, ...]],
    processes: int = 1,
    cluster: str | None = None,
) -> Iterator[Answer]:
    """The answer of each task, as soon as it is there; with several processes in any order."""
    if processes == 1 and cluster is None:
        for task in tasks:
            yield work(*task)
        return
    from joblib import Parallel, delayed  # type: ignore[import-untyped]

    with _backend(cluster):
        jobs = Parallel(
            n_jobs=-1 if cluster else processes,
            return_as="generator_unordered" if cluster is None else "generator",
            batch_size=1,
        )
        yield from jobs(delayed(work)(*task) for task in tasks)


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
