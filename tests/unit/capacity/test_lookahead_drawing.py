"""Who is drawn: at the rates stated, of the ages stated, for the lengths stated, by the seed."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from broker.capacity.lookahead.drawing import Arrival, Drawing, cannot_draw, leaving
from broker.sample.draw import Draw
from matching.calendar import age_on, birthday
from matching.problem import Resident
from tests.unit.capacity.invented import BOROUGHS, FIRST, demand, problem


def drawn(seed: int, asked: dict[str, Any] | None = None, **how: Any) -> list[Arrival]:
    drawing = Drawing(asked or demand(), **how)
    return list(drawing.arrivals(np.random.SeedSequence(seed), FIRST, 52, "T"))


def test_the_same_seed_draws_the_same_people_and_another_does_not() -> None:
    assert drawn(3) == drawn(3)
    assert drawn(3) != drawn(4)


def test_as_many_arrive_as_the_rates_say_in_each_borough() -> None:
    people = [one for seed in range(60) for one in drawn(seed, uncertain=False)]
    expected = 24.0 * 364 / 365.25 * 60
    assert abs(len(people) - expected) < 4 * expected**0.5
    of_first = sum(one.referral.borough == BOROUGHS[0] for one in people)
    assert abs(of_first / len(people) - 0.5) < 0.06


def test_a_course_changes_the_rate_from_its_day_on() -> None:
    asked = demand()
    half = FIRST + timedelta(days=182)
    asked["course"] = [
        {"from": half.isoformat(), "to": None, "factor": 0.0, "boroughs": None, "age_groups": None,
         "routes": None, "why": "practice"}
    ]  # fmt: skip
    people = [one for seed in range(10) for one in drawn(seed, asked)]
    assert people
    assert max(one.day for one in people) < half + timedelta(days=7)


def test_ages_are_of_the_group_and_nobody_stays_past_eighteen() -> None:
    for seed in range(10):
        for one in drawn(seed):
            age = age_on(one.referral.born, one.day)
            assert 11 <= age <= 17
            gone = leaving(one.day, one.referral, one.stay)
            assert one.day < gone <= birthday(one.referral.born, 18)


def test_stays_are_as_long_as_the_curve_says() -> None:
    stays = [one.stay for seed in range(80) for one in drawn(seed)]
    mean = sum(stays) / len(stays) / 30.4375
    assert abs(mean - 4.0) < 0.35


def test_what_is_left_of_an_exponential_stay_is_as_long_as_a_new_one() -> None:
    drawing, draw = Drawing(demand()), Draw(9)
    living = Resident("YP-R", "A", BOROUGHS[0], "low", date(2014, 1, 1))
    left = [drawing.residual(draw, living, FIRST) for _ in range(2000)]
    assert abs(sum(left) / len(left) / 30.4375 - 4.0) < 0.35


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"arrivals": []}, "no rate of arrival by authority"),
        ({"stays": {"groups": []}}, "no lengths of stay"),
    ],
)
def test_what_cannot_be_drawn_is_said(change: dict[str, Any], said: str) -> None:
    found = cannot_draw({**demand(), **change}, problem())
    assert len(found) == 1
    assert said in found[0]


def test_an_authority_that_nobody_knows_is_said() -> None:
    asked = demand()
    asked["arrivals"][0]["borough"] = "E99999999"
    assert cannot_draw(asked, problem()) == ["no authority is known by E99999999"]
