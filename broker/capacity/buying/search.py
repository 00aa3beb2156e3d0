"""Looking for the best portfolio: proposals, races, steps to neighbours, the frontier.

Where there are few portfolios every one is simulated in full, and the best is proven for these
replications. Otherwise the programme proposes, races tell portfolios apart, and from the winner
the search goes to a neighbour as long as one wins. Then every portfolio whose floor (`bound.py`) is
not below the cost of the best is ruled out. Where few are left those are simulated in full too, and
the best is proven; where many are, what is known is how much cheaper one of them could at most be.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from broker.capacity.buying.bound import Least, number_allowed
from broker.capacity.buying.evaluate import column
from broker.capacity.buying.frontier import Point, not_beaten
from broker.capacity.buying.options import Limits, Options, Portfolio
from broker.capacity.buying.paired import mean, ratio
from broker.capacity.buying.race import FIRST, Race, race
from broker.capacity.figures.days import Ints
from pricing.money import Pence

Tables = Callable[[Sequence[Portfolio], int], list[Ints]]
"""Outcomes of portfolios in the first so many replications."""
Bounds = Callable[[Mapping[Portfolio, Fraction | None], Fraction], Least]
"""What is known of all portfolios, given mean costs of some (None: beyond a limit) and a target."""
MOST_STEPS: Final = 20


class NothingAllowed(ValueError):
    """No portfolio that was looked at keeps the limits; says which limits."""


@dataclass(frozen=True)
class Found:
    """What a search found.

    `tables` has the outcomes of every portfolio simulated, as many replications as each came to;
    `full` are those with all of them, `frontier` those of them that nothing beats; `beaten` says
    for each other one which of the same replications' portfolios beats it; `least` says what could
    be cheaper than the best.
    """

    best: Portfolio
    tables: dict[Portfolio, Ints]
    full: tuple[Portfolio, ...]
    frontier: tuple[Portfolio, ...]
    beaten: dict[Portfolio, Portfolio]
    enumerated: bool
    last: Race | None
    racers: tuple[Portfolio, ...]
    steps: int
    proposed: tuple[Portfolio, ...]
    least: Least

    @property
    def proven(self) -> bool:
        """Whether no allowed portfolio is cheaper in these replications and keeps the limits."""
        return self.least.left == ()

    @property
    def not_told_apart(self) -> tuple[Portfolio, ...]:
        """Those still in the last race at its end, the best among them."""
        if self.last is None:
            return (self.best,)
        return tuple(self.racers[one] for one in self.last.left)


def point(table: Ints) -> Point:
    """The three aims of a portfolio, by its means."""
    return Point(
        mean(column(table, "cost")).value,
        ratio(column(table, "local"), column(table, "moves")).value,
        mean(column(table, "over")).value,
    )


def keeps(table: Ints, limits: Limits, years: Fraction) -> bool:
    """Whether a portfolio keeps local share, void risk and budget, by its means."""
    found = point(table)
    block = mean(column(table, "block")).value / years
    return (
        found.local >= limits.local
        and found.risk <= limits.void_risk
        and (limits.budget is None or block <= limits.budget)
    )


def neighbours(options: Options, portfolio: Portfolio) -> list[Portfolio]:
    """Portfolios one step away: a home more or less, one for another, other terms."""
    made = []
    size = len(portfolio.counts)

    def moved(changes: dict[int, int], terms: int = portfolio.terms) -> None:
        counts = tuple(n + changes.get(at, 0) for at, n in enumerate(portfolio.counts))
        if all(n >= 0 for n in counts):
            made.append(Portfolio(terms, counts))

    for at in range(size):
        moved({at: 1})
        moved({at: -1})
    for one in range(size):
        for other in range(size):
            if one != other:
                moved({one: 1, other: -1})
    for terms in range(len(options.terms)):
        if terms != portfolio.terms:
            moved({}, terms)
    return [one for one in dict.fromkeys(made) if options.allowed(one)]


def search(
    options: Options, tables: Tables, proposals: Callable[[], Sequence[Portfolio]],
    replications: int, *, bounds: Bounds, years: Fraction, indifference: Pence,
    enumerate_up_to: int, say: Callable[[str], None] = lambda _: None,
) -> Found:  # fmt: skip
    """Look for the portfolio of least mean whole cost that keeps the limits.

    Raises:
        NothingAllowed: none that was looked at keeps them.
    """
    if options.number() <= enumerate_up_to:
        every = tuple(options.every())
        say(f"simulating all {len(every)} portfolios")
        known = dict(zip(every, tables(every, replications), strict=True))
        best = _best(known, every, options, years)
        cost = mean(column(known[best], "cost")).value
        nothing = Least(cost, cost, (), 0, number_allowed(options))
        return Found(
            best, known, every, _frontier(known, every), {}, True, None, (), 0, every, nothing
        )  # fmt: skip
    known = {}
    start = tuple(dict.fromkeys(one for one in proposals() if options.allowed(one)))
    first = min(FIRST, replications)

    def costs(of: Sequence[Portfolio]) -> Callable[[Sequence[int], int], list[Ints]]:
        def asked(left: Sequence[int], n: int) -> list[Ints]:
            found = tables([of[one] for one in left], n)
            for one, table in zip(left, found, strict=True):
                if len(known.get(of[one], ())) < n:
                    known[of[one]] = table
            return [column(table, "cost") for table in found]

        return asked

    def run(entrants: Sequence[Portfolio]) -> tuple[tuple[Portfolio, ...], Race]:
        costs(entrants)(range(len(entrants)), first)
        kept = [one for one in entrants if keeps(known[one][:first], options.limits, years)]
        if not kept:
            raise NothingAllowed(_why(options.limits))
        made = race(len(kept), costs(kept), replications, indifference)
        return tuple(kept), made

    say(f"racing {len(start)} proposed portfolios")
    racers, last = run(start)
    best, steps = racers[last.best], 0
    while steps < MOST_STEPS:
        around = neighbours(options, best)
        say(f"step {steps + 1}: racing {len(around)} neighbours of {options.label(best)}")
        racers, last = run([best, *around])
        if racers[last.best] == best:
            break
        best, steps = racers[last.best], steps + 1
    say("the frontier")
    _complete(known, tables, replications, first)
    say("bounding what was not simulated")
    best, least = _bounded(known, options, bounds, replications, years)
    if least.left and len(least.left) <= enumerate_up_to:
        say(f"simulating the {len(least.left)} portfolios that the bound leaves")
        known.update(zip(least.left, tables(least.left, replications), strict=True))
        best, least = _bounded(known, options, bounds, replications, years)
    full = _full(known, replications)
    return Found(
        best, known, full, _frontier(known, full), _beaten(known, full, first), False, last, racers,
        steps, start, least,
    )  # fmt: skip


def _full(known: Mapping[Portfolio, Ints], replications: int) -> tuple[Portfolio, ...]:
    return tuple(one for one, table in known.items() if len(table) == replications)


def _bounded(
    known: dict[Portfolio, Ints], options: Options, bounds: Bounds, replications: int,
    years: Fraction,
) -> tuple[Portfolio, Least]:  # fmt: skip
    """The best of those simulated in full, and what is known of all others beside it."""
    full = _full(known, replications)
    best = _best(known, full, options, years)
    costs = {
        one: mean(column(known[one], "cost")).value
        if keeps(known[one], options.limits, years)
        else None
        for one in full
    }
    cost = costs[best]
    assert cost is not None
    return best, bounds(costs, cost)


def _best(
    known: dict[Portfolio, Ints], of: Sequence[Portfolio], options: Options, years: Fraction
) -> Portfolio:
    kept = [one for one in of if keeps(known[one], options.limits, years)]
    if not kept:
        raise NothingAllowed(_why(options.limits))
    return min(kept, key=lambda one: (mean(column(known[one], "cost")).value, one))


def _frontier(known: dict[Portfolio, Ints], of: Sequence[Portfolio]) -> tuple[Portfolio, ...]:
    return tuple(of[at] for at in not_beaten([point(known[one]) for one in of]))


def _complete(known: dict[Portfolio, Ints], tables: Tables, replications: int, first: int) -> None:
    """Give all replications to what nothing beats on the first ones."""
    names = list(known)
    on_first = not_beaten([point(known[one][:first]) for one in names])
    kept = [names[at] for at in on_first]
    known.update(zip(kept, tables(kept, replications), strict=True))


def _beaten(
    known: dict[Portfolio, Ints], full: Sequence[Portfolio], first: int
) -> dict[Portfolio, Portfolio]:
    """For each portfolio that left early, one of the same first replications that beats it."""
    made = {}
    points = {one: point(table[:first]) for one, table in known.items()}
    for one in known:
        if one not in full:
            made[one] = next(other for other in known if points[other].beats(points[one]))
    return made


def _why(limits: Limits) -> str:
    parts = [
        f"a local share of {float(limits.local):.0%} or more",
        f"a probability of at most {float(limits.void_risk):.0%} of a year of voids over the limit",
    ]
    if limits.budget is not None:
        parts.append(f"a block of at most £{limits.budget // 100:,} a year")
    return f"No portfolio that was simulated keeps all limits: {'; '.join(parts)}."
