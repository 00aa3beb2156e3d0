"""Small returns written as their files are. All of it is invented."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

EPISODES = "CHILD,DECOM,RNE,LS,PLACE,DEC,REC,HOME_POST,PL_POST,PL_DISTANCE"
HEADER = "CHILD,DOB"
PRICES = "borough,home_id,band,weekly_fee,from,to,source"


def write(path: Path, heading: str, rows: Iterable[str]) -> Path:
    """A file of such rows."""
    path.write_text("\n".join([heading, *rows]) + "\n", encoding="utf-8")
    return path


def nowhere(_postcode: str) -> None:
    """A directory of postcodes that knows none."""
