"""What must be done, by when, by whom, and by which regulation: told from the steps of a life.

A duty is never stored: it follows from what happened, so that none can be forgotten or left over.
Each is done by a step (a visit, a review, a piece of evidence) or still open; an open one past its
day is overdue. Periods that the contract sets are `terms`; those shipped are starting assumptions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from broker.life import steps as said
from broker.life.endings import DIED
from broker.life.gate import CONTRACT, DISPUTE, FIELD_PROCESS, REG_9, REG_11, REG_13, REG_14, REG_28
from broker.life.gates_of_placing import AREA_EVIDENCE
from broker.life.lapses import lapsed
from broker.life.state import LIVING, LOOKING, BandDisputed, Life, State, Taken, what
from broker.life.terms import Terms, terms_in_force
from broker.life.years import working_day_after
from matching.calendar import birthday
from pricing.calendar_months import add_months

REVIEWS = "Care Planning Regulations 2010 on reviews: 20 working days, then 3 months, then 6 months"
OUTCOMES = "every case closed without its outcomes is reviewed (brief, Suffolk)"
STATEMENT = (
    "Children’s Homes (England) Regulations 2015, regulations 14 and 16: needs within the home’s "
    "statement of purpose"
)
STANDARDS = (
    "Care Standards Act 2000, Part 2; Children Act 1989, section 22C(6)(c): registered homes"
)

ONE_WEEK = timedelta(days=7)
SIX_WEEKS = timedelta(weeks=6)


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


def duties(life: Life, terms: Terms | None = None) -> list[Duty]:
    """Every duty of a life, the next one of each kind included, in order of their days.

    `terms` are those of the home's contract if not given.
    """
    terms = terms or terms_in_force().of(life.contract)
    found = [
        *_looking(life),
        *_after_the_fact(life, terms),
        *_on_placing(life),
        *_visits(life),
        *_reviews(life),
        *_stepping_down(life, terms),
        *_losses(life, terms),
        *_outgrown(life),
        *_disputes(life, terms),
        *_after_the_end(life, terms),
    ]
    return sorted(found, key=lambda duty: (duty.due_on, duty.code, duty.what))


def next_due(life: Life, terms: Terms | None = None) -> Duty | None:
    """The open duty that is due first."""
    return next((duty for duty in duties(life, terms) if duty.done_on is None), None)


def _looking(life: Life) -> Iterator[Duty]:
    """Offers are answered; in an emergency a place is found on the day it is needed."""
    if life.state in LOOKING:
        for offer in life.open_offers:
            yield Duty(
                "OFFER", f"{offer.home} answers the offer", FIELD_PROCESS, offer.answer_by,
                "provider",
            )  # fmt: skip
    if life.emergency and life.sought and life.form is not None and life.form.needed_by:
        yield Duty(
            "EMERGENCY", "a place is found for a young person who needs one at once",
            FIELD_PROCESS, life.form.needed_by, "broker",
        )  # fmt: skip


def _done(life: Life, home: str, *kinds: said.EvidenceKind) -> date | None:
    found = [life.evidence.get((home, kind)) for kind in kinds]
    days = [what(step, said.Evidence).done_on for step in found if step is not None]
    return max(days) if len(days) == len(kinds) else None


def _after_the_fact(life: Life, terms: Terms) -> Iterator[Duty]:
    """What an emergency lets follow: verification, the visit's account, telling the area."""
    if not life.emergency or life.decision is None or life.state is State.WITHDRAWN:
        return
    decided = what(life.decision, said.Confirm)
    home, start = decided.home_id, decided.starts_on
    verified = life.verification
    if verified is not None and (not what(verified, said.Verify).passed or lapsed(life)):
        verified = None
    yield Duty(
        "L-VERIFY", "need and funding are verified by somebody other than the assessor",
        FIELD_PROCESS, working_day_after(start, terms.emergency_verify_days), "verifier",
        None if verified is None else verified.on,
    )  # fmt: skip
    visit = life.visits.get(home)
    yield Duty(
        "L-VISIT", "why there was no visit before moving in is recorded", FIELD_PROCESS,
        working_day_after(start, terms.emergency_verify_days), "assessor",
        None if visit is None else visit.on,
    )  # fmt: skip
    area = life.decision.facts.get("area")
    if area in AREA_EVIDENCE:
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
    start = life.starts_on
    if start is None or life.home is None or life.state is State.WITHDRAWN:
        return
    yield Duty(
        "L6", "the placement plan is written and signed, and the reviewing officer told", REG_9,
        working_day_after(start, 5), "assessor", _done(life, life.home, "placement_plan"),
    )  # fmt: skip


