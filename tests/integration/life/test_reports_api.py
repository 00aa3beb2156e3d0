"""The routes of a provider's reasons, baselines and reports, on both databases, as each role."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from starlette.requests import Request
from starlette.testclient import TestClient

from api.app import create_app
from api.records import Records
from api.report_models import BaselinesRead, OfferReasons, ReportRead
from broker.access.actor import PARTNERSHIP, PLACES_OF_ROLES, Actor, OrganisationKind, Role
from broker.access.allowed import ACTS
from broker.baseline.record import freeze
from broker.baseline.whole import Source, baseline
from broker.database import reading, writing
from broker.reports.make import REPORTS
from broker.tables import AuditRow
from broker.warehouse import build
from matching.postcodes import locate
from tests.integration.warehouse.rows import KEYS, gone
from tests.unit.baseline.samples import EPISODES, HEADER, PRICES, write
from tests.whole_life import BROKER, COMMISSIONER, HOME, NEWHAM, Teller, manager

REPORT = "/api/reports/providers?quarter=2026-Q3"
REASONS = "/api/offers/reasons?from=2026-07-01&to=2026-10-01"
VARYING = {"referral_id", "software"}


@pytest.fixture
def caller(region: Engine, tmp_path: Path) -> Iterator[TestClient]:
    """A caller who says with a header who they are; one referral is declined, one not asked."""
    with writing(region) as session:
        declined = Teller(session)
        declined.to_verified()
        declined.shortlist(HOME, "SC990004")
        declined.view()
        declined.take(
            BROKER, "offer", home_id=HOME, starts_on=date(2026, 9, 14), answer_by=date(2026, 9, 7)
        )
        declined.take(
            manager("P2"), "decline", home_id=HOME, code="staffing", words="nobody at night"
        )
        freeze(session, COMMISSIONER, _figures(tmp_path), at=_AT, why=None)
    people = {_name(actor): actor for actor in _everybody()}

    def who(request: Request) -> Actor | None:
        return people.get(request.headers.get("x-who", ""))

    app = create_app(records=Records(region), processes=False, who=who)
    with TestClient(app, base_url="http://127.0.0.1") as client:
        yield client


@pytest.fixture
def built(caller: TestClient, region: Engine) -> Iterator[TestClient]:
    """The caller, with a warehouse."""
    with writing(region) as session:
        build.refresh(session, KEYS, date(2026, 10, 2))
    yield caller
    gone(region)


_AT = datetime(2026, 5, 4, 9, tzinfo=UTC)


def _figures(folder: Path) -> dict[str, Any]:
    """An invented year of two boroughs."""
    newham = (
        "A,01/05/2025,S,C2,K2,01/08/2025,X1,,E1 1AA,3.0",
        "A,01/08/2025,P,C2,U4,,,,E1 1AB,21.4",
        "B,01/02/2024,L,C2,K2,,,,E1 1AA,999.9",
    )
    havering = ("A,01/06/2025,S,C2,R1,,,,RM1 1AA,",)
    old = ("C,01/02/2024,S,C2,K2,01/06/2024,E4A,,E1 1AA,3.0",)
    sources = [
        Source("earlier", NEWHAM, write(folder / "newham-2024.csv", EPISODES, old)),
        Source("episodes", NEWHAM, write(folder / "newham-2025.csv", EPISODES, newham)),
        Source("episodes", "E09000016", write(folder / "havering-2025.csv", EPISODES, havering)),
    ]
    for code, children in ((NEWHAM, "ABC"), ("E09000016", "A")):
        rows = [f"{child},14/09/2010" for child in children]
        sources.append(Source("header", code, write(folder / f"{code}.csv", HEADER, rows)))
    prices = [
        f"{NEWHAM},H1,high,7100.50,2025-04-01,,invoice of May 2025",
        f"{NEWHAM},H2,high,,2025-04-01,,invoice of May 2025",
        "E09000016,H3,high,6000.00,2024-04-01,2025-09-01,framework list 2024",
    ]
    sources.append(Source("prices", "", write(folder / "prices.csv", PRICES, prices)))
    return baseline(sources, date(2025, 4, 1), locate)


def _everybody() -> Iterator[Actor]:
    organisations = {
        OrganisationKind.PARTNERSHIP: PARTNERSHIP,
        OrganisationKind.BOROUGH: NEWHAM,
        OrganisationKind.PROVIDER: "P2",
    }
    for role, kinds in PLACES_OF_ROLES.items():
        for kind in sorted(kinds):
            homes = frozenset({HOME}) if role is Role.REGISTERED_MANAGER else frozenset()
            yield Actor(f"{role.value}-{kind.value}", role, organisations[kind], kind, homes)
    yield Actor("provider-other", Role.PROVIDER, "P1", OrganisationKind.PROVIDER)


def _name(actor: Actor) -> str:
    return actor.id


@pytest.mark.parametrize("actor", list(_everybody()), ids=_name)
def test_each_role_is_allowed_or_told_that_it_is_not(caller: TestClient, actor: Actor) -> None:
    head = {"x-who": actor.id}
    reasons = caller.get(f"{REASONS}&provider=P2", headers=head)
    if actor.role not in ACTS["offer.reasons"].roles:
        assert reasons.status_code == 403
    elif actor.organisation == "P1":
        assert reasons.status_code == 404
        assert caller.get(REASONS, headers=head).json()["provider"] == "P1"
    else:
        assert reasons.status_code == 200
        told = OfferReasons.model_validate(reasons.json())
        assert told.declined_by_code == {"staffing": 1}
    found = caller.get("/api/baseline", headers=head)
    assert found.status_code == (200 if actor.role in ACTS["baseline.read"].roles else 403)
    if found.status_code == 200:
        [one] = BaselinesRead.model_validate(found.json()).baselines
        names = [each["name"] for each in one.figures["boroughs"]]
        assert names == (["Havering", "Newham"] if actor.central else ["Newham"])


def test_nobody_is_told_anything_without_signing_in(caller: TestClient) -> None:
    for address in (REASONS, "/api/baseline", REPORT):
        assert caller.get(address).status_code == 401


@pytest.mark.parametrize(
    ("route", "parameter"),
    [
        (REASONS, "provider"),
        ("/api/offers/reasons?from=2026-07-01&to=2026-07-01&provider=P2", "to"),
        ("/api/offers/reasons?from=2026-07-01&provider=P2", "to"),
        ("/api/offers/reasons?from=July&to=2026-10-01&provider=P2", "from"),
        ("/api/baseline?year=last", "year"),
        ("/api/reports/flow?quarter=2026-Q5", "quarter"),
        ("/api/reports/flow?quarter=2026-Q3&from=2026-07-01&to=2026-10-01", "quarter"),
        ("/api/reports/flow?from=2026-07-01", "to"),
        ("/api/reports/flow?to=2026-07-01", "from"),
        ("/api/reports/flow?from=2026-07-01&to=2026-07-01", "to"),
    ],
)
def test_each_fault_of_an_address_is_named(caller: TestClient, route: str, parameter: str) -> None:
    answer = caller.get(route, headers={"x-who": "broker-partnership"})
    assert answer.status_code == 422
    assert parameter in {error["parameter"] for error in answer.json()["errors"]}


@pytest.mark.parametrize(
    ("start", "end", "faulty"),
    [("0001-01-01", "2026-10-01", "from"), ("2026-07-01", "9999-12-31", "to")],
)
def test_days_at_the_ends_of_the_calendar_are_refused_by_name(
    caller: TestClient, start: str, end: str, faulty: str
) -> None:
    address = f"/api/offers/reasons?from={start}&to={end}&provider=P2"
    answer = caller.get(address, headers={"x-who": "broker-partnership"})
    assert answer.status_code == 422
    assert [error["parameter"] for error in answer.json()["errors"]] == [faulty]


def test_a_provider_that_is_not_there_is_not_found(caller: TestClient) -> None:
    answer = caller.get(f"{REASONS}&provider=P9", headers={"x-who": "broker-partnership"})
    assert answer.status_code == 404


def test_a_year_without_a_baseline_has_none(caller: TestClient) -> None:
    head = {"x-who": "commissioner-partnership"}
    assert caller.get("/api/baseline?year=2024-04-01", headers=head).json() == {"baselines": []}
    assert len(caller.get("/api/baseline?year=2025-04-01", headers=head).json()["baselines"]) == 1


def test_each_role_reads_reports_or_is_told_that_it_may_not(built: TestClient) -> None:
    for actor in _everybody():
        head = {"x-who": actor.id}
        for name in REPORTS:
            found = built.get(f"/api/reports/{name}?quarter=2026-Q3", headers=head)
            assert found.status_code == (200 if actor.role in ACTS["report.read"].roles else 403)
        if actor.role not in ACTS["report.read"].roles:
            continue
        flow = ReportRead.model_validate_json(
            built.get("/api/reports/flow?quarter=2026-Q3", headers=head).content
        )
        rows = {row[0]: row[1] for row in flow.tables[0].rows}
        seen = actor.central or actor.borough == NEWHAM
        assert rows["offers declined"] == (1 if seen else 0)


def test_a_report_comes_as_csv_and_as_a_workbook_with_the_same_figures(built: TestClient) -> None:
    head = {"x-who": "commissioner-partnership"}
    told = built.get(REPORT, headers=head).json()
    answer = built.get(REPORT, headers={**head, "accept": "text/csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    lines = list(csv.DictReader(io.StringIO(answer.text)))
    figures = [
        "" if value is None else str(value)
        for table in told["tables"] for row in table["rows"] for value in row[1:]
    ]  # fmt: skip
    assert [line["value"] for line in lines] == figures
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    book = built.get(REPORT, headers={**head, "accept": kind})
    assert book.headers["content-type"] == kind
    pages = openpyxl.load_workbook(io.BytesIO(book.content))
    assert len(pages.sheetnames) == len(told["tables"])


def test_a_report_that_is_not_there_and_a_warehouse_that_is_not_built_are_told(
    caller: TestClient,
) -> None:
    head = {"x-who": "commissioner-partnership"}
    none = caller.get("/api/reports/league", headers=head)
    assert none.status_code == 404
    assert "flow, outcomes" in none.json()["detail"]
    unbuilt = caller.get(REPORT, headers=head)
    assert unbuilt.status_code == 409
    assert unbuilt.json()["type"].endswith("records-unfit")
    assert "broker warehouse build" in unbuilt.json()["detail"]


def test_who_read_which_report_is_on_record(built: TestClient, region: Engine) -> None:
    built.get(REPORT, headers={"x-who": "commissioner-partnership"})
    with reading(region) as session:
        table = AuditRow.__table__
        last = session.execute(
            sa.select(table.c.act, table.c.actor, table.c.record_kind, table.c.record_id)
            .order_by(table.c.number.desc()).limit(1)
        ).one()  # fmt: skip
    assert tuple(last) == (
        "report.read", "commissioner-partnership", "report", "providers 2026-07-01 2026-10-01",
    )  # fmt: skip


def test_that_somebody_looked_is_on_record(caller: TestClient, region: Engine) -> None:
    caller.get(f"{REASONS}&provider=P2", headers={"x-who": "broker-partnership"})
    caller.get("/api/baseline", headers={"x-who": "broker-partnership"})
    with reading(region) as session:
        table = AuditRow.__table__
        acts = session.execute(
            sa.select(table.c.act, table.c.actor).order_by(table.c.number.desc()).limit(2)
        ).all()
    assert [tuple(one) for one in acts] == [
        ("baseline.read", "broker-partnership"),
        ("offer.reasons", "broker-partnership"),
    ]


@pytest.mark.parametrize(
    ("name", "route", "who"),
    [
        ("offer-reasons", REASONS, "provider-provider"),
        ("baselines", "/api/baseline", "commissioner-partnership"),
    ],
)
def test_the_example_is_what_the_route_answers(
    caller: TestClient, name: str, route: str, who: str
) -> None:
    told = caller.get(route, headers={"x-who": who}).json()
    assert_example(told, name)


def test_the_example_of_a_report_is_what_the_route_answers(built: TestClient) -> None:
    told = built.get(REPORT, headers={"x-who": "commissioner-partnership"}).json()
    assert ReportRead.model_validate(told).tables
    assert_example(told, "report")


def assert_example(told: Any, name: str) -> None:
    """What came is the example, but for what varies."""
    example = json.loads((files("api") / "examples" / f"{name}.json").read_text(encoding="utf-8"))
    assert _steady(told) == _steady(example)


def _steady(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _steady(item) for key, item in value.items() if key not in VARYING}
    return [_steady(item) for item in value] if isinstance(value, list) else value
