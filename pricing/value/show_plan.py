"""A plan's week at block and at spot, as a page for people and as the same facts for programs."""

from pricing.money import pounds, pounds_for_people
from pricing.render import page, source_lines, table
from pricing.value.plan import Adds, PlanValue, Proposal, ProposalCost
from pricing.value.show_value import (
    NOT_COUNTED,
    amount,
    amount_json,
    boroughs_lines,
    even_lines,
    value_json,
)

OF_THE_BAND = "Fees are of the band alone: a plan does not say what a placement needs beyond it."


def plan_value_json(made: PlanValue) -> dict[str, object]:
    """The answer of `broker value --plan --json`."""
    return {
        **value_json(made.with_plan),
        "proposals": [_cost_json(each) for each in made.proposals],
        "elsewhere": [_proposal_json(each) for each in made.elsewhere],
        "adds": {
            **_adds_json(made.adds),
            "boroughs": {code: _adds_json(adds) for code, adds in made.adds_by_borough.items()},
        },
    }


def render_plan_value(made: PlanValue) -> str:
    """The week with the plan, what the plan adds to it, and each proposal."""
    value = made.with_plan
    contract = value.contract
    return page(
        [
            f"{contract.name} ({contract.id}): a plan at block and at spot",
            f"The week from {value.statement.start}, everyone having moved in",
        ],
        boroughs_lines(value),
        _adds(made),
        _proposals(made),
        _differing(made),
        _elsewhere(made),
        even_lines(value),
        [OF_THE_BAND, NOT_COUNTED],
        [f"Spot prices: {value.spot.source}", *source_lines(contract)],
    )


def _adds(made: PlanValue) -> list[str]:
    rows = [["borough", "block", "spot", "saving"]]
    for code, adds in [*made.adds_by_borough.items(), ("all", made.adds)]:
        if code == "all" or adds.block or adds.spot != 0:
            rows.append(
                [code, pounds_for_people(adds.block), amount(adds.spot), amount(adds.saving)]
            )
    return ["What the plan adds a week, voids that it fills taken off:", *table(rows, left=1)]


def _proposals(made: PlanValue) -> list[str]:
    if not made.proposals:
        return ["The plan proposes nobody for a home of this contract."]
    rows = [["referral", "borough", "home", "band", "block", "spot", "saving"]]
    for each in made.proposals:
        living = each.proposal.living
        rows.append(
            [
                each.proposal.referral,
                living.borough,
                living.home,
                living.band,
                pounds_for_people(each.fee),
                amount(each.spot),
                amount(each.saving),
            ]
        )
    return ["Each proposal a week at its whole fee:", *table(rows, left=4)]


def _differing(made: PlanValue) -> list[str]:
    lines = [
        f"  {each.proposal.referral} in {each.proposal.living.home}: the plan says"
        f" {amount(each.proposal.weekly_fee)}, the contract {pounds_for_people(each.fee_on_day)}"
        for each in made.proposals
        if each.differs
    ]
    return (
        ["Another fee in the plan than in the contract, whose fee counts:", *lines] if lines else []
    )


def _elsewhere(made: PlanValue) -> list[str]:
    if not made.elsewhere:
        return []
    lines = [
        f"  {each.referral} in {each.living.home}, {each.living.band} need:"
        f" {amount(each.weekly_fee)} a week"
        for each in made.elsewhere
    ]
    return ["In homes outside this contract, not compared:", *lines]


def _cost_json(each: ProposalCost) -> dict[str, object]:
    return {
        **_proposal_json(each.proposal),
        "contract_fee": pounds(each.fee_on_day),
        "differs": each.differs,
        "block": pounds(each.fee),
        "spot": amount_json(each.spot),
        "saving": amount_json(each.saving),
    }


def _proposal_json(each: Proposal) -> dict[str, object]:
    return {
        "referral_id": each.referral,
        "borough": each.living.borough,
        "home_id": each.living.home,
        "band": each.living.band,
        "plan_fee": amount_json(each.weekly_fee),
    }


def _adds_json(adds: Adds) -> dict[str, object]:
    return {
        "block": pounds(adds.block),
        "spot": amount_json(adds.spot),
        "saving": amount_json(adds.saving),
    }
