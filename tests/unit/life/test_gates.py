"""Each gate opens and shuts, one thing changed at a time; and where each step may stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, get_args

import pytest

from broker.life import steps
from broker.life.doubles import Doubles
from broker.life.gates import GATES, missing
from broker.life.state import Life, State
from broker.life.steps import KINDS
from broker.life.terms import Terms
from broker.sample.whole_form import whole_form
from tests.unit.life.story import FOUND, YEAR_9, Story, codes, known, said, shut
from tests.whole_life import HOME, SECOND, STARTS, TODAY

LIBERTY = {
    "order_number": "FD26-1",
    "expires_on": date(2026, 12, 1),
    "restrictions": "locked at night",
}
BORN = date(2012, 3, 9)
SHAPES = {
    get_args(shape.model_fields["kind"].annotation)[0]: shape for shape in get_args(steps.Said)
}


def at(kind: str, **opened: Any) -> Life:
    """The usual life as far as a kind of step."""
    return Story().to(kind, **opened).life


def after(kind: str, *more: tuple[str, dict[str, Any]], **opened: Any) -> Life:
    """The usual life with steps added."""
    story = Story().to(kind, **opened)
    for name, told in more:
        story.told(name, **told)
    return story.life


@dataclass(frozen=True)
class Case:
    """A step that is shut with a code, and what makes it open."""

    kind: str
    code: str
    life: Callable[[], Life]
    step: dict[str, Any] = field(default_factory=dict)
    records: dict[str, Any] = field(default_factory=dict)
    open_life: Callable[[], Life] | None = None
    open_step: dict[str, Any] | None = None
    open_records: dict[str, Any] | None = None


def ready(*more: tuple[str, dict[str, Any]], **opened: Any) -> Life:
    """Accepted, visited, heard again, approved, the area told."""
    approved = {"approval": "nominated_officer", "granted": True}
    return after(
        "accept",
        ("visit", {}),
        ("view", {}),
        ("approve", approved),
        ("evidence", {}),
        *more,
        **opened,
    )


def without(kind: str) -> Life:
    """Ready but for one kind of step."""
    story = Story().to("accept")
    for name in ("visit", "view", "approve", "evidence"):
        if name != kind:
            story.told(name)
    return story.life


def unseen(kind: str) -> Life:
    """Shortlisted, and as far as a kind of step, without the young person's view."""
    story = Story().to("shortlist")
    for name in ("offer", "impact", "accept"):
        if kind == "shortlist":
            break
        story.told(name)
    return story.life


def grown(**changed: Any) -> Any:
    """The form of these stories, amended."""
    return whole_form(date_of_birth=YEAR_9, **changed)


def stayed_put(*more: tuple[str, dict[str, Any]]) -> Life:
    """Care ended at 18 and the young person stayed where they lived."""
    end = {"ended_on": date(2031, 3, 9), "planned": True, "reason_code": None, "care_code": "E17",
           "destination": "staying_put"}  # fmt: skip
    return after("move_in", ("end", end), *more, date_of_birth=BORN)


LEFT = date(2031, 11, 30)
LOOKED = {"looked_on": date(2031, 12, 1)}
CONSULTED: tuple[dict[str, Any], ...] = (
    {"who": "designated_teacher", "on": date(2026, 9, 2), "said": "the exam board can be kept"},
    {"who": "reviewing_officer", "on": date(2026, 9, 3), "said": "agrees if the school is kept"},
)
PLAN: dict[str, Any] = {
    "looked_at_on": date(2026, 9, 2), "consistent": True, "words": "the same exams, the same books",
}  # fmt: skip
SCHOOL: dict[str, Any] = {
    "approval": "key_stage_4", "consulted": CONSULTED, "education_plan": PLAN,
}  # fmt: skip
FAILED = {"failed": {HOME: (("R09", "no place is free (0; 1)"),)}}


LATE = {"today": date(2026, 12, 24)}


