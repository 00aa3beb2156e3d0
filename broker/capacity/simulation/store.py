"""A run's folder: what it is of (`run.json`) and its replications, a file for each batch.

A batch is written whole or not at all, so that an interrupted run goes on where it stopped. Every
input has its digest in `run.json`: a folder of other inputs is refused, never mixed.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np

from broker.capacity.record import EMPTY, PATHS, REFUSALS, SPELLS, Replication
from broker.capacity.simulation.settings import assumptions
from broker.capacity.simulation.world import World
from matching.digest import case_sha256

SCHEMA: Final = "simulation/1"
RUN_FILE: Final = "run.json"
_BATCH: Final = re.compile(r"batch-[0-9]{6}\.npz")


class OtherRun(ValueError):
    """The folder holds a run of other inputs; says which."""


class SpoiltRun(ValueError):
    """A file of the folder cannot be read; says which and why."""


def facts(world: World) -> dict[str, Any]:
    """What a run is of: inputs by digest, what its tables' indices mean, what it assumes."""
    demand = json.dumps(world.demand, sort_keys=True, separators=(",", ":"))
    return {
        "schema": SCHEMA,
        "inputs": {
            "case": case_sha256(world.case),
            "contract": world.contract.version,
            "demand": hashlib.sha256(demand.encode()).hexdigest(),
            "settings": world.settings.as_json(),
            "seed": world.seed,
            "weeks": world.weeks,
            "first": world.first.isoformat(),
        },
        "contract": world.contract.id,
        "scenario": world.demand.get("scenario"),
        "boroughs": list(world.boroughs),
        "homes": list(world.homes),
        "block": [bool(flag) for flag in world.block],
        "places": [home.places for home in world.supply.homes],
        "opens": list(world.supply.opens_on),
        "assumptions": [*assumptions(world.settings), *world.demand["assumptions"]],
    }


def open_folder(folder: Path, world: World) -> None:
    """Make the folder ready for a world's batches.

    Raises:
        OtherRun: it holds a run of other inputs.
        SpoiltRun: its run.json cannot be read.
    """
    open_run(folder, facts(world))


def open_run(folder: Path, own: Mapping[str, Any]) -> None:
    """Make a folder ready for what is of these `inputs` (of its `schema`) and of no others.

    Raises:
        OtherRun: it holds a run of other inputs.
        SpoiltRun: its run.json cannot be read.
    """
    path = folder / RUN_FILE
    if path.exists():
        held = read_run(folder)
        before = held["inputs"]
        changed = sorted(k for k in own["inputs"] if before.get(k) != own["inputs"][k])
        if held.get("schema") != own["schema"] or changed:
            raise OtherRun(", ".join(changed) or "another kind of folder")
        return
    folder.mkdir(parents=True, exist_ok=True)
    write_part(path, json.dumps(own, ensure_ascii=False, indent=1).encode() + b"\n")


def batch_path(folder: Path, number: int) -> Path:
    """The file of a batch."""
    return folder / f"batch-{number:06d}.npz"


def write_batch(folder: Path, number: int, made: Iterable[Replication]) -> None:
    """Write a batch, whole or not at all."""
    made = list(made)
    tables: dict[str, np.ndarray] = {
        "number": np.array([one.number for one in made], dtype=np.int64),
        "rounds": np.array([[one.rounds[p] for p in PATHS] for one in made], dtype=np.int64),
    }
    for name in ("spells", "empty", "refusals"):
        rows = [getattr(one, name) for one in made]
        tables[name] = np.concatenate(rows)
        tables[f"{name}_ends"] = np.cumsum([len(each) for each in rows])
    raw = io.BytesIO()
    np.savez(raw, **tables)  # type: ignore[arg-type]
    write_part(batch_path(folder, number), raw.getvalue())


def write_part(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    part = path.with_name(path.name + ".part")
    part.write_bytes(data)
    part.replace(path)


def read_run(folder: Path) -> dict[str, Any]:
    """What a folder's run is of.

    Raises:
        SpoiltRun: its run.json cannot be read.
    """
    try:
        held = json.loads((folder / RUN_FILE).read_bytes())
    except (UnicodeDecodeError, json.JSONDecodeError) as problem:
        raise SpoiltRun(f"{RUN_FILE} is no JSON: {problem}") from None
    if not isinstance(held, dict) or not isinstance(held.get("inputs"), dict):
        raise SpoiltRun(f'{RUN_FILE} has no "inputs", the digests of what the run is of')
    return held


def held_in(path: Path) -> int:
    """How many replications a batch file holds; 0 where it is not there.

    Raises:
        SpoiltRun: the file cannot be read.
    """
    return len(_columns(path, ["number"])["number"]) if path.exists() else 0


def _columns(path: Path, names: Iterable[str]) -> dict[str, np.ndarray]:
    try:
        with np.load(path, allow_pickle=False) as held:
            return {name: held[name] for name in names}
    except (ValueError, KeyError, EOFError, zipfile.BadZipFile) as problem:
        raise SpoiltRun(f"{path.name} is no batch of replications: {problem}") from None


def read_batch(path: Path, run: Mapping[str, Any]) -> list[Replication]:
    """The replications of a batch file.

    Raises:
        SpoiltRun: the file cannot be read.
    """
    inputs = run["inputs"]
    kinds = {"spells": SPELLS, "empty": EMPTY, "refusals": REFUSALS}
    ends = [f"{name}_ends" for name in kinds]
    held = _columns(path, ["number", "rounds", *kinds, *ends])
    split = {
        name: np.split(held[name].astype(kind), held[f"{name}_ends"][:-1])
        for name, kind in kinds.items()
    }
    numbers, rounds = held["number"], held["rounds"]
    return [
        Replication(
            number=int(number),
            seed=(int(inputs["seed"]), int(number)),
            weeks=int(inputs["weeks"]),
            first=date.fromisoformat(inputs["first"]),
            spells=split["spells"][at],
            empty=split["empty"][at],
            refusals=split["refusals"][at],
            rounds=dict(zip(PATHS, (int(n) for n in rounds[at]), strict=True)),
        )
        for at, number in enumerate(numbers)
    ]


def each_replication(folder: Path, below: int | None = None) -> Iterator[Replication]:
    """The replications of a folder in order of number, those below a number if one is given.

    A batch is read when it comes to it: a long run need not be in memory at once.
    """
    run = read_run(folder)
    for path in sorted(path for path in folder.iterdir() if _BATCH.fullmatch(path.name)):
        for one in read_batch(path, run):
            if below is None or one.number < below:
                yield one


def read_replications(folder: Path) -> list[Replication]:
    """Every replication of a folder, in order of number."""
    return list(each_replication(folder))
