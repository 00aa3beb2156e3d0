"""The rates of a matching case: fees by home, band and stretch, and what a placement adds."""

import csv
from datetime import date

import pytest

from pricing.rates import RATES_COLUMNS, RateRow, case_rates
from tests.unit.pricing.samples import BLOCK_TEXT, CASES, SPOT_TEXT, contract_of, edited

BLOCK = contract_of(BLOCK_TEXT)
GUARANTEED = 31


def test_the_worked_case_has_these_fees_and_marginal_fees() -> None:
    with (CASES.parent / "case-small" / "rates.csv").open(encoding="utf-8") as handle:
        worked = list(csv.DictReader(handle))
    assert worked
    assert tuple(worked[0]) == RATES_COLUMNS
    rates = {(row.home_id, row.band, str(row.start)): row.cells() for row in case_rates(BLOCK, 2)}
    for row in worked:
        cells = rates[row["home_id"], row["band"], row["from"]]
        assert cells["weekly_fee"] == row["weekly_fee"]
        assert cells["marginal_weekly_fee"] == row["marginal_weekly_fee"]


def test_every_home_band_and_stretch_between_uplifts_has_a_row_in_order() -> None:
    rates = case_rates(BLOCK, 0)
    assert len(rates) == 3 * 4 * 4
    assert rates == tuple(
        sorted(
            rates,
            key=lambda row: (
                row.home_id,
                ("low", "medium", "high", "specialist").index(row.band),
                row.start,
            ),
        )
    )
    medium = [row for row in rates if (row.home_id, row.band) == ("SC990003", "medium")]
    assert medium == [
        RateRow("SC990003", "medium", 600000, 240000, date(2026, 4, 1), date(2027, 4, 1)),
        RateRow("SC990003", "medium", 616800, 246720, date(2027, 4, 1), date(2028, 4, 1)),
        RateRow("SC990003", "medium", 636229, 254491, date(2028, 4, 1), date(2029, 4, 1)),
        RateRow("SC990003", "medium", 636229, 254491, date(2029, 4, 1), date(2034, 4, 1)),
    ]


@pytest.mark.parametrize(
    ("in_use", "out_of_use", "marginal"),
    [
        (GUARANTEED - 1, 0, 90000),
        (GUARANTEED, 0, 450000),
        (35, 0, 450000),
        (28, 6, 90000),
        (29, 6, 450000),
    ],
)
def test_above_the_guarantee_a_placement_adds_its_whole_fee(
    in_use: int, out_of_use: int, marginal: int
) -> None:
    row = case_rates(BLOCK, in_use, out_of_use)[0]
    assert (row.band, row.weekly_fee, row.marginal_weekly_fee) == ("low", 450000, marginal)


def test_a_spot_placement_adds_its_fee() -> None:
    rates = case_rates(contract_of(SPOT_TEXT), 0)
    assert [row.band for row in rates] == ["low", "medium", "high", "specialist"]
    assert all(row.weekly_fee == row.marginal_weekly_fee for row in rates)
    assert rates[0].cells() == {
        "home_id": "SC990090",
        "band": "low",
        "weekly_fee": "5100.00",
        "marginal_weekly_fee": "5100.00",
        "from": "2026-01-15",
        "to": "2028-01-15",
    }


def test_a_fee_below_the_void_rate_adds_nothing_rather_than_less() -> None:
    contract = contract_of(edited(BLOCK_TEXT, ('"6000.00"', '"3000.00"')))
    medium = next(row for row in case_rates(contract, 0) if row.band == "medium")
    assert (medium.weekly_fee, medium.marginal_weekly_fee) == (300000, 0)
