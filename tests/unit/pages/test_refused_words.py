"""What is refused is told in words: every pattern that somebody can meet has some."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from api.app import create_app
from api.pages.forms import in_words
from api.refused_words import allowed_in, of_pattern
from api.settings import Settings
from broker.life.steps import SAID
from broker.registers.entries import ENTRY
from tests.addresses import ROUTES


def patterns(told: Any) -> Iterator[str]:
    """Every pattern in a schema."""
    if isinstance(told, dict):
        if isinstance(told.get("pattern"), str):
            yield told["pattern"]
        for inner in told.values():
            yield from patterns(inner)
    elif isinstance(told, list):
        for inner in told:
            yield from patterns(inner)


def asked_in_addresses() -> Iterator[str]:
    """The patterns of what the address of a page may say."""
    for _, route in ROUTES:
        for one in (*route.dependant.query_params, *route.dependant.path_params):
            told = [getattr(each, "pattern", None) for each in one.field_info.metadata]
            yield from (pattern for pattern in told if pattern)


def test_every_pattern_that_is_asked_for_has_words() -> None:
    of_bodies = [*patterns(SAID.json_schema()), *patterns(ENTRY.json_schema())]
    of_routes = [*patterns(create_app(Settings(), processes=False).openapi()["paths"])]
    of_pages = list(asked_in_addresses())
    assert min(len(of_bodies), len(of_routes), len(of_pages)) > 5
    without = {one for one in (*of_bodies, *of_routes, *of_pages) if not of_pattern(one)}
    assert not without


class Every(BaseModel):
    """A field of each kind that shapes have."""

    number: Annotated[int, Field(ge=1, le=9)] = 1
    sum: Annotated[Decimal, Field(gt=0, lt=5, decimal_places=2)] = Decimal(1)
    day: Annotated[date, Field(ge=date(1900, 1, 1), le=date(2199, 12, 31))] = date(2026, 9, 7)
    word: Annotated[str, Field(min_length=2, max_length=4)] = "word"
    rows: Annotated[tuple[str, ...], Field(min_length=1, max_length=2)] = ("a",)
    yes: bool = True


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("number", "x", "a whole number"),
        ("number", "1.5", "a whole number"),
        ("number", 0, "1 or more"),
        ("number", 10, "9 or less"),
        ("sum", "x", "a number"),
        ("sum", "0", "more than 0"),
        ("sum", "5", "less than 5"),
        ("sum", "1.234", "a number with 2 decimals at most"),
        ("day", "2026-02-31", "a real day"),
        ("day", "1899-12-31", "a day from 1900-01-01 on"),
        ("day", "2200-01-01", "a day up to 2199-12-31"),
        ("word", "w", "at least 2 characters"),
        ("word", "wordy", "at most 4 characters"),
        ("word", 3, "text"),
        ("rows", [], "at least 1 entry"),
        ("rows", ["a", "b", "c"], "at most 2 entries"),
        ("rows", "a", "a list"),
        ("yes", "perhaps", "yes or no (true or false)"),
    ],
)
def test_each_refusal_says_what_is_allowed(name: str, value: object, words: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Every.model_validate({name: value})
    (error,) = refused.value.errors()
    assert allowed_in(error) == words


def test_alternatives_are_listed_and_an_unknown_pattern_has_no_words() -> None:
    assert of_pattern("^(draft|ended)$") == "one of draft, ended"
    assert of_pattern("^(|draft|ended)$") == "one of draft, ended"
    assert of_pattern("^[a-c]x$") == ""
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(Annotated[str, Field(pattern="^[a-c]x$")]).validate_python("y")
    assert re.search(r"match pattern", allowed_in(refused.value.errors()[0]))


def test_a_form_says_the_first_day_where_programs_are_told_from() -> None:
    told = [{"href": "#to-day", "text": "Allowed: a day after from, 2026-09-07"}]
    shown = "Allowed: a day after the first day, 7 September 2026"
    assert in_words(told) == [{"href": "#to-day", "text": shown}]
