"""The figures of reports by group a second way: from the steps as JSON, in plain loops."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction
from statistics import median
from typing import Any

from matching.geography import PARTNER_BOROUGHS
from tests.integration.warehouse import oracle
from tests.integration.warehouse.oracle import Steps

BANDS = {"low": "1 low", "medium": "2 medium", "high": "3 high", "specialist": "4 specialist"}
Groups = dict[str, list[Any]]


def part(count: int, of: int) -> Fraction | None:
    """A share; None of nothing."""
    return Fraction(count, of) if of else None


def middle(values: list[int]) -> Any:
    """The median; None of nothing."""
    return median(values) if values else None


def of_few(groups: Groups, of: dict[int, int]) -> Groups:
    """The groups, each but the whole without what would be of fewer than ten of a provider."""
    for name, row in groups.items():
        few = [at for at, count in of.items() if name != "in all" and row[count] < 10]
        for at in few:
            row[at] = None
    return groups


def named(by: str, value: Any) -> str:
    """A group as the reports name it."""
    if value is None:
        return "not told"
    return {"borough": PARTNER_BOROUGHS, "band": BANDS}.get(by, {}).get(value, str(value))


def flow_by(told: Steps, by: str, start: date, end: date) -> Groups:
    """Referrals sent and offers made in the days, by borough or band; the whole as `in all`."""
    tally: dict[str, tuple[list[str], list[dict[str, Any]]]] = {}
    for referral, steps in told.items():
        sent = oracle.first(steps, "submit")
        if sent is not None and start <= sent < end:
            value = oracle.form_of(steps)["borough"] if by == "borough" else oracle.band_of(steps)
            for name in (named(by, value), "in all"):
                tally.setdefault(name, ([], []))[0].append(referral)
    for offer in oracle.offers(told):
        if start <= offer["made"] < end:
            for name in (named(by, offer[by]), "in all"):
                tally.setdefault(name, ([], []))[1].append(offer)
    tally.setdefault("in all", ([], []))
    return {name: _flow(told, *both) for name, both in tally.items()}


def _flow(told: Steps, sent: list[str], made: list[dict[str, Any]]) -> list[Any]:
    waits, gone = [], 0
    for referral in sent:
        steps = told[referral]
        there, begun = oracle.moved_in(steps), oracle.first(steps, "submit")
        if there is not None and begun is not None:
            waits.append((there - begun).days)
        gone += there is None and any(step["kind"] == "withdraw" for step in steps)
    return [len(sent), len(waits), gone, len(sent) - len(waits) - gone, middle(waits), *_no(made)]


def _no(made: list[dict[str, Any]]) -> list[Any]:
    no, answered = sum(map(oracle.declined, made)), sum(map(oracle.answered, made))
    return [len(made), no, answered, part(no, answered), sum(map(oracle.taken_back, made))]


def offers_by_provider(told: Steps, start: date, end: date) -> Groups:
    """Offers made in the days by who ran the home."""
    made = [one for one in oracle.offers(told) if start <= one["made"] < end]
    names = {named("provider", one["provider"]) for one in made}
    found = {
        name: _no([one for one in made if named("provider", one["provider"]) == name])
        for name in names
    }
    return {**found, "in all": _no(made)}


def decided(steps: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The decision for a home that stands: not one whose place was lost, or that was withdrawn."""
    decision = None
    for step in steps:
        if step["kind"] == "confirm":
            decision = step
        elif step["kind"] == "withdraw" or (
            step["kind"] == "place_lost" and not oracle.lives_there(steps, step)
        ):
            decision = None
    return decision


def lived(told: Steps) -> list[dict[str, Any]]:
    """Everybody who moved in: where, of which band at the decision, and how it ended."""
    found = []
    for referral, steps in told.items():
        there, one = oracle.moved_in(steps), oracle.last(steps, "confirm")
        if there is None or one is None:
            continue
        facts = one["facts"]
        first = next(s for s in steps if s["kind"] == "shortlist")
        first = oracle.last(steps[: steps.index(one)], "shortlist") or first
        end = oracle.last(steps, "end")
        found.append(
            {
                "referral": referral, "there": there, "ended": oracle.ended(steps),
                "borough": oracle.form_of(steps)["borough"], "provider": facts.get("provider"),
                "band": oracle.band_of(steps[: steps.index(one)]), "area": facts["area"],
                "tenths": facts["tenths_of_miles"], "end": None if end is None else end["said"],
                "home": one["said"]["home_id"],
                "first": first["said"]["homes"][0]["home_id"] == one["said"]["home_id"],
            }
        )  # fmt: skip
    return found


