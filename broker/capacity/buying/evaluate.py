"""Portfolios simulated and priced on common random numbers, kept on disk, by many processes.

A replication of a portfolio is a function of its inputs and its number. So what is kept from a run
that was stopped is what it would be worked out to be again, and one process and many agree.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import numpy as np

from broker.capacity.buying.built import Built, filtered
from broker.capacity.buying.outcome import COLUMNS, Pricer, Pricing, pricer
from broker.capacity.figures.days import Ints
from broker.capacity.simulation.pool import Pool
from broker.capacity.simulation.processes import each_done
from broker.capacity.simulation.replicate import replicate
from broker.capacity.simulation.settings import Settings
from broker.capacity.simulation.world import World, make_world
from matching.digest import case_sha256

CHUNK: Final = 20
"""Replications of a task, and of a file."""
SCHEMA: Final = "buying/1"


@dataclass(frozen=True)
class Chance:
    """One set of random numbers: a seed, and the invented young people that it makes."""

    seed: int
    pool: Pool


@dataclass(frozen=True)
class Subject:
    """What is simulated: a portfolio's case and contract under a demand."""

    built: Built
    demand: Mapping[str, Any]


@dataclass(frozen=True)
class Frame:
    """What all subjects share."""

    first: date
    weeks: int
    settings: Settings
    pricing: Pricing

    @property
    def years(self) -> Fraction:
        """The simulated years, of 365.25 days."""
        return Fraction(7 * self.weeks * 4, 1461)

    def world(self, subject: Subject, chance: Chance) -> World:
        """The world of a subject."""
        case = subject.built.case
        return make_world(
            case,
            subject.built.contract,
            subject.demand,
            weeks=self.weeks,
            seed=chance.seed,
            settings=self.settings,
            first=self.first,
            pool=filtered(chance.pool, case),
        )

    def key(self, subject: Subject, chance: Chance) -> str:
        """A name for a subject's outcomes that its inputs alone decide."""
        built = subject.built
        demand = json.dumps(subject.demand, sort_keys=True, separators=(",", ":"))
        facts = [
            SCHEMA, COLUMNS, case_sha256(built.case), built.contract.version,
            built.priced.end.isoformat(), hashlib.sha256(demand.encode()).hexdigest(),
            self.settings.as_json(), chance.seed, self.weeks, self.first.isoformat(),
            self.pricing.spot.source, str(self.pricing.achieved), self.pricing.void_limit,
            sorted(home.id for home in built.case.homes),
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:24]


@dataclass
class Evaluator:
    """Outcomes of subjects, worked out once and remembered.

    `folder` keeps them between runs; None keeps them in memory. `heard` is told after each task.
    """

    frame: Frame
    folder: Path | None = None
    processes: int = 1
    heard: Callable[[int], None] | None = None
    simulated: int = 0
    _known: dict[str, Ints] = field(default_factory=dict)

    def outcomes(
        self, subjects: Sequence[Subject], chance: Chance, replications: int
    ) -> list[Ints]:
        """The first so many replications of each subject: tables of COLUMNS."""
        keys = [self.frame.key(subject, chance) for subject in subjects]
        tasks = []
        for key, subject in dict(zip(keys, subjects, strict=True)).items():
            held = self._held(key)
            for start in range(len(held) // CHUNK * CHUNK, replications, CHUNK):
                stop = min(start + CHUNK, replications)
                if stop > len(held):
                    tasks.append((key, subject, start, stop))
        made: dict[str, dict[int, Ints]] = {}
        for key, start, rows in self._work(tasks, chance):
            self._keep(key, start, rows)
            made.setdefault(key, {})[start] = rows
            self.simulated += len(rows)
            if self.heard is not None:
                self.heard(self.simulated)
        for key, parts in made.items():
            before = self._known[key][: min(parts)]
            self._known[key] = np.concatenate([before, *(parts[at] for at in sorted(parts))])
        return [self._known[key][:replications] for key in keys]

    def _work(
        self, tasks: Sequence[tuple[str, Subject, int, int]], chance: Chance
    ) -> Iterator[tuple[str, int, Ints]]:
        processes = 1 if len(tasks) < 2 else self.processes
        yield from each_done(work, [(self.frame, chance, *task) for task in tasks], processes)

    def _held(self, key: str) -> Ints:
        if key not in self._known:
            self._known[key] = self._read(key)
        return self._known[key]

    def _read(self, key: str) -> Ints:
        """What is on disk, as far as it goes without a gap."""
        parts: list[Ints] = []
        at = 0
        while self.folder is not None and (path := self._path(key, at)).exists():
            rows = np.load(path, allow_pickle=False)
            parts.append(rows)
            at += len(rows)
            if len(rows) < CHUNK:
                break
        empty = np.zeros((0, len(COLUMNS)), dtype=np.int64)
        return np.concatenate([empty, *parts])

    def _keep(self, key: str, start: int, rows: Ints) -> None:
        if self.folder is None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        raw = io.BytesIO()
        np.save(raw, rows)
        path = self._path(key, start)
        part = path.with_name(path.name + ".part")
        part.write_bytes(raw.getvalue())
        part.replace(path)

    def _path(self, key: str, start: int) -> Path:
        assert self.folder is not None
        return self.folder / f"{key}-{start:06d}.npy"


_LAST: dict[str, tuple[World, Pricer]] = {}
"""The world that this process made last: the next task is most often of the same one."""


def work(
    frame: Frame, chance: Chance, key: str, subject: Subject, start: int, stop: int
) -> tuple[str, int, Ints]:
    """Some replications of one subject."""
    if key not in _LAST:
        _LAST.clear()
        world = frame.world(subject, chance)
        _LAST[key] = world, pricer(world, subject.built, frame.pricing)
    world, prices = _LAST[key]
    made = [replicate(world, number) for number in range(start, stop)]
    return key, start, prices.outcomes(made)


def column(table: Ints, name: str) -> Ints:
    """One of COLUMNS."""
    return table[:, COLUMNS.index(name)]


def stacked(tables: Iterable[Ints], name: str) -> Ints:
    """One of COLUMNS of several subjects: a row for each replication."""
    return np.stack([column(table, name) for table in tables], axis=1)
