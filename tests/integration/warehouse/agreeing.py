"""Reports held against what the steps say, figure for figure and group for group."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from broker.reports.form import Period, Report
from broker.reports.make import REPORTS, make
from broker.warehouse.fixed import OFFER_REASONS
from matching.reasons import UNPLACED_SUMMARIES
from tests.integration.warehouse import (
    oracle,
    oracle_groups,
    oracle_needs,
    oracle_reach,
    oracle_reasons,
    oracle_rest,
    oracle_times,
)
from tests.integration.warehouse.rows import cells, table
from tests.whole_life import COMMISSIONER


def agree(
    session: Session,
    told: oracle.Steps,
    period: Period,
    today: date,
    eras: Sequence[date] = (),
) -> None:
    """What reports say of a period is what the steps say; pseudonyms change with each of `eras`."""
    reports = {name: make(session, COMMISSIONER, name, period) for name in REPORTS}
    agree_of_sides(reports, told, period, today)
    agree_of_quarters(reports, told, period, today)
    agree_of_the_board(reports)
    if not oracle_reach.told(told, period.start, period.end, today):
        nothing_is_told(reports)
        return
    agree_of_times(reports, told, period, today)
    agree_by_group(reports, told, period, today, eras)
    agree_of_reasons(reports, told, period)
    agree_of_needs(session, reports["sufficiency"], told, period, today, eras)


def agree_of_sides(
    reports: dict[str, Report], told: oracle.Steps, period: Period, today: date
) -> None:
    """Each column of a period is of its own days, and tells nothing where they are not whole."""
    columns: dict[str, tuple[bool, oracle_reach.Days]] = {
        "this period": (
            oracle_reach.told(told, period.start, period.end, today),
            (period.start, period.end),
        )
    }
    for name, days in oracle_reach.beside(period.start, period.end, today).items():
        columns[name] = (oracle_reach.whole(told, *days, today), days)
    steps = table(reports["flow"], "Steps taken")
    assert [one.title for one in steps.columns[1:]] == list(columns)
    shares = table(reports["outcomes"], "Shares")
    rows = {str(row[0]): row for row in shares.rows}
    for at, (known, days) in enumerate(columns.values()):
        found = cells(reports["flow"], "Steps taken", at + 1)
        expected = oracle.flow_counts(told, *days)
        assert found == (expected if known else dict.fromkeys(expected))
        wanted = oracle_rest.shares(told, *days)
        assert set(rows) == set(wanted)
        for name, (count, of, unknown) in wanted.items():
            one = oracle_groups.part(count, of)
            full: list[Any] = [one, of] if at else [count, of, one, unknown]
            start = 1 if not at else 3 + 2 * at
            assert list(rows[name][start : start + len(full)]) == (
                full if known else [None] * len(full)
            )


def agree_of_quarters(
    reports: dict[str, Report], told: oracle.Steps, period: Period, today: date
) -> None:
    """Each quarter of which there is anything, and that it is a part where it is not whole."""
    quarters = oracle_reach.quarters(told, period.end, today)
    empty = {"not available"} if not quarters else set()
    for name, title, way in (
        ("flow", "By quarter", oracle_groups.flow_by),
        ("outcomes", "By quarter", oracle_groups.outcomes_by),
        ("outcomes", "Moves and repeats, by quarter", oracle_reasons.moves),
    ):
        found = grouped(reports[name], title)
        assert list(found) == [*quarters, *empty]
        for quarter, days in quarters.items():
            assert found[quarter] == way(told, "band", *days)["in all"]
            note = table(reports[name], title).note
            assert quarter.endswith(" (part)") == (quarter.removesuffix(" (part)") in note)
    for name, title, of_quarter in (
        ("flow", "Why declined, by quarter", _declined),
        ("flow", "Time to each step, by quarter", oracle_times.times),
        ("outcomes", "Near not safe, by quarter", oracle_reasons.unsafe_by),
    ):
        found = grouped(reports[name], title)
        if empty:
            assert list(found) == ["not available"]
            assert set(found["not available"]) == {None}
            continue
        wanted: oracle_groups.Groups = {}
        for quarter, days in quarters.items():
            wanted |= of_quarter(told, None, *days, quarter)
        assert found == wanted


def _declined(
    told: oracle.Steps, by: None, start: date, end: date, quarter: str
) -> oracle_groups.Groups:
    return oracle_reasons.declined(told, by, start, end, OFFER_WORDS, quarter)


def nothing_is_told(reports: dict[str, Report]) -> None:
    """Of days before the records, or to come, every figure is not available, and none is zero."""
    for name in ("flow", "outcomes", "sufficiency", "equality", "providers"):
        assert reports[name].notes[0].startswith("Not available: ")
        for one in reports[name].tables:
            if one.title in OWN_DAYS:
                continue
            assert one.rows
            assert {cell for row in one.rows for cell in row[1:]} == {None}, (name, one.title)


OWN_DAYS = {
    "Steps taken", "Shares", "By quarter", "Moves and repeats, by quarter",
    "Why declined, by quarter", "In statutory returns, by source and borough",
    "Time to each step, by quarter", "Near not safe, by quarter",
}  # fmt: skip
"""Tables that have other days than the period's, and are held to them on their own."""
OFFER_WORDS = dict(OFFER_REASONS)


