"""Two runs on the same random numbers: the difference of every figure, replication by replication.

Pairing takes out what both runs have in common, so a difference is known better than either figure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from broker.capacity.figures.definitions import BY_ID, FIGURES, Figure
from broker.capacity.figures.summarise import Estimate, estimate, is_known
from broker.capacity.figures.whole import ALL_YEARS, Run


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure of the second run less that of the first.

    `difference` is over the `pairs` of replications in which both are known; `lower` is in how many
    of them the second run's is below the first's, `equal` in how many it is the same.
    """

    figure: Figure
    by: str
    group: str
    year: str
    first: Estimate
    second: Estimate
    difference: Estimate
    lower: int
    equal: int


def compare(first: Run, second: Run) -> tuple[Difference, ...]:
    """Every figure that both runs have, of the groups and years that both have.

    Raises:
        ValueError: the runs are not of the same random numbers, days or weeks.
    """
    check_paired([first, second])
    return tuple(_differences(first, second))


def difference(
    first: Run, second: Run, figure: str, by: str = "all", group: str = "all", year: str = ALL_YEARS
) -> Difference:
    """The difference of one figure of paired runs."""
    one = first.values(figure, by, group, year)
    two = second.values(figure, by, group, year)
    before = first.estimate(figure, by, group, year)
    after = second.estimate(figure, by, group, year)
    both = is_known(one) & is_known(two)
    if before.mean is None or after.mean is None:
        both[:] = False
    made = two[both] - one[both]
    known = BY_ID[figure]
    estimated = estimate(known, made, None, paired=True)
    return Difference(
        known,
        by,
        group,
        year,
        before,
        after,
        estimated,
        int((made < 0).sum()),
        int((made == 0).sum()),
    )


def check_paired(runs: Sequence[Run]) -> None:
    """Refuse runs that do not share their random numbers and days."""
    first = runs[0]
    for other in runs[1:]:
        if (first.numbers, first.seeds) != (other.numbers, other.seeds):
            raise ValueError(
                f"{len(first.numbers)} and {len(other.numbers)} replications that are not of the"
                " same random numbers cannot be paired: give both runs one seed"
            )
        mine = (first.setting.first, first.setting.weeks)
        if mine != (other.setting.first, other.setting.weeks):
            raise ValueError("runs of other days cannot be paired: give both one first day")


def _differences(first: Run, second: Run) -> Iterator[Difference]:
    for figure in FIGURES:
        for by in first.splits(figure.id):
            theirs = set(second.groups[by])
            for group in first.groups[by]:
                if group in theirs:
                    for year in first.columns:
                        yield difference(first, second, figure.id, by, group, year)
