"""Which codes of an ending go together, by a sentence; ages against a second reckoning."""

from __future__ import annotations

from datetime import date
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.life.endings import (
    DISRUPTED,
    CareEnded,
    Destination,
    ReasonEnded,
    incoherent,
    too_young_or_old,
)

BROKE: dict[str, Any] = {
    "planned": False,
    "reason_code": "CREQB",
    "care_code": "X1",
    "destination": "another_home",
    "needs_place": True,
}
MOVED: dict[str, Any] = {
    "planned": True,
    "reason_code": "CARPL",
    "care_code": "X1",
    "destination": "fostering",
    "needs_place": False,
}
HOME_AGAIN: dict[str, Any] = {
    "planned": True,
    "reason_code": None,
    "care_code": "E4A",
    "destination": "family",
    "needs_place": False,
}


@pytest.mark.parametrize(
    "told",
    [
        BROKE,
        MOVED,
        HOME_AGAIN,
        {**MOVED, "reason_code": "CLOSE", "destination": "another_home"},
        {**BROKE, "reason_code": "CUSTOD", "needs_place": False, "destination": "other"},
        {**BROKE, "destination": "family", "needs_place": False},
        {**HOME_AGAIN, "planned": False, "care_code": "E4B"},
        {**HOME_AGAIN, "care_code": "E17", "destination": "staying_put"},
        {**HOME_AGAIN, "care_code": "E46", "destination": "fostering"},
        {**HOME_AGAIN, "care_code": "E5", "destination": "supported_accommodation"},
        {**HOME_AGAIN, "planned": False, "care_code": "E2", "destination": "other"},
    ],
)
def test_endings_that_are_so(told: dict[str, Any]) -> None:
    assert list(incoherent(**told)) == []


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({**MOVED, "reason_code": None}, "care goes on"),
        ({**HOME_AGAIN, "reason_code": "CARPL"}, "ends care"),
        *(({**MOVED, "reason_code": code}, "broke down") for code in sorted(DISRUPTED)),
        ({**BROKE, "reason_code": "CARPL"}, "care plan changed first"),
        ({**HOME_AGAIN, "planned": False}, "unplanned it is E4B"),
        ({**HOME_AGAIN, "care_code": "E4B"}, "planned it is E4A"),
        ({**HOME_AGAIN, "destination": "other"}, "the destination is family"),
        ({**HOME_AGAIN, "care_code": "E45", "destination": "other"}, "family or fostering"),
        ({**HOME_AGAIN, "care_code": "E17"}, "go together"),
        ({**MOVED, "destination": "staying_put"}, "go together"),
        ({**MOVED, "needs_place": True, "destination": "other"}, "has its next home"),
        ({**HOME_AGAIN, "planned": False, "care_code": "E9", "needs_place": True,
          "destination": "other"}, "still in care"),
        ({**BROKE, "destination": "fostering"}, "is a place"),
    ],
)  # fmt: skip
def test_endings_that_cannot_be_are_told_in_one_sentence(told: dict[str, Any], words: str) -> None:
    (sentence,) = incoherent(**told)
    assert words in sentence


@given(
    st.booleans(),
    st.none() | st.sampled_from(get_args(ReasonEnded)),
    st.sampled_from(get_args(CareEnded)),
    st.sampled_from(get_args(Destination)),
    st.booleans(),
)
def test_an_ending_that_stands_is_either_a_move_with_a_reason_or_the_end_of_care(
    planned: bool, reason: str | None, care: str, destination: str, needs_place: bool
) -> None:
    told = {
        "planned": planned,
        "reason_code": reason,
        "care_code": care,
        "destination": destination,
        "needs_place": needs_place,
    }
    if list(incoherent(**told)):  # type: ignore[arg-type]
        return
    assert (care == "X1") == (reason is not None)
    assert not (planned and (needs_place or reason in DISRUPTED))
    assert (destination == "staying_put") == (care == "E17")
    if needs_place:
        assert care == "X1"
        assert destination in ("another_home", "other")


@given(
    st.dates(date(2004, 1, 1), date(2020, 12, 31)),
    st.dates(date(2022, 1, 1), date(2045, 12, 31)),
    st.sampled_from(get_args(Destination)),
    st.sampled_from([0, 19, 21, 25]),
)
def test_ages_of_destinations_by_a_reckoning_of_their_own(
    born: date, on: date, destination: str, to: int
) -> None:
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    refused = list(too_young_or_old(destination, born, on, to))
    if destination == "supported_accommodation":
        assert bool(refused) is (age < 16)
    elif destination == "staying_put":
        assert bool(refused) is not (to > 0 and 18 <= age < to)
    else:
        assert refused == []
