"""Which files of a folder hold which table, of whose return, of which collection.

An authority is the ONS code (E09000016) in a file's path; a folder without one is read, and whose
young people they are stays unknown. A table is told by the file's name (episodes, header, uasc) or,
failing that, by its columns. A collection is a year in the path: 2019-20 says both, 2019 alone is
the year in which the collection begins or closes, whichever the days in the files bear out.
"""

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

from broker.recognised import recognised
from broker.returns.day import days_in
from broker.returns.episode import last_day, year_starts
from broker.returns.tables import (
    EPISODES,
    HEADER,
    Table,
    any_by_columns,
    any_by_name,
    by_columns,
    by_name,
)
from matching.geography import authorities
from matching.tables import OUTSIDE, leads_out
from pricing.problems import BadInput, Problems, describe

BEGINS: Final = "start"
CLOSES: Final = "end"
NAMED_BY: Final = (BEGINS, CLOSES)
BOTH: Final = "both"

LEAST_IN_YEAR: Final = 20
"""One in so many days lies in the named year's own collection, if the year names its beginning."""

_AUTHORITY = re.compile(r"E[0-9]{8}")
_YEAR = re.compile(r"(?<![0-9])(20[0-9]{2})(?:[-_ ]?([0-9]{2}|20[0-9]{2}))?(?![0-9])")


@dataclass(frozen=True, slots=True)
class Found:
    """A file to be read: what messages call it, whose, which table, the year that names it.

    `year` is the closing year of the collection once `closing` has settled it; `both` says that the
    path names both years.
    """

    path: Path
    shown: str
    authority: str
    table: Table
    year: int
    both: bool


def find_files(
    folder: Path, found: Problems, *, every: bool = False
) -> tuple[list[Found], list[str]]:
    """The files to read, in order, and the names of all others, which are passed over.

    A table is a file whose name ends in .csv, in large letters or small. `every` asks for every
    table of a return, in whatever company; otherwise those of a course of care, which need each
    other.

    Raises:
        BadInput: the folder is none.
    """
    if not folder.is_dir():
        found.add(str(folder), "", "not a folder", "a folder of returns", "file")
        raise BadInput(found)
    files: list[Found] = []
    passed = []
    for path in sorted(folder.rglob("*")):
        shown = path.relative_to(folder).as_posix()
        if path.suffix.lower() != ".csv":
            passed += [shown] if path.is_file() else []
            continue
        if leads_out(path, folder):
            found.add(shown, "", "a link", OUTSIDE, "link")
            continue
        table = _any_table(path) if every else _table(path)
        if table is None:
            passed.append(shown)
        elif (one := _find(path, shown, table, found)) is not None:
            files.append(one)
    if not files and not found.found:
        words = "no table of the return" + (f"; passed over: {', '.join(passed)}" if passed else "")
        found.add(
            str(folder), "", words, "episodes and header files, whose names end in .csv", "file"
        )
    if not every:
        _check_company(files, found)
    return files, passed


def closing(
    files: Sequence[Found], named_by: str | None, found: Problems
) -> tuple[list[Found], str]:
    """The files with the closing years of their collections, and how their names were read.

    Two tables of one kind and collection are a problem, however their paths name its year.
    """
    made, named_by = _closing(files, named_by)
    _check_once(made, found)
    return made, named_by


def _closing(files: Sequence[Found], named_by: str | None) -> tuple[list[Found], str]:
    if all(file.both for file in files):
        return list(files), BOTH
    if named_by is None:
        named_by = _borne_out(file for file in files if file.table is EPISODES and not file.both)
    later = named_by == BEGINS
    return [
        replace(file, year=file.year + 1) if later and not file.both else file for file in files
    ], named_by


def _table(path: Path) -> Table | None:
    named = by_name(path.stem)
    if named is not None or any_by_name(path.stem) is not None:
        return named
    return by_columns(_header(path))


def _any_table(path: Path) -> Table | None:
    return any_by_name(path.stem) or any_by_columns(_header(path))


def _header(path: Path) -> list[str]:
    try:
        told = recognised(path, path.name)
        first = next(csv.reader(told.text.splitlines(), delimiter=told.separator), [])
    except (BadInput, csv.Error):
        return []
    return [cell.strip() for cell in first]


def _find(path: Path, shown: str, table: Table, found: Problems) -> Found | None:
    codes = sorted(set(_AUTHORITY.findall(shown)))
    unknown = [code for code in codes if code not in authorities()]
    bare = _AUTHORITY.sub("", shown)
    years = _YEAR.findall(Path(bare).name) or _YEAR.findall(bare)
    if len(codes) > 1 or unknown:
        allowed = "one ONS code of an authority with children's services"
        found.add(shown, "path", describe(", ".join(unknown or codes)), allowed, "authority")
    if not years:
        allowed = "a collection year in the path, such as 2019-20 or 2019"
        found.add(shown, "path", "no year", allowed, "no year")
        return None
    first, second = years[0]
    both = second[-2:] == f"{(int(first) + 1) % 100:02d}"
    return Found(path, shown, codes[0] if codes else "", table, int(first) + both, both)


def _check_once(files: Sequence[Found], found: Problems) -> None:
    seen: dict[tuple[str, str, int], Found] = {}
    for file in files:
        key = (file.authority, file.table.name, file.year)
        if key in seen:
            words = f"a second {file.table.name} table of that year"
            found.add(file.shown, "path", words, f"one; {seen[key].shown} is it", "duplicate")
        seen.setdefault(key, file)


def _check_company(files: Sequence[Found], found: Problems) -> None:
    for authority, year in sorted({(file.authority, file.year) for file in files}):
        for table in (EPISODES, HEADER):
            own = [f for f in files if (f.authority, f.year) == (authority, year)]
            if all(file.table is not table for file in own):
                allowed = f"a {table.name} table of the same collection"
                found.add(own[0].shown, "path", f"no {table.name}", allowed, "missing file")


def _borne_out(files: Iterable[Found]) -> str:
    """Whether years name the beginning or the close of collections: where the days lie."""
    begins = closes = 0
    for file in files:
        for day in _days(file.path):
            begins += year_starts(file.year + 1) <= day <= last_day(file.year + 1)
            closes += year_starts(file.year) <= day <= last_day(file.year)
    return BEGINS if begins * LEAST_IN_YEAR > begins + closes else CLOSES


def _days(path: Path) -> Iterable[date]:
    try:
        text = recognised(path, path.name).text
    except BadInput:
        return
    yield from days_in(text)
