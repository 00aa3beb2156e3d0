"""A small question about buying: two kinds of home on two terms, for an invented case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from broker.capacity.buying.built import Built
from broker.capacity.buying.options_file import parse_options
from broker.capacity.buying.outcome import Pricing, clipped
from broker.capacity.buying.prepared import Question
from broker.capacity.figures.setting import HomeOf, Setting
from broker.capacity.figures.whole import measure
from broker.capacity.record import Replication
from broker.capacity.simulation.settings import Settings
from broker.capacity.simulation.world import World
from broker.sample.folder import write_files
from broker.sample.generate import generate
from matching.exchange import read_case
from matching.problem import Problem
from pricing.contract import read_contract
from pricing.terms import BANDS, Contract
from pricing.value.spot import SpotContract, Unknown
from tests.integration.simulation.worlds import demand

SPOT = Path("docs/examples/value/spot.toml")
FIRST = date(2026, 4, 6)
TINY = """
title = "Tiny"
source = "invented for a test"
[limits]
places = 12
void_year = "200000.00"
[[homes]]
id = "A"
name = "A home of three"
like = "SC990009"
most = 2
places = 3
[[homes]]
id = "B"
name = "A home of two"
like = "SC990005"
most = 1
places = 2
[[terms]]
id = "long"
years = 8
guarantee_percent = "90"
[[terms]]
id = "free"
years = 1
guarantee_percent = "0"
"""


@cache
def case_and_contract() -> tuple[Problem, Contract]:
    """An invented case and its contract."""
    with TemporaryDirectory() as name:
        folder = Path(name) / "case"
        write_files(folder, generate(30, 12, 7))
        return read_case(folder), read_contract(folder / "contract.toml")


def question_about(*, text: str = TINY, **changes: Any) -> Question:
    """What is asked of it; `changes` are of the question's own fields."""
    case, contract = case_and_contract()
    options = parse_options(text.encode(), "options.toml", case, contract)
    given: Mapping[str, Any] = {
        "case": case, "present": contract, "options": options, "demand": demand(),
        "scenarios": None,
        "pricing": Pricing(SpotContract(read_contract(SPOT)), Fraction(1, 2),
                           options.limits.void_year, "demand.json"),
        "settings": Settings(), "first": FIRST, "weeks": 60, "seed": 3, "replications": 40,
        "validations": 20, "enumerate_up_to": 100, "indifference": None, "folder": None,
        "processes": 1,
    }  # fmt: skip
    return Question(**{**given, **changes})


def whole_cost(asked: Question, built: Built, runs: list[Replication], world: World) -> list[int]:
    """The whole cost from the report's own figures and quotes, spell by spell, month by month."""
    setting = Setting(
        FIRST, built.covered, world.boroughs,
        tuple(HomeOf(h, built.contract.homes.get(h, "")) for h in world.homes), built.priced,
        asked.pricing.spot, asked.pricing.achieved, asked.options.limits.void_year,
    )  # fmt: skip
    block = measure(setting, [clipped(one, built.covered) for one in runs]).above
    made = [int(v) for v in block["block_total", "all"][:, 0, -1]]
    for at, one in enumerate(runs):
        for row in one.spells:
            start = max(int(row["start"]), 7 * built.covered if row["block"] == 1 else 0)
            made[at] += spot(asked, BANDS[row["band"]], start, int(row["end"]))
    return made


def spot(asked: Question, band: str, start: int, end: int) -> int:
    """Quotes of a stretch of days, calendar month by calendar month."""
    total, day, last = 0, FIRST + timedelta(days=start), FIRST + timedelta(days=end)
    while day < last:
        month = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        amount = asked.pricing.spot.amount(band, {}, day, min(month, last))
        assert not isinstance(amount, Unknown)
        total += amount
        day = month
    return total
