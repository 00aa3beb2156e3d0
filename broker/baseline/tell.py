"""The figures of a baseline as JSON: numbers as text where they have a fraction, counts beside."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Any

from broker.baseline.figures import Distances, Figures, Group, Returned, Share, Spread, Stays
from broker.baseline.prices import Price, by_band
from pricing.money import decimal_text, pounds, round_half_up, rounded


def _number(value: Fraction | None, decimals: int) -> str | None:
    return None if value is None else decimal_text(rounded(value, decimals))


def _tenths(value: Fraction | int | None) -> str | None:
    return None if value is None else _number(Fraction(value) / 10, 1)


def share_json(share: Share) -> dict[str, Any]:
    """A share with its counts; `percent` is null of nobody."""
    return {"count": share.count, "of": share.of, "percent": _number(share.percent, 1)}


def _distances(one: Distances) -> dict[str, Any]:
    return {
        "known": one.known.count,
        "unknown": one.unknown,
        "blank": one.blank,
        "median_miles": _tenths(one.known.median),
        "least_miles": _tenths(one.known.least),
        "most_miles": _tenths(one.known.most),
        "over_20_miles": share_json(Share(one.far, one.known.count)),
    }


def _group(one: Group) -> dict[str, Any]:
    each = Fraction(one.moves, one.young_people) if one.young_people else None
    return {
        "young_people": one.young_people,
        "placements": one.placements,
        "moves": one.moves,
        "moves_each": _number(each, 2),
        "three_or_more": share_json(Share(one.three_or_more, one.young_people)),
        "distance": _distances(one.distances),
    }


def _days(one: Spread) -> dict[str, Any]:
    return {
        "count": one.count,
        "median_days": _number(one.median, 1),
        "least_days": one.least,
        "most_days": one.most,
    }


def _stays(one: Stays) -> dict[str, Any]:
    return {
        "ended": _days(one.ended) | {"older_than_the_files": one.ended_older},
        "going_on": _days(one.going_on) | {"older_than_the_files": one.going_on_older},
    }


def _returned(one: Returned | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "left": one.left,
        "returned": one.returned,
        "not_yet_known": one.open,
        "at_least": share_json(Share(one.returned, one.left)),
        "at_most": share_json(Share(one.returned + one.open, one.left)),
    }


def figures_json(figures: Figures | None) -> dict[str, Any] | None:
    """The figures of a borough or of all."""
    if figures is None:
        return None
    return {
        "in_care": _group(figures.in_care),
        "residential": _group(figures.residential),
        "stays": _stays(figures.stays),
        "returned": {
            "left_in_the_year_before": _returned(figures.left_before),
            "left_in_the_year": _returned(figures.left_in_year),
        },
        "without_birthday": figures.without_birthday,
    }


def prices_json(prices: Iterable[Price], start: date, end: date) -> list[dict[str, Any]]:
    """Weekly prices by band; the median of two is rounded half-up to the penny."""
    return [
        {
            "band": one.band or None,
            "count": one.known.count,
            "unknown": one.unknown,
            "median": None if one.known.median is None else pounds(round_half_up(one.known.median)),
            "least": None if one.known.least is None else pounds(one.known.least),
            "most": None if one.known.most is None else pounds(one.known.most),
            "sources": dict(sorted(one.sources.items())),
        }
        for one in by_band(prices, start, end)
    ]
