"""Block against spot as a page for people and as the same facts for programs."""

from collections.abc import Sequence

from pricing.assumed import assumptions
from pricing.money import Pence, pounds, pounds_for_people, round_half_up
from pricing.numbers import percent, weeks
from pricing.render import page, source_lines, table
from pricing.value.against_spot import Part, SpotSum, Value
from pricing.value.break_even import BreakEven, Curve
from pricing.value.margin import FULL, MarginRow
from pricing.value.spot import Unknown

UNKNOWN = "unknown"
NOT_COUNTED = (
    "Neither side counts the cost of training, of the brokerage or of the tender, nor what a"
    " placement is worth to a young person."
)
STEADY = (
    "Break-even keeps this mix of placements and takes their number to be spread over the days as"
    " the payable places are."
)


def amount(value: Pence | Unknown | None) -> str:
    """An amount for people; what is not known is said to be unknown."""
    return UNKNOWN if value is None or isinstance(value, Unknown) else pounds_for_people(value)


def amount_json(value: Pence | Unknown | None) -> str | None:
    """An amount for programs: null where it is unknown."""
    return None if value is None or isinstance(value, Unknown) else pounds(value)


def value_json(value: Value) -> dict[str, object]:
    """The answer of `broker value --json`; null is unknown, savings below 0 are losses."""
    made = value.statement
    return {
        "contract": made.contract.id,
        "version": made.contract.version,
        "spot_source": value.spot.source,
        "from": made.start.isoformat(),
        "to": made.end.isoformat(),
        "whole": _part_json(value.whole),
        "boroughs": {code: _part_json(part) for code, part in value.boroughs.items()},
        "bands": {
            band: {"block_fees": pounds(part.block), **_spot_json(part.spot)}
            for band, part in value.bands.items()
        },
        "spot_unknown": [{"why": why, "place_days": days} for why, days in value.unknown.items()],
        "break_even": _even_json(value),
        "margin": [_margin_json(row) for row in value.margin],
        "assumptions": assumptions(made.contract),
    }


def render_value(value: Value) -> str:
    """Block against spot in tables: by borough, by band, at break-even and at the margin."""
    made = value.statement
    return page(
        [
            f"{made.contract.name} ({made.contract.id}): block against spot",
            f"{made.start} to {made.end} (the last day is not counted)",
        ],
        boroughs_lines(value),
        _bands(value),
        _unknown(value),
        even_lines(value),
        _margin(value.margin),
        [NOT_COUNTED],
        [f"Spot prices: {value.spot.source}", *source_lines(made.contract)],
    )


def boroughs_lines(value: Value) -> list[str]:
    """What each borough pays at block and would pay at spot."""
    rows = [["borough", "placements", "voids", "results", "block", "spot", "saving"]]
    for code, part in [*value.boroughs.items(), ("all", value.whole)]:
        charge = part.charge
        costs = (charge.placements, charge.voids, charge.results, charge.total)
        rows.append(
            [code, *map(pounds_for_people, costs), amount(part.spot.total), amount(part.saving)]
        )
    whole = value.whole
    lines = ["What each borough pays, and would pay at spot (a saving below 0 is a loss):"]
    lines += table(rows, left=1)
    used = weeks(whole.spot.days)
    if whole.per_used_place_week is None:
        return [*lines, "No place was used, so there is no cost of a used place-week."]
    return [
        *lines,
        f"A used place-week costs {amount(whole.per_used_place_week)} at block and"
        f" {amount(whole.spot_per_used_place_week)} at spot ({used} place-weeks used).",
    ]


def even_lines(value: Value) -> list[str]:
    """Where block and spot cost the same."""
    if value.curve is None or value.even is None:
        why = "a spot price is unknown" if value.whole.spot.days else "nobody was placed"
        return [f"Break-even: unknown, because {why}."]
    used = value.even.used
    if used is None:
        return [f"Break-even: {value.even.sentence}.", STEADY]
    shares = [f"{percent(used, value.place_days)}% of the contract's places"]
    shares.append(f"{percent(used, value.curve.guaranteed)}% of the guaranteed ones")
    now = percent(value.whole.spot.days, value.place_days)
    return [
        f"Break-even: {weeks(used)} place-weeks used, {' and '.join(shares)}"
        f" ({now}% of the places were used); {value.even.sentence}.",
        STEADY,
    ]


def _bands(value: Value) -> list[str]:
    rows = [["band", "place-weeks", "block fees", "spot"]]
    for band, part in value.bands.items():
        rows.append(
            [band, weeks(part.spot.days), pounds_for_people(part.block), amount(part.spot.total)]
        )
    if len(rows) == 1:
        return []
    return ["By band, fees and requirements alone:", *table(rows, left=1)]


def _unknown(value: Value) -> list[str]:
    if not value.unknown:
        return []
    spot = value.whole.spot
    lines = [f"  {days} place-days: {why}" for why, days in value.unknown.items()]
    return [
        f"The spot cost of {spot.unknown_days} of {spot.days} place-days is unknown, so no total or"
        " saving that they belong to is given:",
        *lines,
        f"The other {spot.days - spot.unknown_days} place-days cost"
        f" {pounds_for_people(spot.known)} at spot.",
    ]


def _margin(rows: Sequence[MarginRow]) -> list[str]:
    head = ["from", "to", "the next place is", "band", "fee", "less void", "adds", "spot", "saving"]
    cells = [head]
    for row in rows:
        nobody = row.place == FULL
        cells.append(
            [
                row.start.isoformat(),
                row.end.isoformat(),
                row.place,
                row.band,
                pounds_for_people(row.fee),
                pounds_for_people(round_half_up(row.relief)),
                "-" if nobody else amount(row.adds),
                amount(row.spot),
                "-" if nobody else amount(row.saving),
            ]
        )
    return ["What one more placement adds a week, against spot:", *table(cells, left=4)]


def _part_json(part: Part) -> dict[str, object]:
    return {
        **part.charge.to_json(),
        **_spot_json(part.spot),
        "saving": amount_json(part.saving),
        "per_used_place_week": amount_json(part.per_used_place_week),
        "spot_per_used_place_week": amount_json(part.spot_per_used_place_week),
    }


def _spot_json(spot: SpotSum) -> dict[str, object]:
    return {
        "place_days": spot.days,
        "spot": amount_json(spot.total),
        "spot_known": pounds(spot.known),
        "place_days_unknown": spot.unknown_days,
    }


def _even_json(value: Value) -> dict[str, object] | None:
    curve, even = value.curve, value.even
    if curve is None or even is None:
        return None
    return {
        "case": even.case,
        "sentence": even.sentence,
        **_exact_use(value, curve, even),
    }


def _exact_use(value: Value, curve: Curve, even: BreakEven) -> dict[str, object]:
    if even.used is None:
        return {"place_days": None, "percent_of_places": None, "percent_of_guaranteed": None}
    return {
        "place_days": str(even.used),
        "percent_of_places": percent(even.used, value.place_days),
        "percent_of_guaranteed": percent(even.used, curve.guaranteed),
    }


def _margin_json(row: MarginRow) -> dict[str, object]:
    return {
        "from": row.start.isoformat(),
        "to": row.end.isoformat(),
        "place": row.place,
        "band": row.band,
        "fee": pounds(row.fee),
        "void_relief": pounds(round_half_up(row.relief)),
        "adds": amount_json(row.adds),
        "spot": amount_json(row.spot),
        "saving": amount_json(row.saving),
    }
