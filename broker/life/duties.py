"""What must be done, by when, by whom, and by which regulation: told from the steps of a life.

A duty is never stored: it follows from what happened, so that none can be forgotten or left over.
Each is done by a step (a visit, a review, a piece of evidence) or still open; an open one past its
day is overdue. Periods that the contract sets are `Terms`; those shipped are starting assumptions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from broker.life import steps as said
from broker.life.gates import REG_10, REG_11, approvals_needed
from broker.life.state import CLOSED, LIVING, LOOKING, Life, State, Taken, what
from broker.life.years import add_months, working_day_after

REG_9 = "Care Planning, Placement and Case Review (England) Regulations 2010, regulation 9"
REG_13 = (
    "Care Planning, Placement and Case Review (England) Regulations 2010, regulation 13(4), as "
    "substituted by SI 2013/3239"
)
REG_28 = "Care Planning, Placement and Case Review (England) Regulations 2010, regulation 28(2)"
REVIEWS = "Care Planning Regulations 2010 on reviews: 20 working days, then 3 months, then 6 months"
CONTRACT = "the block contract: stepping down after 6 to 9 months (a term to be set by contract)"
PROCESS = "process of the brokerage"

ONE_WEEK = timedelta(days=7)
SIX_WEEKS = timedelta(weeks=6)


@dataclass(frozen=True, slots=True)
class Terms:
    """Periods that are contract or policy, not law. Shipped values are starting assumptions."""

    step_down_from_months: int = 6
    step_down_to_months: int = 9
    look_back_weeks: int = 52
    emergency_verify_days: int = 1


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing to be done by a day: open while `done_on` is None."""

    code: str
    what: str
    source: str
    due_on: date
    who: str
    done_on: date | None = None

    def overdue(self, today: date) -> bool:
        """Whether it is still open after its day."""
        return self.done_on is None and today > self.due_on

    def to_json(self, today: date) -> dict[str, object]:
        """The duty as an answer shows it."""
        return {
            "code": self.code,
            "what": self.what,
            "source": self.source,
            "due_on": self.due_on.isoformat(),
            "who": self.who,
            "done_on": None if self.done_on is None else self.done_on.isoformat(),
            "overdue": self.overdue(today),
        }


def duties(life: Life, today: date, terms: Terms | None = None) -> list[Duty]:
    """Every duty of a life up to a day, the next one due included, in order of their days."""
    terms = terms or Terms()
    found = [
        *_answers(life),
        *_after_the_fact(life, terms),
        *_on_placing(life),
        *_visits(life, today),
        *_reviews(life, today),
        *_stepping_down(life, terms),
        *_after_the_end(life, terms),
    ]
    return sorted(found, key=lambda duty: (duty.due_on, duty.code, duty.what))


def next_due(life: Life, today: date, terms: Terms | None = None) -> Duty | None:
    """The open duty that is due first."""
    return next((duty for duty in duties(life, today, terms) if duty.done_on is None), None)


def _answers(life: Life) -> Iterator[Duty]:
    if life.state not in LOOKING:
        return
    for offer in life.open_offers:
        yield Duty("OFFER", f"{offer.home} answers the offer", PROCESS, offer.answer_by, "provider")


def _starts_on(life: Life) -> date | None:
    if life.moved_in is not None:
        return what(life.moved_in, said.MoveIn).moved_in_on
    return None if life.decision is None else what(life.decision, said.Confirm).starts_on


def _done(life: Life, home: str, *kinds: said.EvidenceKind) -> date | None:
    found = [life.evidence.get((home, kind)) for kind in kinds]
    days = [what(step, said.Evidence).done_on for step in found if step is not None]
    return max(days) if len(days) == len(kinds) else None


def _after_the_fact(life: Life, terms: Terms) -> Iterator[Duty]:
    """What an emergency lets follow: verification, the visit's account, telling the area."""
    if not life.emergency or life.decision is None or life.home is None:
        return
    home = life.home
    start = what(life.decision, said.Confirm).starts_on
    verified = None
    if life.verification is not None:
        verified = life.verification.on
    yield Duty(
        "L-VERIFY", "need and funding are verified by somebody other than the assessor", PROCESS,
        working_day_after(start, terms.emergency_verify_days), "verifier", verified,
    )  # fmt: skip
    visit = life.visits.get(home)
    yield Duty(
        "L-VISIT", "why there was no visit before moving in is recorded", PROCESS,
        working_day_after(start, terms.emergency_verify_days), "assessor",
        None if visit is None else visit.on,
    )  # fmt: skip
    area = life.decision.facts.get("area")
    if area in ("adjoining", "distant"):
        yield Duty(
            "L5", "the area’s authority is notified in writing, with the assessment of needs and "
            "the reasons", REG_13, working_day_after(start, 5), "assessor",
            _done(life, home, "area_notified"),
        )  # fmt: skip
    if area == "distant":
        yield Duty(
            "L4", "the area’s authority is consulted and has a copy of the care plan", REG_11,
            working_day_after(start, 5), "assessor",
            _done(life, home, "area_consulted", "care_plan_copied"),
        )  # fmt: skip


