"""The first records: every file of the case, contracts, history and match runs.

Revision 0001, the first.
"""

import sqlalchemy as sa
from alembic import op

from broker.migrations.shapes import (
    checked,
    codes,
    forbid_changes,
    moment,
    not_negative,
    serial,
    text,
    whole,
)

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BANDS = ("low", "medium", "high", "specialist")
SEXES = ("M", "F", "U")
COMPANIONS = ("solo", "with_others", "only_older", "only_younger", "no_preference")
PROVISIONS = ("childrens_home", "supported_accommodation")

NEVER_CHANGED = ("contract", "match_run", "row_change")


def upgrade() -> None:
    _homes()
    _people()
    _safety()
    _records()
    for table in NEVER_CHANGED:
        forbid_changes(table)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in NEVER_CHANGED:
            op.execute(f"DROP TRIGGER {table}_never_changes ON {table}")
        op.execute("DROP FUNCTION broker_never_changes()")
    for table in (
        *("match_run", "row_change", "contract", "policy"),
        *("safety_file", "decline", "avoid", "relationship"),
        *("wish", "person_or_place", "resident", "referral"),
        *("adjoining", "share", "rate", "home"),
    ):
        op.drop_table(table)


def _homes() -> None:
    op.create_table(
        "home",
        text("home_id", required=True),
        text("name"),
        text("provider"),
        text("borough", required=True),
        *_where(),
        text("provision", required=True),
        text("registration", required=True),
        text("judgement"),
        sa.Column("due_diligence", sa.Boolean()),
        whole("min_age", required=True),
        whole("max_age", required=True),
        text("sexes", required=True),
        text("bands", required=True),
        text("supports"),
        whole("places", required=True),
        whole("max_high"),
        whole("load_limit"),
        whole("max_arrivals"),
        text("contract"),
        *_closed(),
        sa.PrimaryKeyConstraint("home_id", name="pk_home"),
        codes("home", "provision", PROVISIONS),
        codes("home", "registration", ("registered", "restricted", "suspended", "cancelled")),
        codes(
            "home",
            "judgement",
            ("outstanding", "good", "requires_improvement", "inadequate", "not_yet"),
        ),
        checked("home", "ages", "min_age >= 0 AND min_age <= max_age"),
        checked("home", "grid_whole", "(easting IS NULL) = (northing IS NULL)"),
        checked("home", "closed_whole", "(closed_at IS NULL) = (closed_reason IS NULL)"),
        *not_negative("home", "places", "max_high", "load_limit", "max_arrivals"),
    )
    op.create_table(
        "rate",
        sa.Column("row_id", sa.Integer(), nullable=False),
        text("home_id", required=True),
        text("band", required=True),
        sa.Column("weekly_fee_pence", sa.BigInteger(), nullable=False),
        sa.Column("marginal_weekly_fee_pence", sa.BigInteger()),
        sa.Column("starts_on", sa.Date()),
        sa.Column("ends_on", sa.Date()),
        sa.PrimaryKeyConstraint("row_id", name="pk_rate"),
        _refers("rate", "home_id", "home"),
        codes("rate", "band", BANDS),
        checked("rate", "days", "starts_on < ends_on"),
        *not_negative("rate", "weekly_fee_pence", "marginal_weekly_fee_pence"),
    )
    _unique_where("uq_rate_from", "rate", ["home_id", "band", "starts_on"], "starts_on IS NOT NULL")
    _unique_where("uq_rate_from_ever", "rate", ["home_id", "band"], "starts_on IS NULL")
    op.create_table(
        "share",
        text("contract", required=True),
        text("borough", required=True),
        whole("places", required=True),
        sa.PrimaryKeyConstraint("contract", "borough", name="pk_share"),
        *not_negative("share", "places"),
    )
    op.create_table(
        "adjoining",
        text("a", required=True),
        text("b", required=True),
        sa.PrimaryKeyConstraint("a", "b", name="pk_adjoining"),
        checked("adjoining", "two", "a <> b"),
    )


