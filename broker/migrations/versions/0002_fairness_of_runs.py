"""Keep with every match how its plan shares out; of earlier matches it is not known.

Revision 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("match_run", sa.Column("fairness", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("match_run", "fairness")
