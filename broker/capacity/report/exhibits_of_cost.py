"""Exhibits of what the contract costs against all-spot, of voids and of a used place-week."""

from __future__ import annotations

from collections.abc import Iterator

from broker.capacity.figures.definitions import BY_ID, COST
from broker.capacity.figures.void_risk import PERCENTILES, VoidRisk, void_risk
from broker.capacity.figures.whole import Run
from broker.capacity.report.exhibits import (
    HIGH,
    LOW,
    MEAN,
    Exhibit,
    by_group,
    by_year,
    intervals,
    lines,
    origin,
    source,
    stacks,
    year_name,
)
from broker.capacity.report.exhibits_of_places import exhibit
from broker.capacity.report.shown import in_words, pounds_shown
from broker.charts import Chart
from broker.workbook import Column, Kind, Sheet

_PARTS = ("placements", "voids", "results")


def cost_exhibits(run: Run) -> Iterator[Exhibit]:
    """All that is about money."""
    yield _block_and_spot(run, "year")
    yield _block_and_spot(run, "borough")
    yield _interval(run, "saving", "borough", "What each borough saves or loses against all-spot")
    yield _interval(run, "block_cheaper", "year", "How likely it is that block is cheaper")
    yield _interval(run, "block_cheaper", "borough", "How likely that is for each borough")
    yield _per_week(run)
    risk = void_risk(run)
    yield _voids(run, risk)
    yield _void_percentiles(run, risk)
    if risk.over is not None:
        yield _interval(run, "voids_over_limit", "year", "How likely voids are over the limit")


def _interval(run: Run, name: str, by: str, question: str) -> Exhibit:
    figure = BY_ID[name]
    sheet = by_year(run, name) if by == "year" else by_group(run, name, by)
    chance = figure.measure.value == "probability"
    words = "share of replications, 90% interval" if chance else "median, 5% to 95%"
    panel = intervals(sheet, f"{figure.name}: {words}", **({"value": MEAN} if chance else {}))
    said = [f"Over all years: {in_words(figure, run.estimate(name))}."]
    if run.estimate(name).mean is None:
        said.append(_why_unknown(run))
    return exhibit(run, f"{name}-{by}", COST, question, sheet, said, panel)


def _told(run: Run, name: str) -> str:
    return in_words(BY_ID[name], run.estimate(name))


def _why_unknown(run: Run) -> str:
    setting = run.setting
    if setting.contract.results is not None and setting.achieved is None:
        return "It is not known, because nobody said how much of the results is achieved."
    return f"It is not known, because a spot price is missing for some days: {setting.spot.source}."


def _block_and_spot(run: Run, by: str) -> Exhibit:
    names = [*_PARTS, "block_total", "spot_same", "saving", "uplifts", "other_placements"]
    groups = [("all", "all", year, year_name(year)) for year in run.columns]
    if by == "borough":
        groups = [("borough", code, "all", run.setting.label("borough", code))
                  for code in run.groups["borough"]] + [("all", "all", "all", "all")]  # fmt: skip
    rows = [
        [label, *(run.estimate(name, split, group, year).mean for name in names)]
        for split, group, year, label in groups
    ]
    sheet = Sheet(
        f"Block against all-spot, by {by}",
        [
            "Means over replications, in pounds. Each with its interval: sheet Money."
            f" Spot prices: {run.setting.spot.source}",
            *origin(run.setting),
        ],
        [
            Column("Year, April to March" if by == "year" else "Borough"),
            *(Column(BY_ID[name].name, Kind.MONEY) for name in names),
        ],
        rows,
    )
    saving = run.estimate("saving")
    said = [
        f"Block in all, over all years: {_told(run, 'block_total')}.",
        f"The same at spot: {_told(run, 'spot_same')}.",
        f"Saving (below £0 a loss): {_told(run, 'saving')}.",
    ]
    if saving.mean is None:
        said.append(_why_unknown(run))
    columns = [BY_ID[name].name for name in _PARTS if all(
        row[1 + names.index(name)] is not None for row in rows)]  # fmt: skip
    spot = BY_ID["spot_same"].name
    marks = [spot] if any(row[1 + names.index("spot_same")] is not None for row in rows) else []
    panel = stacks(sheet, f"Cost by {by}, mean", columns, marks, rows=len(rows) - 1)
    description = (
        f"Stacked bars of the block's cost, with the same at spot as marks. {' '.join(said)}"
    )
    chart = Chart(f"Block against all-spot, by {by}", description, [panel], source(run))
    words = [f"What the contract costs beside buying the same at spot, by {by}.", *said]
    return Exhibit(f"cost-{by}", COST, words, sheet, chart)


