"""A scenario from the answers of an ordinary form, read by the reader of scenario files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from broker.capacity.desk.toml_parts import Wrong, answer, text, whole
from broker.capacity.scenarios import terms
from broker.capacity.scenarios.file import parse_scenarios
from broker.capacity.scenarios.terms import Scenarios
from pricing.problems import BadInput

FILE: Final = "the form"
ID: Final = "asked"


CHANGES: Final[Mapping[str, tuple[tuple[str, str, bool], ...]]] = {
    terms.GROWTH: (("percent_per_year", "growth", True), ("years", "growth_years", False)),
    terms.ARRIVALS: (("percent_of_now", "arrivals", True),),
    terms.STEP_DOWN: (
        ("percent_of_stays", "step_down", True),
        ("from_months", "step_down_from", False),
        ("to_months", "step_down_to", False),
    ),
    terms.ENDED_EARLY: (
        ("percent_of_stays", "ended_early", True),
        ("percent_of_length", "ended_early_length", True),
    ),
    terms.PRICES: (("percent", "prices", True), ("side", "side", True)),
    terms.OPENING: (
        ("homes", "homes", False),
        ("places", "places", False),
        ("every_months", "every_months", False),
    ),
    terms.TRAINING: (
        ("need", "training_need", True),
        ("homes", "training_homes", False),
        ("months", "training_months", False),
    ),
}
"""Each kind of change: its keys in a scenario file, the field of each, and whether it is text."""


def scenario_of(fields: Mapping[str, str], by: str) -> tuple[Scenarios | None, list[Wrong]]:
    """The scenario that a form asks for; None where nothing is to change, or answers are wrong."""
    parts, used = [], []
    for kind, keys in CHANGES.items():
        first = keys[0][1]
        if not fields.get(first, "").strip():
            continue
        lines = [f'kind = "{kind}"']
        for key, field, as_text in keys:
            written = answer(fields, field)
            lines.append(f"{key} = {text(written) if as_text else whole(written)}")
        parts.append("[[scenarios.changes]]\n" + "\n".join(lines))
        used.append({key: field for key, field, _ in keys})
    if not parts:
        return None, []
    name = answer(fields, "name") or "the scenario"
    head = [
        'title = "Asked for on a page"',
        "[[scenarios]]",
        f'id = "{ID}"',
        f"name = {text(name)}",
        f"source = {text(f'assumed by {by}')}",
    ]
    file = "\n".join([*head, *parts]) + "\n"
    try:
        return parse_scenarios(file.encode(), FILE), []
    except BadInput as refused:
        return None, [
            Wrong(_field(one.key, used), one.value, one.allowed) for one in refused.problems
        ]


def _field(key: str, used: list[dict[str, str]]) -> str:
    """The field of the form that a key such as `scenarios[1].changes[2].percent` is about."""
    place = re.search(r"changes\[([0-9]+)\]", key)
    name = key.rsplit(".", 1)[-1]
    if place is not None and 0 < int(place[1]) <= len(used):
        return used[int(place[1]) - 1].get(name, "name")
    return "name"
