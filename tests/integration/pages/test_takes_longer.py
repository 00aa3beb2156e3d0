"""An answer that takes longer than a moment: told so at once, and found by asking again."""

from __future__ import annotations

import asyncio
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine

from api import asking, later
from api.later import Asked, Later, NotYet
from api.pages import auditing
from broker.audit.chain import verify
from broker.store.clock import now
from tests.integration.api.world import World
from tests.integration.looking import looks_since, newest
from tests.integration.pages.browsing import HTML, Browser, table

PART = {"hx-request": "true", "hx-target": "later"}
ROUND = ("/options/R-14", "/homes/SC990002/who")


@pytest.fixture
def hurried(at_work: tuple[FastAPI, World, Engine]) -> Iterator[FastAPI]:
    """The service, where nobody waits for anything that is not there at once."""
    app = at_work[0]
    before = app.state.service
    app.state.service = replace(before, answers=Later(0.0), cases=Later(0.0))
    yield app
    app.state.service = before


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Questions and checks of the chain end when this is set, and not before."""
    may_end = threading.Event()

    def after(real: Callable[..., Any]) -> Callable[..., Any]:
        def waits(*given: Any, **named: Any) -> Any:
            assert may_end.wait(30)
            return real(*given, **named)

        return waits

    monkeypatch.setattr(asking, "ask_problem", after(asking.ask_problem))
    monkeypatch.setattr(auditing, "verify", after(verify))
    yield may_end
    may_end.set()


def found(browser: Browser, address: str) -> Any:
    """The page of an address once the answer is there."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        page = browser.get(address)
        if page.status != 202:
            return page
        time.sleep(0.05)
    raise AssertionError(f"{address} never came")


@pytest.mark.parametrize(("role", "address"), [
    ("broker", ROUND[0]), ("broker", ROUND[1]), ("auditor", "/audit/chain?check=yes"),
])  # fmt: skip
def test_who_asks_is_told_at_once_and_finds_the_answer_at_the_same_address(
    hurried: FastAPI, held: threading.Event, browsing: Callable[[str | None], Browser],
    role: str, address: str,
) -> None:  # fmt: skip
    browser = browsing(role)
    told = browser.get(address)
    assert (told.status, told.main.split(".")[0]) == (
        202, "This takes longer The answer to what you asked is being worked out",
    )  # fmt: skip
    assert address in told.links()
    part = browser.client.get(address, headers=HTML | browser.headers | PART)
    assert (part.status_code, part.content) == (204, b"")
    held.set()
    until = time.monotonic() + 30
    while part.status_code == 204 and time.monotonic() < until:
        part = browser.client.get(address, headers=HTML | browser.headers | PART)
        time.sleep(0.05)
    assert (part.status_code, part.headers["hx-refresh"]) == (200, "true")
    held.clear()
    whole = browser.get(address)
    assert whole.status == 200, "the page that comes for it finds it, and nothing is begun anew"
    assert "hx-refresh" not in whole.headers
    again = browser.get(address)
    assert again.status == 200, "it can be left and found again"
    assert "Worked out from the records of" in again.main
    anew = next(one for one in again.links() if "anew=yes" in one)
    waits = browser.get(anew)
    assert (waits.status, waits.address) == (202, address), "and is worked out anew if asked to be"


def test_a_match_and_what_is_asked_about_it_are_found_later(
    hurried: FastAPI, browsing: Callable[[str | None], Browser], matched: str
) -> None:
    broker = browsing("broker")
    for rest in ("", "/R-01", "/R-16?ask=changes", "/R-01/choices"):
        assert found(broker, f"{matched}{rest}").status == 200
    again = broker.get(f"{matched}/R-01/choices")
    assert again.status == 200, "what cannot change is kept"


@pytest.mark.parametrize(("role", "address", "looks"), [
    ("broker", ROUND[0], [("question.ask", "referral", "R-14")]),
    ("assessor", ROUND[0], [("question.share", "referral", "R-14")]),
    ("broker", ROUND[1], [("question.ask", "home", "SC990002")]),
    ("auditor", "/audit/chain?check=yes", [("audit.read", "audit", "chain")]),
    ("broker", "MATCH", [("match.read", "match", "1")]),
    ("broker", "MATCH/R-01", [("match.read", "match", "1"), ("question.ask", "referral", "R-01")]),
    ("broker", "MATCH/R-02/choices",
     [("match.read", "match", "1"), ("question.ask", "referral", "R-02")]),
])  # fmt: skip
def test_who_waits_looks_once_the_answer_is_shown_and_looking_whether_it_is_there_shows_nothing(
    hurried: FastAPI, at_work: tuple[FastAPI, World, Engine], matched: str,
    browsing: Callable[[str | None], Browser], role: str, address: str,
    looks: list[tuple[str, str, str]],
) -> None:  # fmt: skip
    browser, engine = browsing(role), at_work[2]
    at = address.replace("MATCH", matched)
    before = newest(engine)
    assert browser.get(at).status == 202
    until, part = time.monotonic() + 30, None
    while (part is None or part.status_code == 204) and time.monotonic() < until:
        part = browser.client.get(at, headers=HTML | browser.headers | PART)
        time.sleep(0.05)
    assert part is not None
    assert (part.status_code, part.headers["hx-refresh"], part.content) == (200, "true", b"")
    assert looks_since(engine, before) == [], "nothing was shown yet"
    assert browser.get(at).status == 200
    assert looks_since(engine, before) == [(role, *look) for look in looks]


