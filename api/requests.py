"""A body read into its strict model, with every error of the body at once."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from api.problems import InputError, bad_input, shown
from api.strict_json import parse

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")


@dataclass
class Asked(Generic[M]):
    """What a body asks: the document, its errors by place, and the model where it fits."""

    document: dict[str, Any]
    found: dict[Any, InputError]
    model: M | None = None

    @property
    def errors(self) -> list[InputError]:
        """Every error so far."""
        return list(self.found.values())

    def refuse(self, *errors: InputError) -> None:
        """Note errors, unless their places have one already."""
        for error in errors:
            self.found.setdefault(error.path, error)

    def add(self, errors: Iterable[InputError]) -> None:
        """Note errors of which several are of one place."""
        for error in errors:
            self.found[(error.path, len(self.found))] = error

    def one_of(self, first: str, second: str) -> str | None:
        """Which of two keys was given; neither and both are errors, and a null is not given."""
        given = [key for key in (first, second) if self.document.get(key) is not None]
        if len(given) == 1:
            return given[0]
        kind = "two given" if given else "missing key"
        allowed = f"either {first} or {second}" + (", not both" if given else ": one is required")
        if (first,) not in self.found and (second,) not in self.found:
            self.refuse(InputError(allowed, (), kind=kind))
        return None

    def raise_if_any(self) -> None:
        """Refuse the body if anything at all is wrong with it."""
        if self.found:
            raise bad_input(self.errors)


def read(body: bytes, model: type[M]) -> Asked[M]:
    """What a body asks, as a model of its shape.

    Raises:
        ProblemError: the body is no JSON, or no JSON object.
    """
    document, errors = parse(body)
    if not isinstance(document, dict):
        allowed = "an object with the keys " + ", ".join(_keys(model))
        raise bad_input([*errors, InputError(allowed, (), value=shown(document))])
    asked: Asked[M] = Asked(document, {})
    asked.refuse(*errors)
    try:
        asked.model = model.model_validate(document)
    except ValidationError as refused:
        for error in refused.errors(include_url=False, include_context=False):
            asked.refuse(_error(error, _keys(model)))
    return asked


def read_as(body: bytes, shape: TypeAdapter[T], **told: str) -> T:
    """A body as one of the shapes an adapter knows; `told` is what the address says already.

    Raises:
        ProblemError: the body is no JSON object of such a shape, with every error at once.
    """
    document, errors = parse(body)
    if errors:
        raise bad_input(errors)
    if not isinstance(document, dict):
        raise bad_input([InputError("an object", (), value=shown(document))])
    text = json.dumps({**told, **document}, default=str)
    try:
        return shape.validate_json(text)
    except ValidationError as refused:
        found = refused.errors(include_url=False, include_context=False)
        raise bad_input([_error(_untagged(error, document), ()) for error in found]) from None


def _untagged(error: ErrorDetails, document: Mapping[str, Any]) -> ErrorDetails:
    """The error with its place as the body has it: without the name of the shape it was read as."""
    place = error["loc"]
    if place and place[0] == document.get("kind"):
        error["loc"] = place[1:]
    return error


def _keys(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _error(error: ErrorDetails, keys: Sequence[str]) -> InputError:
    path = tuple(error["loc"])
    value = error["input"]
    if error["type"] == "missing":
        return InputError("required", path, kind="missing key")
    if error["type"] == "extra_forbidden":
        allowed = "unknown; known here: " + ", ".join(keys) if keys else "unknown; leave it out"
        return InputError(allowed, path, value=shown(value), kind="unknown key")
    found = None if value is None else shown(value)
    return InputError(_allowed(error["msg"]), path, value=found)


def _allowed(message: str) -> str:
    return message.removeprefix("Input should be ").removeprefix("Input should ")


_PATTERNS: Mapping[str, str] = {
    r"^[A-Za-z0-9._-]*$": "letters, digits, dots, dashes and underlines",
    r"^[A-Za-z0-9._-]+$": "letters, digits, dots, dashes and underlines",
    r"^[A-Za-z0-9._@-]*$": "letters, digits, dots, dashes, underlines and @",
    r"^[^\x00]*$": "text without a NUL character",
    r"^[^\x00-\x1f]*$": "text on one line",
    r"^[^\x00-\x1f\x7f]*$": "text on one line",
    r"^[^\x00-\x1f\x7f]+$": "text on one line",
    r"^E[0-9]{8}$": "the code of a borough: E and eight digits",
    r"^(E[0-9]{8})?$": "the code of a borough: E and eight digits",
    r"^[1-9][0-9]{0,17}$": "a whole number from 1",
}
_ONE_OF = re.compile(r"\^\(\|?([A-Za-z0-9_]+(?:\|[A-Za-z0-9_]+)*)\)\$")


def pattern_words(pattern: str) -> str:
    """What a pattern of a parameter allows, in words.

    Raises:
        KeyError: it is a pattern that nothing is said of here.
    """
    listed = _ONE_OF.fullmatch(pattern)
    return "one of " + ", ".join(listed[1].split("|")) if listed else _PATTERNS[pattern]


def parameter_errors(errors: Sequence[Mapping[str, Any]]) -> list[InputError]:
    """The errors of an address, as the web framework found them."""
    made = []
    for error in errors:
        name = ".".join(str(step) for step in error["loc"][1:])
        value = error.get("input")
        unknown = error["type"] == "extra_forbidden"
        pattern = (error.get("ctx") or {}).get("pattern")
        if unknown:
            allowed = "unknown parameter; leave it out"
        else:
            allowed = _allowed(error["msg"]) if pattern is None else pattern_words(pattern)
        kind = "unknown parameter" if unknown else "bad value"
        made.append(InputError(allowed, None, name, shown(value), kind))
    return made
