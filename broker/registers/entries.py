"""What an entry of each register says, and who may write and read it.

An entry is whole in itself and is never altered: to correct or end one, write a later one of the
same key. Nothing here names a young person.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field, TypeAdapter, model_validator

from broker.access.actor import PARTNERSHIP
from broker.life.form import Borough, Code, Day, Line, Part, Words
from broker.registers.contract_entries import Achievement, Exit, Trade
from matching.data import need_tags

AgreementKind = Literal["partnership", "leadership", "procurement", "data_sharing", "consultation"]

DILIGENCE_AREAS = (
    "registration",
    "inspection",
    "insurance",
    "finance",
    "safeguarding",
    "safer_recruitment",
    "health_and_safety",
    "data_protection",
    "references",
)
"""Nine areas are checked before a provider is used (brief, Plymouth). The source gives the number;
which nine they are is our starting assumption, to be confirmed by the boroughs."""

Area = Literal[DILIGENCE_AREAS]  # type: ignore[valid-type]


def _need(tag: str) -> str:
    if tag not in need_tags():
        raise ValueError(f"one of {', '.join(sorted(need_tags()))}")
    return tag


Need = Annotated[str, AfterValidator(_need), Field(json_schema_extra={"enum": sorted(need_tags())})]


class Signature(Part):
    """Who signed, in which role, for whom, and when."""

    organisation: Line
    role: Line
    on: Day


class Agreement(Part):
    """An agreement between organisations, and the days on which it is in force."""

    register_: Literal["agreements"] = Field(alias="register")
    agreement: Code
    kind: AgreementKind
    parties: Annotated[tuple[Borough | Literal[PARTNERSHIP], ...], Field(min_length=1)]  # type: ignore[valid-type]
    holds_from: Day
    holds_to: Day | None = None
    signed: Annotated[tuple[Signature, ...], Field(min_length=1)]
    words: Words | None = None

    @model_validator(mode="after")
    def in_order(self) -> Agreement:
        if self.holds_to is not None and self.holds_to <= self.holds_from:
            raise ValueError("holds_to is a day after holds_from")
        unsigned = sorted(set(self.parties) - {one.organisation for one in self.signed})
        if unsigned:
            raise ValueError(f"every party signs; not signed by: {', '.join(unsigned)}")
        return self


class Assessment(Part):
    """What a panel of young people found of a home: marks from 1 to 5, their words, no names."""

    register_: Literal["assessments"] = Field(alias="register")
    assessment: Code
    home_id: Code
    assessed_on: Day
    panel: Annotated[int, Field(ge=1, le=30)]
    looked_at: Annotated[dict[Line, Annotated[int, Field(ge=1, le=5)]], Field(min_length=1)]
    words: Words
    reply: Words | None = None
    replied_on: Day | None = None
    changed: Words | None = None

    @model_validator(mode="after")
    def replied(self) -> Assessment:
        if (self.reply is None) != (self.replied_on is None):
            raise ValueError("reply and replied_on go together")
        return self


class Training(Part):
    """A module that a home's staff completed; what it lets the home support, by its manager's word.

    `adds_need` takes effect when the module is complete and `manager_agrees`.
    """

    register_: Literal["training"] = Field(alias="register")
    home_id: Code
    module: Code
    name: Line
    compulsory: bool
    due_on: Day | None = None
    completed_on: Day | None = None
    expires_on: Day | None = None
    adds_need: Need | None = None
    manager_agrees: bool = False

    @model_validator(mode="after")
    def told(self) -> Training:
        if self.manager_agrees and (self.adds_need is None or self.completed_on is None):
            raise ValueError("manager_agrees goes with a completed module and adds_need")
        return self


class Diligence(Part):
    """One of the nine areas checked for a provider, and until when the check holds."""

    register_: Literal["due_diligence"] = Field(alias="register")
    provider: Line
    area: Area
    checked_on: Day
    passed: bool
    expires_on: Day
    evidence: Words

    @model_validator(mode="after")
    def in_order(self) -> Diligence:
        if self.expires_on <= self.checked_on:
            raise ValueError("expires_on is a day after checked_on")
        return self


Entry = Agreement | Assessment | Training | Diligence | Trade | Exit | Achievement
ENTRY: TypeAdapter[Entry] = TypeAdapter(Annotated[Entry, Field(discriminator="register_")])


def key_of(entry: Entry) -> tuple[str, str]:
    """(key, subject): what an entry is about, and whom."""
    match entry:
        case Agreement():
            return entry.agreement, PARTNERSHIP
        case Assessment():
            return entry.assessment, entry.home_id
        case Training():
            return f"{entry.home_id}/{entry.module}", entry.home_id
        case Diligence():
            return f"{entry.provider}/{entry.area}", entry.provider
        case Trade():
            return f"{entry.contract}/{entry.trade}", entry.contract
        case Exit():
            return f"{entry.contract}/{entry.borough}", entry.contract
        case Achievement():
            return f"{entry.contract}/{entry.item}/{entry.holds_from}", entry.contract


def days_of(entry: Entry) -> tuple[date | None, date | None]:
    """The days on which an entry holds, half-open."""
    match entry:
        case Agreement():
            return entry.holds_from, entry.holds_to
        case Assessment():
            return entry.assessed_on, None
        case Training():
            return entry.completed_on, entry.expires_on
        case Diligence():
            return entry.checked_on, entry.expires_on
        case Trade() | Achievement():
            return entry.holds_from, entry.holds_to
        case Exit():
            return entry.leaves_on, None


KINDS_OF_AGREEMENT: tuple[str, ...] = get_args(AgreementKind)
