"""How hard a page may be to read, and what is left out of it: names, and titles of law."""

from __future__ import annotations

import pytest

from broker.readability import grade, sentences, syllables
from matching.geography import authorities

HARDEST = 8.0
LAW = (
    r"(?:Children Act 1989|Care Planning(?:, Placement and Case Review \(England\))? Regulations "
    r"2010|Children’s Homes \(England\) Regulations 2015|Care Standards Act 2000|"
    r"Placements Data Standard v2)"
    r"(?:,? (?:regulations?|reg|section|Part|s)\s?[\d(][\w(),. ]*(?: and [\w()]+)*)?",
    r"Director of Children’s Services|Ofsted",
)
NAMES = (
    r"North East London placement brokerage",
    *(rf"\b{name}\b" for name in authorities().values()),
)


_COUNTED = {
    "cat": 1,
    "home": 1,
    "lived": 1,
    "wanted": 2,
    "table": 2,
    "borough": 2,
    "area": 2,
    "registered": 3,
    "authority": 4,
}


def test_the_formula_is_that_of_flesch_and_kincaid() -> None:
    text = ["The cat sat on the mat.", "The dog ran home.", "Of no account"]
    assert len(sentences(text)) == 2
    assert [syllables(word) for word in _COUNTED] == [*_COUNTED.values()]
    assert grade(text) == pytest.approx(0.39 * 10 / 2 + 11.8 * 10 / 10 - 15.59)
    assert grade(["R-01 £6,000.00 SC990001"]) == 0.0
