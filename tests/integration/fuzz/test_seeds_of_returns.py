"""The fuzzer of returns starts from rows of every table, below that table's own header."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from broker.returns.every import read_every
from broker.returns.tables import EVERY
from tests.unit.returns.published_codes import FIRST_RETURN

ROOT = Path(__file__).parents[3]
ASKED = """
import json
from tests.fuzz.returns import file_of, promise, seeds
made = []
for seed in seeds():
    promise(seed)
    table, year, file = file_of(seed)
    made.append((table.name, year, file.hex()))
print(json.dumps(made))
"""
"""In a process of its own: a fuzzer's modules are told apart line by line."""


@pytest.mark.skipif(find_spec("atheris") is None, reason="atheris is for Linux and Python < 3.13")
def test_the_seeds_reach_every_table_with_its_header_in_each_of_its_collections(
    tmp_path: Path,
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ASKED],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    seeds = json.loads(done.stdout)
    assert {(name, year) for name, year, _ in seeds} == {
        (table.name, year)
        for table in EVERY
        for year in range(FIRST_RETURN.get(table.name, 2018), 2028)
    }
    for number, (name, year, file) in enumerate(seeds):
        place = tmp_path / str(number) / f"{year - 1}-{year % 100:02d}"
        place.mkdir(parents=True)
        (place / f"{name}.csv").write_bytes(bytes.fromhex(file))
        (read,) = read_every(place.parent).files
        assert read.columns == read.file.table.columns
        assert (read.file.table.name, len(read.rows), read.refused) == (name, 2, 1)
    ways = [bytes.fromhex(file).startswith(b"\xff\xfe") for *_, file in seeds]
    assert ways.count(True) == len(EVERY), "one of each table as Windows writes it"
