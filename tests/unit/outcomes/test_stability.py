"""Stability against the mix received: days, endings and what is expected, worked out by hand."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

import pytest

from pricing.ledger import LedgerRow
from pricing.outcomes.endings import IN_INTEREST, NO_MOVE, OUTSIDE, PLANNED, UNPLANNED
from pricing.outcomes.read_endings import placements_of
from pricing.outcomes.stability import Stability, StratumFigures, measure_stability
from pricing.outcomes.strata import Stratum
from tests.unit.outcomes.samples import ending_of, reference_of
from tests.unit.pricing.samples import HAVERING, stretch

START, END = date(2026, 10, 1), date(2027, 1, 9)  # 100 days
HOMES = {"SC990001"}
RATES = {
    Stratum("medium", "0"): Fraction(4),
    Stratum("medium", "3+"): Fraction(10),
    Stratum("high", "3+"): Fraction(25, 2),
}


def measured(
    ledger: list[LedgerRow],
    endings: Mapping[int, tuple[int, date | None, str, str]],
    homes: set[str] = HOMES,
) -> Stability:
    rows = [
        ending_of(f"PL{number}", moves, day, code, ending)
        for number, (moves, day, code, ending) in endings.items()
    ]
    return measure_stability(placements_of(ledger), rows, homes, reference_of(RATES), START, END)


def figures(stability: Stability, band: str, moves: str) -> StratumFigures:
    (found,) = [f for f in stability.strata if f.stratum == Stratum(band, moves)]
    return found


def test_days_count_in_the_band_of_the_day_and_an_ending_in_the_last() -> None:
    ledger = [
        stretch(1, HAVERING, date(2026, 9, 1), date(2026, 10, 31), band="medium"),
        stretch(1, HAVERING, date(2026, 10, 31), date(2026, 12, 10), band="high"),
        stretch(2, HAVERING, date(2026, 12, 30), None),
    ]
    found = measured(ledger, {1: (3, date(2026, 12, 10), "CREQB", ""), 2: (0, None, "", "")})
    assert figures(found, "medium", "3+").days == 30
    assert figures(found, "high", "3+").days == 40
    assert figures(found, "medium", "0").days == 10
    assert figures(found, "high", "3+").unplanned == 1
    assert figures(found, "medium", "3+").unplanned == 0
    assert figures(found, "high", "3+").per_1000_days == 25
    assert figures(found, "low", "0").per_1000_days is None
    # 30 × 10 + 40 × 12.5 + 10 × 4, for each 1,000 days
    assert found.expected == Fraction(840, 1000)
    assert found.days == 80
    assert found.ratio == Fraction(1000, 840)


@pytest.mark.parametrize(
    ("code", "said", "kind"),
    [
        ("CREQO", "", UNPLANNED),
        ("CHILD", "", UNPLANNED),
        ("CHILD", IN_INTEREST, IN_INTEREST),
        ("OTHER", PLANNED, PLANNED),
        ("CARPL", "", PLANNED),
        ("E4A", "", PLANNED),
        ("CUSTOD", "", OUTSIDE),
        ("PLACE", "", NO_MOVE),
    ],
)
def test_only_an_unplanned_ending_is_an_event(code: str, said: str, kind: str) -> None:
    ledger = [stretch(1, HAVERING, date(2026, 10, 1), date(2026, 11, 1))]
    found = measured(ledger, {1: (0, date(2026, 11, 1), code, said)})
    assert found.endings(kind) == 1
    assert found.observed == (kind == UNPLANNED)
    assert found.days == 31
    assert dict(found.stated) == ({code: 1} if said else {})


@pytest.mark.parametrize(
    ("ended_on", "counted"),
    [
        (date(2026, 10, 1), 0),
        (date(2026, 10, 2), 1),
        (date(2027, 1, 9), 1),
        (date(2027, 1, 10), 0),
    ],
)
def test_an_ending_belongs_to_the_period_of_the_last_day_lived_there(
    ended_on: date, counted: int
) -> None:
    ledger = [stretch(1, HAVERING, date(2026, 9, 1), ended_on)]
    found = measured(ledger, {1: (0, ended_on, "CREQB", "")})
    assert found.observed == counted


def test_placements_in_other_homes_do_not_count() -> None:
    ledger = [stretch(1, HAVERING, date(2026, 9, 1), date(2026, 11, 1), home="SC990003")]
    found = measured(ledger, {1: (0, date(2026, 11, 1), "CREQB", "")})
    assert (found.days, found.observed) == (0, 0)
    assert found.expected == 0
    assert found.ratio is None
    assert found.ratio_limits is None
    assert not found.tells(Fraction(1, 100))


def test_the_limits_of_the_ratio_are_those_of_the_count_by_what_is_expected() -> None:
    ledger = [stretch(1, HAVERING, date(2026, 9, 1), date(2026, 11, 20))]
    found = measured(ledger, {1: (0, date(2026, 11, 20), "CREQB", "")})
    assert found.expected == Fraction(50 * 4, 1000)
    # the exact limits of 1 event are 0.025318 and 5.571643
    limits = found.ratio_limits
    assert limits is not None
    assert [f"{float(limit * found.expected):.6f}" for limit in limits] == ["0.025318", "5.571643"]


def test_enough_is_expected_from_exactly_the_number_the_proposal_says() -> None:
    found = measured([stretch(1, HAVERING, START, None)], {1: (3, None, "", "")})
    assert found.expected == 1
    assert found.tells(Fraction(1))
    assert not found.tells(Fraction(1) + Fraction(1, 10**9))
