"""The audit, retention and subject access at the command line."""

from __future__ import annotations

import json
import re
import shutil
import stat
from pathlib import Path

import pytest

from broker.sample import REGION
from tests.unit.cli.conftest import Broker, folder_after

PARTNER = ("--role", "auditor", "--organisation", "partnership")


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    added = [
        ("users", "add", name, *PARTNER, "--subject", f"subject-{name}")
        for name in ("aa", "bb", "cc")
    ]
    return folder_after(tmp_path_factory.mktemp("three"), ("import", REGION), *added)


@pytest.fixture
def three(made_once: Path, tmp_path: Path) -> None:
    """The region on record, with three accounts: five entries, two of them of its agreements."""
    shutil.copytree(made_once, tmp_path, dirs_exist_ok=True)


def test_verify_says_what_to_write_down_and_meets_it_later(broker: Broker, three: None) -> None:
    first = broker("audit", "verify")
    assert first.code == 0
    assert "5 entries, unbroken, and every step agrees with its entry." in first.out
    seal = first.out.split()[-1]
    assert re.fullmatch(r"5:[0-9a-f]{64}", seal)
    broker("users", "end", "aa")
    assert broker("audit", "verify", "--expect", seal).code == 0
    told = json.loads(broker("audit", "verify", "--json").out)
    assert (told["entries"], told["broken"], told["taken"]) == (6, [], [])
    wrong = broker("audit", "verify", "--expect", "5:" + "0" * 64)
    assert wrong.code == 1
    assert "entry 5: has not the hash that was written down" in wrong.out


@pytest.mark.parametrize("seal", ["", "abc", "3:xyz", "x:" + "0" * 64])
def test_a_seal_that_is_none_is_refused(broker: Broker, three: None, seal: str) -> None:
    answer = broker("audit", "verify", "--expect", seal)
    assert answer.code == 2
    assert "allowed: NUMBER:HASH or HASH" in answer.err


def test_what_an_entry_says_is_shown_corrected_and_removed(
    broker: Broker, three: None, tmp_path: Path
) -> None:
    shown = json.loads(broker("audit", "show", 4).out)
    assert shown["after"] == {"role": "auditor", "organisation": "partnership", "homes": []}
    shown["after"]["role"] = "broker"
    file = tmp_path / "right.json"
    file.write_text(json.dumps(shown))
    done = broker("audit", "correct", 4, "--reason", "a slip", "--values", file)
    assert done.code == 0
    assert "put right by entry 7" in done.out
    assert json.loads(broker("audit", "show", 4).out)["after"]["role"] == "broker"
    gone = broker("audit", "remove", 4, "--reason", "asked for")
    assert "is removed; entry 9 tells it" in gone.out
    told = broker("audit", "verify")
    assert told.code == 0
    assert re.search(r"entry 4: corrected by entry 7 of \S+: its reason was removed", told.out)
    assert re.search(r"entry 7: removed by entry 9 of \S+: asked for", told.out)
    assert broker("audit", "show", 4).err.startswith("the values of entry 4 were taken away")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("remove", 99, "--reason", "x"), "there is no entry 99"),
        (("remove", 2), "--reason"),
        (("remove", 4, "--reason", "  "), "allowed: a reason in words"),
        (("remove", 0, "--reason", "x"), "allowed: a whole number from 1"),
        (("correct", 4, "--reason", "x", "--values", "none.json"), "cannot be read"),
    ],
)
def test_what_cannot_be_done_is_told_and_nothing_is(
    broker: Broker, three: None, words: tuple[object, ...], sentence: str
) -> None:
    answer = broker("audit", *words)
    assert answer.code == 2
    assert sentence in answer.err
    assert json.loads(broker("audit", "verify", "--json").out)["entries"] == 5


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"why": 1, "before": null, "after": null}'])
def test_values_that_are_no_correction_are_told(
    broker: Broker, three: None, tmp_path: Path, text: str
) -> None:
    file = tmp_path / "values.json"
    file.write_text(text)
    answer = broker("audit", "correct", 4, "--reason", "x", "--values", file)
    assert answer.code == 2
    assert re.search("is not JSON|allowed: an object|a correction gives|why: allowed", answer.err)


