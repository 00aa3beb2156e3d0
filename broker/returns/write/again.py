"""A return that was read, written again: it differs only where a repair or a refusal says so.

Each row stands in its own file and collection. An episode has the days and codes that mending gave
it; a row that a later return replaced stays as its own return told it; a row that was refused, or
deleted as a copy, is not written and is on the list. Where mending tells an end and nobody told how
it came about, the code stays empty: the return has none for it. An end that mending found after the
close of the row's own collection stays empty too: on 31 March the episode went on. Why they moved
on stays as it was told, or untold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from broker.returns.cells import safe
from broker.returns.codes import NOT_TOLD
from broker.returns.episode import Episode, Repair, last_day
from broker.returns.every import Every, Kept, read_every, refused_rows
from broker.returns.folder import Found
from broker.returns.read import END_AFTER, NO_END
from broker.returns.repair import RULES
from broker.returns.tables import EPISODES, HEADER
from broker.returns.whole import Returns, read_returns
from matching.tables import table_text
from pricing.problems import InputProblem

At = tuple[str, int]
"""A file and a row of it."""


@dataclass(frozen=True, slots=True)
class Counted:
    """The rows of one file: read, and of these kept, refused, and deleted by a rule of mending.

    Kept are those that are written again. Read is the sum of the others.
    """

    file: Found
    read: int
    kept: int
    refused: int
    deleted: int


@dataclass(frozen=True)
class Again:
    """The files by path, and all that the new differ in: repairs, and rows refused or deleted.

    `counts` has every file once, in the order in which they were read.
    """

    files: Mapping[str, str]
    repairs: tuple[Repair, ...]
    refused: tuple[InputProblem, ...]
    deleted: frozenset[At]
    counts: tuple[Counted, ...]
    every: Every
    returns: Returns | None


def read_again(folder: Path, named_by: str | None = None) -> Again:
    """Read a folder of returns, mend its episodes, and give its files anew.

    Episodes are mended where both an episodes and a header table are there; the other tables stand
    alone.

    Raises:
        BadInput: a file as a whole cannot be read.
    """
    every = read_every(folder, named_by)
    held = {one.file.table for one in every.files}
    returns = None
    if {EPISODES, HEADER} <= held:
        returns = read_returns(folder, named_by)
    refused = [*every.problems]
    repairs = list(every.repairs)
    mended: dict[At, Episode] = {}
    if returns is not None:
        known = {(problem.file, problem.row, problem.key) for problem in refused}
        refused += [
            problem
            for problem in returns.refused
            if (problem.file, problem.row, problem.key) not in known
        ]
        told = set(repairs)
        repairs += [repair for repair in returns.repairs if repair not in told]
        mended = {
            (episode.file, episode.row): episode
            for own in returns.episodes.values()
            for episode in own
        }
    gone = refused_rows(iter(refused))
    ruled = {(one.file, one.row) for one in repairs if one.rule in RULES}
    read_so = {(one.file, one.row): one.rule for one in repairs if one.rule in (END_AFTER, NO_END)}
    refused_of = Counter(file for file, _ in gone)
    deleted: set[At] = set()
    files = {}
    counts = []
    for one in every.files:
        lines = []
        for row in one.rows:
            at = (one.file.shown, row.number)
            if at in gone:
                continue
            if one.file.table is EPISODES and returns is not None:
                if at in ruled and at not in mended:
                    deleted.add(at)
                    continue
                row = _mended(row, mended.get(at), read_so.get(at))
            lines.append([safe(row.cells[column]) for column in one.columns])
        files[one.file.shown] = table_text(one.columns, lines)
        copies = sum(file == one.file.shown for file, _ in deleted)
        refusals = refused_of[one.file.shown]
        counts.append(Counted(one.file, one.read, len(lines), refusals, copies))
    return Again(
        files, tuple(repairs), tuple(refused), frozenset(deleted), tuple(counts), every, returns
    )


def _mended(row: Kept, episode: Episode | None, read_so: str | None) -> Kept:
    """The cells of an episode as it was mended; those of a replaced row as they were read."""
    cells = dict(row.cells)
    if episode is not None and episode.end is not None and episode.end > last_day(episode.year):
        cells |= {"DEC": "", "REC": ""}
    elif episode is not None:
        cells["DEC"] = "" if episode.end is None else f"{episode.end:%d/%m/%Y}"
        cells["REC"] = "" if episode.ceased == NOT_TOLD else episode.ceased
    elif read_so is not None:
        cells |= {"DEC": "", "REC": ""}
    return replace(row, cells=cells)
