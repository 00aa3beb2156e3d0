"""Reference tables that come with the product: neighbouring authorities, names, need tags.

Their columns and sources are described in the README beside them.
"""

import csv
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of one reference table, such as `adjoining.csv`, as dictionaries."""
    with (_FOLDER / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@cache
def need_tags() -> dict[str, str]:
    """Return every tag that `needs` and `supports` may hold, with its meaning in words."""
    return {row["tag"]: row["meaning"] for row in rows("needs.csv")}
