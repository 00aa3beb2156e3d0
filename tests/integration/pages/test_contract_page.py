"""A contract's figures counted day by day apart from the page: occupancy, mix, and rate parity."""

from __future__ import annotations

import hashlib
import sqlite3
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy import Engine

from broker.access.actor import Role
from broker.database import make_engine, writing
from broker.tables import ContractRow
from tests import whole_life
from tests.integration.api.world import HAVERING, REGION, World, service
from tests.integration.pages.browsing import Browser, Page, table, words
from tests.integration.pages.conftest import browsers
from tests.whole_life import BROKER, HOME, SECOND, STARTS, Teller, borough

Browsing = Callable[[str | None], Browser]
AtWork = tuple[FastAPI, World, Engine]
CONTRACT = "NEL-BLOCK-1"
START, END = date(2026, 9, 1), date(2026, 12, 1)
PERIOD = "from-day=1&from-month=9&from-year=2026&to-day=1&to-month=12&to-year=2026"
LATER = date(2026, 10, 6)
REBANDED = date(2026, 11, 10)
SPOT = """\
id = "NEL-SPOT-2"
name = "A spot contract of the tests (invented)"
kind = "spot"
lead = "P2"
start = 2026-04-01
end = 2034-04-01
[providers]
P2 = ["SC990007"]
[fees]
low = "4500.00"
medium = "6450.00"
high = "8000.00"
specialist = "10500.00"
"""
LIVED = [
    ("P2", STARTS, REBANDED, "medium"),
    ("P2", REBANDED, END, "high"),
    ("P1", STARTS, END, "medium"),
    ("P2", LATER, END, "medium"),
]
"""Who lived with which provider, from when until when, in which band: what the lives below say."""


@pytest.fixture(scope="module")
def told(at_work: AtWork) -> None:
    """Two of Newham from 14 September, one of whom has high need later; one of Havering later."""
    with writing(at_work[2]) as session:
        first = Teller(session)
        first.to_verified(young_person_id="YP-931", date_of_birth=date(2013, 1, 2))
        _moved_in(first, HOME, "P2", STARTS)
        second = Teller(session)
        second.to_verified(young_person_id="YP-932", date_of_birth=date(2013, 1, 3))
        _moved_in(second, SECOND, "P1", STARTS)
        with pytest.MonkeyPatch.context() as patch:
            for name, role in (
                ("ASSESSOR", Role.ASSESSOR), ("VERIFIER", Role.VERIFIER),
                ("OFFICER", Role.NOMINATED_OFFICER), ("DIRECTOR", Role.DIRECTOR),
            ):  # fmt: skip
                patch.setattr(whole_life, name, borough(role, code=HAVERING))
            third = Teller(session, minutes=120)
            third.to_verified(
                actor=whole_life.ASSESSOR,
                young_person_id="YP-933",
                date_of_birth=date(2013, 1, 4),
                borough=HAVERING,
                needed_by=LATER,
            )
            _moved_in(third, HOME, "P2", LATER)
        first.again()
        first.today = REBANDED
        first.take(
            BROKER, "reband", band="high", from_day=REBANDED, confirmed=True, thresholds="t1",
            reason="more help at night",
        )  # fmt: skip


def _moved_in(teller: Teller, home: str, provider: str, on: date) -> None:
    teller.shortlist(home)
    teller.view(home)
    teller.offer(home, starts_on=on)
    teller.impact(home, provider)
    teller.take(whole_life.manager(provider, home), "accept", home_id=home)
    teller.ready(home)
    teller.confirm(home, starts_on=on)
    teller.today = on
    teller.take(BROKER, "move_in", moved_in_on=on)


@pytest.fixture(scope="module")
def counted(
    at_work: AtWork, told: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browsing]:
    """A browser of the same records, but everybody who lives there is in the ledger."""
    copy = tmp_path_factory.mktemp("counted") / "records.sqlite3"
    with sqlite3.connect(at_work[2].url.database or "") as file, sqlite3.connect(copy) as into:
        file.backup(into)
    engine = make_engine(f"sqlite:///{copy}")
    with engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM resident"))
    with browsers(service(engine)) as browser:
        yield browser
    engine.dispose()


@pytest.fixture
def page(counted: Browsing) -> Page:
    return counted("commissioner").get(f"/contracts/{CONTRACT}?{PERIOD}")


@pytest.fixture
def partly(browsing: Browsing, told: None) -> Page:
    """The contract while 20 live in its homes of whom no day of moving in is known."""
    return browsing("commissioner").get(f"/contracts/{CONTRACT}?{PERIOD}")


