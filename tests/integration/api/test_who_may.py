"""For each route and role: allowed, forbidden, not there. The lists are written here a second time.

Whoever adds a route, a role or a kind of step says here who may do it, or a test fails.
"""

from __future__ import annotations

import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.access import ROUTES
from broker.access.actor import Role
from broker.database import make_engine, writing
from broker.life import desk
from broker.life.steps import KINDS
from broker.sample.whole_form import whole_form
from tests.integration.api import bodies
from tests.integration.api.conftest import problem_of
from tests.integration.api.world import OTHER_HOME, World, bearer, calling, renewed, service
from tests.whole_life import BROKER as BROKER_1
from tests.whole_life import HOME, Teller

Town = tuple[TestClient, World]
ANYBODY = "anybody"
EVERY = frozenset(role.value for role in Role)
BROKER = frozenset({"broker"})
REFERRERS = BROKER | {"assessor"}
BOROUGH = frozenset({"assessor", "verifier", "nominated_officer", "director"})
HOMES = frozenset({"provider", "registered_manager"})
CASEWORK = BROKER | BOROUGH
LOOKERS = CASEWORK | HOMES | {"auditor"}
ADMINISTRATOR = frozenset({"administrator"})


@dataclass(frozen=True)
class Route:
    """A request to one route: who may make it, and how it is answered then.

    `own` and `other` stand for `{id}` in the address; `other` is of another organisation, and then
    not there for those in `bound`.
    """

    who: frozenset[str] | str
    answers: tuple[int, ...]
    body: Any = None
    address: str | None = None
    own: str | None = None
    other: str | None = None
    bound: frozenset[str] = BOROUGH | HOMES


OPEN_FORM = {"form": whole_form(young_person_id="YP-950").model_dump(mode="json")}
TRAINING = {
    "register": "training",
    "home_id": HOME,
    "module": "de-escalation",
    "compulsory": True,
    "due_on": "2027-01-01",
}
ROUTES_BY_HAND: dict[tuple[str, str], Route] = {
    ("GET", "/api/openapi.json"): Route(ANYBODY, (200,)),
    ("GET", "/api/health"): Route(ANYBODY, (200,)),
    ("POST", "/api/session"): Route(ANYBODY, (401,), {"account": "no-one", "password": "nothing"}),
    ("POST", "/api/tokens"): Route(ANYBODY, (401,), {"account": "no-one", "password": "nothing"}),
    ("GET", "/sign-in"): Route(ANYBODY, (404,)),
    ("GET", "/sign-in/callback"): Route(ANYBODY, (404,)),
    ("GET", "/api/session"): Route(EVERY, (200,)),
    ("DELETE", "/api/session"): Route(EVERY, (204,)),
    ("GET", "/api/accounts"): Route(ADMINISTRATOR, (200,)),
    ("POST", "/api/accounts"): Route(
        ADMINISTRATOR,
        (422,),
        {"account": "x1", "role": "broker", "organisation": "nowhere", "password": "short"},
    ),
    ("PATCH", "/api/accounts/{account_id}"): Route(
        ADMINISTRATOR, (428,), {"unlock": True}, own="havering-assessor"
    ),
    ("POST", "/api/referrals"): Route(REFERRERS, (201, 409), OPEN_FORM),
    ("GET", "/api/referrals"): Route(LOOKERS, (200,)),
    ("GET", "/api/referrals/{referral_id}"): Route(LOOKERS, (200,), own="newham", other="havering"),
    ("GET", "/api/referrals/{referral_id}/steps"): Route(
        LOOKERS, (200,), own="newham", other="havering"
    ),
    ("POST", "/api/referrals/{referral_id}/steps"): Route(
        CASEWORK | HOMES, (403, 412), bodies.step("evidence"), own="newham"
    ),
    ("GET", "/api/offers"): Route(LOOKERS, (200,)),
    ("GET", "/api/placements"): Route(LOOKERS | {"commissioner", "finance"}, (200,)),
    ("GET", "/api/duties"): Route(CASEWORK, (200,)),
    ("GET", "/api/registers/{register}"): Route(
        LOOKERS | {"commissioner"}, (200,), own="agreements"
    ),
    ("POST", "/api/registers/{register}"): Route(
        HOMES | BROKER | {"commissioner"}, (403, 422), {"register": "training"}, own="training"
    ),
    ("POST", "/api/matches"): Route(BROKER, (422,), {"from": "database", "seed": -1}),
    ("GET", "/api/matches"): Route(BROKER | {"commissioner", "auditor"}, (200,)),
    ("GET", "/api/jobs/{job_id}"): Route(BROKER | {"commissioner"}, (404,), own="4711"),
    ("DELETE", "/api/jobs/{job_id}"): Route(BROKER, (404,), own="4711"),
    ("GET", "/api/ready"): Route(ANYBODY, (200,)),
    ("GET", "/api/audit"): Route(frozenset({"auditor"}), (200,)),
    ("GET", "/metrics"): Route(frozenset({"administrator", "auditor"}), (200,)),
    ("GET", "/api/matches/{match_id}"): Route(
        BROKER | {"commissioner", "auditor"}, (404,), own="4711"
    ),
    ("POST", "/api/options"): Route(
        REFERRERS, (200,), {"from": "database", "form": "shared", "referral_id": "newham"}
    ),
    ("POST", "/api/explanations"): Route(
        REFERRERS, (422,), {"from": "database", "form": "shared", "referral_id": "newham", "x": 1}
    ),
    ("POST", "/api/evaluations"): Route(BROKER, (422,), {"from": "database"}),
    ("POST", "/api/what-ifs"): Route(BROKER, (422,), {"from": "database"}),
    ("GET", "/api/homes"): Route(EVERY, (200,)),
    ("POST", "/api/homes"): Route(BROKER, (422,), {"home_id": ""}),
    ("GET", "/api/homes/{home_id}"): Route(EVERY, (200,), own=HOME),
    ("PATCH", "/api/homes/{home_id}"): Route(
        BROKER | HOMES | {"commissioner"}, (428,), {"reason": ""}, own=HOME
    ),
    ("GET", "/api/offers/reasons"): Route(
        BROKER | HOMES | {"commissioner"},
        (200, 422),
        address="/api/offers/reasons?from=2026-04-01&to=2026-07-01",
    ),
    ("GET", "/api/baseline"): Route(BROKER | {"commissioner"}, (200,)),
    ("GET", "/api/reports/{name}"): Route(
        BROKER | {"commissioner", "director"}, (409,), own="flow"
    ),
    ("POST", "/api/prices"): Route(EVERY, (422,), {"contract": "NONE-1"}),
}