def test_retention_lists_periods_sources_and_what_is_due(broker: Broker, three: None) -> None:
    answer = broker("retention")
    assert answer.code == 0
    assert "young_person: 75 years from birth\n" in answer.out
    assert "regulation 36(2) to (5)" in answer.out
    assert "account: 6 years from the account's end; not confirmed" in answer.out
    assert "Due and confirmed: 0. Nothing was removed" in answer.out
    ahead = json.loads(broker("retention", "--on", "2100-01-01", "--json").out)
    assert ahead["held_back"]
    assert "young_person" in {one["kind"] for one in ahead["due"]}
    assert ahead["removed"] == []


def test_what_is_not_confirmed_is_never_removed(
    broker: Broker, three: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broker("users", "end", "aa")
    shipped = Path(__file__).parents[3] / "broker" / "data" / "retention.toml"
    text = shipped.read_text(encoding="utf-8")
    text = re.sub(r"(\[account\].*\n)years = 6", r"\1days = 1", text)
    own = tmp_path / "own.toml"
    monkeypatch.setenv("BROKER_RETENTION", str(own))
    monkeypatch.setattr("broker.commands.retention_command.today", _in_three_days)
    own.write_text(text, encoding="utf-8")
    answer = json.loads(broker("retention", "--apply", "--reason", "time", "--json").out)
    assert [one["record"] for one in answer["due"]] == ["aa"]
    assert answer["removed"] == []
    assert "aa  auditor" in broker("users", "list").out
    part, rest = text.split("[account]")
    own.write_text(part + "[account]" + rest.replace("false", "true", 1), encoding="utf-8")
    answer = broker("retention", "--apply", "--reason", "time")
    assert "Removed, each by an entry of the audit: 1 account." in answer.out
    assert "aa  auditor" not in broker("users", "list").out
    assert broker("audit", "verify").code == 0


def _in_three_days() -> object:
    from datetime import timedelta

    from broker.store.clock import today

    return today() + timedelta(days=3)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--apply",), "--apply needs --reason"),
        (("--apply", "--reason", "x", "--on", "2030-01-01"), "--on looks ahead"),
        (("--on", "tomorrow"), "allowed: a day such as"),
    ],
)
def test_retention_asked_for_wrongly_is_told(
    broker: Broker, three: None, words: tuple[str, ...], sentence: str
) -> None:
    answer = broker("retention", *words)
    assert answer.code == 2
    assert sentence in answer.err


def test_a_spoilt_schedule_of_ones_own_ends_with_2(
    broker: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "own.toml").write_text("[young_person]\n")
    monkeypatch.setenv("BROKER_RETENTION", str(tmp_path / "own.toml"))
    answer = broker("retention")
    assert answer.code == 2
    assert "own.toml, session: missing key" in answer.err


def test_subject_access_writes_two_files_for_its_owner_alone(
    broker: Broker, three: None, tmp_path: Path
) -> None:
    out = tmp_path / "given"
    answer = broker("subject-access", "YP101", "--out", out)
    assert answer.code == 0
    assert "read it through first" in answer.out
    assert {file.name for file in out.iterdir()} == {"subject-access.json", "subject-access.txt"}
    for file in out.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    told = json.loads((out / "subject-access.json").read_text())
    assert told["young_person_id"] == "YP101"
    assert told["records"]["resident"][0]["home_id"] == "SC990001"
    again = broker("subject-access", "YP101", "--out", out)
    assert again.code == 2
    assert "not an empty folder" in again.err


@pytest.mark.parametrize(
    ("person", "folder", "sentence"),
    [("nobody", "out", "Nothing is held about 'nobody'"), ("YP101", "no/out", "does not exist")],
)
def test_subject_access_that_cannot_be_is_told_and_writes_nothing(
    broker: Broker, three: None, tmp_path: Path, person: str, folder: str, sentence: str
) -> None:
    answer = broker("subject-access", person, "--out", tmp_path / folder)
    assert answer.code == 2
    assert sentence in answer.err
    assert not (tmp_path / "out").exists()