def days() -> Iterator[date]:
    day = START
    while day < END:
        yield day
        day += timedelta(days=1)


def living(day: date) -> list[tuple[str, str]]:
    """Provider and band of everybody who lives there on a day."""
    return [(provider, band) for provider, since, until, band in LIVED if since <= day < until]


def guaranteed() -> int:
    contract = tomllib.loads((REGION / "contract.toml").read_text(encoding="utf-8"))
    assert contract["voids"]["guarantee_percent"] == "90.00"
    return int(contract["places"]) * 90 // 100


def percent(part: int, whole: int) -> str:
    exact = (Decimal(100 * part) / whole).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{exact}%"


def test_occupancy_is_of_the_place_days_counted_day_by_day(page: Page) -> None:
    used = sum(len(living(day)) for day in days())
    payable = sum(guaranteed() for _ in days())
    said = f"{percent(used, payable)}: {used} place days used of {payable} to be paid for"
    [found] = [words(one) for one in page.tree.iter("dd") if "place days used of" in words(one)]
    assert found == said


def test_each_stretch_has_as_many_in_use_as_lived_there(page: Page) -> None:
    heads, *rows = table(page, "Places in use, day by day")
    assert heads[:5] == ["From", "To the day before", "In use", "To be paid for",
                         "Paid for and not used"]  # fmt: skip
    lived = [sorted(living(day)) for day in days()]
    numbers = [len(each) for each in lived]
    changes = [0, *(at for at in range(1, len(lived)) if lived[at] != lived[at - 1])]
    assert [(row[0], int(row[2]), int(row[3]), int(row[4])) for row in rows] == [
        (
            _said(START + timedelta(days=at)),
            numbers[at],
            guaranteed(),
            guaranteed() - numbers[at],
        )
        for at in changes
    ]
    assert rows[-1][1] == _said(END)


