"""Gates and what follows from steps, where they need the records, on both databases."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from broker.access.actor import Role
from broker.life.desk import Changed, NotAllowed, NotThere, Shut
from broker.life.places import free_places
from broker.life.state import Life
from broker.sample.whole_form import whole_form
from broker.store.put import rows_of
from broker.tables import (
    OfferRow,
    OutOfUseRow,
    PlacementRow,
    ReferralRow,
)
from tests.whole_life import (
    ASSESSOR,
    BROKER,
    HOME,
    NEWHAM,
    SECOND,
    STARTS,
    VERIFIER,
    Teller,
    borough,
    every_kind,
    gaps,
    manager,
)


def test_a_refusal_that_every_rule_allowed_is_charged_until_the_next_offer(
    on_record: Session,
) -> None:
    told = Teller(on_record)
    told.to_verified()
    told.shortlist(HOME, SECOND)
    told.view(HOME)
    told.offer(HOME)
    told.take(manager("P2"), "decline", home_id=HOME, code="mix_of_residents", words="too soon")
    row = on_record.execute(sa.select(OutOfUseRow)).scalar_one()
    first = told.today + timedelta(days=1)
    assert (row.home_id, row.side, row.places, row.reason) == (HOME, "provider", 1, "declined")
    assert (row.starts_on, row.ends_on) == (first, first + timedelta(days=28))
    assert row.referral_id == told.life.referral
    assert free_places(on_record, HOME, first) == 2, "nobody is kept from a place that is charged"
    with pytest.raises(Shut) as refused:
        told.offer(HOME)
    assert "R10" in gaps(refused)
    other = Teller(on_record, today=date(2026, 9, 9))
    other.minutes = 60
    other.to_verified(young_person_id="YP-902", date_of_birth=date(2013, 1, 2))
    other.shortlist(HOME)
    other.view(HOME)
    other.offer(HOME)
    on_record.expire_all()
    row = on_record.execute(sa.select(OutOfUseRow)).scalar_one()
    assert (row.starts_on, row.ends_on) == (first, date(2026, 9, 9))


def test_two_refusals_of_the_one_place_that_is_free_are_charged_once(on_record: Session) -> None:
    on_record.execute(sa.text(f"UPDATE home SET places = 3 WHERE home_id = '{HOME}'"))
    tellers = []
    for number in (1, 2):
        told = Teller(on_record, minutes=number * 30)
        told.to_verified(young_person_id=f"YP-91{number}", date_of_birth=date(2012, number, 9))
        told.shortlist(HOME)
        told.view(HOME)
        told.offer(HOME)
        tellers.append(told)
    for told in tellers:
        told.take(manager("P2"), "decline", home_id=HOME, code="staffing", words="no night staff")
    rows = on_record.execute(sa.select(OutOfUseRow)).scalars().all()
    assert [row.referral_id for row in rows] == [tellers[0].life.referral]


def test_withdrawing_answers_every_offer_and_closes_the_referral_for_matching(
    on_record: Session,
) -> None:
    told = Teller(on_record)
    told.to_verified()
    told.shortlist(HOME, SECOND)
    for home in (HOME, SECOND):
        told.view(home)
        told.offer(home)
    life = told.take(ASSESSOR, "withdraw", reason="went home")
    assert {offer.state for offer in life.offers.values()} == {"withdrawn"}
    states = on_record.execute(sa.select(OfferRow.__table__.c.state)).scalars().all()
    assert states == ["withdrawn", "withdrawn"]
    referral = on_record.get(ReferralRow, life.referral)
    assert referral is not None
    assert referral.closed_reason == "went home"


def test_a_young_person_who_must_move_keeps_their_place_until_they_move(on_record: Session) -> None:
    told = Teller(on_record)
    here = "SC990006"
    born, sex = date(2011, 4, 25), "M"
    before = free_places(on_record, here, told.today)
    told.to_verified(young_person_id="YP111", date_of_birth=born, sex=sex)
    told.shortlist(HOME)
    told.accepted_by(HOME, "P2")
    told.ready(HOME)
    told.confirm(HOME, school_kept=True)
    assert free_places(on_record, here, told.today) == before, "they live there until they move"
    assert free_places(on_record, here, STARTS) == before + 1
    told.take(ASSESSOR, "withdraw", reason="they may stay after all")
    row = rows_of(on_record, "residents", {"young_person_id": "YP111"})[0]
    assert row["home_id"] == here
    assert free_places(on_record, here, STARTS) == before
    assert on_record.execute(sa.select(PlacementRow)).all() == []


def test_a_later_referral_starts_from_a_closed_one_of_the_same_young_person(
    on_record: Session,
) -> None:
    first = Teller(on_record)
    first.to_verified()
    with pytest.raises(Shut) as refused:
        Teller(on_record, minutes=20).open(former=first.life.referral)
    assert gaps(refused) == {"FORMER"}
    first.take(ASSESSOR, "withdraw", reason="went home")
    with pytest.raises(Shut) as refused:
        Teller(on_record, minutes=30).open(former=first.life.referral, young_person_id="YP-999")
    assert gaps(refused) == {"FORMER"}
    neighbour = Teller(on_record, minutes=40)
    with pytest.raises(Shut) as refused:
        neighbour.open(
            borough(Role.ASSESSOR, code="E09000012"),
            former=first.life.referral,
            borough="E09000012",
        )
    assert gaps(refused) == {"FORMER"}, "another borough's referral is not there for them"
    second = Teller(on_record, minutes=50)
    assert second.open(former=first.life.referral).former == first.life.referral


def test_a_match_that_a_home_comes_from_must_be_on_record_and_name_it(on_record: Session) -> None:
    told = Teller(on_record)
    life = told.to_verified()

    def shortlist(home: str, run: int) -> Life:
        entry = {"home_id": home, "source": "match", "run_id": run, "reason": "it proposed so"}
        return told.take(BROKER, "shortlist", homes=(entry,))

    with pytest.raises(Shut) as refused:
        shortlist(HOME, 1)
    assert gaps(refused) == {"RUN"}
    plan = {
        "placements": [{"referral_id": life.referral, "home_id": HOME}],
        "unplaced": [],
        "empty": [{"home_id": SECOND, "places": 1, "why": "others_fit_better", "summary": ""}],
    }
    number = _keep_run(on_record, plan)
    other = _keep_run(on_record, {**plan, "placements": [], "unplaced": []})
    for home, run in ((HOME, other), ("SC990001", number)):
        with pytest.raises(Shut) as refused:
            shortlist(home, run)
        assert "RUN" in gaps(refused)
    assert shortlist(SECOND, number).found(SECOND)["match"] == "listed"
    assert shortlist(HOME, number).found(HOME)["match"] == "proposed"


def _keep_run(session: Session, plan: dict[str, Any]) -> int:
    from datetime import UTC, datetime

    from broker.tables import MatchRun

    at = datetime(2026, 9, 4, 8, tzinfo=UTC)
    table = MatchRun.__table__
    number: int = session.execute(
        sa.insert(table).returning(table.c.run_id),
        {
            "started_at": at,
            "finished_at": at,
            "asked_by": "broker-1",
            "status": "optimal",
            "case_sha256": "0" * 64,
            "as_of": date(2026, 9, 4),
            "seed": 0,
            "placed": len(plan["placements"]),
            "unplaced": len(plan["unplaced"]),
            "policy": "as_of = 2026-09-04\n",
            "options": {},
            "plan": plan,
            "software": "test",
        },
    ).scalar_one()
    return number


def test_what_the_form_no_longer_avoids_goes_for_the_reason_given_and_the_rest_stays(
    on_record: Session,
) -> None:
    told = Teller(on_record)
    kept = rows_of(on_record, "avoid", {"young_person_id": "YP-900"})
    assert kept == []
    avoided = ({"kind": "home", "home_id": SECOND, "reason": "an old conflict"},)
    told.to_verified(avoid=avoided, must_not_live_with=("YP114",), caution_with=("YP113",))
    on_record.execute(
        sa.text(
            "INSERT INTO avoid (young_person_id, kind, borough) "
            "VALUES ('YP-900', 'borough', 'E09000016')"
        )
    )
    changed = whole_form(must_not_live_with=("YP114",)).model_dump()
    told.take(BROKER, "amend", form=changed, reason="the conflict was talked through")
    left = rows_of(on_record, "avoid", {"young_person_id": "YP-900"})
    assert [row["kind"] for row in left] == ["borough"], "what somebody else put there stays"
    kinds = {row["kind"] for row in rows_of(on_record, "relationships", {"a": "YP-900"})}
    assert kinds == {"must_not_live_together"}
    reasons = on_record.execute(
        sa.text(
            "SELECT reason FROM row_change WHERE table_name IN ('avoid', 'relationship') "
            'AND "after" IS NULL'
        )
    ).scalars()
    assert set(reasons) == {"the conflict was talked through"}


@pytest.mark.parametrize("name", ["young_person_id", "borough"])
def test_a_form_is_never_amended_into_somebody_elses(on_record: Session, name: str) -> None:
    told = Teller(on_record)
    told.open()
    other = {"young_person_id": "YP-901", "borough": "E09000012"}[name]
    with pytest.raises(Shut) as refused:
        told.take(ASSESSOR, "amend", form=whole_form(**{name: other}).model_dump(), reason="wrong")
    assert gaps(refused) == {"FORM"}


def test_a_submitted_form_stays_whole(on_record: Session) -> None:
    told = Teller(on_record)
    told.open()
    told.take(ASSESSOR, "amend", form=whole_form(pets=None).model_dump(), reason="not asked yet")
    with pytest.raises(Shut) as refused:
        told.take(ASSESSOR, "submit")
    assert [gap.sentence for gap in refused.value.gaps] == ["the form does not say: pets"]
    told.take(ASSESSOR, "amend", form=whole_form().model_dump(), reason="asked")
    told.take(ASSESSOR, "submit")
    with pytest.raises(Shut) as refused:
        told.take(ASSESSOR, "amend", form=whole_form(pets=None).model_dump(), reason="unsure")
    assert gaps(refused) == {"FORM"}


def test_who_may_never_and_who_is_not_concerned_is_told_apart(on_record: Session) -> None:
    told = Teller(on_record)
    told.to_verified()
    with pytest.raises(NotAllowed) as never:
        told.take(
            ASSESSOR, "shortlist", homes=({"home_id": HOME, "source": "options", "reason": "near"},)
        )
    assert never.value.act == "life.shortlist"
    with pytest.raises(NotThere):
        told.take(borough(Role.ASSESSOR, code="E09000012"), "withdraw", reason="not mine")
    told.shortlist(HOME)
    told.view()
    told.offer()
    with pytest.raises(NotThere):
        told.take(manager("P2", "SC990005"), "decline", home_id=HOME, code="other", words="no")
    seen = told.life
    told.take(BROKER, "call", home_id=HOME, spoke_to="deputy", said="tomorrow")
    told.life = seen
    with pytest.raises(Changed) as changed:
        told.take(BROKER, "call", home_id=HOME, spoke_to="deputy", said="tomorrow")
    assert changed.value.version == seen.version + 1


def test_a_lost_place_is_told_of_the_home_and_not_of_one_life(on_record: Session) -> None:
    told = Teller(on_record)
    told.to_moved_in()
    with pytest.raises(Shut) as refused:
        told.take(
            BROKER, "place_lost", home_id=HOME, lost="rooms", lost_on=told.today, reason="flood"
        )
    assert gaps(refused) == {"ORDER"}


def test_whoever_moves_in_does_so_on_the_day_decided_or_later(on_record: Session) -> None:
    told = Teller(on_record)
    told.to_confirmed()
    told.today = date(2026, 9, 13)
    with pytest.raises(Shut) as refused:
        told.take(BROKER, "move_in", moved_in_on=told.today)
    assert gaps(refused) == {"DAYS"}
    told.today = date(2026, 9, 16)
    assert told.take(BROKER, "move_in", moved_in_on=told.today).starts_on == told.today


def test_a_referral_that_was_closed_for_matching_elsewhere_cannot_be_decided(
    on_record: Session,
) -> None:
    told = Teller(on_record)
    told.to_accepted()
    told.ready()
    on_record.execute(
        sa.text(
            "UPDATE referral SET closed_at = '2026-09-04 10:00:00+00:00', closed_reason = 'x' "
            f"WHERE referral_id = '{told.life.referral}'"
        )
    )
    with pytest.raises(Shut) as refused:
        told.confirm()
    assert "RULES" in gaps(refused)


def test_every_step_names_who_took_it_and_the_order_of_the_process(on_record: Session) -> None:
    told = Teller(on_record)
    life = told.to_moved_in()
    kinds = list(every_kind(life))
    assert kinds[:5] == ["open", "submit", "band", "verify", "shortlist"]
    assert kinds[-2:] == ["confirm", "move_in"]
    assert all(step.by and step.role and step.organisation for step in life.steps)
    assert life.steps[3].by == VERIFIER.id != life.steps[2].by
    assert life.steps[0].organisation == NEWHAM
