"""A folder of returns as one: every row read has one fate, and all that is wrong is told."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from broker.returns.episode import Child, Episode, Key, Repair
from broker.returns.folder import closing, find_files
from broker.returns.read import Rows, read_episodes, read_header, read_uasc
from broker.returns.repair import repair
from broker.returns.tables import EPISODES, HEADER, UASC
from pricing.problems import BadInput, InputProblem, Problems


@dataclass(frozen=True, slots=True)
class Returns:
    """The episodes of all young people, mended, and what became of every row.

    `years` are each authority's closing years. `fates` counts the rows of episodes: read, kept,
    repeated, deleted, refused; read is the sum of the others. `refused` are the problems of refused
    rows of any table; `rows` counts the rows read by table; `young_people` counts whom the episodes
    of an authority's closing year name, in rows refused too. `named_by` says what a single year in
    a path names: start, end, or both where every path names both.
    """

    folder: Path
    files: tuple[str, ...]
    passed_over: tuple[str, ...]
    sha256: str
    named_by: str
    years: Mapping[str, tuple[int, ...]]
    episodes: Mapping[Key, tuple[Episode, ...]]
    children: Mapping[Key, Child]
    unaccompanied: frozenset[Key]
    repairs: tuple[Repair, ...]
    refused: tuple[InputProblem, ...]
    fates: Counter[str]
    rows: Mapping[str, int]
    young_people: Mapping[tuple[str, int], int]

    @property
    def repaired(self) -> Counter[str]:
        """How often each rule changed a row."""
        return Counter(each.rule for each in self.repairs)

    @property
    def refused_by_kind(self) -> Counter[str]:
        """How many problems there are of each kind."""
        return Counter(problem.kind for problem in self.refused)


def read_returns(folder: Path, named_by: str | None = None) -> Returns:
    """Read and mend a folder of returns; `named_by` says what a single year in a path names.

    Raises:
        BadInput: a file as a whole cannot be read, with every problem of every file and row.
    """
    rows = Rows()
    found = Problems()
    files, passed = find_files(folder, found)
    files, named_by = closing(files, named_by, found)
    files.sort(key=lambda file: (file.year, file.shown))
    for file in files:
        if file.table is HEADER:
            read_header(file, rows)
        elif file.table is UASC:
            read_uasc(file, rows)
    episodes = [
        each for file in files if file.table is EPISODES for each in read_episodes(file, rows)
    ]
    if found.found or rows.of_files():
        raise BadInput([*found, *rows.problems])
    years: dict[str, set[int]] = {}
    for file in files:
        years.setdefault(file.authority, set()).add(file.year)
    mended = repair(episodes, {code: max(own) for code, own in years.items()})
    fates = Counter(mended.fates)
    fates["read"] = rows.read[EPISODES.name]
    fates["refused"] = sum(table == EPISODES.name for table in rows.spoilt.values())
    return Returns(
        folder=folder,
        files=tuple(file.shown for file in files),
        passed_over=tuple(passed),
        sha256=_digest([file.path for file in files], folder),
        named_by=named_by,
        years={code: tuple(sorted(own)) for code, own in sorted(years.items())},
        episodes=mended.episodes,
        children=rows.children,
        unaccompanied=frozenset(rows.unaccompanied),
        repairs=(*rows.repairs, *mended.repairs),
        refused=tuple(rows.problems),
        fates=fates,
        rows=rows.read,
        young_people={key: len(told) for key, told in rows.young_people.items()},
    )


def _digest(paths: list[Path], folder: Path) -> str:
    whole = hashlib.sha256()
    for path in sorted(paths):
        own = hashlib.sha256(path.read_bytes()).hexdigest()
        whole.update(f"{path.relative_to(folder).as_posix()} {own}\n".encode())
    return whole.hexdigest()
