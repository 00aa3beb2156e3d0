"""A refresh comes to the rows of a build, whatever happened between, on both databases."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from typing import ClassVar

import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import Engine

from broker.database import writing
from broker.warehouse import sql
from broker.warehouse.facts import SHAPES
from tests.integration.warehouse.refreshed import Refreshed
from tests.integration.warehouse.rows import gone
from tests.whole_life import ASSESSOR

EXAMPLES = 12 if os.environ.get("CI") else 8
STEPS = 10


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


def test_a_refresh_after_every_kind_of_step_comes_to_the_rows_of_a_build(
    emptied: Callable[[], Engine],
) -> None:
    """And every table but that of months refused has rows to be refreshed."""
    engine = emptied()

    class AfterEach(Refreshed):
        fresh = staticmethod(lambda: engine)
        rows_seen: ClassVar[Counter[str]] = Counter()

        def the_records_agree(self) -> None:
            self.refresh(0)

    machine = AfterEach()
    try:
        machine.returns("a", True)
        machine.by_hand()
        machine.go_on(machine.open("YP-B", False, ASSESSOR), "H2", 7)
        machine.a_month_is_over(40)
        machine.go_on(machine.open("YP-C", False, ASSESSOR), "H2", 3)
        others: tuple[Callable[[], object], ...] = (
            machine.matched,
            lambda: machine.the_contract_changes(4321),
            lambda: machine.out_of_use_and_back("H1", 4, 2, 30, "provider"),
            lambda: machine.corrected(min(machine.model.lives), "another"),
            lambda: machine.returns("a", False),
            machine.the_first_match_goes,
            machine.rotate,
        )
        for each in others:
            each()
            machine.refresh(1)
        for state, way in (("withdrawn", "removed"), ("ended", "emptied")):
            (referral,) = (who for who, told in machine.model.lives.items() if told.state == state)
            machine.goes_from_the_record(referral, way)
            assert referral not in machine.model.lives
            machine.refresh(0)
        with writing(engine) as session:
            days = sql.TABLES["fact_occupancy_day"]
            out = sa.select(sa.func.count()).where(days.c.out_of_use == 1)
            assert session.execute(out).scalar_one() == 30 + 2
            lines = sa.select(sql.TABLES["fact_invoice_line"].c.what).distinct()
            assert {"fee", "voids"} <= set(session.execute(lines).scalars())
        machine.teardown()
    finally:
        if engine.dialect.name == "postgresql":
            gone(engine)
    assert {shape.name for shape in SHAPES if not machine.rows_seen[shape.name]} == {
        "fact_not_invoiced"
    }


def test_a_referral_put_right_beside_another_of_the_same_day(
    emptied: Callable[[], Engine],
) -> None:
    """One ended and was followed by another that day; only what the first said was put right.

    Of the young person the later word of the day holds, in the warehouse and in its reports.
    """
    engine = emptied()

    class OnThisDatabase(Refreshed):
        fresh = staticmethod(lambda: engine)

    machine = OnThisDatabase()
    try:
        first = machine.open("YP-A", True, ASSESSOR)
        machine.go_on(first, "H1", 6)
        machine.end(first, True)
        machine.corrected(first, "another")
        assert [told.state for told in machine.model.lives.values()] == ["ended", "banded"]
        machine.refresh(0)
        with writing(engine) as session:
            (held,) = sql.read(session, "dim_young_person")
        assert "not told here" in held
        machine.teardown()
    finally:
        if engine.dialect.name == "postgresql":
            gone(engine)
