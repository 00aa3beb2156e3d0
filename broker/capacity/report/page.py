"""The page a board reads: one file with its charts, tables, sources and assumptions, no script."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from broker.capacity.figures.as_json import sources
from broker.capacity.figures.definitions import FIGURES
from broker.capacity.figures.whole import Run
from broker.capacity.report.exhibits import Exhibit
from broker.capacity.report.shown import STATUS, shown
from broker.capacity.report.words import NOT_A_PROMISE, headline, key_figures
from broker.charts import svg
from broker.workbook import Kind

if TYPE_CHECKING:
    from markupsafe import Markup


def page(run: Run, exhibits: Iterable[Exhibit]) -> str:
    """The page as HTML, the same bytes for the same run."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("broker.capacity.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    themes: dict[str, list[dict[str, Any]]] = {}
    for each in exhibits:
        drawn = None if each.chart is None else _inline(svg(each.chart))
        themes.setdefault(each.theme, []).append({**part_of(each), "svg": drawn})
    setting = run.setting
    return environment.get_template("page.html.j2").render(
        title=f"{setting.contract.name}: what simulated years say",
        headline=headline(run),
        caution=NOT_A_PROMISE,
        key_figures=list(key_figures(run)),
        themes=list(themes.items()),
        assumptions=setting.stated(),
        statuses=STATUS,
        sources=sources(setting),
        definitions=FIGURES,
    )


def part_of(each: Exhibit) -> dict[str, Any]:
    """An exhibit in the words of the page: its heading, paragraphs, table and notes."""
    sheet = each.sheet
    kinds = [column.kind for column in sheet.columns]
    return {
        "id": each.id,
        "heading": each.words[0].rstrip("."),
        "words": each.words[1:],
        "title": sheet.title,
        "columns": [(column.title, column.kind is not Kind.TEXT) for column in sheet.columns],
        "rows": [_cells(kinds, row) for row in sheet.rows],
        "notes": sheet.notes,
    }


def _cells(kinds: Sequence[Kind], row: Sequence[Any]) -> list[tuple[str, bool]]:
    return [
        (shown(kind, value), kind is not Kind.TEXT) for kind, value in zip(kinds, row, strict=True)
    ]


def _inline(drawn: bytes) -> Markup:
    """An SVG file as a part of a page: without what only a file of its own begins with."""
    from markupsafe import Markup

    text = drawn.decode()
    return Markup(text[text.index("<svg") :])
