"""What a simulation says, in the words of a page: homes by name, purchases by what they are.

What is kept of a simulation calls homes by their numbers and what may be bought by short codes, as
the files of `broker capacity` do. Whoever reads a page knows the homes by name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.pages.shown import ShownTable, with_minus
from broker.capacity.desk.buying import PURCHASE
from broker.capacity.desk.purchase import short_in_words
from broker.capacity.desk.shelf import Job

HOME = "Home"
"""What a column of homes is called."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one simulation: homes by id, and what a code of a purchase stands for."""

    homes: Mapping[str, str]
    codes: Mapping[str, str]

    def text(self, said: str) -> str:
        """A sentence or a cell without codes, its minus signs as people write them."""
        if self.codes:
            codes = "|".join(map(re.escape, sorted(self.codes, key=len, reverse=True)))
            found = re.compile(rf"(?<![\w-])(?:{codes})(?![\w-])")
            said = found.sub(lambda one: self.codes[one[0]], said)
        return with_minus(said.replace("\u00d7 like ", "\u00d7 a home like "))

    def table(self, part: Mapping[str, Any]) -> ShownTable:
        """The table of a part."""
        heads = [name for name, _ in part["columns"]]
        return ShownTable(
            self.text(part["title"]),
            heads,
            [at for at, (_, number) in enumerate(part["columns"]) if number],
            [
                [self._cell(head, cell) for head, (cell, _) in zip(heads, row, strict=True)]
                for row in part["rows"]
            ],
            [self.text(note) for note in part["notes"]],
        )

    def rows(self, rows: Sequence[Sequence[str]]) -> list[list[str]]:
        """Rows of a table without homes."""
        return [[self.text(cell) for cell in row] for row in rows]

    def _cell(self, head: str, cell: str) -> str:
        called = self.homes.get(cell) if head == HOME else None
        return self.text(cell) if called is None else called


def words_of(job: Job, homes: Mapping[str, str]) -> Words:
    """The words of a simulation, given what each home is called."""
    bought = job.request.get("what") == PURCHASE
    return Words(homes, short_in_words(job.request["fields"], homes) if bought else {})
