"""Small worlds for tests: the sample region, and one home that anybody may live in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from broker.capacity.demand.as_json import demand_json
from broker.capacity.demand.asked import Asked
from broker.capacity.demand.estimate import estimate
from broker.capacity.simulation.pool import Pool, Stratum
from broker.capacity.simulation.settings import Settings
from broker.capacity.simulation.world import World, make_world
from broker.returns.whole import read_returns
from broker.sample.block import CONTRACT_ID, contract_text
from broker.sample.folder import write_files
from broker.sample.generate import generate
from broker.sample.returns import returns_files
from matching.exchange import read_case
from matching.policy import Policy
from matching.problem import Home, Location, Problem, Referral
from pricing.contract import parse_contract, read_contract

BANDS = frozenset({"low", "medium", "high", "specialist"})
PLAIN = {
    "emergency_percent": 0.0,
    "sibling_percent": 0.0,
    "related_percent": 0.0,
    "decline_percent": 0.0,
    "closures_per_100_home_years": 0.0,
    "parameters": False,
}
"""Settings under which nothing happens but arrivals and stays."""


@cache
def demand_text() -> str:
    """The demand of invented returns."""
    with TemporaryDirectory() as name:
        write_files(Path(name) / "returns", returns_files(4, 3))
        return json.dumps(demand_json(estimate(read_returns(Path(name) / "returns"), Asked())))


def demand() -> dict[str, Any]:
    """That demand, to be changed at will."""
    made: dict[str, Any] = json.loads(demand_text())
    return made


def case_world(
    seed: int, weeks: int, *, referrals: int = 30, homes: int = 9,
    policy: Mapping[str, Any] | None = None, changes: Mapping[str, Any] | None = None,
    **settings: Any,
) -> World:  # fmt: skip
    """A world of an invented case with its contract."""
    from dataclasses import replace

    with TemporaryDirectory() as name:
        folder = Path(name) / "case"
        write_files(folder, generate(referrals, homes, seed))
        case = read_case(folder)
        contract = read_contract(folder / "contract.toml")
    if policy:
        points = {**case.policy.points, **policy}
        case = replace(case, policy=replace(case.policy, points=points))
    return make_world(
        case,
        contract,
        {**demand(), **(changes or {})},
        weeks=weeks,
        seed=seed,
        settings=Settings(**settings),
    )


def one_home_world(
    places: int, per_year: float, months: float, weeks: int, **settings: Any
) -> World:
    """One home that suits everybody, one cell of arrivals, stays of one length on average."""
    name = "SC990001"
    home = Home(
        id=name, borough="E09000016", registration="registered", min_age=0, max_age=17,
        sexes=frozenset({"M", "F"}), bands=BANDS, places=places, provider="P1",
        location=Location(551000, 187000), max_arrivals=1000, contract=CONTRACT_ID,
        supports=_every_need(),
    )  # fmt: skip
    points = dict.fromkeys(Policy(date(2026, 4, 1)).points, 0)
    limits = dict.fromkeys(Policy(date(2026, 4, 1)).limit_tenths, 5000)
    case = Problem(
        policy=Policy(date(2026, 4, 1), points=points, limit_tenths=limits),
        referrals=(),
        homes=(home,),
    )
    contract = parse_contract(contract_text(places, {"P1": [name]}).encode(), "contract.toml")
    cell = {
        "borough": "E09000016", "age_group": [11, 11], "sex": "M", "route": "entry",
        "per_year": per_year, "low": per_year, "high": per_year, "shape": 1e9,
        "rate": 1e9 / per_year, "entries": 1, "years": 1,
    }  # fmt: skip
    group = {
        "age_group": [11, 11], "family": "exponential", "covariance": [[0, 0], [0, 0]],
        "parameters": {"shape": 1.0, "scale_months": months},
    }  # fmt: skip
    told = {
        "arrivals": [cell],
        "course": [],
        "stays": {"groups": [{**group, "route": route} for route in ("entry", "move")]},
        "endings": {"counts": {"planned": 1}, "to_another_home_share": 0.0},
        "needs": {"band_mix": {"low": 1.0, "medium": 0.0, "high": 0.0, "specialist": 0.0}},
        "assumptions": [],
    }
    somebody = Referral("N0", "N0", "E09000016", date(2014, 9, 1), "M", "low", date(2026, 4, 1))
    pool = Pool((Stratum("E09000016", (11, 11), "M"),), (0, 1), (somebody,), {}, {}, {}, {})
    chosen = Settings(**{**PLAIN, **settings})
    return make_world(case, contract, told, weeks=weeks, seed=5, settings=chosen, pool=pool)


def _every_need() -> frozenset[str]:
    from matching.data import need_tags

    return frozenset(need_tags())
