"""Writing a run's answers into a folder: JSON, CSV, workbook and the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from broker.capacity.figures.as_json import (
    comparison_json,
    run_json,
    tornado_json,
    two_way_json,
)
from broker.capacity.figures.compare import Difference
from broker.capacity.figures.sensitivity import Tornado, TwoWay
from broker.capacity.figures.setting import Setting
from broker.capacity.figures.whole import Run, measure
from broker.capacity.record import Replication
from broker.capacity.report.exhibits import Exhibit
from broker.capacity.report.exhibits_of_choice import (
    comparison_exhibit,
    tornado_exhibit,
    two_way_exhibit,
)
from broker.capacity.report.exhibits_of_cost import cost_exhibits
from broker.capacity.report.exhibits_of_places import place_exhibits
from broker.capacity.report.page import page
from broker.capacity.report.tables import run_csv, run_sheets
from broker.capacity.report.words import words
from broker.commands.files import write_whole
from broker.commands.output import json_text
from broker.workbook import write_workbook

FIGURES_FILE, WORKBOOK, PAGE = "figures.json", "figures.xlsx", "report.html"


@dataclass(frozen=True, slots=True)
class Extras:
    """What other runs add: two named runs compared, tornadoes, two-way tables."""

    compared: tuple[str, str, Sequence[Difference]] | None = None
    tornadoes: Sequence[Tornado] = ()
    two_ways: Sequence[TwoWay] = ()


def report_exhibits(run: Run, extras: Extras) -> Iterator[Exhibit]:
    """All parts of a run's report, in order."""
    yield from place_exhibits(run)
    yield from cost_exhibits(run)
    if extras.compared is not None:
        yield comparison_exhibit(run, *extras.compared)
    yield from (tornado_exhibit(run, each) for each in extras.tornadoes)
    yield from (two_way_exhibit(run, each) for each in extras.two_ways)


def write_report(run: Run, folder: Path, extras: Extras | None = None) -> tuple[Path, ...]:
    """Write every answer of a run into a folder that is there, each file whole or not at all.

    The files are figures.json, CSV tables, a workbook and report.html; the same run gives the same
    bytes.
    """
    extras = extras or Extras()
    exhibits = tuple(report_exhibits(run, extras))
    told = run_json(run)
    if extras.compared is not None:
        first, second, differences = extras.compared
        told["comparison"] = {"first": first, "second": second, **comparison_json(differences)}
    told["tornadoes"] = [tornado_json(each) for each in extras.tornadoes]
    told["two_way"] = [two_way_json(each) for each in extras.two_ways]
    texts = chain(
        [(FIGURES_FILE, json_text(told) + "\n")], run_csv(run), [(PAGE, page(run, exhibits))]
    )
    written = []
    for name, text in texts:
        write_whole(folder / name, [text])
        written.append(folder / name)
    write_workbook(folder / WORKBOOK, run_sheets(run, exhibits))
    return (*written, folder / WORKBOOK)


def report_run(
    setting: Setting, replications: Iterable[Replication], folder: Path
) -> tuple[Run, str]:
    """Count a run's replications, write every answer into a folder, and sum it up for a terminal.

    Raises:
        ValueError: replications that are not of the setting.
    """
    run = measure(setting, replications)
    write_report(run, folder)
    return run, words(run)
