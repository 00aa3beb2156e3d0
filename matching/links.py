"""Terms of the plan that tie homes of one contract together: shares and providers' parts.

Each is a row over choices with an extra that costs points: `sum(amounts) - each x extra <= most`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from matching.board import Flags, Ints
from matching.choices import Choices
from matching.evaluate import balanced_contracts, entitled, high_need_living


@dataclass(frozen=True)
class Link:
    """`sum(amounts of the choices taken) - each x extra <= most`; the extra costs `points` each."""

    rule: str
    name: str
    choices: Ints
    amounts: Ints
    most: int
    each: int
    limit: int
    points: int


def find_links(choices: Choices) -> list[Link]:
    """Every term that ties homes together, in a fixed order."""
    return [*_shares(choices), *_balance(choices)]


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
