"""Signing in and out by the page, and what a browser is told that may not have what it asks for."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from api.pages.enter import safe
from tests.integration.api.conftest import problem_of
from tests.integration.pages.browsing import HTML, Browser

Browsing = Callable[[str | None], Browser]


def test_whoever_is_not_signed_in_is_sent_to_sign_in_and_back(browsing: Browsing) -> None:
    nobody = browsing(None)
    page = nobody.get("/price?band=high")
    assert page.title.startswith("Sign in")
    assert page.form("/enter")["back"] == "/price?band=high"
    inside = nobody.send(
        page, "/enter", account="provider", password="a password of the tests alone"
    )
    assert inside.address == "/price?band=high"


def test_a_wrong_password_is_told_and_the_account_kept(browsing: Browsing) -> None:
    nobody = browsing(None)
    page = nobody.send(nobody.get("/enter"), "/enter", account="auditor", password="not it")
    assert page.status == 401
    assert page.title.startswith("Error: ")
    assert page.form("/enter")["account"] == "auditor"
    assert "not it" not in page.text


def test_an_empty_form_says_what_is_missing(browsing: Browsing) -> None:
    nobody = browsing(None)
    page = nobody.send(nobody.get("/enter"), "/enter")
    assert page.status == 422
    assert [field for field, _ in page.errors] == ["#account", "#password"]


@pytest.mark.parametrize(
    ("back", "where"),
    [
        ("/matches", "/matches"),
        ("//elsewhere.example", "/"),
        ("https://elsewhere.example", "/"),
        ("/\\elsewhere.example", "/"),
        ("/a\n/b", "/"),
        ("", "/"),
    ],
)
def test_nobody_is_sent_to_another_site_afterwards(back: str, where: str) -> None:
    assert safe(back) == where


def test_signing_out_ends_the_session(browsing: Browsing) -> None:
    nobody = browsing(None)
    inside = nobody.enter("finance")
    assert "Signed in as finance" in " ".join(inside.tree.itertext())
    out = nobody.send(inside, "/leave")
    assert out.title.startswith("Sign in")
    assert nobody.get("/").title.startswith("Sign in")


@pytest.mark.parametrize("token", [None, "", "made up"])
@pytest.mark.parametrize("action", ["/matches", "/leave", "/enter", "/jobs/1/cancel"])
def test_a_form_without_the_token_of_a_page_of_ours_is_refused(
    browsing: Browsing, action: str, token: str | None
) -> None:
    broker = browsing("broker")
    fields = {"account": "broker", "once": "a-key"} | (
        {} if token is None else {"page_token": token}
    )
    page = broker.post(action, fields)
    assert page.status == 403
    assert "not of a page of ours" in page.main


def test_a_form_that_another_site_sends_is_refused(browsing: Browsing) -> None:
    broker = browsing("broker")
    fields = broker.get("/matches").form("/matches")
    for header in ({"origin": "http://elsewhere.example"}, {"sec-fetch-site": "cross-site"}):
        sent = broker.client.post("/matches", data=fields, headers=HTML | broker.headers | header)
        assert sent.status_code == 403


def test_a_form_sent_twice_is_done_once(browsing: Browsing) -> None:
    broker = browsing("broker")
    fields = broker.get("/matches").form("/matches")
    first, second = broker.post("/matches", fields), broker.post("/matches", fields)
    assert first.address == second.address
    cancelled = broker.send(first, f"{first.address}/cancel")
    assert "cancelled" in cancelled.title


@pytest.mark.parametrize("address", ["/nothing-here", "/matches/4711", "/matches/x", "/jobs/9"])
def test_what_is_not_there_is_told_as_a_page(browsing: Browsing, address: str) -> None:
    page = browsing("broker").get(address)
    assert page.status == 404
    assert "There is nothing here" in page.title


def test_a_role_that_may_not_is_told_which_may(browsing: Browsing) -> None:
    page = browsing("provider").get("/matches")
    assert page.status == 403
    assert "broker" in page.main
    assert "/matches" not in page.links()


def test_a_program_still_gets_a_problem_detail(browsing: Browsing) -> None:
    client = browsing(None).client
    problem_of(client.get("/matches"), 401, "not-signed-in")
    both = {"accept": "application/json, text/html;q=0.9"}
    problem_of(client.get("/matches", headers=both), 401, "not-signed-in")


def test_a_fault_is_a_page_with_its_number_and_no_traceback(
    browsing: Browsing, monkeypatch: pytest.MonkeyPatch
) -> None:
    import api.pages.start

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a secret of the inside")

    monkeypatch.setattr(api.pages.start, "page", broken)
    page = browsing("broker").get("/")
    assert page.status == 500
    assert "urn:uuid:" in page.main
    assert "secret" not in page.text
