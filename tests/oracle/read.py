"""A case folder becomes plain dictionaries with every default filled in.

Valid cases only: nothing is checked beyond what reading needs. Distances are whole or fractional
tenths of a mile (``Decimal``), money is integer pence, dates are ``datetime.date``, an unknown
location is ``None``. Postcodes are not looked up: a location by postcode raises ``ValueError``.
"""

import csv
import io
import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

Row = dict[str, Any]
Case = dict[str, Any]

BANDS = ("low", "medium", "high", "specialist")

TABLES = (
    "referrals",
    "homes",
    "residents",
    "relationships",
    "avoid",
    "people_and_places",
    "wishes",
    "declines",
    "rates",
    "shares",
    "adjoining",
)

POLICY: dict[str, Any] = {
    "unknown_distance_miles": 10,
    "reach_miles": 5,
    "planned_months": 9,
    "max_arrivals": 2,
    "max_distance_miles": {"today": 60, "within_5_days": 40, "over_5_days": 20},
    "wait": {"within_5_days": 400, "over_5_days": 120, "per_day": 1, "cap": 60},
    "load": {"low": 1, "medium": 2, "high": 4, "specialist": 6},
    "points": {
        "per_mile": 3,
        "distant": 15,
        "out_of_borough": 4,
        "per_100_visit_miles": 10,
        "out_of_reach": 20,
        "spare_capability": 6,
        "no_headroom": 10,
        "ages_out_per_month": 3,
        "unsettled": 3,
        "wish_unsure": 8,
        "wish_against": 40,
        "sibling_elsewhere": 40,
        "per_100_pounds": 0,
        "caution": 25,
        "siblings_apart": 60,
        "short_of_share": 12,
        "provider_balance": 5,
    },
}

BUILT_IN_ADJOINING = Path(__file__).with_name("adjoining.csv")


def folder_files(folder: Path) -> dict[str, str]:
    """Return file name -> text of the CSV and TOML files in a folder."""
    return {
        path.name: path.read_text(encoding="utf-8-sig")
        for path in sorted(folder.iterdir())
        if path.suffix in {".csv", ".toml"}
    }


def table(text: str) -> list[dict[str, str]]:
    """Return the rows of a CSV text, every cell trimmed."""
    return [
        {key.strip(): (value or "").strip() for key, value in row.items() if key is not None}
        for row in csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    ]


def read_case(source: Path | Mapping[str, str]) -> Case:
    """Return the whole case from a folder, or from a mapping of file name to text."""
    files = folder_files(source) if isinstance(source, Path) else dict(source)
    raw = {name: table(files.get(f"{name}.csv", "")) for name in TABLES}
    own_boundaries = raw["adjoining"]
    return {
        "policy": _policy(files["policy.toml"]),
        "referrals": [_referral(row) for row in raw["referrals"]],
        "homes": [_home(row) for row in raw["homes"]],
        "residents": [_resident(row) for row in raw["residents"]],
        "must_not": _relations(raw["relationships"], "must_not_live_together"),
        "caution": _relations(raw["relationships"], "caution"),
        "avoid": [_avoid(row) for row in raw["avoid"]],
        "people_and_places": [_person_or_place(row) for row in raw["people_and_places"]],
        "wishes": {(row["referral_id"], row["home_id"]): row["wish"] for row in raw["wishes"]},
        "declines": {(row["referral_id"], row["home_id"]) for row in raw["declines"]},
        "rates": [_rate(row) for row in raw["rates"]],
        "shares": {(row["contract"], row["borough"]): int(row["places"]) for row in raw["shares"]},
        "adjoining": (
            {frozenset((row["a"], row["b"])) for row in own_boundaries}
            if own_boundaries
            else _built_in_adjoining()
        ),
    }


def _built_in_adjoining() -> set[frozenset[str]]:
    rows = table(BUILT_IN_ADJOINING.read_text(encoding="utf-8"))
    return {frozenset((row["a"], row["b"])) for row in rows if row["how"] != "uncertain"}


def _policy(text: str) -> Row:
    given = tomllib.loads(text, parse_float=Decimal)
    policy: Row = {"as_of": given["as_of"]}
    for key, default in POLICY.items():
        if isinstance(default, dict):
            policy[key] = {**default, **given.get(key, {})}
        else:
            policy[key] = given.get(key, default)
    policy["unknown_distance_tenths"] = _tenths(policy["unknown_distance_miles"])
    policy["reach_tenths"] = _tenths(policy["reach_miles"])
    policy["max_distance_tenths"] = {
        urgency: _tenths(miles) for urgency, miles in policy["max_distance_miles"].items()
    }
    return policy


