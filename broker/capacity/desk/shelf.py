"""Simulations that were asked for, each in a folder of its own: asked, under way, over, and shown.

The folder is the queue and the result: replications are kept batch by batch, so that whoever takes
up a simulation that was broken off goes on where it stopped. One worker at a time holds a
simulation, by a lock of the file system that ends with the worker's process.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

DEMAND: Final = "demand.json"
SPOT: Final = "spot.toml"
RESULT: Final = "result.json"
MOST_WAITING: Final = 20
"""Simulations that may wait; one more is told to come back. Our starting assumption."""

_REQUEST, _PROGRESS, _ENDED, _LOCK = "request.json", "progress.json", "ended.json", "lock"


class Full(Exception):
    """As many simulations wait as may wait."""


@dataclass(frozen=True, slots=True)
class Job:
    """A simulation that was asked for, and how it stands.

    `state` is waiting, running, done, failed or cancelled; `done` of `of` replications are played.
    """

    number: int
    folder: Path
    asked_by: str
    asked_at: datetime
    request: Mapping[str, Any]
    state: str
    sentence: str
    done: int
    of: int

    @property
    def over(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state in ("done", "failed", "cancelled")


class Shelf:
    """The simulations in a folder, which also holds the demand they start from."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def demand(self) -> Path:
        """Where the demand is, as `broker demand` writes it."""
        return self.folder / DEMAND

    @property
    def spot(self) -> Path:
        """Where the spot fees are, if there are any."""
        return self.folder / SPOT

    def ask(self, by: str, at: datetime, request: Mapping[str, Any], key: str) -> Job:
        """Put a simulation into the queue; the same key asked again is the same simulation.

        Raises:
            Full: too many wait.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with _locked(self.folder / _LOCK, wait=True):
            jobs = list(self.jobs())
            for job in jobs:
                if job.request.get("key") == key and job.asked_by == by:
                    return job
            if sum(not job.over for job in jobs) >= MOST_WAITING:
                raise Full
            number = max((job.number for job in jobs), default=0) + 1
            told = {"by": by, "at": at.isoformat(), "request": {**request, "key": key}}
            folder = self.folder / str(number)
            folder.mkdir()
            _write(folder / _REQUEST, told)
        made = self.job(number)
        assert made is not None, "it was just put there"
        return made

    def jobs(self) -> Iterator[Job]:
        """Every simulation, the newest first."""
        numbers = (int(one.name) for one in self.folder.glob("[1-9]*") if one.name.isdigit())
        for number in sorted(numbers, reverse=True):
            job = self.job(number)
            if job is not None:
                yield job

    def job(self, number: int) -> Job | None:
        """A simulation as it stands; None where there is none of this number."""
        folder = self.folder / str(number)
        told = _read(folder / _REQUEST)
        if told is None:
            return None
        progress = _read(folder / _PROGRESS) or {}
        ended = _read(folder / _ENDED)
        state = "running" if progress else "waiting"
        sentence = progress.get("sentence", "It waits for its turn")
        if ended is not None:
            state, sentence = ended["state"], ended["sentence"]
        return Job(
            number=number,
            folder=folder,
            asked_by=told["by"],
            asked_at=datetime.fromisoformat(told["at"]),
            request=told["request"],
            state=state,
            sentence=sentence,
            done=progress.get("done", 0),
            of=progress.get("of", 0),
        )

    def say(self, job: Job, sentence: str, done: int, of: int) -> None:
        """How a simulation stands now."""
        _write(job.folder / _PROGRESS, {"sentence": sentence, "done": done, "of": of})

    def end(self, job: Job, state: str, sentence: str) -> bool:
        """A simulation is over; False where it was over already."""
        told = {"state": state, "sentence": sentence}
        part = job.folder / f"{_ENDED}.{os.getpid()}"
        part.write_text(json.dumps(told), encoding="utf-8")
        try:
            os.link(part, job.folder / _ENDED)
        except FileExistsError:
            return False
        finally:
            part.unlink()
        return True

    @contextmanager
    def next(self) -> Iterator[Job | None]:
        """The oldest simulation that is not over, held as long as this lasts; None for none."""
        for job in sorted(self.jobs(), key=lambda one: one.number):
            if job.over:
                continue
            with _locked(job.folder / _LOCK) as held:
                again = self.job(job.number)
                if held and again is not None and not again.over:
                    yield again
                    return
        yield None

    def result(self, job: Job) -> dict[str, Any] | None:
        """What is shown of a simulation that is done."""
        return _read(job.folder / RESULT)


@contextmanager
def _locked(path: Path, *, wait: bool = False) -> Iterator[bool]:
    """Whether the lock of a file is ours, for as long as this lasts."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return found


def _write(path: Path, told: Mapping[str, Any]) -> None:
    part = path.with_name(f"{path.name}.part")
    part.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    part.replace(path)
