"""Which places stood empty in a week, and why: `plan.json`'s reasons, by place-days."""

from __future__ import annotations

import numpy as np

from broker.capacity.simulation.fixed import NEVER, Ints, Law, Life
from broker.capacity.simulation.rounds import WEEK, Round, State, beside
from matching.compiled import compiled
from matching.kernels import has_room

NOBODY_WAITING, NOBODY_ELIGIBLE, MIX, ARRIVALS, PROVIDER, SHUT, FITS_BETTER, BETWEEN = range(8)
"""Indices into `record.EMPTY_REASONS`."""


@compiled
def empties(
    law: Law, key: np.uint64, life: Life, state: State, rnd: Round, rows: Ints, counts: Ints,
    refused: Ints, monday: int,
) -> bool:  # fmt: skip
    """Write down the week's empty place-days of every home; False where there is no room to.

    A place kept for somebody who moves in later in the week is empty for `arrivals`; one left
    without notice, until the next round, for `between_rounds`.
    """
    homes = law.homes
    days = np.zeros(8, np.int64)
    for h in range(len(homes.places)):
        if homes.opens[h] >= monday + WEEK:
            continue
        days[:] = 0
        rest = 0
        for day in range(max(monday, homes.opens[h]), monday + WEEK):
            there, coming, left = 0, 0, 0
            for k in range(state.number[h]):
                i = state.living[h, k]
                if life.start[i] <= day < life.end[i]:
                    there += 1
                elif life.start[i] > day:
                    coming += 1
                elif life.end[i] <= day < life.told[i]:
                    left += 1
            free = max(0, homes.places[h] - there)
            if state.shut[h] > day >= state.shut[h] - law.chances.closed_days:
                days[SHUT] += free
                continue
            kept = min(free, coming)
            days[ARRIVALS] += kept
            gone = min(free - kept, left)
            days[BETWEEN] += gone
            rest += free - kept - gone
        if rest:
            days[_why(law, key, life, rnd, h, refused[h])] += rest
        for reason in range(8):
            if days[reason]:
                at = counts[1]
                if at == len(rows):
                    return False
                rows[at, 0], rows[at, 1] = h, monday // WEEK
                rows[at, 2], rows[at, 3] = reason, days[reason]
                counts[1] += 1
    return True


@compiled
def _why(law: Law, key: np.uint64, life: Life, rnd: Round, h: int, refused: int) -> int:
    """Why a home has a place left by the week's plan, the first that holds."""
    if refused:
        return PROVIDER
    number = rnd.sizes[0]
    waiting, eligible = False, False
    arrived = 0
    here = np.empty(number + 1, np.int64)
    people = 0
    for r in range(number):
        if rnd.of.answer[r] < 0:
            waiting = True
            eligible = eligible or rnd.fits[r, h]
        elif rnd.of.answer[r] == h:
            here[people] = r
            people += 1
    for u in range(rnd.sizes[1] if number else 0):
        arrived += rnd.of.answer[rnd.of.members[rnd.of.start[u]]] == h
    if not waiting:
        return NOBODY_WAITING
    if not eligible:
        return NOBODY_ELIGIBLE
    if arrived >= law.homes.arrivals[h]:
        return ARRIVALS
    for r in range(number):
        fits = rnd.of.answer[r] < 0 and rnd.fits[r, h]
        if fits and not _mix_forbids(law, key, life, rnd, h, here, people, r):
            return FITS_BETTER
    return MIX


@compiled
def _mix_forbids(
    law: Law, key: np.uint64, life: Life, rnd: Round, h: int, here: Ints, number: int, r: int
) -> bool:
    """Whether those who move in keep somebody out by who they are (J2, J3, J5), not by number."""
    if beside(law, key, life, rnd, here, number, r) < 0:
        return True
    step = rnd.step
    unlimited = np.full(len(step.room), NEVER, np.int64)
    return number > 0 and not has_room(
        h, here, number, r, rnd.ss, step.until, unlimited, step.high_room, step.load_room,
        rnd.of.ps, rnd.of.phigh, rnd.of.pload, rnd.of.pday,
    )  # fmt: skip
