"""A plan's week at block and at spot, for `broker value`: the plan read and proved of its case."""

from __future__ import annotations

import argparse
from datetime import date

from broker.commands.plan_file import read_plan
from matching.exchange import read_case
from matching.pairs import find_pairs
from matching.problem import Problem
from pricing.availability import OutOfUse
from pricing.inputs import contract_if_good
from pricing.problems import BadInput, Problems
from pricing.tables import read_availability
from pricing.value.plan import Living, PlanValue, Proposal, plan_value
from pricing.value.spot import SpotPrices


def value_of_plan(arguments: argparse.Namespace, spot: SpotPrices, found: Problems) -> PlanValue:
    """The week of the plan against spot; `found` may hold problems with the spot prices.

    Raises:
        BadInput: with every problem of the files.
        Refused: a plan that is none of the case.
    """
    contract = contract_if_good(arguments.contract, found)
    availability: tuple[OutOfUse, ...] = ()
    if arguments.availability is not None:
        availability = read_availability(arguments.availability, contract, found)
    if contract is None or found.found:
        raise BadInput(found)
    problem = read_case(arguments.case)
    plan = read_plan(arguments.plan, find_pairs(problem))
    start = arguments.start or problem.horizon
    referrals = {referral.id: referral for referral in problem.referrals}
    proposals = []
    for placement in plan.placements:
        referral = referrals[placement.referral]
        living = Living(referral.young_person, referral.borough, placement.home, referral.band)
        fee = placement.fee
        proposals.append(Proposal(referral.id, living, problem.day(referral), fee))
    return plan_value(contract, _living(problem, start), proposals, start, spot, availability)


def _living(problem: Problem, day: date) -> list[Living]:
    return [
        Living(resident.young_person, resident.borough, resident.home, resident.band)
        for resident in problem.residents
        if resident.present(day)
    ]
