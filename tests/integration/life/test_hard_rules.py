"""Rules that nothing at the desk gets round: age, liberty by hand, what only a signature does."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from broker.life.desk import Shut
from broker.life.state import State
from broker.tables import DecisionRow
from tests.whole_life import (
    ASSESSOR,
    BROKER,
    HOME,
    NEWHAM,
    OFFICER,
    SECOND,
    VERIFIER,
    Teller,
    gaps,
    manager,
)

SUPPORTED = "SC990015"
SIXTEEN = date(2026, 10, 20)


def test_nobody_under_16_comes_to_supported_accommodation_by_any_day_of_the_stay(
    on_record: Session,
) -> None:
    told = Teller(on_record)
    told.to_verified(
        date_of_birth=date(2010, 10, 20),
        needed_by=SIXTEEN,
        provision=("childrens_home", "supported_accommodation"),
    )
    told.shortlist(SUPPORTED)
    told.view(SUPPORTED)
    with pytest.raises(Shut) as refused:
        told.offer(SUPPORTED, date(2026, 10, 19))
    assert "R08" in gaps(refused)
    told.offer(SUPPORTED, SIXTEEN)
    told.impact(SUPPORTED, "S3")
    told.take(manager("S3", SUPPORTED), "accept", home_id=SUPPORTED)
    told.ready(SUPPORTED)
    with pytest.raises(Shut) as refused:
        told.confirm(SUPPORTED, date(2026, 10, 19))
    assert "R08" in gaps(refused)
    told.confirm(SUPPORTED, SIXTEEN)
    told.today = date(2026, 10, 19)
    with pytest.raises(Shut) as refused:
        told.take(BROKER, "move_in", moved_in_on=told.today)
    assert gaps(refused) == {"DAYS"}, "nor by moving in sooner than was decided"


def test_a_place_under_an_order_is_found_by_hand_and_needs_everything_else(
    on_record: Session,
) -> None:
    told = Teller(on_record)
    order = {
        "order_number": "FD26-1",
        "expires_on": date(2026, 12, 1),
        "restrictions": "locked at night",
    }
    told.open(liberty=order)
    told.take(ASSESSOR, "submit")
    with pytest.raises(Shut) as refused:
        told.take(
            ASSESSOR, "band", band="medium", thresholds="t1", scores={"sleep": 2}, reason="scored"
        )
    assert gaps(refused) == {"LIBERTY"}
    told.take(ASSESSOR, "band", band="medium", thresholds="t1", reason="read and weighed")
    told.take(VERIFIER, "verify", need_met=True, funding_agreed=True, reason="both checked")
    with pytest.raises(Shut) as refused:
        told.shortlist(HOME)
    assert gaps(refused) == {"LIBERTY"}
    listed = ({"home_id": HOME, "source": "by_hand", "reason": "they can keep to the order"},)
    told.take(BROKER, "shortlist", homes=listed)
    told.accepted_by(HOME, "P2")
    told.ready()
    assert told.confirm().state is State.CONFIRMED
    listed = ({"home_id": "SC990013", "source": "by_hand", "reason": "suspended"},)
    other = Teller(on_record, minutes=90)
    other.to_verified(young_person_id="YP-906", date_of_birth=date(2012, 5, 5), liberty=order)
    with pytest.raises(Shut) as refused:
        other.take(BROKER, "shortlist", homes=listed)
    assert "R01" in gaps(refused), "by hand, and by every rule"


def decide(session: Session, referral: str, kind: str, overrides: str | None) -> None:
    """A signed decision on record, as an import would bring it."""
    session.execute(
        sa.insert(DecisionRow.__table__),
        {
            "referral_id": referral,
            "home_id": HOME,
            "kind": kind,
            "override": overrides,
            "decided_by": "director-1",
            "decided_on": date(2026, 9, 4),
            "reason": "talked through with her and her advocate",
        },
    )


def test_a_home_the_young_person_is_against_needs_a_signed_decision(on_record: Session) -> None:
    told = Teller(on_record)
    told.to_verified()
    told.shortlist(HOME)
    told.view(HOME, "against")
    with pytest.raises(Shut) as refused:
        told.offer()
    assert gaps(refused) == {"R16"}
    decide(on_record, told.life.referral, "pin", "R16")
    assert told.offer().state is State.OFFERED


def test_a_home_decided_for_rules_out_every_other(on_record: Session) -> None:
    told = Teller(on_record)
    told.to_verified()
    decide(on_record, told.life.referral, "pin", None)
    with pytest.raises(Shut) as refused:
        told.shortlist(SECOND)
    assert gaps(refused) == {"PIN"}
    assert told.shortlist(HOME).state is State.SHORTLISTED


def test_a_decision_that_breaks_a_rule_is_told_and_nothing_is_judged(on_record: Session) -> None:
    told = Teller(on_record)
    told.to_verified()
    decide(on_record, told.life.referral, "pin", None)
    on_record.execute(sa.text(f"UPDATE home SET places = 2 WHERE home_id = '{HOME}'"))
    with pytest.raises(Shut) as refused:
        told.shortlist(HOME)
    assert gaps(refused) == {"RECORDS"}
    assert "R09" in refused.value.gaps[0].sentence


def test_a_signed_ban_shuts_a_home_that_every_rule_allows(on_record: Session) -> None:
    told = Teller(on_record)
    told.to_verified()
    decide(on_record, told.life.referral, "ban", None)
    with pytest.raises(Shut) as refused:
        told.shortlist(HOME)
    assert gaps(refused) == {"BAN"}


def test_at_a_distance_the_director_approves_and_the_nominated_officer_cannot(
    on_record: Session,
) -> None:
    far = "SC990001"
    told = Teller(on_record)
    on_record.execute(sa.text(f"UPDATE home SET load_limit = NULL WHERE home_id = '{far}'"))
    told.to_verified()
    told.shortlist(far)
    told.accepted_by(far, "P1")
    assert told.life.found(far)["area"] == "distant"
    with pytest.raises(Shut) as refused:
        told.take(
            OFFICER, "approve", home_id=far, approval="director", granted=True, reason="in place"
        )
    assert gaps(refused) == {"APPROVER"}
    with pytest.raises(Shut) as refused:
        told.confirm(far)
    assert {gap.who for gap in refused.value.gaps if gap.code == "APPROVAL"} == {"director"}
    assert sum(gap.code == "AREA" for gap in refused.value.gaps) == 3
    told.ready(far)
    assert told.confirm(far).home == far
    assert told.life.form is not None
    assert told.life.form.borough == NEWHAM