def _elsewhere(place: str, provider: str) -> dict[str, Any]:
    return {
        "looked_after_since": date(2026, 5, 1),
        "legal": ({"from_day": date(2026, 5, 1), "legal_status": "C1"},),
        "elsewhere": ({"starts_on": date(2026, 5, 1), "ends_on": date(2026, 6, 1), "place": place,
                       "provider": provider},),
    }  # fmt: skip


def _police(until: date) -> dict[str, Any]:
    since = date(2026, 5, 1)
    return {
        "looked_after_since": since,
        "legal": ({"from_day": since, "legal_status": "L1"},
                  {"from_day": until, "legal_status": "C1"}),
    }  # fmt: skip


MISFITS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"place_provider": "PR0"}, {"place_provider": "PR3"}),
    ({"upn": "UN1"}, {"upn": "UN2"}),
    (_elsewhere("P1", "PR1"), _elsewhere("P1", "PR0")),
    (_elsewhere("R5", "PR2"), _elsewhere("R5", "PR3")),
    (_elsewhere("U4", "PR3"), _elsewhere("U4", "PR2")),
    (_police(date(2026, 5, 5)), _police(date(2026, 5, 4))),
    ({"ended_on": date(2026, 9, 20), "ceased": "E7"},
     {"ended_on": date(2026, 9, 20), "ceased": "E8"}),
    ({"ended_on": date(2026, 9, 20), "ceased": "E12"},
     {"ended_on": date(2026, 9, 20), "ceased": "E3"}),
]  # fmt: skip
"""What no return takes of care, and the like that it does."""

