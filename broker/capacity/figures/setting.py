"""What figures need beside the replications: whose homes and boroughs, the contract, spot prices.

A replication speaks of homes and boroughs by number; the setting says which those are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from matching.geography import authority_name
from pricing.assumed import assumptions
from pricing.money import Pence, pounds_for_people
from pricing.problems import Problems, describe
from pricing.quote import check_period
from pricing.terms import BANDS, BLOCK, Block, Contract
from pricing.value.spot import SpotPrices

ALL: Final = "all"
BOROUGH: Final = "borough"
BAND: Final = "band"
HOME: Final = "home"
PROVIDER: Final = "provider"
STATUSES: Final = ("given", "estimated", "sourced", "assumption")
OURS: Final = "our starting assumption; no source gives it"


@dataclass(frozen=True, slots=True)
class Assumption:
    """What a run rests on: its name, its value in words, who says so, and its status.

    Status is one of `STATUSES`: given in a file of the run, estimated from returns, from a source
    that is named, or an assumption.
    """

    name: str
    value: str
    source: str
    status: str


@dataclass(frozen=True, slots=True)
class HomeOf:
    """A home of the run, in the order of its numbers; `provider` is "" where nobody is named."""

    id: str
    provider: str


@dataclass(frozen=True)
class Setting:
    """Everything that the figures of a run take for given.

    `achieved` is the share of what the contract pays by results that is taken as achieved, None
    where nobody says: then what rests on it is unknown. `void_limit` is the void cost of a year, in
    pence, above which a year counts as over the limit.
    """

    first: date
    weeks: int
    boroughs: tuple[str, ...]
    homes: tuple[HomeOf, ...]
    contract: Contract
    spot: SpotPrices
    achieved: Fraction | None = None
    void_limit: Pence | None = None
    assumptions: tuple[Assumption, ...] = ()
    sources: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        found = Problems()
        check_period(found, self.contract, self.first, self.after, "simulated days")
        if self.contract.block is None:
            allowed = f'"{BLOCK}": a block is what is compared with spot'
            found.add(
                self.contract.file, "kind", describe(self.contract.kind), allowed, "bad value"
            )
        if self.achieved is not None and not 0 <= self.achieved <= 1:
            allowed = "a share from 0 to 1, such as 0.5"
            found.add("figures", "results achieved", str(self.achieved), allowed, "bad value")
        if self.void_limit is not None and self.void_limit < 0:
            shown = pounds_for_people(self.void_limit)
            found.add("figures", "void limit", shown, "pounds from 0", "negative value")
        found.raise_if_any()

    @property
    def after(self) -> date:
        """The day after the last."""
        return self.first + timedelta(weeks=self.weeks)

    @property
    def horizon(self) -> int:
        """How many days are simulated."""
        return 7 * self.weeks

    @property
    def block(self) -> Block:
        """The block terms, which a setting always has."""
        assert self.contract.block is not None
        return self.contract.block

    @property
    def providers(self) -> tuple[str, ...]:
        """The providers of the run's homes, each once."""
        return tuple(sorted({home.provider for home in self.homes}))

    @property
    def all_boroughs(self) -> tuple[str, ...]:
        """The boroughs of the run and of the contract's shares, in order of their code."""
        return tuple(sorted({*self.boroughs, *self.block.shares}))

    def groups(self) -> Mapping[str, Sequence[str]]:
        """What figures are split by, each with its groups in order."""
        return {
            ALL: (ALL,),
            BOROUGH: self.all_boroughs,
            BAND: BANDS,
            HOME: tuple(home.id for home in self.homes),
            PROVIDER: self.providers,
        }

    def label(self, by: str, group: str) -> str:
        """A group as people call it."""
        if by == BOROUGH:
            return authority_name(group) or group
        if by == PROVIDER and not group:
            return "no provider named"
        return "everybody" if by == ALL else group

    def _spot_course(self) -> str:
        """How spot prices go over the days: a price that never rises favours spot."""
        inside = sorted(day for day in self.spot.edges() if self.first < day < self.after)
        if not inside:
            return "by band, the same on every simulated day"
        return f"by band, changing or ending on {', '.join(map(str, inside))}"

    def stated(self) -> tuple[Assumption, ...]:
        """All that the figures rest on, what the prices add to it among them."""
        contract = self.contract
        of_prices = " ".join(assumptions(contract)) or "as the contract says"
        limit = "none was stated"
        if self.void_limit is not None:
            limit = f"{pounds_for_people(self.void_limit)} a year"
        achieved = "nobody says, so results are unknown"
        if contract.results is None:
            achieved = "the contract pays none"
        elif self.achieved is not None:
            achieved = f"{float(self.achieved):.0%} of every item, in every month"
        return (
            *self.assumptions,
            Assumption("block prices", of_prices, contract.source, "given"),
            Assumption("spot prices", self._spot_course(), self.spot.source, "given"),
            Assumption("results achieved", achieved, OURS, "assumption"),
            Assumption("void limit", limit, "stated for this run", "assumption"),
            *PRICED,
        )


PRICED: Final = (
    Assumption(
        "requirements beyond the band",
        "none: block and spot fees are of the band alone",
        "the simulation gives none",
        "assumption",
    ),
    Assumption(
        "the same placements at spot",
        "for all-spot the same young people are bought the same days, without waiting or voids",
        "as in value for money (docs/value.md)",
        "assumption",
    ),
    Assumption(
        "days out of use",
        "places empty on the provider's side, or in a home not open, are out of use on the last"
        " days of their week",
        OURS,
        "assumption",
    ),
)
