"""Evidence of what was achieved: measurements, writing of young people and others, records.

A measurement counts for a period if its days cover all of it; any other piece if it was made in the
period. A paid innovation item needs a piece that young people wrote in the period.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Final

from pricing.cells import Row, read_rows
from pricing.outcomes.proposal import YOUNG_PEOPLE, Proposal
from pricing.problems import InputProblem, Problems, describe

MEASUREMENT: Final = "measurement"
WRITING: Final = "writing"
KINDS: Final = (MEASUREMENT, WRITING, "record")
AUTHORS: Final = (YOUNG_PEOPLE, "provider", "partnership", "independent")
EVIDENCE_COLUMNS: Final = (
    "reference",
    "proposal",
    "on",
    "kind",
    "by",
    "value",
    "from",
    "to",
    "words",
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A piece of evidence for a proposal: what kind it is, whose, and where it is kept.

    `reference` is unique; `value` is what was measured over [start, end), None for what measures
    nothing; `words` say or quote what it shows, and may be empty.
    """

    reference: str
    proposal: str
    on: date
    kind: str
    by: str
    value: Fraction | None
    start: date | None
    end: date | None
    words: str
    row: int | None = None

    def measures(self, start: date, end: date) -> bool:
        """Whether it is a measurement of all the days of [start, end)."""
        if self.value is None or self.start is None or self.end is None:
            return False
        return self.start <= start and end <= self.end

    def counts_in(self, start: date, end: date) -> bool:
        """Whether it is evidence for [start, end): a measurement of it, or a piece made in it."""
        return self.measures(start, end) if self.kind == MEASUREMENT else start <= self.on < end

    @property
    def by_young_people(self) -> bool:
        return self.kind == WRITING and self.by == YOUNG_PEOPLE


def evidence_for(
    pieces: Iterable[Evidence], proposal: Proposal, start: date, end: date
) -> tuple[tuple[Evidence, ...], tuple[Evidence, ...]]:
    """The pieces of a proposal that count in [start, end), and its others, by their reference."""
    own = sorted(
        (piece for piece in pieces if piece.proposal == proposal.id),
        key=lambda piece: piece.reference,
    )
    counted = tuple(piece for piece in own if piece.counts_in(start, end))
    return counted, tuple(piece for piece in own if not piece.counts_in(start, end))


def read_evidence(
    path: Path,
    proposals: Sequence[Proposal] | None,
    found: Problems,
    period: tuple[date, date],
) -> tuple[Evidence, ...]:
    """The pieces of evidence in a file, of which one measurement at most may cover the period."""
    pieces = []
    comparable = []
    seen: dict[Hashable, int] = {}
    for row in read_rows(path, EVIDENCE_COLUMNS, found):
        piece = _piece(row)
        pieces.append(piece)
        if row.good("reference"):
            row.check_once("reference", seen, piece.reference)
        if proposals is not None and row.good("proposal"):
            _check_proposal(row, piece, proposals)
        if row.good("proposal", "kind", "value", "from", "to"):
            comparable.append(piece)
    found.extend(_two_measurements(comparable, *period, path.name))
    return tuple(pieces)


def _piece(row: Row) -> Evidence:
    kind = row.choice("kind", KINDS)
    on = row.day("on")
    start, end = row.day_or_open("from"), row.day_or_open("to")
    if start is not None:
        row.check_order(start, end)
    value = row.number_or_none("value")
    if row.good("kind"):
        _check_kind(row, kind)
    if kind == MEASUREMENT and end is not None and row.good("on", "to"):
        last = end - timedelta(days=1)
        if on < last:
            allowed = f"{last} or later: a measurement is made when its days are over"
            row.refuse("on", describe(on), allowed, "wrong order")
    return Evidence(
        reference=row.text("reference"),
        proposal=row.text("proposal"),
        on=on,
        kind=kind,
        by=row.choice("by", AUTHORS),
        value=value,
        start=start,
        end=end,
        words=row.cells["words"],
        row=row.number,
    )


def _check_kind(row: Row, kind: str) -> None:
    """A measurement has a value and its days; nothing else has a value."""
    for column in ("value", "from", "to"):
        if kind == MEASUREMENT and not row.cells[column]:
            row.refuse(column, "empty", "a measurement has value, from and to", "missing value")
    if kind != MEASUREMENT and row.cells["value"]:
        shown = describe(row.cells["value"])
        row.refuse("value", shown, f"empty: only a {MEASUREMENT} has a value", "forbidden value")


def _check_proposal(row: Row, piece: Evidence, proposals: Sequence[Proposal]) -> None:
    proposal = next((each for each in proposals if each.id == piece.proposal), None)
    if proposal is None:
        known = ", ".join(each.id for each in proposals) or "none: no proposal was agreed"
        row.refuse("proposal", describe(piece.proposal), known, "unknown proposal")
    elif proposal.stability is not None and piece.kind == MEASUREMENT:
        allowed = f"{WRITING} or record: {proposal.id} is measured from the ledger and its endings"
        row.refuse("kind", describe(piece.kind), allowed, "forbidden value")


def _two_measurements(
    pieces: Iterable[Evidence], start: date, end: date, file: str
) -> Iterator[InputProblem]:
    first: dict[str, Evidence] = {}
    for piece in pieces:
        if piece.measures(start, end) and first.setdefault(piece.proposal, piece) is not piece:
            yield InputProblem(
                file,
                "column proposal",
                describe(piece.proposal),
                f"one measurement that covers {start} to {end}; row"
                f" {first[piece.proposal].row} does too",
                "two measurements of the period",
                piece.row,
            )
