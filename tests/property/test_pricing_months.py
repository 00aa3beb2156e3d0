"""A period reconciles with its months to the penny, whatever rounding makes of it."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given

from pricing.calendar_months import months_of
from pricing.months import ByMonth, by_month
from tests.unit.pricing import oracle
from tests.unit.pricing.strategies import PROPERTY, Case, cases, periods

HEADINGS = ("placements", "voids", "results", "total")


def stated(case: Case) -> ByMonth:
    """The case's period put on for some months, as far as the term goes."""
    end = min(case.end + timedelta(days=60), case.contract.end)
    return by_month(case.contract, case.ledger, case.start, end, case.availability, case.results)


@PROPERTY
@given(periods())
def test_months_cover_the_period_without_gap_and_turn_on_the_first(
    period: tuple[date, date],
) -> None:
    months = months_of(*period)
    assert [months[0][0], *(end for _, end in months)] == [
        *(start for start, _ in months),
        period[1],
    ]
    assert months[0][0] == period[0]
    assert all(start.day == 1 for start, _ in months[1:])
    assert all((end - timedelta(days=1)).month == start.month for start, end in months)
    assert all((end - start).days <= 31 for start, end in months)


@PROPERTY
@given(cases())
def test_the_whole_is_the_months_and_the_difference_for_every_borough_and_heading(
    case: Case,
) -> None:
    answer: dict[str, Any] = stated(case).to_json()
    for code, whole in answer["whole"]["boroughs"].items():
        difference = answer["difference"]["boroughs"][code]
        summed = answer["sum_of_months"]["boroughs"][code]
        for heading in HEADINGS:
            months = sum(
                (Decimal(month["boroughs"][code][heading]) for month in answer["months"]),
                Decimal(),
            )
            assert Decimal(summed[heading]) == months
            other = Decimal(difference["result_rows"]) if heading == "results" else 0
            assert Decimal(whole[heading]) == months + Decimal(difference[heading]) + other
        parts = [Decimal(difference[name]) for name in ("placements", "voids", "results")]
        assert Decimal(difference["rounding"]) == sum(parts)


@PROPERTY
@given(cases())
def test_the_whole_and_every_month_are_what_the_oracle_finds_day_by_day(case: Case) -> None:
    made = stated(case)
    contract = oracle.contract_dict(case.text)
    for part in (made.whole, *made.months):
        counted = {
            row.code: row.achieved
            for row in case.results
            if row.start <= part.start
            and row.end >= part.end
            and row.evidence == "E1"
            and (row.code == "stability" or (row.proposal == "PR1" and row.by_young_people))
        }
        wanted = oracle.statement_json(
            contract, case.stays(), case.outs(), counted, part.start, part.end
        )
        answer = part.to_json()
        for key in ("boroughs", *HEADINGS):
            assert answer[key] == wanted[key]


@PROPERTY
@given(cases())
def test_rounding_moves_no_more_pennies_than_lines_were_cut(case: Case) -> None:
    made = stated(case)
    number = len(made.months)
    for code, difference in made.boroughs.items():
        whole = sum(row.borough == code for row, _ in made.whole.lines)
        cut = sum(row.borough == code for month in made.months for row, _ in month.lines) - whole
        assert abs(difference.placements) <= cut
        assert abs(difference.voids) <= number
        # each part is rounded to within a penny, and stands on fees that moved by a penny a line
        assert abs(difference.results) <= number + cut
    if number == 1:
        assert made.difference.total == 0
        assert all(each.total == 0 for each in made.boroughs.values())


@PROPERTY
@given(cases())
def test_where_the_same_results_count_in_every_month_only_rounding_differs(case: Case) -> None:
    made = stated(case)
    pairs = [
        (outcome.achieved, month.outcomes[place].achieved)
        for place, outcome in enumerate(made.whole.outcomes)
        for month in made.months
    ]
    if all(one == other for one, other in pairs):
        assert all(each.rows == 0 for each in made.boroughs.values())


@PROPERTY
@given(cases())
def test_what_other_result_rows_make_is_what_the_months_paid_by_them(case: Case) -> None:
    made = stated(case)
    contract = case.contract
    for code, difference in made.boroughs.items():
        if contract.results is None:
            assert difference.results == difference.rows == 0
            continue
        exact = Fraction()
        for month in made.months:
            weights = sum(
                (
                    outcome.item.weight * (outcome.achieved - month.outcomes[place].achieved)
                    for place, outcome in enumerate(made.whole.outcomes)
                ),
                Fraction(),
            )
            fees = month.boroughs[code].placements
            exact += fees * contract.results.cap_percent * weights / 10_000
        assert abs(difference.rows - exact) < 2 * len(made.months)


@PROPERTY
@given(cases())
def test_days_used_and_payable_need_no_rounding(case: Case) -> None:
    made = stated(case)
    for name in ("used", "payable"):
        months = sum(getattr(month.occupancy, name) for month in made.months)
        assert getattr(made.whole.occupancy, name) == months
