"""A demand made by hand, lopsided on purpose, and a case of a few homes; everybody is invented."""

from __future__ import annotations

from datetime import date
from typing import Any

from matching.policy import Policy
from matching.problem import Home, Location, Problem, Rate, Referral, Resident

FIRST = date(2026, 9, 7)
BOROUGHS = ("E09000016", "E09000002", "E09000025")
ALL_BANDS = frozenset({"low", "medium", "high", "specialist"})


def demand(per_year: float = 24.0, months: float = 4.0) -> dict[str, Any]:
    """So many arrivals a year in all, who stay so many months on average."""
    shares = (0.5, 0.3, 0.2)
    cells = [
        {
            "borough": borough,
            "age_group": ages,
            "sex": sex,
            "route": route,
            "per_year": per_year * share * part,
            "shape": 40.0,
            "rate": 40.0 / (per_year * share * part),
        }
        for borough, share in zip(BOROUGHS, shares, strict=True)
        for ages, sex, route, part in (
            ([11, 13], "M", "entry", 0.2),
            ([14, 15], "F", "entry", 0.5),
            ([16, 17], "M", "move", 0.3),
        )
    ]
    groups = [
        {
            "age_group": ages,
            "route": route,
            "family": "exponential",
            "parameters": {"shape": 1.0, "scale_months": months},
            "covariance": [[0, 0], [0, 0]],
        }
        for ages in ([11, 13], [14, 15], [16, 17])
        for route in ("entry", "move", "between")
    ]
    return {
        "schema": "demand/1",
        "source": {"as_of": "2026-04-01"},
        "assumptions": [],
        "arrivals": cells,
        "course": [],
        "stays": {"groups": groups, "spells": []},
        "prior_moves": {"0": 0.6, "1": 0.2, "2": 0.1, "3+": 0.1},
        "needs": {"band_mix": {"low": 0.2, "medium": 0.5, "high": 0.2, "specialist": 0.1}},
        "cannot": [],
    }


def home(name: str, easting: int, places: int, bands: frozenset[str], **more: Any) -> Home:
    """A home for everybody of 11 to 17 of some bands, at a point north of the river."""
    from broker.sample.words import COMMON_NEEDS, RARE_NEEDS

    return Home(
        id=name,
        borough=BOROUGHS[0],
        registration="registered",
        min_age=11,
        max_age=17,
        sexes=frozenset({"M", "F", "U"}),
        bands=bands,
        places=places,
        location=Location(easting, 186_000),
        supports=frozenset((*COMMON_NEEDS, *RARE_NEEDS)),
        due_diligence=True,
        judgement="good",
        **more,
    )


def problem(referrals: tuple[Referral, ...] = (), residents: tuple[Resident, ...] = ()) -> Problem:
    """Two homes: a near one for every band, with one place for high need, and one farther away."""
    homes = (
        home("A", 551_000, 3, ALL_BANDS, max_high=1, load_limit=9),
        home("B", 556_000, 2, frozenset({"low", "medium"})),
        home("C", 540_000, 1, frozenset({"high", "specialist"}), max_arrivals=1),
    )
    rates = tuple(
        Rate(one.id, band, fee + 1000 * at, fee + 1000 * at)
        for at, one in enumerate(homes)
        for band, fee in (("low", 400_000), ("medium", 500_000), ("high", 700_000))
        if band in one.bands
    )
    return Problem(
        policy=Policy(as_of=FIRST),
        referrals=referrals,
        homes=homes,
        residents=residents,
        rates=rates,
    )


def young(name: str, band: str, day: date = FIRST, **more: Any) -> Referral:
    """Somebody of 14 who needs a place on a day, near the first home."""
    given: dict[str, Any] = {"location": Location(551_000, 186_000), **more}
    return Referral(
        id=name,
        young_person=f"YP-{name}",
        borough=BOROUGHS[0],
        born=date(2012, 3, 4),
        sex="F",
        band=band,
        needed_by=day,
        band_status="confirmed",
        **given,
    )
