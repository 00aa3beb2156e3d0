"""Baselines: the figures of the year before, frozen.

Revision 0010.
"""

import sqlalchemy as sa
from alembic import op

from broker.migrations.shapes import checked, forbid_changes, moment, serial, text, whole

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "baseline",
        serial("row_id"),
        sa.Column("year_from", sa.Date(), nullable=False),
        whole("number", required=True),
        moment("frozen_at", required=True),
        text("frozen_by", required=True),
        text("why"),
        text("digest", required=True),
        text("software", required=True),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("row_id", name="pk_baseline"),
        sa.UniqueConstraint("year_from", "number", name="uq_baseline_year_from_number"),
        checked("baseline", "number", "number > 0"),
        checked("baseline", "why", "number = 1 OR why IS NOT NULL"),
        checked("baseline", "digest", "length(digest) = 64"),
    )
    forbid_changes("baseline")


def downgrade() -> None:
    op.drop_table("baseline")
