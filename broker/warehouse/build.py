"""The warehouse built and refreshed: what changed is worked out anew, the rest stays as it is.

Every row follows from one unit (a young person, a home, a match, a month of a contract). A unit has
a mark made from all that its rows rest on; a refresh works out the units whose mark is another. A
build is a refresh of nothing, so that both come to the same rows.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from sqlmodel import Session

from broker.life.form import FIRST_DAY
from broker.returns.record import episodes
from broker.returns.record import sources as returns_on_record
from broker.store.contracts import contracts_in_force
from broker.store.out_of_use import counted
from broker.warehouse import fixed, parquet, records, sql
from broker.warehouse.dimensions import BAND, BOROUGH_DIM, DATE, HOME, PROVIDER, REASON
from broker.warehouse.episodes import mark_of_source, rows_of_source
from broker.warehouse.facts import OCCUPANCY, PROPOSAL, SHAPES, STRETCH, of_unit
from broker.warehouse.homes import Version, rows_of_home
from broker.warehouse.invoices import (
    invoice_key,
    ledger_of,
    months_over,
    of_month,
    rows_of_invoice,
)
from broker.warehouse.occupancy import Span, rows_of_days
from broker.warehouse.people import person_key, rows_of_person
from broker.warehouse.proposals import rows_of_run
from broker.warehouse.pseudonym import Keys
from broker.warehouse.shape import Row, Shape, Unit, Value
from matching.reasons import UNPLACED_SUMMARIES
from pricing.contract import parse_contract

KEYS: Final = (sql.STATE, "keys")
AS_OF: Final = (sql.STATE, "as_of")
_WAITS: Final = (
    "by_hand", "no_eligible_home", "waiting_is_better", "group_not_together",
    "places_went_to_others",
)  # fmt: skip

Mark = tuple[str, str]


@dataclass
class Delta:
    """What a refresh changes: rows by table, and marks; `emptied` counts lives that say nothing."""

    gone: dict[Shape, list[Value] | None] = field(default_factory=dict)
    come: dict[Shape, list[Row]] = field(default_factory=lambda: defaultdict(list))
    marks_gone: list[Mark] = field(default_factory=list)
    marks_made: dict[Mark, str] = field(default_factory=dict)
    emptied: int = 0

    def replace(self, shape: Shape, keys: Sequence[Value] | None, rows: Iterable[Row]) -> None:
        """These units' rows go, and these come; None for the whole table."""
        if keys is None:
            self.gone[shape] = None
        else:
            mine = self.gone.setdefault(shape, [])
            assert mine is not None
            mine.extend(keys)
        self.come[shape].extend(rows)

    @property
    def changes(self) -> parquet.Changes:
        """By table: the units whose rows go, and the rows that come."""
        return {shape: (keys, self.come[shape]) for shape, keys in self.gone.items()}


@dataclass(frozen=True, slots=True)
class Done:
    """What a build or refresh did: whether whole, its state, rows now and rows written by table."""

    whole: bool
    before: str | None
    state: str
    as_of: date
    delta: Delta


def refresh(session: Session, keys: Keys, today: date, *, whole: bool = False) -> Done:
    """Bring the warehouse in the database to what is on record; the caller commits.

    It is built anew where it is not there, was made with other keys, or answers for a later day.
    """
    marks = sql.read_marks(session) if sql.exists(session) else {}
    whole = whole or marks.get(KEYS) != keys.id or marks[AS_OF] > today.isoformat()
    before = None if whole else state_of(marks)
    if whole:
        sql.make(session)
        marks = sql.read_marks(session)
    work = _Work(session, keys, today, marks)
    work.people()
    found = work.homes()
    work.occupancy(found)
    work.runs()
    work.invoices()
    work.returns()
    work.fixed(found)
    work.mark(KEYS, keys.id)
    work.mark(AS_OF, today.isoformat())
    sql.write_marks(session, work.delta.marks_gone, work.delta.marks_made)
    lost = set(work.delta.marks_gone)
    now = {key: mark for key, mark in marks.items() if key not in lost}
    state = state_of(now | work.delta.marks_made)
    return Done(whole, before, state, today, work.delta)


