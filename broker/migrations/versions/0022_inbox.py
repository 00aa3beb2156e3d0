"""Files from case-management systems, and the rows of them that wait for a person.

Revision 0022.
"""

import sqlalchemy as sa
from alembic import op

from broker.migrations.shapes import checked, codes, moment, not_negative, text, whole

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "inbox_file",
        text("digest", required=True),
        text("file", required=True),
        text("mapping", required=True),
        text("borough", required=True),
        moment("taken_at", required=True),
        text("taken_by", required=True),
        whole("rows_read", required=True),
        sa.PrimaryKeyConstraint("digest", name="pk_inbox_file"),
        checked("inbox_file", "digest", "length(digest) = 64"),
        *not_negative("inbox_file", "rows_read"),
    )
    op.create_table(
        "inbox_row",
        text("digest", required=True),
        whole("number", required=True),
        text("state", required=True),
        text("young_person_id"),
        text("referral_id"),
        sa.Column("cells", sa.JSON()),
        sa.Column("reasons", sa.JSON(), nullable=False),
        text("settled_by"),
        moment("settled_at"),
        text("why"),
        sa.PrimaryKeyConstraint("digest", "number", name="pk_inbox_row"),
        sa.ForeignKeyConstraint(["digest"], ["inbox_file.digest"], name="fk_inbox_row_digest"),
        codes("inbox_row", "state", ("kept", "waiting", "settled")),
        checked("inbox_row", "kept", "state <> 'kept' OR referral_id IS NOT NULL"),
    )
    op.create_index("ix_inbox_row_state", "inbox_row", ["state"])


def downgrade() -> None:
    op.drop_table("inbox_row")
    op.drop_table("inbox_file")
