"""An address of every page, by the role that asks for it: for what must hold of all pages.

Words in capitals stand for what is on record where a test runs: `REFERRAL`, `MATCH` and `OTHER`
(two matches, `RUN` the number of the first), `JOB`, `SCENARIO`. A page that is added is missed by
tests/integration/pages/every/test_every_page.py until it stands here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from fastapi.routing import APIRoute

from api.pages.asked import TITLES
from api.pages.every import PAGES
from broker.access.actor import Role
from broker.access.allowed import ACTS
from broker.reports.make import REPORTS
from broker.tables.registers import REGISTERS

NOBODY = "nobody"
PRICE = (
    "/price?contract=NEL-BLOCK-1&band=high&from-day=7&from-month=9&from-year=2026"
    "&to-day=7&to-month=6&to-year=2027&units-one_to_one=26"
)
PERIOD = "from-day=1&from-month=9&from-year=2026&to-day=1&to-month=12&to-year=2026"
FORECAST = (
    "/forecast?contract=NEL-BLOCK-1&occupancy=85&low=20&medium=35&high=35&specialist=10&places=10"
)
CONTRACT = "/contracts/NEL-BLOCK-1"


def _steps(role: Role) -> tuple[str, ...]:
    """The form of every step that a role may take and none before it in the list below."""
    takers = (Role.BROKER, Role.ASSESSOR, Role.VERIFIER, Role.NOMINATED_OFFICER, Role.DIRECTOR,
              Role.REGISTERED_MANAGER)  # fmt: skip
    return tuple(
        f"REFERRAL/{kind}"
        for kind in TITLES
        if next(one for one in takers if one in ACTS[f"life.{kind}"].roles) is role
    )


ADDRESSES: Mapping[str, tuple[str, ...]] = {
    NOBODY: (
        "/enter",
        "/help",
        "/words",
        "/accessibility",
        "/privacy",
        "/cookies",
        "/status",
    ),
    "broker": (
        "/",
        "/sections/young-people",
        "/answers",
        "/referrals",
        "/referrals?state=draft",
        "/referrals?state=ended",
        "/referrals?overdue=yes",
        "REFERRAL",
        *_steps(Role.BROKER),
        "/referrals?urgency=today&order=due",
        "/begin",
        "/homes/add",
        "/registers/assessments/write",
        "/matches",
        "MATCH",
        "MATCH/R-01",
        "MATCH/R-16?ask=changes",
        "MATCH/R-16?ask=conflict",
        "MATCH/R-01/choices",
        "MATCH/R-01/decide",
        "MATCH/against/OTHER",
        "/options/R-14",
        "/homes/SC990002/who",
        "/moving-on",
        "JOB",
        "/fairness",
    ),
    "assessor": (
        "/duties",
        "REFERRAL",
        "REFERRAL/view",
        "REFERRAL/evidence",
        "REFERRAL/care",
        "REFERRAL/form/who",
        "REFERRAL/form/when-and-where",
        "REFERRAL/form/needs",
        "REFERRAL/form/risks",
        "REFERRAL/form/placement",
        "REFERRAL/form/check",
        "REFERRAL/sheets/SC990007",
        "REFERRAL/letter",
        "/options/R-14",
        "/borough",
    ),
    "verifier": ("/", "/referrals", "REFERRAL", *_steps(Role.VERIFIER)),
    "nominated_officer": ("/", "/approvals", "REFERRAL", *_steps(Role.NOMINATED_OFFICER)),
    "director": ("/", "/approvals", "/borough", "/moving-on"),
    "provider": (
        "/",
        "/sections/money",
        "/offers",
        "/price",
        PRICE,
        "/bands",
        "/forecast",
        FORECAST,
        f"{FORECAST}&cost_month=9000&cost_uplift=3",
        f"/why-me?{PERIOD}",
        "/homes",
        "/benchmarks",
        "/registers/training",
        "/weights",
    ),
    "registered_manager": (
        "/offers",
        "/homes/SC990007",
        "REFERRAL",
        *_steps(Role.REGISTERED_MANAGER),
        "/registers/training/write",
    ),
    "commissioner": (
        "/contracts",
        CONTRACT,
        f"{CONTRACT}/ledger?{PERIOD}",
        f"{CONTRACT}/parity?{PERIOD}",
        f"{CONTRACT}/benchmarks",
        f"{CONTRACT}/write/trades",
        f"{CONTRACT}/write/exits",
        f"{CONTRACT}/write/results",
        "/registers/agreements/write",
        "/registers/due_diligence/write",
        "/fairness/RUN",
        "/registers",
        *(f"/registers/{name}" for name in REGISTERS),
        "/reports",
        *(f"/reports/{name}" for name in REPORTS),
        f"/reports/board?{PERIOD}",
        "/scenarios",
        "/purchases",
        "SCENARIO",
        "SCENARIO/parts/occupancy-home",
        "SCENARIO/parts/cost-borough",
        f"/why-me?{PERIOD}",
        f"/why-me?{PERIOD}&provider=P2",
        "/homes/SC990001",
    ),
    "finance": ("/", CONTRACT, f"{CONTRACT}/ledger?{PERIOD}"),
    "auditor": ("/audit", "/audit/chain", "/audit/chain?check=yes"),
    "administrator": ("/", "/weights"),
}
"""Pages as they are when all is well."""

WITHOUT_FORMS = frozenset({"auditor", "director", "administrator"})
"""Roles on whose pages there may be no form that is sent wrongly."""

WRONG: Mapping[str, tuple[str, ...]] = {
    "provider": (
        "/price?contract=NEL-BLOCK-1&from-day=31&from-month=2&from-year=2027&units-one_to_one=x",
        "/price?contract=NEL-BLOCK-1&band=low&from-day=7&from-month=9&from-year=2020&to-day=1"
        "&to-month=2&to-year=2021",
        "/price?contract=NEL-BLOCK-1&band=low&from-day=7&from-month=9&from-year=2026&to-day=7"
        "&to-month=9&to-year=2026",
        f"{FORECAST}&high=90",
        "/why-me?from-day=31&from-month=2&from-year=2026",
    ),
    "commissioner": (
        f"{CONTRACT}?from-day=1&from-month=1&from-year=1999",
        f"{CONTRACT}/ledger?from-day=99",
        f"{CONTRACT}/ledger?from-day=1&from-month=9&from-year=2026&to-day=1&to-month=8&to-year=2026",
        f"{CONTRACT}/parity?from-day=99",
    ),
    "auditor": ("/audit/chain?seal=x",),
}
"""Questions in an address that have errors, told at their fields."""

REFUSED: Mapping[str, tuple[str, ...]] = {
    NOBODY: ("/nothing",),
    "provider": ("/matches", "/nothing"),
    "commissioner": ("/registers/agreements/write?key=none", "/registers/trades/write"),
    "broker": ("/referrals?state=nonsense", "/matches/4711"),
}
"""What is refused, told on the page of a refusal."""

SHOWS_SOMEBODY: Mapping[str, tuple[tuple[str, str], ...]] = {
    "/answers": (("answers", "own"),),
    "/referrals": (("referrals", "list"),),
    "/referrals/{referral_id}": (("referral", "{referral_id}"),),
    "/referrals/{referral_id}/sheets/{home_id}": (("referral", "{referral_id}"),),
    "/referrals/{referral_id}/letter": (("referral", "{referral_id}"),),
    "/referrals/{referral_id}/form/{part}": (("referral", "{referral_id}"),),
    "/referrals/{referral_id}/{kind}": (("referral", "{referral_id}"),),
    "/options/{referral_id}": (("referral", "{referral_id}"),),
    "/homes/{home_id}/who": (("home", "{home_id}"),),
    "/matches": (("matches", "list"),),
    "/matches/{match_id}": (("match", "{match_id}"),),
    "/matches/{match_id}/{referral_id}": (
        ("match", "{match_id}"),
        ("referral", "{referral_id}"),
    ),
    "/matches/{match_id}/{referral_id}/choices": (
        ("match", "{match_id}"),
        ("referral", "{referral_id}"),
    ),
    "/matches/{match_id}/{referral_id}/decide": (("referral", "{referral_id}"),),
    "/matches/{match_id}/against/{other_id}": (
        ("match", "{match_id}"),
        ("match", "{other_id}"),
    ),
    "/fairness": (("match", "RUN"),),
    "/fairness/{match_id}": (("match", "{match_id}"),),
    "/offers": (("offers", "list"),),
    "/duties": (("duties", "list"),),
    "/moving-on": (("moves", "list"),),
    "/approvals": (("approvals", "list"),),
    "/borough": (("borough", "E09000025"), ("approvals", "list")),
    "/contracts/{contract_id}": (("contract", "{contract_id}"),),
    "/contracts/{contract_id}/ledger": (("contract", "{contract_id}"),),
    "/contracts/{contract_id}/parity": (("contract", "{contract_id}"),),
    "/why-me": (("provider", "P2"),),
    "/audit": (("audit", "list"),),
}
"""Routes of pages that show young people, or figures of a few of them, and the records that an
entry of the audit names for each look."""

ASKS_FIRST = frozenset({("commissioner", f"/why-me?{PERIOD}")})
"""Of those, where a role is asked something before it is shown anybody."""

SHOWS_NOBODY = frozenset(
    {
        "/",
        "/enter",
        "/help",
        "/words",
        "/accessibility",
        "/privacy",
        "/cookies",
        "/status",
        "/sections/{name}",
        "/weights",
        "/begin",
        "/jobs/{job_id}",
        "/homes",
        "/homes/add",
        "/homes/{home_id}",
        "/price",
        "/bands",
        "/forecast",
        "/benchmarks",
        "/contracts",
        "/contracts/{contract_id}/benchmarks",
        "/contracts/{contract_id}/write/{register}",
        "/registers",
        "/registers/{register}",
        "/registers/{register}/write",
        "/reports",
        "/reports/{name}",
        "/scenarios",
        "/scenarios/{number}",
        "/scenarios/{number}/parts/{name}",
        "/purchases",
        "/audit/chain",
    }
)
"""Routes of pages on which no young person is to be found, whoever looks."""

FILES = frozenset(
    {
        "/static/{name}",
        "/forecast/chart",
        "/forecast/workbook",
        "/scenarios/{number}/chart/{name}",
        "/scenarios/{number}/workbook",
        "/reports/{name}/workbook",
        "/reports/board/paper",
    }
)
"""Routes of pages that answer with a file: no page at all."""

ROUTES = tuple(
    (method, route)
    for module in PAGES
    for route in module.router.routes
    if isinstance(route, APIRoute)
    for method in sorted(route.methods or ())
)
"""Every route of pages with its method, in the order in which they are tried."""

_STANDS_FOR = {
    "REFERRAL": "/referrals/R-1",
    "MATCH": "/matches/2",
    "OTHER": "1",
    "RUN": "2",
    "JOB": "/jobs/1",
    "SCENARIO": "/scenarios/1",
}


def filled_in(address: str, known: Mapping[str, str]) -> str:
    """An address with what is on record in the place of its words in capitals.

    Raises:
        KeyError: it names something that is not known.
    """
    return re.sub(r"\b(?:[A-Z]{3,})\b(?!-)", lambda word: known[word[0]], address)


def route_of(address: str) -> str:
    """The path of the route that answers an address.

    Raises:
        LookupError: none does.
    """
    return found_at(filled_in(address, _STANDS_FOR))[0]


def found_at(address: str) -> tuple[str, Mapping[str, str]]:
    """The path of the route that answers an address without words in capitals, and what it names.

    Raises:
        LookupError: none does.
    """
    for method, route in ROUTES:
        found = route.path_regex.match(address.partition("?")[0])
        if method == "GET" and found is not None:
            return route.path, found.groupdict()
    raise LookupError(f"no page answers {address}")


def of_routes() -> Iterator[tuple[str, str]]:
    """Every route of pages that answers with a page, and an address of it where one is listed."""
    listed: dict[str, str] = {}
    for addresses in ADDRESSES.values():
        for address in addresses:
            listed.setdefault(route_of(address), address)
    for method, route in ROUTES:
        if method == "GET" and route.path not in FILES:
            yield route.path, listed.get(route.path, "")
