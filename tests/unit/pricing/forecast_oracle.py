"""The forecast written a second time, day by day, for the tests to compare with.

Nothing is shared with `pricing`: contract and costs are plain dictionaries, every day is counted
alone (days alike are worked out once), and the expectation of a fractional occupancy is taken over
the two whole numbers beside it.
"""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.unit.pricing.oracle import days, in_force, to_penny

BANDS = ("low", "medium", "high", "specialist")


@dataclass(frozen=True)
class Question:
    contract: Mapping[str, Any]
    costs: Mapping[str, Any] | None
    places: int
    homes: int
    occupancy: Fraction
    mix: Mapping[str, Fraction]
    units: Mapping[str, Fraction]
    achieved: Fraction


def expected_unused(places: int, guaranteed: int, occupancy: Fraction) -> Fraction:
    """The mean of guaranteed places not used, where a day has one of two whole numbers in use."""
    mean = occupancy * places
    fewer = int(mean)
    chance_of_one_more = mean - fewer
    return (1 - chance_of_one_more) * max(0, guaranteed - fewer) + chance_of_one_more * max(
        0, guaranteed - fewer - 1
    )


def raised(amount: str, percent: str, times: int) -> Decimal:
    now = Decimal(amount)
    for _ in range(times):
        now = to_penny(Fraction(now) * (1 + Fraction(percent) / 100))
    return now


def a_day(asked: Question, day: date) -> dict[str, Fraction]:
    """Exact pounds of one day by heading, costs below 0."""
    contract = asked.contract
    used = asked.occupancy * asked.places
    month = monthrange(day.year, day.month)[1]
    found: dict[str, Fraction] = {}
    for band in BANDS:
        living = used * asked.mix.get(band, Fraction())
        fee = Fraction(in_force(contract, contract["fees"][band], day))
        found[f"fees.{band}"] = living * fee / 7
    for requirement in contract.get("requirements", []):
        code = requirement["code"]
        if code in asked.units:
            price = Fraction(in_force(contract, requirement["price"], day))
            found[f"requirements.{code}"] = Fraction()
            for band in BANDS:
                more = asked.units[code] - Fraction(str(requirement["included"][band]))
                if more > 0:
                    living = used * asked.mix.get(band, Fraction())
                    found[f"requirements.{code}"] += living * more * price / 7
    standard = sum(found.values(), Fraction())
    if "voids" in contract:
        terms = contract["voids"]
        guaranteed = int(contract["places"] * Decimal(terms["guarantee_percent"]) // 100)
        unused = expected_unused(contract["places"], guaranteed, asked.occupancy)
        low = Fraction(in_force(contract, contract["fees"]["low"], day))
        whole = unused * Fraction(terms["rate_percent"]) / 100 * low / 7
        found["voids"] = whole * asked.places / contract["places"]
    if "results" in contract:
        cap = Fraction(contract["results"]["cap_percent"]) / 100
        found["results"] = standard * cap * asked.achieved
    if "training" in contract:
        terms = contract["training"]
        release = Fraction(str(terms["release_days_per_place"])) * Fraction(
            terms["release_cost_per_day"]
        )
        found["training.release"] = -release * asked.places / 12 / month
        course = Fraction(terms["course_cost_per_place"]) * asked.places / 12 / month
        found["training.courses"] = -course if day >= terms["courses_funded_until"] else Fraction()
    for cost in asked.costs["costs"] if asked.costs else ():
        assert asked.costs is not None
        times = anniversaries(contract["start"], day)
        amount = Fraction(raised(cost["amount"], asked.costs["uplift"]["percent"], times))
        found[f"costs.{cost['code']}"] = (
            -amount
            * {
                "month": Fraction(1, month),
                "home_month": Fraction(asked.homes, month),
                "place_week": Fraction(asked.places, 7),
                "used_place_week": used * asked.mix.get(cost.get("band", ""), Fraction()) / 7,
            }[cost["per"]]
        )
    return found


def by_month(asked: Question) -> dict[str, dict[str, Decimal]]:
    """Each month's lines in pounds: the days added exactly, then rounded once; costs above 0."""
    exact: dict[str, dict[str, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    for (month, *_), same in _alike(asked, lambda day: f"{day:%Y-%m}"):
        for heading, amount in a_day(asked, same[0]).items():
            exact[str(month)][heading] += len(same) * abs(amount)
    return {
        month: {heading: to_penny(amount) for heading, amount in lines.items()}
        for month, lines in exact.items()
    }


def margin(asked: Question) -> Fraction:
    """Income less all costs over the term, in exact pounds."""
    return sum(
        (
            len(same) * sum(a_day(asked, same[0]).values(), Fraction())
            for _, same in _alike(asked, lambda day: monthrange(day.year, day.month)[1])
        ),
        Fraction(),
    )


def _alike(
    asked: Question, by: Callable[[date], object]
) -> Iterable[tuple[tuple[object, ...], list[date]]]:
    """The days of the term whose amounts are the same, so that each is worked out once.

    Besides `by`, which tells lengths of months apart, a day's amounts depend on the uplifts so far,
    the anniversaries so far and on who pays for training.
    """
    contract = asked.contract
    alike: dict[tuple[object, ...], list[date]] = defaultdict(list)
    for day in days(contract["start"], contract["end"]):
        uplifts = sum(day >= uplift["from"] for uplift in contract.get("uplifts", []))
        funded = "training" in contract and day >= contract["training"]["courses_funded_until"]
        alike[by(day), uplifts, anniversaries(contract["start"], day), funded].append(day)
    return alike.items()


def anniversaries(start: date, day: date) -> int:
    """How often the contract's first day has come back; 29 February does on the 28th."""
    returns = (start.month, min(start.day, monthrange(day.year, start.month)[1]))
    return day.year - start.year - ((day.month, day.day) < returns)
