"""Who comes in one replication: their days, ages, needs, brothers and sisters; and their stays.

Arrivals of a cell are a Poisson process at the cell's rate, its course of factors counted: the
n-th arrival comes when the rates have added up to the sum of n exponential draws, so that a change
of rates moves the same arrivals in time.
"""

from __future__ import annotations

from math import ceil, log

import numpy as np

from broker.capacity.simulation import chance
from broker.capacity.simulation.chance import share
from broker.capacity.simulation.fixed import (
    NEVER,
    OLDER,
    PREFERRED,
    SOLO,
    TOGETHER,
    YOUNGER,
    Fixed,
    Floats,
    Ints,
    Life,
)
from matching.compiled import compiled

CELL = 1 << 24
"""An arrival is known to chance by its cell and its number within it."""

_ARRIVAL, _WHO, _BORN, _KNOWN = chance.ARRIVAL, chance.WHO, chance.BORN, chance.KNOWN
_SIBLING, _TOGETHER, _MOVES = chance.SIBLING, chance.TOGETHER, chance.MOVES
_LENGTH, _ENDING, _AGAIN, _RESIDENT = chance.LENGTH, chance.ENDING, chance.AGAIN, chance.RESIDENT


@compiled
def arrivals(key: np.uint64, rates: Floats, spent: Floats, days: Ints, names: Ints) -> int:
    """How many come, at most as many as there is room for in `days` and `names`; -1 if more."""
    weeks = spent.shape[1] - 1
    found = 0
    for cell in range(len(rates)):
        rate = rates[cell]
        if rate <= 0.0:
            continue
        reached, number, week = 0.0, 0, 0
        while True:
            reached -= log(share(key, _ARRIVAL, cell, number))
            years = reached / rate
            if years >= spent[cell, weeks]:
                break
            while spent[cell, week + 1] <= years:
                week += 1
            part = (years - spent[cell, week]) / (spent[cell, week + 1] - spent[cell, week])
            if found == len(days):
                return -1
            days[found] = 7 * week + min(6, int(7.0 * part))
            names[found] = cell * CELL + number
            found += 1
            number += 1
    return found


@compiled
def people(fixed: Fixed, key: np.uint64, days: Ints, names: Ints, life: Life) -> None:
    """Fill in everybody: those of the case as they are, arrivals (in order of day) by chance."""
    known, coming, chances = fixed.known, fixed.coming, fixed.law.chances
    old = len(known.name)
    for i in range(old):
        life.name[i], life.pool[i], life.born[i] = known.name[i], known.pool[i], known.born[i]
        life.band[i], life.sex[i], life.borough[i] = known.band[i], known.sex[i], known.borough[i]
        life.group[i], life.route[i] = known.group[i], 1
        life.family[i], life.siblings[i] = known.family[i], known.siblings[i]
        life.moves[i], life.needed[i] = known.moves[i], known.needed[i]
        life.since[i] = known.since[i]
        life.enters[i] = known.needed[i] // 7 if known.home[i] < 0 else NEVER
        _companions(life, i, known.companions[i])
    for at in range(len(days)):
        i = old + at
        name = names[at]
        cell = name // CELL
        who = int(share(key, _WHO, name, 0) * coming.cells.many[cell])
        life.name[i], life.needed[i] = name, days[at]
        life.group[i], life.route[i] = coming.cells.group[cell], coming.cells.route[cell]
        life.sex[i], life.borough[i] = coming.cells.sex[cell], coming.cells.borough[cell]
        _become(fixed, life, i, coming.cells.stratum[cell] + who)
        first, after = coming.ages[cell, 0], coming.ages[cell, 1]
        life.born[i] = days[at] - first - int(share(key, _BORN, name, 0) * (after - first))
        life.family[i], life.siblings[i] = -1, 0
        draw = share(key, _MOVES, name, 0)
        life.moves[i] = 0
        while life.moves[i] < 3 and draw > coming.moves[life.moves[i]]:
            life.moves[i] += 1
        life.enters[i] = 0 if share(key, _KNOWN, name, 0) < chances.emergency else 1
    _families(fixed, key, life, old)
    for i in range(old, len(life.name)):
        early = life.enters[i] == 1
        life.enters[i] = life.needed[i] // 7 if early else (life.needed[i] + 6) // 7
        life.since[i] = life.needed[i]


