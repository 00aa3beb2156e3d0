"""Sentences to read beside every answer: what was not known, and what was done then."""

from __future__ import annotations

import numpy as np

from matching.decisions import decision_notices
from matching.geography import authorities
from matching.pairs import Pairs
from matching.problem import Problem, Referral
from matching.setaside import set_aside_notices
from matching.words import and_list, count

NAMED = 5

_SAFETY = {
    "relationships.csv": "No information on who must not live together was given.",
    "avoid.csv": "No information on where young people must not live was given.",
    "declines.csv": "No information on what providers have declined was given.",
}


def safety_notices(problem: Problem) -> tuple[str, ...]:
    """What was set aside and what safety information is missing: at the top of every output."""
    return set_aside_notices(problem) + tuple(_SAFETY[file] for file in problem.missing_safety)


def notices_of(pairs: Pairs) -> tuple[str, ...]:
    """Every notice of a case, missing safety information first."""
    problem = pairs.problem
    return (
        *safety_notices(problem),
        *decision_notices(pairs.board),
        *problem.notices,
        *_postcodes(problem),
        *_locations(problem),
        *_sexes(problem),
        *_moves(problem),
        *_too_many(problem),
        *_unknown_people(problem),
        *_contracts(problem),
        *_authorities(problem),
        *_fees(pairs),
    )


def referral_notices(referral: Referral) -> tuple[str, ...]:
    """What to know before ringing homes for one young person."""
    found = []
    if referral.location.postcode and not referral.location.known:
        found.append("The postcode given was not found, so distances are not known.")
    elif not referral.location.known:
        found.append("Where to live near is not known, so distances are not known.")
    if referral.sex == "U":
        found.append("Sex is U: every home counts as fitting; ask before an offer.")
    if referral.moves is None:
        found.append("Recent moves are not known; no points are charged for them.")
    return tuple(found)


def _some(names: list[str]) -> str:
    shown = sorted(names)
    if len(shown) > NAMED:
        return ", ".join(shown[:NAMED]) + f" and {len(shown) - NAMED} more"
    return and_list(shown)


def _postcodes(problem: Problem) -> list[str]:
    located = [(referral.id, referral.location) for referral in problem.referrals]
    located += [(home.id, home.location) for home in problem.homes]
    located += [(person.referral, person.location) for person in problem.people]
    lost = {
        (owner, where.postcode) for owner, where in located if where.postcode and not where.known
    }
    return [
        f"{owner}: postcode {postcode} was not found, so the location is not known."
        for owner, postcode in sorted(lost)
    ]


def _locations(problem: Problem) -> list[str]:
    people = [r.id for r in problem.referrals if not r.location.known]
    homes = [h.id for h in problem.homes if not h.location.known]
    found = []
    charged = problem.policy.unknown_tenths
    shown = f"{charged // 10}.{charged % 10} miles are charged for it"
    if people:
        found.append(f"Where to live near is not known for {_some(people)}; {shown}.")
    if homes:
        found.append(f"The location of {_some(homes)} is not known; {shown}.")
    return found


def _sexes(problem: Problem) -> list[str]:
    unknown = [r.id for r in problem.referrals if r.sex == "U"]
    if not unknown:
        return []
    return [f"Sex is U for {_some(unknown)}: every home counts as fitting; ask before an offer."]


def _moves(problem: Problem) -> list[str]:
    unknown = [r.id for r in problem.referrals if r.moves is None]
    if not unknown:
        return []
    return [f"Recent moves are not known for {_some(unknown)}; no points are charged for them."]


def _too_many(problem: Problem) -> list[str]:
    day = problem.policy.as_of
    found = []
    for home in problem.homes:
        living = sum(resident.present(day) for resident in problem.residents_of[home.id])
        if living > home.places:
            found.append(
                f"{home.label} has {count(living, 'resident')} and {count(home.places, 'place')}: "
                "it takes nobody until it is below."
            )
    return found


def _unknown_people(problem: Problem) -> list[str]:
    known = problem.referred | {resident.young_person for resident in problem.residents}
    related = {who for pair in problem.must_not | problem.cautions for who in pair} - known
    avoiding = {avoid.young_person for avoid in problem.avoids} - known
    return [
        f"{file}: {count(len(unknown), 'young person', 'young people')} in neither referrals nor "
        f"residents {'was' if len(unknown) == 1 else 'were'} ignored ({_some(list(unknown))})."
        for file, unknown in (("relationships.csv", related), ("avoid.csv", avoiding))
        if unknown
    ]


def _contracts(problem: Problem) -> list[str]:
    known = {home.contract for home in problem.homes}
    lost = sorted({share.contract for share in problem.shares} - known)
    return [f"shares.csv: no home belongs to contract {contract}." for contract in lost]


def _authorities(problem: Problem) -> list[str]:
    used = {referral.borough for referral in problem.referrals}
    used |= {home.borough for home in problem.homes}
    strange = sorted(code for code in used if code.startswith("E") and code not in authorities())
    return [
        f"{code} is no authority this program knows; it adjoins only what adjoining.csv says."
        for code in strange
    ]


def _fees(pairs: Pairs) -> list[str]:
    unknown = ~pairs.fee_known
    if not bool(unknown.any()):
        return []
    homes = [pairs.problem.homes[int(at)].id for at in np.unique(pairs.home[unknown])]
    if not pairs.problem.rates:
        return ["No rates were given: no plan says what it costs."]
    return [
        f"No rate covers the day for {count(int(unknown.sum()), 'possible placement')} at "
        f"{_some(homes)}; the highest fee of the band on the day stood in."
    ]
