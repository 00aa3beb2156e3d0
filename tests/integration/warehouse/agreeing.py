"""Reports held against what the steps say, figure for figure and group for group."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from sqlmodel import Session

from broker.reports.figures import quarter_period
from broker.reports.form import Period, Report
from broker.reports.make import REPORTS, make
from broker.warehouse.fixed import OFFER_REASONS
from tests.integration.warehouse import oracle, oracle_groups, oracle_rest
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
    days = (period.start, period.end)
    flow = cells(make(session, COMMISSIONER, "flow", period), "Steps taken", 1)
    assert flow == oracle.flow_counts(told, *days)
    reports = {name: make(session, COMMISSIONER, name, period) for name in REPORTS}
    times = table(reports["flow"], "Time to each step")
    moved = next(row for row in times.rows if row[0] == "moved in")
    assert (moved[1], moved[2]) == oracle.waits(told, *days)
    offers = table(reports["flow"], "Offers and refusals")
    ways = oracle.offers_ended(told, *days)
    still = ways.pop("open", 0)
    words = {"accepted": "accepted", **OFFER_REASONS}
    assert {row[0]: row[1] for row in offers.rows if row[1]} == {
        words[code]: number for code, number in ways.items()
    }
    assert offers.note.endswith(f"; {still} still open.")
    shares = {row[0]: row for row in table(reports["outcomes"], "Shares").rows}
    ends = oracle.endings(told, *days)
    for name, key in (
        ("ended: planned", "planned"),
        ("ended: broke down", "broke down"),
        ("ended: stepped down", "stepped down"),
        ("ended: without a next place", "without"),
    ):
        assert tuple(shares[name][1:3]) == (ends[key], ends["ended"])
    areas = oracle.areas(told, *days)
    for name, key in (
        ("moved in: in their own borough", "in_area"),
        ("moved in: in a borough next to it", "adjoining"),
        ("moved in: elsewhere", "distant"),
    ):
        assert tuple(shares[name][1:3]) == (areas.get(key, 0), sum(areas.values()))
    stays = next(r for r in table(reports["outcomes"], "Distance and length of stay").rows
                 if r[0] == "days lived there, ended")  # fmt: skip
    assert (stays[1], stays[2]) == oracle.stays(told, *days)
    needs = table(reports["sufficiency"], "By borough").rows[-1]
    found = oracle.needs_met(told, *days, today)
    assert [needs[1], needs[4], needs[5]] == [
        found["needed"],
        found["not found"],
        found["not due yet"],
    ]
    assert needs[2] + needs[3] == found["found"]  # type: ignore[operator]
    agree_of_the_rest(reports, told, period, today)
    agree_by_group(reports, told, period, today, eras)


def agree_of_the_rest(
    reports: dict[str, Report], told: oracle.Steps, period: Period, today: date
) -> None:
    """Every other figure of the flow, of outcomes and of what was needed, and the board's page."""
    days = (period.start, period.end)
    rows = {row[0]: list(row[1:]) for row in table(reports["flow"], "Time to each step").rows}
    assert {name: rows[name] for name in oracle_rest.TIMES} == oracle_rest.times(told, *days)
    shares = {row[0]: row for row in table(reports["outcomes"], "Shares").rows}
    for way in (
        oracle_rest.shares_of_moving_in,
        oracle_rest.shares_of_ending,
        oracle_rest.shares_of_beginning,
    ):
        for name, (count, of, unknown) in way(told, *days).items():
            assert tuple(shares[name][1:5]) == (count, of, oracle_groups.part(count, of), unknown)
    spreads = {
        row[0]: list(row[1:])
        for row in table(reports["outcomes"], "Distance and length of stay").rows
    }
    known, *tenths, unknown = oracle_rest.miles(told, *days)
    found = spreads["miles from home, moved in"]
    assert found == [
        known,
        *(one if one is None else Fraction(one) / 10 for one in tenths),
        unknown,
    ]
    so_far = oracle_rest.days_so_far(told, period.end, today)
    assert spreads["days so far, going on at its end"] == [*so_far, 0]
    for by in ("band", "nearness"):
        title = {"band": "By band", "nearness": "By nearness asked for"}[by]
        groups = grouped(reports["sufficiency"], title)
        groups.pop("in all")
        assert {
            name: [row[0], row[1] + row[2], *row[3:5]] for name, row in groups.items()
        } == oracle_rest.needed(told, by, *days, today)
    agree_of_the_board(reports)


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
    assert list(days[1:5]) == [sum(int(str(row[at])) for row in homes) for at in range(1, 5)]


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
    assert grouped(flow, "Offers by provider") == oracle_groups.offers_by_provider(told, *days)
    for by, title in (
        ("borough", "By borough"),
        ("band", "By band on the first day"),
        ("provider", "By provider"),
    ):
        assert grouped(outcomes, title) == oracle_groups.outcomes_by(told, by, *days)
    for report, way in ((flow, oracle_groups.flow_by), (outcomes, oracle_groups.outcomes_by)):
        quarters = grouped(report, "By quarter")
        assert bool(quarters) is bool(told)
        for name, row in quarters.items():
            quarter = quarter_period(name)
            assert quarter is not None
            assert row == way(told, "band", quarter.start, quarter.end)["in all"]
    shares = {row[0]: row for row in table(outcomes, "Shares").rows}
    assert tuple(shares["moved in: over 20 miles from home"][1:3]) == oracle_groups.far(told, *days)
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
