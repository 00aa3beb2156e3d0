"""Referrals worked on by pages: found in the queue, read on their record, and moved on by forms."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine

from api.lives import today
from api.pages.asked import TITLES, fields_of, kinds_from, said_in
from api.pages.asked_shape import Asked, filled
from api.pages.forms import Fields
from api.pages.queue import URGENCIES
from api.pages.referrals import errors_of_step
from api.problems import ProblemError
from api.requests import read_as
from broker.access.allowed import ACTS
from broker.audit.chain import verify
from broker.database import reading
from broker.life.state import State
from broker.life.steps import KINDS, SAID
from tests.integration.api.bodies import step
from tests.integration.api.world import HAVERING, World
from tests.integration.pages.browsing import Browser, table
from tests.whole_life import HOME

Browsing = Callable[[str | None], Browser]
AtWork = tuple[FastAPI, World, Engine]


def test_every_kind_of_step_has_a_form_but_those_with_one_of_their_own() -> None:
    assert set(KINDS) - set(TITLES) == {"open", "amend", "place_lost", "reported"}
    for kind in TITLES:
        asked = fields_of(kind)
        assert all(one.how != "choice" or len(one.choices) > 1 for one in asked)
        assert len({one.label for one in asked}) == len(asked)
    assert kinds_from(State.CONFIRMED) == [
        "withdraw",
        "visit",
        "evidence",
        "move_in",
        "reband",
        "dispute_band",
        "answer_dispute",
        "care",
    ]
    assert "shortlist" not in kinds_from(State.BANDED)
    assert {"shortlist", "verify"} <= set(kinds_from(State.BANDED, emergency=True))
    assert "verify" not in kinds_from(State.SHORTLISTED)
    assert {"band", "verify"} <= set(kinds_from(State.SHORTLISTED, lapsed=True))


@pytest.mark.parametrize("kind", sorted(TITLES))
def test_what_a_step_says_can_be_filled_in_and_read_again(kind: str) -> None:
    told = SAID.validate_python(step(kind) | MORE.get(kind, {}), strict=False)
    fields = _fields_with_everything(kind)
    again = SAID.validate_json(json.dumps({"kind": kind, **said_in(kind, fields)}))
    assert again == told


@pytest.mark.parametrize("kind", sorted(TITLES))
def test_what_is_left_out_is_told_at_its_own_field_and_nowhere_else(kind: str) -> None:
    asked = fields_of(kind)
    whole = _fields_with_everything(kind)
    for one in asked:
        if not one.required or one.how in ("rows", "pairs"):
            continue
        less = Fields([pair for pair in whole.multi_items() if not _is_of(one, pair[0])])
        with pytest.raises(ProblemError) as refused:
            read_as(json.dumps(said_in(kind, less)).encode(), SAID, kind=kind)
        errors = errors_of_step(kind, refused.value, less)
        field = f"{one.name}-day" if one.how == "day" else one.name
        assert [error["href"] for error in errors] == [f"#{field}"], errors
        assert errors[0]["text"].startswith(f"{one.label}: ")


@pytest.mark.parametrize("kind", sorted(TITLES))
def test_what_is_unlike_anything_allowed_is_told_in_words_at_its_field(kind: str) -> None:
    whole = _fields_with_everything(kind)
    for one in fields_of(kind):
        if one.how in ("rows", "pairs", "words") or "-" in one.name:
            continue
        rest = [pair for pair in whole.multi_items() if not _is_of(one, pair[0])]
        name = f"{one.name}-day" if one.how == "day" else one.name
        fields = Fields([*rest, (name, ODD)])
        try:
            read_as(json.dumps(said_in(kind, fields)).encode(), SAID, kind=kind)
        except ProblemError as refused:
            errors = errors_of_step(kind, refused, fields)
            assert [error["href"] for error in errors] == [f"#{name}"], errors
            assert one.label in errors[0]["text"]
            assert not OF_PROGRAMS.search(errors[0]["text"]), errors


def _fields_with_everything(kind: str) -> Fields:
    told = SAID.validate_python(step(kind) | MORE.get(kind, {}), strict=False)
    says = told.model_dump(mode="json", exclude={"kind"}, exclude_none=True)
    return filled(fields_of(kind), says["homes"][0] if kind == "shortlist" else says)


def _is_of(one: Asked, name: str) -> bool:
    boxes = [f"{one.name}-{part}" for part in ("day", "month", "year")]
    return name in ([one.name, *boxes] if one.how == "day" else [one.name])


ODD = "\u2203 <b>odd</b> " * 40
OF_PROGRAMS = re.compile(r"(?i)pattern|valid integer|string|input|tuple|boolean|\^|\[A-Z")


MORE: dict[str, dict[str, Any]] = {
    "band": {"scores": {"self_harm": 2, "missing": 0}},
    "confirm": {"requirements": {"one_to_one": "14.5"}, "school_kept": False},
    "approve": {
        "approval": "key_stage_4",
        "consulted": [
            {"who": "designated_teacher", "on": "2026-09-02", "said": "yes, with care, she says"},
            {"who": "reviewing_officer", "on": "2026-09-03", "said": "agrees"},
        ],
        "education_plan": {
            "looked_at_on": "2026-09-02", "consistent": True, "words": "the same exams",
        },
    },
    "look_back": {
        "outcomes": {
            "goals_met": "some", "education": "at school", "health": "well",
            "young_person_says": "it was fine",
        },
    },
    "end": {
        "outcomes": {
            "goals_met": "some", "education": "went on", "health": "well",
            "young_person_says": "It was all right.",
        },
    },
    "care": {
        "mother": False,
        "legal": [
            {"from_day": "2026-04-02", "legal_status": "C1"},
            {"from_day": "2026-06-30", "legal_status": "C2"},
        ],
        "elsewhere": [
            {"starts_on": "2026-04-02", "ends_on": "2026-05-01", "place": "U6", "provider": "PR1",
             "postcode": "E13 8AA", "reason_code": "CARPL"},
            {"starts_on": "2026-05-01", "place": "R1"},
        ],
        "missing": [{"starts_on": "2026-05-03", "ends_on": "2026-05-05", "kind": "M"}],
        "liberty": [{"starts_on": "2026-05-03"}],
    },
}  # fmt: skip


ROLES = {kind: sorted(role.value for role in ACTS[f"life.{kind}"].roles) for kind in TITLES}


@pytest.mark.parametrize(
    ("kind", "role"), [(kind, role) for kind in sorted(TITLES) for role in ROLES[kind]]
)
def test_every_role_reaches_the_form_of_each_step_that_is_its_own(
    browsing: Browsing, at_work: AtWork, kind: str, role: str
) -> None:
    address = f"/referrals/{at_work[1].newham}/{kind}"
    page = browsing(role).get(address)
    assert page.status == 200
    sent = page.form(address)
    for one in fields_of(kind):
        ids = {element.get("id") for element in page.tree.iter()}
        assert (f"{one.name}-day" if one.how == "day" else one.name) in ids, one.name
    assert {"version", "once", "page_token"} <= set(sent)


def test_the_queue_is_of_those_one_may_see_and_filtered_by_its_address(
    browsing: Browsing, at_work: AtWork
) -> None:
    world = at_work[1]
    broker = browsing("broker")
    everybody = broker.get("/referrals")
    assert f"/referrals/{world.newham}" in everybody.links()
    assert f"/referrals/{world.havering}" in everybody.links()
    some = broker.get(f"/referrals?borough={HAVERING}&state=&overdue=")
    assert f"/referrals/{world.havering}" in some.links()
    assert f"/referrals/{world.newham}" not in some.links()
    assert some.form("/referrals")["borough"] == HAVERING
    own = browsing("assessor").get("/referrals")
    assert f"/referrals/{world.havering}" not in own.links()
    assert broker.get("/referrals?state=nonsense").status == 422


def test_the_queue_says_who_waits_how_long_and_what_is_next(
    browsing: Browsing, at_work: AtWork
) -> None:
    rows = table(browsing("broker").get("/referrals"), "Referrals")
    ours = next(row for row in rows if row[0] == at_work[1].newham)
    since = (today() - date(2026, 8, 20)).days
    assert ours[5] == f"{since} days"
    assert "is recorded" in ours[6] or "late" in ours[6] or ours[6] == "none"
    assert "needs a place now" in ours[4]
    hidden = table(browsing("provider").get("/referrals"), "Referrals")
    assert hidden[0] == ["Referral", "Borough", "Where it stands", "Band", "Needed by"]
    assert browsing("provider").get("/referrals?order=due").status == 403


def test_urgency_parts_the_queue(browsing: Browsing, at_work: AtWork) -> None:
    broker = browsing("broker")
    found = [
        {link for link in broker.get(f"/referrals?urgency={one}").links() if "/R-" in link}
        for one in URGENCIES
    ]
    everybody = {link for link in broker.get("/referrals").links() if "/R-" in link}
    assert set.union(*found) == everybody
    assert sum(map(len, found)) == len(everybody)


def test_a_record_shows_duties_factors_and_what_happened(
    browsing: Browsing, at_work: AtWork
) -> None:
    world = at_work[1]
    page = browsing("assessor").get(f"/referrals/{world.newham}")
    for part in ("Accepted", "Duties", "Children Act 1989", "What happened", "verify"):
        assert part in page.main
    assert "1 Nowhere" not in page.main
    hidden = browsing("provider").get(f"/referrals/{world.newham}")
    assert "Duties" not in hidden.main
    assert browsing("assessor").get(f"/referrals/{world.havering}").status == 404


def test_a_step_that_may_not_be_taken_yet_says_all_that_is_missing_and_keeps_the_words(
    browsing: Browsing, at_work: AtWork
) -> None:
    world = at_work[1]
    broker = browsing("broker")
    address = f"/referrals/{world.newham}/confirm"
    told = broker.send(
        broker.get(address),
        address,
        **{
            "home_id": HOME,
            "starts_on-day": "14",
            "starts_on-month": "9",
            "starts_on-year": "2026",
            "planned_until-day": "14",
            "planned_until-month": "6",
            "planned_until-year": "2027",
            "reason": "near <b>the</b> people who matter",
        },
    )
    assert told.status == 409
    assert told.title.startswith("Error: ")
    assert "nominated officer" in told.main
    assert told.form(address)["reason"] == "near <b>the</b> people who matter"
    assert told.form(address)["home_id"] == HOME


def test_what_is_missing_in_a_form_is_told_at_its_field(
    browsing: Browsing, at_work: AtWork
) -> None:
    world = at_work[1]
    assessor = browsing("assessor")
    address = f"/referrals/{world.newham}/view"
    told = assessor.send(
        assessor.get(address), address, **{"said_on-day": "31", "said_on-month": "2"}
    )
    assert told.status == 422
    ids = {element.get("id") for element in told.tree.iter()}
    assert {field.removeprefix("#") for field, _ in told.errors} <= ids
    assert "#said_on-day" in dict(told.errors)
    assert "#home_id" in dict(told.errors)


def test_a_step_is_taken_once_and_stands_on_the_record(browsing: Browsing, at_work: AtWork) -> None:
    _, world, engine = at_work
    broker = browsing("broker")
    address = f"/referrals/{world.newham}/call"
    form = broker.get(address).form(address)
    fields = form | {"home_id": HOME, "spoke_to": "deputy manager", "said": "Ring <again>."}
    first = broker.post(address, fields)
    again = broker.post(address, fields)
    assert first.address == again.address == f"/referrals/{world.newham}"
    assert first.main.count("call, by broker") == again.main.count("call, by broker") == 1
    old = broker.post(address, {**fields, "once": "another"})
    assert old.status == 412
    with reading(engine) as session:
        assert not verify(session).broken


@pytest.mark.parametrize("kind", ["open", "amend", "place_lost", "nothing"])
def test_no_form_takes_another_kind_of_step(browsing: Browsing, at_work: AtWork, kind: str) -> None:
    assert browsing("broker").get(f"/referrals/{at_work[1].newham}/{kind}").status == 404


def test_a_role_gets_no_form_of_a_step_that_is_not_its_own(
    browsing: Browsing, at_work: AtWork
) -> None:
    page = browsing("assessor").get(f"/referrals/{at_work[1].newham}/confirm")
    assert page.status == 403
    assert "broker" in page.main


def test_a_home_sees_the_offers_to_it_and_nobody_elses(browsing: Browsing, at_work: AtWork) -> None:
    world = at_work[1]
    own = browsing("registered_manager").get("/offers")
    assert f"/referrals/{world.newham}" in own.links()
    assert "accepted" in own.main
    other = browsing("other-provider").get("/offers")
    assert f"/referrals/{world.newham}" not in other.links()


def test_duties_say_what_is_late_and_by_which_rule(browsing: Browsing) -> None:
    page = browsing("assessor").get("/duties")
    assert page.status == 200
    assert "late" in page.main


def test_several_homes_are_put_on_a_shortlist_at_once_and_each_error_leads_to_its_home(
    browsing: Browsing, at_work: AtWork
) -> None:
    world = at_work[1]
    broker = browsing("broker")
    address = f"/referrals/{world.havering}/shortlist"
    both = {
        "home_id": "SC990002",
        "source": "options",
        "reason": "near",
        "home_id-3": "SC990007",
        "source-3": "by_hand",
    }
    told = broker.send(broker.get(address), address, **both)
    assert told.status == 422
    assert [field for field, _ in told.errors] == ["#reason-3"]
    done = broker.send(told, address, **{"reason-3": "they asked for it"})
    if done.errors:
        assert done.status == 409
        assert all("SC990007" in text for _, text in done.errors)
    else:
        assert "SC990007" in done.main


def test_what_comes_of_a_placement_is_asked_beside_its_end() -> None:
    asked = {one.name: one for one in fields_of("end")}
    assert asked["outcomes.goals_met"].choices == ("all", "some", "none")
    assert {one.how for one in fields_of("confirm")} >= {"pairs", "day", "yes"}
    fields = Fields(
        [("requirements", "one_to_one: 10\r\nwaking_night: 3.5"), ("outcomes.health", "well")]
    )
    assert said_in("confirm", fields) == {"requirements": {"one_to_one": 10, "waking_night": "3.5"}}
    assert said_in("end", fields) == {"outcomes": {"health": "well"}}


def test_a_call_stands_in_the_call_log(browsing: Browsing, at_work: AtWork) -> None:
    page = browsing("broker").get(f"/referrals/{at_work[1].newham}")
    assert "Call log" in page.main
    assert "deputy manager" in page.main
