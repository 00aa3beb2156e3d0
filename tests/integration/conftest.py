"""The sample region on record, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from broker.database import writing
from broker.importing import import_case
from tests.whole_life import sign_agreements

REGION = Path("broker/sample/region")


@pytest.fixture
def region(engine: Engine) -> Engine:
    """The sample region, taken in."""
    with writing(engine) as session:
        import_case(
            session, REGION, by="test", when=datetime(2026, 9, 4, 8, tzinfo=UTC), hold_day=True
        )
        sign_agreements(session)
    return engine


@pytest.fixture
def on_record(region: Engine) -> Iterator[Session]:
    """A writing session on the sample region."""
    with writing(region) as session:
        yield session
