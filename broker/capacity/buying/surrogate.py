"""A fast stand-in that proposes portfolios: who could be covered on sampled days, as a programme.

On sampled days of simulated futures everybody who needs a place is counted by which kinds could
take them (matching's own rules of home and age) and by need band. A portfolio may cover as many as
it has places; who is not covered is bought for at spot; guaranteed places left over are paid. The
programme finds the counts of least mean cost, proven of the sample. It leaves out who gets on with
whom, limits of arrivals, notice and declines, so it is too kind to every portfolio: it proposes,
and nothing that is reported rests on it. It works in floating point; prices do not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import numpy as np

from broker.capacity.buying.options import Options, Portfolio
from broker.capacity.buying.options_file import home_ids
from broker.capacity.record import Replication
from broker.capacity.simulation.replicate import pools
from broker.capacity.simulation.world import World
from pricing.tariff import fee_in_force
from pricing.terms import BANDS, LOW, Contract
from pricing.value.spot import SpotPrices, Unknown

EVERY: Final = 26
"""Weeks between sampled days of a replication."""


@dataclass(frozen=True, slots=True)
class Group:
    """Whom which kinds may take, for which of them it would be local, and their band."""

    kinds: tuple[int, ...]
    local: tuple[int, ...]
    band: int


@dataclass(frozen=True)
class Sample:
    """Sampled days: on each, how many of each group need a place."""

    weeks: tuple[int, ...]
    days: tuple[Mapping[Group, int], ...]


def sample(options: Options, world: World, replications: Sequence[Replication]) -> Sample:
    """The sampled days of replications of a world that has a home of every kind."""
    ids = {home.id: at for at, home in enumerate(world.supply.homes)}
    at = [ids[home_ids(kind)[0]] for kind in options.kinds]
    tables = world.fixed.tables
    fits, local, of_age = tables.fits[0, -1][:, at], tables.local[:, at], tables.of_age[:, at]
    weeks: list[int] = []
    days: list[Mapping[Group, int]] = []
    for one in replications:
        people = pools(world, one.number)
        for week in range(EVERY // 2, world.weeks, EVERY):
            counted: Counter[Group] = Counter()
            there = (one.spells["start"] <= 7 * week) & (one.spells["end"] > 7 * week)
            for row in one.spells[there]:
                who = people[row["person"]]
                if who < 0:
                    continue
                age = int((row["age_days"] + 7 * week - row["start"]) / 365.25)
                can = np.flatnonzero(fits[who] & of_age[min(age, len(of_age) - 1)])
                near = [int(k) for k in can if 0 <= local[who, k] <= 1]
                counted[Group(tuple(map(int, can)), tuple(near), int(row["band"]))] += 1
            weeks.append(week)
            days.append(counted)
    return Sample(tuple(weeks), tuple(days))


@dataclass(frozen=True, slots=True)
class Proposed:
    """A portfolio and what the programme says that a week costs, in pence; proven or not."""

    portfolio: Portfolio
    weekly: int
    proven: bool


def propose(
    options: Options, found: Sample, terms: int, present: Contract, spot: SpotPrices, *,
    local_worth: int, most_places: int, world: World,
) -> Proposed | None:  # fmt: skip
    """The counts of least mean cost, less `local_worth` pence for each local place-week.

    None where the terms or the limit leave nothing to buy.
    """
    from ortools.linear_solver import pywraplp  # type: ignore[import-untyped]

    chosen = options.terms[terms]
    fees = dict(present.fees if chosen.fees is None else chosen.fees)
    solver = pywraplp.Solver.CreateSolver("SCIP")
    counts = [
        solver.IntVar(
            0, kind.most if not kind.terms or chosen.id in kind.terms else 0, f"n{at}"
        )
        for at, kind in enumerate(options.kinds)
    ]  # fmt: skip
    places = sum(kind.places * n for kind, n in zip(options.kinds, counts, strict=True))
    solver.Add(places >= 1)
    solver.Add(places <= most_places)
    guarantee = float(chosen.guarantee / 100)
    goal = 0.0
    scale = 1.0 / len(found.days)
    costs = _weekly_costs(found, fees, present, spot, world)
    for (spot_fees, own_fees, void), groups in zip(costs, found.days, strict=True):
        used: list[list[Any]] = [[] for _ in options.kinds]
        every = []
        for group, number in groups.items():
            goal += scale * number * spot_fees[group.band]
            part = []
            for kind in group.kinds:
                gain = spot_fees[group.band] - own_fees[group.band]
                gain += local_worth if kind in group.local else 0
                cover = solver.NumVar(0, number, "")
                goal -= scale * gain * cover
                used[kind].append(cover)
                part.append(cover)
            if part:
                solver.Add(sum(part) <= number)
                every += part
        for kind, parts in enumerate(used):
            if parts:
                solver.Add(sum(parts) <= options.kinds[kind].places * counts[kind])
        if void and guarantee:
            empty = solver.NumVar(0, solver.infinity(), "")
            solver.Add(empty + sum(every) >= guarantee * places)
            goal += scale * void * empty
    solver.Minimize(goal)
    solver.SetTimeLimit(60_000)
    status = solver.Solve()
    if status not in (pywraplp.Solver.OPTIMAL, pywraplp.Solver.FEASIBLE):
        return None
    made = Portfolio(terms, tuple(round(n.solution_value()) for n in counts))
    weekly = round(solver.Objective().Value())
    return Proposed(made, weekly, status == pywraplp.Solver.OPTIMAL)


def _weekly_costs(
    found: Sample, fees: Mapping[str, int], present: Contract, spot: SpotPrices, world: World
) -> list[tuple[list[int], list[int], float]]:
    """Spot fees and block fees by band, and the void of a place, in each sampled week."""
    from dataclasses import replace
    from datetime import timedelta

    priced = replace(present, fees=dict(fees))
    assert present.block is not None
    rate = present.block.voids.rate_percent / Fraction(100)
    made = []
    for week in found.weeks:
        day = world.first + timedelta(weeks=week)
        outside = [spot.weekly(band, day) for band in BANDS]
        known = [fee for fee in outside if not isinstance(fee, Unknown)]
        assert len(known) == len(BANDS)
        own = [fee_in_force(priced, band, day) for band in BANDS]
        made.append((known, own, float(rate * fee_in_force(priced, LOW, day))))
    return made
