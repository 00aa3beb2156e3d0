"""Every published price as the field's notes give it, written here by hand; and adjusting them."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest

from pricing.problems import BadInput
from pricing.value.published import adjusted
from pricing.value.published_file import parse_index, parse_prices, shipped_prices
from pricing.value.show_published import Published, published_json, render_published
from tests.unit.pricing.samples import BLOCK_TEXT, contract_of, edited

WEEK, YEAR, TIMES = "pounds a week", "pounds a year", "times"
NAO = "National Audit Office press release; complexcaremanagement.co.uk"
CCN = "Independent of 31 December 2024"
LGA = "Local Government Association, survey of November 2023 (124 councils, 81%)"
FOI = "lincolnshire.gov.uk/directory-record/71113"
OXFORD = "education.ox.ac.uk/research/social-impact-bond-moving-from-residential-to-foster-care"

# value, unit, year (None: not stated), mark, a part of the source; from sections 0 and 2.1
BY_HAND = {
    "cma-largest-providers": ("3830", WEEK, "2020", "found", "communitycare.co.uk 2021/10/22"),
    "nao-place-2023": ("318400", YEAR, "2023-24", "found", NAO),
    "nao-week-2023": ("6102", WEEK, "2023-24", "computed", NAO),
    "nao-place-2019": ("239800", YEAR, "2019-20", "found", NAO),
    "nao-week-2019": ("4596", WEEK, "2019-20", "computed", NAO),
    "ccn-2019": ("3935", WEEK, "2019", "found", CCN),
    "ccn-2024": ("6108", WEEK, "2024", "found", CCN),
    "lga-dearest": ("63000", WEEK, "2022-23", "found", LGA),
    "lga-dearest-low": ("9600", WEEK, "2022-23", "found", LGA),
    "lga-dearest-high": ("32500", WEEK, "2022-23", "found", LGA),
    "lga-threshold": ("10000", WEEK, "2022-23", "found", LGA),
    "unregistered-2025": ("10500", WEEK, "2025", "found", "childrenscommissioner.gov.uk"),
    "haringey-2024": ("6634", WEEK, "2024-25", "computed", "mgAi.aspx?ID=82570"),
    "hackney-block-2025": (
        "8149",
        WEEK,
        "2025",
        "computed",
        "opencouncil.network/decisions/158696",
    ),
    "lincolnshire-all": ("4639", WEEK, None, "found", FOI),
    "lincolnshire-in-house": ("2254", WEEK, None, "found", FOI),
    "lincolnshire-solo": ("10631", WEEK, None, "found", FOI),
    "lincolnshire-disabled": ("2025", WEEK, None, "found", FOI),
    "lincolnshire-unregulated": ("1822", WEEK, None, "found", FOI),
    "solo-premium": ("2.3", TIMES, None, "computed", FOI),
    "council-home-2014": ("3000", WEEK, "2014-15", "found", "Parliamentary question 49075"),
    "cross-regional-2011": ("2994", WEEK, "2011", "computed", "wendovernews.co.uk"),
    "birmingham-before": ("150000", YEAR, None, "found", OXFORD),
    "birmingham-after": ("91000", YEAR, None, "found", OXFORD),
    "ladder-low": ("4500", WEEK, None, "assumption", None),
    "ladder-medium": ("6000", WEEK, None, "assumption", None),
    "ladder-high": ("8000", WEEK, None, "assumption", None),
    "ladder-specialist": ("10500", WEEK, None, "assumption", None),
}

PRICES = shipped_prices()
REAL = {"nao-place-2019", "nao-week-2019"}


def test_the_table_has_the_published_prices_and_no_other() -> None:
    assert [price.id for price in PRICES] == list(BY_HAND)


@pytest.mark.parametrize("price", PRICES, ids=lambda price: price.id)
def test_each_published_price_is_as_it_was_found(price: object) -> None:
    row = next(row for row in rows() if row["id"] == getattr(price, "id", ""))
    value, unit, year, mark, source = BY_HAND[row["id"]]
    assert (row["value"], row["unit"], row["year"], row["mark"]) == (value, unit, year, mark)
    assert row["real_terms"] == (row["id"] in REAL)
    assert row["assumption"] == (source is None)
    assert row["source"] is None if source is None else source in row["source"]


def rows(made: Published | None = None) -> list[dict[str, Any]]:
    found = published_json(made or Published(PRICES))["prices"]
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize(
    ("id", "start", "divisors"),
    [
        ("nao-week-2023", "318400", ["52.18"]),
        ("nao-week-2019", "239800", ["52.18"]),
        ("haringey-2024", "9000000", ["26", "52.18"]),
        ("hackney-block-2025", "17860000", ["7", "6", "52.18"]),
        ("cross-regional-2011", "25000000", ["8", "20", "52.18"]),
        ("solo-premium", "10631", ["4639"]),
    ],
)
def test_each_computed_price_is_worked_out_again(id: str, start: str, divisors: list[str]) -> None:
    result = Decimal(start)
    for divisor in divisors:
        result /= Decimal(divisor)
    value = Decimal(BY_HAND[id][0])
    assert result.quantize(value, ROUND_HALF_UP) == value
    price = next(price for price in PRICES if price.id == id)
    assert price.computation is not None
    assert price.computation.start == Fraction(start)
    assert [Fraction(each) for each in divisors] == list(price.computation.divisors)


def test_every_computed_price_and_no_other_says_how() -> None:
    assert {price.id for price in PRICES if price.computation} == {
        id for id, row in BY_HAND.items() if row[3] == "computed"
    }


def test_the_page_names_source_mark_and_year_of_every_price() -> None:
    said = render_published(Published(PRICES))
    for id, (_, _, year, mark, source) in BY_HAND.items():
        line = next(line for line in said.splitlines() if line.startswith(f"{id} "))
        told = next(line for line in said.splitlines() if line.startswith(f"  {id}: "))
        if source is None:
            assert "our starting assumption" in line
            assert "our starting assumption" in told
        else:
            assert mark in line
            assert (year or "not stated") in line
            assert source in told
    assert "nothing is adjusted" in said


RECALLED = """title = "T"
[[prices]]
id = "recalled"
what = "Something remembered"
value = "3200"
unit = "pounds a week"
year = "2020"
mark = "recalled"
"""


def test_a_recalled_price_is_an_assumption_and_cites_nobody() -> None:
    prices = parse_prices(RECALLED.encode(), "prices.toml")
    said = render_published(Published(prices, contract_of(BLOCK_TEXT)))
    assert said.count("assumption: recalled, not checked") == 2
    (row,) = rows(Published(prices))
    assert (row["assumption"], row["source"]) == (True, None)
    # It stands beside no fee either.
    assert not any(line.startswith("recalled ") and "%" in line for line in said.splitlines())
    with pytest.raises(BadInput) as refused:
        parse_prices((RECALLED + 'source = "A paper"\n').encode(), "prices.toml")
    assert [str(problem) for problem in refused.value.problems] == [
        'prices.toml, prices[1].source: forbidden key: "A paper"; allowed: nothing: what is'
        " recalled cites nobody"
    ]


def test_fees_stand_beside_the_weekly_prices_of_those_who_published() -> None:
    said = render_published(Published(PRICES, contract_of(BLOCK_TEXT)))
    assert "Fees of NEL-BLOCK-1 on 2026-04-01" in said
    lines = {line.split()[0]: line.split()[1:] for line in said.splitlines() if "%" in line}
    # 4,500, 6,000, 8,000 and 10,500 of 8,149: 55.2, 73.6, 98.2, 128.9
    assert lines["hackney-block-2025"] == ["55%", "74%", "98%", "129%"]
    assert "nao-place-2023" not in lines
    assert "ladder-low" not in lines


INDEX = """name = "Invented index"
source = "made up"
[values]
"2019-20" = "80.0"
"2023-24" = "100.0"
"2026-27" = "110.5"
"""


def test_a_price_is_adjusted_by_the_index_alone_and_stays_visible_as_printed() -> None:
    index = parse_index(INDEX.encode(), "index.toml")
    made = Published(PRICES, index=index, year="2026-27")
    # 6,102 × 110.5 / 100 = 6,742.71
    row = next(row for row in rows(made) if row["id"] == "nao-week-2023")
    assert (row["value"], row["adjusted"]) == ("6102", "6743")
    said = render_published(made)
    line = next(line for line in said.splitlines() if line.endswith("£6,743"))
    assert line.split() == ["nao-week-2023", "2023-24", "£6,102", "£6,743"]
    assert "Adjusted to 2026-27 by Invented index; made up; index.toml, version " in said
    assert "nothing is adjusted" not in said


def test_where_no_price_can_be_adjusted_that_is_said() -> None:
    index = parse_index(INDEX.encode(), "index.toml")
    prices = parse_prices(RECALLED.encode(), "prices.toml")
    said = render_published(Published(prices, index=index, year="2026-27"))
    assert "no price could be adjusted" in said
    assert "recalled: Invented index has no value for 2020" in said


def test_fees_stand_beside_the_adjusted_price_as_well() -> None:
    index = parse_index(INDEX.encode(), "index.toml")
    said = render_published(Published(PRICES, contract_of(BLOCK_TEXT), None, index, "2026-27"))
    lines = [line for line in said.splitlines() if line.startswith("nao-week-2023") and "%" in line]
    # 4,500 of 6,102 and of 6,742.71: 73.7 and 66.7
    assert [line.split()[-4] for line in lines] == ["74%", "67%"]


def test_what_cannot_be_adjusted_is_said_with_its_reason() -> None:
    index = parse_index(INDEX.encode(), "index.toml")
    why = {price.id: adjusted(price, index, "2026-27").why for price in PRICES}
    assert why["nao-week-2023"] == why["nao-place-2023"] == ""
    assert why["nao-week-2019"] == "in real terms already, of a year not stated"
    assert why["lincolnshire-all"] == "its year is not stated"
    assert why["solo-premium"] == "no amount of money"
    assert why["cma-largest-providers"] == "Invented index has no value for 2020"
    assert sum(not reason for reason in why.values()) == 2
    said = render_published(Published(PRICES, index=index, year="2026-27"))
    assert "  nao-week-2019: in real terms already" in said


GOOD = """title = "T"
[[prices]]
id = "a"
what = "A place"
value = "6102"
unit = "pounds a week"
year = "2023-24"
mark = "computed"
source = "Somebody"
computation = { from = "318400", divided_by = ["52.18"] }
"""
FIGURE = 'a number from 0, in quotes, such as "52" or "2.5"'
DIVISORS = 'numbers above 0, in quotes, such as ["7", "52.18"]'
REQUIRED = "missing key: missing; allowed: this key is required"

ONE_WRONG = {
    "no id": (('id = "a"\n', ""), f"id: {REQUIRED}"),
    "no value": (('value = "6102"\n', ""), f"value: {REQUIRED}"),
    "no source": (('source = "Somebody"\n', ""), f"source: {REQUIRED}"),
    "no computation": (
        ('computation = { from = "318400", divided_by = ["52.18"] }\n', ""),
        f"computation: {REQUIRED}",
    ),
    "a value of nothing": (
        ('"6102"', '"0"'),
        f'value: bad value: "0"; allowed: {FIGURE}, above 0',
    ),
    "a value that the computation does not give": (
        ('"6102"', '"6103"'),
        'value: wrong computation: "6103"; allowed: 6,101.95, rounded',
    ),
    "an unknown unit": (
        ('"pounds a week"', '"a week"'),
        'unit: bad value: "a week"; allowed: "pounds a week" or "pounds a year" or "times"',
    ),
    "an unknown mark": (
        ('"computed"', '"guessed"'),
        'mark: bad value: "guessed"; allowed: "found" or "computed" or "recalled" or "assumption"',
    ),
    "a year that is none": (
        ('"2023-24"', '"2023/24"'),
        'year: bad value: "2023/24"; allowed: a year such as "2026", or a financial year such as'
        ' "2026-27", in quotes',
    ),
    "a divisor of nothing": (
        ('["52.18"]', '["0"]'),
        f"computation.divided_by: bad value: a list of 1; allowed: {DIVISORS}",
    ),
    "no divisor": (
        ('["52.18"]', "[]"),
        f"computation.divided_by: bad value: a list of 0; allowed: {DIVISORS}",
    ),
    "a divisor without quotes": (
        ('["52.18"]', "[52.18]"),
        f"computation.divided_by: bad value: a list of 1; allowed: {DIVISORS}",
    ),
    "an unknown key": (
        ('year = "2023-24"', 'year = "2023-24"\nband = "low"'),
        'band: unknown key: "low"; allowed: id what value unit mark source computation year terms'
        " note",
    ),
    "terms that are neither": (
        ('year = "2023-24"', 'year = "2023-24"\nterms = "nominal"'),
        'terms: bad value: "nominal"; allowed: "cash" or "real"',
    ),
    "found, yet computed": (
        ('"computed"', '"found"'),
        "computation: forbidden key: a table; allowed: nothing: it is not computed",
    ),
}


@pytest.mark.parametrize(("change", "message"), ONE_WRONG.values(), ids=ONE_WRONG)
def test_each_error_of_a_table_of_prices_is_said(change: tuple[str, str], message: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_prices(edited(GOOD, change).encode(), "prices.toml")
    said = [str(problem) for problem in refused.value.problems]
    assert said == [f"prices.toml, prices[1].{message}"]


def test_a_price_stands_once() -> None:
    with pytest.raises(BadInput) as refused:
        parse_prices((GOOD + GOOD[GOOD.index("[[") :]).encode(), "prices.toml")
    assert [str(problem) for problem in refused.value.problems] == [
        'prices.toml, prices[2].id: duplicate: "a"; allowed: each once; prices[1] has it'
    ]


INDEX_WRONG = {
    "no name": (('name = "Invented index"\n', ""), f"name: {REQUIRED}"),
    "no source": (('source = "made up"\n', ""), f"source: {REQUIRED}"),
    "a year that is none": (
        ('"2019-20"', '"2019/20"'),
        'values."2019/20": bad value: "2019/20"; allowed: a year such as "2026", or a financial'
        ' year such as "2026-27", in quotes',
    ),
    "a value of nothing": (
        ('"80.0"', '"0.0"'),
        f'values.2019-20: bad value: "0.0"; allowed: {FIGURE}, above 0',
    ),
    "a value without quotes": (
        ('"80.0"', "80.0"),
        "values.2019-20: bad value: 80.0 (a number with a fraction, without quotes); allowed:"
        f" {FIGURE}",
    ),
    "no value": (
        ('"2019-20" = "80.0"\n"2023-24" = "100.0"\n"2026-27" = "110.5"\n', ""),
        "values: missing key: no year; allowed: a value for at least one year",
    ),
}


@pytest.mark.parametrize(("change", "message"), INDEX_WRONG.values(), ids=INDEX_WRONG)
def test_each_error_of_an_index_is_said(change: tuple[str, str], message: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_index(edited(INDEX, change).encode(), "index.toml")
    assert [str(problem) for problem in refused.value.problems] == [f"index.toml, {message}"]
