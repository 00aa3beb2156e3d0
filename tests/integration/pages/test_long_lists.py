"""A list of more than forty: the page has forty at a time, its spreadsheet the whole of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from api.lives import today
from api.pages.some import AT_ONCE
from api.pages.spreadsheet import FIELD
from broker.database import reading, writing
from broker.store.clock import now
from broker.store.history import Author
from broker.store.put import put_row, rows_of
from broker.store.shelves import SHELVES
from broker.tables import LifeRow, OfferRow
from matching.words import day_words
from tests.integration.pages.browsing import Browser, Page, table
from tests.integration.pages.test_spreadsheets import body_of, sheet_of
from tests.whole_life import BROKER, HOME, SECOND, STARTS, Teller

Browsing = Callable[[str | None], Browser]
OWN = "Your homes"
MORE = 95


@pytest.fixture(scope="module")
def owned(at_work: tuple[object, object, Engine]) -> list[str]:
    """A provider with many homes: their ids, in order."""
    with writing(at_work[2]) as session:
        pattern = SHELVES["homes"].record(rows_of(session, "homes", {"home_id": HOME})[0])
        for at in range(MORE):
            home = {**pattern, "home_id": f"SC98{at:04}", "name": f"Many {at}"}
            put_row(session, "homes", home, Author("test", now()))
        return sorted(str(row["home_id"]) for row in rows_of(session, "homes", {"provider": "P2"}))


def _ids(page: Page) -> list[str]:
    return [row[0].rpartition("(")[2].rstrip(")") for row in table(page, OWN)[1:]]


def test_a_provider_sees_its_homes_forty_at_a_time_each_of_them_once(
    browsing: Browsing, owned: list[str]
) -> None:
    provider = browsing("provider")
    page = provider.get("/homes")
    seen = [_ids(page)]
    while further := [one for one in page.links() if one.endswith(f"own={sum(map(len, seen))}")]:
        page = provider.get(further[0])
        seen.append(_ids(page))
    assert [len(part) for part in seen] == [AT_ONCE, AT_ONCE, len(owned) - 2 * AT_ONCE]
    assert [one for part in seen for one in part] == owned
    assert f"{2 * AT_ONCE + 1} to {len(owned)} of {len(owned)}" in page.main


@pytest.mark.parametrize("part", ["", f"own={AT_ONCE}&"])
def test_the_spreadsheet_of_a_list_over_forty_has_all_rows(
    browsing: Browsing, owned: list[str], part: str
) -> None:
    _, sheet = sheet_of(browsing("provider"), f"/homes?{part}{FIELD}={quote(OWN)}")
    told = [row[0].rpartition("(")[2].rstrip(")") for row in body_of(sheet)]
    assert told == owned


def test_whoever_has_no_homes_of_their_own_sees_all_homes_alone(
    browsing: Browsing, owned: list[str]
) -> None:
    provider, broker = browsing("provider").get("/homes"), browsing("broker").get("/homes")
    assert OWN not in broker.main
    assert table(broker, "All homes")[1][0] == f"Many 0 ({owned[0]})"
    assert len(table(broker, "All homes")) == len(table(provider, "All homes"))


def _rows_of_all_parts(browser: Browser, address: str, name: str, caption: str) -> list[list[str]]:
    """The rows of a list, by following the way to its later parts."""
    page, rows, seen = browser.get(address), [], {address}
    while True:
        rows += table(page, caption)[1:]
        further = [
            link
            for link in page.links()
            if re.search(rf"[?&]{name}=[0-9]+", link) and link not in seen
        ]
        later = [link for link in further if _place(link, name) > _place(page.address, name)]
        if not later:
            return rows
        seen.add(later[0])
        page = browser.get(later[0])


def _place(address: str, name: str) -> int:
    found = re.search(rf"[?&]{name}=([0-9]+)", address)
    return 0 if found is None else int(found[1])


@pytest.fixture(scope="module")
def offered(at_work: tuple[object, object, Engine]) -> int:
    """More offers of one young person than a page shows, some open; how many there are of them."""
    table_ = OfferRow.__table__
    with writing(at_work[2]) as session:
        one = dict(session.execute(sa.select(table_).limit(1)).mappings().one())
        made = date(2026, 3, 1)
        for at in range(MORE):
            is_open = at % 19 == 0
            row = {
                **one,
                "number": 1_000 + at,
                "state": "open" if is_open else "withdrawn",
                "answer_by": made + timedelta(days=at * 7 % 90),
                "made_on": made,
                "answered_on": None if is_open else made + timedelta(days=at * 11 % 80),
            }
            session.execute(sa.insert(table_), row)
    return MORE


def test_offers_that_wait_are_there_however_many_were_answered(
    browsing: Browsing, offered: int, at_work: tuple[object, object, Engine]
) -> None:
    broker = browsing("broker")
    waiting = _rows_of_all_parts(broker, "/offers", "waiting", "Offers: to be answered")
    answered = _rows_of_all_parts(broker, "/offers", "answered", "Offers: answered")
    table_ = OfferRow.__table__
    with reading(at_work[2]) as session:
        on_record = session.execute(sa.select(table_)).mappings().all()
    open_ = sorted(row["answer_by"] for row in on_record if row["state"] == "open")
    assert [day_words(day) for day in open_] == [row[4].removesuffix(", late") for row in waiting]
    assert len(answered) == len(on_record) - len(open_) > AT_ONCE
    newest = max(row["answered_on"] for row in on_record if row["answered_on"])
    first = {day_words(row["answer_by"]) for row in on_record if row["answered_on"] == newest}
    assert answered[0][4] in first
    assert len(table(broker.get("/offers"), "Offers: answered")) == AT_ONCE + 1


@pytest.fixture(scope="module")
def living(at_work: tuple[object, object, Engine]) -> None:
    """Three young people more who live somewhere: there is much to be done for each."""
    for number, (home, provider) in enumerate(((HOME, "P2"), ("SC990010", "P2"), (SECOND, "P1"))):
        with writing(at_work[2]) as session:
            told = Teller(session)
            told.to_verified(
                young_person_id=f"YP-98{number}", date_of_birth=date(2012, 8, 7 + number)
            )
            told.shortlist(home)
            told.accepted_by(home, provider)
            told.ready(home)
            told.confirm(home)
            told.today = STARTS + timedelta(days=number % 2)
            told.take(BROKER, "move_in", moved_in_on=told.today)


def test_duties_come_by_whose_turn_is_first_each_young_person_once(
    browsing: Browsing,
    living: None,
    at_work: tuple[object, object, Engine],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broker = browsing("broker")
    whole = table(broker.get("/duties"), "Duties of the next six weeks")[1:]
    assert len({row[0] for row in whole}) > 2
    monkeypatch.setattr("api.pages.some.AT_ONCE", 2)
    parts = _rows_of_all_parts(broker, "/duties", "from", "Duties of the next six weeks")
    assert parts == whole
    first = list(dict.fromkeys(row[0] for row in whole))
    with reading(at_work[2]) as session:
        columns = LifeRow.__table__.c
        due = dict(
            session.execute(
                sa.select(columns.referral_id, columns.due_on).where(columns.referral_id.in_(first))
            ).all()
        )
    assert first == sorted(first, key=lambda one: (due[one], one))
    late = sum(day < today() for day in due.values())
    assert f"{late} young p" in broker.get("/duties").main or not late
