"""Reading the rows of the return: what can be placed is kept, what cannot is refused with a reason.

A code that the return knows in another year only is kept, for its meaning is known, and told. A
day that cannot be, a code of no year, a young person without a birthday or in two places at once:
the row is refused, and the problem says why. Of a file that nobody says is one whole collection
with its header (`Rows.whole`), what takes that for granted is not asked.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from broker.returns import codes
from broker.returns.day import read_day
from broker.returns.distance import COLUMN, UNKNOWN_CELL, is_distance
from broker.returns.episode import Child, Episode, Key, Repair, last_day
from broker.returns.folder import Found
from broker.returns.text import text_of
from matching.calendar import birthday
from pricing.cells import Row, read_rows, rows_of_text
from pricing.problems import InputProblem, Problems, describe

OLDEST: Final = 21
"""Nobody begins an episode of care at this age: staying put, the longest there is, ends then."""

OTHER_YEAR: Final = "another year's code"
END_AFTER: Final = "end after the collection"
NO_END: Final = "reason without an end"
NO_REASON: Final = "end without a reason"
BIRTHDAYS: Final = "birthday or sex changed"
TWO_PLACES: Final = "two places"


@dataclass(slots=True)
class Rows:
    """What became of the rows read so far; `read` counts them by table.

    `whole` says that each file is one whole collection and has its header.
    """

    whole: bool = True
    problems: Problems = field(default_factory=Problems)
    repairs: list[Repair] = field(default_factory=list)
    read: dict[str, int] = field(default_factory=dict)
    children: dict[Key, Child] = field(default_factory=dict)
    unaccompanied: set[Key] = field(default_factory=set)
    spoilt: dict[tuple[str, int], str] = field(default_factory=dict)
    young_people: dict[tuple[str, int], set[str]] = field(default_factory=dict)

    def told(self, rule: str, row: Row, words: str) -> None:
        """Note how a row was read otherwise than it stands."""
        self.repairs.append(Repair(rule, row.file, row.number, words))

    def refused(self) -> Mapping[tuple[str, int], InputProblem]:
        """The refused rows by file and row, each with the first reason."""
        first: dict[tuple[str, int], InputProblem] = {}
        for problem in self.problems:
            if problem.row is not None and (problem.file, problem.row) in self.spoilt:
                first.setdefault((problem.file, problem.row), problem)
        return first

    def of_files(self) -> list[InputProblem]:
        """The problems of files as a whole: nothing can be computed beside them."""
        return [
            problem
            for problem in self.problems
            if problem.row is None or (problem.file, problem.row) not in self.spoilt
        ]


def read_header(file: Found, rows: Rows) -> None:
    """Take in who the young people of a header are; the latest return counts where they differ."""
    for row in _rows(file, rows):
        child, born = row.text("CHILD"), read_day(row, "DOB")
        asked = "SEX" in file.table.columns
        sex = codes.SEX_MEANS.get(_code(row, "SEX", file.year, rows), "") if asked else ""
        if rows.whole and row.good("DOB") and born > last_day(file.year):
            row.refuse("DOB", row.cells["DOB"], "a day before the collection closes", "impossible")
        if _spoilt(row, ("CHILD", "DOB", *(["SEX"] if asked else [])), file, rows):
            continue
        key = (file.authority, child)
        known = rows.children.get(key)
        now = Child(born, sex)
        if known is not None and known != now:
            before = f"{known.born:%d/%m/%Y} {known.sex}"
            words = f"{before} in an earlier row, {born:%d/%m/%Y} {now.sex} here, which counts"
            rows.told(BIRTHDAYS, row, words)
        rows.children[key] = now


def read_uasc(file: Found, rows: Rows) -> None:
    """Take in who came unaccompanied: their distance is blank in the return."""
    for row in _rows(file, rows):
        child = row.text("CHILD")
        if not _spoilt(row, ("CHILD",), file, rows):
            rows.unaccompanied.add((file.authority, child))


def read_episodes(file: Found, rows: Rows) -> list[Episode]:
    """The episodes of a file that could be placed; headers must have been read before."""
    kept = []
    told = rows.young_people.setdefault((file.authority, file.year), set())
    for row in _rows(file, rows):
        told.add(row.cells["CHILD"])
        episode = _episode(row, file, rows)
        columns = ("CHILD", "DECOM", "DEC", *(c for c in _CODED if c in row.cells))
        if COLUMN in file.table.columns and row.cells.get(COLUMN):
            columns = (*columns, COLUMN)
        if not _spoilt(row, columns, file, rows):
            kept.append(episode)
    return _in_one_place(kept, file, rows) if rows.whole else kept


_CODED: Final = ("RNE", "LS", "CIN", "PLACE", "PLACE_PROVIDER", "REC", "REASON_PLACE_CHANGE")
_BLANK: Final = frozenset({"CIN", "PLACE_PROVIDER", "REC", "REASON_PLACE_CHANGE"})


def _episode(row: Row, file: Found, rows: Rows) -> Episode:
    child, start = row.text("CHILD"), read_day(row, "DECOM")
    end = read_day(row, "DEC") if row.cells["DEC"] else None
    if end is None:
        row.take("DEC", "", lambda _: True, "", False)
    cells = {
        column: _code(row, column, file.year, rows) for column in _CODED if column in row.cells
    }
    if rows.whole and row.good("CHILD", "DECOM"):
        _check_start(row, start, rows.children.get((file.authority, child)), file.year)
    if end is not None and row.good("DECOM", "DEC"):
        if end <= start:
            row.refuse("DEC", row.cells["DEC"], f"a day after {row.cells['DECOM']}", "impossible")
        elif rows.whole and end > last_day(file.year):
            rows.told(END_AFTER, row, f"DEC {row.cells['DEC']}: read as going on at 31 March")
            end = None
    ceased = cells["REC"]
    if end is None and ceased:
        if not row.cells["DEC"]:
            rows.told(NO_END, row, f"REC {ceased} and no DEC: read as going on at 31 March")
        ceased = ""
    if end is not None and not ceased and row.good("REC", "DEC"):
        rows.told(NO_REASON, row, "DEC and no REC: how it ended is not known")
    return Episode(
        authority=file.authority,
        child=child,
        start=start,
        end=end,
        began=cells["RNE"],
        legal=cells["LS"],
        need=cells.get("CIN", ""),
        place=cells["PLACE"],
        provider=cells.get("PLACE_PROVIDER", ""),
        ceased=ceased,
        reason=cells.get("REASON_PLACE_CHANGE", ""),
        home_post=row.cells["HOME_POST"],
        place_post=row.cells["PL_POST"],
        urn=row.cells.get("URN", ""),
        year=file.year,
        file=file.shown,
        row=row.number,
        miles=_miles(row, file),
    )


def _miles(row: Row, file: Found) -> str | None:
    """The distance as returned, where the table is asked for it and the file has it."""
    cell = row.cells.get(COLUMN) if COLUMN in file.table.columns else None
    if cell:
        allowed = f"miles with one decimal, {UNKNOWN_CELL} for not known, or empty"
        row.matching(COLUMN, is_distance, allowed)
    return cell


def _check_start(row: Row, start: date, child: Child | None, year: int) -> None:
    if child is None:
        allowed = "a young person of a header of the same authority"
        row.refuse("CHILD", describe(row.cells["CHILD"]), allowed, "not in a header")
    elif not child.born <= start < birthday(child.born, OLDEST):
        allowed = f"from birth, {child.born:%d/%m/%Y}, to under {OLDEST}"
        row.refuse("DECOM", row.cells["DECOM"], allowed, "impossible")
    elif start > last_day(year):
        allowed = f"a day up to {last_day(year):%d/%m/%Y}, when the collection closed"
        row.refuse("DECOM", row.cells["DECOM"], allowed, "impossible")


def _in_one_place(episodes: list[Episode], file: Found, rows: Rows) -> list[Episode]:
    """Refuse both rows wherever one file has a young person in two places on the same days.

    One that is open before another begins is no such case: a repair ends it there. Neither are two
    rows that agree in all but their number: the later is a copy, which a repair deletes.
    """
    by_child: dict[str, list[Episode]] = {}
    for episode in episodes:
        by_child.setdefault(episode.child, []).append(episode)
    bad: dict[int, Episode] = {}
    for own in by_child.values():
        own.sort(key=lambda episode: (episode.start, episode.end or date.max))
        reach = own[0]
        for episode in own[1:]:
            if _clash(reach, episode):
                bad[episode.row], bad[reach.row] = reach, episode
            if (episode.end or date.max) >= (reach.end or episode.start):
                reach = episode
    for number, other in sorted(bad.items()):
        allowed = f"one place a day; row {other.row} has {other.place} {other.place_post}".rstrip()
        rows.problems.add(file.shown, "DECOM to DEC", "in two places", allowed, TWO_PLACES, number)
        rows.spoilt[file.shown, number] = "episodes"
    return [episode for episode in episodes if episode.row not in bad]


def _clash(first: Episode, second: Episode) -> bool:
    if first.start == second.start:
        return not same_but_row(first, second)
    overlap = first.end is not None and first.end > second.start
    return overlap and first.where != second.where


def same_but_row(first: Episode, second: Episode) -> bool:
    """Whether two rows of one file say the same, copies that they are."""
    columns = Episode.__slots__
    return all(getattr(first, c) == getattr(second, c) for c in columns if c != "row")


def _rows(file: Found, rows: Rows) -> Iterable[Row]:
    """The rows of a file, counted; a row with the wrong number of cells is refused."""
    before = len(rows.problems.found)
    number = 0
    for row in _of_text(file, rows):
        number += 1
        yield row
    new = rows.problems.found[before:]
    for problem in new:
        if problem.kind == "wrong number of cells" and problem.row is not None:
            rows.spoilt[problem.file, problem.row] = file.table.name
            number += 1
    if rows.whole and not number and not new:
        rows.problems.add(file.shown, "", "no row but the header", "at least one row", "empty")
    rows.read[file.table.name] = rows.read.get(file.table.name, 0) + number


def _of_text(file: Found, rows: Rows) -> Iterable[Row]:
    """The rows as they stand; only a whole return is taken in another encoding than UTF-8."""
    if not rows.whole:
        return read_rows(file.path, file.table.needed, rows.problems, file.shown)
    told = text_of(file, rows.problems, rows.repairs)
    if told is None:
        return ()
    return rows_of_text(told.text, file.table.needed, rows.problems, file.shown, told.separator)


def _spoilt(row: Row, columns: Collection[str], file: Found, rows: Rows) -> bool:
    if row.good(*columns):
        return False
    rows.spoilt[row.file, row.number] = file.table.name
    return True


def _code(row: Row, column: str, year: int, rows: Rows) -> str:
    cell = row.cells[column]
    if not cell and column in _BLANK:
        return row.take(column, cell, str, "", "")
    code = row.matching(column, codes.LISTS[column].__contains__, _allowed(column, year))
    if code and not codes.LISTS[column][code].stands_in(year):
        words = f"{column} {code} stands {codes.when(column, code)}, not in that of {year}: kept"
        rows.told(OTHER_YEAR, row, words)
    return code


def _allowed(column: str, year: int) -> str:
    blank = ", or empty" if column in _BLANK else ""
    return " ".join(codes.of_year(column, year)) + blank
