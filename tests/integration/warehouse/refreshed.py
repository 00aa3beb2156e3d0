"""The whole life cycle with a warehouse that is refreshed in between, under a block contract.

Beside the steps of lives: matches are put on record and removed, places go out of use and come
back, the contract gets a new version, what was said is corrected, emptied or lawfully removed.
"""

from __future__ import annotations

import copy
import tempfile
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import consumes, initialize, multiple, rule
from sqlmodel import Session

from broker.audit.amend import correct_value, entry_with_values, remove_value, says_of
from broker.database import writing
from broker.importing import import_case
from broker.life import lost
from broker.reports.form import Period
from broker.retention.due import due_on
from broker.retention.remove import remove
from broker.retention.schedule import schedule_in_force
from broker.returns.record import put_on_record, take_off_record
from broker.returns.whole import read_returns
from broker.runs import made_run, record_run
from broker.store.contracts import ContractFile, record_contracts
from broker.store.history import Author
from broker.store.load import load_problem
from broker.store.out_of_use import most_at_once
from broker.tables import MatchRun
from broker.warehouse import build
from broker.warehouse.pseudonym import Keys
from matching.solve import match
from pricing.contract import parse_contract
from pricing.text_file import read_file
from tests.integration.audit.tampering import ADMINISTRATOR
from tests.integration.life.machine import FIRST
from tests.integration.life.machine_of_more import WholeLife
from tests.integration.life.model import PEOPLE, PLACES
from tests.integration.warehouse.agreeing import agree
from tests.integration.warehouse.rows import (
    KEYS,
    built_anew,
    in_database,
    in_files,
    steps_told,
)
from tests.unit.warehouse.test_returns_loaded import folder
from tests.whole_life import ASSESSOR, BROKER

CASE = Path(__file__).with_name("under-contract")
CONTRACT = CASE / "contract.toml"
SCHEDULE = {kind: replace(one, confirmed=True) for kind, one in schedule_in_force().items()}
LONG_AFTER = date(2199, 1, 1)
"""Everything that is closed is due to go by then."""


