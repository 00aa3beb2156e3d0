"""What is kept as it was: the policy, contract versions, the history of every row, match runs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from broker.tables.base import Instant, Stored, one_of, rule

CHANGE_KINDS = ("insert", "update", "close", "reopen", "remove")
RUN_STATUSES = ("optimal", "feasible", "no_referrals")

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


class PolicyRow(Stored, table=True):
    """The policy in force, one row: the whole policy.toml with every default written out.

    Where `day_held`, every question is asked of the day `as_of`; else of the day on which it is
    asked, or of `as_of` if that is later.
    """

    __tablename__ = "policy"
    __table_args__ = (rule("one", "row_id = 1"),)

    row_id: int = Field(default=1, primary_key=True, sa_column_kwargs={"autoincrement": False})
    as_of: date
    text: str
    day_held: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})


class ContractRow(Stored, table=True):
    """One version of a contract file, word for word; the newest row of an id is in force.

    `version` is the SHA-256 of the file. Rows are never changed.
    """

    __tablename__ = "contract"
    __table_args__ = (rule("version", "length(version) = 64"),)

    row_id: int | None = Field(default=None, primary_key=True, sa_type=SERIAL)
    contract_id: str = Field(index=True)
    version: str
    name: str
    kind: str
    file: str
    text: str
    imported_at: datetime = Field(sa_type=Instant)
    imported_by: str


class RowChange(Stored, table=True):
    """One change of one row, written with the change itself and never altered.

    `row_key` is a JSON list of the key's values; `before` and `after` hold the row as the columns
    of its file, empty cells as empty text. `written_in` is the transaction that wrote the line, as
    PostgreSQL numbers them: a line with a smaller `row_id` may become visible later. Empty on
    SQLite, where one transaction writes after another, and in lines of before it was kept.
    """

    __tablename__ = "row_change"
    __table_args__ = (
        one_of("kind", CHANGE_KINDS),
        sa.Index("ix_row_change_row", "table_name", "row_key"),
    )

    row_id: int | None = Field(default=None, primary_key=True, sa_type=SERIAL)
    table_name: str
    row_key: str
    changed_at: datetime = Field(sa_type=Instant)
    changed_by: str
    kind: str
    reason: str | None = None
    before: dict[str, Any] | None = Field(default=None, sa_type=sa.JSON(none_as_null=True))
    after: dict[str, Any] | None = Field(default=None, sa_type=sa.JSON(none_as_null=True))
    written_in: int | None = Field(default=None, sa_type=sa.BigInteger)


class MatchRun(Stored, table=True):
    """A match that was run: its plan, the policy and the digest of the case it answers.

    `fairness` is how the plan shares out (`fairness/1`); None in runs recorded before it was kept.
    `seen` says which versions of the rows on record the run saw, enough to read them again; None
    where the case came from elsewhere than the record, and in runs of before it was kept.
    Rows are never changed.
    """

    __tablename__ = "match_run"
    __table_args__ = (
        one_of("status", RUN_STATUSES),
        rule("case_sha256", "length(case_sha256) = 64"),
    )

    run_id: int | None = Field(default=None, primary_key=True, sa_type=SERIAL)
    started_at: datetime = Field(sa_type=Instant)
    finished_at: datetime = Field(sa_type=Instant)
    asked_by: str
    status: str
    case_sha256: str
    as_of: date
    seed: int = Field(sa_type=sa.BigInteger)
    placed: int
    unplaced: int
    policy: str
    options: dict[str, Any] = Field(sa_type=sa.JSON)
    plan: dict[str, Any] = Field(sa_type=sa.JSON)
    software: str
    fairness: dict[str, Any] | None = Field(default=None, sa_type=sa.JSON(none_as_null=True))
    seen: dict[str, Any] | None = Field(default=None, sa_type=sa.JSON(none_as_null=True))
