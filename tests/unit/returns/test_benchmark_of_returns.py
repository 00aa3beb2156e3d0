"""What `make bench` measures returns on is a true folder of returns, and each way does its work."""

from __future__ import annotations

from pathlib import Path

from benchmarks.returns import EACH, YEARS, alone, lines_of, made, ways


def test_the_returns_measured_are_read_whole_and_mended(tmp_path: Path) -> None:
    folder = made(tmp_path, 200)
    assert len(list(lines_of(folder))) == 200
    told = {words.split()[0]: do() for words, do in ways(folder).items()}
    people = 200 // (YEARS * EACH)
    assert told["limit:"] == f"{200 + YEARS * people} rows"
    assert '"read": 200' in told["read"]
    assert '"refused": 0' in told["read"]
    assert told["every"].startswith(f"{2 * YEARS} files, {(YEARS - 1) * people} repairs, 0 refused")


def test_a_way_is_measured_in_a_process_of_its_own() -> None:
    seconds, memory, counted = alone(lambda: "three")
    assert seconds >= 0
    assert memory > 1
    assert counted == "three"
