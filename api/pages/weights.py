"""What the policy on record counts and limits, all of it: weights, waiting, load, limits.

Whatever costs points is said as miles too, since a mile is the one cost everybody can picture.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from api.lives import today
from api.pages.render import page
from api.service import service_of
from broker.store.load import read_policy_text
from matching.exchange import parse_policy
from matching.fair_policy import CEILING_KEY, KIND_KEY, SHORTFALL_KEY, WEIGHT_KEY
from matching.policy import WAIT_MEANINGS, WEIGHT_MEANINGS, Policy
from matching.tell import URGENCY_WORDS
from matching.words import band_words

router = APIRouter(include_in_schema=False)
_FARTHEST: Final = "max_distance_miles"
_LIMITS: Final[Mapping[str, str]] = {
    "unknown_distance_miles": "miles that are counted where the distance is not known",
    "reach_miles": "miles within which a person or place that matters is in reach",
    "planned_months": "months of the planned stay, where the referral says nothing else",
    "max_arrivals": "young people who may move into one home in one match, at most",
}
_FAIR: Final[Mapping[str, str]] = {
    CEILING_KEY: "percent of a contract’s places with high or specialist need, at most",
    SHORTFALL_KEY: "percentage points that a borough’s share may fall behind",
    KIND_KEY: "whether a borough that falls further behind is not allowed (hard) or costs points",
    WEIGHT_KEY: "points for each place a borough falls further behind",
}


@router.get("/weights")
async def show_weights(request: Request) -> Response:
    """What each weight of the policy on record counts for, said as miles, and what it limits."""
    policy, ours = await asyncio.to_thread(service_of(request).records.look, _policy)
    usual = Policy(as_of=policy.as_of)
    return page(
        request,
        "weights.html",
        "What counts in a match",
        weights=[
            _row(policy, WEIGHT_MEANINGS[name], points, usual.points[name])
            for name, points in policy.points.items()
        ],
        waiting=_waiting(policy, usual),
        load=[
            {"meaning": band_words(band), "points": load, "changed": load != usual.load[band]}
            for band, load in policy.load.items()
        ],
        limits=_limits(policy, usual),
        policy=policy,
        ours=ours,
    )


def _row(policy: Policy, meaning: str, points: int, usual: int) -> dict[str, Any]:
    return {
        "meaning": meaning,
        "points": points,
        "miles": policy.as_miles(points),
        "changed": points != usual,
    }


def _waiting(policy: Policy, usual: Policy) -> list[dict[str, Any]]:
    """What leaving somebody unplaced costs; of the days waited so many count at most."""
    wait = policy.wait
    rows = [
        _row(policy, meaning, wait[name], usual.wait[name])
        for name, meaning in WAIT_MEANINGS.items()
    ]
    days = f"for all days waited together, at most: {wait['cap']} days count"
    most, changed = wait["per_day"] * wait["cap"], wait["cap"] != usual.wait["cap"]
    return [*rows, {**_row(policy, days, most, most), "changed": changed}]


def _limits(policy: Policy, usual: Policy) -> list[dict[str, Any]]:
    """Whatever else the policy sets, in the order of its file."""
    told, before = policy.as_toml(), usual.as_toml()
    rows = [
        {"meaning": words, "value": told[key], "changed": told[key] != before[key]}
        for key, words in _LIMITS.items()
    ]
    rows += [
        {
            "meaning": f"miles to a home, at most, for somebody who {URGENCY_WORDS[urgency]}",
            "value": far,
            "changed": far != before[_FARTHEST][urgency],
        }
        for urgency, far in told[_FARTHEST].items()
    ]
    fair = told.get("fairness", {})
    return [*rows, *({"meaning": _FAIR[key], "value": fair[key], "changed": True} for key in fair)]


def _policy(session: Session) -> tuple[Policy, bool]:
    """The policy on record; without one, that which the product comes with."""
    text = read_policy_text(session)
    policy = None if text is None else parse_policy(text, [])
    return (Policy(as_of=today()), True) if policy is None else (policy, False)
