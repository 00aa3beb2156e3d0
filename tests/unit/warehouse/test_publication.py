"""What is published of a year: no count under five in any file, nor a total that gives one away."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broker.reports.form import Period
from broker.reports.star import Star
from broker.warehouse.publish.publication import HIDDEN, publish

YEAR = Period(date(2026, 4, 1), date(2027, 4, 1))
PLACES = {"E1": "Havering", "E2": "Newham", "E3": "Hackney"}
BANDS = ("low", "medium", "high")


def a_year(counts: list[tuple[str, str, int, int]], unknown: int) -> Star:
    """So many referrals sent and placements of each borough and band; some of unknown distance."""
    sent, began = [], []
    for borough, band, referrals, placements in counts:
        for at in range(referrals):
            moved = YEAR.start + timedelta(days=at) if at % 2 else None
            sent.append({"borough": borough, "band": band, "submitted_on": YEAR.start,
                         "moved_in_on": moved})  # fmt: skip
        for at in range(placements):
            began.append({"borough": borough, "band_first": band, "moved_in_on": YEAR.start,
                          "area": "in_area" if at % 3 else "distant", "ended_on": None,
                          "distance_tenths": 10 + at, "days": None})  # fmt: skip
    for one in began[:unknown]:
        one["distance_tenths"] = None
    told = SimpleNamespace(
        referrals=sent, episodes=began, boroughs=PLACES, as_of=YEAR.end,
        rows=lambda name: [{"borough": code, "partner": True} for code in PLACES],
    )  # fmt: skip
    return cast(Star, told)


NUMBER = st.one_of(st.integers(0, 6), st.integers(0, 30))
COUNTS = st.lists(
    st.tuples(st.sampled_from(sorted(PLACES)), st.sampled_from(BANDS), NUMBER, NUMBER), max_size=9
)


@pytest.mark.thorough
@given(COUNTS, st.integers(0, 7))
@settings(max_examples=12)
def test_no_file_shows_a_count_under_five(
    counts: list[tuple[str, str, int, int]], unknown: int
) -> None:
    star = a_year(counts, unknown)
    files = publish(star, YEAR).files()
    for name, text in files.items():
        if name.startswith("table-"):
            cells = [cell for line in list(csv.reader(io.StringIO(text)))[1:] for cell in line[1:]]
            assert all(cell == HIDDEN or int(cell) >= 5 for cell in cells)
    whole = {"miles from home, moved in": (len(star.episodes), "table-2.csv")}
    for line in csv.DictReader(io.StringIO(files["totals.csv"])):
        if line["n"] in ("", HIDDEN):
            continue
        assert int(line["n"]) >= 5
        if line["figure"] in whole:
            total, table = whole[line["figure"]]
            rest = total - int(line["n"])
            assert rest == 0 or rest >= 5, "those not known would follow"
            last = list(csv.reader(io.StringIO(files[table])))[-1]
            assert last[-1] == str(total), "a hidden total is told nowhere else"


def test_large_counts_are_shown_but_where_a_band_nobody_told_would_follow() -> None:
    counts = [(code, band, 20, 0) for code in PLACES for band in BANDS]
    told: dict[str, Any] = publish(a_year(counts, 0), YEAR).to_json()
    sent = told["tables"][0]["rows"]
    for name in PLACES.values():
        assert sent[name][-1] == "60"
        assert sorted(sent[name][:3]) in (["20", "20", "20"], ["20", "20", HIDDEN])
    shown = {"180": "90", HIDDEN: HIDDEN}[sent["all"][-1]]
    assert told["totals"][0] == {
        "figure": "days from being sent to moving in", "n": shown, "median": "10",
    }  # fmt: skip
