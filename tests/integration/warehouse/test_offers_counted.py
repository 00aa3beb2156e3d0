"""What is an answer of a home: a yes or a no, and not that an offer was withdrawn before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

import pytest
from sqlalchemy import Engine

from broker.database import writing
from broker.reports.form import Period
from broker.reports.make import make
from broker.warehouse import build
from tests.integration.warehouse.agreeing import agree, grouped
from tests.integration.warehouse.rows import KEYS, gone, steps_told
from tests.integration.warehouse.test_figures import at_home
from tests.whole_life import ASSESSOR, BROKER, COMMISSIONER, HOME, SECOND, VERIFIER, Teller, manager

TODAY = date(2026, 12, 9)
QUARTER = Period(date(2026, 7, 1), date(2026, 10, 1))
A_THIRD = Fraction(1, 3)


@pytest.fixture
def asked(region: Engine) -> Iterator[Engine]:
    """Six offers: a no, two yes of which one was chosen, two withdrawn unanswered, one open."""
    with writing(region) as session:
        chosen = Teller(session)
        chosen.to_verified()
        chosen.shortlist(HOME, SECOND)
        chosen.accepted_by(SECOND, "P1")
        chosen.accepted_by(HOME, "P2")
        chosen.ready()
        chosen.confirm()
        refused = Teller(session, minutes=200)
        refused.to_verified(**at_home(1))
        refused.shortlist(SECOND)
        refused.view(SECOND)
        refused.offer(SECOND)
        refused.take(manager("P1", SECOND), "decline", home_id=SECOND, code="staffing", words="few")
        taken_back = Teller(session, minutes=400)
        taken_back.to_verified(**at_home(2))
        taken_back.shortlist(SECOND)
        taken_back.view(SECOND)
        taken_back.offer(SECOND)
        taken_back.take(BROKER, "withdraw_offer", home_id=SECOND, reason="asked in error")
        lapsed = Teller(session, minutes=600)
        lapsed.to_verified(**at_home(3))
        lapsed.shortlist(SECOND)
        lapsed.view(SECOND)
        lapsed.offer(SECOND)
        assert lapsed.life.form is not None
        form = lapsed.life.form.model_copy(update={"planned_months": 7})
        lapsed.take(ASSESSOR, "amend", form=form, reason="more is known")
        lapsed.take(VERIFIER, "verify", need_met=False, funding_agreed=True, reason="not so")
        waiting = Teller(session, minutes=800)
        waiting.to_verified(**at_home(4))
        waiting.shortlist(SECOND)
        waiting.view(SECOND)
        waiting.offer(SECOND)
    yield region
    gone(region)


def test_an_offer_withdrawn_unanswered_is_no_answer_in_any_report(asked: Engine) -> None:
    with writing(asked) as session:
        build.refresh(session, KEYS, TODAY)
        agree(session, steps_told(session), QUARTER, TODAY)
        flow, equality, providers = (
            make(session, COMMISSIONER, name, QUARTER) for name in ("flow", "equality", "providers")
        )
    assert grouped(flow, "Offers by provider") == {
        "P1": [5, 1, 2, None, 2], "P2": [1, 0, 1, None, 0], "in all": [6, 1, 3, A_THIRD, 2],
    }  # fmt: skip
    assert grouped(flow, "By borough")["in all"][-5:] == [6, 1, 3, A_THIRD, 2]
    assert grouped(flow, "Offers and refusals") == {
        "accepted": [2, 3, 1 - A_THIRD], "the home had not the staff": [1, 3, A_THIRD],
    }  # fmt: skip
    assert grouped(flow, "Offers withdrawn") == {
        "another home was decided for": [1, 0, 1],
        "an amended referral was verified anew, and not passed": [1, 1, 0],
        "the brokerage withdrew it": [1, 1, 0],
    }
    [women] = grouped(equality, "By sex").values()
    assert women[8:11] == [3, A_THIRD, 2]
    said = grouped(providers, "Offers accepted, of those answered")
    assert {name: row[:2] for name, row in said.items()} == {
        "P1": [1, 2], "P2": [1, 1], "in all": [2, 3],
    }  # fmt: skip
