"""How hard a text is to read: the grade of Flesch and Kincaid, with syllables counted by pyphen.

grade = 0.39 × words / sentences + 11.8 × syllables / words − 15.59. The syllables of a word are one
more than the places at which pyphen's British dictionary would break it, or its groups of vowels
without a silent e at its end where they are more: a dictionary of breaks knows no syllable of one
letter. A word is letters with apostrophes and hyphens inside; numbers, codes and sums are no words.
A text ends its last sentence; a piece of fewer than four words is no sentence, for short labels
would make any page look easy.

Source: Kincaid, Fishburne, Rogers and Chissom, Derivation of New Readability Formulas, 1975.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Final

import pyphen

_WORD = re.compile(r"(?<![\w-])[A-Za-z]+(?:[’'-][A-Za-z]+)*(?![\w-])")
_END = re.compile(r"(?<=[.!?:;])\s+")
_GROUP = re.compile(r"[aeiouy]+")
_SILENT = re.compile(r"(?<![aeiouy])(?:(?<![td])ed|(?<![aeiouylszxcgh])es|(?<!l)e)$")
_SHORTEST = 4
FOR_YOUNG_PEOPLE: Final = 6.0
"""The hardest grade of what is written to a young person."""


@cache
def _dictionary() -> pyphen.Pyphen:
    return pyphen.Pyphen(lang="en_GB")


def syllables(word: str) -> int:
    """The syllables of a word, at least one: rather one too many than too few."""
    parts = [part for part in re.split(r"[’'-]", word.lower()) if len(part) > 1]
    return sum(max(_breaks(part), _vowels(part)) for part in parts) or 1


def _breaks(part: str) -> int:
    return len(_dictionary().positions(part)) + 1


def _vowels(part: str) -> int:
    spoken = _SILENT.sub("", part)
    return len(_GROUP.findall(spoken)) or 1


def sentences(texts: Iterable[str]) -> list[list[str]]:
    """The words of each sentence; a piece of fewer than four words (a label, a cell) is none."""
    found = []
    for text in texts:
        for sentence in _END.split(text):
            words = _WORD.findall(sentence)
            if len(words) >= _SHORTEST:
                found.append(words)
    return found


def grade(texts: Iterable[str]) -> float:
    """The grade of texts, each of which ends its last sentence."""
    told = sentences(texts)
    words = [word for sentence in told for word in sentence]
    if not words:
        return 0.0
    spoken = sum(syllables(word) for word in words)
    return 0.39 * len(words) / len(told) + 11.8 * spoken / len(words) - 15.59
