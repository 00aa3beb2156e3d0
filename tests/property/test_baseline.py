"""A baseline agrees with a count day by day, and with itself however its rows come."""

from __future__ import annotations

import random
import tempfile
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from broker.baseline.whole import Source, baseline
from tests.unit.baseline.oracle import Row, counted
from tests.unit.baseline.samples import EPISODES, HEADER, nowhere, write

START = date(2025, 4, 1)
_PLACES = ("K2", "R1", "U4", "T1", "K1", "H5")
_EDGES = (date(2024, 4, 1), date(2025, 3, 31), START, date(2026, 3, 31), date(2026, 4, 1))
_BIRTHDAYS = (
    date(2007, 5, 2), date(2007, 4, 1), date(2008, 9, 14), date(2012, 6, 30), date(2013, 12, 1),
    date(2014, 8, 8), date(2015, 1, 1),
)  # fmt: skip
_MILES = ("0.0", "3.4", "20.0", "20.1", "41.7", "999.9", "")


@st.composite
def _children(draw: st.DrawFn) -> dict[str, list[Row]]:
    """A few young people with episodes over three years: some overlap, some leave gaps."""
    children: dict[str, list[Row]] = {}
    for number in range(draw(st.integers(1, 3))):
        rows: list[Row] = []
        day = date(2023, 4, 2) + timedelta(days=draw(st.integers(0, 900)))
        for _ in range(draw(st.integers(1, 6))):
            length = draw(st.integers(1, 260))
            edge = draw(st.sampled_from((None, None, *_EDGES)))
            if edge is not None and edge > day:
                length = (edge - day).days
            given_end = draw(st.integers(0, 9)) > 1
            rec = draw(st.sampled_from(("X1", "X1", "X1", "E4A", "E2", "E9")))
            rows.append(
                {
                    "child": f"C{number}",
                    "start": day,
                    "end": day + timedelta(days=length) if given_end else None,
                    "rne": draw(st.sampled_from("SPPPLTBU")),
                    "ls": draw(st.sampled_from(("C2", "C2", "C2", "C2", "V3"))),
                    "place": draw(st.sampled_from(_PLACES)),
                    "rec": rec if given_end else "",
                    "post": draw(st.sampled_from(("E1 1AA", "N1 1AA"))),
                    "miles": draw(st.sampled_from(_MILES)),
                }
            )
            day += timedelta(days=length + draw(st.sampled_from((0, 0, 0, 0, 7, -1, 60))))
            if day <= rows[-1]["start"]:
                day = rows[-1]["start"] + timedelta(days=1)
        children[f"C{number}"] = rows
    return children


def _line(row: Row) -> str:
    def day(value: date | None) -> str:
        return value.strftime("%d/%m/%Y") if value else ""

    cells = (
        row["child"], day(row["start"]), row["rne"], row["ls"], row["place"], day(row["end"]),
        row["rec"], "E2 2AA", row["post"], row["miles"],
    )  # fmt: skip
    return ",".join(cells)


def _flat(told: dict[str, Any]) -> dict[str, Any]:
    """The counts of `baseline/1` under the oracle's names, those of nothing left out."""
    figures = told["all"]["figures"]
    made: dict[str, Any] = {"without": figures["without_birthday"]}
    for short, name in (("care", "in_care"), ("home", "residential")):
        group = figures[name]
        made |= {
            f"{short} people": group["young_people"],
            f"{short} placements": group["placements"],
            f"{short} moves": group["moves"],
            f"{short} three": group["three_or_more"]["count"],
            f"{short} known": group["distance"]["known"],
            f"{short} unknown": group["distance"]["unknown"],
            f"{short} blank": group["distance"]["blank"],
            f"{short} far": group["distance"]["over_20_miles"]["count"],
        }
    for short, name in (("ended", "ended"), ("going", "going_on")):
        stays = figures["stays"][name]
        made[f"{short} whole"] = stays["count"]
        made[f"{short} older"] = stays["older_than_the_files"]
        middle = stays["median_days"]
        made[f"{short} median"] = None if middle is None else Fraction(middle)
    year = figures["returned"]["left_in_the_year"]
    made |= {"left": year["left"], "back": year["returned"], "open": year["not_yet_known"]}
    before = figures["returned"]["left_in_the_year_before"]
    if before is not None:
        made |= {"left before": before["left"], "back before": before["returned"]}
        assert before["not_yet_known"] == 0
    return {name: value for name, value in made.items() if value}


def _told(
    children: dict[str, list[Row]], born: dict[str, date] | None, seed: int
) -> tuple[dict[str, Any], set[str]]:
    lines: dict[str, list[str]] = {"earlier": [], "episodes": []}
    in_year = set()
    for child, rows in children.items():
        for row in rows:
            old = row["end"] is not None and row["end"] < START
            gone = row["end"] is None and row is rows[-1] and seed % 3 == 0
            kind = "earlier" if row["start"] < START and (old or gone) else "episodes"
            lines[kind].append(_line(row))
            if kind == "episodes":
                in_year.add(child)
    shuffled = random.Random(seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sources = []
        for kind, own in lines.items():
            shuffled.shuffle(own)
            sources.append(Source(kind, "", write(folder / f"{kind}.csv", EPISODES, own)))
        if born is not None:
            told = [f"{child},{day:%d/%m/%Y}" for child, day in born.items()]
            sources.append(Source("header", "", write(folder / "header.csv", HEADER, told)))
        return baseline(sources, START, nowhere), in_year


@given(
    _children(),
    st.none() | st.dictionaries(st.sampled_from(("C0", "C1", "C2")), st.sampled_from(_BIRTHDAYS)),
    st.integers(0, 5),
)
def test_every_count_is_what_a_walk_through_the_days_gives(
    children: dict[str, list[Row]], born: dict[str, date] | None, seed: int
) -> None:
    told, in_year = _told(children, born, seed)
    expected = {k: v for k, v in counted(children, START, in_year, born).items() if v}
    assert _flat(told) == expected


@given(_children(), st.integers(0, 5))
def test_the_order_of_rows_changes_nothing(children: dict[str, list[Row]], seed: int) -> None:
    first, _ = _told(children, None, seed)
    second, _ = _told(dict(reversed(children.items())), None, seed + 6)
    for told in (first, second):
        told.pop("inputs")
    assert first == second


@given(_children(), _children())
def test_all_is_the_sum_of_the_boroughs(
    one: dict[str, list[Row]], other: dict[str, list[Row]]
) -> None:
    with tempfile.TemporaryDirectory() as name:
        sources = []
        for borough, children in (("E09000025", one), ("E09000016", other)):
            rows = [_line(row) for own in children.values() for row in own]
            file = write(Path(name) / f"{borough}.csv", EPISODES, rows)
            sources.append(Source("episodes", borough, file))
        told = baseline(sources, START, nowhere)
    parts = [borough["figures"] for borough in told["boroughs"]]
    for group in ("in_care", "residential"):
        for figure in ("young_people", "placements", "moves"):
            together = sum(part[group][figure] for part in parts)
            assert told["all"]["figures"][group][figure] == together
    left = sum(part["returned"]["left_in_the_year"]["left"] for part in parts)
    assert told["all"]["figures"]["returned"]["left_in_the_year"]["left"] == left
    assert told["all"]["figures"]["returned"]["left_in_the_year_before"] is None
