"""The texts of a page whose grade is counted: a block (a paragraph, an item, a heading, a label, a
cell) ends its sentence.

What a page quotes is as somebody wrote it, and is left out: `quoted` gives it by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element

_HEADS = ("h1", "h2", "h3", "h4", "caption", "label", "legend", "button", "summary")
_BLOCKS = frozenset(("p", "li", "dt", "dd", "th", "td", *_HEADS))
_LEFT_OUT = frozenset(["script", "style", "select", "option", "textarea", "blockquote"])


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


def quoted(tree: Element) -> list[str]:
    """The texts that a page quotes, in its order."""
    return [" ".join("".join(one.itertext()).split()) for one in tree.iter("blockquote")]
