"""One replication, from its number: draw the people, go through the weeks, write the record."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final

import numpy as np
from numpy.typing import NDArray

from broker.capacity.record import EMPTY, PATHS, REFUSALS, SPELLS, Replication
from broker.capacity.simulation.best import ENGINE
from broker.capacity.simulation.chance import key_of_replication
from broker.capacity.simulation.engine import Asked, ask
from broker.capacity.simulation.everybody import everybody
from broker.capacity.simulation.fixed import NEVER, Ints, Life, rows
from broker.capacity.simulation.rounds import WEEK, Of, Round, State, Step
from broker.capacity.simulation.weekly import ASKS, DONE, FULL, WATCHED, Course, Told, begin, weeks
from broker.capacity.simulation.world import World

ROOM: Final = 64
"""How many may wait in a week before a replication is begun again with more room."""
MOVES: Final = 4

Watch = Callable[[Asked], None]
"""Is shown rounds with their answers, those of the engine included."""


def replicate(
    world: World, number: int, watch: Watch | None = None, watched: Collection[int] | None = None
) -> Replication:
    """Replication number so many of a world.

    `watch` sees the rounds of the weeks `watched`, every week's where that is None.
    """
    room = ROOM
    while True:
        made = _attempt(world, number, watch, watched, room)
        if made is not None:
            return made
        room *= 2


def _attempt(
    world: World, number: int, watch: Watch | None, watched: Collection[int] | None, room: int
) -> Replication | None:
    fixed = world.fixed
    key, random = key_of_replication(world.seed, number)
    rates = world.rates.drawn(random, world.settings.parameters)
    shapes, scales = world.stays.drawn(random, world.settings.parameters)
    life = everybody(fixed, key, rates)
    old = len(fixed.known.name)
    size, homes = len(life.name), len(fixed.law.homes.places)
    state = _state(size, homes, int(fixed.law.homes.places.max(initial=1)) + old + 8)
    told = Told(
        np.zeros((6 * size + 4 * room, len(SPELLS.names or ())), dtype=np.int64),
        np.zeros(
            (world.weeks * homes * (2 + room // ROOM), len(EMPTY.names or ())), dtype=np.int64
        ),
        np.zeros((size * homes + 1, len(REFUSALS.names or ())), dtype=np.int64),
        np.zeros(3 + len(PATHS), dtype=np.int64),
    )
    entering = np.flatnonzero(life.enters < NEVER)
    entering = entering[np.lexsort((life.name[entering], life.enters[entering]))]
    course = Course(
        np.zeros(5, dtype=np.int64),
        entering,
        np.zeros(homes, dtype=np.int64),
        np.zeros(homes, dtype=np.int64),
        np.zeros(size, dtype=np.int64),
        np.zeros(homes, dtype=np.int64),
    )
    policy = fixed.law.policy
    rnd = _round(room, homes, len(policy.places), len(world.boroughs), policy.parts.shape[1])
    flags = np.zeros(world.weeks, dtype=np.int64)
    if watch is not None:
        flags[list(range(world.weeks) if watched is None else watched)] = 1
    begin(fixed, key, life, state, course, shapes, scales)
    while True:
        why = weeks(fixed, key, life, state, rnd, course, told, shapes, scales, flags)
        if why == FULL:
            return None
        if why == DONE:
            break
        week = int(course.position[0])
        asked = Asked(world, key, life, state, rnd, week, int(course.position[2]))
        if why == ASKS:
            rnd.of.answer[: rnd.sizes[0]] = ask(asked)
        if watch is not None and flags[week] and (why == WATCHED or asked.path == ENGINE):
            watch(asked)
    return _record(world, number, told)


def pools(world: World, number: int) -> Ints:
    """Which invented young person of the pool everybody of a replication is; -1 none."""
    return np.array(comers(world, number).pool, dtype=np.int64)


def comers(world: World, number: int) -> Life:
    """Everybody of a replication as they come, before the first week."""
    key, random = key_of_replication(world.seed, number)
    rates = world.rates.drawn(random, world.settings.parameters)
    return everybody(world.fixed, key, rates)


def _state(size: int, homes: int, width: int) -> State:
    def ints(*shape: int) -> Ints:
        return np.zeros(shape, dtype=np.int64)

    return State(
        moved=ints(size, MOVES),
        declined=np.zeros((size, homes), dtype=bool), living=ints(homes, width),
        number=ints(homes), shut=ints(homes), waiting=ints(size), queued=ints(1),
    )  # fmt: skip


def _round(people: int, homes: int, contracts: int, boroughs: int, providers: int) -> Round:
    """Room for a question of so many young people."""

    def ints(*shape: int) -> Ints:
        return np.zeros(shape, dtype=np.int64)

    fits: NDArray[np.bool_] = np.zeros((people, homes), dtype=bool)
    return Round(
        sizes=ints(2),
        of=rows(Of(*(ints(people + 1) for _ in Of._fields))),
        fits=fits,
        pair=ints(people, homes),
        cost=ints(people, homes),
        ss=ints(homes + 1),
        step=rows(Step(*(ints(homes * WEEK) for _ in Step._fields))),
        lacking=ints(contracts, boroughs),
        high=ints(contracts, providers),
        levels=ints(3),
    )


def _record(world: World, number: int, told: Told) -> Replication:
    spells = _table(told.spells[: told.counts[0]], SPELLS)
    return Replication(
        number=number,
        seed=(world.seed, number),
        weeks=world.weeks,
        first=world.first,
        spells=spells[np.lexsort((spells["start"], spells["person"]))],
        empty=_table(told.empty[: told.counts[1]], EMPTY),
        refusals=_table(told.refusals[: told.counts[2]], REFUSALS),
        rounds={name: int(told.counts[3 + at]) for at, name in enumerate(PATHS)},
    )


def _table(rows: Ints, kind: np.dtype) -> np.ndarray:
    made = np.empty(len(rows), dtype=kind)
    for at, name in enumerate(kind.names or ()):
        made[name] = rows[:, at]
    return made
