"""How many places must be used before a block costs no more than spot, exactly.

For a given mix of placements the cost of a period is two straight lines in the place-days used,
u. Spot: s × u. Block: a × u, and below the guarantee G also V × (1 − u / G): a is what a used
place-day costs in placements and results, s the same placements at spot, V the void charge of the
period with nobody placed, G the place-days payable then. Both fall in proportion: use is taken to
be spread over the days as the payable places are. So the lines meet where u = V / (s − a + V / G).
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

AT: Final = "at"
FROM_GUARANTEE: Final = "from_guarantee"
ALWAYS_EQUAL: Final = "always_equal"
ALWAYS_CHEAPER: Final = "always_cheaper"
NEVER: Final = "never"

SENTENCES: Final = {
    AT: "below it the block costs more than spot, above it less",
    FROM_GUARANTEE: "the block costs as much as spot once every guaranteed place is used, and more"
    " before; it is never cheaper",
    ALWAYS_EQUAL: "a used place costs the same at block and at spot, however many are used",
    ALWAYS_CHEAPER: "no void is charged and a used place costs less than at spot, so the block is"
    " cheaper however few are used",
    NEVER: "there is none: a used place alone costs more than at spot, so the block is dearer"
    " however many are used",
}


@dataclass(frozen=True, slots=True)
class Curve:
    """The two lines, in pence: a and s a used place-day, V the period, G in place-days."""

    block: Fraction
    spot: Fraction
    voids_when_empty: Fraction
    guaranteed: int

    def block_cost(self, used: Fraction) -> Fraction:
        """What the block costs with so many place-days used."""
        if used >= self.guaranteed:
            return self.block * used
        return self.block * used + self.voids_when_empty * (1 - used / self.guaranteed)

    def spot_cost(self, used: Fraction) -> Fraction:
        """What the same placements cost at spot."""
        return self.spot * used

    def block_per_place_week(self, used: Fraction) -> Fraction:
        """The block's exact cost of a used place-week; some place-days are used."""
        return self.block_cost(used) * 7 / used


@dataclass(frozen=True, slots=True)
class BreakEven:
    """Where the lines meet: `case` is a key of SENTENCES, `used` place-days where there is one."""

    case: str
    used: Fraction | None

    @property
    def sentence(self) -> str:
        """What the case means, in words."""
        return SENTENCES[self.case]


def break_even(curve: Curve) -> BreakEven:
    """The least use, above none, at which the block costs no more than spot; or why none is."""
    margin = curve.spot - curve.block
    voids = curve.voids_when_empty if curve.guaranteed else Fraction()
    if margin < 0:
        return BreakEven(NEVER, None)
    if not voids:
        return BreakEven(ALWAYS_CHEAPER if margin else ALWAYS_EQUAL, None)
    if not margin:
        return BreakEven(FROM_GUARANTEE, Fraction(curve.guaranteed))
    return BreakEven(AT, voids / (margin + voids / curve.guaranteed))
