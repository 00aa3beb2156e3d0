"""A period and its months as text: each month, their sum, what the whole differs by, and why."""

from collections.abc import Iterator

from pricing.money import Pence, decimal_text, pounds_for_people
from pricing.months import ByMonth
from pricing.render import page, source_lines, table, title
from pricing.results import READING
from pricing.statement import Charge


def render_by_month(made: ByMonth) -> str:
    """The months with their sum and the whole, then every borough and heading of it."""
    whole = made.whole
    contract = whole.contract
    head = [
        title(contract),
        f"Statement {whole.start} to {whole.end} by month (the last day is not counted)",
    ]
    number, by_months = made.rounded_lines
    why = [
        "Rounding: every line is rounded once, for the whole or for each month;"
        f" {number} {'line' if number == 1 else 'lines'} of placements for the whole,"
        f" {by_months} for the months.",
    ]
    return page(
        head,
        _months(made),
        _boroughs(made),
        why,
        list(_results(made)),
        source_lines(contract),
    )


def _amounts(charge: Charge) -> list[str]:
    amounts = (charge.placements, charge.voids, charge.results, charge.total)
    return [pounds_for_people(amount) for amount in amounts]


def _months(made: ByMonth) -> list[str]:
    rows = [["from", "to", "placements", "voids", "results", "total"]]
    for month in made.months:
        rows.append([month.start.isoformat(), month.end.isoformat(), *_amounts(month.charge)])
    difference = made.difference
    rounding = (
        difference.placements,
        difference.voids,
        difference.results,
        difference.rounding,
    )
    rows += [
        ["sum of months", "", *_amounts(made.summed())],
        ["rounding", "", *map(pounds_for_people, rounding)],
        ["other result rows", "", "", "", *map(pounds_for_people, [difference.rows] * 2)],
        ["the whole", "", *_amounts(made.whole.charge)],
    ]
    return table(rows, left=2)


def _boroughs(made: ByMonth) -> list[str]:
    rows = [["borough", "", "sum of months", "rounding", "other result rows", "the whole"]]
    for code, difference in made.boroughs.items():
        summed, charge = made.summed(code), made.whole.boroughs[code]
        headings: tuple[tuple[str, Pence, Pence, Pence, Pence], ...] = (
            ("placements", summed.placements, difference.placements, 0, charge.placements),
            ("voids", summed.voids, difference.voids, 0, charge.voids),
            ("results", summed.results, difference.results, difference.rows, charge.results),
            ("total", summed.total, difference.rounding, difference.rows, charge.total),
        )
        for name, *amounts in headings:
            rows.append([code, name, *map(pounds_for_people, amounts)])
    return ["Each row adds up to the penny:", *table(rows, left=2)] if len(rows) > 1 else []


def _results(made: ByMonth) -> Iterator[str]:
    outcomes = made.whole.outcomes
    if not outcomes:
        return
    yield "Results, of which the row that covers a whole period counts:"
    for place, outcome in enumerate(outcomes):
        code = outcome.item.code
        yield f"  {code}, the whole: {decimal_text(outcome.achieved)} ({outcome.why})"
        for month in made.months:
            own = month.outcomes[place]
            if (own.achieved, own.why) != (outcome.achieved, outcome.why):
                days = f"{month.start} to {month.end}"
                yield f"  {code}, {days}: {decimal_text(own.achieved)} ({own.why})"
    yield READING
