"""Block against spot on small ledgers, worked out by hand."""

from datetime import date
from fractions import Fraction

import pytest

from pricing.availability import OutOfUse
from pricing.problems import BadInput, Problems
from pricing.results import Achieved
from pricing.value.against_spot import value_for_money
from pricing.value.show_value import render_value, value_json
from pricing.value.spot import NoSpotPrices, SpotContract, SpotFees, Unknown, spot_contract
from tests.unit.pricing.samples import (
    BLOCK_TEXT,
    HACKNEY,
    HAVERING,
    NEWHAM,
    SPOT_TEXT,
    contract_of,
    edited,
    stretch,
)

BLOCK = contract_of(BLOCK_TEXT)
SPOT = SpotContract(contract_of(SPOT_TEXT))
OCTOBER, NOVEMBER = date(2026, 10, 5), date(2026, 11, 2)
"""Four whole weeks."""

FEES = SpotFees(
    file="fees.toml",
    version="f" * 64,
    name="Made up",
    origin="our assumption",
    start=date(2026, 4, 1),
    end=date(2027, 4, 1),
    requirements_included=False,
    fees={"low": 500_000, "medium": 700_000},
)


def small(places: int = 3, guarantee: str = "100.00", rate: str = "80.00") -> str:
    """The sample block, cut to a few places of two boroughs."""
    shares = BLOCK_TEXT[BLOCK_TEXT.index("[shares]") : BLOCK_TEXT.index("[training]")]
    return edited(
        BLOCK_TEXT,
        ("places = 35", f"places = {places}"),
        (shares, f"[shares]\n{HAVERING} = {places - 1}\n{HACKNEY} = 1\n\n"),
        ('guarantee_percent = "90.00"', f'guarantee_percent = "{guarantee}"'),
        ('rate_percent = "80.00"', f'rate_percent = "{rate}"'),
    )


def test_a_borough_that_leaves_its_share_empty_may_lose_while_another_gains() -> None:
    block = contract_of(small())
    rows = [stretch(1, HACKNEY, OCTOBER, None), stretch(2, NEWHAM, OCTOBER, None, band="high")]
    value = value_for_money(block, rows, OCTOBER, NOVEMBER, SPOT)
    # Four weeks: Hackney 24,000.00 against 26,902.00; Newham 32,000.00 against 35,999.96;
    # one void at 3,600.00 a week is Havering's, whose two places stand empty.
    savings = {code: part.saving for code, part in value.boroughs.items()}
    assert savings == {HACKNEY: 290_200, NEWHAM: 399_996, HAVERING: -1_440_000}
    assert value.whole.saving == -749_804
    # 70,400.00 over 8 place-weeks, and 62,901.96.
    assert value.whole.per_used_place_week == 880_000
    assert value.whole.spot_per_used_place_week == 786_275


def test_results_are_part_of_what_the_block_costs() -> None:
    rows = [stretch(1, HACKNEY, OCTOBER, None)]
    paid = [Achieved("stability", OCTOBER, NOVEMBER, Fraction(1), "E20", False, "")]
    block = contract_of(small(places=2))
    without = value_for_money(block, rows, OCTOBER, NOVEMBER, SPOT)
    value = value_for_money(block, rows, OCTOBER, NOVEMBER, SPOT, results=paid)
    # 24,000.00 × 7% × 60 of 100
    assert value.whole.charge.results == 100_800
    assert without.whole.saving is not None
    assert value.whole.saving == without.whole.saving - 100_800
    assert value.curve is not None
    assert value.curve.block == Fraction(2_400_000 + 100_800, 28)


def test_a_spot_price_that_is_unknown_is_never_zero() -> None:
    rows = [
        stretch(1, HACKNEY, OCTOBER, None),
        stretch(2, HAVERING, OCTOBER, None, one_to_one=14),
        stretch(3, NEWHAM, OCTOBER, None, band="high", one_to_one=0),
    ]
    value = value_for_money(BLOCK, rows, OCTOBER, NOVEMBER, SPOT)
    assert value.boroughs[HACKNEY].spot.total == 2_690_200
    assert value.boroughs[NEWHAM].spot.total == 3_599_996
    assert value.boroughs[HAVERING].spot.total is None
    assert value.boroughs[HAVERING].saving is None
    assert (value.whole.spot.total, value.whole.saving) == (None, None)
    assert value.whole.spot.known == 2_690_200 + 3_599_996
    assert value.whole.spot_per_used_place_week is None
    assert (value.curve, value.even) == (None, None)
    assert value.unknown == {"SPOT-7 has no price for one_to_one": 28}
    said = render_value(value)
    assert "28 place-days: SPOT-7 has no price for one_to_one" in said
    assert "The spot cost of 28 of 84 place-days is unknown" in said
    assert "£62,901.96 at spot" in said
    assert "Break-even: unknown, because a spot price is unknown." in said
    assert value_json(value)["break_even"] is None


