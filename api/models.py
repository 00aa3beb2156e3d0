"""What goes in and comes out, as strict models: a value of another type is refused, never turned.

They are also the schemas of `/api/openapi.json`. The case itself is described from its tables (see
`api.columns`), the plan and the price as docs/case-folder.md and docs/contract-file.md name them.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

LARGEST_SEED = 2**31 - 1
USUAL_MATCH = 20
LONGEST_MATCH = 60
MOST_WORKERS = 8
MOST_UNITS = 999_999
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Band = Literal["low", "medium", "high", "specialist"]
Area = Literal["in_area", "adjoining", "distant"]
Urgency = Literal["today", "within_5_days", "over_5_days"]
Money = Annotated[str, Field(pattern=r"^-?[0-9]+\.[0-9]{2}$", description="pounds, two decimals")]


def _day(value: Any) -> Any:
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    return value


def _number(value: Any) -> Any:
    if type(value) in (int, Decimal):
        return Decimal(value)
    raise PydanticCustomError("number_type", "Input should be a number, without quotes")


Day = Annotated[date, BeforeValidator(_day)]
Units = Annotated[
    Decimal,
    BeforeValidator(_number),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": MOST_UNITS}),
    Field(ge=0, le=MOST_UNITS, decimal_places=9),
]
Seconds = Annotated[
    Decimal,
    BeforeValidator(_number),
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "maximum": LONGEST_MATCH}),
    Field(gt=0, le=LONGEST_MATCH),
]


class Strict(BaseModel):
    """A shape in which every key is known and every value has its own type."""

    model_config = ConfigDict(
        strict=True, extra="forbid", populate_by_name=True, serialize_by_alias=True
    )


class CaseRequest(Strict):
    """A question about a case, or about the open referrals on record (`"from": "database"`)."""

    case: Any = Field(None, description="the case; leave it out with `from`")
    source: Literal["database"] | None = Field(
        None, alias="from", description="take the open referrals on record; leave out `case`"
    )
    require_safety: bool = Field(
        False, description="refuse a case without relationships, avoid or declines"
    )


class MatchRequest(CaseRequest):
    """A question to match: a case, or the open referrals on record (`"from": "database"`)."""

    seed: int = Field(0, ge=0, le=LARGEST_SEED, description="decides between equally good plans")
    time_limit: Seconds = Field(
        Decimal(USUAL_MATCH),
        description="seconds it may take; a search that is stopped gives the best plan found",
    )
    workers: int = Field(1, ge=1, le=MOST_WORKERS, description="threads of the search")


class PriceRequest(Strict):
    """A placement to price: a contract on record by its id, or the text of one, and a period."""

    contract: Annotated[str, Field(min_length=1)] | None = Field(
        None, description="id of a contract on record"
    )
    contract_toml: Annotated[str, Field(min_length=1)] | None = Field(
        None, description="the text of a contract file, instead of the id"
    )
    band: Band
    requirements: dict[str, Units] = Field(
        default_factory=dict, description="units a week by requirement, the included ones too"
    )
    start: Day = Field(alias="from", description="first day")
    end: Day = Field(alias="to", description="the day after the last")


class Health(Strict):
    """The service can work; where it cannot, the answer is a problem."""

    status: Literal["ok"]
    version: str = Field(description="version of the software")
    database: Literal["reachable"]


class Ready(Strict):
    """The service takes requests; where it does not, the answer is a problem."""

    status: Literal["ready"]
    database: Literal["migrated"]


class Levels(Strict):
    """The three levels of what is best, in their order."""

    today_unplaced: int
    points: int
    weekly_cost: Money


class PairPoints(Strict):
    """What a placement costs in points, by component."""

    distance: int
    area: int
    people: int
    capability: int
    headroom: int
    age: int
    unsettled: int
    wish: int
    sibling: int
    cost: int


class Placement(Strict):
    """A proposal: a young person and a home."""

    referral_id: str
    home_id: str
    distance_miles: float | None
    weekly_fee: Money | None
    area: Area
    points: PairPoints
    total: int


class JointPoints(Strict):
    """What the plan as a whole costs in points."""

    wait: int
    caution: int
    siblings_apart: int
    share: int
    balance: int
    borough_shortfall: int | None = Field(
        None, description="for boroughs that fall behind; only where the policy weighs it"
    )
    stay: int | None = Field(
        None, description="for changing the plan told before; only where there is one"
    )


class Unplaced(Strict):
    """A young person who waits, and why."""

    referral_id: str
    urgency: Urgency
    wait: int
    why: Literal[
        "no_eligible_home",
        "places_went_to_others",
        "waiting_is_better",
        "group_not_together",
        "by_hand",
    ]
    summary: str


class EmptyPlaces(Strict):
    """Places that stay empty, and why."""

    home_id: str
    places: int
    why: Literal["nobody_waiting", "nobody_eligible", "mix", "arrivals", "others_fit_better"]
    summary: str


class Timing(Strict):
    """Seconds spent; the only part of a plan that differs between two equal ones."""

    read: float
    pairs: float
    solve: float
    check: float
    total: float


class Decision(Strict):
    """What a person decided of a referral and a home; it binds."""

    referral_id: str
    home_id: str
    kind: Literal["pin", "ban"]
    by: str
    on: str
    reason: str


class Override(Strict):
    """A rule that a signed decision overrides for one pair, with the two facts."""

    referral_id: str
    home_id: str
    rule: Literal["R07", "R12", "R15", "R16"]
    signed_by: str
    on: str
    reason: str
    found: str
    allowed: str


class Plan(Strict):
    """The answer of a match, as `plan.json` holds it; `plan/2` where people decided something."""

    schema_: Literal["plan/1", "plan/2"] = Field(alias="schema")
    case_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    as_of: str
    seed: int
    status: Literal["optimal", "feasible", "no_referrals"]
    objective: Levels
    bound: Levels
    placements: list[Placement]
    joint: JointPoints
    decisions: list[Decision] | None = Field(None, description="only in a plan/2")
    overrides: list[Override] | None = Field(None, description="only in a plan/2")
    unplaced: list[Unplaced]
    empty: list[EmptyPlaces]
    notices: list[str]
    timing: Timing


class Run(Strict):
    """A match on record, with its plan as it was made."""

    id: int
    status: Literal["optimal", "feasible", "no_referrals"]
    case_sha256: str
    plan: Plan
    fairness: dict[str, Any] | None = Field(
        None,
        description="how the plan shares out, with the counts beside every rate, as "
        "`broker fairness --json` tells it; left out for a run kept before this was reported",
    )


class QuoteLine(Strict):
    """One amount due for a period, and the rule it came from."""

    what: str
    start: str = Field(alias="from")
    end: str = Field(alias="to")
    days: int
    weekly: Money
    amount: Money
    rule: str


class Quote(Strict):
    """What a placement costs: one line for the fee and one for each requirement above it."""

    contract: str
    version: str = Field(description="SHA-256 of the contract file")
    lines: list[QuoteLine]
    total: Money
    assumptions: list[str] = Field(
        description="What the prices rest on: a contract of invented or assumed prices says so"
    )
