"""A run in a few lines of plain English, for the terminal and the head of the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from broker.capacity.figures.as_json import sources
from broker.capacity.figures.definitions import BY_ID, CLOSED, WHY_EMPTY
from broker.capacity.figures.whole import Run
from broker.capacity.report.shown import STATUS, in_words

SUMMARY: Final = (
    ("Places", ("occupancy", "contract_use", "living_there")),
    ("Placed", ("in_borough", "in_partnership", "within_20_miles", "elsewhere")),
    ("Waiting", ("placed_in_1_weeks", "placed_in_4_weeks", "placed_in_12_weeks", "mean_wait",
                 "still_waiting")),
    ("Stability", ("moves", "unplanned", "same_home_6_months", "same_home_12_months")),
    ("Cost", ("block_total", "voids", "results", "spot_same", "saving", "block_cheaper",
              "voids_over_limit", "block_per_week", "spot_per_week")),
)  # fmt: skip
NOT_A_PROMISE: Final = (
    "These are simulated futures under stated assumptions, not a forecast of any young person's"
    " life and no promise of any provider."
)


def headline(run: Run) -> str:
    """What was simulated, in a sentence."""
    setting = run.setting
    return (
        f"{len(run.numbers):,} simulated runs of {setting.weeks} weeks from {setting.first}, under"
        f" {setting.contract.name} ({setting.contract.id}, {setting.block.places} places)."
    )


def key_figures(run: Run) -> Iterator[tuple[str, str, str]]:
    """The main figures: theme, name, value in words, each over all years."""
    for theme, names in SUMMARY:
        for name in names:
            yield theme, BY_ID[name].name, in_words(BY_ID[name], run.estimate(name))
        if theme == "Places":
            for reason in WHY_EMPTY:
                name = f"empty_{reason}"
                made = run.estimate(name)
                if reason != CLOSED or made.mean:
                    yield theme, BY_ID[name].name, in_words(BY_ID[name], made)


def words(run: Run) -> str:
    """The summary of a run for the terminal."""
    lines = [headline(run), NOT_A_PROMISE]
    last = ""
    for theme, name, value in key_figures(run):
        if theme != last:
            lines += ["", theme.upper()]
            last = theme
        lines.append(f"  {name}: {value}")
    lines += ["", "RESTS ON"]
    for each in run.setting.stated():
        lines.append(f"  {each.name}: {each.value} ({STATUS[each.status]}; {each.source})")
    lines += ["", "SOURCES", *(f"  {each}" for each in sources(run.setting))]
    return "\n".join(lines)
