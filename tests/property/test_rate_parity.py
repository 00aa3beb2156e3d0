"""Rate parity against every pair of rows on every day, and what holds whatever the order."""

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations
from random import Random
from statistics import median

from hypothesis import given, settings
from hypothesis import strategies as st

from pricing.value.parity import Paid, parity
from pricing.value.show_parity import parity_json, render_parity

START = date(2026, 4, 1)
DAYS = 40
DAY = timedelta(days=1)
QUICK = settings(max_examples=35, deadline=None)
WINDOW = [START + number * DAY for number in range(120)]


@st.composite
def rows(draw: st.DrawFn) -> list[Paid]:
    made = []
    for number in range(draw(st.integers(0, 12))):
        first = draw(st.integers(0, DAYS - 1))
        length = draw(st.one_of(st.none(), st.integers(1, DAYS)))
        made.append(
            Paid(
                borough=draw(st.sampled_from(("E09000012", "E09000016", "E09000025"))),
                home=draw(st.sampled_from(("SC990001", "SC990001", "SC990002"))),
                provider=draw(st.sampled_from(("P1", "P2"))),
                band=draw(st.sampled_from(("medium", "medium", "specialist"))),
                start=START + first * DAY,
                end=None if length is None else START + (first + length) * DAY,
                weekly=draw(st.sampled_from((600_000, 600_000, 645_001, 718_000, None))),
                source=f"invoice {number}",
                file="billed.csv",
                row=number + 2,
            )
        )
    return made


periods = st.tuples(
    st.one_of(st.none(), st.integers(0, DAYS).map(lambda day: START + day * DAY)),
    st.one_of(st.none(), st.integers(DAYS + 1, 90).map(lambda day: START + day * DAY)),
)


def covers(paid: Paid, day: date, start: date | None, end: date | None) -> bool:
    inside = (start is None or start <= day) and (end is None or day < end)
    return inside and paid.start <= day and (paid.end is None or day < paid.end)


def brute(
    paid: list[Paid], start: date | None, end: date | None
) -> set[tuple[int, int, int | None, int, int | None]]:
    """Every pair of rows on every day: dearer row, cheaper row, days, a week, in all."""
    found = set()
    for one, other in combinations(paid, 2):
        if (one.home, one.band) != (other.home, other.band) or one.weekly == other.weekly:
            continue
        if one.weekly is None or other.weekly is None:
            continue
        shared = [
            day for day in WINDOW if all(covers(each, day, start, end) for each in (one, other))
        ]
        if not shared:
            continue
        dearer, cheaper = (one, other) if one.weekly > other.weekly else (other, one)
        more = abs(one.weekly - other.weekly)
        days = None if one.end is other.end is end is None else len(shared)
        total = None if days is None else int(Fraction(more * days, 7) + Fraction(1, 2))
        found.add((dearer.row, cheaper.row, days, more, total))
    return found


@QUICK
@given(rows(), periods)
def test_the_sweep_finds_what_comparing_every_pair_finds(
    paid: list[Paid], period: tuple[date | None, date | None]
) -> None:
    made = parity(paid, *period)
    found = [
        (each.dearer.row, each.cheaper.row, each.days, each.weekly, each.total)
        for each in made.deviations
    ]
    assert len(set(found)) == len(found)
    assert set(found) == brute(paid, *period)


@QUICK
@given(rows(), periods, st.integers(0, 1000))
def test_the_order_of_rows_changes_nothing(
    paid: list[Paid], period: tuple[date | None, date | None], seed: int
) -> None:
    one, other = parity(paid, *period), parity(Random(seed).sample(paid, len(paid)), *period)
    assert parity_json(one) == parity_json(other)
    assert render_parity(one) == render_parity(other)


@QUICK
@given(rows())
def test_boroughs_that_change_places_change_no_difference(paid: list[Paid]) -> None:
    other = {"E09000012": "E09000016", "E09000016": "E09000012", "E09000025": "E09000025"}
    swapped = [replace(each, borough=other[each.borough]) for each in paid]

    def amounts(given: list[Paid]) -> list[tuple[int, int, int, bool]]:
        return sorted(
            (each.dearer.row, each.cheaper.row, each.weekly, each.same_borough)
            for each in parity(given).deviations
        )

    assert amounts(paid) == amounts(swapped)


@QUICK
@given(rows())
def test_one_price_for_all_is_no_deviation(paid: list[Paid]) -> None:
    assert not parity([replace(each, weekly=600_000) for each in paid]).deviations


@QUICK
@given(rows())
def test_the_ranges_are_of_the_known_rates_alone(paid: list[Paid]) -> None:
    groups: dict[tuple[str, str | None], list[int | None]] = defaultdict(list)
    for each in paid:
        groups[each.band, None].append(each.weekly)
        groups[each.band, each.provider].append(each.weekly)
    made = parity(paid).ranges
    assert {(each.band, each.provider) for each in made} == set(groups)
    for found in made:
        all_of = groups[found.band, found.provider]
        known = [rate for rate in all_of if rate is not None]
        assert (found.rows, found.unknown) == (len(all_of), len(all_of) - len(known))
        if not known:
            assert found.lowest is found.median is found.highest is None
            continue
        assert (found.lowest, found.highest) == (min(known), max(known))
        middle = median(Fraction(rate) for rate in known)
        assert found.median == int(middle + Fraction(1, 2))
