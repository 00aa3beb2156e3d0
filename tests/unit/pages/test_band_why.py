"""Why a band is so, as the record of a referral says it."""

from __future__ import annotations

from typing import Any

from api.pages.band_why import why_of
from pricing.bands.threshold_file import shipped_thresholds


def step(kind: str, **said: Any) -> dict[str, Any]:
    told = {"band": "high", "thresholds": shipped_thresholds().id, "reason": "as seen", **said}
    return {"kind": kind, "said": told, "by": "a", "role": "assessor", "on": "2026-09-04"}


def test_the_rule_that_the_scores_meet_is_named_with_what_it_counted() -> None:
    scores = dict.fromkeys(shipped_thresholds().items, 0) | {"self_harm": 3}
    why = why_of([step("band", band="low"), step("reband", scores=scores)])
    assert why is not None
    assert why.band == "high"
    assert [rule.split(":")[0] for rule in why.rules] == ["H2"]
    assert f"{shipped_thresholds().items['self_harm'].name} 3" in why.rules[0]
    assert why.notes[0] == "By these scores: high."
    assert dict(why.scores)[shipped_thresholds().items["self_harm"].question] == "3"


def test_a_band_that_the_scores_do_not_give_is_said_to_be_a_persons() -> None:
    scores = dict.fromkeys(shipped_thresholds().items, 0)
    why = why_of([step("band", scores=scores)])
    assert why is not None
    assert why.notes[0] == "The band is high, which the scores do not give: the reason is above."


def test_what_is_not_scored_is_counted_and_never_zero() -> None:
    why = why_of([step("band", scores={"self_harm": 3})])
    assert why is not None
    assert "By these scores: high or specialist." in why.notes
    assert why.notes[1].startswith(f"Not scored: {len(shipped_thresholds().items) - 1} of")


def test_scores_by_other_thresholds_are_not_read_by_ours() -> None:
    for said in ({"thresholds": "t1", "scores": {"self_harm": 3}}, {"scores": {"nothing": 1}}, {}):
        why = why_of([step("band", **said)])
        assert why is not None
        assert why.rules == ()
        assert why.notes
    assert why_of([step("submit")]) is None
    assert why_of([{**step("band"), "said": {}}]) is None
