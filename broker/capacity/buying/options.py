"""What may be bought: kinds of home, terms, limits; and a portfolio of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from matching.problem import Location
from pricing.money import Pence


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of home that may be bought, at most `most` of it.

    It is as the home `like` of the case but for what is given; None leaves that as there.
    """

    id: str
    name: str
    like: str
    most: int
    places: int
    provider: str | None = None
    borough: str | None = None
    location: Location | None = None
    bands: frozenset[str] | None = None
    sexes: frozenset[str] | None = None
    supports: frozenset[str] | None = None
    min_age: int | None = None
    max_age: int | None = None
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """What a contract may say: how many years it runs, what it guarantees, its price list.

    `fees` None are those of the present contract.
    """

    id: str
    years: int
    guarantee: Fraction
    fees: Mapping[str, Pence] | None


@dataclass(frozen=True, slots=True)
class Limits:
    """What a portfolio must keep: places; a mean cost of the block a year; local share; void risk.

    `void_year` is the void cost of a financial year above which it counts as over the limit.
    """

    places: int
    void_year: Pence
    budget: Pence | None
    local: Fraction
    void_risk: Fraction


@dataclass(frozen=True, slots=True)
class Training:
    """Staff of the homes of a kind trained for a need, and what that costs once."""

    home: str
    need: str
    cost: Pence


@dataclass(frozen=True, slots=True)
class Assumed:
    """A named assumption at its low and its high value: scenarios by id."""

    name: str
    low: str
    high: str


@dataclass(frozen=True, slots=True)
class Table:
    """Two assumptions, each at several values: scenarios by id."""

    down: str
    across: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Options:
    """A file of options, checked; `version` is its SHA-256."""

    file: str
    version: str
    title: str
    source: str
    limits: Limits
    kinds: tuple[Kind, ...]
    terms: tuple[Terms, ...]
    training: tuple[Training, ...] = ()
    assumed: tuple[Assumed, ...] = ()
    tables: tuple[Table, ...] = ()

    def allowed(self, portfolio: Portfolio) -> bool:
        """Whether a portfolio keeps the counts, the places and the terms of its kinds."""
        return (
            0 < self.places(portfolio) <= self.limits.places
            and all(
                0 <= n <= kind.most for kind, n in zip(self.kinds, portfolio.counts, strict=True)
            )
            and all(
                not n or not kind.terms or self.terms[portfolio.terms].id in kind.terms
                for kind, n in zip(self.kinds, portfolio.counts, strict=True)
            )
        )

    def places(self, portfolio: Portfolio) -> int:
        """How many places a portfolio has."""
        counted = zip(self.kinds, portfolio.counts, strict=True)
        return sum(kind.places * n for kind, n in counted)

    def every(self) -> Iterator[Portfolio]:
        """Every allowed portfolio."""
        counts: list[tuple[int, ...]] = [()]
        for kind in self.kinds:
            counts = [(*each, n) for each in counts for n in range(kind.most + 1)]
        for number in range(len(self.terms)):
            for each in counts:
                made = Portfolio(number, each)
                if self.allowed(made):
                    yield made

    def number(self) -> int:
        """How many portfolios there are, those over the limit of places counted too."""
        number = len(self.terms)
        for kind in self.kinds:
            number *= kind.most + 1
        return number

    def label(self, portfolio: Portfolio) -> str:
        """A portfolio as people call it."""
        parts = [
            f"{n} × {kind.id}" for kind, n in zip(self.kinds, portfolio.counts, strict=True) if n
        ]
        return f"{' + '.join(parts)}, {self.terms[portfolio.terms].id}"


@dataclass(frozen=True, slots=True, order=True)
class Portfolio:
    """Terms by number and how many homes of each kind, in the order of the options."""

    terms: int
    counts: tuple[int, ...]
