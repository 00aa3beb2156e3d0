"""The registers written to by their forms: what a form says stands there once, and no more."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine

from broker.audit.chain import verify
from broker.database import reading
from broker.registers.agreements import newest, newest_of
from broker.store.put import rows_of
from tests.integration.api.world import World
from tests.integration.pages.browsing import Browser, Page
from tests.whole_life import HOME, NEWHAM

Browsing = Callable[[str | None], Browser]
AtWork = tuple[FastAPI, World, Engine]
AGREEMENTS = "/registers/agreements/write"
FOUND = "/registers/assessments/write"


def day(name: str, day: int, month: int, year: int) -> dict[str, str]:
    return {f"{name}-day": str(day), f"{name}-month": str(month), f"{name}-year": str(year)}


def write(browser: Browser, address: str, fields: Mapping[str, str], at: str = "") -> Page:
    return browser.send(browser.get(at or address), address, **fields)


AGREED = {
    "agreement": "A-new",
    "kind": "consultation",
    "parties": NEWHAM,
    "signed": "Newham, Director of Children’s Services, 2 March 2026",
    "words": "who is asked before a home opens",
    **day("holds_from", 1, 4, 2026),
}


def test_an_agreement_is_written_once_changed_and_not_written_over(
    browsing: Browsing, at_work: AtWork
) -> None:
    commissioner = browsing("commissioner")
    form = commissioner.get(AGREEMENTS)
    fields = {**form.form(AGREEMENTS), **AGREED}
    first = commissioner.post(AGREEMENTS, fields)
    again = commissioner.post(AGREEMENTS, fields)
    assert first.address == again.address == "/registers/agreements"
    assert "A-new" in first.main
    change = f"{AGREEMENTS}?key=A-new"
    assert change in first.links()
    old = commissioner.get(change)
    assert old.form(AGREEMENTS)["signed"] == AGREED["signed"]
    assert "agreement" not in old.form(AGREEMENTS)
    ended = commissioner.send(old, AGREEMENTS, **day("holds_to", 1, 5, 2026), parties=NEWHAM)
    assert (ended.address, ended.errors) == ("/registers/agreements", [])
    late = commissioner.send(old, AGREEMENTS, words="another", parties=NEWHAM, once="another")
    assert late.status == 412
    twice = write(commissioner, AGREEMENTS, AGREED)
    assert twice.status == 412, "a new entry of a name that is taken"
    with reading(at_work[2]) as session:
        rows = [row for row in newest(session, "agreements") if row.key == "A-new"]
        assert [row.told["signed"][0]["organisation"] for row in rows] == [NEWHAM]
        assert rows[0].holds_to is not None
        assert not verify(session).broken


def test_what_is_wrong_in_an_entry_is_told_at_its_field_and_kept(browsing: Browsing) -> None:
    commissioner = browsing("commissioner")
    wrong = {
        "agreement": "A-wrong",
        "signed": "Newham, Director, 31 February 2026\nHackney, Director, 2 March 2026",
        **day("holds_from", 31, 2, 2026),
    }
    page = write(commissioner, AGREEMENTS, wrong)
    assert page.status == 422
    assert page.title.startswith("Error: ")
    told = dict(page.errors)
    assert set(told) == {"#kind", "#parties", "#holds_from-day", "#signed"}
    assert "line 1" in told["#signed"]
    ids = {element.get("id") for element in page.tree.iter()}
    assert {href.removeprefix("#") for href in told} <= ids
    assert page.form(AGREEMENTS)["signed"].replace("\r", "") == wrong["signed"]
    unsigned = write(
        commissioner, AGREEMENTS, {**AGREED, "agreement": "A-2", "parties": "E09000012"}
    )
    assert unsigned.status == 422
    assert any("every party signs" in text for _, text in unsigned.errors)


def test_a_home_replies_to_its_young_people_and_alters_nothing_they_found(
    browsing: Browsing, at_work: AtWork
) -> None:
    found = {
        "assessment": "PANEL-1",
        "home_id": HOME,
        "panel": "4",
        "looked_at": "food: 4\nthe garden: 2",
        "words": "The food is <b>good</b>. The garden is locked.",
        **day("assessed_on", 1, 9, 2026),
    }
    assert write(browsing("broker"), FOUND, found).address == "/registers/assessments"
    provider = browsing("provider")
    shown = provider.get("/registers/assessments")
    answer = f"{FOUND}?key=PANEL-1"
    assert answer in shown.links()
    page = provider.get(answer)
    assert "The garden is locked." in page.main
    assert "<b>good</b>" not in page.text
    reply = {
        "reply": "We have opened it.",
        "changed": "The garden is open until nine.",
        "words": "all is well",
        "looked_at": "food: 5",
        **day("replied_on", 3, 9, 2026),
    }
    after = provider.send(page, FOUND, **reply)
    assert "The garden is open until nine." in after.main
    with reading(at_work[2]) as session:
        entry = newest_of(session, "assessments", "PANEL-1")
        assert entry is not None
        assert entry.told["words"] == found["words"]
        assert entry.told["looked_at"] == {"food": 4, "the garden": 2}
        assert entry.told["reply"] == reply["reply"]
    assert provider.get(FOUND).status == 404
    other = browsing("other-provider")
    assert other.get(answer).status == 404
    sent = {**page.form(FOUND), **reply, "once": "another"}
    sent["page_token"] = other.get("/help").form("/leave")["page_token"]
    assert other.post(FOUND, sent).status == 404


def test_a_module_adds_a_need_by_the_managers_word_alone(
    browsing: Browsing, at_work: AtWork
) -> None:
    address = "/registers/training/write"
    module = {
        "module": "M-1",
        "name": "Keeping safe",
        "compulsory": "yes",
        "adds_need": "fire_setting",
        **day("completed_on", 1, 9, 2026),
    }
    by_provider = browsing("provider").get(address)
    assert "manager_agrees" not in {one.get("name") for one in by_provider.tree.iter()}
    done = write(
        browsing("registered_manager"),
        address,
        {**module, "home_id": HOME, "manager_agrees": "yes"},
    )
    assert done.address == "/registers/training"
    with reading(at_work[2]) as session:
        supports = rows_of(session, "homes", {"home_id": HOME})[0]["supports"]
        assert "fire_setting" in str(supports).split(";")
    nobodys = write(browsing("provider"), address, {**module, "home_id": "SC990002"})
    assert nobodys.status == 422
    assert dict(nobodys.errors)["#home_id"].startswith("Home must be")


def test_a_check_of_a_provider_is_written_by_a_commissioner_alone(browsing: Browsing) -> None:
    address = "/registers/due_diligence/write"
    checked = {
        "provider": "P2",
        "area": "insurance",
        "passed": "yes",
        "evidence": "certificate seen",
        **day("checked_on", 1, 9, 2026),
        **day("expires_on", 1, 9, 2027),
    }
    assert "certificate seen" in write(browsing("commissioner"), address, checked).main
    assert browsing("broker").get(address).status == 403
    assert address not in browsing("broker").get("/registers/due_diligence").links()


@pytest.mark.parametrize("register", ["agreements", "due_diligence"])
def test_a_form_without_its_key_or_token_is_refused(browsing: Browsing, register: str) -> None:
    address = f"/registers/{register}/write"
    commissioner = browsing("commissioner")
    form = commissioner.get(address).form(address)
    assert commissioner.post(address, {**form, "once": ""}).status == 428
    assert commissioner.post(address, {**form, "page_token": "x"}).status == 403
