"""Pages of money and reports: whole markup, and the same figures as the functions behind them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from openpyxl import load_workbook
from sqlalchemy import Engine

from api.pages.period import refused_of
from broker.audit.chain import verify
from broker.database import reading
from broker.tables import AuditRow, VacancyRow
from broker.tables.registers import REGISTERS
from pricing.bands.threshold_file import shipped_thresholds
from pricing.contract import read_contract
from pricing.forecast.asked import Asked
from pricing.forecast.forecast import forecast
from pricing.money import pounds_for_people
from pricing.problems import BadInput, InputProblem
from pricing.value.published_file import shipped_prices
from tests.integration.api.world import REGION, World
from tests.integration.pages.browsing import Browser, table, words
from tests.integration.pages.conftest import MARKUP
from tests.warehouse_built import build_warehouse

Browsing = Callable[[str | None], Browser]
AtWork = tuple[FastAPI, World, Engine]
CONTRACT = "NEL-BLOCK-1"
MONTHS = "from-day=1&from-month=9&from-year=2026&to-day=1&to-month=12&to-year=2026"
FORECAST = f"contract={CONTRACT}&occupancy=85&low=20&medium=35&high=35&specialist=10&places=10"


def pence(text: str) -> int:
    return round(Fraction(re.sub("[£,]", "", text).replace("\u2212", "-")) * 100)


def test_bands_are_said_as_the_thresholds_have_them(browsing: Browsing) -> None:
    page = browsing("registered_manager").get("/bands")
    found = shipped_thresholds()
    for rule in found.rules:
        assert any(rule.code == row[1] for row in table(page, "Which scores make which band"))
    for item in found.items.values():
        assert item.name in page.main
    assert "starting assumptions" in page.main


def test_a_forecast_shows_the_sums_that_the_contract_gives(browsing: Browsing) -> None:
    page = browsing("provider").get(f"/forecast?{FORECAST}")
    assert page.status == 200, page.errors
    asked = Asked(
        Fraction(85, 100),
        {"low": Fraction(1, 5), "medium": Fraction(35, 100), "high": Fraction(35, 100),
         "specialist": Fraction(1, 10)},
        {},
        provider="P2",
        places=10,
    )  # fmt: skip
    made = forecast(read_contract(REGION / "contract.toml"), asked, None)
    rows = table(page, "Years, central")
    at = rows[0].index("Income")
    assert [pence(row[at]) for row in rows[1:]] == [
        *(sums.income for sums in made.central.years.values()),
        made.central.total.income,
    ]


def test_the_chart_of_a_forecast_tells_what_its_table_tells(browsing: Browsing) -> None:
    provider = browsing("provider")
    page = provider.get(f"/forecast?{FORECAST}")
    [image] = list(page.tree.iter("img"))
    rows = table(page, "Cases")
    at = rows[0].index("Income")
    for row in rows[1:]:
        assert pounds_for_people(pence(row[at])) in image.get("alt", "")
    drawn = provider.client.get(image.get("src", ""), headers=provider.headers)
    assert drawn.headers["content-type"] == "image/svg+xml"
    root = ElementTree.fromstring(drawn.content)
    assert image.get("alt") == root.findtext("{http://www.w3.org/2000/svg}desc")
    book = provider.client.get(f"/forecast/workbook?{FORECAST}", headers=provider.headers)
    sheet = load_workbook(io.BytesIO(book.content))["Cases"]
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    heads = next(row for row in cells if "Income" in row)
    totals = [row[heads.index("Income")] for row in cells[cells.index(heads) + 1 :]]
    assert [round(Fraction(str(one)) * 100) for one in totals] == [pence(r[at]) for r in rows[1:]]


@pytest.mark.parametrize(
    ("changed", "field"),
    [("occupancy=x", "#occupancy"), ("high=36", "#low"), ("places=0", "#places"),
     ("places=", "#places"), ("results=101", "#results")],
)  # fmt: skip
def test_a_forecast_that_cannot_be_made_says_which_answer_is_wrong(
    browsing: Browsing, changed: str, field: str
) -> None:
    page = browsing("provider").get(f"/forecast?{FORECAST}&{changed}")
    assert page.status == 422
    assert field in [one for one, _ in page.errors]
    assert page.title.startswith("Error: ")


def test_a_provider_of_no_contract_sees_no_forecast(browsing: Browsing) -> None:
    page = browsing("other-provider").get(f"/forecast?{FORECAST}")
    assert "No contract that you may see" in page.main


def test_why_me_is_of_ones_own_homes(browsing: Browsing, at_work: AtWork) -> None:
    address = f"/why-me?{MONTHS}&provider=P1"
    own = browsing("provider").get(address)
    assert at_work[1].newham in own.main
    assert own.main.startswith("Why me, why not me See what homes were asked, and why not. P2")
    assert "your homes" in own.main
    assert "Rowan (SC990009)" in own.main
    other = browsing("commissioner").get(address)
    assert "(SC990001), Aspen (SC990002), Birch (SC990003)" in other.main
    assert not re.findall(r"\b[Yy]our?\b", other.main)
    beside = browsing("commissioner").get(f"/why-me?{MONTHS}&provider=P2")
    assert {row[1] for row in table(beside, "Each offer")[1:]} <= {
        words(one) for home in ("SC990006", "SC990007")
        for one in browsing("broker").get(f"/homes/{home}").tree.iter("h1")
    }  # fmt: skip
    assert browsing("commissioner").get(f"/why-me?{MONTHS}&provider=none").status == 422


def test_a_home_confirms_what_is_free_once(browsing: Browsing, at_work: AtWork) -> None:
    manager = browsing("registered_manager")
    page = manager.get("/homes/SC990007")
    fields = {**page.form("/homes/SC990007/free"), "free": "2"}
    for _ in range(2):
        shown = manager.post("/homes/SC990007/free", fields)
    assert "2 free" in shown.main
    with reading(at_work[2]) as session:
        said = sa.select(VacancyRow).where(VacancyRow.__table__.c.said_by == "registered_manager")
        assert [row.free_places for row in session.execute(said).scalars()] == [2]
        told = sa.select(AuditRow).where(AuditRow.__table__.c.act == "home.say")
        assert len(list(session.execute(told).scalars())) == 1
        assert not verify(session).broken
    wrong = manager.post("/homes/SC990007/free", {**fields, "free": "many"})
    assert [field for field, _ in wrong.errors] == ["#free"]


def test_a_home_speaks_for_itself_alone(browsing: Browsing) -> None:
    manager = browsing("registered_manager")
    fields = manager.get("/homes/SC990007").form("/homes/SC990007/free")
    page = manager.get("/homes/SC990001")
    assert "/homes/SC990001/free" not in page.text
    assert manager.post("/homes/SC990001/free", {**fields, "once": "k-1"}).status == 404


def test_rooms_are_out_of_use_and_used_again(browsing: Browsing) -> None:
    provider = browsing("provider")
    page = provider.get("/homes/SC990009")
    days = {"from-day": "1", "from-month": "3", "from-year": "2027",
            "to-day": "1", "to-month": "4", "to-year": "2027"}  # fmt: skip
    wrong = provider.send(page, "/homes/SC990009/rooms", places="x", reason="")
    assert wrong.status == 422
    assert {field for field, _ in wrong.errors} >= {"#places", "#from-day", "#to-day"}
    done = provider.send(page, "/homes/SC990009/rooms", places="1", reason="new windows", **days)
    assert table(done, "Rooms out of use")[1][:3] == ["1 March 2027", "1 April 2027", "1"]
    back = {"on-day": "15", "on-month": "3", "on-year": "2027"}
    row = re.search(r'name="row"[^>]*value="([0-9]+)"', done.text)
    assert row is not None
    again = provider.send(done, "/homes/SC990009/back", row=row[1], back_reason="done", **back)
    assert table(again, "Rooms out of use")[1][:2] == ["1 March 2027", "15 March 2027"]
    stale = provider.send(done, "/homes/SC990009/rooms", places="1", reason="more", **days)
    assert stale.status == 412


def test_more_rooms_out_of_use_than_the_home_has_are_refused_at_the_box(browsing: Browsing) -> None:
    provider = browsing("provider")
    page = provider.get("/homes/SC990009")
    days = {"from-day": "1", "from-month": "5", "from-year": "2027",
            "to-day": "1", "to-month": "6", "to-year": "2027"}  # fmt: skip
    wrong = provider.send(page, "/homes/SC990009/rooms", places="99", reason="new windows", **days)
    assert wrong.status == 422
    assert wrong.errors == [
        ("#places", "The rooms out of use must be: from 1 to 3, as the home has 3 places")
    ]
    for address in ("", "/ledger", "/parity"):
        assert browsing("commissioner").get(f"/contracts/{CONTRACT}{address}").status == 200


def test_what_does_not_fit_on_record_is_told_in_words_with_who_can_put_it_right() -> None:
    problems = [
        InputProblem(f"{file}", "column places", "'99'", "from 0 to 35", "bad value", 2)
        for file in ("availability.csv", "ledger.csv", "trades.csv", "contract.toml")
    ]
    texts = [one["text"] for one in refused_of(BadInput(problems))]
    assert texts[0] == (
        "The rooms out of use on record do not fit the contract: number 1, places: '99'. "
        "Allowed: from 0 to 35. A broker, or the provider of the home, can put this right."
    )
    who = [text.partition("from 0 to 35. ")[2] for text in texts[1:]]
    assert who == [
        "A broker can put this right.",
        "A commissioner of the partnership can put this right.",
        "Who runs this service can put this right.",
    ]
    assert not [one for one in texts if ".csv" in one or ".toml" in one or "column" in one]


def test_no_page_of_a_contract_sends_its_reader_to_a_terminal(browsing: Browsing) -> None:
    for part in ("", "/ledger", "/parity", "/benchmarks"):
        page = browsing("commissioner").get(f"/contracts/{CONTRACT}{part}")
        assert page.status == 200
        assert not re.findall(
            r"\bbroker (?:block|statement|ledger)\b|(?:ledger|availability)\.csv", page.main
        ), part


def test_markup_in_a_homes_name_is_shown_and_not_run(browsing: Browsing) -> None:
    for address in ("/homes", "/homes/SC990007"):
        page = browsing("commissioner").get(address)
        assert MARKUP in words(page.tree)
        assert "<script>alert" not in page.text


def test_the_ledger_adds_up_to_the_statement(browsing: Browsing) -> None:
    page = browsing("commissioner").get(f"/contracts/{CONTRACT}/ledger?{MONTHS}")
    assert page.status == 200, page.errors
    statement = table(page, "Statement of each borough")
    at = statement[0].index("Placements, at least")
    lines = table(page, "What the placements are made of")
    assert lines[-1][-1] == statement[-1][at]
    assert sum(pence(row[-1]) for row in lines[1:-1]) == pence(lines[-1][-1])
    months = table(page, "Placements month by month, at least")
    assert months[0][1:4] == ["September 2026", "October 2026", "November 2026"]
    for row, whole in zip(months[1:], statement[1:], strict=True):
        *each, total, rounding, all_of_it = (pence(cell) for cell in row[1:])
        assert sum(each) == total
        assert total + rounding == all_of_it == pence(whole[at])


def test_parity_names_no_placement(browsing: Browsing, at_work: AtWork) -> None:
    page = browsing("finance").get(f"/contracts/{CONTRACT}/parity?{MONTHS}")
    assert page.status == 200
    assert "No borough pays another fee" in page.main
    assert at_work[1].newham not in page.text


def test_a_period_that_is_none_is_told(browsing: Browsing) -> None:
    wrong = "from-day=31&from-month=2&from-year=2026&to-day=1&to-month=1&to-year=2026"
    for part in ("ledger", "parity"):
        page = browsing("commissioner").get(f"/contracts/{CONTRACT}/{part}?{wrong}")
        assert page.status == 422
        assert [field for field, _ in page.errors] == ["#from-day"]


def test_benchmark_prices_each_have_their_source(browsing: Browsing) -> None:
    for address in ("/benchmarks", f"/contracts/{CONTRACT}/benchmarks"):
        rows = table(browsing("commissioner").get(address), "Published prices")
        assert [row[3] for row in rows[1:]] == [one.cited for one in shipped_prices()]


def test_fairness_is_that_of_the_newest_match(browsing: Browsing, matched: str) -> None:
    commissioner = browsing("commissioner")
    page = commissioner.get("/fairness")
    assert page.address == matched.replace("matches", "fairness")
    told = commissioner.client.get(f"/api{matched}", headers=commissioner.headers).json()
    for key, title in (("by_borough", "By borough"), ("by_band", "By need band")):
        rows = table(page, title)
        assert [int(row[1]) for row in rows[1:-1]] == [
            one["to_place"] for one in told["fairness"][key]
        ]
        assert sum(int(row[2]) for row in rows[1:-1]) == int(rows[-1][2])


@pytest.mark.parametrize("register", REGISTERS)
def test_each_register_is_a_page(browsing: Browsing, register: str) -> None:
    page = browsing("commissioner").get(f"/registers/{register}")
    assert page.status == 200
    assert browsing("commissioner").get("/registers/none").status == 404


def test_an_agreement_shows_whether_it_is_in_force(browsing: Browsing) -> None:
    rows = table(browsing("broker").get("/registers/agreements"), "Agreements")
    assert {row[5] for row in rows[1:]} == {"in force"}
    assert any("Havering" in row[2] for row in rows[1:])


def test_reports_say_that_there_is_no_warehouse_and_are_pages_once_there_is(
    browsing: Browsing, at_work: AtWork, tmp_path: Path
) -> None:
    commissioner = browsing("commissioner")
    assert "There is no warehouse yet" in commissioner.get("/reports").main
    build_warehouse(at_work[2], tmp_path, date(2026, 12, 1))
    for name in ("flow", "outcomes", "sufficiency", "equality", "providers", "change", "board"):
        page = commissioner.get(f"/reports/{name}?{MONTHS}")
        assert page.status == 200, name
        assert "warehouse" in page.main
        link = f"/reports/{name}/workbook?{MONTHS}"
        assert link in page.links()
        book = commissioner.client.get(link, headers=commissioner.headers)
        sheets = load_workbook(io.BytesIO(book.content)).worksheets
        assert len(sheets) == len(list(page.tree.iter("table"))) + page.main.count(
            "There is nothing to show."
        )
    assert commissioner.get("/reports/none").status == 404


def test_the_auditor_sees_whether_the_chain_holds(browsing: Browsing, at_work: AtWork) -> None:
    auditor = browsing("auditor")
    page = auditor.get("/audit/chain?check=yes")
    assert "The chain holds" in page.main
    seal = re.search(r"[0-9]+:[0-9a-f]{64}", page.main)
    assert seal is not None
    assert "The chain holds" in auditor.get(f"/audit/chain?seal={seal[0]}").main
    number, _, _ = seal[0].partition(":")
    wrong = auditor.get(f"/audit/chain?seal={number}:{'0' * 64}")
    assert "The chain does not hold" in wrong.main
    assert auditor.get("/audit/chain?seal=nothing").status == 422
