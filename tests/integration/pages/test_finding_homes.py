"""Homes to ring for one young person: what each said, who was rung, and one that was on no file."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine

from api.pages.spot import FIELDS
from broker.audit.chain import verify
from broker.database import reading
from broker.store.put import rows_of
from tests.integration.api.world import World
from tests.integration.pages.browsing import Browser, table

Browsing = Callable[[str | None], Browser]
AtWork = tuple[FastAPI, World, Engine]
ADD = "/homes/add"
SPOT = {
    "home_id": "SC990055",
    "name": "Rosemary <b>House</b>",
    "provider": "S9",
    "postcode": "e17 4qh",
    "registration": "registered",
    "min_age": "11",
    "max_age": "17",
    "sexes": "F",
    "bands": "medium",
    "places": "2",
    "weekly_fee": "6,200",
}


def test_a_call_is_written_from_the_list_of_homes_and_stands_in_it(
    browsing: Browsing, at_work: AtWork
) -> None:
    broker, referral = browsing("broker"), at_work[1].newham
    page = broker.get(f"/options/{referral}")
    assert page.status == 200
    calls = [link for link in page.links() if f"/referrals/{referral}/call?home_id=" in link]
    assert calls
    ring = table(page, "Ring in this order")
    assert ring[1][2] == "not rung"
    address = f"/referrals/{referral}/call"
    form = broker.get(calls[0])
    broker.send(form, address, spoke_to="deputy", said="One <i>room</i>.", free_places="1")
    again = table(broker.get(f"/options/{referral}"), "Ring in this order")
    assert "One <i>room</i>." in again[1][2]
    assert again[1][1].startswith("1 free")


def test_a_home_on_no_file_is_added_once_and_goes_on_the_shortlist(
    browsing: Browsing, at_work: AtWork
) -> None:
    broker, referral = browsing("broker"), at_work[1].havering
    page = broker.get(f"{ADD}?for={referral}")
    fields = {**page.form(ADD), **SPOT}
    first, again = broker.post(ADD, fields), broker.post(ADD, fields)
    assert first.address == again.address
    assert first.form(f"/referrals/{referral}/shortlist")["home_id"] == "SC990055"
    with reading(at_work[2]) as session:
        (home,) = rows_of(session, "homes", {"home_id": "SC990055"})
        assert home["borough"] == "E09000031"
        assert home["judgement"] in (None, "")
        (rate,) = rows_of(session, "rates", {"home_id": "SC990055"})
        assert rate["weekly_fee_pence"] == 620_000
        assert not verify(session).broken
    twice = broker.post(ADD, {**fields, "once": "another"})
    assert twice.status == 422
    assert "#home_id" in dict(twice.errors)


@pytest.mark.parametrize(
    ("name", "written", "field"),
    [
        ("postcode", "E17", "postcode"),
        ("postcode", "ZZ1 1ZZ", "postcode"),
        ("min_age", "eleven", "min_age"),
        ("places", "-1", "places"),
        ("weekly_fee", "a lot", "weekly_fee"),
        ("registration", "", "registration"),
        ("sexes", "", "sexes"),
    ],
)
def test_what_is_wrong_with_a_home_is_told_at_its_field_and_all_is_kept(
    browsing: Browsing, at_work: AtWork, name: str, written: str, field: str
) -> None:
    broker = browsing("broker")
    fields = {**SPOT, "home_id": "SC990056", name: written}
    if not written:
        del fields[name]
    page = broker.send(broker.get(ADD), ADD, **fields)
    assert page.status == 422
    assert [href for href, _ in page.errors] == [f"#{field}"]
    ids = {element.get("id") for element in page.tree.iter()}
    assert field in ids
    assert page.form(ADD)["name"] == SPOT["name"]
    with reading(at_work[2]) as session:
        assert not rows_of(session, "homes", {"home_id": "SC990056"})


def test_a_home_is_asked_of_in_as_few_fields_as_the_rules_need() -> None:
    assert [one.name for one in FIELDS if one.required] == [
        "home_id", "provider", "postcode", "registration", "min_age", "max_age", "sexes", "bands",
        "places",
    ]  # fmt: skip
