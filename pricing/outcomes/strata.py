"""The mix received, in strata: need band by moves in the 12 months before moving in.

Three or more moves are the young people whom the source calls "ready to place already, all of whom
had three or four placement breakdowns in the last few months".
"""

from dataclasses import dataclass
from typing import Final

from pricing.terms import BANDS

NO_MOVES: Final = "0"
SOME_MOVES: Final = "1-2"
MANY_MOVES: Final = "3+"
MOVES: Final = (NO_MOVES, SOME_MOVES, MANY_MOVES)


@dataclass(frozen=True, slots=True)
class Stratum:
    """Young people of one band and with about as many moves before, `moves` one of MOVES."""

    band: str
    moves: str

    @property
    def unsettled(self) -> bool:
        return self.moves == MANY_MOVES


STRATA: Final = tuple(Stratum(band, moves) for band in BANDS for moves in MOVES)


def stratum_of(band: str, moves_before: int) -> Stratum:
    """The stratum of a young person."""
    if moves_before == 0:
        return Stratum(band, NO_MOVES)
    return Stratum(band, SOME_MOVES if moves_before <= 2 else MANY_MOVES)
