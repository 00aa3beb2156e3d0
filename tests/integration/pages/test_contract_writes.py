"""A commissioner writes down trades, exits and results: each counts to the penny, or is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction

from fastapi import FastAPI
from sqlalchemy import Engine

from broker.audit.chain import verify
from broker.block_on_record import BlockOnRecord, block_on_record
from broker.database import reading, writing
from broker.store.clock import now
from broker.store.contracts import ContractFile, record_contracts
from broker.store.history import Author
from pricing.contract import parse_contract
from tests.integration.api.world import REGION, World
from tests.integration.pages.browsing import Browser, Page, table
from tests.integration.pages.test_money_pages import pence

Browsing = Callable[[str | None], Browser]
AtWork = tuple[FastAPI, World, Engine]
CONTRACT = "NEL-BLOCK-1"
AT = f"/contracts/{CONTRACT}"
DAYS = "from-day=1&from-month=9&from-year=2026&to-day=1&to-month=12&to-year=2026"
NEWHAM, CITY, HACKNEY = "E09000025", "E09000001", "E09000012"
TRADE = {
    "trade": "T1", "released_by": NEWHAM, "used_by": HACKNEY, "places": "2",
    "holds_from-day": "7", "holds_from-month": "9", "holds_from-year": "2026",
    "holds_to-day": "7", "holds_to-month": "11", "holds_to-year": "2026",
    "price_per_place_week": "3600.10",
}  # fmt: skip
RESULT = {
    "item": "settled", "achieved": "0.5", "evidence": "folder 4", "by_young_people": "no",
    "holds_from-day": "1", "holds_from-month": "9", "holds_from-year": "2026",
    "holds_to-day": "1", "holds_to-month": "12", "holds_to-year": "2026",
}  # fmt: skip


def write(browser: Browser, register: str, **fields: str) -> Page:
    address = f"{AT}/write/{register}"
    return browser.send(browser.get(address), address, **fields)


def on_record(engine: Engine, start: date = date(2026, 9, 1)) -> BlockOnRecord:
    with reading(engine) as session:
        return block_on_record(session, CONTRACT, start, date(2026, 12, 1))


def put_contract(engine: Engine, text: str) -> None:
    """A new version of the contract, as an import puts it on record."""
    with writing(engine) as session:
        file = ContractFile(parse_contract(text.encode(), "contract.toml"), text)
        record_contracts(session, [file], Author("test", now()))


def test_a_trade_is_written_once_shown_paid_for_and_taken_back(
    browsing: Browsing, at_work: AtWork
) -> None:
    commissioner = browsing("commissioner")
    assert write(commissioner, "trades", **TRADE).status == 200
    page = commissioner.get(f"{AT}?{DAYS}")
    [_, trade] = table(page, "Places that boroughs released")
    owed = round(Fraction(360010 * 2 * 61, 7))
    assert trade[1:3] == ["Newham", "Hackney"]
    assert pence(trade[-1]) == owed
    bears = {row[0]: row for row in table(page, "Voids, and what is paid for places")}
    assert (pence(bears["Hackney"][4]), pence(bears["Newham"][5])) == (owed, owed)
    back = commissioner.get(f"{AT}/write/trades?key={CONTRACT}/T1")
    form = back.form(f"{AT}/write/trades")
    assert {name: form[name] for name in TRADE} == TRADE
    commissioner.post(f"{AT}/write/trades", {**form, "taken_back": "agreed <i>otherwise</i>"})
    page = commissioner.get(f"{AT}?{DAYS}")
    assert "No trade is on record" in page.main
    assert "agreed <i>otherwise</i>" in commissioner.get(f"{AT}/write/trades").main
    with reading(at_work[2]) as session:
        assert not verify(session).broken


def test_what_the_contract_forbids_is_refused_at_its_field_and_nothing_is_lost(
    browsing: Browsing, at_work: AtWork
) -> None:
    commissioner = browsing("commissioner")
    wrong = {**TRADE, "trade": "T2", "places": "7", "holds_to-year": "2035"}
    page = write(commissioner, "trades", **wrong)
    assert page.status == 422
    assert page.title.startswith("Error: ")
    assert {field for field, _ in page.errors} == {"#places", "#holds_to-day"}
    assert page.form(f"{AT}/write/trades")["trade"] == "T2"
    same = write(commissioner, "trades", **{**TRADE, "trade": "T3", "used_by": NEWHAM})
    assert [field for field, _ in same.errors] == ["#used_by"]
    short = {"borough": CITY, "notice_given-day": "1", "notice_given-month": "9",
             "notice_given-year": "2026", "leaves_on-day": "1", "leaves_on-month": "10",
             "leaves_on-year": "2026"}  # fmt: skip
    early = write(commissioner, "exits", **short)
    assert [field for field, _ in early.errors] == ["#leaves_on-day"]
    assert "1 December 2026 or later" in early.main
    lacking = write(commissioner, "results", achieved="1.5")
    assert {"#achieved", "#item", "#evidence", "#holds_from-day"} <= {f for f, _ in lacking.errors}
    assert on_record(at_work[2]).life is not None


def test_an_exit_passes_places_and_voids_to_those_who_stay(
    browsing: Browsing, at_work: AtWork
) -> None:
    commissioner = browsing("commissioner")
    fields = {"borough": CITY, "notice_given-day": "1", "notice_given-month": "6",
              "notice_given-year": "2026", "leaves_on-day": "1", "leaves_on-month": "10",
              "leaves_on-year": "2026", "told_on-day": "3", "told_on-month": "6",
              "told_on-year": "2026"}  # fmt: skip
    assert write(commissioner, "exits", **fields).status == 200
    page = commissioner.get(f"{AT}?{DAYS}")
    facts = {row[0]: row[1] for row in table(page, "City of London leaves")[1:]}
    assert facts["Leaves on"] == "1 October 2026"
    assert facts["Today"] == "told in time"
    passes = table(page, "what passes to the others")[1:]
    assert sum(int(row[1]) for row in passes) == sum(int(row[2]) for row in passes) == 35
    assert sum(round(Decimal(row[3].replace("£", "").replace(",", "").replace("\u2212", "-")) * 100)
               for row in passes) == 0  # fmt: skip
    [answer] = on_record(at_work[2]).life.exits  # type: ignore[union-attr]
    assert pence(table(page, "bear in its stead")[1][1]) == answer.stranded > 0
    form = commissioner.get(f"{AT}/write/exits?key={CONTRACT}/{CITY}").form(f"{AT}/write/exits")
    commissioner.post(f"{AT}/write/exits", {**form, "taken_back": "it stays"})
    assert "No borough is on record as leaving" in commissioner.get(f"{AT}?{DAYS}").main


def test_a_result_with_evidence_is_paid_by_its_weight_under_the_cap(
    browsing: Browsing, at_work: AtWork
) -> None:
    commissioner = browsing("commissioner")
    before = on_record(at_work[2]).statement.charge
    assert before.results == 0
    assert write(commissioner, "results", **RESULT).status == 200
    rows = table(commissioner.get(f"{AT}?{DAYS}"), "What is paid by results")
    told = next(row for row in rows if row[0].startswith("Placements that last six months"))
    assert told[2:] == ["35%", "50.0%", "achieved, with evidence"]
    after = on_record(at_work[2]).statement.charge
    assert (after.placements, after.voids) == (before.placements, before.voids)
    whole = Fraction(before.placements * 7 * 35, 100 * 100) / 2
    assert abs(after.results - whole) <= 1
    twice = write(commissioner, "results", **{**RESULT, "holds_from-month": "10"})
    assert [field for field, _ in twice.errors] == ["#holds_from-day"]
    rows = table(commissioner.get("/registers/results"), "Results achieved")
    assert rows[1][0] == "settled"


def test_nobody_but_a_commissioner_of_the_partnership_writes(browsing: Browsing) -> None:
    for account in ("broker", "finance", "provider"):
        assert browsing(account).get(f"{AT}/write/trades").status == 403
    borough = browsing("newham-commissioner")
    page = borough.get(f"{AT}/write/trades")
    if page.status == 200:
        refused = borough.send(page, f"{AT}/write/trades", **{**TRADE, "trade": "T9"})
        assert refused.status == 422
        assert "commissioner of the partnership" in refused.main
    assert browsing("commissioner").get(f"{AT}/write/nothing").status == 404


def test_where_the_contract_changes_under_what_is_on_record_the_page_says_which_row(
    browsing: Browsing, at_work: AtWork
) -> None:
    commissioner = browsing("commissioner")
    assert write(commissioner, "trades", **{**TRADE, "trade": "T5", "places": "6"}).status == 200
    text = (REGION / "contract.toml").read_text(encoding="utf-8")
    fewer = text.replace(f"{NEWHAM} = 6", f"{NEWHAM} = 5").replace(f"{CITY} = 1", f"{CITY} = 2")
    put_contract(at_work[2], fewer)
    page = commissioner.get(f"{AT}?{DAYS}")
    put_contract(at_work[2], text)
    assert page.status == 422
    [(where, said)] = page.errors
    assert where == "#main-content"
    assert said.startswith("The trades on record do not fit the contract: released by and places: ")
    assert "Newham releases 6 on 7 September 2026" in said
    assert said.endswith("A commissioner of the partnership can put this right.")
    assert "its share that day, 5" in said
