"""A refusal says on its page what is not allowed, and what is, in words and not in codes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from api.access import LISTED
from api.app import ROUTES as MODULES
from api.pages.access import PAGES
from api.pages.every import PAGES as PAGE_MODULES
from api.pages.role_words import ACT_WORDS, role_words, who_may
from api.refused_words import of_pattern
from broker.access.actor import Role
from broker.access.allowed import ACTS
from broker.tables.life import STATES
from tests.integration.api.conftest import problem_of
from tests.integration.pages.browsing import Browser
from tests.integration.pages.test_who_may_see import BY_HAND

Browsing = Callable[[str | None], Browser]
CODE = re.compile(r"\b[a-z_]+\.[a-z_]+\b|\b[a-z]+_[a-z_]+\b|\^\(|\\x|/api/|Bearer|JSON|pattern")
"""What only programs say: acts and roles as codes, patterns, routes for programs."""


@pytest.mark.parametrize("role", sorted(role.value for role in Role))
def test_what_a_role_may_not_is_said_in_words(browsing: Browsing, role: str) -> None:
    browser, refused = browsing(role), 0
    for (method, path), seen in BY_HAND.items():
        act = PAGES[method, path]
        if method != "GET" or act not in ACTS or Role(role) in ACTS[act].roles:
            continue
        page = browser.get(seen.address or path)
        assert page.status == 403, path
        assert ACT_WORDS[act] in page.main
        assert f"your role, {role_words(Role(role))}" in page.main
        for who in who_may(act):
            assert who in page.main
        assert not CODE.search(page.main), page.main
        refused += 1
    assert refused


def test_a_director_who_asks_for_contracts_is_told_whose_they_are(browsing: Browsing) -> None:
    page = browsing("director").get("/contracts")
    assert "not for your role, director: See contracts." in page.main
    assert "It is for brokers, commissioners and finance officers." in page.main


def test_a_program_is_still_told_by_code(browsing: Browsing) -> None:
    director = browsing("director")
    answer = director.client.get("/contracts", headers=director.headers)
    told = problem_of(answer, 403, "not-allowed")
    assert told["detail"] == (
        "The role director may not do contract.read; it is for: broker, commissioner, finance."
    )


@pytest.mark.parametrize(
    ("role", "address", "called", "value", "allowed"),
    [
        ("broker", "/referrals?state=foo", "Where it stands", "foo", "one of draft, "),
        ("broker", "/referrals?borough=Newham", "Borough", "Newham", "the code of a council"),
        ("broker", "/referrals?urgency=now", "How urgent it is", "now", "one of today, "),
        ("broker", "/matches?after=x", "Where the list goes on", "x", "a whole number"),
        ("auditor", "/audit?by=%00", "By which account", "\\x00", "text in one line"),
        ("auditor", "/audit?after=-1", "Where the list goes on", "-1", "0 or more"),
    ],
)
def test_what_an_address_asks_wrongly_is_told_with_what_is_allowed(
    browsing: Browsing, role: str, address: str, called: str, value: str, allowed: str
) -> None:
    page = browsing(role).get(address)
    assert page.status == 422
    assert page.title.startswith("Error: ")
    assert page.errors == [("#error-1", f"{called}: “{value}” is not allowed")]
    assert f"“{value}” is not allowed. Allowed: {allowed}" in page.main
    assert not CODE.search(page.main.replace("\\x00", "")), page.main


def test_every_state_is_among_those_that_the_page_allows(browsing: Browsing) -> None:
    told = browsing("broker").get("/referrals?state=foo").main
    listed = told.partition("one of ")[2].partition(" Go to")[0]
    assert listed.split(", ") == [state.replace("_", " ") for state in STATES]


def test_an_address_that_is_not_there_speaks_of_no_document_for_programs(
    browsing: Browsing,
) -> None:
    page = browsing("broker").get("/nothing")
    assert page.status == 404
    assert "no page at this address" in page.main
    assert not CODE.search(page.main)


def _patterns(dependant: Dependant) -> Iterator[str]:
    for one in (*dependant.path_params, *dependant.query_params):
        for told in one.field_info.metadata:
            pattern: Any = getattr(told, "pattern", None)
            if pattern is not None:
                yield str(pattern)
    for deeper in dependant.dependencies:
        yield from _patterns(deeper)


def test_every_pattern_of_an_address_has_words() -> None:
    found = {
        pattern
        for module in (*MODULES, *PAGE_MODULES)
        for route in module.router.routes
        if isinstance(route, APIRoute)
        for pattern in _patterns(route.dependant)
    }
    assert len(found) > 10
    for pattern in found:
        assert of_pattern(pattern), pattern
        assert not CODE.search(of_pattern(pattern).replace("_", "")), pattern


def test_every_act_of_the_list_has_words_of_its_own() -> None:
    acts = {act for act in LISTED.values() if act in ACTS}
    assert acts <= set(ACT_WORDS)
    assert len(set(ACT_WORDS.values())) == len(ACT_WORDS)
    assert not [words for words in ACT_WORDS.values() if CODE.search(words)]
