"""The rules of docs/results.md written a second time, day by day, for the tests to compare with.

Nothing is shared with `pricing` but the page: rows are plain tuples, each day is looked at alone,
parts of the way are reckoned in whole numbers.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

BY_ITSELF = {
    **dict.fromkeys(
        ("CREQB", "CREQO", "CHILD", "LAREQ", "ALLEG", "STAND", "APPRR", "CLOSE", "OTHER"),
        "unplanned",
    ),
    **dict.fromkeys(("E4B", "E8", "E13", "E16"), "unplanned"),
    **dict.fromkeys(("CARPL", "E4A", "E5", "E6", "E7", "E11", "E12", "E17", "E41"), "planned"),
    **dict.fromkeys(("E45", "E46", "E47", "E48"), "planned"),
    **dict.fromkeys(("CUSTOD", "E2", "E3", "E9", "E14", "E15"), "outside"),
    "PLACE": "no_move",
}


@dataclass(frozen=True)
class Lived:
    """One stretch of a placement: who decides nothing here, only band and days matter."""

    placement: str
    home: str
    band: str
    start: date
    end: date


@dataclass(frozen=True)
class Left:
    moves: int
    day: date | None
    kind: str


def group(moves: int) -> str:
    return "0" if moves < 1 else "3+" if moves >= 3 else "1-2"


def stability(
    stretches: list[Lived],
    left: dict[str, Left],
    homes: set[str],
    rates: dict[tuple[str, str], Fraction],
    start: date,
    end: date,
) -> tuple[dict[tuple[str, str], int], dict[tuple[str, str, str], int], Fraction]:
    """Days by stratum, endings by stratum and kind, and the sum of each day's expectation."""
    days: Counter[tuple[str, str]] = Counter()
    endings: Counter[tuple[str, str, str]] = Counter()
    expected = Fraction()
    day = start
    while day < end:
        for lived in stretches:
            if lived.home in homes and lived.start <= day < lived.end:
                stratum = (lived.band, group(left[lived.placement].moves))
                days[stratum] += 1
                expected += rates[stratum] / 1000
                if left[lived.placement].day == day + timedelta(days=1):
                    endings[(*stratum, left[lived.placement].kind)] += 1
        day += timedelta(days=1)
    return dict(days), dict(endings), expected


def part_of_the_way(baseline: Fraction, target: Fraction, value: Fraction) -> Fraction:
    """In whole parts of one common denominator, up or down, kept between none and all."""
    common = baseline.denominator * target.denominator * value.denominator
    before, after, now = (int(number * common) for number in (baseline, target, value))
    if after < before:
        before, after, now = -before, -after, -now
    if now <= before:
        return Fraction(0)
    return Fraction(1) if now >= after else Fraction(now - before, after - before)


def pays(fees: int, cap_percent: Fraction, parts: list[tuple[int, Fraction]]) -> int:
    """Pence for weights and what was achieved of each, to the nearest, a half penny up."""
    exact = Fraction(fees) * cap_percent * sum(weight * done for weight, done in parts) / 10_000
    whole = exact.numerator // exact.denominator
    return whole + (exact - whole >= Fraction(1, 2))
