"""Who is drawn for matching: the simulation's own young people, on their days, for their stays."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from broker.capacity.simulation.drawing import Drawn, leaving, make_drawing
from broker.capacity.simulation.settings import Settings
from matching.calendar import age_on, birthday
from matching.problem import Problem, Resident
from tests.unit.capacity.invented import BOROUGHS, FIRST, demand, problem, young

FEW = Settings(people_each=6)


def drawn(
    number: int, asked: dict[str, Any] | None = None, case: Problem | None = None,
    settings: Settings = FEW, **how: Any,
) -> Drawn:  # fmt: skip
    case = case or problem()
    scene = make_drawing(case, asked or demand(), 1, settings).at(case, 52)
    return scene.drawn(7, number, "T", **how)


def test_the_same_number_draws_the_same_people_and_another_does_not() -> None:
    assert drawn(3) == drawn(3)
    assert drawn(3).people != drawn(4).people


def test_as_many_arrive_as_the_rates_say_in_each_borough() -> None:
    case, held = problem(), replace(FEW, parameters=False)
    scene = make_drawing(case, demand(), 1, held).at(case, 52)
    people = [one for number in range(60) for one in scene.drawn(7, number, "T").people]
    expected = 24.0 * 364 / 365.25 * 60
    assert abs(len(people) - expected) < 4 * expected**0.5
    of_first = sum(one.referral.borough == BOROUGHS[0] for one in people)
    assert abs(of_first / len(people) - 0.5) < 0.06


def test_a_course_changes_the_rate_from_its_day_on() -> None:
    asked = demand(96.0)
    half = FIRST + timedelta(days=182)
    asked["course"] = [
        {"from": half.isoformat(), "to": None, "factor": 0.0, "boroughs": None, "age_groups": None,
         "routes": None, "why": "practice"}
    ]  # fmt: skip
    people = drawn(0, asked).people
    assert len(people) > 20
    assert max(one.referral.needed_by for one in people) < half + timedelta(days=14)


def test_ages_are_of_the_group_and_nobody_stays_past_eighteen() -> None:
    for one in drawn(1, demand(200.0)).people:
        day = one.referral.needed_by
        assert 11 <= age_on(one.referral.born, day) <= 17
        assert day < leaving(day, one.referral, one.stay) <= birthday(one.referral.born, 18)


def test_stays_are_as_long_as_the_curve_says_and_what_is_left_of_one_too() -> None:
    living = tuple(
        Resident(f"YP-{at}", "A", BOROUGHS[0], "low", FIRST.replace(year=2015)) for at in range(300)
    )
    case = problem((), living)
    found = drawn(0, demand(900.0), case, replace(FEW, parameters=False), relations=False)
    stays = [one.stay for one in found.people]
    left = [(day - FIRST).days for day in found.lives.values()]
    assert len(stays) > 600
    assert abs(sum(stays) / len(stays) / 30.4375 - 4.0) < 0.5
    assert abs(sum(left) / len(left) / 30.4375 - 4.0) < 0.9


def test_a_confirmed_day_of_leaving_is_kept_and_who_must_move_also_lives_there() -> None:
    sure = Resident("YP-N", "A", BOROUGHS[0], "low", FIRST, leaves_on=FIRST + timedelta(days=9),
                    leaving="confirmed")  # fmt: skip
    found = drawn(0, demand(1.0), problem((young("N", "low"),), (sure,)))
    assert found.lives == {"YP-N": FIRST + timedelta(days=9)}
    assert found.people[0].referral == young("N", "low")


def test_some_come_as_siblings_are_related_wish_and_avoid() -> None:
    much = replace(FEW, sibling_percent=40, related_percent=40, must_not_percent=50)
    found = drawn(2, demand(200.0), None, much)
    groups = [one.referral.sibling_group for one in found.people if one.referral.sibling_group]
    assert groups
    assert all(groups.count(name) == 2 for name in groups)
    assert len(found.case.must_not) > 20
    assert len(found.case.cautions) > 20
    assert found.case.wishes
    assert found.case.avoids
    alone = drawn(2, demand(200.0), None, much, relations=False)
    assert not alone.case.must_not
    assert alone.people == found.people
