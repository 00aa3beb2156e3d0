"""The tables of a contract over a period: whose places, what is paid between boroughs, exits.

They say what `broker block` and `broker statement` say, from the same answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from api.pages.shown import ShownTable, shown_table
from broker.workbook import Column, Kind, Value
from matching.geography import authority_name
from matching.words import day_words
from pricing.block.exits import ExitAnswer
from pricing.block.life import BlockLife
from pricing.block.notices import Notice
from pricing.block.trades import Trade
from pricing.statement import Statement
from pricing.terms import Contract

_MONEY = Kind.MONEY


def at_least(name: str, uncounted: object) -> str:
    """A name of what is counted, where some of it may not be in the count."""
    return f"{name}, at least" if uncounted else name


def at_most(name: str, uncounted: object) -> str:
    """A name of what the count leaves over, where some may not be in the count."""
    return f"{name}, at most" if uncounted else name


def owed_table(made: Statement, uncounted: object) -> ShownTable:
    """What each borough owes: of who is not in the ledger no fee is known, nor whose place it is.

    Each placement more is one void less, or none, for every borough: so voids are at most these.
    """
    heads = [at_least("Placements", uncounted), at_most("Voids", uncounted),
             at_least("Results", uncounted), "Total"]  # fmt: skip
    rows: list[Sequence[Value]] = [
        [name, one.placements, one.voids, one.results, None if uncounted else one.total]
        for name, one in (
            *((authority_name(code), one) for code, one in made.boroughs.items()),
            ("All", made.charge),
        )
    ]
    return shown_table(
        "What each borough owes",
        [Column("Borough"), *(Column(name, _MONEY) for name in heads)],
        rows,
        total=True,
    )


def occupancy_table(life: BlockLife, uncounted: object) -> ShownTable:
    """Places in use, to be paid for, and out of use, for each stretch of days."""
    rows: list[Sequence[Value]] = [
        [
            day.stretch.start,
            day.stretch.end,
            day.stretch.in_use,
            line.payable,
            line.unused,
            day.stretch.out_of_use,
        ]
        for day, line in zip(life.days, life.burdens.voids.lines, strict=True)
    ]
    heads = [
        Column("From", Kind.DATE),
        Column("To the day before", Kind.DATE),
        *(
            Column(name, Kind.COUNT)
            for name in (at_least("In use", uncounted), "To be paid for",
                         at_most("Paid for and not used", uncounted),
                         "Out of use, provider’s side")
        ),
    ]  # fmt: skip
    return shown_table("Places in use, day by day", heads, rows)


def share_tables(life: BlockLife) -> list[ShownTable]:
    """Each borough's places, for each period of shares."""
    return [
        shown_table(
            f"Places of each borough from {day_words(period.start)} to the day before "
            f"{day_words(period.end)}",
            [Column("Borough"), Column("Places", Kind.COUNT)],
            [[authority_name(code), places] for code, places in period.shares.items()],
        )
        for period in life.shares
    ]


def burden_table(life: BlockLife, uncounted: object) -> ShownTable:
    """What each borough bears of the voids after exits and trades, and pays or gets for places."""
    voids = [at_most(name, uncounted) for name in ("By the contract", "After exits",
                                                   "After trades")]  # fmt: skip
    heads = [*voids, "Pays for places", "Gets for places", at_most("Bears in all", uncounted)]
    rows: list[Sequence[Value]] = [
        [
            authority_name(code),
            one.contract,
            one.after_exits,
            one.after_trades,
            one.pays,
            one.gets,
            one.bears,
        ]
        for code, one in life.burdens.boroughs.items()
    ]
    charge = life.burdens.charge
    paid = sum(one.pays for one in life.burdens.boroughs.values())
    return shown_table(
        "Voids, and what is paid for places",
        [Column("Borough"), *(Column(name, _MONEY) for name in heads)],
        [*rows, ["All", charge, charge, charge, paid, paid, charge]],
        total=True,
    )


