"""`broker fairness`: a plan that holds is reported on, one that does not is not."""

import json
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from broker.cli import main
from matching.exchange import read_case
from matching.fairness import fairness
from matching.pairs import find_pairs
from matching.solve import match

SMALL = Path(__file__).parents[2] / "cases" / "case-small"


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """The best plan of the small worked case, as a file."""
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(match(read_case(SMALL)).to_json()), encoding="utf-8")
    return path


def rewritten(plan: Path, **changes: Any) -> Path:
    made = json.loads(plan.read_text(encoding="utf-8")) | changes
    plan.write_text(json.dumps(made), encoding="utf-8")
    return plan


def test_a_plan_that_holds_is_reported_on_in_words(
    plan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fairness", str(SMALL), str(plan)]) == 0
    said = capsys.readouterr()
    problem = read_case(SMALL)
    homes = {
        row["referral_id"]: row["home_id"]
        for row in json.loads(plan.read_text(encoding="utf-8"))["placements"]
    }
    assert homes
    assert said.out == fairness(find_pairs(problem), homes).render()
    assert said.err == ""


def test_the_json_names_the_case_the_plan_answers(
    plan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fairness", str(SMALL), str(plan), "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    written = json.loads(plan.read_text(encoding="utf-8"))
    assert made["case_sha256"] == written["case_sha256"]
    assert made["points"]["all"] == written["objective"]["points"]
    assert made["everybody"]["placed"]["count"] == len(written["placements"])
    assert made["everybody"]["waiting_today"] == written["objective"]["today_unplaced"]


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_a_plan_that_does_not_hold_gets_its_violations_and_no_report(
    plan: Path, capsys: pytest.CaptureFixture[str], form: list[str]
) -> None:
    spoilt = rewritten(plan, unplaced=[])
    assert main(["fairness", str(SMALL), str(spoilt), *form]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "plan.json" in said.err
    assert "so no report on it" in said.err
    assert "allowed:" in said.err


@pytest.mark.parametrize("content", ["", "{", "[1,"])
def test_a_file_that_is_no_json_is_bad_input(
    plan: Path, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    plan.write_text(content, encoding="utf-8")
    assert main(["fairness", str(SMALL), str(plan)]) == 2
    said = capsys.readouterr()
    assert "is not JSON" in said.err
    assert said.out == ""


def test_a_plan_of_another_case_is_not_reported_on(
    plan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fairness", str(SMALL), str(rewritten(plan, case_sha256="0" * 64))]) == 1
    assert "case_sha256" in capsys.readouterr().err


def test_a_plan_that_comes_through_a_pipe_is_read_once(
    plan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=[plan.read_bytes()], daemon=True)
    writer.start()
    assert main(["fairness", str(SMALL), str(pipe)]) == 0
    assert capsys.readouterr().out.startswith("Fairness of the plan for 1 April 2026")
