"""Who needs a place on which days whatever is bought: the least that any portfolio must meet.

Arrivals, lengths of stay, endings, closures and declines are functions of a young person's or a
home's name, so what nobody's choice can shorten is known beforehand. It is what the simulation does
where no home takes anybody and everybody goes elsewhere at their first weekly round: nobody waits
longer than they must, and no home that was bought shuts on anybody. Under any portfolio a young
person needs a place on all those days, and perhaps on more, unless a home that shut ended it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from broker.capacity.figures.days import Ints
from broker.capacity.record import ELSEWHERE, EMPTY_REASONS, Replication
from broker.capacity.simulation.chance import DECLINE, key_of_replication, share
from broker.capacity.simulation.fixed import NEVER, Flags, Life
from broker.capacity.simulation.replicate import comers, replicate
from broker.capacity.simulation.world import World

_CLOSED = EMPTY_REASONS.index("closed")
WEEK = 7


@dataclass(frozen=True)
class Closure:
    """A home (by its number in the world) is shut on the days [day, reopens)."""

    home: int
    day: int
    reopens: int


@dataclass(frozen=True)
class Needs:
    """One replication: by young person the days [start, end) and the need band.

    `able[i, k]` is the first day from which homes of a kind could have them living there, NEVER
    where none ever could; `cover` the first day on which any home could. `declining[h]` counts the
    young people whom a home would decline if they were proposed.
    """

    start: Ints
    end: Ints
    cover: Ints
    band: Ints
    able: Ints
    closures: tuple[Closure, ...]
    declining: Ints


def empty_handed(world: World) -> World:
    """The world with no home that takes anybody: everybody goes elsewhere at the first round."""
    fixed = world.fixed
    chances = fixed.law.chances._replace(elsewhere_after=1, step_down=0.0)
    tables = fixed.tables._replace(fits=np.zeros_like(fixed.tables.fits))
    made = fixed._replace(law=fixed.law._replace(chances=chances), tables=tables)
    return replace(world, fixed=made)


def needs(world: World, number: int, kinds: Sequence[Sequence[int]]) -> Needs:
    """What must be met in replication number so many of a world that has every home.

    `kinds` has the numbers of the homes of each kind.
    """
    chances = world.fixed.law.chances
    if chances.closures_per_day > 0 and chances.closed_days < 1:
        raise ValueError("closures of no day leave no trace to work a bound out from")
    record = replicate(empty_handed(world), number)
    life = comers(world, number)
    spells = record.spells
    who, first = np.unique(spells["person"], return_index=True)
    last = np.append(first[1:], len(spells)) - 1
    start = np.maximum(spells["start"][first], 0).astype(np.int64)
    end = spells["end"][last].astype(np.int64)
    placed = np.flatnonzero(spells["where"] == ELSEWHERE)[::-1]
    cover = np.full(len(life.pool), NEVER, dtype=np.int64)
    cover[spells["person"][placed]] = spells["start"][placed]
    cover = cover[who]
    if chances.step_down > 0:
        soonest = cover + int(chances.step_first)
        end = np.where(cover < NEVER, np.minimum(end, soonest), end)
    able = _able(world, life, who, cover, end, kinds)
    return Needs(
        start, end, cover, spells["band"][first].astype(np.int64), able,
        tuple(_closures(world, record)), _declining(world, number, life, who, able, kinds),
    )  # fmt: skip


def _able(
    world: World, life: Life, who: Ints, cover: Ints, end: Ints, kinds: Sequence[Sequence[int]]
) -> Ints:
    """From which day each kind could have them: by the rules of home, and of age on moving in."""
    tables = world.fixed.tables
    pool = life.pool[who]
    made = np.full((len(who), len(kinds)), NEVER, dtype=np.int64)
    birthday = tables.birthday[life.born[who] - tables.born_base]
    begins = np.maximum(birthday[:, :-1], cover[:, None])
    lasts = (begins < birthday[:, 1:]) & (begins < end[:, None])
    for kind, homes in enumerate(kinds):
        at = list(homes)
        anyhow: Flags = np.asarray(tables.fits[:, :, :, at].any(axis=(0, 1, 3)))
        fits = anyhow[pool] & (pool >= 0)
        ages = tables.of_age[: begins.shape[1], at].any(axis=1)
        days = np.where(lasts & ages & fits[:, None], begins, NEVER)
        made[:, kind] = days.min(axis=1)
    return made


def _closures(world: World, record: Replication) -> list[Closure]:
    """When each home shuts, from the place-days that stood empty because it was shut."""
    homes = world.fixed.law.homes
    length = world.fixed.law.chances.closed_days
    shut = np.zeros((len(homes.places), world.weeks), dtype=np.int64)
    rows = record.empty[record.empty["reason"] == _CLOSED]
    shut[rows["home"], rows["week"]] = rows["place_days"]
    shut //= homes.places[:, None]
    found = []
    for home, days in enumerate(shut):
        for week in range(world.weeks):
            if days[week] <= 0:
                continue
            day = WEEK * (week + 1) - int(days[week])
            found.append(Closure(home, day, day + length))
            monday = WEEK * np.arange(world.weeks)
            own = np.minimum(monday + WEEK, day + length) - np.maximum(monday, day)
            days -= np.maximum(own, 0)
    return found


def _declining(
    world: World, number: int, life: Life, who: Ints, able: Ints, kinds: Sequence[Sequence[int]]
) -> Ints:
    """How many young people each home of a kind would decline, once each."""
    key, _ = key_of_replication(world.seed, number)
    homes, chance = world.fixed.law.homes, world.fixed.law.chances.decline
    made = np.zeros(len(homes.places), dtype=np.int64)
    if chance <= 0:
        return made
    for kind, own in enumerate(kinds):
        names = [int(name) for name in life.name[who[able[:, kind] < NEVER]]]
        for home in own:
            at = int(homes.key[home])
            made[home] = sum(share(key, DECLINE, name, at) < chance for name in names)
    return made
