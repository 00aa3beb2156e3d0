"""Times to each step by group, a second way: from the steps as JSON, in plain loops.

And by provider: the days a home took to answer, and from a decision to moving in.
"""

from __future__ import annotations

from datetime import date
from statistics import median
from typing import Any

from tests.integration.warehouse import oracle, oracle_groups
from tests.integration.warehouse.oracle import Steps
from tests.integration.warehouse.oracle_groups import Groups, named

STEPS = (
    "banded", "verified", "first shortlist", "first offer", "first yes of a home",
    "decided by a named person", "moved in",
)  # fmt: skip
FEW = "under 10: too few to say"


def came(steps: list[dict[str, Any]], step: str) -> date | None:
    """The day on which a step was first taken."""
    if step == "moved in":
        return oracle.moved_in(steps)
    if step == "verified":
        days = [s["taken_on"] for s in steps if s["kind"] == "verify" and oracle.passed(s)]
        return days[0] if days else None
    return oracle.first(steps, oracle.KINDS[step])


def spread(days: list[int]) -> list[Any]:
    """How many, the one in the middle, the least, the most."""
    return [len(days), *([median(days), min(days), max(days)] if days else [None] * 3)]


def times(told: Steps, by: str | None, start: date, end: date, whole: str = "") -> Groups:
    """Of referrals sent in the days, by group or as one `whole`, the days to each step."""
    groups: dict[str, list[list[dict[str, Any]]]] = {} if by else {whole: []}
    for steps in told.values():
        sent = oracle.first(steps, "submit")
        if sent is None or not start <= sent < end:
            continue
        value = oracle.form_of(steps)["borough"] if by == "borough" else oracle.band_of(steps)
        groups.setdefault(named(by, value) if by else whole, []).append(steps)
    found: Groups = {}
    for name, some in groups.items():
        for step in STEPS:
            days, waiting, gone = [], 0, 0
            for steps in some:
                day, sent = came(steps, step), oracle.first(steps, "submit")
                if day is not None and sent is not None:
                    days.append((day - sent).days)
                elif any(one["kind"] == "withdraw" for one in steps):
                    gone += 1
                else:
                    waiting += 1
            found[f"{name}: {step}"] = [*spread(days), waiting, gone]
    return found


def of_providers(told: Steps, start: date, end: date) -> Groups:
    """Days to a home's answer and to moving in, by who ran the home; told of ten or more."""
    asked: dict[str, list[int | None]] = {"in all": []}
    moved: dict[str, list[int | None]] = {"in all": []}
    for one in oracle.offers(told):
        if start <= one["made"] < end and not oracle.taken_back(one):
            days = None if one["spoken"] is None else (one["spoken"] - one["made"]).days
            for name in (named("provider", one["provider"]), "in all"):
                asked.setdefault(name, []).append(days)
    for steps in told.values():
        decision = oracle_groups.decided(steps)
        if decision is None or not start <= decision["taken_on"] < end:
            continue
        there = oracle.moved_in(steps)
        days = None if there is None else (there - decision["taken_on"]).days
        for name in (named("provider", decision["facts"].get("provider")), "in all"):
            moved.setdefault(name, []).append(days)
    found: Groups = {}
    for words, groups in (("an offer to its answer", asked), ("a decision to moving in", moved)):
        for name, all_of in groups.items():
            known = [one for one in all_of if one is not None]
            row = spread(known) if len(known) > 9 else [len(known), None, None, None]
            said = "" if len(known) > 9 else FEW
            found[f"{name}: from {words}"] = [*row, all_of.count(None), said]
    return found
