"""Jobs, and matches on record in one line, as they come out."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from api.models import Levels, Strict


class JobRequest(Strict):
    """What was asked for."""

    seed: int
    time_limit: float = Field(description="seconds the match may take, once it is taken up")
    workers: int
    require_safety: bool


class JobProgress(Strict):
    """How the work stands, as of a moment. Levels and bound are there once a plan is found."""

    sentence: str
    at: str
    levels: Levels | None = Field(None, description="the best plan so far")
    bound: Levels | None = Field(None, description="no plan can be better than this")


class Job(Strict):
    """A match that was asked for, and what has become of it."""

    id: int
    kind: Literal["match"]
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    asked_by: str
    asked_at: str
    request: JobRequest
    attempt: int = Field(description="how often a worker took it up")
    started_at: str | None = Field(description="when it was last taken up")
    finished_at: str | None
    progress: JobProgress | None
    match_id: int | None = Field(description="the match that came of it, at /api/matches/{id}")
    reason: str | None = Field(description="why it failed, in a sentence")


class RunLine(Strict):
    """A match on record without its plan."""

    id: int
    started_at: str
    finished_at: str
    asked_by: str
    status: Literal["optimal", "feasible", "no_referrals"]
    as_of: str
    seed: int
    placed: int
    unplaced: int
    case_sha256: str
    software: str


class MatchesPage(Strict):
    """Matches on record, the newest first."""

    matches: list[RunLine]
    next: str | None = Field(description="the `after` of the next page")
