"""The limits for the sake of fairness as rows of the programme; none without such a policy."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from matching.fair_limits import asking_by_borough, ceilings, deserved

if TYPE_CHECKING:
    from matching.programme import Programme


def fairness_limits(programme: Programme) -> None:
    """J7 and J8: the rows that bind contracts and boroughs over all homes together."""
    if programme.choices.problem.policy.fairness is not None:
        ceiling_rows(programme)
        shortfall_rows(programme)


def ceiling_rows(programme: Programme) -> None:
    """J7: newcomers of high or specialist need in a contract's homes are no more than its room."""
    choices, problem = programme.choices, programme.choices.problem
    room = {one.contract: one.room for one in ceilings(problem, {})}
    columns: dict[str, list[int]] = {contract: [] for contract in room}
    numbers: dict[str, list[int]] = {contract: [] for contract in room}
    for column, choice in enumerate(programme.kept):
        contract = problem.homes[int(choices.home[choice])].contract
        number = sum(referral.high_need for referral in choices.people(int(choice)))
        if contract in room and number:
            columns[contract].append(column)
            numbers[contract].append(number)
    for contract, most in room.items():
        programme.add("J7", columns[contract], numbers[contract], most)


def shortfall_rows(programme: Programme) -> None:
    """J8: what is due to a borough of all placed, less its own placed, is at most its shortfall.

    With A asking and T a column no less than all placed, a asking and p placed of the borough, and
    x the percentage points allowed: (100 a - x A) T - 100 A p - 100 A short <= 100 A - 1, which
    rounds what is due down to whole places. A hard limit has no `short`. T keeps the rows thin.
    """
    choices, limits = programme.choices, programme.choices.problem.policy.fairness
    if limits is None or limits.shortfall is None:
        return
    asking = asking_by_borough(choices.pairs)
    everybody = sum(asking.values())
    coming = [
        Counter(referral.borough for referral in choices.people(int(choice)))
        for choice in programme.kept
    ]
    columns = range(len(coming))
    placed = programme.extra("placed", everybody, 0)
    sizes = [people.total() for people in coming]
    programme.add("J8", [*columns, placed], [*sizes, -1], 0)
    for borough, number in asking.items():
        due = deserved(limits, number, everybody)
        if due <= 0:
            continue
        own = [column for column in columns if coming[column][borough]]
        numbers = [-100 * everybody * coming[column][borough] for column in own]
        if limits.weighted:
            own.append(programme.extra(f"behind {borough}", number, limits.weight))
            numbers.append(-100 * everybody)
        programme.add("J8", [*own, placed], [*numbers, due], 100 * everybody - 1)
