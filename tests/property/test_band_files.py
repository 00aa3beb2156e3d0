"""Spoilt threshold and scores files are read or refused with every problem named, never a crash."""

from collections.abc import Callable
from typing import TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from pricing.bands.answer import answer
from pricing.bands.scores_file import parse_scores
from pricing.bands.threshold_file import parse_thresholds
from pricing.bands.words import render_answer
from pricing.problems import BadInput, InputProblem
from tests.unit.pricing.bands.samples import SCORES, SETTLED_DISPUTE, THRESHOLDS, thresholds_of

SPOILT = settings(max_examples=150, deadline=None)
VALUES = st.sampled_from(
    ["3", "-1", "true", '""', '"x"', "[]", "{}", "[1]", "[{}]", "2026-02-30", "1.5", '["all"]']
)


@st.composite
def spoilt(draw: st.DrawFn, text: str) -> str:
    """The text with lines left out, doubled, or given another value."""
    lines = text.splitlines()
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(["drop", "double", "value"])):
            case "drop":
                lines[place] = ""
            case "double":
                lines.insert(place, lines[place])
            case _:
                key, equals, _ = lines[place].partition("=")
                lines[place] = f"{key}={draw(VALUES)}" if equals else draw(VALUES)
    return "\n".join(lines)


T = TypeVar("T")


def read_or_refused(read: Callable[[], T]) -> T | tuple[InputProblem, ...]:
    """What was read, or the problems it was refused for."""
    try:
        return read()
    except BadInput as refused:
        return refused.problems


def is_told(problems: tuple[InputProblem, ...]) -> bool:
    """Whether every problem says what is wrong and what is allowed."""
    return bool(problems) and all(each.kind and each.allowed for each in problems)


@SPOILT
@given(spoilt(THRESHOLDS))
def test_a_spoilt_threshold_file_is_read_or_refused(text: str) -> None:
    found = read_or_refused(lambda: parse_thresholds(text.encode(), "bands.toml"))
    if isinstance(found, tuple):
        assert is_told(found)
    else:
        assert found.band(dict.fromkeys(found.items, 0)) == "low"
        assert found.band(dict.fromkeys(found.items, 3)) == "specialist"


@SPOILT
@given(spoilt(SCORES + SETTLED_DISPUTE))
def test_a_spoilt_scores_file_is_answered_or_refused(text: str) -> None:
    thresholds = thresholds_of()
    found = read_or_refused(
        lambda: parse_scores(text.encode(), "scores.toml", thresholds, lambda _: None)
    )
    if isinstance(found, tuple):
        assert is_told(found)
    else:
        assert found.young_person_id in render_answer(answer(thresholds, found))
