"""Agreements, assessments, training and due diligence: what each lets happen, and stops."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from broker.access.actor import PARTNERSHIP, Actor, OrganisationKind, Role
from broker.audit.chain import verify
from broker.database import reading, writing
from broker.jobs import making
from broker.life.desk import Shut
from broker.life.judge import judge
from broker.registers.agreements import newest
from broker.registers.book import NoSuchHome, NotTheirWord, overdue, write_entry
from broker.registers.diligence import diligence_on, refresh_before_a_match
from broker.registers.entries import DILIGENCE_AREAS, ENTRY
from broker.store.history import Author, history_of
from broker.store.put import rows_of
from tests.whole_life import (
    ASSESSOR,
    BROKER,
    COMMISSIONER,
    HOME,
    NEWHAM,
    SECOND,
    TODAY,
    Teller,
    gaps,
    manager,
)

PROVIDER = Actor("provider-1", Role.PROVIDER, "P2", OrganisationKind.PROVIDER)
RUNS_OUT = date(2026, 9, 10)


def write(session: Session, actor: Actor, day: date = TODAY, **told: Any) -> int:
    entry = ENTRY.validate_json(json.dumps(told))
    at = datetime(day.year, day.month, day.day, 10, tzinfo=UTC)
    return write_entry(session, actor, entry, Author(actor.id, at))


def check_all(session: Session, but: dict[str, str] | None = None, **changed: Any) -> None:
    """All nine areas checked and in force for a year, but for some that run out sooner."""
    for area in DILIGENCE_AREAS:
        told = {
            "register": "due_diligence",
            "provider": "P2",
            "area": area,
            "checked_on": "2026-09-01",
            "passed": True,
            "expires_on": (but or {}).get(area, "2027-09-01"),
            "evidence": "seen",
            **changed,
        }
        write(session, COMMISSIONER, **told)


def home_row(session: Session, home: str = HOME) -> dict[str, Any]:
    return rows_of(session, "homes", {"home_id": home})[0]


def training(**changed: Any) -> dict[str, Any]:
    return {
        "register": "training",
        "home_id": HOME,
        "module": "epilepsy",
        "name": "Epilepsy awareness",
        "compulsory": True,
        "completed_on": "2026-09-01",
        "adds_need": "epilepsy",
        **changed,
    }


def assessment(**changed: Any) -> dict[str, Any]:
    return {
        "register": "assessments",
        "assessment": "panel-1",
        "home_id": HOME,
        "assessed_on": "2026-08-20",
        "panel": 3,
        "looked_at": {"food": 4, "being heard": 2},
        "words": "nobody asked us what we like",
        **changed,
    }


def test_due_diligence_holds_when_all_nine_areas_do_and_not_from_the_day_one_runs_out(
    on_record: Session,
) -> None:
    assert len(DILIGENCE_AREAS) == 9
    assert diligence_on(on_record, "P2", TODAY) is None, "never checked is not failed"
    check_all(on_record, but={"insurance": RUNS_OUT.isoformat()})
    assert home_row(on_record)["due_diligence"] is True
    assert diligence_on(on_record, "P2", RUNS_OUT - timedelta(1)) is True
    assert diligence_on(on_record, "P2", RUNS_OUT) is False
    write(
        on_record, COMMISSIONER, register="due_diligence", provider="P2", area="finance",
        checked_on="2026-09-02", passed=False, expires_on="2027-01-01", evidence="late accounts",
    )  # fmt: skip
    assert home_row(on_record)["due_diligence"] is False, "one area that failed is enough"


def test_eight_areas_of_nine_are_not_enough(on_record: Session) -> None:
    check_all(on_record)
    assert diligence_on(on_record, "P2", TODAY)
    write(
        on_record, COMMISSIONER, register="due_diligence", provider="P1", area="finance",
        checked_on="2026-09-02", passed=True, expires_on="2027-01-01", evidence="seen",
    )  # fmt: skip
    assert diligence_on(on_record, "P1", TODAY) is False


def test_a_check_that_ran_out_meanwhile_shuts_the_home_at_the_next_step(on_record: Session) -> None:
    check_all(on_record, but={"insurance": RUNS_OUT.isoformat()})
    told = Teller(on_record)
    told.to_accepted()
    told.ready()
    assert home_row(on_record)["due_diligence"] is True
    told.today = RUNS_OUT
    with pytest.raises(Shut) as refused:
        told.confirm()
    assert gaps(refused) == {"R17"}
    check_all(on_record)
    told.confirm()


def test_every_match_first_lets_the_homes_say_what_ran_out(
    region: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing(region) as session:
        check_all(session, but={"insurance": RUNS_OUT.isoformat()})
    days = iter([RUNS_OUT - timedelta(1), RUNS_OUT, RUNS_OUT])
    monkeypatch.setattr("broker.registers.diligence.today", lambda: next(days))
    for holds, entries in ((True, 2), (False, 3), (False, 3)):
        refresh_before_a_match(region)
        with reading(region) as session:
            assert home_row(session)["due_diligence"] is holds
            changes = history_of(session, "home", [HOME])
            told = [one for one in changes if "due diligence" in (one.reason or "")]
            assert len(told) == entries
    with reading(region) as session:
        assert "has run out" in (told[-1].reason or "")
        assert home_row(session, SECOND)["due_diligence"] is not False, "another provider's home"


def test_the_work_of_a_match_refreshes_before_it_reads(
    region: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Reached(Exception):
        pass

    def found(_session: Session, **_asked: Any) -> Any:
        assert asked == ["refreshed"]
        raise Reached

    asked: list[str] = []
    monkeypatch.setattr(making, "refresh_before_a_match", lambda engine: asked.append("refreshed"))
    monkeypatch.setattr(making, "case_on_record", found)
    address = region.url.render_as_string(hide_password=False)
    with pytest.raises(Reached):
        making.make(address, {"time_limit": 5, "require_safety": False})


def test_a_completed_module_and_the_managers_word_add_a_need_to_what_the_home_supports(
    on_record: Session,
) -> None:
    assert "epilepsy" not in str(home_row(on_record)["supports"])
    told = Teller(on_record)
    told.to_verified(needs=("epilepsy",))
    before = judge(on_record, told.life.referral, [HOME], TODAY, None)[HOME]
    assert "R05" in {code for code, _ in before.failed}
    write(on_record, manager("P2"), **training(completed_on=None, due_on="2026-12-01"))
    write(on_record, manager("P2"), **training())
    assert "epilepsy" not in str(home_row(on_record)["supports"]), "not without the manager's word"
    write(on_record, manager("P2"), **training(manager_agrees=True))
    after = judge(on_record, told.life.referral, [HOME], TODAY, None)[HOME]
    assert "R05" not in {code for code, _ in after.failed}
    newest_change = history_of(on_record, "home", [HOME])[-1]
    assert newest_change.changed_by == manager("P2").id
    assert "registered manager agrees" in (newest_change.reason or "")
    assert not verify(on_record).broken


@pytest.mark.parametrize("who", [COMMISSIONER, PROVIDER])
def test_nobody_gives_the_registered_managers_word_for_them(on_record: Session, who: Actor) -> None:
    with pytest.raises(NotTheirWord) as refused:
        write(on_record, who, **training(manager_agrees=True))
    assert refused.value.field == "manager_agrees"
    assert "epilepsy" not in str(home_row(on_record)["supports"])
    with pytest.raises(NoSuchHome):
        write(on_record, manager("P2", SECOND), **training(manager_agrees=True))


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"completed_on": "2026-09-05"}, "completed_on"),
        ({"expires_on": "2026-09-04", "manager_agrees": True}, "expires_on"),
    ],
)
def test_a_module_that_is_to_come_or_has_run_out_adds_nothing(
    on_record: Session, changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(NotTheirWord) as refused:
        write(on_record, manager("P2"), **training(**changed))
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("changed", "late"),
    [
        ({"completed_on": None, "due_on": "2026-09-03"}, True),
        ({"completed_on": None, "due_on": "2026-09-04"}, False),
        ({"completed_on": None, "due_on": "2026-09-03", "compulsory": False}, False),
        ({"due_on": "2026-08-01"}, False),
        ({"expires_on": "2026-09-04"}, True),
        ({"expires_on": "2026-09-05"}, False),
    ],
)
def test_a_compulsory_module_is_overdue_after_its_day_or_once_it_has_run_out(
    on_record: Session, changed: dict[str, Any], late: bool
) -> None:
    write(on_record, manager("P2"), **training(**changed))
    assert overdue(newest(on_record, "training", HOME)[0].told, TODAY) is late


def test_a_provider_replies_to_young_people_and_alters_nothing_they_said(
    on_record: Session,
) -> None:
    with pytest.raises(NotTheirWord):
        write(on_record, PROVIDER, **assessment())
    write(on_record, BROKER, **assessment())
    reply = {"reply": "we ask every Sunday now", "replied_on": "2026-09-03", "changed": "the menu"}
    with pytest.raises(NotTheirWord) as refused:
        write(on_record, PROVIDER, **assessment(words="all was well", **reply))
    assert refused.value.field == "words"
    write(on_record, PROVIDER, **assessment(**reply))
    told = newest(on_record, "assessments", HOME)[0].told
    assert (told["looked_at"], told["words"]) == (assessment()["looked_at"], assessment()["words"])
    assert (told["reply"], told["changed"]) == (reply["reply"], reply["changed"])


def lapse(session: Session, kind: str, day: date) -> None:
    parties = [PARTNERSHIP, NEWHAM]
    write(
        session, COMMISSIONER, register="agreements", agreement=f"A-{kind}", kind=kind,
        parties=parties, holds_from="2026-04-01", holds_to=day.isoformat(),
        signed=[{"organisation": one, "role": "director", "on": "2026-03-02"} for one in parties],
    )  # fmt: skip


def test_a_lapse_shuts_every_step_that_enters_data_or_acts_for_the_borough_and_is_named(
    on_record: Session,
) -> None:
    draft, known, verified, ready = (Teller(on_record) for _ in range(4))
    draft.open(young_person_id="YP-961", date_of_birth=date(2012, 1, 1))
    known.open(young_person_id="YP-962", date_of_birth=date(2012, 1, 2))
    known.take(ASSESSOR, "submit")
    verified.to_verified(young_person_id="YP-963", date_of_birth=date(2012, 1, 3))
    verified.shortlist(HOME)
    verified.view()
    ready.to_accepted()
    ready.ready()
    lapse(on_record, "data_sharing", TODAY)
    lapse(on_record, "leadership", TODAY)
    form = known.life.form
    assert form is not None
    both = {"data sharing agreement A-data_sharing", "leadership agreement A-leadership"}
    tried: list[tuple[Callable[[], Any], set[str]]] = [
        (lambda: Teller(on_record).open(young_person_id="YP-964"), {sorted(both)[0]}),
        (lambda: draft.take(ASSESSOR, "submit"), {sorted(both)[0]}),
        (lambda: known.take(ASSESSOR, "amend", form=form, reason="more"), {sorted(both)[0]}),
        (verified.offer, both),
        (ready.confirm, both),
    ]
    for step, wanted in tried:
        with pytest.raises(Shut) as refused:
            step()
        assert gaps(refused) == {"AGREEMENT"}
        words = " ".join(gap.sentence for gap in refused.value.gaps)
        assert all(one in words for one in wanted), words
        assert "2026-09-04" in words, "and on which day it ended"


def test_what_keeps_a_young_person_safe_is_not_shut_by_a_lapse(on_record: Session) -> None:
    told = Teller(on_record)
    told.to_moved_in()
    lapse(on_record, "data_sharing", TODAY)
    lapse(on_record, "leadership", TODAY)
    told.take(ASSESSOR, "visited", visited_on=told.today, words="settling")
    told.reviewed()
    assert told.end().state.value == "ended"


def test_the_invented_region_is_where_these_tests_say(on_record: Session) -> None:
    assert Path("broker/sample/region").is_dir()
    assert (home_row(on_record)["provider"], home_row(on_record, SECOND)["provider"]) == (
        "P2",
        "P1",
    )