def outcomes_by(told: Steps, by: str, start: date, end: date) -> Groups:
    """Who moved in and whose stay ended in the days, by borough, band at first or provider."""
    tally: dict[str, tuple[list[Any], list[Any]]] = {"in all": ([], [])}
    for one in lived(told):
        for at, day in enumerate((one["there"], one["ended"])):
            if day is not None and start <= day < end:
                for name in (named(by, one[by]), "in all"):
                    tally.setdefault(name, ([], []))[at].append(one)
    return {name: _outcomes(*both) for name, both in tally.items()}


def _outcomes(began: list[Any], over: list[Any]) -> list[Any]:
    areas = [one["area"] for one in began if one["area"] is not None]
    tenths = [one["tenths"] for one in began if one["tenths"] is not None]
    miles = None if not tenths else Fraction(middle(tenths)) / 10
    down = ("family", "fostering", "supported_accommodation")
    return [
        len(began),
        part(sum(area in ("in_area", "adjoining") for area in areas), len(areas)),
        len(areas),
        miles,
        len(tenths),
        len(over),
        part(sum(one["end"]["planned"] for one in over), len(over)),
        part(sum(one["end"]["reason_code"] in oracle.DISRUPTED for one in over), len(over)),
        part(sum(one["end"]["destination"] in down for one in over), len(over)),
        middle([(one["ended"] - one["there"]).days for one in over]),
    ]


def far(told: Steps, start: date, end: date) -> tuple[int, int]:
    """Of those who moved in and of whom it is known, how many live over 20 miles from home."""
    tenths = [one["tenths"] for one in lived(told) if start <= one["there"] < end]
    known = [value for value in tenths if value is not None]
    return sum(value > 200 for value in known), len(known)


def unsafe(told: Steps, start: date, end: date) -> dict[str, tuple[int, int]]:
    """Why near was not safe, of referrals begun in the days of whom it was asked."""
    counts = dict.fromkeys(
        ("their own borough must be avoided", "another borough must be avoided",
         "the surroundings of a place must be avoided", "a home must be avoided",
         "asked for away from home, and none of these named", "none of these"), 0,
    )  # fmt: skip
    asked = 0
    for steps in told.values():
        form = oracle.form_of(steps)
        if not start <= steps[0]["taken_on"] < end or form["avoid"] is None:
            continue
        asked += 1
        why = set()
        for one in form["avoid"]:
            if one["kind"] == "home":
                why.add("a home must be avoided")
            elif one["kind"] == "radius":
                why.add("the surroundings of a place must be avoided")
            elif one["borough"] == form["borough"]:
                why.add("their own borough must be avoided")
            else:
                why.add("another borough must be avoided")
        if not why:
            away = form["nearness"] == "away"
            why.add(list(counts)[4] if away else list(counts)[5])
        for words in why:
            counts[words] += 1
    return {words: (count, asked) for words, count in counts.items()}


def years(form: dict[str, Any], day: date) -> str:
    """The age group on a day."""
    if form["date_of_birth"] is None:
        return "not told"
    born = date.fromisoformat(form["date_of_birth"])
    age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    ends = ((11, "under 11"), (14, "11 to 13"), (16, "14 to 15"), (18, "16 to 17"))
    return next((name for end, name in ends if age < end), "18 on")


def _yes_no(value: Any) -> str:
    return "not told" if value is None else "yes" if value else "no"


SEXES = {"F": "female", "M": "male", "U": "not specified", None: "not told"}
Group = Callable[[list[dict[str, Any]], date], str]
WAYS: dict[str, Group] = {
    "By sex": lambda steps, _: SEXES[oracle.form_of(steps)["sex"]],
    "By age": lambda steps, _: years(oracle.form_of(steps), steps[0]["taken_on"]),
    "By ethnicity": lambda s, d: oracle.form_of(s, d)["person"]["ethnicity"] or "not told",
    "By disability": lambda s, d: _yes_no(oracle.form_of(s, d)["person"]["disability"]),
    "Unaccompanied": lambda s, d: _yes_no(oracle.form_of(s, d)["person"]["unaccompanied"]),
}
"""Who somebody is: by what their forms said on the day a referral was sent, sex and age as its own
form stands."""

