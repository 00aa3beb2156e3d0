"""The whole life cycle agrees with a simple model in any order of steps, on both databases."""

from __future__ import annotations

import os
from collections.abc import Callable

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import Engine

from tests.integration.life.machine import LifeCycle

EXAMPLES, STEPS = (30, 40) if os.environ.get("CI") else (8, 30)


def test_the_whole_life_cycle_agrees_with_a_simple_model(emptied: Callable[[], Engine]) -> None:
    class OnThisDatabase(LifeCycle):
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
