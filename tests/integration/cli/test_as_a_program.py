"""The command line as the shell runs it: exit codes, interrupts, and how long help takes."""

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from broker.cli import main
from broker.sample import write_generated
from tests.unit.cli.conftest import SMALL

ROOT = Path(__file__).parents[3]
COMMAND = [sys.executable, "-c", "import sys; from broker.cli import main; sys.exit(main())"]


def started(folder: Path, *words: object, stderr: int = subprocess.PIPE) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, *map(str, words)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
        encoding="utf-8",
    )


def finished(folder: Path, *words: object) -> tuple[int, str, str]:
    process = started(folder, *words)
    out, err = process.communicate(timeout=60)
    assert "Traceback" not in err
    return process.returncode, out, err


def test_exit_codes_reach_the_shell(tmp_path: Path) -> None:
    assert finished(tmp_path, "match", SMALL, "--out", "plan.json")[0] == 0
    plan = json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))
    plan["objective"]["points"] = 1
    (tmp_path / "spoilt.json").write_text(json.dumps(plan), encoding="utf-8")
    assert finished(tmp_path, "check", SMALL, "spoilt.json")[0] == 1
    assert finished(tmp_path, "match", "nowhere")[0] == 2


def test_help_loads_no_solver_and_no_database(tmp_path: Path) -> None:
    began = time.monotonic()
    code, out, _ = finished(tmp_path, "--help")
    seconds = time.monotonic() - began
    print(f"broker --help: {seconds:.2f} s")
    assert code == 0
    assert "broker demo" in out
    loaded = "import sys; from broker.cli import main; main(['--help']); print(*sys.modules)"
    modules = subprocess.run(
        [sys.executable, "-c", loaded], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    heavy = {"numpy", "pandas", "ortools", "sqlalchemy", "fastapi", "matching", "pricing"}
    assert not heavy & set(modules)


def test_a_reader_who_leaves_early_ends_nothing(tmp_path: Path) -> None:
    line = 'set -o pipefail; "$0" -m broker.cli match "$1" --out plan.json | head -c 9'
    done = subprocess.run(
        ["/bin/bash", "-c", line, sys.executable, str(SMALL)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "Match for", "")


def test_a_closed_stdout_is_no_reason_to_fail(tmp_path: Path) -> None:
    line = f'{" ".join(["exec", "$0", "-m", "broker.cli"])} match "$1" --out plan.json >&-'
    done = subprocess.run(
        ["/bin/sh", "-c", line, sys.executable, str(SMALL)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert done.stderr == ""
    assert (tmp_path / "plan.json").exists()


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A case whose best plan is not proven before anybody loses patience."""
    write_generated(tmp_path / "large", 2_000, 600, 0)
    return tmp_path / "large"


def heard_on(terminal: int, words: str) -> str:
    """What a terminal shows until it shows these words."""
    shown = ""
    until = time.monotonic() + 60
    while words not in shown and time.monotonic() < until:
        if select.select([terminal], [], [], 0.1)[0]:
            shown += os.read(terminal, 4096).decode("utf-8", "replace")
    assert words in shown
    return shown


def test_an_interrupt_gives_the_best_plan_so_far_and_it_holds(tmp_path: Path, large: Path) -> None:
    terminal, end = pty.openpty()
    process = started(tmp_path, "match", large, "--out", "plan.json", stderr=end)
    assert "s  " in heard_on(terminal, "bounding")
    process.send_signal(signal.SIGINT)
    heard_on(terminal, "Stopping with the best plan so far")
    out, _ = process.communicate(timeout=30)
    os.close(end)
    os.close(terminal)
    assert process.returncode == 130
    assert "Interrupted: this is the best plan found so far" in out
    plan = json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))
    assert plan["status"] == "feasible"
    assert len(plan["placements"]) > 0
    assert main(["check", str(large), str(tmp_path / "plan.json")]) == 0


def test_a_second_interrupt_ends_without_waiting_for_the_search(
    tmp_path: Path, large: Path
) -> None:
    terminal, end = pty.openpty()
    process = started(tmp_path, "match", large, "--out", "plan.json", stderr=end)
    heard_on(terminal, "bounding")
    process.send_signal(signal.SIGINT)
    heard_on(terminal, "Stopping")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=5)
    os.close(end)
    os.close(terminal)
    assert process.returncode == 130
    assert not (tmp_path / "plan.json").exists()


def test_an_interrupt_while_the_case_is_read_ends_at_once(tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text("as_of = 2026-04-01\n")
    row = "R-1,SC990001,wants,2026-03-30,near my nan\n"
    (tmp_path / "wishes.csv").write_text("referral_id,home_id,wish,on,words\n" + row * 1_400_000)
    process = started(tmp_path, "match", tmp_path, "--out", "plan.json")
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert out == ""
    assert "Traceback" not in err
    assert not (tmp_path / "plan.json").exists()
