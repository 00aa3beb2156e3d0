"""Single files of the statutory return (SSDA903) for a baseline: episodes, and birthdays.

They are read by the reader of returns (`broker.returns.read`), which knows rows, codes and days.
Here a file comes by itself: who calls says whose it is, and nobody says that it is one whole
collection. Of the columns only those needed are asked for; `PL_DISTANCE` is read where the file has
it, for then the distance is the one that was returned. A baseline is frozen, so that nothing is
left out of it: what a demand can do without (a reason for an end, one birthday of two) is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from broker.returns import codes, distance
from broker.returns.episode import Episode, Key
from broker.returns.folder import Found
from broker.returns.read import BIRTHDAYS, NO_REASON, Rows, read_header
from broker.returns.read import read_episodes as read_rows
from broker.returns.tables import EPISODES, Table
from pricing.problems import Problems

EPISODE_TABLE: Final = replace(
    EPISODES,
    columns=(*EPISODES.columns, distance.COLUMN),
    without=EPISODES.without | {"PLACE_PROVIDER", "REASON_PLACE_CHANGE", distance.COLUMN},
)
HEADER_TABLE: Final = Table("header", ("CHILD", "DOB"), frozenset())


def read_episodes(path: Path, borough: str, end: date, found: Problems) -> list[Episode]:
    """The episodes of a file; two of one young person never begin on one day.

    `end` is the day after the year: its codes are those that messages allow.
    """
    rows = Rows(whole=False)
    episodes = read_rows(_file(path, borough, EPISODE_TABLE, end), rows)
    found.extend(rows.problems)
    for repair in rows.repairs:
        if repair.rule == NO_REASON:
            known = " ".join(codes.of_year("REC", _closing(end)))
            allowed = f"{known}, where DEC is given"
            found.add(path.name, "column REC", "empty", allowed, "bad value", repair.row)
    first: dict[tuple[str, date], int] = {}
    for episode in episodes:
        also = first.setdefault((episode.child, episode.start), episode.row)
        if also != episode.row:
            allowed = f"one episode of a young person from a day; row {also} has it"
            found.add(path.name, "column DECOM", f"{episode.start:%d/%m/%Y}", allowed, "duplicate",
                      episode.row)  # fmt: skip
    return episodes


def read_birthdays(path: Path, borough: str, end: date, found: Problems) -> dict[Key, date]:
    """The birthdays of a header file, by borough and child."""
    rows = Rows(whole=False)
    read_header(_file(path, borough, HEADER_TABLE, end), rows)
    found.extend(rows.problems)
    for repair in rows.repairs:
        if repair.rule == BIRTHDAYS:
            found.add(path.name, "column DOB", repair.words, "one birthday a child", "duplicate",
                      repair.row)  # fmt: skip
    return {key: child.born for key, child in rows.children.items()}


def _file(path: Path, borough: str, table: Table, end: date) -> Found:
    return Found(path, path.name, borough, table, _closing(end), True)


def _closing(end: date) -> int:
    """The year in which the collection closes that has the last day before `end`."""
    last = end - timedelta(days=1)
    return last.year if last < date(last.year, 4, 1) else last.year + 1


def newest(files: Iterable[Iterable[Episode]]) -> tuple[list[Episode], int]:
    """The episodes of several files, oldest file first, and how many a later file replaced.

    An episode that is still going on at the end of one collection stands again in the next.
    """
    kept: dict[tuple[str, str, date], Episode] = {}
    replaced = 0
    for episodes in files:
        for episode in episodes:
            key = (episode.authority, episode.child, episode.start)
            replaced += key in kept
            kept[key] = episode
    return list(kept.values()), replaced
