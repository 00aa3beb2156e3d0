"""Re-banding a whole ledger: bills and adjustments together are the bill of the true bands."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from pricing.adjustment import Adjustment, adjust
from pricing.billed import Billed
from pricing.ledger import LedgerRow
from tests.unit.pricing import oracle
from tests.unit.pricing.rebanding import ISSUED, Correction, by_heading, corrections, cut_up
from tests.unit.pricing.strategies import END, PROPERTY, START, TERM

days_inside = st.lists(
    st.integers(1, TERM - 1).map(lambda days: START + timedelta(days=days)), max_size=4
)


def adjusted(case: Correction, ledger: list[LedgerRow], billed: list[Billed]) -> Adjustment:
    return adjust(case.contract, ledger, billed, case.availability, case.results)


def issued(made: Adjustment, number: int = 1) -> list[Billed]:
    return list(made.rows(f"A{number}", ISSUED))


@PROPERTY
@given(corrections())
def test_the_bill_of_a_ledger_is_what_the_oracle_finds_due(case: Correction) -> None:
    assert by_heading(case.bills(case.before)) == case.wanted(case.before)


@PROPERTY
@given(corrections())
def test_a_ledger_that_did_not_change_adjusts_nothing(case: Correction) -> None:
    made = adjusted(case, case.before, case.bills(case.before))
    assert made.lines == ()
    assert made.total.difference == 0


@PROPERTY
@given(corrections(), days_inside, days_inside)
def test_a_rebanding_to_the_same_band_adjusts_zero(
    case: Correction, reviews: list[date], earlier: list[date]
) -> None:
    billed = case.bills(cut_up(case.before, earlier))
    assert adjusted(case, cut_up(case.before, [*earlier, *reviews]), billed).lines == ()


@PROPERTY
@given(corrections(), days_inside)
def test_a_rebanding_to_the_same_band_adjusts_zero_after_an_adjustment_too(
    case: Correction, reviews: list[date]
) -> None:
    billed = case.bills(case.before)
    billed += issued(adjusted(case, case.after, billed))
    assert adjusted(case, cut_up(case.after, reviews), billed).lines == ()


@PROPERTY
@given(st.one_of(corrections(), corrections("spot")))
def test_bill_plus_adjustment_equals_the_bill_of_the_true_bands(case: Correction) -> None:
    billed = case.bills(case.before)
    rows = issued(adjusted(case, case.after, billed))
    together = by_heading([*billed, *rows])
    assert together == by_heading(case.bills(case.after))
    assert together == case.wanted(case.after)


@PROPERTY
@given(corrections())
def test_bill_plus_adjustment_is_right_for_every_placement_and_requirement(
    case: Correction,
) -> None:
    billed = case.bills(case.before)
    together: dict[tuple[object, ...], Decimal] = defaultdict(Decimal)
    for row in [*billed, *issued(adjusted(case, case.after, billed))]:
        if row.placement_id:
            key = (row.period, row.placement_id, row.borough, row.what)
            together[key] += Decimal(row.amount) / 100
    wanted: dict[tuple[object, ...], Decimal] = defaultdict(Decimal)
    contract = oracle.contract_dict(case.text)
    for period in case.periods:
        for stay in case.after:
            first, last = max(period[0], stay.start), min(period[1], stay.end or END)
            if first < last:
                amounts = oracle.quote_amounts(contract, stay.band, stay.requirements, first, last)
                for (what, _), amount in amounts.items():
                    wanted[period, stay.placement_id, stay.borough, what] += amount
    assert {key: amount for key, amount in together.items() if amount} == {
        key: amount for key, amount in wanted.items() if amount
    }


@PROPERTY
@given(corrections())
def test_an_issued_adjustment_counts_as_billed_and_can_be_taken_back(case: Correction) -> None:
    billed = case.bills(case.before)
    first = adjusted(case, case.after, billed)
    issued_rows = [*billed, *issued(first)]
    assert adjusted(case, case.after, issued_rows).lines == ()
    back = adjusted(case, case.before, issued_rows)
    assert back.total.difference == -first.total.difference
    assert by_heading([*issued_rows, *issued(back, 2)]) == by_heading(billed)


@PROPERTY
@given(corrections())
def test_lines_stay_inside_their_period_differ_and_add_up_to_the_boroughs(
    case: Correction,
) -> None:
    made = adjusted(case, case.after, case.bills(case.before))
    for line in made.lines:
        assert line.period[0] <= line.start < line.end <= line.period[1]
        assert line.difference == line.due - line.billed != 0
        assert line.days == (line.end - line.start).days
        assert f"version {case.contract.version[:12]}" in line.rule
    for code, charged in made.boroughs.items():
        own = sum(line.difference for line in made.lines if line.borough == code)
        assert charged.difference == charged.due - charged.billed == own
    assert made.total.difference == sum(line.difference for line in made.lines)


@PROPERTY
@given(corrections(), st.integers(0, 1000))
def test_the_order_of_rows_changes_no_adjustment(case: Correction, seed: int) -> None:
    billed = case.bills(case.before)
    made = adjusted(case, case.after, billed)
    shuffled = adjusted(
        case,
        Random(seed).sample(case.after, len(case.after)),
        Random(seed).sample(billed, len(billed)),
    )
    assert shuffled.to_json() == made.to_json()


@PROPERTY
@given(corrections())
def test_what_cannot_be_worked_out_is_left_out_and_said(case: Correction) -> None:
    billed = case.bills(case.before)
    alone = adjust(case.contract, case.after, billed)
    assert alone.compared == ("placements",)
    assert {line.what for line in alone.lines}.isdisjoint({"voids", "results"})
    both = adjusted(case, case.after, billed)
    assert [line for line in both.lines if line.placement_id] == list(alone.lines)
    assert set(both.compared) == {"placements", *alone.left_out}
