"""Reports as pages: which days were read stands in the audit, periods to choose, and the sheet."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy import Engine

from broker.access.actor import PARTNERSHIP, Actor, OrganisationKind, Role
from broker.database import reading
from broker.tables import AuditRow
from broker.warehouse.run import bring_up
from tests.integration.api.world import World
from tests.integration.pages.browsing import HTML, Browser, Page, parsed, words

Browsing = Callable[[str | None], Browser]
AtWork = tuple[FastAPI, World, Engine]
DAYS = "from-day=1&from-month=7&from-year=2026&to-day=1&to-month=10&to-year=2026"
AS_OF = date(2026, 12, 1)


@pytest.fixture
def records(at_work: AtWork, tmp_path: Path) -> Engine:
    """The records, with a warehouse of 1 December 2026."""
    actor = Actor("test", Role.ADMINISTRATOR, PARTNERSHIP, OrganisationKind.PARTNERSHIP)
    keys = tmp_path / "apart" / "keys.json"
    keys.parent.mkdir()
    bring_up(at_work[2], tmp_path / "files", keys, AS_OF, actor, whole=True)
    return at_work[2]


def reads(engine: Engine) -> list[str]:
    """What was read of reports, in the order of the audit."""
    table = AuditRow.__table__
    query = sa.select(table.c.record_kind, table.c.record_id).where(table.c.act == "report.read")
    with reading(engine) as session:
        return ["|".join(row) for row in session.execute(query.order_by(table.c.number))]


def test_the_audit_says_which_days_were_read_on_a_page_as_it_does_of_a_program(
    browsing: Browsing, records: Engine
) -> None:
    commissioner, director = browsing("commissioner"), browsing("director")
    commissioner.get("/reports/flow")
    quarter = reads(records)
    assert quarter == ["report|flow 2026-07-01 2026-10-01"], "the last whole quarter"
    for address in (
        f"/reports/board?{DAYS}",
        f"/reports/board/workbook?{DAYS}",
        f"/reports/board/paper?{DAYS}",
        "/api/reports/board?from=2026-07-01&to=2026-10-01",
    ):
        answer = commissioner.client.get(address, headers=commissioner.headers)
        assert answer.status_code == 200, address
    assert reads(records)[1:] == ["report|board 2026-07-01 2026-10-01"] * 4
    director.get(f"/reports/outcomes?{DAYS}")
    assert reads(records)[-1] == "report|outcomes 2026-07-01 2026-10-01 of E09000025"


def chosen(page: Page) -> dict[str, str]:
    """The periods to choose from by their words, and where each leads: nowhere if it is shown."""
    [part] = [one for one in page.tree.iter("nav") if one.get("aria-label") == "Periods"]
    found = {}
    for item in part.iter("li"):
        links = [one.get("href", "") for one in item.iter("a")]
        found[words(item)] = links[0] if links else ""
    return found


def test_quarters_and_years_are_chosen_without_writing_a_day(
    browsing: Browsing, records: Engine
) -> None:
    commissioner = browsing("commissioner")
    page = commissioner.get("/reports/outcomes")
    offered = chosen(page)
    assert list(offered) == [
        "This quarter: October to December 2026, so far",
        "Last quarter: July to September 2026",
        "The quarter before: April to June 2026",
        "This financial year: April 2026 to March 2027, so far",
        "Last financial year: April 2025 to March 2026",
    ]
    assert [words_ for words_, link in offered.items() if not link] == [list(offered)[1]]
    for (said, link), days in zip(
        offered.items(),
        (
            "from 1 October 2026 to the day before 1 January 2027",
            "from 1 July 2026 to the day before 1 October 2026",
            "from 1 April 2026 to the day before 1 July 2026",
            "from 1 April 2026 to the day before 1 April 2027",
            "from 1 April 2025 to the day before 1 April 2026",
        ),
        strict=True,
    ):
        there = commissioner.get(link) if link else page
        assert f"Outcomes, {days}." in there.main
        assert [one for one, to in chosen(there).items() if not to] == [said]
        query = f"?{link.partition('?')[2]}" if link else ""
        assert f"/reports/flow{query}" in there.links(), "another report is of the same days"
    far = commissioner.get("/reports/flow?from-day=3&from-month=9&from-year=2026"
                           "&to-day=9&to-month=9&to-year=2026")  # fmt: skip
    assert all(chosen(far).values()), "none of them is shown"
    wrong = commissioner.get("/reports/flow?from-day=x")
    assert wrong.status == 422
    assert "/reports/board" in wrong.links(), "what is wrong is not carried on"


def test_the_board_pack_can_be_printed_from_its_page_by_whoever_sees_it(
    browsing: Browsing, records: Engine
) -> None:
    commissioner = browsing("commissioner")
    page = commissioner.get(f"/reports/board?{DAYS}")
    link = f"/reports/board/paper?{DAYS}"
    assert link in page.links()
    assert not [one for one in commissioner.get("/reports/flow").links() if "paper" in one]
    answer = commissioner.client.get(link, headers=HTML | commissioner.headers)
    sheet = parsed(answer.text)
    cells = [[words(one) for one in sheet.iter(tag)] for tag in ("th", "td")]
    assert cells == [[words(one) for one in page.tree.iter(tag)] for tag in ("th", "td")]
    assert "Board pack, 1 July 2026 to the day before 1 October 2026" in answer.text
    assert not re.search(r"\b\d{4}-\d{2}-\d{2}\b", answer.text), "days as people write them"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert browsing("provider").get(link).status == 403
    assert commissioner.get("/reports/board/paper?from-day=x").status == 404
