"""How far and how near: official straight-line miles, and what the law calls near or distant.

Everything is a whole number: metres on the National Grid in, tenths of a mile out, so that no
binary fraction ever decides who may live where.
"""

from collections.abc import Collection
from enum import StrEnum
from functools import cache
from math import isqrt
from types import MappingProxyType
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.data import need_tags, rows

__all__ = [
    "PARTNER_BOROUGHS",
    "Area",
    "Grid",
    "area",
    "authorities",
    "authority_name",
    "builtin_adjoining",
    "children_services_authority",
    "need_tags",
    "neighbour_pair",
    "tenths_of_miles",
    "tenths_of_miles_array",
]

PARTNER_BOROUGHS: Final = MappingProxyType(
    {
        "E09000001": "City of London",
        "E09000002": "Barking and Dagenham",
        "E09000012": "Hackney",
        "E09000016": "Havering",
        "E09000025": "Newham",
        "E09000026": "Redbridge",
        "E09000030": "Tower Hamlets",
        "E09000031": "Waltham Forest",
    }
)
"""The eight authorities of the North East London partnership: ONS code to name."""

# A mile is 1,609.3 metres in the official formula. Both sides of every comparison are multiplied
# by 20,000 (twice for halves, ten for tenths, and 1,000 over 1.6093) and squared.
_TENTH: Final = 16093
_SCALE: Final = 40000


class Grid(NamedTuple):
    """A point of the National Grid, in whole metres east and north of its origin."""

    easting: int
    northing: int


class Area(StrEnum):
    """Where a home lies, seen from the young person's borough: it decides who must approve.

    Source: Care Planning, Placement and Case Review (England) Regulations 2010, regulation 11.
    """

    IN_AREA = "in_area"
    ADJOINING = "adjoining"
    DISTANT = "distant"


def tenths_of_miles(de: int, dn: int) -> int:
    """Return the straight-line distance in whole tenths of a mile, rounded half-up, exactly.

    `de` and `dn` are the differences in easting and northing in metres. The formula is the one of
    the SSDA903 return, sqrt(dE² + dN²) / 1000 / 1.6093: the result is the largest t with
    40000 × (dE² + dN²) ≥ ((2t − 1) × 16093)².
    """
    return (isqrt(_SCALE * (de * de + dn * dn)) // _TENTH + 1) // 2


def tenths_of_miles_array(de: NDArray[np.int64], dn: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return `tenths_of_miles` of every pair of differences, with the shape they broadcast to.

    Exact for points up to 10,000,000 metres apart: a floating square root makes the first guess
    and whole-number comparisons settle it.
    """
    squared = np.asarray(de, dtype=np.int64) ** 2 + np.asarray(dn, dtype=np.int64) ** 2
    guess: NDArray[np.int64] = np.rint(np.sqrt(squared) * (100 / _TENTH)).astype(np.int64)
    squared *= _SCALE
    guess -= _halfway_squared(guess) > squared
    guess += _halfway_squared(guess + 1) <= squared
    return guess


def _halfway_squared(tenths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the scaled square of the distance from which on a value rounds up to `tenths`."""
    halfway: NDArray[np.int64] = np.maximum(2 * tenths - 1, 0) * _TENTH
    return halfway * halfway


def area(
    borough: str, home_borough: str, neighbours: Collection[tuple[str, str]] | None = None
) -> Area:
    """Classify a home's borough as the young person's own, one that adjoins it, or distant.

    `neighbours` holds unordered pairs of codes, each as a sorted tuple; None means the built-in
    table. Being in the same partnership does not make two boroughs neighbours.
    """
    if borough == home_borough:
        return Area.IN_AREA
    known = builtin_adjoining() if neighbours is None else neighbours
    return Area.ADJOINING if neighbour_pair(borough, home_borough) in known else Area.DISTANT


def neighbour_pair(a: str, b: str) -> tuple[str, str]:
    """Return the two codes as the sorted tuple under which a table of neighbours keeps them."""
    return (a, b) if a <= b else (b, a)


@cache
def builtin_adjoining() -> frozenset[tuple[str, str]]:
    """Return the authorities of London and around that share a boundary, mid-river included.

    Rows marked `uncertain` are left out: treating a pair as not adjoining asks for more
    approvals, which is the safer mistake.
    """
    return frozenset(
        neighbour_pair(row["a"], row["b"])
        for row in rows("adjoining.csv")
        if row["how"] != "uncertain"
    )


@cache
def authorities() -> MappingProxyType[str, str]:
    """Return the English authorities with children's services duties: ONS code to name."""
    return MappingProxyType({row["code"]: row["name"] for row in rows("authorities.csv")})


def authority_name(code: str) -> str:
    """Return the name of an authority, or the code itself where the name is not known."""
    return authorities().get(code, code)


@cache
def _counties() -> dict[str, str]:
    return {row["district"]: row["authority"] for row in rows("districts.csv")}


def children_services_authority(code: str) -> str:
    """Return the county that has the children's services duties in a district; others unchanged."""
    return _counties().get(code, code)
