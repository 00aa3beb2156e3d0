"""Everything known about a block's life, and what any part of it asks of the days of a period."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pricing.availability import OutOfUse
from pricing.block.events import Events, Exit
from pricing.block.shares import SharePeriod, share_periods
from pricing.block.trades import Trade
from pricing.block.whose_place import Standing, standings
from pricing.ledger import LedgerRow
from pricing.occupancy import Stretch, stretches
from pricing.terms import Block, Contract


@dataclass(frozen=True, slots=True)
class Scene:
    """A block contract with its tables and events; `places` are those of its homes that are known.

    `ledger` and `availability` are as they count: once a failure has been applied to them, without
    what could not go on after it.
    """

    contract: Contract
    block: Block
    ledger: Sequence[LedgerRow]
    availability: Sequence[OutOfUse]
    trades: Sequence[Trade]
    events: Events
    places: Mapping[str, int]

    @property
    def periods(self) -> tuple[SharePeriod, ...]:
        """The shares of the whole term."""
        return share_periods(self.contract, self.block, self.events.exits)

    def without_exit(self, leaver: Exit) -> "Scene":
        """The same life, had one borough stayed."""
        stayed = [each for each in self.events.exits if each != leaver]
        return replace(self, events=replace(self.events, exits=stayed))

    def stretches(self, start: date, end: date) -> tuple[Stretch, ...]:
        """The days of [start, end), cut wherever places, prices, shares or trades change."""
        edges = {day for trade in self.trades for day in (trade.start, trade.end)}
        edges |= {period.start for period in self.periods}
        return tuple(
            stretches(self.contract, self.ledger, self.availability, start, end, sorted(edges))
        )

    def standings(self, start: date, end: date) -> tuple[Standing, ...]:
        """The same days with the shares in force on each."""
        return standings(self.stretches(start, end), self.periods, self.trades)
