"""A demand small enough to simulate while a test waits. Invented."""

from __future__ import annotations

from typing import Any


def demand() -> dict[str, Any]:
    """A small demand by hand: three age groups of two boroughs. Invented."""
    cells = [
        {
            "borough": borough, "age_group": ages, "sex": sex, "route": "entry",
            "per_year": 6.0, "low": 4.0, "high": 8.0, "shape": 30.0, "rate": 5.0,
            "entries": 30, "years": 5,
        }
        for borough in ("E09000016", "E09000025")
        for ages in ([11, 13], [14, 15], [16, 17])
        for sex in ("F", "M")
    ]  # fmt: skip
    groups = [
        {
            "age_group": ages, "route": route, "family": "exponential",
            "covariance": [[0, 0], [0, 0]], "parameters": {"shape": 1.0, "scale_months": 9.0},
        }
        for ages in ([11, 13], [14, 15], [16, 17])
        for route in ("entry", "move")
    ]  # fmt: skip
    return {
        "schema": "demand/1",
        "source": {"as_of": "2026-03-31", "years": ["2021-22", "2025-26"]},
        "arrivals": cells,
        "course": [],
        "stays": {"groups": groups},
        "endings": {"counts": {"planned": 8, "unplanned": 2}, "to_another_home_share": 0.1},
        "needs": {"band_mix": {"low": 0.2, "medium": 0.4, "high": 0.3, "specialist": 0.1}},
        "assumptions": [],
    }
