"""The warehouse as somebody asks for it: in the database and as files, with keys held apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from broker.access.actor import Actor
from broker.audit.chain import Record, add_entry
from broker.database import reading, writing
from broker.store.clock import now
from broker.warehouse import alone, build, parquet
from broker.warehouse.facts import SHAPES
from broker.warehouse.place import Place
from broker.warehouse.pseudonym import Keys, check_apart, keys_of, read_keys, replace_keys


@dataclass(frozen=True, slots=True)
class Answer:
    """What was done: whole or by increment, in the database and in the files."""

    done: build.Done
    files_anew: bool
    keys_made: bool
    folder: Path
    keys: Path

    def to_json(self) -> dict[str, Any]:
        """As a program reads it."""
        delta = self.done.delta
        return {
            "as_of": self.done.as_of.isoformat(),
            "built_whole": self.done.whole,
            "files_written_whole": self.files_anew,
            "keys_made": self.keys_made,
            "folder": str(self.folder),
            "state": self.done.state,
            "emptied_referrals": delta.emptied,
            "rows_written": {
                shape.name: len(delta.come[shape]) for shape in SHAPES if shape in delta.gone
            },
        }

    def words(self) -> str:
        """In lines."""
        told = self.to_json()
        lines = [
            f"The warehouse as of {told['as_of']}, "
            f"{'built whole' if self.done.whole else 'brought up to date'}: views in the database, "
            f"files in {self.folder}."
        ]
        lines += [f"  {name}: {n} rows written" for name, n in told["rows_written"].items() if n]
        if not any(told["rows_written"].values()):
            lines.append("  nothing had changed")
        if delta := told["emptied_referrals"]:
            lines.append(f"  referrals whose words were removed from the record, left out: {delta}")
        if self.keys_made:
            lines.append(
                f"Keys were made: {self.keys}. Keep them apart from the files, and keep a copy: "
                "without them every pseudonym changes."
            )
        return "\n".join(lines)


def bring_up(
    engine: Engine, folder: Path, key_file: Path, today: date, actor: Actor, *, whole: bool
) -> Answer:
    """Build or refresh.

    Raises:
        Refused: keys and folder cannot be used as they are.
    """
    check_apart(key_file, folder)
    parquet.prepare(folder)
    with alone.in_folder(folder, wait=True):
        return brought_up(engine, Place(folder, key_file), today, actor, whole=whole)


def brought_up(engine: Engine, place: Place, today: date, actor: Actor, *, whole: bool) -> Answer:
    """Build or refresh, where nobody else writes in the folder meanwhile.

    Raises:
        Refused: the keys cannot be used as they are.
    """
    folder, act = place.folder, "build" if whole else "refresh"
    keys, made = keys_of(place.keys)
    done, anew = _work(engine, folder, keys, today, actor, act, whole)
    return Answer(done, anew, made, folder, place.keys)


def rotate(engine: Engine, folder: Path, key_file: Path, today: date, actor: Actor) -> Answer:
    """A new secret and a new era; database and files are built anew with them.

    The new keys are written first: were they lost after the build, nobody could refresh it.

    Raises:
        Refused: keys and folder cannot be used as they are, or there are no keys yet.
    """
    check_apart(key_file, folder)
    parquet.prepare(folder)
    with alone.in_folder(folder, wait=True):
        keys = read_keys(key_file).rotated(today)
        replace_keys(key_file, keys)
        done, anew = _work(engine, folder, keys, today, actor, "rotate", True)
    return Answer(done, anew, False, folder, key_file)


def _work(
    engine: Engine, folder: Path, keys: Keys, today: date, actor: Actor, act: str, whole: bool
) -> tuple[build.Done, bool]:
    with writing(steady(engine)) as session:
        done = build.refresh(session, keys, today, whole=whole)
        record = Record("warehouse", done.state[:16])
        add_entry(session, actor, f"warehouse.{act}", record, at=now())
    with reading(engine) as session:
        return done, build.write_files(session, folder, done)


def steady(engine: Engine) -> Engine:
    """Everything is read as it was at one moment."""
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="REPEATABLE READ")
    return engine
