"""What a replay found: as tables for people, rows for a spreadsheet and JSON, from one source."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from broker.capacity.lookahead.values import digest_of
from broker.capacity.replay.compare import LEVEL_WORDS, Comparison, Level, closed_share
from broker.capacity.replay.run import LEVELS, WAYS, Question, Replayed
from matching.digest import case_sha256

SCHEMA: Final = "replay/1"
WAY_WORDS: Final = {
    "first_come": "First come",
    "weekly_optimum": "Weekly optimum",
    "lookahead": "Look-ahead",
    "hindsight": "Hindsight",
}
CAUTION: Final = (
    "Everybody in these years is invented. The figures compare ways of choosing under the same "
    "arrivals and stays; they are no forecast."
)


@dataclass(frozen=True)
class Table:
    """A table for people: its title, the heads of its columns, its cells as text."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Told:
    """A replay with its question: what every form of the answer is made from."""

    question: Question
    found: Sequence[Replayed]
    comparison: Comparison
    asked_for: int

    @property
    def notes(self) -> list[str]:
        """How it was counted and what was assumed."""
        question, asked = self.question, self.question.asked
        exact = [level.exact for level in self.comparison.levels]
        lines = [
            f"{len(self.found)} of {self.asked_for} replications of {question.weeks} weeks from "
            f"{question.problem.policy.as_of.isoformat()}, seed {question.seed}; demand "
            f"{digest_of(question.demand)[:12]}, case {case_sha256(question.problem)[:12]}.",
            "Rates of arrival are "
            + ("drawn once a year from what is known of them." if question.uncertain else "held."),
            f"Somebody waits {asked.patience} weeks at most and is then placed elsewhere: our "
            "starting assumption.",
            f"Look-ahead: {asked.futures} simulated futures, up to {asked.weeks} weeks and not "
            f"beyond the year's end, values worked out anew every {question.refresh} weeks.",
            f"All in points: {question.weight} points for each week without a place needed that "
            "day, the most that policy gives any wait. A starting assumption.",
            "Points are those of pairs, cautions, siblings apart and waiting; shares of boroughs "
            "and the balance between providers are left out. Pence are the weekly fees that "
            "placements add, once each.",
            f"Hindsight knows every arrival and stay. Reached by a plan that keeps all rules: "
            f"{exact[0]} of {len(self.found)} in weeks without a place, {exact[1]} in points, "
            f"{exact[2]} in pence, {exact[3]} all in points; elsewhere it is a bound, so the true "
            "share closed is as large or larger where it is above 0.",
        ]
        whys = sorted({one.hindsight.why for one in self.found if one.hindsight.why})
        lines += [f"What keeps it a bound: {why}." for why in whys[:5]]
        return lines

    def tables(self) -> list[Table]:
        """Every level side by side, then every replication."""
        levels = self.comparison.levels
        heads = ("", *WAY_WORDS.values(), "Gap closed", "Look-ahead less optimum (95% limits)")
        side = Table(
            "Each level, mean of a year",
            heads,
            tuple((LEVEL_WORDS[level.name], *_level_cells(level)) for level in levels),
        )
        return [side, *(self._by_seed(at) for at in range(len(LEVELS)))]

    def _by_seed(self, at: int) -> Table:
        rows = []
        for one in self.found:
            best, closed = one.hindsight.values[at], closed_share(one, at)
            mark = "" if one.hindsight.exact[at] else " (bound)"
            rows.append(
                (
                    str(one.number),
                    *(f"{one.ways[way][at]:,}" for way in WAYS),
                    "not known" if best is None else f"{best:,}{mark}",
                    _share(closed),
                    f"{one.changed:,}",
                )
            )
        heads = ("Replication", *WAY_WORDS.values(), "Gap closed", "Proposals changed")
        return Table(f"By replication: {LEVEL_WORDS[LEVELS[at]]}", heads, tuple(rows))

    def text(self) -> str:
        """For a terminal."""
        lines = [self.comparison.words, ""]
        for table in self.tables()[:2]:
            lines += [table.title, *_text_rows(table), ""]
        lines += [CAUTION, *self.notes]
        return "\n".join(lines)

    def to_json(self) -> dict[str, Any]:
        """For other programs: schema replay/1."""
        question = self.question
        return {
            "schema": SCHEMA,
            "case_sha256": case_sha256(question.problem),
            "demand_sha256": digest_of(question.demand),
            "as_of": question.problem.policy.as_of.isoformat(),
            "weeks": question.weeks,
            "seed": question.seed,
            "asked_for": self.asked_for,
            "lookahead": {**asdict(question.asked), "refresh_weeks": question.refresh},
            "rates_drawn": question.uncertain,
            "points_of_a_week_without_a_place_today": question.weight,
            "verdict": self.comparison.verdict,
            "words": self.comparison.words,
            "levels": [_level_json(level) for level in self.comparison.levels],
            "replications": [_replayed_json(one) for one in self.found],
            "notes": self.notes,
            "caution": CAUTION,
        }

    def csv_text(self) -> str:
        """A row for each replication and level."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        columns = ("replication", "level", *WAYS, "hindsight", "exact", "gap_closed")
        writer.writerow((*columns, "people", "proposals_changed"))
        for one in self.found:
            for at, name in enumerate(LEVELS):
                closed = closed_share(one, at)
                best = one.hindsight.values[at]
                writer.writerow(
                    (
                        one.number,
                        name,
                        *(one.ways[way][at] for way in WAYS),
                        "" if best is None else best,
                        "Y" if one.hindsight.exact[at] else "N",
                        "" if closed is None else f"{closed:.6f}",
                        one.people,
                        one.changed,
                    )
                )
        return out.getvalue()


def _level_cells(level: Level) -> tuple[str, ...]:
    mean = level.difference
    limits = "" if mean.low is None else f" ({mean.low:+,.1f} to {mean.high:+,.1f})"
    return (
        *(f"{level.means[way]:,.1f}" for way in WAYS),
        "not known" if level.hindsight is None else f"{level.hindsight:,.1f}",
        _share(level.closed_in_all),
        f"{mean.mean:+,.1f}{limits}",
    )


def _share(value: float | None) -> str:
    return "not alike" if value is None else f"{value:.0%}"


def _level_json(level: Level) -> dict[str, Any]:
    return {
        "name": level.name,
        "means": {way: round(mean, 6) for way, mean in level.means.items()},
        "hindsight": None if level.hindsight is None else round(level.hindsight, 6),
        "exact": level.exact,
        "gap_closed": None if level.closed_in_all is None else round(level.closed_in_all, 6),
        "gap_closed_by_replication": [
            None if one is None else round(one, 6) for one in level.closed
        ],
        "difference": {
            name: None if value is None else round(value, 6)
            for name, value in asdict(level.difference).items()
        },
    }


def _replayed_json(one: Replayed) -> dict[str, Any]:
    return {
        "replication": one.number,
        "people": one.people,
        "ways": {
            way: {
                **dict(zip(LEVELS, one.ways[way], strict=True)),
                "placed": one.placed[way],
                "elsewhere": one.elsewhere[way],
            }
            for way in WAYS
        },
        "hindsight": {
            **dict(zip(LEVELS, one.hindsight.values, strict=True)),
            "exact": dict(zip(LEVELS, one.hindsight.exact, strict=True)),
            "why": one.hindsight.why,
        },
        "proposals_changed": one.changed,
    }


def _text_rows(table: Table) -> list[str]:
    rows = [table.columns, *table.rows]
    widths = [max(len(row[at]) for row in rows) for at in range(len(table.columns))]
    return [
        "  ".join(
            cell.ljust(width) if at == 0 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
