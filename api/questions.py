"""The questions beside a match, and the shapes of their answers.

An answer is what the command of the same name prints with --json; `form` says in which form.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.models import CaseRequest, Levels, MatchRequest, Strict

LARGEST_RUN = 10**18 - 1
MOST_PLANS = 10
MOST_DIFFERENT = 10_000

Id = Annotated[str, Field(min_length=1, max_length=200)]
Form = Literal["full", "shared"]
PlanStatus = Literal["optimal", "feasible", "no_referrals"]

_FORM = (
    "`full` for the brokerage team; `shared` may leave it: no other young person is named and "
    "distances are in bands"
)


class AboutPlan(MatchRequest):
    """A question about a plan: the one given, that of a match on record, or else the best one.

    `time_limit` counts for all of it: half of it at most for the search of the plan.
    """

    match_id: int | None = Field(
        None, ge=1, le=LARGEST_RUN, description="a match on record, made of this case"
    )
    plan: dict[str, Any] | None = Field(
        None, description="a plan of this case as a match gives it, instead of `match_id`"
    )


class OptionsRequest(AboutPlan):
    """Whose homes, or whose young people: one of `referral_id` and `home_id`."""

    referral_id: Id | None = Field(None, description="whose homes")
    home_id: Id | None = Field(None, description="whose young people, instead of `referral_id`")
    form: Form = Field("full", description=_FORM)
    effects: bool = Field(
        False,
        description="for a young person: what choosing each home does to everybody else, by "
        "solving the region again; only this looks at a plan",
    )


class ExplanationRequest(AboutPlan):
    """Why the plan is so for one young person, and what else is asked beside it."""

    referral_id: Id = Field(description="who it is about")
    form: Form = Field("full", description=_FORM)
    conflict: bool = Field(False, description="the smallest set that cannot all be met")
    changes: bool = Field(False, description="the smallest changes that would place them")
    instead: Id | None = Field(
        None, description="why not this home: both plans compared; in the form `full` only"
    )


class _Lenient(BaseModel):
    """A part of a plan of which only what is named here counts."""

    model_config = ConfigDict(strict=True, extra="ignore")


class Chosen(_Lenient):
    """A young person and a home, as somebody wrote them."""

    referral_id: str
    home_id: str


class AnyPlan(_Lenient):
    """Any plan, a person's included; that of a match may be given as it is."""

    placements: list[Chosen]


class EvaluationRequest(CaseRequest):
    """What a plan breaks and what it is worth. It need obey no rule."""

    plan: AnyPlan
    form: Form = Field("full", description=_FORM)
    referral_id: Id | None = Field(
        None, description="in the form `shared`, which is about one young person: who"
    )


class WhatIfRequest(AboutPlan):
    """What else the plan could be, or what would change it."""

    kind: Literal["alternatives", "worth", "frontier", "sensitivity"] = Field(
        description="`alternatives`: the next best plans. `worth`: what one more place in each "
        "home would change. `frontier`: plans worth choosing between by distance, stability and "
        "cost. `sensitivity`: how far each weight can move before the plan changes"
    )
    plans: int = Field(3, ge=1, le=MOST_PLANS, description="how many `alternatives`")
    differ: int = Field(
        1,
        ge=1,
        le=MOST_DIFFERENT,
        description="in each of the `alternatives` at least so many young people live otherwise",
    )
    home_id: Id | None = Field(None, description="only this home, for `worth`")


class Answer(Strict):
    """What the command of the same name prints with --json, beside the form it is in."""

    model_config = ConfigDict(extra="allow")

    notices: list[str] = Field(description="what the reader must know first")


class RuleStep(Strict):
    """How many are left after a rule and those before it."""

    code: str
    sentence: str
    left: int


class BrokenRule(Strict):
    """A rule that does not hold, with the two facts compared."""

    model_config = ConfigDict(extra="allow")

    code: str
    sentence: str
    found: str
    allowed: str


class FactorSeen(Strict):
    """A factor of section 22C(8) or (9), and what is known of it."""

    factor: str
    source: str
    value: str


class HomeSeen(Strict):
    """A home as one young person sees it: with points and fee, or, shared, without numbers."""

    model_config = ConfigDict(extra="allow")

    home_id: str
    free_places: int
    area: str
    failed: list[BrokenRule] | None = None
    factors: list[FactorSeen] | None = Field(None, description="of each option")


class OptionsAnswer(Answer):
    """The homes for a young person (`homes`, `near_misses`, `choices` with effects), best first;
    or who fits a home (`fits`, `near_misses`; shared: how many).
    """

    form: Form
    referral_id: str | None = None
    home_id: str | None = None
    homes: list[HomeSeen] | None = None
    choices: list[dict[str, Any]] | None = Field(None, description="with `effects`")
    funnel: list[RuleStep] | None = Field(None, description="of a home")
    plan_status: PlanStatus | None = Field(None, description="of the plan `effects` compares with")


class ExplanationAnswer(Answer):
    """Why a plan has, or has not, a home for one young person."""

    form: Form
    plan_status: PlanStatus
    referral_id: str
    homes: int
    funnel: list[RuleStep]
    placed: HomeSeen | None
    not_chosen: list[dict[str, Any]]
    why: str
    summary: str
    near_misses: list[HomeSeen]
    conflict: dict[str, Any] | None = Field(None, description="where it was asked for")
    changes: dict[str, Any] | None = Field(None, description="where it was asked for")
    instead: dict[str, Any] | None = Field(None, description="where it was asked for")


class PointsOfRule(Strict):
    """Points of the whole plan for one rule."""

    rule: str
    sentence: str
    points: int


class EvaluationAnswer(Answer):
    """What a plan breaks and what it is worth; shared: what it has for one young person."""

    form: Form
    violations: list[BrokenRule]
    holds: bool | None = Field(None, description="whether no rule is broken; `full` only")
    objective: Levels | None = None
    points_by_rule: list[PointsOfRule] | None = None
    young_people: list[dict[str, Any]] | None = None
    fairness: dict[str, Any] | None = Field(
        None, description="how the plan shares out; null for a plan that breaks a rule"
    )


class WhatIfAnswer(Strict):
    """What the command of the name in `kind` prints with --json."""

    model_config = ConfigDict(extra="allow")

    kind: Literal["alternatives", "worth", "frontier", "sensitivity"]
    plan_status: PlanStatus
