"""Match runs are jobs, and a run keeps which versions of rows it saw.

Revision 0011.
"""

import sqlalchemy as sa
from alembic import op

from broker.migrations.shapes import checked, codes, moment, not_negative, serial, text, whole

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("row_change", sa.Column("written_in", sa.BigInteger(), nullable=True))
    op.add_column("match_run", sa.Column("seen", sa.JSON(), nullable=True))
    op.create_table(
        "job",
        serial("job_id"),
        text("kind", required=True),
        text("state", required=True),
        text("asked_by", required=True),
        text("role", required=True),
        text("organisation", required=True),
        moment("asked_at", required=True),
        sa.Column("request", sa.JSON(), nullable=False),
        whole("attempt", required=True),
        text("worker"),
        moment("lease_until"),
        moment("started_at"),
        moment("finished_at"),
        sa.Column("progress", sa.JSON()),
        sa.Column("run_id", sa.BigInteger()),
        text("reason"),
        sa.PrimaryKeyConstraint("job_id", name="pk_job"),
        sa.ForeignKeyConstraint(["run_id"], ["match_run.run_id"], name="fk_job_run_id"),
        sa.UniqueConstraint("run_id", name="uq_job_run_id"),
        codes("job", "kind", ("match",)),
        codes("job", "state", ("queued", "running", "done", "failed", "cancelled")),
        checked("job", "leased", "(state = 'running') = (lease_until IS NOT NULL)"),
        checked("job", "owned", "(state = 'running') = (worker IS NOT NULL)"),
        checked(
            "job",
            "over",
            "(finished_at IS NOT NULL) = (state IN ('done', 'failed', 'cancelled'))",
        ),
        checked("job", "made", "(state = 'done') = (run_id IS NOT NULL)"),
        checked("job", "told", "(state = 'failed') = (reason IS NOT NULL)"),
        *not_negative("job", "attempt"),
    )
    op.create_index("ix_job_waiting", "job", ["state", "job_id"])


def downgrade() -> None:
    op.drop_table("job")
    op.drop_column("match_run", "seen")
    op.drop_column("row_change", "written_in")
