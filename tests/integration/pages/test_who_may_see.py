"""For each page and role: shown, forbidden, or sent to sign in. The list is written a second time.

Whoever adds a page says here who may see it, or a test fails.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from api.access import ROUTES
from api.pages.access import PAGES
from api.pages.every import PAGES as PAGE_MODULES
from broker.access.actor import Role
from tests.integration.pages.browsing import HTML, Browser

Browsing = Callable[[str | None], Browser]
EVERY = frozenset(role.value for role in Role)
BROKER = frozenset({"broker"})
HOMES = frozenset({"provider", "registered_manager"})
CASEWORK = BROKER | {"assessor", "verifier", "nominated_officer", "director"}
BOROUGHS = CASEWORK - BROKER
LOOKERS = CASEWORK | HOMES | {"auditor"}
OVERSIGHT = BROKER | {"commissioner", "finance"}
ANYBODY = EVERY | {"nobody"}


@dataclass(frozen=True)
class Seen:
    """Who may ask for a page, at which address, and how it is answered then."""

    who: frozenset[str]
    answers: tuple[int, ...] = (200,)
    address: str | None = None


BY_HAND: dict[tuple[str, str], Seen] = {
    ("GET", "/static/{name}"): Seen(ANYBODY, address="/static/mark.svg"),
    ("GET", "/enter"): Seen(ANYBODY, (200, 303)),
    ("POST", "/enter"): Seen(ANYBODY, (422,)),
    ("POST", "/leave"): Seen(EVERY, (303,)),
    ("GET", "/"): Seen(EVERY),
    ("GET", "/sections/{name}"): Seen(EVERY, address="/sections/money"),
    ("GET", "/answers"): Seen(EVERY),
    ("GET", "/help"): Seen(ANYBODY),
    ("GET", "/words"): Seen(ANYBODY),
    ("GET", "/accessibility"): Seen(ANYBODY),
    ("GET", "/privacy"): Seen(ANYBODY),
    ("GET", "/cookies"): Seen(ANYBODY),
    ("GET", "/status"): Seen(ANYBODY),
    ("GET", "/referrals"): Seen(LOOKERS),
    ("GET", "/referrals/{referral_id}"): Seen(LOOKERS, (404,), "/referrals/R-none"),
    ("GET", "/referrals/{referral_id}/{kind}"): Seen(
        CASEWORK | HOMES, (403, 404), "/referrals/R-none/call"
    ),
    ("POST", "/referrals/{referral_id}/{kind}"): Seen(
        CASEWORK | HOMES, (403, 428), "/referrals/R-none/call"
    ),
    ("GET", "/begin"): Seen(BROKER | {"assessor"}),
    ("POST", "/begin"): Seen(BROKER | {"assessor"}, (428,)),
    ("GET", "/referrals/{referral_id}/form/{part}"): Seen(
        BROKER | {"assessor"}, (404,), "/referrals/R-none/form/who"
    ),
    ("POST", "/referrals/{referral_id}/form/{part}"): Seen(
        BROKER | {"assessor"}, (428,), "/referrals/R-none/form/who"
    ),
    ("GET", "/audit"): Seen(frozenset({"auditor"})),
    ("GET", "/offers"): Seen(LOOKERS),
    ("GET", "/duties"): Seen(CASEWORK),
    ("GET", "/matches"): Seen(BROKER | {"commissioner", "auditor"}),
    ("POST", "/matches"): Seen(BROKER, (428,)),
    ("GET", "/matches/{match_id}"): Seen(
        BROKER | {"commissioner", "auditor"}, (404,), "/matches/4711"
    ),
    ("GET", "/matches/{match_id}/{referral_id}"): Seen(BROKER, (404,), "/matches/4711/R-01"),
    ("GET", "/jobs/{job_id}"): Seen(BROKER | {"commissioner"}, (404,), "/jobs/4711"),
    ("POST", "/jobs/{job_id}/cancel"): Seen(BROKER, (404,), "/jobs/4711/cancel"),
    ("GET", "/options/{referral_id}"): Seen(BROKER | {"assessor"}, (404,), "/options/R-none"),
    ("GET", "/price"): Seen(EVERY),
    ("GET", "/contracts"): Seen(BROKER | {"commissioner", "finance"}, (303,)),
    ("GET", "/contracts/{contract_id}"): Seen(
        BROKER | {"commissioner", "finance"}, (404,), "/contracts/none"
    ),
    ("GET", "/weights"): Seen(EVERY),
    # money and reports
    ("GET", "/bands"): Seen(EVERY),
    ("GET", "/forecast"): Seen(HOMES | OVERSIGHT),
    ("POST", "/forecast"): Seen(HOMES | OVERSIGHT, (303,)),
    ("POST", "/forecast/workbook"): Seen(HOMES | OVERSIGHT, (404,)),
    ("GET", "/forecast/chart"): Seen(HOMES | OVERSIGHT, (404,)),
    ("GET", "/forecast/workbook"): Seen(HOMES | OVERSIGHT, (404,)),
    ("GET", "/why-me"): Seen(HOMES | {"broker", "commissioner"}),
    ("GET", "/homes"): Seen(EVERY),
    ("GET", "/homes/add"): Seen(BROKER),
    ("POST", "/homes/add"): Seen(BROKER, (428,)),
    ("GET", "/homes/{home_id}"): Seen(EVERY, (404,), "/homes/SC000000"),
    ("POST", "/homes/{home_id}/free"): Seen(HOMES, (428,), "/homes/SC000000/free"),
    ("POST", "/homes/{home_id}/rooms"): Seen(
        HOMES | {"broker", "commissioner"}, (404,), "/homes/SC000000/rooms"
    ),
    ("POST", "/homes/{home_id}/back"): Seen(
        HOMES | {"broker", "commissioner"}, (404,), "/homes/SC000000/back"
    ),
    ("GET", "/contracts/{contract_id}/ledger"): Seen(OVERSIGHT, (404,), "/contracts/none/ledger"),
    ("GET", "/contracts/{contract_id}/parity"): Seen(OVERSIGHT, (404,), "/contracts/none/parity"),
    ("GET", "/contracts/{contract_id}/benchmarks"): Seen(
        OVERSIGHT, (404,), "/contracts/none/benchmarks"
    ),
    ("GET", "/contracts/{contract_id}/write/{register}"): Seen(
        frozenset({"commissioner"}), (404,), "/contracts/none/write/trades"
    ),
    ("POST", "/contracts/{contract_id}/write/{register}"): Seen(
        frozenset({"commissioner"}), (404,), "/contracts/none/write/trades"
    ),
    ("GET", "/scenarios"): Seen(BROKER | {"commissioner"}),
    ("POST", "/scenarios"): Seen(frozenset({"commissioner"}), (428,)),
    ("GET", "/scenarios/{number}"): Seen(BROKER | {"commissioner"}, (404,), "/scenarios/4711"),
    ("GET", "/scenarios/{number}/parts/{name}"): Seen(
        BROKER | {"commissioner"}, (404,), "/scenarios/4711/parts/occupancy-home"
    ),
    ("GET", "/scenarios/{number}/chart/{name}"): Seen(
        BROKER | {"commissioner"}, (404,), "/scenarios/4711/chart/voids"
    ),
    ("GET", "/scenarios/{number}/workbook"): Seen(
        BROKER | {"commissioner"}, (404,), "/scenarios/4711/workbook"
    ),
    ("POST", "/scenarios/{number}/cancel"): Seen(
        frozenset({"commissioner"}), (404,), "/scenarios/4711/cancel"
    ),
    ("GET", "/purchases"): Seen(frozenset({"commissioner"})),
    ("POST", "/purchases"): Seen(frozenset({"commissioner"}), (428,)),
    ("GET", "/benchmarks"): Seen(EVERY),
    ("GET", "/fairness"): Seen(BROKER | {"commissioner", "auditor"}, (200, 303)),
    ("GET", "/fairness/{match_id}"): Seen(
        BROKER | {"commissioner", "auditor"}, (404,), "/fairness/4711"
    ),
    ("GET", "/registers"): Seen(LOOKERS | {"commissioner"}, (303,)),
    ("GET", "/registers/{register}"): Seen(
        LOOKERS | {"commissioner"}, (200,), "/registers/training"
    ),
    ("GET", "/registers/{register}/write"): Seen(
        HOMES | {"broker", "commissioner"}, (200, 404), "/registers/assessments/write"
    ),
    ("POST", "/registers/{register}/write"): Seen(
        HOMES | {"broker", "commissioner"}, (404, 428), "/registers/assessments/write"
    ),
    ("GET", "/reports"): Seen(BROKER | {"commissioner", "director"}, (303,)),
    ("GET", "/reports/{name}"): Seen(
        BROKER | {"commissioner", "director"}, (200,), "/reports/flow"
    ),
    ("GET", "/reports/{name}/workbook"): Seen(
        BROKER | {"commissioner", "director"}, (404,), "/reports/flow/workbook"
    ),
    ("GET", "/reports/board/paper"): Seen(BROKER | {"commissioner", "director"}, (404,)),
    ("GET", "/audit/chain"): Seen(frozenset({"auditor"})),
    ("GET", "/referrals/{referral_id}/sheets/{home_id}"): Seen(
        CASEWORK, (404,), "/referrals/R-none/sheets/SC990007"
    ),
    ("GET", "/referrals/{referral_id}/letter"): Seen(CASEWORK, (404,), "/referrals/R-none/letter"),
    ("GET", "/matches/{match_id}/{referral_id}/choices"): Seen(
        BROKER, (404,), "/matches/4711/R-01/choices"
    ),
    ("GET", "/matches/{match_id}/{referral_id}/decide"): Seen(
        BROKER, (200,), "/matches/4711/R-01/decide"
    ),
    ("POST", "/matches/{match_id}/{referral_id}/decide"): Seen(
        BROKER, (422, 404), "/matches/4711/R-01/decide"
    ),
    ("GET", "/matches/{match_id}/against/{other_id}"): Seen(
        BROKER | {"commissioner", "auditor"}, (404,), "/matches/4711/against/4712"
    ),
    ("GET", "/homes/{home_id}/who"): Seen(BROKER, (404,), "/homes/none/who"),
    ("GET", "/moving-on"): Seen(CASEWORK),
    ("GET", "/approvals"): Seen(BOROUGHS),
    ("GET", "/borough"): Seen(BOROUGHS),
}


def test_every_page_is_on_the_list_and_none_is_among_the_routes_of_programs() -> None:
    there = {
        (method, route.path)
        for module in PAGE_MODULES
        for route in module.router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }
    assert there == set(PAGES) == set(BY_HAND)
    assert not set(PAGES) & set(ROUTES)
    assert not [path for _, path in PAGES if path.startswith("/api/")]


@pytest.mark.parametrize("page", sorted(BY_HAND), ids=" ".join)
def test_each_role_sees_what_the_list_says(
    browsing: Browsing, at_work: tuple[FastAPI, object, object], page: tuple[str, str]
) -> None:
    method, path = page
    told = BY_HAND[page]
    for role in sorted(ANYBODY):
        browser = browsing(None if role == "nobody" else role)
        headers = HTML | browser.headers
        address = told.address or path
        if method == "GET":
            status = browser.client.get(address, headers=headers).status_code
        else:
            fields = {"page_token": _token(browser)}
            status = browser.client.post(address, data=fields, headers=headers).status_code
            if address == "/leave" and role != "nobody":
                assert status == 303
                browsing_again(browser, role)
                continue
        if role in told.who:
            assert status in told.answers, role
        elif role == "nobody":
            # Who signs out and is not signed in has what they want.
            sent_on = method == "GET" or address == "/leave"
            assert status == (303 if sent_on else 401)
        else:
            assert status == 403, role


def _token(browser: Browser) -> str:
    return (
        browser.get("/help").form("/leave").get("page_token", "")
        if browser.headers
        else (browser.get("/enter").form("/enter")["page_token"])
    )


def browsing_again(browser: Browser, role: str) -> None:
    """Sign the account in anew, for the tests that follow."""
    browser.headers = {}
    browser.client.cookies.clear()
    browser.enter(role)
    held = "; ".join(f"{name}={value}" for name, value in browser.client.cookies.items())
    browser.client.cookies.clear()
    browser.headers = {"cookie": held}


def test_a_provider_sees_no_other_providers_contract(browsing: Browsing) -> None:
    page = browsing("other-provider").get("/price")
    assert "No contract that you may see" in page.main


def test_a_borough_sees_options_of_its_own_young_people_in_the_shared_form(
    browsing: Browsing,
) -> None:
    for role, own, other in (
        ("assessor", "R-14", "R-17"),
        ("havering-assessor", "R-17", "R-14"),
    ):
        page = browsing(role).get(f"/options/{own}")
        assert page.status == 200
        assert "not shown here" in page.main
        assert "£" not in page.main
        assert browsing(role).get(f"/options/{other}").status == 404
