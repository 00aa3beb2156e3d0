"""A form sent when its session has ended is given back to who wrote it, and never sent on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api.identity import TOKEN_FIELD, token_for, whose
from api.settings import Settings
from api.written import EACH, FIELD, WrittenForms
from broker.access.accounts import NewAccount, add_account
from broker.access.actor import PARTNERSHIP, Role
from broker.access.sessions import SESSION_IDLE
from broker.database import reading, writing
from broker.store.clock import now
from broker.tables import AccessRow, StepRow
from tests.integration.api.world import PASSWORD, World, calling
from tests.integration.pages.browsing import Browser, Page

AtWork = tuple[FastAPI, World, Engine]
WORDS = "They asked for <b>a garden</b> & a “quiet” room.\n\nTwice."
CALL = {
    "home_id": "SC990007",
    "spoke_to": "Somebody <i>Else</i>",
    "free_places": "0",
    "said": WORDS,
}


@pytest.fixture
def client(at_work: AtWork) -> Iterator[TestClient]:
    """A browser of one's own, whose cookies the service sets."""
    with calling(at_work[0]) as made:
        made.cookies.clear()
        yield made


def rest(engine: Engine, account: str) -> None:
    """Nobody has used the account's sessions for as long as they may rest."""
    with writing(engine) as session:
        mine = AccessRow.__table__.c.account_id == account
        at = now() - SESSION_IDLE
        session.execute(sa.update(AccessRow.__table__).where(mine).values(used_at=at))


def steps(engine: Engine) -> int:
    """How many steps of any young person's life are on record."""
    with reading(engine) as session:
        query = sa.select(sa.func.count()).select_from(StepRow.__table__)
        return int(session.execute(query).scalar_one())


@dataclass(frozen=True)
class Open:
    """Somebody with a form open, and where it is."""

    browser: Browser
    at: str
    fields: dict[str, str]

    def send(self, **without: str) -> Page:
        """The form filled in and sent, as a browser sends it: with where it comes from."""
        headers = {"referer": f"http://127.0.0.1{self.at}?home_id=SC990007"} | without
        return Browser(self.browser.client, headers).post(self.at, self.fields)


@pytest.fixture
def opened(client: TestClient, at_work: AtWork) -> Open:
    """A broker who writes a call down: a day, a choice, a text box and an area."""
    broker = Browser(client)
    broker.enter("broker")
    at = f"/referrals/{at_work[1].newham}/call"
    return Open(broker, at, {**broker.get(f"{at}?home_id=SC990007").form(at), **CALL})


def test_what_was_written_is_there_again_after_signing_in_and_only_its_writer_sends_it(
    opened: Open, at_work: AtWork
) -> None:
    engine, before = at_work[2], steps(at_work[2])
    rest(engine, "broker")
    told = opened.send()
    assert (told.status, told.title.split(" – ")[0]) == (401, "Sign in to go on")
    assert told.headers["referrer-policy"] == "same-origin", "or the browser sends no form of it"
    assert "nothing was done with what you sent" in told.main
    assert "What you wrote is kept for 60 minutes" in told.main
    assert "garden" not in told.text, "nobody is signed in, so nobody is shown it"
    wrong = opened.browser.send(told, "/enter", account="broker", password="not it")
    assert "What you wrote is kept" in wrong.main
    again = opened.browser.send(wrong, "/enter", account="broker", password=PASSWORD)
    assert again.address.startswith(f"{opened.at}?home_id=SC990007&{FIELD}=")
    assert "It was not sent" in again.main
    shown = again.form(opened.at)
    assert {name: shown[name] for name in CALL} == CALL
    assert shown["once"] == opened.fields["once"]
    assert shown[TOKEN_FIELD].partition("~")[0] == opened.browser.client.cookies["csrftoken"]
    assert steps(engine) == before
    whole = opened.browser.send(again, opened.at)
    assert whole.address == opened.at.removesuffix("/call")
    assert steps(engine) == before + 1
    assert "There is nothing to fill in again" in opened.browser.get(again.address).main


