"""The one clock of the brokerage: what is recorded, is recorded at a moment in UTC."""

from datetime import UTC, datetime


def now() -> datetime:
    """This moment, in UTC and saying so."""
    return datetime.now(UTC)
