"""What happens in a referral's life, step by step: what each kind of step says.

A step is what a named person did on a day, and why. Adding one is the only way a life changes;
none is altered afterwards. The order of kinds follows the process (brief, Plymouth: assess, plan,
verify that needs are met and funding is agreed, and only then look for a place).
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, TypeAdapter, model_validator

from broker.life.care import Care, Participation
from broker.life.disputes import AnswerDispute, Band, DisputeBand
from broker.life.endings import CareEnded, Destination, ReasonEnded
from broker.life.form import Borough, Code, Day, Form, Line, Part, Words
from broker.life.reported import Reported
from broker.life.young_words import READ_BY_THEM
from matching.sheets import WISHES
from pricing.outcomes.refusals import REFUSAL_CODES

ApprovalKind = Literal["nominated_officer", "director", "key_stage_4"]
EvidenceKind = Literal[
    "area_notified",
    "area_consulted",
    "care_plan_copied",
    "placement_plan",
    "funding",
    "agreement",
    "ending_notified",
]
DeclineCode = Literal[REFUSAL_CODES]  # type: ignore[valid-type]
Units = Annotated[Decimal, Field(ge=0, le=999_999, decimal_places=9)]
Requirements = dict[Code, Units]
Lost = Literal["registration", "rooms"]
ToThem = Annotated[Words, Field(description=READ_BY_THEM)]
"""Words that the sheet or the letter quotes to the young person."""


class Open(Part):
    """A form is begun, by a borough or for it; `former` is the referral it starts from."""

    kind: Literal["open"]
    form: Form
    former: Code | None = None
    emergency: bool = False


class Amend(Part):
    """The form is changed; the one before stays in the history."""

    kind: Literal["amend"]
    form: Form
    reason: Words


class Submit(Part):
    """The borough asks the brokerage for a place. A likely double needs a word that it is none."""

    kind: Literal["submit"]
    not_a_double: Words | None = None


class Withdraw(Part):
    """The place is no longer looked for."""

    kind: Literal["withdraw"]
    reason: ToThem


class BandNeed(Part):
    """Need is banded, provisionally: by which thresholds, from which scores, and why."""

    kind: Literal["band"]
    band: Band
    thresholds: Line
    scores: dict[Code, Annotated[int, Field(ge=0, le=3)]] = Field(default_factory=dict)
    reason: Words


class Verify(Part):
    """Somebody other than the assessor says whether the plan meets the need and money is agreed."""

    kind: Literal["verify"]
    need_met: bool
    funding_agreed: bool
    funding_reference: Line | None = None
    reason: Words

    @property
    def passed(self) -> bool:
        """Whether the brokerage may now look for a place."""
        return self.need_met and self.funding_agreed


class Shortlisted(Part):
    """One home of a shortlist, and where it came from: a match on record, options, or a person."""

    home_id: Code
    source: Literal["match", "options", "by_hand"]
    run_id: Annotated[int, Field(ge=1, le=2**53)] | None = None
    reason: Words

    @model_validator(mode="after")
    def told(self) -> Shortlisted:
        if (self.source == "match") != (self.run_id is not None):
            raise ValueError("run_id names the match on record; it goes with the source match")
        return self


class Shortlist(Part):
    """The homes to ask, best first. A later shortlist replaces an earlier one."""

    kind: Literal["shortlist"]
    homes: Annotated[tuple[Shortlisted, ...], Field(min_length=1, max_length=50)]


class View(Part):
    """What the young person says of a home, or why they were not asked, and what follows."""

    kind: Literal["view"]
    home_id: Code
    said_on: Day
    wish: Literal[(*WISHES, "not_given")]  # type: ignore[valid-type]
    words: Words | None = Field(None, description=READ_BY_THEM)
    heard_by: Line
    how_considered: ToThem
    why_not_given: Words | None = Field(None, description=READ_BY_THEM)

    @model_validator(mode="after")
    def told(self) -> View:
        if (self.wish == "not_given") != (self.why_not_given is not None):
            raise ValueError("why_not_given goes with the wish not_given, and with no other")
        return self


class Call(Part):
    """The broker rang a home: who was spoken to (a role), what was said, what is free."""

    kind: Literal["call"]
    home_id: Code
    spoke_to: Line
    said: Words
    free_places: Annotated[int, Field(ge=0, le=99)] | None = None


class Offer(Part):
    """A home is asked, for the place from a day on, with an answer by another."""

    kind: Literal["offer"]
    home_id: Code
    starts_on: Day
    answer_by: Day


class WithdrawOffer(Part):
    """A home is asked no longer."""

    kind: Literal["withdraw_offer"]
    home_id: Code
    reason: ToThem


class Impact(Part):
    """The registered manager's assessment of what moving in would mean for those who live there."""

    kind: Literal["impact"]
    home_id: Code
    on_residents: Words
    on_young_person: Words
    what_will_be_done: Words
    can_live_together: bool
    signed: Literal[True]


class Accept(Part):
    """The home says yes."""

    kind: Literal["accept"]
    home_id: Code
    words: Words | None = None


class Decline(Part):
    """The home says no, and why."""

    kind: Literal["decline"]
    home_id: Code
    code: DeclineCode
    words: Words


