"""What changes do to the best portfolio: a place, a skill, an assumption, as tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from broker.capacity.buying.answers import Answers, Change
from broker.capacity.buying.paired import Mean
from broker.capacity.buying.wording import (
    MORE,
    PAIRED,
    TURNS,
    money,
    money_columns,
    span,
    three,
)
from broker.capacity.report.exhibits import Exhibit
from broker.charts import Chart, Spans, Unit
from broker.workbook import Column, Kind, Sheet, Value

_CHANGED: Final = (
    Column("Change"),
    Column("Places more", Kind.COUNT),
    *(Column(f"Whole cost{end}", Kind.MONEY) for end in (", mean", ", low", ", high")),
    Column("Local share, change", Kind.PERCENT),
    Column("Local share, low", Kind.PERCENT),
    Column("Local share, high", Kind.PERCENT),
    *(Column(f"Voids{end}", Kind.MONEY) for end in (", mean", ", low", ", high")),
    Column("Days elsewhere, change", Kind.NUMBER),
    Column("Days elsewhere, low", Kind.NUMBER),
    Column("Days elsewhere, high", Kind.NUMBER),
)


def _changed(each: Change) -> list[Value]:
    return [
        each.what,
        each.places,
        *three(each.cost),
        each.local.value, each.local.low, each.local.high,
        *three(each.voids),
        each.elsewhere.value, each.elsewhere.low, each.elsewhere.high,
    ]  # fmt: skip


def changes_exhibit(
    name: str, title: str, changes: Sequence[Change], notes: Sequence[str]
) -> Exhibit:
    """Changes of the best portfolio, each less the best without it."""
    sheet = Sheet(title, [*notes, PAIRED], _CHANGED, [_changed(each) for each in changes])
    saves = [each for each in changes if each.cost.sign < 0]
    words = [f"{title}: the best portfolio with it less without it."]
    words.append(
        f"{len(saves)} of {len(changes)} changes lower the whole cost beyond noise."
        if saves
        else "No change lowers the whole cost beyond noise."
    )
    return Exhibit(name, MORE, words, sheet, None)


def training_exhibit(answers: Answers, notes: Sequence[str]) -> Exhibit:
    """Each training against placing at a distance, its cost counted."""
    rows: list[list[Value]] = []
    for each in answers.trained:
        what = f"{each.training.home} trained for {each.training.need}"
        if each.change is None:
            rows.append([what, each.training.cost, *[None] * 9, each.why_not])
            continue
        change = each.change
        worth = Mean(change.cost.value + each.training.cost, change.cost.error, change.cost.n)
        told = {-1: "train", 0: "not told apart", 1: "place at a distance"}[worth.sign]
        rows.append(
            [
                what, each.training.cost, *three(change.cost), *three(worth),
                change.local.value, change.elsewhere.value, money(change.voids.value), told,
            ]
        )  # fmt: skip
    sheet = Sheet(
        "Train, or place at a distance",
        [*notes, PAIRED, "Trained from the first day; a cost below 0 is saved"],
        [
            Column("Training"),
            Column("Its cost", Kind.MONEY),
            *money_columns("Change of whole cost"),
            *money_columns("Change with the training paid"),
            Column("Local share, change", Kind.PERCENT),
            Column("Days elsewhere, change", Kind.NUMBER),
            Column("Voids, mean", Kind.MONEY),
            Column("Which is cheaper"),
        ],
        rows,
    )
    words = ["Is it cheaper to train a home for a need than to place at a distance?"]
    if not rows:
        words.append("The options name no training.")
    return Exhibit("training", MORE, words, sheet, None)


def tornado_exhibit(answers: Answers, notes: Sequence[str]) -> Exhibit:
    """What is saved against the present contract with one assumption low and high."""
    rows: list[list[Value]] = [
        [
            bar.name, bar.low.scenario, bar.high.scenario,
            *three(bar.low.saving), *three(bar.high.saving),
            money(bar.low.change.value), money(bar.high.change.value),
        ]
        for bar in answers.tornado
    ]  # fmt: skip
    sheet = Sheet(
        "One assumption at a time",
        [*notes, PAIRED, "Saved: what the present contract costs more than the best portfolio"],
        [
            Column("Assumption"),
            Column("Low"),
            Column("High"),
            *money_columns("Saved at low"),
            *money_columns("Saved at high"),
            Column("Whole cost at low, change", Kind.MONEY),
            Column("Whole cost at high, change", Kind.MONEY),
        ],
        rows,
    )
    first = answers.tornado[0].name
    words = ["What would change the choice?", f"What is saved moves most with {first}."]
    turned = [b.name for b in answers.tornado if min(b.low.saving.sign, b.high.saving.sign) < 0]
    if turned:
        words.append(f"The present contract is cheaper at an end of {', '.join(turned)}.")
    panel = Spans(
        "Saved against the present contract; the line is the base",
        Unit.PENCE,
        [bar.name for bar in answers.tornado],
        answers.regret.value,
        "Mean at low",
        "Mean at high",
        [bar.low.saving.value for bar in answers.tornado],
        [bar.high.saving.value for bar in answers.tornado],
    )
    chart = Chart(
        "What would change the choice", " ".join(words), [panel], f"{notes[0]}; table below"
    )
    return Exhibit("tornado", TURNS, words, sheet, chart)


def cross_exhibit(answers: Answers, number: int, notes: Sequence[str]) -> Exhibit:
    """What is saved against the present contract with two assumptions changed."""
    table = answers.tables[number]
    rows: list[list[Value]] = [
        [name, *(span(cell.saving) for cell in cells)]
        for name, cells in zip(table.rows, table.cells, strict=True)
    ]
    sheet = Sheet(
        f"{table.down} by {table.across}",
        [*notes, PAIRED, "Saved against the present contract"],
        [Column(table.down), *(Column(f"{table.across}: {name}") for name in table.columns)],
        rows,
    )
    words = [f"{table.down} and {table.across.lower()} together."]
    return Exhibit(f"cross-{number + 1}", TURNS, words, sheet, None)
