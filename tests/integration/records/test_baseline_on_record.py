"""A frozen baseline stays as it is, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, IntegrityError

from broker.access.actor import PARTNERSHIP, Actor, OrganisationKind, Role
from broker.audit.chain import verify
from broker.baseline.record import FrozenAlready, freeze, frozen, seen_by
from broker.baseline.whole import Source, baseline, digest_of
from broker.database import reading, writing
from broker.tables import AuditRow, BaselineRow
from tests.unit.baseline.samples import EPISODES, nowhere, write
from tests.whole_life import sign_agreements

WHO = Actor("c-1", Role.COMMISSIONER, PARTNERSHIP, OrganisationKind.PARTNERSHIP)
AT = datetime(2026, 5, 4, 9, tzinfo=UTC)


@pytest.fixture
def figures(engine: Engine, tmp_path: Path) -> dict[str, Any]:
    """Figures of two boroughs, whose agreements are in force."""
    with writing(engine) as session:
        sign_agreements(session)
    row = "A,01/05/2025,S,C2,K2,,,,E1 1AA,3.0"
    sources = [
        Source("episodes", borough, write(tmp_path / f"{borough}.csv", EPISODES, [row]))
        for borough in ("E09000016", "E09000025")
    ]
    return baseline(sources, date(2025, 4, 1), nowhere)


def test_what_was_frozen_is_read_as_it_was(engine: Engine, figures: dict[str, Any]) -> None:
    with writing(engine) as session:
        assert freeze(session, WHO, figures, at=AT, why=None) == 1
    with reading(engine) as session:
        [one] = frozen(session)
        assert frozen(session, date(2025, 4, 1)) == [one]
        assert frozen(session, date(2024, 4, 1)) == []
        entry = session.execute(
            sa.select(AuditRow).where(AuditRow.__table__.c.record_kind == "baseline")
        ).scalar_one()
        assert not verify(session).broken
    assert one["figures"] == figures
    assert (one["number"], one["frozen_by"], one["why"]) == (1, "c-1", None)
    assert one["digest"] == digest_of(figures)
    assert one["frozen_at"] == AT.isoformat()
    assert one["software"]
    assert (entry.act, entry.record_id) == ("baseline.freeze", "2025-04-01/1")


def test_a_second_of_a_year_needs_a_reason_and_both_stay(
    engine: Engine, figures: dict[str, Any]
) -> None:
    with writing(engine) as session:
        freeze(session, WHO, figures, at=AT, why=None)
    with pytest.raises(FrozenAlready, match="--why"), writing(engine) as session:
        freeze(session, WHO, figures, at=AT, why=None)
    with writing(engine) as session:
        assert freeze(session, WHO, figures, at=AT, why="a file was late") == 2
    with reading(engine) as session:
        assert [(one["number"], one["why"]) for one in frozen(session)] == [
            (1, None),
            (2, "a file was late"),
        ]


@pytest.mark.parametrize("change", ["UPDATE baseline SET why = 'x'", "DELETE FROM baseline"])
def test_nobody_changes_or_removes_a_baseline(
    engine: Engine, figures: dict[str, Any], change: str
) -> None:
    with writing(engine) as session:
        freeze(session, WHO, figures, at=AT, why=None)
    with pytest.raises(DBAPIError, match="never changed"), engine.begin() as connection:
        connection.exec_driver_sql(change)


@pytest.mark.parametrize(("number", "why"), [(1, "again"), (2, None), (0, "x")])
def test_the_database_itself_refuses_two_of_a_number_and_a_later_one_without_a_reason(
    engine: Engine, figures: dict[str, Any], number: int, why: str | None
) -> None:
    with writing(engine) as session:
        freeze(session, WHO, figures, at=AT, why=None)
    row = {
        "year_from": date(2025, 4, 1), "number": number, "frozen_at": AT, "frozen_by": "c-2",
        "why": why, "digest": "0" * 64, "software": "0", "figures": {},
    }  # fmt: skip
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(sa.insert(BaselineRow.__table__), row)


def test_a_borough_sees_its_own_figures_and_those_of_all(figures: dict[str, Any]) -> None:
    borough = Actor("c-2", Role.COMMISSIONER, "E09000025", OrganisationKind.BOROUGH)
    seen = seen_by(borough, {"figures": figures})["figures"]
    assert [one["borough"] for one in seen["boroughs"]] == ["E09000025"]
    assert {one["borough"] for one in seen["inputs"]} == {"E09000025"}
    assert "E09000016" not in str(seen["not_computed"])
    assert seen["all"] == figures["all"]
    assert seen_by(WHO, {"figures": figures}) == {"figures": figures}
