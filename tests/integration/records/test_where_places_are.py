"""Where a contract's places are, and where proposals stand, asked of both databases."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

from sqlmodel import Session

from api.pages.standing import standings
from broker.block_on_record import places_by_borough
from broker.store.contracts import contracts_in_force
from broker.tables import HomeRow
from pricing.contract import parse_contract
from tests.whole_life import HOME, Teller

REGION = Path("broker/sample/region")


def test_the_places_of_a_contract_are_those_of_its_open_homes_in_the_file(
    on_record: Session,
) -> None:
    row = next(iter(contracts_in_force(on_record)))
    contract = parse_contract(row.text.encode(), row.file)
    with (REGION / "homes.csv").open(encoding="utf-8", newline="") as file:
        homes = [home for home in csv.DictReader(file) if home["home_id"] in contract.homes]
    closed = homes[0]["home_id"]
    found = on_record.get(HomeRow, closed)
    assert found is not None
    before = places_by_borough(on_record, contract)
    wanted: Counter[str] = Counter()
    for home in homes:
        wanted[home["borough"]] += int(home["places"])
    assert {code: places for code, _, places in before.rows} == dict(wanted)
    assert sum(number for _, number, _ in before.rows) == len(homes)
    assert set(before.not_on_record) == contract.homes.keys() - {one["home_id"] for one in homes}
    found.closed_at, found.closed_reason = datetime(2026, 9, 4, 12, tzinfo=UTC), "sold"
    on_record.add(found)
    on_record.flush()
    after = places_by_borough(on_record, contract)
    lost = sum(row[2] for row in before.rows) - sum(row[2] for row in after.rows)
    assert lost == int(homes[0]["places"])
    assert after.not_on_record == before.not_on_record


def test_a_proposal_stands_where_its_life_does(on_record: Session) -> None:
    told = Teller(on_record)
    told.to_verified()
    who = told.life.referral
    day = date(2026, 9, 4)
    assert standings(on_record, 1, [(who, HOME)], day)[who].text == "Put on the shortlist"
    told.shortlist(HOME)
    assert standings(on_record, 1, [(who, HOME)], day)[who].text == "Make an offer"
    told.view(HOME)
    told.offer(HOME)
    assert standings(on_record, 1, [(who, HOME)], day)[who].text == "Chase: log a call"
    assert standings(on_record, 1, [], day) == {}
