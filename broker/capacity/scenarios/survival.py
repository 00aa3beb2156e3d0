"""The share of stays still there after each month, and what a scenario makes of it.

A stay's curve is read from a demand file's group (Weibull, exponential, or a table) and becomes a
table by month, which is the family `kaplan_meier` there: whoever reads one reads the other.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from broker.capacity.scenarios.terms import EndedEarly, StepDown

Floats = NDArray[np.float64]

MONTHS: Final = np.arange(0, 84.01, 0.25)
"""Every quarter of a month up to seven years, from 11 to 18: no stay is longer."""


def curve(group: Mapping[str, Any], months: Floats) -> Floats:
    """The share of a group's stays still there after each of some months."""
    given = group["parameters"]
    share: Floats
    if group["family"] == "kaplan_meier":
        known, level = np.array(given["months"]), np.array(given["share"])
        share = np.interp(months, known, level)
    else:
        share = np.exp(-((months / given["scale_months"]) ** given["shape"]))
    return share


def stepped_down(share: Floats, change: StepDown) -> Floats:
    """A share of stays ends at a length drawn evenly between two, had it lasted longer."""
    part = float(change.percent) / 100
    first, last = change.from_months, change.to_months
    left = np.clip((last - MONTHS) / (last - first), 0, 1)
    made: Floats = (1 - part) * share + part * share * left
    return made


def ended_early(group: Mapping[str, Any], change: EndedEarly) -> Floats:
    """A share of stays lasts only part of its length."""
    part, length = float(change.percent) / 100, float(change.percent_of_length) / 100
    share = curve(group, MONTHS)
    short = curve(group, MONTHS / length) if length else (MONTHS == 0).astype(np.float64)
    made: Floats = (1 - part) * share + part * short
    return made


def changed(group: Mapping[str, Any], changes: Sequence[StepDown | EndedEarly]) -> dict[str, Any]:
    """A group after the changes to stays, in order: its curve as a table."""
    made = dict(group)
    for change in changes:
        if isinstance(change, StepDown):
            share = stepped_down(curve(made, MONTHS), change)
        else:
            share = ended_early(made, change)
        made["family"] = "kaplan_meier"
        made["parameters"] = {
            "months": [float(month) for month in MONTHS],
            "share": [float(f"{each:.6g}") for each in share],
        }
        made["covariance"], made["covariance_of"] = None, None
        made["months_median"] = median(share)
        made["months_mean"] = float(f"{np.trapezoid(share, MONTHS):.6g}")
        made["changed_by_scenario"] = True
    return made


def median(share: Floats) -> float | None:
    """The month by which half of the stays are over; None where seven years are not enough."""
    below = np.flatnonzero(share <= 0.5)
    return float(MONTHS[below[0]]) if len(below) else None