CASES = [
    Case("open", "AGREEMENT", lambda: Life("R-1"), records={"agreements": ("lapsed",)}),
    Case(
        "open", "FORMER", lambda: Life("R-1"), {"former": "R-0"}, {"former": None},
        open_records={"former": after("submit", ("withdraw", {}))},
    ),
    Case("open", "FORMER", lambda: Life("R-1"), {"former": "R-0"}, {"former": at("submit")},
         open_step={}),
    Case(
        "open", "FORMER", lambda: Life("R-1"), {"former": "R-0"},
        {"former": after("submit", ("withdraw", {}), young_person_id="YP-1")}, open_step={},
    ),
    Case("amend", "FORM", lambda: at("open"), {"form": whole_form(young_person_id="YP-1")},
         open_step={"form": whole_form(pets="Yes - can")}),
    Case("amend", "FORM", lambda: at("open"), {"form": whole_form(borough="E09000012")},
         open_step={}),
    Case("amend", "FORM", lambda: at("submit"), {"form": whole_form(sex=None)},
         open_life=lambda: at("open")),
    Case("amend", "FORM", lambda: at("open"), records={"form_faults": ("unknown tag",)}),
    Case("submit", "FORM", lambda: at("open", why_residential=None),
         open_life=lambda: at("open")),
    Case("submit", "FORM", lambda: at("open"), records={"form_faults": ("unknown tag",)}),
    Case("submit", "DOUBLE", lambda: at("open"), records={"doubles": Doubles(("R-2",))},
         open_step={"not_a_double": "a cousin of the same age"},
         open_records={"doubles": Doubles(("R-2",))}),
    Case("submit", "DOUBLE", lambda: at("open"), records={"doubles": Doubles((), ("R-3",))},
         open_step={"not_a_double": "cousins of one name"},
         open_records={"doubles": Doubles((), ("R-3",))}),
    Case("submit", "AGREEMENT", lambda: at("open"), records={"agreements": ("lapsed",)}),
    Case("band", "LIBERTY", lambda: at("submit", liberty=LIBERTY), {"scores": {"sleep": 2}},
         open_step={"scores": {}}),
    Case("verify", "VERIFIER", lambda: at("band"), records={"by": "somebody"}),
    Case(
        "verify", "VERIFIER",
        lambda: after("submit", ("amend", {"by": "third"}), ("band", {"by": "fourth"})),
        records={"by": "third"},
    ),
    Case("shortlist", "LIBERTY", lambda: at("verify", liberty=LIBERTY),
         open_step={"homes": ({"home_id": HOME, "source": "by_hand", "reason": "able"},)}),
    Case(
        "shortlist", "LIBERTY", lambda: at("verify", liberty=LIBERTY),
        {"homes": ({"home_id": HOME, "source": "by_hand", "reason": "able"},)},
        {"today": date(2026, 12, 1)}, open_records={"today": date(2026, 11, 30)},
    ),
    Case("shortlist", "SHORTLIST", lambda: at("verify"),
         {"homes": ({"home_id": HOME, "source": "options", "reason": "near"},) * 2},
         open_step={}),
    Case("shortlist", "SHORTLIST", lambda: at("offer"),
         {"homes": ({"home_id": SECOND, "source": "options", "reason": "near"},)},
         open_life=lambda: after("offer", ("withdraw_offer", {}))),
    Case("shortlist", "HOME", lambda: at("verify"), records={"unknown_homes": (HOME,)}),
    Case(
        "shortlist", "RUN", lambda: at("verify"),
        {"homes": ({"home_id": HOME, "source": "match", "run_id": 7, "reason": "first"},)},
        {"runs": {(HOME, 7): None}}, open_records={"runs": {(HOME, 7): "proposed"}},
    ),
    Case("shortlist", "R09", lambda: at("verify"), records=FAILED),
    Case("shortlist", "RECORDS", lambda: at("verify"), records={"unreadable": ("a pin",)}),
    Case("shortlist", "RULES", lambda: at("verify"), records={"judged": {SECOND: FOUND}}),
    Case("call", "HOME", lambda: at("verify"), records={"unknown_homes": (HOME,)}),
    Case("view", "SHORTLIST", lambda: at("verify"), open_life=lambda: at("shortlist")),
    Case("offer", "SHORTLIST", lambda: at("view"), {"home_id": "SC990001"},
         {"judged": {"SC990001": FOUND}}, open_step={}),
    Case("offer", "VIEW", lambda: unseen("shortlist"), open_life=lambda: at("view")),
    Case("offer", "OFFER", lambda: at("offer"), open_life=lambda: at("view")),
    Case("offer", "OFFER", lambda: at("view"), {"answer_by": date(2026, 9, 3)},
         open_step={"answer_by": TODAY}),
    Case("offer", "DAYS", lambda: at("view"), {"starts_on": date(2026, 9, 3)},
         open_step={"starts_on": TODAY}),
    Case("offer", "LIBERTY", lambda: at("view", liberty=LIBERTY),
         records={"today": date(2026, 12, 2)}, open_records={"today": TODAY}),
    Case("offer", "R09", lambda: at("view"), records=FAILED),
    Case("offer", "AGREEMENT", lambda: at("view"), records={"agreements": ("lapsed",)}),
    Case("withdraw_offer", "OFFER", lambda: at("view"), open_life=lambda: at("accept")),
    Case("impact", "OFFER",
         lambda: after("accept", ("decline", {}), ("offer", {"home_id": SECOND})),
         open_life=lambda: at("accept")),
    Case("view", "DAYS", lambda: at("shortlist"), {"said_on": date(2026, 9, 5)}, open_step={}),
    Case("visit", "DAYS", lambda: at("view"), {"visited_on": date(2026, 9, 5)},
         open_step={"visited_on": TODAY}),
    Case("evidence", "DAYS", lambda: at("view"), {"done_on": date(2026, 9, 5)}, open_step={}),
    Case("evidence", "SHORTLIST", lambda: at("view"), {"home_id": "SC990001"}, open_step={}),
    Case("accept", "IMPACT", lambda: at("impact"), records={"newcomers": frozenset({HOME})},
         open_records={"newcomers": frozenset({SECOND})}),
    Case("accept", "IMPACT",
         lambda: after("impact", ("amend", {"form": grown(risk_to_others_fire="Risk Present")})),
         open_life=lambda: after("impact", ("amend", {"form": grown(pets="Yes - can")}))),
    Case("confirm", "IMPACT", ready, records={"newcomers": frozenset({HOME})},
         open_records={"newcomers": frozenset()}),
    Case("confirm", "IMPACT",
         lambda: ready(("amend", {"form": grown(needs=("epilepsy",))})),
         open_life=lambda: ready(("amend", {"form": grown(needs=("epilepsy",))}), ("impact", {}),
                                 ("verify", {}))),
    Case("confirm", "VERIFIED",
         lambda: ready(("amend", {"form": grown(planned_months=7)})),
         open_life=lambda: ready(("amend", {"form": grown(planned_months=7)}), ("verify", {}))),
    Case("shortlist", "VERIFIED",
         lambda: after("verify", ("amend", {"form": grown(planned_months=7)})),
         open_life=lambda: after("verify", ("amend", {"form": grown(pets="Yes - can")}))),
    Case("offer", "VERIFIED",
         lambda: after("view", ("amend", {"form": grown(planned_months=7)})),
         open_life=lambda: after("view", ("amend", {"form": grown(pets="Yes - can")}))),
    Case("confirm", "IMPACT", lambda: ready(("impact", {"can_live_together": False})),
         open_life=ready),
    Case("amend", "AGREEMENT", lambda: at("submit"), {"form": grown()},
         {"agreements": ("lapsed",)}),
    *(
        Case("look_back", "DAYS", stayed_put, {"left_on": day, **LOOKED},
             {"today": LOOKED["looked_on"]}, open_step={"left_on": LEFT, **LOOKED},
             open_records={"today": LOOKED["looked_on"]})
        for day in (date(2031, 3, 8), date(2031, 12, 2))
    ),
    Case("look_back", "DAYS", lambda: after("move_in", ("end", {})), {"left_on": LEFT, **LOOKED},
         {"today": LOOKED["looked_on"]}, open_step=LOOKED,
         open_records={"today": LOOKED["looked_on"]}),
    Case("look_back", "DAYS", lambda: stayed_put(("look_back", {"left_on": LEFT, **LOOKED})),
         {"left_on": LEFT, **LOOKED}, {"today": LOOKED["looked_on"]}, open_step=LOOKED,
         open_records={"today": LOOKED["looked_on"]}),
    Case("accept", "OFFER", lambda: after("accept", ("offer", {"home_id": SECOND})),
         open_life=lambda: at("impact")),
    Case("accept", "IMPACT", lambda: at("offer"), open_life=lambda: at("impact")),
    Case("accept", "IMPACT", lambda: after("offer", ("impact", {"can_live_together": False})),
         open_life=lambda: at("impact")),
    Case("accept", "IMPACT",
         lambda: after("impact", ("withdraw_offer", {}), ("offer", {})),
         open_life=lambda: after("impact", ("withdraw_offer", {}), ("offer", {}), ("impact", {}))),
    Case("decline", "OFFER", lambda: after("offer", ("offer", {"home_id": SECOND}),
                                           ("decline", {})),
         open_life=lambda: at("accept")),
    Case("visit", "SHORTLIST", lambda: at("view"), {"home_id": "SC990001"}, open_step={}),
    Case("approve", "SHORTLIST", lambda: at("view"), {"home_id": "SC990001"},
         {"role": "nominated_officer"}, open_step={}, open_records={"role": "nominated_officer"}),
    Case("approve", "APPROVER", lambda: at("view"), {"approval": "director"},
         {"role": "nominated_officer"}, open_records={"role": "director"}),
    Case("approve", "APPROVER", lambda: at("view"), {"approval": "nominated_officer"},
         {"role": "director"}, open_records={"role": "nominated_officer"}),
    Case("approve", "APPROVER", lambda: at("view"),
         SCHOOL,
         {"role": "director"}, open_records={"role": "nominated_officer"}),
    *(Case("approve", "CONSULTED", lambda: at("view"),
           {**SCHOOL, "consulted": told}, {"role": "nominated_officer"},
           open_step=SCHOOL,
           open_records={"role": "nominated_officer"})
      for told in ((), CONSULTED[:1], CONSULTED[1:])),
    Case("approve", "CONSULTED", lambda: at("view"),
         {"approval": "key_stage_4", "education_plan": PLAN},
         {"role": "nominated_officer"},
         open_step={"approval": "key_stage_4", "granted": False},
         open_records={"role": "nominated_officer"}),
    Case("approve", "DAYS", lambda: at("view"),
         {**SCHOOL,
          "consulted": (*CONSULTED, {**CONSULTED[0], "on": date(2026, 9, 30)})},
         {"role": "nominated_officer"},
         open_step=SCHOOL,
         open_records={"role": "nominated_officer"}),
    *(Case("approve", "EDUCATION", lambda: at("view"), {**SCHOOL, "education_plan": told},
           {"role": "nominated_officer"}, open_step=opens,
           open_records={"role": "nominated_officer"})
      for told in (None, {**PLAN, "consistent": False})
      for opens in (SCHOOL, {**SCHOOL, "education_plan": told, "granted": False})),
    Case("approve", "DAYS", lambda: at("view"),
         {**SCHOOL, "education_plan": {**PLAN, "looked_at_on": date(2026, 9, 30)}},
         {"role": "nominated_officer"}, open_step=SCHOOL,
         open_records={"role": "nominated_officer"}),
    Case("confirm", "OFFER", lambda: after("accept", ("offer", {"home_id": SECOND})),
         {"home_id": SECOND}, open_step={}, open_life=ready),
    Case("confirm", "VIEW", lambda: unseen("accept"), open_life=ready),
    Case("confirm", "VISIT", lambda: without("visit"), open_life=ready),
    Case("confirm", "VIEW", lambda: without("view"), open_life=ready),
    Case("confirm", "APPROVAL", lambda: without("approve"), open_life=ready),
    Case("confirm", "APPROVAL",
         lambda: ready(("approve", {"granted": False, "reason": "too far"})), open_life=ready),
    Case("confirm", "APPROVAL", ready, records={"areas": {HOME: "distant"}},
         open_life=lambda: ready(
             ("approve", {"approval": "director"}),
             ("evidence", {"evidence": "area_consulted"}),
             ("evidence", {"evidence": "care_plan_copied"}),
         ), open_records={"areas": {HOME: "distant"}}),
    Case("confirm", "APPROVAL", lambda: ready(date_of_birth=date(2011, 8, 31)),
         open_step={"school_kept": True}),
    Case("confirm", "APPROVAL", lambda: ready(date_of_birth=date(2011, 8, 31)),
         open_life=lambda: ready(("approve", {"approval": "key_stage_4"}),
                                 date_of_birth=date(2011, 8, 31))),
    Case("confirm", "AREA", lambda: without("evidence"), open_life=ready),
    Case("confirm", "AREA", lambda: ready(("approve", {"approval": "director"})),
         records={"areas": {HOME: "distant"}},
         open_records={"areas": {HOME: "in_area"}}),
    Case("confirm", "DAYS", ready, {"planned_until": STARTS},
         open_step={"planned_until": date(2026, 9, 15)}),
    Case("confirm", "DAYS", ready, records={"today": date(2026, 9, 15)},
         open_records={"today": STARTS}),
    Case("confirm", "LIBERTY", lambda: ready(liberty={**LIBERTY, "expires_on": TODAY}),
         open_life=ready),
    Case("confirm", "R09", ready, records=FAILED),
    Case("confirm", "RULES", ready, records={"judged": {}}),
    Case("confirm", "PLACE", ready, records={"places_free": {HOME: 0}}),
    Case("confirm", "PLACE", ready, records={"places_free": {}}),
    Case("confirm", "REQUIREMENT", ready, records={"unknown_requirements": ("prices no x",)}),
    Case("confirm", "AGREEMENT", ready, records={"agreements": ("lapsed",)}),
    Case("move_in", "DAYS", lambda: at("confirm"), records={"today": date(2026, 9, 13)},
         open_records={"today": STARTS}),
    Case("move_in", "DAYS", lambda: at("confirm"), {"moved_in_on": date(2026, 9, 13)},
         {"today": STARTS}, open_step={}, open_records={"today": STARTS}),
    Case("reband", "DAYS", lambda: at("move_in"), {"from_day": date(2026, 9, 13)},
         open_step={"from_day": STARTS}),
    Case("reband", "REQUIREMENT", lambda: at("move_in"),
         records={"unknown_requirements": ("prices no x",)}),
    *(
        Case(kind, "DAYS", lambda: at("move_in"), {name: date(2026, 9, 13)},
             {"today": date(2026, 12, 24)}, open_step={name: STARTS},
             open_records={"today": date(2026, 12, 24)})
        for kind, name in (("visited", "visited_on"), ("reviewed", "reviewed_on"),
                           ("end", "ended_on"))
    ),
    *(
        Case(kind, "DAYS", lambda: at("move_in"), {name: date(2026, 12, 25)},
             {"today": date(2026, 12, 24)}, open_step={name: date(2026, 12, 24)},
             open_records={"today": date(2026, 12, 24)})
        for kind, name in (("visited", "visited_on"), ("reviewed", "reviewed_on"),
                           ("end", "ended_on"))
    ),
    Case("step_down", "DAYS", lambda: at("move_in"), {"expected_on": date(2026, 9, 3)},
         open_step={"expected_on": TODAY}),
    Case("step_down", "AGE", lambda: at("move_in", date_of_birth=BORN),
         {"destination": "supported_accommodation", "expected_on": date(2028, 3, 8)},
         open_step={"destination": "supported_accommodation", "expected_on": date(2028, 3, 9)}),
    Case("step_down", "AGE", lambda: at("move_in", date_of_birth=BORN),
         {"destination": "staying_put", "expected_on": date(2030, 3, 8)},
         open_step={"destination": "staying_put", "expected_on": date(2030, 3, 9)}),
    Case("step_down", "AGE", lambda: at("move_in", date_of_birth=BORN),
         {"destination": "staying_put", "expected_on": date(2033, 3, 9)},
         open_step={"destination": "staying_put", "expected_on": date(2033, 3, 8)}),
    Case("step_down", "AGE", lambda: at("move_in", date_of_birth=BORN),
         {"destination": "staying_put", "expected_on": date(2031, 3, 9)},
         {"terms": Terms(staying_put_to_age=0)}, open_records={"terms": Terms()}),
    Case("end", "AGE", lambda: at("move_in", date_of_birth=BORN),
         {"destination": "supported_accommodation"}, {"today": date(2026, 12, 24)},
         open_step={}, open_records={"today": date(2026, 12, 24)}),
    Case("end", "CODES", lambda: at("move_in"), {"reason_code": "CARPL"},
         {"today": date(2026, 12, 24)}, open_step={},
         open_records={"today": date(2026, 12, 24)}),
    Case("end", "REVIEW", lambda: at("move_in"),
         {"planned": True, "reason_code": "CARPL", "destination": "family"},
         {"today": date(2026, 12, 24)},
         open_life=lambda: after("move_in", ("reviewed", {"outcome": "step_down"})),
         open_records={"today": date(2026, 12, 24)}),
    Case("end", "REVIEW", lambda: after("move_in", ("reviewed", {"outcome": "stay"})),
         {"planned": True, "reason_code": "CARPL", "destination": "family"},
         {"today": date(2026, 12, 24)},
         open_life=lambda: after("move_in", ("reviewed", {"outcome": "move"})),
         open_records={"today": date(2026, 12, 24)}),
    Case("end", "REVIEW",
         lambda: after("move_in", ("reviewed",
                                   {"outcome": "move", "reviewed_on": date(2026, 12, 2)})),
         {"planned": True, "reason_code": "CARPL", "destination": "family"},
         {"today": date(2026, 12, 24)},
         open_life=lambda: after("move_in", ("reviewed",
                                             {"outcome": "move",
                                              "reviewed_on": date(2026, 12, 1)})),
         open_records={"today": date(2026, 12, 24)}),
    Case("dispute_band", "HOME", lambda: at("offer"), {"home_id": SECOND}, open_step={}),
    Case("dispute_band", "HOME", lambda: after("offer", ("offer", {"home_id": SECOND}),
                                               ("withdraw_offer", {})),
         open_step={"home_id": SECOND}),
    Case("reband", "DISPUTE", lambda: after("move_in", ("dispute_band", {})),
         open_step={"confirmed": False}),
    Case("reband", "DISPUTE", lambda: after("move_in", ("dispute_band", {})),
         open_life=lambda: after("move_in", ("dispute_band", {}), ("answer_dispute", {}))),
    Case("dispute_band", "BAND", lambda: at("move_in"), {"band": "medium"}, open_step={}),
    Case("dispute_band", "DISPUTE", lambda: after("move_in", ("dispute_band", {})),
         open_life=lambda: after("move_in", ("dispute_band", {}), ("answer_dispute", {}))),
    Case("answer_dispute", "DISPUTE", lambda: at("move_in"),
         open_life=lambda: after("move_in", ("dispute_band", {}))),
    Case("answer_dispute", "DISPUTE",
         lambda: after("offer", ("dispute_band", {}), ("answer_dispute", {})),
         open_life=lambda: after("offer", ("dispute_band", {}))),
    Case("answer_dispute", "ANOTHER", lambda: after("offer", ("dispute_band", {})),
         records={"by": "somebody"}),
    Case("answer_dispute", "ANOTHER",
         lambda: after("move_in", ("dispute_band", {}), ("reband", {"by": "rebander"})),
         records={"by": "rebander"}),
    Case("look_back", "DAYS", lambda: after("move_in", ("end", {})),
         records={"today": date(2027, 11, 30)}, open_records={"today": date(2027, 12, 1)}),
    Case("care", "DAYS", lambda: after("move_in"), records={"today": date(2026, 4, 1)},
         open_records={"today": date(2026, 10, 1)}),
    Case("care", "DAYS", lambda: after("move_in"),
         {"looked_after_since": date(2026, 9, 15),
          "legal": ({"from_day": date(2026, 9, 15), "legal_status": "V2"},)},
         {"today": date(2026, 10, 1)},
         open_step={"looked_after_since": date(2026, 9, 14),
          "legal": ({"from_day": date(2026, 9, 14), "legal_status": "V2"},)},
         open_records={"today": date(2026, 10, 1)}),
    *(Case("care", "CODES", lambda: after("move_in"), misfit, {"today": date(2026, 10, 1)},
           open_step=fit, open_records={"today": date(2026, 10, 1)}) for misfit, fit in MISFITS),
    *(Case("end", "CODES", lambda: at("move_in"),
           {"care_code": wrong, "reason_code": None, "destination": where}, LATE,
           open_step={"care_code": right, "reason_code": None, "destination": where},
           open_records=LATE)
      for wrong, right, where in (("E7", "E8", "other"), ("E45", "E47", "family"))),
    Case("reported", "DAYS", lambda: at("open"), {"referred_on": date(2026, 12, 1)},
         {"today": date(2026, 11, 30)}, open_records={"today": date(2026, 12, 1)}),
    Case("reported", "AGREEMENT", lambda: at("open"), records={"agreements": ("lapsed",)}),
    Case("reported", "LIBERTY", lambda: at("submit"), {"liberty": True},
         open_life=lambda: at("open")),
    Case("submit", "LIBERTY", lambda: after("open", ("reported", {"liberty": True})),
         open_life=lambda: after("open", ("reported", {"liberty": False}))),
]  # fmt: skip


