"""What a rule on a pair is: a code, a sentence, a source, a test and the two facts it compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from matching.board import Flags, View
from matching.problem import Home

Facts = tuple[str, str]

STATEMENT_OF_PURPOSE = (
    "Children’s Homes (England) Regulations 2015, reg 16 and Schedule 1 (statement of purpose)"
)
CASE_FOLDER = "case folder, rules on a pair"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule on a pair of a referral and a home.

    `sentence` states it; `plain` says to a young person what it means where it fails. `test` gives
    a flag a home, `facts` what was found and what is allowed for one home (by index).
    `overridable` marks the few that a named person may override with a signed decision.
    """

    code: str
    sentence: str
    plain: str
    source: str
    test: Callable[[View], Flags]
    facts: Callable[[View, int], Facts]
    overridable: bool = False


def home_at(view: View, at: int) -> Home:
    """The home at an index."""
    return view.problem.homes[at]
