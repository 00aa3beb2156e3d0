"""Who comes to a case and how long everybody stays, as records of matching: the simulation's draw.

For whoever plays weeks by the engine instead of the compiled loops. Arrivals, needs, siblings,
relations and lengths are drawn by the simulation's own functions from the same chance by number:
replication n of a seed has the same young people here and there. Nobody drawn is real. Left to the
simulation, since they depend on what was chosen or on a contract: who comes back after an unplanned
ending, step-down, closures, and what providers decline.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

import numpy as np

from broker.capacity.simulation.chance import key_of_replication
from broker.capacity.simulation.engine import referral_of
from broker.capacity.simulation.everybody import everybody
from broker.capacity.simulation.fixed import NEVER, Life
from broker.capacity.simulation.layout import Laid, lay_out_people
from broker.capacity.simulation.people import length
from broker.capacity.simulation.pool import Pool, make_pool
from broker.capacity.simulation.rounds import MUST_NOT, related
from broker.capacity.simulation.settings import Settings
from broker.capacity.simulation.world import strata_of
from matching.calendar import birthday
from matching.problem import Avoid, PersonOrPlace, Problem, Referral, Resident, Wish, unordered

ADULT: Final = 18


class Coming(NamedTuple):
    """Somebody who asks from a round on; `stay` is days from moving in."""

    round: int
    referral: Referral
    stay: int


@dataclass(frozen=True)
class Drawn:
    """Those who come within so many rounds, in order of round; and until when residents live there.

    `case` is the case with all that concerns them: whom and what they avoid, people and places,
    wishes, relations. Its own referrals are the first of `people`.
    """

    case: Problem
    people: tuple[Coming, ...]
    lives: Mapping[str, date]


@dataclass(frozen=True)
class Drawing:
    """Invented young people and the demand they come by, for cases of the same homes."""

    demand: Mapping[str, Any]
    settings: Settings
    seed: int
    pool: Pool
    boroughs: tuple[str, ...]

    def at(self, case: Problem, weeks: int) -> Scene:
        """The weeks from a case's day on; its referrals are none, or those of the first case."""
        laid = lay_out_people(
            case, self.demand, self.settings, self.seed, case.policy.as_of, weeks, self.boroughs,
            case.homes, self.pool, movers=True,
        )  # fmt: skip
        return Scene(self, case, weeks, laid)


@dataclass(frozen=True)
class Scene:
    """A case laid out, from which replication after replication is drawn."""

    drawing: Drawing
    case: Problem
    weeks: int
    laid: Laid

    def drawn(self, seed: int, number: int, label: str, *, relations: bool = True) -> Drawn:
        """Replication so many of a seed. Ids begin with a label.

        Without `relations`, nobody who comes is related to anybody.
        """
        case, laid, settings = self.case, self.laid, self.drawing.settings
        first, fixed = case.policy.as_of, laid.fixed
        key, random = key_of_replication(seed, number)
        rates = laid.rates.drawn(random, settings.parameters)
        shapes, scales = laid.stays.drawn(random, settings.parameters)
        life = everybody(fixed, key, rates)
        lengths = [length(fixed, key, life, shapes, scales, i, 0) for i in range(len(life.name))]
        known = len(laid.names)
        living = int((fixed.known.home >= 0).sum())
        asking = {one.young_person: one for one in case.referrals}
        residents = {one.young_person: one for one in case.residents}
        lives = {}
        for i in range(living):
            one = residents[laid.names[i]]
            told = int(fixed.known.end[i])
            lives[one.young_person] = (
                first + timedelta(days=told) if told < NEVER else leaving(first, one, lengths[i])
            )
        referrals = {i: asking[laid.names[i]] for i in range(living, known)}
        for i in range(known, len(life.name)):
            referrals[i] = self._arrival(life, i, label)
        entering = sorted(referrals, key=lambda i: (int(life.enters[i]), i))
        people = tuple(
            Coming(int(life.enters[i]), referrals[i], lengths[i])
            for i in entering
            if life.enters[i] < self.weeks
        )
        names = [*laid.names, *(referrals[i].young_person for i in range(known, len(life.name)))]
        ties = self._ties(key, life, names) if relations else (set(), set())
        return Drawn(self._concerning(life, referrals, ties), people, lives)

    def _arrival(self, life: Life, i: int, label: str) -> Referral:
        drawing, family = self.drawing, int(life.family[i])
        return referral_of(
            drawing.pool.referrals[int(life.pool[i])], life, i, self.case.policy.as_of,
            drawing.boroughs, f"R-{label}{i:06d}", f"YP-{label}{i:06d}",
            f"F-{label}{family:06d}" if family >= 0 else "",
        )  # fmt: skip

    def _concerning(
        self,
        life: Life,
        referrals: Mapping[int, Referral],
        ties: tuple[set[tuple[str, str]], set[tuple[str, str]]],
    ) -> Problem:
        case, pool = self.case, self.drawing.pool
        avoids: list[Avoid] = []
        people: list[PersonOrPlace] = []
        wishes: list[Wish] = []
        for i in range(len(self.laid.names), len(life.name)):
            one, known = referrals[i], pool.referrals[int(life.pool[i])].id
            avoids += [replace(a, young_person=one.young_person) for a in pool.avoids[known]]
            people += [replace(p, referral=one.id) for p in pool.people[known]]
            wishes += [replace(w, referral=one.id) for w in pool.wishes[known]]
        return replace(
            case,
            avoids=(*case.avoids, *avoids),
            people=(*case.people, *people),
            wishes=(*case.wishes, *wishes),
            must_not=case.must_not | ties[0],
            cautions=case.cautions | ties[1],
        )

    def _ties(
        self, key: np.uint64, life: Life, names: list[str]
    ) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
        """Who of those who come must not live with whom, and with whom only with caution."""
        must_not: set[tuple[str, str]] = set()
        cautions: set[tuple[str, str]] = set()
        law = self.laid.fixed.law
        for i in range(len(self.laid.names), len(life.name)):
            for j in np.flatnonzero(life.borough[:i] == life.borough[i]).tolist():
                kind = related(law, key, life, i, j)
                if kind:
                    (must_not if kind == MUST_NOT else cautions).add(unordered(names[i], names[j]))
        return must_not, cautions


def make_drawing(
    case: Problem, demand: Mapping[str, Any], seed: int, settings: Settings
) -> Drawing:
    """Invent the young people who may come to the homes of a case.

    Raises:
        NoGround: a borough of the demand is no authority with children's services.
    """
    strata = strata_of(demand)
    mix = demand["needs"]["band_mix"]
    pool = make_pool(strata, mix, case.homes, case, seed, settings.people_each)
    boroughs = {
        *(one.borough for one in strata),
        *(one.borough for one in case.residents),
        *(one.borough for one in case.referrals),
    }
    return Drawing(demand, settings, seed, pool, tuple(sorted(boroughs)))


def leaving(day: date, one: Referral | Resident, stay: int) -> date:
    """The day somebody leaves who stays so long from a day: their 18th birthday at the latest."""
    return day + timedelta(days=max(1, min(stay, (birthday(one.born, ADULT) - day).days)))
