"""A page's form filled in again with what somebody wrote, whichever form it is.

The page is that which anybody would get at its address; only what stands in the boxes of the one
form is another. Everything else of the page stays as it is, letter by letter.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from itertools import accumulate
from typing import Final
from urllib.parse import unquote

from api.identity import TOKEN_FIELD

FRESH: Final = frozenset({TOKEN_FIELD, "version", "seen"})
"""What the page itself says of the record as it is now, whatever was sent before."""
_CHOSEN: Final = frozenset({"radio", "checkbox"})
_UNWRITTEN: Final = frozenset({"submit", "button", "reset", "image", "file", "password"})
_LINES: Final = re.compile(r"\r\n?")


@dataclass(frozen=True, slots=True)
class Filled:
    """A page with its form filled in, and what of the form it has no box for."""

    text: str
    left: tuple[tuple[str, str], ...]


def filled(text: str, action: str, fields: Iterable[tuple[str, str]]) -> Filled:
    """The page `text` with the first form that goes to `action` as it was sent.

    A box that was not sent is left empty where it is one to tick, and as it is where it is one to
    write in. What of `fields` finds no box is told apart.
    """
    reader = _Form(text, action, fields)
    reader.feed(text)
    reader.close()
    made, at = [], 0
    for start, end, instead in reader.edits:
        made += [text[at:start], instead]
        at = end
    return Filled("".join([*made, text[at:]]), reader.left())


class _Form(HTMLParser):
    """Reads a page and notes what is to stand where in it instead."""

    def __init__(self, text: str, action: str, fields: Iterable[tuple[str, str]]) -> None:
        super().__init__(convert_charrefs=False)
        self.edits: list[tuple[int, int, str]] = []
        self._lines = [0, *accumulate(len(line) for line in text.split("\n"))]
        self._text = text
        self._action = action
        self._sent: dict[str, deque[str]] = {}
        for name, value in fields:
            self._sent.setdefault(name, deque()).append(_LINES.sub("\n", value))
        self._inside = self._found = False
        self._area: tuple[int, str] | None = None
        self._select: list[str] | None = None

    def left(self) -> tuple[tuple[str, str], ...]:
        """What found no box, empty answers apart."""
        return tuple(
            (name, value)
            for name, values in self._sent.items()
            for value in values
            if value and name not in FRESH
        )

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "form":
            self._inside = not self._found and self._is_it(told)
            self._found = self._found or self._inside
        name = told.get("name") or ""
        if not self._inside or (tag != "option" and not name):
            return
        if tag == "input":
            self._input(name, told, attrs)
        elif tag == "textarea" and self._sent.get(name):
            self._area = (self._here() + len(self.get_starttag_text() or ""), name)
        elif tag == "select":
            self._select = [*self._sent.pop(name)] if name in self._sent else None
        elif tag == "option" and self._select is not None:
            self._choose("option", "selected", attrs, (told.get("value") or "") in self._select)
        elif tag == "button":
            self._sent.pop(name, None)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "select":
            self._select = None
        elif tag == "textarea" and self._area is not None:
            (start, name), self._area = self._area, None
            # A newline at the start of a text area is not part of it.
            self.edits.append((start, self._here(), f"\n{escape(self._next(name))}"))

    def _is_it(self, told: dict[str, str | None]) -> bool:
        goes = unquote((told.get("action") or "").partition("?")[0])
        return (told.get("method") or "get").lower() == "post" and goes == self._action

    def _input(
        self, name: str, told: dict[str, str | None], attrs: Sequence[tuple[str, str | None]]
    ) -> None:
        kind = (told.get("type") or "text").lower()
        if kind in _CHOSEN:
            value = told.get("value", "on") or ""
            chosen = value in self._sent.get(name, ())
            if chosen:
                self._sent[name].remove(value)
            self._choose("input", "checked", attrs, chosen)
        elif kind not in _UNWRITTEN and name not in FRESH and self._sent.get(name):
            pairs = [pair for pair in attrs if pair[0] != "value"]
            self._write("input", [*pairs, ("value", self._next(name))])

    def _next(self, name: str) -> str:
        return self._sent[name].popleft()

    def _choose(
        self, tag: str, word: str, attrs: Sequence[tuple[str, str | None]], chosen: bool
    ) -> None:
        pairs = [pair for pair in attrs if pair[0] != word]
        self._write(tag, [*pairs, (word, None)] if chosen else pairs)

    def _write(self, tag: str, attrs: Iterable[tuple[str, str | None]]) -> None:
        told = "".join(
            f" {name}" if value is None else f' {name}="{escape(value)}"' for name, value in attrs
        )
        start = self._here()
        self.edits.append((start, start + len(self.get_starttag_text() or ""), f"<{tag}{told}>"))

    def _here(self) -> int:
        """How many characters of the page stand before what is read now."""
        line, column = self.getpos()
        return self._lines[line - 1] + line - 1 + column
