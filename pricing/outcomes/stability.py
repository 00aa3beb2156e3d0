"""Stability against the mix received: unplanned endings beside those the mix leads to expect.

Every placement day counts in its stratum (band of that day, moves before moving in); an ending
counts in the stratum of the last day, in the period that has the last day lived there. Expected are
the days of each stratum × its reference rate, added (indirect standardisation). The ratio, observed
by expected, is what the proposal pays by. An ending in the young person's interest is neutral: it
is no event, and its days count until the move.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from pricing.outcomes.endings import CODES, ENDINGS, UNPLANNED, PlacementEnding
from pricing.outcomes.poisson import poisson_limits
from pricing.outcomes.read_endings import Placed
from pricing.outcomes.reference import PER_DAYS, Reference
from pricing.outcomes.strata import STRATA, Stratum, stratum_of

TOO_FEW: Final = "too few to tell"


@dataclass(frozen=True, slots=True)
class StratumFigures:
    """The placement days of a stratum in a period, and its endings by kind (see ENDINGS)."""

    stratum: Stratum
    days: int
    endings: Mapping[str, int]
    expected: Fraction

    @property
    def unplanned(self) -> int:
        return self.endings[UNPLANNED]

    @property
    def per_1000_days(self) -> Fraction | None:
        """Unplanned endings for each 1,000 placement days; None without a day."""
        return Fraction(self.unplanned * PER_DAYS, self.days) if self.days else None


@dataclass(frozen=True, slots=True)
class Stability:
    """Unplanned endings of [start, end) against those expected; all strata, in order.

    `stated` counts the endings that only a statement made what they count as, by code.
    """

    reference: Reference
    start: date
    end: date
    strata: tuple[StratumFigures, ...]
    stated: Mapping[str, int]

    @property
    def days(self) -> int:
        return sum(figures.days for figures in self.strata)

    @property
    def observed(self) -> int:
        return sum(figures.unplanned for figures in self.strata)

    @property
    def expected(self) -> Fraction:
        return sum((figures.expected for figures in self.strata), Fraction())

    @property
    def ratio(self) -> Fraction | None:
        """Observed by expected, exact; None without a placement day."""
        return self.observed / self.expected if self.expected else None

    @property
    def ratio_limits(self) -> tuple[Fraction, Fraction] | None:
        """Between which the ratio lies at 95% confidence, by the exact Poisson limits."""
        if not self.expected:
            return None
        lower, upper = poisson_limits(self.observed)
        return lower / self.expected, upper / self.expected

    def endings(self, kind: str) -> int:
        """How many endings of a kind there were."""
        return sum(figures.endings[kind] for figures in self.strata)

    def tells(self, least_expected: Fraction) -> bool:
        """Whether enough was to be expected for the ratio to tell anything."""
        return self.expected >= least_expected


def measure_stability(
    placed: Mapping[str, Placed],
    endings: Sequence[PlacementEnding],
    homes: Collection[str],
    reference: Reference,
    start: date,
    end: date,
) -> Stability:
    """The stability of the placements in some homes over [start, end).

    Every placement with a day in it has its row among `endings` (see `against_ledger`).
    """
    known = {ending.placement_id: ending for ending in endings}
    days: Counter[Stratum] = Counter()
    ended: Counter[tuple[Stratum, str]] = Counter()
    stated: Counter[str] = Counter()
    for name, placement in placed.items():
        if placement.home_id not in homes or not placement.lives_there_in(start, end):
            continue
        ending = known[name]
        for stretch in placement.stretches:
            if clipped := stretch.clip(start, end):
                stratum = stratum_of(stretch.band, ending.moves_before)
                days[stratum] += (clipped[1] - clipped[0]).days
        if ending.ended_on is not None and start <= ending.ended_on - timedelta(days=1) < end:
            ended[stratum_of(placement.last_band, ending.moves_before), ending.ending] += 1
            if ending.ending != CODES[ending.code].endings[0]:
                stated[ending.code] += 1
    strata = tuple(
        StratumFigures(
            stratum,
            days[stratum],
            {kind: ended[stratum, kind] for kind in ENDINGS},
            reference.expected(stratum, days[stratum]),
        )
        for stratum in STRATA
    )
    return Stability(reference, start, end, strata, dict(sorted(stated.items())))