def test_without_spot_prices_every_spot_cost_is_unknown() -> None:
    rows = [stretch(1, HACKNEY, OCTOBER, None)]
    value = value_for_money(BLOCK, rows, OCTOBER, NOVEMBER, NoSpotPrices())
    assert value.whole.spot.total is None
    assert value.unknown == {"no spot prices were given": 28}
    assert all(row.spot == Unknown("no spot prices were given") for row in value.margin)
    assert all(row.saving is None and row.adds is not None for row in value.margin)


def test_with_nobody_placed_there_is_no_cost_of_a_used_place_week() -> None:
    value = value_for_money(BLOCK, [], OCTOBER, NOVEMBER, SPOT)
    assert value.whole.per_used_place_week is None
    assert value.whole.saving == -value.whole.charge.voids < 0
    said = render_value(value)
    assert "No place was used" in said
    assert "Break-even: unknown, because nobody was placed." in said


def test_the_day_a_spot_term_ends_makes_a_stay_beyond_it_unknown() -> None:
    ends = SpotContract(contract_of(edited(SPOT_TEXT, ("end = 2028-01-15", "end = 2026-11-01"))))
    rows = [stretch(1, HACKNEY, OCTOBER, None), stretch(2, HACKNEY, OCTOBER, date(2026, 11, 1))]
    value = value_for_money(BLOCK, rows, OCTOBER, NOVEMBER, ends)
    assert value.unknown == {"outside the term of SPOT-7, 2026-01-15 to 2026-11-01": 28}
    assert value.whole.spot.known == 2_594_121  # 6,725.50 × 27 / 7


def test_fees_by_the_week_are_unknown_without_the_band_the_days_or_the_requirements() -> None:
    rows = [
        stretch(1, HACKNEY, OCTOBER, None),
        stretch(2, HACKNEY, OCTOBER, None, band="high"),
        stretch(3, HACKNEY, OCTOBER, None, family_session=1),
        stretch(4, HACKNEY, OCTOBER, date(2026, 10, 6), band="low"),
    ]
    value = value_for_money(BLOCK, rows, OCTOBER, NOVEMBER, FEES)
    assert value.unknown == {
        "fees.toml has no high fee": 28,
        "fees.toml has no price for family_session": 28,
    }
    # 7,000.00 × 4 weeks, and a seventh of 5,000.00
    assert value.whole.spot.known == 2_800_000 + 71_429
    late = value_for_money(BLOCK, rows[:1], OCTOBER, date(2027, 4, 2), FEES)
    assert late.unknown == {"fees.toml has fees for 2026-04-01 to 2027-04-01 only": 179}


def test_break_even_is_said_in_words_with_both_shares_and_where_use_is_now() -> None:
    rows = [stretch(1, HACKNEY, OCTOBER, None), stretch(2, HAVERING, OCTOBER, None)]
    value = value_for_money(contract_of(small()), rows, OCTOBER, NOVEMBER, FEES)
    # A used week saves 1,000.00, an unused one costs 3,600.00: 3,600 × 12 / 4,600 of 12 weeks.
    assert value.even is not None
    assert value.even.used == Fraction(84 * 3600, 4600)
    said = render_value(value)
    assert (
        "Break-even: 9.4 place-weeks used, 78.3% of the contract's places and 78.3% of the"
        " guaranteed ones (66.7% of the places were used); below it the block costs more than"
        " spot, above it less."
    ) in said
    answer = value_json(value)["break_even"]
    assert answer == {
        "case": "at",
        "sentence": "below it the block costs more than spot, above it less",
        "place_days": "1512/23",
        "percent_of_places": "78.3",
        "percent_of_guaranteed": "78.3",
    }


def test_places_out_of_use_lower_what_must_be_used_to_break_even() -> None:
    rows = [stretch(1, HACKNEY, OCTOBER, None)]
    out = [OutOfUse("SC990001", OCTOBER, NOVEMBER, 1, "provider", "staffing")]
    block = contract_of(small())
    value = value_for_money(block, rows, OCTOBER, NOVEMBER, FEES, availability=out)
    assert value.even is not None
    assert value.even.used == Fraction(56 * 3600, 4600)


def test_a_case_without_a_break_even_is_said() -> None:
    cheap = SpotFees(
        "f.toml", "0" * 64, "Made up", "us", FEES.start, FEES.end, True, {"medium": 599_999}
    )
    rows = [stretch(1, HACKNEY, OCTOBER, None, one_to_one=10)]
    said = render_value(value_for_money(BLOCK, rows, OCTOBER, NOVEMBER, cheap))
    assert "Break-even: there is none: a used place alone costs more than at spot" in said


def test_a_spot_contract_is_not_compared_with_spot() -> None:
    with pytest.raises(BadInput) as refused:
        value_for_money(contract_of(SPOT_TEXT), [], OCTOBER, NOVEMBER, SPOT)
    assert [str(problem) for problem in refused.value.problems] == [
        'contract.toml, kind: bad value: "spot"; allowed: "block": a block is what is compared'
        " with spot"
    ]


def test_a_block_contract_gives_no_spot_prices() -> None:
    found = Problems()
    spot_contract(BLOCK, found)
    assert [str(problem) for problem in found] == [
        'contract.toml, kind: bad value: "block"; allowed: "spot": its quotes are the spot prices'
    ]
