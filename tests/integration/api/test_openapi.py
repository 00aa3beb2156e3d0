"""The description of the service is whole, and its examples are what the service really does."""

from __future__ import annotations

import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from api import home_models, job_models, models, questions
from api.access import ROUTES
from api.columns import schema_of
from api.records import Records
from matching.sheets import SHEETS
from tests.integration.api.conftest import problem_of, work_off

MODELS: dict[tuple[str, str], type[models.Strict]] = {
    ("createMatch", "202"): job_models.Job,
    ("listMatches", "200"): job_models.MatchesPage,
    ("readJob", "200"): job_models.Job,
    ("deleteJob", "200"): job_models.Job,
    ("readMatch", "200"): models.Run,
    ("createMatch", "201"): models.Run,
    ("listHomes", "200"): home_models.HomesPage,
    ("createPrice", "200"): models.Quote,
    ("createOptions", "200"): questions.OptionsAnswer,
    ("createExplanation", "200"): questions.ExplanationAnswer,
    ("createEvaluation", "200"): questions.EvaluationAnswer,
    ("createWhatIf", "200"): questions.WhatIfAnswer,
    ("readHealth", "200"): models.Health,
    ("readReady", "200"): models.Ready,
}

SENTENCES = {"summary", "notices", "what", "rule", "allowed", "sentence", "plain", "found"}
TIMES = {"at", "asked_at", "started_at", "finished_at"}
VARYING = {"timing", "instance", "id", "version"} | TIMES | SENTENCES


@pytest.fixture
def described(client: TestClient) -> dict[str, Any]:
    """The document as a caller gets it."""
    made: dict[str, Any] = client.get("/api/openapi.json").json()
    return made


MOST_ROUTES = 40


def operations(described: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Each operation by its id, with its method and path."""
    return {
        operation["operationId"]: {**operation, "method": method, "path": path}
        for path, item in described["paths"].items()
        for method, operation in item.items()
    }


def steady(value: Any) -> Any:
    """A value without what differs between two runs, and without sentences."""
    if isinstance(value, dict):
        return {key: steady(item) for key, item in value.items() if key not in VARYING}
    return [steady(item) for item in value] if isinstance(value, list) else value


def test_every_route_is_described_with_examples_and_refusals(
    client: TestClient, described: dict[str, Any]
) -> None:
    known = operations(described)
    assert set(known) >= {name for name, _ in MODELS}
    assert {(one["method"].upper(), one["path"]) for one in known.values()} == set(ROUTES) - {
        ("GET", "/api/openapi.json")
    }
    assert len(known) <= MOST_ROUTES
    tags = {tag["name"] for tag in described["tags"]}
    for operation in known.values():
        assert operation["summary"]
        assert len(operation["description"]) > 40
        assert set(operation["tags"]) <= tags
        for status, response in operation["responses"].items():
            assert response["description"]
            if status in ("204", "303"):
                assert "content" not in response
                continue
            media = "application/json" if status < "300" else "application/problem+json"
            if operation["operationId"] == "readMetrics" and status == "200":
                assert "_total{" in response["content"]["text/plain"]["example"]
                continue
            content = response["content"][media]
            assert content["schema"]["$ref"]
            assert content.get("example") or content["examples"]
        if operation["method"] == "post":
            body = operation["requestBody"]["content"]["application/json"]
            assert body["examples"]
            assert all(one["summary"] and "value" in one for one in body["examples"].values())
            assert {"400", "408", "413", "415", "422", "503"} <= set(operation["responses"])


PLACES = {
    "listHomes": "/api/homes?day=2026-04-01",
    "readMatch": "/api/matches/1",
    "readJob": "/api/jobs/1",
    "deleteJob": "/api/jobs/2",
}
"""Where a request is sent that needs more than the address of its route."""


def bodies(operation: dict[str, Any], good: str) -> list[Any]:
    """The examples of an operation's body that are answered so; nothing where it has no body."""
    if "requestBody" not in operation:
        return [None]
    examples = operation["requestBody"]["content"]["application/json"]["examples"]
    return [
        example["value"]
        for name, example in examples.items()
        if operation["operationId"] != "createMatch" or (good == "202") is (name == "match-records")
    ]


def test_every_request_example_is_answered_as_its_answer_example_says(
    client: TestClient, records: Records, described: dict[str, Any]
) -> None:
    known = operations(described)
    answered = set()
    for (name, good), model in MODELS.items():
        operation = known[name]
        example = operation["responses"][good]["content"]["application/json"]["example"]
        for place, body in enumerate(bodies(operation, good)):
            path = PLACES.get(name, operation["path"])
            response = client.request(operation["method"], path, json=body)
            assert response.status_code == int(good), response.text
            model.model_validate_json(response.content)
            if place == 0:
                assert steady(response.json()) == steady(example)
        model.model_validate(example)
        answered.add(name)
        if (name, good) == ("createMatch", "202"):
            work_off(records)
            client.post("/api/matches", json=bodies(operation, good)[0])
    assert answered == {name for name, _ in MODELS}


def test_the_example_of_bad_input_is_what_its_errors_give(
    client: TestClient, described: dict[str, Any]
) -> None:
    create = operations(described)["createMatch"]
    body = create["requestBody"]["content"]["application/json"]["examples"]["match-case"]["value"]
    body["case"]["referrals"][0]["band"] = "hihg"
    body["case"]["homes"][1]["places"] = False
    body["sead"] = 1
    problem = problem_of(client.post("/api/matches", json=body), 422, "bad-input")
    refusal = create["responses"]["422"]["content"]["application/problem+json"]
    assert steady(problem) == steady(refusal["examples"]["bad-input"]["value"])


def test_every_reference_leads_somewhere(described: dict[str, Any]) -> None:
    found = set(re.findall(r"'\$ref': '([^']+)'", str(described)))
    assert len(found) > 10
    for reference in found:
        value: Any = described
        for step in reference.removeprefix("#/").split("/"):
            value = value[step]
        assert value
    assert "$defs" not in str(described)


def test_the_case_is_described_from_its_tables(described: dict[str, Any]) -> None:
    case = described["components"]["schemas"]["Case"]
    assert set(case["properties"]) == {"policy", *SHEETS}
    assert case["required"] == ["policy", "referrals", "homes"]
    homes = case["properties"]["homes"]["items"]
    assert homes["required"] == [c.name for c in SHEETS["homes"].columns if c.required]
    assert homes["properties"]["max_age"] == {
        "type": "integer",
        "minimum": 0,
        "maximum": 99,
        "description": "a whole number from 0 to 99, as a number without quotes",
    }
    assert homes["properties"]["judgement"]["enum"][-1] is None
    assert schema_of(SHEETS["rates"])["properties"]["weekly_fee"]["pattern"]
    points = case["properties"]["policy"]["properties"]["points"]["properties"]
    assert points["per_mile"]["default"] == 3


def test_the_words_young_people_asked_not_to_hear_are_not_there(described: dict[str, Any]) -> None:
    assert not re.search(r"\bbeds?\b", str(described), re.IGNORECASE)


def test_nothing_is_loaded_from_another_host(described: dict[str, Any]) -> None:
    assert not re.search(r"https?://", str(described))
