"""Members of one consortium see its one price list, and nothing that another member is paid."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api.access import LISTED
from broker.access.accounts import NewAccount, add_account
from broker.access.actor import Role
from broker.access.sessions import give_access
from broker.database import writing
from broker.importing import import_case
from broker.sample import region_files
from broker.sample.folder import write_files
from broker.store.clock import now
from tests.conftest import cheap_hashing
from tests.integration.api.world import PASSWORD, calling, service

THEIRS = "SC990001"
"""A home of P1; P2 asks."""
MARKED = ("7123.45", "712345", "7,123.45")
"""The fee of that home in a table of its own, and how an answer could write it."""


@pytest.fixture
def tokens(engine: Engine, tmp_path: Path) -> dict[str, str]:
    """The region with a fee of its own for a home of P1, and people of P2 and of the centre."""
    files = region_files()
    rows = files["rates.csv"].splitlines()
    marked = [
        ",".join([*row.split(",")[:2], "7123.45", *row.split(",")[3:]])
        if row.startswith(THEIRS)
        else row
        for row in rows
    ]
    assert marked != rows
    write_files(tmp_path / "case", {**files, "rates.csv": "\n".join(marked) + "\n"})
    with cheap_hashing(), writing(engine) as session:
        import_case(session, tmp_path / "case", by="test", when=datetime.now(UTC), hold_day=True)
        for name, role, organisation, homes in (
            ("provider", Role.PROVIDER, "P2", ()),
            ("manager", Role.REGISTERED_MANAGER, "P2", ("SC990007",)),
            ("broker", Role.BROKER, "partnership", ()),
        ):
            add_account(
                session,
                NewAccount(name, role, organisation, homes=homes, secret=PASSWORD),
                now(),
            )
        return {
            name: give_access(session, name, "token", now())
            for name in ("provider", "manager", "broker")
        }


@pytest.fixture
def caller(engine: Engine, tokens: dict[str, str]) -> Iterator[TestClient]:
    assert tokens
    with calling(service(engine)) as client:
        yield client


def told(caller: TestClient, token: str) -> dict[str, str]:
    """What every route answers that somebody can look at, and the prices of the contract."""
    names = {
        "{contract_id}": "NEL-BLOCK-1", "{home_id}": THEIRS, "{register}": "due_diligence",
        "{referral_id}": "R-01", "{match_id}": "1", "{job_id}": "1", "{kind}": "view",
    }  # fmt: skip
    headers = {"authorization": f"Bearer {token}"}
    answers = {}
    for method, path in LISTED:
        if method != "GET":
            continue
        address = path
        for name, value in names.items():
            address = address.replace(name, value)
        days = "?from=2026-07-01&to=2026-10-01" if "reasons" in path else ""
        answers[path] = caller.get(f"{address}{days}", headers=headers).text
    question = {"contract": "NEL-BLOCK-1", "band": "high", "from": "2026-09-07", "to": "2026-10-05"}
    answers["prices"] = caller.post("/api/prices", json=question, headers=headers).text
    return answers


@pytest.mark.parametrize("member", ["provider", "manager"])
def test_no_answer_to_a_member_tells_what_another_members_home_is_paid(
    caller: TestClient, tokens: dict[str, str], member: str
) -> None:
    answers = told(caller, tokens[member])
    assert len(answers) > 20
    for path, text in answers.items():
        assert [one for one in MARKED if one in text] == [], path
    price = json.loads(answers["prices"])
    assert "P1" not in json.dumps(price)
    assert THEIRS not in json.dumps(price)
    headers = {"authorization": f"Bearer {tokens[member]}"}
    for address in ("/contracts", "/contracts/NEL-BLOCK-1"):
        assert caller.get(address, headers=headers).status_code == 403


def test_the_fee_is_there_to_be_found_by_whoever_may(
    caller: TestClient, tokens: dict[str, str]
) -> None:
    headers = {"authorization": f"Bearer {tokens['broker']}"}
    body = {"from": "database", "home_id": THEIRS}
    found = [caller.post("/api/options", json=body, headers=headers).text]
    for number in range(1, 7):
        body = {"from": "database", "referral_id": f"R-{number:02}"}
        found.append(caller.post("/api/options", json=body, headers=headers).text)
    assert any("7123.45" in text for text in found)
