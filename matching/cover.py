"""The fewest things that together cover everything: exact, for small collections."""

from __future__ import annotations

from collections.abc import Sequence

MOST_STEPS = 200_000


class TooHard(Exception):
    """The collection is too large to find the fewest in reasonable time."""


def fewest(covers: Sequence[int], everything: int) -> list[int] | None:
    """The fewest indices whose bit sets in `covers` together hold every bit of `everything`.

    Of equally few the first in order of index is taken; None where no choice covers everything.
    Raises TooHard after 200,000 steps.
    """
    if everything & ~_union(covers):
        return None
    steps = [0]
    for size in range(everything.bit_count() + 1):
        found = _search(covers, everything, size, steps)
        if found is not None:
            return sorted(found)
    raise AssertionError("one index a bit always suffices")


def _union(covers: Sequence[int]) -> int:
    bits = 0
    for cover in covers:
        bits |= cover
    return bits


def _search(covers: Sequence[int], missing: int, size: int, steps: list[int]) -> list[int] | None:
    if not missing:
        return []
    if size == 0 or size * max(((c & missing).bit_count() for c in covers), default=0) < (
        missing.bit_count()
    ):
        return None
    steps[0] += 1
    if steps[0] > MOST_STEPS:
        raise TooHard
    able: list[int] = []
    rest = missing
    first = True
    while rest:
        bit = rest & -rest
        rest ^= bit
        holders = [index for index, cover in enumerate(covers) if cover & bit]
        if first or len(holders) < len(able):
            able, first = holders, False
    for index in able:
        found = _search(covers, missing & ~covers[index], size - 1, steps)
        if found is not None:
            return [index, *found]
    return None
