"""Exact numbers as people read them, rounded half-up once."""

from fractions import Fraction

from pricing.money import decimal_text, round_half_up, rounded


def with_decimals(value: Fraction | int, decimals: int) -> str:
    """A number with so many decimals, a half going up: 29/8 with one is "3.6", with none "4"."""
    scaled = round_half_up(Fraction(value) * 10**decimals)
    whole, part = divmod(abs(scaled), 10**decimals)
    sign = "-" if scaled < 0 else ""
    return f"{sign}{whole:,}.{part:0{decimals}d}" if decimals else f"{sign}{whole:,}"


def short(value: Fraction, decimals: int = 2) -> str:
    """A number of 0 or more rounded to so many decimals, without idle noughts: "12.9", "20"."""
    return decimal_text(rounded(value, decimals))


def percent(part: Fraction | int, whole: Fraction | int) -> str:
    """A part of a whole, above 0, in per cent with one decimal and no sign: "42.9"."""
    return with_decimals(Fraction(part) * 100 / Fraction(whole), 1)


def weeks(place_days: Fraction | int) -> str:
    """Place-days as place-weeks with one decimal."""
    return with_decimals(Fraction(place_days) / 7, 1)
