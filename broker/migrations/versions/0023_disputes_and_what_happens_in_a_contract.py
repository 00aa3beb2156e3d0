"""Disputes of a band are told; trades, exits and results of a contract have registers.

Revision 0023.
"""

from alembic import op

from broker.migrations.shapes import recode

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_EVENTS = ("offer", "decision", "decision_undone", "moving_in", "ending")
_DISPUTES = ("band_disputed", "dispute_answered")
_REGISTERS = ("agreements", "assessments", "training", "due_diligence")
_OF_CONTRACTS = ("trades", "exits", "results")


def upgrade() -> None:
    recode("event", "kind", _EVENTS, (*_EVENTS, *_DISPUTES), children=("delivery",))
    recode("register_entry", "register_name", _REGISTERS, (*_REGISTERS, *_OF_CONTRACTS))


def downgrade() -> None:
    disputed = "SELECT event_id FROM event WHERE kind IN ('band_disputed', 'dispute_answered')"
    op.execute(f"DELETE FROM delivery WHERE event_id IN ({disputed})")
    recode("event", "kind", (*_EVENTS, *_DISPUTES), _EVENTS, children=("delivery",))
    recode("register_entry", "register_name", (*_REGISTERS, *_OF_CONTRACTS), _REGISTERS)
