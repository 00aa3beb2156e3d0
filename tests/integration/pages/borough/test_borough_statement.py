"""What a borough owes for a month, worked out again day by day apart from the page."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from sqlmodel import Session

from broker.registers.book import write_entry
from broker.registers.entries import ENTRY
from broker.store.clock import now
from broker.store.history import Author
from tests.integration.api.world import (
    HAVERING,
    REGION,
)
from tests.integration.pages.borough.newham import (
    CONTRACT,
    DAY,
    HACKNEY,
    MANY,
    MONTHS,
    AtWork,
    Browsing,
    at_a_copy,
    fraction,
    money,
    stays,
    with_contract,
)
from tests.integration.pages.browsing import table
from tests.integration.pages.test_contract_page import SPOT as WITHOUT_SUPPORT
from tests.unit.pricing.oracle import (
    contract_dict,
    in_force,
    statement_json,
    to_penny,
)
from tests.whole_life import COMMISSIONER, HOME, NEWHAM

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
    assert "2 young people live in homes that no contract on record prices today" in page.main
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


def test_places_that_change_within_a_month_are_told_with_their_days(
    at_work: AtWork, told: Mapping[str, str], tmp_path: Path
) -> None:
    """35 places among those who stay, of 31: Newham's 6 are worth 6.77, the largest remainder."""
    exit_ = {"register": "exits", "contract": "NEL-BLOCK-1", "borough": "E09000030",
             "notice_given": "2026-06-01", "leaves_on": "2026-10-15"}  # fmt: skip

    def leaves(session: Session) -> None:
        entry = ENTRY.validate_json(json.dumps(exit_))
        write_entry(session, COMMISSIONER, entry, Author("commissioner-1", now()))

    with at_a_copy(at_work, tmp_path, leaves) as page:
        october, november = (table(page, f"Our places and voids in {month}")[1]
                             for month in ("October 2026", "November 2026"))  # fmt: skip
    assert october[1] == "6 places from 1 October 2026, 7 places from 15 October 2026"
    assert november[1] == "7"
    assert _pounds(october[3]) > _pounds(october[2]), "who stays bears more"


SPOT = (
    WITHOUT_SUPPORT.replace("start = 2026-04-01", "start = 2026-10-16")
    + """\
[[requirements]]
code = "one_to_one"
name = "One-to-one support"
unit = "hour"
price = "28.50"
included = { low = 0, medium = 10, high = 20, specialist = 40 }
"""
)


def test_contracts_that_name_the_same_home_are_not_added_up(
    at_work: AtWork, told: Mapping[str, str], tmp_path: Path
) -> None:
    with at_a_copy(at_work, tmp_path, with_contract("NEL-SPOT-2", SPOT)) as page:
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
    with at_a_copy(at_work, tmp_path, with_contract("NEL-BLOCK-1", text)) as page:
        for month in MONTHS:
            _, row, last = table(page, f"What we owe for {month}")
            assert row[3:] == last[3:] == ["not known"] * 4
    assert page.main.count("What we owe by NEL-BLOCK-1 is not known.") == 2
    assert "YP-97" not in page.text
