"""The steps that change no place: amended, rung, asked no longer, banded again, looked after."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import rule

from broker.database import writing
from broker.life import desk, steps
from broker.life.desk import Changed, read_life
from tests.integration.life.machine import PROVIDER, LifeCycle
from tests.integration.life.model import PLACES
from tests.whole_life import ASSESSOR, BROKER, manager


class WholeLife(LifeCycle):
    """Every kind of step, by many people, in any order."""

    @rule(referral=LifeCycle.lives, risk=st.sampled_from(["No known risk", "Risk Present"]))
    def amend(self, referral: str, risk: str) -> None:
        """More is known of a risk: what was signed before is of somebody else."""
        told = self.model.lives[referral]
        with writing(self.engine) as session:
            life = read_life(session, referral)
        assert life is not None
        assert life.form is not None
        new = life.form.model_copy(update={"risk_missing": risk})
        done = self.act(referral, ASSESSOR, "amend", form=new, reason="more is known") is not None
        assert done is (told.sought or told.state in ("draft", "received", "banded"))
        if done and told.risk != risk:
            told.signed.clear()
        if done:
            told.risk = risk

    @rule(referral=LifeCycle.lives, home=st.sampled_from(sorted(PLACES)))
    def ring(self, referral: str, home: str) -> None:
        told = self.model.lives[referral]
        said = {"spoke_to": "deputy", "said": "one room", "free_places": 1}
        done = self.act(referral, BROKER, "call", home_id=home, **said) is not None
        assert done is (told.sought or told.state in ("received", "banded"))

    @rule(referral=LifeCycle.lives, home=st.sampled_from(sorted(PLACES)))
    def ask_no_longer(self, referral: str, home: str) -> None:
        told = self.model.lives[referral]
        done = self.act(referral, BROKER, "withdraw_offer", home_id=home, reason="nearer")
        assert (done is not None) is (
            told.state in ("offered", "accepted") and told.offers.get(home) in ("open", "accepted")
        )
        if done is not None:
            told.offers[home] = "withdrawn"
            told.stand()

    @rule(
        referral=LifeCycle.lives, band=st.sampled_from(["low", "medium"]), days=st.integers(-3, 30)
    )
    def band_again(self, referral: str, band: str, days: int) -> None:
        told = self.model.lives[referral]
        day = self.today + timedelta(days)
        said = {"thresholds": "t2", "reason": "seen", "confirmed": True}
        done = self.act(referral, ASSESSOR, "reband", band=band, from_day=day, **said)
        placed = told.state in ("confirmed", "moved_in", "stepping_down")
        assert (done is not None) is (placed and told.starts is not None and told.starts <= day)

    @rule(referral=LifeCycle.lives, home=st.sampled_from(sorted(PLACES)), upheld=st.booleans())
    def dispute(self, referral: str, home: str, upheld: bool) -> None:
        """A home disputes the band, and is answered: neither changes the band or anything else."""
        told = self.model.lives[referral]
        if home not in told.offers:
            return
        asked = told.state in ("offered", "accepted") and told.offers[home] in ("open", "accepted")
        placed = told.state in ("confirmed", "moved_in", "stepping_down") and told.home == home
        said = {"home_id": home, "band": "specialist", "reason": "awake most nights"}
        done = self.act(referral, manager(PROVIDER, home), "dispute_band", **said) is not None
        assert done is (asked or placed)
        if not done:
            return
        assert self.act(referral, manager(PROVIDER, home), "dispute_band", **said) is None
        answer = {"home_id": home, "upheld": upheld, "reason": "the logs show it"}
        assert self.act(referral, BROKER, "answer_dispute", **answer) is not None
        assert self.act(referral, BROKER, "answer_dispute", **answer) is None

    @rule(
        referral=LifeCycle.lives,
        days=st.integers(-1, 1),
        kind=st.sampled_from(["visited", "reviewed"]),
    )
    def look_in(self, referral: str, days: int, kind: str) -> None:
        told = self.model.lives[referral]
        day = self.today + timedelta(days)
        said = {"outcome": "stay"} if kind == "reviewed" else {}
        done = self.act(referral, ASSESSOR, kind, words="x", **{f"{kind}_on": day}, **said)
        living = told.state in ("moved_in", "stepping_down") and told.starts is not None
        assert (done is not None) is (
            living and told.starts is not None and told.starts <= day <= self.today
        )

    @rule(referral=LifeCycle.lives)
    def look_back(self, referral: str) -> None:
        told = self.model.lives[referral]
        said = {"looked_on": self.today, "settled": True, "words": "asked"}
        done = self.act(referral, BROKER, "look_back", **said) is not None
        assert done is (told.state == "ended")

    @rule(referral=LifeCycle.lives)
    def act_on_an_older_version(self, referral: str) -> None:
        one = steps.Withdraw(kind="withdraw", reason="late")
        seen = self.model.lives[referral].version - 1
        with pytest.raises(Changed), writing(self.engine) as session:
            desk.take(session, BROKER, referral, one, self.moment(), seen=seen)

    @rule(referral=LifeCycle.lives)
    def come_back(self, referral: str) -> None:
        told = self.model.lives[referral]
        done = self.act(referral, ASSESSOR, "step_down_back", reason="not yet") is not None
        assert done is (told.state == "stepping_down" and self.model.fits(referral, None))
        if done:
            told.state = "moved_in"
            self.model.stay(referral).ends = None

    @rule(referral=LifeCycle.lives)
    def tell_of_care(self, referral: str) -> None:
        """What the return asks, once there is a placement; it moves nobody."""
        told = self.model.lives[referral]
        since = self.today - timedelta(days=30)
        said = {
            "child": "4711", "ethnicity": "NOBT", "upn": "UN3", "home_postcode": "E13 8AA",
            "place_provider": "PR4", "category_of_need": "N1", "looked_after_since": since,
            "legal": ({"from_day": since, "legal_status": "C2"},),
        }  # fmt: skip
        done = self.act(referral, ASSESSOR, "care", **said)
        placed = ("confirmed", "moved_in", "stepping_down", "ended")
        assert (done is not None) is (told.state in placed)

    @rule(referral=LifeCycle.lives, days=st.integers(-2, 1))
    def another_system_tells(self, referral: str, days: int) -> None:
        """Of a placement somewhere: it is kept, and moves nobody, wherever the referral stands."""
        day = self.today + timedelta(days)
        placed = {
            "urn": "H1", "placement_type": "Residential", "location": "E17", "placed_on": day,
            "preferred_location": True, "school_kept": False, "siblings_together": 0,
            "weekly_cost": 1, "placed_by": "them", "cost_on": day,
        }  # fmt: skip
        said = {"source": "f.json, record 1", "sha256": "0" * 64, "placement": placed}
        done = self.act(referral, ASSESSOR, "reported", referred_on=day, **said)
        assert (done is not None) is (days <= 0)

    def by_hand(self) -> None:
        """One life through every kind of step, and the model beside it at each."""
        referral = self.open("YP-A", False, ASSESSOR)
        self._each(
            lambda: self.amend(referral, "Risk Present"),
            lambda: self.go_on(referral, "H1", 4),
            lambda: self.ring(referral, "H1"),
            lambda: self.ask(referral, "H2", 0),
            lambda: self.ask_no_longer(referral, "H2"),
            lambda: self.answer(referral, "H1", 0),
            lambda: self.ask(referral, "H2", 0),
            lambda: self.answer(referral, "H2", 1),
            lambda: self.decide(referral, "H2", 0, True),
            lambda: self.band_again(referral, "low", 2),
            lambda: self.dispute(referral, "H2", True),
            lambda: self.move_in(referral),
            lambda: self.tell_of_care(referral),
            lambda: self.another_system_tells(referral, -1),
            lambda: self.look_in(referral, 0, "visited"),
            lambda: self.look_in(referral, 0, "reviewed"),
            lambda: self.step_down(referral, 9, True),
            lambda: self.come_back(referral),
            lambda: self.register("H2", "restricted"),
            lambda: self.end(referral, True),
            lambda: self.look_back(referral),
        )
        (again,) = set(self.model.lives) - {referral}
        self._each(lambda: self.withdraw(again, True))

    def _each(self, *steps: Callable[[], object]) -> None:
        for step in steps:
            step()
            self.the_records_agree()
