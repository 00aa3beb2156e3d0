"""A body of each kind of step that can be read, whatever state the referral is in."""

from __future__ import annotations

from typing import Any

from broker.sample.whole_form import whole_form
from tests.whole_life import HOME

REASON = "considered"
STEPS: dict[str, dict[str, Any]] = {
    "amend": {"form": whole_form().model_dump(mode="json"), "reason": REASON},
    "submit": {"not_a_double": "twins, both known"},
    "withdraw": {"reason": REASON},
    "band": {"band": "medium", "thresholds": "t1", "reason": REASON},
    "verify": {"need_met": True, "funding_agreed": True, "reason": REASON},
    "shortlist": {"homes": [{"home_id": HOME, "source": "options", "reason": "near"}]},
    "view": {
        "home_id": HOME,
        "said_on": "2026-09-04",
        "wish": "wants",
        "words": "it looks fine",
        "heard_by": "social worker",
        "how_considered": "taken as first wish",
    },
    "call": {"home_id": HOME, "spoke_to": "manager", "said": "a place is free"},
    "offer": {"home_id": HOME, "starts_on": "2026-09-14", "answer_by": "2026-09-07"},
    "withdraw_offer": {"home_id": HOME, "reason": REASON},
    "impact": {
        "home_id": HOME,
        "on_residents": "a new face",
        "on_young_person": "quiet evenings",
        "what_will_be_done": "a shared meal",
        "can_live_together": True,
        "signed": True,
    },
    "accept": {"home_id": HOME},
    "decline": {"home_id": HOME, "code": "staffing", "words": "too few at night"},
    "visit": {"home_id": HOME, "visited_on": "2026-09-04"},
    "approve": {"home_id": HOME, "approval": "director", "granted": True, "reason": REASON},
    "evidence": {
        "evidence": "area_notified",
        "home_id": HOME,
        "done_on": "2026-09-04",
        "reference": "letter",
    },
    "confirm": {
        "home_id": HOME,
        "starts_on": "2026-09-14",
        "planned_until": "2027-06-14",
        "reason": REASON,
    },
    "move_in": {"moved_in_on": "2026-09-14"},
    "reband": {
        "band": "high",
        "from_day": "2026-10-01",
        "confirmed": True,
        "thresholds": "t1",
        "reason": REASON,
    },
    "dispute_band": {"home_id": HOME, "band": "high", "reason": "awake most nights"},
    "answer_dispute": {"home_id": HOME, "upheld": True, "reason": "the logs show it"},
    "visited": {"visited_on": "2026-09-20", "words": "settling"},
    "reviewed": {"reviewed_on": "2026-09-25", "outcome": "stay", "words": "well"},
    "step_down": {
        "goal": "live with family",
        "destination": "family",
        "ready_young_person": "yes",
        "ready_home": "yes",
        "expected_on": "2027-03-01",
        "way_back": "the place is kept for four weeks",
    },
    "step_down_back": {"reason": REASON},
    "place_lost": {
        "home_id": HOME,
        "lost": "rooms",
        "lost_on": "2026-10-01",
        "reason": REASON,
    },
    "end": {
        "ended_on": "2027-03-01",
        "planned": True,
        "reason_code": "CARPL",
        "destination": "family",
        "words": "as planned",
    },
    "look_back": {"looked_on": "2028-03-01", "settled": True, "words": "well"},
    "care": {
        "child": "4711",
        "ethnicity": "NOBT",
        "upn": "UN3",
        "home_postcode": "E13 8AA",
        "place_provider": "PR4",
        "category_of_need": "N1",
        "looked_after_since": "2026-04-02",
        "legal": [{"from_day": "2026-04-02", "legal_status": "C2"}],
    },
    "reported": {
        "source": "standard.json, record 1",
        "sha256": "0" * 64,
        "referred_on": "2026-08-20",
        "placement": {
            "urn": HOME,
            "placement_type": "Residential",
            "location": "E17 4",
            "preferred_location": True,
            "school_kept": False,
            "siblings_together": 0,
            "weekly_cost": 6000,
            "placed_on": "2026-09-01",
            "placed_by": "account-9",
            "cost_on": "2026-09-01",
        },
    },
}


def step(kind: str) -> dict[str, Any]:
    """The body of a step of this kind."""
    return {"kind": kind, **STEPS[kind]}
