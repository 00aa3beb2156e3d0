"""What the pages for everybody tell is true of the service: cookies, privacy, status, help.

Each fact is held against the code that makes it so: where that changes, the sentence fails here.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, update
from starlette.testclient import TestClient

from api.app import create_app
from api.pages.render import BUILT, day
from api.pages.some import AT_ONCE
from api.pages.told import TESTED
from api.provider import MINUTES_AWAY
from api.records import Records
from api.settings import Settings
from broker.access.actor import Actor, OrganisationKind, Role
from broker.access.sessions import NOTED_EVERY, SESSION_AT_MOST, SESSION_IDLE
from broker.database import make_engine, writing
from broker.jobs.place import Here
from broker.jobs.worker import Worker
from broker.life.care import Care
from broker.life.show import seen_by
from broker.life.steps import KINDS
from broker.retention.schedule import SCHEDULE_VARIABLE, schedule_in_force
from broker.store.clock import now
from broker.tables import AccessRow, AccountHomeRow, AccountRow, JobRow
from broker.tables.life import OFFER_STATES
from tests.integration.api.test_provider import settings_for
from tests.integration.api.world import OFTEN, World, calling, service
from tests.integration.pages.browsing import HTML, Browser, Page, parsed, table, words
from tests.integration.pages.test_plain_english import HARDEST

Browsing = Callable[[str | None], Browser]
AtWork = tuple[FastAPI, World, Engine]


def _cookies_told(page: Page) -> dict[str, str]:
    return {row[0]: row[-1] for row in table(page, "Cookies of this service")[1:]}


def test_the_cookies_page_names_every_cookie_that_is_set_and_no_other(
    browsing: Browsing, at_work: AtWork
) -> None:
    page = browsing(None).get("/cookies")
    told = _cookies_told(page)
    with calling(at_work[0]) as client:
        browser = Browser(client)
        browser.enter("finance")
        browser.get("/help")
        held = {one.name: one.expires for one in client.cookies.jar}
    assert set(told) == set(held)
    assert "needs two and has no others" in page.main
    lasting = {name for name, until in held.items() if until is not None}
    assert lasting == {name for name in told if "hours" in told[name]}
    assert {told[name] for name in set(told) - lasting} == {"until you close the browser"}


def test_with_an_identity_provider_the_cookies_page_names_the_third_cookie(
    at_work: AtWork,
) -> None:
    settings = settings_for("http://127.0.0.1:9")
    with calling(service(at_work[2], settings)) as client:
        page = Browser(client).get("/cookies")
    assert "needs three and has no others" in page.main
    told = _cookies_told(page)
    assert set(told) == {settings.session_cookie, settings.forgery_cookie, settings.state_cookie}
    assert told[settings.state_cookie].startswith(f"{MINUTES_AWAY} minutes at most")


def test_a_session_ends_after_the_rest_and_the_hours_that_the_cookies_page_tells(
    at_work: AtWork, browsing: Browsing
) -> None:
    hours, rest = re.findall(r"\d+", _cookies_told(browsing(None).get("/cookies"))["session"])
    assert (timedelta(hours=int(hours)), timedelta(minutes=int(rest))) == (
        SESSION_AT_MOST,
        SESSION_IDLE,
    )
    almost = timedelta(minutes=int(rest)) - NOTED_EVERY
    with calling(at_work[0]) as client:
        browser = Browser(client)
        browser.enter("finance")
        for rested, heading in (
            (almost, "What would you like to do?"),
            (timedelta(minutes=int(rest)), "Sign in"),
        ):
            with writing(at_work[2]) as session:
                mine = AccessRow.__table__.c.account_id == "finance"
                session.execute(
                    update(AccessRow.__table__).where(mine).values(used_at=now() - rested)
                )
            assert heading in browser.get("/").main, rested


def test_a_borough_account_is_offered_where_there_is_an_identity_provider_and_only_there(
    browsing: Browsing, at_work: AtWork
) -> None:
    assert "/sign-in" not in browsing(None).get("/enter").links()
    with calling(service(at_work[2], settings_for("http://127.0.0.1:9"))) as client:
        page = Browser(client).get("/enter")
        assert "/sign-in" in page.links()
        assert "your borough’s account" in page.main
        away = client.get("/sign-in", headers=HTML)
        assert away.status_code == 502
        assert "identity provider" in away.text


def _status(records: Records, cookies: dict[str, str] | None = None) -> tuple[int, str]:
    """How `/status` answers where these are the records, and what it says."""
    with TestClient(
        create_app(records=records, processes=False), base_url="http://127.0.0.1", cookies=cookies
    ) as client:
        answer = client.get("/status", headers=HTML)
    page = parsed(answer.text).find(".//main")
    assert page is not None
    return answer.status_code, words(page)


SIGNED_IN = {"session": "the cookie of somebody who was signed in before"}


@pytest.mark.parametrize("cookies", [None, SIGNED_IN], ids=["nobody", "signed in"])
def test_who_looks_while_the_database_is_away_is_told_to_wait(
    cookies: dict[str, str] | None,
) -> None:
    status, told = _status(Records(make_engine("sqlite:////nowhere/at/all/b.sqlite3")), cookies)
    assert status == 503
    assert "cannot be reached now" in told
    assert "What you sent last may be kept or not" in told
    assert "Try again in a few minutes" in told


@pytest.mark.parametrize("cookies", [None, SIGNED_IN], ids=["nobody", "signed in"])
def test_who_looks_at_a_database_that_waiting_does_not_mend_is_not_told_to_wait(
    tmp_path: Path, cookies: dict[str, str] | None
) -> None:
    file = tmp_path / "broker.sqlite3"
    file.write_bytes(b"not a database, but long enough to be one" * 99)
    status, told = _status(Records(make_engine(f"sqlite:///{file}")), cookies)
    assert status == 500
    assert "cannot be used until somebody mends them" in told
    assert "a few minutes" not in told


def test_a_database_that_does_not_answer_in_time_is_told_as_away(
    at_work: AtWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurried = Settings(rates=OFTEN, database_seconds=0.05)
    app = service(at_work[2], hurried)
    monkeypatch.setattr(app.state.service.records, "check_ready", lambda: time.sleep(0.5))
    with calling(app) as client:
        page = Browser(client).get("/status")
    assert page.status == 503
    assert "cannot be reached now" in page.main


def test_tables_of_another_version_are_told_although_the_database_can_be_reached(
    tmp_path: Path,
) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'broker.sqlite3'}")
    records = Records(engine)
    records.prepare()
    assert _status(records)[0] == 200
    engine = make_engine(f"sqlite:///{tmp_path / 'broker.sqlite3'}")
    records = Records(engine)
    records.prepare()
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE broker_version SET version_num = '9999'")
    status, told = _status(records)
    assert status == 500
    assert "cannot be used until somebody mends them" in told


def test_the_status_page_says_how_many_matches_wait_and_who_must_act(
    browsing: Browsing, at_work: AtWork
) -> None:
    assert "No match waits." in browsing(None).get("/status").main
    broker = browsing("broker")
    broker.send(broker.get("/matches"), "/matches")
    with writing(at_work[2]) as session:
        jobs = JobRow.__table__
        session.execute(update(jobs).values(asked_at=now() - timedelta(minutes=7)))
    told = browsing(None).get("/status").main
    assert "Matches that wait: 1. Matches that are worked on now: 0." in told
    assert "has waited for 7 minutes" in told
    assert "must start a worker" in told
    Worker(at_work[2], place=Here()).work(once=True)
    assert "No match waits." in browsing(None).get("/status").main


def test_the_glossary_says_why_home_and_never_the_other_word(browsing: Browsing) -> None:
    page = browsing(None).get("/words")
    assert "Why we say home and place" in page.main
    shipped = Path("api/templates").rglob("*.html")
    assert not [one for one in shipped if re.search(r"\bbeds?\b", one.read_text("utf-8"), re.I)]


def test_the_words_page_and_the_glossary_of_the_docs_say_the_same(browsing: Browsing) -> None:
    page = browsing(None).get("/words")
    told = [
        (words(row.find("dt")), words(row.find("dd")))  # type: ignore[arg-type]
        for row in page.tree.iter("div")
        if row.get("class") == "govuk-summary-list__row"
    ]
    lines = Path("docs/glossary.md").read_text("utf-8").splitlines()
    rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("| ")]
    assert told == [(word, meaning) for word, meaning, *_ in rows[1:]]
    assert told == sorted(told, key=lambda one: one[0].lower())
    assert [one for one in ON_PAGES if not any(one in word.lower() for word, _ in told)] == []


ON_PAGES = (
    "shortlist", "offer", "duty", "approval", "occupancy", "trade", "parity", "baseline",
    "sufficiency", "seal", "audit", "benchmark", "fairness", "register", "scenario", "weight",
    "draft", "ledger", "exit",
)  # fmt: skip
"""Words that stand in headings of pages and that not everybody knows."""


def test_every_page_leads_to_help_and_what_the_law_asks_for(browsing: Browsing) -> None:
    for role in (None, "broker", "provider"):
        links = browsing(role).get("/help").links()
        for place in ("/help", "/words", "/accessibility", "/privacy", "/cookies", "/status"):
            assert place in links


def test_on_paper_there_is_no_menu_and_no_button() -> None:
    style = (BUILT / "pages.css").read_text(encoding="utf-8")
    printed = " ".join(re.findall(r"@media print\s*\{((?:[^{}]|\{[^{}]*\})*)\}", style))
    hidden = " ".join(re.findall(r"([^{}]*)\{display:none", printed))
    for part in (".govuk-service-navigation", ".app-places", ".govuk-button", ".app-footer"):
        assert part in hidden, part


TOLD_OF_STEPS = {
    "the referral form asks": ("open", "amend", "submit", "withdraw"),
    "which need band they were given": ("band", "reband"),
    "who checked it": ("verify",),
    "who says it is wrong": ("dispute_band", "answer_dispute"),
    "which homes were listed, rung and asked": ("shortlist", "call", "offer", "withdraw_offer"),
    "and what each said": ("accept", "decline"),
    "what moving in would mean": ("impact",),
    "what the young person said of a home": ("view",),
    "whether they saw it": ("visit",),
    "what officers approved": ("approve",),
    "what was sent as proof": ("evidence",),
    "who decided what and why": ("confirm",),
    "where they live": ("move_in", "place_lost"),
    "when they were visited": ("visited",),
    "what reviews said": ("reviewed",),
    "plans to move on": ("step_down", "step_down_back"),
    "how a placement ended": ("end",),
    "what came of it": ("look_back",),
    "what the yearly return to the government asks": ("care", "reported"),
}
TOLD_OF_CARE = {
    "ethnic origin": ("ethnicity",),
    "pupil number": ("upn",),
    "legal status": ("legal", "category_of_need", "looked_after_since"),
    "the postcode of the family home": ("home_postcode",),
    "where else they lived in care": ("elsewhere", "place_postcode", "place_provider"),
    "when they were missing": ("missing",),
    "court orders": ("liberty",),
    "whether she is a mother": ("mother", "mother_of_born"),
    "how a placement ended": ("ended_on", "ceased"),
    "yearly return": ("child", "kind"),
}
TOLD_OF_STAFF = {
    "your account’s name": ("account_id",),
    "your role": ("role", "program"),
    "your organisation": ("organisation_id",),
    "the homes you manage": ("home_id",),
    "a check of your password": ("secret_hash",),
    "the name by which your borough’s sign-in knows you": ("subject",),
    "when your account was made, and when it ended": ("made_at", "ended_at"),
    "how often in a row signing in failed": ("failures",),
    "until when the account is locked": ("locked_until",),
    "when you signed in and out": ("digest", "kind", "ends_at"),
    "when you last did something": ("used_at",),
}


def _in(told: dict[str, tuple[str, ...]]) -> list[str]:
    return sorted(one for several in told.values() for one in several)


def _columns() -> set[str]:
    models: tuple[Any, ...] = (AccountRow, AccountHomeRow, AccessRow)
    return {column.name for model in models for column in model.__table__.columns}


@pytest.mark.parametrize(
    ("told", "held"),
    [
        (TOLD_OF_STEPS, KINDS),
        (TOLD_OF_CARE, tuple(Care.model_fields)),
        (TOLD_OF_STAFF, tuple(_columns())),
    ],
    ids=["steps", "the return", "accounts"],
)
def test_the_privacy_notice_tells_of_everything_that_is_kept(
    browsing: Browsing, told: dict[str, tuple[str, ...]], held: tuple[str, ...]
) -> None:
    assert _in(told) == sorted(held), "say it in the privacy notice, and here in which words"
    page = browsing(None).get("/privacy").main
    assert [words_ for words_ in told if words_ not in page] == []


def test_a_refused_sign_in_keeps_the_network_address_as_the_privacy_notice_says(
    browsing: Browsing, at_work: AtWork
) -> None:
    from broker.tables import AuditRow, AuditValueRow

    assert "the network address it came from" in browsing(None).get("/privacy").main
    with calling(at_work[0]) as client:
        Browser(client).enter("finance", password="not the password at all")
    with at_work[2].connect() as connection:
        refused = AuditRow.__table__.c.act == "session.refused"
        values = AuditValueRow.__table__
        both = values.join(AuditRow.__table__, values.c.number == AuditRow.__table__.c.number)
        query = values.select().select_from(both).where(refused)
        kept = [row.after for row in connection.execute(query)]
    assert kept
    assert all(set(after) == {"from", "by"} and after["from"] for after in kept)


def test_the_privacy_notice_tells_every_period_of_the_schedule_in_force(
    browsing: Browsing, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def told() -> list[list[str]]:
        return table(browsing(None).get("/privacy"), "How long things are kept")[1:]

    def of_schedule() -> list[list[str]]:
        return [
            [one.words, "yes" if one.confirmed else "not yet: nothing is taken out", one.source]
            for one in schedule_in_force().values()
        ]

    def without_what(rows: list[list[str]]) -> list[list[str]]:
        return [[*row[1:3], row[3][:1].lower() + row[3][1:]] for row in rows]

    def lowered(rows: list[list[str]]) -> list[list[str]]:
        return [[*row[:2], row[2][:1].lower() + row[2][1:]] for row in rows]

    assert without_what(told()) == lowered(of_schedule())
    assert any("75 years from birth" in row[1] and "regulation 36" in row[3] for row in told())
    shipped = Path("broker/data/retention.toml").read_text("utf-8")
    own = tmp_path / "own.toml"
    own.write_text(shipped.replace("years = 75", "years = 80"), "utf-8")
    monkeypatch.setenv(SCHEDULE_VARIABLE, str(own))
    assert without_what(told()) == lowered(of_schedule())
    assert any(row[1] == "80 years from birth" for row in told())
    own.write_text("[young_person]\nyears = 0\n", "utf-8")
    page = browsing(None).get("/privacy")
    assert page.status == 200
    assert "This cannot be told now" in page.main


ROLES_TOLD = {
    "broker": "brokers",
    "assessor": "assessors",
    "verifier": "verifiers",
    "nominated_officer": "nominated officers",
    "director": "directors",
    "commissioner": "commissioners",
    "finance": "finance officers",
    "administrator": "administrators",
    "auditor": "auditors",
}


def _sentence(page: Page, end: str) -> str:
    """The one item of a list whose words end or begin so."""
    items = [words(one) for one in page.tree.iter("li")]
    found = [one for one in items if end in one]
    assert len(found) == 1, found
    return found[0]


def test_the_privacy_notice_names_who_may_open_a_referral_and_who_sees_matches(
    browsing: Browsing, at_work: AtWork, matched: str
) -> None:
    page = browsing(None).get("/privacy")
    none = _sentence(page, "may open no referral")
    own = _sentence(page, "may open a referral.")
    matches = _sentence(page, "see matches, without names")
    referral = f"/referrals/{at_work[1].newham}"
    name = "Not A Name"
    for role, told in ROLES_TOLD.items():
        opened = browsing(role).get(referral)
        assert (opened.status == 403) == (told in none), role
        assert opened.status == 200 or told in none, role
        boroughs = {"assessor", "verifier", "nominated_officer", "director"}
        assert (told in own) == (role in boroughs), role
        match = browsing(role).get(matched)
        sees = match.status == 200
        assert sees == (role == "broker" or told in matches.lower()), role
        if sees and role != "broker":
            assert name not in match.text, role

    def as_program(account: str) -> str:
        browser = browsing(account)
        return str(browser.client.get(f"/api{referral}", headers=browser.headers).text)

    assert name in as_program("broker")
    assert name not in as_program("auditor")


def test_a_home_that_said_no_no_longer_sees_who_it_is_about(browsing: Browsing) -> None:
    told = _sentence(browsing(None).get("/privacy"), "once it has said no")
    assert "without a name when it is on a list" in told
    assert "once it is asked, and no longer once it has said no" in told
    manager = Actor("m", Role.PROVIDER, "P2", OrganisationKind.PROVIDER)

    def seen(state: str | None, home: str | None = None) -> str:
        offers = {} if state is None else {"H": SimpleNamespace(state=state)}
        life: Any = SimpleNamespace(offers=offers, home=home)
        return seen_by(manager, life, frozenset({"H"})).how

    assert {state: seen(state) for state in OFFER_STATES} == {
        "open": "asked",
        "accepted": "asked",
        "declined": "profile",
        "withdrawn": "profile",
    }
    assert seen(None) == "profile"
    assert seen("declined", home="H") == "asked", "the home that is decided on goes on seeing it"


def test_the_accessibility_statement_tells_what_the_browser_tests_try(browsing: Browsing) -> None:
    from tests.browser import looking

    told = browsing(None).get("/accessibility").main
    width = looking.NARROW["width"]
    closer = looking.WIDE["width"] * 100 // width
    assert f"{width} pixels wide, which is a wide screen at {closer}%" in told
    assert f"zoom in to {closer}% without losing anything but the map" in told
    assert looking.LARGE == "200%"
    assert "text alone twice as large" in told
    assert f"of grade {HARDEST:g} or less" in told
    assert "Nobody has tried the service with a screen reader yet" in told
    script = Path(looking.__file__).with_name("looking.js").read_text("utf-8")
    assert "leaflet-container" in script, "the map is left out of what may be lost"
    assert "The map is left out where the page is narrow or the text is large" in told


def test_the_accessibility_statement_names_the_day_on_which_this_version_was_tested(
    browsing: Browsing, at_work: AtWork
) -> None:
    version, on = TESTED
    assert version == at_work[0].version, "test the pages of the new version, then say when"
    told = browsing(None).get("/accessibility").main
    assert f"Last tested on {day(on)}, version {version}." in told


def test_help_says_how_much_of_a_long_list_a_page_and_a_spreadsheet_have(
    browsing: Browsing,
) -> None:
    told = browsing(None).get("/help").main
    assert f"It shows {AT_ONCE} at a time." in told
    assert f"Where a page shows {AT_ONCE} of a list at a time, it has the whole list." in told
