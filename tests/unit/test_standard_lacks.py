"""Everything that we hold is held by the standard or stands in the list of what it lacks."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from typing import get_args, get_type_hints

import pytest

from broker.life import steps
from broker.life.form import Form
from broker.standard import lacks
from broker.standard.fields import fields
from matching.sheets import SHEETS
from pricing import terms


def rows() -> dict[str, set[str]]:
    """The rows of the list that hold nothing: the first name of each, and the names within it."""
    made = {}
    for line in lacks.lacks_table().splitlines()[2:]:
        what, _, rest = line.strip("| ").partition(" | ")
        if rest == "nothing":
            first, _, names = what.partition(":")
            made[first] = set(re.findall("`([^`]+)`", names))
    return made


def test_every_field_of_every_step_is_held_or_listed() -> None:
    listed = rows()
    for shape in get_args(steps.Said):
        kind = get_args(shape.model_fields["kind"].annotation)[0]
        held = lacks.HELD_OF_STEPS.get(kind, frozenset())
        assert held <= set(shape.model_fields), kind
        told = listed.get(f"step, `{kind}`", set())
        assert told | held == set(shape.model_fields) - {"kind"}, kind
        assert not told & held


@pytest.mark.parametrize("table", [name for name in SHEETS if name != "referrals"])
def test_every_column_of_homes_residents_fees_and_the_rest_is_held_or_listed(table: str) -> None:
    held = lacks.HELD_OF_TABLES.get(table, {})
    assert set(held.values()) <= set(fields())
    told = rows()[f"table, `{table}`"]
    assert told | set(held) == set(SHEETS[table].names)
    assert not told & set(held)


def shapes_of(shape: type) -> Iterator[type]:
    """A shape and every one within it."""
    yield shape
    for hint in get_type_hints(shape).values():
        for inner in (hint, *get_args(hint), *(b for a in get_args(hint) for b in get_args(a))):
            if isinstance(inner, type) and dataclasses.is_dataclass(inner):
                yield from shapes_of(inner)


def test_every_field_of_every_part_of_a_contract_is_listed() -> None:
    listed = rows()
    assert set(shapes_of(terms.Contract)) == set(lacks.CONTRACT.values())
    for part, shape in lacks.CONTRACT.items():
        assert listed[f"contract, `{part}`"] == {one.name for one in dataclasses.fields(shape)}


def test_every_field_of_the_form_is_held_or_listed() -> None:
    listed = {name.split("`")[1] for name in rows() if name.startswith("form, ")}
    assert listed == set(lacks.lacking_fields())
    assert listed < set(Form.model_fields)
