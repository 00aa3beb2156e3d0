"""What a replay found: in words, as JSON and CSV, as a workbook and a page, from one source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from broker.capacity.figures.setting import Assumption
from broker.capacity.lookahead.values import digest_of
from broker.capacity.replay.compare import (
    LEVEL_WORDS,
    Closed,
    Comparison,
    Level,
    alike,
    closed_by,
    compare,
    share_words,
)
from broker.capacity.replay.exhibits import exhibits
from broker.capacity.replay.hindsight import EFFORT
from broker.capacity.replay.noise import Mean
from broker.capacity.replay.run import LEVELS, WAYS, Question, Replayed
from broker.capacity.report.exhibits import Exhibit
from broker.capacity.report.page import page_of
from broker.capacity.report.shown import STATUS
from broker.capacity.simulation.settings import OURS, assumptions
from broker.commands.files import write_whole
from broker.commands.output import json_text
from broker.workbook import Column, Sheet, write_workbook
from matching.digest import case_sha256
from matching.tables import table_text

SCHEMA: Final = "replay/2"
JSON_FILE, CSV_FILE, WORKBOOK, PAGE = "replay.json", "replay.csv", "replay.xlsx", "replay.html"
FILES: Final = (JSON_FILE, CSV_FILE, WORKBOOK, PAGE)
TITLE: Final = "Is it worth looking ahead?"
CAUTION: Final = (
    "Everybody in these years is invented. The figures compare ways of choosing under the same "
    "arrivals and stays; they are no forecast."
)
READING: Final = (
    "Each year is played under each way of choosing, with the same young people. Less is better in "
    "every figure. Hindsight knows the whole year before it begins, so nobody can do better."
)
USED: Final = frozenset(
    {"elsewhere_after", "emergency_percent", "sibling_percent", "related_percent",
     "must_not_percent", "parameters", "people_each"}
)  # fmt: skip
"""The simulation's assumptions that a replay rests on; the others are of what it leaves out."""
DEFINITIONS: Final = (
    ("First come", "Each in the order they came, by their own best home at the time."),
    ("Weekly optimum", "The engine's proven best plan of each week."),
    ("Look-ahead", "The engine's plan with points for places worth keeping. It chooses between"
     " places only, and leaves nobody without."),
    ("Hindsight", "The best that could have been done with the whole year known. Proven where a"
     " plan that keeps all rules reaches the bound; else it lies between the two."),
    ("Weeks without a place needed that day", "Summed over the rounds: young people who needed a"
     " place that day and had none."),
    ("Points", "Those of each place, of cautions, of siblings apart and of other waiting. Shares of"
     " boroughs and the balance between providers are left out."),
    ("Weekly fees added", "The weekly fee that each new placement adds, once each."),
    ("All in points", "Points, with so many more for each week without a place needed that day."),
    ("Share closed", "What look-ahead gains on the weekly optimum, of what hindsight would gain."),
)  # fmt: skip