def _life(case: Case, *, opened: bool) -> Life:
    return case.open_life() if opened and case.open_life is not None else case.life()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.kind}-{case.code}")
def test_each_gate_shuts_and_opens(case: Case) -> None:
    gaps = shut(_life(case, opened=False), said(case.kind, **case.step), **case.records)
    assert case.code in codes(gaps)
    assert all(gap.source and gap.sentence and gap.who for gap in gaps)
    step = case.step if case.open_step is None else case.open_step
    records = {} if case.open_records is None else case.open_records
    assert not shut(_life(case, opened=True), said(case.kind, **step), **records)


def test_every_gate_is_shut_by_some_case() -> None:
    bitten = set()
    for case in CASES:
        one, records = said(case.kind, **case.step), known(**case.records)
        for gate in GATES[type(one)]:
            if any(gap.code == case.code for gap in gate(_life(case, opened=False), one, records)):
                bitten.add((case.kind, gate))
    every = {(kind, gate) for kind, shape in SHAPES.items() for gate in GATES.get(shape, ())}
    assert {kind for kind, _ in every - bitten} == set()


STANDS = {
    State.DRAFT: "amend submit withdraw",
    State.RECEIVED: "amend withdraw band call answer_dispute",
    State.BANDED: "amend withdraw band verify call answer_dispute",
    State.VERIFIED: "amend withdraw shortlist view call withdraw_offer impact visit approve "
    "evidence place_lost answer_dispute",
    State.SHORTLISTED: "amend withdraw shortlist view call offer withdraw_offer impact visit "
    "approve evidence place_lost answer_dispute",
    State.OFFERED: "amend withdraw shortlist view call offer withdraw_offer impact accept decline "
    "visit approve evidence place_lost dispute_band answer_dispute",
    State.ACCEPTED: "amend withdraw shortlist view call offer withdraw_offer impact accept decline "
    "visit approve evidence confirm place_lost dispute_band answer_dispute",
    State.CONFIRMED: "withdraw visit evidence move_in reband place_lost care dispute_band "
    "answer_dispute",
    State.MOVED_IN: "visit evidence reband visited reviewed step_down place_lost end care "
    "dispute_band answer_dispute",
    State.STEPPING_DOWN: "visit evidence reband visited reviewed step_down step_down_back "
    "place_lost end care dispute_band answer_dispute",
    State.ENDED: "evidence look_back care answer_dispute",
    State.WITHDRAWN: "",
}
"""The steps that each state allows, beside `reported`, which every one does."""

