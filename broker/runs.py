"""Match runs on record: what was asked, of which case, under which policy, and what came of it.

A run of the case on record keeps no copy of it, but which versions of the rows it saw; from the
history of the rows the case can be made again, and matched again to the same plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from importlib.metadata import version
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from broker.access.actor import Actor
from broker.audit.chain import Record, add_entry
from broker.audit.showed import MADE, ids_in
from broker.registers.entering import boroughs_of
from broker.store.again import HistoryBroken, problem_again
from broker.store.seen import Seen
from broker.tables import MatchRun
from matching.digest import case_sha256
from matching.fairness import fairness
from matching.faults import BadInput
from matching.lookahead import lookahead_in
from matching.pairs import find_pairs
from matching.policy import write_policy
from matching.problem import Previous, Problem


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


@dataclass(frozen=True, slots=True)
class MadeRun:
    """A match that was made and is to be put on record; it is small beside its case.

    `plan` is the plan as JSON, kept word for word. `fairness` is how it shares out, `options` what
    else was asked for, `seen` which rows on record it is of; None where the case came from
    elsewhere. `boroughs` are those whose young people the case tells of.
    """

    as_of: date
    policy: str
    plan: Mapping[str, Any]
    fairness: Mapping[str, Any]
    options: Mapping[str, Any]
    started: datetime
    finished: datetime
    seen: Seen | None = None
    boroughs: frozenset[str] = frozenset()


def made_run(
    problem: Problem,
    plan: Mapping[str, Any],
    *,
    started: datetime,
    finished: datetime,
    options: Mapping[str, Any] | None = None,
    seen: Seen | None = None,
) -> MadeRun:
    """What is to be kept of a plan for a problem.

    Raises:
        KeyError: the plan has a pair that is not eligible.
    """
    homes = {row["referral_id"]: row["home_id"] for row in plan["placements"]}
    asked = dict(options or {})
    if problem.previous is not None:
        asked["previous"] = dict(problem.previous.homes)
    return MadeRun(
        as_of=problem.policy.as_of,
        policy=write_policy(problem.policy),
        plan=plan,
        fairness=fairness(find_pairs(problem), homes).to_json(),
        options=asked,
        started=started,
        finished=finished,
        seen=seen,
        boroughs=boroughs_of(problem),
    )


def record_run(session: Session, made: MadeRun, *, by: str) -> int:
    """Put a match on record and give its number; the caller commits."""
    plan = made.plan
    run = MatchRun(
        started_at=made.started,
        finished_at=made.finished,
        asked_by=by,
        status=plan["status"],
        case_sha256=plan["case_sha256"],
        as_of=made.as_of,
        seed=plan["seed"],
        placed=len(plan["placements"]),
        unplaced=len(plan["unplaced"]),
        policy=made.policy,
        options=dict(made.options),
        plan=dict(plan),
        software=version("broker"),
        fairness=dict(made.fairness),
        seen=None if made.seen is None else made.seen.to_json(),
    )
    session.add(run)
    session.flush()
    assert run.run_id is not None
    return run.run_id


def tell_run(session: Session, run_id: int, made: MadeRun, actor: Actor, at: datetime) -> None:
    """Say in the audit who made a match, and whom it names; the last thing of its transaction.

    A case that was sent with the question is of nobody on record, so it names nobody here.
    """
    named = [*made.plan["placements"], *made.plan["unplaced"]] if made.seen is not None else []
    record = Record("match", str(run_id))
    add_entry(session, actor, MADE, record, at=at, showed=ids_in(named))


class NotAgain(Exception):
    """The case of a run cannot be made again, said in a sentence."""


def problem_of_run(session: Session, run: MatchRun) -> Problem:
    """The case a run answered, exactly, whatever has changed on record since.

    Raises:
        NotAgain: it came from elsewhere than the record, or the history does not lead to it.
    """
    if run.seen is None:
        raise NotAgain(
            f"The case of match {run.run_id} is not on record: it was sent with the question, or "
            "the match was made before this was kept. Whoever asked has it."
        )
    try:
        problem = problem_again(session, Seen.from_json(run.seen), run.policy)
    except (HistoryBroken, BadInput) as broken:
        raise NotAgain(
            f"The case of match {run.run_id} cannot be made again from the history: {broken}"
        ) from broken
    if case_sha256(problem) != run.case_sha256:
        raise NotAgain(
            f"The history leads to another case than match {run.run_id} answered: its lines were "
            "changed or removed, or an earlier version of this program made the match."
        )
    told = run.options.get("previous")
    if told is not None:
        previous = Previous(run.options["stay"], tuple(sorted(told.items())))
        problem = replace(problem, previous=previous)
    return replace(problem, lookahead=lookahead_in(run.plan, problem))


def get_run(session: Session, run_id: int) -> MatchRun | None:
    """A run with its plan, policy and digest; None where there is no such run."""
    return session.get(MatchRun, run_id)


def is_run(session: Session, run_id: int) -> bool:
    """Whether there is a run of this number; its plan is not read."""
    table = MatchRun.__table__
    query = sa.select(table.c.run_id).where(table.c.run_id == run_id)
    return session.execute(query).first() is not None


def list_runs(session: Session, *, limit: int = 20, before: int | None = None) -> list[RunSummary]:
    """Runs on record, the newest first, without their plans; only those before run `before`."""
    table = MatchRun.__table__
    names = RunSummary.__dataclass_fields__
    query = (
        sa.select(*(table.c[name] for name in names)).order_by(table.c.run_id.desc()).limit(limit)
    )
    if before is not None:
        query = query.where(table.c.run_id < before)
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