@dataclass(frozen=True)
class Told:
    """A replay with its question: what every form of the answer is made from."""

    question: Question
    found: Sequence[Replayed]

    @cached_property
    def comparison(self) -> Comparison:
        """The levels and the verdict."""
        return compare(self.found)

    @cached_property
    def exhibits(self) -> tuple[Exhibit, ...]:
        """The parts of the report."""
        return tuple(exhibits(self.found, self.comparison, [self.origin]))

    @property
    def origin(self) -> str:
        """Where the figures are from."""
        question = self.question
        return (
            f"Simulated: {len(self.found)} years of {question.weeks} weeks from "
            f"{question.problem.policy.as_of.isoformat()}, seed {question.seed}; demand "
            f"{digest_of(question.demand)[:12]}, case {case_sha256(question.problem)[:12]}. "
            "Not observed"
        )

    @property
    def whys(self) -> list[str]:
        """What kept hindsight from being proven, where it is not."""
        return sorted({one.hindsight.why for one in self.found if one.hindsight.why})

    def stated(self) -> tuple[Assumption, ...]:
        """All that the figures rest on."""
        question, asked = self.question, self.question.asked
        own = [
            ("weeks looked ahead at most", f"{asked.weeks}, and not beyond the year's end"),
            ("simulated futures of look-ahead", f"{asked.futures}, of other invented people"),
            ("values of look-ahead", f"worked out anew every {question.refresh} weeks"),
            ("points of a week without a place needed that day",
             f"{question.weight}, the most that policy gives any wait"),
            ("who comes back, step-down, closures, what providers decline", "left out"),
            ("hindsight", f"{question.effort:g} units of the solver's own time for a level at most"
             + (" (the default)" if question.effort == EFFORT else "")),
        ]  # fmt: skip
        settings = [one for one in assumptions(question.settings) if one["name"] in USED]
        demand = question.demand.get("assumptions") or []
        return (
            *(Assumption(name, value, OURS, "assumption") for name, value in own),
            *(
                Assumption(one["words"], str(one["value"]), one["source"], one["status"])
                for one in settings
            ),
            *(
                Assumption(one["name"], str(one["value"]), one["source"], one["status"])
                for one in demand
            ),
        )

    def key_figures(self) -> Iterator[tuple[str, str, str]]:
        """Theme, name and value of the main answers."""
        yield "Verdict", "Look-ahead here", self.comparison.words
        for level in self.comparison.levels:
            yield "Gap closed", LEVEL_WORDS[level.name], share_words(level.in_all)
        for level in self.comparison.levels:
            yield (
                "Hindsight", f"{LEVEL_WORDS[level.name]}: proven",
                f"in {level.exact} of {len(self.found)} years",
            )  # fmt: skip

    def text(self) -> str:
        """For a terminal."""
        lines = [self.comparison.words, ""]
        heads = ("", *WAYS, "hindsight", "gap closed", "look-ahead less optimum (95% limits)")
        rows = [(LEVEL_WORDS[level.name], *_cells(level)) for level in self.comparison.levels]
        lines += [*_aligned([tuple(head.replace("_", " ") for head in heads), *rows]), ""]
        lines += [CAUTION, f"{self.origin}.", *(f"What keeps a bound: {why}." for why in self.whys)]
        lines += [f"{one.name}: {one.value} ({STATUS[one.status]})." for one in self.stated()[:6]]
        return "\n".join(lines)

    def to_json(self) -> dict[str, Any]:
        """For other programs: schema replay/2."""
        question = self.question
        return {
            "schema": SCHEMA,
            "case_sha256": case_sha256(question.problem),
            "demand_sha256": digest_of(question.demand),
            "as_of": question.problem.policy.as_of.isoformat(),
            "weeks": question.weeks,
            "seed": question.seed,
            "lookahead": {**asdict(question.asked), "refresh_weeks": question.refresh},
            "settings": question.settings.as_json(),
            "points_of_a_week_without_a_place_today": question.weight,
            "verdict": self.comparison.verdict,
            "words": self.comparison.words,
            "levels": [_level_json(level) for level in self.comparison.levels],
            "replications": [_replayed_json(one) for one in self.found],
            "not_proven_because": self.whys,
            "assumptions": [asdict(one) for one in self.stated()],
            "caution": CAUTION,
        }

    def csv_text(self) -> str:
        """A row for each replication and level."""
        columns = (
            "replication", "level", *WAYS, "hindsight_at_least", "hindsight_at_most", "proven",
            "gap", "closed_at_least", "closed_at_most", "levels_before_alike", "people",
            "proposals_changed",
        )  # fmt: skip
        rows = []
        for one in self.found:
            for at, name in enumerate(LEVELS):
                share, most = closed_by(one, at), one.hindsight.most(at)
                rows.append(
                    [
                        str(one.number),
                        name,
                        *(str(one.ways[way][at]) for way in WAYS),
                        str(one.hindsight.bounds[at]),
                        "" if most is None else str(most),
                        "Y" if one.hindsight.exact(at) else "N",
                        share.kind,
                        *("" if end is None else f"{float(end):.6f}" for end in _ends(share)),
                        "Y" if alike(one, at) else "N",
                        str(one.people),
                        str(one.changed),
                    ]
                )
        return table_text(columns, rows)

    def page(self) -> str:
        """The page a board reads, the same bytes for the same replay."""
        return page_of(
            self.exhibits,
            title=TITLE,
            headline=self.comparison.words,
            caution=CAUTION,
            reading=READING,
            key_figures=self.key_figures(),
            assumptions=self.stated(),
            rests="Pounds are rounded to whole pounds here; replay.json and the workbook have the"
            " pence.",
            sources=[self.origin, *(f"What keeps a bound: {why}" for why in self.whys)],
            definitions=DEFINITIONS,
            foot="A difference counts as one beyond noise where its 95% limits leave out 0:"
            " Student's t over the years, each paired with itself.",
        )

    def sheets(self) -> list[Sheet]:
        """The sheets of the workbook."""
        told = Sheet(
            "Assumptions",
            [self.origin],
            [Column("What"), Column("Value"), Column("Status"), Column("Who says so")],
            [[one.name, one.value, STATUS[one.status], one.source] for one in self.stated()],
        )
        meaning = Sheet(
            "Definitions", [self.origin], [Column("What"), Column("Meaning")],
            [list(each) for each in DEFINITIONS],
        )  # fmt: skip
        return [*(each.sheet for each in self.exhibits), meaning, told]


