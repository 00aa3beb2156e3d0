"""The floors of a question: every home that could be bought, and prices under each of the terms."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from broker.capacity.buying.bound import Counts
from broker.capacity.buying.built import Built
from broker.capacity.buying.floor import Floor, Kinds, Priced, floor, priced
from broker.capacity.buying.needs import Needs, needs
from broker.capacity.buying.options import Options, Portfolio
from broker.capacity.buying.options_file import home_ids
from broker.capacity.buying.outcome import Pricer
from broker.capacity.figures.days import Ints
from broker.capacity.simulation.world import World

EVERYBODY = 10**6
"""More homes than a scenario could train."""


def with_all_trained(demand: Mapping[str, Any]) -> Mapping[str, Any]:
    """A demand whose training reaches every home of the contract.

    Which homes are trained depends on the portfolio: in a floor all may be.
    """
    supply = demand.get("supply")
    if not supply or not supply.get("training"):
        return demand
    training = [{**change, "homes": EVERYBODY} for change in supply["training"]]
    return {**demand, "supply": {**supply, "training": training}}


def kinds_of(options: Options, world: World, replaced: Sequence[str]) -> Kinds:
    """The kinds' homes in a world that has all of them; `replaced` are the present contract's."""
    index = {home: at for at, home in enumerate(world.homes)}
    homes = [[index[name] for name in home_ids(kind)] for kind in options.kinds]
    own = {at for each in homes for at in each}
    others = {at for name, at in index.items() if at not in own and name not in set(replaced)}
    each = np.array([kind.places for kind in options.kinds], dtype=np.int64)
    return Kinds(homes, each, frozenset(others), np.array(world.fixed.law.homes.places))


@dataclass
class Floors:
    """The floors of the first so many replications of a world, worked out once for each of the
    terms. `price` says what a portfolio's block and the same days at spot cost.
    """

    options: Options
    world: World
    replaced: Sequence[str]
    replications: int
    built: Callable[[Portfolio], Built]
    price: Callable[[Built], Pricer]
    _needs: list[Needs] = field(default_factory=list)
    _floors: dict[int, Floor] = field(default_factory=dict)

    def __call__(self, terms: int, low: Counts, high: Counts) -> Ints:
        """Pence by replication that no portfolio of these terms and counts undercuts."""
        places = sum(k.places * n for k, n in zip(self.options.kinds, low, strict=True))
        guaranteed = int(places * self.options.terms[terms].guarantee // 100)
        return self._of(terms).least(low, high, guaranteed)

    def _of(self, terms: int) -> Floor:
        if terms not in self._floors:
            kinds = kinds_of(self.options, self.world, self.replaced)
            if not self._needs:
                every = range(self.replications)
                self._needs = [needs(self.world, number, kinds.homes) for number in every]
            self._floors[terms] = floor(self._needs, kinds, self._priced(terms))
        return self._floors[terms]

    def _priced(self, terms: int) -> Priced:
        built = self.built(_any(self.options, terms))
        made = self.price(built)
        return priced(
            made.block.prices, made.whole.prices, built.covered, self.world.weeks, self.replications
        )


def _any(options: Options, terms: int) -> Portfolio:
    """A portfolio on some terms with one home: prices are the same whatever is bought."""
    for at, kind in enumerate(options.kinds):
        counts = tuple(int(number == at) for number in range(len(options.kinds)))
        if kind.places and options.allowed(Portfolio(terms, counts)):
            return Portfolio(terms, counts)
    raise ValueError(f"nothing can be had on {options.terms[terms].id}")


def trained(world: World, remake: Callable[[Mapping[str, Any]], World]) -> World:
    """A world in which whatever may be trained is; made anew only where a demand trains."""
    demand = with_all_trained(world.demand)
    return world if demand is world.demand else remake(demand)
