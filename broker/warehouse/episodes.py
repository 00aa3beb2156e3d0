"""Episodes of returns on record as rows of the warehouse, each young person under a pseudonym."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from broker.returns.record import Source
from broker.warehouse.facts import RETURNED
from broker.warehouse.pseudonym import Keys
from broker.warehouse.shape import Row

_NOT_KEPT: Final = ("person", "source")


def mark_of_source(keys: Keys, source: Source) -> str:
    """What the rows of a source rest on."""
    return keys.mark([source.name, source.sha256, source.named_by, source.loaded_at.isoformat()])


def rows_of_source(keys: Keys, source: str, told: Iterable[Mapping[str, Any]]) -> list[Row]:
    """The rows of a source; a pseudonym is of the era of the young person's first episode."""
    found = [dict(row) for row in told]
    first: dict[int, date] = {}
    for row in found:
        first[row["person"]] = min(row["starts_on"], first.get(row["person"], row["starts_on"]))
    names = {
        person: keys.name("return", f"{source}/{person}", day) for person, day in first.items()
    }
    made = []
    for row in found:
        own = {
            "source": source,
            "person_key": names[row["person"]],
            "days": None if row["ended_on"] is None else (row["ended_on"] - row["starts_on"]).days,
        }
        kept = {name: value for name, value in row.items() if name not in _NOT_KEPT}
        made.append(RETURNED.row({**kept, **own}))
    return made
