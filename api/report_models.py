"""A provider's reasons, baselines and reports as they come out; shapes of `/api/openapi.json`."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from api.life_models import OfferState
from api.models import Band, Strict
from broker.life.steps import DeclineCode
from broker.offer_reasons.lines import NOT_OFFERED
from broker.offer_reasons.totals import COMPARED

Compared = Literal[COMPARED]  # type: ignore[valid-type]
Reason = Literal[NOT_OFFERED]  # type: ignore[valid-type]


class OffersByState(Strict):
    """Offers and how they stand."""

    offered: int
    open: int
    accepted: int
    declined: int
    withdrawn: int


class BandOffers(Strict):
    """Offers of one band: one's own, and all providers' together where that may be told."""

    band: Band | None
    own: OffersByState
    consortium: int | None


class Places(Strict):
    """One's own places of a contract beside all of them."""

    own: int
    all: int | None
    percent: str | None


class ContractOffers(Strict):
    """The offers under one contract; null for homes in none. `hidden` says why a total is null."""

    contract: str | None
    places: Places
    bands: list[BandOffers]
    own: OffersByState
    consortium: int | None
    beside_share: Compared | None
    high_beside_share: Compared | None
    hidden: str | None


class OfferReason(Strict):
    """An offer and what is on record of why it stands so."""

    referral_id: str | None
    home_id: str
    band: Band | None
    made_on: str
    state: OfferState
    code: DeclineCode | None
    reason: str | None


class NotOfferedReason(Strict):
    """A shortlisted home that was not asked, and the class of the reason."""

    referral_id: str | None
    home_id: str
    band: Band | None
    shortlisted_on: str
    reason: Reason
    rules: list[str]


class OfferReasons(Strict):
    """What a provider's homes were asked in a period, and why not."""

    provider: str
    from_: str = Field(alias="from")
    to: str
    homes: list[str]
    contracts: list[ContractOffers]
    declined_by_code: dict[str, int]
    not_offered_by_reason: dict[str, int]
    offers: list[OfferReason]
    not_offered: list[NotOfferedReason]
    removed: int


class BaselineRead(Strict):
    """A baseline as it was frozen; `figures` in the form `baseline/1`."""

    year_from: str
    number: int
    frozen_at: str
    frozen_by: str
    why: str | None
    digest: str
    software: str
    figures: dict[str, Any]


class BaselinesRead(Strict):
    """The baselines on record, oldest year first."""

    baselines: list[BaselineRead]


class ReportTable(Strict):
    """Figures of one question: null is not available, which is not zero. Shares in per cent."""

    title: str
    note: str
    columns: list[str]
    rows: list[list[str | int | float | None]]


class ReportRead(Strict):
    """A report of the days [from, to), from the warehouse as of a day, in the form `report/1`."""

    form: Literal["report/1"]
    report: str
    from_: str = Field(alias="from")
    to: str
    as_of: str
    source: str
    notes: list[str]
    tables: list[ReportTable]
