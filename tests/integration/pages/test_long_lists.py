"""A list of more than forty: the page has forty at a time, its spreadsheet the whole of it."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest
from sqlalchemy import Engine

from api.pages.some import AT_ONCE
from api.pages.spreadsheet import FIELD
from broker.database import writing
from broker.store.clock import now
from broker.store.history import Author
from broker.store.put import put_row, rows_of
from broker.store.shelves import SHELVES
from tests.integration.pages.browsing import Browser, Page, table
from tests.integration.pages.test_spreadsheets import body_of, sheet_of
from tests.whole_life import HOME

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
