"""The one referral form of all boroughs: the Placements Data Standard and what matching needs.

Field names and options of the standard stand as `alias` of the field that holds them, so that an
export is a renaming. A draft may lack anything; `missing` says what a submitted form must have.
Source: Placements Data Standard v2 (draft, 18 July 2025), entities PlacementAvailability to Risks.
"""

from __future__ import annotations

import unicodedata
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from matching.cells import PSEUDONYM, RefusedCell
from matching.problem import BANDS
from matching.sheets import COMPANIONS, MATTERS, NEARNESS, PROVISIONS, SEXES, SIBLINGS


def _visible(text: str) -> str:
    """Text that any database keeps and any page shows: no control characters, no half letters."""
    for letter in text:
        if unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\n\t":
            raise ValueError("text must not hold control characters")
    return text


def _one_line(text: str) -> str:
    if "\n" in text or "\t" in text:
        raise ValueError("text must be on one line, without tabs")
    return text


def _pseudonym(text: str) -> str:
    try:
        PSEUDONYM.parse(text)
    except RefusedCell:
        raise ValueError("a pseudonym, never an NHS number or a UPN") from None
    return text


Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(_visible),
]
Words = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=4000),
    AfterValidator(_visible),
]
Called = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=40),
    AfterValidator(_visible),
    AfterValidator(_one_line),
]
Code = Annotated[
    str,
    StringConstraints(strip_whitespace=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"),
    AfterValidator(_pseudonym),
]
Borough = Annotated[str, StringConstraints(pattern=r"^E(06|08|09|10)[0-9]{6}$")]
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
Day = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)]
"""A day that the brokerage can reckon with: so far from the ends of the calendar that none is
passed by a period added to it."""
Grid = Annotated[int, Field(ge=0, le=1_300_000)]
Miles = Annotated[Decimal, Field(ge=0, le=999, decimal_places=1)]

YesNoUnknown = Literal["Y", "N", "Not Specified"]
Suitability = Literal["Preferred", "Suitable but not preferred", "Unsuitable", "Not specified"]
Risk = Literal["No known risk", "Risk Present"]
LivingCompanions = Literal[
    "Solo placement recommended",
    "With other children recommended",
    "Only with other older children",
    "Only with other younger children",
    "No preference",
]

COMPANIONS_OF_STANDARD: dict[str, str] = dict(
    zip(get_args(LivingCompanions), COMPANIONS, strict=True)
)
"""The standard's words for living companions, and the codes of the case folder."""


