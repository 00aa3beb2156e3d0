"""What matches on record proposed for each referral."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from broker.warehouse.facts import PROPOSAL
from broker.warehouse.people import referral_key
from broker.warehouse.pseudonym import Keys
from broker.warehouse.shape import Row


def rows_of_run(keys: Keys, run: Mapping[str, Any]) -> list[Row]:
    """The rows of one match.

    A referral has its pseudonym of the era of the match: one that was opened before a rotation and
    matched after it cannot be followed through it.
    """
    plan, day = run["plan"], run["as_of"]

    def told(referral: str) -> dict[str, Any]:
        return {
            "run_id": run["run_id"],
            "referral_key": referral_key(keys, referral, day),
            "matched_on": day,
            "status": run["status"],
        }

    rows = [
        PROPOSAL.row(
            {
                **told(one["referral_id"]),
                "home_id": one["home_id"],
                "reason_key": None,
                "points": one["total"],
                "area": one["area"],
                "distance_tenths": _tenths(one["distance_miles"]),
            }
        )
        for one in plan["placements"]
    ]
    rows += [
        PROPOSAL.row(
            {
                **told(one["referral_id"]),
                "home_id": None,
                "reason_key": f"match:{one['why']}",
                "points": None,
                "area": None,
                "distance_tenths": None,
            }
        )
        for one in plan["unplaced"]
    ]
    return rows


def _tenths(miles: float | None) -> int | None:
    """A plan writes miles with one decimal."""
    return None if miles is None else round(miles * 10)
