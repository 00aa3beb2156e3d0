"""The figures of reports a second way: from the steps as JSON, in plain loops.

It shares no code with the warehouse and the reports; days are compared as text, YYYY-MM-DD.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from statistics import median
from typing import Any

Steps = dict[str, list[dict[str, Any]]]
DISRUPTED = {"CREQB", "CREQO", "CHILD", "LAREQ", "ALLEG", "STAND", "APPRR"}
KINDS = {
    "referrals begun": "open",
    "sent to the brokerage": "submit",
    "banded": "band",
    "first shortlist": "shortlist",
    "first offer": "offer",
    "first yes of a home": "accept",
    "decided by a named person": "confirm",
    "withdrawn": "withdraw",
}


def first(steps: list[dict[str, Any]], kind: str) -> date | None:
    """The day of the first step of a kind."""
    return next((one["taken_on"] for one in steps if one["kind"] == kind), None)


def last(steps: list[dict[str, Any]], kind: str) -> dict[str, Any] | None:
    """The last step of a kind."""
    return next((one for one in reversed(steps) if one["kind"] == kind), None)


def moved_in(steps: list[dict[str, Any]]) -> date | None:
    """The day of moving in."""
    one = last(steps, "move_in")
    return None if one is None else date.fromisoformat(one["said"]["moved_in_on"])


def ended(steps: list[dict[str, Any]]) -> date | None:
    """The day a placement ended."""
    one = last(steps, "end")
    return None if one is None else date.fromisoformat(one["said"]["ended_on"])


def flow_counts(told: Steps, start: date, end: date) -> dict[str, int]:
    """Steps first taken in [start, end), offers made and declined."""

    def inside(day: date | None) -> int:
        return int(day is not None and start <= day < end)

    found = {
        name: sum(inside(first(steps, kind)) for steps in told.values())
        for name, kind in KINDS.items()
    }
    found["verified"] = sum(
        inside(
            next(
                (
                    s["taken_on"]
                    for s in steps
                    if s["kind"] == "verify"
                    and s["said"]["need_met"]
                    and s["said"]["funding_agreed"]
                ),
                None,
            )
        )
        for steps in told.values()
    )
    found["moved in"] = sum(inside(moved_in(steps)) for steps in told.values())
    every = [step for steps in told.values() for step in steps]
    found["offers made"] = sum(inside(s["taken_on"]) for s in every if s["kind"] == "offer")
    found["offers declined"] = sum(inside(s["taken_on"]) for s in every if s["kind"] == "decline")
    waiting = 0
    for steps in told.values():
        sent, gone, there = first(steps, "submit"), first(steps, "withdraw"), moved_in(steps)
        if sent is None or sent >= end:
            continue
        waiting += all(day is None or day >= end for day in (gone, there))
    found["waiting at its end"] = waiting
    return found


def waits(told: Steps, start: date, end: date) -> tuple[int, Any]:
    """Of those sent in the days: how many moved in, and the median of days until then."""
    days = []
    for steps in told.values():
        sent, there = first(steps, "submit"), moved_in(steps)
        if sent is not None and start <= sent < end and there is not None:
            days.append((there - sent).days)
    return len(days), median(days) if days else None


def offers(told: Steps) -> list[dict[str, Any]]:
    """Every offer: its home and provider, the band when it was made, and how and when it ended."""
    found = []
    for referral, steps in told.items():
        for at, step in enumerate(steps):
            if step["kind"] != "offer":
                continue
            home, state, day = step["said"]["home_id"], "open", None
            word, spoken = None, None
            for later in steps[at + 1 :]:
                own = later["said"].get("home_id") == home
                if later["kind"] == "offer" and own:
                    break
                now = _state_after(state, later, own, steps)
                if now != state:
                    state, day = now, later["taken_on"]
                if own and later["kind"] in ("accept", "decline"):
                    word, spoken = later["kind"], later["taken_on"]
            found.append(
                {
                    "referral": referral, "made": step["taken_on"], "state": state, "day": day,
                    "borough": form_of(steps)["borough"], "band": band_of(steps[:at]),
                    "provider": step["facts"].get("provider"), "word": word, "spoken": spoken,
                }
            )  # fmt: skip
    return found


def _state_after(state: str, later: dict[str, Any], own: bool, steps: list[dict[str, Any]]) -> str:
    kind, live = later["kind"], state in ("open", "accepted")
    if kind == "accept" and own:
        return "accepted"
    if kind == "decline" and own:
        return str(later["said"]["code"])
    if kind == "withdraw_offer" and own:
        return "withdrawn_by_the_brokerage"
    if kind == "place_lost" and own and not lives_there(steps, later):
        return "place_lost"
    if kind == "confirm" and not own and live:
        return "another_home_chosen"
    if kind == "verify" and live and not passed(later) and not steps[0]["said"]["emergency"]:
        return "not_verified_anew"
    return "referral_withdrawn" if kind == "withdraw" and live else state


WITHDRAWN = {
    "withdrawn_by_the_brokerage", "place_lost", "another_home_chosen", "referral_withdrawn",
    "not_verified_anew",
}  # fmt: skip


def passed(verify: dict[str, Any]) -> bool:
    """Whether need and funding were both found to be there."""
    return bool(verify["said"]["need_met"] and verify["said"]["funding_agreed"])


def declined(offer: dict[str, Any]) -> bool:
    """Whether the home said no."""
    return bool(offer["word"] == "decline")


def answered(offer: dict[str, Any]) -> bool:
    """Whether the home said yes or no: an offer that was taken back before that is not answered."""
    return offer["word"] in ("accept", "decline")


def taken_back(offer: dict[str, Any]) -> bool:
    """Whether it was withdrawn before the home had said anything."""
    return offer["word"] is None and offer["state"] != "open"


def what_homes_said(told: Steps, start: date, end: date) -> dict[str, int]:
    """Of offers made in the days: a yes, or the reason of a no."""
    made = [one for one in offers(told) if start <= one["made"] < end and answered(one)]
    return dict(Counter(one["state"] if declined(one) else "yes" for one in made))


def why_taken_back(told: Steps, start: date, end: date) -> dict[str, list[int]]:
    """Of offers made in the days, by why they were withdrawn: all, unanswered, after a yes."""
    found: dict[str, list[int]] = {}
    for one in offers(told):
        if start <= one["made"] < end and one["state"] in WITHDRAWN:
            counts = found.setdefault(one["state"], [0, 0, 0])
            counts[0] += 1
            counts[1 if one["word"] is None else 2] += 1
    return found


def how_many_wait(told: Steps, start: date, end: date) -> tuple[int, int, int, int]:
    """Of offers made in the days: all, answered, taken back before an answer, and open."""
    made = [one for one in offers(told) if start <= one["made"] < end]
    still = [one["state"] for one in made].count("open")
    return len(made), sum(map(answered, made)), sum(map(taken_back, made)), still


def form_of(steps: list[dict[str, Any]], day: date = date.max) -> dict[str, Any]:
    """The form as it was last told up to a day."""
    said = [s for s in steps if s["kind"] in ("open", "amend") and s["taken_on"] <= day]
    form: dict[str, Any] = said[-1]["said"]["form"]
    return form


def band_of(steps: list[dict[str, Any]]) -> str | None:
    """The band last told."""
    return next(
        (s["said"]["band"] for s in reversed(steps) if s["kind"] in ("band", "reband")), None
    )


def lives_there(steps: list[dict[str, Any]], at: dict[str, Any]) -> bool:
    """Whether the young person had moved in before a step."""
    before = steps[: steps.index(at)]
    return any(one["kind"] == "move_in" for one in before)


def endings(told: Steps, start: date, end: date) -> dict[str, int]:
    """Placements that ended in the days: how many, planned, broke down, stepped down."""
    found = {"ended": 0, "planned": 0, "broke down": 0, "stepped down": 0, "without": 0}
    for steps in told.values():
        day, one = ended(steps), last(steps, "end")
        if day is None or one is None or not start <= day < end:
            continue
        said = one["said"]
        found["ended"] += 1
        found["planned"] += said["planned"]
        found["broke down"] += said["reason_code"] in DISRUPTED
        found["without"] += said["needs_place"]
        found["stepped down"] += said["destination"] in (
            "family",
            "fostering",
            "supported_accommodation",
        )
    return found


def stays(told: Steps, start: date, end: date) -> tuple[int, Any]:
    """Placements that ended in the days: how many, and the median of the days lived there."""
    days = []
    for steps in told.values():
        there, over = moved_in(steps), ended(steps)
        if there is not None and over is not None and start <= over < end:
            days.append((over - there).days)
    return len(days), median(days) if days else None


def areas(told: Steps, start: date, end: date) -> dict[str | None, int]:
    """Who moved in in the days, by where the home lies, as found at the decision."""
    counts: dict[str | None, int] = {}
    for steps in told.values():
        there, one = moved_in(steps), last(steps, "confirm")
        if there is not None and one is not None and start <= there < end:
            counts[one["facts"]["area"]] = counts.get(one["facts"]["area"], 0) + 1
    return counts
