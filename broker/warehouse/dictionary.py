"""The data dictionary: every table, column and view, made from the shapes that build them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from broker.warehouse.dimensions import DIMENSIONS
from broker.warehouse.facts import FACTS
from broker.warehouse.parquet import ARROW
from broker.warehouse.shape import Shape
from broker.warehouse.sql import views


def dictionary() -> str:
    """Every table with its columns, types and meanings."""
    lines: list[str] = []
    for title, shapes in (("Facts", FACTS), ("Dimensions", DIMENSIONS)):
        lines += [f"### {title}", ""]
        for shape in shapes:
            lines += [*_table(shape), ""]
    return "\n".join(lines)


def _table(shape: Shape) -> Iterator[str]:
    yield f"#### `{shape.name}`"
    yield ""
    yield f"{shape.meaning} One row for each {' and '.join(f'`{name}`' for name in shape.key)}."
    yield ""
    yield "| column | holds | Parquet | meaning | empty where |"
    yield "|---|---|---|---|---|"
    for column in shape.columns:
        empty = column.empty or "never"
        yield (
            f"| `{column.name}` | {column.type} | `{ARROW[column.type]}` | {column.meaning} "
            f"| {empty} |"
        )


def views_table() -> str:
    """Every view of the database."""
    lines = ["| view | shows |", "|---|---|"]
    for name in views():
        star = name.startswith("warehouse_star_")
        fact = name.removeprefix("warehouse_star_" if star else "warehouse_")
        shows = (
            f"`{fact}` with quarter, young person and home as they were on its day"
            if star
            else f"`{fact}`, row for row"
        )
        lines.append(f"| `{name}` | {shows} |")
    return "\n".join(lines) + "\n"


PARTS: Mapping[str, Callable[[], str]] = {
    "warehouse_tables": dictionary,
    "warehouse_views": views_table,
}
