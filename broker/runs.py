"""Match runs on record: what was asked, of which case, under which policy, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from importlib.metadata import version
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from broker.tables import MatchRun
from matching.fairness import fairness
from matching.pairs import find_pairs
from matching.policy import write_policy
from matching.problem import Problem


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A run in one line: who asked when, for which day, and how it came out."""

    run_id: int
    started_at: datetime
    finished_at: datetime
    asked_by: str
    status: str
    as_of: date
    seed: int
    placed: int
    unplaced: int
    case_sha256: str
    software: str

    def to_json(self) -> dict[str, Any]:
        """The run without its plan, as JSON."""
        return {
            "id": self.run_id,
            "started_at": self.started_at.isoformat(),
            "finished_at": self.finished_at.isoformat(),
            "asked_by": self.asked_by,
            "status": self.status,
            "as_of": self.as_of.isoformat(),
            "seed": self.seed,
            "placed": self.placed,
            "unplaced": self.unplaced,
            "case_sha256": self.case_sha256,
            "software": self.software,
        }


def record_run(
    session: Session,
    problem: Problem,
    plan: Mapping[str, Any],
    *,
    by: str,
    started: datetime,
    finished: datetime,
    options: Mapping[str, Any] | None = None,
) -> int:
    """Put a finished match on record and give its number; the caller commits.

    `plan` is the plan as JSON (`plan/1`), kept word for word beside the whole policy, the digest
    of the case, how the plan shares out and the version of this software. `options` is what else
    was asked for. Raises KeyError for a plan with a pair that is not eligible.
    """
    homes = {row["referral_id"]: row["home_id"] for row in plan["placements"]}
    report = fairness(find_pairs(problem), homes)  # before the session holds any lock
    run = MatchRun(
        started_at=started,
        finished_at=finished,
        asked_by=by,
        status=plan["status"],
        case_sha256=plan["case_sha256"],
        as_of=problem.policy.as_of,
        seed=plan["seed"],
        placed=len(plan["placements"]),
        unplaced=len(plan["unplaced"]),
        policy=write_policy(problem.policy),
        options=dict(options or {}),
        plan=dict(plan),
        software=version("broker"),
        fairness=report.to_json(),
    )
    session.add(run)
    session.flush()
    assert run.run_id is not None
    return run.run_id


def get_run(session: Session, run_id: int) -> MatchRun | None:
    """A run with its plan, policy and digest; None where there is no such run."""
    return session.get(MatchRun, run_id)


def list_runs(session: Session, *, limit: int = 20, offset: int = 0) -> list[RunSummary]:
    """Runs on record, the newest first, without their plans."""
    table = MatchRun.__table__
    names = RunSummary.__dataclass_fields__
    query = (
        sa.select(*(table.c[name] for name in names))
        .order_by(table.c.run_id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [RunSummary(**row) for row in session.execute(query).mappings()]


def render_runs(runs: Iterable[RunSummary]) -> str:
    """The runs as a table for people."""
    head = (
        "run",
        "started (UTC)",
        "asked by",
        "day",
        "status",
        "placed",
        "unplaced",
        "seed",
        "case",
    )
    lines = [head] + [
        (
            str(run.run_id),
            f"{run.started_at:%Y-%m-%d %H:%M}",
            run.asked_by,
            run.as_of.isoformat(),
            run.status,
            str(run.placed),
            str(run.unplaced),
            str(run.seed),
            run.case_sha256[:12],
        )
        for run in runs
    ]
    if len(lines) == 1:
        return "No match is on record yet."
    widths = [max(len(cell) for cell in column) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
