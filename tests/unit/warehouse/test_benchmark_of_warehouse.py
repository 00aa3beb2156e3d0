"""What `make bench` measures the warehouse on is a true record, and a day of it changes rows."""

from __future__ import annotations

from pathlib import Path

from benchmarks.warehouse import CHANGED, measured
from broker.database import make_engine


def test_the_warehouse_measured_is_built_and_refreshed(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'records.sqlite3'}")
    told = measured(engine, tmp_path / "files", 30)
    engine.dispose()
    assert told.rows > 1000, "a row a day for each home"
    assert len(told.took) == 5
    assert any(f"{CHANGED} referrals changed" in words for words in told.took)
