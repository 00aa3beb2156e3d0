"""What a re-banding does to the money, and the tables beside a contract, on both databases."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from broker.block_on_record import block_on_record
from broker.cli import main
from broker.database import writing
from broker.ledgers import NoSuchContract, tables_of
from broker.life import lost
from broker.life.desk import Shut
from broker.life.duties import duties
from broker.tables import OutOfUseRow
from tests.integration.life.test_places_lost import change
from tests.whole_life import ASSESSOR, BROKER, HOME, STARTS, Teller, gaps, manager

CONTRACT = "NEL-BLOCK-1"


def rebanded(told: Teller, **changed: object) -> dict[str, object]:
    """The facts of a re-banding to high from 1 October, said on 26 October."""
    told.today = date(2026, 10, 26)
    said = {
        "band": "high",
        "from_day": date(2026, 10, 1),
        "confirmed": True,
        "thresholds": "t2",
        "reason": "seen at the review",
    }
    told.take(ASSESSOR, "reband", **{**said, **changed})
    return dict(told.life.rebandings[-1].facts)


def test_a_new_band_tells_the_weekly_difference_and_the_adjustment(on_record: Session) -> None:
    told = Teller(on_record)
    told.to_moved_in()
    facts = rebanded(told)
    assert facts["contract"] == CONTRACT
    assert (facts["weekly_before"], facts["weekly_after"]) == ("6000.00", "8000.00")
    assert facts["weekly_difference"] == "2000.00"
    assert facts["billed"] is None, "what was billed is not on record, and not made up"
    before = [{"band": "medium", "from": "2026-09-14", "to": None, "requirements": ""}]
    assert facts["stretches_before"] == before
    assert facts["stretches_after"] == [
        {"band": "medium", "from": "2026-09-14", "to": "2026-10-01", "requirements": ""},
        {"band": "high", "from": "2026-10-01", "to": None, "requirements": ""},
    ]
    adjustment = facts["adjustment"]
    assert isinstance(adjustment, dict)
    owed = Fraction(800000 * 25 + 600000 * 17, 7) - Fraction(600000 * 42, 7)
    assert abs(Fraction(adjustment["difference"]) * 100 - owed) <= 2, (
        "each line is rounded by itself"
    )
    assert sum(Fraction(line["difference"]) for line in adjustment["lines"]) == Fraction(
        adjustment["difference"]
    )


def test_requirements_go_with_the_band_and_the_contract_must_price_them(
    on_record: Session,
) -> None:
    told = Teller(on_record)
    told.to_accepted()
    told.ready()
    with pytest.raises(Shut) as refused:
        told.confirm(requirements={"one_to_on": Decimal(3)})
    assert gaps(refused) == {"REQUIREMENT"}
    told.confirm(requirements={"one_to_one": Decimal(12)})
    told.today = STARTS
    told.take(BROKER, "move_in", moved_in_on=told.today)
    facts = rebanded(told, requirements={"one_to_one": Decimal(25), "waking_night": Decimal(7)})
    after = facts["stretches_after"]
    assert isinstance(after, list)
    assert [row["requirements"] for row in after] == [
        "one_to_one=12",
        "one_to_one=25;waking_night=7",
    ]
    kept = rebanded(told, from_day=date(2026, 10, 8), band="medium")["stretches_after"]
    assert isinstance(kept, list)
    assert [(row["band"], row["requirements"]) for row in kept][-1] == (
        "medium",
        "one_to_one=25;waking_night=7",
    )


def test_a_band_before_the_placement_is_refused(on_record: Session) -> None:
    told = Teller(on_record)
    told.to_moved_in()
    with pytest.raises(Shut) as refused:
        rebanded(told, from_day=date(2026, 9, 13))
    assert gaps(refused) == {"DAYS"}


def test_a_band_the_home_does_not_take_is_reviewed(on_record: Session) -> None:
    told = Teller(on_record)
    told.to_moved_in()
    assert rebanded(told)["home_takes_band"] is True
    assert not [duty for duty in duties(told.life) if duty.code == "BAND"]
    assert rebanded(told, band="specialist")["home_takes_band"] is False
    due = next(duty for duty in duties(told.life) if duty.code == "BAND")
    assert (due.due_on, due.done_on) == (date(2026, 11, 23), None)
    told.reviewed("move")
    assert next(duty for duty in duties(told.life) if duty.code == "BAND").done_on == told.today


def test_without_a_contract_the_rates_on_record_tell_and_an_unknown_fee_is_not_nought(
    on_record: Session,
) -> None:
    told = Teller(on_record)
    told.to_moved_in("SC990018", "S5")
    facts = rebanded(told)
    assert facts["weekly_source"] == "rates on record"
    assert "adjustment" not in facts
    assert (facts["weekly_before"], facts["weekly_after"]) != (None, None)
    facts = rebanded(told, band="low", from_day=date(2026, 10, 2))
    assert (facts["weekly_after"], facts["weekly_difference"]) == (None, None)


def test_the_ledger_holds_every_stretch_and_the_refusals_are_in_the_availability(
    on_record: Session,
) -> None:
    refused = Teller(on_record, minutes=90)
    refused.to_verified(young_person_id="YP-941", date_of_birth=date(2012, 5, 5))
    refused.shortlist(HOME)
    refused.view(HOME)
    refused.offer(HOME)
    refused.take(manager("P2"), "decline", home_id=HOME, code="staffing", words="no night staff")
    waiting = Teller(on_record, minutes=200)
    waiting.to_confirmed()
    told = Teller(on_record, minutes=300)
    told.to_verified(young_person_id="YP-942", date_of_birth=date(2012, 6, 6))
    told.shortlist("SC990004")
    told.accepted_by("SC990004", "P1")
    told.ready("SC990004")
    told.confirm("SC990004", requirements={"one_to_one": Decimal(12)})
    told.today = STARTS
    told.take(BROKER, "move_in", moved_in_on=told.today)
    rebanded(told)
    change(on_record, day=STARTS, rooms=lost.Rooms(1, STARTS, STARTS + timedelta(7), "partnership"))
    made = tables_of(on_record, CONTRACT)
    who = f"{told.life.referral},YP-942,E09000025,SC990004"
    assert made.ledger.splitlines() == [
        "placement_id,young_person_id,borough,home_id,band,from,to,requirements",
        f"{who},medium,2026-09-14,2026-10-01,one_to_one=12",
        f"{who},high,2026-10-01,,one_to_one=12",
    ]
    assert made.availability.splitlines() == [
        "home_id,from,to,places,side,reason",
        f"{HOME},2026-09-14,2026-09-21,1,partnership,so we heard",
    ], "the offer to the next young person ended the refusal on its first day"
    assert "20 young people live" in made.notices[0]
    with pytest.raises(NoSuchContract):
        tables_of(on_record, "NOPE")


def test_a_refusal_is_in_the_availability_for_28_days(on_record: Session) -> None:
    told = Teller(on_record)
    told.to_verified()
    told.shortlist(HOME)
    told.view(HOME)
    told.offer(HOME)
    told.take(manager("P2"), "decline", home_id=HOME, code="staffing", words="no night staff")
    rows = tables_of(on_record, CONTRACT).availability.splitlines()[1:]
    assert rows == [f"{HOME},2026-09-05,2026-10-03,1,provider,declined"]


def test_rooms_on_record_that_cannot_be_count_as_the_homes_places_and_the_home_is_named(
    on_record: Session,
) -> None:
    until = STARTS + timedelta(28)
    for first, last, number in ((STARTS, until, 3), (STARTS + timedelta(7), until, 99)):
        on_record.add(
            OutOfUseRow(home_id=HOME, starts_on=first, ends_on=last, places=number,
                        side="provider", reason="windows")
        )  # fmt: skip
    on_record.flush()
    made = tables_of(on_record, CONTRACT)
    assert made.availability.splitlines()[1:] == [
        f"{HOME},2026-09-14,2026-10-12,3,provider,windows",
        f"{HOME},2026-09-21,2026-10-12,1,provider,windows",
    ]
    said = f"Linden ({HOME}) has 4 places, and 102 rooms are on record as out of use at once."
    assert said in made.notices[-1]
    found = block_on_record(on_record, CONTRACT, STARTS, until)
    assert found.life is not None
    assert [day.stretch.out_of_use for day in found.life.days] == [3, 4]


def test_a_refusal_of_a_room_that_is_out_of_use_is_not_counted_twice(on_record: Session) -> None:
    told = Teller(on_record)
    told.to_verified()
    told.shortlist(HOME)
    told.view(HOME)
    told.offer(HOME)
    told.take(manager("P2"), "decline", home_id=HOME, code="staffing", words="no night staff")
    day = date(2026, 9, 5)
    change(on_record, day=day, rooms=lost.Rooms(4, day, day + timedelta(7), "provider"))
    made = tables_of(on_record, CONTRACT)
    assert made.availability.splitlines()[1:] == [
        f"{HOME},2026-09-05,2026-09-12,4,provider,so we heard",
        f"{HOME},2026-09-12,2026-10-03,1,provider,declined",
    ]
    assert not any("That cannot be" in notice for notice in made.notices)


def test_the_command_writes_both_tables_for_a_statement(
    region: Engine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with writing(region) as session:
        told = Teller(session)
        told.to_moved_in()
    address = region.url.render_as_string(hide_password=False)
    monkeypatch.setenv("BROKER_DATABASE_URL", address)
    ledger, availability = tmp_path / "ledger.csv", tmp_path / "availability.csv"
    written = ["--out", str(ledger), "--availability", str(availability)]
    assert main(["ledger", CONTRACT, *written, "--json"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["stretches"] == 1
    assert "not in the ledger" in said.err
    contract = "broker/sample/region/contract.toml"
    period = ["--from", "2026-09-14", "--to", "2026-09-21", "--json"]
    tables = ["--ledger", str(ledger), "--availability", str(availability)]
    assert main(["statement", contract, *tables, *period]) == 0
    owed = json.loads(capsys.readouterr().out)
    assert owed["boroughs"]["E09000025"]["placements"] == "6000.00"
    assert main(["ledger", CONTRACT, "--out", str(ledger)]) == 0
    assert "1 stretch written" in capsys.readouterr().out
    assert main(["ledger", "NOPE", "--out", str(ledger)]) == 2
    assert f"On record: {CONTRACT}" in capsys.readouterr().err
