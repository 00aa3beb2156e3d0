"""No count under five follows from what is published, by an oracle that shares no code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds as Between
from scipy.optimize import LinearConstraint, milp

from broker.warehouse.publish.cells import ALL, Cell, CountTable, count_table, system
from broker.warehouse.publish.protect import Bounds, bounds, follows, protected

ROWS = ("Havering", "Newham", "Hackney", "City")
Counts = list[list[int]]
FEW = st.one_of(st.integers(0, 7), st.integers(0, 40))


def table(
    counts: Counts, columns: Sequence[str], by: str = "band", measure: str = "sent"
) -> CountTable:
    """A table of these counts."""
    rows = ROWS[: len(counts)]
    pairs = [
        (row, column)
        for row, line in zip(rows, counts, strict=True)
        for column, number in zip(columns, line, strict=True)
        for _ in range(number)
    ]
    return count_table("t", measure, ("borough", by), (rows, columns), pairs)


class Attack:
    """What somebody finds out who has the published tables, told by linear programmes of scipy.

    One unknown for each cell within a table; margins are sums of them, written out by hand. A shown
    cell is an equation.
    """

    def __init__(self, tables: Sequence[CountTable], hidden: frozenset[Cell]) -> None:
        self.at: dict[tuple[int, str, str], int] = {}
        for number, one in enumerate(tables):
            for row in one.rows:
                for column in one.columns:
                    self.at[number, row, column] = len(self.at)
        lines, values = [], []
        for number, one in enumerate(tables):
            for row in (*one.rows, ALL):
                for column in (*one.columns, ALL):
                    if one.cell(row, column) not in hidden:
                        lines.append(self.sum_of(number, one, row, column))
                        values.append(one.value(row, column))
        for row in (*tables[0].rows, ALL):  # the margin that two tables of one measure share
            for number, one in enumerate(tables[1:], start=1):
                if one.measure == tables[0].measure:
                    first = self.sum_of(0, tables[0], row, ALL)
                    lines.append(first - self.sum_of(number, one, row, ALL))
                    values.append(0)
        self.constraints = (
            [LinearConstraint(np.array(lines), np.array(values), np.array(values))] if lines else []
        )

    def sum_of(self, number: int, one: CountTable, row: str, column: str) -> Any:
        """The unknowns of which a cell or margin is the sum."""
        line = np.zeros(len(self.at))
        for each in one.rows if row == ALL else [row]:
            for other in one.columns if column == ALL else [column]:
                line[self.at[number, each, other]] = 1
        return line

    def most(self, line: Any, sign: int = 1) -> int | None:
        """The most (with -1 the least) that a sum may be; None where there is no limit."""
        found = milp(
            -sign * line,
            constraints=self.constraints,
            integrality=np.ones(len(self.at), dtype=np.int64),
            bounds=Between(0, np.inf),
        )
        if found.status == 0:
            return round(-sign * found.fun)
        assert found.status in (3, 4), found.message
        return None


def attacked(tables: Sequence[CountTable]) -> frozenset[Cell]:
    """Protect the tables and attack what is shown; the hidden cells."""
    hidden = protected(system(tables))
    attack = Attack(tables, hidden)
    for number, one in enumerate(tables):
        for row in (*one.rows, ALL):
            for column in (*one.columns, ALL):
                cell, value = one.cell(row, column), one.value(row, column)
                line = attack.sum_of(number, one, row, column)
                if cell not in hidden:
                    assert value >= 5, "a count under five is never shown"
                    continue
                most, least = attack.most(line), attack.most(line, -1)
                assert most is None or most >= 5, f"{cell} is told to be small"
                assert least != most, f"{cell} follows from what is shown"
    return hidden


@st.composite
def grids(draw: st.DrawFn) -> Counts:
    """Counts of two to four rows and columns, many of them small."""
    wide = draw(st.integers(2, 4))
    line = st.lists(FEW, min_size=wide, max_size=wide)
    return draw(st.lists(line, min_size=2, max_size=4))


@given(grids())
@settings(max_examples=25)
def test_no_count_under_five_follows_from_one_table(counts: Counts) -> None:
    attacked([table(counts, [f"b{at}" for at in range(len(counts[0]))])])


@st.composite
def sharing(draw: st.DrawFn) -> tuple[Counts, Counts]:
    """Two tables of one measure with the same sum of each row."""
    first = draw(st.lists(st.lists(FEW, min_size=3, max_size=3), min_size=2, max_size=3))
    second = []
    for line in first:
        cut = draw(st.integers(0, sum(line)))
        second.append([cut, sum(line) - cut])
    return first, second


@given(sharing())
@settings(max_examples=15)
def test_no_count_under_five_follows_from_two_tables_that_share_a_margin(
    counts: tuple[Counts, Counts],
) -> None:
    first = table(counts[0], ["low", "medium", "high"])
    attacked([first, table(counts[1], ["near", "far"], by="area")])


def test_a_single_hidden_count_would_follow_from_its_row_so_others_are_hidden_with_it() -> None:
    one = table([[2, 9, 30], [8, 11, 7], [21, 6, 12]], ["low", "medium", "high"])
    whole = system([one])
    alone = {one.cell("Havering", "low")}
    assert follows(whole, alone) == [one.cell("Havering", "low")]
    assert bounds(whole, alone, one.cell("Havering", "low")) == Bounds(2, 2)
    hidden = attacked([one])
    assert len(hidden) >= 4


def test_a_table_without_small_counts_is_shown_whole() -> None:
    assert attacked([table([[5, 9], [8, 11]], ["low", "high"])]) == frozenset()


def test_showing_any_more_would_give_a_small_count_away() -> None:
    one = table([[2, 9, 30], [8, 11, 7], [21, 6, 12]], ["low", "medium", "high"])
    whole, hidden = system([one]), protected(system([one]))
    for cell in hidden:
        if whole.values[cell] >= 5:
            assert follows(whole, hidden - {cell}), f"{cell} is hidden for nothing"
