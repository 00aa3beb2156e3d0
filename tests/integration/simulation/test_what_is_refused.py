"""Inputs that make no world are refused with every reason, and nothing is computed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from broker.capacity.simulation.pool import NoGround
from broker.capacity.simulation.world import CannotSimulate, make_world
from broker.sample.folder import write_files
from broker.sample.generate import generate
from matching.exchange import read_case
from matching.fair_policy import FairnessLimits
from matching.problem import Decision, Problem
from pricing.contract import read_contract
from pricing.terms import Contract
from tests.integration.simulation.worlds import demand


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made: Path = tmp_path_factory.mktemp("inputs")
    write_files(made / "case", generate(12, 9, 1))
    (made / "demand.json").write_text(json.dumps(demand()), encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def inputs(folder: Path) -> tuple[Problem, Contract]:
    return read_case(folder / "case"), read_contract(folder / "case" / "contract.toml")


def refused(case: Problem, contract: Contract, told: dict[str, Any], weeks: int = 20) -> str:
    with pytest.raises(CannotSimulate) as caught:
        make_world(case, contract, told, weeks=weeks, seed=1)
    return str(caught.value)


def test_a_run_past_the_contract_says_how_many_weeks_there_are(
    inputs: tuple[Problem, Contract],
) -> None:
    assert "allowed: up to 416 weeks" in refused(*inputs, demand(), weeks=500)


def test_a_demand_without_rates_boroughs_or_lengths_says_what_is_missing(
    inputs: tuple[Problem, Contract],
) -> None:
    told = {**demand(), "arrivals": [], "stays": {"groups": []},
            "cannot": [{"what": "arrivals", "why": "the returns drain"}]}  # fmt: skip
    words = refused(*inputs, told)
    assert "has no rates of arrival. arrivals: the returns drain" in words
    assert "has no lengths of stay" in words
    cells = [{**cell, "borough": None} for cell in demand()["arrivals"]]
    assert "does not tell boroughs apart" in refused(*inputs, {**demand(), "arrivals": cells})


def test_homes_that_the_case_lacks_or_counts_otherwise_are_named(
    inputs: tuple[Problem, Contract],
) -> None:
    case, contract = inputs
    other = replace(contract, homes={**contract.homes, "SC999999": "P1"})
    assert "homes not in the case: SC999999" in refused(case, other, demand())
    one = next(home for home in case.homes if home.contract)
    homes = tuple(replace(h, places=h.places + 1) if h is one else h for h in case.homes)
    assert "pays for 35 places; its homes have 36" in refused(
        replace(case, homes=homes), contract, demand()
    )
    homes = tuple(replace(h, contract="") if h is one else h for h in case.homes)
    words = refused(replace(case, homes=homes), contract, demand())
    assert f"does not agree with contract.toml (NEL-BLOCK-1) for {one.id}" in words


def test_decisions_limits_for_fairness_and_loads_of_nothing_are_refused_together(
    inputs: tuple[Problem, Contract],
) -> None:
    case, contract = inputs
    first = case.referrals[0].id
    ban = Decision(first, case.homes[0].id, "ban", "somebody", case.policy.as_of, "a reason")
    policy = replace(case.policy, fairness=FairnessLimits(), load={**case.policy.load, "low": 0})
    words = refused(replace(case, policy=policy, decisions=(ban,)), contract, demand())
    assert "knows no limits of [fairness]" in words
    assert "load.low is 0" in words
    assert "keeps nobody's decision" in words


def test_a_borough_that_nobody_knows_is_named(inputs: tuple[Problem, Contract]) -> None:
    cells = [{**cell, "borough": "E09999999"} for cell in demand()["arrivals"]]
    with pytest.raises(NoGround, match="E09999999"):
        make_world(*inputs, {**demand(), "arrivals": cells}, weeks=20, seed=1)
