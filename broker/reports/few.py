"""Of a provider no share and no number in the middle is told that is of fewer than ten.

It would say more of chance than of the provider. Counts stand; what is of all providers together is
told whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from broker.offer_reasons.totals import FEWEST_TO_COMPARE
from broker.workbook import Value

TOO_FEW: Final = f"under {FEWEST_TO_COMPARE}: too few to say"
NOTE: Final = f"Not available stands where it would be of fewer than {FEWEST_TO_COMPARE}."


def of_provider(cells: Sequence[Value], of: Mapping[int, int]) -> list[Value]:
    """The cells of a provider without those that are of too few.

    `of` names, by its place, the cell that each such cell is a share or the middle of.
    """
    return [
        None if at in of and _count(cells[of[at]]) < FEWEST_TO_COMPARE else cell
        for at, cell in enumerate(cells)
    ]


def _count(cell: Value) -> int:
    assert isinstance(cell, int)
    return cell
