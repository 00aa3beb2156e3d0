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
    ground, parts = scene.ground, scene.parts
    where = scene.column["where"][parts.of]
    lived = scene.lived()
    in_homes = lived.only((where >= 0) & ground.under_contract[np.maximum(where, 0)])
    empty = [_empty_for(scene, reason) for reason in range(len(EMPTY_REASONS))]
    closed = EMPTY_REASONS.index(CLOSED)
    for by in _SITES:
        used = tally.total(in_homes, by)
        unused = [tally.total(rows, by) for rows in empty]
        everything = used + sum(unused)
        opened = everything - unused[closed]
        tally.put("occupancy", by, used, opened)
        for reason, days in zip(EMPTY_REASONS, unused, strict=True):
            tally.put(f"empty_{reason}", by, days, everything if reason == CLOSED else opened)
    lengths = _lengths(scene)
    under = lived.only(scene.column["block"][parts.of] == 1)
    for by in under.groups:
        days = tally.total(under, by)
        tally.put("living_there", by, days, np.broadcast_to(lengths, days.shape))
    used = tally.above["living_there", ALL]
    places = ground.setting.block.places
    tally.put("contract_use", ALL, used, np.broadcast_to(places * lengths, used.shape))


def count_placing(scene: Scene, tally: Tally) -> None:
    """Moves in, by how near they are."""
    column, rows = scene.column, np.flatnonzero(scene.begins)
    moves = scene.rows(rows, scene.year(column["start"][rows]))
    tally.ratio("moves_in", moves)
    moves = moves.split_by(*_PEOPLE)
    local, distance = column["local"][rows], column["distance_m"][rows]
    away = column["where"][rows] == ELSEWHERE
    known = away | (local >= 0)
    tally.ratio("in_borough", moves.only(local == IN_BOROUGH), moves.only(known))
    near = (local >= 0) & (local <= IN_PARTNERSHIP)
    tally.ratio("in_partnership", moves.only(near), moves.only(known))
    measured = distance >= 0
    told = measured | (local >= WITHIN_20_MILES)
    close = np.where(measured, distance <= TWENTY_MILES_M, local == WITHIN_20_MILES)
    tally.ratio("within_20_miles", moves.only(close), moves.only(told))
    metres = Rows(moves.of, moves.groups, moves.year, np.maximum(distance, 0))
    tally.ratio("distance", metres, moves.only(measured))
    tally.ratio("elsewhere", moves.only(away), moves)


def count_waiting(scene: Scene, tally: Tally) -> None:
    """Referrals, how soon they are placed, and who waits."""
    column, horizon = scene.column, scene.ground.days.count
    person = column["person"]
    first = np.flatnonzero(np.append(True, person[1:] != person[:-1])[: len(person)])
    referred = first[column["arrived"][first] >= 0]
    arrived = column["arrived"][referred]
    people = scene.rows(referred, scene.year(arrived)).split_by(*_PEOPLE)
    tally.ratio("referrals", people)
    begun = np.full(int(person.max(initial=0)) + 1, horizon, dtype=np.int64)
    backwards = scene.placed[::-1]
    begun[person[backwards]] = column["start"][backwards]
    moved = begun[person[referred]]
    for weeks in WITHIN_WEEKS:
        seen = arrived + 7 * weeks <= horizon
        soon = seen & (moved < horizon) & (moved - arrived <= 7 * weeks)
        tally.ratio(f"placed_in_{weeks}_weeks", people.only(soon), people.only(seen))
    waits = Rows(people.of, people.groups, people.year, moved - arrived)
    tally.ratio("mean_wait", waits.only(moved < horizon), people.only(moved < horizon))
    _count_who_waits(scene, tally)


def _count_who_waits(scene: Scene, tally: Tally) -> None:
    column, edges = scene.column, scene.ground.days.year_edges
    waited = scene.lived().only(scene.waits[scene.parts.of])
    rows = np.flatnonzero(scene.waits)
    start, end = column["start"][rows], column["end"][rows]
    ended = scene.rows(rows, scene.year(end - 1)).split_by(*_PEOPLE)
    for by in _PEOPLE:
        days = tally.total(waited, by)
        tally.put("waiting_at_once", by, days, np.broadcast_to(_lengths(scene), days.shape))
        still = np.zeros_like(days)
        for year, last in enumerate([*(edges[1:] - 1), edges[-1] - 1]):
            there = (start <= last) & (last < end)
            np.add.at(still[..., year], (ended.of[there], ended.groups[by][there]), 1)
        tally.put("still_waiting", by, still)
    tally.ratio("withdrew", ended.only(column["ended"][rows] == ENDINGS.index("withdrawn")))


def count_stability(scene: Scene, tally: Tally) -> None:
    """Moves between homes, unplanned endings, and who is in the same home months later."""
    column, rows = scene.column, scene.placed
    stays = scene.lived().only(~scene.waits[scene.parts.of])
    person = column["person"][rows]
    again = np.append(False, person[1:] == person[:-1])[: len(rows)] & scene.begins[rows]
    begun = scene.rows(rows, scene.year(column["start"][rows])).split_by(*_PEOPLE)
    tally.ratio("moves", begun.only(again), stays)
    ended = scene.rows(rows, scene.year(column["end"][rows] - 1))
    unplanned = column["ended"][rows] == ENDINGS.index("unplanned")
    tally.ratio("unplanned", ended.only(unplanned), stays)
    _count_same_home(scene, tally)


def _count_same_home(scene: Scene, tally: Tally) -> None:
    column, rows = scene.column, np.flatnonzero(scene.begins)
    start, end = column["start"][rows], column["end"][rows]
    moves = scene.rows(rows, scene.year(start))
    gone = np.isin(column["ended"][rows], [ENDINGS.index(e) for e in ("turned_18", "care_ended")])
    for months in SAME_HOME_MONTHS:
        mark: Ints = scene.ground.marks[months][start]
        seen = mark <= scene.ground.days.count
        there = seen & (end >= mark)
        name = f"same_home_{months}_months"
        tally.ratio(name, moves.only(there), moves.only(seen))
        tally.ratio(f"{name}_in_care", moves.only(there), moves.only(seen & (there | ~gone)))


def _empty_for(scene: Scene, reason: int) -> Rows:
    empty = scene.empty
    kept = empty["reason"] == reason
    home = empty["home"][kept]
    groups = {ALL: np.zeros_like(home), HOME: home, PROVIDER: scene.ground.provider_of[home]}
    year = scene.year(empty["week"][kept] * 7)
    return Rows(empty["of"][kept], groups, year, empty["place_days"][kept])


def _lengths(scene: Scene) -> Ints:
    """The days of each financial year, and of all."""
    edges = scene.ground.days.year_edges
    return np.append(np.diff(edges), edges[-1])
