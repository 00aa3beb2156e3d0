"""The homes on each shortlist, so that a provider finds whom its homes are thought of for."""

import json

import sqlalchemy as sa
from alembic import op

from broker.migrations.shapes import text

revision = "0014"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    shortlisted = op.create_table(
        "shortlisted",
        text("referral_id", required=True),
        text("home_id", required=True),
        sa.PrimaryKeyConstraint("referral_id", "home_id", name="pk_shortlisted"),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["life.referral_id"], name="fk_shortlisted_referral_id"
        ),
        sa.ForeignKeyConstraint(["home_id"], ["home.home_id"], name="fk_shortlisted_home_id"),
    )
    op.create_index("ix_shortlisted_home_id", "shortlisted", ["home_id"])
    newest: dict[str, list[str]] = {}
    query = sa.text(
        "SELECT referral_id, said FROM step WHERE kind = 'shortlist' ORDER BY referral_id, number"
    )
    for referral, said in op.get_bind().execute(query):
        told = json.loads(said) if isinstance(said, str) else said
        if told is not None:
            newest[referral] = [home["home_id"] for home in told["homes"]]
    rows = [{"referral_id": one, "home_id": home} for one in newest for home in newest[one]]
    if rows:
        op.bulk_insert(shortlisted, rows)


def downgrade() -> None:
    op.drop_table("shortlisted")
