"""Where a line with kinks is not below 0, against looking at it point by point."""

from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pricing.forecast.breakeven import break_even, tenths_up

kinks = st.lists(
    st.fractions(0, 1, max_denominator=20).filter(lambda x: 0 < x < 1), max_size=2, unique=True
)


@st.composite
def lines(draw: st.DrawFn) -> list[tuple[Fraction, Fraction]]:
    """Points from 0 to 1 with heights of few values, so that zeros at a point come up."""
    places = [Fraction(0), *sorted(draw(kinks)), Fraction(1)]
    return [(place, Fraction(draw(st.integers(-3, 3)))) for place in places]


def height(points: list[tuple[Fraction, Fraction]], at: Fraction) -> Fraction:
    for (left, at_left), (right, at_right) in pairwise(points):
        if left <= at <= right:
            return at_left + (at_right - at_left) * (at - left) / (right - left)
    raise AssertionError(at)


@given(lines())
def test_spans_hold_just_the_places_where_the_line_is_not_below_zero(
    points: list[tuple[Fraction, Fraction]],
) -> None:
    found = break_even(points)
    ends = {end for span in found.spans for end in span}
    near = {end + step for end in ends for step in (Fraction(-1, 10**9), Fraction(1, 10**9))}
    for at in {Fraction(n, 240) for n in range(241)} | {at for at in near if 0 <= at <= 1} | ends:
        inside = any(first <= at <= last for first, last in found.spans)
        assert inside == (height(points, at) >= 0)
    for (_, before), (after, _) in pairwise(found.spans):
        assert before < after
    assert found.always == all(value >= 0 for _, value in points)
    assert (found.smallest is None) == all(value < 0 for _, value in points)


@given(st.fractions(0, 1))
def test_a_percentage_is_shown_rounded_up_to_the_next_tenth(share: Fraction) -> None:
    tenths = tenths_up(share)
    assert Fraction(tenths - 1, 1000) < share <= Fraction(tenths, 1000)