def write_files(session: Session, folder: Path, done: Done) -> bool:
    """Bring the files to the same state; whether all were written anew, not only what changed."""
    told = {"state": done.state, "as_of": done.as_of.isoformat()}
    if done.before is not None and parquet.state_of(folder) == done.before:
        parquet.write_changes(folder, done.delta.changes, told)
        return False
    parquet.write_all(folder, {shape: sql.read(session, shape.name) for shape in SHAPES}, told)
    return True


def state_of(marks: Mapping[Mark, str]) -> str:
    """What the warehouse was made from, as one digest of all marks."""
    text = "\n".join("\t".join((*key, mark)) for key, mark in sorted(marks.items()))
    return hashlib.sha256(text.encode()).hexdigest()


class _Work:
    """One refresh: each part finds its units, compares marks and writes what is another."""

    def __init__(
        self, session: Session, keys: Keys, today: date, marks: Mapping[Mark, str]
    ) -> None:
        self.session, self.keys, self.today, self.marks = session, keys, today, marks
        self.delta = Delta()

    def mark(self, key: Mark, mark: str) -> None:
        """Note a unit's mark; the one before goes if it is another."""
        if self.marks.get(key) != mark:
            if key in self.marks:
                self.delta.marks_gone.append(key)
            self.delta.marks_made[key] = mark

    def changed(self, unit: Unit, now: Mapping[str, str]) -> tuple[set[str], list[str]]:
        """The units that are new or other than they were, and those that are no more."""
        before = {key for kind, key in self.marks if kind == unit}
        other = {key for key, mark in now.items() if self.marks.get((unit, key)) != mark}
        for key in other:
            self.mark((unit, key), now[key])
        gone = sorted(before - set(now))
        self.delta.marks_gone += [(unit, key) for key in gone]
        return other, gone

    def write(self, shape: Shape, keys: Sequence[Value] | None, rows: Sequence[Row]) -> None:
        """Write to the database, and keep for the files."""
        if keys is None or keys or rows:
            sql.take_off(self.session, shape, keys)
            sql.put(self.session, shape, rows)
            self.delta.replace(shape, keys, rows)

    def people(self) -> None:
        """Everybody with a referral."""
        now: dict[str, str] = {}
        whose: dict[str, str] = {}
        found = records.outlines(self.session)
        self.first = [self.today, *(x.opened for lives in found.values() for x in lives)]
        for person, lives in found.items():
            told = [(x.referral, x.steps, x.telling, x.corrected) for x in lives]
            for life in lives:
                key = person_key(self.keys, person, life.opened)
                now[key], whose[key] = self.keys.mark([key, told]), person
        self.delta.emptied = sum(x.telling < x.steps for lives in found.values() for x in lives)
        other, gone = self.changed(Unit.PERSON, now)
        people = sorted({whose[key] for key in other})
        rows: dict[Shape, list[Row]] = {shape: [] for shape in of_unit(Unit.PERSON)}
        whole = {p: [x.referral for x in found[p] if x.telling == x.steps] for p in people}
        told_by = records.lives_of(self.session, [r for some in whole.values() for r in some])
        for person in people:
            own = rows_of_person(self.keys, person, [told_by[r] for r in whole[person]])
            for shape, some in own.items():
                rows[shape] += some
        asked = set(people)
        touched = sorted({key for key, person in whose.items() if person in asked} | set(gone))
        for shape, some in rows.items():
            self.write(shape, touched, some)

    def homes(self) -> dict[str, list[Version]]:
        """Every home on record."""
        self.now = records.homes_now(self.session)
        found = records.versions_of_homes(self.session, self.now)
        rows = {home: rows_of_home(home, versions) for home, versions in found.items()}
        other, gone = self.changed(
            Unit.HOME, {home: self.keys.mark(some) for home, some in rows.items()}
        )
        self.write(HOME, [*sorted(other), *gone], [row for home in other for row in rows[home]])
        return found

    def occupancy(self, found: Mapping[str, Sequence[Version]]) -> None:
        """Every home day by day, to today; where only days were added, those alone."""
        placements = records.placed(self.session)
        placed = records.spans_placed(placements)
        others = records.spans_of_others(self.session, placements)
        self.out = records.out_of_use(self.session)
        out = records.spans_out_of_use(self.out)
        tomorrow = self.today + timedelta(days=1)
        added: list[Row] = []
        anew: list[str] = []
        now: dict[str, str] = {}
        for home, versions in found.items():
            spans = (placed.get(home, []), others.get(home, []), out.get(home, []))
            told = [
                [(v.start, v.end, v.told) for v in versions],
                [list(map(_days, s)) for s in spans],
            ]
            basis = self.keys.mark(told)
            now[home] = f"{basis} {self.today}"
            was, _, day = self.marks.get((Unit.OCCUPANCY, home), "").partition(" ")
            if was == basis:
                start = date.fromisoformat(day) + timedelta(days=1)
            else:
                anew.append(home)
                start = _first_day(versions, spans, self.today)
            added += rows_of_days(home, versions, *spans, (start, tomorrow))
        _, gone = self.changed(Unit.OCCUPANCY, now)
        self.write(OCCUPANCY, [*anew, *gone], added)

    def runs(self) -> None:
        """Every match on record."""
        now = {str(run): self.keys.mark([run, at]) for run, at in records.runs(self.session)}
        other, gone = self.changed(Unit.RUN, now)
        rows: list[Row] = []
        for run in records.plans(self.session, sorted(map(int, other))):
            rows += rows_of_run(self.keys, run)
        self.write(PROPOSAL, sorted(map(int, [*other, *gone])), rows)

    def invoices(self) -> None:
        """Every month that is over, of every contract on record."""
        now: dict[str, str] = {}
        due: dict[str, Any] = {}
        unavailable = records.unavailable(counted(self.out, records.places(self.session)))
        stretches = sql.read(self.session, STRETCH.name)
        for row in contracts_in_force(self.session):
            contract = parse_contract(row.text.encode(), row.file)
            self.first.append(contract.start)
            ledger = ledger_of(stretches, contract)
            out = [one for one in unavailable if one.home_id in contract.homes]
            for month in months_over(contract, self.today):
                key = invoice_key(contract.id, month)
                part = of_month(contract, month, ledger, out)
                now[key] = self.keys.mark([contract.version, [repr(one) for one in part]])
                due[key] = (contract, month, *part)
        other, gone = self.changed(Unit.INVOICE, now)
        made = [rows_of_invoice(*due[key]) for key in sorted(other)]
        for shape in of_unit(Unit.INVOICE):
            self.write(
                shape, [*sorted(other), *gone], [row for each in made for row in each[shape]]
            )

    def returns(self) -> None:
        """Every source of returns on record."""
        now = {one.name: mark_of_source(self.keys, one) for one in returns_on_record(self.session)}
        other, gone = self.changed(Unit.RETURNS, now)
        rows: dict[Shape, list[Row]] = {shape: [] for shape in of_unit(Unit.RETURNS)}
        for source in sorted(other):
            made = rows_of_source(self.keys, source, episodes(self.session, source))
            for shape, own in made.items():
                rows[shape] += own
        for shape, own in rows.items():
            self.write(shape, [*sorted(other), *gone], own)

    def fixed(self, found: Mapping[str, Sequence[Version]]) -> None:
        """The dimensions that hold for everybody."""
        told = [version.told for versions in found.values() for version in versions]
        codes = records.boroughs_of(self.session) | {str(one["borough"]) for one in told}
        starts = [v.start for versions in found.values() for v in versions if v.start > FIRST_DAY]
        first = min([*self.first, *starts])
        tables = {
            DATE: fixed.dates(first.year, self.today.year),
            BAND: fixed.bands(),
            REASON: fixed.reasons({why: UNPLACED_SUMMARIES[why] for why in _WAITS}),
            BOROUGH_DIM: fixed.boroughs(codes),
            PROVIDER: fixed.providers(
                {str(o["provider"]) for o in told if o["provider"]}, self.now
            ),
        }
        other, _ = self.changed(
            Unit.FIXED, {shape.name: self.keys.mark(rows) for shape, rows in tables.items()}
        )
        for shape, rows in tables.items():
            if shape.name in other:
                self.write(shape, None, rows)


def _days(span: Span) -> tuple[str, str | None, int]:
    return span.start.isoformat(), None if span.end is None else span.end.isoformat(), span.number


def _first_day(versions: Sequence[Version], spans: Iterable[Sequence[Span]], today: date) -> date:
    """The day a home came on record; where its history is gone, the first day anything is known."""
    if versions[0].start > FIRST_DAY:
        return versions[0].start
    known = [version.start for version in versions[1:]]
    known += [span.start for some in spans for span in some]
    return min([*known, today])
