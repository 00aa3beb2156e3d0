"""Episodes of statutory returns loaded into the warehouse, beside our own placements.

They are no part of the records: each folder is a source with a name, and is loaded whole in place
of what was loaded under that name before. Every row of its episodes tables is kept, replaced by a
later return's, deleted as a copy, or refused with a reason; only the kept are loaded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from broker.access.actor import Actor
from broker.audit.chain import Record, add_entry
from broker.commands.endings import Refused
from broker.database import reading, writing
from broker.returns.distance import distance, in_own_area
from broker.returns.episode import Episode
from broker.returns.whole import Returns
from broker.store.clock import now
from broker.warehouse import build, parquet, sql
from broker.warehouse.facts import RETURNED
from broker.warehouse.pseudonym import Keys, check_apart, read_keys
from broker.warehouse.run import steady
from broker.warehouse.shape import Row, Unit
from matching.calendar import age_on


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
    """Put the episodes of a folder of returns into the warehouse, database and files.

    Raises:
        Refused: there is no warehouse, or it was made with other keys.
    """
    check_apart(key_file, folder)
    parquet.prepare(folder)
    keys = read_keys(key_file)
    with writing(steady(engine)) as session:
        marks = sql.read_marks(session) if sql.exists(session) else {}
        if build.KEYS not in marks:
            raise Refused("There is no warehouse in this database yet. Nothing was done. Make it: "
                          "broker warehouse build")  # fmt: skip
        if marks[build.KEYS] != keys.id:
            raise Refused(f"{key_file}: the warehouse was made with other keys. Nothing was done. "
                          "Make it anew with these: broker warehouse build")  # fmt: skip
        rows = list(rows_of_returns(keys, source, returns))
        unit = (str(Unit.RETURNS), source)
        mark = keys.mark([source, returns.sha256, returns.named_by])
        delta = build.Delta()
        sql.take_off(session, RETURNED, [source])
        sql.put(session, RETURNED, rows)
        delta.replace(RETURNED, [source], rows)
        sql.write_marks(session, [unit] if unit in marks else [], {unit: mark})
        state = build.state_of(marks | {unit: mark})
        day = date.fromisoformat(marks[build.AS_OF])
        done = build.Done(False, build.state_of(marks), state, day, delta)
        add_entry(session, actor, "warehouse.load", Record("warehouse", state[:16]), at=now())
    with reading(engine) as session:
        return Loaded(source, returns, unit in marks, build.write_files(session, folder, done))


def rows_of_returns(keys: Keys, source: str, returns: Returns) -> Iterator[Row]:
    """The rows of every episode kept."""
    mended = {(repair.file, repair.row) for repair in returns.repairs}
    for key, episodes in returns.episodes.items():
        if not episodes:
            continue
        number = "/".join(key)
        who = {
            "source": source,
            "person_key": keys.name("return", number, min(one.start for one in episodes)),
            "borough": key[0] or None,
            "sex": returns.children[key].sex,
            "unaccompanied": key in returns.unaccompanied,
        }
        born = returns.children[key].born
        for one in episodes:
            told = _told(one, key in returns.unaccompanied)
            own = {"age": age_on(born, one.start), "mended": (one.file, one.row) in mended}
            yield RETURNED.row({**who, **own, **told})


def _told(one: Episode, unaccompanied: bool) -> dict[str, Any]:
    return {
        "file": one.file,
        "row": one.row,
        "collection": one.year,
        "starts_on": one.start,
        "ended_on": one.end,
        "days": None if one.end is None else (one.end - one.start).days,
        "began_code": one.began,
        "legal_code": one.legal,
        "need_code": one.need or None,
        "place_code": one.place,
        "place_provider_code": one.provider or None,
        "ceased_code": one.ceased or None,
        "change_code": one.reason or None,
        "home_id": one.urn or None,
        "in_area": in_own_area(one),
        "distance_tenths": distance(one, unaccompanied).tenths,
    }
