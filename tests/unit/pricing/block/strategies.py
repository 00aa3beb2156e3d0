"""Lives of block contracts made up by hypothesis: placements, trades and exits, lopsided."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from pricing.block.events import Events, Exit
from pricing.block.scene import Scene
from pricing.block.shares import share_periods
from pricing.block.trades import Trade, joint_problems
from tests.unit.pricing.block.oracle import Deal
from tests.unit.pricing.oracle import contract_dict
from tests.unit.pricing.strategies import BOROUGHS, END, START, Case, cases, periods

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Life:
    """A case with a scene of the same contract and tables, and what the oracle needs of it."""

    case: Case
    scene: Scene

    @property
    def period(self) -> tuple[date, date]:
        return self.case.start, self.case.end

    def contract(self) -> dict[str, Any]:
        return contract_dict(self.case.text)

    def deals(self) -> list[Deal]:
        return [
            Deal(
                trade.trade_id,
                trade.released_by,
                trade.used_by,
                trade.start,
                trade.end,
                trade.places,
                Decimal(trade.price) / 100,
            )
            for trade in self.scene.trades
        ]

    def exits(self) -> list[tuple[str, date]]:
        return [(leaver.borough, leaver.leaves_on) for leaver in self.scene.events.exits]

    def without_exits(self) -> "Life":
        return replace(self, scene=replace(self.scene, events=Events()))


@st.composite
def lives(draw: st.DrawFn) -> Life:
    """A valid life: whoever releases has the places on every day of the release."""
    case = draw(cases())
    block = case.contract.block
    assert block is not None
    codes = sorted(block.shares)
    exits = []
    for code in draw(st.lists(st.sampled_from(codes), max_size=2, unique=True)):
        within = st.dates(case.start, case.end).filter(lambda day: START < day < END)
        leaves = draw(st.one_of(within, st.dates(START + ONE_DAY, END - ONE_DAY)))
        exits.append(Exit(code, leaves - timedelta(days=100), leaves))
    gone = {leaver.borough for leaver in exits}
    assume(any(block.shares[code] for code in codes if code not in gone))
    share = share_periods(case.contract, block, exits)
    trades: list[Trade] = []
    using = [row.borough for row in case.ledger if row.clip(case.start, case.end)]
    for number in range(draw(st.integers(0, 5))):
        giver = draw(st.sampled_from(codes))
        taker = draw(st.sampled_from([*using, *BOROUGHS]))
        if taker == giver:
            continue
        first, last = draw(st.one_of(periods(start=START, end=END), st.just((START, END))))
        places = draw(st.integers(1, 3))
        price = draw(st.integers(0, 500_001))
        trade = Trade(f"T{number}", giver, taker, first, last, places, price)
        if not list(joint_problems([*trades, trade], share, "trades")):
            trades.append(trade)
    scene = Scene(
        contract=case.contract,
        block=block,
        ledger=case.ledger,
        availability=case.availability,
        trades=trades,
        events=Events(exits=exits),
        places={},
    )
    return Life(case, scene)
