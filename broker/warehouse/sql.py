"""The warehouse in the database: its tables and views, made anew from the records at any time.

They are no part of the records: a backup leaves them out, and `broker warehouse build` makes them
again. Tables are `wh_NAME`; views are `warehouse_NAME`, and for facts of homes and young people
`warehouse_star_NAME`, with the dimensions as they held on the day of the fact.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session

from broker.warehouse.dimensions import HOME, YOUNG_PERSON
from broker.warehouse.facts import BY_NAME, EPISODE, OCCUPANCY, OFFER, REFERRAL, SHAPES
from broker.warehouse.shape import Row, Shape, Type, Value

STATE: Final = "state"
_META: Final = sa.MetaData()
_SQL: Final[Mapping[Type, type[sa.types.TypeEngine[Value]]]] = {
    Type.TEXT: sa.Text,
    Type.WHOLE: sa.BigInteger,
    Type.PENCE: sa.BigInteger,
    Type.YES_NO: sa.Boolean,
    Type.DAY: sa.Date,
}
_SOME: Final = 400
"""Keys in one statement: fewer than any database's limit of parameters."""


def _table(shape: Shape) -> sa.Table:
    table = sa.Table(
        f"wh_{shape.name}",
        _META,
        *(
            sa.Column(
                column.name,
                _SQL[column.type],
                primary_key=column.name in shape.key,
                nullable=column.empty is not None,
                autoincrement=False,
            )
            for column in shape.columns
        ),
    )
    if shape.by is not None and shape.by != shape.key[0]:
        sa.Index(f"ix_wh_{shape.name}_{shape.by}", table.c[shape.by])
    return table


TABLES: Final[Mapping[str, sa.Table]] = {shape.name: _table(shape) for shape in SHAPES}
MARKS: Final = sa.Table(
    "wh_mark",
    _META,
    sa.Column("unit", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("mark", sa.Text, nullable=False),
)
"""What each unit was made from, as a keyed digest: whoever has it learns whether it changed."""

_DAY_OF: Final[Mapping[Shape, str]] = {
    REFERRAL: "opened_on",
    OFFER: "made_on",
    EPISODE: "starts_on",
    OCCUPANCY: "day",
}


def views() -> dict[str, str]:
    """The query of each view, by its name; the same in both databases."""
    made = {}
    for shape in SHAPES:
        listed = ", ".join(shape.names)
        made[f"warehouse_{shape.name}"] = f"SELECT {listed} FROM wh_{shape.name}"
    for shape, day in _DAY_OF.items():
        made[f"warehouse_star_{shape.name.removeprefix('fact_')}"] = _star(shape, day)
    return made


def _star(shape: Shape, day: str) -> str:
    columns = [f"f.{name}" for name in shape.names]
    joins = [f"LEFT JOIN wh_dim_date d ON d.day = f.{day}"]
    columns += ["d.quarter", "d.month", "d.financial_year"]
    for other, alias, key in ((YOUNG_PERSON, "p", "person_key"), (HOME, "h", "home_id")):
        if key not in shape.names:
            continue
        word = "young_person" if other is YOUNG_PERSON else "home"
        columns += [
            f"{alias}.{name} AS {word}_{name}"
            for name in other.names
            if name not in (key, "valid_from", "valid_to") and name not in shape.names
        ]
        joins.append(
            f"LEFT JOIN wh_{other.name} {alias} ON {alias}.{key} = f.{key} AND {alias}.valid_from"
            f" <= f.{day} AND ({alias}.valid_to IS NULL OR {alias}.valid_to > f.{day})"
        )
    return f"SELECT {', '.join(columns)} FROM wh_{shape.name} f {' '.join(joins)}"


def _form() -> str:
    told = [
        [table.name, *(f"{column.name} {column.type}" for column in table.c)]
        for table in _META.sorted_tables
    ]
    return hashlib.sha256(json.dumps([told, views()]).encode()).hexdigest()


_FORM: Final = _form()
"""Of which columns and views the tables are: those made otherwise are made anew."""


def exists(session: Session) -> bool:
    """Whether all tables and views are there, made as they would be made today."""
    there = sa.inspect(session.connection()).get_table_names()
    if not {table.name for table in _META.sorted_tables} <= set(there):
        return False
    return read_state(session, "form") == _FORM


def make(session: Session) -> None:
    """Tables and views without a row; those that are there as of today stay, with their grants."""
    if exists(session):
        for table in _META.sorted_tables:
            session.execute(sa.delete(table))
    else:
        drop(session)
        connection = session.connection()
        _META.create_all(connection)
        for name, query in views().items():
            connection.exec_driver_sql(f"CREATE VIEW {name} AS {query}")
    session.execute(sa.insert(MARKS), [{"unit": STATE, "key": "form", "mark": _FORM}])


def drop(session: Session) -> None:
    """Take off tables and views."""
    connection = session.connection()
    for name in reversed(views()):
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {name}")
    _META.drop_all(connection)


def read_state(session: Session, key: str) -> str | None:
    """What is noted of the warehouse as a whole; None where nothing is."""
    query = sa.select(MARKS.c.mark).where(MARKS.c.unit == STATE, MARKS.c.key == key)
    found: str | None = session.execute(query).scalar_one_or_none()
    return found


def keys_of_marks(session: Session) -> str | None:
    """Which keys the tables that are there were made with, be they of today's columns or not."""
    if not sa.inspect(session.connection()).has_table(MARKS.name):
        return None
    return read_state(session, "keys")


def read_marks(session: Session) -> dict[tuple[str, str], str]:
    """The mark of every unit."""
    return {(row.unit, row.key): row.mark for row in session.execute(sa.select(MARKS))}


def write_marks(
    session: Session, gone: Iterable[tuple[str, str]], made: Mapping[tuple[str, str], str]
) -> None:
    """Take marks off and put others on."""
    by_unit: dict[str, list[str]] = {}
    for unit, key in gone:
        by_unit.setdefault(unit, []).append(key)
    for unit, keys in by_unit.items():
        for some in _parts(keys):
            session.execute(sa.delete(MARKS).where(MARKS.c.unit == unit, MARKS.c.key.in_(some)))
    if made:
        rows = [{"unit": u, "key": k, "mark": mark} for (u, k), mark in made.items()]
        session.execute(sa.insert(MARKS), rows)


def take_off(session: Session, shape: Shape, keys: Sequence[Value] | None) -> None:
    """Delete the rows of some units, or all rows of the table."""
    table = TABLES[shape.name]
    if keys is None:
        session.execute(sa.delete(table))
        return
    assert shape.by is not None
    for some in _parts(keys):
        session.execute(sa.delete(table).where(table.c[shape.by].in_(some)))


def put(session: Session, shape: Shape, rows: Sequence[Row]) -> None:
    """Add rows."""
    if rows:
        names = shape.names
        told = [dict(zip(names, row, strict=True)) for row in rows]
        session.execute(sa.insert(TABLES[shape.name]), told)


def read(session: Session, name: str, where: sa.ColumnElement[bool] | None = None) -> list[Row]:
    """The rows of a table in the order of its key, as the text of its key sorts by its bytes."""
    shape, table = BY_NAME[name], TABLES[name]
    query = sa.select(table)
    if where is not None:
        query = query.where(where)
    rows = [tuple(row) for row in session.execute(query)]
    rows.sort(key=shape.order)
    return rows


def _parts(keys: Sequence[Value]) -> Iterable[Sequence[Value]]:
    for start in range(0, len(keys), _SOME):
        yield keys[start : start + _SOME]
