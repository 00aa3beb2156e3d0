"""A young person can have all that is held about them, and nobody else's identity with it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from broker.access.accounts import NewAccount, add_account
from broker.access.actor import PARTNERSHIP, Role
from broker.audit.chain import Record, add_entry, verify
from broker.audit.held import NOTHING_OF_PEOPLE, OTHERWISE, PERSON, REFERRAL, tables_by_column
from broker.database import reading, writing
from broker.events.subscriptions import subscribe
from broker.life.steps import KINDS
from broker.store.clock import now
from broker.store.history import Author
from broker.store.put import put_row
from broker.subject.access import Held, NothingHeld, export
from broker.subject.words import _STEPS, _TABLES, in_words
from broker.tables import CATALOGUE, KeyRow, MatchRun, OutOfUseRow
from tests.integration.audit.conftest import MARKS, told_and_withdrawn
from tests.integration.audit.tampering import ADMINISTRATOR
from tests.whole_life import BROKER, HOME

AT = datetime(2026, 10, 1, 12, tzinfo=UTC)


def exported(engine: Engine, young_person: str = "YP-900") -> Held:
    with writing(engine) as session:
        return export(session, ADMINISTRATOR, young_person, at=AT)


def test_every_table_is_searched_or_known_to_hold_nothing_of_a_young_person() -> None:
    searched = set(tables_by_column()) | set(OTHERWISE)
    assert not searched & set(NOTHING_OF_PEOPLE)
    assert searched | set(NOTHING_OF_PEOPLE) == set(CATALOGUE.tables), (
        "a new table is named in broker/audit/held.py: how its rows of a young person are found, "
        "or that it holds none"
    )


def test_no_table_that_names_a_young_person_is_called_empty_of_them() -> None:
    for name in NOTHING_OF_PEOPLE:
        columns = set(CATALOGUE.tables[name].c.keys())
        assert not columns & {PERSON, REFERRAL, "young_person", "referral"}, name


def test_every_kind_of_step_and_every_searched_table_has_plain_words() -> None:
    assert set(_STEPS) == set(KINDS)
    assert set(_TABLES) >= set(tables_by_column()) | set(OTHERWISE)


def _waiting_row(session: Session) -> None:
    """A row of a file from a case-management system that waits for a person."""
    file = {
        "digest": "a" * 64, "file": "e.csv", "mapping": "b" * 64, "borough": "E09000025",
        "taken_at": AT, "taken_by": "broker-1", "rows_read": 1,
    }  # fmt: skip
    session.execute(sa.insert(CATALOGUE.tables["inbox_file"]), file)
    row = {"digest": "a" * 64, "number": 2, "state": "waiting", "young_person_id": "YP-900"}
    told = {"cells": {"cells": {"Ref": "YP-900"}, "faults": []}, "reasons": ["DOB: no such day"]}
    session.execute(sa.insert(CATALOGUE.tables["inbox_row"]), {**row, **told})


@pytest.fixture
def everywhere(region: Engine) -> dict[str, Any]:
    """One young person in every table that can hold one, beside another who is like them."""
    with writing(region) as session:
        add_account(session, NewAccount("broker-1", Role.BROKER, PARTNERSHIP, subject="s"), now())
        subscribe(session, ADMINISTRATOR, "http://127.0.0.1:9/", AT, open_only=False)
        other = told_and_withdrawn(session, "YP-901", wishes="OTHERS-WISH").life.referral
        withdrawn = told_and_withdrawn(session).life.referral
        author = Author("somebody of the desk", AT)
        put_row(session, "relationships", {"a": "YP-900", "b": "YP-901", "kind": "caution"}, author)
        resident = {
            "young_person_id": "YP-900", "home_id": HOME, "borough": "E09000025", "band": "medium",
            "date_of_birth": "2012-03-09", "sex": "F", "leaves_on": "", "leaving": "",
            "living_companions": "", "sibling_group": "",
        }  # fmt: skip
        put_row(session, "residents", resident, author)
        decision = {
            "referral_id": withdrawn, "home_id": HOME, "kind": "ban", "by": "Somebody Real",
            "on": "2026-09-04", "reason": "not with YP-901 who is R-01's friend", "override": "",
        }  # fmt: skip
        put_row(session, "decisions", decision, author)
        avoid = CATALOGUE.tables["avoid"]
        session.execute(
            sa.insert(avoid),
            {"young_person_id": "YP-900", "kind": "borough", "borough": "E09000012"},
        )
        _waiting_row(session)
        people = CATALOGUE.tables["person_or_place"]
        session.execute(
            sa.insert(people),
            {"referral_id": withdrawn, "what": "family", "visits_per_month": 2, "keep": True},
        )
        plan = {
            "placements": [
                {"referral_id": other, "home_id": HOME, "summary": "OTHERS-SUMMARY"},
                {"referral_id": withdrawn, "home_id": HOME, "summary": f"beside {other}"},
            ],
            "unplaced": [],
        }
        session.add(
            MatchRun(
                started_at=AT, finished_at=AT, asked_by="broker-1", status="optimal",
                case_sha256="0" * 64, as_of=AT.date(), seed=1, placed=2, unplaced=0, policy="",
                options={}, plan=plan, software="0",
            )
        )  # fmt: skip
        session.add(
            KeyRow(
                actor="broker-1", key="k", digest="0" * 64, used_at=AT, status=201,
                location=f"/api/referrals/{withdrawn}", body={"words": "KEPT-ANSWER"},
            )
        )  # fmt: skip
        placement = CATALOGUE.tables["placement"]
        session.execute(
            sa.insert(placement),
            {"referral_id": withdrawn, "young_person_id": "YP-900", "borough": "E09000025",
             "home_id": HOME, "place": 1, "starts_on": AT.date(), "planned_until": AT.date()},
        )  # fmt: skip
        assert session.execute(
            sa.select(OutOfUseRow.__table__).where(OutOfUseRow.__table__.c.referral_id == withdrawn)
        ).first(), "the refusal that every rule allowed"
        add_entry(session, BROKER, "life.read", Record("referral", withdrawn), at=AT)
        listed = Record("offers", "list")
        add_entry(session, BROKER, "offers.list", listed, at=AT, showed=[other, withdrawn])
        add_entry(session, BROKER, "life.list", Record("referrals", "list"), at=AT, showed=[other])
    return {"referral": withdrawn, "other": other}


def test_everything_is_given_from_every_table(region: Engine, everywhere: dict[str, Any]) -> None:
    found = exported(region)
    assert set(found.records) == set(tables_by_column()) | set(OTHERWISE)
    text = json.dumps(found.to_json())
    for words in (*MARKS, "Not A Name", "1 Nowhere", "KEPT-ANSWER", everywhere["referral"]):
        assert words in text, words
    assert found.referrals == (everywhere["referral"],)
    assert len(found.records["step"]) == 9


def test_nobody_else_is_in_it(region: Engine, everywhere: dict[str, Any]) -> None:
    found = exported(region)
    for text in (json.dumps(found.to_json()), in_words(found)):
        for words in ("YP-901", everywhere["other"], "OTHERS", '"R-01"', "Somebody Real",
                      "broker-1", "assessor-", "manager-", "verifier-", "somebody of the desk",
                      "admin-1"):  # fmt: skip
            assert words not in text, words
        assert "another young person" in text
    assert found.records["match_run"][0]["plan"] == [
        {
            "referral_id": everywhere["referral"],
            "home_id": HOME,
            "summary": "beside another young person",
        }
    ]
    assert {found.records["relationship"][0]["a"], found.records["relationship"][0]["b"]} == {
        "YP-900", "another young person",
    }  # fmt: skip


def test_who_looked_at_a_match_that_names_them_is_told_and_at_no_other(
    region: Engine, everywhere: dict[str, Any]
) -> None:
    found = exported(region)
    (run,) = found.records["match_run"]
    named = Record("match", str(run["run_id"]))
    with writing(region) as session:
        other = MatchRun(
            started_at=AT, finished_at=AT, asked_by="broker-1", status="optimal",
            case_sha256="0" * 64, as_of=AT.date(), seed=1, placed=1, unplaced=0, policy="",
            options={}, plan={"placements": [{"referral_id": "R-02", "home_id": HOME}]},
            software="0",
        )  # fmt: skip
        session.add(other)
        session.flush()
        for record in (named, Record("match", str(other.run_id))):
            add_entry(session, BROKER, "match.read", record, at=AT)
    seen = [one for one in exported(region).seen_by if one["act"] == "match.read"]
    assert seen == [
        {
            "at": AT.isoformat(),
            "role": "broker",
            "organisation": "partnership",
            "act": "match.read",
            "record_id": named.id,
        }
    ]


def test_who_looked_is_told_by_role_and_organisation(
    region: Engine, everywhere: dict[str, Any]
) -> None:
    seen = exported(region).seen_by
    assert {
        "at": AT.isoformat(),
        "role": "broker",
        "organisation": "partnership",
        "act": "life.read",
        "record_id": everywhere["referral"],
    } in seen
    assert seen[-1]["act"] == "subject.export"


def test_who_looked_at_a_list_that_showed_them_is_told_and_nobody_else_on_it(
    region: Engine, everywhere: dict[str, Any]
) -> None:
    found = exported(region)
    lists = [one for one in found.seen_by if one["record_id"] == "list"]
    assert lists == [
        {
            "at": AT.isoformat(),
            "role": "broker",
            "organisation": "partnership",
            "act": "offers.list",
            "record_id": "list",
        }
    ]
    told = [row["after"] or {} for row in found.records["audit_value"]]
    assert [one for one in told if "showed" in one] == [{"showed": [everywhere["referral"]]}]


def test_that_it_was_given_out_is_on_the_audit(region: Engine, withdrawn: str) -> None:
    exported(region)
    with reading(region) as session:
        table = CATALOGUE.tables["audit"]
        last = session.execute(sa.select(table).order_by(table.c.number.desc())).mappings().first()
        assert last is not None
        assert (last["act"], last["record_kind"], last["record_id"], last["actor"]) == (
            "subject.export", "young_person", "YP-900", "admin-1",
        )  # fmt: skip
        assert verify(session).broken == ()


def test_of_somebody_who_only_lives_in_a_home_that_is_given(region: Engine) -> None:
    found = exported(region, "YP101")
    assert set(found.records) >= {"resident", "audit"}
    assert found.referrals == ()


def test_of_nobody_nothing_is_given_and_nothing_is_on_the_audit(region: Engine) -> None:
    with pytest.raises(NothingHeld):
        exported(region, "YP-nobody")
    with reading(region) as session:
        assert verify(session).entries == 4


def test_the_words_are_plain_and_say_what_is_unknown_is_not_there(
    region: Engine, everywhere: dict[str, Any]
) -> None:
    text = in_words(exported(region))
    assert text.startswith("WHAT IS HELD ABOUT YOU\nYour number here is YP-900.")
    assert "read it through first" in text
    assert "what you said about a home was written down" in text
    assert "2026-10-01 12:00: broker of partnership: life.read" in text
    empty = {line.split(":")[0].strip() for line in text.splitlines() if line.endswith(": None")}
    assert empty == {"communication"}, "None is an answer there, and nowhere a gap"
    assert "{" not in text
