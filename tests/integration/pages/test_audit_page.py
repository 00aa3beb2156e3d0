"""The audit as an auditor works with it: by days, by acts in words, all of it in a spreadsheet."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine

from api.pages import auditing
from api.pages.audit_words import ACT_WORDS, act_words, record_words
from api.pages.spreadsheet import FIELD
from broker.access.actor import PARTNERSHIP, Actor, OrganisationKind, Role
from broker.audit.chain import Record, Told, add_entries
from broker.database import reading, writing
from broker.life.steps import KINDS
from broker.tables import AuditRow
from tests.integration.api.world import World
from tests.integration.looking import newest
from tests.integration.pages.browsing import Browser, Page, table
from tests.integration.pages.test_spreadsheets import body_of, sheet_of

Browsing = Callable[[str | None], Browser]
AtWork = tuple[FastAPI, World, Engine]
CAPTION = "Who saw and did what"
SHEET = f"{FIELD}={quote(CAPTION)}"
MANY = 130
SUMMER = datetime(2026, 6, 14, 22, 30, tzinfo=UTC)
"""Half an hour before midnight in London, where it is summer."""
READER = Actor("old-reader", Role.BROKER, PARTNERSHIP, OrganisationKind.PARTNERSHIP)
OWN = "/audit?by=old-reader"


@pytest.fixture(scope="module")
def read_often(at_work: AtWork) -> list[int]:
    """The numbers of many acts of one reader, the first before midnight, the rest after it."""
    with writing(at_work[2]) as session:
        last = add_entries(
            session,
            [
                Told(
                    READER, "home.add", Record("home", "SC990001"),
                    SUMMER + timedelta(hours=at), f"reason {at}",
                )
                for at in range(MANY)
            ],
        )  # fmt: skip
    return list(range(last - MANY + 1, last + 1))


def entries(page: Page) -> list[list[str]]:
    return table(page, CAPTION)[1:]


def numbers(page: Page) -> list[int]:
    return [int(row[0]) for row in entries(page)]


def link(page: Page, words: str) -> str:
    [found] = [
        one.get("href", "") for one in page.tree.iter("a") if (one.text or "").strip() == words
    ]
    return found


def test_the_newest_come_first_and_older_and_newer_keep_the_filter(
    browsing: Browsing, read_often: list[int]
) -> None:
    auditor = browsing("auditor")
    first = auditor.get(f"{OWN}&organisation=partnership")
    assert numbers(first) == read_often[:-101:-1]
    assert "Newer entries" not in first.main
    second = auditor.get(link(first, "Older entries"))
    assert numbers(second) == read_often[: MANY - 100][::-1]
    assert "Older entries" not in second.main
    assert second.form("/audit") | {"from-day": ""} == first.form("/audit") | {"from-day": ""}
    again = auditor.get(link(second, "Newer entries"))
    assert numbers(again) == numbers(first)
    assert numbers(auditor.get(link(second, "Newest entries"))) == numbers(first)


def test_a_day_is_from_midnight_to_midnight_in_london(
    browsing: Browsing, read_often: list[int]
) -> None:
    auditor = browsing("auditor")
    day = "{0}-day={1}&{0}-month=6&{0}-year=2026"
    on_14 = auditor.get(f"{OWN}&{day.format('to', 14)}")
    assert numbers(on_14) == read_often[:1]
    assert entries(on_14)[0][1] == "14 June 2026 at 11:30pm"
    on_15 = auditor.get(f"{OWN}&{day.format('from', 15)}&{day.format('to', 15)}")
    assert numbers(on_15) == read_often[1:25][::-1]
    assert on_15.form("/audit")["from-day"] == "15"


@pytest.mark.parametrize(
    ("query", "field", "sentence"),
    [
        (
            "from-day=31&from-month=2&from-year=2026",
            "#from-day",
            "The first day must be a real day",
        ),
        ("to-day=1", "#to-day", "The last day must be a real day"),
        ("to-day=1&to-month=1&to-year=99999", "#to-day", "The last day must be a real day"),
        (
            "from-day=2&from-month=9&from-year=2026&to-day=1&to-month=9&to-year=2026",
            "#to-day",
            "The last day must be 2 September 2026 or later",
        ),
    ],
)
def test_days_that_are_none_are_told_at_their_boxes(
    browsing: Browsing, query: str, field: str, sentence: str
) -> None:
    page = browsing("auditor").get(f"/audit?{query}")
    assert page.status == 422
    assert page.title.startswith("Error: ")
    [(href, text)] = page.errors
    assert (href, text.startswith(sentence)) == (field, True)
    assert field.removeprefix("#") in {one.get("id") for one in page.tree.iter()}
    assert CAPTION not in page.main


@pytest.mark.parametrize("year", ["0001", "9999"])
def test_the_first_and_the_last_day_of_the_calendar_are_days(browsing: Browsing, year: str) -> None:
    day = "&".join(
        f"{name}-day={31 if year == '9999' else 1}&{name}-month={12 if year == '9999' else 1}"
        f"&{name}-year={year}" for name in ("from", "to")
    )  # fmt: skip
    page = browsing("auditor").get(f"/audit?{day}")
    assert page.status == 200
    assert "There is no entry like this" in page.main


def test_acts_and_records_and_organisations_are_in_words(
    browsing: Browsing, at_work: AtWork
) -> None:
    browsing("director").get("/borough")
    page = browsing("auditor").get("/audit?act=approval.list&organisation=E09000025")
    costs = browsing("auditor").get("/audit?act=borough.costs&organisation=E09000025")
    rows = {
        (row[2], row[4], row[5], row[6].partition(".")[0])
        for one in (page, costs)
        for row in entries(one)
    }
    assert rows == {
        ("director", "Newham", ACT_WORDS["borough.costs"], "Placements of Newham"),
        ("director", "Newham", ACT_WORDS["approval.list"], "The list of approvals"),
    }
    assert page.form("/audit")["act"] == "approval.list"
    nobody = browsing("auditor").get("/audit?act=approval.list&organisation=E09000016")
    assert "There is no entry like this" in nobody.main
    other = browsing("auditor").get("/audit?act=an.act_of_old")
    assert other.form("/audit")["act"] == "an.act_of_old"


def test_lists_that_showed_a_young_person_are_found_by_the_referral_on_page_and_by_program(
    browsing: Browsing, at_work: AtWork
) -> None:
    world, engine = at_work[1], at_work[2]
    before = newest(engine)
    broker, director = browsing("broker"), browsing("director")
    for browser, address in ((broker, "/referrals"), (broker, "/offers"), (director, "/borough")):
        assert browser.get(address).status == 200
    for path in ("offers", "referrals", "placements"):
        answer = broker.client.get(f"/api/{path}", headers=broker.headers)
        assert answer.status_code == 200, answer.text
    auditor = browsing("auditor")
    page = auditor.get(f"/audit?record_id={world.newham}")
    found = [row for row in entries(page) if int(row[0]) > before and row[2] != "auditor"]
    lists = {(row[2], row[6].partition(".")[0]) for row in found}
    assert lists >= {("broker", "The list of referrals"), ("broker", "The list of offers")}
    assert all(world.newham in row[6] for row in found), found
    answer = auditor.client.get(
        "/api/audit", params={"record_id": world.newham, "after": before}, headers=auditor.headers
    )
    told = [one for one in answer.json()["entries"] if one["actor"] == "broker"]
    assert [one["act"] for one in told] == [
        "life.list", "offers.list", "offers.list", "life.list",
    ]  # fmt: skip
    assert all(world.newham in one["after"]["showed"] for one in told)
    theirs = auditor.get(f"/audit?record_id={world.havering}&act=offers.list")
    assert "There is no entry like this" in theirs.main, "their home was never asked"


def test_the_spreadsheet_has_everything_that_was_asked_for(
    browsing: Browsing, read_often: list[int]
) -> None:
    for more in ("", f"&before={read_often[50]}"):
        _, sheet = sheet_of(browsing("auditor"), f"{OWN}{more}&{SHEET}")
        assert [row[0] for row in body_of(sheet)] == read_often[::-1]
    assert "Only the newest" not in str([cell.value for row in sheet["A1:A5"] for cell in row])


def test_a_spreadsheet_that_is_cut_off_says_so(
    browsing: Browsing, read_often: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auditing, "MOST_IN_A_SPREADSHEET", MANY - 1)
    auditor = browsing("auditor")
    _, sheet = sheet_of(auditor, f"{OWN}&{SHEET}")
    head = " ".join(str(row[0].value) for row in sheet.iter_rows(max_row=6))
    assert f"Only the newest {MANY - 1} entries are here, and there are older ones" in head
    assert f"It takes the newest {MANY - 1} and says so" in auditor.get(OWN).main
    monkeypatch.setattr(auditing, "MOST_IN_A_SPREADSHEET", MANY)
    _, sheet = sheet_of(auditor, f"{OWN}&{SHEET}")
    assert [row[0] for row in body_of(sheet)] == read_often[::-1]


def test_a_reason_about_a_young_person_is_on_record_and_not_on_the_page(
    browsing: Browsing, at_work: AtWork, read_often: list[int]
) -> None:
    auditor = browsing("auditor")
    for kind in ("band", "verify"):
        page = auditor.get(f"/audit?act=life.{kind}&record_id={at_work[1].newham}")
        assert [row[7] for row in entries(page)] == [
            "On record, not shown: words about a young person."
        ]
        for words in ("by the thresholds", "both checked"):
            assert words not in page.text
    _, sheet = sheet_of(auditor, f"/audit?act=life.verify&{SHEET}")
    assert "both checked" not in str(list(sheet.values))
    assert entries(auditor.get(OWN))[0][7] == f"reason {MANY - 1}"


def _written() -> Iterator[str]:
    """Every act that the source names where it writes an entry."""
    for floor in ("api", "broker"):
        for path in Path(floor).rglob("*.py"):
            tree = ast.parse(path.read_text("utf-8"))
            named = {
                target.id: node.value.value
                for node in tree.body
                if isinstance(node, ast.Assign | ast.AnnAssign)
                and isinstance(node.value, ast.Constant)
                for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
                if isinstance(target, ast.Name)
            }
            for node in ast.walk(tree):
                if not isinstance(node, ast.Call):
                    continue
                called = getattr(node.func, "id", getattr(node.func, "attr", ""))
                at = {"add_entry": 2, "Told": 1, "note": 0}.get(called)
                if at is None or len(node.args) <= at:
                    continue
                act = node.args[at]
                if isinstance(act, ast.Constant):
                    yield str(act.value)
                elif isinstance(act, ast.Name) and act.id in named:
                    yield str(named[act.id])


def test_every_act_that_is_written_down_has_words_of_its_own(at_work: AtWork) -> None:
    made = {f"life.{kind}" for kind in KINDS}
    ways, ends = ("session", "token"), ("begin", "end", "refused")
    made |= {f"{way}.{end}" for way in ways for end in ends}
    made |= {f"warehouse.{act}" for act in ("build", "refresh", "rotate", "load", "unload")}
    made |= {f"{name}.list" for name in ("offers", "placements")}
    made |= {
        "report.read",
        "audit.remove_value",
        "audit.correct_value",
        "retention.remove",
        "match.read",
    }
    made |= {
        "match.make",
        "decision.make",
        "question.ask",
        "question.share",
        "life.tell",
        "life.read",
        "decision.read",
    }
    source = set(_written())
    assert len(source) > 30
    assert source | made == set(ACT_WORDS)
    with reading(at_work[2]) as session:
        on_record = set(session.execute(AuditRow.__table__.select()).mappings().all())
    assert {row["act"] for row in on_record} - set(ACT_WORDS) == set()
    assert len(set(ACT_WORDS.values())) == len(ACT_WORDS)


def test_what_has_no_words_of_its_own_is_its_code_in_words() -> None:
    assert act_words("thing.done_so") == "Thing done so"
    assert record_words("referral", "R-01") == "Referral R-01"
    assert record_words("agreements", "list") == "Agreements: the list"
    assert record_words("due_diligence", "P2") == "Due diligence P2"
