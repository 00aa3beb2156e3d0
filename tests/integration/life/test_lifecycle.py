"""The whole life cycle agrees with a simple model in any order of steps, on both databases.

Every kind of step is taken by it.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from typing import ClassVar

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import Engine

from broker.life.steps import KINDS
from tests.integration.life.machine_of_more import WholeLife

EXAMPLES, STEPS = (30, 40) if os.environ.get("CI") else (8, 30)


def test_the_whole_life_cycle_agrees_with_a_simple_model(emptied: Callable[[], Engine]) -> None:
    class OnThisDatabase(WholeLife):
        fresh = staticmethod(emptied)

    run_state_machine_as_test(
        OnThisDatabase,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_every_kind_of_step_is_taken_beside_the_model(emptied: Callable[[], Engine]) -> None:
    class OnThisDatabase(WholeLife):
        fresh = staticmethod(emptied)
        taken: ClassVar[Counter[str]] = Counter()

    machine = OnThisDatabase()
    machine.by_hand()
    machine.teardown()
    assert [kind for kind in KINDS if not machine.taken[kind]] == []
