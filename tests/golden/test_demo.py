"""The demonstration says the same each time, and what it says is so."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from broker.cli import main

ROOT = Path(__file__).parents[2]
KEPT = Path(__file__).with_name("demo.txt")
UPDATE = "BROKER_UPDATE_GOLDEN"


def run(folder: Path, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "broker.cli", "demo"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def said(folder: Path) -> str:
    return run(folder)


def test_a_second_run_prints_exactly_the_same(folder: Path, said: str) -> None:
    elsewhere = {"TZ": "Pacific/Auckland", "PYTHONHASHSEED": "77", "COLUMNS": "40"}
    assert run(folder, BROKER_DATABASE_URL="sqlite:////nowhere/x", **elsewhere) == said


def test_it_prints_what_it_printed_when_it_was_last_looked_at(said: str) -> None:
    """After a change that is meant: BROKER_UPDATE_GOLDEN=1, and read the difference."""
    if os.environ.get(UPDATE) == "1":
        KEPT.write_text(said, encoding="utf-8")
    assert said == KEPT.read_text(encoding="utf-8")


def test_it_fits_on_a_screen_and_says_that_all_is_invented(said: str) -> None:
    lines = said.splitlines()
    assert len(lines) <= 60
    assert max(map(len, lines)) <= 100
    assert "invented" in "\n".join(lines[:2]).lower()


def test_its_numbers_are_those_of_the_plan_it_leaves_behind(folder: Path, said: str) -> None:
    plan = json.loads((folder / "out/demo/plan.json").read_text(encoding="utf-8"))
    placed = re.search(r"(\d+)  placed", said)
    points = re.search(r"([\d,]+)  points", said)
    assert placed is not None
    assert points is not None
    assert int(placed[1]) == len(plan["placements"])
    assert int(points[1].replace(",", "")) == plan["objective"]["points"]
    assert plan["status"] == "optimal"


def test_the_commands_it_names_work(
    folder: Path,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(folder)
    commands = re.findall(r"  broker (.+)$", said, re.M)
    assert len(commands) > 4
    for command in commands:
        if command != "serve":
            assert main(command.split()) == 0, command
            assert capsys.readouterr().err == ""
    assert (folder / "out/demo/region/README.md").exists()


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear colleague", encoding="utf-8")
    assert main(["demo", "--folder", str(tmp_path)]) == 2
    assert [file.name for file in tmp_path.iterdir()] == ["letter.txt"]
    assert main(["demo", "--folder", str(tmp_path / "letter.txt")]) == 2


def test_no_half_made_folder_is_left_behind(folder: Path, said: str) -> None:
    assert said
    assert [entry.name for entry in (folder / "out").iterdir()] == ["demo"]
