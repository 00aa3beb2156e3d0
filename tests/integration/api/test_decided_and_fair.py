"""A case with decisions and limits for fairness means the same as JSON and as a folder."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from api.case_json import case_json, read_case_json
from api.models import Run
from api.problems import ProblemError
from api.strict_json import parse
from broker.tables import MatchRun
from matching.digest import case_sha256
from matching.exchange import read_case
from matching.fair_policy import FairnessLimits
from matching.problem import Problem
from tests.integration.api.conftest import CASES, problem_of

WEIGHTED = {
    "high_share_ceiling_percent": 60,
    "borough_shortfall_percent": 15,
    "borough_shortfall_kind": "weighted",
    "borough_shortfall_weight": 33,
}
HARD = {"borough_shortfall_percent": 0, "borough_shortfall_kind": "hard"}
DECIDED = """referral_id,home_id,kind,by,on,reason,override
B,SC990002,ban,"Panel, invented",2026-03-30,"A reason with a comma, and “marks”",
D,SC990001,pin,"Registered manager, invented",2026-03-31,Invented,R15=registered manager
"""


def understood(case: Any) -> Problem:
    """The problem of a case after a trip through JSON text."""
    document, errors = parse(json.dumps(case).encode())
    assert errors == []
    return read_case_json(document)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The worked case as a folder of its own."""
    made = tmp_path / "case"
    shutil.copytree(CASES / "case-small", made)
    return made


@pytest.mark.parametrize("limits", [WEIGHTED, HARD, {"high_share_ceiling_percent": 100}])
def test_limits_for_fairness_read_back_as_the_folder_says_them(
    folder: Path, limits: dict[str, Any]
) -> None:
    lines = [f"{key} = {json.dumps(value)}" for key, value in limits.items()]
    with (folder / "policy.toml").open("a", encoding="utf-8") as policy:
        policy.write("\n[fairness]\n" + "\n".join(lines) + "\n")
    problem = read_case(folder)
    assert problem.policy.fairness is not None
    made = case_json(problem)
    assert made["policy"]["fairness"] == limits
    again = understood(made)
    assert again.policy == problem.policy
    assert case_sha256(again) == case_sha256(problem)


def test_a_fairness_table_without_values_limits_nothing(case: dict[str, Any]) -> None:
    first = understood(case)
    for empty in (None, {}, dict.fromkeys(WEIGHTED)):
        case["policy"]["fairness"] = empty
        assert understood(case) == first
    case["policy"]["fairness"] = {"borough_shortfall_percent": 15, "borough_shortfall_kind": None}
    assert understood(case).policy.fairness == FairnessLimits(shortfall=15)


def test_every_error_of_the_limits_has_its_place(case: dict[str, Any]) -> None:
    case["policy"]["fairness"] = {
        "high_share_ceiling_percent": "60",
        "borough_shortfall_percent": 101,
        "borough_shortfall_kind": True,
        "borough_shortfall_weight": 2.5,
        "ceiling": 5,
    }
    document, _ = parse(json.dumps(case).encode())
    with pytest.raises(ProblemError) as caught:
        read_case_json(document)
    found = {error.to_json()["pointer"]: error for error in caught.value.errors}
    assert set(found) == {f"#/policy/fairness/{key}" for key in case["policy"]["fairness"]}
    assert found["#/policy/fairness/borough_shortfall_kind"].allowed == "weighted or hard"
    case["policy"]["fairness"] = ["hard"]
    document, _ = parse(json.dumps(case).encode())
    with pytest.raises(ProblemError) as caught:
        read_case_json(document)
    assert [error.allowed for error in caught.value.errors] == ["an object"]


def test_decisions_read_back_as_the_folder_says_them(folder: Path) -> None:
    (folder / "decisions.csv").write_text(DECIDED, encoding="utf-8")
    problem = read_case(folder)
    made = case_json(problem)
    assert [row["kind"] for row in made["decisions"]] == ["ban", "pin"]
    again = understood(made)
    assert again.decisions == problem.decisions
    assert case_sha256(again) == case_sha256(problem)
    made["decisions"][0]["kind"] = "wish"
    made["decisions"][1]["override"] = "R01"
    document, _ = parse(json.dumps(made).encode())
    with pytest.raises(ProblemError) as caught:
        read_case_json(document)
    assert {error.to_json()["pointer"] for error in caught.value.errors} == {
        "#/decisions/0/kind",
        "#/decisions/1/override",
    }


def test_the_description_takes_what_the_reader_takes(
    client: TestClient, case: dict[str, Any]
) -> None:
    described = client.get("/api/openapi.json").json()["components"]["schemas"]
    fairness = described["Case"]["properties"]["policy"]["properties"]["fairness"]
    assert set(fairness["properties"]) == set(WEIGHTED)
    assert fairness["additionalProperties"] is False
    for key, shape in fairness["properties"].items():
        stated = [*shape.get("enum", []), shape.get("minimum"), shape.get("maximum")]
        for value in (value for value in stated if value is not None):
            limits = {**WEIGHTED, key: value}
            if value == "hard":
                del limits["borough_shortfall_weight"]
            case["policy"]["fairness"] = limits
            read = understood(case).policy.fairness
            assert read is not None
            assert read.as_toml() == limits


def test_a_decided_and_limited_case_is_matched_explained_and_shared(
    client: TestClient, folder: Path
) -> None:
    (folder / "decisions.csv").write_text(DECIDED, encoding="utf-8")
    case = case_json(read_case(folder))
    case["policy"]["fairness"] = WEIGHTED
    answered = client.post("/api/matches", json={"case": case})
    Run.model_validate_json(answered.content)
    run = answered.json()
    assert run["plan"]["schema"] == "plan/2"
    assert run["fairness"]["limits"]["policy"] == WEIGHTED
    homes = {row["referral_id"]: row["home_id"] for row in run["plan"]["placements"]}
    assert homes["D"] == "SC990001"
    assert [one["rule"] for one in run["plan"]["overrides"]] == ["R15"]
    again = client.get(f"/api/matches/{run['id']}").json()
    assert again == run
    for form in ("full", "shared"):
        body = {"case": case, "referral_id": "B", "form": form, "match_id": run["id"]}
        told = client.post("/api/explanations", json=body).json()
        banned = [
            rule["code"]
            for home in told["near_misses"]
            if home["home_id"] == "SC990002"
            for rule in home["failed"]
        ]
        assert "BAN" in [step["code"] for step in told["funnel"]]
        assert banned == ["BAN"]
    counted = client.post("/api/evaluations", json={"case": case, "plan": run["plan"]})
    assert counted.status_code == 200


def test_fairness_is_left_out_of_a_run_kept_without_it(
    client: TestClient, case: dict[str, Any], records: Any
) -> None:
    run = client.post("/api/matches", json={"case": case}).json()
    assert run["fairness"]["schema"] == "fairness/1"
    table = sa.inspect(MatchRun).local_table
    with records._opened().begin() as connection:
        old = dict(connection.execute(sa.select(table)).mappings().one())
        connection.execute(sa.insert(MatchRun).values({**old, "run_id": 77, "fairness": None}))
    again = client.get("/api/matches/77")
    assert again.status_code == 200
    del run["fairness"]
    assert again.json() == {**run, "id": 77}
    problem_of(client.get("/api/matches/999"), 404, "not-found")
