import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.conftest import Broker

Plan = dict[str, Any]


def plan_of(broker: Broker, case: Path) -> Plan:
    plan: Plan = json.loads(broker("match", case, "--json").out)
    return plan


def written(plan: object) -> Path:
    path = Path("plan.json")
    path.write_text(json.dumps(plan), encoding="utf-8")
    return path


def test_the_plan_of_a_match_holds(broker: Broker, region: Path) -> None:
    answer = broker("check", region, written(plan_of(broker, region)))
    assert answer.code == 0
    assert answer.out.startswith("The plan holds")
    assert answer.err == ""


def move(plan: Plan) -> None:
    plan["placements"][0]["home_id"] = "SC990002"


def cheapen(plan: Plan) -> None:
    plan["objective"]["points"] -= 1


def forget(plan: Plan) -> None:
    plan["unplaced"] = []


def mistake(plan: Plan) -> None:
    plan["case_sha256"] = "0" * 64


@pytest.mark.parametrize(
    ("spoil", "code"),
    [(move, "R05"), (cheapen, "objective"), (forget, "unplaced"), (mistake, "identity")],
)
def test_what_is_wrong_with_a_plan_is_said_line_by_line(
    broker: Broker, small: Path, spoil: Callable[[Plan], None], code: str
) -> None:
    plan = plan_of(broker, small)
    spoil(plan)
    answer = broker("check", small, written(plan))
    assert answer.code == 1
    lines = answer.out.splitlines()
    assert lines[0].endswith(("violation:", "violations:"))
    assert any(line.startswith(f"  {code} ") for line in lines[1:])


def test_violations_come_as_json_when_asked(broker: Broker, small: Path) -> None:
    plan = plan_of(broker, small)
    good = broker("check", small, written(plan), "--json")
    assert (good.code, json.loads(good.out)) == (
        0,
        {"holds": True, "violations": [], "notices": []},
    )
    move(plan)
    bad = broker("check", small, written(plan), "--json")
    found = json.loads(bad.out)
    assert bad.code == 1
    assert found["holds"] is False
    assert all(set(one) == {"code", "where", "found", "allowed"} for one in found["violations"])


def test_missing_safety_information_stands_before_the_answer(broker: Broker, small: Path) -> None:
    (small / "avoid.csv").unlink()
    plan = written(plan_of(broker, small))
    assert broker("check", small, plan).out.startswith("! No information on where")
    notices = json.loads(broker("check", small, plan, "--json").out)["notices"]
    assert notices == ["No information on where young people must not live was given."]
    assert broker("check", small, plan, "--require-safety").code == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is not JSON"),
        (b"{", "is not JSON"),
        (b'{"points": NaN}', "NaN is not a number that JSON allows"),
        (b"[" * 100_000, "is not JSON"),
        (b"\xff\xfe{}", "is not UTF-8 text"),
    ],
)
def test_a_plan_that_cannot_be_read_is_bad_input(
    broker: Broker, small: Path, content: bytes, words: str
) -> None:
    Path("plan.json").write_bytes(content)
    answer = broker("check", small, "plan.json")
    assert answer.code == 2
    assert words in answer.err
    assert "plan.json" in answer.err


def test_a_plan_that_is_not_there_or_a_folder_is_bad_input(broker: Broker, small: Path) -> None:
    assert broker("check", small, "nowhere.json").code == 2
    assert broker("check", small, small).code == 2


def test_json_that_is_no_plan_is_a_violation_of_its_shape(broker: Broker, small: Path) -> None:
    contents: list[object] = [[], {}, "plan", None, {"schema": "plan/1"}]
    for content in contents:
        answer = broker("check", small, written(content))
        assert answer.code == 1
        assert "shape" in answer.out
