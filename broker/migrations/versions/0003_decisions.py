"""Decisions: a person pins a young person to a home, or rules the home out.

Revision 0003.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "decision",
        sa.Column("referral_id", sa.String(), nullable=False),
        sa.Column("home_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("override", sa.String()),
        sa.PrimaryKeyConstraint("referral_id", "home_id", name="pk_decision"),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referral.referral_id"], name="fk_decision_referral_id"
        ),
        sa.ForeignKeyConstraint(["home_id"], ["home.home_id"], name="fk_decision_home_id"),
        sa.CheckConstraint("kind IN ('pin', 'ban')", name=op.f("ck_decision_kind")),
        sa.CheckConstraint("kind = 'pin' OR override IS NULL", name=op.f("ck_decision_override")),
    )


def downgrade() -> None:
    op.drop_table("decision")
