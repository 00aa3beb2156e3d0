"""The rules of money written a second time, day by day, for the tests to compare with.

Nothing is shared with `pricing` but the page they both follow: contracts are plain dictionaries
from tomllib, amounts are Decimal pounds rounded by `quantize`, every day is looked at alone.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from typing import Any

PENNY = Decimal("0.01")


def contract_dict(text: str) -> dict[str, Any]:
    return tomllib.loads(text, parse_float=Decimal)


def days(start: date, end: date) -> Iterator[date]:
    day = start
    while day < end:
        yield day
        day += timedelta(days=1)


def to_penny(amount: Fraction) -> Decimal:
    """Pounds rounded half-up at sixty digits, where no seventh comes near a half by accident."""
    with localcontext() as exact:
        exact.prec = 60
        return (Decimal(amount.numerator) / Decimal(amount.denominator)).quantize(
            PENNY, ROUND_HALF_UP
        )


def in_force(contract: Mapping[str, Any], amount: str, day: date) -> Decimal:
    now = Decimal(amount)
    for uplift in sorted(contract.get("uplifts", []), key=lambda each: each["from"]):
        if uplift["from"] <= day:
            now = to_penny(Fraction(now) * (1 + Fraction(uplift["percent"]) / 100))
    return now


def quote_amounts(
    contract: Mapping[str, Any],
    band: str,
    units: Mapping[str, Fraction],
    start: date,
    end: date,
) -> dict[tuple[str, date], Decimal]:
    """Each line's amount by subject and first day: the days' exact prices added, rounded once."""
    exact: dict[tuple[str, date], Fraction] = {}
    starts = {uplift["from"] for uplift in contract.get("uplifts", [])}
    first = start
    for day in days(start, end):
        if day in starts:
            first = day
        prices = {"fee": Fraction(in_force(contract, contract["fees"][band], day))}
        for requirement in contract.get("requirements", []):
            code = requirement["code"]
            above = units.get(code, Fraction()) - Fraction(str(requirement["included"][band]))
            if above > 0:
                prices[code] = above * Fraction(in_force(contract, requirement["price"], day))
        for subject, price in prices.items():
            exact[subject, first] = exact.get((subject, first), Fraction()) + price / 7
    return {key: to_penny(amount) for key, amount in exact.items()}


@dataclass(frozen=True)
class Stay:
    borough: str
    band: str
    start: date
    end: date
    units: Mapping[str, Fraction]


@dataclass(frozen=True)
class Out:
    start: date
    end: date
    places: int
    side: str


def share_out(charge: Decimal, exact: Mapping[str, Fraction]) -> dict[str, Decimal]:
    """Pounds to each name, rounded down, then a penny at a time to who is furthest below."""
    with localcontext() as context:
        context.prec = 60
        given = {name: Decimal(int(amount * 100)) / 100 for name, amount in exact.items()}
        while sum(given.values(), Decimal()) < charge:
            poorest = min(given, key=lambda name: (Fraction(given[name]) - exact[name], name))
            given[poorest] += PENNY
    return given


def statement_json(
    contract: Mapping[str, Any],
    stays: Sequence[Stay],
    outs: Sequence[Out],
    achieved: Mapping[str, Fraction],
    start: date,
    end: date,
) -> dict[str, Any]:
    """The amounts of a statement in its JSON shape, without contract, version and period.

    `achieved` has what counts of each item: evidence and proposals are judged by the caller.
    """
    shares = contract.get("shares", {})
    boroughs = sorted({*shares, *(stay.borough for stay in stays)})
    placements = dict.fromkeys(boroughs, Decimal())
    for stay in stays:
        first, last = max(start, stay.start), min(end, stay.end)
        if first < last:
            lines = quote_amounts(contract, stay.band, stay.units, first, last)
            placements[stay.borough] += sum(lines.values(), Decimal())
    void_exact = dict.fromkeys(boroughs, Fraction())
    used = payable_days = 0
    for day in days(start, end):
        living = [stay for stay in stays if stay.start <= day < stay.end]
        used += len(living)
        payable = 0
        if "voids" in contract:
            out = sum(
                each.places
                for each in outs
                if each.side == "provider" and each.start <= day < each.end
            )
            guaranteed = int(
                contract["places"] * Decimal(contract["voids"]["guarantee_percent"]) // 100
            )
            payable = min(guaranteed, contract["places"] - out)
            unused = max(0, payable - len(living))
            low = Fraction(in_force(contract, contract["fees"]["low"], day))
            void = unused * Fraction(contract["voids"]["rate_percent"]) / 100 * low / 7
            left = {
                code: max(0, share - sum(stay.borough == code for stay in living))
                for code, share in shares.items()
            }
            parts = left if sum(left.values()) else shares
            for code, part in parts.items():
                void_exact[code] += void * part / sum(parts.values())
        payable_days += max(len(living), payable)
    voids = to_penny(sum(void_exact.values(), Fraction()))
    standard = sum(placements.values(), Decimal())
    rate = Fraction()
    if "results" in contract:
        rate = Fraction(contract["results"]["cap_percent"]) / 100
        rate *= sum(
            (
                Fraction(item["weight"], 100) * achieved.get(item["code"], Fraction())
                for item in contract["results"]["items"]
            ),
            Fraction(),
        )
    results = to_penny(Fraction(standard) * rate)
    result_by = share_out(results, {code: Fraction(placements[code]) * rate for code in boroughs})
    void_by = share_out(voids, void_exact)
    percent = None
    if payable_days:
        exact = Fraction(used * 100, payable_days)
        with localcontext() as context:
            context.prec = 60
            percent = (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(
                Decimal("0.1"), ROUND_HALF_UP
            )

    def amounts(placed: Decimal, void: Decimal, result: Decimal) -> dict[str, str]:
        return {
            "placements": f"{placed:.2f}",
            "voids": f"{void:.2f}",
            "results": f"{result:.2f}",
            "total": f"{placed + void + result:.2f}",
        }

    return {
        "boroughs": {
            code: amounts(placements[code], void_by[code], result_by[code]) for code in boroughs
        },
        **amounts(standard, voids, results),
        "occupancy": {
            "place_days_used": used,
            "place_days_payable": payable_days,
            "percent": percent,
        },
    }
