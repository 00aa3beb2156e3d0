"""A refresh comes to the rows of a build, whatever happened between, on both databases."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, multiple, rule, run_state_machine_as_test
from sqlalchemy import Engine

from broker.database import writing
from broker.reports.form import Period
from broker.returns.record import put_on_record, take_off_record
from broker.returns.whole import read_returns
from broker.warehouse import build
from broker.warehouse.pseudonym import Keys
from tests.integration.life.machine import FIRST, LifeCycle
from tests.integration.life.model import PEOPLE, PLACES
from tests.integration.warehouse.agreeing import agree
from tests.integration.warehouse.rows import (
    KEYS,
    built_anew,
    gone,
    in_database,
    in_files,
    steps_told,
)
from tests.unit.warehouse.test_returns_loaded import folder
from tests.whole_life import ASSESSOR

EXAMPLES = 40 if os.environ.get("CI") else 10
STEPS = 10


class Refreshed(LifeCycle):
    """The life cycle, with a warehouse that is refreshed in between."""

    def __init__(self) -> None:
        super().__init__()
        self.files = Path(tempfile.mkdtemp(prefix="warehouse-"))
        self.folder = read_returns(folder(self.files.with_name(f"{self.files.name}-returns")))
        self.keys: Keys = KEYS
        self.whole = True

    @initialize(
        target=LifeCycle.lives,
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

    @rule(referral=LifeCycle.lives, home=st.sampled_from(sorted(PLACES)), often=st.integers(1, 6))
    def go_on_between_two(self, referral: str, home: str, often: int) -> None:
        """What was known before goes on: a refresh must notice each way in which it does."""
        self.refresh(0)
        self.go_on(referral, home, often)
        self.refresh(1)

    @rule(referral=LifeCycle.lives)
    def ask_both_homes(self, referral: str) -> None:
        """One of them is decided for, where both were asked."""
        self.go_on(referral, min(PLACES), 4)
        for home in sorted(PLACES):
            self.ask(referral, home, 0)
        self.answer(referral, max(PLACES), 1)
        self.decide(referral, max(PLACES), 0)

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
        self.keys, self.whole = self.keys.rotated(self.today), True

    def teardown(self) -> None:
        self.refresh(2)
        self.refresh(0)
        with writing(self.engine) as session:
            told = steps_told(session)
            for start, days in ((FIRST, 400), (FIRST + timedelta(6), 9)):
                agree(session, told, Period(start, start + timedelta(days)), self.today)
        super().teardown()


def test_a_refresh_comes_to_the_rows_of_a_build_whatever_happened(
    emptied: Callable[[], Engine],
) -> None:
    made: list[Engine] = []

    def fresh() -> Engine:
        made.append(emptied())
        return made[-1]

    class OnThisDatabase(Refreshed):
        pass

    OnThisDatabase.fresh = staticmethod(fresh)
    try:
        run_state_machine_as_test(
            OnThisDatabase,
            settings=settings(
                max_examples=EXAMPLES,
                stateful_step_count=STEPS,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        if made and made[-1].dialect.name == "postgresql":
            gone(made[-1])
