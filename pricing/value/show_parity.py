"""Rate parity as a page for people and as the same facts for programs."""

from collections.abc import Sequence

from pricing.assumed import assumptions
from pricing.money import pounds, pounds_for_people
from pricing.render import page, table
from pricing.value.parity import Deviation, Paid, Parity, Range
from pricing.value.show_value import UNKNOWN, amount, amount_json

ONE_BY_ONE = (
    "Each deviation is two rows, and a row may stand in several, so the amounts are not to be added"
    " up."
)


def parity_json(made: Parity) -> dict[str, object]:
    """The answer of `broker parity --json`; null is unknown or open."""
    return {
        "from": made.start.isoformat() if made.start else None,
        "to": made.end.isoformat() if made.end else None,
        "rows_compared": len(made.compared) - len(made.unknown),
        "deviations": [_deviation_json(each) for each in made.deviations],
        "unknown": [_paid_json(paid) for paid in made.unknown],
        "ranges": [_range_json(each) for each in made.ranges],
        "contracts": [{"contract": each.id, "version": each.version} for each in made.contracts],
        "assumptions": assumptions(*made.contracts),
    }


def render_parity(made: Parity) -> str:
    """The deviations with both rows, the rows of unknown price, the range of rates."""
    period = f"{made.start or 'the first day'} to {made.end or 'the last day'}"
    return page(
        [
            "Rate parity: the same home, band and day must cost every borough the same",
            f"{period}, {len(made.compared)} rows (the last day is not counted)",
        ],
        _deviations(made.deviations),
        _unknown(made.unknown),
        _ranges(made.ranges),
        _sources(made),
    )


def _deviations(deviations: Sequence[Deviation]) -> list[str]:
    if not deviations:
        return ["No deviation: wherever two known amounts share a day they are the same."]
    rows = [["home", "band", "from", "to", "days", "dearer", "cheaper", "a week more", "in all"]]
    places = []
    for each in deviations:
        rows.append(
            [
                each.dearer.home,
                each.dearer.band,
                each.start.isoformat(),
                each.end.isoformat() if each.end else "open",
                UNKNOWN if each.days is None else str(each.days),
                _who(each.dearer),
                _who(each.cheaper),
                pounds_for_people(each.weekly),
                amount(each.total),
            ]
        )
        places.append(
            f"  {each.dearer.place} ({each.dearer.source}) against {each.cheaper.place}"
            f" ({each.cheaper.source}){', one borough' if each.same_borough else ''}"
        )
    lines = table(rows, left=4)
    pairs = zip(lines[1:], places, strict=True)
    head = f"{len(deviations)} deviation{'' if len(deviations) == 1 else 's'}:"
    return [head, lines[0], *(line for pair in pairs for line in pair), ONE_BY_ONE]


def _sources(made: Parity) -> list[str]:
    """The contracts at whose fees the placements of a ledger are paid."""
    files = [f"Contract file {each.file}, version {each.version}" for each in made.contracts]
    return [*files, *assumptions(*made.contracts)]


def _who(paid: Paid) -> str:
    return f"{paid.borough} {amount(paid.weekly)}"


def _unknown(unknown: Sequence[Paid]) -> list[str]:
    if not unknown:
        return []
    lines = [
        f"  {paid.place}: {paid.borough}, {paid.home}, {paid.band}, from {paid.start}"
        for paid in unknown
    ]
    return ["Price unknown, so compared with nothing and in no range:", *lines]


def _ranges(ranges: Sequence[Range]) -> list[str]:
    if not ranges:
        return ["No row has a day in the period, so there is no range of rates."]
    rows = [["band", "provider", "rows", "unknown", "lowest", "median", "highest"]]
    for each in ranges:
        rows.append(
            [
                each.band,
                each.provider or "all",
                str(each.rows),
                str(each.unknown),
                amount(each.lowest),
                amount(each.median),
                amount(each.highest),
            ]
        )
    return ["Weekly rates by band and provider, each row counted once:", *table(rows, left=2)]


def _deviation_json(each: Deviation) -> dict[str, object]:
    return {
        "home_id": each.dearer.home,
        "band": each.dearer.band,
        "from": each.start.isoformat(),
        "to": each.end.isoformat() if each.end else None,
        "days": each.days,
        "same_borough": each.same_borough,
        "dearer": _paid_json(each.dearer),
        "cheaper": _paid_json(each.cheaper),
        "weekly_difference": pounds(each.weekly),
        "total_difference": amount_json(each.total),
    }


def _paid_json(paid: Paid) -> dict[str, object]:
    return {
        "file": paid.file,
        "row": paid.row,
        "borough": paid.borough,
        "home_id": paid.home,
        "provider": paid.provider,
        "band": paid.band,
        "from": paid.start.isoformat(),
        "to": paid.end.isoformat() if paid.end else None,
        "weekly_fee": amount_json(paid.weekly),
        "source": paid.source,
    }


def _range_json(each: Range) -> dict[str, object]:
    return {
        "band": each.band,
        "provider": each.provider,
        "rows": each.rows,
        "unknown": each.unknown,
        "lowest": amount_json(each.lowest),
        "median": amount_json(each.median),
        "highest": amount_json(each.highest),
    }
