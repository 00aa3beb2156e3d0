"""The publication of a financial year: counts by borough and band, and totals of the partnership.

Counts are of one financial year that is over: years do not overlap, so that no difference of two
publications tells of the days between. All else (waits, distance, stays) is told for the whole
partnership and the whole year only, and of five or more. A year of which the records know nothing
is not published; one that they know in part is where that is asked for, and says of which days.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final

from broker.baseline.figures import Spread, spread
from broker.offer_reasons.totals import FEWEST
from broker.reports.figures import days_between
from broker.reports.form import Period
from broker.reports.reach import Reach, reach
from broker.reports.star import Star, Told
from broker.warehouse.publish.cells import ALL, Cell, CountTable, count_table, system
from broker.warehouse.publish.protect import NotProven, protected
from matching.problem import BANDS
from matching.tables import table_text
from pricing.calendar_months import add_months

FORM: Final = "published/1"
HIDDEN: Final = "c"
"""What stands for a hidden count, as in the statistics of the Department for Education."""

NOT_TOLD: Final = "not told"
_AREAS: Final = ("in_area", "adjoining", "distant", NOT_TOLD)
_HOW: Final = ("planned", "broke down", "another way")
_BANDS: Final = (*BANDS, NOT_TOLD)


@dataclass(frozen=True, slots=True)
class Total:
    """A median of the partnership over the year, and of how many; None where it is not told."""

    name: str
    n: str | None
    median: Fraction | None


@dataclass(frozen=True, slots=True)
class Publication:
    """The counts with those hidden, totals of the partnership, and what is left out and why.

    `part` are the days of the year that are counted, where they are not all; else None.
    """

    year: Period
    tables: Sequence[CountTable]
    hidden: frozenset[Cell]
    totals: Sequence[Total]
    notes: Sequence[str]
    as_of: date
    part: Period | None = None

    def shown(self, table: CountTable, row: str, column: str) -> str:
        """A cell as it is published."""
        if table.cell(row, column) in self.hidden:
            return HIDDEN
        return str(table.value(row, column))

    def files(self) -> dict[str, str]:
        """The publication as files: a CSV for each table, one of totals, and what it all means."""
        made = {}
        for number, table in enumerate(self.tables, start=1):
            columns = [*table.columns, ALL]
            rows = [
                [row, *(self.shown(table, row, column) for column in columns)]
                for row in (*table.rows, ALL)
            ]
            made[f"table-{number}.csv"] = table_text([self._head(table.by[0]), *columns], rows)
        totals = [
            [one.name, one.n or "", "" if one.median is None else _text(one.median)]
            for one in self.totals
        ]
        made["totals.csv"] = table_text([self._head("figure"), "n", "median"], totals)
        made["README.txt"] = self.words() + "\n"
        return made

    def _head(self, name: str) -> str:
        """The first head of a file, which says of which days it is where they are not the year."""
        return name if self.part is None else f"{name}, {self.part}"

    def words(self) -> str:
        """What was published."""
        cells = sum((len(t.rows) + 1) * (len(t.columns) + 1) for t in self.tables)
        lines = [
            f"Published figures of the year {self.year}, from records as of {self.as_of}.",
            f"{HIDDEN}: a count under {FEWEST}, or one from which such a count would follow.",
            *(f"table-{n}.csv: {table.title}" for n, table in enumerate(self.tables, start=1)),
            f"totals.csv: all boroughs together over four quarters; empty under {FEWEST}.",
            f"{len(self.hidden)} cells are hidden ({cells} stand in the tables).",
            *self.notes,
        ]
        return "\n".join(lines)

    def to_json(self) -> dict[str, Any]:
        """The publication as a program reads it."""
        return {
            "form": FORM,
            "from": self.year.start.isoformat(),
            "to": self.year.end.isoformat(),
            "as_of": self.as_of.isoformat(),
            **({} if self.part is None else {"counted": self.part.to_json()}),
            "hidden": HIDDEN,
            "notes": list(self.notes),
            "tables": [
                {
                    "title": table.title,
                    "by": list(table.by),
                    "columns": [*table.columns, ALL],
                    "rows": {
                        row: [self.shown(table, row, one) for one in (*table.columns, ALL)]
                        for row in (*table.rows, ALL)
                    },
                }
                for table in self.tables
            ],
            "totals": [
                {
                    "figure": one.name,
                    "n": one.n,
                    "median": None if one.median is None else _text(one.median),
                }
                for one in self.totals
            ],
        }


def _text(value: Fraction) -> str:
    from pricing.money import decimal_text, rounded

    return decimal_text(rounded(value, 1))


class NotKnown(Exception):
    """The records do not reach over the year, or over a part of it that was asked for."""

    def __init__(self, found: Reach) -> None:
        super().__init__(found.why)
        self.found = found


def publish(star: Star, year: Period, *, in_part: bool = False) -> Publication:
    """What may be published of a financial year that is over; `in_part` of the days known of it.

    Where no pattern of hidden cells can be proven, no table is published, and the note says so: the
    totals of the partnership remain.

    Raises:
        ValueError: it is less than four quarters, or not over, or all of it is known where only a
            part was asked for.
        NotKnown: the records reach over no day of it, or over a part that was not asked for.
    """
    if add_months(year.start, 12) > year.end:
        raise ValueError(f"{year}: less than four quarters")
    if star.as_of < year.end:
        raise ValueError(f"{year}: is not over on {star.as_of}")
    found = reach(star, year)
    if found.counted is None or (not found.whole and not in_part):
        raise NotKnown(found)
    if found.whole and in_part:
        raise ValueError(f"{year}: is known whole")
    part = None if found.whole else found.counted
    notes = [] if part is None else [_in_part(found.why, part, year)]
    tables = _tables(star, year)
    hidden: frozenset[Cell] = frozenset()
    try:
        hidden = protected(system(tables))
    except NotProven:
        tables = []
        notes.append("Counts by borough and band are not published: what to hide was not proven.")
    return Publication(year, tables, hidden, _totals(star, year, hidden), notes, star.as_of, part)


def _in_part(why: str, part: Period, year: Period) -> str:
    """That not all days of the year are counted, and which are."""
    return (
        f"{why} Counted are {part.days} of the year's {year.days} days, {part}. No figure says "
        "anything of the days before. Not to be set beside a whole year."
    )


def financial_year_of(text: str) -> Period | None:
    """The period of a financial year such as 2025-26; None where it is none."""
    first, _, second = text.partition("-")
    if not (first.isdigit() and len(first) == 4 and 1990 <= int(first) <= 2100):
        return None
    if second != f"{(int(first) + 1) % 100:02}":
        return None
    start = date(int(first), 4, 1)
    return Period(start, add_months(start, 12))


def _tables(star: Star, year: Period) -> list[CountTable]:
    boroughs = [star.boroughs[row["borough"]] for row in star.rows("dim_borough") if row["partner"]]
    elsewhere = "elsewhere"
    places = [*boroughs, elsewhere]

    def borough(row: Told) -> str:
        name = star.boroughs[row["borough"]]
        return name if name in boroughs else elsewhere

    sent = [row for row in star.referrals if year.has(row["submitted_on"])]
    began = [row for row in star.episodes if year.has(row["moved_in_on"])]
    ended = [row for row in star.episodes if year.has(row["ended_on"])]
    by_band = ("borough", "band")
    return [
        count_table(
            "Referrals sent to the brokerage, by borough and band",
            "sent", by_band, (places, _BANDS),
            ((borough(row), row["band"] or NOT_TOLD) for row in sent),
        ),
        count_table(
            "Young people who moved in, by borough and band",
            "moved in", by_band, (places, _BANDS),
            ((borough(row), row["band_first"]) for row in began),
        ),
        count_table(
            "Young people who moved in, by borough and where the home lies",
            "moved in", ("borough", "area"), (places, _AREAS),
            ((borough(row), row["area"] or NOT_TOLD) for row in began),
        ),
        count_table(
            "Placements that ended, by borough and how",
            "ended", ("borough", "how"), (places, _HOW),
            ((borough(row), _how(row)) for row in ended),
        ),
    ]  # fmt: skip


def _how(row: Mapping[str, Any]) -> str:
    if row["planned_end"]:
        return _HOW[0]
    return _HOW[1] if row["disrupted"] else _HOW[2]


def _totals(star: Star, year: Period, hidden: frozenset[Cell]) -> list[Total]:
    sent = [row for row in star.referrals if year.has(row["submitted_on"])]
    began = [row for row in star.episodes if year.has(row["moved_in_on"])]
    ended = [row for row in star.episodes if year.has(row["ended_on"])]
    waits = days_between(sent, "submitted_on", "moved_in_on")
    miles = spread(r["distance_tenths"] for r in began if r["distance_tenths"] is not None)
    stays = spread(r["days"] for r in ended if r["days"] is not None)
    whole = {"sent": len(sent), "moved in": len(began), "ended": len(ended)}
    return [
        _total(name, found, scale, whole[measure], (measure, ALL, ALL) in hidden)
        for name, measure, found, scale in (
            ("days from being sent to moving in", "sent", waits, 1),
            ("miles from home, moved in", "moved in", miles, 10),
            ("days of placements that ended", "ended", stays, 1),
        )
    ]


def _total(name: str, found: Spread, scale: int, whole: int, whole_hidden: bool) -> Total:
    """The median of five or more; and of how many, where no hidden count follows from that.

    Those of whom it is not known are the whole less the known: that, too, is five or more or none.
    """
    if found.count < FEWEST or found.median is None:
        return Total(name, None, None)
    rest = whole - found.count
    told = not whole_hidden and (rest == 0 or rest >= FEWEST)
    return Total(name, str(found.count) if told else HIDDEN, found.median / scale)
