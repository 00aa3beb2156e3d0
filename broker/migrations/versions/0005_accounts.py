"""Who may sign in: organisations, accounts, sessions and tokens.

Revision 0005.
"""

import sqlalchemy as sa
from alembic import op

from broker.migrations.shapes import checked, codes, moment, not_negative, text, whole

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ROLES = (
    "broker",
    "assessor",
    "verifier",
    "nominated_officer",
    "director",
    "registered_manager",
    "provider",
    "commissioner",
    "finance",
    "auditor",
    "administrator",
)


def upgrade() -> None:
    op.create_table(
        "organisation",
        text("organisation_id", required=True),
        text("kind", required=True),
        text("name", required=True),
        sa.PrimaryKeyConstraint("organisation_id", name="pk_organisation"),
        codes("organisation", "kind", ("partnership", "borough", "provider")),
    )
    op.create_table(
        "account",
        text("account_id", required=True),
        text("organisation_id", required=True),
        text("role", required=True),
        sa.Column("program", sa.Boolean(), nullable=False),
        text("secret_hash"),
        text("subject"),
        whole("failures", required=True),
        moment("locked_until"),
        moment("made_at", required=True),
        moment("ended_at"),
        sa.PrimaryKeyConstraint("account_id", name="pk_account"),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.organisation_id"],
            name="fk_account_organisation_id",
        ),
        codes("account", "role", _ROLES),
        *not_negative("account", "failures"),
    )
    known = sa.text("subject IS NOT NULL")
    op.create_index(
        "uq_account_subject",
        "account",
        ["subject"],
        unique=True,
        sqlite_where=known,
        postgresql_where=known,
    )
    op.create_table(
        "account_home",
        text("account_id", required=True),
        text("home_id", required=True),
        sa.PrimaryKeyConstraint("account_id", "home_id", name="pk_account_home"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.account_id"], name="fk_account_home_account_id"
        ),
        sa.ForeignKeyConstraint(["home_id"], ["home.home_id"], name="fk_account_home_home_id"),
    )
    op.create_table(
        "access",
        text("digest", required=True),
        text("kind", required=True),
        text("account_id", required=True),
        moment("made_at", required=True),
        moment("used_at", required=True),
        moment("ends_at", required=True),
        sa.PrimaryKeyConstraint("digest", name="pk_access"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.account_id"], name="fk_access_account_id"
        ),
        codes("access", "kind", ("session", "token")),
        checked("access", "digest", "length(digest) = 64"),
    )
    op.create_index("ix_access_account_id", "access", ["account_id"])


def downgrade() -> None:
    for table in ("access", "account_home", "account", "organisation"):
        op.drop_table(table)
