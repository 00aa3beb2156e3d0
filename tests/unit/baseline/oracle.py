"""The figures of a baseline counted day by day from raw rows, from the written rule alone."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import median
from typing import Any

ONE = timedelta(days=1)
Row = dict[str, Any]
"""child, start, end (or None), rne, ls, place, rec, post, miles (text; "" blank)."""


def shifted(day: date, years: int) -> date:
    """The same day of another year; the tests use no 29 February."""
    return day.replace(year=day.year + years)


@dataclass
class Days:
    """What a young person's days were: the row in force, the home it counts as, the placement."""

    row: dict[date, Row] = field(default_factory=dict)
    residential: dict[date, bool] = field(default_factory=dict)
    placement: dict[date, int] = field(default_factory=dict)


def days_of(rows: list[Row], start: date, end: date, in_year: bool) -> Days:
    """Walk from the first day on record to the end of the year."""
    rows = sorted((row for row in rows if row["start"] < end), key=lambda row: row["start"])
    days = Days()
    if not rows:
        return days
    day = rows[0]["start"]
    number = 0
    before: Row | None = None
    settled: Row | None = None
    while day < end:
        row = _in_force(rows, day, start, in_year)
        if row is None:
            before = settled = None
        else:
            away = row["place"].startswith("T")
            if before is None:
                number, settled, home = number + 1, row, row["place"] in ("K2", "R1")
            elif row is before or away:
                home = days.residential[day - ONE]
            else:
                if before["place"].startswith("T"):
                    assert settled is not None
                    new = (row["place"], row["post"]) != (settled["place"], settled["post"])
                else:
                    new = row["rne"] in "SPB"
                number += new
                settled, home = row, row["place"] in ("K2", "R1")
            days.row[day], days.residential[day], days.placement[day] = row, home, number
            before = row
        day += ONE
    return days


def _in_force(rows: list[Row], day: date, start: date, in_year: bool) -> Row | None:
    begun = [row for row in rows if row["start"] <= day]
    row, last = begun[-1], len(begun) == len(rows)
    if row["end"] is not None and day >= row["end"] and (last or row["rec"] != "X1"):
        return None
    if row["end"] is None and last and not in_year and row["start"] < start <= day:
        return None
    return None if row["ls"] in ("V3", "V4") else row


def counted(
    children: dict[str, list[Row]],
    start: date,
    in_year: set[str],
    born: dict[str, date] | None,
) -> dict[str, Any]:
    """Every count of the year from `start`."""
    end = shifted(start, 1)
    made: dict[str, Any] = defaultdict(int)
    miles: dict[str, list[str]] = {"care": [], "home": []}
    ended: list[int | None] = []
    going: list[int | None] = []
    for child, rows in children.items():
        days = days_of(rows, start, end, child in in_year)
        if born is None:
            ages = (date(1990, 1, 1), date(2090, 1, 1))
        elif child not in born:
            made["without"] += bool([row for row in rows if row["start"] < end])
            continue
        else:
            ages = (shifted(born[child], 11), shifted(born[child], 18))
        window = [
            start + ONE * n
            for n in range((end - start).days)
            if ages[0] <= start + ONE * n < ages[1]
        ]
        lived = [day for day in window if day in days.row]
        groups = ["care"] if lived else []
        if any(days.residential[day] for day in lived):
            groups.append("home")
        placements = {days.placement[day] for day in lived}
        moves = sum(
            day - ONE in days.placement and days.placement[day] != days.placement[day - ONE]
            for day in lived
        )
        for group in groups:
            made[f"{group} people"] += 1
            made[f"{group} placements"] += len(placements)
            made[f"{group} moves"] += moves
            made[f"{group} three"] += len(placements) >= 3
            for one in placements:
                own = [day for day in days.placement if days.placement[day] == one]
                if group == "care" or any(days.row[day]["place"] in ("K2", "R1") for day in own):
                    miles[group].append(days.row[min(own)]["miles"])
        _stays(days, window, ages, start, end, made, ended, going)
    for group, told in miles.items():
        known = [float(text) for text in told if text not in ("", "999.9")]
        made[f"{group} known"] = len(known)
        made[f"{group} unknown"] = told.count("999.9")
        made[f"{group} blank"] = told.count("")
        made[f"{group} far"] = sum(one > 20 for one in known)
    for name, lengths in (("ended", ended), ("going", going)):
        whole = [length for length in lengths if length is not None]
        made[f"{name} whole"] = len(whole)
        made[f"{name} older"] = len(lengths) - len(whole)
        made[f"{name} median"] = median(whole) if whole else None
    return dict(made)


def _stays(
    days: Days,
    window: list[date],
    ages: tuple[date, date],
    start: date,
    end: date,
    made: dict[str, Any],
    ended: list[int | None],
    going: list[int | None],
) -> None:
    there = sorted(day for day, home in days.residential.items() if home)
    firsts = [day for day in there if not days.residential.get(day - ONE, False)]
    lasts = [day for day in there if not days.residential.get(day + ONE, False)]
    first_ever = min(days.row, default=None)
    for number, (first, last) in enumerate(zip(firsts, lasts, strict=True)):
        whole = first != first_ever or days.row[first]["rne"] == "S"
        out = last + ONE < end or days.row[last]["end"] == end
        died = out and days.row[last]["rec"] == "E2" and days.row[last]["end"] is not None
        if out and last in window:
            ended.append((last - first).days + 1 if whole else None)
        elif window and last > window[-1] >= first:
            going.append((window[-1] - first).days + 1 if whole else None)
        elif window and not out and window[-1] == last:
            going.append((last - first).days + 1 if whole else None)
        if not out or died or not ages[0] <= last < ages[1]:
            continue
        back = number + 1 < len(firsts) and firsts[number + 1] < shifted(last + ONE, 1)
        if start <= last:
            made["left"] += 1
            made["back"] += back
            made["open"] += not back and shifted(last + ONE, 1) > end
        elif last >= shifted(start, -1):
            made["left before"] += 1
            made["back before"] += back
