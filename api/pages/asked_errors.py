"""What is wrong in a form, said at the field it is about, in the words of the form.

A shape names its own fields in what it refuses; whoever fills in a form knows their labels only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from api.pages.asked_shape import Asked
from api.problems import InputError
from matching.words import days_in_words

_MISSING: Final = {
    "choice": "choose one",
    "several": "choose at least one",
    "yes": "choose yes or no",
    "sign": "tick the box",
    "day": "enter a day",
}
_NAME: Final = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")
_A_DAY: Final = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
MAIN: Final = "#main-content"


def error_at(asked: Sequence[Asked], error: InputError) -> dict[str, str]:
    """An error for the summary of a page: the field it leads to, and what must be there."""
    by_name = {one.name: one for one in asked}
    path = [str(part) for part in error.path or ()]
    at, one = _found(by_name, path)
    if one is None:
        return {"href": MAIN, "text": _said(asked, error.allowed)}
    label = one.label
    if one.how == "rows" and at + 1 < len(path) and path[at + 1].isdigit():
        label = f"{label}, line {int(path[at + 1]) + 1}"
        columns = [column for column in one.columns if column.name == path[-1]]
        if columns:
            return {"href": f"#{one.name}", "text": _of(f"{label}, {columns[0].label}", columns[0],
                                                          error)}  # fmt: skip
    field = f"{one.name}-day" if one.how == "day" else one.name
    return {"href": f"#{field}", "text": _of(label, one, error)}


def _found(by_name: Mapping[str, Asked], path: Sequence[str]) -> tuple[int, Asked | None]:
    """The field that a path is about, and where in the path its name ends."""
    for at in range(len(path)):
        for name in (".".join(path[at : at + 2]), path[at]):
            if name in by_name:
                return at, by_name[name]
    return 0, None


def _of(label: str, one: Asked, error: InputError) -> str:
    if error.kind == "missing key":
        return f"{label}: {_MISSING.get(one.how, 'fill this in')}"
    if one.how == "day" and not (error.allowed.startswith("a day") or _A_DAY.search(error.allowed)):
        return f"{label} must be a real day, such as 7 September 2026"
    return f"{label} must be {days_in_words(_said([one], error.allowed))}"


def gap_at(asked: Sequence[Asked], gap: Mapping[str, Any]) -> dict[str, str]:
    """A gate that is shut, for the summary of a page: what must hold, and which rule says so."""
    sentence = _said(asked, str(gap["sentence"]))
    named = _names_in(asked, str(gap["sentence"]))
    href = f"#{named[0].name}{'-day' if named[0].how == 'day' else ''}" if named else MAIN
    return {"href": href, "text": f"{days_in_words(sentence)} ({gap['source']})"}


def _names_in(asked: Iterable[Asked], text: str) -> list[Asked]:
    by_name = {one.name: one for one in asked}
    return [by_name[found] for found in _NAME.findall(text) if found in by_name]


def _said(asked: Iterable[Asked], text: str) -> str:
    """A sentence with the labels of fields in place of their names."""
    labels = {one.name: one.label for one in asked}
    for one in asked:
        labels |= {column.name: column.label for column in one.columns}
    return _NAME.sub(lambda found: _quoted(labels, found.group()), text)


def _quoted(labels: Mapping[str, str], name: str) -> str:
    return f"“{labels[name]}”" if name in labels else name
