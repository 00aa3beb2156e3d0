"""The answers as tables with a sentence or two each, and charts made of the tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from broker.capacity.buying.answers import Answers, Shown
from broker.capacity.buying.evaluate import column
from broker.capacity.buying.exhibits_of_change import (
    changes_exhibit,
    cross_exhibit,
    tornado_exhibit,
    training_exhibit,
)
from broker.capacity.buying.frontier import not_beaten
from broker.capacity.buying.paired import mean, ratio
from broker.capacity.buying.prepared import Answered
from broker.capacity.buying.search import Found, point
from broker.capacity.buying.wording import (
    CHOICE,
    MEANING,
    SURE,
    money,
    money_columns,
    pounds_up,
    span,
    three,
)
from broker.capacity.figures.summarise import wilson
from broker.capacity.report.exhibits import Exhibit, intervals
from broker.capacity.report.shown import pounds_shown
from broker.charts import Chart
from broker.workbook import Column, Kind, Sheet, Value
from matching.words import count


def exhibits(answered: Answered) -> Iterator[Exhibit]:
    """All parts, in order."""
    answers = answered.answers
    notes = [_origin(answered), MEANING]
    yield _frontier(answered, notes)
    yield _found(answered, notes)
    yield _validated(answered, notes)
    yield changes_exhibit("more", "What is one more place worth", answers.more, notes)
    yield training_exhibit(answers, notes)
    yield _bands(answers, notes)
    if answers.tornado:
        yield tornado_exhibit(answers, notes)
    for number, _ in enumerate(answers.tables):
        yield cross_exhibit(answers, number, notes)


def _origin(answered: Answered) -> str:
    asked = answered.question
    return (
        f"Simulated: {asked.validations:,} replications of {asked.weeks} weeks from {asked.first},"
        f" seed {asked.fresh_seed}, for options {asked.options.file}, version"
        f" {asked.options.version[:12]}. Not observed"
    )


def _frontier(answered: Answered, notes: Sequence[str]) -> Exhibit:
    answers = answered.answers
    rows: list[list[Value]] = []
    for each in answers.shown:
        table = each.fresh
        local = ratio(column(table, "local"), column(table, "moves"))
        over = mean(column(table, "over")).value
        low, high = wilson(float(over), len(table))
        rows.append(
            [
                each.label,
                each.places,
                *three(mean(column(table, "cost"))),
                local.value, local.low, local.high,
                over, _share(low), _share(high),
                *three(mean(column(table, "voids"))),
                _standing(answers, each),
            ]
        )  # fmt: skip
    sheet = Sheet(
        "Portfolios out of sample",
        [*notes, "Whole cost: the block, days elsewhere and days of waiting, both at spot"],
        [
            Column("Portfolio"),
            Column("Places", Kind.COUNT),
            *money_columns("Whole cost"),
            Column("Local share", Kind.PERCENT),
            Column("Local share, low", Kind.PERCENT),
            Column("Local share, high", Kind.PERCENT),
            Column("Voids over the limit in a year", Kind.PERCENT),
            Column("Over the limit, low", Kind.PERCENT),
            Column("Over the limit, high", Kind.PERCENT),
            *money_columns("Voids"),
            Column("Standing"),
        ],
        rows,
    )
    words = [
        f"{answers.best.label}: the least whole cost of all portfolios simulated that keep the"
        " limits.",
        f"Against the present contract it costs {span(answers.regret)} less over the simulated"
        " days: the regret of the present contract.",
    ]
    panel = intervals(
        sheet, "Whole cost, mean with 95% interval", value="Whole cost, mean",
        low="Whole cost, low", high="Whole cost, high",
    )  # fmt: skip
    chart = None
    if panel is not None:
        chart = Chart(
            "Whole cost of each portfolio", " ".join(words), [panel],
            f"{_origin(answered)}; table below",
        )  # fmt: skip
    return Exhibit("portfolios", CHOICE, words, sheet, chart)


def _share(value: float) -> Fraction:
    return Fraction(value).limit_denominator(10**6)


def _standing(answers: Answers, each: Shown) -> str:
    found = answers.found
    parts = []
    if each is answers.best:
        parts.append("best")
    likely = [one for one in answers.shown if one.portfolio is not None]
    fresh = [likely[at] for at in not_beaten([point(one.fresh) for one in likely])]
    if each.portfolio in found.frontier:
        parts.append(
            "on the frontier"
            if any(each is one for one in fresh)
            else "on the frontier in sample, not out of sample"
        )
    elif any(each is one for one in fresh):
        parts.append("on the frontier out of sample only")
    if each.portfolio in found.not_told_apart and each is not answers.best:
        parts.append("not told apart from the best")
    return ", ".join(parts)


def proof(answered: Answered) -> str:
    """What is proven of the best, and what is not."""
    found = answered.answers.found
    if found.enumerated:
        return (
            f"{_all_of(len(found.full))} simulated in full: the best is proven for these"
            " replications, and no portfolio of the frontier is missed."
        )
    names = len(found.not_told_apart)
    told = (
        "the last race told it apart from every neighbour"
        if names == 1
        else f"{names} portfolios of the last race were not told apart"
    )
    return (
        f"The best of {count(len(found.tables), 'portfolio')} simulated, of"
        f" {found.least.allowed:,} allowed."
        f" {_beyond(answered)} {found.steps} steps to neighbours, then {told}, to within"
        f" {pounds_shown(answered.indifference)} with 95% confidence where differences are normal."
        " The frontier is of the portfolios simulated; each that left early is beaten in all three"
        " on the first replications by one that is named."
    )


def _all_of(number: int) -> str:
    return (
        "The one allowed portfolio was" if number == 1 else f"All {number} allowed portfolios were"
    )


def _beyond(answered: Answered) -> str:
    """What the floor says of portfolios that were not simulated in full, on these replications."""
    known = answered.answers.found.least
    if known.left == ():
        return (
            "Every other would cost at least as much in these replications, by a floor that no"
            " simulation of it undercuts: the best is proven for them."
        )
    most = pounds_up(known.gap)
    if known.left is None:
        rest = "The portfolios were too many to tell how many of them that leaves."
    else:
        rest = f"{len(known.left):,} that were not simulated in full could be cheaper."
    return (
        f"No portfolio within the limits can be more than {most} cheaper in these replications, by"
        f" a floor that no simulation of it undercuts. {rest}"
    )


def undercut(answered: Answered) -> str:
    """How much cheaper any portfolio could be in the long run, with how sure that is."""
    found = answered.answers.undercut
    told = (
        f"On fresh random numbers no portfolio within the limits can be more than"
        f" {pounds_up(found.value)} cheaper on average"
    )
    if found.most is None:
        return f"{told} (one group of replications: no interval)."
    return (
        f"{told}, or than {pounds_up(found.most)} with 95% confidence (Student’s t over"
        f" {found.groups} groups of replications)."
    )


def _found(answered: Answered, notes: Sequence[str]) -> Exhibit:
    answers = answered.answers
    found, options = answers.found, answered.question.options
    rows: list[list[Value]] = [
        [
            options.label(one),
            options.places(one),
            len(table),
            money(mean(column(table, "cost")).value),
            ratio(column(table, "local"), column(table, "moves")).value,
            mean(column(table, "over")).value,
            "yes" if one in found.frontier else "",
            options.label(found.beaten[one]) if one in found.beaten else "",
        ]
        for one, table in sorted(found.tables.items(), key=lambda item: _order(found, item[0]))
    ]
    sheet = Sheet(
        "Every portfolio simulated",
        [
            f"In sample: seed {answered.question.seed}; the search chose on these figures",
            *notes[1:],
        ],
        [
            Column("Portfolio"),
            Column("Places", Kind.COUNT),
            Column("Replications", Kind.COUNT),
            Column("Whole cost, mean", Kind.MONEY),
            Column("Local share", Kind.PERCENT),
            Column("Voids over the limit in a year", Kind.PERCENT),
            Column("On the frontier"),
            Column("Left early; beaten by"),
        ],
        rows,
    )
    return Exhibit("searched", CHOICE, ["What was looked at.", proof(answered)], sheet, None)


def _order(found: Found, one: object) -> tuple[int, Fraction]:
    table = next(table for known, table in found.tables.items() if known == one)
    return -len(table), mean(column(table, "cost")).value


def _validated(answered: Answered, notes: Sequence[str]) -> Exhibit:
    answers = answered.answers
    rows: list[list[Value]] = [
        [
            each.label,
            *three(mean(column(each.inside, "cost"))),
            *three(mean(column(each.fresh, "cost"))),
            *three(each.optimism),
        ]
        for each in answers.shown
    ]
    sheet = Sheet(
        "In sample and out of sample",
        list(notes),
        [
            Column("Portfolio"),
            *money_columns("In sample"),
            *money_columns("Out of sample"),
            *money_columns("Optimism"),
        ],
        rows,
    )
    gap = (
        "Out of sample too it is the cheapest of those shown."
        if answers.gap_to is answers.best
        else f"Out of sample {answers.gap_to.label} is cheaper by {span(answers.gap)}: the gap."
    )
    words = [
        "What chose it flatters it: the same portfolios on fresh random numbers.",
        undercut(answered),
        f"The best is {span(answers.best.optimism)} dearer out of sample (its optimism). {gap}",
        f"Regret of the present contract in sample: {span(answers.regret_inside)}.",
    ]
    return Exhibit("validated", SURE, words, sheet, None)


def _bands(answers: Answers, notes: Sequence[str]) -> Exhibit:
    borne = answers.borne
    rows: list[list[Value]] = [
        [each.band, money(each.curve.block * 7), money(each.curve.spot * 7), each.occupancy,
         each.found.sentence]
        for each in answers.bands
    ]  # fmt: skip
    sheet = Sheet(
        "Break-even occupancy",
        [*notes, "Exact from the prices of every day of the terms, all young people of one band"],
        [
            Column("Need band"),
            Column("A used place-week", Kind.MONEY),
            Column("At spot", Kind.MONEY),
            Column("Break-even occupancy", Kind.PERCENT),
            Column("What that means"),
        ],
        rows,
    )
    simulated = f"{float(borne.occupancy.value):.1%}"
    words = [
        "How full must it be for the block to cost what spot does?",
        f"In the simulated runs {simulated} of its places are used, and the block is cheaper than"
        f" its own days at spot in {float(borne.cheaper.value):.0%} of them.",
    ]
    if borne.at_mix is not None:
        words.append(
            f"For the bands that came, the lines meet at {float(borne.at_mix.value):.1%} on"
            f" average; in {borne.agree} of {borne.runs} runs the block is cheaper just where"
            " occupancy is above the run's own break-even (use is not even over the days, so not"
            " always)."
        )
    return Exhibit("break-even", SURE, words, sheet, None)