SOONER = {
    State.BANDED: {"shortlist"},
    State.VERIFIED: {"verify"},
    State.SHORTLISTED: {"verify"},
    State.OFFERED: {"verify"},
    State.ACCEPTED: {"verify"},
    State.CONFIRMED: {"verify"},
    State.MOVED_IN: {"verify"},
    State.STEPPING_DOWN: {"verify"},
}
"""And in an emergency besides."""


@pytest.mark.parametrize("emergency", [False, True])
@pytest.mark.parametrize("state", list(State))
def test_each_state_allows_its_steps_and_no_other(state: State, emergency: bool) -> None:
    allowed = {"reported", *STANDS[state].split()} | (
        SOONER.get(state, set()) if emergency else set()
    )
    life = Life("R-1", form=whole_form(), state=state, emergency=emergency)
    for kind in set(KINDS) - {"open"}:
        gaps = missing(life, said(kind), known())
        stopped = "ORDER" in codes(gaps)
        assert stopped is (kind not in allowed), (kind, gaps)


def test_a_referral_is_begun_once() -> None:
    assert codes(shut(at("open"), said("open"))) == ["ORDER"]


def test_everything_missing_is_told_at_once() -> None:
    gaps = shut(
        unseen("accept"),
        said("confirm", planned_until=STARTS),
        places_free={},
        agreements=("lapsed",),
        failed={HOME: (("R02", "too old"), ("R09", "full"))},
    )
    assert codes(gaps) == [
        "VIEW", "VISIT", "APPROVAL", "AREA", "DAYS", "R02", "R09", "PLACE", "AGREEMENT",
    ]  # fmt: skip


def test_an_emergency_waits_for_no_visit_and_no_notice_but_for_approval_and_every_rule() -> None:
    story = Story().to("band", emergency=True)
    for kind in ("shortlist", "view", "offer", "impact", "accept"):
        story.told(kind)
    gaps = shut(story.life, said("confirm", starts_on=date(2026, 9, 3)), **FAILED)
    assert codes(gaps) == ["APPROVAL", "R09"]


@pytest.mark.parametrize("code", ["R07", "R12", "R15", "R16"])
def test_what_a_signed_decision_overrides_is_no_longer_failed_so_every_failure_shuts(
    code: str,
) -> None:
    gaps = shut(at("view"), said("offer"), failed={HOME: ((code, "not so"),)})
    assert codes(gaps) == [code]
    assert gaps[0].who == "nobody"
