"""Stated limits of what is measured: whether each was kept, beside the figure and at the end.

This is the benchmark's own verdict. No test asserts a time: the machine, and what else it does,
decide much of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

KEPT, NOT_KEPT = "kept", "NOT kept"


@dataclass(frozen=True, slots=True)
class Limit:
    """What was measured, what was found and the most it should be, in one unit."""

    what: str
    found: float
    most: float
    unit: str

    @property
    def kept(self) -> bool:
        """Whether it is no more than it should be; what was never found is more than anything."""
        return self.found <= self.most

    def words(self) -> str:
        """What stands beside the figure."""
        return f"limit {self._at_most}, {self._verdict}"

    def line(self) -> str:
        """What stands among all limits at the end."""
        found = f"{self.found:,.0f}" if self.found >= 100 else f"{self.found:.4g}"
        return f"{self._verdict:>8}  {self.what}: {found} {self.unit}, limit {self._at_most}"

    @property
    def _at_most(self) -> str:
        return f"{self.most:,g} {self.unit}"

    @property
    def _verdict(self) -> str:
        return KEPT if self.kept else NOT_KEPT


def summary(limits: Sequence[Limit]) -> str:
    """Every limit with its verdict, and how many were kept."""
    if not limits:
        return "No limit is stated of what was measured."
    missed = sum(not limit.kept for limit in limits)
    told = f"{len(limits) - missed} of {len(limits)} limits kept, {missed} NOT kept"
    return "\n".join([*(limit.line() for limit in limits), told])
