"""What a week cost the boroughs in a year, by need band, each price with its source.

A table of prices (one row a borough, home, band and period), or a contract's fees. A row counts
once if it holds on a day of the year, however long; an empty fee is unknown and is counted apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from broker.baseline.figures import Spread, spread
from matching.geography import PARTNER_BOROUGHS
from pricing.cells import read_rows
from pricing.money import Pence
from pricing.problems import Problems
from pricing.tariff import fee_in_force, price_periods
from pricing.terms import BANDS, Contract

PRICE_COLUMNS: Final = ("borough", "home_id", "band", "weekly_fee", "from", "to", "source")
NO_BAND: Final = ""
"""Prices of the year before may be of homes that nobody had banded."""


@dataclass(frozen=True, slots=True)
class Price:
    """A weekly price over [start, end); None for a fee that is not known.

    `borough` is empty for a price that holds for every borough, as a contract's does.
    """

    borough: str
    band: str
    fee: Pence | None
    start: date
    end: date | None
    source: str


@dataclass(frozen=True, slots=True)
class BandPrices:
    """The prices of one band: their spread in pence, those unknown, and where each is from."""

    band: str
    known: Spread
    unknown: int
    sources: Counter[str]


def read_prices(path: Path, found: Problems) -> list[Price]:
    """The rows of a price table."""
    prices = []
    for row in read_rows(path, PRICE_COLUMNS, found):
        start, end = row.day("from"), row.day_or_open("to")
        row.check_order(start, end)
        row.text("home_id")
        prices.append(
            Price(
                borough=row.matching(
                    "borough", PARTNER_BOROUGHS.__contains__, ", ".join(PARTNER_BOROUGHS)
                ),
                band=row.matching(
                    "band", (*BANDS, NO_BAND).__contains__, f"{', '.join(BANDS)}, or empty"
                ),
                fee=row.pounds_or_unknown("weekly_fee"),
                start=start,
                end=end,
                source=row.matching("source", bool, "where the price is from, and its date"),
            )
        )
    return prices


def contract_prices(contract: Contract, start: date, end: date) -> list[Price]:
    """The standard fees of a contract in the part of the year that lies in its term."""
    first, last = max(start, contract.start), min(end, contract.end)
    if first >= last:
        return []
    return [
        Price("", band, fee_in_force(contract, band, day), day, until, contract.source)
        for day, until in price_periods(contract, first, last)
        for band in BANDS
    ]


def by_band(prices: Iterable[Price], start: date, end: date) -> list[BandPrices]:
    """The prices that hold on a day of [start, end), by band; bands without a row are left out."""
    held: dict[str, list[Price]] = {}
    for price in prices:
        if price.start < end and (price.end is None or start < price.end):
            held.setdefault(price.band, []).append(price)
    return [_band(band, held[band]) for band in (*BANDS, NO_BAND) if band in held]


def _band(band: str, prices: Sequence[Price]) -> BandPrices:
    fees = [price.fee for price in prices if price.fee is not None]
    sources = Counter(price.source for price in prices)
    return BandPrices(band, spread(fees), len(prices) - len(fees), sources)