def _people() -> None:
    op.create_table(
        "referral",
        text("referral_id", required=True),
        text("young_person_id", required=True),
        text("borough", required=True),
        sa.Column("date_of_birth", sa.Date(), nullable=False),
        text("sex", required=True),
        text("band", required=True),
        text("band_status", required=True),
        text("needs"),
        *_where(),
        text("nearness", required=True),
        whole("min_distance_tenths"),
        whole("max_distance_tenths"),
        sa.Column("needed_by", sa.Date(), nullable=False),
        sa.Column("waiting_since", sa.Date()),
        whole("planned_months"),
        whole("moves_last_12_months"),
        text("sibling_group"),
        text("siblings"),
        text("living_companions"),
        text("provision", required=True),
        sa.Column("dol", sa.Boolean(), nullable=False),
        *_closed(),
        sa.PrimaryKeyConstraint("referral_id", name="pk_referral"),
        codes("referral", "sex", SEXES),
        codes("referral", "band", BANDS),
        codes("referral", "band_status", ("confirmed", "provisional")),
        codes("referral", "nearness", ("near", "neutral", "away")),
        codes("referral", "siblings", ("together", "preferred", "apart_ok")),
        codes("referral", "living_companions", COMPANIONS),
        checked("referral", "grid_whole", "(easting IS NULL) = (northing IS NULL)"),
        checked("referral", "closed_whole", "(closed_at IS NULL) = (closed_reason IS NULL)"),
        *not_negative("referral", "min_distance_tenths", "max_distance_tenths"),
        *not_negative("referral", "planned_months", "moves_last_12_months"),
    )
    _unique_where(
        "uq_referral_open_young_person", "referral", ["young_person_id"], "closed_at IS NULL"
    )
    op.create_table(
        "resident",
        text("young_person_id", required=True),
        text("home_id", required=True),
        text("borough", required=True),
        text("band", required=True),
        sa.Column("date_of_birth", sa.Date(), nullable=False),
        text("sex"),
        sa.Column("leaves_on", sa.Date()),
        text("leaving"),
        text("living_companions"),
        text("sibling_group"),
        sa.PrimaryKeyConstraint("young_person_id", name="pk_resident"),
        _refers("resident", "home_id", "home"),
        codes("resident", "band", BANDS),
        codes("resident", "sex", SEXES),
        codes("resident", "leaving", ("confirmed", "expected")),
        codes("resident", "living_companions", COMPANIONS),
    )
    op.create_index("ix_resident_home_id", "resident", ["home_id"])
    op.create_table(
        "person_or_place",
        sa.Column("row_id", sa.Integer(), nullable=False),
        text("referral_id", required=True),
        text("what", required=True),
        *_where(),
        whole("visits_per_month", required=True),
        sa.Column("keep", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("row_id", name="pk_person_or_place"),
        _refers("person_or_place", "referral_id", "referral"),
        codes(
            "person_or_place", "what", ("school", "family", "friend", "health", "faith", "other")
        ),
        checked("person_or_place", "grid_whole", "(easting IS NULL) = (northing IS NULL)"),
        *not_negative("person_or_place", "visits_per_month"),
    )
    op.create_index("ix_person_or_place_referral_id", "person_or_place", ["referral_id"])
    op.create_table(
        "wish",
        text("referral_id", required=True),
        text("home_id", required=True),
        text("wish", required=True),
        sa.Column("said_on", sa.Date()),
        text("words"),
        sa.PrimaryKeyConstraint("referral_id", "home_id", name="pk_wish"),
        _refers("wish", "referral_id", "referral"),
        _refers("wish", "home_id", "home"),
        codes("wish", "wish", ("wants", "unsure", "against")),
    )


def _safety() -> None:
    op.create_table(
        "relationship",
        text("a", required=True),
        text("b", required=True),
        text("kind", required=True),
        sa.PrimaryKeyConstraint("a", "b", "kind", name="pk_relationship"),
        codes("relationship", "kind", ("must_not_live_together", "caution")),
        checked("relationship", "two", "a <> b"),
    )
    op.create_table(
        "avoid",
        sa.Column("row_id", sa.Integer(), nullable=False),
        text("young_person_id", required=True),
        text("kind", required=True),
        text("borough"),
        text("home_id"),
        whole("easting"),
        whole("northing"),
        whole("tenths"),
        sa.PrimaryKeyConstraint("row_id", name="pk_avoid"),
        _refers("avoid", "home_id", "home"),
        codes("avoid", "kind", ("borough", "home", "radius")),
        checked("avoid", "borough_given", "(kind = 'borough') = (borough IS NOT NULL)"),
        checked("avoid", "home_given", "(kind = 'home') = (home_id IS NOT NULL)"),
        checked("avoid", "radius_given", "(kind = 'radius') = (tenths IS NOT NULL)"),
        checked("avoid", "easting_given", "(kind = 'radius') = (easting IS NOT NULL)"),
        checked("avoid", "northing_given", "(kind = 'radius') = (northing IS NOT NULL)"),
        *not_negative("avoid", "tenths"),
    )
    op.create_index("ix_avoid_young_person_id", "avoid", ["young_person_id"])
    op.create_table(
        "decline",
        text("referral_id", required=True),
        text("home_id", required=True),
        text("reason"),
        sa.PrimaryKeyConstraint("referral_id", "home_id", name="pk_decline"),
        _refers("decline", "referral_id", "referral"),
        _refers("decline", "home_id", "home"),
    )
    op.create_table(
        "safety_file",
        text("file", required=True),
        moment("given_at", required=True),
        text("given_by", required=True),
        sa.PrimaryKeyConstraint("file", name="pk_safety_file"),
        codes("safety_file", "file", ("relationships.csv", "avoid.csv", "declines.csv")),
    )


def _records() -> None:
    op.create_table(
        "policy",
        sa.Column("row_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        text("text", required=True),
        sa.PrimaryKeyConstraint("row_id", name="pk_policy"),
        checked("policy", "one", "row_id = 1"),
    )
    op.create_table(
        "contract",
        serial("row_id"),
        text("contract_id", required=True),
        text("version", required=True),
        text("name", required=True),
        text("kind", required=True),
        text("file", required=True),
        text("text", required=True),
        moment("imported_at", required=True),
        text("imported_by", required=True),
        sa.PrimaryKeyConstraint("row_id", name="pk_contract"),
        checked("contract", "version", "length(version) = 64"),
    )
    op.create_index("ix_contract_contract_id", "contract", ["contract_id"])
    op.create_table(
        "row_change",
        serial("row_id"),
        text("table_name", required=True),
        text("row_key", required=True),
        moment("changed_at", required=True),
        text("changed_by", required=True),
        text("kind", required=True),
        text("reason"),
        sa.Column("before", sa.JSON()),
        sa.Column("after", sa.JSON()),
        sa.PrimaryKeyConstraint("row_id", name="pk_row_change"),
        codes("row_change", "kind", ("insert", "update", "close", "reopen", "remove")),
    )
    op.create_index("ix_row_change_row", "row_change", ["table_name", "row_key"])
    op.create_table(
        "match_run",
        serial("run_id"),
        moment("started_at", required=True),
        moment("finished_at", required=True),
        text("asked_by", required=True),
        text("status", required=True),
        text("case_sha256", required=True),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        whole("placed", required=True),
        whole("unplaced", required=True),
        text("policy", required=True),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        text("software", required=True),
        sa.PrimaryKeyConstraint("run_id", name="pk_match_run"),
        codes("match_run", "status", ("optimal", "feasible", "no_referrals")),
        checked("match_run", "case_sha256", "length(case_sha256) = 64"),
    )


def _where() -> list[sa.Column[int] | sa.Column[str]]:
    return [whole("easting"), whole("northing"), text("postcode")]


def _closed() -> list[sa.Column[object] | sa.Column[str]]:
    return [moment("closed_at"), text("closed_reason")]


def _refers(table: str, column: str, owner: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{owner}.{column}"], name=f"fk_{table}_{column}")


def _unique_where(name: str, table: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, unique=True, sqlite_where=where, postgresql_where=where)
