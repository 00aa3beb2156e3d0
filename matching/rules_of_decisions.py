"""What a person decided, as rules on a pair: they stand in a case that has decisions, only there.

Source: docs/case-folder.md, decisions.csv.
"""

from __future__ import annotations

import numpy as np

from matching.board import Flags, View
from matching.problem import Decision
from matching.rule import CASE_FOLDER, Facts, Rule, home_at
from matching.words import day_words


def decided_words(decision: Decision) -> str:
    """Who decided, when and why, in one line."""
    return f"{decision.by} on {day_words(decision.on)}: {decision.reason}"


def _fits_ban(view: View) -> Flags:
    fits = np.ones(view.board.size, dtype=bool)
    for ban in view.problem.bans.get(view.referral.id, ()):
        fits[view.board.index[ban.home]] = False
    return fits


def _facts_ban(view: View, at: int) -> Facts:
    home = home_at(view, at).id
    bans = view.problem.bans.get(view.referral.id, ())
    said = next((decided_words(ban) for ban in bans if ban.home == home), "nobody")
    return f"ruled out by {said}", "not ruled out by a person"


BAN = Rule(
    "BAN",
    "nobody who may decide has ruled this home out for the young person",
    "The people who decide with you have ruled this home out.",
    CASE_FOLDER,
    _fits_ban,
    _facts_ban,
)


def _fits_pin(view: View) -> Flags:
    pin = view.problem.pinned.get(view.referral.id)
    fits = np.full(view.board.size, pin is None, dtype=bool)
    if pin is not None:
        fits[view.board.index[pin.home]] = True
    return fits


def _facts_pin(view: View, at: int) -> Facts:
    pin = view.problem.pinned.get(view.referral.id)
    if pin is None:
        return "no home is decided", "any home"
    return f"{pin.home} was decided by {decided_words(pin)}", f"only {pin.home}"


PIN = Rule(
    "PIN",
    "nobody who may decide has decided on another home",
    "The people who decide with you have chosen another home.",
    CASE_FOLDER,
    _fits_pin,
    _facts_pin,
)
