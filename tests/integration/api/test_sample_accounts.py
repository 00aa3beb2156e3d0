"""The sample that is served: an account of each role, signed in to with the password told."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest
from sqlalchemy import Engine

from api import serve
from api.serve import CannotServe, open_sample
from api.settings import Settings
from broker.access.actor import Role
from broker.reports.make import REPORTS
from broker.sample.showing import ORGANISATIONS, account_of
from broker.warehouse.place import Place
from tests.conftest import cheap_hashing
from tests.integration.api.world import OFTEN, calling, service
from tests.integration.pages.browsing import Browser, table


@dataclass(frozen=True)
class Opened:
    """The records of a sample that was made, where they are, and what was printed."""

    engine: Engine
    folder: Path
    printed: str


@pytest.fixture
def opened(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Opened]:
    folder = tmp_path / "serve"
    with cheap_hashing():
        engine = open_sample(folder)
        yield Opened(engine, folder, capsys.readouterr().out)
    engine.dispose()


def password_of(printed: str) -> str:
    found = re.search(r"One password for all of them, made for this start: (\S+)$", printed, re.M)
    assert found is not None, printed
    return found[1]


def test_there_is_an_account_of_each_role() -> None:
    assert set(ORGANISATIONS) == set(Role)
    assert len({account_of(role) for role in Role}) == len(Role)


def test_each_account_that_is_told_signs_in_with_the_password_that_is_told(
    opened: Opened,
) -> None:
    password = password_of(opened.printed)
    told = dict(line.split() for line in opened.printed.splitlines() if line.startswith("  "))
    assert told == {account_of(role): ORGANISATIONS[role] for role in Role}
    with calling(service(opened.engine, Settings(rates=OFTEN))) as caller:
        for account, organisation in told.items():
            caller.cookies.clear()
            page = Browser(caller).enter(account, password)
            assert page.title.startswith("What would you like to do?"), account
            who = caller.get("/api/session").json()
            assert (who["account"], who["organisation"]) == (account, organisation)
            assert account_of(Role(who["role"])) == account
        caller.cookies.clear()
        refused = Browser(caller).enter("broker", password[:-1])
        assert refused.errors
        assert caller.get("/api/session").status_code == 401


def test_the_sample_is_made_anew_with_another_password_and_never_over_something_else(
    opened: Opened, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (opened.folder / "left over").write_text("of before", encoding="utf-8")
    open_sample(opened.folder).dispose()
    assert password_of(capsys.readouterr().out) != password_of(opened.printed)
    assert not (opened.folder / "left over").exists()
    other = tmp_path / "other"
    other.mkdir()
    (other / "theirs").write_text("kept", encoding="utf-8")
    with pytest.raises(CannotServe, match="holds something else"):
        open_sample(other)
    assert (other / "theirs").read_text(encoding="utf-8") == "kept"


def test_every_report_page_of_the_sample_shows_figures(opened: Opened) -> None:
    password = password_of(opened.printed)
    with calling(service(opened.engine, Settings(rates=OFTEN))) as caller:
        browser = Browser(caller)
        browser.enter("commissioner", password)
        for name in REPORTS:
            page = browser.get(f"/reports/{name}")
            assert page.status == 200
            assert "from 1 July 2026 to the day before 1 October 2026" in page.main or (
                name == "change" and "to the day before 1 October 2026" in page.main
            )
            assert "as of 8 October 2026" in page.main
        begun = table(browser.get("/reports/flow"), "Steps taken")[1]
        assert begun[:2] == ["referrals begun", "5"]
    assert (opened.folder / "warehouse" / "warehouse.json").is_file()
    assert (opened.folder / "warehouse-key.json").is_file()


def test_the_sample_never_goes_into_a_warehouse_that_is_kept_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[Place | None] = []

    def crew(address: str, number: int, warehouse: Place | None) -> NoReturn:
        kept.append(warehouse)
        raise KeyboardInterrupt

    monkeypatch.setattr(serve, "SAMPLE", tmp_path / "serve")
    monkeypatch.setattr(serve, "begin_demand", lambda folder: None)
    monkeypatch.setattr(serve, "Crew", crew)
    monkeypatch.setenv("BROKER_DATABASE_URL", f"sqlite:///{tmp_path / 'broker.sqlite3'}")
    monkeypatch.setenv("BROKER_WAREHOUSE", str(tmp_path / "ours"))
    monkeypatch.setenv("BROKER_WAREHOUSE_KEY", str(tmp_path / "key.json"))
    for sample in (True, False):
        with cheap_hashing(), pytest.raises(KeyboardInterrupt):
            serve.serve(port=0, sample=sample)
    assert kept == [None, Place(tmp_path / "ours", tmp_path / "key.json")]
    assert not (tmp_path / "ours").exists()


def _not_reached(*_: object) -> NoReturn:
    raise AssertionError("the service was begun")


def test_in_production_no_sample_is_made_and_no_password_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = tmp_path / "serve"
    monkeypatch.setattr(serve, "SAMPLE", made)
    monkeypatch.setattr(serve, "listen", _not_reached)
    for name, value in (
        ("BROKER_ENV", "production"),
        ("BROKER_SECRET", secrets.token_urlsafe()),
        ("BROKER_HOSTS", "broker.example"),
    ):
        monkeypatch.setenv(name, value)
    with pytest.raises(CannotServe, match="BROKER_ENV=production it is refused"):
        serve.serve(port=0, sample=True)
    assert not made.exists()
    assert "password" not in capsys.readouterr().out