def agree_of_times(
    reports: dict[str, Report], told: oracle.Steps, period: Period, today: date
) -> None:
    """Times to each step, how offers ended, distances and stays."""
    days = (period.start, period.end)
    times = table(reports["flow"], "Time to each step")
    moved = next(row for row in times.rows if row[0] == "moved in")
    assert (moved[1], moved[2]) == oracle.waits(told, *days)
    rows = {row[0]: list(row[1:]) for row in times.rows}
    assert {name: rows[name] for name in oracle_rest.TIMES} == oracle_rest.times(told, *days)
    assert {f": {name}": row for name, row in rows.items()} == oracle_times.times(told, None, *days)
    for by in ("borough", "band"):
        found = grouped(reports["flow"], f"Time to each step, by {by}")
        assert found == oracle_times.times(told, by, *days)
    found = grouped(reports["flow"], "Time to each step, by provider")
    assert found == oracle_times.of_providers(told, *days)
    agree_of_offers(reports["flow"], told, period)
    spreads = {
        row[0]: list(row[1:])
        for row in table(reports["outcomes"], "Distance and length of stay").rows
    }
    stays = spreads["days lived there, ended"]
    assert (stays[0], stays[1]) == oracle.stays(told, *days)
    known, *tenths, unknown = oracle_rest.miles(told, *days)
    assert spreads["miles from home, moved in"] == [
        known,
        *(one if one is None else Fraction(one) / 10 for one in tenths),
        unknown,
    ]
    so_far = oracle_rest.days_so_far(told, period.end, today)
    assert spreads["days so far, going on at its end"] == [*so_far, 0]


def agree_of_offers(flow: Report, told: oracle.Steps, period: Period) -> None:
    """What homes said to offers, of those answered; and why offers were withdrawn."""
    days = (period.start, period.end)
    made, answered, gone, still = oracle.how_many_wait(told, *days)
    assert made == answered + gone + still
    words = {"yes": "accepted", **OFFER_WORDS}
    assert grouped(flow, "Offers and refusals") == {
        words[code]: [number, answered, oracle_groups.part(number, answered)]
        for code, number in oracle.what_homes_said(told, *days).items()
    }
    assert grouped(flow, "Offers withdrawn") == {
        OFFER_WORDS[code]: counts for code, counts in oracle.why_taken_back(told, *days).items()
    }
    assert table(flow, "Offers and refusals").note == (
        f"Of {made} offers made in the period homes answered {answered}; {gone} were withdrawn "
        f"before the home had answered; {still} still open."
    )


def agree_of_reasons(reports: dict[str, Report], told: oracle.Steps, period: Period) -> None:
    """Refusals, moves, repeats, and why near was not safe, of each group."""
    days = (period.start, period.end)
    for by in ("borough", "band", "provider"):
        declined = oracle_reasons.declined(told, by, *days, OFFER_WORDS)
        moves = oracle_reasons.moves(told, by, *days)
        if by == "provider":
            oracle_groups.of_few(declined, {2: 1})
            oracle_groups.of_few(moves, {2: 0, 4: 0, 7: 5})
        assert grouped(reports["flow"], f"Why declined, by {by}") == declined
        assert grouped(reports["outcomes"], f"Moves and repeats, by {by}") == moves
    for by in ("borough", "band"):
        found = grouped(reports["outcomes"], f"Near not safe, by {by}")
        assert found == oracle_reasons.unsafe_by(told, by, *days)
    found = grouped(reports["outcomes"], "Near not safe, by provider")
    assert found == oracle_reasons.unsafe_by_provider(told, *days)


