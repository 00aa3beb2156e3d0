"""Referrals' lives: steps, offers, placements one to a place, places out of use, and the audit.

Revision 0004.
"""

import sqlalchemy as sa
from alembic import op

from broker.migrations.shapes import (
    checked,
    codes,
    forbid_changes,
    moment,
    serial,
    steps_never_change,
    text,
    whole,
)

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_LIVE = sa.text("state NOT IN ('ended', 'withdrawn')")
_STATES = (
    "draft",
    "received",
    "banded",
    "verified",
    "shortlisted",
    "offered",
    "accepted",
    "confirmed",
    "moved_in",
    "stepping_down",
    "ended",
    "withdrawn",
)


def upgrade() -> None:
    op.create_table(
        "life",
        text("referral_id", required=True),
        text("young_person_id", required=True),
        text("borough", required=True),
        text("state", required=True),
        whole("version", required=True),
        sa.Column("emergency", sa.Boolean(), nullable=False),
        moment("opened_at", required=True),
        moment("changed_at", required=True),
        sa.Column("needed_by", sa.Date()),
        sa.Column("date_of_birth", sa.Date()),
        text("sex"),
        text("band"),
        sa.Column("due_on", sa.Date()),
        text("home_id"),
        text("former"),
        sa.PrimaryKeyConstraint("referral_id", name="pk_life"),
        codes("life", "state", _STATES),
        checked("life", "version", "version > 0"),
    )
    op.create_index("ix_life_young_person_id", "life", ["young_person_id"])
    op.create_index("ix_life_state_borough", "life", ["state", "borough"])
    op.create_index("ix_life_borough", "life", ["borough"])
    op.create_index(
        "uq_life_live_young_person",
        "life",
        ["young_person_id"],
        unique=True,
        sqlite_where=_LIVE,
        postgresql_where=_LIVE,
    )
    op.create_table(
        "step",
        text("referral_id", required=True),
        whole("number", required=True),
        text("kind", required=True),
        moment("taken_at", required=True),
        sa.Column("taken_on", sa.Date(), nullable=False),
        text("taken_by", required=True),
        text("role", required=True),
        text("organisation", required=True),
        sa.Column("said", sa.JSON()),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("referral_id", "number", name="pk_step"),
        _of_life("step"),
    )
    op.create_table(
        "offer",
        text("referral_id", required=True),
        whole("number", required=True),
        text("home_id", required=True),
        text("state", required=True),
        text("band"),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("answered_on", sa.Date()),
        text("code"),
        sa.PrimaryKeyConstraint("referral_id", "number", name="pk_offer"),
        _of_life("offer"),
        _of_home("offer"),
        codes("offer", "state", ("open", "accepted", "declined", "withdrawn")),
    )
    op.create_index("ix_offer_home_state", "offer", ["home_id", "state"])
    op.create_table(
        "placement",
        text("referral_id", required=True),
        text("young_person_id", required=True),
        text("borough", required=True),
        text("home_id", required=True),
        whole("place", required=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date()),
        sa.Column("planned_until", sa.Date(), nullable=False),
        sa.Column("moved_in_on", sa.Date()),
        sa.PrimaryKeyConstraint("referral_id", name="pk_placement"),
        _of_life("placement"),
        _of_home("placement"),
        checked("placement", "place", "place > 0"),
        checked("placement", "days", "ends_on IS NULL OR ends_on >= starts_on"),
    )
    op.create_index("ix_placement_young_person_id", "placement", ["young_person_id"])
    op.create_index("ix_placement_home", "placement", ["home_id", "place"])
    op.create_table(
        "out_of_use",
        serial("row_id"),
        text("home_id", required=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        whole("places", required=True),
        text("side", required=True),
        text("reason", required=True),
        text("referral_id"),
        sa.PrimaryKeyConstraint("row_id", name="pk_out_of_use"),
        _of_life("out_of_use"),
        _of_home("out_of_use"),
        codes("out_of_use", "side", ("provider", "partnership")),
        checked("out_of_use", "places", "places >= 0"),
        checked("out_of_use", "days", "ends_on > starts_on"),
    )
    op.create_index("ix_out_of_use_home", "out_of_use", ["home_id"])
    op.create_table(
        "vacancy",
        serial("row_id"),
        text("home_id", required=True),
        moment("said_at", required=True),
        text("said_by", required=True),
        whole("free_places", required=True),
        sa.PrimaryKeyConstraint("row_id", name="pk_vacancy"),
        _of_home("vacancy"),
        checked("vacancy", "free_places", "free_places >= 0"),
    )
    op.create_index("ix_vacancy_home", "vacancy", ["home_id", "row_id"])
    op.create_table(
        "audit",
        sa.Column("number", sa.BigInteger(), nullable=False, autoincrement=False),
        moment("at", required=True),
        text("actor", required=True),
        text("role", required=True),
        text("organisation", required=True),
        text("via", required=True),
        text("act", required=True),
        text("record_kind", required=True),
        text("record_id", required=True),
        text("digest", required=True),
        text("previous", required=True),
        text("hash", required=True),
        sa.PrimaryKeyConstraint("number", name="pk_audit"),
        checked("audit", "hash", "length(hash) = 64 AND length(previous) = 64"),
        checked("audit", "digest", "length(digest) = 64"),
    )
    op.create_index("ix_audit_record", "audit", ["record_kind", "record_id"])
    op.create_index("ix_audit_actor", "audit", ["actor", "number"])
    op.create_table(
        "audit_value",
        sa.Column("number", sa.BigInteger(), nullable=False, autoincrement=False),
        text("salt", required=True),
        text("why"),
        sa.Column("before", sa.JSON()),
        sa.Column("after", sa.JSON()),
        sa.PrimaryKeyConstraint("number", name="pk_audit_value"),
        sa.ForeignKeyConstraint(["number"], ["audit.number"], name="fk_audit_value_number"),
    )
    op.create_table(
        "idempotency_key",
        text("actor", required=True),
        text("key", required=True),
        text("digest", required=True),
        moment("used_at", required=True),
        whole("status", required=True),
        text("location"),
        text("etag"),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("actor", "key", name="pk_idempotency_key"),
        checked("idempotency_key", "digest", "length(digest) = 64"),
    )
    forbid_changes("audit")
    steps_never_change()
    _one_place_one_placement()


def downgrade() -> None:
    for table in (
        "idempotency_key",
        "audit_value",
        "audit",
        "vacancy",
        "out_of_use",
        "placement",
        "offer",
        "step",
        "life",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION IF EXISTS broker_steps_never_change()")


def _of_life(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["referral_id"], ["life.referral_id"], name=f"fk_{table}_referral_id"
    )


def _of_home(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["home_id"], ["home.home_id"], name=f"fk_{table}_home_id")


def _one_place_one_placement() -> None:
    """No two placements of one place, nor of one young person, share a day."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public")
        schema = (
            op.get_bind()
            .execute(
                sa.text(
                    "SELECT quote_ident(nspname) FROM pg_extension JOIN pg_namespace "
                    "ON pg_namespace.oid = extnamespace WHERE extname = 'btree_gist'"
                )
            )
            .scalar_one()
        )
        kinds = f"{schema}.gist_text_ops", f"{schema}.gist_int4_ops"
        op.execute(
            "ALTER TABLE placement ADD CONSTRAINT ex_placement_place EXCLUDE USING gist "
            f"(home_id {kinds[0]} WITH OPERATOR(pg_catalog.=), place {kinds[1]} WITH "
            "OPERATOR(pg_catalog.=), daterange(starts_on, ends_on) WITH OPERATOR(pg_catalog.&&))"
        )
        op.execute(
            "ALTER TABLE placement ADD CONSTRAINT ex_placement_young_person EXCLUDE USING gist "
            f"(young_person_id {kinds[0]} WITH OPERATOR(pg_catalog.=), "
            "daterange(starts_on, ends_on) WITH OPERATOR(pg_catalog.&&))"
        )
        return
    for name, same in (
        ("place", "p.home_id = NEW.home_id AND p.place = NEW.place"),
        ("young_person", "p.young_person_id = NEW.young_person_id"),
    ):
        for change in ("INSERT", "UPDATE"):
            op.execute(
                f"CREATE TRIGGER ex_placement_{name}_{change.lower()} BEFORE {change} ON placement "
                "WHEN (NEW.ends_on IS NULL OR NEW.ends_on > NEW.starts_on) AND EXISTS ("
                f"SELECT 1 FROM placement p WHERE p.referral_id <> NEW.referral_id AND {same} "
                "AND (p.ends_on IS NULL OR p.ends_on > p.starts_on) "
                "AND (p.ends_on IS NULL OR p.ends_on > NEW.starts_on) "
                "AND (NEW.ends_on IS NULL OR NEW.ends_on > p.starts_on)) "
                f"BEGIN SELECT RAISE(ABORT, 'ex_placement_{name}'); END"
            )
