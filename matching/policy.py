"""The policy: limits, weights and waiting costs that a named person sets and anybody may read.

The numbers shipped are starting assumptions, not findings. Each weight also reads as so many miles
(`in_miles`), since a mile is the one cost everybody can picture. Source: docs/case-folder.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from matching.fair_policy import FairnessLimits, read_limits
from matching.faults import Fault

LARGEST = 1_000_000
FIRST_YEAR, LAST_YEAR = 1900, 2199


def _table(**values: int) -> Mapping[str, int]:
    return MappingProxyType(values)


WAIT = _table(within_5_days=400, over_5_days=120, per_day=1, cap=60)
LOAD = _table(low=1, medium=2, high=4, specialist=6)
LIMIT_TENTHS = _table(today=600, within_5_days=400, over_5_days=200)

WEIGHT_MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "per_mile": "for each mile from the place the young person should live near",
        "distant": "outside the young person's borough and not adjoining it",
        "out_of_borough": "outside the young person's borough, in one that adjoins it",
        "per_100_visit_miles": "for each 100 miles of monthly visits to those who matter",
        "out_of_reach": "for each person or place to be kept that lies out of reach",
        "spare_capability": "for each band the home can take above the next one up",
        "no_headroom": "the band is provisional and the home can take none above it",
        "ages_out_per_month": "for each month the home's age range ends before the planned stay",
        "unsettled": "for each recent move (at most 4) and resident of high or specialist need",
        "wish_unsure": "the young person is unsure of the home",
        "wish_against": "the young person is against the home, and needs a place today",
        "sibling_elsewhere": "a sibling lives in another home that would be eligible",
        "per_100_pounds": "for each full £100 of the weekly fee",
        "caution": "for each pair marked caution who share a home",
        "siblings_apart": "for each group of siblings that prefers to be together and is not",
        "short_of_share": "for each place a borough is short of what it is entitled to",
        "provider_balance": "for each high or specialist placement above a provider's part",
    }
)

WAIT_MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "within_5_days": "for leaving somebody unplaced who needs a place within 5 days",
        "over_5_days": "for leaving somebody unplaced who needs a place later",
        "per_day": "for each day somebody left unplaced has waited",
    }
)

POINTS = _table(
    per_mile=3,
    distant=15,
    out_of_borough=4,
    per_100_visit_miles=10,
    out_of_reach=20,
    spare_capability=6,
    no_headroom=10,
    ages_out_per_month=3,
    unsettled=3,
    wish_unsure=8,
    wish_against=40,
    sibling_elsewhere=40,
    per_100_pounds=0,
    caution=25,
    siblings_apart=60,
    short_of_share=12,
    provider_balance=5,
)


@dataclass(frozen=True)
class Policy:
    """What a match is to weigh and to keep to, on the day `as_of`.

    Miles are whole tenths (`*_tenths`); every other number is whole. `points`, `wait`, `load` and
    `limit_tenths` hold a value for every key of their defaults. `fairness` is None where the policy
    limits nothing for its sake.
    """

    as_of: date
    unknown_tenths: int = 100
    reach_tenths: int = 50
    planned_months: int = 9
    max_arrivals: int = 2
    limit_tenths: Mapping[str, int] = field(default_factory=lambda: LIMIT_TENTHS)
    wait: Mapping[str, int] = field(default_factory=lambda: WAIT)
    load: Mapping[str, int] = field(default_factory=lambda: LOAD)
    points: Mapping[str, int] = field(default_factory=lambda: POINTS)
    fairness: FairnessLimits | None = None

    def __hash__(self) -> int:
        return hash(tuple(sorted(str(pair) for pair in self.as_toml().items())))

    def in_miles(self, weight: str) -> str:
        """A weight said as miles, or that miles cost nothing in this policy."""
        return self.as_miles(self.points[weight])

    def as_miles(self, points: int) -> str:
        """So many points said as the miles that cost as much, to the tenth, a half up."""
        per_mile = self.points["per_mile"]
        if per_mile == 0:
            return "miles cost nothing here"
        tenths = (points * 10 * 2 + per_mile) // (2 * per_mile)
        return f"{tenths // 10}.{tenths % 10} miles"

    def as_toml(self) -> dict[str, Any]:
        """The whole policy, defaults written out, in the shape of policy.toml."""
        return {
            "as_of": self.as_of,
            "unknown_distance_miles": miles(self.unknown_tenths),
            "reach_miles": miles(self.reach_tenths),
            "planned_months": self.planned_months,
            "max_arrivals": self.max_arrivals,
            "max_distance_miles": {key: miles(value) for key, value in self.limit_tenths.items()},
            "wait": dict(self.wait),
            "load": dict(self.load),
            "points": dict(self.points),
            **({} if self.fairness is None else {"fairness": self.fairness.as_toml()}),
        }


def miles(tenths: int) -> Decimal:
    """Tenths of a mile as miles with one decimal."""
    return Decimal(tenths).scaleb(-1)


def write_policy(policy: Policy) -> str:
    """The text of a policy.toml that reads back as this policy."""
    lines: list[str] = []
    tables: list[str] = []
    for key, value in policy.as_toml().items():
        if isinstance(value, dict):
            tables += ["", f"[{key}]"] + [f"{name} = {_toml(item)}" for name, item in value.items()]
        else:
            lines.append(f"{key} = {value}")
    return "\n".join(lines + tables) + "\n"


def _toml(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def read_policy(
    raw: Mapping[str, Any], file: str = "policy.toml"
) -> tuple[Policy | None, list[Fault]]:
    """Make a policy of a parsed TOML table (floats as Decimal); every fault is returned.

    The policy is None where `as_of` itself cannot be read.
    """
    reader = _Reader(file)
    values: dict[str, Any] = {}
    names = {
        "unknown_distance_miles": ("unknown_tenths", reader.miles),
        "reach_miles": ("reach_tenths", reader.miles),
        "planned_months": ("planned_months", reader.whole),
        "max_arrivals": ("max_arrivals", reader.whole),
    }
    tables = {
        "max_distance_miles": ("limit_tenths", LIMIT_TENTHS, reader.miles),
        "wait": ("wait", WAIT, reader.whole),
        "load": ("load", LOAD, reader.whole),
        "points": ("points", POINTS, reader.whole),
    }
    known = ("as_of", *names, *tables, "fairness")
    for key, value in raw.items():
        if key == "as_of":
            if type(value) is date and FIRST_YEAR <= value.year <= LAST_YEAR:
                values["as_of"] = value
            else:
                reader.fault(
                    key, value, "a date such as as_of = 2026-04-01, without quotes", "bad value"
                )
        elif key in names:
            target, parse = names[key]
            values[target] = parse(key, value)
        elif key in tables:
            target, defaults, parse = tables[key]
            values[target] = reader.table(key, value, defaults, parse)
        elif key == "fairness":
            values[key] = read_limits(value, reader.whole, reader.fault)
        else:
            reader.fault(key, value, "unknown key; allowed: " + ", ".join(known), "unknown key")
    if "as_of" not in raw:
        reader.fault("as_of", "", "required: the day of the question", "missing key")
    if "as_of" not in values:
        return None, reader.faults
    assert set(values) <= {item.name for item in fields(Policy)}
    return Policy(
        **{key: value for key, value in values.items() if value is not None}
    ), reader.faults


def _shown(value: object) -> str:
    try:
        return str(value)
    except ValueError:
        return "a number of thousands of digits"


class _Reader:
    """Collects the faults of one policy file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []

    def fault(self, key: str, value: object, allowed: str, kind: str) -> None:
        self.faults.append(Fault(self.file, None, key, _shown(value), allowed, kind))

    def whole(self, key: str, value: object) -> int | None:
        if type(value) is int and 0 <= value <= LARGEST:
            return value
        self.fault(key, value, f"allowed: a whole number from 0 to {LARGEST}", "bad value")
        return None

    def miles(self, key: str, value: object) -> int | None:
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            number = Decimal(value)
            if number.is_finite() and 0 <= number <= LARGEST // 10:
                tenths = int(number * 10)
                if tenths == number * 10:
                    return tenths
        self.fault(key, value, "allowed: miles from 0, with at most one decimal", "bad value")
        return None

    def table(
        self, key: str, value: object, defaults: Mapping[str, int], parse: Any
    ) -> Mapping[str, int]:
        if not isinstance(value, dict):
            self.fault(key, value, f"allowed: a table [{key}]", "bad value")
            return defaults
        merged = dict(defaults)
        for name, item in value.items():
            if name not in defaults:
                allowed = "unknown key; allowed: " + ", ".join(defaults)
                self.fault(f"{key}.{name}", item, allowed, "unknown key")
                continue
            parsed = parse(f"{key}.{name}", item)
            if parsed is not None:
                merged[name] = parsed
        return MappingProxyType(merged)