@compiled
def _become(fixed: Fixed, life: Life, i: int, pool: int) -> None:
    life.pool[i] = pool
    life.band[i] = fixed.tables.pool.band[pool]
    _companions(life, i, fixed.tables.pool.companions[pool])


@compiled
def _companions(life: Life, i: int, says: int) -> None:
    life.solo[i] = 1 if says == SOLO else 0
    life.older[i] = life.born[i] if says == OLDER else NEVER
    life.younger[i] = life.born[i] if says == YOUNGER else -NEVER


@compiled
def _families(fixed: Fixed, key: np.uint64, life: Life, old: int) -> None:
    """Some come with the next one of their borough, on the same day, from the same address."""
    coming = fixed.coming
    for i in range(old, len(life.name)):
        if life.family[i] < 0 and share(key, _SIBLING, life.name[i], 0) < fixed.law.chances.sibling:
            for j in range(i + 1, len(life.name)):
                if life.borough[j] == life.borough[i] and life.family[j] < 0:
                    kind = TOGETHER if share(key, _TOGETHER, life.name[i], 0) < 0.5 else PREFERRED
                    cell, other = life.name[i] // CELL, life.name[j] // CELL
                    number = life.pool[i] - coming.cells.stratum[cell]
                    life.born[j] -= life.needed[j] - life.needed[i]
                    life.needed[j], life.enters[j] = life.needed[i], life.enters[i]
                    _become(
                        fixed,
                        life,
                        j,
                        coming.cells.stratum[other] + number % coming.cells.many[other],
                    )
                    for one in (i, j):
                        life.family[one], life.siblings[one] = i, kind
                    break
    for i in range(old, len(life.name)):
        _companions(
            life, i, 0 if life.family[i] >= 0 else fixed.tables.pool.companions[life.pool[i]]
        )


@compiled
def length(
    fixed: Fixed, key: np.uint64, life: Life, shapes: Floats, scales: Floats, i: int, stay: int
) -> int:
    """Days that stay number so many of a young person lasts if nothing comes between; at least 1.

    Stay 0 of a resident of the case is what is left of it.
    """
    coming = fixed.coming
    group = life.group[i]
    route = life.route[i] if stay == 0 else coming.table.shape[1] - 1
    draw = share(key, _LENGTH, life.name[i], stay)
    under_way = stay == 0 and i < len(fixed.known.home) and fixed.known.home[i] >= 0
    table = coming.left if under_way else coming.table
    steps = table.shape[2] - 1
    if under_way or coming.tabled[group, route]:
        at = int(draw * steps)
        part = draw * steps - at
        days = table[group, route, at] * (1 - part) + table[group, route, at + 1] * part
    else:
        days = scales[group, route] * (-log(draw)) ** (1.0 / shapes[group, route])
        days = min(days, table[group, route, steps])
    return int(max(1, ceil(days)))


@compiled
def ending(fixed: Fixed, key: np.uint64, life: Life, i: int, stay: int) -> int:
    """How that stay ends: an index into stays.KINDS."""
    draw = share(key, _ENDING, life.name[i], stay)
    kind = 0
    while kind < 3 and draw > fixed.coming.endings[kind]:
        kind += 1
    return kind


@compiled
def comes_back(fixed: Fixed, key: np.uint64, life: Life, i: int, stay: int) -> bool:
    """Whether they need another such home the day that stay ends unplanned."""
    drawn = share(key, _AGAIN, life.name[i], stay)
    return life.pool[i] >= 0 and drawn < fixed.coming.again