SIGNED_OUT = "signed out"
CALLERS = (*sorted(EVERY), SIGNED_OUT)


def test_every_route_has_an_expectation_here_and_no_other_has() -> None:
    assert set(ROUTES_BY_HAND) == set(ROUTES)


def test_every_kind_of_step_has_an_expectation_here_and_no_other_has() -> None:
    assert set(STEPS_BY_HAND) == set(bodies.STEPS) == set(KINDS) - {"open"}


def ask(town: Town, caller: str, method: str, path: str, body: Any, record: str | None) -> Any:
    client, world = town
    ids = {"newham": world.newham, "havering": world.havering}
    address = path
    if record is not None:
        address = path.partition("{")[0] + ids.get(record, record) + path.partition("}")[2]
    if isinstance(body, dict) and body.get("referral_id") in ids:
        body = {**body, "referral_id": ids[body["referral_id"]]}
    ends = (method, path) == ("DELETE", "/api/session")
    headers = bearer(world, None if caller == SIGNED_OUT else caller, spare=ends)
    headers |= {"idempotency-key": uuid.uuid4().hex, "if-match": '"999"'}
    client.cookies.clear()
    return client.request(method, address, json=body, headers=headers)


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("route", sorted(ROUTES_BY_HAND), ids=" ".join)
def test_each_route_answers_each_role_as_is_written_here(
    town: Town, route: tuple[str, str], caller: str
) -> None:
    method, path = route
    told = ROUTES_BY_HAND[route]
    response = ask(town, caller, method, told.address or path, told.body, told.own)
    if told.who == ANYBODY:
        assert response.status_code in told.answers, response.text
    elif caller == SIGNED_OUT:
        problem_of(response, 401, "not-signed-in")
        assert response.headers["www-authenticate"] == "Bearer"
    elif caller not in told.who:
        problem = problem_of(response, 403, "not-allowed")
        assert caller in problem["detail"]
    else:
        assert response.status_code in told.answers, response.text
        if response.status_code == 403:
            assert "may not" in response.json()["detail"]
    if told.other is None or caller not in told.who:
        return
    nowhere = ask(town, caller, method, path, told.body, "R-NOWHERE")
    problem_of(nowhere, 404, "not-found")
    beyond = ask(town, caller, method, path, told.body, told.other)
    if caller in told.bound:
        assert problem_of(beyond, 404, "not-found")["detail"] == nowhere.json()["detail"]
    else:
        assert beyond.status_code in told.answers, beyond.text


