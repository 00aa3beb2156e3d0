"""What a person holds beforehand in a what-if question, and what the best plan under it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from matching.evaluate import Levels, Worth


class LimitCame(Exception):
    """A limit or an interrupt came before it was known whether any plan keeps to what is held."""


class Undecided(Exception):
    """Households and prices cannot decide this question: the whole programme must."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a person decides beforehand, by referral id.

    `homes`: lives there. `never`: does not live there. `placed`: lives somewhere. `waiting`: lives
    nowhere yet. `differ`: at least so many young people live otherwise than in that plan.
    """

    homes: Mapping[str, str] = field(default_factory=dict)
    never: frozenset[tuple[str, str]] = frozenset()
    placed: frozenset[str] = frozenset()
    waiting: frozenset[str] = frozenset()
    differ: tuple[tuple[Mapping[str, str], int], ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """The best plan under what is held: referral id to home id, its worth, and how sure that is.

    `proven` says that no better plan exists; False where a limit came first.
    """

    plan: Mapping[str, str]
    worth: Worth
    proven: bool

    @property
    def levels(self) -> Levels:
        """The three levels."""
        return self.worth.levels
