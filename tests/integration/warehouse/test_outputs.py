"""Every table of every report says the same in each output: words, JSON, CSV, workbook and page.

Each output is read back as a reader would, without the code that wrote it.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api.app import create_app
from api.records import Records
from broker.baseline.record import freeze
from broker.database import writing
from broker.reports.make import REPORTS
from broker.warehouse import build
from tests.integration.pages.browsing import HTML, parsed, words
from tests.integration.warehouse.rows import KEYS
from tests.integration.warehouse.test_change import a_year
from tests.integration.warehouse.test_figures import TODAY, told
from tests.unit.cli.conftest import Broker, broker
from tests.whole_life import COMMISSIONER

__all__ = ["broker", "told"]

PERIODS = [("2026-07-01", "2026-10-01"), ("2026-10-01", "2027-01-01"), ("2030-01-01", "2030-04-01")]
BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cells = list[list[Any]]


@pytest.fixture
def asked(told: Engine, broker: Broker, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """The service and the terminal at one warehouse, with a frozen year."""
    with writing(told) as session:
        freeze(session, COMMISSIONER, a_year(), at=datetime(2026, 5, 1, tzinfo=UTC), why=None)
        build.refresh(session, KEYS, TODAY)
    address = told.url.render_as_string(hide_password=False)
    monkeypatch.setenv("BROKER_DATABASE_URL", address)
    app = create_app(records=Records(told), processes=False, who=lambda _: COMMISSIONER)
    with TestClient(app, base_url="http://127.0.0.1") as client:
        yield client


def plain(value: Any) -> Any:
    """A cell as anybody would read it: a number with one decimal at most or its pence, a text."""
    text = "" if value is None else str(value)
    if text in ("", "not available"):
        return None
    digits = re.sub("[£,%]", "", text)
    try:
        return Decimal(digits).normalize()
    except InvalidOperation:
        return text


def of_words(out: str, tables: list[dict[str, Any]]) -> Iterator[Cells]:
    """The tables of a report for a terminal, in their order: heads, and cells set apart."""
    lines = out.splitlines()
    at = 0
    for one in tables:
        at = lines.index(one["title"].upper(), at) + 1
        if one["note"]:
            assert lines[at] == f"  {one['note']}"
            at += 1
        grid = []
        while at < len(lines) and lines[at]:
            grid.append(re.split(r"\s{2,}", lines[at].strip()))
            at += 1
        if grid == [["none"]]:
            yield []
            continue
        assert grid[0] == one["columns"]
        yield [[*row, *[""] * (len(grid[0]) - len(row))] for row in grid[1:]]
    assert at == len(lines)


def of_book(content: bytes, tables: list[dict[str, Any]]) -> Iterator[Cells]:
    """The tables of a workbook: what stands below the heads, shares and numbers as they show."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert len(book.worksheets) == len(tables)
    for sheet, one in zip(book.worksheets, tables, strict=True):
        assert one["title"].startswith(sheet.title.rstrip("0123456789 "))
        rows = list(sheet.iter_rows())
        heads = [[cell.value for cell in row] for row in rows].index(one["columns"])
        yield [[_shown(cell) for cell in row] for row in rows[heads + 1 :]]


def _shown(cell: Any) -> Any:
    if cell.value is None or cell.data_type != "n":
        return cell.value
    value = Decimal(str(cell.value))
    if cell.number_format == "0.0%":
        value *= 100
    places = {"0.0%": "0.1", "#,##0.0": "0.1", "#,##0": "1"}.get(cell.number_format, "0.01")
    return value.quantize(Decimal(places), ROUND_HALF_UP)


def of_markup(text: str) -> Iterator[tuple[str, Cells]]:
    """The tables of a page with their captions, the heads left out."""
    for one in parsed(text).iter("table"):
        caption = one.find("caption")
        rows = [[words(c) for c in row if c.tag in ("th", "td")] for row in one.iter("tr")]
        yield "" if caption is None else words(caption), rows


def same(found: Cells, told: dict[str, Any], where: str) -> None:
    """Cell for cell what the JSON says."""
    expected = [[plain(cell) for cell in row] for row in told["rows"]]
    assert [[plain(cell) for cell in row] for row in found] == expected, (where, told["title"])


@pytest.mark.parametrize("days", PERIODS, ids=" ".join)
def test_every_table_of_every_report_is_the_same_in_each_output(
    asked: TestClient, broker: Broker, tmp_path: Path, days: tuple[str, str]
) -> None:
    seen = set()
    for name in REPORTS:
        route = f"/api/reports/{name}?from={days[0]}&to={days[1]}"
        told = asked.get(route).json()
        tables = told["tables"]
        assert tables
        seen |= {type(cell) for one in tables for row in one["rows"] for cell in row[1:]}
        options = ["report", name, "--from", days[0], "--to", days[1]]
        html = ["--html", "b.html"] if name == "board" else []
        files = [*options, "--json", "--csv", "r.csv", "--workbook", "r.xlsx", *html]
        assert json.loads(broker(*files).out) == told
        for one, found in zip(tables, of_words(broker(*options).out, tables), strict=True):
            same(found, one, f"{name}: terminal")
        for book in (
            asked.get(route, headers={"accept": BOOK}).content,
            (tmp_path / "r.xlsx").read_bytes(),
        ):
            for one, found in zip(tables, of_book(book, tables), strict=True):
                same(found, one, f"{name}: workbook")
        text = asked.get(route, headers={"accept": "text/csv"}).text
        assert text == (tmp_path / "r.csv").read_text(encoding="utf-8")
        lines = [
            [line["table"], line["row"], line["column"], plain(line["value"])]
            for line in csv.DictReader(io.StringIO(text))
        ]
        assert lines == [
            [one["title"], str(row[0]), column, plain(cell)]
            for one in tables for row in one["rows"]
            for column, cell in zip(one["columns"][1:], row[1:], strict=True)
        ]  # fmt: skip
        boxes = "&".join(
            f"{box}-{part}={int(number)}"
            for box, day in zip(("from", "to"), days, strict=True)
            for part, number in zip(("year", "month", "day"), day.split("-"), strict=True)
        )
        page = asked.get(f"/reports/{name}?{boxes}", headers=HTML)
        assert page.status_code == 200
        pages = [list(of_markup(page.text))]
        if html:
            pages.append(list(of_markup((tmp_path / "b.html").read_text(encoding="utf-8"))))
        shown = [one for one in tables if one["rows"]]
        for each in pages:
            for one, (caption, rows) in zip(shown, each, strict=True):
                assert caption in (one["title"], "")
                assert rows[0] == one["columns"]
                same(rows[1:], one, f"{name}: page")
    assert seen == {str, int, float, type(None)}