def test_each_who_is_shown_what_was_worked_out_for_another_looks(
    at_work: tuple[FastAPI, World, Engine], matched: str,
    browsing: Callable[[str | None], Browser],
) -> None:  # fmt: skip
    engine, people = at_work[2], ("broker", "commissioner", "auditor")
    before = newest(engine)
    for role in people:
        assert browsing(role).get(matched).status == 200
    looks = [look for look in looks_since(engine, before) if look[1] == "match.read"]
    assert looks == [(role, "match.read", "match", "1") for role in people]


def test_a_part_that_is_shown_something_looks_whatever_else_it_says_of_itself(
    at_work: tuple[FastAPI, World, Engine], matched: str,
    browsing: Callable[[str | None], Browser],
) -> None:  # fmt: skip
    broker, engine = browsing("broker"), at_work[2]
    before = newest(engine)
    asked = HTML | broker.headers | {"hx-request": "true", "hx-target": "another"}
    answer = broker.client.get(f"{matched}/R-01", headers=asked)
    assert "Rule by rule" in answer.text
    assert ("broker", "question.ask", "referral", "R-01") in looks_since(engine, before)


def test_whoever_may_not_ask_is_refused_before_anything_is_worked_out(
    hurried: FastAPI, held: threading.Event, browsing: Callable[[str | None], Browser], matched: str
) -> None:
    assert browsing("provider").get(ROUND[0]).status == 403
    assert browsing("registered_manager").get(f"{matched}/R-01").status == 403


def test_what_nobody_has_is_refused_as_before(
    hurried: FastAPI, browsing: Callable[[str | None], Browser]
) -> None:
    assert found(browsing("broker"), "/options/R-NOBODY").status == 404
    assert found(browsing("broker"), "/homes/NONE/who").status == 404


def test_what_somebody_left_is_listed_for_them_and_for_nobody_else(
    hurried: FastAPI, at_work: tuple[FastAPI, World, Engine], held: threading.Event,
    browsing: Callable[[str | None], Browser],
) -> None:  # fmt: skip
    broker, assessor, engine = browsing("broker"), browsing("assessor"), at_work[2]
    assert "There is no long answer now" in broker.get("/answers").main
    told = broker.get(ROUND[0])
    assert (told.status, "/answers" in told.links()) == (202, True)
    assert broker.get(ROUND[1]).status == 202
    before = newest(engine)
    listed = broker.get("/answers")
    assert [row[0] for row in table(listed, "What you asked")[1:]] == [
        "Who fits SC990002", "Homes for R-14",
    ]  # fmt: skip
    assert {row[2] for row in table(listed, "What you asked")[1:]} == {"Being worked out"}
    assert {*ROUND} <= {*listed.links()}
    assert "2 long answers that you asked for" in broker.get("/").main
    assert looks_since(engine, before) == [("broker", "answer.list", "answers", "own")]
    assert "R-14" not in assessor.get("/answers").text
    assert "long answer" not in assessor.get("/").main
    held.set()
    assert found(broker, ROUND[0]).status == 200
    rows = {row[0]: row[2] for row in table(broker.get("/answers"), "What you asked")[1:]}
    assert re.fullmatch(r"There, kept for (59|60) more minutes", rows["Homes for R-14"])


def test_a_match_that_is_waited_for_is_listed_and_never_said_to_be_of_then(
    hurried: FastAPI, browsing: Callable[[str | None], Browser], matched: str
) -> None:
    commissioner = browsing("commissioner")
    page = found(commissioner, matched)
    assert "Worked out from the records" not in page.main, "it cannot change"
    assert matched in commissioner.get("/answers").links()


def test_an_answer_that_came_at_once_is_of_now_and_is_not_kept(
    browsing: Callable[[str | None], Browser],
) -> None:
    broker = browsing("broker")
    page = broker.get(ROUND[0])
    assert page.status == 200
    assert "Worked out from the records" not in page.main
    assert ROUND[0] not in broker.get("/answers").links()


def worked(*answers: Any) -> tuple[list[int], Callable[[], Any]]:
    """Work that comes to one answer after another, and how often it was done."""
    done: list[int] = []

    async def work() -> Any:
        done.append(len(done))
        await asyncio.sleep(0.01)
        value = answers[min(len(done), len(answers)) - 1]
        if isinstance(value, Exception):
            raise value
        return value

    return done, work


def run(scene: Callable[[], Any]) -> None:
    """A scene in an event loop of its own, whatever else runs in this process."""
    thread = threading.Thread(target=lambda: caught.append(_end(scene)))
    caught: list[BaseException | None] = []
    thread.start()
    thread.join(60)
    assert caught
    if caught[0] is not None:
        raise caught[0]


