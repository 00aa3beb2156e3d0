"""`broker users`: accounts are made, listed and changed where the records lie."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from broker.access.actor import Actor
from broker.access.passwords import Refused, fits, kept_of, settle
from broker.database import engine_from_environment, reading, writing
from broker.store.clock import now
from broker.tables import AuditRow
from tests.unit.cli.conftest import Broker

pytestmark = pytest.mark.usefixtures("cheap_hashes")
PASSWORD = "an invented long password"


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The password comes from stdin."""
    type_in(monkeypatch, PASSWORD + "\n")


def type_in(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def enters(name: str, password: str, kind: str = "session") -> bool:
    engine = engine_from_environment()
    with writing(engine) as session:
        kept = kept_of(session, name)
        found = settle(session, kept, fits(kept, password), kind, now())
    engine.dispose()
    assert isinstance(found, Actor | Refused)
    return isinstance(found, Actor)


def add(broker: Broker, name: str = "some-broker", *more: str) -> int:
    words = ("--role", "broker", "--organisation", "partnership", *more)
    return broker("users", "add", name, *words).code


def test_there_is_no_account_and_no_password_until_one_is_made(broker: Broker) -> None:
    answer = broker("users", "list")
    assert answer.code == 0
    assert "No account" in answer.out
    for name in ("admin", "administrator", "root", "broker"):
        assert not enters(name, name)
        assert not enters(name, "")


def test_an_account_is_made_with_a_password_from_stdin(broker: Broker, typed: None) -> None:
    assert add(broker) == 0
    assert "some-broker  broker  partnership" in broker("users", "list").out
    assert enters("some-broker", PASSWORD)
    assert not enters("some-broker", PASSWORD + "\n")
    assert not enters("some-broker", PASSWORD, "token")


def test_a_program_has_a_secret_and_asks_for_tokens(broker: Broker, typed: None) -> None:
    assert add(broker, "some-program", "--program") == 0
    assert enters("some-program", PASSWORD, "token")
    assert not enters("some-program", PASSWORD)
    assert "program" in broker("users", "list").out


def test_whoever_the_provider_knows_needs_no_password(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert add(broker, "by-provider", "--subject", "invented-subject") == 0
    assert "by the identity provider" in broker("users", "list").out
    assert not enters("by-provider", "")


def test_a_manager_of_a_home_on_record_is_made(
    broker: Broker, region: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert broker("import", region).code == 0
    manager = ("users", "add", "manager", "--role", "registered_manager", "--organisation", "P2")
    type_in(monkeypatch, PASSWORD)
    refused = broker(*manager)
    assert refused.code == 2
    assert "name it" in refused.err
    type_in(monkeypatch, PASSWORD)
    assert broker(*manager, "--home", "SC990007").code == 0
    assert "of SC990007" in broker("users", "list").out


def test_a_weak_password_is_refused_and_nothing_is_written(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    type_in(monkeypatch, "short\n")
    answer = broker("users", "add", "one", "--role", "broker", "--organisation", "nowhere")
    assert answer.code == 2
    assert "12 to 256 characters" in answer.err
    assert "no organisation here" in answer.err
    assert "Nothing was written" in answer.err
    assert "No account" in broker("users", "list").out


def test_two_passwords_that_differ_are_refused(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    typed = iter([PASSWORD, PASSWORD + "x", PASSWORD, PASSWORD])
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr("getpass.getpass", lambda _prompt: next(typed))
    assert add(broker) == 2
    assert add(broker) == 0


def test_an_account_is_unlocked_given_a_new_password_and_ended(
    broker: Broker, typed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert add(broker) == 0
    for _ in range(5):
        assert not enters("some-broker", "not the password")
    assert not enters("some-broker", PASSWORD)
    assert "locked" in broker("users", "list").out
    assert broker("users", "unlock", "some-broker").code == 0
    assert enters("some-broker", PASSWORD)
    type_in(monkeypatch, "another invented password\n")
    assert broker("users", "password", "some-broker").code == 0
    assert not enters("some-broker", PASSWORD)
    assert enters("some-broker", "another invented password")
    assert broker("users", "end", "some-broker").code == 0
    assert not enters("some-broker", "another invented password")
    assert "ended" in broker("users", "list").out
    assert broker("users", "unlock", "some-broker").code == 2


def test_an_account_that_is_not_there_cannot_be_changed(broker: Broker, typed: None) -> None:
    for what in ("end", "unlock", "password"):
        answer = broker("users", what, "nobody-here")
        assert answer.code == 2
        assert "There is no account nobody-here" in answer.err


def test_what_is_done_at_the_command_line_is_on_the_audit_without_passwords(
    broker: Broker, typed: None
) -> None:
    add(broker)
    broker("users", "unlock", "some-broker")
    engine = engine_from_environment()
    with reading(engine) as session:
        rows = session.execute(sa.select(AuditRow.__table__)).mappings().all()
    engine.dispose()
    assert [(row["act"], row["record_id"], row["via"]) for row in rows] == [
        ("account.add", "some-broker", "command line"),
        ("account.change", "some-broker", "command line"),
    ]
    assert broker("audit", "verify").code == 0