class Visit(Part):
    """The young person saw the home before moving in, or why they could not."""

    kind: Literal["visit"]
    home_id: Code
    visited_on: Day | None = None
    why_not: Words | None = None

    @model_validator(mode="after")
    def told(self) -> Visit:
        if (self.visited_on is None) == (self.why_not is None):
            raise ValueError("either visited_on, or why_not where there was no visit")
        return self


class Consulted(Part):
    """Somebody who was consulted before an approval, when, and what they said."""

    who: Literal["designated_teacher", "virtual_school_head", "reviewing_officer"]
    on: Day
    said: Words


class EducationPlan(Part):
    """The personal education plan as it was looked at before a move of school was approved.

    `consistent` says whether the move keeps to the plan, `words` how, or what is done where not.
    """

    looked_at_on: Day
    consistent: bool
    words: Words


class Approve(Part):
    """An officer of the young person's borough approves a home, or does not.

    `consulted` are those who were asked before, `education_plan` what the young person's plan says
    of the move: both as regulation 10 wants for key stage 4.
    """

    kind: Literal["approve"]
    home_id: Code
    approval: ApprovalKind
    granted: bool
    reason: ToThem
    consulted: Annotated[tuple[Consulted, ...], Field(max_length=10)] = ()
    education_plan: EducationPlan | None = None


class Evidence(Part):
    """Something was sent, written or heard that a gate or a duty asks for."""

    kind: Literal["evidence"]
    evidence: EvidenceKind
    home_id: Code
    done_on: Day
    reference: Words


class Confirm(Part):
    """A named person decides: this home, from this day, for this reason, first option or not."""

    kind: Literal["confirm"]
    home_id: Code
    starts_on: Day
    planned_until: Day
    reason: ToThem
    school_kept: bool | None = None
    requirements: Requirements = Field(default_factory=dict)


class MoveIn(Part):
    """The young person moved in."""

    kind: Literal["move_in"]
    moved_in_on: Day


class Reband(Part):
    """The band changes, or is confirmed, from a day on; money follows by adjustment.

    `requirements` are units a week from that day on; None leaves those before.
    """

    kind: Literal["reband"]
    band: Band
    from_day: Day
    confirmed: bool
    thresholds: Line
    reason: Words
    requirements: Requirements | None = None


class Visited(Part):
    """The social worker visited the young person."""

    kind: Literal["visited"]
    visited_on: Day
    words: Words


class Reviewed(Part):
    """The placement was reviewed, how the young person took part (SSDA903), what is to happen."""

    kind: Literal["reviewed"]
    reviewed_on: Day
    outcome: Literal["stay", "step_down", "move"]
    words: Words
    participation: Participation | None = None


class StepDown(Part):
    """The next home is planned: to where, why now, and how ready each side is."""

    kind: Literal["step_down"]
    goal: Words
    destination: Destination
    ready_young_person: Words
    ready_home: Words
    expected_on: Day
    confirmed: bool = False
    way_back: ToThem


class StepDownBack(Part):
    """Stepping down is put off, or the young person came back: the placement goes on."""

    kind: Literal["step_down_back"]
    reason: Words


class PlaceLost(Part):
    """The home lost the place: its registration, or rooms. Taken by what is done to the home.

    `must_move` says that nobody may live there any longer.
    """

    kind: Literal["place_lost"]
    home_id: Code
    lost: Lost
    lost_on: Day
    reason: Words
    must_move: bool = False


class Outcomes(Part):
    """What came of a placement. A placement that ends without them opens a review."""

    goals_met: Literal["all", "some", "none"]
    education: Words
    health: Words
    young_person_says: Words


class End(Part):
    """The placement ended: planned or not, in whose interest, with the codes of the return."""

    kind: Literal["end"]
    ended_on: Day
    planned: bool
    in_their_interest: bool = False
    reason_code: ReasonEnded | None = None
    care_code: CareEnded = "X1"
    destination: Destination
    words: ToThem
    needs_place: bool = False
    outcomes: Outcomes | None = None


class LookBack(Part):
    """Where the young person is 52 weeks on, or what came of a placement that told no outcomes.

    `left_on` is the day on which somebody who stayed put left the home: their place is free then.
    """

    kind: Literal["look_back"]
    looked_on: Day
    settled: bool | None
    words: Words
    outcomes: Outcomes | None = None
    left_on: Day | None = None


Said = (
    Open | Amend | Submit | Withdraw | BandNeed | Verify | Shortlist | View | Call | Offer
    | WithdrawOffer | Impact | Accept | Decline | Visit | Approve | Evidence | Confirm | MoveIn
    | Reband | DisputeBand | AnswerDispute | Visited | Reviewed | StepDown | StepDownBack
    | PlaceLost | End | LookBack | Care | Reported
)  # fmt: skip
"""What a step can say."""

SAID: TypeAdapter[Said] = TypeAdapter(Annotated[Said, Field(discriminator="kind")])
KINDS: tuple[str, ...] = tuple(
    get_args(shape.model_fields["kind"].annotation)[0] for shape in get_args(Said)
)
"""Every kind of step, in the order of the process."""


def said_of(kind: str, payload: dict[str, Any]) -> Said:
    """What a step on record says; the record holds JSON."""
    return SAID.validate_json(json.dumps({"kind": kind, **payload}))


__all__ = [
    "KINDS",
    "SAID",
    "AnswerDispute",
    "Band",
    "Borough",
    "Care",
    "CareEnded",
    "Destination",
    "DisputeBand",
    "ReasonEnded",
    "Reported",
    "Said",
    "said_of",
]
