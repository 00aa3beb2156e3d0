"""Events are told to other systems: an outbox written with each step, and how each telling stands.

Revision 0021.
"""

import sqlalchemy as sa
from alembic import op

from broker.migrations.shapes import checked, codes, moment, not_negative, serial, text, whole

revision = "0021"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "subscription",
        serial("subscription_id"),
        text("target", required=True),
        text("kinds", required=True),
        text("borough"),
        moment("made_at", required=True),
        text("made_by", required=True),
        moment("ended_at"),
        text("ended_by"),
        sa.PrimaryKeyConstraint("subscription_id", name="pk_subscription"),
        checked("subscription", "ended", "(ended_at IS NULL) = (ended_by IS NULL)"),
    )
    op.create_table(
        "event",
        serial("event_id"),
        text("referral_id", required=True),
        text("young_person_id", required=True),
        text("borough", required=True),
        whole("number", required=True),
        text("kind", required=True),
        text("home_id"),
        moment("happened_at", required=True),
        sa.PrimaryKeyConstraint("event_id", name="pk_event"),
        sa.ForeignKeyConstraint(["referral_id"], ["life.referral_id"], name="fk_event_referral_id"),
        sa.UniqueConstraint("referral_id", "number", "kind", name="uq_event_step"),
        codes("event", "kind", ("offer", "decision", "decision_undone", "moving_in", "ending")),
    )
    op.create_table(
        "delivery",
        serial("delivery_id"),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("subscription_id", sa.BigInteger(), nullable=False),
        text("referral_id", required=True),
        text("young_person_id", required=True),
        text("state", required=True),
        whole("attempt", required=True),
        moment("due_at", required=True),
        text("worker"),
        moment("lease_until"),
        moment("delivered_at"),
        text("said"),
        sa.PrimaryKeyConstraint("delivery_id", name="pk_delivery"),
        sa.ForeignKeyConstraint(["event_id"], ["event.event_id"], name="fk_delivery_event_id"),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["subscription.subscription_id"],
            name="fk_delivery_subscription_id",
        ),
        sa.UniqueConstraint("event_id", "subscription_id", name="uq_delivery_event"),
        codes("delivery", "state", ("waiting", "delivered", "dead", "dropped")),
        checked("delivery", "leased", "(worker IS NULL) = (lease_until IS NULL)"),
        checked("delivery", "done", "(state = 'delivered') = (delivered_at IS NOT NULL)"),
        *not_negative("delivery", "attempt"),
    )
    op.create_index("ix_delivery_due", "delivery", ["state", "due_at"])
    op.create_index(
        "ix_delivery_order", "delivery", ["subscription_id", "young_person_id", "delivery_id"]
    )


def downgrade() -> None:
    for name in ("delivery", "event", "subscription"):
        op.drop_table(name)
