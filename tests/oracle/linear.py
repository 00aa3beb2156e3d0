"""A whole-number model with three objectives, solved by HiGHS through scipy."""

from math import gcd
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array, vstack

Terms = dict[int, int]
Numbers = np.ndarray[Any, np.dtype[np.float64]]
INFINITE = float("inf")
WORTH_NARROWING = 200


class NotSolved(Exception):
    """The solver did not prove an optimum, or its answer does not stand up to the checker."""


class Model:
    """Whole-number columns, rows, and one objective for each of the three levels."""

    def __init__(self) -> None:
        self.upper: list[float] = []
        self.rows: list[tuple[Terms, float, float]] = []
        self.levels: list[Terms] = [{}, {}, {}]
        self.constants = [0, 0, 0]

    def column(self, upper: float = INFINITE) -> int:
        """Add a whole-number column from 0 to ``upper`` and return its index."""
        self.upper.append(upper)
        return len(self.upper) - 1

    def row(self, terms: Terms, low: float = -INFINITE, high: float = INFINITE) -> None:
        """Demand low <= terms <= high."""
        if terms:
            self.rows.append((terms, low, high))
        elif low > 0 or high < 0:
            raise NotSolved("a row without terms cannot hold")

    def add(self, level: int, column: int, points: int) -> None:
        """Add a column's coefficient to the objective of a level."""
        self.levels[level][column] = self.levels[level].get(column, 0) + points

    def minimise(self, level: int) -> np.ndarray[Any, np.dtype[np.int64]]:
        """Return the rounded best columns for a level, or raise ``NotSolved``."""
        cost = np.zeros(len(self.upper))
        scale = gcd(*self.levels[level].values()) or 1
        for column, points in self.levels[level].items():
            cost[column] = points // scale
        if not self.upper:
            return np.zeros(0, dtype=np.int64)
        answer = milp(
            cost,
            integrality=np.ones(len(self.upper), dtype=np.int64),
            bounds=Bounds(0, np.array(self.upper)),
            constraints=self._constraints(),
            options={"mip_rel_gap": 0.0},
        )
        if answer.status != 0 or answer.x is None:
            raise NotSolved(f"level {level + 1}: {answer.message}")
        rounded: np.ndarray[Any, np.dtype[np.int64]] = np.rint(answer.x).astype(np.int64)
        value = sum(points // scale * int(rounded[i]) for i, points in self.levels[level].items())
        if value - answer.mip_dual_bound > 0.99:
            raise NotSolved(f"level {level + 1}: {value} is not proven by {answer.mip_dual_bound}")
        return rounded

    def fix(self, level: int, columns: np.ndarray[Any, np.dtype[np.int64]]) -> int:
        """Hold a level at what these columns reach, and return that value."""
        terms = {i: points for i, points in self.levels[level].items() if points}
        reached = sum(points * int(columns[i]) for i, points in terms.items())
        if terms:
            scale = gcd(*terms.values())
            if level < 2 and len(self.upper) >= WORTH_NARROWING and self.rows:
                self._narrow(terms, reached)
            self.row({i: points // scale for i, points in terms.items()}, high=reached // scale)
        return reached + self.constants[level]

    def _narrow(self, terms: Terms, reached: int) -> None:
        """Hold at 0 each column whose reduced cost alone is above what the relaxation leaves."""
        cost = np.zeros(len(self.upper))
        cost[list(terms)] = list(terms.values())
        matrix, low, high = self._matrix()
        above, below = np.isfinite(high), np.isfinite(low)
        relaxed = linprog(
            cost,
            A_ub=vstack([matrix[above], -matrix[below]]).toarray(),
            b_ub=np.concatenate([high[above], -low[below]]),
            bounds=[(0, upper) for upper in self.upper],
            method="highs",
        )
        if relaxed.status != 0 or relaxed.fun is None:
            raise NotSolved(f"the relaxation: {relaxed.message}")
        for column, reduced in enumerate(relaxed.lower.marginals):
            if reduced > reached - relaxed.fun + 0.5:
                self.upper[column] = 0

    def _constraints(self) -> list[LinearConstraint]:
        return [LinearConstraint(*self._matrix())] if self.rows else []

    def _matrix(self) -> tuple[csr_array[Any, Any], Numbers, Numbers]:
        data, indices, pointer = [], [], [0]
        for terms, _, _ in self.rows:
            indices += list(terms)
            data += list(terms.values())
            pointer.append(len(indices))
        matrix = csr_array(
            (np.array(data, dtype=float), np.array(indices), np.array(pointer)),
            shape=(len(self.rows), len(self.upper)),
        )
        return (
            matrix,
            np.array([low for _, low, _ in self.rows]),
            np.array([high for _, _, high in self.rows]),
        )
