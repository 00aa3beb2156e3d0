"""Signing in with a local account: who gets in, who is locked out, and when it ends."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api.settings import Settings
from broker.access import passwords
from broker.access.accounts import BadAccount, Changes, NewAccount, add_account, change_account
from broker.access.actor import PARTNERSHIP, Role
from broker.access.passwords import wrong_password
from broker.database import make_engine, reading, writing
from broker.store.clock import now
from broker.tables import AccessRow, AccountRow
from tests.integration.api.conftest import problem_of
from tests.integration.api.entering import NAME, PROGRAM, Clock, enter, entries
from tests.integration.api.world import OFTEN, PASSWORD, calling, service

pytestmark = pytest.mark.usefixtures("cheap_hashes")
WRONG = "not the password at all"


def test_a_session_is_given_and_says_who_is_signed_in(caller: TestClient) -> None:
    problem_of(caller.get("/api/session"), 401, "not-signed-in")
    made = enter(caller)
    assert made.status_code == 201
    assert made.json() == caller.get("/api/session").json()
    assert made.json()["account"] == NAME
    cookie = next(c for c in made.headers.get_list("set-cookie") if c.startswith("session="))
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
    assert "Secure" not in cookie


def test_the_cookies_are_for_https_and_for_this_host_alone_in_production(
    people: Engine,
) -> None:
    settings = Settings(
        production=True, secret="xK3-" + "abcdefghijklmnop" * 2, hosts=("broker.test",), rates=OFTEN
    )
    with calling(service(people, settings), "https://broker.test") as client:
        made = enter(client)
        assert made.status_code == 201
        told = made.headers.get_list("set-cookie")
        names = {cookie.partition("=")[0] for cookie in told}
        assert names == {"__Host-session", "__Host-csrftoken"}
        for cookie in told:
            assert "Secure" in cookie
            assert "Path=/" in cookie
            assert "Domain" not in cookie
        assert client.get("/api/session").status_code == 200
        headers = {"x-csrftoken": client.cookies["__Host-csrftoken"]}
        assert client.delete("/api/session", headers=headers).status_code == 204
        problem_of(client.get("/api/session"), 401, "not-signed-in")


def test_the_same_answer_is_given_whatever_is_wrong(caller: TestClient) -> None:
    answers = []
    for account, password in (
        (NAME, WRONG),
        ("nobody-here", PASSWORD),
        ("ended", PASSWORD),
        ("by-provider", PASSWORD),
        (PROGRAM, PASSWORD),
        (PASSWORD, NAME),
    ):
        body = problem_of(enter(caller, account, password), 401, "wrong-password")
        answers.append({key: value for key, value in body.items() if key != "instance"})
    assert all(answer == answers[0] for answer in answers)


def test_the_same_work_is_done_whatever_is_wrong(
    caller: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashes: list[str] = []
    hasher = passwords._hasher()

    class Counting:
        def verify(self, password: str, kept: str) -> bool:
            hashes.append(kept)
            return hasher.verify(password, kept)

    monkeypatch.setattr(passwords, "_hasher", Counting)
    for account in (NAME, "nobody-here", "ended", "by-provider"):
        before = len(hashes)
        problem_of(enter(caller, account, WRONG), 401, "wrong-password")
        assert len(hashes) == before + 1
    assert len({kept.rpartition("$")[0].rpartition("$")[0] for kept in hashes}) == 1


def test_five_wrong_passwords_lock_an_account_for_a_quarter_of_an_hour(
    caller: TestClient, clock: Clock
) -> None:
    for _ in range(4):
        problem_of(enter(caller, NAME, WRONG), 401, "wrong-password")
    assert enter(caller).status_code == 201
    for _ in range(5):
        problem_of(enter(caller, NAME, WRONG), 401, "wrong-password")
    problem_of(enter(caller), 401, "wrong-password")
    clock.pass_by(minutes=14, seconds=59)
    problem_of(enter(caller), 401, "wrong-password")
    clock.pass_by(seconds=1)
    assert enter(caller).status_code == 201


def test_trying_while_locked_does_not_lock_for_longer(caller: TestClient, clock: Clock) -> None:
    for _ in range(5):
        enter(caller, NAME, WRONG)
    clock.pass_by(minutes=10)
    for _ in range(5):
        enter(caller, NAME, WRONG)
    clock.pass_by(minutes=5)
    assert enter(caller).status_code == 201


def test_an_administrator_unlocks_an_account(caller: TestClient, people: Engine) -> None:
    for _ in range(5):
        enter(caller, NAME, WRONG)
    with writing(people) as session:
        assert change_account(session, NAME, Changes(unlock=True), now())
    assert enter(caller).status_code == 201


def test_a_session_that_rests_for_half_an_hour_ends(caller: TestClient, clock: Clock) -> None:
    enter(caller)
    for _ in range(3):
        clock.pass_by(minutes=29)
        assert caller.get("/api/session").status_code == 200
    clock.pass_by(minutes=30)
    problem_of(caller.get("/api/session"), 401, "not-signed-in")


def test_a_session_ends_after_ten_hours_however_busy(caller: TestClient, clock: Clock) -> None:
    enter(caller)
    for _ in range(35):
        clock.pass_by(minutes=17)
        assert caller.get("/api/session").status_code == 200
    clock.pass_by(minutes=5)
    problem_of(caller.get("/api/session"), 401, "not-signed-in")


def test_a_token_is_for_programs_and_ends_after_a_quarter_of_an_hour(
    caller: TestClient, clock: Clock
) -> None:
    asked = {"account": PROGRAM, "password": PASSWORD}
    given = caller.post("/api/tokens", json=asked)
    assert given.status_code == 201
    assert given.json()["expires_in"] == 900
    assert "session" not in caller.cookies
    headers = {"authorization": f"Bearer {given.json()['token']}"}
    for _ in range(2):
        clock.pass_by(minutes=7)
        assert caller.get("/api/session", headers=headers).status_code == 200
    clock.pass_by(minutes=1)
    problem_of(caller.get("/api/session", headers=headers), 401, "not-signed-in")
    person = caller.post("/api/tokens", json={"account": NAME, "password": PASSWORD})
    problem_of(person, 401, "wrong-password")


def test_a_token_is_no_session_and_a_session_is_no_token(caller: TestClient) -> None:
    given = caller.post("/api/tokens", json={"account": PROGRAM, "password": PASSWORD}).json()
    enter(caller)
    session = caller.cookies["session"]
    caller.cookies.clear()
    headers = {"authorization": f"Bearer {session}"}
    problem_of(caller.get("/api/session", headers=headers), 401, "not-signed-in")
    caller.cookies.set("session", given["token"])
    problem_of(caller.get("/api/session"), 401, "not-signed-in")


def test_signing_in_ends_the_session_that_was_there_before(caller: TestClient) -> None:
    enter(caller)
    former = caller.cookies["session"]
    enter(caller)
    assert caller.cookies["session"] != former
    assert caller.get("/api/session").status_code == 200
    caller.cookies.clear()
    caller.cookies.set("session", former)
    problem_of(caller.get("/api/session"), 401, "not-signed-in")


def test_a_session_somebody_else_chose_is_never_taken_up(caller: TestClient) -> None:
    caller.get("/api/health")
    csrf = caller.cookies["csrftoken"]
    headers = {"cookie": f"session=chosen; csrftoken={csrf}", "x-csrftoken": csrf}
    made = caller.post(
        "/api/session", json={"account": NAME, "password": PASSWORD}, headers=headers
    )
    assert made.status_code == 201
    caller.cookies.clear()
    chosen = caller.get("/api/session", headers={"cookie": "session=chosen"})
    problem_of(chosen, 401, "not-signed-in")
    cookie = made.headers["set-cookie"].partition(";")[0]
    assert caller.get("/api/session", headers={"cookie": cookie}).status_code == 200


def test_signing_out_ends_the_session_everywhere(caller: TestClient) -> None:
    enter(caller)
    session = caller.cookies["session"]
    headers = {"x-csrftoken": caller.cookies["csrftoken"]}
    assert caller.delete("/api/session", headers=headers).status_code == 204
    assert "session" not in caller.cookies
    caller.cookies.set("session", session)
    problem_of(caller.get("/api/session"), 401, "not-signed-in")


@pytest.mark.parametrize("changes", [Changes(end=True), Changes(secret="another long password")])
def test_an_end_or_a_new_password_closes_what_is_open(
    caller: TestClient, people: Engine, changes: Changes
) -> None:
    enter(caller)
    assert caller.get("/api/session").status_code == 200
    with writing(people) as session:
        assert change_account(session, NAME, changes, now())
    problem_of(caller.get("/api/session"), 401, "not-signed-in")
    problem_of(enter(caller), 401, "wrong-password")


def test_a_request_of_somebody_signed_in_writes_nothing_but_once_a_minute(
    caller: TestClient, people: Engine, clock: Clock
) -> None:
    enter(caller)
    written: list[str] = []

    @sa.event.listens_for(people, "before_cursor_execute")
    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.lstrip().upper().startswith(("SELECT", "BEGIN", "PRAGMA")):
            written.append(statement)

    for _ in range(5):
        assert caller.get("/api/session").status_code == 200
    assert written == []
    clock.pass_by(minutes=1)
    for _ in range(5):
        assert caller.get("/api/session").status_code == 200
    assert [statement.split()[:2] for statement in written] == [["UPDATE", "access"]]


def test_what_was_refused_is_on_the_audit_without_what_was_typed(
    caller: TestClient, people: Engine
) -> None:
    enter(caller, NAME, WRONG)
    enter(caller, "my-password-by-mistake", WRONG)
    enter(caller)
    found = [(row["act"], row["actor"], row["role"], row["record_id"]) for row in entries(people)]
    assert found == [
        ("session.refused", "nobody", "none", NAME),
        ("session.refused", "nobody", "none", "(unknown)"),
        ("session.begin", NAME, "broker", NAME),
    ]
    told = str(entries(people))
    assert WRONG not in told
    assert PASSWORD not in told
    assert "my-password-by-mistake" not in told
    assert entries(people)[0]["after"] == {"from": "testclient", "by": "password"}


def test_what_is_kept_of_a_password_or_session_does_not_give_it_away(
    caller: TestClient, people: Engine
) -> None:
    enter(caller)
    with reading(people) as session:
        kept = str(session.execute(sa.select(AccountRow.__table__)).all())
        kept += str(session.execute(sa.select(AccessRow.__table__)).all())
    assert PASSWORD not in kept
    assert caller.cookies["session"] not in kept
    assert kept.count("$argon2id$") == 3


@pytest.mark.parametrize(
    ("password", "right"),
    [
        ("short pass1", False),
        ("twelve chars", True),
        ("x" * 20, False),
        ("aabbccdd" * 3, False),
        ("somebody was here", False),
        ("SOMEBODY was here", False),
        ("p" + "a b c d e" * 28, True),
        ("p" + "a b c d e" * 29, False),
        ("with a \0 in the middle", False),
        ("with half \ud800 a sign", False),
        ("päßwörter sind länger", True),
    ],
)
def test_length_makes_a_password_and_not_signs(password: str, right: bool) -> None:
    assert (not [*wrong_password(password, NAME)]) is right


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        (NewAccount("x", Role.BROKER, PARTNERSHIP, secret=PASSWORD), "cannot be an account's name"),
        (NewAccount(NAME, Role.BROKER, PARTNERSHIP, secret=PASSWORD), "there is an account"),
        (NewAccount("new", Role.BROKER, "E09000016", secret=PASSWORD), "is held in a partnership"),
        (NewAccount("new", Role.BROKER, "nowhere", secret=PASSWORD), "is no organisation here"),
        (NewAccount("new", Role.BROKER, PARTNERSHIP), "a password is needed"),
        (NewAccount("new", Role.BROKER, PARTNERSHIP, secret="short"), "12 to 256 characters"),
        (
            NewAccount("new", Role.BROKER, PARTNERSHIP, secret=PASSWORD, subject="a"),
            "either a password",
        ),
        (NewAccount("new", Role.BROKER, PARTNERSHIP, subject="a", program=True), "names people"),
        (NewAccount("new", Role.BROKER, PARTNERSHIP, subject="a b"), "visible letters"),
        (NewAccount("new", Role.BROKER, PARTNERSHIP, subject="invented"), "already"),
        (NewAccount("new", Role.BROKER, PARTNERSHIP, ("H1",), PASSWORD), "registered manager only"),
    ],
)
def test_an_account_that_cannot_be_is_refused_with_the_reason(
    people: Engine, new: NewAccount, sentence: str
) -> None:
    with pytest.raises(BadAccount, match=sentence), writing(people) as session:
        add_account(session, new, now())


def test_two_wrong_passwords_at_once_are_both_counted(people: Engine) -> None:
    """Five guesses are made from what was read before any was counted; the right one comes last."""
    from broker.access.passwords import Refused, kept_of, settle

    with reading(people) as session:
        kept = [kept_of(session, NAME) for _ in range(6)]
    outcomes = []
    for number, each in enumerate(kept):
        with writing(people) as session:
            outcomes.append(settle(session, each, number == 5, "session", now()))
    assert all(isinstance(outcome, Refused) for outcome in outcomes)


def test_signing_in_by_a_session_ends_with_the_database_and_comes_back(tmp_path: Path) -> None:
    file = tmp_path / "broker.sqlite3"
    engine = make_engine(f"sqlite:///{file}")
    with calling(service(engine)) as client:
        problem_of(enter(client), 401, "wrong-password")
        engine.dispose()
        shutil.move(file, tmp_path / "gone.sqlite3")
        file.mkdir()
        client.cookies.set("session", "anything")
        assert client.get("/api/session").status_code == 503
        file.rmdir()
        shutil.move(tmp_path / "gone.sqlite3", file)
        assert client.get("/api/session").status_code == 401