def _on_placing(life: Life) -> Iterator[Duty]:
    start = _starts_on(life)
    if start is None or life.home is None or life.state is State.WITHDRAWN:
        return
    yield Duty(
        "L6", "the placement plan is written and signed, and the reviewing officer told", REG_9,
        working_day_after(start, 5), "assessor", _done(life, life.home, "placement_plan"),
    )  # fmt: skip


def _end_of_living(life: Life) -> date | None:
    return None if life.ending is None else what(life.ending, said.End).ended_on


def _visits(life: Life, today: date) -> Iterator[Duty]:
    """Within a week of moving in, then at most six weeks after the one before."""
    if life.moved_in is None:
        return
    text = "the social worker visits"
    due = what(life.moved_in, said.MoveIn).moved_in_on + ONE_WEEK
    for step in sorted(life.visited, key=lambda each: what(each, said.Visited).visited_on):
        day = what(step, said.Visited).visited_on
        yield Duty("L9", text, REG_28, due, "assessor", day)
        due = day + SIX_WEEKS
    if _still_due(life, due):
        yield Duty("L9", text, REG_28, due, "assessor")


def _reviews(life: Life, today: date) -> Iterator[Duty]:
    if life.moved_in is None:
        return
    text = "the placement is reviewed"
    due = working_day_after(what(life.moved_in, said.MoveIn).moved_in_on, 20)
    days = sorted(what(step, said.Reviewed).reviewed_on for step in life.reviews)
    for number, day in enumerate(days):
        yield Duty("L10", text, REVIEWS, due, "assessor", day)
        due = add_months(day, 3 if number == 0 else 6)
    if _still_due(life, due):
        yield Duty("L10", text, REVIEWS, due, "assessor")


def _still_due(life: Life, due: date) -> bool:
    """A duty of living there falls away with the placement, unless it was due before the end."""
    end = _end_of_living(life)
    return life.state in LIVING or (end is not None and due < end)


def _stepping_down(life: Life, terms: Terms) -> Iterator[Duty]:
    if life.moved_in is None:
        return
    start = what(life.moved_in, said.MoveIn).moved_in_on
    planned = None if life.step_down is None else life.step_down.on
    if life.state in LIVING or planned is not None:
        yield Duty(
            "STEP-DOWN", "whether and where to step down is written: goal, readiness, destination",
            CONTRACT, add_months(start, terms.step_down_from_months), "assessor", planned,
        )  # fmt: skip
    if life.state is State.STEPPING_DOWN and life.step_down is not None:
        one = what(life.step_down, said.StepDown)
        latest = add_months(start, terms.step_down_to_months)
        told = "" if one.expected_on <= latest else f" (later than the contract’s {latest})"
        yield Duty(
            "STEP-DOWN", f"the move to {one.destination.replace('_', ' ')} is confirmed{told}",
            CONTRACT, one.expected_on, "assessor",
            life.step_down.on if one.confirmed else None,
        )  # fmt: skip


def _after_the_end(life: Life, terms: Terms) -> Iterator[Duty]:
    if life.ending is None:
        return
    end = what(life.ending, said.End)
    looked = life.look_back
    if end.outcomes is None:
        done = None
        if looked is not None and what(looked, said.LookBack).outcomes is not None:
            done = looked.on
        yield Duty(
            "OUTCOMES", "a review asks what came of the placement: it ended without its outcomes",
            "every case closed without its outcomes is reviewed (brief, Suffolk)",
            working_day_after(end.ended_on, 10), "broker", done,
        )  # fmt: skip
    if end.planned and end.destination != "another_home":
        week = end.ended_on + timedelta(weeks=terms.look_back_weeks)
        day = None if looked is None else what(looked, said.LookBack).looked_on
        yield Duty(
            "LOOK-BACK", "whether the young person is settled 52 weeks on", CONTRACT, week,
            "broker", day if day is not None and day >= week else None,
        )  # fmt: skip


def pending_approvals(
    life: Life, home: str, area: str | None, on: date
) -> list[tuple[str, str, str]]:
    """(kind, sentence, source) of each approval a home needs and has not."""
    return [
        (kind, sentence, REG_10 if kind == "key_stage_4" else REG_11)
        for kind, sentence in approvals_needed(life, home, area, on).items()
        if (home, kind) not in life.approvals
        or not what(life.approvals[home, kind], said.Approve).granted
    ]


__all__ = ["CLOSED", "Duty", "Taken", "Terms", "duties", "next_due", "pending_approvals"]
