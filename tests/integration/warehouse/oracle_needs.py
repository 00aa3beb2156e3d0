"""What was needed and not found, a second way: from the steps and the plans, in plain loops."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from tests.integration.warehouse import oracle, oracle_groups
from tests.integration.warehouse.oracle import Steps
from tests.integration.warehouse.oracle_groups import Groups, named, part

Ways = Callable[[list[dict[str, Any]]], list[str]]
TABLES: dict[str, Ways] = {
    "By borough": lambda s: [named("borough", oracle.form_of(s)["borough"])],
    "By band": lambda s: [named("band", oracle.band_of(s))],
    "By borough and band": lambda s: [
        f"{named('borough', oracle.form_of(s)['borough'])}, {named('band', oracle.band_of(s))}"
    ],
    "By what the home must support": lambda s: sorted(
        {one.replace("_", " ") for one in oracle.form_of(s)["needs"]} or {"no need named"}
    ),
    "By provision asked for": lambda s: [";".join(sorted(oracle.form_of(s)["provision"]))],
    "By nearness asked for": lambda s: [oracle.form_of(s)["nearness"]],
    "By age": lambda s: [oracle_groups.years(oracle.form_of(s), s[0]["taken_on"])],
}
"""The names of the rows in which a referral stands, by table."""
WITHOUT_SUM = {"By borough and band", "By what the home must support"}


def sent(told: Steps, start: date, end: date) -> Steps:
    """The referrals first sent in the days."""
    found = {}
    for referral, steps in told.items():
        day = oracle.first(steps, "submit")
        if day is not None and start <= day < end:
            found[referral] = steps
    return found


def outcome(steps: list[dict[str, Any]], today: date) -> str:
    """What came of a need: a home near or elsewhere, none, or it is not due yet."""
    decision = oracle_groups.decided(steps)
    if decision is not None:
        return "elsewhere" if decision["facts"]["area"] == "distant" else "near"
    needed_by = oracle.form_of(steps)["needed_by"]
    late = needed_by is not None and needed_by < today.isoformat()
    gone = any(step["kind"] == "withdraw" for step in steps)
    return "not found" if gone or late else "not due"


def needed(told: Steps, title: str, start: date, end: date, today: date) -> Groups:
    """The rows of a table: needed, near, elsewhere, not found, not due, and the share."""
    some: dict[str, list[str]] = {}
    for steps in sent(told, start, end).values():
        for name in TABLES[title](steps):
            some.setdefault(name, []).append(outcome(steps, today))
        if title not in WITHOUT_SUM:
            some.setdefault("in all", []).append(outcome(steps, today))
    if title not in WITHOUT_SUM:
        some.setdefault("in all", [])
    found: Groups = {}
    for name, all_of in some.items():
        counts = [all_of.count(one) for one in ("near", "elsewhere", "not found", "not due")]
        due = len(all_of) - counts[3]
        found[name] = [len(all_of), *counts, part(counts[2], due)]
    return found


def why_not(
    told: Steps, plans: list[dict[str, Any]], words: dict[str, str], days: tuple[date, date],
    today: date, eras: Sequence[date] = (),
) -> Groups:  # fmt: skip
    """What the latest plan that knew it said of each that was not found.

    Nobody is followed through a change of pseudonyms, on the days of `eras`.
    """

    def era(day: date) -> int:
        return sum(began <= day for began in eras)

    said: dict[str, str] = {}
    for plan in plans:
        of_plan = era(date.fromisoformat(plan["as_of"]))
        here = {name for name, steps in told.items() if era(steps[0]["taken_on"]) == of_plan}
        for one in plan["placements"]:
            if one["referral_id"] in here:
                said[one["referral_id"]] = "a home was proposed"
        for one in plan["unplaced"]:
            if one["referral_id"] in here:
                said[one["referral_id"]] = words[one["why"]]
    missing = [
        referral for referral, steps in sent(told, *days).items()
        if outcome(steps, today) == "not found"
    ]  # fmt: skip
    counts: dict[str, int] = {}
    for referral in missing:
        why = said.get(referral, "no match on record knew it")
        counts[why] = counts.get(why, 0) + 1
    return {
        why: [number, len(missing), part(number, len(missing))] for why, number in counts.items()
    }