def test_another_account_that_signs_in_at_the_same_browser_is_not_shown_it(
    opened: Open, at_work: AtWork
) -> None:
    rest(at_work[2], "broker")
    told = opened.send()
    back = told.form("/enter")["back"]
    with writing(at_work[2]) as session:
        new = NewAccount("another-broker", Role.BROKER, PARTNERSHIP, secret=PASSWORD)
        add_account(session, new, now())
    for account, status in (("another-broker", 200), ("commissioner", 403)):
        page = opened.browser.send(told, "/enter", account=account, password=PASSWORD)
        assert (page.address, page.status) == (back, status)
        assert "garden" not in page.text
        assert ("another account wrote it" in page.main) is (status == 200)
    page = opened.browser.send(told, "/enter", account="broker", password=PASSWORD)
    assert page.form(opened.at)["said"] == CALL["said"], "its writer still finds it"


def test_a_form_whose_token_the_browser_has_forgotten_is_given_back_too(opened: Open) -> None:
    del opened.browser.client.cookies["csrftoken"]
    told = opened.send()
    assert told.status == 403
    link = next(one for one in told.links() if FIELD in one)
    again = opened.browser.get(link)
    assert {name: again.form(opened.at)[name] for name in CALL} == CALL


def test_after_both_cookies_are_gone_it_is_given_back_by_signing_in(opened: Open) -> None:
    opened.browser.client.cookies.clear()
    told = opened.send()
    assert told.status == 403
    page = opened.browser.get(next(one for one in told.links() if FIELD in one))
    assert page.title.startswith("Sign in")
    again = opened.browser.send(page, "/enter", account="broker", password=PASSWORD)
    assert {name: again.form(opened.at)[name] for name in CALL} == CALL


def test_what_was_changed_meanwhile_is_filled_in_again_over_the_record_of_now(
    opened: Open, at_work: AtWork
) -> None:
    told = Open(opened.browser, opened.at, {**opened.fields, "version": "1"}).send()
    assert told.status == 412
    again = opened.browser.get(next(one for one in told.links() if FIELD in one))
    shown = again.form(opened.at)
    assert {name: shown[name] for name in CALL} == CALL
    assert shown["version"] == opened.fields["version"] != "1"


def test_a_form_from_another_site_or_by_nobody_is_not_kept(opened: Open, at_work: AtWork) -> None:
    rest(at_work[2], "broker")
    elsewhere = opened.send(origin="http://elsewhere.example")
    assert elsewhere.status == 403
    forged = {**opened.fields, TOKEN_FIELD: f"{opened.fields[TOKEN_FIELD].partition('~')[0]}"}
    unsigned = Open(opened.browser, opened.at, forged).send()
    assert unsigned.status == 401
    assert unsigned.form("/enter")["back"] == f"{opened.at}?home_id=SC990007"
    for page in (elsewhere, unsigned):
        assert "What you wrote is kept" not in page.main
        assert not [one for one in page.links() if FIELD in one]


def test_whose_a_form_is_can_be_said_by_nobody_but_the_service(client: TestClient) -> None:
    settings = Settings()
    token = token_for(settings, "a.token", "broker")
    assert whose(settings, token) == "broker"
    for other in (
        "a.token",
        "a.token~",
        "a.token~broker",
        token.replace("broker", "auditor"),
        token.replace("a.token", "another.token"),
        token_for(Settings(), "a.token", "broker"),
        "a.token~bro\ufffdker.x",
    ):
        assert whose(settings, other) is None, other


def test_costs_are_kept_nowhere_and_a_button_is_no_words(
    client: TestClient, at_work: AtWork
) -> None:
    provider = Browser(client)
    provider.enter("provider")
    asked = "/forecast?contract=NEL-BLOCK-1&occupancy=85&low=20&medium=35&high=35&specialist=10"
    costs = provider.get(asked).form("/forecast") | {"cost_month": "9123"}
    rest(at_work[2], "provider")
    for action, fields in (("/forecast", costs), ("/matches", {TOKEN_FIELD: costs[TOKEN_FIELD]})):
        told = provider.post(action, fields)
        assert told.status == 401
        assert "What you wrote is kept" not in told.main
        assert told.form("/enter")["back"] == action
    assert "9123" not in str(at_work[0].state.service.written._forms)


