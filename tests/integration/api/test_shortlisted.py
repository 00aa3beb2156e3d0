"""A provider finds whom its homes are shortlisted for, and learns nothing of other homes by it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from broker.database import writing
from tests.integration.api.world import World, bearer, calling, fill, service
from tests.whole_life import ASSESSOR, HOME, SECOND, Teller

WHO = ("Not A Name", "1 Nowhere", "No School", "2012-06-09", "YP-981")


@pytest.fixture
def world(engine: Engine) -> World:
    return fill(engine)


def shortlisted(engine: Engine, *homes: str) -> str:
    """One more young person, shortlisted for these homes."""
    with writing(engine) as session:
        told = Teller(session, minutes=100)
        told.to_verified(young_person_id="YP-981", date_of_birth=date(2012, 6, 9))
        return told.shortlist(*homes).referral


def listed(client: TestClient, world: World, who: str, **asked: Any) -> dict[str, str]:
    told: dict[str, str] = {}
    after: dict[str, str] = {}
    for _ in range(9):
        asking = {"limit": 2, **asked, **after}
        page = client.get("/api/referrals", params=asking, headers=bearer(world, who))
        assert page.status_code == 200, page.text
        told |= {row["id"]: row["state"] for row in page.json()["referrals"]}
        if page.json()["next"] is None:
            return told
        after = {"after": page.json()["next"]}
    raise AssertionError("pages without an end")


def test_a_provider_finds_the_profiles_of_those_its_homes_are_shortlisted_for(
    engine: Engine, world: World
) -> None:
    referral = shortlisted(engine, SECOND, HOME)
    with calling(service(engine)) as client:
        found = listed(client, world, "provider")
        assert found[referral] == "shortlisted"
        assert referral not in listed(client, world, "other-provider")
        seen = client.get(f"/api/referrals/{referral}", headers=bearer(world, "provider"))
        assert [one["home_id"] for one in seen.json()["shortlist"]] == [HOME]
        assert not [word for word in (*WHO, SECOND) if word in seen.text]
        beyond = client.get(f"/api/referrals/{referral}", headers=bearer(world, "other-provider"))
        assert beyond.status_code == 404


@pytest.mark.parametrize("how", ["another list", "withdrawn"])
def test_who_is_no_longer_shortlisted_or_looked_for_is_not_found(
    engine: Engine, world: World, how: str
) -> None:
    referral = shortlisted(engine, HOME)
    with writing(engine) as session:
        told = Teller(session, minutes=200)
        told.read(referral)
        if how == "another list":
            told.shortlist(SECOND)
        else:
            told.take(ASSESSOR, "withdraw", reason="went home")
    with calling(service(engine)) as client:
        assert referral not in listed(client, world, "provider")
        one = client.get(f"/api/referrals/{referral}", headers=bearer(world, "provider"))
        assert one.status_code == 404


def test_no_list_tells_a_provider_that_another_home_was_asked_or_said_yes(
    engine: Engine, world: World
) -> None:
    referral = shortlisted(engine, SECOND, HOME)
    with writing(engine) as session:
        told = Teller(session, minutes=200)
        told.read(referral)
        told.accepted_by(SECOND, "P1")
    with calling(service(engine)) as client:
        assert listed(client, world, "broker", state="accepted")[referral] == "accepted"
        assert listed(client, world, "provider", state="shortlisted")[referral] == "shortlisted"
        for state in ("offered", "accepted", "confirmed"):
            assert referral not in listed(client, world, "provider", state=state)
        late = client.get(
            "/api/referrals", params={"overdue": True}, headers=bearer(world, "provider")
        )
        assert late.status_code == 403, "duties are not a provider's to ask for"


def test_the_list_says_what_the_referral_itself_says(engine: Engine, world: World) -> None:
    shortlisted(engine, SECOND, HOME)
    with calling(service(engine)) as client:
        for who in ("provider", "registered_manager", "other-provider", "assessor", "broker"):
            for referral, state in listed(client, world, who).items():
                one = client.get(f"/api/referrals/{referral}", headers=bearer(world, who))
                assert one.json()["state"] == state
        assert listed(client, world, "provider")[world.newham] == "accepted"
