"""Referrals and their steps as they go in and come out; the shapes of `/api/openapi.json`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, RootModel

from api.models import Area, Band, Strict
from broker.life import steps
from broker.life.steps import KINDS, Said
from broker.registers.entries import Entry
from broker.tables.life import OFFER_STATES, STATES
from matching.sheets import WISHES

State = Literal[STATES]  # type: ignore[valid-type]
OfferState = Literal[OFFER_STATES]  # type: ignore[valid-type]


class ReferralOpen(steps.Open):
    """A referral to begin. `kind` may be left out."""

    kind: Literal["open"] = "open"


class StepRequest(RootModel[Annotated[Said, Field(discriminator="kind")]]):
    """One step; `kind` says which, and with it what else is asked."""


class Factor(Strict):
    """One factor that the law names, and what is known of it for a home."""

    factor: str
    source: str
    value: str


class Shortlisted(Strict):
    """A home of the shortlist. A provider sees the area and a band of the distance only."""

    home_id: str
    area: Area | None
    distance: str
    source: str | None = None
    run_id: int | None = None
    match: Literal["proposed", "listed"] | None = None
    reason: str | None = None
    tenths_of_miles: int | None = None
    weekly_fee_pence: int | None = None
    points: dict[str, int] | None = None
    factors: list[Factor] | None = None


class OfferRead(Strict):
    """An offer to a home and how it stands."""

    home_id: str
    state: OfferState
    made_on: str
    starts_on: str
    answer_by: str
    answered_on: str | None
    impact_signed: bool


class DisputeRead(Strict):
    """A home's dispute of the band: of which band, what it should be, why, and the answer."""

    home_id: str
    on: str
    by: str
    band: Band = Field(description="what the home finds the band should be")
    scores: dict[str, int]
    reason: str
    band_disputed: Band
    answer_by: str
    answered_on: str | None
    answered_by: str | None
    upheld: bool | None
    answer: str | None


class BackUp(Strict):
    """A home that may still be asked, and what was said of it before."""

    home_id: str
    fits: bool
    failed: list[str] = Field(description="codes of the hard rules that do not hold")
    area: Area
    distance: str
    wish: Literal[(*WISHES, "not_given")] | None  # type: ignore[valid-type]
    answered: OfferState | None


class DutyRead(Strict):
    """Something to be done by a day, by whom, and by which regulation."""

    code: str
    what: str
    source: str
    due_on: str
    who: str
    done_on: str | None
    overdue: bool


class VerificationRead(Strict):
    """Who verified need and funding, and what was amended since: then it has lapsed."""

    on: str
    by: str
    passed: bool
    amended_since: list[str]


class ReferralRead(Strict):
    """A referral as far as whoever asks may see it."""

    id: str
    version: int
    state: State
    emergency: bool
    borough: str
    band: Band | None
    band_status: Literal["provisional", "confirmed"] | None
    needed_by: str | None
    form: dict[str, Any] = Field(description="the form; a provider sees a part of it")
    shortlist: list[Shortlisted]
    offers: list[OfferRead]
    home_id: str | None
    disputes: list[DisputeRead]
    notices: list[str] | None = Field(None, description="what the reader must know first")
    verification: VerificationRead | None = None
    former: str | None = None
    follow_up: str | None = Field(None, description="the urgent referral after a breakdown")
    back_up: list[BackUp] | None = Field(
        None, description="the former shortlist, judged anew after a breakdown or a lost place"
    )
    views: list[dict[str, Any]] | None = None
    calls: list[dict[str, Any]] | None = Field(None, description="who was rung and said what")
    approvals: list[dict[str, Any]] | None = None
    evidence: list[dict[str, Any]] | None = None
    duties: list[DutyRead] | None = None
    money: list[dict[str, Any]] | None = Field(
        None, description="what each re-banding did to the weekly fee, and the adjustment"
    )


class ReferralLine(Strict):
    """A referral in a line."""

    id: str
    borough: str
    state: State
    version: int
    emergency: bool
    band: Band | None
    needed_by: str | None
    due_on: str | None
    home_id: str | None


class ReferralsPage(Strict):
    """A page of referrals, and where the next one starts."""

    referrals: list[ReferralLine]
    next: str | None


class StepRead(Strict):
    """One step that was taken."""

    number: int
    kind: Literal[KINDS]  # type: ignore[valid-type]
    at: str
    on: str
    by: str
    role: str
    organisation: str
    said: dict[str, Any] | None


class StepsRead(Strict):
    """What happened, in order."""

    steps: list[StepRead]


class OfferLine(Strict):
    """An offer in a line."""

    referral_id: str
    number: int
    home_id: str
    state: OfferState
    band: Band | None
    made_on: str
    starts_on: str
    answer_by: str
    answered_on: str | None
    code: str | None


class OffersPage(Strict):
    """A page of offers."""

    offers: list[OfferLine]
    next: str | None


class PlacementLine(Strict):
    """A placement in a line; `place` numbers the home's places."""

    referral_id: str
    borough: str
    home_id: str
    place: int
    starts_on: str
    ends_on: str | None
    planned_until: str
    moved_in_on: str | None


class PlacementsPage(Strict):
    """A page of placements."""

    placements: list[PlacementLine]
    next: str | None


class DutyLine(DutyRead):
    """A duty and the referral it is of."""

    referral_id: str


class DutiesPage(Strict):
    """A page of duties."""

    duties: list[DutyLine]
    next: str | None


class EntryRead(Strict):
    """An entry of a register: its number, what it is about, who wrote it, and all it says."""

    number: int
    key: str
    made_at: str
    made_by: str
    told: dict[str, Any]
    overdue: bool | None = Field(
        None, description="of training: compulsory, and not complete after its day or run out"
    )


class EntriesRead(Strict):
    """What a register says now, a page at a time."""

    entries: list[EntryRead]
    next: str | None


class EntryMade(Strict):
    """An entry that was written."""

    number: int


class EntryRequest(RootModel[Annotated[Entry, Field(discriminator="register_")]]):
    """An entry of a register; `register` says which."""


class AuditLine(Strict):
    """One entry of the audit: who, when, what, which record, why."""

    number: int
    at: str
    actor: str
    role: str
    organisation: str
    via: str
    act: str
    record_kind: str
    record_id: str
    why: str | None
    why_held_back: bool = Field(
        description="a reason is on record and not shown: it is words about a young person"
    )
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    values: Literal["none", "kept", "corrected", "removed", "missing"]
    taken_by: int | None = Field(description="the entry that corrects or removes its values")
    hash: str


class AuditPage(Strict):
    """A page of the audit."""

    entries: list[AuditLine]
    next: int | None
