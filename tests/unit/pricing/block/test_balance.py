"""The mix of need by provider against its places, and the ceiling, worked by hand."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

from pricing.block.balance import Balance, balance
from tests.unit.pricing.block.samples import PLACES, SMALL, WEEK, life, scene
from tests.unit.pricing.samples import HACKNEY, HAVERING, NEWHAM, stretch

START = SMALL.start
ROWS = [
    stretch(1, HAVERING, START, None, home="SC990001", band="high"),
    stretch(2, HAVERING, START, date(2026, 10, 8), home="SC990002", band="low"),
    stretch(3, HACKNEY, date(2026, 10, 9), None, home="SC990003", band="specialist"),
    stretch(4, NEWHAM, START, date(2026, 10, 10), home="SC990003", band="high"),
]


def mixed(ceiling: int | None = None, day: date = date(2026, 10, 9)) -> Balance:
    return balance(scene(ROWS), *WEEK, day, ceiling)


def test_place_days_are_counted_by_band_and_provider() -> None:
    found = mixed()
    one, other = found.providers
    assert (one.name, one.places, other.name, other.places) == ("P1", 4, "P2", 2)
    assert one.place_days == {"low": 3, "medium": 0, "high": 7, "specialist": 0}
    assert other.place_days == {"low": 0, "medium": 0, "high": 5, "specialist": 3}
    assert found.all.place_days == {"low": 3, "medium": 0, "high": 12, "specialist": 3}
    assert one.of_places(one.high_days) == 250  # 7 of 28
    assert other.of_places(other.high_days) == 571  # 8 of 14
    assert one.of_used(one.place_days["low"]) == 300
    assert found.all.of_places(15) == 357  # 15 of 42


def test_on_a_day_each_provider_stands_beside_its_part_by_places() -> None:
    found = mixed()
    assert [mix.high_on_the_day for mix in found.providers] == [1, 2]
    assert [found.part(mix) for mix in found.providers] == [2, 1]
    assert [mix.high_of_places_on_the_day for mix in found.providers] == [250, 1000]
    assert mixed(day=date(2026, 10, 8)).all.high_on_the_day == 2  # the third comes on the 9th
    early = mixed(day=date(2026, 10, 5))
    assert early.all.on_the_day == {"low": 1, "medium": 0, "high": 2, "specialist": 0}
    assert early.part(early.providers[0]) == Fraction(4, 3)


def test_the_ceiling_counts_whole_places_and_exactly_at_it_is_within() -> None:
    found = mixed(50)
    assert [mix.most_high for mix in (*found.providers, found.all)] == [2, 1, 3]
    # P2: two of high need on the 9th only; all: three on the 9th, which is the most allowed
    assert [mix.days_over for mix in (*found.providers, found.all)] == [0, 1, 0]
    tighter = mixed(49)
    assert [mix.most_high for mix in (*tighter.providers, tighter.all)] == [1, 0, 2]
    assert [mix.days_over for mix in (*tighter.providers, tighter.all)] == [0, 7, 1]
    assert mixed(0).all.days_over == 7
    assert mixed(100).all.days_over == 0
    assert mixed().all.days_over is None


def test_places_nobody_gave_stay_unknown_and_no_figure_is_made_of_them() -> None:
    partly = replace(scene(ROWS), places={"SC990001": 3, "SC990003": 2})
    found = balance(partly, *WEEK, WEEK[0], 50)
    one, other = found.providers
    assert found.unknown == ("SC990002",)
    assert (one.places, one.of_places(7), one.most_high, one.days_over) == (None, None, None, None)
    assert found.part(one) is None
    assert (other.places, other.most_high) == (2, 1)
    assert found.all.places == 6  # the contract says so
    shown = found.to_json()["providers"]
    assert isinstance(shown, dict)
    assert shown["P1"]["places"] is None
    assert shown["P1"]["high_need_percent_of_places"] is None


def test_unknown_places_and_a_sum_other_than_the_contracts_are_things_to_look_into() -> None:
    known = life(scene(ROWS))
    assert not any("places" in each for each in known.findings)
    partly = life(replace(scene(ROWS), places={}))
    assert (
        "Places not known of 3 of 3 homes (SC990001, SC990002, SC990003): what depends on them is"
        " shown as not known."
    ) in partly.findings
    more = life(replace(scene(ROWS), places={**PLACES, "SC990001": 4}))
    assert "The homes have 7 places in all; the contract buys 6." in more.findings