def _visits(life: Life) -> Iterator[Duty]:
    """Within a week, then at most six weeks apart; after a year three months if they stay to 18."""
    if life.moved_in is None:
        return
    text = "the social worker visits"
    first = what(life.moved_in, said.MoveIn).moved_in_on
    due = first + ONE_WEEK
    for day in sorted(what(step, said.Visited).visited_on for step in life.visited):
        yield Duty("L9", text, REG_28, due, "assessor", day)
        rarer = _stays_to_18(life) and day >= add_months(first, 12)
        due = add_months(day, 3) if rarer else day + SIX_WEEKS
    if _still_due(life, due):
        yield Duty("L9", text, REG_28, due, "assessor")


def _stays_to_18(life: Life) -> bool:
    """Whether the placement is intended to last until the young person is 18."""
    if life.decision is None or life.form is None or life.form.date_of_birth is None:
        return False
    planned = what(life.decision, said.Confirm).planned_until
    return planned >= birthday(life.form.date_of_birth, 18)


def _reviews(life: Life) -> Iterator[Duty]:
    """Within 20 working days, then three months later, then at most six months apart."""
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
    end = None if life.ending is None else what(life.ending, said.End).ended_on
    return life.state in LIVING or (end is not None and due < end)


def _stepping_down(life: Life, terms: Terms) -> Iterator[Duty]:
    """Whether and where to is written in time; after a way back it is written again."""
    if life.moved_in is None:
        return
    start = what(life.moved_in, said.MoveIn).moved_in_on
    planned = None if life.step_down is None else life.step_down.on
    due = add_months(start, terms.step_down_from_months)
    if life.stepped_back is not None:
        due = max(due, add_months(life.stepped_back.on, terms.step_down_again_months))
    if life.state in LIVING or planned is not None:
        yield Duty(
            "STEP-DOWN", "whether and where to step down is written: goal, readiness, destination",
            CONTRACT, due, "assessor", planned,
        )  # fmt: skip
    if life.step_down is not None and life.state is State.STEPPING_DOWN:
        one = what(life.step_down, said.StepDown)
        latest = add_months(start, terms.step_down_to_months)
        told = "" if one.expected_on <= latest else f" (later than the contract’s {latest})"
        yield Duty(
            "STEP-DOWN", f"the move to {one.destination.replace('_', ' ')} is confirmed{told}",
            CONTRACT, one.expected_on, "assessor",
            life.step_down.on if one.confirmed else None,
        )  # fmt: skip


def _losses(life: Life, terms: Terms) -> Iterator[Duty]:
    """Whoever lives where a place was lost is reviewed: whether they stay, and who moves."""
    if life.moved_in is None:
        return
    for step in life.lost:
        one = what(step, said.PlaceLost)
        if step.number < life.moved_in.number:
            continue
        if one.must_move:
            if life.state in LIVING:
                yield Duty(
                    "PLACE-LOST",
                    f"the young person moves, for nobody may live there: {one.reason}",
                    STANDARDS, one.lost_on, "broker",
                )  # fmt: skip
            continue
        due = working_day_after(max(one.lost_on, step.on), terms.lost_place_days)
        done = _first_review(life, step)
        if done is not None or _still_due(life, due):
            yield Duty(
                "PLACE-LOST", f"a review says whether the young person stays: {one.reason}",
                FIELD_PROCESS, due, "assessor", done,
            )  # fmt: skip


