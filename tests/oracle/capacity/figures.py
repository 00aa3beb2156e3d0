"""Each figure of docs/capacity-figures.md again, in plain Python, without numpy or shared code.

`figure(name, by, group, year, invented)` gives (above, below) of each replication: the value is
above / below × the figure's scale. A year of None is all years.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from broker.capacity.record import EMPTY_REASONS, ENDINGS, Replication
from pricing.terms import BANDS
from tests.oracle.capacity.invent import Invented

Spell = dict[str, Any]


def financial_year(day: date) -> str:
    begins = day.year if (day.month, day.day) >= (4, 1) else day.year - 1
    return f"{begins}/{str(begins + 1)[-2:]}"


def months_on(day: date, number: int) -> date:
    month = day.month + number
    year, month = day.year + (month - 1) // 12, (month - 1) % 12 + 1
    for back in range(4):
        try:
            return date(year, month, day.day - back)
        except ValueError:
            continue
    raise AssertionError


class Told:
    """One replication, its spells in words."""

    def __init__(self, invented: Invented, replication: Replication) -> None:
        self.setting, self.replication = invented.setting, replication
        self.first, self.horizon = self.setting.first, 7 * self.setting.weeks
        contract = self.setting.contract
        self.spells: list[Spell] = []
        for row in replication.spells:
            names = replication.spells.dtype.names or ()
            spell: Spell = {name: int(row[name]) for name in names}
            home = self.setting.homes[spell["where"]] if spell["where"] >= 0 else None
            spell["home"] = home.id if home else None
            spell["provider"] = home.provider if home else None
            spell["in_contract"] = home is not None and home.id in contract.homes
            spell["borough"] = self.setting.boroughs[spell["borough"]]
            spell["band"] = BANDS[spell["band"]]
            spell["all"] = "all"
            spell["how"] = ENDINGS[spell["ended"]] if spell["ended"] >= 0 else "going_on"
            spell["waits"] = spell["where"] == -1
            self.spells.append(spell)

    def day(self, number: int) -> date:
        return self.first + timedelta(days=number)

    def in_year(self, number: int, year: str | None) -> bool:
        return year is None or financial_year(self.day(number)) == year

    def days(self, spell: Spell, year: str | None) -> int:
        return sum(
            self.in_year(day, year)
            for day in range(max(0, spell["start"]), min(spell["end"], self.horizon))
        )

    def days_of_year(self, year: str | None) -> int:
        return sum(self.in_year(day, year) for day in range(self.horizon))

    def of(self, by: str, group: str) -> list[Spell]:
        return [spell for spell in self.spells if spell[by] == group]

    def moves_in(self, by: str, group: str, year: str | None) -> list[Spell]:
        return [
            spell
            for spell in self.of(by, group)
            if not spell["waits"]
            and not (spell["arrived"] < 0 and spell["start"] <= 0)
            and self.in_year(spell["start"], year)
        ]

    def empty(self, by: str, group: str, year: str | None) -> Iterator[tuple[str, int]]:
        for row in self.replication.empty:
            home = self.setting.homes[row["home"]]
            own = {"all": "all", "home": home.id, "provider": home.provider}[by]
            known = home.id in self.setting.contract.homes and own == group
            if known and self.in_year(7 * int(row["week"]), year):
                yield EMPTY_REASONS[row["reason"]], int(row["place_days"])


def _occupancy(told: Told, by: str, group: str, year: str | None) -> tuple[int, int]:
    lived = sum(told.days(s, year) for s in told.of(by, group) if s["in_contract"])
    empty = sum(n for reason, n in told.empty(by, group, year) if reason != "closed")
    return lived, lived + empty


def _empty(reason: str) -> Callable[[Told, str, str, str | None], tuple[int, int]]:
    def count(told: Told, by: str, group: str, year: str | None) -> tuple[int, int]:
        lived, opened = _occupancy(told, by, group, year)
        everything = lived + sum(n for _, n in told.empty(by, group, year))
        own = sum(n for each, n in told.empty(by, group, year) if each == reason)
        return own, everything if reason == "closed" else opened

    return count


def _lived(told: Told, by: str, group: str, year: str | None) -> int:
    return sum(told.days(s, year) for s in told.of(by, group) if s["block"])


def _stayed(told: Told, by: str, group: str, year: str | None) -> int:
    return sum(told.days(s, year) for s in told.of(by, group) if not s["waits"])


def _share(
    test: Callable[[Spell], bool], among: Callable[[Spell], bool]
) -> Callable[[Told, str, str, str | None], tuple[int, int]]:
    def count(told: Told, by: str, group: str, year: str | None) -> tuple[int, int]:
        rows = [s for s in told.moves_in(by, group, year) if among(s)]
        return sum(map(test, rows)), len(rows)

    return count


def _whereabouts(spell: Spell) -> bool:
    return bool(spell["local"] != -1 or spell["where"] == -2)


def _distance(told: Told, by: str, group: str, year: str | None) -> tuple[int, int]:
    rows = [s["distance_m"] for s in told.moves_in(by, group, year) if s["distance_m"] >= 0]
    return sum(rows), len(rows)


def _referred(told: Told, by: str, group: str, year: str | None) -> list[list[Spell]]:
    people: dict[int, list[Spell]] = {}
    for spell in told.spells:
        people.setdefault(spell["person"], []).append(spell)
    return [
        own
        for own in people.values()
        if own[0]["arrived"] >= 0 and own[0][by] == group and told.in_year(own[0]["arrived"], year)
    ]


def _first_days(told: Told, own: list[Spell]) -> int | None:
    placed = [s["start"] for s in own if not s["waits"]]
    return min(placed) - own[0]["arrived"] if placed else None


def _placed_in(weeks: int) -> Callable[[Told, str, str, str | None], tuple[int, int]]:
    def count(told: Told, by: str, group: str, year: str | None) -> tuple[int, int]:
        seen = [
            own
            for own in _referred(told, by, group, year)
            if own[0]["arrived"] + 7 * weeks <= told.horizon
        ]
        waits = [_first_days(told, own) for own in seen]
        return sum(wait is not None and wait <= 7 * weeks for wait in waits), len(seen)

    return count


def _mean_wait(told: Told, by: str, group: str, year: str | None) -> tuple[int, int]:
    waits = [_first_days(told, own) for own in _referred(told, by, group, year)]
    known = [wait for wait in waits if wait is not None]
    return sum(known), len(known)


def _waiting_at_once(told: Told, by: str, group: str, year: str | None) -> tuple[int, int]:
    waited = sum(told.days(s, year) for s in told.of(by, group) if s["waits"])
    return waited, told.days_of_year(year)


def _still_waiting(told: Told, by: str, group: str, year: str | None) -> tuple[int, int]:
    last = max(day for day in range(told.horizon) if told.in_year(day, year))
    waits = [s for s in told.of(by, group) if s["waits"]]
    return sum(s["start"] <= last < s["end"] for s in waits), 1


def _withdrew(told: Told, by: str, group: str, year: str | None) -> tuple[int, int]:
    rows = [s for s in told.of(by, group) if s["waits"] and s["how"] == "withdrawn"]
    return sum(told.in_year(s["end"] - 1, year) for s in rows), 1


def _moves(told: Told, by: str, group: str, year: str | None) -> tuple[int, int]:
    moves = 0
    for spell in told.moves_in(by, group, year):
        moves += any(
            other["person"] == spell["person"]
            and not other["waits"]
            and other["start"] < spell["start"]
            for other in told.spells
        )
    return moves, _stayed(told, by, group, year)


def _unplanned(told: Told, by: str, group: str, year: str | None) -> tuple[int, int]:
    rows = [s for s in told.of(by, group) if not s["waits"] and s["how"] == "unplanned"]
    ended = sum(told.in_year(s["end"] - 1, year) for s in rows)
    return ended, _stayed(told, by, group, year)


def _same_home(
    months: int, in_care: bool
) -> Callable[[Told, str, str, str | None], tuple[int, int]]:
    def count(told: Told, by: str, group: str, year: str | None) -> tuple[int, int]:
        there = seen = 0
        for spell in told.moves_in(by, group, year):
            until = months_on(told.day(spell["start"]), months)
            if until > told.day(told.horizon):
                continue
            stayed = told.day(spell["end"]) >= until
            if in_care and not stayed and spell["how"] in ("turned_18", "care_ended"):
                continue
            seen += 1
            there += stayed
        return there, seen

    return count


COUNTS: dict[str, Callable[[Told, str, str, str | None], tuple[int, int]]] = {
    "occupancy": _occupancy,
    "contract_use": lambda t, by, g, y: (
        _lived(t, by, g, y),
        t.setting.block.places * t.days_of_year(y),
    ),
    "living_there": lambda t, by, g, y: (_lived(t, by, g, y), t.days_of_year(y)),
    **{f"empty_{reason}": _empty(reason) for reason in EMPTY_REASONS},
    "moves_in": lambda t, by, g, y: (len(t.moves_in(by, g, y)), 1),
    "in_borough": _share(lambda s: s["local"] == 0, _whereabouts),
    "in_partnership": _share(lambda s: s["local"] in (0, 1), _whereabouts),
    "within_20_miles": _share(
        lambda s: s["distance_m"] / 1609.344 <= 20 if s["distance_m"] >= 0 else s["local"] == 2,
        lambda s: s["distance_m"] >= 0 or s["local"] in (2, 3),
    ),
    "distance": _distance,
    "elsewhere": _share(lambda s: s["where"] == -2, lambda s: True),
    "referrals": lambda t, by, g, y: (len(_referred(t, by, g, y)), 1),
    **{f"placed_in_{weeks}_weeks": _placed_in(weeks) for weeks in (1, 4, 12)},
    "mean_wait": _mean_wait,
    "waiting_at_once": _waiting_at_once,
    "still_waiting": _still_waiting,
    "withdrew": _withdrew,
    "moves": _moves,
    "unplanned": _unplanned,
    **{f"same_home_{m}_months": _same_home(m, False) for m in (6, 12)},
    **{f"same_home_{m}_months_in_care": _same_home(m, True) for m in (6, 12)},
}
