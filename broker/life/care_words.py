"""What the codes that a borough tells of care mean, in a few words, by the field that holds them.

Source: SSDA903 as kept in brief/field.md, section 1.2. Z1 to Z14 say no more there than “other”; of
ethnic origin and taking part the brief has no words, so the codes stand for themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

LEGAL_STATUS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "C1": "interim care order",
        "C2": "full care order",
        "D1": "freeing order",
        "E1": "placement order",
        "J1": "remand",
        "J2": "PACE",
        "J3": "youth order with a place to live",
        "L1": "police protection",
        "L2": "emergency protection order",
        "L3": "child assessment order",
        "V2": "section 20, single period",
        "V3": "short breaks, each recorded",
        "V4": "short breaks, by agreement",
    }
)
CATEGORY_OF_NEED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "N1": "abuse or neglect",
        "N2": "the child’s disability",
        "N3": "a parent’s illness or disability",
        "N4": "family in acute stress",
        "N5": "family that does not work as one",
        "N6": "behaviour that is not accepted",
        "N7": "low income",
        "N8": "no parent there",
    }
)
PLACE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "K1": "secure children’s home",
        "K2": "children’s home",
        "K3": "registered supported accommodation",
        "H5": "semi-independent, until 2024",
        "P1": "with parents",
        "P2": "living alone, until 2024",
        "P3": "work with a place to live",
        "R1": "residential care home",
        "R2": "NHS",
        "R3": "family centre",
        "R5": "young offender institution",
        "S1": "residential school",
        "T0": "away for a time",
        "T1": "hospital",
        "T2": "holiday",
        "T3": "carer’s holiday",
        "T4": "away for up to 7 days",
        "U1": "relative or friend, long-term",
        "U2": "relative or friend, fostering for adoption",
        "U3": "relative or friend, other",
        "U4": "foster carer, long-term",
        "U5": "foster carer, for adoption",
        "U6": "foster carer, other",
    }
)
PLACE_PROVIDER: Final[Mapping[str, str]] = MappingProxyType(
    {
        "PR0": "parent",
        "PR1": "own authority",
        "PR2": "another authority",
        "PR3": "other public",
        "PR4": "private",
        "PR5": "voluntary",
    }
)
CARE_CEASED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "E11": "adopted",
        "E12": "adopted",
        "E2": "died",
        "E3": "another authority took over",
        "E4A": "went home, planned",
        "E4B": "went home, not planned",
        "E41": "residence or child arrangements order",
        "E45": "special guardianship",
        "E46": "special guardianship",
        "E47": "special guardianship",
        "E48": "special guardianship",
        "E43": "special guardianship, until 2018",
        "E44": "special guardianship, until 2018",
        "E5": "lives alone, with support",
        "E6": "lives alone, no support",
        "E7": "adult residential care",
        "E8": "other",
        "E9": "custody",
        "E14": "remand ended",
        "E15": "found to be an adult",
        "E16": "went abroad",
        "E17": "turned 18 and stayed put",
    }
)
ABSENCE: Final[Mapping[str, str]] = MappingProxyType(
    {"M": "missing", "A": "away without leave to be"}
)

OF_FIELD: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "legal_status": LEGAL_STATUS,
        "category_of_need": CATEGORY_OF_NEED,
        "place": PLACE,
        "provider": PLACE_PROVIDER,
        "place_provider": PLACE_PROVIDER,
        "ceased": CARE_CEASED,
        "kind": ABSENCE,
    }
)
"""The words of each coded field of `broker.life.care`, by the field's name."""