def _end(scene: Callable[[], Any]) -> BaseException | None:
    try:
        asyncio.run(scene())
    except BaseException as problem:
        return problem
    return None


def test_the_same_question_is_worked_out_once_for_all_who_ask_it() -> None:
    done, work = worked("one", "two")

    async def scene() -> None:
        patient = Later(None)
        assert await asyncio.gather(*(patient.answer("key", work) for _ in range(3))) == ["one"] * 3
        assert await patient.answer("key", work) == "two", "it is given once, then worked out anew"
        assert await patient.answer("for good", work, again=True) == "two"
        assert await patient.answer("for good", work, again=True) == "two"
        assert len(done) == 3

    run(scene)


def test_a_fault_is_told_to_whoever_comes_and_the_next_one_asks_anew() -> None:
    done, work = worked(ValueError("no"), "yes")

    async def scene() -> None:
        hurried = Later(0.0)
        with pytest.raises(NotYet):
            await hurried.answer("key", work, again=True)
        await asyncio.sleep(0.1)
        with pytest.raises(ValueError, match="no"):
            await hurried.answer("key", work, again=True)
        with pytest.raises(NotYet):
            await hurried.answer("key", work, again=True)
        await asyncio.sleep(0.1)
        assert await hurried.answer("key", work, again=True) == "yes"
        assert len(done) == 2

    run(scene)


def test_a_part_that_looks_leaves_the_answer_for_its_page_and_not_for_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done, work = worked("one", "two")

    async def scene() -> None:
        patient = Later(None)
        for part in (True, True, False):
            assert await patient.answer("key", work, part=part) == "one"
        assert await patient.answer("key", work, part=True) == "two"
        monkeypatch.setattr(later, "FETCHED_WITHIN", -1.0)
        await patient.answer("key", work)
        assert len(done) == 3

    run(scene)


def mine(number: int, account: str = "one") -> Asked:
    return Asked(account, f"answer {number}", f"/{number}")


def test_what_somebody_was_told_to_come_back_for_is_kept_an_hour_with_its_moment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done, work = worked("one", "two", "three")

    async def scene() -> None:
        hurried = Later(0.0)
        with pytest.raises(NotYet):
            await hurried.answer("key", work, asked=mine(1))
        assert [(one.ready, one.minutes) for one in hurried.left_by("one")] == [(None, None)]
        hurried.forget("key")
        await asyncio.sleep(0.1)
        for _ in range(2):
            assert await hurried.answer("key", work, asked=mine(1)) == "one"
        at = hurried.worked_out("key")
        assert at is not None
        assert timedelta(0) <= now() - at < timedelta(minutes=1)
        left = hurried.left_by("one")
        assert [(one.asked, one.ready, one.began_at) for one in left] == [(mine(1), True, at)]
        assert hurried.left_by("two") == []
        hurried.forget("key")
        with pytest.raises(NotYet):
            await hurried.answer("key", work, asked=mine(1))
        await asyncio.sleep(0.1)
        monkeypatch.setattr(later, "FETCHED_WITHIN", -1.0)
        assert await hurried.answer("key", work, asked=mine(1)) == "two", "a minute is not its end"
        monkeypatch.setattr(later, "LEFT_FOR", -1.0)
        assert hurried.left_by("one") == []
        with pytest.raises(NotYet):
            await hurried.answer("key", work, asked=mine(1))
        assert len(done) == 3

    run(scene)


def test_whoever_asks_much_crowds_out_their_own_and_what_failed_is_said_so() -> None:
    _, work = worked("answer")
    _, fails = worked(ValueError("no"))

    async def scene() -> None:
        hurried = Later(0.0)
        with pytest.raises(NotYet):
            await hurried.answer("other", work, asked=mine(0, "two"))
        for number in range(later.EACH + 2):
            with pytest.raises(NotYet):
                await hurried.answer(number, work, asked=mine(number))
        with pytest.raises(NotYet):
            await hurried.answer("fault", fails, asked=mine(99, "two"))
        await asyncio.sleep(0.2)
        assert len(hurried.left_by("one")) == later.EACH
        assert [one.ready for one in hurried.left_by("two")] == [False, True]
        few = Later(0.0, keep=2)
        for number in range(4):
            with pytest.raises(NotYet):
                await few.answer(number, work, asked=mine(number, f"account {number}"))
        await asyncio.sleep(0.2)
        assert [len(few.left_by(f"account {number}")) for number in range(4)] == [0, 0, 1, 1]

    run(scene)


def test_answers_are_forgotten_in_time_and_where_there_are_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done, work = worked("answer")

    async def scene() -> None:
        few = Later(None, keep=2)
        for key in "abc":
            await few.answer(key, work, again=True)
        await few.answer("c", work, again=True)
        assert len(done) == 3
        await few.answer("a", work, again=True)
        assert len(done) == 4, "the oldest was forgotten"
        monkeypatch.setattr(later, "KEPT_FOR", -1.0)
        await few.answer("c", work, again=True)
        assert len(done) == 5, "so is what was kept long enough"

    run(scene)
