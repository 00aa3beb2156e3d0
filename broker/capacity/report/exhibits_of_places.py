"""Exhibits of places used and empty, where young people are placed, their waits and stays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from broker.capacity.figures.definitions import (
    BY_ID,
    CLOSED,
    PLACES,
    PLACING,
    SAME_HOME_MONTHS,
    STABILITY,
    WAITING,
    WHY_EMPTY,
    WITHIN_WEEKS,
)
from broker.capacity.figures.whole import Run
from broker.capacity.report.exhibits import (
    Exhibit,
    by_group,
    by_year,
    estimates,
    intervals,
    origin,
    source,
    stacks,
    year_name,
)
from broker.capacity.report.shown import figure_shown, in_words
from broker.charts import Chart, Intervals
from broker.workbook import Column, Kind, Sheet, Value

_WHY = [reason for reason in WHY_EMPTY if reason != CLOSED]


def place_exhibits(run: Run) -> Iterator[Exhibit]:
    """Everything but cost."""
    yield _by_year(run, "occupancy", PLACES, "How full the homes are")
    yield _by_group(run, "occupancy", "home", PLACES, "How full each home is")
    yield _empty(run, "year")
    yield _empty(run, "home")
    for name in ("in_borough", "in_partnership", "within_20_miles"):
        yield _by_group(run, name, "borough", PLACING, BY_ID[name].name)
    yield _waits(run)
    yield _by_year(run, "still_waiting", WAITING, "Who still waits at the end of each year")
    yield _by_year(run, "unplanned", STABILITY, "Placements that end unplanned")
    yield _by_year(run, "moves", STABILITY, "Moves from home to home")
    yield _same_home(run)


def exhibit(
    run: Run,
    name: str,
    theme: str,
    question: str,
    sheet: Sheet,
    said: Sequence[str],
    panel: Intervals | None,
) -> Exhibit:
    """An exhibit of one table with bars and intervals, or without where nothing is known."""
    chart = None
    if panel is not None:
        description = f"A bar for each row of the table with its interval. {' '.join(said)}"
        chart = Chart(question, description, [panel], source(run))
    return Exhibit(name, theme, [f"{question}.", *said], sheet, chart)


def _by_year(run: Run, name: str, theme: str, question: str) -> Exhibit:
    sheet = by_year(run, name)
    panel = intervals(sheet, f"{BY_ID[name].name}: median, 5% to 95%")
    return exhibit(run, f"{name}-year", theme, question, sheet, [_whole(run, name)], panel)


def _by_group(run: Run, name: str, by: str, theme: str, question: str) -> Exhibit:
    sheet = by_group(run, name, by)
    panel = intervals(sheet, f"{BY_ID[name].name}, all years: median, 5% to 95%")
    return exhibit(run, f"{name}-{by}", theme, question, sheet, [_whole(run, name)], panel)


def _whole(run: Run, name: str) -> str:
    return f"Over all years: {in_words(BY_ID[name], run.estimate(name))}."


def _empty(run: Run, by: str) -> Exhibit:
    """Used and empty by reason, as shares of open place-days that add up to all of them."""
    columns = ["Used", *(_heading(reason) for reason in _WHY)]
    names = ["occupancy", *(f"empty_{reason}" for reason in _WHY)]
    groups = [("all", "all", year, year_name(year)) for year in run.columns]
    if by == "home":
        groups = [("home", home, "all", home) for home in run.groups["home"]]
    rows: list[list[Value]] = []
    for split, group, year, label in groups:
        means = [run.estimate(name, split, group, year).mean for name in names]
        shut = run.estimate("empty_closed", split, group, year).mean
        rows.append([label, *means, shut])
    sheet = Sheet(
        f"Places used and empty, by {by}",
        [
            "Means over replications, of place-days of homes of the contract that are open; the"
            " last column is of all place-days. Each reason with its interval: sheet Shares",
            *origin(run.setting),
        ],
        [
            Column("Year, April to March" if by == "year" else "Home"),
            *(Column(name, Kind.PERCENT) for name in columns),
            Column("Home not open", Kind.PERCENT),
        ],
        rows,
    )
    worst = max(_WHY, key=lambda reason: run.estimate(f"empty_{reason}").mean or 0)
    most = run.estimate(f"empty_{worst}")
    said = f"The largest cause over all years is that {WHY_EMPTY[worst][1]}:"
    said += f" {figure_shown(BY_ID['occupancy'], most.mean)} of open place-days on average."
    known = [row for row in rows if row[1] is not None]
    chart = None
    if len(known) == len(rows):
        panel = stacks(sheet, "Share of open place-days, mean", columns, rows=None)
        description = f"Stacked bars that add up to 100%, one for each {by}. {said}"
        chart = Chart(f"Places used and why places are empty, by {by}", description, [panel],
                      source(run))  # fmt: skip
    return Exhibit(f"empty-{by}", PLACES, [f"Why places stand empty, by {by}.", said], sheet, chart)


def _heading(reason: str) -> str:
    return f"Empty: {WHY_EMPTY[reason][0]}"


def _waits(run: Run) -> Exhibit:
    figure = BY_ID["placed_in_4_weeks"]
    rows = [
        (f"{weeks} week{'' if weeks == 1 else 's'}", run.estimate(f"placed_in_{weeks}_weeks"))
        for weeks in WITHIN_WEEKS
    ]
    sheet = estimates(run, figure.id, "Placed within", rows, "How soon young people are placed")
    waited = in_words(BY_ID["mean_wait"], run.estimate("mean_wait"))
    said = [
        f"Of those placed, the mean wait is {waited}.",
        "On an average day"
        f" {in_words(BY_ID['waiting_at_once'], run.estimate('waiting_at_once'))} wait.",
    ]
    panel = intervals(sheet, "Share of referrals placed by then: median, 5% to 95%")
    return exhibit(run, "waiting", WAITING, "How soon young people are placed", sheet, said, panel)


def _same_home(run: Run) -> Exhibit:
    rows = [
        (f"{months} months{', of those still in care' if end else ''}",
         run.estimate(f"same_home_{months}_months{end}"))
        for months in SAME_HOME_MONTHS
        for end in ("", "_in_care")
    ]  # fmt: skip
    sheet = estimates(run, "same_home_6_months", "After", rows, "In the same home months later")
    said = ["Moves in too late to be observed so long are left out of the denominator."]
    panel = intervals(sheet, "Share in the same home: median, 5% to 95%")
    question = "Who is in the same home months later"
    return exhibit(run, "same-home", STABILITY, question, sheet, said, panel)
