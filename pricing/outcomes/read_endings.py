"""Reading how placements ended, against the ledger of the same placements.

Every placement with a day in the period in a measured home has a row, since the moves before it are
needed and unknown is never zero. An ending stands in both files or in neither.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from pricing.cells import Row, read_rows
from pricing.ledger import LedgerRow
from pricing.outcomes.endings import (
    CODES,
    ENDINGS,
    NO_MOVE,
    STATED_BY,
    PlacementEnding,
    Statement,
)
from pricing.problems import InputProblem, Problems, describe

ENDINGS_COLUMNS: Final = (
    "placement_id",
    "moves_before",
    "ended_on",
    "code",
    "ending",
    "stated_by",
    "stated_on",
    "statement",
)
_STATEMENT: Final = ("stated_by", "stated_on", "statement")


@dataclass(frozen=True, slots=True)
class Placed:
    """A placement as the ledger has it: whose, in which home, its stretches in order of time."""

    young_person_id: str
    home_id: str
    stretches: tuple[LedgerRow, ...]

    @property
    def start(self) -> date:
        return self.stretches[0].start

    @property
    def end(self) -> date | None:
        """The first day not lived there, None while it is not known."""
        return self.stretches[-1].end

    @property
    def last_band(self) -> str:
        return self.stretches[-1].band

    def lives_there_in(self, start: date, end: date) -> bool:
        """Whether a day of the placement lies in [start, end)."""
        return any(stretch.clip(start, end) for stretch in self.stretches)


def placements_of(ledger: Sequence[LedgerRow]) -> dict[str, Placed]:
    """The placements of a ledger by their id; a placement is in one home (see `moved_inside`)."""
    stretches = defaultdict(list)
    for row in ledger:
        stretches[row.placement_id].append(row)
    placed = {}
    for placement, rows in sorted(stretches.items()):
        rows.sort(key=lambda row: row.start)
        placed[placement] = Placed(rows[0].young_person_id, rows[0].home_id, tuple(rows))
    return placed


def moved_inside(ledger: Sequence[LedgerRow], file: str) -> Iterator[InputProblem]:
    """Placements with stretches in two homes: moving from one to the other is a move."""
    first: dict[str, LedgerRow] = {}
    for row in ledger:
        known = first.setdefault(row.placement_id, row)
        if row.home_id != known.home_id:
            yield InputProblem(
                file,
                "column home_id",
                describe(row.home_id),
                f"{known.home_id}, as in row {known.row}: who moves to another home begins another"
                " placement",
                "placement in two homes",
                row.row,
            )


def read_endings(path: Path, found: Problems) -> tuple[PlacementEnding, ...]:
    """The rows of a file of endings, each checked by itself and none twice."""
    endings = []
    seen: dict[Hashable, int] = {}
    for row in read_rows(path, ENDINGS_COLUMNS, found):
        ending = _ending(row)
        endings.append(ending)
        if row.good("placement_id"):
            row.check_once("placement_id", seen, ending.placement_id)
    return tuple(endings)


def against_ledger(
    endings: Sequence[PlacementEnding],
    placed: Mapping[str, Placed],
    homes: Collection[str],
    period: tuple[date, date],
    file: str,
) -> Iterator[InputProblem]:
    """Where endings and ledger do not say the same, and placements of measured homes without row.

    `homes` are those of which stability is measured over `period`.
    """
    known = {ending.placement_id: ending for ending in endings}
    for ending in endings:
        placement = placed.get(ending.placement_id)
        if placement is None:
            yield _problem(
                ending,
                file,
                "placement_id",
                ending.placement_id,
                "a placement of the ledger",
                "unknown placement",
            )
        else:
            yield from _same_end(ending, placement, placed.values(), period[1], file)
    for name, placement in placed.items():
        if name not in known and placement.home_id in homes and placement.lives_there_in(*period):
            yield InputProblem(
                file,
                "column placement_id",
                f"{describe(name)} is missing",
                f"a row for each placement in {period[0]} to {period[1]}, with the moves before it",
                "missing placement",
            )


def _same_end(
    ending: PlacementEnding,
    placement: Placed,
    others: Collection[Placed],
    end: date,
    file: str,
) -> Iterator[InputProblem]:
    if ending.ended_on is None:
        if placement.end is not None and placement.end <= end:
            allowed = f"{placement.end}, when it ended by the ledger, and by which code"
            yield _problem(ending, file, "ended_on", "", allowed, "ending not told")
    elif placement.end != ending.ended_on:
        last = "empty: by the ledger they live there still" if placement.end is None else None
        allowed = last or f"{placement.end}, the day the ledger has"
        yield _problem(ending, file, "ended_on", ending.ended_on, allowed, "not as in the ledger")
    elif ending.ending == NO_MOVE and not any(
        other.young_person_id == placement.young_person_id
        and other.home_id == placement.home_id
        and other.start == ending.ended_on
        for other in others
    ):
        allowed = f"another code: they do not live on in {placement.home_id} from {ending.ended_on}"
        yield _problem(ending, file, "code", ending.code, allowed, "a move that is called none")


def _ending(row: Row) -> PlacementEnding:
    ended_on = row.day_or_open("ended_on")
    code, ending = "", ""
    if ended_on is None:
        for column in ("code", "ending", *_STATEMENT):
            if row.cells[column]:
                shown = describe(row.cells[column])
                row.refuse(column, shown, "empty while ended_on is empty", "forbidden value")
    else:
        code = row.matching("code", CODES.__contains__, ", ".join(CODES))
        if row.good("code"):
            ending = _ending_of(row, code)
    statement = _statement(row) if any(row.cells[column] for column in _STATEMENT) else None
    if row.good("code", "ending") and ending != CODES[code].endings[0] and statement is None:
        needed = f"a statement (stated_by, stated_on, statement): {code} by itself is"
        allowed = f"{needed} {CODES[code].endings[0]}"
        row.refuse("ending", describe(ending), allowed, "no statement")
    return PlacementEnding(
        placement_id=row.text("placement_id"),
        moves_before=row.whole("moves_before"),
        ended_on=ended_on,
        code=code,
        ending=ending,
        statement=statement,
        row=row.number,
    )


def _ending_of(row: Row, code: str) -> str:
    """The ending in words of the page, by the code where the cell is empty."""
    fitting = CODES[code].endings
    if not row.cells["ending"]:
        row.take("ending", fitting[0], str, "", "")
        return fitting[0]
    allowed = f"{', '.join(fitting)} with {code}" if row.cells["ending"] in ENDINGS else None
    return row.matching("ending", fitting.__contains__, allowed or ", ".join(ENDINGS))


def _statement(row: Row) -> Statement:
    return Statement(
        by=row.choice("stated_by", STATED_BY),
        on=row.day("stated_on"),
        words=row.matching("statement", bool, "the words, or where they are kept"),
    )


def _problem(
    ending: PlacementEnding, file: str, column: str, value: object, allowed: str, kind: str
) -> InputProblem:
    return InputProblem(file, f"column {column}", describe(value), allowed, kind, ending.row)
