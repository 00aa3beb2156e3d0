"""Invented returns as files: a folder for each authority, its tables for each collection.

A collection holds every episode of its year, with the end left blank where that came after the
year's 31 March, and the codes that stood in that year: SEX 1 and 2 up to 2024, H5 up to 2024 and K3
after, Z1 up to 2025 and Z11 after.
"""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from broker.returns.episode import year_ends, year_starts
from broker.returns.tables import EPISODES, HEADER, UASC
from broker.sample.folder import require_empty, write_files
from broker.sample.returns.chance import Chance
from broker.sample.returns.lives import OTHER, SUPPORTED, Life, Lived, lives
from broker.sample.returns.truth import Truth, draw_truth, truth_json
from matching.geography import PARTNER_BOROUGHS

LAST_CLOSES: Final = 2026
FEWEST_YEARS: Final = 1
MOST_YEARS: Final = 15


def write_returns(folder: Path, years: int, seed: int) -> None:
    """Write returns into a new or empty folder, and truth.json into the folder itself.

    Raises FolderInUse where something is there.
    """
    require_empty(folder)
    write_files(folder, returns_files(years, seed))


def returns_files(years: int, seed: int) -> dict[str, str]:
    """The files of invented returns: name to text. The same numbers give the same files."""
    chance = Chance(seed)
    truth = draw_truth(chance, seed, years)
    first = LAST_CLOSES - years + 1
    everybody = list(lives(truth, chance, year_starts(first), year_ends(LAST_CLOSES)))
    files = {
        "README.md": _readme(truth),
        "truth.json": json.dumps(truth_json(truth), ensure_ascii=False, indent=1) + "\n",
    }
    for code in PARTNER_BOROUGHS:
        own = [life for life in everybody if life.authority == code]
        for year in range(first, LAST_CLOSES + 1):
            files |= _tables(code, year, own)
    return files


def _tables(code: str, year: int, own: Sequence[Life]) -> dict[str, str]:
    inside = [(life, parts) for life in own if (parts := _of_year(life, year))]
    name = f"{code}/{year - 1}-{year % 100:02d}"
    tables = {
        f"{name}-header.csv": _text(HEADER.columns, (_header(life, year) for life, _ in inside)),
        f"{name}-episodes.csv": _text(
            EPISODES.columns,
            (_episode(life, each, year) for life, parts in inside for each in parts),
        ),
    }
    alone = [life for life, _ in inside if life.unaccompanied]
    if alone:
        rows = ([life.child, _sex(life.sex, year), _day(life.born), ""] for life in alone)
        tables[f"{name}-uasc.csv"] = _text(UASC.columns, rows)
    return {file: text for file, text in tables.items() if text}


def _of_year(life: Life, year: int) -> list[Lived]:
    return [
        each
        for each in life.episodes
        if each.start < year_ends(year) and each.until >= year_starts(year)
    ]


def _header(life: Life, year: int) -> list[str]:
    return [life.child, _sex(life.sex, year), _day(life.born), "NOBT", "", "", ""]


def _episode(life: Life, each: Lived, year: int) -> list[str]:
    over = each.until < year_ends(year)
    return [
        life.child,
        _day(each.start),
        each.began,
        each.legal,
        life.need,
        _place(each.place, year),
        each.provider,
        _day(each.until) if over else "",
        each.ceased if over else "",
        each.reason if over else "",
        life.home_post,
        each.post,
        each.urn,
    ]


def _sex(sex: str, year: int) -> str:
    return sex if year >= 2025 else {"M": "1", "F": "2"}[sex]


def _place(place: str, year: int) -> str:
    if place == SUPPORTED:
        return "K3" if year >= 2025 else "H5"
    if place == OTHER:
        return "Z11" if year >= 2026 else "Z1"
    return place


def _day(day: date) -> str:
    return day.strftime("%d/%m/%Y")


def _text(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()


def _readme(truth: Truth) -> str:
    return f"""# Invented returns

Invented, every young person, home and figure in it: SSDA903 tables of eight authorities over
{truth.years} years (seed {truth.seed}). Only the postcodes are real, and nobody here has anything
to do with who lives there. `truth.json` holds the rates, lengths and shares the lives were drawn
from.

    broker demand . --out demand.json
"""
