"""The stretches of a ledger against a second reckoning, day by day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from broker.life import steps
from broker.life.money import stretches, units_text, within
from broker.life.places import _numbered, _Stay
from broker.life.state import Life, what
from broker.store.out_of_use import most_at_once
from matching.problem import BANDS
from pricing.contract import read_contract
from tests.unit.life.story import Story
from tests.whole_life import STARTS

CONTRACT = "tests/cases/contracts/block.toml"
UNITS = st.none() | st.dictionaries(
    st.sampled_from(["one_to_one", "waking_night"]), st.integers(0, 30).map(Decimal), max_size=2
)
CHANGES = st.lists(st.tuples(st.integers(0, 120), st.sampled_from(BANDS), UNITS), max_size=5)


def told(changes: list[tuple[int, str, dict[str, Decimal] | None]], ends: int | None) -> Life:
    story = Story().to("move_in")
    for after, band, units in changes:
        story.told("reband", band=band, from_day=STARTS + timedelta(after), requirements=units)
    if ends is not None:
        story.told("end", ended_on=STARTS + timedelta(ends))
    return story.life


def by_the_day(life: Life, day: date) -> tuple[str, dict[str, Fraction]] | None:
    """Band and units on a day: the last word said of that day or an earlier one counts."""
    if life.ending is not None and day >= what(life.ending, steps.End).ended_on:
        return None
    assert life.banding is not None
    assert life.decision is not None
    plan = {STARTS: (what(life.banding, steps.BandNeed).band,
                     dict(what(life.decision, steps.Confirm).requirements))}  # fmt: skip
    for step in life.rebandings:
        one = what(step, steps.Reband)
        before = plan[max(known for known in plan if known <= one.from_day)]
        units = before[1] if one.requirements is None else dict(one.requirements)
        plan = {known: value for known, value in plan.items() if known < one.from_day}
        plan[one.from_day] = (one.band, units)
    band, units = plan[max(known for known in plan if known <= day)]
    return band, {code: Fraction(number) for code, number in units.items()}


@given(CHANGES, st.none() | st.integers(1, 130))
def test_each_day_has_the_band_and_units_last_said_of_it(
    changes: list[tuple[int, str, dict[str, Decimal] | None]], ends: int | None
) -> None:
    life = told(changes, ends)
    rows = stretches(life)
    for after in range(140):
        day = STARTS + timedelta(after)
        on = [row for row in rows if row.start <= day and (row.end is None or day < row.end)]
        expected = by_the_day(life, day)
        assert [(row.band, dict(row.requirements)) for row in on] == (
            [] if expected is None else [expected]
        )
    for first, second in pairwise(rows):
        assert first.end == second.start
        assert (first.band, first.requirements) != (second.band, second.requirements)


def test_nobody_placed_has_no_stretch() -> None:
    assert stretches(Story().to("accept").life) == []
    story = Story().to("confirm")
    assert [row.start for row in stretches(story.life)] == [STARTS]
    story.told("place_lost")
    assert stretches(story.life) == []


def test_units_are_written_as_a_ledger_reads_them() -> None:
    story = Story().to("accept")
    units = {"waking_night": Decimal(7), "one_to_one": Decimal("12.50")}
    story.told("confirm", requirements=units)
    assert units_text(stretches(story.life)[0]) == "one_to_one=12.5;waking_night=7"


@given(st.integers(-400, 3300), st.none() | st.integers(1, 3600))
def test_only_the_days_of_the_term_are_in_a_ledger(starts: int, stays: int | None) -> None:
    contract = read_contract(Path(CONTRACT))
    (row,) = stretches(Story().to("move_in").life)
    start = contract.start + timedelta(starts)
    end = None if stays is None else start + timedelta(stays)
    kept = within([replace(row, start=start, end=end)], contract)
    days = [contract.start, contract.end - timedelta(1), start]
    for day in days:
        inside = contract.start <= day < contract.end and start <= day
        inside = inside and (end is None or day < end)
        assert any(one.start <= day and (one.end is None or day < one.end) for one in kept) is (
            inside
        )


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 20), st.integers(0, 4)), max_size=8))
def test_the_most_at_once_is_the_fullest_day(rows: list[tuple[int, int, int]]) -> None:
    days = [(STARTS + timedelta(a), STARTS + timedelta(a + b), n) for a, b, n in rows]
    fullest = max(
        sum(n for first, last, n in days if first <= STARTS + timedelta(day) < last)
        for day in range(70)
    )
    assert most_at_once(days) == fullest


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 15)), min_size=1, max_size=9))
def test_as_few_numbers_are_given_as_the_fullest_day_needs(days: list[tuple[int, int]]) -> None:
    stays = {
        str(at): _Stay(0, STARTS + timedelta(first), STARTS + timedelta(first + long))
        for at, (first, long) in enumerate(days)
    }
    numbers = _numbered(stays)
    fullest = max(sum(first <= day < first + long for first, long in days) for day in range(50))
    assert max(numbers.values()) == fullest
    for one, other in combinations(stays, 2):
        if stays[one].meets(stays[other].start, stays[other].end):
            assert numbers[one] != numbers[other]
