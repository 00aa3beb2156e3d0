"""Statutory returns that were loaded, and their episodes as they were mended.

Revision 0024.
"""

import sqlalchemy as sa
from alembic import op

from broker.migrations.shapes import checked, moment, not_negative, text, whole

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

FATES = ("rows_read", "loaded", "replaced", "copies", "refused")


def upgrade() -> None:
    op.create_table(
        "return_source",
        text("source", required=True),
        text("sha256", required=True),
        text("named_by", required=True),
        moment("loaded_at", required=True),
        text("loaded_by", required=True),
        *(whole(name, required=True) for name in FATES),
        sa.PrimaryKeyConstraint("source", name="pk_return_source"),
        checked("return_source", "sha256", "length(sha256) = 64"),
        *not_negative("return_source", *FATES),
        checked("return_source", "fates", "rows_read = loaded + replaced + copies + refused"),
    )
    op.create_table(
        "return_episode",
        text("source", required=True),
        text("file", required=True),
        whole("row", required=True),
        whole("person", required=True),
        text("borough", required=True),
        whole("collection", required=True),
        text("sex", required=True),
        whole("age", required=True),
        sa.Column("unaccompanied", sa.Boolean(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date()),
        text("began_code", required=True),
        text("legal_code", required=True),
        text("need_code"),
        text("place_code", required=True),
        text("place_provider_code"),
        text("ceased_code"),
        text("change_code"),
        text("home_id"),
        sa.Column("in_area", sa.Boolean()),
        whole("distance_tenths"),
        sa.Column("mended", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("source", "file", "row", name="pk_return_episode"),
        sa.ForeignKeyConstraint(
            ["source"], ["return_source.source"], name="fk_return_episode_source"
        ),
        *not_negative("return_episode", "person", "age", "distance_tenths"),
    )


def downgrade() -> None:
    op.drop_table("return_episode")
    op.drop_table("return_source")
