"""A borough leaves: shares, stranded cost and who still lives there, worked by hand."""

from datetime import date
from fractions import Fraction

import pytest

from pricing.block.events import Exit
from pricing.block.exits import exit_answer
from pricing.block.shares import share_periods, without
from tests.unit.pricing.block.samples import PLACE_WEEK, SMALL, WEEK, life, scene, trade
from tests.unit.pricing.samples import (
    HACKNEY,
    HAVERING,
    NEWHAM,
    stretch,
)

START = SMALL.start
LEAVES = Exit(HACKNEY, date(2026, 6, 30), date(2026, 10, 8))


def test_who_stays_takes_the_leavers_places_by_largest_remainder_ties_by_code() -> None:
    shares = {HACKNEY: 2, HAVERING: 3, NEWHAM: 1}
    # 6 places by 3 : 1 are 4.5 and 1.5; the tie goes to the lower code
    assert without(shares, [HACKNEY]) == {HACKNEY: 0, HAVERING: 5, NEWHAM: 1}
    assert without(shares, [HAVERING]) == {HACKNEY: 4, HAVERING: 0, NEWHAM: 2}
    assert without(shares, [HACKNEY, HAVERING]) == {HACKNEY: 0, HAVERING: 0, NEWHAM: 6}
    with pytest.raises(ValueError, match="nobody"):
        without(shares, [HACKNEY, HAVERING, NEWHAM])
    assert without({"A": 5, "B": 0, "C": 4}, ["A"]) == {"A": 0, "B": 0, "C": 9}


def test_shares_change_on_the_day_a_borough_leaves_and_not_before() -> None:
    assert SMALL.block is not None
    later = Exit(NEWHAM, date(2026, 9, 1), date(2027, 1, 1))
    periods = share_periods(SMALL, SMALL.block, [later, LEAVES])
    assert [(period.start, period.end, dict(period.shares)) for period in periods] == [
        (START, date(2026, 10, 8), {HACKNEY: 2, HAVERING: 3, NEWHAM: 1}),
        (date(2026, 10, 8), date(2027, 1, 1), {HACKNEY: 0, HAVERING: 5, NEWHAM: 1}),
        (date(2027, 1, 1), SMALL.end, {HACKNEY: 0, HAVERING: 6, NEWHAM: 0}),
    ]


def test_the_void_is_the_same_and_the_stranded_part_passes_to_who_stays() -> None:
    rows = [stretch(1, HAVERING, START, None), stretch(2, HACKNEY, START, None)]
    answer = exit_answer(scene(rows, exits=[LEAVES]), LEAVES, *WEEK)
    # 3 of 5 guaranteed unused; 3 days by idle 2 : 1 : 1, then 4 days by 4 : 0 : 1
    day = Fraction(PLACE_WEEK * 3, 7)
    for borough, more in ((HACKNEY, -day), (HAVERING, day * 6 / 5), (NEWHAM, -day / 5)):
        assert abs(answer.passed[borough] - more) < 1
    assert sum(answer.passed.values()) == 0
    assert answer.stranded == -answer.passed[HACKNEY] == 154286
    assert [row.placement_id for row in answer.still_there] == ["PL2"]
    assert (answer.before[HACKNEY], answer.after[HACKNEY]) == (2, 0)
    told = life(scene(rows, exits=[LEAVES]))
    stayed = life(scene(rows))
    assert told.burdens.charge == stayed.burdens.charge == 3 * PLACE_WEEK
    # from the day it leaves, the leaver's young person lives in places of the others
    assert sum(days for (user, _, _), days in told.place_days().items() if user == HACKNEY) == 4


def test_the_most_that_is_stranded_is_its_part_of_the_guarantee_to_the_end_of_the_term() -> None:
    leaves = Exit(HACKNEY, date(2033, 11, 1), date(2034, 3, 18))
    answer = exit_answer(scene(exits=[leaves]), leaves, *WEEK)
    # 14 days; 5 guaranteed × 2 of 6 places; 4,500.00 uplifted by 2.80% and 3.15% is 4,771.72
    assert answer.at_most == 1272459  # two weeks of 1 2/3 places at 3,817.376


def test_before_and_after_the_period_an_exit_passes_nothing_on() -> None:
    for leaves_on, moves in ((date(2026, 10, 12), False), (date(2026, 10, 11), True)):
        leaver = Exit(HACKNEY, date(2026, 1, 1), leaves_on)
        answer = exit_answer(scene(exits=[leaver]), leaver, *WEEK)
        assert any(answer.passed.values()) is moves


def test_a_leaver_may_buy_the_places_its_young_people_go_on_living_in() -> None:
    rows = [stretch(1, HACKNEY, START, None)]
    bought = trade("T1", HAVERING, HACKNEY, start=date(2026, 10, 8))
    told = life(scene(rows, [bought], exits=[LEAVES]))
    assert told.place_days() == {(HACKNEY, HAVERING, "T1"): 4}
    assert told.burdens.boroughs[HACKNEY].pays == 40000
