"""The board pack is one sheet of paper: printed by the browser, whole, with the most it can hold.

It is so as the terminal writes it, and as a commissioner opens it from the report's page.

Its tables have as many rows in a busy quarter as they can have: every band, every step, four
quarters and long waits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine
from sqlmodel import Session

from broker.database import make_engine, migrate, writing
from broker.reports.board import page as board_page
from broker.reports.figures import quarter_period
from broker.reports.form import Report
from broker.reports.make import make
from broker.warehouse import build, sql
from broker.warehouse.facts import EPISODE, OCCUPANCY, OFFER, REFERRAL
from broker.warehouse.run import bring_up
from matching.geography import PARTNER_BOROUGHS
from matching.problem import BANDS
from pricing.calendar_months import add_months
from tests.browser.conftest import Opens
from tests.browser.looking import lost_when_narrow, not_reached_by_keys, violations
from tests.integration.warehouse.rows import KEYS
from tests.integration.warehouse.test_change import row
from tests.whole_life import COMMISSIONER, NEWHAM

FIRST = date(2024, 10, 1)
LAST = date(2026, 12, 31)
MANY = 97
"""Referrals a quarter: so that counts have several digits."""


@pytest.fixture(scope="module")
def busy() -> Iterator[Report]:
    """A board pack of a quarter in which everything there is to tell happened, often."""
    engine = make_engine("sqlite://")
    migrate(engine)
    with writing(engine) as session:
        build.refresh(session, KEYS, LAST)
        for quarter in range(9):
            _a_quarter(session, quarter, add_months(FIRST, 3 * quarter))
        sql.put(session, OCCUPANCY, [
            row(OCCUPANCY, home_id=f"SC99{home:04}", day=FIRST + timedelta(at), places=6, placed=3,
                others=1, out_of_use=1, empty=1, provider="A provider of a rather long name")
            for home in range(30) for at in range(0, 822, 3)
        ])  # fmt: skip
    with writing(engine) as session:
        yield make(session, COMMISSIONER, "board", quarter_period("2026-Q4"))
    engine.dispose()


@pytest.fixture(scope="module")
def built(address_of_records: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The sample region that the service is on, with a warehouse."""
    engine = make_engine(address_of_records)
    folder = tmp_path_factory.mktemp("warehouse")
    keys = folder / "key.json"
    bring_up(engine, folder / "files", keys, LAST, COMMISSIONER, whole=True)
    yield engine
    engine.dispose()


def _a_quarter(
    session: Session, number: int, start: date, boroughs: Sequence[str] = (NEWHAM,)
) -> None:
    referrals, offers, episodes = [], [], []
    for at in range(MANY):
        key, day = f"r{number}-{at}", start + timedelta(days=at % 60)
        who = {"referral_key": key, "person_key": key,
               "borough": boroughs[at % len(boroughs)]}  # fmt: skip
        band = [*BANDS, None][at % 5]
        steps: dict[str, Any] = dict.fromkeys(
            ("submitted_on", "banded_on", "verified_on", "shortlisted_on", "offered_on",
             "accepted_on", "confirmed_on", "moved_in_on"), day + timedelta(days=11),
        ) if at % 4 else {"submitted_on": day}  # fmt: skip
        referrals.append(row(REFERRAL, **who, band=band, opened_on=day, state="verified",
                             needed_by=day, nearness="near", **steps))  # fmt: skip
        offers.append(row(OFFER, **who, number=1, made_on=day, state="declined", home_said="no",
                          home_said_on=day, reason_key="offer:staffing"))  # fmt: skip
        if at % 4:
            told = {"moved_in_on": day, "area": "distant", "distance_tenths": 12345,
                    "band_first": band or "low", "wish": "wants", "school_kept": True}  # fmt: skip
            if at % 2:
                told |= {"ended_on": day + timedelta(20), "days": 20, "planned_end": False,
                         "disrupted": True, "destination": "family", "care_code": "E4A",
                         "needs_place": True, "goals_met": "all"}  # fmt: skip
            episodes.append(row(EPISODE, **who, **told))
    sql.put(session, REFERRAL, referrals)
    sql.put(session, OFFER, offers)
    sql.put(session, EPISODE, episodes)


def pages_of(pdf: bytes) -> int:
    """How many pages a document of the browser has: each is an object of this type."""
    return len(re.findall(rb"/Type\s*/Page(?![a-zA-Z])", pdf))


@pytest.fixture
def printing(chromium: Browser) -> Iterator[Page]:
    """A page of a file, with nothing of the service."""
    page = chromium.new_page()
    yield page
    page.close()


def one_sheet(page: Page) -> bool:
    """Whether a page prints on one sheet of A4, and nothing of it is cut off at the side."""
    page.emulate_media(media="print")
    pdf = page.pdf(prefer_css_page_size=True)
    box = re.search(rb"/MediaBox\s*\[\s*0\s+0\s+([0-9.]+)\s+([0-9.]+)", pdf)
    assert box is not None
    assert [round(float(one)) for one in box.groups()] in ([595, 842], [596, 842], [594, 842])
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return pages_of(pdf) == 1 and bool(wide <= 0)


def test_the_sheet_that_the_service_has_is_one_of_the_sample_and_of_eight_busy_boroughs(
    opens: Opens, built: Engine
) -> None:
    page = opens("commissioner")
    page.goto("/reports/board")
    link = page.get_by_role("link", name="One sheet of paper, to print (A4)")
    link.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Board pack")
    assert page.evaluate("getComputedStyle(document.body).maxWidth") == "718.11px", "in its style"
    assert one_sheet(page)
    with writing(built) as session:
        for quarter in range(9):
            start = add_months(FIRST, 3 * quarter)
            _a_quarter(session, quarter, start, list(PARTNER_BOROUGHS))
    busy = opens("commissioner")
    busy.goto("/reports/board?from-day=1&from-month=10&from-year=2026"
              "&to-day=1&to-month=1&to-year=2027")  # fmt: skip
    busy.get_by_role("link", name="One sheet of paper, to print (A4)").click()
    expect(
        busy.get_by_role("row", name=re.compile(r"^sent to the brokerage \d{2,}"))
    ).to_be_visible()
    chart = busy.get_by_role("img")
    assert chart.evaluate("one => one.complete && one.naturalWidth > 0"), "the chart is drawn"
    assert violations(busy) == []
    assert lost_when_narrow(busy) == []
    assert not_reached_by_keys(busy) == []
    assert one_sheet(busy)


def test_the_board_pack_of_a_busy_quarter_is_one_sheet_of_a4(
    busy: Report, printing: Page, tmp_path: Path
) -> None:
    assert [len(table.rows) for table in busy.tables] == [6, 6, 3, 6, 1, 4]
    file = tmp_path / "board.html"
    file.write_text(board_page(busy), encoding="utf-8")
    printing.goto(file.as_uri())
    assert one_sheet(printing)
    twice = board_page(busy).replace(
        "</main>", "<section>" + "<p>more</p>" * 60 + "</section></main>"
    )
    printing.set_content(twice)
    assert pages_of(printing.pdf(prefer_css_page_size=True)) == 2, "what does not fit is counted"
