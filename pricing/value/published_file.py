"""Reading tables of published prices and indices of prices: TOML, every error of it at once.

The prices that are shipped are `pricing/data/published-prices.toml`. No index is shipped. An index:

```
name = "…"                 # which index
source = "…"               # who publishes it, where
[values]                   # by year or financial year, as the prices name theirs
"2023-24" = "100.0"
"2024-25" = "103.1"
```
"""

from fractions import Fraction
from importlib import resources
from pathlib import Path
from typing import Final

from pricing.money import round_half_up
from pricing.numbers import with_decimals
from pricing.problems import Problems, describe
from pricing.text_file import read_file
from pricing.toml_file import file_version, parse_toml
from pricing.toml_section import Section, refuse_repeats
from pricing.value.figures import (
    FIGURE_ALLOWED,
    YEAR_ALLOWED,
    as_figure,
    figure,
    is_year,
    year,
)
from pricing.value.published import (
    COMPUTED,
    MARKS,
    REAL,
    TERMS,
    UNITS,
    UNSOURCED,
    Computation,
    Index,
    Price,
)

SHIPPED: Final = "published-prices.toml"


def shipped_prices() -> tuple[Price, ...]:
    """The published prices that come with the product."""
    data = resources.files("pricing.data").joinpath(SHIPPED).read_bytes()
    return parse_prices(data, SHIPPED)


def parse_prices(data: bytes, file: str) -> tuple[Price, ...]:
    """The prices in the bytes of a TOML file; `file` is the name that messages show.

    Raises:
        BadInput: with every problem of the file.
    """
    found = Problems()
    top = Section(parse_toml(data, file, "a table of published prices"), "", file, found)
    top.check_keys(("title", "prices"))
    top.prose("title")
    sections = top.sections("prices")
    prices = tuple(_price(section) for section in sections)
    refuse_repeats(sections, "id", [price.id for price in prices])
    found.raise_if_any()
    return prices


def read_index(path: Path) -> Index:
    """The index in a TOML file.

    Raises:
        BadInput: with every problem of the file.
    """
    return parse_index(read_file(path), path.name)


def parse_index(data: bytes, file: str) -> Index:
    """The index in the bytes of a TOML file; `file` is the name that messages show.

    Raises:
        BadInput: with every problem of the file.
    """
    found = Problems()
    top = Section(parse_toml(data, file, "an index"), "", file, found)
    top.check_keys(("name", "source", "values"))
    own = top.section("values")
    values = {}
    for name in own.table:
        if not is_year(name):
            own.refuse(name, describe(name), YEAR_ALLOWED, "bad value")
            continue
        values[name] = _above_zero(own, name)
    if top.good("values") and not own.table:
        top.refuse("values", "no year", "a value for at least one year", "missing key")
    index = Index(file, file_version(data), top.text("name"), top.prose("source"), values)
    found.raise_if_any()
    return index


def _price(section: Section) -> Price:
    mark = section.choice("mark", MARKS)
    required, optional = ["id", "what", "value", "unit", "mark"], ["year", "terms", "note"]
    known = section.good("mark")
    (optional if not known or mark in UNSOURCED else required).append("source")
    (required if known and mark == COMPUTED else optional).append("computation")
    section.check_keys(required, optional)
    if known and mark in UNSOURCED and "source" in section.table:
        allowed = f"nothing: what is {mark} cites nobody"
        section.refuse("source", describe(section.table["source"]), allowed, "forbidden key")
    if known and mark != COMPUTED and "computation" in section.table:
        section.refuse("computation", "a table", "nothing: it is not computed", "forbidden key")
    price = Price(
        id=section.code("id"),
        what=section.prose("what"),
        value=_above_zero(section, "value"),
        decimals=len(str(section.table.get("value", "")).partition(".")[2]),
        unit=section.choice("unit", UNITS),
        year=year(section, "year"),
        real=section.choice("terms", TERMS) == REAL,
        mark=mark,
        source=section.prose("source"),
        computation=_computation(section) if "computation" in section.table else None,
        note=section.prose("note"),
    )
    _check_computation(section, price)
    return price


def _computation(section: Section) -> Computation | None:
    own = section.section("computation")
    if not section.good("computation"):
        return None
    own.check_keys(("from", "divided_by"))
    start = figure(own, "from")
    divisors: tuple[Fraction, ...] = ()
    if "divided_by" in own.table:
        listed = own.table["divided_by"]
        divisors = own.take("divided_by", listed, _as_divisors, _DIVISORS, divisors)
    return Computation(start, divisors) if own.good("from", "divided_by") else None


_DIVISORS: Final = 'numbers above 0, in quotes, such as ["7", "52.18"]'


def _as_divisors(value: object) -> tuple[Fraction, ...] | None:
    if not isinstance(value, list) or not value:
        return None
    numbers = [as_figure(item) for item in value]
    return tuple(number for number in numbers if number) if all(numbers) else None


def _check_computation(section: Section, price: Price) -> None:
    """A computed value is what its computation gives, at the decimals it is printed with."""
    if price.computation is None or not section.good("value"):
        return
    scale = 10**price.decimals
    gives = price.computation.result
    if round_half_up(gives * scale) != round_half_up(price.value * scale):
        shown = with_decimals(gives, price.decimals + 2)
        section.refuse(
            "value", describe(section.table["value"]), f"{shown}, rounded", "wrong computation"
        )


def _above_zero(section: Section, key: str) -> Fraction:
    value = figure(section, key)
    if section.good(key) and not value:
        section.refuse(key, describe(section.table[key]), f"{FIGURE_ALLOWED}, above 0", "bad value")
    return value
