"""An auditor reads the audit over HTTP, which is itself on it; an emptied life says that it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api.app import create_app
from api.life_models import AuditPage
from api.records import Records
from broker.access.actor import PARTNERSHIP, Actor, OrganisationKind, Role
from broker.audit.amend import remove_value
from broker.database import writing
from broker.store.clock import now
from tests.integration.api.conftest import LOOPBACK, problem_of
from tests.integration.audit.conftest import MARKS, entry_of
from tests.integration.audit.tampering import ADMINISTRATOR, AUDITOR
from tests.whole_life import ASSESSOR, BROKER, borough, manager

PLACES = {
    role: Actor(f"{role.value}-1", role, PARTNERSHIP, OrganisationKind.PARTNERSHIP)
    for role in (Role.COMMISSIONER, Role.FINANCE, Role.ADMINISTRATOR)
}


@pytest.fixture
def who() -> list[Actor]:
    """Whoever asks next, the last of the list."""
    return [AUDITOR]


@pytest.fixture
def caller(region: Engine, who: list[Actor]) -> Iterator[TestClient]:
    app = create_app(records=Records(region), processes=False, who=lambda _request: who[-1])
    with TestClient(app, base_url=LOOPBACK) as client:
        yield client


def test_the_audit_is_read_a_page_at_a_time_and_that_is_on_it(
    caller: TestClient, withdrawn: str
) -> None:
    about = {"record_kind": "referral", "record_id": withdrawn}
    first = caller.get("/api/audit", params={**about, "limit": 6}).json()
    rest = caller.get("/api/audit", params={**about, "after": first["next"]}).json()
    for page in (first, rest):
        AuditPage.model_validate(page)
    entries: list[dict[str, Any]] = first["entries"] + rest["entries"]
    assert [one["act"] for one in entries][-2:] == ["life.decline", "life.withdraw"]
    assert len(entries) == 9
    assert rest["next"] is None
    mine = caller.get("/api/audit", params={"actor": "auditor-1"}).json()["entries"]
    assert [(one["act"], one["record_kind"], one["record_id"]) for one in mine] == [
        ("audit.read", "audit_of", withdrawn)
    ] * 2
    assert [mark for mark in MARKS if mark in str(entries)] == []
    assert "Not A Name" not in str(entries)


@pytest.mark.parametrize(
    "actor",
    [BROKER, ASSESSOR, borough(Role.DIRECTOR), borough(Role.VERIFIER),
     borough(Role.NOMINATED_OFFICER), manager("P2"), *PLACES.values()],
    ids=lambda actor: actor.role.value,
)  # fmt: skip
def test_nobody_but_an_auditor_reads_it(caller: TestClient, who: list[Actor], actor: Actor) -> None:
    who.append(actor)
    problem_of(caller.get("/api/audit"), 403, "not-allowed")


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=501", "after=-1", "after=x", "record_id=", "actor=%00", "act=" + "a" * 201],
)
def test_a_question_that_is_none_is_told(caller: TestClient, query: str) -> None:
    problem_of(caller.get(f"/api/audit?{query}"), 422, "bad-input")


def test_an_emptied_life_says_that_its_words_were_removed_and_still_lists_its_steps(
    caller: TestClient, who: list[Actor], region: Engine, withdrawn: str
) -> None:
    with writing(region) as session:
        number = entry_of(region, withdrawn, "view")
        remove_value(session, ADMINISTRATOR, number, at=now(), why="asked for by the young person")
    who.append(BROKER)
    told = problem_of(caller.get(f"/api/referrals/{withdrawn}"), 410, "removed")
    assert "steps 6 of" in told["detail"]
    steps = caller.get(f"/api/referrals/{withdrawn}/steps").json()["steps"]
    assert [one["kind"] for one in steps][5:7] == ["view", "offer"]
    assert steps[5]["said"] is None
    assert steps[4]["said"]["homes"]
    headers = {"If-Match": '"9"', "Idempotency-Key": "k1"}
    step = {"kind": "look_back", "looked_on": "2026-09-04", "settled": True, "words": "x"}
    who.append(ASSESSOR)
    sent = caller.post(f"/api/referrals/{withdrawn}/steps", json=step, headers=headers)
    problem_of(sent, 410, "removed")
    for other in (borough(Role.ASSESSOR, code="E09000012"), manager("P9")):
        who.append(other)
        problem_of(caller.get(f"/api/referrals/{withdrawn}"), 404, "not-found")
        problem_of(caller.get(f"/api/referrals/{withdrawn}/steps"), 404, "not-found")
    who.append(borough(Role.ASSESSOR, code="E09000012"))
    sent = caller.post(f"/api/referrals/{withdrawn}/steps", json=step, headers=headers)
    problem_of(sent, 404, "not-found")
    who.append(AUDITOR)
    steps = caller.get(f"/api/referrals/{withdrawn}/steps").json()["steps"]
    assert steps[4]["said"] == {}
