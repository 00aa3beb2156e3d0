"""The truth behind invented returns: every rate, length and share that lives are drawn from.

All of it is invented. `truth.json` beside the returns holds it, so that an estimate can be held to
what is true.
"""

from dataclasses import dataclass
from typing import Any, Final

from broker.sample.returns.chance import Chance
from matching.geography import PARTNER_BOROUGHS

AGE_GROUPS: Final = ((11, 13), (14, 15), (16, 17))
SEXES: Final = ("M", "F")
ROUTES: Final = ("entry", "move")

_LEVELS: Final = {
    "E09000001": 0.4,  # the City: a cell so thin that most years have nobody
    "E09000002": 9.0,
    "E09000012": 8.0,
    "E09000016": 7.0,
    "E09000025": 11.0,
    "E09000026": 5.0,
    "E09000030": 10.0,
    "E09000031": 6.0,
}
_ROUTE_SHARE: Final = {"entry": 0.35, "move": 0.65}
_AGE_SHARE: Final = (0.25, 0.40, 0.35)
_SEX_SHARE: Final = {"M": 0.58, "F": 0.42}
_DEPARTURE: Final = 0.25
_SHAPES: Final = {"entry": 0.75, "move": 0.9, "between": 0.8}
_SCALES: Final = {"entry": 7.0, "move": 12.0, "between": 9.0}
_AGE_STRETCH: Final = (1.3, 1.0, 0.8)
ENDINGS: Final = {
    "disrupted": 0.42,
    "planned": 0.38,
    "home_closed": 0.05,
    "outside": 0.05,
    "not_told": 0.10,
}
TO_ANOTHER_HOME: Final = 0.35
"""Of endings within care, so many go on to another children's home the same day."""
MOVES_BEFORE: Final = {0: 0.5, 1: 0.25, 2: 0.15, 3: 0.10}
"""Changes of placement in the year before moving in from elsewhere in care."""
UNACCOMPANIED: Final = 0.05
HOME_UNKNOWN: Final = 0.03
WHERE: Final = {"own": 30, "partner": 35, "elsewhere": 35}
"""Per cent of placements in the authority's own area, another partner's, further away."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What is true: yearly rates at the last year's level, growth, and lengths of stay.

    `rates` by (authority, route, age group, sex); `growth` 0.03 for 3% a year; `lengths` are
    Weibull shapes and scales in months by (route, age group).
    """

    seed: int
    years: int
    growth: float
    rates: dict[tuple[str, str, int, str], float]
    lengths: dict[tuple[str, int], tuple[float, float]]


def draw_truth(chance: Chance, seed: int, years: int) -> Truth:
    """Draw a truth: the same levels and shapes always, growth and departures by chance."""
    growth = round(-0.02 + 0.08 * chance.share(), 4)
    rates = {
        (code, route, group, sex): round(
            level
            * _ROUTE_SHARE[route]
            * _AGE_SHARE[group]
            * _SEX_SHARE[sex]
            * chance.gamma_like(_DEPARTURE),
            6,
        )
        for code, level in _LEVELS.items()
        for route in ROUTES
        for group in range(len(AGE_GROUPS))
        for sex in SEXES
    }
    lengths = {
        (route, group): (shape, round(_SCALES[route] * stretch, 3))
        for route, shape in _SHAPES.items()
        for group, stretch in enumerate(_AGE_STRETCH)
    }
    return Truth(seed, years, growth, rates, lengths)


def truth_json(truth: Truth) -> dict[str, Any]:
    """The truth as JSON."""
    return {
        "schema": "truth/1",
        "invented": "Invented, every figure of it: nothing here is about any real authority.",
        "seed": truth.seed,
        "years": truth.years,
        "growth_per_year": truth.growth,
        "boroughs": dict(PARTNER_BOROUGHS),
        "arrivals": [
            {
                "borough": code,
                "route": route,
                "age_group": list(AGE_GROUPS[group]),
                "sex": sex,
                "per_year": rate,
            }
            for (code, route, group, sex), rate in truth.rates.items()
        ],
        "stays": [
            {
                "route": route,
                "age_group": list(AGE_GROUPS[group]),
                "shape": shape,
                "scale_months": scale,
            }
            for (route, group), (shape, scale) in truth.lengths.items()
        ],
        "ending_shares": ENDINGS,
        "to_another_home_share": TO_ANOTHER_HOME,
        "moves_before_a_move": {str(moves): share for moves, share in MOVES_BEFORE.items()},
        "unaccompanied_share": UNACCOMPANIED,
        "home_postcode_unknown_share": HOME_UNKNOWN,
        "where_percent": WHERE,
    }
