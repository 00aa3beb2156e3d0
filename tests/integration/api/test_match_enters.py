"""A match of a case that was sent is kept, and so enters only under its boroughs' agreements."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api.case_json import case_json
from api.records import Records
from broker.database import writing
from matching.exchange import read_case
from tests.integration.api.conftest import CASES, asking, in_threads
from tests.whole_life import sign_agreements

JSON = {"content-type": "application/json"}


@pytest.fixture
def caller(engine: Engine) -> Iterator[TestClient]:
    with asking(in_threads(Records(engine))) as client:
        yield client


def body(**more: Any) -> bytes:
    case = case_json(read_case(CASES / "case-small"))
    return json.dumps({"case": case, **more}).encode()


def test_a_run_that_would_be_kept_needs_every_agreement_and_a_question_needs_none(
    engine: Engine, caller: TestClient
) -> None:
    refused = caller.post("/api/matches", content=body(seed=3), headers=JSON)
    assert refused.status_code == 409
    told = refused.json()
    assert told["type"].endswith("gates-shut")
    assert {gap["code"] for gap in told["missing"]} == {"AGREEMENT"}
    sentences = [gap["sentence"] for gap in told["missing"]]
    assert "no data sharing agreement of Newham is on record" in sentences
    assert caller.get("/api/matches").json()["matches"] == []

    asked = caller.post("/api/options", content=body(referral_id="A"), headers=JSON)
    assert asked.status_code == 200, asked.text

    with writing(engine) as session:
        sign_agreements(session, until=date(2026, 9, 1))
    lapsed = caller.post("/api/matches", content=body(seed=3), headers=JSON).json()
    assert any("A-data_sharing of Newham ended on 2026-09-01" in gap["sentence"]
               for gap in lapsed["missing"])  # fmt: skip

    with writing(engine) as session:
        sign_agreements(session)
    made = caller.post("/api/matches", content=body(seed=3), headers=JSON)
    assert made.status_code == 201, made.text
    assert len(caller.get("/api/matches").json()["matches"]) == 1
