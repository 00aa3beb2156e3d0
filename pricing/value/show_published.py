"""Published prices beside a contract's fees, as a page for people and as facts for programs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from pricing.assumed import assumptions
from pricing.money import Pence, pounds, pounds_for_people
from pricing.numbers import with_decimals
from pricing.render import page, source_lines, table
from pricing.tariff import fee_in_force
from pricing.terms import BANDS, Contract
from pricing.value.published import (
    TIMES,
    UNSOURCED,
    Adjusted,
    Index,
    Price,
    adjusted,
    percent_of,
    weekly_prices,
)

AS_PRINTED = "Each price is of its own year and as printed; nothing is adjusted."
BESIDE = (
    "Published prices differ in need, year and what is in them; they are context, not a target."
)
NOT_STATED = "not stated"


@dataclass(frozen=True, slots=True)
class Published:
    """Published prices, with a contract's fees on a day and an index to a year where asked for."""

    prices: tuple[Price, ...]
    contract: Contract | None = None
    day: date | None = None
    index: Index | None = None
    year: str = ""

    @property
    def fees(self) -> Mapping[str, Pence]:
        """The contract's weekly fee of each band on the day; empty without a contract."""
        if self.contract is None:
            return {}
        day = self.day or self.contract.start
        return {band: fee_in_force(self.contract, band, day) for band in BANDS}

    @property
    def carried(self) -> tuple[Adjusted, ...]:
        """Each price carried to the year; empty without an index."""
        if self.index is None:
            return ()
        return tuple(adjusted(price, self.index, self.year) for price in self.prices)


def published_json(made: Published) -> dict[str, object]:
    """The answer of `broker prices --json`; null is not stated, unknown or not asked for."""
    carried = {each.price.id: each for each in made.carried}
    contract, index = made.contract, made.index
    return {
        "prices": [_price_json(price, carried.get(price.id)) for price in made.prices],
        "index": index
        and {
            "name": index.name,
            "source": index.source,
            "file": index.file,
            "version": index.version,
            "to_year": made.year,
        },
        "contract": contract
        and {
            "contract": contract.id,
            "version": contract.version,
            "day": (made.day or contract.start).isoformat(),
            "fees": {band: pounds(fee) for band, fee in made.fees.items()},
        },
        "assumptions": assumptions(contract) if contract else [],
    }


def render_published(made: Published) -> str:
    """The prices as printed, then adjusted if asked for, then the fees beside the weekly ones."""
    return page(
        ["Published prices of places in children's homes"],
        _printed([price for price in made.prices if price.mark not in UNSOURCED]),
        _assumed([price for price in made.prices if price.mark in UNSOURCED]),
        [AS_PRINTED] if made.index is None else _carried(made, made.index),
        _fees(made, made.contract) if made.contract else [],
        _sources(made.prices),
        source_lines(made.contract) if made.contract else [],
    )


def value_text(price: Price) -> str:
    """The value as printed: pounds, or so many times."""
    text = with_decimals(price.value, price.decimals)
    return text if price.unit == TIMES else f"£{text}"


def _printed(prices: Sequence[Price]) -> list[str]:
    rows = [["id", "year", "unit", "mark", "value", ""]]
    rows += [
        [price.id, price.year or NOT_STATED, price.unit, price.mark, value_text(price)]
        for price in prices
    ]
    return table([row[:5] for row in rows], left=4)


def _assumed(prices: Sequence[Price]) -> list[str]:
    if not prices:
        return []
    rows = [[price.id, price.unit, UNSOURCED[price.mark], value_text(price)] for price in prices]
    return ["Not published:", *table(rows, left=3)]


def _carried(made: Published, index: Index) -> list[str]:
    rows = [["id", "year", "as printed", made.year]]
    left = []
    for each in made.carried:
        if each.value is None:
            left.append(f"  {each.price.id}: {each.why}")
        else:
            value = f"£{with_decimals(each.value, 0)}"
            rows.append([each.price.id, each.price.year, value_text(each.price), value])
    lines = [f"Adjusted to {made.year} by {index.cited}:"]
    lines += table(rows, left=2) if len(rows) > 1 else ["  no price could be adjusted"]
    return [*lines, "Not adjusted:", *left] if left else lines


def _fees(made: Published, contract: Contract) -> list[str]:
    fees = made.fees
    by_id = {each.price.id: each.value for each in made.carried}
    asked = made.index is not None
    rows = [["", *BANDS], ["fee a week", *map(pounds_for_people, fees.values())]]
    for price in weekly_prices(made.prices):
        if price.mark in UNSOURCED:
            continue
        rows.append([price.id, *_percents(fees, price.value)])
        if asked and (value := by_id[price.id]) is not None:
            rows.append([f"{price.id}, adjusted", *_percents(fees, value)])
    day = made.day or contract.start
    head = f"Fees of {contract.id} on {day}, as a percentage of each weekly price:"
    return [head, *table(rows, left=1), BESIDE]


def _percents(fees: Mapping[str, Pence], weekly: Fraction) -> list[str]:
    return [f"{percent_of(fee, weekly)}%" for fee in fees.values()]


def _sources(prices: Iterable[Price]) -> list[str]:
    lines = []
    for price in prices:
        how = f"; {_computed(price)}" if price.computation else ""
        note = f" {price.note}" if price.note else ""
        lines.append(f"  {price.id}: {price.what}. {price.cited.rstrip('.')}{how}.{note}")
    return ["What each is, and where it comes from:", *lines]


def _computed(price: Price) -> str:
    made = price.computation
    if made is None:
        return ""
    by = " × ".join(with_decimals(each, _decimals(each)) for each in made.divisors)
    by = f"({by})" if len(made.divisors) > 1 else by
    return f"computed here: {with_decimals(made.start, 0)} / {by}"


def _decimals(value: Fraction) -> int:
    return next(places for places in range(7) if (value * 10**places).denominator == 1)


def _price_json(price: Price, carried: Adjusted | None) -> dict[str, object]:
    return {
        "id": price.id,
        "what": price.what,
        "value": with_decimals(price.value, price.decimals).replace(",", ""),
        "unit": price.unit,
        "year": price.year or None,
        "real_terms": price.real,
        "mark": price.mark,
        "assumption": price.mark in UNSOURCED,
        "source": price.source or None,
        "computation": _computed(price) or None,
        "note": price.note or None,
        "adjusted": None
        if carried is None or carried.value is None
        else with_decimals(carried.value, 0).replace(",", ""),
        "not_adjusted_because": None if carried is None else carried.why or None,
    }
