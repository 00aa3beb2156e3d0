"""Occupancy, places empty and why, where young people are placed, their waits and their stays.

A week's empty place-days count in the financial year its Monday lies in: the record has no days.
"""

from __future__ import annotations

import numpy as np

from broker.capacity.figures.days import Ints
from broker.capacity.figures.definitions import (
    CLOSED,
    SAME_HOME_MONTHS,
    TWENTY_MILES_M,
    WITHIN_WEEKS,
)
from broker.capacity.figures.scene import Scene
from broker.capacity.figures.setting import ALL, BAND, BOROUGH, HOME, PROVIDER
from broker.capacity.figures.tally import Rows, Tally
from broker.capacity.record import (
    ELSEWHERE,
    EMPTY_REASONS,
    ENDINGS,
    IN_BOROUGH,
    IN_PARTNERSHIP,
    WITHIN_20_MILES,
)

_PEOPLE = (ALL, BOROUGH, BAND)
_SITES = (ALL, HOME, PROVIDER)


def count_places(scene: Scene, tally: Tally) -> None:
    """Occupancy, use of the contract, and the place-days empty by reason."""
    ground, column, parts = scene.ground, scene.column, scene.parts
    where = column["where"][parts.of]
    in_contract = (where >= 0) & ground.under_contract[np.maximum(where, 0)]
    lived = Rows(scene.groups(parts.of, homes=True), parts.part, parts.days)
    in_homes = lived.only(in_contract).split_by(*_SITES)
    under = lived.only(column["block"][parts.of] == 1)
    used = _table(tally, in_homes)
    empty = [_empty(scene, tally, place) for place in range(len(EMPTY_REASONS))]
    closed = EMPTY_REASONS.index(CLOSED)
    for by in _SITES:
        everything = used[by] + sum(each[by] for each in empty)
        opened = everything - empty[closed][by]
        tally.put("occupancy", by, used[by], opened)
        for place, reason in enumerate(EMPTY_REASONS):
            below = everything if place == closed else opened
            tally.put(f"empty_{reason}", by, empty[place][by], below)
    tally.ratio("living_there", under)
    days = np.diff(ground.days.year_edges)
    days = np.append(days, days.sum())
    for by in under.groups:
        lasted = np.broadcast_to(days, tally.above["living_there", by].shape)
        tally.below["living_there", by] = lasted
    places = ground.setting.block.places
    tally.put("contract_use", ALL, tally.above["living_there", ALL], places * days[None, :])


def count_placing(scene: Scene, tally: Tally) -> None:
    """Moves in, by how near they are."""
    column, rows = scene.column, scene.moved_in
    ones = np.ones(len(rows), dtype=np.int64)
    moves = Rows(scene.groups(rows, homes=True), scene.year(column["start"][rows]), ones)
    tally.ratio("moves_in", moves)
    moves = moves.split_by(*_PEOPLE)
    local, distance = column["local"][rows], column["distance_m"][rows]
    known = local >= 0
    tally.ratio("in_borough", moves.only(local == IN_BOROUGH), moves.only(known))
    near = known & (local <= IN_PARTNERSHIP)
    tally.ratio("in_partnership", moves.only(near), moves.only(known))
    measured = distance >= 0
    told = measured | (local >= WITHIN_20_MILES)
    close = np.where(measured, distance <= TWENTY_MILES_M, local == WITHIN_20_MILES)
    tally.ratio("within_20_miles", moves.only(close), moves.only(told))
    metres = Rows(moves.groups, moves.year, np.maximum(distance, 0))
    tally.ratio("distance", metres, moves.only(measured))
    tally.ratio("elsewhere", moves.only(column["where"][rows] == ELSEWHERE), moves)


def count_waiting(scene: Scene, tally: Tally) -> None:
    """Referrals, how soon they are placed, and who waits."""
    column, days = scene.column, scene.ground.days
    _, first_rows = np.unique(column["person"], return_index=True)
    referred = first_rows[column["arrived"][first_rows] >= 0]
    arrived = column["arrived"][referred]
    ones = np.ones(len(referred), dtype=np.int64)
    people = Rows(scene.groups(referred), scene.year(arrived), ones)
    tally.ratio("referrals", people)
    placed_people, first = np.unique(column["person"][scene.placed], return_index=True)
    begun = np.full(int(column["person"].max(initial=-1)) + 1, days.count, dtype=np.int64)
    begun[placed_people] = column["start"][scene.placed[first]]
    moved = begun[column["person"][referred]]
    for weeks in WITHIN_WEEKS:
        seen = arrived + 7 * weeks <= days.count
        soon = seen & (moved < days.count) & (moved - arrived <= 7 * weeks)
        tally.ratio(f"placed_in_{weeks}_weeks", people.only(soon), people.only(seen))
    waits = Rows(people.groups, people.year, moved - arrived).only(moved < days.count)
    tally.ratio("mean_wait", waits, people.only(moved < days.count))
    _count_who_waits(scene, tally)