class Part(BaseModel):
    """A part of the form: strict types, no unknown fields, nothing altered afterwards."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True)


class Where(Part):
    """A place: grid metres (both or neither), or a postcode or its sector."""

    easting: Grid | None = None
    northing: Grid | None = None
    postcode: Line | None = None

    @model_validator(mode="after")
    def whole(self) -> Where:
        if (self.easting is None) != (self.northing is None):
            raise ValueError("easting and northing are given together or not at all")
        return self


class Matters(Part):
    """Somebody or something that matters to the young person, and how often they meet.

    `called` is what the young person calls them or it, such as Mum: it is for their own sheet, and
    goes to no home and into no export.
    """

    what: Literal[MATTERS]  # type: ignore[valid-type]
    where: Where
    visits_per_month: Annotated[int, Field(ge=0, le=99)] = 0
    keep: bool = False
    called: Called | None = None


class Avoided(Part):
    """Somewhere the young person must not live. Nearness never overrides it."""

    kind: Literal["borough", "home", "radius"]
    borough: Borough | None = None
    home_id: Code | None = None
    where: Where | None = None
    miles: Miles | None = None
    reason: Words

    @model_validator(mode="after")
    def told(self) -> Avoided:
        needed = {
            "borough": self.borough is not None,
            "home": self.home_id is not None,
            "radius": self.miles is not None
            and self.where is not None
            and self.where.easting is not None,
        }
        if not needed[self.kind]:
            told = {"radius": "where (easting and northing) and miles", "home": "home_id"}
            raise ValueError(f"{self.kind} needs {told.get(self.kind, self.kind)}")
        return self


class Identity(Part):
    """Who the young person is: for the boroughs, the brokers, and a provider once it was asked."""

    name: Line | None = None
    address: Words | None = None
    school: Line | None = None


class Person(Part):
    """What the law asks to be considered, and what the equality report counts (s22(5))."""

    ethnicity: Line | None = None
    religion: Line | None = None
    culture: Line | None = None
    language: Line | None = None
    disability: tuple[Line, ...] | None = None
    unaccompanied: bool | None = None


class Liberty(Part):
    """A deprivation of liberty order or application: a named person looks for the place by hand."""

    order_number: Line
    expires_on: Day
    restrictions: Words


class Form(Part):
    """One referral, as a borough writes it. None is unknown, never no."""

    # who
    young_person_id: Code = Field(alias="childId")
    borough: Borough
    identity: Identity = Identity()
    date_of_birth: Day | None = None
    sex: Literal[SEXES] | None = None  # type: ignore[valid-type]
    person: Person = Person()
    # when
    needed_by: Day | None = Field(None, alias="neededBy")
    waiting_since: Day | None = None
    planned_months: Annotated[int, Field(ge=0, le=240)] | None = None
    moves_last_12_months: Annotated[int, Field(ge=0, le=99)] | None = None
    # where
    home_place: Where | None = None
    preferred_location: Line | None = Field(None, alias="preferredLocation")
    nearness: Literal[NEARNESS] = "near"  # type: ignore[valid-type]
    min_distance_miles: Miles | None = None
    max_distance_miles: Miles | None = None
    matters: tuple[Matters, ...] = ()
    avoid: tuple[Avoided, ...] | None = None
    # with whom
    living_companions: LivingCompanions | None = Field(None, alias="livingCompanions")
    sibling_group: Code | None = None
    sibling_count: Annotated[int, Field(ge=0, le=20)] | None = Field(None, alias="siblingCount")
    siblings: Literal[SIBLINGS] | None = None  # type: ignore[valid-type]
    must_not_live_with: tuple[Code, ...] | None = None
    caution_with: tuple[Code, ...] | None = None
    # what they need
    band: Literal[BANDS] | None = None  # type: ignore[valid-type]
    needs: tuple[Line, ...] = ()
    communication_needs: YesNoUnknown | None = Field(None, alias="communicationNeeds")
    communication: (
        Annotated[
            tuple[Literal["ESOL", "BSL", "Makaton", "Other", "None"], ...], Field(min_length=1)
        ]
        | None
    ) = Field(None, alias="specificCommunicationRequirements")
    home_adaptation: bool | None = Field(None, alias="homeAdaptation")
    cultural_needs: Literal["Required", "Not required", "Not Known", "Other"] | None = Field(
        None, alias="culturalNeeds"
    )
    pets: Literal["Yes - must", "Yes - can", "No", "Not Known"] | None = None
    additional_support: (
        Literal[
            "additional supervision",
            "therapeutic support",
            "a worker for respite",
            "taxis to school",
            "NA",
            "other (please specify)",
        ]
        | None
    ) = Field(None, alias="additionalSupport")
    # risks
    risk_self_harm: Risk | None = Field(None, alias="riskSelfHarm")
    risk_sexual_exploitation: Risk | None = Field(None, alias="riskSexualExploitation")
    risk_criminal_exploitation: Risk | None = Field(None, alias="riskCriminalExploitation")
    risk_drug_alcohol: Risk | None = Field(None, alias="riskDrugAlcohol")
    risk_eating_disorder: Risk | None = Field(None, alias="riskEatingDisorder")
    risk_missing: Risk | None = Field(None, alias="riskMissing")
    risk_other: Words | None = Field(None, alias="riskOther")
    risk_to_others_physical: Risk | None = Field(None, alias="riskToOthersPhysical")
    risk_to_others_sexual: Risk | None = Field(None, alias="riskToOthersSexual")
    risk_to_others_fire: Risk | None = Field(None, alias="riskToOthersFire")
    risk_to_others_animals: Risk | None = Field(None, alias="riskToOthersAnimals")
    risk_to_others_criminal: Risk | None = Field(None, alias="riskToOthersCriminal")
    risk_to_others_other: Words | None = Field(None, alias="riskToOthersOther")
    # what kind of placement
    foster_care: Suitability | None = Field(None, alias="fosterCareSuitability")
    residential_care: Suitability | None = Field(None, alias="residentialCareSuitability")
    supported_accommodation: Suitability | None = Field(
        None, alias="supportedAccommodationSuitability"
    )
    provision: tuple[Literal[PROVISIONS], ...] = ("childrens_home",)  # type: ignore[valid-type]
    family_considered: Words | None = None
    fostering_considered: Words | None = None
    why_residential: Words | None = None
    liberty: Liberty | None = Field(None, alias="deprivationOfLiberty")
    # the young person's own part
    wishes: Words | None = None
    advocate_offered: bool | None = None
    key_stage_4_school: bool | None = None

    def missing(self) -> list[str]:
        """The fields a submitted form must have and this one has not, in the form's order."""
        return [name for name in REQUIRED if getattr(self, name) is None] + [
            f"person.{name}" for name in REQUIRED_OF_PERSON if getattr(self.person, name) is None
        ]

    def to_standard(self, today: date) -> dict[str, Any]:
        """The form with the standard's names and options where it has them.

        The standard tells urgency in three words, and of liberty only whether there is an order.
        """
        told = self.model_dump(mode="json", by_alias=True)
        return {
            **told,
            "neededBy": None if self.needed_by is None else _urgency(self.needed_by, today),
            "deprivationOfLiberty": self.liberty is not None,
        }


URGENCIES = ("Today", "in less than 5 days", "in more than 5 days")
"""The standard's words for when a placement is needed by; the fifth day itself counts among the
near ones, as in the case folder."""


def _urgency(needed_by: date, today: date) -> str:
    days = (needed_by - today).days
    return URGENCIES[0 if days <= 0 else 1 if days <= 5 else 2]


CODED_RISKS = (
    "risk_self_harm",
    "risk_sexual_exploitation",
    "risk_criminal_exploitation",
    "risk_drug_alcohol",
    "risk_eating_disorder",
    "risk_missing",
    "risk_to_others_physical",
    "risk_to_others_sexual",
    "risk_to_others_fire",
    "risk_to_others_animals",
    "risk_to_others_criminal",
)
"""Risks that the standard tells by a code, in its order; two more are told in words."""

REQUIRED = (
    "date_of_birth",
    "sex",
    "needed_by",
    "avoid",
    "living_companions",
    "must_not_live_with",
    "caution_with",
    "communication_needs",
    "communication",
    "home_adaptation",
    "cultural_needs",
    "pets",
    *CODED_RISKS,
    "foster_care",
    "residential_care",
    "supported_accommodation",
    "family_considered",
    "fostering_considered",
    "why_residential",
    "advocate_offered",
)
"""What a form must say before it is submitted: the standard's 1..1 fields, safety, and s22C."""

REQUIRED_OF_PERSON = ("ethnicity", "religion", "culture", "language", "disability")
