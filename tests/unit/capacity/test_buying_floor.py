"""The floor under portfolios: against linear programmes, of boxes, and the gap in the long run."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import linprog

from broker.capacity.buying.bound import GROUPS, STUDENT, gap, gap_of, least, number_allowed
from broker.capacity.buying.floor import FINE, Kinds, Priced, floor
from broker.capacity.buying.needs import Closure, Needs
from broker.capacity.buying.options import Kind, Limits, Options, Portfolio, Terms
from broker.capacity.simulation.fixed import NEVER

DAYS = 21
EDGES = np.array([0, 7, 11, 14])
"""Two weeks of terms with a change of prices in the second, and a week after them."""
PLACES = np.array([2, 3])


def kinds(homes: int = 2) -> Kinds:
    """Two kinds, so many homes of each, no other home."""
    numbers = [list(range(homes)), list(range(homes, 2 * homes))]
    return Kinds(numbers, PLACES, frozenset(), np.repeat(PLACES, homes))


@st.composite
def prices(draw: st.DrawFn) -> Priced:
    """Prices of two bands that change at the edges."""

    def course(low: int, high: int) -> list[int]:
        one, two, three = (FINE * draw(st.integers(low, high)) for _ in range(3))
        return [one] * 7 + [two] * 4 + [three] * 3

    own = np.array([course(20, 90), course(20, 90)])
    spot = np.array([[*course(30, 90), *[FINE * 50] * 7] for _ in range(2)])
    void = np.minimum(np.array(course(0, 30)), own.min(axis=0))
    return Priced(spot, own, void, EDGES, 0)


@st.composite
def people(draw: st.DrawFn) -> Needs:
    """A few young people, none of whom a home shuts on or declines."""
    number = draw(st.integers(0, 7))
    start = np.array([draw(st.integers(0, DAYS - 1)) for _ in range(number)], dtype=np.int64)
    end = np.array([draw(st.integers(int(s) + 1, DAYS)) for s in start], dtype=np.int64)
    cover = np.array(
        [draw(st.integers(int(s), int(e))) for s, e in zip(start, end, strict=True)],
        dtype=np.int64,
    )
    able = np.full((number, 2), NEVER, dtype=np.int64)
    for i, k in product(range(number), range(2)):
        if draw(st.booleans()) and cover[i] < end[i]:
            able[i, k] = draw(st.integers(int(cover[i]), int(end[i]) - 1))
    band = np.array([draw(st.integers(0, 1)) for _ in range(number)], dtype=np.int64)
    return Needs(start, end, cover, band, able, (), np.zeros(4, dtype=np.int64))


def programme(one: Needs, priced: Priced, counts: tuple[int, int], guaranteed: int) -> float:
    """The same relaxation as a linear programme over young people, kinds and stretches."""
    goal: list[float] = []
    rows: list[dict[int, float]] = []
    most: list[float] = []
    constant = sum(
        int(priced.spot[b, s:e].sum()) for b, s, e in zip(one.band, one.start, one.end, strict=True)
    )
    for at in range(len(EDGES) - 1):
        first, last = int(EDGES[at]), int(EDGES[at + 1])
        empty = len(goal)
        goal.append(float(priced.void[first]))
        promise: dict[int, float] = {empty: -1.0}
        use: list[dict[int, float]] = [{}, {}]
        for i in range(len(one.band)):
            spans = {
                k: max(0, min(last, int(one.end[i])) - max(first, int(one.able[i, k])))
                for k in range(2)
            }
            # Days of a young person that either kind may cover: at most those since the first can.
            whole: dict[int, float] = {}
            for k, span in spans.items():
                if span:
                    var = len(goal)
                    saved = priced.spot[one.band[i], first] - priced.block[one.band[i], first]
                    goal.append(-float(saved))
                    whole[var] = 1.0
                    use[k][var] = 1.0
                    promise[var] = -1.0
                    rows.append({var: 1.0})
                    most.append(span)
            rows.append(whole)
            most.append(max(spans.values()))
        for k in range(2):
            rows.append(use[k])
            most.append(float(PLACES[k] * counts[k] * (last - first)))
        rows.append(promise)
        most.append(-float(guaranteed * (last - first)))
    matrix = np.zeros((len(rows), len(goal)))
    for r, row in enumerate(rows):
        for var, value in row.items():
            matrix[r, var] = value
    made = linprog(goal, A_ub=matrix, b_ub=most, bounds=(0, None), method="highs")
    assert made.status == 0
    assert made.fun is not None
    return constant + float(made.fun)


@given(st.lists(people(), min_size=1, max_size=2), prices(), st.integers(0, 2), st.integers(0, 2),
       st.integers(0, 100))  # fmt: skip
def test_a_floor_is_the_least_of_a_linear_programme(
    found: list[Needs], priced: Priced, a: int, b: int, percent: int
) -> None:
    guaranteed = percent * int(PLACES @ np.array([a, b])) // 100
    made = floor(found, kinds(), priced).least((a, b), (a, b), guaranteed)
    for own, one in zip(made, found, strict=True):
        expected = programme(one, priced, (a, b), guaranteed)
        assert own <= expected / FINE + 1e-6
        assert own >= expected / FINE - 1 - 1e-6


@given(people(), prices(), st.integers(0, 100))
def test_a_box_is_at_or_below_each_of_its_portfolios(
    one: Needs, priced: Priced, percent: int
) -> None:
    made = floor([one], kinds(), priced)
    for low, high in (((0, 0), (2, 2)), ((1, 0), (2, 1)), ((0, 1), (0, 2))):
        promised = percent * int(PLACES @ np.array(low)) // 100
        box = int(made.least(low, high, promised)[0])
        for counts in product(*(range(x, y + 1) for x, y in zip(low, high, strict=True))):
            own = percent * int(PLACES @ np.array(counts)) // 100
            assert box <= int(made.least(counts, counts, own)[0])


def test_a_home_that_shuts_may_end_as_many_stays_as_it_has_places_the_dearest() -> None:
    flat = Priced(
        np.full((2, DAYS), 60 * FINE), np.full((2, 14), 60 * FINE), np.zeros(14, dtype=np.int64),
        EDGES, 0,
    )  # fmt: skip
    needs = Needs(
        start=np.array([0, 0, 0, 12]), end=np.array([20, 10, 15, 20]),
        cover=np.array([0, 0, 0, 12]), band=np.zeros(4, dtype=np.int64),
        able=np.array([[0, NEVER], [0, NEVER], [0, NEVER], [12, NEVER]]),
        closures=(Closure(0, 8, 18), Closure(2, 8, 18)), declining=np.zeros(4, dtype=np.int64),
    )  # fmt: skip
    made = floor([needs], kinds(), flat)
    whole = 60 * (20 + 10 + 15 + 8)
    assert made.least((0, 1), (0, 1), 0).tolist() == [whole]  # nobody could live there
    assert made.least((1, 0), (1, 0), 0).tolist() == [whole - 60 * (12 + 7)]  # two places


def test_voids_of_places_shut_or_declined_may_go_unpaid_and_never_for_more_than_they_are() -> None:
    flat = Priced(
        np.full((2, DAYS), 60 * FINE), np.full((2, 14), 60 * FINE), np.full(14, 10 * FINE),
        EDGES, 0,
    )  # fmt: skip
    nobody = np.zeros(0, dtype=np.int64)
    needs = Needs(
        nobody, nobody, nobody, nobody, np.zeros((0, 2), dtype=np.int64),
        (Closure(0, 12, 18),), np.array([0, 0, 1, 9]),
    )  # fmt: skip
    made = floor([needs], kinds(), flat)
    assert made.least((1, 0), (1, 0), 2).tolist() == [10 * 2 * (14 - 2)]
    assert made.least((0, 1), (0, 1), 3).tolist() == [10 * 3 * (14 - 7)]
    assert made.least((0, 2), (0, 2), 6).tolist() == [0]


OPTIONS = Options(
    "o.toml", "0" * 64, "Invented", "ours", Limits(11, 100, None, Fraction(), Fraction(1)),
    (Kind("A", "a", "H", 3, 2), Kind("B", "b", "H", 2, 3, terms=("T2",))),
    (Terms("T1", 8, Fraction(90), None), Terms("T2", 4, Fraction(80), None)),
)  # fmt: skip


def floors(table: dict[Portfolio, np.ndarray]) -> Callable[..., np.ndarray]:
    """The least of the portfolios of a box, by brute force."""

    def of(terms: int, low: tuple[int, ...], high: tuple[int, ...]) -> np.ndarray:
        inside = product(*(range(a, b + 1) for a, b in zip(low, high, strict=True)))
        costs = [table[Portfolio(terms, counts)] for counts in inside]
        lowest: np.ndarray = np.min(costs, axis=0)
        return lowest

    return of


def drawn(seed: int, n: int) -> dict[Portfolio, np.ndarray]:
    """Costs of every portfolio, those that are not allowed too."""
    random = np.random.default_rng(seed)
    every = (Portfolio(t, (a, b)) for t, a, b in product(range(2), range(4), range(3)))
    return {one: random.integers(10**6, 2 * 10**6, n) for one in every}


@given(st.integers(0, 10**6), st.integers(0, 100))
def test_what_is_left_and_the_least_are_what_brute_force_finds(seed: int, percent: int) -> None:
    table = drawn(seed, 5)
    allowed = sorted(OPTIONS.every())
    assert number_allowed(OPTIONS) == len(allowed)
    means = {one: Fraction(int(table[one].sum()), 5) for one in allowed}
    known: dict[Portfolio, Fraction | None] = {allowed[0]: means[allowed[0]], allowed[1]: None}
    target = means[allowed[0]] * percent / 100 + min(means.values()) * (100 - percent) / 100
    target = min(target, means[allowed[0]])
    made = least(OPTIONS, floors(table), known, target)
    rest = [one for one in allowed if one not in known and means[one] < target]
    assert made.left == tuple(rest)
    assert made.value == min([target, *(means[one] for one in rest)])
    cut = least(OPTIONS, floors(table), known, target, looks=3)
    assert cut.value <= made.value
    assert cut.left is None or cut.left == made.left


@pytest.mark.parametrize(("n", "groups"), [(1, 1), (7, 7), (19, 9), (21, 7), (40, 10)])
def test_a_gap_is_over_groups_of_which_each_chooses_anew(n: int, groups: int) -> None:
    table = drawn(n, n)
    best = min(OPTIONS.every())
    made = gap(OPTIONS, floors(table), table[best], {best: table[best]})
    size = n // groups
    own = [
        Fraction(
            int(table[best][at : at + size].sum())
            - min(int(table[one][at : at + size].sum()) for one in OPTIONS.every()),
            size,
        )
        for at in range(0, groups * size, size)
    ]
    assert made.groups == groups <= GROUPS
    assert made.value == sum(own) / groups
    if groups > 1:
        spread = np.std([float(one) for one in own], ddof=1) / np.sqrt(groups)
        expected = float(made.value) + stats.t.ppf(0.95, groups - 1) * spread
        assert made.most is not None
        assert expected <= made.most <= expected * 1.001 + 2


def test_the_points_of_students_t_are_rounded_up() -> None:
    for free, point in enumerate(STUDENT, start=1):
        true = stats.t.ppf(0.95, free)
        assert true <= point <= true + 0.001


def test_the_interval_holds_the_true_distance_at_least_as_often_as_it_says() -> None:
    """Two portfolios a known distance apart: the end of the interval is below it in few samples."""
    random = np.random.default_rng(1)
    held = 0
    for _ in range(400):
        shared = random.normal(0, 5000, 40)
        ours = 10**6 + shared + random.normal(0, 400, 40)
        other = 10**6 - 100 + shared + random.normal(0, 400, 40)
        difference = [
            Fraction(max(0, round(float((ours - other)[at : at + 4].mean()))))
            for at in range(0, 40, 4)
        ]
        most = gap_of(difference).most
        held += most is not None and most >= 100
    assert held >= 0.95 * 400
