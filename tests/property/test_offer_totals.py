"""What is told of a consortium's totals gives no other provider away, whoever knows the rule."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from broker.offer_reasons.totals import (
    ABOUT,
    FEWER,
    FEWEST,
    MORE,
    TOO_FEW,
    a_quarter_that_is_over,
    beside_share,
    tellable,
)

BANDS = ("low", "medium", "high")
_FEW = st.integers(0, 9)


def _told(others: tuple[int, ...], own: tuple[int, ...]) -> tuple[object, ...]:
    mine = dict(zip(BANDS, own, strict=True))
    totals = {band: mine[band] + other for band, other in zip(BANDS, others, strict=True)}
    told = tellable(mine, totals, 3)
    return (*(told.bands[band] for band in BANDS), told.all, told.why)


@given(st.tuples(_FEW, _FEW, _FEW), st.tuples(_FEW, _FEW, _FEW))
def test_every_hidden_number_could_be_another_one(
    others: tuple[int, ...], own: tuple[int, ...]
) -> None:
    told = _told(others, own)
    fits = [guess for guess in product(range(28), repeat=3) if _quick(guess, others, told, own)]
    assert others in fits
    for place, band in enumerate(BANDS):
        if told[place] is None:
            assert len({guess[place] for guess in fits}) > 1, (band, fits)
        else:
            assert others[place] >= FEWEST


def _quick(
    guess: tuple[int, ...], others: tuple[int, ...], told: tuple[object, ...], own: tuple[int, ...]
) -> bool:
    for place in range(3):
        if told[place] is not None and guess[place] != others[place]:
            return False
    if told[3] is not None and sum(guess) != sum(others):
        return False
    return _told(guess, own) == told


@given(st.tuples(_FEW, _FEW, _FEW), st.tuples(_FEW, _FEW, _FEW), st.integers(0, 2))
def test_with_one_or_two_providers_no_total_is_told(
    others: tuple[int, ...], own: tuple[int, ...], providers: int
) -> None:
    mine = dict(zip(BANDS, own, strict=True))
    totals = {band: mine[band] + other for band, other in zip(BANDS, others, strict=True)}
    told = tellable(mine, totals, providers)
    assert told.all is None
    assert set(told.bands.values()) == {None}
    assert told.why


def test_large_numbers_are_told_and_a_small_one_takes_the_next_with_it() -> None:
    own = {"low": 1, "medium": 2, "high": 3}
    assert tellable(own, {"low": 9, "medium": 12, "high": 8}, 3).bands == {
        "low": 9, "medium": 12, "high": 8,
    }  # fmt: skip
    told = tellable(own, {"low": 2, "medium": 12, "high": 8}, 3)
    assert told.bands == {"low": None, "medium": 12, "high": None}
    assert told.all == 22


def test_more_and_fewer_than_a_share_need_two_offers_and_a_quarter() -> None:
    half = Fraction(1, 2)
    assert beside_share(9, 9, half) == TOO_FEW
    assert beside_share(7, 10, half) == MORE
    assert beside_share(3, 10, half) == FEWER
    assert beside_share(6, 10, half) == ABOUT
    assert beside_share(24, 40, half) == ABOUT
    assert beside_share(25, 40, half) == MORE
    assert beside_share(5, 40, Fraction(1, 10)) == ABOUT


@given(st.dates(date(2024, 1, 1), date(2027, 1, 1)), st.integers(1, 400))
def test_only_whole_quarters_that_are_over_count(start: date, days: int) -> None:
    today = date(2026, 5, 20)
    end = start + timedelta(days=days)
    quarters = {
        (date(year, month, 1), date(year + (month == 10), (month + 2) % 12 + 1, 1))
        for year in (2024, 2025, 2026)
        for month in (1, 4, 7, 10)
    }
    over = (start, end) in quarters and end <= today
    assert a_quarter_that_is_over(start, end, today) == over
    for first, last in quarters:
        assert a_quarter_that_is_over(first, last, today) == (last <= today)
