"""The one form holds every field and option of the Placements Data Standard."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import pytest

from broker.life.form import COMPANIONS_OF_STANDARD, REQUIRED, REQUIRED_OF_PERSON, Form
from broker.sample.whole_form import whole_form

STANDARD = json.loads(
    Path(__file__).with_name("placements_standard.json").read_text(encoding="utf-8")
)
FIELDS = [field for entity in STANDARD["entities"] for field in entity["fields"]]
BY_ALIAS = {info.alias or name: name for name, info in Form.model_fields.items()}
OF_OURS = {"neededBy", "deprivationOfLiberty", "homeAdaptation"}
"""Fields that the form tells more exactly than the standard: a day, an order, yes or no."""


def options(shape: Any) -> set[str]:
    """Every text that a type allows by name."""
    if get_origin(shape) is Literal:
        return {one for one in get_args(shape) if isinstance(one, str)}
    if shape is NoneType:
        return set()
    found: set[str] = set()
    if get_origin(shape) in (Union, UnionType, tuple) or hasattr(shape, "__metadata__"):
        for part in get_args(shape):
            found |= options(part) if part is not Ellipsis else set()
    return found


def test_the_standard_has_28_fields_in_four_entities() -> None:
    assert len(STANDARD["entities"]) == 4
    assert len(FIELDS) == 28


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field["name"])
def test_every_field_of_the_standard_is_in_the_form_with_its_options(
    field: dict[str, Any],
) -> None:
    assert field["name"] in BY_ALIAS
    shape = Form.model_fields[BY_ALIAS[field["name"]]].annotation
    if field["name"] not in OF_OURS:
        assert options(shape) == set(field.get("options", ()))


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field["name"])
def test_what_the_standard_requires_a_submitted_form_must_say(field: dict[str, Any]) -> None:
    name = BY_ALIAS[field["name"]]
    if field["cardinality"].startswith("1.."):
        always = Form.model_fields[name].is_required()
        assert always or name in REQUIRED


def test_every_companion_of_the_standard_has_its_code() -> None:
    listed = next(one for one in FIELDS if one["name"] == "livingCompanions")["options"]
    assert dict(
        zip(listed, ["solo", "with_others", "only_older", "only_younger", "no_preference"],
            strict=True)
    ) == COMPANIONS_OF_STANDARD  # fmt: skip


@pytest.mark.parametrize("name", REQUIRED)
def test_each_required_field_is_missed_by_name(name: str) -> None:
    assert whole_form(**{name: None}).missing() == [name]


@pytest.mark.parametrize("name", REQUIRED_OF_PERSON)
def test_what_the_law_asks_of_a_person_is_missed_by_name(name: str) -> None:
    told = {**whole_form().person.model_dump(), name: None}
    assert whole_form(person=told).missing() == [f"person.{name}"]


def test_a_whole_form_misses_nothing_and_safety_may_be_said_to_be_none() -> None:
    whole = whole_form(avoid=(), must_not_live_with=(), caution_with=())
    assert whole.missing() == []
    assert whole_form(avoid=None).missing() == ["avoid"], "nothing said is not nobody"


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-3, "Today"),
        (0, "Today"),
        (1, "in less than 5 days"),
        (5, "in less than 5 days"),
        (6, "in more than 5 days"),
    ],
)
def test_the_standards_own_words_for_urgency_and_liberty_are_exported(
    days: int, words: str
) -> None:
    order = {
        "order_number": "FD26-1",
        "expires_on": date(2026, 12, 1),
        "restrictions": "locked at night",
    }
    today = date(2026, 9, 4)
    needed = date.fromordinal(today.toordinal() + days)
    told = whole_form(needed_by=needed, liberty=order).to_standard(today)
    assert told["neededBy"] == words
    assert told["deprivationOfLiberty"] is True
    assert whole_form().to_standard(today)["deprivationOfLiberty"] is False
    assert {field["name"] for field in FIELDS} <= set(told)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"young_person_id": "9434765919"}, "pseudonym"),
        ({"sex": "X"}, "sex"),
        ({"communication": ()}, "communication"),
        ({"date_of_birth": date(1899, 12, 31)}, "date_of_birth"),
        ({"needed_by": date(2200, 1, 1)}, "needed_by"),
        ({"wishes": "half a letter \ud800"}, "wishes"),
        ({"colour": "red"}, "colour"),
        ({"home_place": {"easting": 540500}}, "easting and northing"),
        ({"avoid": ({"kind": "radius", "miles": None, "reason": "x"},)}, "radius needs"),
        ({"avoid": ({"kind": "home", "reason": "x"},)}, "home needs"),
        ({"avoid": ({"kind": "borough", "reason": "x"},)}, "borough needs"),
    ],
)
def test_what_the_form_refuses_it_says(changed: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        whole_form(**changed)
