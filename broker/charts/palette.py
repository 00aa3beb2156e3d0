"""How one series is told from another: by colour and, for who sees no colour, by line and pattern.

Every colour has a contrast of at least 3 to 1 with white (WCAG 2.2, 1.4.11), and no two look alike
to people with protanopia, deuteranopia or tritanopia; the tests work both out.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Look(NamedTuple):
    """Colour, line style, marker, and pattern of an area."""

    colour: str
    line: str
    marker: str
    pattern: str


BACKGROUND: Final = "#FFFFFF"
INK: Final = "#000000"
GRID: Final = "#D0D0D0"

# No pattern of dots: each dot is drawn by eight curves, and one chart would weigh 70 kB more.
LOOKS: Final = (
    Look("#0072B2", "-", "o", ""),
    Look("#D55E00", "--", "s", "//"),
    Look("#181890", "-.", "^", "||"),
    Look("#A800F0", ":", "D", "\\\\"),
    Look("#786060", "-", "v", "xx"),
    Look("#781800", "--", "P", "--"),
    Look("#000000", "-.", "X", "++"),
)


def look(place: int) -> Look:
    """How the series at a place looks; after the last the colours return with other lines."""
    again, index = divmod(place, len(LOOKS))
    first = LOOKS[index]
    other = LOOKS[(index + again) % len(LOOKS)]
    return Look(first.colour, other.line, other.marker, other.pattern)
