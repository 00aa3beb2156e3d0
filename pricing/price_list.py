"""Quotes under one contract, each worked out once however many placements it is due for."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from pricing.quote import Line, price_lines
from pricing.terms import Contract


class PriceList:
    """The lines of a contract's quotes, kept for as long as the list is.

    In a month most placements of a band and its requirements are there from the first day to the
    last: their lines are the same lines.
    """

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self._kept: dict[tuple[object, ...], tuple[Line, ...]] = {}

    def lines(
        self, band: str, units: Mapping[str, Fraction], start: date, end: date
    ) -> tuple[Line, ...]:
        """The lines of a quote whose values have been checked, as `price_lines` has them."""
        key = (band, start, end, *units.items())
        lines = self._kept.get(key)
        if lines is None:
            lines = tuple(price_lines(self.contract, band, units, start, end))
            self._kept[key] = lines
        return lines
