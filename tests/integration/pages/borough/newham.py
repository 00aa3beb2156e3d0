"""Placements of Newham that tests tell, and what a week of each costs by the rules once more."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlmodel import Session

from broker.database import make_engine, writing
from broker.store.clock import now
from broker.tables import ContractRow
from tests.integration.api.world import (
    HAVERING,
    REGION,
    World,
    service,
)
from tests.integration.pages.browsing import Browser, Page
from tests.integration.pages.conftest import browsers
from tests.unit.pricing.oracle import (
    Stay,
    contract_dict,
    quote_amounts,
)
from tests.whole_life import HOME, NEWHAM, SECOND, STARTS

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


def stays() -> Iterator[Stay]:
    """Who lived in a home of the contract, from when, in which band: what the lives above say."""
    far = date(2027, 4, 1)
    yield Stay(NEWHAM, "medium", STARTS, far, fraction(MANY))
    yield Stay(HAVERING, "medium", STARTS, far, fraction(MANY))
    yield Stay(NEWHAM, "medium", STARTS, REBANDED, fraction({"one_to_one": "12"}))
    yield Stay(NEWHAM, "high", REBANDED, far, fraction(LATER))
    yield Stay(NEWHAM, "medium", STARTS, far, {})


@contextmanager
def at_a_copy(
    at_work: AtWork,
    folder: Path,
    change: Callable[[Session], None],
    *,
    account: str = "director",
    address: str = "/borough",
) -> Iterator[Page]:
    """A page, the director's of the borough, of a changed copy of the records."""
    copy = folder / "copy.sqlite3"
    with sqlite3.connect(at_work[2].url.database or "") as file, sqlite3.connect(copy) as into:
        file.backup(into)
    engine = make_engine(f"sqlite:///{copy}")
    with writing(engine) as session:
        change(session)
    with browsers(service(engine)) as browser:
        yield browser(account).get(address)
    engine.dispose()


def with_contract(contract_id: str, text: str) -> Callable[[Session], None]:
    def change(session: Session) -> None:
        table_ = ContractRow.__table__
        row: dict[str, Any] = dict(session.execute(sa.select(table_).limit(1)).mappings().one())
        del row["row_id"]
        version = hashlib.sha256(text.encode()).hexdigest()
        new = {"contract_id": contract_id, "text": text, "version": version, "imported_at": now()}
        session.execute(sa.insert(table_), {**row, **new})

    return change
