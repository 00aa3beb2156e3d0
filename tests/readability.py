"""How hard a text is to read: the grade of Flesch and Kincaid, with syllables counted by pyphen.

grade = 0.39 × words / sentences + 11.8 × syllables / words − 15.59. A syllable more than the places
at which pyphen's British dictionary would break a word; a word is letters with apostrophes and
hyphens inside; numbers, codes and sums of money are no words. A block of a page (a paragraph, an
item, a heading, a label, a cell) ends its sentence.

Source: Kincaid, Fishburne, Rogers and Chissom, Derivation of New Readability Formulas, 1975.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from xml.etree.ElementTree import Element

import pyphen

_WORD = re.compile(r"(?<![\w-])[A-Za-z]+(?:[’'-][A-Za-z]+)*(?![\w-])")
_END = re.compile(r"(?<=[.!?:;])\s+")
_BLOCKS = frozenset(
    "p li h1 h2 h3 h4 dt dd th td caption label legend blockquote button summary".split()
)
_LEFT_OUT = frozenset("script style select option textarea".split())


@cache
def _dictionary() -> pyphen.Pyphen:
    return pyphen.Pyphen(lang="en_GB")


def syllables(word: str) -> int:
    """The syllables of a word, at least one."""
    parts = re.split(r"[’'-]", word.lower())
    return sum(len(_dictionary().positions(part)) + 1 for part in parts if len(part) > 1) or 1


def sentences(texts: Iterable[str]) -> list[list[str]]:
    """The words of each sentence; a piece without a word is none."""
    found = []
    for text in texts:
        for sentence in _END.split(text):
            words = _WORD.findall(sentence)
            if words:
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


def blocks(tree: Element, without: Iterable[str] = ()) -> list[str]:
    """The texts of a page's blocks, without names and titles of law as these patterns find them."""
    patterns = [re.compile(pattern) for pattern in without]
    told = []
    for text in _blocks(tree):
        for pattern in patterns:
            text = pattern.sub(" ", text)
        told.append(" ".join(text.split()))
    return [text for text in told if text]


def _blocks(element: Element) -> Iterator[str]:
    if element.tag in _LEFT_OUT:
        return
    inner = [one for one in element if _holds_block(one)]
    if element.tag in _BLOCKS and not inner:
        yield "".join(_text(element))
        return
    for child in element:
        yield from _blocks(child)


def _holds_block(element: Element) -> bool:
    return element.tag in _BLOCKS or any(_holds_block(child) for child in element)


def _text(element: Element) -> Iterator[str]:
    if element.tag in _LEFT_OUT:
        return
    yield element.text or ""
    for child in element:
        yield from _text(child)
        yield child.tail or ""
