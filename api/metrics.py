"""What Prometheus asks for: requests by route and status, their time, the database, matches.

Nothing in it is about a person: a route is named by its template, never by the id in an address.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Iterator
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.types import Scope

from api.identity import Who
from api.problems import ProblemError
from api.records import Records
from api.turns import Turns
from broker.access.actor import PARTNERSHIP, Actor, OrganisationKind, Role
from broker.events.deliveries import OPEN, counts
from broker.jobs.queue import standing

PATH: Final = "/metrics"
MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
UNKNOWN: Final = "-"
SHORTEST_SECRET: Final = 32
_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)

SCRAPER: Final = Actor(
    "metrics", Role.ADMINISTRATOR, PARTNERSHIP, OrganisationKind.PARTNERSHIP, via="token"
)
"""Whoever shows the secret of the metrics, at the address of the metrics and at no other."""


def method_of(scope: Scope) -> str:
    """The method of a request; one that is none could be anything, a name even."""
    method: str = scope["method"]
    return method if method in _METHODS else UNKNOWN


class Metrics:
    """The figures of one running service."""

    def __init__(self, records: Records, turns: Turns, version: str) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "broker_requests",
            "Requests that were answered",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "broker_request_seconds",
            "How long a request took, from its first byte to the end of its answer",
            ("method", "route"),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.in_flight = Gauge(
            "broker_requests_in_flight", "Requests at work", registry=self.registry
        )
        self.registry.register(_Inside(records, turns, version))
        ProcessCollector(registry=self.registry)

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """One request more."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    def text(self) -> bytes:
        """All figures as Prometheus reads them."""
        return generate_latest(self.registry)


class _Inside(Collector):
    """Figures that the parts of the service keep, read when they are asked for."""

    def __init__(self, records: Records, turns: Turns, version: str) -> None:
        self._records, self._turns, self._version = records, turns, version

    def collect(self) -> Iterator[Metric]:
        troubles = CounterMetricFamily(
            "broker_database_troubles", "Times the database could not be used", labels=("kind",)
        )
        for kind in ("database-away", "database-unfit"):
            troubles.add_metric((kind,), self._records.troubles[kind])
        yield troubles
        yield GaugeMetricFamily(
            "broker_database_connections_in_use",
            "Connections to the database at work",
            self._records.connections_in_use,
        )
        yield GaugeMetricFamily(
            "broker_matches_taken",
            "Matches and questions about a case that run or wait",
            self._turns.taken,
        )
        yield from self._jobs()
        yield from self._events()
        info = GaugeMetricFamily("broker_info", "Which software runs", labels=("version",))
        info.add_metric((self._version,), 1)
        yield info

    def _jobs(self) -> Iterator[Metric]:
        """How the queue of jobs stands; left out while the database cannot be used."""
        try:
            found = self._records.look(standing)
        except ProblemError:
            return
        jobs = GaugeMetricFamily(
            "broker_jobs", "Jobs that wait, and jobs at work", labels=("state",)
        )
        jobs.add_metric(("waiting",), found.waiting)
        jobs.add_metric(("running",), found.running)
        yield jobs
        yield GaugeMetricFamily(
            "broker_jobs_oldest_waiting_seconds",
            "How long the job has waited that waits longest; 0 where none waits",
            found.oldest_seconds,
        )

    def _events(self) -> Iterator[Metric]:
        """What other systems are yet to be told; left out while the database cannot be used."""
        try:
            found = self._records.look(counts)
        except ProblemError:
            return
        events = GaugeMetricFamily(
            "broker_events",
            "Events that wait to be told to another system, and those given up",
            labels=("state",),
        )
        for state in OPEN:
            events.add_metric((state,), found.get(state, 0))
        yield events


def with_scraper(who: Who, secret: str | None) -> Who:
    """`who`, and the program that scrapes the metrics, known by a secret of its own.

    It is known without the database, whose troubles it must be able to tell.

    Raises:
        ValueError: the secret is too short to be one.
    """
    if secret is None:
        return who
    if len(secret) < SHORTEST_SECRET:
        raise ValueError(f"a secret for the metrics has at least {SHORTEST_SECRET} characters")
    expected = f"Bearer {secret}".encode()

    def found(request: Request) -> Actor | Awaitable[Actor | None] | None:
        if request.url.path == PATH:
            given = request.headers.get("authorization", "").encode("latin-1")
            if hmac.compare_digest(given, expected):
                return SCRAPER
        return who(request)

    return found
