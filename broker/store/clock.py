"""The one clock of the brokerage: what is recorded, is recorded at a moment in UTC."""

from datetime import UTC, date, datetime


def now() -> datetime:
    """This moment, in UTC and saying so."""
    return datetime.now(UTC)


def today() -> date:
    """The day as the brokerage counts it: London's."""
    from zoneinfo import ZoneInfo

    return now().astimezone(ZoneInfo("Europe/London")).date()
