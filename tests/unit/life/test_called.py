"""What a young person calls somebody who matters: written in a line, kept, and shown to few."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from api.pages.form_asked import Known, told_in
from api.pages.forms import Fields
from broker.life import steps
from broker.life.form import Form, Matters
from broker.life.inscribe import people
from broker.life.show import seen_by, show
from broker.sample.whole_form import whole_form
from broker.standard.forms import referral_part
from tests.unit.life.story import Story
from tests.whole_life import ASSESSOR, BROKER, HOME, TODAY, manager

CALLED = "NAN-X"
MATTERS = ({"what": "family", "where": {"postcode": "E13 8"}, "called": CALLED},)


def read(line: str) -> dict[str, Any]:
    told: list[dict[str, Any]] = told_in("when-and-where", Fields([("matters", line)]))["matters"]
    (one,) = told
    return one


@pytest.mark.parametrize(
    ("line", "called", "keep", "visits"),
    [
        ("family, E13 8, 4, called Nan", "Nan", False, 4),
        ("family, E13 8, 4, keep, called Nan", "Nan", True, 4),
        ("family, E13 8, keep, called Mum, and Dad", "Mum, and Dad", True, None),
        ("family, E13 8, called Nan", "Nan", False, None),
        ("family, E13 8, 4,  Called  Nan", "Nan", False, 4),
        ("school, E6 4, 20, keep", None, True, 20),
        ("school, E6 4", None, False, None),
        ("friend", None, False, None),
    ],
)
def test_a_line_of_the_form_may_end_with_what_they_call_it(
    line: str, called: str | None, *, keep: bool, visits: int | None
) -> None:
    told = read(line)
    assert (told.get("called"), told["keep"]) == (called, keep)
    assert told.get("visits_per_month") == visits


def test_a_line_is_written_as_it_is_read() -> None:
    line = "family, E13 8, 4, keep, called Mum, and Dad"
    form = whole_form(matters=(Matters.model_validate_json(json.dumps(read(line))),))
    known = Known(form.model_dump(mode="json"))
    assert known.fields("when-and-where")["matters"] == line


@pytest.mark.parametrize("line", ["school, E6 4, 20, kept", "family, E13 8, 4, Nan"])
def test_a_word_that_is_no_part_of_a_line_is_refused_and_not_lost(line: str) -> None:
    with pytest.raises(ValidationError, match="keep"):
        Matters.model_validate_json(json.dumps(read(line)))


@pytest.mark.parametrize("text", ["", " ", "x" * 41, "two\nlines", "a\ttab", "bell\x07"])
def test_what_they_call_it_is_a_short_line(text: str) -> None:
    with pytest.raises(ValidationError):
        Matters.model_validate({"what": "family", "where": {}, "called": text})


def test_a_form_of_before_it_was_asked_is_still_read() -> None:
    told = whole_form(matters=MATTERS).model_dump(mode="json")
    del told["matters"][0]["called"]
    one = steps.said_of("open", {"form": told})
    assert isinstance(one, steps.Open)
    assert one.form.matters[0].called is None


def test_it_reaches_those_who_work_for_them_and_no_home() -> None:
    story = Story().to("verify", matters=MATTERS)
    story.told("shortlist")
    story.told("offer")
    seen = {
        who.id: CALLED in repr(show(story.life, seen_by(who, story.life, frozenset({HOME})), TODAY))
        for who in (BROKER, ASSESSOR, manager("P2"))
    }
    assert seen == {BROKER.id: True, ASSESSOR.id: True, manager("P2").id: False}
    told = show(story.life, seen_by(manager("P2"), story.life, frozenset({HOME})), TODAY)
    assert told["form"]["matters"][0]["what"] == "family", "the home that is asked sees the rest"


def test_it_goes_into_no_case_and_no_export() -> None:
    form: Form = whole_form(matters=MATTERS)
    assert len(list(people("R-1", form))) == 1
    assert CALLED not in repr(list(people("R-1", form)))
    told = referral_part(form, 1, TODAY)
    assert told
    assert CALLED not in repr(told)
