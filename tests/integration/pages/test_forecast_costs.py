"""A provider's own costs: a margin that the forecast itself gives, and nothing of them is kept."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from fractions import Fraction

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from openpyxl import load_workbook
from sqlalchemy import Engine

from api.pages.forecast_costs import FILE, costs_sent
from broker.database import reading
from broker.tables import CATALOGUE
from pricing.contract import read_contract
from pricing.forecast.asked import Asked
from pricing.forecast.costs import parse_costs
from pricing.forecast.forecast import Forecast, forecast
from tests.integration.api.world import REGION, World
from tests.integration.pages.browsing import HTML, Browser, Page, table
from tests.integration.pages.test_money_pages import FORECAST, pence

Browsing = Callable[[str | None], Browser]
AtWork = tuple[FastAPI, World, Engine]
ODD = "9,876.54"
"""An amount that nothing else is."""
COSTS = {
    "cost_month": ODD, "cost_home": "£100", "homes": "3", "cost_place": "2750.00",
    "cost_uplift": "3", **{f"cost_{band}": str(one) for band, one in
                           (("low", 640), ("medium", 1480), ("high", 2910), ("specialist", 4870))},
}  # fmt: skip


def asked(browser: Browser, **fields: str) -> Page:
    page = browser.get(f"/forecast?{FORECAST}")
    return browser.send(page, "/forecast", **fields)


def by_file() -> Forecast:
    """The same question and costs as `broker forecast` would have them from files."""
    told = 'source = "x"\nday = 2026-09-04\n'
    rows = [("a", "month", "9876.54", None), ("b", "home_month", "100.00", None),
            ("c", "place_week", "2750.00", None), ("d", "used_place_week", "640.00", "low"),
            ("e", "used_place_week", "1480.00", "medium"),
            ("f", "used_place_week", "2910.00", "high"),
            ("g", "used_place_week", "4870.00", "specialist")]  # fmt: skip
    text = f'name = "x"\n[uplift]\npercent = "3.00"\n{told}' + "".join(
        f'[[costs]]\ncode = "{code}"\nname = "x"\nper = "{per}"\namount = "{amount}"\n{told}'
        + ("" if band is None else f'band = "{band}"\n')
        for code, per, amount, band in rows
    )
    mix = {"low": Fraction(1, 5), "medium": Fraction(35, 100), "high": Fraction(35, 100),
           "specialist": Fraction(1, 10)}  # fmt: skip
    question = Asked(Fraction(85, 100), mix, {}, provider="P2", places=10, homes=3)
    costs = parse_costs(text.encode(), "costs.toml")
    return forecast(read_contract(REGION / "contract.toml"), question, costs)


def test_the_margin_is_that_of_the_forecast_to_the_penny(browsing: Browsing) -> None:
    page = asked(browsing("provider"), **COSTS)
    made = by_file()
    rows = table(page, "Years, central")
    own, left = rows[0].index("Own costs"), rows[0].index("Margin")
    sums = [*made.central.years.values(), made.central.total]
    assert [pence(row[own]) for row in rows[1:]] == [one.costs for one in sums]
    assert [pence(row[left]) for row in rows[1:]] == [one.left for one in sums]
    assert "Break-even occupancy, rounded up" in table(page, "Cases")[0]


def test_nothing_of_the_costs_is_in_an_address_or_on_record(
    browsing: Browsing, at_work: AtWork
) -> None:
    provider = browsing("provider")
    page = asked(provider, **COSTS)
    assert page.address == "/forecast"
    addresses = [*page.links(), *(one.get("src", "") for one in page.tree.iter("img"))]
    assert not [one for one in addresses if "9876" in one or "9%2C876" in one or "cost_" in one]
    assert not [one for one in page.links() if "spreadsheet=" in one]
    form = page.form("/forecast/workbook")
    answer = provider.client.post("/forecast/workbook", data=form, headers=HTML | provider.headers)
    book = load_workbook(io.BytesIO(answer.content))
    heads = next(row for row in book["Cases"].iter_rows(values_only=True) if "Own costs" in row)
    assert "Margin" in heads
    with reading(at_work[2]) as session:
        for kept in CATALOGUE.sorted_tables:
            for row in session.execute(sa.select(kept)):
                assert "9,876" not in str(row)
                assert "9876.54" not in str(row)


def test_a_link_keeps_the_costs_only_where_that_is_asked(browsing: Browsing) -> None:
    provider = browsing("provider")
    kept = asked(provider, **COSTS, keep_costs="yes")
    assert "cost_month=9%2C876.54" in kept.address
    assert "Margin" in table(kept, "Years, central")[0]
    again = provider.get(kept.address)
    assert table(again, "Years, central") == table(kept, "Years, central")
    assert again.form("/forecast")["cost_month"] == ODD
    plain = asked(provider)
    assert "cost_" not in plain.address
    assert "Own costs" not in table(plain, "Years, central")[0]


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"cost_month": "much"}, {"#cost_month"}),
        ({"cost_low": ""}, {"#cost_low"}),
        ({"homes": "0"}, {"#homes"}),
        ({"cost_uplift": "lots"}, {"#cost_uplift"}),
        ({"occupancy": "x"}, {"#occupancy"}),
    ],
)
def test_a_wrong_cost_is_told_at_its_field_with_the_rest_kept(
    browsing: Browsing, changed: dict[str, str], fields: set[str]
) -> None:
    page = asked(browsing("provider"), **{**COSTS, **changed})
    assert {field for field, _ in page.errors} == fields
    assert page.form("/forecast")["cost_place"] == "2750.00"


def test_the_source_of_each_cost_is_whoever_told_it() -> None:
    made, wrong = costs_sent({"cost_month": "100"}, "me", date(2026, 9, 4))
    assert not wrong
    assert made is not None
    [figure] = made.figures
    assert (figure.amount, figure.source, made.file) == (10000, "told in the form by me", FILE)
    assert costs_sent({"cost_month": " "}, "me", date(2026, 9, 4)) == (None, [])
