"""What holds for every statement, and what it has in common with the day-by-day oracle."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import permutations
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from pricing.money import round_half_up, split_exactly
from pricing.results import Achieved
from pricing.statement import Statement, statement
from tests.unit.pricing import oracle
from tests.unit.pricing.strategies import PROPERTY, Case, cases


def stated(case: Case) -> Statement:
    return statement(
        case.contract, case.ledger, case.start, case.end, case.availability, case.results
    )


@PROPERTY
@given(st.one_of(cases(), cases(), cases("spot")))
def test_a_statement_is_what_the_oracle_finds_day_by_day(case: Case) -> None:
    answer = stated(case).to_json()
    wanted = oracle.statement_json(
        oracle.contract_dict(case.text),
        case.stays(),
        case.outs(),
        case.achieved(),
        case.start,
        case.end,
    )
    occupancy = answer["occupancy"]
    assert isinstance(occupancy, dict)
    if occupancy["percent"] is not None:
        occupancy["percent"] = Decimal(str(occupancy["percent"]))
    assert {key: answer[key] for key in wanted} == wanted


@PROPERTY
@given(cases())
def test_boroughs_add_up_to_the_totals(case: Case) -> None:
    result = stated(case)
    for part in ("placements", "voids", "results", "total"):
        assert sum(getattr(charge, part) for charge in result.boroughs.values()) == getattr(
            result.charge, part
        )


@PROPERTY
@given(cases(), st.integers(0, 1000))
def test_the_order_of_rows_changes_nothing(case: Case, seed: int) -> None:
    shuffled = replace(
        case,
        ledger=Random(seed).sample(case.ledger, len(case.ledger)),
        availability=Random(seed).sample(case.availability, len(case.availability)),
        results=Random(seed).sample(case.results, len(case.results)),
    )
    one, other = stated(case), stated(shuffled)
    assert one.to_json() == other.to_json()
    assert list(one.boroughs) == list(other.boroughs)


@PROPERTY
@given(cases())
def test_voids_never_exceed_the_guarantee_left_empty_all_the_time(case: Case) -> None:
    empty = stated(replace(case, ledger=[], availability=[]))
    assert 0 <= stated(case).charge.voids <= empty.charge.voids


@PROPERTY
@given(cases())
def test_voids_never_exceed_what_the_guarantee_allows_on_any_day(case: Case) -> None:
    contract = oracle.contract_dict(case.text)
    terms = contract["voids"]
    guaranteed = int(contract["places"] * Decimal(terms["guarantee_percent"]) // 100)
    result = stated(case)
    assert all(line.unused <= line.payable <= guaranteed for line in result.voids.lines)
    most = sum(
        guaranteed
        * Fraction(terms["rate_percent"])
        / 100
        * Fraction(oracle.in_force(contract, contract["fees"]["low"], day))
        / 7
        for day in oracle.days(case.start, case.end)
    )
    assert result.charge.voids <= round_half_up(Fraction(most) * 100)


@PROPERTY
@given(cases())
def test_one_placement_fewer_never_makes_the_voids_smaller(case: Case) -> None:
    fewer = replace(case, ledger=case.ledger[1:])
    assert stated(fewer).charge.voids >= stated(case).charge.voids


@PROPERTY
@given(cases())
def test_places_out_of_use_on_the_partnerships_side_change_nothing(case: Case) -> None:
    ours = [row for row in case.availability if row.side == "provider"]
    assert stated(replace(case, availability=ours)).to_json() == stated(case).to_json()


@PROPERTY
@given(cases())
def test_results_never_exceed_their_cap(case: Case) -> None:
    result = stated(case)
    if case.contract.results is None:
        assert result.charge.results == 0
    else:
        cap = result.charge.placements * case.contract.results.cap_percent / 100
        assert 0 <= result.charge.results <= round_half_up(cap)


@PROPERTY
@given(cases())
def test_a_result_without_evidence_is_worth_as_much_as_no_row(case: Case) -> None:
    def without(row: Achieved) -> Achieved:
        return replace(row, evidence="")

    bare = stated(replace(case, results=[without(row) for row in case.results]))
    assert bare.charge.results == 0
    assert bare.boroughs == stated(replace(case, results=[])).boroughs


@PROPERTY
@given(cases())
def test_place_days_payable_hold_those_used(case: Case) -> None:
    occupancy = stated(case).occupancy
    assert 0 <= occupancy.used <= occupancy.payable
    assert occupancy.tenths_of_percent is None or 0 <= occupancy.tenths_of_percent <= 1000


@PROPERTY
@given(st.dictionaries(st.text("ABC", min_size=1), st.fractions(0, 10_000), max_size=8))
def test_splits_conserve_pence_and_move_nobody_by_a_penny_or_more(
    exact: dict[str, Fraction],
) -> None:
    charge = round_half_up(sum(exact.values(), Fraction()))
    parts = split_exactly(charge, exact)
    assert sum(parts.values()) == charge
    assert all(abs(parts[name] - exact[name]) < 1 for name in exact)
    for (one, more), (other, less) in permutations(exact.items(), 2):
        if more % 1 > less % 1:
            assert parts[one] - more // 1 >= parts[other] - less // 1
