"""Prices and statements as text that a provider or a borough reads in a minute."""

from collections.abc import Sequence

from pricing.assumed import assumptions
from pricing.money import decimal_text, pounds_for_people, round_half_up
from pricing.quote import Line, Quote
from pricing.results import READING, ItemOutcome
from pricing.statement import Statement
from pricing.tenths import as_text
from pricing.terms import SPOT, Contract
from pricing.voids import VoidLine


def title(contract: Contract) -> str:
    """The contract an answer is about, as the first line of its page."""
    return f"{contract.name} ({contract.id}), {contract.kind} contract"


def render_quote(quote: Quote) -> str:
    """A quote as a table: what, days, weekly, amount, and under it each line's rule."""
    contract = quote.contract
    head = [
        title(contract),
        f"{quote.band} band, {quote.start} to {quote.end} (the last day is not counted)",
        "",
    ]
    rows = [["", "what", "from", "to", "days", "a week", "amount"]]
    rows += [_line_cells(number, line) for number, line in enumerate(quote.lines, start=1)]
    rows.append(["", "total", "", "", "", "", pounds_for_people(quote.total)])
    rules = [f"{number}. {line.rule}" for number, line in enumerate(quote.lines, start=1)]
    return page(
        [*head, *table(rows, left=2)],
        ["How each line is worked out (amount in force × days / 7, a half penny goes up):", *rules],
        [*_within_fee(quote), *source_lines(contract)],
    )


def render_statement(statement: Statement) -> str:
    """A statement as a table of boroughs, with the voids and results behind it."""
    contract = statement.contract
    head = [
        title(contract),
        f"Statement {statement.start} to {statement.end} (the last day is not counted)",
        "",
    ]
    rows = [["borough", "placements", "voids", "results", "total"]]
    for code, charge in [*statement.boroughs.items(), ("all", statement.charge)]:
        amounts = (charge.placements, charge.voids, charge.results, charge.total)
        rows.append([code, *map(pounds_for_people, amounts)])
    return page(
        [*head, *table(rows, left=1)],
        _occupancy(statement),
        _voids([line for line in statement.voids.lines if line.unused]),
        _results(statement.outcomes),
        source_lines(contract),
    )


def page(*parts: Sequence[str]) -> str:
    """Parts of some lines each, an empty line between them; empty parts are left out."""
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def table(rows: Sequence[Sequence[str]], left: int) -> list[str]:
    """Rows as lines in columns, the first `left` of them flush left and the others flush right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if place < left else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _line_cells(number: int, line: Line) -> list[str]:
    return [
        f"{number}.",
        line.what,
        line.start.isoformat(),
        line.end.isoformat(),
        str(line.days),
        pounds_for_people(round_half_up(line.weekly)),
        pounds_for_people(line.amount),
    ]


def _within_fee(quote: Quote) -> list[str]:
    priced = {line.subject for line in quote.lines}
    lines = []
    for requirement in quote.contract.requirements:
        units = quote.requirements.get(requirement.code)
        if units is not None and requirement.code not in priced:
            included = decimal_text(requirement.included[quote.band])
            lines.append(
                f"{requirement.name} ({requirement.code}): the {quote.band} fee includes {included}"
                f" {_unit(requirement.unit)}; asked for {decimal_text(units)}: nothing more to pay."
            )
    return lines


def _unit(unit: str) -> str:
    return "hours a week" if unit == "hour" else "a week"


def _occupancy(statement: Statement) -> list[str]:
    occupancy = statement.occupancy
    tenths = occupancy.tenths_of_percent
    percent = "no place was payable" if tenths is None else f"{as_text(tenths)}%"
    lines = [
        f"Occupancy: {occupancy.used} place days used of {occupancy.payable} payable: {percent}"
    ]
    if statement.contract.kind == SPOT:
        lines.append("Spot purchase pays only for places in use: there are no voids and no shares.")
    return lines


def _voids(lines: Sequence[VoidLine]) -> list[str]:
    if not lines:
        return []
    rows = [["from", "to", "days", "payable", "in use", "unused", "a place and week"]]
    for line in lines:
        days = line.stretch
        rows.append(
            [
                days.start.isoformat(),
                days.end.isoformat(),
                str(days.days),
                str(line.payable),
                str(days.in_use),
                str(line.unused),
                pounds_for_people(round_half_up(line.daily_rate * 7)),
            ]
        )
    return ["Guaranteed places not used:", *table(rows, left=0)]


def _results(items: Sequence[ItemOutcome]) -> list[str]:
    if not items:
        return []
    rows = [["result", "kind", "weight", "achieved", "why"]]
    for outcome in items:
        item = outcome.item
        achieved = decimal_text(outcome.achieved)
        rows.append([item.code, item.kind, str(item.weight), achieved, outcome.why])
    return ["Results:", *table(rows, left=2), READING]


def source_lines(contract: Contract) -> list[str]:
    """Which file, in which version, an answer comes from, and whether its prices are assumed."""
    return [f"Contract file {contract.file}, version {contract.version}", *assumptions(contract)]
