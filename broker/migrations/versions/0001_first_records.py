"""The first records: every file of the case, contracts, history and match runs.

Revision 0001, the first.
"""

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

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
        _forbid_changes(table)


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
        _text("home_id", required=True),
        _text("name"),
        _text("provider"),
        _text("borough", required=True),
        *_where(),
        _text("provision", required=True),
        _text("registration", required=True),
        _text("judgement"),
        sa.Column("due_diligence", sa.Boolean()),
        _whole("min_age", required=True),
        _whole("max_age", required=True),
        _text("sexes", required=True),
        _text("bands", required=True),
        _text("supports"),
        _whole("places", required=True),
        _whole("max_high"),
        _whole("load_limit"),
        _whole("max_arrivals"),
        _text("contract"),
        *_closed(),
        sa.PrimaryKeyConstraint("home_id", name="pk_home"),
        _codes("home", "provision", PROVISIONS),
        _codes("home", "registration", ("registered", "restricted", "suspended", "cancelled")),
        _codes(
            "home",
            "judgement",
            ("outstanding", "good", "requires_improvement", "inadequate", "not_yet"),
        ),
        _check("home", "ages", "min_age >= 0 AND min_age <= max_age"),
        _check("home", "grid_whole", "(easting IS NULL) = (northing IS NULL)"),
        _check("home", "closed_whole", "(closed_at IS NULL) = (closed_reason IS NULL)"),
        *_not_negative("home", "places", "max_high", "load_limit", "max_arrivals"),
    )
    op.create_table(
        "rate",
        sa.Column("row_id", sa.Integer(), nullable=False),
        _text("home_id", required=True),
        _text("band", required=True),
        sa.Column("weekly_fee_pence", sa.BigInteger(), nullable=False),
        sa.Column("marginal_weekly_fee_pence", sa.BigInteger()),
        sa.Column("starts_on", sa.Date()),
        sa.Column("ends_on", sa.Date()),
        sa.PrimaryKeyConstraint("row_id", name="pk_rate"),
        _refers("rate", "home_id", "home"),
        _codes("rate", "band", BANDS),
        _check("rate", "days", "starts_on < ends_on"),
        *_not_negative("rate", "weekly_fee_pence", "marginal_weekly_fee_pence"),
    )
    _unique_where("uq_rate_from", "rate", ["home_id", "band", "starts_on"], "starts_on IS NOT NULL")
    _unique_where("uq_rate_from_ever", "rate", ["home_id", "band"], "starts_on IS NULL")
    op.create_table(
        "share",
        _text("contract", required=True),
        _text("borough", required=True),
        _whole("places", required=True),
        sa.PrimaryKeyConstraint("contract", "borough", name="pk_share"),
        *_not_negative("share", "places"),
    )
    op.create_table(
        "adjoining",
        _text("a", required=True),
        _text("b", required=True),
        sa.PrimaryKeyConstraint("a", "b", name="pk_adjoining"),
        _check("adjoining", "two", "a <> b"),
    )