def write(told: Told, folder: Path) -> None:
    """Write every answer into a folder, each file whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / JSON_FILE, [json_text(told.to_json()) + "\n"])
    write_whole(folder / CSV_FILE, [told.csv_text()])
    write_whole(folder / PAGE, [told.page()])
    write_workbook(folder / WORKBOOK, told.sheets())


def _ends(share: Closed) -> tuple[Any, Any]:
    return share.low, share.high


def _cells(level: Level) -> tuple[str, ...]:
    per = 100 if level.name == "pence" else 1
    mark = "£" if level.name == "pence" else ""
    mean = level.difference

    def of(number: float, sign: str = "") -> str:
        text = f"{number / per:{sign},.1f}"
        return f"{text[0]}{mark}{text[1:]}" if sign else f"{mark}{text}"

    limits = ""
    if mean.low is not None and mean.high is not None:
        limits = f" ({of(mean.low, '+')} to {of(mean.high, '+')})"
    least = of(level.least.mean)
    most = "more" if level.most is None else of(level.most.mean)
    return (
        *(of(level.means[way].mean) for way in WAYS),
        least if least == most else f"{least} to {most}",
        share_words(level.in_all),
        f"{of(mean.mean, '+')}{limits}",
    )


def _mean_json(mean: Mean | None) -> dict[str, float | None] | None:
    if mean is None:
        return None
    told = asdict(mean).items()
    return {name: None if value is None else round(value, 6) for name, value in told}


def _closed_json(one: Closed) -> dict[str, Any]:
    low, high = (None if end is None else round(float(end), 6) for end in _ends(one))
    return {"kind": one.kind, "at_least": low, "at_most": high}


def _level_json(level: Level) -> dict[str, Any]:
    return {
        "name": level.name,
        "means": {way: _mean_json(mean) for way, mean in level.means.items()},
        "hindsight": {
            "at_least": _mean_json(level.least),
            "at_most": _mean_json(level.most),
            "proven": level.exact,
        },
        "gap_closed": _closed_json(level.in_all),
        "gap_closed_by_replication": [_closed_json(one) for one in level.closed],
        "levels_before_alike": level.alike,
        "difference": _mean_json(level.difference),
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
            name: {
                "at_least": one.hindsight.bounds[at],
                "at_most": one.hindsight.most(at),
                "proven": one.hindsight.exact(at),
            }
            for at, name in enumerate(LEVELS)
        },
        "not_proven_because": one.hindsight.why,
        "proposals_changed": one.changed,
    }


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return [
        "  ".join(
            cell.ljust(width) if at == 0 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
