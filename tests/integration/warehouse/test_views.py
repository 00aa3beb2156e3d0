"""Each view against the tables, row for row; and a young person of whom more became known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from broker.database import writing
from broker.life import lost
from broker.life.read import read_life
from broker.returns.record import put_on_record
from broker.returns.whole import read_returns
from broker.runs import made_run, record_run
from broker.store.load import load_problem
from broker.store.put import rows_of
from broker.store.shelves import SHELVES
from broker.warehouse import build, sql
from broker.warehouse.facts import SHAPES
from broker.warehouse.shape import Shape
from matching.solve import match
from tests.integration.warehouse.rows import KEYS, Rows, gone, in_database
from tests.unit.warehouse.test_returns_loaded import folder
from tests.whole_life import ASSESSOR, BROKER, HOME, VERIFIER, Teller, manager

OPENED, AMENDED, ASKED = date(2026, 9, 4), date(2026, 11, 10), date(2026, 11, 12)
MOVES = date(2026, 11, 20)
AS_OF = date(2027, 3, 9)

STARS = {
    "referral": ("opened_on", True, False),
    "offer": ("made_on", True, True),
    "placement_episode": ("starts_on", True, True),
    "occupancy_day": ("day", False, True),
}
"""Each star: its day, and whether it has a young person and a home."""


@pytest.fixture
def known(region: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One of whom more became known before a home was asked, in a home that was judged anew."""
    with writing(region) as session:
        told = Teller(session, today=OPENED)
        told.open()
        told.take(ASSESSOR, "submit")
        told.take(ASSESSOR, "band", band="medium", thresholds="t1", reason="by the thresholds")
        told.today = AMENDED
        amend(told, ethnicity="not right yet", disability=())
        amend(told, ethnicity="told since", disability=("MOB",))
        told.today = ASKED
        amend(told, religion="told since")
        told.take(VERIFIER, "verify", need_met=True, funding_agreed=True, reason="both checked")
        told.shortlist(HOME)
        told.view(HOME)
        told.offer(HOME, MOVES)
        told.impact(HOME)
        told.take(manager("P2", HOME), "accept", home_id=HOME)
        told.ready(HOME)
        told.confirm(HOME, MOVES)
        told.today = MOVES
        told.take(BROKER, "move_in", moved_in_on=MOVES)
        again = Teller(session, today=date(2026, 12, 1), minutes=500)
        judged(session, "inadequate", again)
        problem = load_problem(session)
        at = datetime(2026, 9, 4, 9, tzinfo=UTC)
        record_run(
            session, made_run(problem, match(problem).to_json(), started=at, finished=at), by="x"
        )
        files = folder(tmp_path_factory.mktemp("returns") / "r")
        put_on_record(session, "r", read_returns(files), "tests", at, AS_OF)
    with writing(region) as session:
        build.refresh(session, KEYS, AS_OF)
    yield region
    gone(region)


def amend(told: Teller, **person: Any) -> None:
    """More is known of the young person themselves."""
    life = read_life(told.session, told.life.referral)
    assert life is not None
    assert life.form is not None
    form = life.form.model_copy(update={"person": life.form.person.model_copy(update=person)})
    told.take(ASSESSOR, "amend", form=form, reason="more is known")


def judged(session: Session, judgement: str, teller: Teller) -> None:
    """The inspectorate publishes another judgement of the home."""
    record = {**SHELVES["homes"].record(rows_of(session, "homes", {"home_id": HOME})[0])}
    record["judgement"] = judgement
    seen = lost.home_version(session, HOME)
    assert seen is not None
    change = lost.Change("published", record)
    lost.change_home(session, BROKER, HOME, change, teller.moment(), seen=seen)


