"""Every table a page shows can be had as a spreadsheet, which says the same and runs nothing."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine

from api.pages.access import PAGES
from api.pages.spreadsheet import FIELD, MEDIA_TYPE, file_name, spreadsheet
from broker.database import writing
from broker.store.clock import now
from broker.store.history import Author
from broker.store.put import put_row, rows_of
from broker.store.shelves import SHELVES
from tests.addresses import ADDRESSES, FILES, NOBODY, filled_in, route_of
from tests.integration.api.world import World
from tests.integration.pages.browsing import Browser, Page, words

Browsing = Callable[[str | None], Browser]
PRICE = (
    "/price?contract=NEL-BLOCK-1&band=specialist&from-day=7&from-month=9&from-year=2026"
    "&to-day=14&to-month=9&to-year=2026&units-one_to_one=46&units-waking_night=7"
)
PAGE = """<table><caption>A  name</caption><thead><tr><th>What</th><th>Sum</th><th>Day</th>
<th>Of</th><th>Share</th><th>Said</th><th>Id</th></tr></thead><tbody>
<tr><th>=1+1</th><td>£1,234.50</td><td>7 September 2026</td><td>1,200</td><td>12.5%</td>
<td>a<span class="govuk-visually-hidden"> hidden</span><br>b</td><td>007</td></tr>
<tr><th>-2</th><td>-£3</td><td>not known</td><td>0</td><td>not available</td><td>4</td><td>1</td>
</tr></tbody></table>"""


def sheet_of(browser: Browser, link: str) -> tuple[Any, Any]:
    answer = browser.client.get(link, headers=browser.headers | {"accept": "text/html"})
    assert answer.status_code == 200, link
    assert answer.headers["content-type"] == MEDIA_TYPE
    return answer, load_workbook(io.BytesIO(answer.content)).worksheets[0]


def body_of(sheet: Any) -> list[list[Any]]:
    """The rows under the header, which stands after the title, two notes and a blank."""
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=6)]


def every_table_can_be_had(browser: Browser, page: Page) -> None:
    """Each table of a page has a caption of its own, and a link that brings the same rows."""
    tables = list(page.tree.iter("table"))
    links = [link for link in page.links() if f"{FIELD}=" in link]
    assert len(links) == len(tables), page.address
    captions = [words(next(table.iter("caption"))) for table in tables]
    assert len(set(captions)) == len(captions), f"{page.address}: {captions}"
    for table, link in zip(tables, links, strict=True):
        rows = [row for row in table.iter("tr") if row.find("th[@scope='col']") is None]
        _, sheet = sheet_of(browser, link)
        more = sheet.max_row - 5 - len(rows)
        # of the audit a spreadsheet has every entry: tests/integration/pages/test_audit_page.py
        assert more > 0 if page.address == "/audit" else more == 0, link


def links_of(browser: Browser, address: str) -> list[str]:
    return [link for link in browser.get(address).links() if f"{FIELD}=" in link]


def test_amounts_days_counts_and_shares_are_numbers_and_the_rest_is_text() -> None:
    made = spreadsheet(PAGE, "A name", ["one", "two"])
    assert made is not None
    sheet = load_workbook(io.BytesIO(made)).worksheets[0]
    first, second = body_of(sheet)
    assert first[0] == "=1+1"
    assert sheet.cell(6, 1).data_type == "s"
    assert first[1:2] + first[3:] == [1234.5, 1200, 0.125, "a; b", "007"]
    assert str(first[2].date()) == "2026-09-07"
    assert second == ["-2", -3, None, 0, None, "4", "1"]


def test_a_page_without_such_a_table_has_no_spreadsheet() -> None:
    assert spreadsheet(PAGE, "Another name", []) is None


@pytest.mark.parametrize(
    ("label", "name"), [("A name", "a-name.xlsx"), ("../é\n£", "table.xlsx"), ("x" * 90, "x" * 60)]
)
def test_a_file_is_named_by_the_table_and_nothing_that_could_harm(label: str, name: str) -> None:
    assert file_name(label).removesuffix(".xlsx") == name.removesuffix(".xlsx")


MONTHS = "from-day=1&from-month=9&from-year=2026&to-day=1&to-month=12&to-year=2026"
ELSEWHERE = {
    "/jobs/{job_id}": "of a job that waits, which has no table",
    "/scenarios/{number}/parts/{name}": "a part of one: the same test",
    "/scenarios/{number}": "of a simulation: tests/integration/pages/test_simulations.py",
}


def test_every_page_is_looked_at_for_tables() -> None:
    pages = {path for method, path in PAGES if method == "GET"}
    looked = {route_of(address) for role in ADDRESSES for address in ADDRESSES[role]}
    assert pages == looked | FILES
    assert set(ELSEWHERE) < looked


@pytest.mark.parametrize("role", sorted(ADDRESSES))
def test_every_table_of_every_page_has_a_link_that_brings_its_rows(
    browsing: Browsing, at_work: tuple[object, World, object], matched: str, role: str
) -> None:
    run = matched.rpartition("/")[2]
    known = {"REFERRAL": f"/referrals/{at_work[1].newham}", "MATCH": matched,
             "RUN": run, "OTHER": run}  # fmt: skip
    for address in ADDRESSES[role]:
        if route_of(address) in ELSEWHERE:
            continue
        browser = browsing(None if role == NOBODY else role)
        page = browser.get(filled_in(address, known))
        assert page.status == 200, address
        every_table_can_be_had(browser, page)


def test_the_pages_with_the_most_tables_show_some(browsing: Browsing, matched: str) -> None:
    for account, address in (
        ("broker", matched), ("broker", "/referrals"), ("provider", "/offers"),
        ("commissioner", f"/contracts/NEL-BLOCK-1?{MONTHS}"), ("auditor", "/audit"),
        ("finance", "/weights"), ("provider", PRICE),
        ("provider", "/bands"), ("provider", "/homes"), ("provider", "/benchmarks"),
    ):  # fmt: skip
        assert list(browsing(account).get(address).tree.iter("table")), address


def test_the_question_of_the_page_is_that_of_the_spreadsheet(browsing: Browsing) -> None:
    provider = browsing("provider")
    [link] = links_of(provider, PRICE)
    answer, sheet = sheet_of(provider, link)
    total = body_of(sheet)[-1][-1]
    shown = words(next(provider.get(PRICE).tree.iter("tfoot"), provider.get(PRICE).tree))
    assert f"£{total:,.2f}" in shown
    assert "attachment" in answer.headers["content-disposition"]


def test_a_spreadsheet_is_for_whom_the_page_is(browsing: Browsing) -> None:
    provider = browsing("provider")
    answer = provider.client.get(
        f"/audit?{FIELD}=Who%20saw%20and%20did%20what",
        headers=provider.headers | {"accept": "text/html"},
    )
    assert answer.status_code == 403


def test_a_table_that_is_not_there_is_not_found(browsing: Browsing) -> None:
    assert browsing("broker").get(f"/weights?{FIELD}=nothing").status == 404


def test_a_name_that_is_a_formula_or_markup_is_text_in_the_spreadsheet(
    browsing: Browsing, at_work: tuple[object, object, Engine]
) -> None:
    broker = browsing("broker")
    page = broker.get("/options/R-14")
    label = next(words(one) for one in page.tree.iter("caption"))
    found = re.search(r"\((SC[0-9]+)\)", words(next(page.tree.iter("tbody"))))
    assert found is not None
    with writing(at_work[2]) as session:
        row = rows_of(session, "homes", {"home_id": found[1]})[0]
        record = {**SHELVES["homes"].record(row), "name": '=HYPERLINK("x")'}
        put_row(session, "homes", record, Author("test", now()))
    _, sheet = sheet_of(broker, f"/options/R-14?{FIELD}={quote(label)}")
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    told = " ".join(str(cell.value) for cell in cells)
    assert f'=HYPERLINK("x") ({found[1]})' in told
