"""Many years replayed, in this process or in several, into a folder that can be gone on with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from broker.capacity.replay.run import Question, Replayed, prepare, replay_one
from broker.capacity.replay.store import open_folder, read_year, write_year
from broker.capacity.simulation.processes import each_done


def replay(
    question: Question,
    replications: int,
    processes: int = 1,
    folder: Path | None = None,
    heard: Callable[[int, int], None] = lambda done, of: None,
) -> list[Replayed]:
    """So many years in the order of their numbers; those that a folder holds are taken from there.

    Each is written there as soon as it is done. `heard` is told (done, of all).

    Raises:
        OtherRun: the folder holds a run of other inputs.
        SpoiltRun: a file of the folder cannot be read.
        NoGround: a borough of the demand is no authority with children's services.
    """
    found: dict[int, Replayed] = {}
    if folder is not None:
        open_folder(folder, question)
        kept = [read_year(folder, number) for number in range(replications)]
        found = {one.number: one for one in kept if one is not None}
    left = [number for number in range(replications) if number not in found]
    heard(len(found), replications)
    if left:
        prepared = prepare(question)
        tasks = [(prepared, number) for number in left]
        for one in each_done(replay_one, tasks, processes):
            if folder is not None:
                write_year(folder, one)
            found[one.number] = one
            heard(len(found), replications)
    return [found[number] for number in sorted(found)]
