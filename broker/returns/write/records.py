"""The return of our placements from the lives on record: files for each borough.

Everyone who lived in one of our homes on a day of the collection is written, or refused with every
reason: nobody is left out in silence. Where what a referral said was lawfully removed, what is
still known of the placement says whether the return asks for it; where it does not, that is noted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from broker.life.lives import by_person
from broker.life.state import Life
from broker.returns.cells import safe
from broker.returns.episode import last_day, year_starts
from broker.returns.write.lives import Home, Person, placed_in, put_together
from broker.returns.write.removed import removed
from broker.returns.write.rows import rows_of, tables_of
from broker.tables import HomeRow
from matching.tables import table_text
from pricing.problems import InputProblem

RECORDS = "records"


@dataclass(frozen=True)
class Returned:
    """Files by path, rows by borough and table, and a problem for each reason of a refusal.

    `young_people` counts those who lived in our homes: written and refused together. `notes` name
    the young people of whom something was removed that this return does not ask for.
    """

    year: int
    files: Mapping[str, str]
    rows: Mapping[str, Mapping[str, int]]
    young_people: int
    written: int
    refused: tuple[InputProblem, ...]
    notes: tuple[tuple[str, str], ...]

    def to_json(self) -> dict[str, Any]:
        """What was written and what was not, for other programs."""
        return {
            "year": self.year,
            "from": year_starts(self.year).isoformat(),
            "to": last_day(self.year).isoformat(),
            "young_people": self.young_people,
            "written": self.written,
            "refused": [
                {"young_person": problem.key, "why": problem.value} for problem in self.refused
            ],
            "removed": [{"young_person": who, "what": words} for who, words in self.notes],
            "rows": {code: dict(tables) for code, tables in self.rows.items()},
            "files": sorted(self.files),
        }


def make_return(session: Session, year: int, borough: str | None = None) -> Returned:
    """The return that closes in `year`, of one borough or of all who had somebody placed."""
    homes = {
        row.home_id: Home(row.home_id, row.postcode or "", row.provision)
        for row in session.execute(sa.select(HomeRow.__table__))
    }
    refused: list[InputProblem] = []
    people: list[tuple[Person, dict[str, list[tuple[str, ...]]]]] = []
    notes: list[tuple[str, str]] = []
    number = 0
    first, last = year_starts(year), last_day(year)
    for one in by_person(session, borough):
        young_person = one.young_person
        gone = removed(session, one.emptied, first, last)
        if gone.asked_for:
            refused += [_problem(young_person, sentence) for sentence in gone.sentences()]
            number += 1
            continue
        if gone.elsewhere:
            notes.append((young_person, gone.note()))
        if not any(placed_in(one.lives, first, last)):
            continue
        number += 1
        moved = [life for life in one.lives if _moved_in_by(life, last)]
        told = put_together(moved, homes, year, last)
        faults = told.faults
        if told.person is not None:
            made = rows_of(told.person, year)
            faults = faults + made.faults
            if not faults:
                people.append((told.person, made.rows))
        refused += [_problem(young_person, sentence) for sentence in faults]
    refused += _twice([person for person, _ in people])
    twice = {problem.key for problem in refused}
    people = [one for one in people if one[0].young_person not in twice]
    files, counts = _files(people, year)
    return Returned(year, files, counts, number, len(people), tuple(refused), tuple(notes))


def _moved_in_by(life: Life, last: date) -> bool:
    start = life.starts_on if life.moved_in is not None else None
    return start is not None and start <= last


def _problem(young_person: str, sentence: str) -> InputProblem:
    allowed = "care told without a gap, by the step care and at each review"
    return InputProblem(RECORDS, young_person, sentence, allowed, "not told")


def _twice(people: Sequence[Person]) -> Iterator[InputProblem]:
    """Two young people of one borough cannot have one number, nor one UPN (rule 444)."""
    numbers: dict[tuple[str, str, str], list[Person]] = defaultdict(list)
    for person in people:
        numbers[person.borough, "child", person.child].append(person)
        if not person.upn.startswith("UN"):
            numbers[person.borough, "upn", person.upn].append(person)
    for (_, field, number), own in sorted(numbers.items()):
        for person in own if len(own) > 1 else ():
            words = f"{field} {number} is somebody else's number as well"
            yield _problem(person.young_person, words)


def _files(
    people: Sequence[tuple[Person, dict[str, list[tuple[str, ...]]]]], year: int
) -> tuple[dict[str, str], dict[str, dict[str, int]]]:
    """A folder for each borough, in it one for the collection, in it a file for each table."""
    files: dict[str, str] = {}
    counts: dict[str, dict[str, int]] = {}
    for code in sorted({person.borough for person, _ in people}):
        own = sorted((person.child, rows) for person, rows in people if person.borough == code)
        counts[code] = {}
        for table in tables_of(year):
            lines = [row for _, rows in own for row in rows[table.name]]
            counts[code][table.name] = len(lines)
            if lines:
                name = f"{code}/{year - 1}-{year % 100:02d}/{table.name}.csv"
                files[name] = table_text(
                    table.columns, ([safe(cell) for cell in row] for row in lines)
                )
    return files, counts
