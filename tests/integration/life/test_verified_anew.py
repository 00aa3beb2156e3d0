"""A form amended after it was verified is verified anew, and a risk can always be told."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlmodel import Session

from broker.life import desk
from broker.life.desk import Shut
from broker.life.duties import duties
from broker.life.form import Avoided, Form
from broker.life.lapses import WHAT_IS_VERIFIED, lapsed
from broker.life.scope import homes_of
from broker.life.show import seen_by, show
from broker.life.state import Life, State
from tests.whole_life import (
    ASSESSOR,
    BROKER,
    HOME,
    SECOND,
    STARTS,
    TODAY,
    VERIFIER,
    Teller,
    gaps,
    sign_agreements,
)

PRESENT = {"risk_missing": "Risk Present"}


def amend(told: Teller, **changed: Any) -> Life:
    assert told.life.form is not None
    form = told.life.form.model_copy(update=changed)
    return told.take(ASSESSOR, "amend", form=form, reason="more is known")


def verify(told: Teller, *, met: bool = True) -> Life:
    return told.take(VERIFIER, "verify", need_met=met, funding_agreed=True, reason="checked anew")


def shown(session: Session, life: Life) -> dict[str, Any]:
    return show(life, seen_by(BROKER, life, homes_of(session, BROKER)), TODAY)


def test_an_amended_need_shuts_shortlist_offer_and_decision_until_verified_anew(
    on_record: Session,
) -> None:
    told = Teller(on_record)
    told.to_verified()
    amend(told, **PRESENT)
    with pytest.raises(
        Shut, match="the verification lapsed: amended since were risk_missing"
    ) as no:
        told.shortlist(HOME)
    assert "VERIFIED" in gaps(no)
    read = shown(on_record, told.life)
    assert read["verification"]["amended_since"] == ["risk_missing"]
    assert "the verification lapsed" in read["notices"][0]
    verify(told)
    assert shown(on_record, told.life)["notices"] == []
    told.shortlist(HOME)
    amend(told, needed_by=date(2026, 9, 10))
    told.view()
    with pytest.raises(Shut) as no:
        told.offer()
    assert gaps(no) == {"VERIFIED"}
    verify(told)
    told.accepted_by(HOME, "P2")
    told.ready()
    amend(told, planned_months=7)
    with pytest.raises(Shut) as no:
        told.confirm()
    assert gaps(no) == {"VERIFIED"}
    verify(told)
    assert told.confirm().state is State.CONFIRMED


def test_a_form_amended_back_or_in_what_is_not_verified_leaves_it_verified(
    on_record: Session,
) -> None:
    told = Teller(on_record)
    told.to_verified()
    amend(told, wishes="near my sister now", pets="Yes - can")
    assert lapsed(told.life) == []
    amend(told, **PRESENT)
    assert lapsed(told.life) == ["risk_missing"]
    amend(told, risk_missing="No known risk")
    assert lapsed(told.life) == []
    told.shortlist(HOME)


def test_nobody_verifies_again_what_did_not_lapse_nor_what_they_amended(
    on_record: Session,
) -> None:
    told = Teller(on_record)
    told.to_verified()
    with pytest.raises(Shut) as no:
        verify(told)
    assert gaps(no) == {"ORDER"}
    with pytest.raises(Shut) as no:
        told.take(ASSESSOR, "band", band="high", thresholds="t1", reason="anew")
    assert gaps(no) == {"ORDER"}


def test_need_is_banded_anew_where_it_lapsed_and_that_is_verified_too(on_record: Session) -> None:
    told = Teller(on_record)
    told.to_verified()
    told.shortlist(HOME)
    amend(told, **PRESENT)
    told.take(ASSESSOR, "band", band="high", thresholds="t1", reason="scored anew")
    assert told.life.state is State.SHORTLISTED
    assert lapsed(told.life) == ["risk_missing", "band"]
    amend(told, risk_missing="No known risk")
    assert lapsed(told.life) == ["band"]
    verify(told)
    assert lapsed(told.life) == []
    assert told.life.band == "high"


def test_not_passed_anew_it_goes_back_to_be_banded_and_no_home_is_asked_any_longer(
    on_record: Session,
) -> None:
    told = Teller(on_record)
    told.to_verified()
    told.shortlist(HOME, SECOND)
    told.view()
    told.offer()
    amend(told, **PRESENT)
    verify(told, met=False)
    assert told.life.state is State.RECEIVED
    assert {offer.state for offer in told.life.offers.values()} == {"withdrawn"}
    assert not told.life.sought
    told.take(ASSESSOR, "band", band="medium", thresholds="t1", reason="scored anew")
    assert verify(told).state is State.VERIFIED
    assert told.again().state is State.VERIFIED


def test_in_an_emergency_the_search_goes_on_and_the_duty_is_open_again(on_record: Session) -> None:
    told = Teller(on_record)
    told.open(emergency=True)
    told.take(ASSESSOR, "submit")
    told.take(ASSESSOR, "band", band="medium", thresholds="t1", reason="by the thresholds")
    verify(told)
    amend(told, **PRESENT)
    assert "the verification lapsed" in shown(on_record, told.life)["notices"][0]
    told.shortlist(HOME)
    told.accepted_by(HOME, "P2")
    told.ready()
    told.confirm()
    (duty,) = [one for one in duties(told.life) if one.code == "L-VERIFY"]
    assert duty.done_on is None
    verify(told)
    (duty,) = [one for one in duties(told.life) if one.code == "L-VERIFY"]
    assert duty.done_on == TODAY


def test_a_risk_is_told_whatever_lapsed_and_that_it_was_is_shown(on_record: Session) -> None:
    told = Teller(on_record)
    told.to_verified()
    sign_agreements(on_record, until=date(2026, 9, 1))
    there = Avoided(kind="borough", borough="E09000012", reason="in danger there")
    amend(told, avoid=(there,))
    (notice,) = shown(on_record, told.life)["notices"]
    assert "was taken although the data sharing agreement A-data_sharing of Newham ended" in notice
    amend(told, **PRESENT)
    assert desk.read_life(on_record, told.life.referral) == told.life


def test_what_tells_of_no_risk_waits_for_the_agreement(on_record: Session) -> None:
    told = Teller(on_record)
    told.to_verified()
    sign_agreements(on_record, until=date(2026, 9, 1))
    with pytest.raises(Shut, match="not needed_by, wishes") as no:
        amend(told, needed_by=STARTS.replace(day=20), wishes="other", **PRESENT)
    assert gaps(no) == {"AGREEMENT"}
    with pytest.raises(Shut) as no:
        amend(told)
    assert gaps(no) == {"AGREEMENT"}


def test_what_is_verified_are_fields_of_the_form() -> None:
    assert set(WHAT_IS_VERIFIED) <= set(Form.model_fields)
    assert len(set(WHAT_IS_VERIFIED)) == len(WHAT_IS_VERIFIED)
