"""A limit and Ctrl-C are obeyed by a real command whose search obeys neither.

The search is replaced, in the process apart, by one that holds its interpreter for ten minutes. A
command that waited for it would be ended by the test's own patience and fail.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from broker.cli import main
from matching.exchange import read_case
from matching.solve import match
from tests.integration.apart.test_process import gone
from tests.unit.cli.conftest import SMALL

ROOT = Path(__file__).parents[3]
PATIENCE = 120
DRIVER = """
import sys
sys.path.insert(0, {root!r})
from broker.apart import asking, searching
from tests.integration.apart import works
if __name__ == "__main__":
    {module}.{name} = works.{work}
    from broker.cli import main
    sys.exit(main())
"""

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """Start a real command whose search is another one, as a shell starts it."""

    def run(work: str, *words: object, replaced: str = "searching.searching") -> Any:
        module, name = replaced.split(".")
        driver = tmp_path / "driver.py"
        text = DRIVER.format(root=str(ROOT), module=module, name=name, work=work)
        driver.write_text(text, encoding="utf-8")
        return subprocess.Popen(
            [sys.executable, str(driver), *map(str, words)],
            cwd=tmp_path,
            env={**os.environ, "NOTES": str(tmp_path), "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )

    return run


def searched_by(folder: Path) -> int:
    """The number of the process that searches, once it does."""
    until = time.monotonic() + PATIENCE
    note = folder / "process"
    while time.monotonic() < until:
        if note.exists() and note.read_text(encoding="utf-8"):
            return int(note.read_text(encoding="utf-8"))
        time.sleep(0.02)
    raise AssertionError("the search never began")


def plan_in(folder: Path) -> dict[str, Any]:
    plan: dict[str, Any] = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    return plan


def test_a_search_that_ignores_its_limit_is_ended_and_its_best_plan_and_bounds_are_the_answer(
    start: Start, tmp_path: Path
) -> None:
    process = start("stubborn_search", "match", SMALL, "--time-limit", 8, "--out", "plan.json")
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err) == (0, "")
    assert "The time limit came first" in out
    best = match(read_case(SMALL)).to_json()
    plan = plan_in(tmp_path)
    assert plan["status"] == "feasible"
    assert plan["objective"] == best["objective"]
    assert plan["bound"] == best["objective"]
    assert plan["placements"] == best["placements"]
    assert gone(searched_by(tmp_path))
    assert main(["check", str(SMALL), str(tmp_path / "plan.json")]) == 0


def test_a_search_that_tells_of_no_plan_still_leaves_one_that_holds(
    start: Start, tmp_path: Path
) -> None:
    process = start("silent_search", "match", SMALL, "--time-limit", 3, "--out", "plan.json")
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    plan = plan_in(tmp_path)
    assert plan["status"] == "feasible"
    assert plan["placements"]
    assert gone(searched_by(tmp_path))
    assert main(["check", str(SMALL), str(tmp_path / "plan.json")]) == 0


def test_ctrl_c_on_a_search_that_does_not_listen_keeps_the_best_plan_so_far(
    start: Start, tmp_path: Path
) -> None:
    process = start("stubborn_search", "match", SMALL, "--out", "plan.json")
    searching = searched_by(tmp_path)
    time.sleep(3)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert "Interrupted: this is the best plan found so far" in out
    assert "Traceback" not in err
    assert plan_in(tmp_path)["placements"] == match(read_case(SMALL)).to_json()["placements"]
    assert gone(searching)


def test_a_search_whose_process_is_lost_is_a_solver_that_failed(
    start: Start, tmp_path: Path
) -> None:
    process = start("lost_search", "match", SMALL, "--out", "plan.json")
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out) == (3, "")
    assert "the process of the search came to an end by itself" in err
    assert not (tmp_path / "plan.json").exists()


def test_a_question_that_ignores_its_limit_answers_with_what_it_has_told(
    start: Start, tmp_path: Path
) -> None:
    assert main(["match", str(SMALL), "--out", str(tmp_path / "plan.json")]) == 0
    who = plan_in(tmp_path)["placements"][0]["referral_id"]
    words = ("options", SMALL, "--referral", who, "--effects", "--json", "--plan", "plan.json")
    process = start("stubborn_answer", *words, "--time-limit", 8, replaced="asking.answering")
    out, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    possible = [choice["possible"] for choice in json.loads(out)["choices"]]
    assert sum(one is not None for one in possible) == 1
    assert None in possible
    assert gone(searched_by(tmp_path))


def test_the_end_of_a_command_is_the_end_of_its_search(start: Start, tmp_path: Path) -> None:
    process = start("polite_search", "match", SMALL, "--out", "plan.json")
    searching = searched_by(tmp_path)
    process.kill()
    process.communicate(timeout=PATIENCE)
    until = time.monotonic() + PATIENCE
    while not gone(searching) and time.monotonic() < until:
        time.sleep(0.02)
    assert gone(searching)
