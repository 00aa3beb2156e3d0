"""What an import did, or would not do: for people in a few lines, for programs as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from broker.store.compare import Compared

_SHOWN = 8
_LISTED = 200


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A row that changed, and in which columns; what they held stands in the history."""

    key: str
    columns: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.key} ({', '.join(self.columns)})"


@dataclass(frozen=True, slots=True)
class TableReport:
    """What became of the rows of one file, by key.

    `missing` rows are on record, gone from the file, and stay until closed with a reason. `kept`
    rows belong to one of those. `untouched` counts rows of a file that was not given.
    """

    file: str
    given: bool
    added: tuple[str, ...] = ()
    changed: tuple[ChangedRow, ...] = ()
    reopened: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    unchanged: int = 0
    untouched: int = 0

    @property
    def changes(self) -> int:
        """How many rows were added, changed, reopened, closed or removed."""
        lists = (self.added, self.changed, self.reopened, self.closed, self.removed)
        return sum(len(rows) for rows in lists)

    def to_json(self) -> dict[str, Any]:
        """The report as JSON, every key listed."""
        return {
            "file": self.file,
            "given": self.given,
            "added": list(self.added),
            "changed": [{"key": row.key, "columns": list(row.columns)} for row in self.changed],
            "reopened": list(self.reopened),
            "closed": list(self.closed),
            "removed": list(self.removed),
            "missing": list(self.missing),
            "kept": list(self.kept),
            "unchanged": self.unchanged,
            "untouched": self.untouched,
        }

    def line(self) -> str:
        """One line for people: counts, and the first few of each kind by key."""
        parts = [
            f"{len(rows)} {word} ({_first(rows)})"
            for word, rows in (
                ("added", self.added),
                ("changed", self.changed),
                ("reopened", self.reopened),
                ("closed", self.closed),
                ("removed", self.removed),
            )
            if rows
        ]
        parts += [f"{self.unchanged} the same"] if self.unchanged else []
        return f"{self.file}: " + (", ".join(parts) or "no rows")


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did to every table and to what stands beside them; `notes` need reading."""

    as_of: str
    tables: tuple[TableReport, ...]
    contracts: TableReport
    policy: TableReport
    agreements: TableReport
    notes: tuple[str, ...] = ()

    @property
    def changes(self) -> int:
        """How many rows of any kind the import changed; 0 when everything was on record already."""
        return sum(table.changes for table in self._all())

    @property
    def missing(self) -> tuple[tuple[str, str], ...]:
        """File and key of each row that is on record, gone from the folder, and not closed."""
        return tuple((table.file, key) for table in self.tables for key in table.missing)

    def _all(self) -> Iterator[TableReport]:
        yield from (self.policy, *self.tables, self.contracts, self.agreements)

    def to_json(self) -> dict[str, Any]:
        """The report as JSON, every key listed."""
        return {
            "schema": "import/1",
            "as_of": self.as_of,
            "changes": self.changes,
            "tables": [table.to_json() for table in self._all()],
            "notes": list(self.notes),
        }

    def render(self) -> str:
        """The report for people: what changed, then everything that waits for a decision."""
        head = f"{self.changes} change{'s' if self.changes != 1 else ''} recorded."
        lines = [head if self.changes else "Everything was on record already; nothing changed."]
        lines += [f"  {table.line()}" for table in self._all() if table.changes]
        lines += [f"Note: {note}" for note in self.notes]
        for table in self.tables:
            lines += [
                f"{table.file}: {key} is on record and not in this folder; it stays. "
                "Close it with --close-missing REASON."
                for key in table.missing[:_LISTED]
            ]
            if len(table.missing) > _LISTED:
                more = len(table.missing) - _LISTED
                lines.append(f"{table.file}: and {more} more that stay; --json lists them all.")
            if table.kept:
                lines.append(
                    f"{table.file}: {len(table.kept)} on record stay with what they belong to "
                    f"({_first(table.kept)})."
                )
            if table.untouched:
                lines.append(
                    f"{table.file} is not in this folder; the {table.untouched} on record stay as "
                    "they are. A file with nothing but its header says there are none."
                )
        return "\n".join(lines)


def _first(rows: Iterable[object]) -> str:
    shown = [str(row) for row in rows]
    more = f"; and {len(shown) - _SHOWN} more" if len(shown) > _SHOWN else ""
    return "; ".join(shown[:_SHOWN]) + more


def table_report(compared: Compared) -> TableReport:
    """The report of one table's comparison, in the order of keys."""
    shelf = compared.shelf

    def keys(rows: Iterable[Any]) -> tuple[str, ...]:
        return tuple(shelf.shown(row) for row in sorted(rows, key=shelf.key_of))

    def of(kind: str) -> tuple[str, ...]:
        return keys(change.values for change in compared.of_kind(kind))

    changed = [
        ChangedRow(
            shelf.shown(change.before.row),
            shelf.changed_columns(change.before.row, change.after),
        )
        for change in compared.of_kind("update")
        if change.before is not None and change.after is not None
    ]
    return TableReport(
        file=shelf.sheet.file,
        given=compared.given,
        added=of("insert"),
        changed=tuple(sorted(changed, key=lambda row: row.key)),
        reopened=of("reopen"),
        closed=of("close"),
        removed=of("remove"),
        missing=keys(compared.missing),
        kept=keys(compared.kept),
        unchanged=len(compared.unchanged),
        untouched=len(compared.untouched),
    )