class Refreshed(WholeLife):
    """The whole life cycle, with a warehouse that is refreshed in between."""

    rows_seen: ClassVar[Counter[str]] = Counter()
    """How many rows each table had at most, over all machines."""

    def __init__(self) -> None:
        super().__init__()
        with writing(self.engine) as session:
            import_case(
                session, CASE, by="test", when=datetime(2026, 9, 4, 9, tzinfo=UTC), hold_day=True
            )
        self.files = Path(tempfile.mkdtemp(prefix="warehouse-"))
        self.folder = read_returns(folder(self.files.with_name(f"{self.files.name}-returns")))
        self.keys: Keys = KEYS
        self.whole = True

    @initialize(
        target=WholeLife.lives,
        first=st.tuples(st.booleans(), st.integers(4, 7)),
        second=st.tuples(st.booleans(), st.integers(0, 4)),
    )
    def begin(self, first: tuple[bool, int], second: tuple[bool, int]) -> Any:
        """Two young people, one far on the usual way, the other not yet."""
        for who, (emergency, often) in zip(PEOPLE, (first, second), strict=False):
            self.go_on(self.open(who, emergency, ASSESSOR), max(PLACES), often)
        self.returns("a", True)
        return multiple(*self.model.lives)

    def the_records_agree(self) -> None:
        """Not after each step: the tests of the life cycle hold that."""

    @rule(days=st.integers(0, 3))
    def refresh(self, days: int) -> None:
        """Once as it is, for a day that may be later than any step's."""
        self.today += timedelta(days)
        with writing(self.engine) as session:
            done = build.refresh(session, self.keys, self.today, whole=self.whole)
            build.write_files(session, self.files, done)
        assert done.whole is self.whole
        self.whole = False
        with writing(self.engine) as session:
            rows = in_database(session)
        assert in_files(self.files) == rows
        assert rows == built_anew(self.engine, self.keys, self.today)
        for name, some in rows.items():
            type(self).rows_seen[name] = max(type(self).rows_seen[name], len(some))

    @rule(referral=WholeLife.lives, home=st.sampled_from(sorted(PLACES)), often=st.integers(1, 6))
    def go_on_between_two(self, referral: str, home: str, often: int) -> None:
        """What was known before goes on: a refresh must notice each way in which it does."""
        self.refresh(0)
        self.go_on(referral, home, often)
        self.refresh(1)

    @rule(referral=WholeLife.lives)
    def ask_both_homes(self, referral: str) -> None:
        """One of them is decided for, where both were asked."""
        self.go_on(referral, min(PLACES), 4)
        for home in sorted(PLACES):
            self.ask(referral, home, 0)
        self.answer(referral, max(PLACES), 1)
        self.decide(referral, max(PLACES), 0)

    @rule(days=st.integers(20, 40))
    def a_month_is_over(self, days: int) -> None:
        """Long enough that a month of the contract is due."""
        self.today += timedelta(days)

    @rule(fee=st.integers(1000, 9999))
    def the_contract_changes(self, fee: int) -> None:
        """A version with another fee: what was due for every month of it is another."""
        text = CONTRACT.read_text(encoding="utf-8").replace('"4500.00"', f'"{fee}.00"')
        copied = self.files.with_name(f"{self.files.name}-contract.toml")
        copied.write_text(text, encoding="utf-8")
        file = ContractFile(parse_contract(read_file(copied), CONTRACT.name), text)
        with writing(self.engine) as session:
            record_contracts(session, [file], Author("test", self.moment().at))

    @rule(
        home=st.sampled_from(["H1", "H2", "H2"]),
        days=st.integers(1, 9),
        used=st.integers(0, 3),
        late=st.integers(0, 40),
        side=st.sampled_from(["provider", "partnership"]),
    )
    def out_of_use_and_back(self, home: str, days: int, used: int, late: int, side: str) -> None:
        """A place that nobody needs then is out of use, as is told at once or days later.

        It is used again, the same day or another.
        """
        start, end = self.today - timedelta(late), self.today + timedelta(days)
        living = sum(
            one.home == home and one.starts < end and (one.ends is None or start < one.ends)
            for one in self.model.stays
        )
        asked = any(
            told.offers.get(home) in ("open", "accepted") for told in self.model.lives.values()
        )
        with writing(self.engine) as session:
            out = most_at_once(
                (max(row.starts_on, start), min(row.ends_on, end), row.places)
                for row in lost.rooms_out(session, home)
                if row.starts_on < end and start < row.ends_on
            )
        if asked or living >= PLACES[home] or out >= PLACES[home]:
            return
        rooms = lost.Rooms(1, start, end, side)
        self._rooms(home, lost.Change("the boiler broke", rooms=rooms))
        self.refresh(used)
        with writing(self.engine) as session:
            row = lost.rooms_out(session, home)[-1].row_id
        self._rooms(home, lost.Change("mended", back=lost.RoomsBack(row, self.today)))

    def _rooms(self, home: str, change: lost.Change) -> None:
        with writing(self.engine) as session:
            seen = lost.home_version(session, home)
            assert seen is not None
            done = lost.change_home(session, BROKER, home, change, self.moment(), seen=seen)
        assert done.affected == []

    @rule()
    def matched(self) -> None:
        """What is on record is matched, and the match is put on record."""
        at = self.moment().at
        with writing(self.engine) as session:
            problem = load_problem(session)
            plan = match(problem).to_json()
            record_run(session, made_run(problem, plan, started=at, finished=at), by="test")

    @rule()
    def the_first_match_goes(self) -> None:
        """A match is removed, as its time is up."""
        table = MatchRun.__table__
        with writing(self.engine) as session:
            run = session.execute(sa.select(sa.func.min(table.c.run_id))).scalar_one()
            if run is not None:
                self._time_is_up(session, "match_run", str(run))

    def _time_is_up(self, session: Session, kind: str, record: str) -> None:
        (due,) = (
            one
            for one in due_on(session, SCHEDULE, LONG_AFTER)[0]
            if (one.kind, one.record) == (kind, record)
        )
        remove(session, ADMINISTRATOR, due, SCHEDULE[kind], at=self.moment().at,
               today=LONG_AFTER, reason="its time")  # fmt: skip

    @rule(
        target=WholeLife.lives,
        referral=consumes(WholeLife.lives),
        way=st.sampled_from(["removed", "emptied", "kept"]),
    )
    def goes_from_the_record(self, referral: str, way: str) -> Any:
        """A withdrawn referral is removed; or a step of a closed one loses what it said."""
        told = self.model.lives[referral]
        if way == "kept" or told.live or (way == "removed" and told.state != "withdrawn"):
            return referral
        with writing(self.engine) as session:
            if way == "removed":
                self._time_is_up(session, "withdrawn_referral", referral)
            else:
                number = _opening(session, referral)
                at = self.moment().at
                remove_value(session, ADMINISTRATOR, number, at=at, why="told by mistake")
        del self.model.lives[referral]
        return multiple()

    @rule(referral=WholeLife.lives, ethnicity=st.sampled_from(["one", "another"]))
    def corrected(self, referral: str, ethnicity: str) -> None:
        """What was said of the young person at the beginning is put right."""
        with writing(self.engine) as session:
            number = _opening(session, referral)
            says = copy.deepcopy(says_of(entry_with_values(session, number)))
            person = says["after"]["said"]["form"]["person"]
            if person["ethnicity"] == ethnicity:
                return
            person["ethnicity"] = ethnicity
            at = self.moment().at
            correct_value(session, ADMINISTRATOR, number, says, at=at, why="was wrong")

    @rule(source=st.sampled_from(["a", "b"]), loaded=st.booleans())
    def returns(self, source: str, loaded: bool) -> None:
        """A folder of returns is loaded, again perhaps, or taken off the record."""
        at = datetime(2026, 9, 4, 8, tzinfo=UTC) + timedelta(minutes=len(self.model.lives))
        with writing(self.engine) as session:
            if loaded:
                put_on_record(session, source, self.folder, "tests", at, self.today)
            else:
                take_off_record(session, source)

    @rule()
    def rotate(self) -> None:
        """Other pseudonyms for everybody, and an era begins."""
        self.keys, self.whole = self.keys.rotated(self.today), True

    def teardown(self) -> None:
        self.refresh(2)
        self.refresh(0)
        with writing(self.engine) as session:
            steps = steps_told(session)
            told = {who: some for who, some in steps.items() if all(one["said"] for one in some)}
            for start, days in ((FIRST, 400), (FIRST + timedelta(6), 9)):
                period = Period(start, start + timedelta(days))
                agree(session, told, period, self.today, self.keys.eras)
        super().teardown()


def _opening(session: Session, referral: str) -> int:
    """The number of the audit's entry of the step that opened a referral."""
    query = sa.text(
        "SELECT min(number) FROM audit WHERE act = 'life.open' AND record_id = :referral"
    )
    number: int = session.execute(query, {"referral": referral}).scalar_one()
    return number
