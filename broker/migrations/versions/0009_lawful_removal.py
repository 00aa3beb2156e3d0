"""What is kept may be removed or corrected, by an entry of the audit that says so, and else never.

Revision 0009.
"""

from alembic import op

from broker.migrations.shapes import (
    allow_changes,
    forbid_changes,
    forbid_unlawful,
    guards_of,
    lawful_guards_of,
    steps_never_change,
)

revision = "0009"
down_revision = "0007"
branch_labels = None
depends_on = None

_KEPT = ("row_change", "match_run", "register_entry")

_NEWEST = "r.number = (SELECT max(number) FROM audit)"

_ORIGIN = (
    "JOIN audit o ON o.number = CASE WHEN e.act IN ('audit.remove_value', 'audit.correct_value') "
    "THEN CAST(e.record_id AS BIGINT) ELSE e.number END"
)
"""What an entry is about in the end: of a removal or a correction, the entry that it names."""

_VALUE_GONE = (
    f"EXISTS (SELECT 1 FROM audit e {_ORIGIN} JOIN audit r ON r.number > OLD.number "
    "WHERE e.number = OLD.number AND ("
    "(r.act IN ('audit.remove_value', 'audit.correct_value') AND r.record_kind = 'audit' "
    "AND r.record_id IN (CAST(o.number AS TEXT), CAST(e.number AS TEXT))) OR "
    "(r.act = 'retention.remove' AND r.record_kind = o.record_kind "
    "AND r.record_id = o.record_id)))"
)

_SAME_STEP = (
    "NEW.referral_id = OLD.referral_id AND NEW.number = OLD.number AND NEW.kind = OLD.kind "
    "AND NEW.taken_at = OLD.taken_at AND NEW.taken_on = OLD.taken_on "
    "AND NEW.taken_by = OLD.taken_by AND NEW.role = OLD.role "
    "AND NEW.organisation = OLD.organisation"
)

_SAME_FACTS = "CAST(NEW.facts AS TEXT) = CAST(OLD.facts AS TEXT)"

_STEP_TOLD = (
    "EXISTS (SELECT 1 FROM audit r JOIN audit e ON e.record_kind = 'referral' "
    "AND e.record_id = OLD.referral_id AND e.act = 'life.' || OLD.kind AND e.at = OLD.taken_at "
    f"WHERE {_NEWEST} AND r.record_kind = 'audit' AND r.record_id = CAST(e.number AS TEXT) AND ("
    "(r.act = 'audit.remove_value' AND NEW.said IS NULL AND CAST(NEW.facts AS TEXT) = '{}') OR "
    f"(r.act = 'audit.correct_value' AND NEW.said IS NOT NULL AND {_SAME_FACTS})))"
)


def _retired(kind: str, key: str) -> str:
    """The newest entry says that a record is removed because its time is over."""
    return (
        f"EXISTS (SELECT 1 FROM audit r WHERE {_NEWEST} AND r.act = 'retention.remove' "
        f"AND r.record_kind = {kind} AND r.record_id = {key})"
    )


_HISTORY_GONE = (
    f"EXISTS (SELECT 1 FROM audit r WHERE {_NEWEST} AND r.act IN "
    "('retention.remove', 'audit.remove_value', 'audit.correct_value'))"
)


def upgrade() -> None:
    for table in _KEPT:
        allow_changes(table, *guards_of(table))
    _take_step_guards()
    forbid_unlawful("audit_value", delete=_VALUE_GONE)
    forbid_unlawful("row_change", delete=_HISTORY_GONE)
    forbid_unlawful("match_run", delete=_retired("'match'", "CAST(OLD.run_id AS TEXT)"))
    forbid_unlawful("register_entry", delete=_retired("OLD.register_name", "OLD.key"))
    forbid_unlawful(
        "step",
        delete=_retired("'referral'", "OLD.referral_id"),
        update=f"{_SAME_STEP} AND {_STEP_TOLD}",
    )


def downgrade() -> None:
    for table in ("audit_value", "step", *_KEPT):
        allow_changes(table, *lawful_guards_of(table))
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"DROP FUNCTION broker_{table}_by_entry()")
    for table in _KEPT:
        forbid_changes(table)
    steps_never_change()


def _take_step_guards() -> None:
    if op.get_bind().dialect.name == "postgresql":
        allow_changes("step", "step_never_changes")
        op.execute("DROP FUNCTION broker_steps_never_change()")
    else:
        allow_changes("step", "step_no_update", "step_no_delete")
