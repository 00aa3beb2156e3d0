"""Every kind of step, with odd values in it, on referrals at every stage: never a fault of ours.

Nothing is kept, so that each stage stays as it is: the transaction of each request is undone.
"""

from __future__ import annotations

import copy
import os
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session
from starlette.testclient import TestClient

from api.app import create_app
from api.problems import Problem
from api.records import Records
from api.settings import Settings
from broker.database import writing
from broker.life import desk
from tests.integration.api import bodies
from tests.integration.api.test_fuzz import changed, places_in, sent_text
from tests.integration.api.test_who_may import STEPS_BY_HAND
from tests.integration.api.world import OFTEN, World, bearer, calling
from tests.whole_life import ASSESSOR, BROKER, HOME, VERIFIER, Teller

T = TypeVar("T")
ODD: list[Any] = [
    *("\x00", "\ud800", "", " ", "x" * 5000, "\u202e", HOME, "SC990002", "SC999999", "other"),
    *(None, True, False, 0, -1, 99, 2**31, 2**63, 10**30, 0.5, "high", "specialist", "director"),
    *("0001-01-01", "1969-12-31", "2026-09-05", "2026-12-25", "2100-02-28", "9999-12-31"),
    *([], {}, [[]], "E09000016", "E07000066", "E99999999", "moved_in", "not_given", "key_stage_4"),
]
SEARCH: dict[str, Any] = {
    "max_examples": 900 if os.environ.get("CI") else 300,
    "derandomize": True,
    "deadline": None,
    "database": None,
    "phases": [Phase.generate],
    "suppress_health_check": list(HealthCheck),
}


class Undoing(Records):
    """Records that keep nothing of what is done."""

    def work(self, work: Callable[[Session], T]) -> T:
        def undone(session: Session) -> T:
            with session.begin_nested() as saved:
                done = work(session)
                session.flush()
                saved.rollback()
            return done

        return super().work(undone)


def stages(session: Session, world: World) -> dict[str, str]:
    """A referral at each stage, by its state."""
    found = {"shortlisted": world.havering}
    teller = Teller(session, minutes=200)
    for number, stage in enumerate(("draft", "received", "verified", "accepted")):
        teller.open(young_person_id=f"YP-96{number}")
        if stage != "draft":
            teller.take(ASSESSOR, "submit", not_a_double="each is known")
        if stage in ("verified", "accepted"):
            teller.take(ASSESSOR, **bodies.step("band"))
            teller.take(VERIFIER, **bodies.step("verify"))
        if stage == "accepted":
            teller.shortlist(HOME)
            teller.accepted_by(HOME, "P2")
        found[teller.life.state.value] = teller.life.referral
    life = desk.read_life(session, world.newham)
    assert life is not None
    teller.life = life
    teller.ready()
    teller.confirm()
    teller.today = date(2026, 9, 14)
    teller.take(BROKER, "move_in", moved_in_on=date(2026, 9, 14))
    found["moved_in"] = world.newham
    return found


@pytest.fixture(scope="module")
def there(either: tuple[Engine, World]) -> Iterator[tuple[TestClient, World, dict[str, str]]]:
    """A caller, and a referral at each stage, on each database."""
    engine, world = either
    with writing(engine) as session:
        found = stages(session, world)
    app = create_app(Settings(rates=OFTEN), Undoing(engine), processes=False)
    with calling(app) as client:
        yield client, world, found


def test_a_step_with_odd_values_is_taken_or_refused_at_every_stage(
    there: tuple[TestClient, World, dict[str, str]],
) -> None:
    client, world, found = there
    assert set(found) == {
        "draft", "received", "verified", "shortlisted", "accepted", "moved_in",
    }  # fmt: skip
    statuses: Counter[int] = Counter()
    versions = {
        referral: client.get(f"/api/referrals/{referral}", headers=bearer(world, "broker")).headers[
            "etag"
        ]
        for referral in found.values()
    }

    @settings(**SEARCH)
    @given(data=st.data())
    def answered(data: st.DataObject) -> None:
        kind = data.draw(st.sampled_from(sorted(STEPS_BY_HAND)))
        referral = found[data.draw(st.sampled_from(sorted(found)))]
        caller = data.draw(st.sampled_from(sorted(STEPS_BY_HAND[kind])))
        body: Any = bodies.step(kind)
        places = [place for place in places_in(body) if place and place != ("kind",)]
        for _ in range(data.draw(st.integers(0, 2)) if places else 0):
            how = data.draw(st.sampled_from(["change", "change", "change", "remove", "repeat"]))
            place, odd = data.draw(st.sampled_from(places)), data.draw(st.sampled_from(ODD))
            try:
                body = changed(body, place, how, copy.deepcopy(odd))
            except (KeyError, IndexError, TypeError):
                continue
        headers = {
            **bearer(world, caller),
            "content-type": "application/json",
            "idempotency-key": "nothing-is-kept",
            "if-match": versions[referral],
        }
        response = client.post(
            f"/api/referrals/{referral}/steps", content=sent_text(body), headers=headers
        )
        statuses[response.status_code] += 1
        assert response.status_code in (201, 404, 409, 422), response.text
        if response.status_code != 201:
            Problem.model_validate_json(response.content)

    answered()
    assert statuses[201] > 10
    assert statuses[409] > 50
