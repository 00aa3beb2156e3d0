"""In any order of steps sheet and letter agree with a simple model of where a referral stands."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable
from typing import Any, ClassVar

from hypothesis import HealthCheck, settings
from hypothesis.stateful import invariant, run_state_machine_as_test
from sqlalchemy import Engine
from sqlmodel import Session

from api.pages.render import environment
from broker.database import writing
from broker.life import steps as said
from broker.life.desk import read_life
from broker.life.letter import Letter, letter_of
from broker.life.sheet import Sheet, sheet_of
from broker.life.state import Life
from broker.life.telling import Silence
from tests.integration.life.machine_of_more import WholeLife
from tests.integration.life.model import PLACES, Told
from tests.whole_life import ASSESSOR, VERIFIER

EXAMPLES, STEPS = (20, 30) if os.environ.get("CI") else (6, 25)
NOBODY_DECIDED = (
    "Nobody has decided yet", "If all say yes", "One person decides", "How to say no",
    "could be a good home", "has to say yes",
)  # fmt: skip
"""What may be said while nobody has decided, and never after."""


KINDS = {
    *(f"letter: {one}" for one in ("not_sought", "waiting", "placed", "ended", "stopped")),
    *(f"sheet: {one}" for one in ("None", "not_sought", "thought_of", "decided", "lives", "other",
                                  "ended", "withdrawn")),
}  # fmt: skip
"""Every kind of letter and sheet, but those that tell of a death."""


def shown(template: str, **given: Any) -> str:
    """What a page says in its main part, without its markup."""
    frame: dict[str, Any] = {
        "title": "t",
        "errors": [],
        "actor": None,
        "sections": [],
        "path": "/",
        "hard": [],
    }
    page = environment().get_template(template).render({**frame, **given})
    main = page[page.index("<main") : page.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


class TellsTruly(WholeLife):
    """Every step, and after each of them what every young person is told."""

    seen: ClassVar[Counter[str]] = Counter()
    """How often each kind of sheet and letter was looked at."""

    @invariant()
    def what_they_are_told_agrees_with_the_model(self) -> None:
        with writing(self.engine) as session:
            for referral, told in self.model.lives.items():
                life = read_life(session, referral)
                assert life is not None
                self._letter(session, life, told)
                for home in PLACES:
                    self._sheet(session, life, told, home)

    def stopped_after_it_lapsed(self) -> None:
        """Homes are listed, the plan does not pass when it is verified anew, and it is stopped."""
        referral = self.open("YP-B", False, ASSESSOR)
        self._each(
            lambda: self.go_on(referral, "H1", 4),
            lambda: self.amend(referral, "Risk Present"),
            lambda: self.verify(referral, False, VERIFIER),
            lambda: self.withdraw(referral, True),
        )

    def _each(self, *steps: Callable[[], object]) -> None:
        for step in steps:
            super()._each(step)
            self.what_they_are_told_agrees_with_the_model()

    def _letter(self, session: Session, life: Life, told: Told) -> None:
        letter = letter_of(session, life, self.today)
        self.seen[f"letter: {letter.about if isinstance(letter, Letter) else letter}"] += 1
        if told.state in ("draft", "received") or (told.state == "banded" and not told.emergency):
            assert letter is Silence.NOT_SOUGHT
            return
        assert isinstance(letter, Letter)
        text = shown("letter.html", letter=letter, referral="R", today=self.today)
        if told.state == "withdrawn":
            stop = [step for step in life.steps if isinstance(step.said, said.Withdraw)][-1]
            assert letter.about == "stopped"
            assert stop.said.reason.lower() in text.lower()  # type: ignore[union-attr]
        elif told.state == "ended":
            assert letter.about == "ended"
            assert "That came to an end" in text
        elif told.home is not None:
            assert letter.about == "placed"
            assert ("You moved in at" in text) is (told.state in ("moved_in", "stepping_down"))
            assert ("You can live at" in text) is (told.state == "confirmed")
            assert ("You now plan your next home" in text) is (told.state == "stepping_down")
        else:
            assert letter.about == "waiting"
            asked = {one.home_id: one.stands for one in letter.homes if one.stands != "listed"}
            pending = {home: state for home, state in told.offers.items()
                       if state in ("open", "accepted")}  # fmt: skip
            assert asked == pending
            assert ("A home said yes to you" in text) is ("accepted" in pending.values())
            assert ("We are still looking" in text) is (not letter.homes and letter.waiting is None)
            others = {one.home_id for one in letter.homes} & set(told.offers)
            assert others == set(pending), "a home that said no may not be still"

    def _sheet(self, session: Session, life: Life, told: Told, home: str) -> None:
        sheet = sheet_of(session, life, home, self.today)
        self.seen[f"sheet: {sheet.about if isinstance(sheet, Sheet) else sheet}"] += 1
        if home not in life.shortlisted:
            assert sheet is None
        elif told.state in ("withdrawn", "ended"):
            assert sheet is Silence(told.state)
        elif told.state in ("draft", "received") or (told.state == "banded" and not told.emergency):
            assert sheet is Silence.NOT_SOUGHT
        else:
            assert isinstance(sheet, Sheet)
            text = shown("sheet.html", sheet=sheet, referral="R", today=self.today)
            living = told.state in ("moved_in", "stepping_down")
            decided = told.home is not None
            assert sheet.living + living * (told.home == home) <= PLACES[home]
            assert ("You live here" in text) is (living and told.home == home)
            assert ("You can move in from" in text) is (
                told.state == "confirmed" and told.home == home
            )
            assert ("you live in another one" in text) is (decided and told.home != home)
            assert ("The home said no" in text) is (told.offers.get(home) == "declined")
            assert ("We have asked the home" in text) is (
                not decided and told.offers.get(home) == "open"
            )
            if decided or told.offers.get(home) in ("declined", "withdrawn"):
                late = NOBODY_DECIDED if decided else ("If all say yes", "could be a good home")
                assert [one for one in late if one in text] == []
            else:
                assert "Nobody has decided yet" in text


def test_sheet_and_letter_agree_with_the_state_in_any_order_of_steps(
    emptied: Callable[[], Engine],
) -> None:
    class OnThisDatabase(TellsTruly):
        fresh = staticmethod(emptied)
        seen: ClassVar[Counter[str]] = Counter()

    run_state_machine_as_test(
        OnThisDatabase,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    by_hand = OnThisDatabase()
    by_hand.by_hand()
    by_hand.stopped_after_it_lapsed()
    by_hand.teardown()
    assert set(OnThisDatabase.seen) == KINDS
