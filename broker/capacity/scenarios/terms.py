"""What a scenario may change, each change with the figures that say how much."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final, TypeAlias

GROWTH: Final = "growth"
ARRIVALS: Final = "arrivals"
STEP_DOWN: Final = "step_down"
ENDED_EARLY: Final = "ended_early"
PRICES: Final = "prices"
OPENING: Final = "opening"
TRAINING: Final = "training"
FLOW: Final = "flow"
KINDS: Final = (GROWTH, ARRIVALS, STEP_DOWN, ENDED_EARLY, PRICES, OPENING, TRAINING, FLOW)
SIDES: Final = ("block", "spot")


@dataclass(frozen=True, slots=True)
class Whom:
    """Whose arrivals a change is about; empty for all."""

    boroughs: tuple[str, ...] = ()
    age_groups: tuple[tuple[int, int], ...] = ()
    routes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Growth:
    """Arrivals grow by so much a year, a step each year for so many years, then stay."""

    percent: Fraction
    years: int
    whom: Whom


@dataclass(frozen=True, slots=True)
class Practice:
    """Arrivals become so many per cent of what they are, from a day to a day (None: for good)."""

    percent_of_now: Fraction
    start: date | None
    end: date | None
    whom: Whom


@dataclass(frozen=True, slots=True)
class StepDown:
    """Of all stays, a share ends between two lengths in months, those that would last longer."""

    percent: Fraction
    from_months: int
    to_months: int


@dataclass(frozen=True, slots=True)
class EndedEarly:
    """Of all stays, a share lasts only part of what it would have lasted."""

    percent: Fraction
    percent_of_length: Fraction


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices of one side change by so many per cent."""

    percent: Fraction
    side: str


@dataclass(frozen=True, slots=True)
class Opening:
    """So many homes open, the first at once and the others one after another."""

    homes: int
    places: int
    every_months: int


@dataclass(frozen=True, slots=True)
class Training:
    """So many homes may take on a need once their staff have trained for so long."""

    need: str
    homes: int
    months: int


@dataclass(frozen=True, slots=True)
class Flow:
    """Referrals, assessments, conferences, plans and entries into care, year by year.

    The counts are of the first year. Of the years after it, `repeat` is what share of last year's
    referrals comes again, `direct_of_now` how many per cent of its first-year share of assessments
    enters care without a plan, `from_plans` the share of plans that does. `printed` are rows of a
    published table to be compared with; `factors` says whose entries change the demand.
    """

    new_referrals: int
    referrals: int
    assessments: int
    conferences: int
    plans: int
    entries: int
    entries_from_plans: int
    repeat: tuple[Fraction, ...]
    direct_of_now: tuple[Fraction, ...]
    from_plans: tuple[Fraction, ...]
    printed: Mapping[str, tuple[int, ...]]
    factors: str
    whom: Whom


Change: TypeAlias = Growth | Practice | StepDown | EndedEarly | Prices | Opening | Training | Flow


@dataclass(frozen=True, slots=True)
class Scenario:
    """Named assumptions with who says so."""

    id: str
    name: str
    source: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Scenarios:
    """A file of scenarios and its digest."""

    file: str
    version: str
    title: str
    scenarios: tuple[Scenario, ...]