STEPS_BY_HAND: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        ("amend", "submit", "withdraw", "band", "view", "visit", "evidence", "reband", "visited",
         "reviewed", "step_down", "step_down_back", "end", "look_back", "care",
         "reported"),
        REFERRERS,
    ),
    **dict.fromkeys(("shortlist", "call", "offer", "withdraw_offer", "confirm"), BROKER),
    "verify": frozenset({"verifier"}),
    "impact": frozenset({"registered_manager"}),
    "accept": HOMES,
    "place_lost": BROKER | HOMES,
    "dispute_band": HOMES,
    "answer_dispute": BROKER,
    "decline": HOMES,
    "approve": frozenset({"nominated_officer", "director"}),
    "move_in": REFERRERS | {"registered_manager"},
}  # fmt: skip


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("kind", sorted(STEPS_BY_HAND))
def test_each_kind_of_step_is_taken_by_the_roles_written_here(
    town: Town, kind: str, caller: str
) -> None:
    method, path = "POST", "/api/referrals/{referral_id}/steps"
    response = ask(town, caller, method, path, bodies.step(kind), "newham")
    if caller == SIGNED_OUT:
        problem_of(response, 401, "not-signed-in")
        return
    beyond = ask(town, caller, method, path, bodies.step(kind), "havering")
    if caller not in STEPS_BY_HAND[kind]:
        problem_of(response, 403, "not-allowed")
        problem_of(beyond, 403, "not-allowed")
        return
    problem_of(response, 412, "changed")
    if caller in BROKER:
        problem_of(beyond, 412, "changed")
    else:
        problem_of(beyond, 404, "not-found")


def test_a_provider_cannot_answer_for_another_ones_home(town: Town) -> None:
    client, world = town
    for caller in sorted(HOMES):
        version = client.get(f"/api/referrals/{world.newham}", headers=bearer(world, caller))
        headers = bearer(world, caller) | {
            "if-match": version.headers["etag"],
            "idempotency-key": uuid.uuid4().hex,
        }
        body = {**bodies.step("decline"), "home_id": OTHER_HOME}
        response = client.post(f"/api/referrals/{world.newham}/steps", json=body, headers=headers)
        problem_of(response, 404, "not-found")


def test_a_borough_cannot_refer_another_boroughs_young_person(town: Town) -> None:
    client, world = town
    headers = bearer(world, "havering-assessor") | {"idempotency-key": uuid.uuid4().hex}
    response = client.post("/api/referrals", json=OPEN_FORM, headers=headers)
    problem = problem_of(response, 409, "gates-shut")
    assert problem["missing"][0]["code"] == "BOROUGH"


PLACE = ("easting", "northing", "postcode")


@pytest.mark.parametrize(
    ("caller", "sees"),
    [
        ("broker", {"P1", "P2", *(f"S{number}" for number in range(1, 8))}),
        ("provider", {"P2"}),
        ("registered_manager", {HOME}),
        ("assessor", set()),
        ("commissioner", set()),
        ("auditor", set()),
        ("administrator", set()),
    ],
)
def test_where_a_home_is_is_told_to_those_who_may_know(
    town: Town, caller: str, sees: set[str]
) -> None:
    client, world = town
    homes = client.get("/api/homes?limit=500", headers=bearer(world, caller)).json()["homes"]
    assert len(homes) > 10
    for home in homes:
        told = any(home.get(name) is not None for name in PLACE)
        assert told is (home["provider"] in sees or home["home_id"] in sees), home
        assert home["borough"]


def test_a_borough_sees_where_its_young_people_are_to_live(town_file: Any, tmp_path: Path) -> None:
    file, world = town_file
    shutil.copy(file, tmp_path / "town.sqlite3")
    engine = make_engine(f"sqlite:///{tmp_path / 'town.sqlite3'}")
    with writing(engine) as session:
        world = renewed(session, world)
        teller = Teller(session, minutes=100)
        life = desk.read_life(session, world.newham)
        assert life is not None
        teller.life = life
        teller.ready()
        teller.confirm()
    with calling(service(engine)) as client:
        for caller, sees in (("assessor", {HOME}), ("havering-assessor", set())):
            response = client.get("/api/homes?limit=500", headers=bearer(world, caller))
            told = {
                home["home_id"]
                for home in response.json()["homes"]
                if any(home.get(name) is not None for name in PLACE)
            }
            assert told == sees
    engine.dispose()