def agree_of_needs(
    session: Session,
    report: Report,
    told: oracle.Steps,
    period: Period,
    today: date,
    eras: Sequence[date],
) -> None:
    """Every row of every table of what was needed and not found."""
    days = (period.start, period.end)
    for title in oracle_needs.TABLES:
        assert grouped(report, title) == oracle_needs.needed(told, title, *days, today), title
    query = sa.text("SELECT plan FROM match_run ORDER BY run_id").columns(plan=sa.JSON)
    plans = list(session.execute(query).scalars())
    found = grouped(report, NOT_FOUND)
    assert found == oracle_needs.why_not(told, plans, dict(UNPLACED_SUMMARIES), days, today, eras)
    assert len(report.tables) == len(oracle_needs.TABLES) + 1


NOT_FOUND = "Not found, and why"


def agree_of_the_board(reports: dict[str, Report]) -> None:
    """Each figure of the board's page is that of the report which explains it."""
    board = reports["board"]
    for title, report, source in (
        ("Flow", "flow", "Steps taken"),
        ("Outcomes", "outcomes", "Shares"),
        ("Days from being sent to", "flow", "Time to each step"),
        ("Needed and not found, by band", "sufficiency", "By band"),
    ):
        whole = {row[0]: list(row) for row in table(reports[report], source).rows}
        shown = [list(row) for row in table(board, title).rows]
        assert shown
        assert all(row == whole[row[0]] for row in shown)
    homes = table(reports["providers"], "Place days").rows
    days = table(board, "Place days").rows[0]
    for at in range(1, 5):
        told = [row[at] for row in homes]
        assert days[at] == (None if None in told else sum(int(str(one)) for one in told))


def agree_by_group(
    reports: dict[str, Report],
    told: oracle.Steps,
    period: Period,
    today: date,
    eras: Sequence[date],
) -> None:
    """Each group of each report is what the steps say of that group."""
    days = (period.start, period.end)
    flow, outcomes = reports["flow"], reports["outcomes"]
    for by in ("borough", "band"):
        assert grouped(flow, f"By {by}") == oracle_groups.flow_by(told, by, *days)
    of_offers = oracle_groups.offers_by_provider(told, *days)
    assert grouped(flow, "Offers by provider") == oracle_groups.of_few(of_offers, {3: 2})
    for by, title in (
        ("borough", "By borough"),
        ("band", "By band on the first day"),
        ("provider", "By provider"),
    ):
        wanted = oracle_groups.outcomes_by(told, by, *days)
        if by == "provider":
            oracle_groups.of_few(wanted, {1: 2, 3: 4, 6: 5, 7: 5, 8: 5, 9: 5})
        assert grouped(outcomes, title) == wanted
    why = {row[0]: (row[1], row[2]) for row in table(outcomes, UNSAFE).rows}
    assert why == oracle_groups.unsafe(told, *days)
    for title in oracle_groups.WAYS:
        found = {name: row[:-1] for name, row in grouped(reports["equality"], title).items()}
        assert found == oracle_groups.equality(told, title, *days, eras)
    agree_of_providers(reports["providers"], told, period, today)


UNSAFE = "Where near was not safe, and why"


def grouped(report: Report, title: str) -> oracle_groups.Groups:
    """A table's rows by the name of the group; each name stands once."""
    rows = table(report, title).rows
    found = {str(row[0]): list(row[1:]) for row in rows}
    assert len(found) == len(rows)
    return found


def agree_of_providers(report: Report, told: oracle.Steps, period: Period, today: date) -> None:
    """Counts of every provider; a share and its interval of ten or more, and of no fewer."""
    counts = oracle_groups.performance(told, period.start, period.end)
    for title, what in (
        ("Offers accepted, of those answered", "accepted"),
        ("Placements that broke down, of those ended", "broke down"),
    ):
        rows = grouped(report, title)
        assert {name: (row[0], row[1]) for name, row in rows.items()} == counts[what]
        for count, of, share, low, high, said in rows.values():
            if of < 10:
                assert (share, low, high) == (None, None, None)
                assert said == "under 10: too few to say"
                continue
            assert share == oracle_groups.part(count, of)
            ends: tuple[Any, Any] = oracle_groups.interval(count, of)
            assert abs(float(low) - ends[0]) < 1e-6
            assert abs(float(high) - ends[1]) < 1e-6
    days = oracle_groups.place_days(told, period.start, period.end, today)
    placed = {name: row[1] for name, row in grouped(report, "Place days").items() if row[1]}
    assert placed == {name: number for name, number in days.items() if number}
