"""Every refused row and every repair of returns as the lines of one table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from broker.returns.cells import safe
from broker.returns.episode import Repair
from pricing.problems import InputProblem

COLUMNS: Final = ("what", "kind", "file", "row", "column", "words")


def listed(refused: Iterable[InputProblem], repairs: Iterable[Repair]) -> list[list[str]]:
    """The lines, in which no cell is a formula to a spreadsheet."""
    lines = [
        ["refused", one.kind, one.file, str(one.row), one.key,
         f"{one.value}; allowed: {one.allowed}"]
        for one in refused
    ]  # fmt: skip
    lines += [["mended", r.rule, r.file, str(r.row), "", r.words] for r in repairs]
    return [[safe(cell) for cell in line] for line in lines]
