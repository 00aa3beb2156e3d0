"""What `make bench` measures the warehouse on is a true record, and a day of it changes rows."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from benchmarks.warehouse import (
    BUILD,
    CHANGED,
    HOMES,
    MEGABYTES,
    MOVES,
    NOTHING,
    REFRESH,
    SECONDS,
    YEARS,
    Measured,
    measured,
    stays,
)
from broker.database import make_engine


def test_the_warehouse_measured_is_built_and_refreshed(tmp_path: Path) -> None:
    """With placements that ended and go on, and returns on record before it is refreshed."""
    engine = make_engine(f"sqlite:///{tmp_path / 'records.sqlite3'}")
    told = measured(engine, tmp_path / "files", 60, 100)
    engine.dispose()
    words = told.held.split(", ")
    assert words[0] == "60 referrals"
    assert 20 < int(words[1].removesuffix(" placements")) <= 60 - CHANGED
    assert words[2] == "100 episodes of returns"
    assert int(words[3].split()[0]) > 1000, "a row a day for each home"
    assert told.changed == CHANGED
    assert list(told.took)[:3] == [BUILD, REFRESH, NOTHING]
    assert len(told.took) == 5
    assert told.megabytes > 1


def test_each_figure_with_a_limit_says_whether_it_was_kept() -> None:
    assert SECONDS == {BUILD: 60, REFRESH: 2, NOTHING: 2}
    assert MEGABYTES == 2000
    took = {BUILD: (60.0, 9.0, 0.0), REFRESH: (2.1, 1.0, 0.0), "pandas": (99.0, 1.0, 0.0)}
    lines = Measured("so much", took, 20, 2001.0).lines()
    assert lines[1].endswith("build: limit 60 s, kept")
    assert lines[2].endswith("on which 20 referrals changed: limit 2 s, NOT kept")
    assert lines[3].endswith("  pandas")
    assert lines[4].endswith("limit 2,000 MB, NOT kept")


def test_no_home_is_ever_over_full() -> None:
    """Counted day by day, without the benchmark's own list of who leaves when."""
    room = {home: at % 3 for at, home in enumerate(HOMES)}
    of = 500
    living: Counter[tuple[str, int]] = Counter()
    for number, days in stays(room, of).items():
        opened = number * (365 * YEARS - 10) // of
        for day in range(opened + MOVES, opened + MOVES + days):
            living[HOMES[number % len(HOMES)], day] += 1
    most = dict.fromkeys(HOMES, 0)
    for (home, _), number in living.items():
        most[home] = max(most[home], number)
    assert most == room
