"""Who may live where: the rules on a pair, in order.

Each rule stands once, with its code, sentence, source, test and facts, in `rules_of_homes` or
`rules_of_households`; the solver's pairs, the checker and every explanation use it from here.
Only a named person's signed decision may override a rule, and only those marked `overridable`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matching import rules_of_homes as homes
from matching import rules_of_households as households
from matching.board import Flags, View
from matching.overrides import overridden
from matching.problem import Problem
from matching.rule import Rule
from matching.rules_of_decisions import BAN, PIN

RULES: tuple[Rule, ...] = (
    homes.R01,
    homes.R02,
    homes.R03,
    homes.R04,
    homes.R05,
    homes.R06,
    homes.R07,
    homes.R08,
    households.R09,
    households.R10,
    households.R11,
    households.R12,
    homes.R13,
    households.R14,
    households.R15,
    households.R16,
    homes.R17,
)

RULE_BY_CODE = {rule.code: rule for rule in (*RULES, BAN, PIN)}


def rules_of(problem: Problem) -> tuple[Rule, ...]:
    """The rules of a case: what people decided binds too, where they decided anything."""
    return (*RULES, BAN, PIN) if problem.decisions else RULES


def holds(rule: Rule, view: View) -> Flags:
    """The homes where a rule holds, or is overridden by a signed decision."""
    fits = rule.test(view)
    home = overridden(view.problem, view.referral).get(rule.code)
    if home is not None:
        fits = fits.copy()
        fits[view.board.index[home]] = True
    return fits


def tests(view: View) -> NDArray[np.bool_]:
    """Every rule for every home: rows are the rules of the case in order, columns homes."""
    return np.stack([holds(rule, view) for rule in rules_of(view.problem)])


def eligible(view: View) -> Flags:
    """The homes for which every rule holds; none where the referral is by hand."""
    fits = np.zeros(view.board.size, dtype=bool)
    if not view.referral.by_hand:
        fits[:] = True
        for rule in rules_of(view.problem):
            fits &= holds(rule, view)
    return fits
