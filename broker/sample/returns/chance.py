"""Draws that lives are made of: waiting times, lengths and days, from a seed."""

from datetime import date, timedelta
from math import log

from broker.sample.draw import Draw


class Chance(Draw):
    """A stream of draws with the distributions of lives."""

    def share(self) -> float:
        """A number from 0 to just under 1."""
        return self._random()

    def exponential(self, mean: float) -> float:
        """A length with this mean, of which what is left never shortens."""
        return -mean * log(1 - self._random())

    def weibull(self, shape: float, scale: float) -> float:
        """A length of a Weibull distribution."""
        return float(scale * (-log(1 - self._random())) ** (1 / shape))

    def gamma_like(self, spread: float) -> float:
        """A factor around 1, half of the time within about the spread."""
        return float((1 + spread) ** (2 * (self._random() + self._random() - 1)))

    def day_between(self, first: date, after: date) -> date:
        """A day from `first` to the one before `after`."""
        return first + timedelta(days=self.whole(0, (after - first).days - 1))
