"""The names that people use for sheets and columns, and what each may stand for."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

POLICY: Final = "policy"
POLICY_COLUMNS: Final = ("key", "value")
MEANING: Final = "meaning"
"""What a workbook says of each weight beside its value; it is not read."""


@lru_cache(maxsize=4096)
def plain(name: str) -> str:
    """A name without what people vary in it: letters' case, blanks, signs."""
    return re.sub(r"[\W_]+", "", name.casefold())


@cache
def _known(part: str) -> Mapping[str, tuple[str, ...]]:
    """For each plain name of sheets or columns, those that it may stand for."""
    text = Path(__file__).with_name("names.toml").read_text(encoding="utf-8")
    made: dict[str, list[str]] = {}
    for own, others in tomllib.loads(text)[part].items():
        for name in dict.fromkeys(map(plain, (own, *others))):
            made.setdefault(name, []).append(own)
    return {name: tuple(found) for name, found in made.items()}


def column_of(header: str, columns: Iterable[str]) -> str | None:
    """The column that a header stands for among those of a table; None if none, or not just one."""
    own = list(columns)
    if header in own:
        return header
    like = [name for name in own if plain(name) == plain(header)]
    found = like or [name for name in _known("columns").get(plain(header), ()) if name in own]
    return found[0] if len(found) == 1 else None


def table_of(title: str) -> str | None:
    """The table that a sheet's title stands for; None if none."""
    found = _known("sheets").get(plain(title), ())
    return found[0] if len(found) == 1 else None