def _outgrown(life: Life) -> Iterator[Duty]:
    """A band that the home does not take is reviewed: needs are within what it may care for."""
    if not life.rebandings or life.moved_in is None:
        return
    step = life.rebandings[-1]
    if step.facts.get("home_takes_band") is not False:
        return
    due = working_day_after(step.on, 20)
    done = _first_review(life, step)
    if done is not None or _still_due(life, due):
        band = what(step, said.Reband).band
        yield Duty(
            "BAND", f"a review says whether the home can care for a need that is {band}",
            STATEMENT, due, "assessor", done,
        )  # fmt: skip


def answer_by(dispute: BandDisputed, terms: Terms) -> date:
    """The day by which a dispute of the band is answered."""
    return working_day_after(dispute.made.on, terms.dispute_days)


def _disputes(life: Life, terms: Terms) -> Iterator[Duty]:
    """A dispute of the band is answered in time; one that is upheld leads to banding anew."""
    if life.state is State.WITHDRAWN:
        return
    for one in life.disputes:
        answer = one.answered
        yield Duty(
            "DISPUTE",
            f"somebody who did not set the band answers {one.home}, which disputes it",
            DISPUTE, answer_by(one, terms), "broker", None if answer is None else answer.on,
        )  # fmt: skip
        if answer is None or not one.upheld:
            continue
        banded = [step for step in (*life.rebandings, life.banding) if step is not None]
        later = [step.on for step in banded if step.number > answer.number]
        if later or life.state in LOOKING | LIVING | {State.CONFIRMED}:
            yield Duty(
                "DISPUTE-BAND", f"the need is banded anew: the dispute of {one.home} was upheld",
                DISPUTE, working_day_after(answer.on, terms.dispute_upheld_days), "assessor",
                min(later, default=None),
            )  # fmt: skip


def _first_review(life: Life, step: Taken) -> date | None:
    """The day of the first review that was written after a step."""
    later = [one for one in life.reviews if one.number > step.number]
    return what(later[0], said.Reviewed).reviewed_on if later else None


def _after_the_end(life: Life, terms: Terms) -> Iterator[Duty]:
    """Late notices, a review where no outcomes were told, and a look 52 weeks on."""
    if life.ending is None:
        return
    end = what(life.ending, said.End)
    looks = [what(step, said.LookBack) for step in life.look_backs]
    if not end.planned and life.home is not None:
        yield Duty(
            "L8", "the reviewing officer and the others who must know are told of the ending",
            REG_14, working_day_after(end.ended_on, 10), "assessor",
            _done(life, life.home, "ending_notified"),
        )  # fmt: skip
    born = None if life.form is None else life.form.date_of_birth
    if life.stays_put and terms.staying_put_to_age and born is not None:
        yield Duty(
            "STAY-PUT", f"whoever stayed put has left the home by the age of "
            f"{terms.staying_put_to_age}, as the contract allows",
            CONTRACT, birthday(born, terms.staying_put_to_age), "broker", life.stayed_until,
        )  # fmt: skip
    if end.outcomes is None:
        told = [one.looked_on for one in looks if one.outcomes is not None]
        yield Duty(
            "OUTCOMES", "a review asks what came of the placement: it ended without its outcomes",
            OUTCOMES, working_day_after(end.ended_on, 10), "broker", min(told, default=None),
        )  # fmt: skip
    if end.planned and end.destination != "another_home" and end.care_code != DIED:
        week = end.ended_on + timedelta(weeks=terms.look_back_weeks)
        late = [one.looked_on for one in looks if one.looked_on >= week]
        yield Duty(
            "LOOK-BACK", f"whether the young person is settled {terms.look_back_weeks} weeks on",
            CONTRACT, week, "broker", min(late, default=None),
        )  # fmt: skip
