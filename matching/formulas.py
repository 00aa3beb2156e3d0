"""Cells that a spreadsheet would run as a formula are written so that it does not, and read back.

A cell that begins with = + - @, a tab or a line's end is taken for a formula by spreadsheets, which
may then send what stands beside it anywhere. An apostrophe before it stops that. Reading takes the
one apostrophe off again, so that what is written reads back as it was.
"""

import re
from typing import Final

_RUNS: Final = re.compile(r"'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
"""What a spreadsheet runs, full-width signs included, behind apostrophes of earlier writing."""
_STOPPED: Final = re.compile(r"'+[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def safe(cell: str) -> str:
    """The cell as it is written: never one that a spreadsheet runs."""
    return f"'{cell}" if _RUNS.match(cell) else cell


def unsafe(cell: str) -> str:
    """The cell as it was before `safe` wrote it."""
    return cell[1:] if _STOPPED.match(cell) else cell


def runs(cell: str) -> bool:
    """Whether a spreadsheet would take the cell for a formula."""
    return not cell.startswith("'") and _RUNS.match(cell) is not None
