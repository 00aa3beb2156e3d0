"""What ties homes together: shares, providers' parts, and the limits for the sake of fairness.

Each is a row over choices, most with an extra that costs points. The whole programme and the
households of a large case are both given these rows and no others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from matching.board import Flags, Ints
from matching.choices import Choices
from matching.evaluate import balanced_contracts, entitled, high_need_living
from matching.fair_limits import asking_by_borough, ceilings, deserved
from matching.problem import Referral


@dataclass(frozen=True)
class Link:
    """`sum(amounts of the choices taken) + share x placed - each x extra <= most`.

    `placed` counts all young people whom the plan places. The extra is a whole number up to `limit`
    and costs `points` each; where `each` is 0 there is none: the row binds every plan.
    """

    rule: str
    name: str
    choices: Ints
    amounts: Ints
    most: int
    each: int = 0
    limit: int = 0
    points: int = 0
    share: int = 0

    @property
    def binds(self) -> bool:
        """Whether no points buy a plan out of it."""
        return self.each == 0


def find_links(choices: Choices) -> list[Link]:
    """Everything that ties homes together, in a fixed order."""
    found = [*_shares(choices), *_balance(choices), *_ceilings(choices), *_behind(choices)]
    return [*found, *choices.bound]


def _in_contract(choices: Choices) -> dict[str, Ints]:
    """The choices in each contract's homes."""
    of: dict[str, list[int]] = {}
    for at, home in enumerate(choices.problem.homes):
        if home.contract:
            of.setdefault(home.contract, []).append(at)
    return {name: np.flatnonzero(np.isin(choices.home, homes)) for name, homes in of.items()}


def _shares(choices: Choices) -> Iterator[Link]:
    """Each place a borough is short of what it is entitled to costs its points."""
    problem = choices.problem
    points = problem.policy.points["short_of_share"]
    inside = _in_contract(choices)
    for (contract, borough), (places, held) in sorted(entitled(choices.pairs).items()):
        lacking = places - held
        if lacking <= 0 or not points:
            continue
        here = inside.get(contract, np.zeros(0, dtype=np.int64))
        numbers = np.array(
            [sum(r.borough == borough for r in choices.people(int(k))) for k in here],
            dtype=np.int64,
        )
        some = numbers > 0
        name = f"short {contract} {borough}"
        yield Link("share", name, here[some], -numbers[some], -lacking, 1, lacking, points)


def _balance(choices: Choices) -> Iterator[Link]:
    """Each high-need placement above a provider's part of a contract's places costs its points."""
    problem = choices.problem
    points = problem.policy.points["provider_balance"]
    living = high_need_living(problem)
    inside = _in_contract(choices)
    for contract, homes in sorted(balanced_contracts(problem).items()):
        places = sum(home.places for home in homes)
        if not points or not places:
            continue
        everyone = sum(living.get(home.id, 0) for home in homes)
        here = inside[contract]
        numbers = np.array(
            [sum(r.high_need for r in choices.people(int(k))) for k in here], dtype=np.int64
        )
        here, numbers = here[numbers > 0], numbers[numbers > 0]
        providers = np.array([problem.homes[int(choices.home[k])].provider for k in here])
        room = everyone + int(numbers.sum())
        for provider in sorted({home.provider for home in homes}):
            part = sum(home.places for home in homes if home.provider == provider)
            own = sum(living.get(home.id, 0) for home in homes if home.provider == provider)
            theirs: Flags = providers == provider
            amounts = numbers * np.where(theirs, places - part, -part)
            most = part * everyone - places * own
            name = f"above {contract} {provider}"
            yield Link("balance", name, here, amounts, most, places, room, points)


def _counted(choices: Choices, weight: Callable[[Referral], int]) -> Ints:
    """What the young people whom each choice places weigh together."""
    problem = choices.problem
    by_unit = [
        sum(weight(problem.referrals[member]) for member in unit.members) for unit in choices.units
    ]
    return np.array(by_unit, dtype=np.int64)[choices.unit]


def _from(choices: Choices, borough: str) -> Ints:
    return _counted(choices, lambda referral: int(referral.borough == borough))


def _ceilings(choices: Choices) -> Iterator[Link]:
    """J7: newcomers of high or specialist need in a contract's homes are no more than its room."""
    inside = _in_contract(choices)
    high = _counted(choices, lambda referral: int(referral.high_need))
    for one in ceilings(choices.problem, {}):
        here = inside[one.contract]
        here = here[high[here] > 0]
        yield Link("J7", f"ceiling {one.contract}", here, high[here], one.room)


def _behind(choices: Choices) -> Iterator[Link]:
    """J8: what is due to a borough of all placed, less its own placed, is at most its shortfall.

    With A asking and T placed in all, a asking and p placed of the borough, and x the percentage
    points allowed: (100 a - x A) T - 100 A p - 100 A short <= 100 A - 1, which rounds what is due
    down to whole places. A hard limit has no `short`.
    """
    limits = choices.problem.policy.fairness
    if limits is None or limits.shortfall is None:
        return
    asking = asking_by_borough(choices.pairs)
    everybody = sum(asking.values())
    each = 100 * everybody
    for borough, number in asking.items():
        due = deserved(limits, number, everybody)
        if due <= 0:
            continue
        own = _from(choices, borough)
        here = np.flatnonzero(own)
        row = Link("J8", f"behind {borough}", here, -each * own[here], each - 1, share=due)
        if limits.weighted:
            row = replace(row, each=each, limit=number, points=limits.weight)
        yield row
