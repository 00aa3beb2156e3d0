"""Whatever is sent, the answer is a plan, a price or a problem; never a fault of the service."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from api.problems import KINDS, Problem
from tests.integration.api.conftest import asking, in_threads, records_at

EXAMPLES = Path(__file__).parents[3] / "api" / "examples"
SEARCH = settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 40),
    st.sampled_from([2**31, -(2**63), 10**29, 1e308, -0.0, 0.1, 2.25, 1e-7]),
    st.sampled_from(["", " ", ";", "M;F", "Y", "high", "E09000016", "E07000066", "2026-02-29"]),
    st.sampled_from(["SC990001", "YP01", "943 476 5919", "A123456789012", "\u0000", "\ud800"]),
    st.sampled_from(["9999-12-31", "0001-01-01", "2012-02-29", "1e5", "RM3 7", "١٢", "x" * 9000]),
    st.text(max_size=12),
    st.just([]),
    st.just({}),
    st.lists(st.sampled_from(["M", "high", "autism", "", None, 3, "a;b"]), max_size=3),
)


def places_in(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a document."""
    yield path
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places_in(item, (*path, key))


def changed(document: Any, path: tuple[Any, ...], how: str, odd: Any) -> Any:
    """The document with one place changed, removed, repeated or given a key more."""
    document = copy.deepcopy(document)
    if not path:
        return odd
    owner = document
    for step in path[:-1]:
        owner = owner[step]
    if how == "remove":
        del owner[path[-1]]
    elif how == "repeat" and isinstance(owner, list):
        owner.append(copy.deepcopy(owner[path[-1]]))
    elif how == "add" and isinstance(owner[path[-1]], dict):
        owner[path[-1]][odd if isinstance(odd, str) else "key"] = odd
    else:
        owner[path[-1]] = odd
    return document


def sent_text(document: Any) -> bytes:
    """The document as JSON text, halves of characters as escapes."""
    return json.dumps(document, ensure_ascii=True).encode()


def check(response: Any, *good: int) -> None:
    """The answer is a good one, or a problem of a kind that is the caller's to put right."""
    if response.status_code in good:
        assert response.json()
        return
    assert response.status_code < 500, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem = Problem.model_validate_json(response.content)
    assert problem.type.rpartition("/")[2] in KINDS
    if response.status_code == 422:
        assert problem.errors
        assert all(entry.pointer or entry.parameter for entry in problem.errors)


@pytest.fixture(scope="module")
def caller(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service whose faults come out as faults of the test."""
    records = records_at(tmp_path_factory.mktemp("fuzz"))
    with asking(in_threads(records)) as client:
        yield client


def example(name: str) -> Any:
    """The body of an example."""
    return json.loads((EXAMPLES / f"{name}.json").read_text("utf-8"))["value"]


MATCH = example("match-case")
PRICE = example("price-text")
PLAN = json.loads((EXAMPLES / "match-answer.json").read_text("utf-8"))["plan"]
HOWS = st.sampled_from(["change", "change", "change", "remove", "repeat", "add"])


def steps_of(document: Any) -> st.SearchStrategy[tuple[tuple[Any, ...], str, Any]]:
    """One change of a document."""
    return st.tuples(st.sampled_from(list(places_in(document))[1:]), HOWS, ODD)


def walked(document: Any, steps: list[tuple[tuple[Any, ...], str, Any]]) -> Any:
    """The document after some changes; one whose place is gone is passed over."""
    for path, how, odd in steps:
        try:
            document = changed(document, path, how, odd)
        except (KeyError, IndexError, TypeError):
            continue
    return document


@SEARCH
@given(steps=st.lists(steps_of(MATCH), min_size=1, max_size=4))
def test_any_change_of_a_case_is_matched_or_refused(caller: TestClient, steps: Any) -> None:
    body = sent_text(walked(MATCH, steps))
    headers = {"content-type": "application/json"}
    check(caller.post("/api/matches", content=body, headers=headers), 201, 202)


QUESTIONS = {
    "options": ({"referral_id": "B", "effects": True}, {"home_id": "SC990002", "form": "shared"}),
    "explanations": (
        {"referral_id": "B", "conflict": True, "instead": "SC990001"},
        {"referral_id": "B", "form": "shared", "plan": PLAN},
    ),
    "evaluations": ({"plan": PLAN}, {"plan": PLAN, "form": "shared", "referral_id": "A"}),
    "what-ifs": ({"kind": "alternatives", "plans": 1}, {"kind": "worth", "home_id": "SC990001"}),
}


@SEARCH
@given(data=st.data())
def test_any_change_of_a_question_is_answered_or_refused(caller: TestClient, data: Any) -> None:
    path = data.draw(st.sampled_from(sorted(QUESTIONS)))
    question = data.draw(st.sampled_from(QUESTIONS[path]))
    changes = data.draw(st.lists(steps_of(question), min_size=1, max_size=3))
    body = {"case": MATCH["case"], **walked(question, changes)}
    headers = {"content-type": "application/json"}
    check(caller.post(f"/api/{path}", content=sent_text(body), headers=headers), 200)


@SEARCH
@given(steps=st.lists(steps_of(PRICE), min_size=1, max_size=3))
def test_any_change_of_a_price_is_priced_or_refused(caller: TestClient, steps: Any) -> None:
    body = sent_text(walked(PRICE, steps))
    headers = {"content-type": "application/json"}
    check(caller.post("/api/prices", content=body, headers=headers), 200)


@SEARCH
@given(
    lines=st.lists(st.sampled_from(PRICE["contract_toml"].splitlines()), max_size=25), odd=st.text()
)
def test_any_text_of_a_contract_is_priced_or_refused(
    caller: TestClient, lines: list[str], odd: str
) -> None:
    text = "\n".join([*lines, odd])
    body = sent_text({**PRICE, "contract_toml": text})
    headers = {"content-type": "application/json"}
    check(caller.post("/api/prices", content=body, headers=headers), 200)


@SEARCH
@given(body=st.binary(max_size=80), path=st.sampled_from(["/api/matches", "/api/prices"]))
def test_any_bytes_are_refused(caller: TestClient, body: bytes, path: str) -> None:
    response = caller.post(path, content=body, headers={"content-type": "application/json"})
    check(response, 201)
    assert response.status_code in (400, 422)


@SEARCH
@given(
    name=st.sampled_from(["day", "limit", "after", "x"]),
    value=st.text(max_size=12) | st.integers().map(str),
    content_type=st.text(
        st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=20
    ),
)
def test_any_parameter_and_content_type_is_answered(
    caller: TestClient, name: str, value: str, content_type: str
) -> None:
    given_value = value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    check(caller.get("/api/homes", params={name: given_value}), 200)
    headers = {b"content-type": content_type.encode("latin-1")}
    response = caller.request("POST", "/api/prices", content=b"{}", headers=headers)
    assert response.status_code in (415, 422)
