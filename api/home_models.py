"""Homes as they go in and come out; the shapes of `/api/openapi.json`.

The columns of a home are those of `homes.csv` (docs/case-folder.md), read by the case's own reader.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from api.models import Day, Strict
from broker.life.form import FIRST_DAY, LAST_DAY, Words
from pricing.availability import SIDES

MOST_RATES = 100
Soon = Annotated[Day, Field(ge=FIRST_DAY, le=LAST_DAY)]


class LastSaid(Strict):
    """What the home last said of its free places, and when."""

    at: str
    free_places: int


class HomeOnRecord(Strict):
    """A home and its free places on the day. Only the columns with a value are there.

    Where it is, to the metre, the brokers see, its provider, and the borough that decided for it;
    everybody else its borough.
    """

    model_config = ConfigDict(extra="allow")

    home_id: str
    residents: int = Field(description="how many live there on the day, or were promised a place")
    free_places: int = Field(
        description="places less residents and rooms out of use; 0 where there are more of them"
    )
    may_be_free_from: list[str] = Field(
        description="days on which somebody may leave, not confirmed, so that no place counts free"
    )
    out_of_use: int | None = Field(None, description="rooms out of use on the day, if any")
    last_said: LastSaid | None = Field(
        None, description="for those who ring, and the home: when it last said what is free"
    )


class HomesPage(Strict):
    """Homes on record, in the order of their ids."""

    day: str
    total: int = Field(description="how many homes there are in all")
    limit: int
    next: str | None = Field(description="the `after` of the next page")
    homes: list[HomeOnRecord]


class RoomsOut(Strict):
    """Rooms out of use on the days of `[from, to)`."""

    row: int
    start: str = Field(alias="from")
    end: str = Field(alias="to")
    places: int
    side: Literal[SIDES]  # type: ignore[valid-type]
    reason: str


class HomeRead(HomeOnRecord):
    """One home; `rooms_out` for those who may change it."""

    rooms_out: list[RoomsOut] | None = None


class HomeAdd(Strict):
    """A home not on file yet: its columns, and what it charges if that is known."""

    home: dict[str, Any] = Field(description="the columns of homes.csv")
    rates: Annotated[list[dict[str, Any]], Field(max_length=MOST_RATES)] | None = Field(
        None, description="the columns of rates.csv, without home_id"
    )


class OutOfUse(Strict):
    """Rooms to be out of use on the days of `[from, to)`; a provider's are on its own side."""

    places: Annotated[
        int,
        Field(
            ge=1,
            le=99,
            description="how many rooms; with others out of use on the same days, no more than "
            "the home has places",
        ),
    ]
    start: Soon = Field(alias="from")
    end: Soon = Field(alias="to")
    side: Literal[SIDES] = "provider"  # type: ignore[valid-type]


class InUseAgain(Strict):
    """Rooms out of use are used again from a day on; `row` is their row."""

    row: Annotated[int, Field(ge=1, le=2**53)]
    on: Soon


class HomeChange(Strict):
    """What changes of a home, and why. Null takes a column's value away."""

    reason: Words
    home: dict[str, Any] | None = Field(None, description="columns of homes.csv that change")
    out_of_use: OutOfUse | None = None
    in_use_again: InUseAgain | None = None


class AffectedRead(Strict):
    """A referral that a change of a home concerns: where it stood, where it stands."""

    referral_id: str
    was: str
    now: str
    follow_up: str | None = Field(None, description="the urgent referral opened after it")
    shut: list[str] | None = Field(None, description="why that one could not be opened")


class HomeChanged(Strict):
    """A home as it is now, and everybody whom the change concerns."""

    home: HomeRead
    affected: list[AffectedRead]
    without_referral: int = Field(
        description="how many must move and have no referral here: somebody must begin one"
    )
