"""The young people of the case: who lives there as the contract starts, and who asks already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from broker.capacity.record import SEXES
from broker.capacity.simulation.chance import key_of
from broker.capacity.simulation.fixed import (
    APART_OK,
    NEVER,
    OLDER,
    PREFERRED,
    SOLO,
    TOGETHER,
    YOUNGER,
    Known,
    flat,
)
from broker.capacity.simulation.pool import Pool
from matching.calendar import age_on
from matching.problem import BAND_INDEX, Problem, Referral, Resident

COMPANIONS: Final = {"solo": SOLO, "only_older": OLDER, "only_younger": YOUNGER}
SIBLINGS: Final = {"preferred": PREFERRED, "together": TOGETHER, "apart_ok": APART_OK}
NAMED: Final = 1 << 61
"""Names of the case's young people for chance stand above those of arrivals."""


@dataclass(frozen=True)
class Residents:
    """Their arrays, how they are related, and their names in the same order."""

    known: Known
    related: NDArray[np.int8]
    names: tuple[str, ...]


def known_people(
    case: Problem, pool: Pool, ages: Sequence[Sequence[int]], boroughs: Sequence[str],
    homes: Sequence[str], first: date, seed: int, *, movers: bool = False,
) -> Residents:  # fmt: skip
    """Residents without a referral of their own, then referrals that are not by hand.

    A young person who must move is asking: their present place is free from the first day, unless
    `movers` has them stay on as residents too, until they have another. Should a resident need
    another home later, they are taken to be as some invented young person of their borough, age
    group, sex and band.
    """
    residents = [
        r
        for r in case.residents
        if (movers or r.young_person not in case.referred) and _there(r, first)
    ]
    referrals = [referral for referral in case.referrals if not referral.by_hand]
    people: list[Resident | Referral] = [*residents, *referrals]
    families = _families(people)
    asked = {referral.id: at for at, referral in enumerate(pool.referrals)}
    names = [one.young_person for one in people]
    related = np.zeros((len(people), len(people)), dtype=np.int8)
    at_of = {name: at for at, name in enumerate(names)}
    for kind, rows in ((2, case.cautions), (1, case.must_not)):
        for a, b in rows:
            if a in at_of and b in at_of:
                related[at_of[a], at_of[b]] = related[at_of[b], at_of[a]] = kind
    pools = [_like(pool, one, ages, first, seed) for one in residents]
    pools += [asked[referral.id] for referral in referrals]
    known = Known(
        name=flat([NAMED + (key_of(name) >> 3) for name in names]),
        pool=flat(pools),
        born=flat([(one.born - first).days for one in people]),
        band=flat([BAND_INDEX[one.band] for one in people]),
        sex=flat([SEXES.index(one.sex or "U") for one in people]),
        borough=flat([boroughs.index(one.borough) for one in people]),
        group=flat([_group(ages, age_on(one.born, first)) for one in people]),
        companions=flat([COMPANIONS.get(one.companions, 0) for one in people]),
        family=flat(families),
        siblings=flat([0] * len(residents) + [SIBLINGS.get(one.siblings, 0) for one in referrals]),
        home=flat([homes.index(one.home) for one in residents] + [-1] * len(referrals)),
        end=flat([_leaves(one, first) for one in residents] + [NEVER] * len(referrals)),
        needed=flat(
            [0] * len(residents) + [max(0, (one.needed_by - first).days) for one in referrals]
        ),
        since=flat(
            [0] * len(residents)
            + [((one.waiting_since or one.needed_by) - first).days for one in referrals]
        ),
        moves=flat([0] * len(residents) + [one.moves or 0 for one in referrals]),
    )
    return Residents(known, related, tuple(names))


def _there(resident: Resident, first: date) -> bool:
    return resident.present(first)


def _leaves(resident: Resident, first: date) -> int:
    if resident.leaving != "confirmed" or resident.leaves_on is None:
        return NEVER
    return (resident.leaves_on - first).days


def _families(people: Sequence[Resident | Referral]) -> list[int]:
    first: dict[str, int] = {}
    found = []
    for at, one in enumerate(people):
        group = one.sibling_group
        found.append(first.setdefault(group, at) if group else -1)
    return found


def _group(ages: Sequence[Sequence[int]], age: int) -> int:
    """The age group of an age, the nearest one where none holds it."""
    apart = [max(first - age, age - last, 0) for first, last in ages]
    return apart.index(min(apart))


def _like(pool: Pool, one: Resident, ages: Sequence[Sequence[int]], first: date, seed: int) -> int:
    """An invented young person of the same borough, age group, sex and band; -1 where none is."""
    group = tuple(ages[_group(ages, age_on(one.born, first))])
    found = [
        at
        for number, stratum in enumerate(pool.strata)
        if stratum.borough == one.borough
        and stratum.ages == group
        and stratum.sex in (one.sex or stratum.sex)
        for at in range(pool.start[number], pool.start[number + 1])
        if pool.referrals[at].band == one.band
    ]
    return found[key_of(f"{seed}/{one.young_person}/like") % len(found)] if found else -1
