"""A match that was asked for can be followed and cancelled, by those who may."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from api.app import create_app
from api.records import Records
from broker.access.actor import PARTNERSHIP, Actor, OrganisationKind, Role
from broker.audit.chain import verify
from broker.jobs import queue
from broker.jobs.queue import Terms
from broker.tables import AuditRow
from tests.integration.api.conftest import BROKER, asking, problem_of, work_off

ASKED = {"from": "database", "seed": 2, "time_limit": 12.5}
NEWHAM = "E09000025"
TEAM = OrganisationKind.PARTNERSHIP
BOROUGH = OrganisationKind.BOROUGH


def ask(client: TestClient, key: str = "one", **changed: Any) -> Any:
    return client.post("/api/matches", json={**ASKED, **changed}, headers={"Idempotency-Key": key})


def test_a_match_of_what_is_on_record_is_a_job_that_says_how_it_stands(
    client: TestClient, records: Records
) -> None:
    asked = ask(client)
    assert asked.status_code == 202
    job = asked.json()
    place = asked.headers["location"]
    assert place == f"/api/jobs/{job['id']}"
    assert (job["state"], job["asked_by"], job["attempt"]) == ("queued", BROKER.id, 0)
    assert job["request"] == {
        "seed": 2, "time_limit": 12.5, "workers": 1, "require_safety": False
    }  # fmt: skip
    assert client.get(place).json() == job
    held = records.work(lambda session: queue.claim(session, "w", queue.clock(session), Terms()))
    assert held is not None
    levels = {"today_unplaced": 0, "points": 40, "weekly_cost": "10.00"}
    news = {"sentence": "searching", "levels": levels, "bound": {**levels, "points": 31}}
    records.work(lambda session: queue.beat(session, held, news, queue.clock(session), Terms()))
    running = client.get(place).json()
    assert (running["state"], running["attempt"]) == ("running", 1)
    assert running["progress"]["bound"]["points"] == 31
    records.work(lambda session: queue.give_back(session, held, queue.clock(session)))
    work_off(records)
    done = client.get(place).json()
    assert (done["state"], done["reason"]) == ("done", None)
    run = client.get(f"/api/matches/{done['match_id']}").json()
    assert run["plan"]["seed"] == 2
    listed = client.get("/api/matches").json()["matches"]
    assert [(one["id"], one["asked_by"]) for one in listed] == [(done["match_id"], BROKER.id)]


def test_the_same_request_sent_again_is_the_same_job_whatever_has_become_of_it(
    client: TestClient, records: Records
) -> None:
    first = ask(client)
    work_off(records)
    again = ask(client)
    assert (again.status_code, again.json()) == (202, first.json())
    assert again.headers["location"] == first.headers["location"]
    assert ask(client, "two").json()["id"] != first.json()["id"]
    problem_of(ask(client, seed=3), 422, "key-reused")


def test_a_job_is_cancelled_while_it_waits_and_while_it_runs_and_not_when_it_is_over(
    client: TestClient, records: Records
) -> None:
    waiting = ask(client).headers["location"]
    cancelled = client.delete(waiting)
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
    assert client.delete(waiting).json() == cancelled.json()
    running = ask(client, "two").headers["location"]
    held = records.work(lambda session: queue.claim(session, "w", queue.clock(session), Terms()))
    assert held is not None
    assert client.delete(running).json()["state"] == "cancelled"
    assert not records.work(
        lambda session: queue.beat(session, held, {}, queue.clock(session), Terms())
    )
    done = ask(client, "three").headers["location"]
    work_off(records)
    problem_of(client.delete(done), 409, "job-over")
    assert client.get("/api/matches").json()["matches"][0]["id"] == 1
    audit = AuditRow.__table__
    asked = sa.select(audit.c.act, audit.c.via).where(audit.c.record_kind != "agreements")
    query = asked.order_by(audit.c.number)
    acts = records.look(lambda session: [tuple(row) for row in session.execute(query)])
    assert acts == [
        ("job.ask", "session"),
        ("job.cancel", "session"),
        ("job.ask", "session"),
        ("job.cancel", "session"),
        ("job.ask", "session"),
        ("match.make", "worker"),
        ("match.read", "session"),
    ]
    assert not records.look(verify).broken


def test_a_queue_that_is_full_says_when_to_come_back(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "MOST_WAITING", 1)
    ask(client)
    refused = ask(client, "two")
    assert "1 job waits" in problem_of(refused, 503, "busy")["detail"]
    assert int(refused.headers["retry-after"]) > 0
    assert ask(client).status_code == 202


@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize("job_id", ["0", "999", "-1", "1.0", "١", "9" * 40, "x", "%00"])
def test_a_job_that_is_not_there_is_not_found(client: TestClient, method: str, job_id: str) -> None:
    problem_of(client.request(method, f"/api/jobs/{job_id}"), 404, "not-found")


@pytest.mark.parametrize(
    ("role", "organisation", "kind", "read", "cancel"),
    [
        (Role.BROKER, PARTNERSHIP, TEAM, 200, 200),
        (Role.COMMISSIONER, PARTNERSHIP, TEAM, 200, 403),
        (Role.COMMISSIONER, NEWHAM, BOROUGH, 404, 403),
        (Role.FINANCE, PARTNERSHIP, TEAM, 403, 403),
        (Role.ASSESSOR, NEWHAM, BOROUGH, 403, 403),
        (Role.PROVIDER, "P2", OrganisationKind.PROVIDER, 403, 403),
        (Role.AUDITOR, PARTNERSHIP, TEAM, 403, 403),
    ],
)
def test_who_may_read_and_cancel_a_job(
    client: TestClient,
    records: Records,
    role: Role,
    organisation: str,
    kind: OrganisationKind,
    read: int,
    cancel: int,
) -> None:
    place = ask(client).headers["location"]
    actor = Actor("somebody", role, organisation, kind)
    app = create_app(records=records, processes=False, who=lambda _request: actor)
    with asking(app) as caller:
        assert caller.get(place).status_code == read
        assert caller.delete(place).status_code == cancel
        asked = caller.post("/api/matches", json=ASKED)
        assert asked.status_code == (202 if role is Role.BROKER else 403)
        listed = caller.get("/api/matches")
        assert listed.status_code == (200 if role in SEE_MATCHES else 403)


SEE_MATCHES = {Role.BROKER, Role.COMMISSIONER, Role.AUDITOR}


def test_a_borough_sees_no_match_of_everybody(
    client: TestClient, records: Records, case: dict[str, Any]
) -> None:
    made = client.post("/api/matches", json={"case": case}).headers["location"]
    actor = Actor("somebody", Role.COMMISSIONER, NEWHAM, BOROUGH)
    app = create_app(records=records, processes=False, who=lambda _request: actor)
    with asking(app) as caller:
        assert caller.get("/api/matches").json() == {"matches": [], "next": None}
        problem_of(caller.get(made), 404, "not-found")
