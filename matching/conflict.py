"""Why not everybody: the smallest set of young people, homes and rules that cannot all be met.

Leave out any one of the set and the rest can be met. For somebody whom no home fits, it is the
fewest rules that between them exclude every home; for somebody who competes, the fewest young
people and rules of homes. Only feasibility is asked here: points play no part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from matching.board import View
from matching.contrast import Change, change_of
from matching.evaluate import evaluate
from matching.explain import find_referral
from matching.fair_limits import LIMIT_SENTENCES
from matching.held import Region
from matching.holding import Held, LimitCame
from matching.joint import JOINT_SENTENCES, breaks
from matching.problem import Home, Problem, Referral
from matching.programme import Programme, Row
from matching.rules import rules_of, tests
from matching.search import Limits, minimise
from matching.words import count

MOST_ROUNDS = 100
_AT_HOMES = ("J1", "J2", "J3", "J5", "J6")


@dataclass(frozen=True, slots=True)
class Limit:
    """A rule in the conflict: at one home, or, with `home` empty, over the homes it excludes."""

    code: str
    sentence: str
    home: str
    found: str
    allowed: str
    referral: str = ""

    def to_json(self) -> dict[str, Any]:
        """For other programs."""
        return {
            "code": self.code,
            "sentence": self.sentence,
            "home_id": self.home or None,
            "referral_id": self.referral or None,
            "found": self.found,
            "allowed": self.allowed,
        }


@dataclass(frozen=True, slots=True)
class Conflict:
    """What cannot all be met, for one young person who waits. `why` says which kind of answer:

    `placed` and `by_hand`: there is nothing to explain. `no_home_fits`: the `limits` between them
    exclude every home. `compete`: the `referrals` cannot all be placed under the `limits`.
    `fairness`: every home could take everybody, but the policy's limits for the sake of fairness
    stand against it. `possible`: everybody now placed and this young person could all be placed;
    `change` says what that does to the levels. `not_known`: a limit came first. `smallest` says
    that no smaller set is in conflict; otherwise only that none of it can be left out.
    """

    referral: str
    why: str
    referrals: tuple[str, ...] = ()
    limits: tuple[Limit, ...] = ()
    smallest: bool = True
    change: Change | None = None

    def to_json(self) -> dict[str, Any]:
        """For other programs."""
        return {
            "referral_id": self.referral,
            "why": self.why,
            "referral_ids": list(self.referrals),
            "rules": [limit.to_json() for limit in self.limits],
            "smallest": self.smallest,
            "change": None if self.change is None else self.change.to_json(),
        }

    def render(self, problem: Problem) -> str:
        """In words, for a terminal."""
        from matching.tell_whatif import conflict_text

        return conflict_text(self, problem)


def conflict_of(region: Region, referral_id: str, limits: Limits | None = None) -> Conflict:
    """The smallest conflict that keeps a young person waiting while those placed stay placed.

    Raises `BadInput` for a referral that is not in the case.
    """
    referral = find_referral(region.pairs, referral_id)
    limits = limits or Limits()
    if referral.by_hand or referral_id in region.plan:
        return Conflict(referral_id, "by_hand" if referral.by_hand else "placed")
    if limits.over:
        return Conflict(referral_id, "not_known", smallest=False)
    if not region.columns(referral_id):
        return _no_home(region, referral)
    return _Demands(region, referral_id, limits).conflict()


def _no_home(region: Region, referral: Referral) -> Conflict:
    """The fewest rules that exclude every home, for the young person or their whole group."""
    problem, board = region.problem, region.pairs.board
    group = region.group(referral)
    if any(member.by_hand for member in group):
        limit = Limit(
            "J4", JOINT_SENTENCES["J4"], "", "one of the group is placed by hand", "none is"
        )
        return Conflict(referral.id, "no_home_fits", tuple(m.id for m in group), (limit,))
    excluded: list[tuple[Limit, int]] = []
    for member in group:
        for rule, holds in zip(rules_of(problem), tests(View(board, member)), strict=True):
            bits = sum(1 << int(at) for at, ok in enumerate(holds) if not ok)
            if bits:
                excluded.append(
                    (_excludes(region, rule.code, rule.sentence, member.id, bits), bits)
                )
    joint: dict[str, int] = {}
    allowed = [at for at in range(board.size) if not any(bits >> at & 1 for _, bits in excluded)]
    for at, home in ((at, problem.homes[at]) for at in allowed):
        for one in breaks(problem, home, group):
            joint[one.code] = joint.get(one.code, 0) | 1 << at
    for code, bits in sorted(joint.items()):
        excluded.append((_excludes(region, code, JOINT_SENTENCES[code], "", bits), bits))
    homes = range(board.size)
    covers = [[at for at, (_, bits) in enumerate(excluded) if bits >> home & 1] for home in homes]
    chosen = _fewest(region, len(excluded), covers, Limits())
    names = tuple(sorted({member.id for member in group}))
    return Conflict(
        referral.id, "no_home_fits", names, tuple(excluded[at][0] for at in chosen), True
    )


def _excludes(region: Region, code: str, sentence: str, who: str, bits: int) -> Limit:
    homes = len(region.problem.homes)
    found = f"does not hold at {bits.bit_count()} of {count(homes, 'home')}"
    return Limit(code, sentence, "", found, "holds at one home at least", who)


def _fewest(region: Region, size: int, sets: Sequence[Sequence[int]], limits: Limits) -> list[int]:
    """The fewest of `size` things such that each of the sets holds one of them."""
    programme = Programme(region.choices, np.zeros(0, dtype=np.int64))
    columns = [programme.extra(f"thing {at}", 1, 0) for at in range(size)]
    for one in sets:
        programme.rows.append(
            Row("hit", tuple(columns[at] for at in one), tuple(-1 for _ in one), -1)
        )
    answer = minimise(programme, [1] * size, [], np.zeros(0, dtype=bool), limits)
    if answer is None or not answer.proven:
        raise LimitCame
    return [at for at in range(size) if answer.values[columns[at]]]


@dataclass(frozen=True, slots=True)
class _Element:
    """Something to be met: a unit placed, or a joint rule at a home; `column` is 1 if it is not."""

    unit: int | None
    home: int
    code: str
    column: int


class _Demands:
    """Those placed and one who waits, all to be placed under every rule of every home."""

    def __init__(self, region: Region, referral_id: str, limits: Limits) -> None:
        self.region, self.referral, self.limits = region, referral_id, limits
        choices = region.choices
        asking = {region.unit(who) for who in (*region.plan, referral_id)}
        self.units = sorted(unit for unit in asking if unit is not None)
        base = region.programme
        self.programme = Programme(choices, base.kept, [], list(base.extras))
        outside = [k for k in range(len(choices)) if int(choices.unit[k]) not in asking]
        if outside:
            self.programme.rows.append(Row("held", tuple(outside), (1,) * len(outside), 0))
        self.elements: list[_Element] = []
        for unit in self.units:
            column = self.programme.extra(f"unmet {unit}", 1, 0)
            span = choices.of(unit)
            columns = (*range(span.start, span.stop), column)
            self.programme.rows.append(Row("demand", columns, (-1,) * len(columns), -1))
            self.elements.append(_Element(unit, -1, "", column))
        self._rules(base)

    def _rules(self, base: Programme) -> None:
        """Every rule of every home, each with a column that lifts it.

        J5 is stated pair by pair: its rows in the programme lean on J1, and each rule must stand
        alone here.
        """
        choices = self.region.choices
        lifted: dict[tuple[int, str], list[tuple[tuple[int, ...], tuple[int, ...], int]]] = {}
        for row in base.rows:
            if row.rule == "one":
                self.programme.rows.append(row)
            elif row.rule in _AT_HOMES and row.rule != "J5":
                home = int(choices.home[row.columns[0]])
                lifted.setdefault((home, row.rule), []).append(
                    (row.columns, row.coefficients, row.most)
                )
        for home, one, other in self._unfit():
            lifted.setdefault((home, "J5"), []).append(((one, other), (1, 1), 1))
        for (home, code), rows in sorted(lifted.items()):
            column = self.programme.extra(f"lifted {code} {home}", 1, 0)
            for columns, coefficients, most in rows:
                over = sum(c for c in coefficients if c > 0) - most
                self.programme.rows.append(
                    Row(code, (*columns, column), (*coefficients, -over), most)
                )
            self.elements.append(_Element(None, home, code, column))

    def _unfit(self) -> list[tuple[int, int, int]]:
        """Choices of one home whose young people's living companions do not fit each other."""
        choices, problem = self.region.choices, self.region.problem
        wanted = set(self.units)
        found = []
        for at, home in enumerate(problem.homes):
            here = [int(k) for k in choices.by_home[at] if int(choices.unit[k]) in wanted]
            people = {k: choices.people(k) for k in here}
            asks = {
                k
                for k in here
                if any(r.companions in {"solo", "only_older", "only_younger"} for r in people[k])
            }
            for place, one in enumerate(here):
                for other in here[place + 1 :]:
                    both = [*people[one], *people[other]]
                    if (one in asks or other in asks) and any(
                        broken.code == "J5" for broken in breaks(problem, home, both)
                    ):
                        found.append((at, one, other))
        return found

    def unmet(self, enforced: Sequence[int]) -> list[int] | None:
        """The fewest elements to leave out so that all others are met, the enforced ones too.

        None where the enforced ones cannot all be met together. Elements are by index.
        """
        objective = [0] * (len(self.region.choices) + len(self.programme.extras))
        heavy = len(self.elements) + 1
        for index, element in enumerate(self.elements):
            objective[element.column] = heavy if index in set(enforced) else 1
        start = self.region.choices.chosen(self.region.plan)
        answer = minimise(self.programme, objective, [], start, self.limits)
        if answer is None or not answer.proven:
            raise LimitCame
        if answer.objective >= heavy:
            return None
        return [i for i, element in enumerate(self.elements) if answer.values[element.column]]

    def conflict(self) -> Conflict:
        """The smallest conflict, or what placing everybody does to the levels."""
        try:
            everything = list(range(len(self.elements)))
            if self.unmet(everything) is not None:
                return self._possible()
            chosen, smallest = self._smallest(everything)
        except LimitCame:
            return Conflict(self.referral, "not_known", smallest=False)
        return self._told(chosen, smallest)

    def _smallest(self, everything: list[int]) -> tuple[list[int], bool]:
        """By turns: the fewest elements that hit every way out found so far, and a new way out."""
        ways: list[list[int]] = []
        for _ in range(MOST_ROUNDS):
            chosen = _fewest(self.region, len(everything), ways, self.limits)
            out = self.unmet(chosen)
            if out is None:
                return chosen, True
            ways.append(out)
        kept = everything
        for index in everything:
            rest = [at for at in kept if at != index]
            if self.unmet(rest) is None:
                kept = rest
        return kept, False

    def _possible(self) -> Conflict:
        placed = frozenset((*self.region.plan, self.referral))
        outcome = self.region.best(Held(placed=placed), self.limits)
        if outcome is None:
            told = "with everybody now placed and this young person"
            limits = [
                Limit(code, sentence, "", told, "within the policy’s limits")
                for code, sentence in LIMIT_SENTENCES.items()
            ]
            return Conflict(self.referral, "fairness", tuple(sorted(placed)), tuple(limits), False)
        levels = evaluate(self.region.pairs, self.region.plan).levels
        change = change_of(levels, outcome.levels)
        return Conflict(self.referral, "possible", change=change)

    def _told(self, chosen: Sequence[int], smallest: bool) -> Conflict:
        problem, choices = self.region.problem, self.region.choices
        units = [self.elements[index].unit for index in chosen]
        people = [
            problem.referrals[member]
            for unit in units
            if unit is not None
            for member in choices.units[unit].members
        ]
        limits = [
            self._limit(problem.homes[element.home], element.code, people)
            for element in (self.elements[index] for index in chosen)
            if element.unit is None
        ]
        names = tuple(sorted(person.id for person in people))
        return Conflict(self.referral, "compete", names, tuple(limits), smallest)

    def _limit(self, home: Home, code: str, people: Sequence[Referral]) -> Limit:
        """The rule's two facts if all of the conflict who may live there moved in."""
        pins = self.region.problem.pinned
        decided = {who for who, pin in pins.items() if pin.home == home.id}
        may = [person for person in people if self.region.columns(person.id, home.id)]
        held = decided - {person.id for person in may}
        may += [self.region.problem.referral_by_id[who] for who in sorted(held)]
        found = next(
            (one for one in breaks(self.region.problem, home, may) if one.code == code), None
        )
        assert found is not None, "a rule in the conflict is broken by those in the conflict"
        return Limit(code, JOINT_SENTENCES[code], home.id, found.found, found.allowed)
