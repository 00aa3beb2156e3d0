"""Money is whole pence inside and pounds with two decimals outside, never a binary fraction.

Amounts that are not whole pence (sevenths of a week, percentages) are `Fraction` until they are
rounded half-up, once for each line (spec/contract-file.md, "The rules of money").

`Pence` is `int` by another name, so that a type checker refuses a float, a `Fraction` or the
result of `/` where money is expected; `whole_pence` refuses them once more while the program runs,
where an amount enters a price, a bill or a statement.
"""

import re
from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import TypeAlias

Pence: TypeAlias = int

_POUNDS = re.compile(r"[0-9]{1,9}\.[0-9]{2}")
_SIGNED_POUNDS = re.compile(r"-?[0-9]{1,9}\.[0-9]{2}")
_DECIMAL = re.compile(r"[0-9]{1,6}(\.[0-9]{1,9})?")


def whole_pence(*amounts: Pence) -> None:
    """Only whole numbers of pence are money.

    Raises:
        TypeError: any amount is a float, a `Fraction`, a `Decimal`, a switch or anything else.
    """
    for amount in amounts:
        if type(amount) is not int:
            raise TypeError(f"money is a whole number of pence, not {amount!r}")


def parse_pounds(text: str) -> Pence | None:
    """Pence of an amount written in pounds with exactly two decimals, such as "4500.00".

    None for anything else: a sign, a currency mark, thousands separators, one decimal or three.
    """
    if not _POUNDS.fullmatch(text):
        return None
    return int(text[:-3]) * 100 + int(text[-2:])


def parse_signed_pounds(text: str) -> Pence | None:
    """Pence of an amount as `parse_pounds` reads it, or below nought with a "-" before it."""
    if not _SIGNED_POUNDS.fullmatch(text):
        return None
    pence = int(text[:-3].lstrip("-")) * 100 + int(text[-2:])
    return -pence if text.startswith("-") else pence


@lru_cache(maxsize=4096)
def parse_decimal(text: str) -> Fraction | None:
    """Exact value of a plain decimal number of 0 or more, such as "14" or "2.80"; else None."""
    return Fraction(text) if _DECIMAL.fullmatch(text) else None


def pounds(amount: Pence) -> str:
    """An amount in pounds with two decimals and nothing else: "4500.00", "-0.05"."""
    whole_pence(amount)
    whole, part = divmod(abs(amount), 100)
    return f"{'-' if amount < 0 else ''}{whole}.{part:02d}"


def pounds_for_people(amount: Pence) -> str:
    """An amount as people write it: "£4,500.00", "-£0.05"."""
    whole_pence(amount)
    whole, part = divmod(abs(amount), 100)
    return f"{'-' if amount < 0 else ''}£{whole:,}.{part:02d}"


def decimal_text(value: Fraction) -> str:
    """A number as short as it can be written exactly: 14 is "14", 29/2 is "14.5".

    The value is one that `parse_decimal` gives, so at most nine decimals are needed.
    """
    whole, part = divmod(value, 1)
    digits = f"{int(part * 10**9):09d}".rstrip("0")
    return f"{whole}.{digits}" if digits else str(whole)


def round_half_up(value: Fraction) -> int:
    """The nearest whole number, a half always going up (towards more to pay).

    Raises:
        TypeError: a value that is no exact fraction, above all a float.
    """
    if not isinstance(value, Fraction | int):
        raise TypeError(f"only exact fractions are rounded to money, not {value!r}")
    return round_ratio(value.numerator, value.denominator)


def round_ratio(numerator: int, denominator: int) -> int:
    """The nearest whole number to a ratio of whole numbers, the second above 0; a half goes up."""
    return (2 * numerator + denominator) // (2 * denominator)


def rounded(value: Fraction, decimals: int) -> Fraction:
    """The nearest number of 0 or more with so many decimals, nine at most, a half going up."""
    unit = 10**decimals
    return Fraction(round_half_up(value * unit), unit)


def split_exactly(charge: Pence, exact: Mapping[str, Fraction]) -> dict[str, Pence]:
    """Whole pence for each name, adding up to the charge, by largest remainder.

    `exact` holds each name's exact pence, 0 or more, their sum within a penny of `charge`. Every
    amount is rounded down, and the pennies left go to the largest remainders, ties by name.
    """
    parts = {name: amount.numerator // amount.denominator for name, amount in exact.items()}
    left = charge - sum(parts.values())
    by_remainder = sorted(exact, key=lambda name: (parts[name] - exact[name], name))
    for name in by_remainder[:left]:
        parts[name] += 1
    return {name: parts[name] for name in sorted(parts)}