def told_by(shape: Shape, rows: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
    return [dict(zip(shape.names, row, strict=True)) for row in rows]


BY_NAME = {shape.name: shape for shape in SHAPES}


def test_a_young_person_has_a_version_for_each_day_on_which_what_is_known_became_another(
    known: Engine,
) -> None:
    """By hand. Of two sayings of a day the last holds; what no column has makes no version."""
    with writing(known) as session:
        rows = told_by(BY_NAME["dim_young_person"], sql.read(session, "dim_young_person"))
        star = {
            name: session.execute(
                sa.text(f"SELECT young_person_ethnicity, young_person_disability FROM "
                        f"warehouse_star_{name}")
                .columns(young_person_disability=sa.Boolean)
            ).all()
            for name in ("referral", "offer", "placement_episode")
        }  # fmt: skip
    names = ("valid_from", "valid_to", "borough", "sex", "ethnicity", "disability")
    assert [tuple(row[name] for name in names) for row in rows] == [
        (OPENED, AMENDED, "E09000025", "F", "not told here", False),
        (AMENDED, None, "E09000025", "F", "told since", True),
    ]
    assert len({row["person_key"] for row in rows}) == 1
    assert star == {
        "referral": [("not told here", False)],
        "offer": [("told since", True)],
        "placement_episode": [("told since", True)],
    }


def test_each_view_shows_its_table_row_for_row(known: Engine) -> None:
    with writing(known) as session:
        rows = in_database(session)
        shown = {shape.name: seen_in(session, f"warehouse_{shape.name}", shape) for shape in SHAPES}
    assert shown == rows
    assert {name for name, some in rows.items() if not some} == {"fact_not_invoiced"}


def seen_in(session: Session, view: str, shape: Shape) -> list[tuple[Any, ...]]:
    """The rows of a view in the columns of a table, each as its type, in the order of the key."""
    table = sql.TABLES[shape.name]
    query = sa.text(f"SELECT * FROM {view}").columns(*(sa.column(c.name, c.type) for c in table.c))
    rows = session.execute(query)
    if not view.startswith("warehouse_star_"):
        assert tuple(rows.keys()) == shape.names
    return sorted((tuple(row._mapping[n] for n in shape.names) for row in rows), key=shape.order)


def test_each_star_shows_its_fact_row_for_row_with_what_held_on_its_day(known: Engine) -> None:
    with writing(known) as session:
        rows = in_database(session)
        for name in STARS:
            fact = BY_NAME[f"fact_{name}"]
            assert seen_in(session, f"warehouse_star_{name}", fact) == rows[fact.name]
            found = session.execute(sa.text(f"SELECT * FROM warehouse_star_{name}")).mappings()
            agrees_with_dimensions(name, [dict(row) for row in found], rows)


def agrees_with_dimensions(name: str, shown: Sequence[dict[str, Any]], rows: Rows) -> None:
    """Each row has the quarter of its day, and young person and home as they were on it."""
    day, *has = STARS[name]
    versions = {
        one: told_by(BY_NAME[f"dim_{one}"], rows[f"dim_{one}"]) for one in ("young_person", "home")
    }
    dates = {str(row["day"]): row for row in told_by(BY_NAME["dim_date"], rows["dim_date"])}
    facts = BY_NAME[f"fact_{name}"].names
    assert shown
    for row in shown:
        on = str(row[day])
        for column in ("quarter", "month", "financial_year"):
            assert row[column] == dates[on][column]
        keys = (("young_person", "person_key"), ("home", "home_id"))
        for (other, key), there in zip(keys, has, strict=True):
            own = {n: row[n] for n in row if n.startswith(f"{other}_") and n not in facts}
            assert bool(own) is there
            if not there:
                continue
            (held,) = (
                one
                for one in versions[other]
                if one[key] == row[key]
                and str(one["valid_from"]) <= on
                and (one["valid_to"] is None or on < str(one["valid_to"]))
            )
            assert own == {
                f"{other}_{n}": value
                for n, value in held.items()
                if n not in (key, "valid_from", "valid_to", *facts)
            }
