"""Steps of many people in any order, tried on the desk and on a simple model of it.

The model is plain Python and shares no code with the desk: who has which place on which days, where
each referral stands and at which version. What the desk allows, the model must allow, and the other
way round where the model knows; after every step the records agree with both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule
from sqlalchemy import Engine

from broker.access.actor import Actor
from broker.audit.chain import verify
from broker.database import writing
from broker.importing import import_case
from broker.life import desk, lost, steps
from broker.life.desk import Moment, Shut, read_life
from broker.life.state import Life
from broker.sample.whole_form import whole_form
from broker.store.put import rows_of
from broker.store.shelves import SHELVES
from broker.tables import StepRow
from tests.integration.life.agrees import agrees
from tests.integration.life.model import PEOPLE, PLACES, Model, Stay, Told
from tests.whole_life import ASSESSOR, BROKER, DIRECTOR, OFFICER, VERIFIER, manager, sign_agreements

FIRST = date(2026, 9, 7)
PROVIDER = "P1"

BORN = {who: date(2012, 9, 9) + timedelta(days=40 * at) for at, who in enumerate(PEOPLE)}
OTHER = Actor("verifier-2", VERIFIER.role, VERIFIER.organisation, VERIFIER.kind)
CASE = Path(__file__).with_name("two-homes")


class LifeCycle(RuleBasedStateMachine):
    """Several young people, two homes with three places, and everybody who acts for them."""

    fresh: Callable[[], Engine]
    lives = Bundle("lives")

    taken: ClassVar[Counter[str]] = Counter()
    """How often a step of each kind was taken, over all machines."""

    def __init__(self) -> None:
        super().__init__()
        self.engine = type(self).fresh()
        self.today = FIRST
        self.minutes = 0
        self.model = Model()
        with writing(self.engine) as session:
            import_case(
                session, CASE, by="test", when=datetime(2026, 9, 4, 8, tzinfo=UTC), hold_day=True
            )
            sign_agreements(session)

    def moment(self) -> Moment:
        self.minutes += 1
        at = datetime(self.today.year, self.today.month, self.today.day, 6, tzinfo=UTC)
        return Moment(at + timedelta(seconds=self.minutes), self.today)

    def act(self, referral: str, who: Actor, kind: str, **said: Any) -> Life | None:
        """Take a step as it was last seen; None where it is refused, and then nothing changed."""
        one = steps.SAID.validate_python({"kind": kind, **said}, strict=True)
        seen = self.model.lives[referral].version
        try:
            with writing(self.engine) as session:
                life = desk.take(session, who, referral, one, self.moment(), seen=seen)
        except Shut:
            return None
        self.model.lives[referral].version += 1
        return life

    @initialize(
        target=lives,
        begun=st.lists(
            st.tuples(st.booleans(), st.integers(0, 7), st.sampled_from(sorted(PLACES))),
            min_size=2,
            max_size=len(PEOPLE),
        ),
    )
    def begin(self, begun: list[tuple[bool, int, str]]) -> Any:
        """Several referrals, each somewhere on the usual way."""
        for who, (emergency, often, home) in zip(PEOPLE, begun, strict=False):
            self.go_on(self.open(who, emergency, ASSESSOR), home, often)
        return multiple(*self.model.lives)

    @rule(
        target=lives,
        who=st.sampled_from(PEOPLE),
        emergency=st.booleans(),
        by=st.sampled_from([ASSESSOR, BROKER]),
    )
    def open(self, who: str, emergency: bool, by: Actor) -> Any:
        told = whole_form(young_person_id=who, date_of_birth=BORN[who], needed_by=self.today)
        one = steps.Open(kind="open", form=told, emergency=emergency)
        taken = any(each.who == who and each.live for each in self.model.lives.values())
        life = self._opened(by, one)
        assert (life is None) is taken, "a young person has one live referral"
        if life is None:
            return multiple()
        self.model.lives[life.referral] = Told(who, emergency=emergency)
        return life.referral

    def _opened(self, by: Actor, one: steps.Open) -> Life | None:
        try:
            with writing(self.engine) as session:
                return desk.open_life(session, by, one, self.moment())
        except Shut:
            return None

    @rule(referral=lives)
    def submit(self, referral: str) -> None:
        told = self.model.lives[referral]
        done = self.act(referral, ASSESSOR, "submit") is not None
        assert done is (told.state == "draft")
        if done:
            told.state = "received"

    @rule(referral=lives)
    def band(self, referral: str) -> None:
        told = self.model.lives[referral]
        said = {"band": "medium", "thresholds": "t1", "reason": "by the thresholds"}
        done = self.act(referral, ASSESSOR, "band", **said) is not None
        again = told.lapsed and told.sought and told.state != "banded"
        assert done is (told.state in ("received", "banded") or again)
        if done:
            told.state = told.state if again else "banded"
            told.banded_since = told.verified_of is not None

    @rule(referral=lives, passed=st.booleans(), by=st.sampled_from([VERIFIER, VERIFIER, OTHER]))
    def verify(self, referral: str, passed: bool, by: Actor) -> None:
        told = self.model.lives[referral]
        said = {"need_met": passed, "funding_agreed": True, "reason": "looked at"}
        done = self.act(referral, by, "verify", **said) is not None
        late = told.emergency and told.live and told.state not in ("draft", "received")
        again = told.lapsed and told.sought
        assert done is (told.state == "banded" or late or again)
        if not done:
            return
        told.verified_of, told.banded_since = (told.risk if passed else None), False
        if told.state == "banded" and (passed or not told.emergency):
            told.state = "verified" if passed else "received"
        elif not passed and not told.emergency:
            told.take_back()
            told.state = "received"

    @rule(referral=lives, homes=st.permutations(sorted(PLACES)))
    def shortlist(self, referral: str, homes: list[str]) -> None:
        told = self.model.lives[referral]
        listed = tuple({"home_id": one, "source": "options", "reason": "near"} for one in homes)
        if self.act(referral, BROKER, "shortlist", homes=listed) is None:
            return
        assert told.sought
        assert not told.shut
        if told.state not in ("offered", "accepted"):
            told.state = "shortlisted"

    @rule(referral=lives, home=st.sampled_from(sorted(PLACES)), days=st.integers(0, 3))
    def ask(self, referral: str, home: str, days: int) -> None:
        """Shortlist where there is none, hear the young person, offer, and assess."""
        told = self.model.lives[referral]
        if told.state in ("verified",) or (told.emergency and told.state == "banded"):
            self.shortlist(referral, sorted(PLACES))
        heard = {"said_on": self.today, "wish": "wants", "heard_by": "worker"}
        self.act(referral, ASSESSOR, "view", home_id=home, how_considered="first", **heard)
        day = self.today + timedelta(days)
        offer = {"home_id": home, "starts_on": day, "answer_by": self.today}
        if self.act(referral, BROKER, "offer", **offer) is None:
            return
        assert told.state in ("shortlisted", "offered", "accepted")
        assert not told.shut
        assert told.offers.get(home) not in ("open", "accepted", "declined")
        assert self.model.free(home, day, told.who), "no home is asked for a place that it has not"
        told.offers[home] = "open"
        told.signed.discard(home)
        told.state = told.state if told.state == "accepted" else "offered"

    @rule(referral=lives, home=st.sampled_from(sorted(PLACES)), together=st.booleans())
    def assess(self, referral: str, home: str, together: bool) -> None:
        told = self.model.lives[referral]
        said = {
            "on_residents": "x",
            "on_young_person": "y",
            "what_will_be_done": "z",
            "can_live_together": together,
            "signed": True,
        }
        if told.offers.get(home) is None:
            return
        done = self.act(referral, manager(PROVIDER, home), "impact", home_id=home, **said)
        asked = told.offers[home] in ("open", "accepted")
        assert (done is not None) is (asked and told.sought)
        if done is not None:
            (told.signed.add if together else told.signed.discard)(home)

    @rule(referral=lives, home=st.sampled_from(sorted(PLACES)), yes=st.sampled_from([1, 1, 1, 0]))
    def answer(self, referral: str, home: str, yes: int) -> None:
        told = self.model.lives[referral]
        if told.offers.get(home) is None:
            return
        who = manager(PROVIDER, home)
        if yes and told.offers[home] == "open" and home not in told.signed:
            self.assess(referral, home, True)
        if yes:
            done = self.act(referral, who, "accept", home_id=home)
            may = told.offers[home] == "open" and home in told.signed
        else:
            done = self.act(
                referral, who, "decline", home_id=home, code="staffing", words="no night staff"
            )
            may = told.offers[home] in ("open", "accepted")
        assert (done is not None) is (may and told.state in ("offered", "accepted"))
        if done is None:
            return
        told.offers[home] = "accepted" if yes else "declined"
        told.stand()

    @rule(
        referral=lives,
        home=st.sampled_from(sorted(PLACES)),
        days=st.integers(0, 3),
        anew=st.booleans(),
    )
    def decide(self, referral: str, home: str, days: int, anew: bool = True) -> None:
        """Assess anew, visit, hear, approve, tell the area; then a named person decides."""
        told = self.model.lives[referral]
        if anew and told.offers.get(home) == "accepted" and home not in told.signed:
            self.assess(referral, home, True)
        if told.state == "accepted":
            self.act(referral, ASSESSOR, "visit", home_id=home, visited_on=self.today)
            heard = {"said_on": self.today, "wish": "wants", "heard_by": "worker"}
            self.act(referral, ASSESSOR, "view", home_id=home, how_considered="first", **heard)
            for approval, who in (("nominated_officer", OFFICER), ("director", DIRECTOR)):
                granted = {"granted": True, "reason": "considered"}
                self.act(referral, who, "approve", home_id=home, approval=approval, **granted)
            for evidence in ("area_notified", "area_consulted", "care_plan_copied"):
                sent = {"done_on": self.today, "reference": "letter"}
                self.act(referral, ASSESSOR, "evidence", home_id=home, evidence=evidence, **sent)
        day = self.today + timedelta(days)
        done = self.act(
            referral, BROKER, "confirm", home_id=home, starts_on=day,
            planned_until=day + timedelta(270), reason="the right home", school_kept=True,
        )  # fmt: skip
        may = told.state == "accepted" and told.offers.get(home) == "accepted"
        may = may and home in told.signed and not told.shut
        assert (done is not None) is (may and self.model.free(home, day, told.who))
        if done is None:
            return
        told.state, told.home, told.starts = "confirmed", home, day
        told.offers = {
            one: "withdrawn" if one != home and state in ("open", "accepted") else state
            for one, state in told.offers.items()
        }
        if not any(one.who == told.who and one.home == home for one in self.model.stays):
            self.model.came(home, told.who)
        self.model.stays.append(Stay(referral, told.who, home, day))

    @rule(referral=lives, home=st.sampled_from(sorted(PLACES)), often=st.integers(1, 6))
    def go_on(self, referral: str, home: str, often: int) -> None:
        """The next steps of the usual way, so that much is tried far down it."""
        for _ in range(often):
            match self.model.lives[referral].state:
                case "draft":
                    self.submit(referral)
                case "received":
                    self.band(referral)
                case "banded" if not self.model.lives[referral].emergency:
                    self.verify(referral, True, VERIFIER)
                case "banded" | "verified" | "shortlisted":
                    self.ask(referral, home, 0)
                case "offered":
                    self.answer(referral, home, 1)
                case "accepted":
                    self.decide(referral, home, 0)
                case "confirmed":
                    self.move_in(referral)

    @rule(referral=lives)
    def move_in(self, referral: str) -> None:
        told = self.model.lives[referral]
        done = self.act(referral, BROKER, "move_in", moved_in_on=self.today) is not None
        assert done is (
            told.state == "confirmed" and told.starts is not None and told.starts <= self.today
        )
        if done:
            told.state, told.starts = "moved_in", self.today

    @rule(referral=lives, days=st.integers(0, 30), confirmed=st.booleans())
    def step_down(self, referral: str, days: int, confirmed: bool) -> None:
        told = self.model.lives[referral]
        day = self.today + timedelta(days)
        said = {"goal": "g", "destination": "family", "ready_young_person": "y"}
        done = self.act(
            referral, ASSESSOR, "step_down", ready_home="h", way_back="w", expected_on=day,
            confirmed=confirmed, **said,
        )  # fmt: skip
        may = told.state in ("moved_in", "stepping_down")
        ends = day if confirmed else None
        assert (done is not None) is (may and self.model.fits(referral, ends))
        if done is not None:
            told.state = "stepping_down"
            self.model.stay(referral).ends = ends

    @rule(target=lives, referral=lives, again=st.booleans())
    def end(self, referral: str, again: bool) -> Any:
        told = self.model.lives[referral]
        said = {"ended_on": self.today, "planned": False, "reason_code": "CREQB"}
        may = told.state in ("moved_in", "stepping_down") and self.model.fits(referral, self.today)
        life = self.act(
            referral, BROKER, "end", destination="other", words="it did not hold",
            needs_place=again, **said,
        )  # fmt: skip
        assert (life is not None) is may
        if life is None:
            return multiple()
        told.state = "ended"
        self.model.stay(referral).ends = self.today
        assert (life.follow_up is not None) is again
        if life.follow_up is None:
            return multiple()
        self.model.lives[life.follow_up] = Told(
            told.who, "banded", 3, emergency=True, risk=told.risk
        )
        return life.follow_up

    @rule(referral=lives, sure=st.sampled_from([False, False, False, True]))
    def withdraw(self, referral: str, sure: bool) -> None:
        told = self.model.lives[referral]
        if not sure and told.live:
            return
        done = self.act(referral, ASSESSOR, "withdraw", reason="went home") is not None
        assert done is (told.live and told.state not in ("moved_in", "stepping_down"))
        if done:
            told.state = "withdrawn"
            if told.home is not None:
                self.model.gone(referral)
            told.take_back()

    @rule(home=st.sampled_from(sorted(PLACES)), registration=st.sampled_from(
        ["restricted", "suspended", "registered", "registered"]))  # fmt: skip
    def register(self, home: str, registration: str) -> None:
        """A home loses or regains its registration; it is given back before the next step."""
        if registration == "registered":
            return
        self._change(home, registration=registration)
        for referral, told in list(self.model.lives.items()):
            asked = told.offers.get(home) in ("open", "accepted")
            if told.state == "confirmed" and told.home == home:
                self.model.gone(referral)
                told.version, told.home, told.starts = told.version + 1, None, None
                told.offers[home] = "withdrawn"
                told.stand()
            elif told.sought and asked:
                told.version += 1
                told.offers[home] = "withdrawn"
                told.stand()
            elif told.state in ("moved_in", "stepping_down") and told.home == home:
                told.version += 1
                if registration == "suspended" and self.model.fits(referral, self.today):
                    told.version, told.state = told.version + 1, "ended"
                    self.model.stay(referral).ends = self.today
                    with writing(self.engine) as session:
                        life = read_life(session, referral)
                    assert life is not None
                    assert life.follow_up is not None
                    self.model.lives[life.follow_up] = Told(
                        told.who, "banded", 3, emergency=True, risk=told.risk
                    )
        self._change(home, registration="registered")

    def _change(self, home: str, **columns: str) -> None:
        with writing(self.engine) as session:
            row = rows_of(session, "homes", {"home_id": home})[0]
            record = {**SHELVES["homes"].record(row), **columns}
            seen = lost.home_version(session, home)
            assert seen is not None
            told = lost.Change("so we heard", record)
            lost.change_home(session, BROKER, home, told, self.moment(), seen=seen)

    @rule(days=st.integers(1, 9))
    def days_pass(self, days: int) -> None:
        self.today += timedelta(days)

    @invariant()
    def the_records_agree(self) -> None:
        with writing(self.engine) as session:
            agrees(session, self.model)

    def teardown(self) -> None:
        with writing(self.engine) as session:
            found = verify(session)
            kinds = list(session.execute(sa.select(StepRow.__table__.c.kind)).scalars())
        taken = len(kinds)
        type(self).taken.update(kinds)
        assert not found.broken
        assert found.entries >= taken, "every step stands in the audit"
        if self.engine.dialect.name == "sqlite":
            self.engine.dispose()
