"""The sample region on record, a receiver, and a clock that a test moves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from tests.integration.events.receiver import Receiver, receiving
from tests.integration.jobs.conftest import Clock

SECRET = "a secret of the tests alone, long enough"


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROKER_EVENTS_SECRET", SECRET)
    monkeypatch.delenv("BROKER_ENV", raising=False)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def on_both(region: Engine) -> Engine:
    return region
