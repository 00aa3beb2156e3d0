"""`broker capacity replay` in processes of its own: interrupted, gone on with, its bar filling."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from broker.cli import main
from broker.sample.folder import write_files
from broker.sample.generate import generate
from tests.integration.simulation.terminal import seen_in_a_terminal
from tests.integration.simulation.worlds import demand


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made: Path = tmp_path_factory.mktemp("inputs")
    write_files(made / "case", generate(12, 9, 1))
    (made / "demand.json").write_text(json.dumps(demand()), encoding="utf-8")
    return made


def words(folder: Path, out: Path, years: int, *more: str) -> list[str]:
    return [
        "capacity", "replay", str(folder / "case"), "--demand", str(folder / "demand.json"),
        "--weeks", "8", "--lookahead-futures", "1", "--out", str(out), "--seeds", str(years),
        *more,
    ]  # fmt: skip


def program(words: list[str]) -> list[str]:
    return [sys.executable, "-m", "broker.cli", *words]


@pytest.mark.parametrize("processes", ["1", "2"])
def test_an_interrupt_keeps_what_is_done_and_the_same_command_goes_on(
    folder: Path, tmp_path: Path, processes: str
) -> None:
    out = tmp_path / "out"
    running = subprocess.Popen(
        program(words(folder, out, 2000, "--processes", processes)),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    deadline = time.monotonic() + 240
    while len(list(out.glob("year-*.json"))) < 2:
        assert running.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.killpg(running.pid, signal.SIGINT)
    told, said = running.communicate(timeout=120)
    assert running.returncode == 130, said
    assert told == ""
    assert "Stopped; what is done is in" in said
    assert "Traceback" not in said
    assert not (out / "replay.json").exists()
    assert not list(out.glob("*.part"))
    kept = {path.name: path.read_bytes() for path in out.glob("year-*.json")}
    assert 2 <= len(kept) < 2000
    whole = tmp_path / "whole"
    assert main(words(folder, whole, 3)) == 0
    assert main(words(folder, out, 3)) == 0
    for name in ("replay.json", "replay.csv", "year-000000.json", "year-000002.json"):
        assert (out / name).read_bytes() == (whole / name).read_bytes()
    for name, before in kept.items():
        assert (out / name).read_bytes() == before


def test_a_terminal_sees_a_bar_that_fills(folder: Path, tmp_path: Path) -> None:
    shown = seen_in_a_terminal(program(words(folder, tmp_path / "out", 12)))
    fills = [line for line in shown.split("\r") if "years" in line and "[" in line]
    assert len({line.count("#") for line in fills}) > 2, shown[-500:]
    assert any("of 12 years" in line for line in fills)
