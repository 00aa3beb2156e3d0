"""How hard a text is to read: the grade of Flesch and Kincaid, with syllables counted by pyphen.

grade = 0.39 × words / sentences + 11.8 × syllables / words − 15.59. The syllables of a word are one
more than the places at which pyphen's British dictionary would break it, or its groups of vowels
without a silent e at its end where they are more: a dictionary of breaks knows no syllable of one
letter. A word is letters with apostrophes and hyphens inside; numbers, codes and sums are no words.
A block of a page (a paragraph, an item, a heading, a label, a cell) ends its sentence; a piece of
fewer than four words is no sentence, for short labels would make any page look easy. What a page
quotes is as somebody wrote it, and is left out.

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
_GROUP = re.compile(r"[aeiouy]+")
_SILENT = re.compile(r"(?<![aeiouy])(?:(?<![td])ed|(?<![aeiouylszxcgh])es|(?<!l)e)$")
_SHORTEST = 4
_HEADS = ("h1", "h2", "h3", "h4", "caption", "label", "legend", "button", "summary")
_BLOCKS = frozenset(("p", "li", "dt", "dd", "th", "td", *_HEADS))
_LEFT_OUT = frozenset(["script", "style", "select", "option", "textarea", "blockquote"])


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
