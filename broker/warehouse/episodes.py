"""Episodes of returns on record as rows of the warehouse, each young person under a pseudonym."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from broker.returns.record import Source
from broker.warehouse.facts import RETURN_PLACEMENT, RETURNED
from broker.warehouse.pseudonym import Keys
from broker.warehouse.return_placements import placement_rows
from broker.warehouse.shape import Row, Shape


def mark_of_source(keys: Keys, source: Source) -> str:
    """What the rows of a source rest on."""
    return keys.mark([source.name, source.sha256, source.named_by, source.loaded_at.isoformat()])


def rows_of_source(
    keys: Keys, source: str, told: Iterable[Mapping[str, Any]]
) -> dict[Shape, list[Row]]:
    """The episodes of a source, and the residential placements that they make up.

    A pseudonym is of the era of the young person's first episode.
    """
    found = [dict(row) for row in told]
    first: dict[int, date] = {}
    for row in found:
        first[row["person"]] = min(row["starts_on"], first.get(row["person"], row["starts_on"]))
    names = {
        person: keys.name("return", f"{source}/{person}", day) for person, day in first.items()
    }
    for row in found:
        row |= {
            "source": source,
            "person_key": names[row.pop("person")],
            "days": None if row["ended_on"] is None else (row["ended_on"] - row["starts_on"]).days,
        }
    return {
        RETURNED: [RETURNED.row(row) for row in found],
        RETURN_PLACEMENT: placement_rows(found),
    }
