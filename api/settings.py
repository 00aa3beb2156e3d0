"""What the service allows at most: sizes, seconds and matches at once."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Settings:
    """Limits of the service; every one is a bound on what one caller can take from the others.

    Attributes:
        match_bytes: largest body with a case, the size a case file may have.
        price_bytes: largest body of a price; a contract text is a few kilobytes.
        body_seconds: how long a body may take to arrive.
        database_seconds: how long the health check waits for the database.
        matches_at_once: matches and questions about a case that run side by side.
        matches_waiting: those that may wait for their turn; one more is told to come back.
        secret: signs what a browser keeps beside its session; None makes one for this start.
        secure: cookies are for https only, as everywhere but on this computer itself.
        threads: how many requests may be at the database at once.
        metrics_secret: what the program that scrapes the metrics shows; None lets none in so.
        hosts: the names the service answers to; empty is this computer's own and no other.
    """

    match_bytes: int = 64 * MEGABYTE
    price_bytes: int = MEGABYTE
    body_seconds: float = 60.0
    database_seconds: float = 5.0
    matches_at_once: int = 2
    matches_waiting: int = 8
    secret: str | None = None
    secure: bool = False
    threads: int = 16
    metrics_secret: str | None = None
    hosts: tuple[str, ...] = ()
