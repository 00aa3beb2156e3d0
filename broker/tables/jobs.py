"""Long work that somebody asked for: who does it now, how it stands, and what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from broker.tables.base import Instant, Stored, not_negative, one_of, rule
from broker.tables.records import SERIAL

JOB_KINDS = ("match",)
OVER = ("done", "failed", "cancelled")
JOB_STATES = ("queued", "running", *OVER)


class JobRow(Stored, table=True):
    """A job. While it runs it is `worker`'s, until `lease_until` unless the worker says more.

    `attempt` counts how often it was taken up. A job that is done names its run, and no two jobs
    name the same one; a job that failed says why.
    """

    __tablename__ = "job"
    __table_args__ = (
        one_of("kind", JOB_KINDS),
        one_of("state", JOB_STATES),
        rule("leased", "(state = 'running') = (lease_until IS NOT NULL)"),
        rule("owned", "(state = 'running') = (worker IS NOT NULL)"),
        rule("over", "(finished_at IS NOT NULL) = (state IN ('done', 'failed', 'cancelled'))"),
        rule("made", "(state = 'done') = (run_id IS NOT NULL)"),
        rule("told", "(state = 'failed') = (reason IS NOT NULL)"),
        *not_negative("attempt"),
        sa.Index("ix_job_waiting", "state", "job_id"),
        sa.UniqueConstraint("run_id", name="uq_job_run_id"),
    )

    job_id: int | None = Field(default=None, primary_key=True, sa_type=SERIAL)
    kind: str
    state: str
    asked_by: str
    role: str
    organisation: str
    asked_at: datetime = Field(sa_type=Instant)
    request: dict[str, Any] = Field(sa_type=sa.JSON)
    attempt: int = 0
    worker: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=Instant)
    started_at: datetime | None = Field(default=None, sa_type=Instant)
    finished_at: datetime | None = Field(default=None, sa_type=Instant)
    progress: dict[str, Any] | None = Field(default=None, sa_type=sa.JSON(none_as_null=True))
    run_id: int | None = Field(default=None, foreign_key="match_run.run_id", sa_type=sa.BigInteger)
    reason: str | None = None
