"""A refresh comes to the rows of a build, whatever happened between, on both databases."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test
from sqlalchemy import Engine

from broker.database import writing
from broker.warehouse import build
from broker.warehouse.pseudonym import Keys
from tests.integration.life.machine import LifeCycle
from tests.integration.warehouse.rows import KEYS, built_anew, gone, in_database, in_files

EXAMPLES, STEPS = (20, 40) if os.environ.get("CI") else (6, 30)


class Refreshed(LifeCycle):
    """The life cycle, with a warehouse that is refreshed in between."""

    def __init__(self) -> None:
        super().__init__()
        self.files = Path(tempfile.mkdtemp(prefix="warehouse-"))
        self.keys: Keys = KEYS
        self.whole = True

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

    @rule()
    def rotate(self) -> None:
        self.keys, self.whole = self.keys.rotated(self.today), True

    def teardown(self) -> None:
        self.refresh(2)
        self.refresh(0)
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
