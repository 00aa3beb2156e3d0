"""The board's page of a quarter: the main figures on one sheet of paper, with their counts."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from html import escape
from typing import Final

from broker.reports.figures import share
from broker.reports.flow import quarters, steps
from broker.reports.form import Period, Report, Table, shown
from broker.reports.outcomes import shares
from broker.reports.place_days import place_days
from broker.reports.reach import why_not_all, words_of_sides
from broker.reports.star import Star
from broker.reports.sufficiency import by_band
from broker.reports.times import times
from broker.workbook import Column
from matching.words import days_in_words

_STEPS: Final = (
    "referrals begun", "sent to the brokerage", "moved in", "waiting at its end", "offers made",
    "offers declined",
)  # fmt: skip
_SHARES: Final = (
    "moved in: in their own borough", "moved in: over 20 miles from home", "ended: planned",
    "ended: broke down", "ended: stepped down", "begun: back within 12 months of a placement",
)  # fmt: skip
_LATEST: Final = 4


def board(star: Star, period: Period) -> Report:
    """What a board sees of a period: each table is a part of a report of its own.

    Only those parts are worked out.
    """
    sides = words_of_sides(star, period, why=False)
    return Report(
        "board",
        "Board pack",
        period,
        star.as_of,
        (
            *why_not_all(star, period),
            "Each figure is explained by a report of its own: flow, outcomes, sufficiency, "
            "providers, change. Not available is not zero.",
        ),
        (
            _picked(steps(star, period), _STEPS, "Flow", sides),
            _picked(shares(star, period), _SHARES, "Outcomes", ""),
            _waits(times(star, period)),
            _needed(by_band(star, period)),
            _days(place_days(star, period)),
            _trend(quarters(star, period)),
        ),
    )


def _picked(table: Table, names: Sequence[str], title: str, note: str) -> Table:
    rows = {row[0]: row for row in table.rows}
    return Table(title, table.columns, [rows[name] for name in names], note)


def _waits(table: Table) -> Table:
    """From being sent to a first offer, a decision, moving in."""
    kept = [
        row
        for row in table.rows
        if row[0] in ("first offer", "decided by a named person", "moved in")
    ]
    return Table("Days from being sent to", table.columns, kept, table.note)


def _needed(table: Table) -> Table:
    return Table("Needed and not found, by band", table.columns, table.rows)


def _days(table: Table) -> Table:
    """All providers together; a sum is not available where a part of it is not."""
    columns = (Column("homes"), *table.columns[1:])
    sums: list[int | None] = []
    for at in range(1, 5):
        cells = [row[at] for row in table.rows]
        told = [int(str(cell)) for cell in cells if cell is not None]
        sums.append(sum(told) if len(told) == len(cells) else None)
    places, placed, others, out = sums
    if places is None or placed is None or others is None or out is None:
        part = None
    else:
        part = share(placed + others, places - out)
    return Table("Place days", columns, [["all homes", *sums, part]], table.note)


def _trend(table: Table) -> Table:
    columns = [table.columns[at] for at in (0, 1, 2, 6)]
    rows = [[row[at] for at in (0, 1, 2, 6)] for row in table.rows[-_LATEST:]]
    return Table("The last quarters", columns, rows, table.note)


STYLE: Final = """
@page { size: A4 portrait; margin: 9mm 10mm }
body { font: 8.5pt/1.2 sans-serif; color: #0b0c0c; background: #fff; max-width: 190mm;
  margin: 0 auto }
h1 { font-size: 15pt; margin: 0 } h2 { font-size: 10pt; margin: 2.5mm 0 .5mm }
p { margin: .5mm 0 } table { border-collapse: collapse; width: 100% }
th, td { text-align: right; padding: .3mm 1.5mm; border-bottom: .2mm solid #b1b4b6;
  vertical-align: bottom }
th:first-child, td:first-child { text-align: left } figure { margin: 1mm 0 }
figure img { width: 100%; height: 38mm } .note { color: #383f43 }
@media screen { body { padding: 1rem } .app-wide { overflow-x: auto } }
"""
"""The only style of the sheet, so that whoever serves it can allow it by its digest."""


def page(report: Report) -> str:
    """The board's report as one page to print, complete in itself: it loads nothing.

    It is for people, so that days stand as people write them.
    """
    return "\n".join(_page(report)) + "\n"


def _page(report: Report) -> Iterator[str]:
    title = days_in_words(f"{report.title}, {report.period}")
    yield "<!DOCTYPE html>"
    yield '<html lang="en-GB"><head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{escape(title)}</title><style>{STYLE}</style></head><body><main>"
    yield f"<h1>{escape(title)}</h1>"
    for note in (report.source, *report.notes):
        yield f"<p>{escape(days_in_words(note))}</p>"
    for table in report.tables:
        yield f"<section><h2>{escape(table.title)}</h2>"
        yield from _table(table)
        yield "</section>"
    yield from _chart(report)
    yield "</main></body></html>"


def _table(table: Table) -> Iterator[str]:
    heads = "".join(f'<th scope="col">{escape(c.title)}</th>' for c in table.columns)
    yield f'<div class="app-wide" role="region" aria-label="{escape(table.title)}" tabindex="0">'
    yield f"<table><thead><tr>{heads}</tr></thead><tbody>"
    for row in table.rows:
        cells = [shown(c.kind, value) for c, value in zip(table.columns, row, strict=True)]
        rest = "".join(f"<td>{escape(cell)}</td>" for cell in cells[1:])
        yield f'<tr><th scope="row">{escape(cells[0])}</th>{rest}</tr>'
    yield "</tbody></table></div>"
    if table.note:
        yield f'<p class="note">{escape(days_in_words(table.note))}</p>'


def _chart(report: Report) -> Iterator[str]:
    """Referrals and moving in by quarter, drawn from the table above it where that has figures.

    The drawing lies in the page as an image, so that its own style needs no leave of the page's.
    """
    from broker.charts import Chart, Lines, Series, Unit, svg

    trend = report.tables[-1]
    if any(row[at] is None for row in trend.rows for at in (1, 2)):
        return
    series = [
        Series(trend.columns[at].title, [int(str(row[at])) for row in trend.rows]) for at in (1, 2)
    ]
    labels = [str(row[0]) for row in trend.rows]
    told = "; ".join(
        f"{one.name}: {', '.join(f'{q} {v}' for q, v in zip(labels, one.values, strict=True))}"
        for one in series
    )
    panel = Lines("Referrals sent and young people moved in", Unit.COUNT, labels, series)
    drawn = b64encode(svg(Chart("The last quarters", told, (panel,), report.source))).decode()
    yield (
        f'<figure><img src="data:image/svg+xml;base64,{drawn}" alt="{escape(panel.title)}: '
        f'{escape(told)}"></figure>'
    )
