"""What simulations and purchases start from, and what is kept of them to be shown on a page."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from broker.capacity.desk.shelf import RESULT, Shelf
from broker.capacity.figures.setting import Assumption
from broker.capacity.report.exhibits import Exhibit
from broker.capacity.report.page import part_of
from broker.charts import svg
from broker.database import make_engine, reading
from broker.store.contracts import contracts_in_force
from broker.store.fit import case_on_record
from matching.problem import Problem
from pricing.contract import parse_contract
from pricing.terms import Contract

Said = Callable[[Mapping[str, Any]], None]


class CannotBeMade(ValueError):
    """What is on record, or in the folder, does not make a simulation; says why."""


def on_record(address: str, contract_id: str) -> tuple[Problem, Contract]:
    """The open case and a contract as they stand on record.

    Raises:
        CannotBeMade: the contract is not on record any more.
        Unfit: what is on record cannot be matched.
    """
    engine = make_engine(address)
    try:
        with reading(engine) as session:
            rows = {row.contract_id: row for row in contracts_in_force(session)}
            if contract_id not in rows:
                raise CannotBeMade(f"No contract {contract_id} is on record any more.")
            problem, _ = case_on_record(session, require_safety=False)
    finally:
        engine.dispose()
    row = rows[contract_id]
    return problem, parse_contract(row.text.encode(), row.file)


def demand_of(shelf: Shelf) -> dict[str, Any]:
    """The demand of a shelf.

    Raises:
        CannotBeMade: there is none.
    """
    try:
        found: dict[str, Any] = json.loads(shelf.demand.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CannotBeMade(
            f"There is no {shelf.demand.name} to start from. Whoever runs the service makes it: "
            "broker demand RETURNS --out demand.json."
        ) from None
    return found


def keep_result(
    folder: Path,
    exhibits: Iterable[Exhibit],
    *,
    name: str,
    headline: str,
    caution: str,
    key_figures: Iterable[tuple[str, str, str]],
    assumptions: Iterable[Assumption],
    workbook: str,
) -> None:
    """Keep what a page shows: every part with its table and chart, and what all of it rests on."""
    parts = []
    for each in exhibits:
        if each.chart is not None:
            (folder / f"chart-{each.id}.svg").write_bytes(svg(each.chart))
        described = None if each.chart is None else each.chart.description
        parts.append({**part_of(each), "theme": each.theme, "chart": described})
    told = {
        "scenario": name,
        "headline": headline,
        "caution": caution,
        "key_figures": list(key_figures),
        "parts": parts,
        "assumptions": [[one.name, one.value, one.status, one.source] for one in assumptions],
        "workbook": workbook,
    }
    (folder / RESULT).write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
