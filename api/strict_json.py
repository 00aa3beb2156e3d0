"""JSON read strictly: nothing is guessed, dropped or rounded, and what cannot be kept is refused.

Numbers with a fraction become `Decimal`, exactly as written. A key that stands twice, NaN,
Infinity, a number beyond any use, a NUL and half a character are errors with their place.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from api.problems import InputError, ProblemError, shown

DEEPEST = 32
_LONGEST_NUMBER = 30
_SUSPECT = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
_SURROGATE = re.compile("[\ud800-\udfff]")

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class _Refused:
    """A value that stands in the text and cannot be taken."""

    text: str
    allowed: str


class _Twice(dict[str, Any]):
    """An object in which some keys stand more than once."""

    repeated: tuple[str, ...] = ()


class _Reader:
    """Hooks of the JSON decoder; `found` says whether anything must be looked for afterwards."""

    found = False

    def integer(self, text: str) -> int | _Refused:
        if len(text) > _LONGEST_NUMBER:
            return self._number(text)
        return int(text)

    def fraction(self, text: str) -> Decimal | _Refused:
        exponent = re.search(r"[eE]([+-]?[0-9]+)", text)
        if len(text) > _LONGEST_NUMBER or (exponent and abs(int(exponent[1])) > _LONGEST_NUMBER):
            return self._number(text)
        return Decimal(text)

    def constant(self, text: str) -> _Refused:
        self.found = True
        return _Refused(text, "a number; JSON has no NaN and no Infinity")

    def pairs(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) == len(pairs):
            return made
        self.found = True
        twice = _Twice(made)
        counts = Counter(key for key, _ in pairs)
        twice.repeated = tuple(key for key, number in counts.items() if number > 1)
        return twice

    def _number(self, text: str) -> _Refused:
        self.found = True
        return _Refused(text, f"a number of at most {_LONGEST_NUMBER} digits")


def parse(body: bytes) -> tuple[Any, list[InputError]]:
    """The document in a body and what of it cannot be taken (those values are None in it).

    Raises:
        ProblemError: the body is no JSON text at all, with the line and column.
    """
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = body.count(b"\n", 0, problem.start) + 1
        raise ProblemError("not-json", f"The body is not UTF-8 (line {line}).") from None
    if not text.strip():
        raise ProblemError("not-json", "The body is empty; a JSON object is required.")
    reader = _Reader()
    try:
        document = json.loads(
            text,
            parse_int=reader.integer,
            parse_float=reader.fraction,
            parse_constant=reader.constant,
            object_pairs_hook=reader.pairs,
        )
    except json.JSONDecodeError as problem:
        where = f"line {problem.lineno}, column {problem.colno}"
        raise ProblemError("not-json", f"The body is not JSON: {problem.msg} ({where}).") from None
    except RecursionError:
        raise _too_deep() from None
    if _deeper_than(document, DEEPEST):
        raise _too_deep()
    if not reader.found and not _SUSPECT.search(text):
        return document, []
    errors: list[InputError] = []
    return _clean(document, (), errors), errors


def _too_deep() -> ProblemError:
    return ProblemError("not-json", f"The body is nested more than {DEEPEST} levels deep.")


def _deeper_than(document: Any, levels: int) -> bool:
    layer = [document]
    for _ in range(levels + 1):
        layer = [child for value in layer for child in _children(value)]
        if not layer:
            return False
    return True


def _children(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from (child for child in value.values() if isinstance(child, dict | list))
    elif isinstance(value, list):
        yield from (child for child in value if isinstance(child, dict | list))


def _clean(value: Any, path: Path, errors: list[InputError]) -> Any:
    if isinstance(value, _Refused):
        errors.append(InputError(value.allowed, path, value=shown(value.text), kind="not JSON"))
        return None
    if isinstance(value, str):
        if "\0" in value or _SURROGATE.search(value):
            allowed = "text without NUL characters and halves of characters"
            errors.append(InputError(allowed, path, value=shown(value), kind="not text"))
            return None
        return value
    if isinstance(value, list):
        return [_clean(item, (*path, place), errors) for place, item in enumerate(value)]
    if isinstance(value, dict):
        if isinstance(value, _Twice):
            errors += [
                InputError("each key once", (*path, key), kind="key twice")
                for key in value.repeated
            ]
        kept = {}
        for key, item in value.items():
            if _clean(key, (*path, key), errors) is not None:
                kept[key] = _clean(item, (*path, key), errors)
        return kept
    return value
