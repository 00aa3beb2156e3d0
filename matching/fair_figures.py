"""The figures of a fairness report: every rate with its counts, every mean with what was not known.

Nothing here is rounded before it is shown: counts, tenths of a mile, days and points are whole
numbers, so that groups add up to the plan. What is not known is counted as such, never as zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Rate:
    """So many of so many; there is no percentage of none."""

    count: int
    of: int

    @property
    def per_mille(self) -> int | None:
        """Tenths of a percent, rounded half-up."""
        return None if self.of == 0 else (2000 * self.count + self.of) // (2 * self.of)

    def to_json(self) -> dict[str, Any]:
        """For other programs; `percent` has one decimal, null of none."""
        share = self.per_mille
        return {
            "count": self.count,
            "of": self.of,
            "percent": None if share is None else share / 10,
        }


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum over those of whom the figure is known, with how many that is, and how many not."""

    known: int = 0
    not_known: int = 0
    sum: int = 0
    most: int | None = None

    @classmethod
    def of(cls, values: Iterable[int | None]) -> Self:
        """The sum of values, None where not known."""
        found = list(values)
        known = [value for value in found if value is not None]
        return cls(len(known), len(found) - len(known), sum(known), max(known, default=None))

    @property
    def all(self) -> int:
        """How many there are, known or not."""
        return self.known + self.not_known

    @property
    def mean(self) -> int | None:
        """The mean of the known, rounded half-up; None where none is known."""
        return None if self.known == 0 else (2 * self.sum + self.known) // (2 * self.known)

    def to_json(self, unit: str, tenths: bool = False) -> dict[str, Any]:
        """For other programs; sums of tenths are written with one decimal."""

        def shown(value: int | None) -> int | float | None:
            return value / 10 if tenths and value is not None else value

        return {
            "known": self.known,
            "not_known": self.not_known,
            f"sum_{unit}": shown(self.sum),
            f"mean_{unit}": shown(self.mean),
            f"most_{unit}": shown(self.most),
        }


@dataclass(frozen=True, slots=True)
class Group:
    """Young people of one kind: how many need a place, and how the plan treats them.

    `to_place` leaves out those `by_hand`, who are counted apart. `waiting` are those without a home
    in the plan; `waiting_today` of them need a place today; `nothing_fits` of them have no home
    that fits. `tenths` are miles of those placed, `away` of whom should not live near; `areas`
    says where their homes lie. `waited_placed` and `waited_waiting` are days since they began to
    wait. Points: `points_placed` of the pairs, `points_waiting` of the wait.
    """

    name: str
    to_place: int
    placed: int
    waiting: int
    waiting_today: int
    nothing_fits: int
    by_hand: int
    tenths: Sum
    away: int
    areas: Mapping[str, int]
    waited_placed: Sum
    waited_waiting: Sum
    points_placed: int
    points_waiting: int

    @property
    def rate(self) -> Rate:
        """How many of those who need a place are placed."""
        return Rate(self.placed, self.to_place)

    def to_json(self, kind: str) -> dict[str, Any]:
        """For other programs; `kind` names what the group is one of."""
        return {
            kind: self.name,
            "to_place": self.to_place,
            "placed": self.rate.to_json(),
            "waiting": self.waiting,
            "waiting_today": self.waiting_today,
            "no_home_fits": self.nothing_fits,
            "by_hand": self.by_hand,
            "distance": self.tenths.to_json("miles", tenths=True),
            "placed_who_should_live_away": self.away,
            "areas": dict(self.areas),
            "days_waited_by_those_placed": self.waited_placed.to_json("days"),
            "days_waited_by_those_waiting": self.waited_waiting.to_json("days"),
            "points": {"placements": self.points_placed, "waiting": self.points_waiting},
        }


@dataclass(frozen=True, slots=True)
class Held:
    """Places of a contract that a borough holds, against what it pays for and is entitled to.

    `living` are its residents on the horizon without a referral of their own, `placed` its
    young people whom the plan adds. `paid_for`, `entitled` and `short` are None where the case does
    not say who pays for the contract.
    """

    contract: str
    borough: str
    paid_for: int | None
    entitled: int | None
    living: int
    placed: int

    @property
    def held(self) -> int:
        """Places held under the plan."""
        return self.living + self.placed

    @property
    def short(self) -> int | None:
        """Places short of what it is entitled to."""
        return None if self.entitled is None else max(0, self.entitled - self.held)

    def to_json(self) -> dict[str, Any]:
        """For other programs; null is not known."""
        return {
            "contract": self.contract,
            "borough": self.borough,
            "paid_for": self.paid_for,
            "entitled": self.entitled,
            "living_there": self.living,
            "placed": self.placed,
            "held": self.held,
            "short": self.short,
        }


@dataclass(frozen=True, slots=True)
class Provider:
    """What a provider is asked to take: proposals by band, beside its part of the places.

    `places` are those of its registered homes; `living` are residents there on the horizon, by
    band; `proposed` those whom the plan adds, by band. An empty name is not known.
    """

    name: str
    homes: int
    places: int
    living: Mapping[str, int]
    proposed: Mapping[str, int]

    @property
    def proposals(self) -> int:
        """All that the plan proposes to it."""
        return sum(self.proposed.values())

    def to_json(self, everywhere: Provider) -> dict[str, Any]:
        """For other programs, each share against all providers together."""
        bands = {
            band: Rate(number, everywhere.proposed[band]).to_json()
            for band, number in self.proposed.items()
        }
        return {
            "provider": self.name or None,
            "homes": self.homes,
            "places": Rate(self.places, everywhere.places).to_json(),
            "proposals": Rate(self.proposals, everywhere.proposals).to_json(),
            "proposals_by_band": bands,
            "living_there_by_band": dict(self.living),
        }


@dataclass(frozen=True, slots=True)
class Part:
    """A provider's part of a contract: its places, who will live there, how many of high need.

    `above` is the number of high or specialist placements above its part of the contract's, as the
    plan's points count it; None where the contract has one provider.
    """

    provider: str
    places: int
    living: int
    living_high: int
    proposed: int
    proposed_high: int
    above: int | None

    @property
    def people(self) -> int:
        """Residents on the horizon and those whom the plan adds."""
        return self.living + self.proposed

    @property
    def high(self) -> int:
        """How many of them are of high or specialist need."""
        return self.living_high + self.proposed_high

    def to_json(self, contract: Part | None = None) -> dict[str, Any]:
        """For other programs; a provider's part also as a share of the contract's."""
        made: dict[str, Any] = {
            "living_there": self.living,
            "proposed": self.proposed,
            "high_or_specialist_living_there": self.living_high,
            "high_or_specialist_proposed": self.proposed_high,
            "high_or_specialist_of_people": Rate(self.high, self.people).to_json(),
            "high_or_specialist_of_places": Rate(self.high, self.places).to_json(),
        }
        if contract is None:
            return {"places": self.places, **made}
        return {
            "provider": self.provider or None,
            "places": Rate(self.places, contract.places).to_json(),
            **made,
            "high_or_specialist_of_the_contracts": Rate(self.high, contract.high).to_json(),
            "above_its_part": self.above,
        }


@dataclass(frozen=True, slots=True)
class Contract:
    """A block contract in all and by provider: how many of high or specialist need it carries."""

    name: str
    all: Part
    parts: tuple[Part, ...]

    def to_json(self) -> dict[str, Any]:
        """For other programs."""
        return {
            "contract": self.name,
            **self.all.to_json(),
            "providers": [part.to_json(self.all) for part in self.parts],
        }
