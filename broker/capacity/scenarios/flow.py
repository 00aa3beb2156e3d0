"""A flow from referrals to entries into care, year by year, and what a published table determines.

Referrals are the new ones and a share of last year's that come again; assessments, conferences and
plans keep their first-year ratios; entries are a share of assessments without a plan and a share of
plans. The form is that of the Tri-borough bid of July 2014, whose text says which rates change and
how far, not by which year: the years are an assumption of whoever writes the scenario.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from broker.capacity.scenarios.file import ROWS
from broker.capacity.scenarios.terms import Flow
from pricing.money import rounded

SENSITIVITY_STEPS: Final = (Fraction(0), Fraction(1, 2), Fraction(1), Fraction(3, 2))
"""How much of each assumed change comes about: none, half, as assumed, half as much again."""
CHANGES: Final = ("repeat", "direct_of_now", "from_plans")


@dataclass(frozen=True, slots=True)
class Compared:
    """A row of the table: computed exactly, and printed where there is a printed one.

    `from_ratio` is what the printed row above gives by the first year's ratio, for the rows that
    are a share of the one above.
    """

    row: str
    computed: tuple[Fraction, ...]
    printed: tuple[int, ...]
    from_ratio: tuple[Fraction, ...]

    @property
    def determined(self) -> bool:
        """Whether every printed number is the computed one, rounded half-up."""
        return bool(self.printed) and _whole(self.computed) == self.printed

    @property
    def follows(self) -> bool:
        """Whether every printed number follows from the printed row above."""
        return bool(self.printed) and _whole(self.from_ratio) == self.printed


def _whole(values: tuple[Fraction, ...]) -> tuple[int, ...]:
    return tuple(int(rounded(value, 0)) for value in values)


def rows(flow: Flow) -> Mapping[str, tuple[Fraction, ...]]:
    """The table: each row's first year and those after it, exact."""
    referrals = [Fraction(flow.referrals)]
    for share in flow.repeat:
        referrals.append(flow.new_referrals + share * referrals[-1])
    assessments = [each * Fraction(flow.assessments, flow.referrals) for each in referrals]
    conferences = [each * Fraction(flow.conferences, flow.assessments) for each in assessments]
    plans = [each * Fraction(flow.plans, flow.conferences) for each in conferences]
    direct = Fraction(flow.entries - flow.entries_from_plans, flow.assessments)
    entries = [Fraction(flow.entries)]
    entries += [
        direct * now * assessed + share * planned
        for now, share, assessed, planned in zip(
            flow.direct_of_now, flow.from_plans, assessments[1:], plans[1:], strict=True
        )
    ]
    table = dict(zip(ROWS, (referrals, assessments, conferences, plans, entries), strict=True))
    return {row: tuple(values) for row, values in table.items()}


def compared(flow: Flow) -> list[Compared]:
    """Each row beside the printed one."""
    table = rows(flow)
    ratios = {
        "assessments": ("referrals", Fraction(flow.assessments, flow.referrals)),
        "conferences": ("assessments", Fraction(flow.conferences, flow.assessments)),
        "plans": ("conferences", Fraction(flow.plans, flow.conferences)),
    }
    made = []
    for row in ROWS:
        above, ratio = ratios.get(row, ("", Fraction()))
        given = flow.printed.get(above, ())
        made.append(
            Compared(
                row,
                table[row],
                flow.printed.get(row, ()),
                tuple(number * ratio for number in given),
            )
        )
    return made


def factors(flow: Flow) -> tuple[Fraction, ...]:
    """Entries of each year after the first over those of the first."""
    printed = flow.printed.get("entries", ())
    entries = tuple(map(Fraction, printed)) if flow.factors == "printed" else rows(flow)["entries"]
    return tuple(each / entries[0] for each in entries[1:])


@dataclass(frozen=True, slots=True)
class Sensitive:
    """The last year's referrals and entries as one assumed change comes about in part."""

    change: str
    steps: tuple[tuple[Fraction, Fraction, Fraction, Fraction], ...]


def sensitivity(flow: Flow) -> list[Sensitive]:
    """One assumption at a time, the others as assumed.

    Each step is (how much of the change, the rate then, referrals, entries), of the last year.
    """
    start = {
        "repeat": Fraction(flow.referrals - flow.new_referrals, flow.referrals),
        "direct_of_now": Fraction(1),
        "from_plans": Fraction(flow.entries_from_plans, flow.plans),
    }
    made = []
    for change in CHANGES:
        steps = []
        for part in SENSITIVITY_STEPS:
            own = tuple(
                max(Fraction(), start[change] + part * (rate - start[change]))
                for rate in getattr(flow, change)
            )
            table = rows(_with(flow, change, own))
            steps.append((part, own[-1], table["referrals"][-1], table["entries"][-1]))
        made.append(Sensitive(change, tuple(steps)))
    return made


def _with(flow: Flow, change: str, own: tuple[Fraction, ...]) -> Flow:
    match change:
        case "repeat":
            return replace(flow, repeat=own)
        case "direct_of_now":
            return replace(flow, direct_of_now=own)
        case _:
            return replace(flow, from_plans=own)


def implied_direct(flow: Flow, year: int) -> tuple[Fraction, Fraction] | None:
    """The shares of assessments entering without a plan that a year's printed numbers allow.

    From the largest to the smallest that rounding of entries and plans leaves open, at the share of
    plans assumed for the year (1 is the first year after the first); None where not printed.
    """
    entries, plans = flow.printed.get("entries"), flow.printed.get("plans")
    if entries is None or plans is None:
        return None
    half, share = Fraction(1, 2), flow.from_plans[year - 1]
    assessed = rows(flow)["assessments"][year]
    low = (entries[year] - half - share * (plans[year] + half)) / assessed
    high = (entries[year] + half - share * (plans[year] - half)) / assessed
    return low, high
