"""The answers told: in words, as JSON and CSV, as a workbook and as a page for a board."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from broker.capacity.buying.evaluate import column
from broker.capacity.buying.exhibits import exhibits, proof, undercut
from broker.capacity.buying.options import Options, Portfolio
from broker.capacity.buying.paired import mean
from broker.capacity.buying.prepared import Answered
from broker.capacity.buying.wording import span
from broker.capacity.figures.setting import Assumption
from broker.capacity.report.exhibits import Exhibit
from broker.capacity.report.page import page_of
from broker.capacity.report.shown import STATUS
from broker.commands.files import write_whole
from broker.commands.output import json_text
from broker.workbook import Column, Kind, Sheet, Value, write_workbook
from matching.tables import table_text
from matching.words import count
from pricing.money import pounds, rounded
from pricing.numbers import with_decimals

SCHEMA: Final = "capacity-buy/1"
JSON_FILE, WORKBOOK, PAGE = "buying.json", "buying.xlsx", "buying.html"
CAUTION: Final = (
    "These are simulated futures under stated assumptions: a proposal to be judged by the people"
    " who sign, not a forecast of any young person's life and no promise of any provider."
)
SHORT: Final = ("portfolios", "more", "training", "break-even", "tornado", "cross-1", "cross-2")
"""Parts whose table the terminal shows."""
OURS: Final = "our starting assumption; no source gives it"
ASSUMED: Final = (
    ("start of every portfolio",
     "empty: residents of the present contract's homes are left out, of the present contract too"),
    ("after the terms end", "the homes go on, their places bought at spot, none guaranteed"),
    ("days of waiting", "priced at spot by band, so that nobody saves by leaving somebody waiting"),
    ("shares of boroughs", "those of the present contract in proportion, largest remainder"),
    ("homes that could be bought", "as their model home in the case but for what the options say"),
)  # fmt: skip
DEFINITIONS: Final = (
    ("Whole cost", "What the partnership pays over all simulated days for the same young people:"
     " the block to the end of its terms, days in any other place and of waiting at spot."),
    ("Local share", "Moves in to a home in the partnership, of all moves in whose place is known; a"
     " place bought elsewhere is not local."),
    ("Voids over the limit in a year", "The share of replications with a financial year whose void"
     " cost is above the limit of the options."),
    ("Optimism", "Mean cost on fresh random numbers less that on those which chose: above 0 the"
     " search flattered it."),
    ("Floor", "What no simulation of a portfolio can cost less than: every young person on the days"
     " on which they need a place whatever is bought, in the cheapest place that the rules on home"
     " and age allow and that is free, with everything known beforehand."),
    ("Regret", "What the present contract costs more than the best portfolio, paired."),
)  # fmt: skip


def headline(answered: Answered) -> str:
    """What was asked, in a sentence."""
    asked = answered.question
    return (
        f"{asked.options.title}: {count(len(answered.answers.found.tables), 'portfolio')} on"
        f" {asked.replications:,} simulated runs of {count(asked.weeks, 'week')} from"
        f" {asked.first}, and"
        f" those shown on {asked.validations:,} fresh ones."
    )


def key_figures(answered: Answered) -> Iterator[tuple[str, str, str]]:
    """Theme, name and value of the main answers."""
    answers = answered.answers
    best = answers.best
    yield "Choice", "Best portfolio", f"{best.label}: {best.places} places"
    yield "Choice", "Its whole cost", span(mean(column(best.fresh, "cost")))
    yield "Choice", "Regret of the present contract", span(answers.regret)
    yield "Sure", "What is proven", proof(answered)
    yield "Sure", "What could be cheaper", undercut(answered)
    yield "Sure", "Optimism of the search", span(best.optimism)
    yield "Sure", "Gap to the cheapest shown, out of sample", span(answers.gap)


def words(answered: Answered) -> str:
    """The answers for a terminal."""
    lines = [headline(answered), CAUTION, ""]
    lines += [f"{name}: {value}" for _, name, value in key_figures(answered)]
    for part in exhibits(answered):
        lines += ["", part.words[0].rstrip(".").upper()]
        lines += [f"  {sentence}" for sentence in part.words[1:]]
        if part.id in SHORT:
            lines += _rows(part.sheet)
        else:
            lines.append(f"  The table is in {part.id}.csv.")
    lines += ["", "RESTS ON"]
    lines += [
        f"  {one.name}: {one.value} ({STATUS[one.status]}; {one.source})"
        for one in stated(answered)
    ]
    return "\n".join(lines)


def _rows(sheet: Sheet) -> Iterator[str]:
    for row in sheet.rows:
        cells = [
            f"{title.title} {_text(title.kind, value)}"
            for title, value in list(zip(sheet.columns, row, strict=True))[1:]
            if value not in (None, "")
        ]
        yield f"  {row[0]}: {'; '.join(cells)}"


def stated(answered: Answered) -> tuple[Assumption, ...]:
    """All that the answers rest on."""
    own = [Assumption(name, value, OURS, "assumption") for name, value in ASSUMED]
    options = answered.question.options
    told = Assumption("options", options.title, f"{options.file}: {options.source}", "given")
    return (told, *own, *answered.answers.setting.stated())


def facts(answered: Answered) -> dict[str, Any]:
    """The answers for other programs: money as text in pounds, shares as numbers, null unknown."""
    asked, answers = answered.question, answered.answers
    options = asked.options
    return {
        "schema": SCHEMA,
        "run": {
            "seed": asked.seed,
            "fresh_seed": asked.fresh_seed,
            "replications": asked.replications,
            "validations": asked.validations,
            "weeks": asked.weeks,
            "first": asked.first.isoformat(),
            "indifference": pounds(answered.indifference),
            "options": {"file": options.file, "sha256": options.version},
            "contract": {"file": asked.present.file, "sha256": asked.present.version},
        },
        "best": {
            "label": answers.best.label,
            "terms": options.terms[answers.found.best.terms].id,
            "homes": dict(
                zip([k.id for k in options.kinds], answers.found.best.counts, strict=True)
            ),
            "places": answers.best.places,
        },
        "proof": {
            "enumerated": answers.found.enumerated,
            "proven": answers.found.proven,
            "allowed": answers.found.least.allowed,
            "could_be_cheaper_by": _up(answers.found.least.gap),
            "left": _labels(options, answers.found.least.left),
            "fresh": {
                "could_be_cheaper_by": _up(answers.undercut.value),
                "at_most": _up(answers.undercut.most),
                "groups": answers.undercut.groups,
                "words": undercut(answered),
            },
            "words": proof(answered),
            "not_told_apart": [options.label(one) for one in answers.found.not_told_apart],
            "proposed": [options.label(one) for one in answers.found.proposed],
        },
        "tables": [_table(each) for each in exhibits(answered)],
        "assumptions": [
            {"name": a.name, "value": a.value, "source": a.source, "status": a.status}
            for a in stated(answered)
        ],
    }


def _up(value: Fraction | None) -> str | None:
    """Pounds that nothing is above."""
    return None if value is None else pounds(-(-value // 1))


def _labels(options: Options, those: Sequence[Portfolio] | None) -> list[str] | None:
    return None if those is None else [options.label(one) for one in those]


def _table(each: Exhibit) -> dict[str, Any]:
    columns = each.sheet.columns
    return {
        "id": each.id,
        "title": each.sheet.title,
        "words": list(each.words),
        "notes": list(each.sheet.notes),
        "columns": [{"title": one.title, "kind": one.kind.name.lower()} for one in columns],
        "rows": [
            [_value(one.kind, value) for one, value in zip(columns, row, strict=True)]
            for row in each.sheet.rows
        ],
    }


def _value(kind: Kind, value: Value) -> object:
    if value is None or kind is Kind.TEXT:
        return value
    if kind is Kind.COUNT:
        return value
    if kind is Kind.MONEY:
        return _text(kind, value)
    assert not isinstance(value, str | date)
    return float(rounded(Fraction(value), 6))


def _text(kind: Kind, value: Value) -> str:
    if value is None:
        return ""
    if kind is Kind.MONEY:
        assert isinstance(value, int)
        return pounds(value)
    if kind is Kind.PERCENT:
        assert isinstance(value, int | Fraction)
        return f"{with_decimals(Fraction(value) * 100, 1)}%"
    if kind is Kind.NUMBER:
        assert isinstance(value, int | Fraction)
        return with_decimals(Fraction(value), 1)
    return str(value)


def write(answered: Answered, folder: Path) -> tuple[Path, ...]:
    """Write every answer into a folder, each file whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = tuple(exhibits(answered))
    texts = [(JSON_FILE, json_text(facts(answered)) + "\n"), (PAGE, _page(answered, parts))]
    for each in parts:
        titles = [one.title for one in each.sheet.columns]
        kinds = [one.kind for one in each.sheet.columns]
        rows = [
            ["" if v is None else str(_value(k, v)) for k, v in zip(kinds, row, strict=True)]
            for row in each.sheet.rows
        ]
        texts.append((f"{each.id}.csv", table_text(titles, rows)))
    for name, text in texts:
        write_whole(folder / name, [text])
    write_workbook(folder / WORKBOOK, [*(each.sheet for each in parts), _assumptions(answered)])
    return (*(folder / name for name, _ in texts), folder / WORKBOOK)


def _assumptions(answered: Answered) -> Sheet:
    return Sheet(
        "Assumptions",
        [headline(answered)],
        [Column("What"), Column("Value"), Column("Status"), Column("Who says so")],
        [[a.name, a.value, STATUS[a.status], a.source] for a in stated(answered)],
    )


def _page(answered: Answered, parts: Sequence[Exhibit]) -> str:
    setting = answered.answers.setting
    options = answered.question.options
    return page_of(
        parts,
        title=f"{options.title}: which to buy",
        headline=headline(answered),
        caution=CAUTION,
        reading="Means over fresh simulated runs, with 95% intervals of the mean. Below 0 is saved"
        " where a change is told; a cost less than that of what it is compared with.",
        key_figures=key_figures(answered),
        assumptions=stated(answered),
        rests="Pounds are rounded to whole pounds here; buying.json and the workbook have the"
        " pence.",
        sources=(
            f"{options.file}, version {options.version[:12]}: {options.source}",
            f"{answered.question.present.source}: the present contract",
            f"{setting.spot.source}: spot prices",
            *setting.sources,
        ),
        definitions=DEFINITIONS,
        foot="Portfolios are compared on the same simulated young people. What is proven is said;"
        " what is best found is called so.",
    )
