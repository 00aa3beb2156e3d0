"""Episodes of statutory returns beside our own placements, from what is on record of them.

Each folder is a source with a name, and is loaded whole in place of what was loaded under that name
before: put on record, and brought from there into the warehouse, as a build and a rotation do too.
Every row of its episodes tables is kept, replaced by a later return's, deleted as a copy, or
refused with a reason; only the kept are loaded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from broker.access.actor import Actor
from broker.audit.chain import Record, add_entry
from broker.commands.endings import Refused
from broker.database import reading, writing
from broker.registers.entering import NoAgreement
from broker.returns.record import NotSaidWhose, put_on_record, sources, take_off_record
from broker.returns.whole import Returns
from broker.store.clock import now, today
from broker.warehouse import alone, build, parquet, sql
from broker.warehouse.facts import RETURNED
from broker.warehouse.pseudonym import check_apart, read_keys
from broker.warehouse.run import steady


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was loaded under a name, and what became of every row of the folder's episodes."""

    source: str
    returns: Returns
    replaced: bool
    files_anew: bool

    def to_json(self) -> dict[str, Any]:
        """As a program reads it."""
        fates = self.returns.fates
        return {
            "source": self.source,
            "sha256": self.returns.sha256,
            "rows_read": fates["read"],
            "loaded": fates["kept"],
            "replaced_by_a_later_return": fates["repeated"],
            "copies_deleted": fates["deleted"],
            "refused": fates["refused"],
            "refused_by_kind": dict(self.returns.refused_by_kind),
            "repaired": dict(self.returns.repaired),
            "loaded_before": self.replaced,
            "files_written_whole": self.files_anew,
        }

    def words(self) -> str:
        """In lines."""
        told = self.to_json()
        lines = [
            f"Loaded from {self.returns.folder} under the name {self.source}"
            f"{', in place of what was loaded so before' if self.replaced else ''}: "
            f"{told['loaded']} episodes in {RETURNED.name}.",
            f"Of {told['rows_read']} rows: {told['loaded']} loaded, "
            f"{told['replaced_by_a_later_return']} replaced by a later return, "
            f"{told['copies_deleted']} deleted as copies, {told['refused']} refused.",
        ]
        for name, words in (("refused_by_kind", "Refused"), ("repaired", "Mended")):
            if told[name]:
                each = ", ".join(f"{kind} {number}" for kind, number in sorted(told[name].items()))
                lines.append(f"{words}, by kind: {each}.")
        return "\n".join(lines)


def load(
    engine: Engine, folder: Path, key_file: Path, returns: Returns, source: str, actor: Actor
) -> Loaded:
    """Put the episodes of a folder of returns on record, and bring the warehouse up to that.

    Raises:
        Refused: there is no warehouse, it was made with other keys, or the data may not enter.
    """

    def enter(session: Session) -> bool:
        try:
            return put_on_record(session, source, returns, actor.id, now(), today())
        except NotSaidWhose as refused:
            raise Refused(str(refused)) from None
        except NoAgreement as refused:
            raise Refused(
                *(f"{sentence}." for sentence in refused.lapsed.values()),
                "Returns are put on record only under the data sharing agreement of whose they "
                "are: a commissioner writes it in the register. Nothing was done.",
            ) from None

    replaced, anew = _changed(engine, folder, key_file, actor, "warehouse.load", enter)
    return Loaded(source, returns, replaced, anew)


def unload(engine: Engine, folder: Path, key_file: Path, source: str, actor: Actor) -> None:
    """Take a source off the record and out of the warehouse.

    Raises:
        Refused: there is no such source, no warehouse, or it was made with other keys.
    """

    def leave(session: Session) -> bool:
        if not take_off_record(session, source):
            names = ", ".join(one.name for one in sources(session)) or "none is"
            raise Refused(f"--source {source}: is not on record; loaded: {names}.")
        return True

    _changed(engine, folder, key_file, actor, "warehouse.unload", leave)


def _changed(
    engine: Engine,
    folder: Path,
    key_file: Path,
    actor: Actor,
    act: str,
    change: Callable[[Session], bool],
) -> tuple[bool, bool]:
    """Change what is on record, and refresh from it to the day the warehouse answers for."""
    check_apart(key_file, folder)
    parquet.prepare(folder)
    with alone.in_folder(folder, wait=True):
        return _changed_alone(engine, folder, key_file, actor, act, change)


def _changed_alone(
    engine: Engine,
    folder: Path,
    key_file: Path,
    actor: Actor,
    act: str,
    change: Callable[[Session], bool],
) -> tuple[bool, bool]:
    keys = read_keys(key_file)
    with writing(steady(engine)) as session:
        marks = sql.read_marks(session) if sql.exists(session) else {}
        if build.KEYS not in marks:
            raise Refused("There is no warehouse in this database yet. Nothing was done. Make it: "
                          "broker warehouse build")  # fmt: skip
        if marks[build.KEYS] != keys.id:
            raise Refused(f"{key_file}: the warehouse was made with other keys. Nothing was done. "
                          "Make it anew with these: broker warehouse build")  # fmt: skip
        found = change(session)
        done = build.refresh(session, keys, date.fromisoformat(marks[build.AS_OF]))
        add_entry(session, actor, act, Record("warehouse", done.state[:16]), at=now())
    with reading(engine) as session:
        return found, build.write_files(session, folder, done)
