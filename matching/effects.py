"""Each home for one young person, and waiting, with what choosing it does to everybody else.

Each choice is held and the whole region solved again; what changes in each level, and who moves, is
the difference to the plan at hand. Nothing is estimated.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Any

from matching.contrast import Change, Move, change_of, moves_of
from matching.evaluate import Levels, evaluate
from matching.explain import Option, Options, options_for
from matching.held import Region
from matching.holding import Held, LimitCame, Outcome
from matching.joint import JOINT_SENTENCES, Break, breaks
from matching.plan import levels_json
from matching.problem import Problem
from matching.search import Limits


@dataclass(frozen=True, slots=True)
class Effect:
    """What one choice does. `option` is None for waiting.

    `levels` and `change` are of the best plan with this choice, against the plan at hand; `moves`
    names everybody else who lives elsewhere then. All are empty where no plan can hold the choice:
    `in_the_way` says which joint rules stand against it; and where a limit came before anything was
    `known`. `chosen` marks what the plan at hand does.
    """

    option: Option | None
    chosen: bool
    levels: Levels | None = None
    change: Change | None = None
    moves: tuple[Move, ...] = ()
    proven: bool = True
    in_the_way: tuple[Break, ...] = ()
    known: bool = True

    @property
    def possible(self) -> bool | None:
        """Whether any plan holds the choice; None where that is not known."""
        return self.levels is not None if self.known else None

    def to_json(self) -> dict[str, Any]:
        """For other programs."""
        return {
            "home_id": None if self.option is None else self.option.home.id,
            "chosen": self.chosen,
            "possible": self.possible,
            "objective": None if self.levels is None else levels_json(self.levels),
            "change": None if self.change is None else self.change.to_json(),
            "moves": [move.to_json() for move in self.moves],
            "proven": self.proven,
            "in_the_way": [
                {
                    "code": one.code,
                    "sentence": JOINT_SENTENCES[one.code],
                    "found": one.found,
                    "allowed": one.allowed,
                }
                for one in self.in_the_way
            ],
        }


@dataclass(frozen=True)
class Effects:
    """Every choice for one young person, the best for the whole region first."""

    options: Options
    levels: Levels
    ranked: tuple[Effect, ...]

    def to_json(self) -> dict[str, Any]:
        """For other programs."""
        return {
            **self.options.to_json(),
            "objective": levels_json(self.levels),
            "choices": [effect.to_json() for effect in self.ranked],
        }

    def render(self, problem: Problem) -> str:
        """In words, for a terminal."""
        from matching.tell_whatif import effects_text

        return effects_text(self, problem)


def effects_of(
    region: Region,
    referral_id: str,
    limits: Limits | None = None,
    *,
    workers: int = 2,
    tell: Callable[[Effects], None] | None = None,
) -> Effects:
    """Hold each home that fits a young person, and waiting, and solve the region each time.

    `region` holds the plan to compare with. Choices rank by the levels they lead to, then by the
    points and the fee of the home, then by id; what cannot be comes last. `tell` hears what is
    known so far each time. Raises `BadInput` for a referral that is not in the case.
    """
    options = options_for(region.pairs, referral_id)
    levels = evaluate(region.pairs, region.plan).levels
    limits = limits or Limits()
    choices: list[Option | None] = [*options.homes]
    if not options.referral.by_hand:
        choices.append(None)

    def unknown(option: Option | None) -> Effect:
        home = None if option is None else option.home.id
        chosen = region.plan.get(referral_id) == home
        return Effect(option, chosen, proven=False, known=False)

    def effect(option: Option | None) -> Effect:
        if option is None:
            held = Held(waiting=frozenset({referral_id}))
        else:
            held = Held(homes={referral_id: option.home.id})
        try:
            outcome = region.best(held, limits)
        except LimitCame:
            return unknown(option)
        return _effect(region, referral_id, option, levels, outcome)

    found = [unknown(option) for option in choices]
    with ThreadPoolExecutor(max(1, workers)) as pool:
        asked = {pool.submit(effect, option): at for at, option in enumerate(choices)}
        for done in as_completed(asked):
            found[asked[done]] = done.result()
            if tell is not None:
                tell(Effects(options, levels, tuple(sorted(found, key=_rank))))
    return Effects(options, levels, tuple(sorted(found, key=_rank)))


def _effect(
    region: Region,
    referral_id: str,
    option: Option | None,
    levels: Levels,
    outcome: Outcome | None,
) -> Effect:
    home = None if option is None else option.home.id
    chosen = region.plan.get(referral_id) == home
    if outcome is None:
        return Effect(option, chosen, in_the_way=_in_the_way(region, referral_id, option))
    others = tuple(
        move
        for move in moves_of(region.problem, region.plan, outcome.plan)
        if move.referral != referral_id
    )
    change = change_of(levels, outcome.levels)
    return Effect(option, chosen, outcome.levels, change, others, outcome.proven)


def _in_the_way(region: Region, referral_id: str, option: Option | None) -> tuple[Break, ...]:
    """Why no plan at all has the young person there: they, or their group, do not fit by rule."""
    if option is None:
        return ()
    problem = region.problem
    referral = problem.referral_by_id[referral_id]
    members = region.group(referral)
    promised = [
        problem.referral_by_id[who]
        for who, pin in sorted(problem.pinned.items())
        if pin.home == option.home.id and who not in {member.id for member in members}
    ]
    found = breaks(problem, option.home, [*promised, *members])
    if found or len(members) == 1:
        return tuple(found)
    what = "not every one of the group may live there"
    if any(member.by_hand for member in members):
        what = "one of the group is placed by hand"
    names = tuple(member.id for member in members)
    return (Break("J4", option.home.id, what, "all of them in one home", names),)


def _rank(effect: Effect) -> tuple[bool, Levels, bool, int, bool, int, str]:
    option = effect.option
    levels = effect.levels or Levels(0, 0, 0)
    if option is None:
        return (effect.levels is None, levels, True, 0, True, 0, "")
    unknown, fee = option.fee is None, option.fee or 0
    return (effect.levels is None, levels, False, option.cost, unknown, fee, option.home.id)