def _people() -> None:
    op.create_table(
        "referral",
        _text("referral_id", required=True),
        _text("young_person_id", required=True),
        _text("borough", required=True),
        sa.Column("date_of_birth", sa.Date(), nullable=False),
        _text("sex", required=True),
        _text("band", required=True),
        _text("band_status", required=True),
        _text("needs"),
        *_where(),
        _text("nearness", required=True),
        _whole("min_distance_tenths"),
        _whole("max_distance_tenths"),
        sa.Column("needed_by", sa.Date(), nullable=False),
        sa.Column("waiting_since", sa.Date()),
        _whole("planned_months"),
        _whole("moves_last_12_months"),
        _text("sibling_group"),
        _text("siblings"),
        _text("living_companions"),
        _text("provision", required=True),
        sa.Column("dol", sa.Boolean(), nullable=False),
        *_closed(),
        sa.PrimaryKeyConstraint("referral_id", name="pk_referral"),
        _codes("referral", "sex", SEXES),
        _codes("referral", "band", BANDS),
        _codes("referral", "band_status", ("confirmed", "provisional")),
        _codes("referral", "nearness", ("near", "neutral", "away")),
        _codes("referral", "siblings", ("together", "preferred", "apart_ok")),
        _codes("referral", "living_companions", COMPANIONS),
        _check("referral", "grid_whole", "(easting IS NULL) = (northing IS NULL)"),
        _check("referral", "closed_whole", "(closed_at IS NULL) = (closed_reason IS NULL)"),
        *_not_negative("referral", "min_distance_tenths", "max_distance_tenths"),
        *_not_negative("referral", "planned_months", "moves_last_12_months"),
    )
    _unique_where(
        "uq_referral_open_young_person", "referral", ["young_person_id"], "closed_at IS NULL"
    )
    op.create_table(
        "resident",
        _text("young_person_id", required=True),
        _text("home_id", required=True),
        _text("borough", required=True),
        _text("band", required=True),
        sa.Column("date_of_birth", sa.Date(), nullable=False),
        _text("sex"),
        sa.Column("leaves_on", sa.Date()),
        _text("leaving"),
        _text("living_companions"),
        _text("sibling_group"),
        sa.PrimaryKeyConstraint("young_person_id", name="pk_resident"),
        _refers("resident", "home_id", "home"),
        _codes("resident", "band", BANDS),
        _codes("resident", "sex", SEXES),
        _codes("resident", "leaving", ("confirmed", "expected")),
        _codes("resident", "living_companions", COMPANIONS),
    )
    op.create_index("ix_resident_home_id", "resident", ["home_id"])
    op.create_table(
        "person_or_place",
        sa.Column("row_id", sa.Integer(), nullable=False),
        _text("referral_id", required=True),
        _text("what", required=True),
        *_where(),
        _whole("visits_per_month", required=True),
        sa.Column("keep", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("row_id", name="pk_person_or_place"),
        _refers("person_or_place", "referral_id", "referral"),
        _codes(
            "person_or_place", "what", ("school", "family", "friend", "health", "faith", "other")
        ),
        _check("person_or_place", "grid_whole", "(easting IS NULL) = (northing IS NULL)"),
        *_not_negative("person_or_place", "visits_per_month"),
    )
    op.create_index("ix_person_or_place_referral_id", "person_or_place", ["referral_id"])
    op.create_table(
        "wish",
        _text("referral_id", required=True),
        _text("home_id", required=True),
        _text("wish", required=True),
        sa.Column("said_on", sa.Date()),
        _text("words"),
        sa.PrimaryKeyConstraint("referral_id", "home_id", name="pk_wish"),
        _refers("wish", "referral_id", "referral"),
        _refers("wish", "home_id", "home"),
        _codes("wish", "wish", ("wants", "unsure", "against")),
    )


def _safety() -> None:
    op.create_table(
        "relationship",
        _text("a", required=True),
        _text("b", required=True),
        _text("kind", required=True),
        sa.PrimaryKeyConstraint("a", "b", "kind", name="pk_relationship"),
        _codes("relationship", "kind", ("must_not_live_together", "caution")),
        _check("relationship", "two", "a <> b"),
    )
    op.create_table(
        "avoid",
        sa.Column("row_id", sa.Integer(), nullable=False),
        _text("young_person_id", required=True),
        _text("kind", required=True),
        _text("borough"),
        _text("home_id"),
        _whole("easting"),
        _whole("northing"),
        _whole("tenths"),
        sa.PrimaryKeyConstraint("row_id", name="pk_avoid"),
        _refers("avoid", "home_id", "home"),
        _codes("avoid", "kind", ("borough", "home", "radius")),
        _check("avoid", "borough_given", "(kind = 'borough') = (borough IS NOT NULL)"),
        _check("avoid", "home_given", "(kind = 'home') = (home_id IS NOT NULL)"),
        _check("avoid", "radius_given", "(kind = 'radius') = (tenths IS NOT NULL)"),
        _check("avoid", "easting_given", "(kind = 'radius') = (easting IS NOT NULL)"),
        _check("avoid", "northing_given", "(kind = 'radius') = (northing IS NOT NULL)"),
        *_not_negative("avoid", "tenths"),
    )
    op.create_index("ix_avoid_young_person_id", "avoid", ["young_person_id"])
    op.create_table(
        "decline",
        _text("referral_id", required=True),
        _text("home_id", required=True),
        _text("reason"),
        sa.PrimaryKeyConstraint("referral_id", "home_id", name="pk_decline"),
        _refers("decline", "referral_id", "referral"),
        _refers("decline", "home_id", "home"),
    )
    op.create_table(
        "safety_file",
        _text("file", required=True),
        _moment("given_at", required=True),
        _text("given_by", required=True),
        sa.PrimaryKeyConstraint("file", name="pk_safety_file"),
        _codes("safety_file", "file", ("relationships.csv", "avoid.csv", "declines.csv")),
    )


def _records() -> None:
    op.create_table(
        "policy",
        sa.Column("row_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        _text("text", required=True),
        sa.PrimaryKeyConstraint("row_id", name="pk_policy"),
        _check("policy", "one", "row_id = 1"),
    )
    op.create_table(
        "contract",
        _serial("row_id"),
        _text("contract_id", required=True),
        _text("version", required=True),
        _text("name", required=True),
        _text("kind", required=True),
        _text("file", required=True),
        _text("text", required=True),
        _moment("imported_at", required=True),
        _text("imported_by", required=True),
        sa.PrimaryKeyConstraint("row_id", name="pk_contract"),
        _check("contract", "version", "length(version) = 64"),
    )
    op.create_index("ix_contract_contract_id", "contract", ["contract_id"])
    op.create_table(
        "row_change",
        _serial("row_id"),
        _text("table_name", required=True),
        _text("row_key", required=True),
        _moment("changed_at", required=True),
        _text("changed_by", required=True),
        _text("kind", required=True),
        _text("reason"),
        sa.Column("before", sa.JSON()),
        sa.Column("after", sa.JSON()),
        sa.PrimaryKeyConstraint("row_id", name="pk_row_change"),
        _codes("row_change", "kind", ("insert", "update", "close", "reopen", "remove")),
    )
    op.create_index("ix_row_change_row", "row_change", ["table_name", "row_key"])
    op.create_table(
        "match_run",
        _serial("run_id"),
        _moment("started_at", required=True),
        _moment("finished_at", required=True),
        _text("asked_by", required=True),
        _text("status", required=True),
        _text("case_sha256", required=True),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        _whole("placed", required=True),
        _whole("unplaced", required=True),
        _text("policy", required=True),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        _text("software", required=True),
        sa.PrimaryKeyConstraint("run_id", name="pk_match_run"),
        _codes("match_run", "status", ("optimal", "feasible", "no_referrals")),
        _check("match_run", "case_sha256", "length(case_sha256) = 64"),
    )


def _forbid_changes(table: str) -> None:
    """A row of the table, once written, is neither altered nor deleted, whoever asks."""
    sentence = f"rows of {table} are never changed"
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION broker_never_changes() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_never_changes BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION broker_never_changes()"
        )
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
        )


def _text(name: str, *, required: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=not required)


def _whole(name: str, *, required: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=not required)


def _moment(name: str, *, required: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=not required)


def _serial(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False)


def _where() -> list[sa.Column[int] | sa.Column[str]]:
    return [_whole("easting"), _whole("northing"), _text("postcode")]


def _closed() -> list[sa.Column[object] | sa.Column[str]]:
    return [_moment("closed_at"), _text("closed_reason")]


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _codes(table: str, column: str, codes: Iterable[str]) -> sa.CheckConstraint:
    allowed = ", ".join(f"'{code}'" for code in codes)
    return _check(table, column, f"{column} IN ({allowed})")


def _not_negative(table: str, *columns: str) -> list[sa.CheckConstraint]:
    return [_check(table, column, f"{column} >= 0") for column in columns]


def _refers(table: str, column: str, owner: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{owner}.{column}"], name=f"fk_{table}_{column}")


def _unique_where(name: str, table: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, unique=True, sqlite_where=where, postgresql_where=where)
