"""What a borough's places cost a week and what it owes a month, worked out again apart from it."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy import Engine

from broker.access.accounts import NewAccount, add_account
from broker.access.actor import Role
from broker.access.allowed import ACTS, may
from broker.database import make_engine, writing
from broker.registers.book import write_entry
from broker.registers.entries import ENTRY
from broker.store.clock import now
from broker.store.history import Author
from broker.tables import ContractRow
from tests import whole_life
from tests.conftest import cheap_hashing
from tests.integration.api.world import (
    HAVERING,
    ORGANISATIONS,
    PASSWORD,
    REGION,
    World,
    service,
)
from tests.integration.looking import looks_since, newest
from tests.integration.pages.browsing import Browser, table
from tests.integration.pages.conftest import browsers
from tests.integration.pages.every.test_every_page import faults
from tests.integration.pages.test_placement_record import summary
from tests.unit.pricing.oracle import (
    Stay,
    contract_dict,
    in_force,
    quote_amounts,
    statement_json,
    to_penny,
)
from tests.whole_life import BROKER, COMMISSIONER, HOME, NEWHAM, SECOND, STARTS, Teller, borough

Browsing = Callable[[str | None], Browser]
AtWork = tuple[FastAPI, World, Engine]
DEARER, UNKNOWN, WILLOW = "SC990018", "SC990022", "SC990010"
"""A home that no contract names, one whose fee nobody knows, and one of the contract."""
PROVIDERS = {HOME: "P2", SECOND: "P1", DEARER: "S5", UNKNOWN: "S7", WILLOW: "P2"}
CONTRACT = contract_dict((REGION / "contract.toml").read_text(encoding="utf-8"))
DAY = date(2026, 11, 3)
MONTHS = {
    "November 2026": (date(2026, 11, 1), date(2026, 12, 1)),
    "October 2026": (date(2026, 10, 1), date(2026, 11, 1)),
}
REBANDED = date(2026, 10, 20)
EIGHTEEN = date(2026, 10, 24)
HACKNEY = "E09000012"
TRADE = {
    "register": "trades", "contract": "NEL-BLOCK-1", "trade": "T1", "released_by": NEWHAM,
    "used_by": HACKNEY, "holds_from": "2026-10-12", "holds_to": "2026-11-16", "places": 2,
    "price_per_place_week": "3600.10",
}  # fmt: skip
MANY, LATER = {"one_to_one": "46"}, {"one_to_one": "25.123", "waking_night": "7"}
FEE_OF_DEARER = Decimal("6650.00")


@pytest.fixture(scope="module")
def told(at_work: AtWork) -> Mapping[str, str]:
    """Five of Newham, of whom one stays put, and one of Havering; a trade; who pays for Newham."""
    with writing(at_work[2]) as session, cheap_hashing():
        lives = {home: Teller(session) for home in PROVIDERS}
        for at, (home, teller) in enumerate(lives.items()):
            born = date(2008, 10, 20) if home == WILLOW else date(2013, 2, 1 + at)
            asked = {HOME: MANY, SECOND: {"one_to_one": "12"}, DEARER: MANY}.get(home, {})
            teller.to_verified(young_person_id=f"YP-97{at}", date_of_birth=born)
            _moves_in(teller, home, asked)
        lives[SECOND].today = REBANDED
        lives[SECOND].take(
            BROKER, "reband", band="high", from_day=REBANDED, confirmed=True, thresholds="t1",
            reason="more help at night", requirements=_units(LATER),
        )  # fmt: skip
        stays = lives[WILLOW]
        stays.today = EIGHTEEN
        stays.reviewed("move")
        stays.end(planned=True, reason_code=None, care_code="E17", destination="staying_put",
                  words="You are 18 and you want to stay.")  # fmt: skip
        _of_havering(Teller(session, minutes=200))
        entry = ENTRY.validate_json(json.dumps(TRADE))
        write_entry(session, COMMISSIONER, entry, Author("commissioner-1", now()))
        for name, role in (("newham-finance", Role.FINANCE), ("newham-officer", Role.VERIFIER)):
            add_account(session, NewAccount(name, role, NEWHAM, secret=PASSWORD), now())
        return {home: teller.life.referral for home, teller in lives.items()}


def _units(told: Mapping[str, str]) -> dict[str, Decimal]:
    return {code: Decimal(number) for code, number in told.items()}


def _moves_in(teller: Teller, home: str, asked: Mapping[str, str]) -> None:
    teller.shortlist(home)
    teller.accepted_by(home, PROVIDERS[home])
    teller.ready(home)
    teller.confirm(home, requirements=_units(asked))
    teller.today = STARTS
    teller.take(BROKER, "move_in", moved_in_on=STARTS)


def _of_havering(teller: Teller) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for name, role in (
            ("ASSESSOR", Role.ASSESSOR), ("VERIFIER", Role.VERIFIER),
            ("OFFICER", Role.NOMINATED_OFFICER), ("DIRECTOR", Role.DIRECTOR),
        ):  # fmt: skip
            patch.setattr(whole_life, name, borough(role, code=HAVERING))
        teller.to_verified(
            actor=whole_life.ASSESSOR, young_person_id="YP-979", borough=HAVERING,
            date_of_birth=date(2013, 3, 4),
        )  # fmt: skip
        _moves_in(teller, HOME, MANY)


@pytest.fixture(autouse=True)
def on_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ("placed", "borough_costs", "borough_statement"):
        monkeypatch.setattr(f"api.{place}.today", lambda: DAY)


def fraction(told: Mapping[str, str]) -> dict[str, Fraction]:
    return {code: Fraction(number) for code, number in told.items()}


def weekly(band: str, asked: Mapping[str, str]) -> tuple[Decimal, Decimal]:
    """The fee and the price above it of the week from the day, by the rules written once more."""
    end = DAY.replace(day=DAY.day + 7)
    lines = quote_amounts(CONTRACT, band, fraction(asked), DAY, end)
    fee = lines.pop(("fee", DAY))
    return fee, sum(lines.values(), Decimal())


def money(*amounts: Decimal) -> list[str]:
    return [f"£{amount:,.2f}" for amount in amounts]


def test_each_week_is_priced_with_the_requirements_in_force_to_the_penny(
    browsing: Browsing, told: Mapping[str, str]
) -> None:
    rows = {row[0]: row for row in table(browsing("assessor").get("/borough"), "Homes decided for")}
    priced = {
        HOME: weekly("medium", MANY),
        SECOND: weekly("high", LATER),
        WILLOW: weekly("medium", {}),
    }
    assert priced[HOME][1] == Decimal("1026.00"), "36 hours above 10, at £28.50"
    assert priced[SECOND][1] == Decimal("971.01"), "146.0055 and 5 nights at £165.00"
    for home, (fee, extra) in priced.items():
        assert rows[told[home]][5:8] == money(fee, extra, fee + extra)
    assert rows[told[SECOND]][3] == "high"
    assert rows[told[WILLOW]][2] == "Care has ended, still lives there"
    dearer = money(FEE_OF_DEARER)[0]
    assert rows[told[DEARER]][5:9] == [dearer, "not known", f"{dearer} or more", "rates on record"]
    assert rows[told[UNKNOWN]][5:8] == ["not known", "£0.00", "not known"]


@pytest.fixture
def total() -> list[str]:
    """The sums of what is known of all five: fee, extra support, in all."""
    each = [weekly("medium", MANY), weekly("high", LATER), weekly("medium", {})]
    fees = sum((fee for fee, _ in each), FEE_OF_DEARER)
    extra = sum((one for _, one in each), Decimal())
    return [f"{one} or more" for one in money(fees, extra, fees + extra)]


def test_the_total_is_of_all_the_boroughs_young_people_whatever_the_page_shows(
    browsing: Browsing, told: Mapping[str, str], total: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.pages.borough._SHOWN", 2)
    page = browsing("director").get("/borough")
    seen: list[str] = []
    while True:
        _, *rows, last = table(page, "Homes decided for")
        assert last[0] == "All 5 young people of the borough"
        assert last[2:5] == total
        seen += [row[0] for row in rows]
        further = [one for one in page.links() if re.fullmatch(r"/borough\?after=[\w-]+", one)]
        if not further:
            break
        page = browsing("director").get(further[0])
    assert seen == sorted(told.values())
    said = "1 fee is not known, and not in the total."
    assert f"{said} 1 price of extra support is not known, and not in the total." in page.main
    beyond = browsing("director").get("/borough?after=zzzz").main
    assert f"All 5 cost {total[2]} a week." in beyond


def _imported() -> int:
    """Newham's residents in the files of the region who have not left by the day."""
    with (REGION / "residents.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["borough"] == NEWHAM]
    gone = [row for row in rows if row["leaving"] == "confirmed"
            and row["leaves_on"] <= DAY.isoformat()]  # fmt: skip
    assert gone, "one who has left shows that they are not counted"
    return len(rows) - len(gone)


def test_those_who_came_with_a_case_are_said_to_be_in_no_sum(
    browsing: Browsing, told: Mapping[str, str]
) -> None:
    page = browsing("assessor").get("/borough")
    assert f"{_imported()} more young people of the borough came with an imported case" in page.main


@pytest.mark.parametrize("account", ["newham-commissioner", "newham-finance"])
def test_who_pays_is_told_the_costs_by_home_and_no_young_person(
    browsing: Browsing, told: Mapping[str, str], total: list[str], account: str
) -> None:
    page = browsing(account).get("/borough")
    assert page.title.startswith("What our places cost")
    assert list(faults(page)) == []
    heads, *rows, last = table(page, "What our places cost a week")
    assert heads[:2] == ["Home", "Young people"]
    fee, extra = weekly("medium", MANY)
    [linden] = [row for row in rows if HOME in row[0]]
    assert linden[1:] == ["1", *money(fee, extra, fee + extra)], "Havering's is not counted"
    assert len(rows) == len(PROVIDERS)
    assert last == ["All", "5", *total]
    for secret in (*told.values(), "YP-97", "/referrals", "Where referrals stand", "/approvals"):
        assert secret not in page.text
    assert "/borough" in browsing(account).get("/sections/young-people").links()


OTHERS = ("broker", "commissioner", "finance", "auditor", "administrator", "provider")


@pytest.mark.parametrize("account", OTHERS)
def test_who_speaks_for_no_borough_is_refused_and_not_offered_the_page(
    browsing: Browsing, account: str
) -> None:
    assert browsing(account).get("/borough").status == 403
    assert "/borough" not in browsing(account).get("/").links()
    role, where = Role(account), ORGANISATIONS[Role(account)]
    central = replace(BROKER, role=role, organisation=where)
    assert not may(central, "borough.costs")
    assert not may(central, "borough.statement")


def stays() -> Iterator[Stay]:
    """Who lived in a home of the contract, from when, in which band: what the lives above say."""
    far = date(2027, 4, 1)
    yield Stay(NEWHAM, "medium", STARTS, far, fraction(MANY))
    yield Stay(HAVERING, "medium", STARTS, far, fraction(MANY))
    yield Stay(NEWHAM, "medium", STARTS, REBANDED, fraction({"one_to_one": "12"}))
    yield Stay(NEWHAM, "high", REBANDED, far, fraction(LATER))
    yield Stay(NEWHAM, "medium", STARTS, far, {})


ROLES = ("nominated_officer", "director", "newham-commissioner", "newham-finance")


@pytest.mark.parametrize("account", ROLES)
@pytest.mark.parametrize("month", MONTHS)
def test_the_months_statement_is_the_boroughs_own_worked_out_day_by_day(
    browsing: Browsing, told: Mapping[str, str], account: str, month: str
) -> None:
    page = browsing(account).get("/borough")
    start, end = MONTHS[month]
    expected = statement_json(CONTRACT, list(stays()), [], {}, start, end)["boroughs"][NEWHAM]
    assert Decimal(expected["voids"]) > 0
    amounts = money(*(Decimal(expected[name]) for name in ("placements", "voids", "results",
                                                           "total")))  # fmt: skip
    _, row, last = table(page, f"What we owe for {month}")
    assert row == ["NEL-BLOCK-1", _said(start), _said(end), *amounts]
    assert last[3:] == amounts
    assert f"the placements on record on {_said(DAY)}" in page.main
    assert f"NEL-BLOCK-1: contract.toml, version {_version()}" in page.main
    assert page.main.count("The month is not over.") == 1, "October is"
    assert "2 young people live in a home that no contract on record prices today" in page.main
    assert "voids may be told too high" in page.main


def _said(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _version() -> str:
    return hashlib.sha256((REGION / "contract.toml").read_bytes()).hexdigest()[:12]


@pytest.mark.parametrize(("month", "days"), [("November 2026", 15), ("October 2026", 20)])
def test_the_boroughs_places_trades_and_what_it_bears_are_told(
    browsing: Browsing, told: Mapping[str, str], month: str, days: int
) -> None:
    page = browsing("newham-finance").get("/borough")
    gets = to_penny(Fraction(Decimal("3600.10")) * 2 * days / 7)
    [trade] = table(page, f"Places traded with us in {month}")[1:]
    assert trade == ["T1", "Newham", "Hackney", "12 October 2026", "16 November 2026", "2",
                     "£3,600.10", *money(gets)]  # fmt: skip
    [row] = table(page, f"Our places and voids in {month}")[1:]
    assert row[:2] == ["NEL-BLOCK-1", str(CONTRACT["shares"][NEWHAM])]
    owed = table(page, f"What we owe for {month}")[1]
    after_trades = to_penny(_voids_after_the_trade(*MONTHS[month]))
    assert row[2] == row[3] == owed[4]
    assert abs(_pounds(row[4]) - after_trades) <= Decimal("0.01"), "a penny by largest remainder"
    assert row[5:7] == money(Decimal(), gets)
    assert _pounds(row[7]) == _pounds(row[4]) - gets
    assert HAVERING not in page.text
    assert "Havering" not in page.main


def _pounds(text: str) -> Decimal:
    return Decimal(text.replace("£", "").replace(",", ""))


def _voids_after_the_trade(start: date, end: date) -> Fraction:
    """Newham's part of the voids, with two places gone to Hackney while the trade holds, exact."""
    owed = Fraction()
    for number in range((end - start).days):
        day = date.fromordinal(start.toordinal() + number)
        living = [stay for stay in stays() if stay.start <= day < stay.end]
        held = dict(CONTRACT["shares"])
        if date(2026, 10, 12) <= day < date(2026, 11, 16):
            held[NEWHAM] -= 2
            held[HACKNEY] += 2
        left = {code: max(0, places - sum(stay.borough == code for stay in living))
                for code, places in held.items()}  # fmt: skip
        unused = CONTRACT["places"] * 90 // 100 - len(living)
        low = Fraction(in_force(CONTRACT, CONTRACT["fees"]["low"], day))
        owed += unused * low * Fraction(80, 100) / 7 * left[NEWHAM] / sum(left.values())
    return owed


@pytest.mark.parametrize("account", ["assessor", "newham-officer"])
def test_who_neither_approves_nor_pays_is_told_no_statement(
    browsing: Browsing, told: Mapping[str, str], account: str
) -> None:
    page = browsing(account).get("/borough")
    assert page.status == 200
    assert "What we owe" not in page.main


def test_each_look_at_costs_and_at_a_contract_is_on_record(
    browsing: Browsing, at_work: AtWork, told: Mapping[str, str]
) -> None:
    costs = ("borough.costs", "borough", NEWHAM)
    owed = ("borough.statement", "contract", "NEL-BLOCK-1")
    given = ("approval.list", "approvals", "list")
    for account, looked in (("newham-finance", [costs, owed]), ("director", [costs, given, owed]),
                            ("assessor", [costs, given])):  # fmt: skip
        before = newest(at_work[2])
        assert browsing(account).get("/borough").status == 200
        assert looks_since(at_work[2], before) == [(account, *look) for look in looked]


@contextmanager
def _with_contract(at_work: AtWork, folder: Path, contract_id: str, text: str) -> Iterator[Browser]:
    """The director's browser at a copy of the records, with another contract on record."""
    copy = folder / "copy.sqlite3"
    with sqlite3.connect(at_work[2].url.database or "") as file, sqlite3.connect(copy) as into:
        file.backup(into)
    engine = make_engine(f"sqlite:///{copy}")
    table_ = ContractRow.__table__
    with engine.begin() as connection:
        row: dict[str, Any] = dict(connection.execute(sa.select(table_).limit(1)).mappings().one())
        del row["row_id"]
        version = hashlib.sha256(text.encode()).hexdigest()
        new = {"contract_id": contract_id, "text": text, "version": version, "imported_at": now()}
        connection.execute(sa.insert(table_), {**row, **new})
    with browsers(service(engine)) as browser:
        yield browser("director")
    engine.dispose()


SPOT = """\
id = "NEL-SPOT-2"
name = "A spot contract of the tests (invented)"
kind = "spot"
lead = "P2"
start = 2026-10-16
end = 2034-04-01
[providers]
P2 = ["SC990007"]
[fees]
low = "4500.00"
medium = "6450.00"
high = "8000.00"
specialist = "10500.00"
[[requirements]]
code = "one_to_one"
name = "One-to-one support"
unit = "hour"
price = "28.50"
included = { low = 0, medium = 10, high = 20, specialist = 40 }
"""


def test_contracts_that_name_the_same_home_are_not_added_up(
    at_work: AtWork, told: Mapping[str, str], tmp_path: Path
) -> None:
    with _with_contract(at_work, tmp_path, "NEL-SPOT-2", SPOT) as director:
        page = director.get("/borough")
    rows = table(page, "What we owe for October 2026")[1:]
    assert [row[0] for row in rows] == ["NEL-BLOCK-1", "NEL-SPOT-2"]
    assert rows[1][1:3] == ["16 October 2026", "1 November 2026"], "the days of its term"
    spot = contract_dict(SPOT)
    stay = [one for one in stays() if one.units == fraction(MANY)]
    owed = statement_json(spot, stay, [], {}, date(2026, 10, 16), date(2026, 11, 1))
    assert rows[1][3] == money(Decimal(owed["boroughs"][NEWHAM]["placements"]))[0]
    assert f"More than one contract names {HOME}" in page.main


def test_what_a_contract_that_is_broken_costs_is_said_to_be_unknown(
    at_work: AtWork, told: Mapping[str, str], tmp_path: Path
) -> None:
    """A place each for Newham and Havering, where five live: of that no statement can be made."""
    text = (REGION / "contract.toml").read_text(encoding="utf-8")
    text = re.sub(r"(?m)^places = 35$", "places = 2", text)
    shares = f"[shares]\n{NEWHAM} = 1\n{HAVERING} = 1\n\n[training]"
    text = re.sub(r"(?s)\[shares\].*\[training\]", shares, text)
    with _with_contract(at_work, tmp_path, "NEL-BLOCK-1", text) as director:
        page = director.get("/borough")
    for month in MONTHS:
        _, row, last = table(page, f"What we owe for {month}")
        assert row[3:] == last[3:] == ["not known"] * 4
    assert page.main.count("What we owe by NEL-BLOCK-1 is not known.") == 2
    assert "YP-97" not in page.text


def test_only_acts_of_a_borough_ask_for_one() -> None:
    of_boroughs = {act for act, one in ACTS.items() if one.scope.value == "borough"}
    assert of_boroughs == {"borough.costs", "borough.statement"}
    assert may(borough(Role.FINANCE), "borough.statement")
    assert not may(borough(Role.ASSESSOR), "borough.statement")


def test_the_record_of_a_placement_says_what_its_extra_support_costs(
    browsing: Browsing, told: Mapping[str, str]
) -> None:
    def said(home: str) -> dict[str, str]:
        return summary(browsing("assessor").get(f"/referrals/{told[home]}"))

    priced, unpriced = said(HOME), said(DEARER)
    assert priced["Extra support"].startswith("£1,026.00 a week above the fee")
    assert priced["Extra support"].endswith("36 hours above 10")
    assert priced["In all"] == "£7,026.00 a week"
    assert unpriced["Extra support"] == "Price not knownOne to one: 46"
    assert unpriced["In all"] == "£6,650.00 a week or more"
    assert not {"Extra support", "In all"} & set(said(WILLOW))
