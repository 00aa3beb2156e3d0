"""What is asked of the returns: which places, which ages, and the assumed mix of need bands."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import Final, TypeAlias

from broker.returns.codes import PLACE, TEMPORARY

AgeGroup: TypeAlias = tuple[int, int]

AGE_GROUPS: Final[tuple[AgeGroup, ...]] = ((11, 13), (14, 15), (16, 17))
SEXES: Final = ("M", "F")
BANDS: Final = ("low", "medium", "high", "specialist")
PLACES: Final = ("K2", "R1")
"""Children's homes and residential care homes (brief/field.md, 1.2)."""

BAND_MIX: Final = {
    "low": Fraction(20, 100),
    "medium": Fraction(35, 100),
    "high": Fraction(30, 100),
    "specialist": Fraction(15, 100),
}
"""Our starting assumption: no source gives the mix of need."""

PLACES_ALLOWED: Final = "codes of PLACE with commas, such as K2,R1, none of T0 to T4"
BANDS_ALLOWED: Final = (
    "each of low, medium, high and specialist with its share, 1 in all, such as "
    "low=.2,medium=.35,high=.3,specialist=.15"
)
AGES_ALLOWED: Final = "groups of ages from 0 to 17, rising and apart, such as 11-13,14-15,16-17"

_SHARE = re.compile(r"(?:[0-9]{1,2})?(?:\.[0-9]{1,9})?")


class BadAsking(ValueError):
    """Something asked that is not allowed; the words say what is."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The places, ages and mix to estimate for."""

    places: tuple[str, ...] = PLACES
    age_groups: tuple[AgeGroup, ...] = AGE_GROUPS
    band_mix: Mapping[str, Fraction] = field(default_factory=lambda: dict(BAND_MIX))

    def group(self, age: int) -> int | None:
        """Which age group somebody of an age belongs to; None for none."""
        for index, (first, last) in enumerate(self.age_groups):
            if first <= age <= last:
                return index
        return None


def read_places(text: str) -> tuple[str, ...]:
    """The places of an option; BadAsking if one is none."""
    codes = tuple(dict.fromkeys(part.strip() for part in text.split(",")))
    if any(code not in PLACE or code in TEMPORARY for code in codes):
        raise BadAsking(f"“{text}”: allowed: {PLACES_ALLOWED}")
    return codes


def read_bands(text: str) -> dict[str, Fraction]:
    """The mix of an option; BadAsking unless every band has a share and they are 1 in all."""
    mix = {}
    for part in text.split(","):
        band, _, share = (piece.strip() for piece in part.partition("="))
        if band not in BANDS or band in mix or not share or not _SHARE.fullmatch(share):
            raise BadAsking(f"“{text}”: allowed: {BANDS_ALLOWED}")
        mix[band] = Fraction(share)
    if len(mix) != len(BANDS) or sum(mix.values()) != 1:
        raise BadAsking(f"“{text}”: allowed: {BANDS_ALLOWED}")
    return {band: mix[band] for band in BANDS}


def read_ages(text: str) -> tuple[AgeGroup, ...]:
    """The age groups of an option; BadAsking unless they rise and stay apart."""
    groups = []
    for part in text.split(","):
        found = re.fullmatch(r"\s*([0-9]{1,2})-([0-9]{1,2})\s*", part)
        if found is None:
            raise BadAsking(f"“{text}”: allowed: {AGES_ALLOWED}")
        groups.append((int(found[1]), int(found[2])))
    flat = [age for group in groups for age in group]
    apart = all(a[1] < b[0] for a, b in pairwise(groups))
    if not apart or any(first > last for first, last in groups) or max(flat) > 17:
        raise BadAsking(f"“{text}”: allowed: {AGES_ALLOWED}")
    return tuple(groups)
