"""A week's question as a case for matching: what the compiled loops cannot settle, and every check.

The case is made from the same state as the compiled round, by names instead of indices, and judged
by matching from the beginning: nothing the tables say is used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from broker.capacity.record import SEXES
from broker.capacity.simulation.fixed import APART_OK, NEVER, PREFERRED, TOGETHER, Ints, Life
from broker.capacity.simulation.rounds import MUST_NOT, WEEK, Round, State, moves_before, related
from broker.capacity.simulation.world import World
from matching.evaluate import Levels
from matching.pairs import Pairs, find_pairs
from matching.problem import BANDS, Decline, Home, Problem, Referral, Resident, unordered
from matching.solve import Options, match_pairs

SAYS = {0: "", 1: "solo", 2: "only_older", 3: "only_younger"}
SIBLINGS = {0: "", PREFERRED: "preferred", TOGETHER: "together", APART_OK: "apart_ok"}


@dataclass(frozen=True)
class Asked:
    """A round of a replication as it stands on a Monday; `path` is how it was solved."""

    world: World
    key: np.uint64
    life: Life
    state: State
    rnd: Round
    week: int
    path: int

    @property
    def number(self) -> int:
        """How many young people it is about."""
        return int(self.rnd.sizes[0])

    @property
    def levels(self) -> Levels:
        """What the compiled answer is worth by its own count."""
        today, points, cost = (int(value) for value in self.rnd.levels)
        return Levels(today, points, cost)

    @property
    def plan(self) -> dict[str, str]:
        """The answer by names."""
        homes = self.world.homes
        return {
            _referral(int(self.rnd.of.who[r])): homes[int(self.rnd.of.answer[r])]
            for r in range(self.number)
            if self.rnd.of.answer[r] >= 0
        }

    def pairs(self) -> Pairs:
        """The question as matching judges it."""
        return find_pairs(problem(self))


def _referral(i: int) -> str:
    return f"R{i:06d}"


def _person(i: int) -> str:
    return f"Y{i:06d}"


def ask(asked: Asked) -> Ints:
    """The engine's proven answer: a home for each young person of the round, -1 for none."""
    plan = match_pairs(asked.pairs(), Options(seed=asked.world.seed), judged=0.0)
    if plan.status == "feasible":
        raise RuntimeError(f"week {asked.week}: the engine did not prove its plan")
    levels = plan.levels
    asked.rnd.levels[:] = (levels.today, levels.points, levels.cost)
    index = {home: at for at, home in enumerate(asked.world.homes)}
    made = np.full(asked.number, -1, dtype=np.int64)
    for r in range(asked.number):
        home = plan.homes.get(_referral(int(asked.rnd.of.who[r])))
        made[r] = -1 if home is None else index[home]
    return made


def problem(asked: Asked) -> Problem:
    """The round as a case of matching."""
    world, life, state, rnd = asked.world, asked.life, asked.state, asked.rnd
    monday = world.first + timedelta(days=WEEK * asked.week)
    case, pool = world.case, world.pool
    referrals, avoids, people, wishes, declines = [], [], [], [], []
    homes = world.homes
    asking = [int(rnd.of.who[r]) for r in range(asked.number)]
    for i in asking:
        known = pool.referrals[int(life.pool[i])]
        referrals.append(_asks(asked, i, known, monday))
        name, who = _referral(i), _person(i)
        avoids += [replace(a, young_person=who) for a in pool.avoids.get(known.id, ())]
        people += [replace(p, referral=name) for p in pool.people.get(known.id, ())]
        wishes += [replace(w, referral=name) for w in pool.wishes.get(known.id, ())]
        said = {d.home: replace(d, referral=name) for d in pool.declines.get(known.id, ())}
        for h in np.flatnonzero(state.declined[i]):
            said[homes[int(h)]] = Decline(name, homes[int(h)])
        declines += list(said.values())
    living = [
        (int(state.living[h, k]), h) for h in range(len(homes)) for k in range(int(state.number[h]))
    ]
    must_not, cautions = _related(asked, asking, [i for i, _ in living])
    return Problem(
        policy=replace(case.policy, as_of=monday),
        referrals=tuple(sorted(referrals, key=lambda referral: referral.id)),
        homes=_homes(asked),
        residents=tuple(
            sorted((_lives(asked, i, h) for i, h in living), key=lambda one: one.young_person)
        ),
        must_not=must_not,
        cautions=cautions,
        avoids=tuple(avoids),
        people=tuple(people),
        wishes=tuple(wishes),
        declines=tuple(declines),
        rates=world.supply.rates[_regime(asked)],
        shares=case.shares,
        adjoining=case.adjoining,
        own_adjoining=case.own_adjoining,
    )


