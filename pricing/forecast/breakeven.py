"""From which occupancy a provider's income covers the costs over the contract's life, exactly.

The margin is a straight line in the occupancy on each side of the kink where the guarantee ends, so
its zeros are found exactly. It may fall as homes fill: where an empty guaranteed place is paid more
than a used one leaves. Beyond the guarantee a place in use costs no void, so there the margin falls
less, or rises: what is covered is all, nothing, or a span from 0, one to 1, or both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TypeAlias

Span: TypeAlias = tuple[Fraction, Fraction]


@dataclass(frozen=True, slots=True)
class BreakEven:
    """The occupancies, both ends included, at which the margin is 0 or more, in order."""

    spans: tuple[Span, ...]

    @property
    def smallest(self) -> Fraction | None:
        """The smallest occupancy that covers the costs; None where none does."""
        return self.spans[0][0] if self.spans else None

    @property
    def always(self) -> bool:
        """Whether any occupancy from 0 to 1 does."""
        return self.spans == ((Fraction(0), Fraction(1)),)


def break_even(margins: Sequence[tuple[Fraction, Fraction]]) -> BreakEven:
    """The spans over which a line through points of (occupancy, margin) is 0 or more.

    Points are in order of occupancy, each once, the first at 0 and the last at 1.
    """
    spans: list[Span] = []
    for piece in pairwise(margins):
        span = _span(*piece)
        if span is None:
            continue
        if spans and spans[-1][1] == span[0]:
            spans[-1] = (spans[-1][0], span[1])
        else:
            spans.append(span)
    return BreakEven(tuple(spans))


def tenths_up(occupancy: Fraction) -> int:
    """An occupancy in tenths of a per cent, rounded up so that the costs are still covered."""
    return -(-occupancy.numerator * 1000 // occupancy.denominator)


def _span(first: tuple[Fraction, Fraction], last: tuple[Fraction, Fraction]) -> Span | None:
    (left, at_left), (right, at_right) = first, last
    if at_left < 0 and at_right < 0:
        return None
    if at_left >= 0 and at_right >= 0:
        return left, right
    zero = left + (right - left) * at_left / (at_left - at_right)
    return (left, zero) if at_left >= 0 else (zero, right)
