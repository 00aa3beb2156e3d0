"""Everything made ready for a purchase to be asked about: pools of young people, worlds, prices."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from broker.capacity.buying.answers import Answers, Asker
from broker.capacity.buying.bound import least
from broker.capacity.buying.bounded import Floors, trained
from broker.capacity.buying.built import UNCHANGED, Built, Changed, build, present_built
from broker.capacity.buying.evaluate import Chance, Evaluator, Frame, Subject, column
from broker.capacity.buying.options import Options, Portfolio
from broker.capacity.buying.outcome import Pricing, check_spot, pricer
from broker.capacity.buying.paired import mean
from broker.capacity.buying.race import FIRST
from broker.capacity.buying.search import search
from broker.capacity.buying.surrogate import propose, sample
from broker.capacity.scenarios.apply import apply
from broker.capacity.scenarios.terms import Scenario, Scenarios
from broker.capacity.simulation.chance import key_of
from broker.capacity.simulation.replicate import replicate
from broker.capacity.simulation.settings import Settings, assumptions
from broker.capacity.simulation.world import CannotSimulate, World, make_world
from matching.problem import Problem
from pricing.money import Pence, round_half_up
from pricing.terms import Contract

SAMPLED: Final = 6
"""Replications whose days the programme samples."""
LOCAL_WORTHS: Final = (0, 50_000, 200_000)
"""Pence that a local place-week is taken to be worth, to propose portfolios along the frontier."""
PARTS: Final = (Fraction(1, 3), Fraction(2, 3), Fraction(1))
"""Of the limit of places, how many a proposal may have at most."""


@dataclass(frozen=True)
class Question:
    """What is asked."""

    case: Problem
    present: Contract
    options: Options
    demand: Mapping[str, Any]
    scenarios: Scenarios | None
    pricing: Pricing
    settings: Settings
    first: date
    weeks: int
    seed: int
    replications: int
    validations: int
    enumerate_up_to: int
    indifference: Pence | None
    folder: Path | None
    processes: int

    @property
    def fresh_seed(self) -> int:
        """The seed of validation, which chooses nothing."""
        return key_of(f"{self.seed}/validation") % 2**31


@dataclass(frozen=True)
class Answered:
    """The answers, with the indifference that the races used."""

    question: Question
    answers: Answers
    indifference: Pence
    simulated: int


def ask(
    question: Question, say: Callable[[str], None] = lambda _: None,
    heard: Callable[[int], None] | None = None,
) -> Answered:  # fmt: skip
    """Search, validate and answer.

    Raises:
        CannotSimulate: inputs that make no world.
        NothingAllowed: no portfolio keeps the limits.
        NotPriced: a price is missing.
    """
    check_spot(question.pricing.spot, question.first, question.weeks)
    settled = assumptions(question.settings)
    say("inventing young people")
    world = everything(question, question.seed)
    fresh = everything(question, question.fresh_seed)
    frame = Frame(question.first, question.weeks, question.settings, question.pricing)
    evaluator = Evaluator(frame, question.folder, question.processes, heard)
    present = present_built(question.case, question.present, question.first, question.weeks)

    def floors(seed: int, world: World, replications: int) -> Floors:
        return Floors(
            question.options,
            trained(world, lambda demand: everything(question, seed, demand)),
            tuple(question.present.homes),
            replications,
            lambda portfolio: _build(question, portfolio),
            lambda built: pricer(
                frame.world(Subject(built, question.demand), Chance(seed, world.pool)),
                built,
                question.pricing,
            ),
        )

    asker = Asker(
        options=question.options,
        evaluator=evaluator,
        demand=question.demand,
        inside=Chance(question.seed, world.pool),
        fresh=Chance(question.fresh_seed, fresh.pool),
        present=present,
        builder=lambda portfolio, changed: _build(question, portfolio, changed),
        under=lambda names: _under(question, names),
        replications=question.replications,
        validations=question.validations,
        stated=settled,
        floors=floors(question.fresh_seed, fresh, question.validations),
    )
    inside = floors(question.seed, world, question.replications)
    first = min(FIRST, question.replications)
    subject = Subject(present, question.demand)
    table = evaluator.outcomes([subject], asker.inside, first)[0]
    indifference = question.indifference
    if indifference is None:
        indifference = max(1, round_half_up(mean(column(table, "cost")).value / 1000))
    found = search(
        question.options,
        asker.tables,
        lambda: _proposals(question, world, say),
        question.replications,
        bounds=lambda costs, target: least(question.options, inside, costs, target),
        years=frame.years,
        indifference=indifference,
        enumerate_up_to=question.enumerate_up_to,
        say=say,
    )
    return Answered(question, asker.answers(found, say), indifference, evaluator.simulated)


def _build(question: Question, portfolio: Portfolio, changed: Changed = UNCHANGED) -> Built:
    return build(
        question.options, portfolio, question.case, question.present, question.first,
        question.weeks, changed,
    )  # fmt: skip


def everything(question: Question, seed: int, demand: Mapping[str, Any] | None = None) -> World:
    """A world with every home that could be bought and those of the present contract."""
    kinds = tuple(kind.most for kind in question.options.kinds)
    built = _build(question, Portfolio(0, kinds))
    names = {home.id for home in built.case.homes}
    others = [
        replace(home, contract="")
        for home in question.case.homes
        if home.id in question.present.homes and home.id not in names
    ]
    case = replace(
        built.case,
        homes=(*built.case.homes, *others),
        avoids=question.case.avoids,
        wishes=question.case.wishes,
        declines=question.case.declines,
    )
    return make_world(
        case, built.contract, question.demand if demand is None else demand, weeks=question.weeks,
        seed=seed, settings=question.settings, first=question.first,
    )  # fmt: skip


def _proposals(question: Question, world: World, say: Callable[[str], None]) -> Sequence[Portfolio]:
    """What the programme proposes, for terms, limits of places and worths of living near."""
    say("sampling days for proposals")
    options = question.options
    replications = [replicate(world, at) for at in range(min(SAMPLED, question.replications))]
    found = sample(options, world, replications)
    made: dict[Portfolio, None] = {}
    for terms in range(len(options.terms)):
        for worth in LOCAL_WORTHS:
            for part in PARTS:
                say(f"proposing under {options.terms[terms].id}")
                most = max(1, int(part * options.limits.places))
                one = propose(
                    options, found, terms, question.present, question.pricing.spot,
                    local_worth=worth, most_places=most, world=world,
                )  # fmt: skip
                if one is not None:
                    made[one.portfolio] = None
    if not made:
        raise CannotSimulate("No portfolio could be proposed.")
    return tuple(made)


def _under(question: Question, names: Sequence[str]) -> Mapping[str, Any]:
    """The demand under scenarios one upon the other."""
    file = question.scenarios
    if file is None:
        raise CannotSimulate("No scenarios were given.")
    chosen = [next(one for one in file.scenarios if one.id == name) for name in names]
    both = Scenario(
        "+".join(names),
        "; ".join(one.name for one in chosen),
        "; ".join(dict.fromkeys(one.source for one in chosen)),
        tuple(change for one in chosen for change in one.changes),
    )
    return apply(question.demand, both, file)
