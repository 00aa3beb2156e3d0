"""What the database says afterwards: what was accepted is there once, and no place has two.

Written from the rule and from the tables alone: it asks none of the code that places anybody.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

import sqlalchemy as sa
from sqlalchemy import Engine

from benchmarks.load.grounds import ROOT
from broker.tables import CATALOGUE

Accepted = tuple[str, int, str, str]
"""A step that was answered as done: referral, version after it, kind, and the home confirmed."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A placement on record, on the days of `[starts, ends)`; `ends` None is without end."""

    referral: str
    young_person: str
    home: str
    place: int
    starts: date
    ends: date | None = None

    def meets(self, other: Placed) -> bool:
        """Whether both hold on one day."""
        ends, others = self.ends or date.max, other.ends or date.max
        return max(self.starts, other.starts) < min(ends, others)


@dataclass(frozen=True, slots=True)
class Found:
    """How many steps and placements were lost or doubled, and how many there are."""

    steps: int
    lost_steps: int
    untold_steps: int
    placements: int
    lost_placements: int
    untold_placements: int
    doubled_placements: int


def hold(
    accepted: Sequence[Accepted],
    steps: Counter[tuple[str, int, str]],
    placed: Sequence[Placed],
    places: dict[str, int],
) -> Found:
    """Hold what was answered to what is on record since: `steps` counts each step of the time.

    A step is untold where nobody was told that it was done: no answer came, or it was done twice.
    """
    told = Counter((referral, version, kind) for referral, version, kind, _ in accepted)
    confirmed = Counter(
        (referral, home) for referral, _, kind, home in accepted if kind == "confirm"
    )
    on_record = Counter((one.referral, one.home) for one in placed)
    return Found(
        steps=steps.total(),
        lost_steps=(told - steps).total(),
        untold_steps=(steps - told).total(),
        placements=len(placed),
        lost_placements=(confirmed - on_record).total(),
        untold_placements=(on_record - confirmed).total(),
        doubled_placements=len(list(_doubled(placed, places))),
    )


def _doubled(placed: Sequence[Placed], places: dict[str, int]) -> list[tuple[str, str]]:
    """Pairs that share a place, or are of one young person, on a day; or are one too many."""
    found = []
    by_home: defaultdict[str, list[Placed]] = defaultdict(list)
    by_person: defaultdict[str, list[Placed]] = defaultdict(list)
    for one in placed:
        by_home[one.home].append(one)
        by_person[one.young_person].append(one)
        if not 1 <= one.place <= places[one.home]:
            found.append((one.referral, "a place that the home has not"))
    for some in by_home.values():
        found += [
            (one.referral, other.referral)
            for one, other in combinations(some, 2)
            if one.place == other.place and one.meets(other)
        ]
    for some in by_person.values():
        found += [
            (one.referral, other.referral)
            for one, other in combinations(some, 2)
            if one.meets(other)
        ]
    return found


def look(engine: Engine, accepted: Sequence[Accepted], run: str) -> Found:
    """Hold what was answered to the records: those of the young people of this run."""
    life, step = CATALOGUE.tables["life"], CATALOGUE.tables["step"]
    placement, home = CATALOGUE.tables["placement"], CATALOGUE.tables["home"]
    ours = life.c.young_person_id.startswith(f"YP-{run}")
    with engine.connect() as connection:
        steps = Counter(
            (row.referral_id, row.number, row.kind)
            for row in connection.execute(
                sa.select(step.c.referral_id, step.c.number, step.c.kind)
                .join(life, life.c.referral_id == step.c.referral_id)
                .where(ours)
            )
        )
        placed = [
            Placed(
                row.referral_id, row.young_person_id, row.home_id, row.place,
                row.starts_on, row.ends_on,
            )
            for row in connection.execute(sa.select(placement))
        ]  # fmt: skip
        rows = connection.execute(sa.select(home.c.home_id, home.c.places))
        places = {row.home_id: row.places for row in rows}
    return hold(accepted, steps, placed, places)


def audit_verifies(address: str) -> tuple[bool, str]:
    """Whether `broker audit verify` finds the chain whole, and the last line that it says."""
    done = subprocess.run(
        [sys.executable, "-m", "broker.cli", "audit", "verify"],
        cwd=ROOT,
        env={**os.environ, "BROKER_DATABASE_URL": address},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    return done.returncode == 0, lines[0] if lines else ""
