"""Over HTTP a question beside a match is answered as the command line answers it, or refused."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.records import Records
from api.settings import Settings
from broker.cli import main
from tests.integration.api.conftest import (
    BROKER,
    CASES,
    asking,
    in_threads,
    problem_of,
    records_at,
)

FOLDER = str(CASES / "case-small")


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    """What a command prints with --json, of the worked case."""
    capsys.readouterr()
    main([arguments[0], FOLDER, *arguments[1:], "--json"])
    made: dict[str, Any] = json.loads(capsys.readouterr().out)
    return made


def asked(client: TestClient, path: str, **body: Any) -> dict[str, Any]:
    """A good answer, without what stands in it over HTTP only."""
    response = client.post(f"/api/{path}", json=body)
    assert response.status_code == 200, response.text
    own = {"form", "plan_status", "kind"}
    return {key: value for key, value in response.json().items() if key not in own}


def pointers(response: Any) -> set[str]:
    """Where the errors of a refused body are."""
    return {error["pointer"] for error in problem_of(response, 422, "bad-input")["errors"]}


@pytest.mark.parametrize(
    ("command", "body"),
    [
        (["--referral", "B"], {"referral_id": "B"}),
        (["--referral", "C", "--shared"], {"referral_id": "C", "form": "shared"}),
        (["--home", "SC990002"], {"home_id": "SC990002"}),
        (["--home", "SC990002", "--shared"], {"home_id": "SC990002", "form": "shared"}),
        (["--referral", "A", "--effects"], {"referral_id": "A", "effects": True}),
        (
            ["--referral", "A", "--effects", "--shared"],
            {"referral_id": "A", "effects": True, "form": "shared"},
        ),
    ],
)
def test_options_are_those_of_the_command_line(
    client: TestClient,
    case: dict[str, Any],
    capsys: pytest.CaptureFixture[str],
    command: list[str],
    body: dict[str, Any],
) -> None:
    expected = printed(capsys, "options", *command)
    answer = asked(client, "options", case=case, **body)
    assert without_factors(answer, "referral_id" in body) == expected
    assert asked(client, "options", **{"from": "database"}, **body) == answer


def without_factors(answer: dict[str, Any], has_them: bool) -> dict[str, Any]:
    """The answer as the command prints it: each option had the five factors of section 22C."""
    told = copy.deepcopy(answer)
    for home in [*told.get("homes", []), *told["near_misses"]] if has_them else []:
        assert len(home.pop("factors")) == 5
    return told


def factors_of(answer: dict[str, Any], home: str) -> dict[str, str]:
    (one,) = [one for one in (*answer["homes"], *answer["near_misses"]) if one["home_id"] == home]
    return {factor["source"].rpartition(", ")[2]: factor["value"] for factor in one["factors"]}


def test_every_option_shows_the_factors_the_law_asks_for(
    client: TestClient, case: dict[str, Any]
) -> None:
    """By hand: A lives 1.4 miles from Ash, in Havering; C 7.2, and Newham does not adjoin it."""
    case = copy.deepcopy(case)
    case["residents"][0]["sibling_group"] = "G1"
    case["referrals"][0] |= {"sibling_group": "G1", "siblings": "apart_ok"}
    near = factors_of(asked(client, "options", case=case, referral_id="A"), "SC990001")
    assert near["s22C(8)(a)"] == "1.4 miles"
    assert near["s22C(8)(d)"] == "not known whether disabled; the home supports every recorded need"
    assert near["s22C(9)"] == "in_area"
    lives = case["residents"][0]["home_id"]
    here = int(lives == "SC990001")
    assert near["s22C(8)(c)"] == (
        f"{here} on record in this home, {1 - here} in another; may live apart"
    )
    far = factors_of(asked(client, "options", case=case, referral_id="C"), "SC990001")
    assert (far["s22C(8)(a)"], far["s22C(9)"]) == ("7.2 miles", "distant")
    assert far["s22C(8)(c)"] == "no sibling is told of"
    shared = factors_of(
        asked(client, "options", case=case, referral_id="C", form="shared"), "SC990001"
    )
    assert "7.2" not in shared["s22C(8)(a)"]
    missed = factors_of(asked(client, "options", case=case, referral_id="A"), "SC990002")
    assert missed["s22C(8)(d)"].endswith("a recorded need is not supported")


@pytest.mark.parametrize(
    ("command", "body"),
    [
        (["--referral", "B"], {"referral_id": "B"}),
        (
            ["--referral", "B", "--conflict", "--changes"],
            {"referral_id": "B", "conflict": True, "changes": True},
        ),
        (
            ["--referral", "B", "--conflict", "--changes", "--shared"],
            {"referral_id": "B", "conflict": True, "changes": True, "form": "shared"},
        ),
        (["--referral", "A", "--instead", "SC990002"], {"referral_id": "A", "instead": "SC990002"}),
        (["--referral", "B", "--instead", "SC990002"], {"referral_id": "B", "instead": "SC990002"}),
    ],
)
def test_explanations_are_those_of_the_command_line(
    client: TestClient,
    case: dict[str, Any],
    capsys: pytest.CaptureFixture[str],
    command: list[str],
    body: dict[str, Any],
) -> None:
    expected = printed(capsys, "explain", *command)
    assert asked(client, "explanations", case=case, **body) == expected


def test_a_match_on_record_and_its_plan_are_explained_as_the_best_plan(
    client: TestClient, case: dict[str, Any]
) -> None:
    run = client.post("/api/matches", json={"case": case}).json()
    best = asked(client, "explanations", case=case, referral_id="C")
    for known in ({"match_id": run["id"]}, {"plan": run["plan"]}):
        assert asked(client, "explanations", case=case, referral_id="C", **known) == best
        on_record = {"from": "database", "referral_id": "C", **known}
        assert asked(client, "explanations", **on_record) == best


def test_a_plan_of_another_case_is_not_believed(client: TestClient, case: dict[str, Any]) -> None:
    run = client.post("/api/matches", json={"case": case}).json()
    case["homes"][0]["places"] += 1
    other = {"case": case, "referral_id": "C"}
    response = client.post("/api/explanations", json={**other, "match_id": run["id"]})
    assert pointers(response) == {"#/match_id"}
    assert pointers(client.post("/api/explanations", json={**other, "plan": run["plan"]})) == {
        "#/plan"
    }
    assert pointers(client.post("/api/explanations", json={**other, "plan": {}})) == {"#/plan"}
    assert pointers(client.post("/api/explanations", json={**other, "match_id": 999})) == {
        "#/match_id"
    }


def test_a_plan_a_person_wrote_is_counted_as_on_the_command_line(
    client: TestClient,
    case: dict[str, Any],
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    homes = {"A": "SC990002", "B": "SC990002", "D": "SC990002", "X": "SC990001"}
    plan = {"placements": [{"referral_id": who, "home_id": home} for who, home in homes.items()]}
    written = tmp_path / "plan.json"
    written.write_text(json.dumps(plan))
    found = asked(client, "evaluations", case=case, plan=plan)
    assert found.pop("fairness") is None
    assert found["violations"]
    assert found == printed(capsys, "evaluate", str(written))
    shared = asked(client, "evaluations", case=case, plan=plan, form="shared", referral_id="B")
    assert shared == printed(capsys, "evaluate", str(written), "--shared", "B")


def test_a_plan_that_holds_is_counted_with_how_it_shares_out(
    client: TestClient, case: dict[str, Any]
) -> None:
    run = client.post("/api/matches", json={"case": case}).json()
    found = asked(client, "evaluations", case=case, plan=run["plan"])
    assert found["holds"] is True
    assert found["objective"] == run["plan"]["objective"]
    assert sum(one["points"] for one in found["points_by_rule"]) == found["objective"]["points"]
    assert found["fairness"] == run["fairness"]
    assert client.get(f"/api/matches/{run['id']}").json()["fairness"] == run["fairness"]


@pytest.mark.parametrize(
    ("command", "body"),
    [
        (["alternatives", "-k", "2"], {"kind": "alternatives", "plans": 2}),
        (["alternatives", "--differ", "2"], {"kind": "alternatives", "differ": 2}),
        (["worth", "--home", "SC990001"], {"kind": "worth", "home_id": "SC990001"}),
        (["frontier"], {"kind": "frontier"}),
        (["sensitivity"], {"kind": "sensitivity"}),
    ],
)
def test_what_ifs_are_those_of_the_command_line(
    client: TestClient,
    case: dict[str, Any],
    capsys: pytest.CaptureFixture[str],
    command: list[str],
    body: dict[str, Any],
) -> None:
    assert asked(client, "what-ifs", case=case, **body) == printed(capsys, *command)


@pytest.mark.parametrize("who", ["A", "B", "C", "D"])
def test_the_form_to_share_names_nobody_else_and_no_exact_distance(
    client: TestClient, case: dict[str, Any], who: str
) -> None:
    names = {"A": "ZULU-AA", "B": "ZULU-BB", "C": "ZULU-CC", "D": "ZULU-DD"}
    text = json.dumps(case)
    for short, name in names.items():
        text = text.replace(f'"referral_id": "{short}"', f'"referral_id": "{name}"')
    case = json.loads(text)
    people = {row["young_person_id"] for row in (*case["referrals"], *case["residents"])}
    mine = names[who]
    plan = client.post("/api/matches", json={"case": case}).json()["plan"]
    everything = {"conflict": True, "changes": True}
    crowded = {
        "placements": [{"referral_id": n, "home_id": "SC990002"} for n in names.values()],
    }
    told = [
        asked(client, path, case=case, form="shared", referral_id=mine, **more)
        for path, more in (
            ("options", {"effects": True}),
            ("explanations", {**everything, "plan": plan}),
            ("evaluations", {"plan": crowded}),
        )
    ]
    told.append(asked(client, "options", case=case, form="shared", home_id="SC990001"))
    said = json.dumps(told)
    assert mine in said
    for other in (*names.values(), *people):
        if other != mine:
            assert other not in said
    for number in ("distance_miles", "weekly_fee", '"points"', '"total"'):
        assert number not in said


def test_an_unknown_id_is_named_with_those_like_it_beside_every_other_error(
    client: TestClient, case: dict[str, Any]
) -> None:
    body = {"case": case, "referral_id": "E", "instead": "SC990003", "seed": -1, "from_": 1}
    problem = problem_of(client.post("/api/explanations", json=body), 422, "bad-input")
    found = {error["pointer"]: error for error in problem["errors"]}
    assert set(found) == {"#/referral_id", "#/instead", "#/seed", "#/from_"}
    assert found["#/instead"]["kind"] == "unknown id"
    assert "did you mean SC990002 or SC990001?" in found["#/instead"]["allowed"]
    on_record = client.post("/api/options", json={"from": "database", "home_id": "SC99001"})
    assert "SC990001" in problem_of(on_record, 422, "bad-input")["errors"][0]["allowed"]


@pytest.mark.parametrize(
    ("path", "body", "places"),
    [
        ("options", {}, {"#"}),
        ("options", {"referral_id": "A", "home_id": "SC990001"}, {"#"}),
        ("options", {"home_id": "SC990001", "effects": True}, {"#/effects"}),
        ("options", {"referral_id": "A", "match_id": 1}, {"#/match_id"}),
        ("options", {"referral_id": "A", "form": "short", "effects": 1}, {"#/form", "#/effects"}),
        ("explanations", {}, {"#/referral_id"}),
        ("explanations", {"referral_id": 7, "conflict": "no"}, {"#/referral_id", "#/conflict"}),
        (
            "explanations",
            {"referral_id": "A", "instead": "SC990001", "form": "shared"},
            {"#/instead"},
        ),
        ("explanations", {"referral_id": "A", "match_id": 1, "plan": {}}, {"#/match_id"}),
        ("explanations", {"referral_id": "A", "time_limit": 61}, {"#/time_limit"}),
        ("evaluations", {}, {"#/plan"}),
        ("evaluations", {"plan": []}, {"#/plan"}),
        (
            "evaluations",
            {"plan": {"placements": [{"referral_id": "A"}]}},
            {"#/plan/placements/0/home_id"},
        ),
        ("evaluations", {"plan": {"placements": []}, "form": "shared"}, {"#/referral_id"}),
        ("evaluations", {"plan": {"placements": []}, "referral_id": "A"}, {"#/referral_id"}),
        ("evaluations", {"plan": {"placements": []}, "seed": 1}, {"#/seed"}),
        ("what-ifs", {}, {"#/kind"}),
        ("what-ifs", {"kind": "other"}, {"#/kind"}),
        ("what-ifs", {"kind": "frontier", "plans": 2}, {"#/plans"}),
        ("what-ifs", {"kind": "alternatives", "home_id": "SC990001"}, {"#/home_id"}),
        ("what-ifs", {"kind": "alternatives", "plans": 11}, {"#/plans"}),
    ],
)
def test_a_question_that_is_not_clear_is_refused(
    client: TestClient, path: str, body: dict[str, Any], places: set[str]
) -> None:
    response = client.post(f"/api/{path}", json={"from": "database", **body})
    assert pointers(response) == places


BODIES: dict[str, dict[str, Any]] = {
    "options": {"referral_id": "A"},
    "explanations": {"referral_id": "A"},
    "evaluations": {"plan": {"placements": []}},
    "what-ifs": {"kind": "frontier"},
}


@pytest.mark.parametrize("path", BODIES)
def test_records_that_are_empty_or_lack_safety_are_told(
    path: str, tmp_path: Path, client: TestClient, case: dict[str, Any]
) -> None:
    body = {"from": "database", **BODIES[path]}
    (tmp_path / "empty").mkdir()
    with asking(in_threads(records_at(tmp_path / "empty"))) as empty:
        response = empty.post(f"/api/{path}", json=body)
        assert "broker import" in problem_of(response, 409, "records-unfit")["detail"]
    del case["avoid"]
    lacking = {"case": case, "require_safety": True, **BODIES[path]}
    assert pointers(client.post(f"/api/{path}", json=lacking)) == {"#/case/avoid"}


@pytest.mark.parametrize("path", BODIES)
def test_every_question_keeps_to_the_limits_of_a_match(
    path: str, records: Records, case: dict[str, Any]
) -> None:
    app = in_threads(records, Settings(match_bytes=9_000, matches_at_once=1, matches_waiting=0))
    with asking(app) as client:
        padded = {"case": {**case, "x": "x" * 9_000}, **BODIES[path]}
        problem_of(client.post(f"/api/{path}", json=padded), 413, "too-large")
        problem_of(client.post(f"/api/{path}", content=b"{}"), 415, "not-json-type")
        typed = {"content-type": "application/json"}
        problem_of(client.post(f"/api/{path}", content=b"{", headers=typed), 400, "not-json")
        body = {"from": "database", **BODIES[path]}
        assert client.post(f"/api/{path}", json=body).status_code == 200
        with client.app.state.service.turns.turn():  # type: ignore[attr-defined]
            problem_of(client.post(f"/api/{path}", json=body), 503, "busy")


def test_a_question_ends_with_its_time_and_says_what_is_not_known(
    client: TestClient, case: dict[str, Any]
) -> None:
    body = {"case": case, "referral_id": "A", "effects": True, "time_limit": 0.000001}
    told = client.post("/api/options", json=body).json()
    assert told["plan_status"] == "feasible"
    assert any(choice["possible"] is None for choice in told["choices"])
    body = {"case": case, "kind": "alternatives", "time_limit": 0.000001}
    assert client.post("/api/what-ifs", json=body).json()["complete"] is False


def test_a_question_runs_in_a_process_of_its_own_as_a_match_does(
    records: Records, case: dict[str, Any]
) -> None:
    with asking(create_app(records=records, who=lambda _request: BROKER)) as client:
        body = {"case": case, "referral_id": "A"}
        mine = client.post("/api/explanations", json=body)
        assert mine.status_code == 200
        on_record = client.post("/api/explanations", json={"from": "database", "referral_id": "A"})
        assert on_record.json() == mine.json()
        refused = client.post("/api/explanations", json={**body, "referral_id": "AA"})
        assert pointers(refused) == {"#/referral_id"}
