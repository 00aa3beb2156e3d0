"""A whole referral form of nobody: every field that a submitted form must have. All is invented.

The one home of it: what is shown in the sample region and what is tried out starts from here.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from broker.life.form import CODED_RISKS, Form

BOROUGH: Final = "E09000025"
"""Newham."""


def whole_form(**changed: Any) -> Form:
    """A form that may be submitted, with what is `changed` of it, by the names of its fields."""
    told: dict[str, Any] = {
        "young_person_id": "YP-900",
        "borough": BOROUGH,
        "identity": {"name": "Not A Name", "address": "1 Nowhere", "school": "No School"},
        "date_of_birth": date(2012, 3, 9),
        "sex": "F",
        "person": {
            "ethnicity": "not told here",
            "religion": "none",
            "culture": "none told",
            "language": "English",
            "disability": (),
        },
        "needed_by": date(2026, 9, 14),
        "waiting_since": date(2026, 8, 20),
        "home_place": {"easting": 540500, "northing": 184500},
        "avoid": (),
        "living_companions": "No preference",
        "must_not_live_with": (),
        "caution_with": (),
        "communication_needs": "N",
        "communication": ("None",),
        "home_adaptation": False,
        "cultural_needs": "Not required",
        "pets": "No",
        "foster_care": "Unsuitable",
        "residential_care": "Preferred",
        "supported_accommodation": "Unsuitable",
        "family_considered": "asked, and not possible now",
        "fostering_considered": "two families were asked; neither could",
        "why_residential": "a small home with staff awake at night",
        "advocate_offered": True,
        "wishes": "near my nan",
        **dict.fromkeys(CODED_RISKS, "No known risk"),
    }
    return Form(**{**told, **changed})
