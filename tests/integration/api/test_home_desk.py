"""One home: who sees where it is, a new one in a minute, and what becomes of those it concerns."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api import home_models
from api.app import create_app
from api.openapi import example
from api.records import Records
from broker.access.actor import PARTNERSHIP, Actor, OrganisationKind, Role
from broker.database import writing
from tests.integration.api.conftest import LOOPBACK, problem_of
from tests.whole_life import BROKER, HOME, NEWHAM, Teller, borough, manager

COMMISSIONER = Actor("commissioner-1", Role.COMMISSIONER, PARTNERSHIP, OrganisationKind.PARTNERSHIP)
OWNER = Actor("owner-P2", Role.PROVIDER, "P2", OrganisationKind.PROVIDER)
OTHER = Actor("owner-P1", Role.PROVIDER, "P1", OrganisationKind.PROVIDER)
FINANCE = Actor("finance-1", Role.FINANCE, PARTNERSHIP, OrganisationKind.PARTNERSHIP)
EXACT = {"postcode", "easting", "northing"}


class Asking:
    """A service whose every request is from whoever is set."""

    def __init__(self, engine: Engine) -> None:
        self.who: Actor = BROKER
        app = create_app(None, Records(engine), processes=False, who=lambda _request: self.who)
        self.client = TestClient(app, base_url=LOOPBACK)

    def get(self, path: str, who: Actor = BROKER) -> Any:
        self.who = who
        return self.client.get(path)

    def post(self, body: Any, who: Actor = BROKER, key: str = "k1") -> Any:
        self.who = who
        return self.client.post("/api/homes", json=body, headers={"Idempotency-Key": key})

    def patch(self, home: str, body: Any, who: Actor = BROKER, seen: str | None = None) -> Any:
        version = seen or self.get(f"/api/homes/{home}").headers["etag"]
        self.who = who
        return self.client.patch(f"/api/homes/{home}", json=body, headers={"If-Match": version})


@pytest.fixture
def asking(region: Engine) -> Iterator[Asking]:
    """A service on the sample region."""
    made = Asking(region)
    with made.client:
        yield made


def told(engine: Engine, how: str) -> str:
    """A referral taken as far as is named; its id."""
    with writing(engine) as session:
        teller = Teller(session)
        getattr(teller, f"to_{how}")()
        return teller.life.referral


def listed(asking: Asking, home: str, who: Actor) -> dict[str, Any]:
    homes = asking.get("/api/homes", who).json()["homes"]
    found: dict[str, Any] = next(one for one in homes if one["home_id"] == home)
    return found


@pytest.mark.parametrize(
    ("who", "exact"),
    [
        (BROKER, True),
        (OWNER, True),
        (manager("P2"), True),
        (OTHER, False),
        (manager("P2", "SC990005"), False),
        (COMMISSIONER, False),
        (FINANCE, False),
        (borough(Role.ASSESSOR), False),
        (borough(Role.DIRECTOR), False),
    ],
    ids=lambda one: one.id if isinstance(one, Actor) else "",
)
def test_where_a_home_is_few_may_see(asking: Asking, who: Actor, exact: bool) -> None:
    for found in (listed(asking, HOME, who), asking.get(f"/api/homes/{HOME}", who).json()):
        assert bool(EXACT & set(found)) is exact
        assert found["borough"] == "E09000031"


def test_the_placing_borough_sees_where_the_home_is_only_once_it_is_decided_for(
    asking: Asking, region: Engine
) -> None:
    told(region, "accepted")
    assert not EXACT & set(listed(asking, HOME, borough(Role.ASSESSOR)))


def test_after_the_decision_the_borough_sees_it_and_another_does_not(
    asking: Asking, region: Engine
) -> None:
    told(region, "confirmed")
    assert EXACT & set(listed(asking, HOME, borough(Role.ASSESSOR)))
    assert not EXACT & set(listed(asking, HOME, borough(Role.ASSESSOR, code="E09000012")))
    assert not EXACT & set(listed(asking, "SC990006", borough(Role.ASSESSOR)))
    finance = Actor("finance-n", Role.FINANCE, NEWHAM, OrganisationKind.BOROUGH)
    assert not EXACT & set(listed(asking, HOME, finance))


def test_those_who_ring_see_when_a_home_last_said_what_is_free(
    asking: Asking, region: Engine
) -> None:
    with writing(region) as session:
        teller = Teller(session)
        teller.to_verified()
        for free in (2, 1):
            teller.take(
                BROKER, "call", home_id=HOME, spoke_to="deputy", said="one room", free_places=free
            )
    for who, seen in ((BROKER, 1), (OWNER, 1), (OTHER, None), (borough(Role.ASSESSOR), None)):
        said = listed(asking, HOME, who).get("last_said")
        assert (said and said["free_places"]) == seen
    life = asking.get(f"/api/referrals/{teller.life.referral}").json()
    assert [call["free_places"] for call in life["calls"]] == [2, 1]
    assert {call["by"] for call in life["calls"]} == {BROKER.id}


def test_a_home_not_on_file_yet_is_put_on_record_and_can_be_asked_at_once(
    asking: Asking, region: Engine
) -> None:
    made = asking.post(example("home-add")["value"])
    assert made.status_code == 201, made.text
    assert made.headers["location"] == "/api/homes/SC990055"
    home_models.HomeRead.model_validate(made.json())
    again = asking.post(example("home-add")["value"])
    assert (again.status_code, again.json()) == (201, made.json())
    with writing(region) as session:
        teller = Teller(session)
        teller.to_verified()
        teller.shortlist("SC990055")
        assert teller.life.found("SC990055")["weekly_fee_pence"] == 620000
    twice = problem_of(asking.post(example("home-add")["value"], key="k2"), 422, "bad-input")
    assert twice["errors"][0]["pointer"] == "#/home/home_id"


def test_a_new_home_is_judged_by_the_reader_of_cases(asking: Asking) -> None:
    body = copy.deepcopy(example("home-add")["value"])
    body["home"] |= {"bands": ["middling"], "places": -1, "colour": "red"}
    body["home"].pop("min_age")
    body["rates"][0]["weekly_fee"] = "lots"
    problem = problem_of(asking.post(body), 422, "bad-input")
    found = {error["pointer"] for error in problem["errors"]}
    assert found == {
        "#/home/bands",
        "#/home/places",
        "#/home/colour",
        "#/home/min_age",
        "#/rates/0/weekly_fee",
    }
    assert asking.get("/api/homes/SC990055").status_code == 404


@pytest.mark.parametrize("who", [OWNER, COMMISSIONER, FINANCE, borough(Role.ASSESSOR)])
def test_only_a_broker_puts_a_home_on_record(asking: Asking, who: Actor) -> None:
    problem_of(asking.post(example("home-add")["value"], who), 403, "not-allowed")


def test_a_restriction_sets_back_the_decision_and_tells_why(asking: Asking, region: Engine) -> None:
    referral = told(region, "confirmed")
    changed = asking.patch(HOME, example("home-registration"), COMMISSIONER)
    assert changed.status_code == 200, changed.text
    home_models.HomeChanged.model_validate(changed.json())
    body = changed.json()
    assert body["home"]["registration"] == "restricted"
    assert [(one["referral_id"], one["was"], one["now"]) for one in body["affected"]] == [
        (referral, "confirmed", "shortlisted")
    ]
    steps = asking.get(f"/api/referrals/{referral}/steps").json()["steps"]
    assert steps[-1]["kind"] == "place_lost"
    assert steps[-1]["said"]["reason"] == example("home-registration")["reason"]
    assert changed.headers["etag"] == asking.get(f"/api/homes/{HOME}").headers["etag"]


def test_a_provider_may_say_that_rooms_are_out_of_use_and_nothing_else(asking: Asking) -> None:
    made = asking.patch(HOME, example("home-rooms"), OWNER)
    assert made.status_code == 200, made.text
    assert made.json()["home"]["rooms_out"][0]["places"] == 1
    problem_of(asking.patch(HOME, example("home-registration"), OWNER), 403, "not-allowed")
    problem_of(asking.patch(HOME, example("home-rooms"), OTHER), 404, "not-found")
    side = copy.deepcopy(example("home-rooms"))
    side["out_of_use"]["side"] = "partnership"
    problem_of(asking.patch(HOME, side, OWNER), 422, "bad-input")
    row = made.json()["home"]["rooms_out"][0]["row"]
    back = {"reason": "dry again", "in_use_again": {"row": row, "on": "2026-09-10"}}
    done = asking.patch(HOME, back, OWNER).json()
    assert done["home"]["rooms_out"][0]["to"] == "2026-09-10"
    problem_of(asking.patch("SC990005", back), 404, "not-found")


def test_more_rooms_than_the_home_has_are_refused_at_their_field_and_change_nothing(
    asking: Asking,
) -> None:
    many = copy.deepcopy(example("home-rooms"))
    many["out_of_use"]["places"] = 99
    seen = asking.get(f"/api/homes/{HOME}", OWNER)
    problem = problem_of(asking.patch(HOME, many, OWNER), 422, "bad-input")
    assert [(one["pointer"], one["allowed"]) for one in problem["errors"]] == [
        ("#/out_of_use/places", "from 1 to 4, as the home has 4 places")
    ]
    assert asking.get(f"/api/homes/{HOME}", OWNER).json() == seen.json()
    many["out_of_use"] |= {"places": 4, "from": "2098-03-01", "to": "2098-04-01"}
    assert asking.patch(HOME, many, OWNER).status_code == 200
    fewer = {"reason": "a room is an office now", "home": {"places": 3}}
    refused = problem_of(asking.patch(HOME, fewer), 422, "bad-input")
    assert [one["pointer"] for one in refused["errors"]] == ["#/home/places"]


@pytest.mark.parametrize(
    "who", [FINANCE, borough(Role.ASSESSOR), borough(Role.COMMISSIONER)], ids=lambda one: one.id
)
def test_nobody_else_changes_a_home(asking: Asking, who: Actor) -> None:
    problem_of(asking.patch(HOME, example("home-rooms"), who), 403, "not-allowed")


def test_a_change_of_an_older_version_is_refused(asking: Asking) -> None:
    seen = asking.get(f"/api/homes/{HOME}").headers["etag"]
    assert asking.patch(HOME, example("home-rooms"), seen=seen).status_code == 200
    problem_of(asking.patch(HOME, example("home-rooms"), seen=seen), 412, "changed")
    asking.who = BROKER
    without = asking.client.patch(f"/api/homes/{HOME}", json=example("home-rooms"))
    problem_of(without, 428, "which-version")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"reason": "x", "home": {"places": "many"}}, "#/home/places"),
        ({"reason": "x", "home": {"home_id": "SC1"}}, "#/home/home_id"),
        ({"reason": "x", "home": {"min_age": 18}}, "#/home/min_age"),
        ({"home": {"places": 1}}, "#/reason"),
        (
            {
                "reason": "x",
                "out_of_use": {
                    "places": 1,
                    "from": "2026-09-07",
                    "to": "2026-09-07",
                    "side": "provider",
                },
            },
            "#/out_of_use/to",
        ),
        ({"reason": "x", "closed": True}, "#/closed"),
    ],
)
def test_what_is_wrong_with_a_change_is_named(asking: Asking, body: Any, pointer: str) -> None:
    problem = problem_of(asking.patch(HOME, body), 422, "bad-input")
    assert pointer in {error["pointer"] for error in problem["errors"]}


def test_the_examples_are_what_the_service_does(asking: Asking, region: Engine) -> None:
    told(region, "confirmed")
    found = asking.get(f"/api/homes/{HOME}").json()
    assert found == example("home")
    assert asking.post(example("home-add")["value"]).json() == example("home-made")
    changed = asking.patch(HOME, example("home-registration")).json()
    kept = json.loads(json.dumps(example("home-changed")))
    for one in (changed, kept):
        for affected in one["affected"]:
            affected["referral_id"] = "R-"
    assert changed == kept