def test_who_signs_out_after_the_rest_is_signed_out(client: TestClient, at_work: AtWork) -> None:
    finance = Browser(client)
    inside = finance.enter("finance")
    rest(at_work[2], "finance")
    out = finance.send(inside, "/leave")
    assert (out.status, out.address) == (200, "/enter")


def test_signing_out_forgets_what_was_written(opened: Open, at_work: AtWork) -> None:
    rest(at_work[2], "broker")
    told = opened.send()
    page = opened.browser.send(told, "/enter", account="broker", password=PASSWORD)
    opened.browser.send(page, "/leave")
    inside = opened.browser.send(told, "/enter", account="broker", password=PASSWORD)
    assert "There is nothing to fill in again" in inside.main


def test_what_has_no_box_any_more_is_shown_all_the_same(opened: Open, at_work: AtWork) -> None:
    rest(at_work[2], "broker")
    told = Open(opened.browser, opened.at, {**opened.fields, "gone": WORDS}).send()
    page = opened.browser.send(told, "/enter", account="broker", password=PASSWORD)
    assert "They asked for <b>a garden</b> & a “quiet” room. Twice." in page.main


def test_a_page_to_sign_in_says_before_when_a_session_ends(client: TestClient) -> None:
    page = Browser(client).get("/enter")
    minutes = SESSION_IDLE // timedelta(minutes=1)
    assert f"If you ask for no page for {minutes} minutes, you must sign in again" in page.main


def test_forms_are_kept_for_an_hour_a_few_of_each_and_not_too_much_of_all() -> None:
    kept = WrittenForms(characters=100)
    fields = [("a", "x" * 9)]
    names = [kept.keep("one", f"/{number}", fields) for number in range(EACH + 1)]
    assert [kept.of("one", name or "") is not None for name in names] == [False, *[True] * EACH]
    assert kept.of("two", names[-1] or "") is None
    kept.sent("one", "/3")
    assert kept.of("one", names[3] or "") is None
    assert kept.of("one", names[4] or "") is not None
    large = kept.keep("two", "/", [("a", "x" * 90)])
    assert kept.of("two", large or "") is not None
    assert kept.of("one", names[4] or "") is None, "the oldest went"
    assert kept.keep("two", "/", [("a", "x" * 101)]) is None
    assert kept.keep("two", "/enter", fields) is None
    secret = kept.keep("two", "/", [("password", "not kept"), ("a", "b")])
    found = kept.of("two", secret or "")
    assert found is not None
    assert found.fields == (("a", "b"),)
    over = WrittenForms(kept_for=0.0)
    assert over.keep("one", "/", fields) is None


def test_a_form_of_one_account_is_never_taken_in_the_name_of_another(
    opened: Open, at_work: AtWork
) -> None:
    before = steps(at_work[2])
    opened.browser.client.cookies.delete(Settings().session_cookie)
    opened.browser.enter("assessor")
    told = opened.send()
    assert (told.status, told.title.split(" – ")[0]) == (
        403,
        "The page was made for another account",
    )
    assert steps(at_work[2]) == before
    assert "garden" not in told.text
    [kept] = [link for link in told.links() if FIELD in link]
    another = opened.browser.get(kept)
    assert "garden" not in another.text, "another account wrote it"
    opened.browser.client.cookies.delete(Settings().session_cookie)
    again = opened.browser.enter("broker", back=kept.partition("back=")[2])
    assert {name: again.form(opened.at)[name] for name in CALL} == CALL


def test_whoever_is_signed_in_can_sign_out_from_any_page(opened: Open) -> None:
    page = opened.browser.get("/")
    opened.browser.client.cookies.delete(Settings().session_cookie)
    opened.browser.enter("assessor")
    assert opened.browser.send(page, "/leave").address == "/enter"
