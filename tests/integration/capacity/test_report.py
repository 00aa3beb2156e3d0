"""The report: a page that holds as HTML, charts that say what their tables say, equal files."""

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import html5lib
import openpyxl
import pytest

from broker.capacity.figures import Assumption, Run, measure
from broker.capacity.figures.compare import compare
from broker.capacity.figures.definitions import FIGURES
from broker.capacity.figures.sensitivity import Varied, tornado, two_way
from broker.capacity.report import Extras, report_run, write_report
from broker.capacity.report.exhibits import Exhibit
from broker.capacity.report.shown import shown
from broker.capacity.report.words import words
from broker.capacity.report.write import report_exhibits
from broker.charts import Intervals, Lines, Series, Spans, Stacks, Unit
from broker.workbook import Kind
from pricing.value.spot import NoSpotPrices, SpotFees
from tests.oracle.capacity.invent import Invented, invent

NASTY = "<script>alert(1)</script> & “so”"
KIND = {Unit.PENCE: Kind.MONEY, Unit.SHARE: Kind.PERCENT, Unit.COUNT: Kind.NUMBER}


def made() -> Invented:
    """A run whose prices are all known, with an assumption that tries to break the page."""
    invented = invent(21, 110, 25, replications=8, results=True)
    setting = invented.setting
    fees = {"low": 520_000, "medium": 610_000, "high": 1_100_000, "specialist": 1_900_000}
    spot = SpotFees("fees.toml", "0" * 64, "Fees", "invented", setting.first, setting.after, True,
                    fees)  # fmt: skip
    odd = Assumption(NASTY, "=1+1", NASTY, "assumption")
    setting = replace(
        setting, spot=spot, achieved=Fraction(1, 2), void_limit=900_000, assumptions=(odd,)
    )
    return Invented(setting, invented.replications)


@pytest.fixture(scope="module")
def run() -> Run:
    invented = made()
    return measure(invented.setting, invented.replications)


@pytest.fixture(scope="module")
def extras(run: Run) -> Extras:
    invented = made()

    def dearer(add: int) -> Run:
        contract = invented.setting.contract
        fees = {band: fee + add for band, fee in contract.fees.items()}
        setting = replace(invented.setting, contract=replace(contract, fees=fees))
        return measure(setting, invented.replications)

    low, high = dearer(-30_000), dearer(50_000)
    varied = [
        Varied("Fees", "less", "more", low, high),
        Varied("Nothing", "as is", "as is", run, run),
    ]
    return Extras(
        ("now", "dearer", compare(run, high)),
        [tornado("saving", run, varied)],
        [two_way("saving", "fees", "length", {("now", "8"): run, ("more", "4"): high})],
    )


@pytest.fixture(scope="module")
def exhibits(run: Run, extras: Extras) -> tuple[Exhibit, ...]:
    return tuple(report_exhibits(run, extras))


