"""The best plan when a person holds part of it: this home for one, no home for another, and so on.

Every what-if question is answered from here: the rules, the points and the programme are those of
`solve`; only what is held is added. All levels are decided in one search, in their order, and of
equally good plans the one that differs least from the plan at hand is taken, so that "who moves"
names nobody who could have stayed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from matching import solve
from matching.choices import Choices, find_choices
from matching.evaluate import Worth, evaluate
from matching.holding import Held, LimitCame, Outcome, Undecided
from matching.holding_wide import Wide
from matching.pairs import Pairs
from matching.problem import Referral
from matching.programme import Programme, Row, build
from matching.search import Infeasible, Limits, minimise

LARGEST = 1 << 56
"""Levels are decided together while their combined value stays below this, else one by one."""


@dataclass(frozen=True, slots=True)
class Digit:
    """One thing to make small, a coefficient a column; it takes fewer than `span` values."""

    coefficients: tuple[int, ...]
    span: int


DigitsOf = Callable[[Programme], list[Digit]]
"""What to make small, in order, over the columns of a programme."""


class Region:
    """The young people and homes of a case with the plan at hand, ready for what-if questions.

    `like` is a region that differs in little: what was learnt of it is a good place to start.
    """

    def __init__(
        self,
        pairs: Pairs,
        plan: Mapping[str, str] | None = None,
        *,
        like: Region | None = None,
    ) -> None:
        self.pairs = pairs
        self.problem = pairs.problem
        self.plan: dict[str, str] = dict(plan or {})
        self._number = {r.id: at for at, r in enumerate(self.problem.referrals)}
        self.wide: Wide = Wide(self, None if like is None else like.wide)

    @cached_property
    def choices(self) -> Choices:
        """What any plan chooses between."""
        return find_choices(self.pairs)

    @cached_property
    def programme(self) -> Programme:
        """The whole programme over the choices."""
        return build(self.choices)

    def best(self, held: Held | None = None, limits: Limits | None = None) -> Outcome | None:
        """The best plan under what is held; None where what is held cannot be.

        Where a limit comes before any plan is found, the plan at hand answers, unproven, if it
        keeps to what is held. Raises LimitCame where it does not. Where a limit has come already,
        nothing is begun: laying a large region out takes seconds, and there are many questions.
        """
        held, limits = held or Held(), limits or Limits()
        if limits.over:
            return self._at_hand(held)
        if len(self.choices) > solve.LARGE:
            try:
                return self.wide.best(held, limits)
            except Undecided:
                pass
        return self.least(held, self.levels_digits, limits)

    def levels_digits(self, programme: Programme) -> list[Digit]:
        """The three levels in their order: today, points, weekly cost."""
        extras = [0] * len(programme.extras)
        priced = [extra.points for extra in programme.extras]
        return [
            self.digit(programme, [*(-programme.today()).tolist(), *extras]),
            self.digit(programme, [*programme.points().tolist(), *priced]),
            self.digit(programme, [*programme.marginal().tolist(), *extras]),
        ]

    def digit(self, programme: Programme, coefficients: Sequence[int]) -> Digit:
        """A thing to make small, with the number of values it can take."""
        own = np.array(coefficients[: len(programme.kept)], dtype=np.int64)
        span = 1
        for unit in range(len(self.choices.units)):
            values = own[self.choices.of(unit)]
            if len(values):
                span += max(0, int(values.max())) - min(0, int(values.min()))
        for extra, points in zip(
            programme.extras, coefficients[len(programme.kept) :], strict=True
        ):
            span += extra.most * abs(points)
        return Digit(tuple(coefficients), span)

    def least(self, held: Held, digits_of: DigitsOf, limits: Limits) -> Outcome | None:
        """The plan that makes the digits small in order, then differs least from the one at hand.

        None where what is held cannot be. Raises LimitCame where that is not known.
        """
        if limits.over:
            return self._at_hand(held)
        programme = replace(
            self.programme, rows=list(self.programme.rows), extras=list(self.programme.extras)
        )
        unmet = self._hold(programme, held)
        if unmet is None:
            return None
        digits = digits_of(programme)
        extras = [0] * len(programme.extras)
        kept = len(programme.kept)
        missing = [0] * kept + extras
        for column in unmet:
            missing[column] = 1
        if unmet:
            digits.insert(0, self.digit(programme, missing))
        digits.append(self.digit(programme, [*self.moved(self.plan), *extras]))
        decided = self._decide(programme, digits, limits)
        if decided is None:
            return None
        plan, proven = decided
        if not self.keeps(plan, held):
            if not proven:
                raise LimitCame
            return None
        return Outcome(plan, evaluate(self.pairs, plan), proven)

    def keeps(self, plan: Mapping[str, str], held: Held) -> bool:
        """Whether a plan keeps to what is held."""
        return (
            all(plan.get(who) == home for who, home in held.homes.items())
            and all(plan.get(who) != home for who, home in held.never)
            and all(who in plan for who in held.placed)
            and not any(who in plan for who in held.waiting)
            and all(self.apart(plan, other) >= number for other, number in held.differ)
        )

    def apart(self, plan: Mapping[str, str], other: Mapping[str, str]) -> int:
        """How many young people live otherwise in one plan than in another."""
        return sum(plan.get(r.id) != other.get(r.id) for r in self.problem.referrals)

    def group(self, referral: Referral) -> tuple[Referral, ...]:
        """Those placed with a young person or not at all, themselves among them."""
        name = referral.sibling_group
        if name in self.problem.groups and self.problem.group_kind(name) == "together":
            return self.problem.groups[name]
        return (referral,)

    def unit(self, referral: str) -> int | None:
        """The unit a referral is placed with; None where it cannot be placed at all."""
        return self.choices.unit_of.get(self._number[referral])

    def columns(self, referral: str, home: str = "") -> list[int]:
        """The choices of a referral's unit, all or those of one home."""
        unit = self.unit(referral)
        if unit is None:
            return []
        span = self.choices.of(unit)
        at = self.pairs.board.index[home] if home else -1
        return [k for k in range(span.start, span.stop) if not home or self.choices.home[k] == at]

    def _at_hand(self, held: Held) -> Outcome | None:
        """The plan at hand, unproven; None where no choice at all is left to who lives in a home.

        Raises LimitCame where it does not keep to what is held.
        """
        if not all(self.columns(who, home) for who, home in held.homes.items()):
            return None
        plan, worth = self._lawful
        if not self.keeps(plan, held):
            raise LimitCame
        return Outcome(plan, worth, proven=False)

    @cached_property
    def _lawful(self) -> tuple[Mapping[str, str], Worth]:
        """The plan at hand without what this region has no choice for, and its worth."""
        plan = {who: home for who, home in self.plan.items() if self.columns(who, home)}
        return plan, evaluate(self.pairs, plan)

    def _hold(self, programme: Programme, held: Held) -> list[int] | None:
        """State what is held; extra columns that must be 0, or None where it cannot be."""
        for who, home in sorted(held.homes.items()):
            mine = set(self.columns(who, home))
            if not mine:
                return None
            _forbid(programme, [k for k in self.columns(who) if k not in mine])
        for who, home in sorted(held.never):
            _forbid(programme, self.columns(who, home))
        for who in sorted(held.waiting):
            _forbid(programme, self.columns(who))
        unmet = []
        for who in sorted({*held.placed, *held.homes}):
            columns = self.columns(who)
            if not columns:
                return None
            slack = programme.extra(f"unplaced {who}", 1, 0)
            row = Row("held", (*columns, slack), (*(-1 for _ in columns), -1), -1)
            programme.rows.append(row)
            unmet.append(slack)
        for other, number in held.differ:
            slack = programme.extra("too like", number, 0)
            moved = self.moved(other)
            here = sum(bool(self.columns(who, home)) for who, home in other.items())
            columns = [k for k, value in enumerate(moved) if value]
            row = Row(
                "held",
                (*columns, slack),
                (*(-moved[k] for k in columns), -1),
                here - number,
            )
            programme.rows.append(row)
            unmet.append(slack)
        return unmet

    def moved(self, plan: Mapping[str, str], choices: Choices | None = None) -> list[int]:
        """For each choice, by how many young people taking it moves away from a plan.

        Up to a constant: the number of those placed in the plan.
        """
        choices = self.choices if choices is None else choices
        moved = [0] * len(choices)
        for at, unit in enumerate(choices.units):
            members = [self.problem.referrals[member].id for member in unit.members]
            home = plan.get(members[0])
            span = choices.of(at)
            for k in range(span.start, span.stop):
                if home is None:
                    moved[k] = len(members)
                elif self.problem.homes[int(choices.home[k])].id == home:
                    moved[k] = -len(members)
        return moved

    def _decide(
        self,
        programme: Programme,
        digits: Sequence[Digit],
        limits: Limits,
    ) -> tuple[dict[str, str], bool] | None:
        """The plan and whether it is proven; None where decisions or limits leave no plan."""
        choices = self.choices
        plan = dict(self._lawful[0])
        fixed: list[Row] = []
        if not len(choices):
            return {}, True
        nothing = [0] * (len(choices) + len(programme.extras))
        for objective in _packed(digits) or [nothing]:
            start = choices.chosen(plan)
            try:
                answer = minimise(programme, objective, fixed, start, limits)
            except Infeasible:
                if not fixed:
                    return None
                raise
            if answer is None:
                return plan, False
            plan = choices.plan(answer.values[: len(choices)] > 0)
            if not answer.proven:
                return plan, False
            columns = tuple(k for k, c in enumerate(objective) if c)
            numbers = tuple(objective[k] for k in columns)
            fixed.append(Row("level", columns, numbers, answer.objective))
        return plan, True


def _forbid(programme: Programme, columns: Sequence[int]) -> None:
    if columns:
        programme.rows.append(Row("held", tuple(columns), (1,) * len(columns), 0))


def _packed(digits: Sequence[Digit]) -> list[list[int]]:
    """The digits as few objectives: the first weighs most, and none is hidden by the next."""
    objectives: list[list[int]] = []
    size = LARGEST
    for digit in digits:
        if digit.span == 1:
            continue
        if size * digit.span >= LARGEST:
            objectives.append(list(digit.coefficients))
            size = digit.span
        else:
            objectives[-1] = [
                before * digit.span + now
                for before, now in zip(objectives[-1], digit.coefficients, strict=True)
            ]
            size *= digit.span
    return objectives