def _per_week(run: Run) -> Exhibit:
    both = ("block_per_week", "spot_per_week")
    heads = [f"{BY_ID[name].name}: {part}" for name in both for part in (MEAN, LOW, HIGH)]
    rows = []
    for year in run.columns:
        found = [run.estimate(name, year=year) for name in both]
        amounts = [amount for each in found for amount in (each.mean, each.low, each.high)]
        rows.append([year_name(year), *amounts])
    sheet = Sheet(
        "Cost of a used place-week",
        ["Voids and results are in the block cost; nothing but the fee is in spot",
         *origin(run.setting)],
        [Column("Year, April to March"), *(Column(head, Kind.MONEY) for head in heads)],
        rows,
    )  # fmt: skip
    said = [f"Over all years: {_told(run, 'block_per_week')}"
            f" at block, {_told(run, 'spot_per_week')} at spot."]  # fmt: skip
    known = [head for head in (heads[0], heads[3]) if any(
        row[1 + heads.index(head)] is not None for row in rows[:-1])]  # fmt: skip
    chart = None
    if known:
        panel = lines(sheet, "A used place-week, mean", known, rows=len(rows) - 1)
        description = f"A line for block and one for spot over the years. {said[0]}"
        chart = Chart("What a used place-week costs", description, [panel], source(run))
    words = ["What a week costs in which somebody lives in a place.", *said]
    return Exhibit("place-week", COST, words, sheet, chart)


def _voids(run: Run, risk: VoidRisk) -> Exhibit:
    sheet = Sheet(
        "How much voids cost a year",
        [f"Financial years of all replications, {risk.years:,} together, by their void cost",
         *origin(run.setting)],
        [Column("From, up to the next row"), Column("Years", Kind.COUNT)],
        [[pounds_shown(each.low), each.years] for each in risk.brackets],
    )  # fmt: skip
    limit = "No limit was stated, so no probability of a dear year is given."
    if risk.limit is not None and risk.over is not None:
        chance = in_words(BY_ID["voids_over_limit"], risk.over["all"])
        limit = f"At least one year is above {pounds_shown(risk.limit)} with probability {chance}."
    middle = pounds_shown(risk.by_year["all"][50])
    said = f"Half of all years cost at most {middle} in voids. {limit}"
    panel = stacks(sheet, "Years by void cost", ["Years"], rows=None)
    chart = Chart("Void cost of a year", f"A bar for each bracket. {said}", [panel], source(run))
    words = ["How much is paid for places that nobody uses.", said]
    return Exhibit("void-years", COST, words, sheet, chart)


def _void_percentiles(run: Run, risk: VoidRisk) -> Exhibit:
    sheet = Sheet(
        "Void cost of a year, percentiles",
        ["The void cost that so many per cent of the replications do not exceed",
         *origin(run.setting)],
        [Column("Year, April to March"), *(Column(f"{p}%", Kind.MONEY) for p in PERCENTILES)],
        [[year_name(year), *(own[p] for p in PERCENTILES)] for year, own in risk.by_year.items()],
    )  # fmt: skip
    panel = lines(sheet, "Percentiles of void cost", [f"{p}%" for p in (5, 50, 95)],
                  rows=len(risk.by_year) - 1)  # fmt: skip
    said = f"In one year of twenty, voids cost more than {pounds_shown(risk.by_year['all'][95])}."
    chart = Chart("Void cost by year", f"A line for each percentile. {said}", [panel], source(run))
    words = ["How the void cost of each year may fall out.", said]
    return Exhibit("void-percentiles", COST, words, sheet, chart)
