"""Reasons and returns by group, a second way: refusals, moves, repeats, why near was not safe."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.integration.warehouse import oracle, oracle_groups
from tests.integration.warehouse.oracle import Steps
from tests.integration.warehouse.oracle_groups import Groups, named, part
from tests.integration.warehouse.oracle_reach import earlier


def declined(
    told: Steps, by: str | None, start: date, end: date, words: dict[str, str], whole: str = ""
) -> Groups:
    """Why homes said no to offers made in the days, by group or as one `whole`."""
    answered: dict[str, int] = {}
    counts: dict[tuple[str, str], int] = {}
    for offer in oracle.offers(told):
        if not start <= offer["made"] < end or not oracle.answered(offer):
            continue
        name = whole if by is None else named(by, offer[by])
        answered[name] = answered.get(name, 0) + 1
        if oracle.declined(offer):
            key = (name, words[offer["state"]])
            counts[key] = counts.get(key, 0) + 1
    return {
        f"{name}: {why}": [number, answered[name], part(number, answered[name])]
        for (name, why), number in counts.items()
    }


def repeat(told: Steps, referral: str) -> bool:
    """Whether it came within 12 months after a placement of the same young person had ended.

    A referral that goes on from a placement without a break is a move. On the very day 12 months
    after, the 12 months are over.
    """
    steps = told[referral]
    begun, who = steps[0]["taken_on"], oracle.form_of(steps)["young_person_id"]
    within = False
    for other, its in told.items():
        end, day = oracle.last(its, "end"), oracle.ended(its)
        if other == referral or end is None or day is None:
            continue
        if end["facts"].get("follow_up") == referral:
            return False
        if oracle.form_of(its)["young_person_id"] == who and oracle.moved_in(its) is not None:
            within = within or (day < begun and earlier(begun, 12) < day)
    return within


def begun_again(told: Steps, start: date, end: date) -> tuple[int, int, int]:
    """Of referrals begun in the days, how many are repeats; of all of them it is known."""
    begun = [one for one, steps in told.items() if start <= steps[0]["taken_on"] < end]
    return sum(repeat(told, one) for one in begun), len(begun), 0


def moves(told: Steps, by: str, start: date, end: date) -> Groups:
    """Ended, moved within care, stayed put; moved in, and of these the repeats."""
    tally: dict[str, tuple[list[Any], list[Any]]] = {"in all": ([], [])}
    for one in oracle_groups.lived(told):
        for at, day in enumerate((one["there"], one["ended"])):
            if day is not None and start <= day < end:
                for name in (named(by, one[by]), "in all"):
                    tally.setdefault(name, ([], []))[at].append(one)
    return {name: _moves(told, *both) for name, both in tally.items()}


def _moves(told: Steps, began: list[Any], over: list[Any]) -> list[Any]:
    smaller = ("family", "fostering", "supported_accommodation")
    moved = stayed = back = 0
    for one in over:
        moved += one["end"]["care_code"] == "X1" and one["end"]["destination"] not in smaller
        stayed += one["end"]["destination"] == "staying_put"
    for one in began:
        back += repeat(told, one["referral"])
    return [
        len(over), moved, part(moved, len(over)), stayed, part(stayed, len(over)),
        len(began), back, part(back, len(began)),
    ]  # fmt: skip


def unsafe_by(told: Steps, by: str | None, start: date, end: date, whole: str = "") -> Groups:
    """The reasons that occur in a group or in the `whole`, of those asked; who was not asked."""
    groups: dict[str, Steps] = {}
    for referral, steps in told.items():
        if start <= steps[0]["taken_on"] < end:
            value = oracle.form_of(steps)["borough"] if by == "borough" else oracle.band_of(steps)
            groups.setdefault(named(by, value) if by else whole, {})[referral] = steps
    return _unsafe(groups)


def unsafe_by_provider(told: Steps, start: date, end: date) -> Groups:
    """The same of who moved in in the days, by who ran the home; a share of ten asked or more."""
    groups: dict[str, Steps] = {}
    for one in oracle_groups.lived(told):
        if start <= one["there"] < end:
            own = groups.setdefault(named("provider", one["provider"]), {})
            own[one["referral"]] = told[one["referral"]]
    found = {}
    for name, (count, asked, share) in _unsafe(groups).items():
        few = asked is not None and asked < 10
        said = "under 10: too few to say" if few else ""
        found[name] = [count, asked, None if few else share, said]
    return found


def _unsafe(groups: dict[str, Steps]) -> Groups:
    found: Groups = {}
    for name, some in groups.items():
        asked = 0
        for words, (count, asked) in oracle_groups.unsafe(some, date.min, date.max).items():
            if count:
                found[f"{name}: {words}"] = [count, asked, part(count, asked)]
        if len(some) > asked:
            found[f"{name}: nobody was asked yet"] = [len(some) - asked, None, None]
    return found
