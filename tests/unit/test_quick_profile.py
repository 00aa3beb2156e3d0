"""A first look tries fewer examples of every property, whoever named their number."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import conftest


def item_of(test: object) -> pytest.Item:
    return cast(pytest.Item, SimpleNamespace(obj=test))


@pytest.mark.parametrize(("profile", "count"), [("quick", 15), ("dev", 60)])
def test_a_property_tries_a_quarter_under_the_quick_profile_and_all_under_the_others(
    profile: str, count: int
) -> None:
    tried: list[int] = []

    @settings(max_examples=60, database=None)
    @given(st.integers())
    def holds(number: int) -> None:
        tried.append(number)

    before = settings.get_current_profile_name()
    settings.load_profile(profile)
    try:
        # The same function stands behind several items where a test has parameters.
        conftest.pytest_collection_modifyitems([item_of(holds), item_of(holds), item_of(len)])
    finally:
        settings.load_profile(before)
    holds()
    assert len(tried) == count


@pytest.mark.parametrize(
    ("asked", "tries"), [(1, 1), (5, 5), (12, 5), (20, 5), (40, 10), (150, 37)]
)
def test_it_is_never_more_than_was_asked_for_and_five_at_least(asked: int, tries: int) -> None:
    assert conftest.quick(asked) == tries