def _asks(asked: Asked, i: int, known: Referral, monday: date) -> Referral:
    life, first = asked.life, asked.world.first
    family = int(life.family[i])
    made = referral_of(
        known, life, i, first, asked.world.boroughs, _referral(i), _person(i),
        f"F{family:06d}" if family >= 0 else "",
    )  # fmt: skip
    return replace(
        made,
        waiting_since=min(first + timedelta(days=int(life.since[i])), monday),
        moves=int(moves_before(life, asked.state, i, WEEK * asked.week)),
    )


def referral_of(
    known: Referral, life: Life, i: int, first: date, boroughs: Sequence[str], name: str,
    person: str, family: str,
) -> Referral:  # fmt: skip
    """Somebody of a replication as a referral: as they are known, with what chance says of them."""
    return replace(
        known,
        id=name,
        young_person=person,
        borough=boroughs[int(life.borough[i])],
        born=first + timedelta(days=int(life.born[i])),
        sex=known.sex,
        band=BANDS[int(life.band[i])],
        needed_by=first + timedelta(days=int(life.needed[i])),
        waiting_since=first + timedelta(days=int(life.since[i])),
        moves=int(life.moves[i]),
        companions=_says(life, i),
        sibling_group=family,
        siblings=SIBLINGS[int(life.siblings[i])],
    )


def _says(life: Life, i: int) -> str:
    if life.solo[i]:
        return SAYS[1]
    if life.older[i] < NEVER:
        return SAYS[2]
    return SAYS[3] if life.younger[i] > -NEVER else ""


def _lives(asked: Asked, i: int, h: int) -> Resident:
    life, first = asked.life, asked.world.first
    told, family = int(asked.life.told[i]), int(life.family[i])
    known = told < NEVER
    return Resident(
        young_person=_person(i),
        home=asked.world.homes[h],
        borough=asked.world.boroughs[int(life.borough[i])],
        band=BANDS[int(life.band[i])],
        born=first + timedelta(days=int(life.born[i])),
        sex=SEXES[int(life.sex[i])],
        leaves_on=first + timedelta(days=told) if known else None,
        leaving="confirmed" if known else "",
        companions=_says(life, i),
        sibling_group=f"F{family:06d}" if family >= 0 else "",
    )


def _homes(asked: Asked) -> tuple[Home, ...]:
    world, day = asked.world, WEEK * asked.week
    made = []
    for at, home in enumerate(world.supply.homes):
        now = home if world.supply.trained_on[at] <= day else world.supply.before[at]
        if world.supply.opens_on[at] > day or asked.state.shut[at] > day:
            now = replace(now, registration="suspended")
        made.append(now)
    return tuple(made)


def _regime(asked: Asked) -> int:
    """Which rates hold: whether a placement saves a void, by places in use on the Monday."""
    state, day = asked.state, WEEK * asked.week
    in_use = sum(
        day < asked.life.told[state.living[h, k]]
        for h in np.flatnonzero(asked.world.fixed.law.homes.block)
        for k in range(int(state.number[h]))
    )
    return 0 if in_use < asked.world.fixed.law.policy.guaranteed else 1


def _related(
    asked: Asked, asking: list[int], living: list[int]
) -> tuple[frozenset[tuple[str, str]], frozenset[tuple[str, str]]]:
    must_not: set[tuple[str, str]] = set()
    cautions: set[tuple[str, str]] = set()
    life = asked.life
    for place, i in enumerate(asking):
        for j in (*asking[place + 1 :], *living):
            kind = related(asked.world.fixed.law, asked.key, life, i, j)
            if kind:
                pair = unordered(_person(i), _person(j))
                (must_not if kind == MUST_NOT else cautions).add(pair)
    return frozenset(must_not), frozenset(cautions)
