"""Values are corrected and removed by an entry that says who and why, and the chain still holds."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from broker.audit.amend import CannotAmend, correct_value, entry_with_values, remove_value, says_of
from broker.audit.chain import Record, Verified, add_entry, verify
from broker.audit.read import Wanted, page
from broker.database import reading, writing
from broker.life import desk
from broker.store.clock import now
from tests.integration.audit.conftest import MARKS, entry_of, where
from tests.integration.audit.tampering import ADMINISTRATOR, START, fill, tamper
from tests.whole_life import ASSESSOR, Teller


def proof(engine: Engine) -> Verified:
    with reading(engine) as session:
        return verify(session)


def remove(engine: Engine, number: int, why: str = "entered by mistake") -> int:
    with writing(engine) as session:
        return remove_value(session, ADMINISTRATOR, number, at=now(), why=why)


def correct(
    engine: Engine, number: int, change: Callable[[dict[str, Any]], None], why: str = "was wrong"
) -> int:
    with writing(engine) as session:
        says = copy.deepcopy(says_of(entry_with_values(session, number)))
        change(says)
        return correct_value(session, ADMINISTRATOR, number, says, at=now(), why=why)


def test_removed_values_are_gone_and_verify_says_by_whom_and_why(engine: Engine) -> None:
    fill(engine, 4)
    by = remove(engine, 2, "it named a neighbour")
    found = proof(engine)
    assert found.broken == ()
    assert [str(one) for one in found.taken] == [
        f"entry 2: removed by entry {by} of admin-1: it named a neighbour"
    ]
    with reading(engine) as session:
        rows, _ = page(session, limit=10)
    assert [(row["number"], row["values"]) for row in rows] == [
        (1, "kept"), (2, "removed"), (3, "none"), (4, "kept"), (5, "kept"),
    ]  # fmt: skip
    assert rows[1]["why"] is None
    assert rows[1]["taken_by"] == by


def test_corrected_values_lie_beside_the_entry_that_corrects(engine: Engine) -> None:
    fill(engine, 4)

    def put_right(says: dict[str, Any]) -> None:
        says["why"] = "reason 2 put right"

    by = correct(engine, 2, put_right)
    found = proof(engine)
    assert found.broken == ()
    assert [(one.number, one.by_entry, one.why) for one in found.taken] == [(2, by, "was wrong")]
    with reading(engine) as session:
        assert says_of(entry_with_values(session, 2)) == {
            "why": "reason 2 put right",
            "before": {"places": 2},
            "after": {"places": 3, "words": "it grew"},
        }
        rows, _ = page(session, limit=10)
    assert rows[1]["values"] == "corrected"
    assert rows[4]["after"]["corrected"]["why"] == "reason 2 put right"


def test_a_correction_can_itself_be_corrected_and_then_removed(engine: Engine) -> None:
    fill(engine, 2)
    first = correct(engine, 2, lambda says: says.update(why="once"))
    second = correct(engine, first, lambda says: says.update(why="twice"))
    assert proof(engine).broken == ()
    with reading(engine) as session:
        assert says_of(entry_with_values(session, 2))["why"] == "twice"
    assert where(engine, "once") == set()
    third = remove(engine, second)
    found = proof(engine)
    assert found.broken == ()
    assert {(one.number, one.by_entry) for one in found.taken} == {
        (2, first), (first, second), (second, third),
    }  # fmt: skip
    assert where(engine, "twice") == set()


def test_the_reason_of_a_removal_can_be_removed_too(engine: Engine) -> None:
    fill(engine, 2)
    by = remove(engine, 2, "OOPS-A-NAME")
    remove(engine, by, "the reason named somebody")
    assert where(engine, "OOPS-A-NAME") == set()
    found = proof(engine)
    assert found.broken == ()
    assert "its reason was removed" in str(found.taken[0])


@pytest.mark.parametrize(
    ("number", "sentence"),
    [(9, "there is no entry 9"), (3, "says nothing beside the chain: home.read")],
)
def test_what_cannot_be_removed_is_told(engine: Engine, number: int, sentence: str) -> None:
    fill(engine, 4)
    with pytest.raises(CannotAmend, match=sentence):
        remove(engine, number)
    assert proof(engine).entries == 4


def test_what_is_removed_already_is_told_with_the_entry(engine: Engine) -> None:
    fill(engine, 2)
    by = remove(engine, 2)
    with pytest.raises(CannotAmend, match=f"were taken away by entry {by}"):
        remove(engine, 2)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({}, "a correction gives why, before, after"),
        ({"why": None, "before": None}, "a correction gives why, before, after"),
        ({"why": 3, "before": None, "after": None}, "why: allowed: text"),
        ({"why": "x", "before": [], "after": None}, "before: allowed: an object"),
        ({"why": "x", "before": None, "after": "y"}, "after: allowed: an object"),
        (
            {
                "why": "reason 2",
                "before": {"places": 2},
                "after": {"places": 3, "words": "it grew"},
            },
            "nothing differs",
        ),
    ],
)
def test_a_correction_that_is_none_is_refused(
    engine: Engine, values: dict[str, Any], sentence: str
) -> None:
    fill(engine, 2)
    with pytest.raises(CannotAmend, match=sentence), writing(engine) as session:
        correct_value(session, ADMINISTRATOR, 2, values, at=now(), why="x")


def test_values_put_back_after_a_removal_are_found(engine: Engine) -> None:
    fill(engine, 2)
    remove(engine, 2)
    tamper(engine, "INSERT INTO audit_value (number, salt, why) VALUES (2, 'x', 'because')")
    assert "were taken away by entry 3, and are there" in str(proof(engine).broken[0])


def test_a_removal_that_names_a_later_entry_excuses_nothing(engine: Engine) -> None:
    """Only a later entry can tell that values are gone: one written beforehand is no licence."""
    fill(engine, 2)
    remove(engine, 2)
    tamper(engine, "UPDATE audit SET record_id = '5' WHERE number = 3")
    fill(engine, 3)
    tamper(engine, "DELETE FROM audit_value WHERE number = 5")
    assert 5 in {one.number for one in proof(engine).broken}


def test_what_a_step_said_is_removed_with_every_copy_of_it(region: Engine, withdrawn: str) -> None:
    for act, words in (
        ("view", "MARK-VIEW"),
        ("decline", "MARK-NO"),
        ("withdraw", "MARK-END"),
        ("band", "MARK-REASON"),
    ):
        assert where(region, words)
        remove(region, entry_of(region, withdrawn, act))
        assert where(region, words) == set(), words
    assert proof(region).broken == ()


def test_of_an_open_life_no_step_is_emptied(region: Engine) -> None:
    with writing(region) as session:
        referral = Teller(session).to_verified().referral
    with pytest.raises(CannotAmend, match="is open and rests on its step 3"):
        remove(region, entry_of(region, referral, "band"))
    with reading(region) as session:
        life = desk.read_life(session, referral)
        assert life is not None
        assert life.band == "medium"


def test_words_of_a_step_are_put_right_in_an_open_life_with_every_copy(region: Engine) -> None:
    with writing(region) as session:
        told = Teller(session)
        told.to_verified()
        told.shortlist("SC990007")
        told.view("SC990007")
        referral = told.life.referral

    def put_right(says: dict[str, Any]) -> None:
        says["after"]["said"]["words"] = "I said no such thing"

    correct(region, entry_of(region, referral, "view"), put_right)
    assert proof(region).broken == ()
    assert where(region, "it looks fine") == set()
    assert where(region, "I said no such thing") == {"step", "wish", "audit_value"}
    with writing(region) as session:
        life = desk.read_life(session, referral)
        assert life is not None
        assert life.version == 6
        told = Teller(session, minutes=30, life=life)
        told.take(ASSESSOR, "withdraw", reason="found a family")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda says: says["after"]["said"].update(home_id="SC990002"), "said.home_id: changes by"),
        (lambda says: says["after"]["said"].update(said_on="2026-09-03"), "said.said_on: changes"),
        (lambda says: says["after"]["said"].update(wish="never"), "said.wish: changes by a later"),
        (lambda says: says["after"]["said"].update(words=None), "said.words: changes by a later"),
        (lambda says: says["after"]["said"].update(words="  "), "said.words: .*at least 1"),
        (lambda says: says["after"]["said"].pop("words"), "said.words: changes by"),
        (lambda says: says["after"].update(version=9), "only `said` may differ"),
        (lambda says: says["after"].update(said=[]), "after.said: allowed: an object"),
        (lambda says: says["before"].update(version=0), "before: only the words"),
    ],
)
def test_what_a_life_rests_on_is_not_corrected_but_changed_by_a_later_step(
    region: Engine, withdrawn: str, change: Callable[[dict[str, Any]], None], sentence: str
) -> None:
    with pytest.raises(CannotAmend, match=sentence):
        correct(region, entry_of(region, withdrawn, "view"), change)
    assert proof(region).taken == ()


def test_a_name_in_the_form_can_be_put_right(region: Engine, withdrawn: str) -> None:
    def rename(says: dict[str, Any]) -> None:
        says["after"]["said"]["form"]["identity"]["name"] = "Another Name"

    correct(region, entry_of(region, withdrawn, "open"), rename)
    assert where(region, "Not A Name") == set()
    with reading(region) as session:
        life = desk.read_life(session, withdrawn)
        assert life is not None
        assert life.form is not None
        assert life.form.identity.name == "Another Name"
    assert proof(region).broken == ()


def test_a_life_with_an_emptied_step_says_so_instead_of_guessing(
    region: Engine, withdrawn: str
) -> None:
    by = remove(region, entry_of(region, withdrawn, "open"))
    with reading(region) as session, pytest.raises(desk.Emptied) as told:
        desk.read_life(session, withdrawn)
    assert told.value.steps == (1,)
    assert by


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE step SET said = NULL WHERE number = 3",
        "UPDATE step SET facts = '{}' WHERE kind = 'shortlist'",
        "UPDATE step SET taken_by = 'x' WHERE number = 3",
        "DELETE FROM step WHERE number = 9",
        "DELETE FROM row_change",
    ],
)
def test_the_database_lets_no_step_change_without_an_entry(
    region: Engine, withdrawn: str, statement: str
) -> None:
    with pytest.raises(DBAPIError, match="but by an entry"), region.begin() as connection:
        connection.exec_driver_sql(statement)


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("UPDATE step SET said = '{}' WHERE number = 3", "step 3 of R-.* was changed"),
        ("UPDATE step SET said = NULL WHERE number = 3", "said is gone, and no entry says"),
        ("UPDATE step SET taken_by = 'x' WHERE number = 3", "step 3 of R-.* was changed"),
        ("UPDATE step SET role = 'broker' WHERE number = 3", "step 3 of R-.* was changed"),
        ("UPDATE step SET facts = '{\"homes\": {}}' WHERE kind = 'shortlist'", "the facts of step"),
        ("UPDATE step SET number = 33 WHERE number = 3", "step 33 of R-.* was changed"),
        ("UPDATE step SET kind = 'reband' WHERE number = 3", "the step it tells of is gone"),
        ("DELETE FROM step WHERE number = 9", "the step it tells of is gone"),
        (
            "INSERT INTO step SELECT referral_id, 99, kind, '2026-09-05 00:00:00.000000', taken_on,"
            " taken_by, role, organisation, said, facts FROM step WHERE number = 3",
            "step 99 of R-.*: no entry tells of it",
        ),
    ],
)
def test_a_step_changed_behind_the_programs_back_is_found(
    region: Engine, withdrawn: str, statement: str, sentence: str
) -> None:
    assert proof(region).broken == ()
    tamper(region, statement)
    found = "\n".join(str(one) for one in proof(region).broken)

    assert re.search(sentence, found), found


def test_a_page_of_the_audit_hides_what_a_step_said_of_a_person(
    region: Engine, withdrawn: str
) -> None:
    with reading(region) as session:
        about = Wanted(kind="referral", record=withdrawn)
        rows, more = page(session, about, limit=4)
        rest, end = page(session, about, limit=100, after=more or 0)
    assert [row["act"] for row in rows + rest] == [
        "life.open", "life.submit", "life.band", "life.verify", "life.shortlist", "life.view",
        "life.offer", "life.decline", "life.withdraw",
    ]  # fmt: skip
    assert end is None
    assert [mark for mark in MARKS if mark in str(rows + rest)] == []
    assert rows[1]["before"] == {"state": "draft", "version": 1}
    reasons = {"life.band", "life.verify", "life.withdraw"}
    assert {row["act"] for row in rows + rest if row["why_held_back"]} == reasons
    assert [row["act"] for row in rows + rest if row["why"] is not None] == []
    assert where(region, "MARK-END") >= {"step", "audit_value"}, "it stays on record"
    assert proof(region).broken == ()


def test_a_corrected_reason_about_a_young_person_is_not_shown_and_why_it_was_is(
    region: Engine, withdrawn: str
) -> None:
    def put_right(says: dict[str, Any]) -> None:
        says["why"] = says["after"]["said"]["reason"] = "MARK-NEW found an aunt"

    by = correct(region, entry_of(region, withdrawn, "withdraw"), put_right, "it named somebody")
    with reading(region) as session:
        (row,) = page(session, after=by - 1, limit=1)[0]
        assert says_of(entry_with_values(session, by))["why"] == "MARK-NEW found an aunt"
    assert (row["act"], row["why"]) == ("audit.correct_value", "it named somebody")
    assert "MARK-NEW" not in str(row)
    assert row["after"]["corrected"]["after"]["state"] == "withdrawn"
    assert proof(region).broken == ()


def test_why_a_row_of_a_file_was_settled_is_not_shown_and_why_a_home_changed_is(
    engine: Engine,
) -> None:
    fill(engine, 1)
    with writing(engine) as session:
        told = Record("inbox", "0123456789ab/2")
        add_entry(session, ADMINISTRATOR, "inbox.settle", told, at=now(), why="MARK went home")
    with reading(engine) as session:
        changed, settled = page(session, limit=2)[0]
    assert (changed["why"], changed["why_held_back"]) == ("reason 1", False)
    assert (settled["why"], settled["why_held_back"]) == (None, True)


def test_a_page_is_by_actor_act_and_number(engine: Engine) -> None:
    fill(engine, 7)
    with reading(engine) as session:
        looked, _ = page(session, Wanted(actor="auditor-1"), limit=10)
        changed, more = page(session, Wanted(act="home.change"), after=2, limit=2)
    assert [row["number"] for row in looked] == [3, 6]
    assert ([row["number"] for row in changed], more) == ([4, 5], 5)
    assert datetime.fromisoformat(looked[0]["at"]) == START + timedelta(minutes=3)