OF_THE_REFERRAL = ("By sex", "By age")


def forms_of(told: Steps, steps: list[dict[str, Any]], eras: Sequence[date]) -> list[Any]:
    """All that was said of the young person of a referral, in any referral of the same era."""

    def whose(own: list[dict[str, Any]]) -> tuple[str, int]:
        opened = own[0]
        number = sum(began <= opened["taken_on"] for began in eras)
        return opened["said"]["form"]["young_person_id"], number

    every = [one for own in told.values() if whose(own) == whose(steps) for one in own]
    return sorted(every, key=lambda one: (one["taken_on"], one["taken_at"]))


def equality(told: Steps, title: str, start: date, end: date, eras: Sequence[date] = ()) -> Groups:
    """Of referrals sent in the days: moved in, first option, near, miles, refusals, wait."""
    some: dict[str, list[str]] = {}
    for referral, steps in told.items():
        sent = oracle.first(steps, "submit")
        if sent is not None and start <= sent < end:
            said = steps if title in OF_THE_REFERRAL else forms_of(told, steps, eras)
            some.setdefault(WAYS[title](said, sent), []).append(referral)
    return {name: _equal(told, referrals) for name, referrals in some.items()}


def _equal(told: Steps, referrals: list[str]) -> list[Any]:
    began = [one for one in lived(told) if one["referral"] in referrals]
    made = [one for one in oracle.offers(told) if one["referral"] in referrals]
    answered = [one for one in made if oracle.answered(one)]
    _, near, areas, miles, tenths = _outcomes(began, [])[:5]
    _, waited, gone, waiting, wait = _flow(told, referrals, [])[:5]
    return [
        len(referrals),
        len(began),
        part(len(began), len(referrals)),
        part(sum(one["first"] for one in began), len(began)),
        near,
        areas,
        miles,
        tenths,
        len(answered),
        part(sum(map(oracle.declined, answered)), len(answered)),
        sum(map(oracle.taken_back, made)),
        wait,
        waited,
        gone,
        waiting,
    ]


def performance(told: Steps, start: date, end: date) -> dict[str, dict[str, tuple[int, int]]]:
    """Offers accepted of those answered in the days, and endings that broke down, by provider."""
    found: dict[str, dict[str, tuple[int, int]]] = {"accepted": {}, "broke down": {}}

    def note(what: str, provider: Any, holds: bool) -> None:
        for name in (named("provider", provider), "in all"):
            count, of = found[what].get(name, (0, 0))
            found[what][name] = (count + holds, of + 1)

    for one in oracle.offers(told):
        if oracle.answered(one) and start <= one["spoken"] < end:
            note("accepted", one["provider"], one["word"] == "accept")
    for one in lived(told):
        if one["ended"] is not None and start <= one["ended"] < end:
            broke = one["end"]["reason_code"] in oracle.DISRUPTED
            note("broke down", one["provider"], broke)
    for counts in found.values():
        counts.setdefault("in all", (0, 0))
    return found


def interval(count: int, of: int) -> tuple[float, float]:
    """Wilson's interval as the roots of its quadratic: (p - x)^2 = z^2 x (1 - x) / n."""
    z, share = 1.959964, count / of
    a, b, c = 1 + z * z / of, -(2 * share + z * z / of), share * share
    root = math.sqrt(b * b - 4 * a * c)
    return (-b - root) / (2 * a), (-b + root) / (2 * a)


def place_days(told: Steps, start: date, end: date, today: date) -> dict[str, int]:
    """Days of the period on which somebody placed lived with a provider, today the last."""
    found: dict[str, int] = {}
    for one in lived(told):
        until = min(end.toordinal(), today.toordinal() + 1)
        if one["ended"] is not None:
            until = min(until, one["ended"].toordinal())
        days = max(0, until - max(start, one["there"]).toordinal())
        name = named("provider", one["provider"])
        found[name] = found.get(name, 0) + days
    return found
