"""What became of offers, in the one way in which reports count it.

An offer is answered where the home said yes or no. It is withdrawn without an answer where the
partnership took it back, or the place was lost, before the home had said either: that is no answer,
and no part of what a share of refusals is of. A yes stays an answer where the offer was withdrawn
afterwards, because another home was decided for. What is neither answered nor withdrawn is open.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from broker.reports.figures import count_of, share
from broker.reports.star import Told
from broker.workbook import Column, Kind, Value

OFFERS: Final = (
    Column("offers made", Kind.COUNT),
    Column("declined", Kind.COUNT),
    Column("answered", Kind.COUNT),
    Column("declined of answered", Kind.PERCENT),
    Column("withdrawn, unanswered", Kind.COUNT),
)
OFFERS_OF: Final = {3: 2}
"""Which cell is a share, and of which."""


def said_yes(row: Told) -> bool:
    """Whether the home said yes to an offer."""
    return bool(row["home_said"] == "yes")


def said_no(row: Told) -> bool:
    """Whether the home said no to an offer."""
    return bool(row["home_said"] == "no")


def answered(row: Told) -> bool:
    """Whether the home said yes or no to an offer."""
    return row["home_said"] is not None


def withdrawn(row: Told) -> bool:
    """Whether an offer was taken back, before or after the home had answered."""
    return bool(row["state"] == "withdrawn")


def unanswered(row: Told) -> bool:
    """Whether an offer was taken back before the home had answered."""
    return withdrawn(row) and not answered(row)


def offer_cells(made: Sequence[Told]) -> list[Value]:
    """The cells of `OFFERS`."""
    no, told = count_of(made, said_no), count_of(made, answered)
    return [len(made), no, told, share(no, told), count_of(made, unanswered)]
