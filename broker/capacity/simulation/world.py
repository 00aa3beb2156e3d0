"""A run's world: case, contract, demand and settings, checked and laid out as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from broker.capacity.simulation.fixed import Fixed
from broker.capacity.simulation.layout import lay_out
from broker.capacity.simulation.pool import Pool, Stratum, make_pool
from broker.capacity.simulation.settings import Settings
from broker.capacity.simulation.supply import Supply, make_supply
from broker.capacity.simulation.tables import judge
from matching.problem import Problem
from pricing.terms import Contract

WEEK: Final = 7


class CannotSimulate(ValueError):
    """The inputs do not make a world; a sentence for each reason."""

    def __init__(self, *sentences: str) -> None:
        self.sentences = sentences
        super().__init__("\n".join(sentences))


@dataclass(frozen=True)
class World:
    """Everything that replications share. Indices of boroughs and homes are those of the record."""

    case: Problem
    contract: Contract
    demand: Mapping[str, Any]
    settings: Settings
    seed: int
    first: date
    weeks: int
    boroughs: tuple[str, ...]
    supply: Supply
    pool: Pool
    residents: tuple[str, ...]
    fixed: Fixed
    rates: Any
    stays: Any

    @property
    def homes(self) -> tuple[str, ...]:
        """Ids of the homes, in the order of the record's indices."""
        return tuple(home.id for home in self.supply.homes)

    @property
    def block(self) -> tuple[bool, ...]:
        """Whether each home is under the contract."""
        return tuple(bool(flag) for flag in self.fixed.law.homes.block)


def monday(day: date) -> date:
    """The Monday on or after a day."""
    return day + timedelta(days=-day.weekday() % WEEK)


def faults(
    case: Problem, contract: Contract, demand: Mapping[str, Any], first: date, weeks: int
) -> list[str]:
    """Why these do not make a world; nothing where they do."""
    found = []
    known = {home.id for home in case.homes}
    missing = sorted(set(contract.homes) - known)
    if contract.block is None:
        found.append(f'{contract.file}: is not a block contract; allowed: kind = "block".')
    if missing:
        found.append(f"{contract.file}: homes not in the case: {', '.join(missing)}.")
    inside = [home for home in case.homes if home.id in contract.homes]
    places = sum(home.places for home in inside)
    if contract.block is not None and not missing and places != contract.block.places:
        found.append(
            f"{contract.file}: pays for {contract.block.places} places; its homes have {places} in "
            "the case."
        )
    wrong = sorted(
        home.id
        for home in case.homes
        if (home.id in contract.homes) != (home.contract == contract.id)
    )
    if wrong:
        found.append(
            f"homes.csv: the column contract does not agree with {contract.file} ({contract.id}) "
            f"for {', '.join(wrong)}."
        )
    end = first + timedelta(days=WEEK * weeks)
    if first < contract.start or end > contract.end:
        most = (contract.end - max(first, contract.start)).days // WEEK
        found.append(
            f"{weeks} weeks from {first} end on {end}; the contract runs from {contract.start} to "
            f"{contract.end}: allowed: up to {max(0, most)} weeks."
        )
    found += demand_faults(demand)
    if case.policy.fairness is not None:
        found.append("policy.toml: a simulation knows no limits of [fairness]; leave them out.")
    idle = [band for band, load in case.policy.load.items() if load < 1]
    if idle:
        found.append(f"policy.toml: load.{idle[0]} is 0; a simulation needs loads from 1.")
    if case.decisions:
        found.append("decisions.csv: a simulation keeps nobody's decision; leave the file out.")
    return found


def demand_faults(demand: Mapping[str, Any]) -> list[str]:
    """Why nobody can be drawn from a demand; nothing where they can."""
    found = []
    arrivals = demand.get("arrivals") or []
    why = {each["what"]: each["why"] for each in demand.get("cannot", [])}
    told = "; ".join(f"{what}: {reason}" for what, reason in why.items())
    if not arrivals:
        found.append(f"The demand has no rates of arrival. {told}".rstrip())
    elif any(cell["borough"] is None for cell in arrivals):
        found.append(f"The demand does not tell boroughs apart. {told}".rstrip())
    if not (demand.get("stays") or {}).get("groups"):
        found.append(f"The demand has no lengths of stay. {told}".rstrip())
    return found


def make_world(
    case: Problem,
    contract: Contract,
    demand: Mapping[str, Any],
    *,
    weeks: int,
    seed: int,
    settings: Settings | None = None,
    first: date | None = None,
    pool: Pool | None = None,
) -> World:
    """Check the inputs and lay them out. The first Monday is the contract's first unless given.

    `pool` gives other young people than invented ones: of each stratum of the demand, in order.

    Raises:
        CannotSimulate: with every reason.
    """
    settings = settings or Settings()
    first = monday(contract.start) if first is None else first
    found = faults(case, contract, demand, first, weeks)
    if found:
        raise CannotSimulate(*found)
    last = first + timedelta(days=WEEK * weeks)
    supply = make_supply(case, contract, first, demand.get("supply"))
    strata = strata_of(demand)
    mix = demand["needs"]["band_mix"]
    if pool is None:
        pool = make_pool(strata, mix, supply.homes, case, seed, settings.people_each)
    judged = judge(case, pool, supply, first, last)
    boroughs = sorted(
        {one.borough for one in strata}
        | {one.borough for one in case.residents}
        | {one.borough for one in case.referrals}
        | {home.borough for home in supply.homes}
        | {share.borough for share in case.shares}
        | set(contract.block.shares if contract.block is not None else ())
    )
    laid = lay_out(
        case, contract, demand, settings, seed, first, weeks, boroughs, supply, pool, judged
    )
    return World(
        case, contract, demand, settings, seed, first, weeks, tuple(boroughs), supply, pool,
        laid.names, laid.fixed, laid.rates, laid.stays,
    )  # fmt: skip


def strata_of(demand: Mapping[str, Any]) -> list[Stratum]:
    """The strata of a demand's cells, in a fixed order."""
    keys = {(cell["borough"], tuple(cell["age_group"]), cell["sex"]) for cell in demand["arrivals"]}
    return [Stratum(borough, (ages[0], ages[1]), sex) for borough, ages, sex in sorted(keys)]
