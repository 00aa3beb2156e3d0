"""Bad input is told whole: every fault at once, each with its place and what is allowed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

SHOWN = 200
VALUE_SHOWN = 80


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing a person must put right.

    `row` counts the lines of the table as a spreadsheet does: the header is row 1. None where the
    fault is of the whole file, the column or a key. `kind` is a short name to count by.
    """

    file: str
    row: int | None
    column: str
    value: str
    allowed: str
    kind: str

    def __str__(self) -> str:
        """Say where, what was found and what is allowed, on one line."""
        where = self.file
        if self.row is not None:
            where += f", row {self.row}"
        if self.column:
            where += f", {self.column}"
        shown = (
            self.value.encode("unicode_escape").decode("ascii") if _odd(self.value) else self.value
        )
        if len(shown) > VALUE_SHOWN:
            shown = shown[:VALUE_SHOWN] + "…"
        found = f"found “{shown}”; " if shown else ""
        return f"{where}: {found}{self.allowed}"


def _odd(text: str) -> bool:
    return not text.isprintable()


class BadInput(Exception):
    """The input cannot be used; `faults` holds every reason, in the order of files and rows."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=_place))
        super().__init__(self.report())

    def __reduce__(self) -> tuple[type[BadInput], tuple[tuple[Fault, ...]]]:
        """As it travels between processes: with its faults, not with its words."""
        return BadInput, (self.faults,)

    def report(self) -> str:
        """The first 200 faults, a line each, then a count by kind."""
        total = len(self.faults)
        lines = [f"{total} problem{'s' if total != 1 else ''} found. Nothing was done."]
        lines += [f"  {fault}" for fault in self.faults[:SHOWN]]
        if total > SHOWN:
            lines.append(f"  … and {total - SHOWN} more")
        kinds = Counter(fault.kind for fault in self.faults)
        lines.append("By kind: " + ", ".join(f"{kind} {n}" for kind, n in sorted(kinds.items())))
        return "\n".join(lines)


def _place(fault: Fault) -> tuple[str, int, str, str, str]:
    return (fault.file, fault.row or 0, fault.column, fault.value, fault.allowed)
