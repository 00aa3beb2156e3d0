"""Rules about the home and the young person: who the home is for, and where it is.

Source: docs/case-folder.md, rules on a pair; law as named on each rule.
"""

from __future__ import annotations

import numpy as np

from matching.board import UNKNOWN, Flags, View
from matching.geography import authority_name
from matching.problem import BANDS
from matching.rule import CASE_FOLDER, STATEMENT_OF_PURPOSE, Facts, Rule, home_at
from matching.words import and_list, miles_words, provision_words, tag_words

SIXTEEN = 16


def _fits_r01(view: View) -> Flags:
    return view.board.registered


def _facts_r01(view: View, at: int) -> Facts:
    return f"registration is {home_at(view, at).registration}", "must be registered"


R01 = Rule(
    "R01",
    "the home is registered, with no restriction",
    "The home is not open to new young people.",
    "Children Act 1989, s22C(6)(c)",
    _fits_r01,
    _facts_r01,
)


def _fits_r02(view: View) -> Flags:
    fits: Flags = (view.board.min_age <= view.age) & (view.age <= view.board.max_age)
    return fits


def _facts_r02(view: View, at: int) -> Facts:
    home = home_at(view, at)
    return f"aged {view.age} on the day", f"takes {home.min_age} to {home.max_age}"


R02 = Rule(
    "R02",
    "the home is registered for the young person’s age on the day",
    "The home is for young people of another age.",
    STATEMENT_OF_PURPOSE,
    _fits_r02,
    _facts_r02,
)


def _fits_r03(view: View) -> Flags:
    if view.referral.sex == "U":
        return np.ones(view.board.size, dtype=bool)
    fits: Flags = (view.board.sexes & view.sex_bit) != 0
    return fits


def _facts_r03(view: View, at: int) -> Facts:
    return f"sex {view.referral.sex}", "takes " + and_list(sorted(home_at(view, at).sexes))


R03 = Rule(
    "R03",
    "the young person’s sex is among the home’s; U fits every home, with a notice to ask",
    "The home is not set up for you.",
    STATEMENT_OF_PURPOSE,
    _fits_r03,
    _facts_r03,
)


def _fits_r04(view: View) -> Flags:
    fits: Flags = (view.board.bands & view.band_bit) != 0
    return fits


def _facts_r04(view: View, at: int) -> Facts:
    takes = [band for band in BANDS if band in home_at(view, at).bands]
    return f"{view.referral.band} need", "takes " + and_list(takes)


R04 = Rule(
    "R04",
    "the need band is among those the home takes",
    "The home is not set up for the amount of support you need.",
    STATEMENT_OF_PURPOSE,
    _fits_r04,
    _facts_r04,
)


def _fits_r05(view: View) -> Flags:
    fits: Flags = (view.board.supports & view.needs_bits) == view.needs_bits
    return fits


def _facts_r05(view: View, at: int) -> Facts:
    missing = sorted(view.referral.needs - home_at(view, at).supports)
    return "not supported: " + and_list(
        [tag_words(tag) for tag in missing]
    ), "must support every need"


R05 = Rule(
    "R05",
    "every need is among what the home supports",
    "The home does not have something you need.",
    STATEMENT_OF_PURPOSE,
    _fits_r05,
    _facts_r05,
)


def _fits_r06(view: View) -> Flags:
    board = view.board
    fits = np.ones(board.size, dtype=bool)
    for avoid in board.avoids_of(view.referral):
        if avoid.kind == "borough" and avoid.borough in board.authorities:
            fits &= board.authority != board.authorities.index(avoid.borough)
        elif avoid.kind == "home":
            fits[board.index[avoid.home]] = False
        elif avoid.kind == "radius":
            tenths = board.tenths_to(avoid.location)
            fits &= (tenths != UNKNOWN) & (tenths > (avoid.tenths or 0))
    return fits


def _facts_r06(view: View, at: int) -> Facts:
    home, board = home_at(view, at), view.board
    for avoid in board.avoids_of(view.referral):
        if avoid.kind == "borough" and avoid.borough == home.borough:
            return f"in {authority_name(home.borough)}", "that borough is to be avoided"
        if avoid.kind == "home" and avoid.home == home.id:
            return f"this is {home.label}", "that home is to be avoided"
        if avoid.kind == "radius":
            tenths = int(board.tenths_to(avoid.location)[at])
            allowed = f"more than {miles_words(avoid.tenths or 0)} from a place to be avoided"
            if tenths == UNKNOWN:
                return "the home's location is not known", allowed
            if tenths <= (avoid.tenths or 0):
                return f"{miles_words(tenths)} from it", allowed
    return "nothing here is to be avoided", "nothing to be avoided"


R06 = Rule(
    "R06",
    "the home is not avoided: no avoided borough, no avoided home, outside every avoided radius",
    "It would not be safe for you to live there.",
    CASE_FOLDER,
    _fits_r06,
    _facts_r06,
)


def _fits_r07(view: View) -> Flags:
    lowest = view.referral.min_tenths or 0
    inside = (lowest <= view.tenths) & (view.tenths <= view.limit_tenths)
    fits: Flags = inside | (view.tenths == UNKNOWN)
    return fits


def _facts_r07(view: View, at: int) -> Facts:
    tenths = int(view.tenths[at])
    if tenths == UNKNOWN:
        return "distance not known", f"limit {miles_words(view.limit_tenths)}"
    lowest = view.referral.min_tenths or 0
    if tenths < lowest:
        return miles_words(tenths), f"at least {miles_words(lowest)} away"
    return miles_words(tenths), f"limit {miles_words(view.limit_tenths)}"


R07 = Rule(
    "R07",
    "the distance is within its limits; it holds, and says so, where a location is unknown",
    "The home is not the right distance from the people and places you know.",
    "Children Act 1989, s22C(8); the limits are policy",
    _fits_r07,
    _facts_r07,
    overridable=True,
)


def _fits_r08(view: View) -> Flags:
    if view.age >= SIXTEEN:
        return np.ones(view.board.size, dtype=bool)
    return ~view.board.supported


def _facts_r08(view: View, at: int) -> Facts:
    return f"aged {view.age}", f"supported accommodation from {SIXTEEN}"


R08 = Rule(
    "R08",
    "nobody under 16 lives in supported accommodation",
    "The law says you must be 16 to live there.",
    "Care Planning, Placement and Case Review (England) Regulations 2010, reg 27A",
    _fits_r08,
    _facts_r08,
)


def _fits_r13(view: View) -> Flags:
    accepted = view.referral.provision
    if len(accepted) > 1:
        return np.ones(view.board.size, dtype=bool)
    fits: Flags = view.board.supported == ("supported_accommodation" in accepted)
    return fits


def _facts_r13(view: View, at: int) -> Facts:
    accepted = [provision_words(item) for item in view.referral.provision]
    return provision_words(home_at(view, at).provision), and_list(sorted(accepted))


R13 = Rule(
    "R13",
    "the home’s provision is one the referral accepts",
    "It is not the kind of place your social worker is looking for.",
    CASE_FOLDER,
    _fits_r13,
    _facts_r13,
)


def _fits_r17(view: View) -> Flags:
    return view.board.sound


def _facts_r17(view: View, at: int) -> Facts:
    home = home_at(view, at)
    if home.judgement == "inadequate":
        return "judged inadequate", "must not be"
    return "due diligence not passed", "must be passed"


R17 = Rule(
    "R17",
    "the home is not judged inadequate and due diligence is not failed",
    "The home is not good enough at the moment.",
    CASE_FOLDER,
    _fits_r17,
    _facts_r17,
)
