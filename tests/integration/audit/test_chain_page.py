"""The page of the audit's chain shows what somebody did behind the program's back, by number."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api.app import create_app
from api.records import Records
from broker.audit.chain import verify
from broker.database import reading, writing
from tests.integration.api.conftest import LOOPBACK
from tests.integration.audit.tampering import AUDITOR, add, fill, tamper
from tests.integration.pages.browsing import Browser, Page, table

CHECK = "/audit/chain?check=yes"
WHERE = "Where the chain does not hold"
Looking = Callable[[str], Page]


@contextmanager
def auditor(engine: Engine) -> Iterator[Browser]:
    """An auditor at the pages."""
    app = create_app(records=Records(engine), processes=False, who=lambda _request: AUDITOR)
    with TestClient(app, base_url=LOOPBACK) as client:
        yield Browser(client)


@pytest.fixture
def looking(engine: Engine) -> Iterator[Looking]:
    """A function that gives a page as an auditor sees it; five entries are on record."""
    fill(engine, 5)
    with auditor(engine) as browser:
        yield browser.get


def test_a_chain_that_holds_says_so_and_how_many_entries_there_are(looking: Looking) -> None:
    page = looking(CHECK)
    assert page.status == 200
    assert "The chain holds" in page.main
    assert "5 entries, unbroken" in page.main
    assert "6 entries, unbroken" in looking(CHECK).main, "that somebody looked is an entry"


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE audit SET actor = 'somebody-else' WHERE number = 3", {"3": "Was changed"}),
        (
            "UPDATE audit_value SET why = 'another reason' WHERE number = 2",
            {"2": "The values beside it were changed"},
        ),
        (
            "DELETE FROM audit_value WHERE number = 4",
            {"4": "The values beside it are gone, and no entry says who did it"},
        ),
    ],
    ids=["entry changed", "values changed", "values gone"],
)
def test_a_broken_entry_is_shown_by_its_number_with_what_is_wrong(
    engine: Engine, looking: Looking, statement: str, broken: dict[str, str]
) -> None:
    tamper(engine, statement)
    page = looking(CHECK)
    assert "The chain does not hold" in page.main
    assert "The chain holds" not in page.main
    assert dict(table(page, WHERE)[1:]) == broken


def test_an_entry_that_was_taken_out_is_missed_by_its_number(
    engine: Engine, looking: Looking
) -> None:
    tamper(engine, "DELETE FROM audit_value WHERE number = 2")
    tamper(engine, "DELETE FROM audit WHERE number = 2")
    rows = table(looking(CHECK), WHERE)[1:]
    assert rows[0] == ["2", "Is missing; the next one on record is 3"]
    assert ["3", "Does not follow the one before it"] in rows


def test_an_end_that_was_cut_off_is_found_with_the_seal_of_before(
    engine: Engine, looking: Looking
) -> None:
    with writing(engine) as session:
        add(session, 6)
    with reading(engine) as session:
        seal = verify(session).seal
    assert seal.startswith("6:")
    tamper(engine, "DELETE FROM audit_value WHERE number = 6")
    tamper(engine, "DELETE FROM audit WHERE number = 6")
    assert "The chain holds" in looking(CHECK).main, "without a seal nothing shows it"
    tamper(engine, "DELETE FROM audit WHERE number = 6")  # that somebody looked just now
    page = looking(f"{CHECK}&seal={seal}")
    ((number, sentence),) = table(page, WHERE)[1:]
    assert number == "5"
    assert "entry 6 is not there: the end was cut off" in sentence
