"""The page a board reads: one file with its charts, tables, sources and assumptions, no script."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from broker.capacity.figures.as_json import sources
from broker.capacity.figures.definitions import FIGURES
from broker.capacity.figures.setting import Assumption
from broker.capacity.figures.whole import Run
from broker.capacity.report.exhibits import Exhibit
from broker.capacity.report.shown import STATUS, shown
from broker.capacity.report.words import NOT_A_PROMISE, headline, key_figures
from broker.charts import svg
from broker.workbook import Kind

if TYPE_CHECKING:
    from markupsafe import Markup


READING: Final = (
    "Each figure is the mean over all runs and all years, then the values that 5% and 95% of the"
    " runs do not exceed. A figure that cannot be known is called not known; it is never nought."
)
RESTS: Final = (
    "Financial years run from April to March; the first and the last are cut to the simulated days."
    " A week’s empty places count in the year of its Monday. Pounds are rounded to whole pounds"
    " here; figures.json and the workbook have the pence."
)
FOOT: Final = (
    "Median, 5% and 95% are by nearest rank over the runs. The standard error is the Monte-Carlo"
    " one: how far the mean of another set of as many runs may lie from this one."
)


def page(run: Run, exhibits: Iterable[Exhibit]) -> str:
    """The page as HTML, the same bytes for the same run."""
    setting = run.setting
    return page_of(
        exhibits,
        title=f"{setting.contract.name}: what simulated years say",
        headline=headline(run),
        caution=NOT_A_PROMISE,
        reading=READING,
        key_figures=key_figures(run),
        assumptions=setting.stated(),
        rests=RESTS,
        sources=sources(setting),
        definitions=[(figure.name, figure.words) for figure in FIGURES],
        foot=FOOT,
    )


def page_of(
    exhibits: Iterable[Exhibit], *, title: str, headline: str, caution: str, reading: str,
    key_figures: Iterable[tuple[str, str, str]], assumptions: Iterable[Assumption], rests: str,
    sources: Iterable[str], definitions: Iterable[tuple[str, str]], foot: str,
) -> str:  # fmt: skip
    """A page of exhibits by theme, with main figures, assumptions, sources and definitions."""
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
    return environment.get_template("page.html.j2").render(
        title=title,
        headline=headline,
        caution=caution,
        reading=reading,
        key_figures=list(key_figures),
        themes=list(themes.items()),
        assumptions=list(assumptions),
        statuses=STATUS,
        rests=rests,
        sources=list(sources),
        definitions=list(definitions),
        foot=foot,
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
