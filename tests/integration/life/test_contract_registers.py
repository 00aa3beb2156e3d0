"""Trades, exits and results in the registers, on both databases: kept where the contract allows."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pytest
from sqlmodel import Session

from broker.access.actor import OrganisationKind
from broker.audit.chain import verify
from broker.block_on_record import block_on_record, months_on_record
from broker.registers.book import NotTheirWord, write_entry
from broker.registers.contracts import AgainstContract, beside
from broker.registers.entries import ENTRY
from broker.store.history import Author
from tests.whole_life import COMMISSIONER, NEWHAM, Teller

CONTRACT = "NEL-BLOCK-1"
HACKNEY = "E09000012"
START, END = date(2026, 9, 1), date(2026, 12, 1)
TRADE = {
    "register": "trades", "contract": CONTRACT, "trade": "T1", "released_by": NEWHAM,
    "used_by": HACKNEY, "holds_from": "2026-10-01", "holds_to": "2027-04-01", "places": 6,
    "price_per_place_week": "3600.10",
}  # fmt: skip
EXIT = {
    "register": "exits", "contract": CONTRACT, "borough": NEWHAM, "notice_given": "2026-07-01",
    "leaves_on": "2027-01-01",
}  # fmt: skip
RESULT = {
    "register": "results", "contract": CONTRACT, "item": "settled", "holds_from": "2026-09-01",
    "holds_to": "2026-12-01", "achieved": "0.25", "evidence": "folder 4", "by_young_people": False,
}  # fmt: skip


def write(session: Session, told: dict[str, Any], *, minute: int = 0, **changed: Any) -> int:
    entry = ENTRY.validate_json(json.dumps({**told, **changed}))
    at = datetime(2026, 9, 4, 10, minute, tzinfo=UTC)
    return write_entry(session, COMMISSIONER, entry, Author(COMMISSIONER.id, at))


def fields(refused: pytest.ExceptionInfo[AgainstContract]) -> set[str]:
    return {field for field, _, _ in refused.value.found}


def test_what_is_written_is_priced_and_what_is_taken_back_is_not(on_record: Session) -> None:
    Teller(on_record).to_moved_in()
    before = block_on_record(on_record, CONTRACT, START, END)
    write(on_record, TRADE)
    write(on_record, RESULT)
    found = block_on_record(on_record, CONTRACT, START, END)
    assert found.life is not None
    [trade] = found.life.trades
    assert (trade.places, trade.price) == (6, 360010)
    fees = sum(line.amount for _, line in found.statement.lines if line.subject == "fee")
    owed = Fraction(fees * 7 * 35, 4 * 100 * 100)
    assert fees > 0
    assert found.statement.charge.results == (2 * owed + 1) // 2, "a half penny goes up"
    assert found.statement.charge.placements == before.statement.charge.placements
    months = months_on_record(on_record, CONTRACT, START, END).by_month
    assert months.whole.charge.results == found.statement.charge.results
    write(on_record, TRADE, minute=1, taken_back="agreed otherwise")
    write(on_record, RESULT, minute=1, taken_back="not so")
    assert block_on_record(on_record, CONTRACT, START, END) == before
    assert not verify(on_record).broken


def test_an_entry_is_judged_with_all_else_that_is_on_record(on_record: Session) -> None:
    write(on_record, TRADE)
    with pytest.raises(AgainstContract) as refused:
        write(on_record, TRADE, trade="T2", places=1)
    assert fields(refused) == {"places"}, "its whole share is released already"
    with pytest.raises(AgainstContract) as refused:
        write(on_record, EXIT)
    assert fields(refused) == {"contract"}, "the trade releases places it would no longer have"
    write(on_record, TRADE, minute=1, holds_to="2027-01-01")
    write(on_record, EXIT)
    assert "E09000025" in beside(on_record, CONTRACT).events
    found = block_on_record(on_record, CONTRACT, START, END)
    assert found.life is not None
    assert [one.leaver.borough for one in found.life.exits] == [NEWHAM]
    write(on_record, RESULT)
    with pytest.raises(AgainstContract) as refused:
        write(on_record, RESULT, holds_from="2026-11-30", holds_to="2027-01-01")
    assert fields(refused) == {"holds_from"}
    write(on_record, RESULT, minute=2, achieved="1E-9")
    assert "0.000000001" in beside(on_record, CONTRACT).results


def test_every_reason_is_told_and_nothing_is_kept(on_record: Session) -> None:
    with pytest.raises(AgainstContract) as refused:
        write(on_record, TRADE, holds_from="2025-01-01", holds_to="2040-01-01", places=7)
    assert fields(refused) == {"holds_from", "holds_to", "places"}
    with pytest.raises(AgainstContract) as refused:
        write(on_record, EXIT, leaves_on="2026-09-30")
    assert fields(refused) == {"leaves_on"}
    with pytest.raises(AgainstContract) as refused:
        write(on_record, RESULT, item="nothing", contract="NOTHING")
    assert fields(refused) == {"contract"}
    with pytest.raises(AgainstContract) as refused:
        write(on_record, RESULT, item="nothing")
    assert fields(refused) == {"item"}
    told = beside(on_record, CONTRACT)
    assert (told.trades.count("\n"), told.results.count("\n")) == (1, 1)
    assert "exits" not in told.events


def test_a_borough_does_not_write_for_the_others(on_record: Session) -> None:
    own = replace(COMMISSIONER, organisation=NEWHAM, kind=OrganisationKind.BOROUGH)
    entry = ENTRY.validate_json(json.dumps(TRADE))
    at = datetime(2026, 9, 4, 10, tzinfo=UTC)
    with pytest.raises(NotTheirWord):
        write_entry(on_record, own, entry, Author(own.id, at))
