"""A life whose steps were removed can no longer be told: it is named, never left out in silence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlmodel import Session

import broker.standard.lives as standard
from broker.database import make_engine, migrate, reading
from broker.life.lives import OfPerson
from broker.returns.write import records


@pytest.fixture
def empty(tmp_path: Any) -> Iterator[Session]:
    engine = make_engine(f"sqlite:///{tmp_path / 'r.sqlite3'}")
    migrate(engine)
    with reading(engine) as session:
        yield session
    engine.dispose()


def gone(*_: object) -> Iterator[OfPerson]:
    yield OfPerson("YP-1", "E09000016", (), ("R-1", "R-2"))


def test_the_return_names_whom_it_cannot_tell(
    empty: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "by_person", gone)
    made = records.make_return(empty, 2026)
    assert (made.young_people, made.written) == (1, 0)
    assert [str(one) for one in made.refused] == [
        "records, YP-1: not told: what R-1, R-2 said was removed; allowed: care told without a "
        "gap, by the step care and at each review"
    ]


def test_the_standard_names_each_life_it_cannot_tell(
    empty: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standard, "by_person", gone)
    made = standard.export(empty)
    assert (made.lives, made.records) == (2, ())
    assert [one.key for one in made.problems] == ["R-1", "R-2"]
