"""A price over HTTP is the price of the contract, and every error of the question comes at once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.records import Records
from broker.database import make_engine
from pricing.assumed import ASSUMPTIONS
from pricing.contract import parse_contract, read_contract
from pricing.quote import quote
from tests.integration.api.conftest import CASES, asking, in_threads, problem_of

BLOCK = CASES / "contracts" / "block.toml"
ASKED: dict[str, Any] = {
    "contract": "NEL-BLOCK-1",
    "band": "medium",
    "requirements": {"one_to_one": 14, "family_session": 2.5},
    "from": "2026-09-07",
    "to": "2027-06-01",
}


def errors_of(response: Any) -> dict[str, dict[str, Any]]:
    """The errors of a refusal by their pointer."""
    problem = problem_of(response, 422, "bad-input")
    return {error["pointer"]: error for error in problem["errors"]}


def test_a_contract_on_record_prices_as_its_file_does(client: TestClient) -> None:
    response = client.post("/api/prices", json=ASKED)
    assert response.status_code == 200
    contract = parse_contract(BLOCK.read_bytes(), "contract.toml")
    units = {"one_to_one": Decimal(14), "family_session": Decimal("2.5")}
    expected = quote(contract, "medium", units, date(2026, 9, 7), date(2027, 6, 1))
    assert response.json() == {**expected.to_json(), "assumptions": [ASSUMPTIONS]}
    assert len(response.json()["lines"]) == 6


def test_the_text_of_a_contract_prices_the_same(client: TestClient) -> None:
    body = {**ASKED, "contract_toml": BLOCK.read_text(encoding="utf-8")}
    del body["contract"]
    answer = client.post("/api/prices", json=body).json()
    assert answer["version"] == read_contract(BLOCK).version
    assert answer == client.post("/api/prices", json=ASKED).json()


def test_a_price_that_nobody_assumed_is_not_called_an_assumption(client: TestClient) -> None:
    text = (CASES / "contracts" / "spot.toml").read_text(encoding="utf-8")
    body = {"contract_toml": text, "band": "low", "from": "2026-05-01", "to": "2026-06-01"}
    answer = client.post("/api/prices", json=body).json()
    assert answer["assumptions"] == []


def test_a_price_without_requirements_is_the_fee_alone(client: TestClient) -> None:
    body = {**ASKED, "from": "2026-04-01", "to": "2026-04-02"}
    del body["requirements"]
    answer = client.post("/api/prices", json=body).json()
    assert [line["amount"] for line in answer["lines"]] == ["857.14"]
    assert answer["total"] == "857.14"


def test_every_error_of_the_question_is_named_at_once(client: TestClient) -> None:
    body = {
        "contract": "NEL-BLOCK-1",
        "band": "middle",
        "requirements": {"one_to_one": -1, "garden": 3, "family_session": True},
        "from": "2036-01-01",
        "to": "2026-02-30",
        "till": 1,
    }
    found = errors_of(client.post("/api/prices", json=body))
    assert set(found) == {
        "#/band",
        "#/requirements/one_to_one",
        "#/requirements/garden",
        "#/requirements/family_session",
        "#/from",
        "#/to",
        "#/till",
    }
    assert found["#/requirements/garden"]["allowed"] == "one_to_one, family_session"
    assert "2034-04-01" in found["#/from"]["allowed"]
    assert found["#/requirements/family_session"]["value"] == "true"


def test_a_reversed_period_is_refused(client: TestClient) -> None:
    body = {**ASKED, "from": "2027-06-01", "to": "2027-06-01"}
    found = errors_of(client.post("/api/prices", json=body))
    assert found["#/to"]["allowed"] == "a day after from, 2027-06-01"


def test_an_unknown_contract_says_which_are_on_record(client: TestClient) -> None:
    found = errors_of(client.post("/api/prices", json={**ASKED, "contract": "NEL-BLOCK-2"}))
    assert found["#/contract"]["value"] == "NEL-BLOCK-2"
    assert "NEL-BLOCK-1" in found["#/contract"]["allowed"]


def test_errors_of_a_contract_text_come_with_those_of_the_question(client: TestClient) -> None:
    text = BLOCK.read_text(encoding="utf-8")
    text = text.replace('low = "4500.00"', "low = 4500").replace("places = 35", "plaices = 35")
    body = {**ASKED, "contract_toml": text, "band": "x"}
    del body["contract"]
    problem = problem_of(client.post("/api/prices", json=body), 422, "bad-input")
    places = [(error["pointer"], error.get("column")) for error in problem["errors"]]
    assert ("#/band", None) in places
    assert ("#/contract_toml", "fees.low") in places
    assert ("#/contract_toml", "plaices") in places
    assert ("#/contract_toml", "places") in places


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"contract_toml": "id = 1"}, "#"),
        ({"contract": None}, "#"),
        ({"contract": None, "contract_toml": ""}, "#/contract_toml"),
        ({"contract": 5}, "#/contract"),
        ({"contract": "x\u0000y"}, "#/contract"),
        ({"requirements": []}, "#/requirements"),
        ({"requirements": {"one_to_one": "14"}}, "#/requirements/one_to_one"),
        ({"requirements": {"one_to_one": 1e9}}, "#/requirements/one_to_one"),
        ({"requirements": {"one_to_one": 1e-12}}, "#/requirements/one_to_one"),
        ({"from": 20260907}, "#/from"),
        ({"to": None}, "#/to"),
        ({"band": None}, "#/band"),
    ],
)
def test_a_wrong_type_is_refused_with_its_place(
    client: TestClient, change: dict[str, Any], pointer: str
) -> None:
    assert pointer in errors_of(client.post("/api/prices", json={**ASKED, **change}))


def test_the_text_of_a_contract_is_priced_without_any_database() -> None:
    away = Records(make_engine("postgresql://nobody@127.0.0.1:1/none"))
    body = {**ASKED, "contract_toml": BLOCK.read_text(encoding="utf-8")}
    del body["contract"]
    with asking(in_threads(away)) as client:
        assert client.post("/api/prices", json=body).status_code == 200
        assert client.post("/api/prices", json=ASKED).status_code == 503
