"""The case on record is kept at hand between questions, and read anew whenever it has changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from api.records import Records
from broker.database import reading, writing
from broker.exporting import whole_texts
from broker.store.clock import now
from broker.store.history import Author
from broker.store.load import load_problem
from broker.store.put import put_row, rows_of
from broker.store.shelves import SHELVES
from broker.tables import OutOfUseRow, PolicyRow
from tests.whole_life import HOME, Teller


def _fewer_places(session: Session) -> None:
    record = SHELVES["homes"].record(rows_of(session, "homes", {"home_id": HOME})[0])
    put_row(session, "homes", {**record, "places": "1"}, Author("test", now()))


def _another_waits(session: Session) -> None:
    Teller(session).to_verified()


def _another_policy(session: Session) -> None:
    row = session.get(PolicyRow, 1)
    assert row is not None
    row.text = row.text.replace("planned_months = 9", "planned_months = 8")
    session.add(row)


def _rooms_out(session: Session) -> None:
    session.execute(
        sa.insert(OutOfUseRow.__table__),
        {
            "home_id": HOME,
            "starts_on": date(2026, 9, 1),
            "ends_on": date(2026, 12, 1),
            "places": 1,
            "side": "provider",
            "reason": "a roof is mended",
        },
    )


CHANGES = (_fewer_places, _another_waits, _another_policy, _rooms_out)


@pytest.mark.parametrize("change", CHANGES, ids=lambda one: one.__name__.strip("_"))
def test_a_case_is_read_anew_when_anything_it_is_made_of_has_changed(
    region: Engine, change: Callable[[Session], None]
) -> None:
    records = Records(region)
    before = records.open_problem()
    assert records.open_problem() is before
    with writing(region) as session:
        change(session)
    after = records.open_problem()
    with reading(region) as session:
        fresh = load_problem(session)
    assert after == fresh
    assert whole_texts(after) == whole_texts(fresh)
    assert after != before


def test_what_no_case_is_made_of_changes_nothing(region: Engine) -> None:
    records = Records(region)
    before = records.open_problem()
    with writing(region) as session:
        teller = Teller(session)
        teller.open(young_person_id="YP-981")
    assert records.open_problem() is before
