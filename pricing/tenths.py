"""Percentages are counted in whole tenths and shown with one decimal; half a tenth goes up."""

from fractions import Fraction

from pricing.money import round_half_up


def tenths_of_percent(part: int | Fraction, whole: int | None) -> int | None:
    """A part of a whole in tenths of a per cent; None where the whole is not known or nothing."""
    return round_half_up(Fraction(part * 1000) / whole) if whole else None


def as_number(tenths: int | None) -> object:
    """Tenths as JSON shows them: a number with one decimal, null where not known."""
    return None if tenths is None else tenths / 10


def as_text(tenths: int) -> str:
    """Tenths as people read them: "41.5"."""
    return f"{tenths // 10}.{tenths % 10}"