def _count_who_waits(scene: Scene, tally: Tally) -> None:
    column, edges = scene.column, scene.ground.days.year_edges
    parts = scene.parts
    at_once = np.isin(parts.of, scene.waiting)
    lived = Rows(scene.groups(parts.of), parts.part, parts.days)
    tally.ratio("waiting_at_once", lived.only(at_once))
    lengths = np.append(np.diff(edges), edges[-1])
    rows = scene.waiting
    start, end = column["start"][rows], column["end"][rows]
    groups = scene.groups(rows)
    for by in _PEOPLE:
        above = tally.above["waiting_at_once", by]
        tally.below["waiting_at_once", by] = np.broadcast_to(lengths, above.shape)
        still = np.zeros_like(above)
        for year, last in enumerate([*(edges[1:] - 1), edges[-1] - 1]):
            there = (start <= last) & (last < end)
            np.add.at(still[:, year], groups[by][there], 1)
        tally.put("still_waiting", by, still)
    ended = Rows(groups, scene.year(np.maximum(end - 1, 0)), np.ones(len(rows), dtype=np.int64))
    withdrew = column["ended"][rows] == ENDINGS.index("withdrawn")
    tally.ratio("withdrew", ended.only(withdrew))


def count_stability(scene: Scene, tally: Tally) -> None:
    """Moves between homes, unplanned endings, and who is in the same home months later."""
    column, parts, rows = scene.column, scene.parts, scene.placed
    lived = np.isin(parts.of, rows)
    stays = Rows(scene.groups(parts.of, homes=True), parts.part, parts.days).only(lived)
    ones = np.ones(len(rows), dtype=np.int64)
    person = column["person"][rows]
    again = np.append(False, person[1:] == person[:-1])[: len(rows)]
    again &= np.isin(rows, scene.moved_in)
    begun = Rows(scene.groups(rows), scene.year(np.maximum(column["start"][rows], 0)), ones)
    tally.ratio("moves", begun.only(again), stays.split_by(*_PEOPLE))
    last = np.clip(column["end"][rows] - 1, 0, scene.ground.days.count - 1)
    ended = Rows(scene.groups(rows, homes=True), scene.year(last), ones)
    unplanned = column["ended"][rows] == ENDINGS.index("unplanned")
    tally.ratio("unplanned", ended.only(unplanned), stays)
    _count_same_home(scene, tally)


def _count_same_home(scene: Scene, tally: Tally) -> None:
    column, rows = scene.column, scene.moved_in
    start, end = column["start"][rows], column["end"][rows]
    ones = np.ones(len(rows), dtype=np.int64)
    moves = Rows(scene.groups(rows, homes=True), scene.year(start), ones)
    gone = np.isin(column["ended"][rows], [ENDINGS.index(e) for e in ("turned_18", "care_ended")])
    for months in SAME_HOME_MONTHS:
        mark: Ints = scene.ground.marks[months][start]
        seen = mark <= scene.ground.days.count
        there = seen & (end >= mark)
        name = f"same_home_{months}_months"
        tally.ratio(name, moves.only(there), moves.only(seen))
        tally.ratio(f"{name}_in_care", moves.only(there), moves.only(seen & (there | ~gone)))


def _empty(scene: Scene, tally: Tally, reason: int) -> dict[str, Ints]:
    ground, empty = scene.ground, scene.replication.empty
    rows = empty[(empty["reason"] == reason) & ground.under_contract[empty["home"]]]
    home = rows["home"].astype(np.int64)
    groups = {ALL: np.zeros_like(home), HOME: home, PROVIDER: ground.provider_of[home]}
    year = scene.year(rows["week"].astype(np.int64) * 7)
    return _table(tally, Rows(groups, year, rows["place_days"].astype(np.int64)))


def _table(tally: Tally, rows: Rows) -> dict[str, Ints]:
    spare = Tally(tally.years, tally.sizes)
    spare.ratio("", rows)
    return {by: spare.above["", by] for by in rows.groups}