def trade_tables(life: BlockLife) -> list[ShownTable]:
    """The agreed trades with what they come to, and whose place was used beyond a share."""
    asked = life.question
    made = []
    if life.trades:
        title = "Places that boroughs released to each other"
        made.append(agreed_trades(title, life.trades, asked.start, asked.end))
    place_days = life.place_days()
    if place_days:
        made.append(
            shown_table(
                "Places used beyond a borough’s own share",
                [Column("Used by"), Column("Place of"), Column("Agreed in trade"),
                 Column("Place days", Kind.NUMBER)],
                [
                    [authority_name(user), authority_name(owner), trade or "none: idle that day",
                     days]
                    for (user, owner, trade), days in place_days.items()
                ],
            )
        )  # fmt: skip
    return made


def agreed_trades(title: str, trades: Sequence[Trade], start: date, end: date) -> ShownTable:
    """Trades with what each comes to over [start, end)."""
    return shown_table(
        title,
        [Column("Trade"), Column("Released by"), Column("Used by"),
         Column("From", Kind.DATE), Column("To the day before", Kind.DATE),
         Column("Places", Kind.COUNT), Column("For a place, a week", _MONEY),
         Column("In this period", _MONEY)],
        [
            [one.trade_id, authority_name(one.released_by), authority_name(one.used_by),
             one.start, one.end, one.places, one.price, one.payment(start, end)]
            for one in trades
        ],
    )  # fmt: skip


def exit_tables(life: BlockLife) -> list[ShownTable]:
    """What each exit does: who takes the places, and the voids, of the borough that leaves."""
    notices = {one.id: one for one in life.notices}
    return [
        table
        for answer in life.exits
        for table in _exit(answer, notices.get(f"exit {answer.leaver.borough}"))
    ]


def _exit(answer: ExitAnswer, notice: Notice | None) -> list[ShownTable]:
    leaver, name = answer.leaver, authority_name(answer.leaver.borough)
    number = len(answer.still_there)
    facts: list[Sequence[Value]] = [
        ["Notice given", day_words(leaver.notice_given)],
        ["Leaves on", day_words(leaver.leaves_on)],
        ["Its young people who still live there that day", str(number)],
    ]
    if notice is not None:
        due = "not known" if notice.due is None else day_words(notice.due)
        facts += [["All boroughs are told by", due], ["Today", notice.status]]
    rows: list[Sequence[Value]] = [
        [authority_name(code), answer.before.get(code, 0), answer.after.get(code, 0), amount]
        for code, amount in answer.passed.items()
    ]
    return [
        shown_table(f"{name} leaves", [Column("What"), Column("Value")], facts),
        shown_table(
            f"{name} leaves: what passes to the others",
            [Column("Borough"), Column("Places before", Kind.COUNT),
             Column("Places after", Kind.COUNT),
             Column("Bears more of the voids of this period", _MONEY)],
            rows,
        ),
        shown_table(
            f"{name} leaves: what the others bear in its stead",
            [Column("When"), Column("Amount", _MONEY)],
            [
                ["In this period", answer.stranded],
                ["To the end of the term at most, should its places stand empty", answer.at_most],
            ],
            ["The charge stays the same. Only its split changes. Nobody moves out for it."],
        ),
    ]  # fmt: skip


def result_table(contract: Contract, statement: Statement) -> ShownTable:
    """What was achieved of each result in the period, and why it counts or does not."""
    assert contract.results is not None
    rows: list[Sequence[Value]] = [
        [one.item.name, one.item.kind, f"{one.item.weight}%", one.achieved, one.why]
        for one in statement.outcomes
    ]
    return shown_table(
        f"What is paid by results, up to {contract.results.cap_percent}% of the fees",
        [Column("What"), Column("Kind"), Column("Weight"), Column("Achieved", Kind.PERCENT),
         Column("Why")],
        rows,
    )  # fmt: skip
