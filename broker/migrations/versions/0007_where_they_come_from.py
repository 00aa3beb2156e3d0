"""Placements: the home in which the young person lives until they move in.

Revision 0007.
"""

from alembic import op

from broker.migrations.shapes import text

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("placement", text("from_home"))
    op.create_index("ix_placement_from_home", "placement", ["from_home"])


def downgrade() -> None:
    op.drop_index("ix_placement_from_home", "placement")
    op.drop_column("placement", "from_home")