@pytest.fixture(scope="module")
def folder(run: Run, extras: Extras, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("report")
    write_report(run, made, extras)
    return made


@pytest.fixture(scope="module")
def document(folder: Path) -> ElementTree.Element:
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    root: ElementTree.Element = parser.parse((folder / "report.html").read_text())
    return root


def table(document: ElementTree.Element, name: str) -> list[list[str]]:
    [found] = [each for each in document.iter("table") if each.get("id") == f"table-{name}"]
    return [
        ["".join(cell.itertext()) for cell in row if cell.tag in ("th", "td")]
        for row in found.iter("tr")
    ]


def test_the_page_is_strict_html_in_one_file_without_script_or_link_outside(
    document: ElementTree.Element, folder: Path
) -> None:
    assert not list(document.iter("script"))
    assert not list(document.iter("link"))
    assert not list(document.iter("img"))
    text = (folder / "report.html").read_text()
    assert "alert(1)" in text
    assert "<script" not in text
    assert " on" not in "".join(re.findall(r"<[a-z][^>]*\bon[a-z]+=", text))
    outside = re.findall(r'(?:href|src|url)\s*[=(]\s*"?(?!#)([^")\s>]+)', text)
    assert [each for each in outside if not each.startswith("#")] == []


def test_headings_go_down_one_level_at_a_time_and_ids_are_unique(
    document: ElementTree.Element,
) -> None:
    levels = [int(each.tag[1]) for each in document.iter() if re.fullmatch("h[1-6]", str(each.tag))]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = [each.get("id") for each in document.iter() if each.get("id")]
    assert len(ids) == len(set(ids))
    for each in document.iter("a"):
        assert str(each.get("href"))[1:] in ids
    assert [each.get("lang") for each in document.iter("html")] == ["en-GB"]


def test_every_table_has_a_caption_and_scopes_and_every_chart_a_title_and_description(
    document: ElementTree.Element, exhibits: Sequence[Exhibit]
) -> None:
    for each in document.iter("table"):
        assert each.find("caption") is not None
        for head in each.iter("th"):
            assert head.get("scope") in ("col", "row")
        for row in each.iter("tr"):
            assert row.find("th") is not None
    drawn = [each for each in document.iter() if str(each.tag).endswith("svg")]
    assert len(drawn) == sum(each.chart is not None for each in exhibits) >= 15
    for each in drawn:
        assert each.get("role") == "img"
        named = str(each.get("aria-labelledby")).split()
        found = {
            part.get("id"): str(part.tag).rpartition("}")[2].split()[-1] for part in each.iter()
        }
        assert [found[name] for name in named] == ["title", "desc"]


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_colours_of_text_have_the_contrast_of_wcag_aa(folder: Path) -> None:
    style = (folder / "report.html").read_text().partition("<style>")[2].partition("</style>")[0]
    colours = re.findall(r"(?<![-\w])color:\s*(#[0-9a-f]{6})", style)
    assert len(colours) >= 3
    for colour in colours:
        assert (1 + 0.05) / (luminance(colour) + 0.05) >= 4.5, colour
    edges = re.findall(r"border[-\w]*:[^;]*?(#[0-9a-f]{6})", style)
    for colour in edges:
        assert (1 + 0.05) / (luminance(colour) + 0.05) >= 3, colour


def panel_values(panel: Any) -> Iterator[tuple[str, str, Any]]:
    """(column or "", label, value) of all that a panel draws."""
    if isinstance(panel, Lines | Stacks):
        marks = panel.marks if isinstance(panel, Stacks) else ()
        for series in (*panel.series, *marks):
            for label, value in zip(panel.labels, series.values, strict=True):
                yield series.name, label, value
    elif isinstance(panel, Intervals):
        for name, values in (("", panel.values), ("5% below", panel.low),
                             ("95% below", panel.high)):  # fmt: skip
            for label, value in zip(panel.labels, values, strict=True):
                yield name or panel.name.capitalize(), label, value
    else:
        assert isinstance(panel, Spans)
        ends = (Series(panel.low_name, panel.low), Series(panel.high_name, panel.high))
        for series in ends:
            for label, value in zip(panel.labels, series.values, strict=True):
                yield series.name, label, value


def test_a_chart_says_what_its_table_on_the_page_says(
    document: ElementTree.Element, exhibits: Sequence[Exhibit]
) -> None:
    compared = 0
    for each in exhibits:
        if each.chart is None:
            continue
        head, *rows = table(document, each.id)
        cells = {(row[0], name): cell for row in rows for name, cell in zip(head, row, strict=True)}
        for panel in each.chart.panels:
            for name, label, value in panel_values(panel):
                kind = Kind.COUNT if name == "Years" else KIND[panel.unit]
                assert cells[label, name] == shown(kind, value), (each.id, label, name)
                compared += 1
    assert compared > 200


def test_the_page_the_csv_and_the_workbook_say_what_figures_json_says(
    folder: Path, run: Run, document: ElementTree.Element
) -> None:
    told = json.loads((folder / "figures.json").read_text())
    assert told["schema"] == "capacity/1"
    keyed = {
        (each["figure"], each["by"], each["group"], each["year"]): each for each in told["figures"]
    }
    for row in csv.DictReader(io.StringIO((folder / "figures.csv").read_text())):
        own = keyed[row["figure"], row["by"], row["group"], row["year"]]
        for name in ("mean", "median", "low", "high", "error", "known_in", "of"):
            assert row[name] == ("" if own[name] is None else str(own[name]))
    cells = {row[0]: row for row in table(document, "saving-borough")[1:]}
    whole = keyed["saving", "all", "all", "all"]
    assert cells["all"][1] == shown(Kind.MONEY, int(whole["mean"].replace(".", "")))
    book = openpyxl.load_workbook(folder / "figures.xlsx")
    rows = list(book["Money"].iter_rows(values_only=True))
    found = [row for row in rows if row[0] == "Saving against all-spot" and row[2] == "all"
             and row[4] == "all years"]  # fmt: skip
    assert [f"{row[5]:.2f}" for row in found] == [whole["mean"]]
    assert {"Definitions", "Assumptions", "Shares", "Other figures"} <= set(book.sheetnames)
    assert told["tornadoes"][0]["bars"][0]["assumption"] == "Fees"
    assert told["comparison"]["second"] == "dearer"
    assert told["two_way"][0]["rows"] == ["now", "more"]


def test_assumptions_stand_on_the_page_with_their_status(document: ElementTree.Element) -> None:
    rows = {row[0]: row for row in table(document, "assumptions")}
    assert rows[NASTY][1:] == ["=1+1", "assumption", NASTY]
    assert rows["void limit"][1] == "£9,000.00 a year"
    defined = ["".join(each.itertext()) for each in document.iter("dt")]
    assert defined == [figure.name for figure in FIGURES]


def test_the_same_run_gives_the_same_bytes(run: Run, extras: Extras, folder: Path,
                                            tmp_path: Path) -> None:  # fmt: skip
    for path in write_report(run, tmp_path, extras):
        assert path.read_bytes() == (folder / path.name).read_bytes(), path.name


def test_a_run_is_counted_written_and_summed_up_at_once(tmp_path: Path) -> None:
    invented = made()
    run, told = report_run(invented.setting, invented.replications[:2], tmp_path)
    assert told == words(run)
    assert json.loads((tmp_path / "figures.json").read_text())["run"]["replications"] == 2
    assert (tmp_path / "report.html").exists()


def test_the_summary_names_every_theme_and_source(run: Run) -> None:
    told = words(run)
    for part in ("PLACES", "PLACED", "WAITING", "STABILITY", "COST", "RESTS ON", "SOURCES"):
        assert f"\n{part}\n" in told
    assert "8 simulated runs of 110 weeks" in told
    assert run.setting.contract.source in told


def test_unknown_spot_prices_are_said_and_drawn_nowhere(tmp_path: Path) -> None:
    invented = made()
    setting = replace(invented.setting, spot=NoSpotPrices(), void_limit=None)
    run = measure(setting, invented.replications)
    parts = {each.id: each for each in report_exhibits(run, Extras())}
    rows = {row[0]: row[1] for row in parts["saving-borough"].sheet.rows}
    nobody = [
        code
        for code in run.groups["borough"]
        if not run.above["living_there", "borough"][:, run.groups["borough"].index(code)].any()
    ]
    known = {run.setting.label("borough", code) for code in nobody}
    assert {label for label, mean in rows.items() if mean is not None} == known
    assert len(known) < len(rows) - 2
    assert all(row[1] is None for row in parts["block_cheaper-year"].sheet.rows)
    assert parts["block_cheaper-year"].chart is None
    assert any("no spot prices were given" in line for line in parts["saving-borough"].words)
    assert "voids_over_limit-year" not in parts
    assert "Saving against all-spot: not known" in words(run)
    write_report(run, tmp_path)
    page = (tmp_path / "report.html").read_text()
    own = page.partition('id="table-block_cheaper-year"')[2].partition("</table>")[0]
    assert "not known" in own
    assert "%</td>" not in own


def test_no_results_said_is_not_no_results() -> None:
    invented = made()
    setting = replace(invented.setting, achieved=None)
    run = measure(setting, invented.replications)
    parts = {each.id: each for each in report_exhibits(run, Extras())}
    said = " ".join(parts["saving-borough"].words)
    assert "nobody said how much of the results is achieved" in said
    assert run.estimate("results").mean is None
    assert run.estimate("placements").mean is not None
