"""Registers: agreements, assessments by young people, training and due diligence.

Revision 0006.
"""

import sqlalchemy as sa
from alembic import op

from broker.migrations.shapes import codes, forbid_changes, moment, serial, text

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "register_entry",
        serial("number"),
        text("register_name", required=True),
        text("key", required=True),
        text("subject", required=True),
        moment("made_at", required=True),
        text("made_by", required=True),
        sa.Column("holds_from", sa.Date()),
        sa.Column("holds_to", sa.Date()),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_register_entry"),
        codes(
            "register_entry",
            "register_name",
            ("agreements", "assessments", "training", "due_diligence"),
        ),
    )
    op.create_index("ix_register_entry_key", "register_entry", ["register_name", "key", "number"])
    forbid_changes("register_entry")


def downgrade() -> None:
    op.drop_table("register_entry")
