"""Rules about the household: who lives there on the day, and what people have said.

Source: docs/case-folder.md, rules on a pair; law as named on each rule.
"""

from __future__ import annotations

import numpy as np

from matching.board import NO_LIMIT, Flags, View
from matching.problem import Resident
from matching.rule import CASE_FOLDER, STATEMENT_OF_PURPOSE, Facts, Rule, home_at
from matching.words import count


def _present(view: View, at: int) -> list[Resident]:
    residents = view.problem.residents_of[home_at(view, at).id]
    return [resident for resident in residents if resident.present(view.day)]


def _fits_r09(view: View) -> Flags:
    fits: Flags = view.household.free > 0
    return fits


def _facts_r09(view: View, at: int) -> Facts:
    present = int(view.household.present[at])
    return f"{count(present, 'resident')} on the day", count(home_at(view, at).places, "place")


R09 = Rule(
    "R09",
    "at least one place is free on the day",
    "There is no free place there on the day you need it.",
    STATEMENT_OF_PURPOSE,
    _fits_r09,
    _facts_r09,
)


def _fits_r10(view: View) -> Flags:
    fits = np.ones(view.board.size, dtype=bool)
    declined = view.board.declined.get(view.referral.id)
    if declined is not None:
        fits[declined] = False
    return fits


def _facts_r10(view: View, at: int) -> Facts:
    home = home_at(view, at).id
    said = [d for d in view.problem.declines if (d.referral, d.home) == (view.referral.id, home)]
    reason = next((d.reason for d in said if d.reason), "no reason on record")
    return f"the provider said no: {reason}", "must not have declined"


R10 = Rule(
    "R10",
    "the provider has not declined this referral for this home",
    "The people who run the home said they could not look after you well.",
    CASE_FOLDER,
    _fits_r10,
    _facts_r10,
)


def _fits_r11(view: View) -> Flags:
    fits = np.ones(view.board.size, dtype=bool)
    fits[view.residents_at(view.board.must_not)] = False
    return fits


def _facts_r11(view: View, at: int) -> Facts:
    number = view.residents_at(view.board.must_not).count(at)
    return f"{count(number, 'resident')} they must not live with", "must be none"


R11 = Rule(
    "R11",
    "no resident present must not live with the young person",
    "It would not be safe for everyone who would live there.",
    CASE_FOLDER,
    _fits_r11,
    _facts_r11,
)


def _fits_r12(view: View) -> Flags:
    household, companions = view.household, view.referral.companions
    fits = (
        ~household.solo & (view.born < household.older_than) & (view.born > household.younger_than)
    )
    if companions == "solo":
        fits &= household.present == 0
    elif companions == "only_older":
        fits &= household.youngest < view.born
    elif companions == "only_younger":
        fits &= household.eldest > view.born
    return fits


def _facts_r12(view: View, at: int) -> Facts:
    companions, present = view.referral.companions, _present(view, at)
    born = view.referral.born
    if companions == "solo" and present:
        return f"{count(len(present), 'resident')}", "needs to live with no other young person"
    if companions == "only_older" and any(r.born >= born for r in present):
        return "a resident is not older", "needs every other young person to be older"
    if companions == "only_younger" and any(r.born <= born for r in present):
        return "a resident is not younger", "needs every other young person to be younger"
    for resident in present:
        if resident.companions == "solo":
            return "a resident needs to live alone", "nobody else moves in"
        if resident.companions == "only_older" and born >= resident.born:
            return "not older than a resident", "that resident needs every other to be older"
        if resident.companions == "only_younger" and born <= resident.born:
            return "not younger than a resident", "that resident needs every other to be younger"
    return "living companions fit", "living companions fit"


R12 = Rule(
    "R12",
    "living companions fit, the young person’s and each resident’s",
    "The young people who live there are not the right ages, or too many, for you or for them.",
    "Placements Data Standard v2, livingCompanions",
    _fits_r12,
    _facts_r12,
    overridable=True,
)


def _fits_r14(view: View) -> Flags:
    fits = np.ones(view.board.size, dtype=bool)
    resident = view.board.resident_by_person.get(view.referral.young_person)
    if resident is not None and resident.present(view.day):
        fits[view.board.index[resident.home]] = False
    return fits


def _facts_r14(view: View, at: int) -> Facts:
    return "lives there now", "must be a home to move to"


R14 = Rule(
    "R14",
    "the young person does not live there on the day",
    "You live there now.",
    CASE_FOLDER,
    _fits_r14,
    _facts_r14,
)


def _fits_r15(view: View) -> Flags:
    board, household = view.board, view.household
    fits = household.load + view.load <= board.load_limit
    if view.referral.high_need:
        fits &= household.high + 1 <= board.max_high
    return fits


def _facts_r15(view: View, at: int) -> Facts:
    high, load = int(view.household.high[at]), int(view.household.load[at])
    most, limit = int(view.board.max_high[at]), int(view.board.load_limit[at])
    found, allowed = [], []
    if view.referral.high_need and high + 1 > most:
        found.append(f"{high} of high or specialist need and one more")
        allowed.append(f"at most {most}")
    if load + view.load > limit or not found:
        found.append(f"household load {load} and {view.load} more")
        allowed.append("no limit" if limit == NO_LIMIT else f"limit {limit}")
    return "; ".join(found), "; ".join(allowed)


R15 = Rule(
    "R15",
    "the mix: high or specialist need and household load both stay within the home’s limits",
    "The young people who live there already need a lot of support.",
    "case folder, rules on a pair; main evaluation of the partnership, 2019",
    _fits_r15,
    _facts_r15,
    overridable=True,
)


def _fits_r16(view: View) -> Flags:
    fits = np.ones(view.board.size, dtype=bool)
    against = view.board.wishes["against"].get(view.referral.id)
    if against is not None and view.urgency != "today":
        fits[against] = False
    return fits


def _facts_r16(view: View, at: int) -> Facts:
    home = home_at(view, at).id
    said = [w for w in view.problem.wishes if (w.referral, w.home) == (view.referral.id, home)]
    words = next((f": “{w.words}”" for w in said if w.words), "")
    return f"the young person is against it{words}", "must not be, unless needed today"


R16 = Rule(
    "R16",
    "the young person is not against it, unless they need a place today",
    "You said no to this home.",
    "Children Act 1989, s22(4)",
    _fits_r16,
    _facts_r16,
    overridable=True,
)
