"""A block small enough to work by hand: 6 places, shares 3, 2 and 1, and words for its scenes."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from pricing.availability import OutOfUse
from pricing.block.events import Events
from pricing.block.life import BlockLife, Question, block_life
from pricing.block.scene import Scene
from pricing.block.trades import Trade
from pricing.ledger import LedgerRow
from pricing.working_days import england_and_wales
from tests.unit.pricing.samples import BLOCK_TEXT, HACKNEY, HAVERING, NEWHAM, contract_of, edited

REDBRIDGE = "E09000026"
SMALL_TEXT = (
    edited(BLOCK_TEXT.partition("[shares]")[0], ("places = 35", "places = 6"))
    + f"[shares]\n{HAVERING} = 3\n{HACKNEY} = 2\n{NEWHAM} = 1\n"
)
SMALL = contract_of(SMALL_TEXT)
PLACES = {"SC990001": 3, "SC990002": 1, "SC990003": 2}
WEEK = (date(2026, 10, 5), date(2026, 10, 12))
PLACE_WEEK = 360000  # pence: 80% of the low fee of 4,500.00
YEAR = (date(2026, 4, 1), date(2027, 4, 1))


def trade(id: str, giver: str, taker: str, **changes: Any) -> Trade:
    """One place over the whole first year at 700.00 a week, but for the changes."""
    known = {"start": YEAR[0], "end": YEAR[1], "places": 1, "price": 70000}
    return Trade(id, giver, taker, **{**known, **changes})


def scene(
    ledger: Sequence[LedgerRow] = (),
    trades: Sequence[Trade] = (),
    availability: Sequence[OutOfUse] = (),
    **events: Any,
) -> Scene:
    block = SMALL.block
    assert block is not None
    return Scene(SMALL, block, ledger, availability, trades, Events(**events), PLACES)


def life(
    of: Scene, period: tuple[date, date] = WEEK, as_of: date | None = None, **asked: Any
) -> BlockLife:
    known = {"as_of": as_of or period[1], "mix_on": period[0]}
    return block_life(of, Question(*period, **{**known, **asked}), england_and_wales())
