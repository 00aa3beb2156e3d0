from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from pricing.problems import BadInput
from pricing.quote import quote, read_requirements
from pricing.tariff import fee_in_force, price_in_force, price_periods
from tests.unit.pricing.samples import BLOCK_TEXT, SPOT_TEXT, contract_of, edited

BLOCK = contract_of(BLOCK_TEXT)
SPOT = contract_of(SPOT_TEXT)


def test_the_fee_in_force_compounds_and_is_rounded_after_each_uplift() -> None:
    assert fee_in_force(BLOCK, "medium", date(2027, 3, 31)) == 600000
    assert fee_in_force(BLOCK, "medium", date(2027, 4, 1)) == 616800
    assert fee_in_force(BLOCK, "medium", date(2028, 4, 1)) == 636229  # 6,362.292
    assert fee_in_force(BLOCK, "medium", date(2033, 4, 1)) == 636229
    family = BLOCK.requirement("family_session")
    assert family is not None
    assert price_in_force(BLOCK, family, date(2026, 4, 1)) == 9535
    assert price_in_force(BLOCK, family, date(2027, 4, 1)) == 9802  # 98.0198
    assert price_in_force(BLOCK, family, date(2028, 4, 1)) == 10111  # 98.02 × 1.0315 = 101.10763


def test_a_half_penny_of_an_uplift_goes_up_before_the_next_is_applied() -> None:
    text = edited(BLOCK_TEXT, ('"4500.00"', '"0.50"'), ('"2.80"', '"1.00"'), ('"3.15"', '"1.00"'))
    contract = contract_of(text)
    assert fee_in_force(contract, "low", date(2027, 4, 1)) == 51  # 50.5
    assert fee_in_force(contract, "low", date(2028, 4, 1)) == 52  # 51.51, not 51.005


def test_a_quote_has_a_line_for_the_fee_and_for_each_requirement_above_it_worked_by_hand() -> None:
    priced = quote(
        BLOCK,
        "medium",
        {"family_session": 1, "one_to_one": 14},
        date(2026, 9, 7),
        date(2027, 6, 1),
    )
    assert [(line.subject, line.days, line.amount) for line in priced.lines] == [
        ("fee", 206, 17657143),  # 6,000.00 × 206 / 7 = 176,571.428…
        ("fee", 61, 5374971),  # 6,168.00 × 61 / 7 = 53,749.714…
        ("one_to_one", 206, 335486),  # 28.50 × 4 × 206 / 7 = 3,354.857…
        ("one_to_one", 61, 102131),  # 29.30 × 4 × 61 / 7 = 1,021.314…
    ]
    assert priced.total == 23469731


def test_price_json_has_the_shape_of_the_page() -> None:
    answer = quote(
        BLOCK, "medium", {"one_to_one": 14}, date(2027, 3, 31), date(2027, 4, 2)
    ).to_json()
    assert list(answer) == ["contract", "version", "lines", "total"]
    assert answer["contract"] == "NEL-BLOCK-1"
    assert answer["version"] == BLOCK.version
    lines = answer["lines"]
    assert isinstance(lines, list)
    assert lines[3] == {
        "what": "One-to-one support (one_to_one): 4 hours above 10",
        "from": "2027-04-01",
        "to": "2027-04-02",
        "days": 1,
        "weekly": "117.20",
        "amount": "16.74",
        "rule": f"contract.toml, version {BLOCK.version[:12]}: requirements.one_to_one 28.50 each,"
        " uplifts 2.8% from 2027-04-01 = 29.30, × 4, × 1 days / 7",
    }
    assert answer["total"] == "1771.31"  # 857.14 + 881.14 + 16.29 + 16.74


def test_every_line_names_file_version_and_rule() -> None:
    priced = quote(BLOCK, "high", {"family_session": 3}, date(2028, 3, 1), date(2029, 5, 1))
    assert [line.rule for line in priced.lines][2] == (
        f"contract.toml, version {BLOCK.version[:12]}: fees.high 8000.00, uplifts 2.8% from"
        " 2027-04-01 and 3.15% from 2028-04-01 and 0% from 2029-04-01 = 8483.06, × 30 days / 7"
    )
    assert all(BLOCK.version[:12] in line.rule for line in priced.lines)
    assert "requirements.family_session" in priced.lines[-1].rule


def test_lines_are_split_at_an_uplift_that_changes_nothing() -> None:
    priced = quote(BLOCK, "low", {}, date(2029, 3, 1), date(2029, 5, 1))
    assert [(line.start, line.end) for line in priced.lines] == [
        (date(2029, 3, 1), date(2029, 4, 1)),
        (date(2029, 4, 1), date(2029, 5, 1)),
    ]
    assert priced.lines[0].weekly == priced.lines[1].weekly


