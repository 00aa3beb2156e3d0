"""A baseline from its files: read, checked all at once, counted, and told as JSON.

`baseline/1` is the form that is frozen, shown and answered; words are made from it and from nothing
else, so that what was frozen can be read years later.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from broker.baseline.courses import Course, courses
from broker.baseline.episodes import newest, read_birthdays, read_episodes
from broker.baseline.figures import Figures, Locate, Year, figures
from broker.baseline.prices import Price, contract_prices, read_prices
from broker.baseline.tell import figures_json, prices_json
from broker.returns.episode import Episode
from matching.geography import authority_name
from pricing.calendar_months import add_months
from pricing.inputs import contract_if_good
from pricing.problems import Problems
from pricing.text_file import read_file

FORM: Final = "baseline/1"
NOT_TOLD: Final = ""
"""The borough of a file of which nobody said whose it is."""


@dataclass(frozen=True, slots=True)
class Source:
    """One input: what it is (episodes, earlier, header, prices, contract) and whose."""

    kind: str
    borough: str
    path: Path


def baseline(sources: Sequence[Source], start: date, locate: Locate) -> dict[str, Any]:
    """The figures of the year from `start`, by borough and in all, from files.

    Raises:
        BadInput: with everything wrong in every file.
    """
    found = Problems()
    end = add_months(start, 12)
    files: dict[str, list[list[Episode]]] = {"earlier": [], "episodes": []}
    born: dict[tuple[str, str], date] = {}
    prices: list[Price] = []
    for source in sources:
        if source.kind in files:
            files[source.kind].append(read_episodes(source.path, source.borough, end, found))
        elif source.kind == "header":
            born |= read_birthdays(source.path, source.borough, end, found)
        elif source.kind == "prices":
            prices += read_prices(source.path, found)
        else:
            contract = contract_if_good(source.path, found)
            prices += [] if contract is None else contract_prices(contract, start, end)
    found.raise_if_any()
    episodes, replaced = newest([*files["earlier"], *files["episodes"]])
    in_year = {episode.key for file in files["episodes"] for episode in file}
    found_courses, mended = courses(episodes, start, end, in_year)
    mended["replaced"] = replaced
    kinds = {kind: {one.borough for one in sources if one.kind == kind} for kind in _KINDS}
    counted = [course for course in found_courses if course.borough in kinds["episodes"]]
    year = Year(start, end, born if kinds["header"] else None, locate)
    return {
        "form": FORM,
        "year": {"from": start.isoformat(), "to": end.isoformat()},
        "ages": "11 to 17" if kinds["header"] else None,
        "boroughs": [
            {
                "borough": borough or None,
                "name": authority_name(borough) if borough else "borough not told",
                "figures": figures_json(_of(counted, [borough], year, kinds)),
                "prices": prices_json((p for p in prices if p.borough == borough), start, end),
            }
            for borough in sorted(kinds["episodes"] | {p.borough for p in prices if p.borough})
        ],
        "all": {
            "figures": figures_json(_of(counted, sorted(kinds["episodes"]), year, kinds)),
            "prices": prices_json(prices, start, end),
        },
        "mended": {name: number for name, number in sorted(mended.items()) if number},
        "not_computed": list(_not_computed(kinds, prices, start, end)),
        "inputs": [
            {
                "kind": source.kind,
                "borough": source.borough or None,
                "file": source.path.name,
                "sha256": hashlib.sha256(read_file(source.path)).hexdigest(),
            }
            for source in sources
        ],
    }


_KINDS: Final = ("episodes", "earlier", "header", "prices", "contract")


def _of(
    found: Sequence[Course], boroughs: Sequence[str], year: Year, kinds: Mapping[str, set[str]]
) -> Figures | None:
    """The figures of some boroughs; None of one that gave prices and no episodes."""
    if not kinds["episodes"].intersection(boroughs):
        return None
    own = [course for course in found if course.borough in boroughs]
    older = [borough for borough in boroughs if borough in kinds["earlier"]]
    made = figures(own, year, older_files=bool(older))
    if older and len(older) < len(boroughs):
        some = [course for course in own if course.borough in older]
        made = _with_before(made, figures(some, year, older_files=True))
    return made


def _with_before(made: Figures, older: Figures) -> Figures:
    return replace(made, left_before=older.left_before)


def _not_computed(
    kinds: Mapping[str, set[str]], prices: Sequence[Price], start: date, end: date
) -> Iterable[dict[str, str | None]]:
    def gap(figure: str, why: str, borough: str | None = None) -> dict[str, str | None]:
        return {"figure": figure, "borough": borough, "why": why}

    if not kinds["header"]:
        yield gap(
            "ages",
            "no header file was given, so that ages are not known: everybody in the files is "
            "counted, not only young people of 11 to 17",
        )
    if NOT_TOLD in kinds["episodes"]:
        yield gap(
            "by borough",
            "the return has no column for the borough, and nobody said whose a file is: write "
            "CODE=FILE",
        )
    for borough in sorted(kinds["episodes"] - kinds["earlier"]):
        yield gap(
            "repeat episodes of those who left in the year before",
            "no episodes of the collection year before were given (--earlier)",
            borough or None,
        )
    for borough in sorted(kinds["earlier"] - kinds["episodes"]):
        yield gap("everything", "earlier episodes were given and none of the year", borough or None)
    held = [p for p in prices if p.start < end and (p.end is None or start < p.end)]
    if not held:
        yield gap("weekly prices", "no price of a day in the year was given (--prices, --contract)")
    if any(not price.band for price in held):
        yield gap("prices of unbanded homes by band", "the table gives them no band")
    yield gap(
        "price of each placement",
        "the return has no prices and the price table no placements: the two are not joined",
    )


def digest_of(figures_told: Mapping[str, Any]) -> str:
    """The SHA-256 of the inputs of a baseline: their kinds, boroughs and own digests, in order."""
    text = json.dumps(figures_told["inputs"], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
