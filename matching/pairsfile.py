"""Every pair of a referral and a home as a table: judged by the rules, and priced as if eligible.

Source: docs/case-folder.md, `pairs.csv`.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from matching.board import AREAS, UNKNOWN, Board, Flags, Ints, View
from matching.points import COMPONENT_NAMES, price
from matching.problem import Problem
from matching.rules import rules_of, tests
from matching.tables import table_text
from matching.unbuild import pounds

MOST_PAIRS = 1_000_000
"""Above so many pairs only the eligible ones are written."""

PAIRS_COLUMNS = (
    "referral_id",
    "home_id",
    "eligible",
    "failed",
    "distance_miles",
    "area",
    "weekly_fee",
    "total",
    *("area_points" if name == "area" else name for name in COMPONENT_NAMES),
)
"""The columns; points for the area are `area_points`, because `area` says which it is."""


def pairs_csv(problem: Problem, *, eligible_only: bool = False) -> Iterator[str]:
    """The text of pairs.csv, a piece a referral, in the order of referrals and homes.

    `failed` holds the codes of all rules that do not hold, none where the referral is by hand;
    `distance_miles` is empty where a location is unknown, `weekly_fee` where no rate covers the
    day.
    """
    board = Board(problem)
    said: dict[int, str] = {}
    yield table_text(PAIRS_COLUMNS, ())
    for referral in problem.referrals:
        view = View(board, referral)
        yield _text(list(_columns(view, eligible_only, said)))


def _columns(view: View, eligible_only: bool, said: dict[int, str]) -> Iterator[list[object]]:
    holds = tests(view)
    by_hand = view.referral.by_hand
    fits: Flags = np.all(holds, axis=0)
    fits &= not by_hand
    at = np.flatnonzero(fits) if eligible_only else np.arange(view.board.size, dtype=np.int64)
    homes = view.problem.homes
    components = price(view, at, fits)
    fees = view.board.fees(view.referral.band, view.day)
    yield [view.referral.id] * len(at)
    yield [homes[place].id for place in at.tolist()]
    yield ["Y" if fit else "N" for fit in fits[at].tolist()]
    yield [""] * len(at) if by_hand else _failed(view.problem, ~holds[:, at], said)
    yield [_miles(tenths) for tenths in view.tenths[at].tolist()]
    yield [AREAS[area] for area in view.areas[at].tolist()]
    yield [
        pounds(fee) if known else ""
        for fee, known in zip(fees.weekly[at].tolist(), fees.known[at].tolist(), strict=True)
    ]
    yield components.sum(axis=1).tolist()
    yield from (column.tolist() for column in components.T)


def _failed(problem: Problem, fails: Flags, said: dict[int, str]) -> list[object]:
    rules = rules_of(problem)
    masks: Ints = np.left_shift(1, np.arange(len(rules), dtype=np.int64)) @ fails
    for mask in np.unique(masks).tolist():
        if mask not in said:
            codes = [rule.code for place, rule in enumerate(rules) if mask >> place & 1]
            said[mask] = ";".join(codes)
    return [said[mask] for mask in masks.tolist()]


def _miles(tenths: int) -> str:
    return "" if tenths == UNKNOWN else f"{tenths // 10}.{tenths % 10}"


def _text(columns: list[list[object]]) -> str:
    rows = [[str(cell) for cell in row] for row in zip(*columns, strict=True)]
    header_and_rows = table_text((), rows)
    return header_and_rows.partition("\n")[2]
