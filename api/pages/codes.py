"""Codes that pages show in words: each list from where its words have their home."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from broker.warehouse.fixed import ENDING_REASONS, OFFER_REASONS

_OWN: Final[Mapping[str, str]] = {
    "nominated_officer": "by the nominated officer",
    "director": "by the Director of Children’s Services",
    "key_stage_4": "of a move of school in years 10 or 11",
    "area_notified": "the area’s authority was told",
    "area_consulted": "the area’s authority was asked",
    "care_plan_copied": "the care plan was sent to the area’s authority",
    "placement_plan": "the placement plan was written",
    "funding": "the funding was agreed",
    "agreement": "the agreement was signed",
    "ending_notified": "the end was told to those who must know",
    "match": "a match on record",
    "options": "the list of homes that fit",
    "by_hand": "found by hand",
    "wants": "wants to live there",
    "unsure": "is not sure",
    "against": "does not want to live there",
    "not_given": "no view was given",
    "apart_ok": "may live apart",
    "together": "must live together",
    "preferred": "together if it can be",
    "staying_put": "stays in the home after care",
    "another_home": "another home",
    "Y": "Yes",
    "N": "No",
    "M": "Male",
    "F": "Female",
    "U": "Not known or not told",
    "childrens_home": "children’s home",
    "NA": "None",
}


def code_words(code: str) -> str:
    """A code as words; one that has no words of its own without its underlines."""
    for words in (_OWN, ENDING_REASONS, OFFER_REASONS):
        if code in words:
            return words[code]
    return code.replace("_", " ")
