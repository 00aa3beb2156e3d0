"""The programme of a year against a second one written week by week, solved by another library."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from broker.capacity.lookahead.programme import Programme
from broker.capacity.lookahead.year import Year, year_of
from broker.capacity.simulation.drawing import Coming
from matching.problem import Resident
from tests.unit.capacity.invented import BOROUGHS, FIRST, problem, young

WEEKS = 9


def invented(seed: int) -> Year:
    """Six to eleven young people over nine weeks, some living there already."""
    draw = Random(seed)
    people, residents, lives = [], [], {}
    for number in range(draw.randint(6, 11)):
        band = draw.choice(("low", "medium", "medium", "high", "specialist"))
        week = draw.randint(0, WEEKS - 1)
        day = FIRST + timedelta(days=7 * week + draw.choice((0, 0, 4, 20)))
        people.append(Coming(week, young(f"R{number}", band, day), draw.randint(3, 50)))
    for number, home in enumerate(("A", "B", "C")):
        if draw.random() < 0.7:
            who = f"YP-L{number}"
            residents.append(
                Resident(who, home, BOROUGHS[0], "medium" if home != "C" else "high", FIRST)
            )
            lives[who] = FIRST + timedelta(days=draw.randint(1, 70))
    asking = tuple(one.referral for one in people)
    case = problem(asking, tuple(residents))
    return year_of(case, people, lives, WEEKS, rounds=4)


def by_the_week(year: Year, cost: np.ndarray, never: np.ndarray) -> float:
    """The same question as sums over everybody who lives there in each week."""
    choices, people = len(year.person), len(year.people)
    rows, least, most = [], [], []
    for who in range(people):
        row = np.zeros(choices + people)
        row[:choices] = year.person == who
        row[choices + who] = 1
        rows.append(row)
        least.append(1.0)
        most.append(1.0)
    for at, home in enumerate(year.problem.homes):
        for week in range(WEEKS):
            for kind, limit in enumerate((home.places, home.max_high, home.load_limit)):
                if limit is None:
                    continue
                row = np.zeros(choices + people)
                room = float(limit)
                for resident in year.problem.residents:
                    if resident.home == home.id:
                        room -= _lives_on(year, at, kind, week, resident)
                for k in range(choices):
                    referral = year.people[int(year.person[k])].referral
                    amount = _amount(year, kind, referral.band)
                    if year.home[k] == at and year.start[k] <= week < year.end[k]:
                        row[k] += amount
                free = [k for k in range(choices) if row[k] > 0]
                if free:
                    rows.append(row)
                    least.append(-np.inf)
                    most.append(max(0.0, room))
            row = np.zeros(choices + people)
            row[:choices] = (year.home == at) & (year.start == week)
            rows.append(row)
            least.append(-np.inf)
            most.append(2.0 if home.max_arrivals is None else float(home.max_arrivals))
    found = milp(
        np.concatenate([cost, never]),
        constraints=LinearConstraint(np.array(rows), np.array(least), np.array(most)),
        bounds=Bounds(0, 1),
    )
    assert found.success
    return float(found.fun)


def _amount(year: Year, kind: int, band: str) -> int:
    return (1, int(band in ("high", "specialist")), year.problem.policy.load[band])[kind]


def _lives_on(year: Year, at: int, kind: int, week: int, resident: Resident) -> int:
    return int(year.taken[kind][at][week] > 0) * _amount(year, kind, resident.band)


@pytest.mark.parametrize("seed", range(12))
def test_the_least_cost_is_that_of_the_second_programme(seed: int) -> None:
    year = invented(seed)
    cost, never = year.today * 460 + year.points, year.never_today * 460 + year.never_points
    answer = Programme(year).solve(cost, never)
    assert answer.value == pytest.approx(by_the_week(year, cost, never), abs=1e-5)


@pytest.mark.parametrize("seed", range(6))
def test_one_more_place_saves_no_more_than_its_price_over_the_weeks(seed: int) -> None:
    year = invented(seed)
    cost, never = year.today * 460 + year.points, year.never_today * 460 + year.never_points
    before = Programme(year).solve(cost, never)
    assert all((table >= 0).all() for table in before.prices)
    for at in range(len(year.problem.homes)):
        taken = year.taken[0].copy()
        taken[at] -= 1
        roomier = replace(year, taken=(taken, year.taken[1], year.taken[2]))
        after = Programme(roomier).solve(cost, never)
        saved = before.value - after.value
        assert -1e-6 <= saved <= before.prices[0][at].sum() + 1e-6