def test_an_uplift_on_the_first_day_or_the_end_of_the_period_splits_nothing() -> None:
    assert list(price_periods(BLOCK, date(2027, 4, 1), date(2028, 4, 1))) == [
        (date(2027, 4, 1), date(2028, 4, 1))
    ]
    (line,) = quote(BLOCK, "low", {}, date(2027, 4, 1), date(2028, 4, 1)).lines
    assert line.weekly == 462600


def test_units_are_totals_and_only_those_above_the_included_cost() -> None:
    week = (date(2026, 4, 1), date(2026, 4, 8))
    for units, extra in ((0, 0), (10, 0), (11, 2850), (Fraction(25, 2), 7125)):
        assert quote(BLOCK, "medium", {"one_to_one": units}, *week).total == 600000 + extra
    included_as_decimals = quote(BLOCK, "specialist", {"family_session": Decimal("3.25")}, *week)
    assert included_as_decimals.total == 1050000 + 7151  # 0.75 × 95.35 = 71.5125


def test_weekly_is_shown_rounded_but_the_line_is_not_worked_out_from_it() -> None:
    contract = contract_of(edited(BLOCK_TEXT, ('"28.50"', '"0.33"')))
    priced = quote(
        contract, "low", {"one_to_one": Decimal("0.5")}, date(2026, 4, 1), date(2027, 4, 1)
    )
    line = priced.lines[1]
    assert line.to_json()["weekly"] == "0.17"  # 16.5 pence
    assert line.amount == 860  # 16.5 × 365 / 7 = 860.36, where 17 × 365 / 7 = 886.43


def test_lines_come_in_the_order_of_the_contract_whatever_the_order_asked() -> None:
    period = (date(2026, 4, 1), date(2026, 5, 1))
    one = quote(BLOCK, "low", {"family_session": 2, "one_to_one": 3}, *period)
    other = quote(BLOCK, "low", {"one_to_one": 3, "family_session": 2}, *period)
    assert one.lines == other.lines
    assert [line.subject for line in one.lines] == ["fee", "one_to_one", "family_session"]


def test_the_whole_term_may_be_quoted_and_not_a_day_more() -> None:
    assert quote(BLOCK, "low", {}, BLOCK.start, BLOCK.end).lines[-1].end == BLOCK.end
    day = timedelta(days=1)
    for start, end, key in (
        (BLOCK.start - day, BLOCK.end, "from"),
        (BLOCK.start, BLOCK.end + day, "to"),
    ):
        with pytest.raises(BadInput) as refused:
            quote(BLOCK, "low", {}, start, end)
        (problem,) = refused.value.problems
        assert (problem.file, problem.key, problem.kind) == ("quote", key, "outside the term")
        assert problem.allowed == ("a day inside the term of NEL-BLOCK-1, 2026-04-01 to 2034-04-01")


def test_everything_wrong_with_a_question_is_said_at_once() -> None:
    with pytest.raises(BadInput) as refused:
        quote(
            BLOCK,
            "severe",
            {"one_to_two": 3, "one_to_one": Decimal("-0.5")},
            date(2027, 1, 1),
            date(2027, 1, 1),
        )
    assert [
        (problem.key, problem.value, problem.allowed) for problem in refused.value.problems
    ] == [
        ("band", '"severe"', "low, medium, high, specialist"),
        ("requirement one_to_two", '"one_to_two"', "one_to_one, family_session"),
        ("requirement one_to_one", '"-0.5"', "units a week from 0, such as 14 or 2.5"),
        ("to", "2027-01-01", "a day after from, 2027-01-01"),
    ]


def test_a_contract_without_requirements_says_so_when_one_is_asked_for() -> None:
    with pytest.raises(BadInput, match="none: SPOT-7 has no requirements"):
        quote(SPOT, "low", {"one_to_one": 1}, date(2026, 2, 1), date(2026, 3, 1))


def test_requirements_are_read_from_text() -> None:
    units, refused = read_requirements([" one_to_one = 14 ", "", "family_session=2.5", " "])
    assert units == {"one_to_one": 14, "family_session": Fraction(5, 2)}
    assert refused == []


@pytest.mark.parametrize("text", ["one_to_one", "one_to_one=", "=14", "one_to_one=-1", "a=1e3"])
def test_a_requirement_that_is_not_code_and_units_is_refused(text: str) -> None:
    units, refused = read_requirements([text])
    assert units == {}
    assert refused == [(text, "code=units, units a week from 0, such as 14 or 2.5")]


def test_a_requirement_asked_for_twice_is_refused() -> None:
    units, refused = read_requirements(["one_to_one=14", "one_to_one=14"])
    assert units == {"one_to_one": 14}
    assert refused == [("one_to_one=14", "each requirement once")]
