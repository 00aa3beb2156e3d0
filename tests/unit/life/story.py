"""A life told without records: each step as it would stand there, from who would take it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from broker.life import steps
from broker.life.gate import Known, Missing
from broker.life.gates import missing
from broker.life.state import Life, Taken
from broker.life.steps import Said
from broker.sample.whole_form import whole_form
from tests.whole_life import HOME, SECOND, STARTS, TODAY

ROLES = {
    "verify": "verifier",
    "impact": "registered_manager",
    "accept": "provider",
    "decline": "provider",
    "dispute_band": "registered_manager",
}
YEAR_9 = date(2012, 9, 9)
"""Too young for the fourth key stage on the days of these stories."""

FOUND: dict[str, Any] = {
    "provider": "P2",
    "contract": "NEL-BLOCK-1",
    "failed": [],
    "area": "adjoining",
    "tenths_of_miles": 37,
    "weekly_fee_pence": 600000,
    "points": {"distance": 12, "sibling": 0},
}


def said(kind: str, **told: Any) -> Said:
    """What a step says; the fields that do not matter to a test stand in."""
    whole = {**_USUAL.get(kind, {}), **told}
    return steps.SAID.validate_python({"kind": kind, **whole}, strict=True)


_USUAL: dict[str, dict[str, Any]] = {
    "open": {"form": whole_form()},
    "amend": {"form": whole_form(), "reason": "more is known"},
    "withdraw": {"reason": "went home"},
    "band": {"band": "medium", "thresholds": "t1", "reason": "by the thresholds"},
    "verify": {"need_met": True, "funding_agreed": True, "reason": "both checked"},
    "shortlist": {"homes": tuple({"home_id": one, "source": "options", "reason": "near"}
                                 for one in (HOME, SECOND))},
    "view": {"home_id": HOME, "said_on": TODAY, "wish": "wants", "heard_by": "social worker",
             "how_considered": "first wish"},
    "call": {"home_id": HOME, "spoke_to": "deputy", "said": "one room"},
    "offer": {"home_id": HOME, "starts_on": STARTS, "answer_by": date(2026, 9, 7)},
    "withdraw_offer": {"home_id": HOME, "reason": "no longer needed"},
    "impact": {"home_id": HOME, "on_residents": "x", "on_young_person": "y",
               "what_will_be_done": "z", "can_live_together": True, "signed": True},
    "accept": {"home_id": HOME},
    "decline": {"home_id": HOME, "code": "staffing", "words": "no night staff"},
    "visit": {"home_id": HOME, "visited_on": TODAY},
    "approve": {"home_id": HOME, "approval": "nominated_officer", "granted": True,
                "reason": "considered"},
    "evidence": {"home_id": HOME, "evidence": "area_notified", "done_on": TODAY,
                 "reference": "letter"},
    "confirm": {"home_id": HOME, "starts_on": STARTS, "planned_until": date(2027, 6, 14),
                "reason": "near"},
    "move_in": {"moved_in_on": STARTS},
    "reband": {"band": "high", "from_day": date(2026, 10, 1), "confirmed": True,
               "thresholds": "t2", "reason": "seen at the review"},
    "dispute_band": {"home_id": HOME, "band": "high", "reason": "awake most nights"},
    "answer_dispute": {"home_id": HOME, "upheld": True, "reason": "the logs show it"},
    "visited": {"visited_on": date(2026, 9, 18), "words": "settling"},
    "reviewed": {"reviewed_on": date(2026, 10, 9), "outcome": "stay", "words": "goes on"},
    "step_down": {"goal": "g", "destination": "family", "ready_young_person": "y",
                  "ready_home": "h", "expected_on": date(2027, 4, 1), "way_back": "w"},
    "step_down_back": {"reason": "not yet"},
    "place_lost": {"home_id": HOME, "lost": "registration", "lost_on": date(2026, 10, 6),
                   "reason": "restricted"},
    "end": {"ended_on": date(2026, 12, 1), "planned": False, "reason_code": "CREQB",
            "destination": "other", "words": "it did not hold"},
    "look_back": {"looked_on": date(2027, 12, 1), "settled": True, "words": "asked"},
    "care": {"child": "4711", "ethnicity": "NOBT", "upn": "UN3", "home_postcode": "E13 8AA",
             "place_provider": "PR4", "category_of_need": "N1",
             "looked_after_since": date(2026, 4, 2),
             "legal": ({"from_day": date(2026, 4, 2), "legal_status": "C2"},)},
    "reported": {"source": "standard.json, record 1", "sha256": "0" * 64,
                 "referred_on": date(2026, 8, 20)},
}  # fmt: skip


@dataclass
class Story:
    """A life and the day it is told on."""

    on: date = TODAY
    life: Life = field(default_factory=lambda: Life("R-STORY"))

    def told(
        self,
        kind: str,
        *,
        on: date | None = None,
        by: str = "somebody",
        facts: Mapping[str, Any] | None = None,
        **what: Any,
    ) -> Life:
        """Add a step, whatever gates would say."""
        self.on = on or self.on
        number = self.life.version + 1
        at = datetime(self.on.year, self.on.month, self.on.day, 9, tzinfo=UTC)
        if facts is None and kind == "shortlist":
            facts = {"homes": {HOME: FOUND, SECOND: {**FOUND, "area": "distant"}}}
        if facts is None and kind in ("offer", "confirm"):
            facts = FOUND
        self.life = self.life.after(
            Taken(
                number=number,
                at=at + timedelta(minutes=number),
                on=self.on,
                by=by,
                role=ROLES.get(kind, "broker"),
                organisation="partnership",
                said=said(kind, **what),
                facts=facts or {},
            )
        )
        return self.life

    def to(self, kind: str, **opened: Any) -> Story:
        """The usual way as far as a kind of step, that one included."""
        emergency = opened.pop("emergency", False)
        for one in _WAY:
            if one == "open":
                born = opened.pop("date_of_birth", YEAR_9)
                self.told(
                    "open", form=whole_form(date_of_birth=born, **opened), emergency=emergency
                )
            elif one == "move_in":
                self.told(one, on=STARTS)
            else:
                self.told(one)
            if one == kind:
                break
        return self


_WAY = ("open", "submit", "band", "verify", "shortlist", "view", "offer", "impact", "accept",
        "confirm", "move_in")  # fmt: skip


def known(**told: Any) -> Known:
    """What the records say where nothing stands in the way; `told` is what differs."""
    usual: dict[str, Any] = {
        "today": TODAY,
        "by": "somebody-else",
        "role": "broker",
        "judged": {HOME: FOUND, SECOND: {**FOUND, "area": "distant"}},
        "areas": {HOME: "adjoining", SECOND: "distant"},
        "places_free": {HOME: 1, SECOND: 1},
    }
    return Known(**{**usual, **told})


def shut(life: Life, one: Said, **told: Any) -> list[Missing]:
    """The gates that are shut for a step."""
    return missing(life, one, known(**told))


def codes(gaps: list[Missing]) -> list[str]:
    """Their codes, in order."""
    return [gap.code for gap in gaps]
