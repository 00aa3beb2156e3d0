"""Statements worked by hand, and against the day-by-day oracle on the sample files."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from pricing.availability import OutOfUse
from pricing.inputs import statement_from_files
from pricing.ledger import LedgerRow
from pricing.problems import BadInput
from pricing.results import Achieved
from pricing.statement import Statement, statement
from pricing.terms import Contract
from pricing.voids import payable_places, unused_shares
from tests.unit.pricing import oracle
from tests.unit.pricing.samples import (
    BLOCK_TEXT,
    CASES,
    HACKNEY,
    HAVERING,
    NEWHAM,
    SPOT_TEXT,
    contract_of,
    edited,
    stretch,
)

SMALL_TEXT = (
    edited(
        BLOCK_TEXT.partition("[shares]")[0],
        ("places = 35", "places = 5"),
        ('"2.80"', '"10.00"'),
    )
    + f"[shares]\n{HAVERING} = 3\n{HACKNEY} = 2\n"
)
SMALL = contract_of(SMALL_TEXT)
WEEK = (date(2026, 10, 5), date(2026, 10, 12))


def results_row(code: str, **changes: Any) -> Achieved:
    """A row over the whole term with all that payment needs, but for the changes."""
    row = Achieved(code, SMALL.start, SMALL.end, Fraction(1), "E1", True, "PR1")
    return replace(row, **changes)


def small(
    ledger: Sequence[LedgerRow],
    period: tuple[date, date] = WEEK,
    availability: Sequence[OutOfUse] = (),
    results: Sequence[Achieved] = (),
    contract: Contract = SMALL,
) -> Statement:
    return statement(contract, ledger, *period, availability, results)


def test_an_empty_block_pays_its_guarantee_at_the_void_rate_by_shares() -> None:
    charged = small([])
    # floor(5 × 90%) = 4 places × 80% of 4,500.00 a week
    assert charged.charge.voids == 4 * 360000
    assert {code: charge.voids for code, charge in charged.boroughs.items()} == {
        HACKNEY: 576000,
        HAVERING: 864000,
    }
    assert charged.charge.placements == charged.charge.results == 0
    assert charged.occupancy.to_json() == {
        "place_days_used": 0,
        "place_days_payable": 28,
        "percent": 0.0,
    }


def test_a_void_follows_the_unused_shares_of_the_day() -> None:
    rows = [
        stretch(1, HAVERING, date(2026, 10, 5), date(2026, 10, 9)),
        stretch(2, HAVERING, date(2026, 9, 1), None, band="high"),
        stretch(3, HAVERING, date(2026, 9, 1), None, home="SC990003"),
    ]
    charged = small(rows)
    # four days with 1 unused, all Hackney's (2 of 2 unused, Havering 0 of 3);
    # three days with 2 unused: Hackney 2, Havering 1 of 3 unused shares
    day = Fraction(360000, 7)
    assert charged.charge.voids == 514286  # 10 place days = 514,285.714…
    hackney, havering = 4 * day + 3 * 2 * day * 2 / 3, 3 * 2 * day / 3
    assert charged.boroughs[HACKNEY].voids == round(hackney)
    assert charged.boroughs[HAVERING].voids == round(havering)
    assert charged.boroughs[HACKNEY].placements == 0
    assert charged.boroughs[HAVERING].placements == 342857 + 800000 + 600000


def test_places_out_of_use_on_the_providers_side_are_not_payable() -> None:
    def voids(side: str, places: int) -> int:
        out = OutOfUse("SC990001", date(2026, 10, 1), date(2026, 10, 7), places, side, "repairs")
        return small([], availability=[out]).charge.voids

    assert voids("partnership", 5) == 4 * 360000
    assert voids("provider", 1) == 4 * 360000  # four of the five are left, which is the guarantee
    assert voids("provider", 2) == round(Fraction(360000 * (2 * 3 + 5 * 4), 7))
    assert voids("provider", 5) == round(Fraction(360000 * 5 * 4, 7))


def test_more_places_out_of_use_than_there_are_pay_nothing_and_take_nothing_back() -> None:
    out = [OutOfUse(home, *WEEK, 4, "provider", "repairs") for home in ("SC990001", "SC990002")]
    charged = small([stretch(1, NEWHAM, date(2026, 10, 5), None)], availability=out)
    assert charged.charge.voids == 0
    assert charged.occupancy.to_json() == {
        "place_days_used": 7,
        "place_days_payable": 7,
        "percent": 100.0,
    }


def test_a_place_in_use_above_the_guarantee_is_payable_too() -> None:
    rows = [stretch(number, HAVERING, date(2026, 10, 6), None) for number in range(5)]
    charged = small(rows)
    assert charged.charge.voids == round(Fraction(360000 * 4, 7))  # the first day
    assert (charged.occupancy.used, charged.occupancy.payable) == (30, 34)
    assert charged.occupancy.tenths_of_percent == 882  # 88.235…


def test_voids_follow_the_low_fee_in_force_on_each_day() -> None:
    charged = small([], (date(2027, 3, 30), date(2027, 4, 4)))
    assert charged.charge.voids == round(Fraction(4 * (2 * 360000 + 3 * 396000), 7))
    assert [line.daily_rate for line in charged.voids.lines] == [
        Fraction(360000, 7),
        Fraction(396000, 7),
    ]


def test_without_unused_shares_a_void_is_split_by_shares() -> None:
    shares = {HAVERING: 3, HACKNEY: 2}
    assert unused_shares(shares, {HAVERING: 1, NEWHAM: 4}) == {HAVERING: 2, HACKNEY: 2}
    assert unused_shares(shares, {HAVERING: 4, HACKNEY: 1}) == {HAVERING: 0, HACKNEY: 1}
    assert unused_shares(shares, {HAVERING: 3, HACKNEY: 2}) == shares


def test_payable_places_are_never_below_nought() -> None:
    assert SMALL.block is not None
    assert [payable_places(SMALL.block, out) for out in (0, 1, 2, 5, 6)] == [4, 4, 3, 0, 0]


def test_a_placement_is_paid_by_the_young_persons_borough_clipped_to_the_period() -> None:
    rows = [
        stretch(1, NEWHAM, date(2026, 9, 1), date(2026, 10, 6), one_to_one=12),
        stretch(2, NEWHAM, date(2026, 10, 11), None, band="specialist"),
        stretch(3, HACKNEY, date(2026, 10, 12), None),
        stretch(4, HACKNEY, date(2026, 9, 1), date(2026, 10, 5)),
    ]
    charged = small(rows)
    assert charged.boroughs[NEWHAM].placements == 85714 + 814 + 150000
    assert charged.boroughs[HACKNEY].placements == 0
    assert charged.boroughs[NEWHAM].voids == 0


def test_every_borough_of_the_shares_and_of_the_ledger_is_listed_in_order() -> None:
    rows = [stretch(1, "E09000031", date(2027, 10, 12), None)]
    assert list(small(rows).boroughs) == [HACKNEY, HAVERING, "E09000031"]


def test_results_are_the_capped_part_of_the_standard_fees_by_what_was_achieved() -> None:
    rows = [
        stretch(1, HAVERING, date(2026, 10, 5), None),
        stretch(2, NEWHAM, date(2026, 10, 5), None, band="low"),
    ]
    results = [
        results_row("garden_project", achieved=Fraction(3, 4)),
        results_row("stability", achieved=Fraction("0.5"), by_young_people=False, proposal=""),
    ]
    charged = small(rows, results=results)
    # 10,500.00 × 7% × (40 × 0.75 + 60 × 0.5) / 100
    assert charged.charge.results == 44100
    assert charged.boroughs[HAVERING].results == 25200
    assert charged.boroughs[NEWHAM].results == 18900
    assert charged.boroughs[HACKNEY].results == 0


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"evidence": ""}, "no evidence"),
        ({"evidence": "0"}, "no evidence"),
        ({"evidence": "N"}, "no evidence"),
        ({"proposal": ""}, "no agreed proposal"),
        ({"by_young_people": False}, "no evidence that young people wrote"),
        ({"start": date(2026, 10, 6)}, "no row covers the period"),
        ({"end": date(2026, 10, 11)}, "no row covers the period"),
    ],
)
def test_an_innovation_item_pays_nothing_without(changes: dict[str, object], why: str) -> None:
    rows = [stretch(1, HAVERING, date(2026, 10, 5), None)]
    charged = small(rows, results=[results_row("garden_project", **changes)])
    assert charged.charge.results == 0
    assert charged.outcomes[0].why == why
    paid = small(rows, results=[results_row("garden_project")])
    assert paid.charge.results == 16800


def test_an_outcome_needs_evidence_but_neither_proposal_nor_young_authors() -> None:
    rows = [stretch(1, HAVERING, date(2026, 10, 5), None)]
    item = results_row("stability", proposal="", by_young_people=False)
    assert small(rows, results=[item]).charge.results == 25200
    item = results_row("stability", evidence="")
    assert small(rows, results=[item]).charge.results == 0


def test_two_rows_that_cover_the_period_are_an_error_and_two_beside_each_other_are_not() -> None:
    halves = [
        results_row("stability", end=date(2026, 10, 8)),
        results_row("stability", start=date(2026, 10, 8)),
    ]
    assert small([], results=halves).outcomes[1].why == "no row covers the period"
    two = [results_row("stability"), results_row("stability", end=date(2026, 10, 12))]
    with pytest.raises(BadInput) as refused:
        small([], results=two)
    (problem,) = refused.value.problems
    assert (problem.file, problem.kind) == ("results", "two rows for the period")
    assert problem.allowed == "one row that covers 2026-10-05 to 2026-10-12"


def test_rows_from_elsewhere_are_checked_before_anything_is_charged() -> None:
    with pytest.raises(BadInput) as refused:
        small(
            [stretch(1, HAVERING, date(2026, 10, 5), None, band="severe")],
            availability=[OutOfUse("SC9", *WEEK, 6, "provider", "")],
            results=[results_row("pond", achieved=Fraction(2))],
        )
    assert [(problem.file, problem.key, problem.value) for problem in refused.value.problems] == [
        ("ledger", "column band", '"severe"'),
        ("availability", "column home_id", '"SC9"'),
        ("availability", "column places", "6"),
        ("results", "column code", '"pond"'),
        ("results", "column achieved", '"2"'),
    ]


def test_a_contract_without_results_pays_none_and_knows_no_code() -> None:
    spot = contract_of(SPOT_TEXT)
    charged = small([stretch(1, NEWHAM, date(2026, 10, 5), None, home="SC990090")], contract=spot)
    assert charged.outcomes == ()
    with pytest.raises(BadInput, match="none: SPOT-7 pays no results"):
        small([], contract=spot, results=[results_row("stability")])


def test_a_spot_statement_has_placements_and_no_voids() -> None:
    spot = contract_of(SPOT_TEXT)
    charged = small(
        [stretch(1, NEWHAM, date(2026, 10, 7), None, home="SC990090")],
        availability=[OutOfUse("SC990090", *WEEK, 400, "provider", "closed")],
        contract=spot,
    )
    assert charged.to_json() == {
        "contract": "SPOT-7",
        "version": spot.version,
        "from": "2026-10-05",
        "to": "2026-10-12",
        "boroughs": {
            NEWHAM: {
                "placements": "4803.93",
                "voids": "0.00",
                "results": "0.00",
                "total": "4803.93",
            }
        },
        "placements": "4803.93",
        "voids": "0.00",
        "results": "0.00",
        "total": "4803.93",
        "occupancy": {"place_days_used": 5, "place_days_payable": 5, "percent": 100.0},
    }
    empty = small([], contract=spot).to_json()
    assert empty["boroughs"] == {}
    assert empty["occupancy"] == {
        "place_days_used": 0,
        "place_days_payable": 0,
        "percent": None,
    }


def test_the_sample_statement_agrees_with_the_oracle_to_the_penny() -> None:
    start, end = date(2026, 10, 1), date(2026, 11, 1)
    answer = statement_from_files(
        CASES / "block.toml",
        CASES / "ledger.csv",
        start,
        end,
        CASES / "availability.csv",
        CASES / "results.csv",
    ).to_json()
    stays = [
        oracle.Stay(HAVERING, "low", date(2026, 9, 7), date(2026, 10, 12), {}),
        oracle.Stay(HAVERING, "medium", date(2026, 10, 12), end, {"one_to_one": Fraction(14)}),
        oracle.Stay(
            HACKNEY,
            "high",
            date(2026, 10, 3),
            date(2026, 10, 24),
            {"one_to_one": Fraction(63, 2), "family_session": Fraction(2)},
        ),
        oracle.Stay(
            "E09000033",
            "specialist",
            date(2026, 5, 1),
            date(2027, 6, 1),
            {"family_session": Fraction(4)},
        ),
    ]
    outs = [oracle.Out(date(2026, 10, 10), date(2026, 10, 20), 6, "provider")]
    achieved = {"garden_project": Fraction(3, 4), "stability": Fraction(1)}
    expected = oracle.statement_json(
        oracle.contract_dict(BLOCK_TEXT), stays, outs, achieved, start, end
    )
    assert expected["voids"] == "441257.14"
    shown = answer["occupancy"]
    assert isinstance(shown, dict)
    shown["percent"] = Decimal(str(shown["percent"]))
    for key, value in expected.items():
        assert answer[key] == value, key
