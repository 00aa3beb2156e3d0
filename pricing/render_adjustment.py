"""An adjustment as text: each line that differs, its rule, and what it comes to by borough."""

from collections.abc import Sequence

from pricing.adjustment import Adjustment
from pricing.due import AdjustmentLine
from pricing.money import pounds_for_people
from pricing.render import page, source_lines, table, title

_NOT_COMPARED = {
    "voids": "Voids were not worked out again: name --availability to compare them, if only with"
    " an empty table.",
    "results": "Results were not worked out again: name --results to compare them. They follow"
    " the standard fees, so that another band changes them too.",
}


def render_adjustment(adjustment: Adjustment) -> str:
    """The lines that differ as a table, their rules below, then each borough's due and billed."""
    contract = adjustment.contract
    head = [
        title(contract),
        f"Adjustment of {_periods(adjustment)}; what was billed stays as it is",
    ]
    rules = _rules(adjustment.lines)
    return page(
        head,
        _lines(adjustment.lines) or ["Nothing to adjust: what was billed is what is due."],
        ["What is due, and by which rule:", *rules] if rules else [],
        _boroughs(adjustment),
        [*(_NOT_COMPARED[what] for what in adjustment.left_out), *source_lines(contract)],
    )


def _periods(adjustment: Adjustment) -> str:
    periods = adjustment.periods
    if not periods:
        return "no billed period"
    number = len(periods)
    words = "1 billed period" if number == 1 else f"{number} billed periods"
    return f"{words} from {periods[0][0]} to {periods[-1][1]} (the last day is not counted)"


def _lines(lines: Sequence[AdjustmentLine]) -> list[str]:
    if not lines:
        return []
    head = ["", "placement", "borough", "what", "from", "to", "days", "due", "billed", "difference"]
    rows = [head]
    for number, line in enumerate(lines, start=1):
        amounts = (line.due, line.billed, line.difference)
        rows.append(
            [
                f"{number}.",
                line.placement_id or "-",
                line.borough,
                line.what,
                line.start.isoformat(),
                line.end.isoformat(),
                str(line.days),
                *map(pounds_for_people, amounts),
            ]
        )
    return table(rows, left=4)


def _rules(lines: Sequence[AdjustmentLine]) -> list[str]:
    """Each rule once, with the numbers of its lines."""
    numbers: dict[str, list[str]] = {}
    for number, line in enumerate(lines, start=1):
        numbers.setdefault(line.rule, []).append(str(number))
    return [f"{', '.join(numbers[rule])}. {rule}" for rule in numbers]


def _boroughs(adjustment: Adjustment) -> list[str]:
    if not adjustment.boroughs:
        return []
    rows = [["borough", "due", "billed", "difference"]]
    for code, each in [*adjustment.boroughs.items(), ("all", adjustment.total)]:
        rows.append([code, *map(pounds_for_people, (each.due, each.billed, each.difference))])
    what = " and ".join(", ".join(adjustment.compared).rsplit(", ", 1))
    return [
        f"All {what} of these periods (a difference is to pay, below nought to give back):",
        *table(rows, left=1),
    ]