def _tenths(miles: object) -> Decimal:
    return Decimal(str(miles)) * 10


def _tenths_or_none(cell: str) -> Decimal | None:
    return _tenths(cell) if cell else None


def _date(cell: str) -> date | None:
    return date.fromisoformat(cell) if cell else None


def _whole(cell: str) -> int | None:
    return int(cell) if cell else None


def _items(cell: str) -> set[str]:
    return {item.strip() for item in cell.split(";") if item.strip()}


def _pence(cell: str) -> int:
    return int(Decimal(cell) * 100)


def _location(row: Mapping[str, str]) -> tuple[int, int] | None:
    if row.get("easting"):
        return int(row["easting"]), int(row["northing"])
    if row.get("postcode"):
        raise ValueError(f"the oracle does not look up postcodes: {row['postcode']}")
    return None


def _referral(row: Mapping[str, str]) -> Row:
    return {
        "referral_id": row["referral_id"],
        "young_person_id": row["young_person_id"],
        "borough": row["borough"],
        "date_of_birth": date.fromisoformat(row["date_of_birth"]),
        "sex": row["sex"],
        "band": row["band"],
        "band_status": row.get("band_status") or "provisional",
        "needs": _items(row.get("needs", "")),
        "location": _location(row),
        "nearness": row.get("nearness") or "near",
        "min_tenths": _tenths_or_none(row.get("min_distance_miles", "")),
        "max_tenths": _tenths_or_none(row.get("max_distance_miles", "")),
        "needed_by": date.fromisoformat(row["needed_by"]),
        "waiting_since": _date(row.get("waiting_since", "")),
        "planned_months": _whole(row.get("planned_months", "")),
        "moves": _whole(row.get("moves_last_12_months", "")) or 0,
        "sibling_group": row.get("sibling_group", ""),
        "siblings": row.get("siblings", ""),
        "companions": row.get("living_companions") or "no_preference",
        "provisions": _items(row.get("provision", "")) or {"childrens_home"},
        "by_hand": row.get("dol", "") == "Y",
    }


def _home(row: Mapping[str, str]) -> Row:
    return {
        "home_id": row["home_id"],
        "provider": row.get("provider", ""),
        "borough": row["borough"],
        "location": _location(row),
        "provision": row.get("provision") or "childrens_home",
        "registration": row["registration"],
        "judgement": row.get("judgement", ""),
        "due_diligence": row.get("due_diligence", ""),
        "min_age": int(row["min_age"]),
        "max_age": int(row["max_age"]),
        "sexes": _items(row["sexes"]),
        "bands": _items(row["bands"]),
        "supports": _items(row.get("supports", "")),
        "places": int(row["places"]),
        "max_high": _whole(row.get("max_high", "")),
        "load_limit": _whole(row.get("load_limit", "")),
        "max_arrivals": _whole(row.get("max_arrivals", "")),
        "contract": row.get("contract", ""),
    }


def _resident(row: Mapping[str, str]) -> Row:
    return {
        "young_person_id": row["young_person_id"],
        "home_id": row["home_id"],
        "borough": row["borough"],
        "band": row["band"],
        "date_of_birth": date.fromisoformat(row["date_of_birth"]),
        "leaves_on": _date(row.get("leaves_on", "")),
        "leaving": row.get("leaving", ""),
        "companions": row.get("living_companions") or "no_preference",
        "sibling_group": row.get("sibling_group", ""),
    }


def _relations(rows: list[dict[str, str]], kind: str) -> set[frozenset[str]]:
    return {frozenset((row["a"], row["b"])) for row in rows if row["kind"] == kind}


def _avoid(row: Mapping[str, str]) -> Row:
    return {
        "young_person_id": row["young_person_id"],
        "kind": row["kind"],
        "borough": row.get("borough", ""),
        "home_id": row.get("home_id", ""),
        "location": _location(row),
        "tenths": _tenths_or_none(row.get("miles", "")),
    }


def _person_or_place(row: Mapping[str, str]) -> Row:
    return {
        "referral_id": row["referral_id"],
        "what": row["what"],
        "location": _location(row),
        "visits": _whole(row.get("visits_per_month", "")) or 0,
        "keep": row.get("keep", "") == "Y",
    }


def _rate(row: Mapping[str, str]) -> Row:
    weekly = _pence(row["weekly_fee"])
    marginal = row.get("marginal_weekly_fee", "")
    return {
        "home_id": row["home_id"],
        "band": row["band"],
        "weekly_fee": weekly,
        "marginal_fee": _pence(marginal) if marginal else weekly,
        "from": _date(row.get("from", "")),
        "to": _date(row.get("to", "")),
    }