def _said(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def test_the_mix_is_of_each_providers_place_days_by_band(page: Page) -> None:
    heads, *rows = table(page, "Who lives where, by need band")
    assert heads[2:6] == ["Low", "Medium", "High", "Specialist"]
    found = {row[0]: row[1:] for row in rows}
    every = [who for day in days() for who in living(day)]
    places = {"P1": 5 + 3 + 4 + 4 + 3, "P2": 2 + 4 + 4 + 3 + 3}
    number = len(list(days()))
    for name, providers in (("P1", ["P1"]), ("P2", ["P2"]), ("All providers", ["P1", "P2"])):
        counted = Counter(band for provider, band in every if provider in providers)
        of = sum(places[one] for one in providers)
        last = sum(band == "high" for one, band in living(END - timedelta(days=1))
                   if one in providers)  # fmt: skip
        assert found[name] == [
            str(of),
            *(percent(counted[band], counted.total()) for band in
              ("low", "medium", "high", "specialist")),
            percent(counted["high"], of * number),
            str(last),
        ], name  # fmt: skip


def test_one_contract_cannot_differ_from_itself_and_the_page_says_so(
    browsing: Browsing, told: None
) -> None:
    page = browsing("commissioner").get(f"/contracts/{CONTRACT}/parity?{PERIOD}")
    assert "one contract cannot differ from itself" in page.main
    assert "Where fees differ" not in page.main
    rows = table(page, "Fees that boroughs pay")
    assert [row[2] for row in rows if row[:2] == ["medium need", "all providers"]] == ["3"]


def test_two_contracts_of_one_home_that_price_it_differently_are_found(
    at_work: AtWork, told: None, tmp_path: Path
) -> None:
    copy = tmp_path / "with a spot contract.sqlite3"
    with sqlite3.connect(at_work[2].url.database or "") as file, sqlite3.connect(copy) as into:
        file.backup(into)
    engine = make_engine(f"sqlite:///{copy}")
    contracts = ContractRow.__table__
    with engine.begin() as connection:
        row = dict(connection.execute(sa.select(contracts).limit(1)).mappings().one())
        del row["row_id"]
        version = hashlib.sha256(SPOT.encode()).hexdigest()
        new = {"contract_id": "NEL-SPOT-2", "text": SPOT, "version": version, "name": "Spot",
               "file": "contract-spot.toml"}  # fmt: skip
        connection.execute(sa.insert(contracts), {**row, **new})
    with browsers(service(engine)) as browser:
        page = browser("finance").get(f"/contracts/{CONTRACT}/parity?{PERIOD}")
    engine.dispose()
    assert "Compared with what NEL-SPOT-2 says of the same homes." in page.main
    rows = table(page, "Where fees differ")[1:]
    # Newham's until its band changed, Havering's from October on: each of the two by one contract
    # against each of the two by the other, on the days that both live there.
    stays = {"Newham": (STARTS, REBANDED), "Havering": (LATER, END)}
    expected = []
    for dearer, (since, until) in stays.items():
        for cheaper, (first, last) in stays.items():
            start, end = max(since, first), min(until, last)
            total = (Decimal(450) * (end - start).days / 7).quantize(Decimal("0.01"), ROUND_HALF_UP)
            expected.append(
                [HOME, "medium need", dearer, "NEL-SPOT-2", "£6,450.00", cheaper, CONTRACT,
                 "£6,000.00", _said(start), _said(end), f"£{total:,}"]
            )  # fmt: skip
    assert sorted(rows) == sorted(expected)
    assert "4 pairs of fees differ for the same home, band and day." in page.main
    assert "YP-93" not in page.text


def figures(page: Page) -> dict[str, str]:
    """The main figures of a contract's page."""
    names = [words(one) for one in page.tree.iter("dt")]
    return dict(zip(names, [words(one) for one in page.tree.iter("dd")], strict=True))


def test_while_some_who_live_there_are_not_in_the_ledger_figures_are_bounds(
    page: Page, partly: Page
) -> None:
    whole, part = figures(page), figures(partly)
    assert not [one for one in whole.values() if "at least" in one or "at most" in one]
    used, of = whole["Occupancy"].split(": ")
    assert part["Occupancy"] == f"at least {used}: at least {of}"
    assert part["Placements"] == f"at least {whole['Placements']}"
    assert part["Voids"] == f"at most {whole['Voids']}"
    assert part["Total"] == "not known" != whole["Total"]
    heads, *rows = table(partly, "What each borough owes")
    assert heads == ["Borough", "Placements, at least", "Voids, at most", "Results, at least",
                     "Total"]  # fmt: skip
    assert {row[-1] for row in rows} == {"not known"}
    assert table(page, "What each borough owes")[0][1:3] == ["Placements", "Voids"]
    assert table(partly, "Places in use, day by day")[0][2:5] == [
        "In use, at least", "To be paid for", "Paid for and not used, at most",
    ]  # fmt: skip
    assert table(partly, "Voids, and what is paid for places")[0][-1] == "Bears in all, at most"
    for row in table(partly, "Who lives where, by need band")[1:]:
        assert row[2:6] == ["not known"] * 4
        assert row[6].startswith("at least ")
        assert row[7].startswith("at least ")
    assert "20 young people live in homes of the contract" in partly.main
    assert "who runs this service for you can make a whole statement" in partly.main
    assert "who runs this service for you can make a whole statement" not in page.main


def test_somebody_who_is_sure_to_have_left_before_the_period_takes_no_figure_away(
    at_work: AtWork, told: None, tmp_path: Path
) -> None:
    copy = tmp_path / "left.sqlite3"
    with sqlite3.connect(at_work[2].url.database or "") as file, sqlite3.connect(copy) as into:
        file.backup(into)
    engine = make_engine(f"sqlite:///{copy}")
    with engine.begin() as connection:
        connection.execute(
            sa.text("UPDATE resident SET leaves_on = :day, leaving = 'confirmed'"),
            {"day": START.isoformat()},
        )
    with browsers(service(engine)) as browser:
        seen = browser("commissioner").get(f"/contracts/{CONTRACT}?{PERIOD}")
    engine.dispose()
    assert figures(seen)["Total"] != "not known"


def test_the_ledger_tells_totals_only_where_everybody_is_in_it(
    counted: Browsing, browsing: Browsing, told: None
) -> None:
    address = f"/contracts/{CONTRACT}/ledger?{PERIOD}"
    whole, part = (one("commissioner").get(address) for one in (counted, browsing))
    assert table(whole, "Statement of each borough")[0][1:] == [
        "Placements", "Voids", "Results", "Total",
    ]  # fmt: skip
    totals = [row[-1] for row in table(whole, "Statement of each borough")[1:]]
    assert [row[-1] for row in table(whole, "Statements month by month")[1:]] == totals
    heads, *rows = table(part, "Statement of each borough")
    assert heads[2] == "Voids, at most"
    assert {row[-1] for row in rows} == {"not known"}
    assert "Statements month by month" not in part.main
    months = table(part, "Placements month by month, at least")
    assert [row[-1] for row in months[1:]] == [row[1] for row in rows]
    assert table(part, "What the placements are made of")[0][-1] == "Amount, at least"