def test_a_provider_prices_its_own_contracts_and_is_told_of_no_other(town: Town) -> None:
    client, world = town
    body = {"contract": "NEL-BLOCK-1", "band": "high", "from": "2026-04-06", "to": "2026-05-04"}
    for caller in ("broker", "assessor", "finance", "provider", "registered_manager"):
        response = client.post("/api/prices", json=body, headers=bearer(world, caller))
        assert response.status_code == 200, response.text
    strange = client.post("/api/prices", json=body, headers=bearer(world, "other-provider"))
    assert "there is none" in problem_of(strange, 422, "bad-input")["errors"][0]["allowed"]


SHARED = {"from": "database", "form": "shared"}


@pytest.mark.parametrize("path", ["/api/options", "/api/explanations"])
@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"form": "full"}, "#/form"),
        ({"form": None}, "#/form"),
        ({"from": None}, "#/from"),
        ({"case": {}}, "#/case"),
        ({"referral_id": None}, "#/referral_id"),
        ({"plan": {"placements": []}}, "#/plan"),
        ({"home_id": HOME}, "#/home_id"),
    ],
)
def test_a_borough_asks_for_no_more_than_may_be_shared(
    town: Town, path: str, changed: dict[str, Any], pointer: str
) -> None:
    client, world = town
    body = {**SHARED, "referral_id": world.newham, **changed}
    asked = {key: value for key, value in body.items() if value is not None}
    response = client.post(path, json=asked, headers=bearer(world, "assessor"))
    errors = problem_of(response, 422, "bad-input")["errors"]
    assert pointer in {error["pointer"] for error in errors}


def test_a_borough_is_told_of_its_own_young_people_alone_and_of_nobody_else(town: Town) -> None:
    client, world = town
    for path in ("/api/options", "/api/explanations"):
        body = {**SHARED, "referral_id": world.newham, "time_limit": 10}
        if path == "/api/options":
            body.pop("time_limit")
        answered = client.post(path, json=body, headers=bearer(world, "assessor"))
        assert answered.status_code == 200, answered.text
        assert answered.json()["form"] == "shared"
        assert "weekly_fee" not in answered.text
        assert world.havering not in answered.text
        beyond = client.post(path, json=body, headers=bearer(world, "havering-assessor"))
        problem_of(beyond, 404, "not-found")
        nowhere = client.post(
            path, json={**body, "referral_id": "R-NOWHERE"}, headers=bearer(world, "assessor")
        )
        assert problem_of(nowhere, 404, "not-found")["detail"] == beyond.json()["detail"]


def test_a_match_is_for_the_central_team(town: Town, case: dict[str, Any]) -> None:
    client, world = town
    headers = bearer(world, "broker") | {"idempotency-key": uuid.uuid4().hex}
    made = client.post("/api/matches", json={"case": case}, headers=headers)
    assert made.status_code == 201, made.text
    address = made.headers["location"]
    for caller, status in (("broker", 200), ("commissioner", 200), ("newham-commissioner", 404)):
        assert client.get(address, headers=bearer(world, caller)).status_code == status


def test_a_provider_knows_who_it_is_while_the_home_is_asked_and_no_longer(
    town_file: Any, tmp_path: Path
) -> None:
    file, world = town_file
    shutil.copy(file, tmp_path / "town.sqlite3")
    engine = make_engine(f"sqlite:///{tmp_path / 'town.sqlite3'}")
    with writing(engine) as session:
        world = renewed(session, world)
    address = f"/api/referrals/{world.newham}"
    with calling(service(engine)) as client:
        asked = client.get(address, headers=bearer(world, "provider")).json()
        assert asked["form"]["identity"]["name"]
        with writing(engine) as session:
            teller = Teller(session, minutes=100)
            life = desk.read_life(session, world.newham)
            assert life is not None
            teller.life = life
            teller.take(BROKER_1, "withdraw_offer", home_id=HOME, reason="another home is nearer")
        later = client.get(address, headers=bearer(world, "provider")).json()
        for name in ("identity", "date_of_birth", "home_place", "matters"):
            assert name not in later["form"]
        assert later["form"]["young_person_id"] is None
    engine.dispose()
