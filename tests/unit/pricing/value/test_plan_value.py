"""A plan's week against spot and against the week without the plan."""

from datetime import date

import pytest

from pricing.problems import BadInput
from pricing.value.plan import Living, Proposal, plan_value
from pricing.value.show_plan import plan_value_json, render_plan_value
from pricing.value.spot import NoSpotPrices, SpotContract, SpotFees
from tests.unit.pricing.samples import HACKNEY, HAVERING, NEWHAM, SPOT_TEXT, contract_of
from tests.unit.pricing.value.test_against_spot import small

MONDAY = date(2026, 9, 7)
SPOT = SpotContract(contract_of(SPOT_TEXT))
BLOCK = contract_of(small())
HERE, ELSEWHERE = "SC990001", "SC990050"


def proposed(
    number: int, borough: str, home: str = HERE, fee: int | None = 600_000, band: str = "medium"
) -> Proposal:
    return Proposal(f"R-{number}", Living(f"YP{number}", borough, home, band), MONDAY, fee)


def test_what_a_plan_adds_is_its_fee_less_the_void_it_fills() -> None:
    residents = [Living("YP9", HAVERING, HERE, "high")]
    made = plan_value(BLOCK, residents, [proposed(1, HACKNEY)], MONDAY, SPOT)
    # Three places at 100%: two voids of 3,600.00 before, one after; 6,000.00 - 3,600.00.
    assert made.adds.block == 240_000
    assert made.adds.spot == 672_550
    assert made.adds.saving == 432_550
    by_borough = made.adds_by_borough
    # Before, Havering had one empty place of its two and Hackney its one; after, Havering's alone.
    assert by_borough[HACKNEY].block == 600_000 - 360_000
    assert by_borough[HAVERING].block == 0
    assert sum(adds.block for adds in by_borough.values()) == made.adds.block


def test_a_placement_above_the_guarantee_adds_its_whole_fee() -> None:
    residents = [Living("YP9", HAVERING, HERE, "high"), Living("YP8", HAVERING, HERE, "low")]
    block = contract_of(small(guarantee="67.00"))
    made = plan_value(block, residents, [proposed(1, HACKNEY)], MONDAY, SPOT)
    assert made.adds.block == 600_000


def test_whoever_moves_is_counted_once_in_the_new_home() -> None:
    residents = [Living("YP1", HAVERING, HERE, "high")]
    within = plan_value(BLOCK, residents, [proposed(1, HAVERING, band="high")], MONDAY, SPOT)
    assert within.with_plan.whole.spot.days == 7
    assert (within.adds.block, within.adds.spot) == (0, 0)
    away = plan_value(BLOCK, residents, [proposed(1, HAVERING, ELSEWHERE)], MONDAY, SPOT)
    # The fee of 8,000.00 goes and a void of 3,600.00 comes.
    assert (away.adds.block, away.adds.spot) == (-440_000, -899_999)
    assert [each.referral for each in away.elsewhere] == ["R-1"]


def test_residents_of_other_contracts_do_not_count() -> None:
    made = plan_value(
        BLOCK, [Living("YP9", NEWHAM, ELSEWHERE, "low")], [proposed(1, HACKNEY)], MONDAY, SPOT
    )
    assert made.with_plan.whole.spot.days == 7
    assert NEWHAM not in made.adds_by_borough


def test_a_borough_that_comes_or_goes_with_the_plan_stands_in_what_it_adds() -> None:
    comes = plan_value(BLOCK, [], [proposed(1, NEWHAM)], MONDAY, SPOT)
    assert comes.adds_by_borough[NEWHAM].block == 600_000
    goes = plan_value(
        BLOCK, [Living("YP1", NEWHAM, HERE, "low")], [proposed(1, NEWHAM, ELSEWHERE)], MONDAY, SPOT
    )
    assert goes.adds_by_borough[NEWHAM].block == -450_000


def test_an_unknown_spot_price_of_a_resident_hides_the_week_but_not_what_the_plan_adds() -> None:
    fees = SpotFees(
        "f.toml", "0" * 64, "Made up", "us", date(2026, 4, 1), date(2027, 4, 1), True,
        {"medium": 700_000},
    )  # fmt: skip
    residents = [Living("YP9", HAVERING, HERE, "high")]
    made = plan_value(BLOCK, residents, [proposed(1, HACKNEY)], MONDAY, fees)
    assert made.with_plan.whole.saving is None
    assert made.adds.saving == 700_000 - 240_000
    unknown = plan_value(BLOCK, residents, [proposed(1, HACKNEY)], MONDAY, NoSpotPrices())
    assert (unknown.adds.spot, unknown.adds.saving) == (None, None)
    assert "unknown" in render_plan_value(unknown)


def test_another_fee_in_the_plan_than_in_the_contract_is_told_and_an_unnamed_one_is_not() -> None:
    proposals = [proposed(1, HACKNEY, fee=612_500), proposed(2, HAVERING, fee=None)]
    made = plan_value(BLOCK, [], proposals, MONDAY, SPOT)
    assert [each.differs for each in made.proposals] == [True, False]
    said = render_plan_value(made)
    assert "R-1 in SC990001: the plan says £6,125.00, the contract £6,000.00" in said
    assert "R-2 in SC990001: the plan says" not in said
    answer = plan_value_json(made)["proposals"]
    assert isinstance(answer, list)
    assert [(each["plan_fee"], each["differs"]) for each in answer] == [
        ("6125.00", True),
        (None, False),
    ]


def test_the_plans_fee_is_compared_with_the_contracts_on_the_day_of_the_referral() -> None:
    late = Proposal("R-1", Living("YP1", HACKNEY, HERE, "medium"), date(2027, 4, 1), 616_800)
    made = plan_value(BLOCK, [], [late], MONDAY, SPOT)
    assert made.proposals[0].fee_on_day == 616_800
    assert not made.proposals[0].differs
    assert made.proposals[0].fee == 600_000


def test_a_proposal_elsewhere_is_listed_and_an_unknown_fee_is_said_to_be() -> None:
    made = plan_value(BLOCK, [], [proposed(1, HACKNEY, ELSEWHERE, fee=None)], MONDAY, SPOT)
    said = render_plan_value(made)
    assert "R-1 in SC990050, medium need: unknown a week" in said
    assert "The plan proposes nobody for a home of this contract." in said


def test_the_order_of_proposals_and_residents_changes_nothing() -> None:
    residents = [Living(f"YP9{each}", HAVERING, HERE, "low") for each in range(1)]
    proposals = [proposed(2, HACKNEY), proposed(1, NEWHAM)]
    one = plan_value(BLOCK, residents, proposals, MONDAY, SPOT)
    other = plan_value(BLOCK, residents, proposals[::-1], MONDAY, SPOT)
    assert plan_value_json(one) == plan_value_json(other)


def test_a_week_outside_the_term_is_refused() -> None:
    with pytest.raises(BadInput) as refused:
        plan_value(BLOCK, [], [proposed(1, HACKNEY)], date(2034, 3, 30), SPOT)
    assert [problem.key for problem in refused.value.problems] == ["to"]
