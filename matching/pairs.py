"""Every eligible pair of a referral and a home, with its points, area, distance and fee.

The pairs are columns (a row a pair, sorted by referral then home), since a region has hundreds of
thousands. What is not eligible is not here; `explain` looks at those.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from matching.board import Board, Flags, Ints, View
from matching.points import COMPONENT_NAMES, cautions_with_residents, price
from matching.problem import Problem, Referral
from matching.rules import eligible


@dataclass(frozen=True)
class Pairs:
    """The eligible pairs of a problem.

    `referral` and `home` are indices into the problem's tables; `tenths` is -1 where the distance
    is unknown; `components` has a column for each of `COMPONENT_NAMES`; `cautions` is points for
    residents present with whom the young person may live only with caution; `fee` and `marginal`
    are pence a week, `fee_known` whether a rate covers the day. Pairs of referral r stand at
    `start[r]` to `start[r + 1]`.
    """

    board: Board
    start: Ints
    referral: Ints
    home: Ints
    tenths: Ints
    area: Ints
    components: Ints
    cautions: Ints
    fee: Ints
    marginal: Ints
    fee_known: Flags

    @property
    def problem(self) -> Problem:
        """The problem whose pairs these are."""
        return self.board.problem

    def __len__(self) -> int:
        return len(self.referral)

    @cached_property
    def total(self) -> Ints:
        """Points of each pair by itself: the sum of its components."""
        total: Ints = self.components.sum(axis=1)
        return total

    @cached_property
    def cost(self) -> Ints:
        """Points of each pair with the cautions it has with residents: what placing it adds."""
        return self.total + self.cautions

    def of(self, referral: int) -> slice:
        """Where the pairs of a referral stand."""
        return slice(int(self.start[referral]), int(self.start[referral + 1]))

    def find(self, referral: int, home: int) -> int | None:
        """The row of a pair, or None where it is not eligible."""
        span = self.of(referral)
        at = span.start + int(np.searchsorted(self.home[span], home))
        return at if at < span.stop and self.home[at] == home else None

    def row(self, at: int) -> dict[str, int]:
        """Points of one pair by component."""
        return dict(zip(COMPONENT_NAMES, self.components[at].tolist(), strict=True))


def find_pairs(problem: Problem, progress: Callable[[int, int], None] | None = None) -> Pairs:
    """Judge every referral against every home. `progress` hears (done, of) now and then."""
    return _judged(Board(problem), problem.referrals, progress)


def without_pairs(problem: Problem) -> Pairs:
    """A problem with no pair looked for: for a question that judges its own young person or home.

    No rule and no point is worked out, however many wait.
    """
    made = _judged(Board(problem), (), None)
    return replace(made, start=np.zeros(len(problem.referrals) + 1, dtype=np.int64))


def _judged(
    board: Board,
    referrals: Sequence[Referral],
    progress: Callable[[int, int], None] | None,
) -> Pairs:
    problem = board.problem
    caution = problem.policy.points["caution"]
    counts = [0]
    blocks: list[tuple[Ints, ...]] = []
    for number, referral in enumerate(referrals):
        view = View(board, referral)
        fits = eligible(view)
        at = np.flatnonzero(fits).astype(np.int64)
        counts.append(len(at))
        fees = board.fees(referral.band, view.day)
        cautions = np.zeros(board.size, dtype=np.int64)
        np.add.at(cautions, cautions_with_residents(view), caution)
        blocks.append(
            (
                np.full(len(at), number, dtype=np.int64),
                at,
                view.tenths[at],
                view.areas[at],
                cautions[at],
                fees.weekly[at],
                fees.marginal[at],
                fees.known[at].astype(np.int64),
                price(view, at, fits),
            )
        )
        if progress is not None and number % 256 == 255:
            progress(number + 1, len(referrals))
    columns = _join(blocks)
    return Pairs(
        board=board,
        start=np.cumsum(counts),
        referral=columns[0],
        home=columns[1],
        tenths=columns[2],
        area=columns[3],
        cautions=columns[4],
        fee=columns[5],
        marginal=columns[6],
        fee_known=columns[7].astype(bool),
        components=columns[8],
    )


def _join(blocks: list[tuple[Ints, ...]]) -> list[Ints]:
    if blocks:
        return [np.concatenate(column) for column in zip(*blocks, strict=True)]
    empty = np.zeros(0, dtype=np.int64)
    return [empty] * 8 + [np.zeros((0, len(COMPONENT_NAMES)), dtype=np.int64)]
