"""Which referrals a list showed to whoever looked, and what the audit is searched by.

Entries made before this step name the list alone.

Revision 0026.
"""

import sqlalchemy as sa
from alembic import op

from broker.migrations.shapes import allow_changes, forbid_changes, guards_of, text

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_SEARCHED = {
    "ix_audit_record_id": ["record_id", "number"],
    "ix_audit_act": ["act", "number"],
    "ix_audit_organisation": ["organisation", "number"],
    "ix_audit_at": ["at"],
}


def upgrade() -> None:
    op.create_table(
        "audit_showed",
        sa.Column("number", sa.BigInteger(), nullable=False),
        text("record_id", required=True),
        sa.PrimaryKeyConstraint("number", "record_id", name=op.f("pk_audit_showed")),
        sa.ForeignKeyConstraint(["number"], ["audit.number"], name=op.f("fk_audit_showed_number")),
    )
    op.create_index("ix_audit_showed_record_id", "audit_showed", ["record_id", "number"])
    for name, columns in _SEARCHED.items():
        op.create_index(name, "audit", columns)
    forbid_changes("audit_showed")


def downgrade() -> None:
    allow_changes("audit_showed", *guards_of("audit_showed"))
    for name in _SEARCHED:
        op.drop_index(name, "audit")
    op.drop_table("audit_showed")
