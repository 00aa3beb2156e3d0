"""How long stays last and how they end, as a demand file says it, ready to be drawn from.

A group's curve is Weibull, exponential or a table. For each replication shape and scale are drawn
from what the returns leave open of them (or held). Somebody who lives in a home as the run starts
has been there for a time nobody knows: what is left is drawn as for a home that has long been in
use, which is a share of the curve's own integral (renewal theory; Cox, Renewal Theory, 1962).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from broker.capacity.demand.courses import BETWEEN, ROUTES
from broker.capacity.demand.endings import Ending
from broker.capacity.demand.lengths import MONTH_DAYS
from broker.capacity.scenarios.survival import curve

Floats = NDArray[np.float64]

STEPS: Final = 2048
LONGEST: Final = 84.0
"""Months from 11 to 18: a curve that has not come down by then is cut there, as is every stay."""
KINDS: Final = ("planned", "unplanned", "home_closed", "care_ended")


@dataclass(frozen=True)
class Stays:
    """Curves by group and route, the last route being from another such home.

    `table[g, r]` holds lengths in days: STEPS + 1 of them, evenly spaced in the share of stays that
    are over; used where `tabled`. `left` likewise for what is left of a stay under way. `log_mean`
    and `log_root` (a root of the covariance) are of log shape and log scale in days.
    """

    tabled: NDArray[np.bool_]
    table: Floats
    left: Floats
    log_mean: Floats
    log_root: Floats

    def drawn(self, random: np.random.Generator, parameters: bool) -> tuple[Floats, Floats]:
        """Shapes and scales (days) of a replication, by group and route."""
        at = self.log_mean.copy()
        noise = random.standard_normal(at.shape)
        if parameters:
            at += np.einsum("grij,grj->gri", self.log_root, noise)
        return np.exp(at[..., 0]), np.exp(at[..., 1])


def read_stays(demand: Mapping[str, Any], ages: Sequence[Sequence[int]]) -> Stays:
    """The curves of a demand's `stays.groups`; a route without its own takes that of moves."""
    groups = {(tuple(g["age_group"]), g["route"]): g for g in demand["stays"]["groups"]}
    shape = (len(ages), len(ROUTES) + 1)
    made = Stays(
        np.zeros(shape, dtype=bool),
        np.zeros((*shape, STEPS + 1)),
        np.zeros((*shape, STEPS + 1)),
        np.zeros((*shape, 2)),
        np.zeros((*shape, 2, 2)),
    )
    for at, age in enumerate(ages):
        for number, route in enumerate((*ROUTES, BETWEEN)):
            key = (tuple(age), route)
            group = groups.get(key) or groups[tuple(age), ROUTES[-1]]
            _fill(made, at, number, group)
    return made


def _fill(made: Stays, at: int, number: int, group: Mapping[str, Any]) -> None:
    months = np.linspace(0, LONGEST, 20_001)
    share = curve(group, months)
    share[-1] = 0.0
    made.table[at, number] = _quantiles(months, share)
    area = np.concatenate([[0.0], np.cumsum((share[1:] + share[:-1]) / 2 * np.diff(months))])
    made.left[at, number] = _quantiles(months, 1 - area / area[-1])
    if group["family"] == "kaplan_meier":
        made.tabled[at, number] = True
        return
    given = group["parameters"]
    made.log_mean[at, number] = np.log([given["shape"], given["scale_months"] * MONTH_DAYS])
    spread = np.array(group["covariance"], dtype=np.float64)
    values, vectors = np.linalg.eigh(spread)
    made.log_root[at, number] = vectors * np.sqrt(np.maximum(values, 0))


def _quantiles(months: Floats, share: Floats) -> Floats:
    """Days by which each of STEPS + 1 even shares of stays are over."""
    over = np.linspace(0, 1, STEPS + 1)
    days: Floats = np.interp(over, 1 - share, months) * MONTH_DAYS
    return days


@dataclass(frozen=True, slots=True)
class EndingMix:
    """The share of each of KINDS among endings, and who of the unplanned comes back at once."""

    shares: tuple[float, ...]
    again: float


def ending_mix(demand: Mapping[str, Any], closures: bool) -> EndingMix:
    """How stays end by the returns, those untold in proportion to those told.

    Where homes close in the simulation itself, closures in the returns are left to it. Whoever went
    on to another such home the same day is taken to be of the unplanned endings and the closures:
    the return links endings and moves no closer. Without a share, all of them are.
    """
    found = demand.get("endings") or {}
    counts = dict(found.get("counts") or {})
    numbers = [
        counts.get(Ending.PLANNED.value, 0),
        counts.get(Ending.DISRUPTED.value, 0),
        0 if closures else counts.get(Ending.HOME_CLOSED.value, 0),
        counts.get(Ending.OUTSIDE.value, 0),
    ]
    whole = sum(numbers)
    shares = tuple(n / whole for n in numbers) if whole else (0.5, 0.5, 0.0, 0.0)
    going_on = found.get("to_another_home_share")
    back = shares[1] + shares[2]
    again = 1.0 if going_on is None or not back else min(1.0, going_on / back)
    return EndingMix(shares, again)
