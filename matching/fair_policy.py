"""The optional `[fairness]` table of a policy: how much high need a contract carries, and how far a
borough may fall behind. Absent, nothing is limited and nothing else changes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

KINDS = ("weighted", "hard")
WEIGHT = 20
"""Points for each place a borough is short where the policy names none: a starting assumption."""

CEILING_KEY = "high_share_ceiling_percent"
SHORTFALL_KEY = "borough_shortfall_percent"
KIND_KEY = "borough_shortfall_kind"
WEIGHT_KEY = "borough_shortfall_weight"
KEYS = (CEILING_KEY, SHORTFALL_KEY, KIND_KEY, WEIGHT_KEY)

Tell = Callable[[str, object, str, str], None]


@dataclass(frozen=True, slots=True)
class FairnessLimits:
    """What a plan may not do, or pays for, for the sake of fairness; at least one limit is set.

    `ceiling` is the most high or specialist need a contract may carry, in percent of its places.
    `shortfall` is how far, in percentage points, a borough's share of those placed may fall below
    its share of those whom some home fits; `kind` says whether that is `hard` or `weighted`, at
    `weight` points for each place short.
    """

    ceiling: int | None = None
    shortfall: int | None = None
    kind: str = KINDS[0]
    weight: int = WEIGHT

    @property
    def hard(self) -> bool:
        """Whether a plan may not let a borough fall further behind."""
        return self.shortfall is not None and self.kind == "hard"

    @property
    def weighted(self) -> bool:
        """Whether a borough that falls further behind costs points."""
        return self.shortfall is not None and self.kind == "weighted"

    def as_toml(self) -> dict[str, Any]:
        """The table in the shape of policy.toml."""
        made: dict[str, Any] = {}
        if self.ceiling is not None:
            made[CEILING_KEY] = self.ceiling
        if self.shortfall is not None:
            made[SHORTFALL_KEY] = self.shortfall
            made[KIND_KEY] = self.kind
        if self.weighted:
            made[WEIGHT_KEY] = self.weight
        return made


def read_limits(
    value: object, whole: Callable[[str, object], int | None], fault: Tell
) -> FairnessLimits | None:
    """The limits of a parsed `[fairness]` table; None where it sets none.

    `whole` reads a whole number and `fault` takes what is wrong: key, value, what is allowed, kind.
    """
    if not isinstance(value, dict):
        fault("fairness", value, "allowed: a table [fairness]", "bad value")
        return None
    for key in value:
        if key not in KEYS:
            allowed = "unknown key; allowed: " + ", ".join(KEYS)
            fault(f"fairness.{key}", value[key], allowed, "unknown key")
    ceiling = _percent(value, CEILING_KEY, fault)
    shortfall = _percent(value, SHORTFALL_KEY, fault)
    kind = value.get(KIND_KEY, KINDS[0])
    if kind not in KINDS:
        fault(f"fairness.{KIND_KEY}", kind, "allowed: " + " or ".join(KINDS), "bad value")
        kind = KINDS[0]
    weight = whole(f"fairness.{WEIGHT_KEY}", value.get(WEIGHT_KEY, WEIGHT))
    for key in (KIND_KEY, WEIGHT_KEY):
        if key in value and SHORTFALL_KEY not in value:
            allowed = f"allowed beside {SHORTFALL_KEY} only"
            fault(f"fairness.{key}", value[key], allowed, "bad value")
    if WEIGHT_KEY in value and kind == "hard":
        allowed = f'allowed where {KIND_KEY} is "weighted" only'
        fault(f"fairness.{WEIGHT_KEY}", value[WEIGHT_KEY], allowed, "bad value")
    if ceiling is None and shortfall is None:
        return None
    return FairnessLimits(ceiling, shortfall, kind, WEIGHT if weight is None else weight)


def _percent(value: Mapping[str, Any], key: str, fault: Tell) -> int | None:
    if key not in value:
        return None
    number = value[key]
    if type(number) is int and 0 <= number <= 100:
        return number
    fault(f"fairness.{key}", number, "allowed: a whole number from 0 to 100", "bad value")
    return None
