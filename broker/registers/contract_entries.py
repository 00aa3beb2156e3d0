"""What happens in a block contract, as entries of registers: trades, exits, results achieved.

Each says what the tables beside a contract say (docs/contract-file.md, docs/block-contract.md), and
pricing's own readers judge it. An entry with `taken_back` says why an earlier one no longer counts.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from broker.life.form import Borough, Code, Day, Line, Part, Words

Pounds = Annotated[Decimal, Field(ge=0, le=999_999, decimal_places=2)]
Share = Annotated[Decimal, Field(ge=0, le=1, decimal_places=9)]


class Trade(Part):
    """Places of one borough that another uses from a day to a day, at a price a place and week."""

    register_: Literal["trades"] = Field(alias="register")
    contract: Code
    trade: Code
    released_by: Borough
    used_by: Borough
    holds_from: Day
    holds_to: Day
    places: Annotated[int, Field(ge=1, le=999)]
    price_per_place_week: Pounds
    taken_back: Words | None = None

    @model_validator(mode="after")
    def in_order(self) -> Trade:
        if self.holds_to <= self.holds_from:
            raise ValueError("holds_to is a day after holds_from")
        return self


class Exit(Part):
    """A borough leaves: the day it gave notice, and the first day on which it has no share.

    `told_on` is the day on which all boroughs were told of it.
    """

    register_: Literal["exits"] = Field(alias="register")
    contract: Code
    borough: Borough
    notice_given: Day
    leaves_on: Day
    told_on: Day | None = None
    taken_back: Words | None = None


class Achievement(Part):
    """How much of a result was achieved over some days, from 0 to 1, and where the evidence is."""

    register_: Literal["results"] = Field(alias="register")
    contract: Code
    item: Code
    holds_from: Day
    holds_to: Day
    achieved: Share
    evidence: Line
    by_young_people: bool
    proposal: Line | None = None
    taken_back: Words | None = None

    @model_validator(mode="after")
    def in_order(self) -> Achievement:
        if self.holds_to <= self.holds_from:
            raise ValueError("holds_to is a day after holds_from")
        return self


OfContract = Trade | Exit | Achievement
