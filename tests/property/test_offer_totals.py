"""What is told of a consortium's totals gives no other provider away, whoever knows the rule."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from itertools import product

from hypothesis import example, given
from hypothesis import strategies as st

from broker.offer_reasons.totals import (
    ABOUT,
    FEWER,
    FEWEST,
    MORE,
    SMALL,
    TOO_FEW,
    a_quarter_that_is_over,
    beside_share,
    both_beside_share,
    tellable,
)

BANDS = ("low", "medium", "high")
_FEW = st.integers(0, 7)


def _told(others: tuple[int, ...], own: tuple[int, ...]) -> tuple[object, ...]:
    mine = dict(zip(BANDS, own, strict=True))
    totals = {band: mine[band] + other for band, other in zip(BANDS, others, strict=True)}
    told = tellable(mine, totals, 3)
    return (*(told.bands[band] for band in BANDS), told.all, told.why)


@given(st.tuples(_FEW, _FEW, _FEW), st.tuples(_FEW, _FEW, _FEW))
@example((4, 4, 5), (0, 0, 0))
@example((0, 5, 0), (3, 0, 1))
def test_every_hidden_number_could_be_at_least_five_others(
    others: tuple[int, ...], own: tuple[int, ...]
) -> None:
    told = _told(others, own)
    if None not in told[:3]:
        assert min(others) >= FEWEST
        return
    assert set(told[:3]) == {None}
    most = sum(others) + 1 if told[3] is not None else 12
    fits = [
        guess
        for guess in product(range(most), repeat=3)
        if (told[3] is None or sum(guess) == sum(others)) and _told(guess, own) == told
    ]
    for place in range(3):
        assert len({guess[place] for guess in fits}) >= FEWEST


@given(
    st.tuples(st.integers(0, 12), st.integers(0, 6)),
    st.tuples(st.integers(0, 12), st.integers(0, 6)),
    st.sampled_from([Fraction(2, 5), Fraction(16, 35), Fraction(1, 2), Fraction(3, 4)]),
)
@example((9, 0), (5, 0), Fraction(1, 2))
@example((9, 0), (0, 0), Fraction(1, 2))
@example((12, 4), (9, 9), Fraction(1, 2))
def test_no_word_beside_the_share_tells_the_only_other_provider_s_number(
    own: tuple[int, int], others: tuple[int, int], share: Fraction
) -> None:
    mine, theirs = (sum(own), own[1]), (sum(others), others[1])
    words = both_beside_share(mine, theirs, share)
    fits = [
        (every, high)
        for every in range(sum(others) + 12)
        for high in range(min(every, others[1] + 12) + 1)
        if _words(mine, (every, high), share) == words
    ]
    assert theirs in fits
    assert len({every for every, _ in fits}) >= FEWEST
    assert len({high for _, high in fits}) >= FEWEST


@cache
def _words(own: tuple[int, int], others: tuple[int, int], share: Fraction) -> tuple[str, str]:
    return both_beside_share(own, others, share)


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


def test_by_band_all_are_told_or_none() -> None:
    own = {"low": 1, "medium": 2, "high": 3}
    large = {"low": 9, "medium": 12, "high": 8}
    told = tellable(own, large, 3)
    assert (told.bands, told.all, told.why) == (large, 29, None)
    told = tellable(own, {"low": 2, "medium": 12, "high": 8}, 3)
    assert set(told.bands.values()) == {None}
    assert (told.all, told.why) == (22, SMALL)
    told = tellable(own, {"low": 2, "medium": 5, "high": 3}, 3)
    assert (told.all, told.why) == (None, SMALL)


def test_more_and_fewer_than_a_share_need_two_offers_and_a_quarter() -> None:
    half = Fraction(1, 2)
    assert beside_share(4, 5, half) == TOO_FEW
    assert beside_share(8, 4, half) == TOO_FEW
    assert beside_share(9, 5, half) == MORE
    assert beside_share(3, 7, half) == FEWER
    assert beside_share(6, 5, half) == ABOUT
    assert beside_share(24, 16, half) == ABOUT
    assert beside_share(25, 15, half) == MORE
    assert beside_share(5, 35, Fraction(1, 10)) == ABOUT


def test_a_word_that_only_few_numbers_give_is_not_said() -> None:
    half = Fraction(1, 2)
    assert both_beside_share((9, 0), (5, 0), half) == (TOO_FEW, TOO_FEW)
    assert both_beside_share((4, 0), (20, 12), half) == (FEWER, FEWER)
    assert both_beside_share((40, 20), (10, 5), half) == (MORE, MORE)


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
