"""Whether two forms of a step differ in free words alone, so that a correction changes no course.

A correction may put words right, a name, an address, what somebody said. A home, a day, a code or
a band is what the life rests on: it changes by a later step, never by a correction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from broker.life.steps import SAID

_SCHEMAS = "#/$defs/"
_FIXED = ("pattern", "enum", "const", "format")


@cache
def _schema() -> Mapping[str, Any]:
    return SAID.json_schema(by_alias=False)


def not_words(kind: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The fields, by their path, in which two forms of one kind of step differ and may not."""
    ref = _schema()["discriminator"]["mapping"][kind]
    return list(_differences({"$ref": ref}, before, after, ""))


def _differences(schema: Mapping[str, Any], before: Any, after: Any, path: str) -> Iterator[str]:
    if before == after:
        return
    shape = _shape(schema, before)
    if isinstance(before, dict) and isinstance(after, dict):
        more = shape.get("additionalProperties")
        parts = shape.get("properties", {})
        for name in sorted(before.keys() | after.keys()):
            inner = f"{path}.{name}" if path else name
            if name not in before or name not in after:
                yield inner
                continue
            of = parts.get(name, more if isinstance(more, dict) else {})
            yield from _differences(of, before[name], after[name], inner)
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for at, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from _differences(shape.get("items", {}), one, other, f"{path}[{at}]")
    elif not (isinstance(before, str) and isinstance(after, str) and _free(shape)):
        yield path


def _free(shape: Mapping[str, Any]) -> bool:
    """Whether a text field takes any words."""
    return "maxLength" in shape and not any(name in shape for name in _FIXED)


def _shape(schema: Mapping[str, Any], value: Any) -> Mapping[str, Any]:
    """The schema that a value follows, references and alternatives looked through."""
    if "$ref" in schema:
        return _shape(_schema()["$defs"][schema["$ref"].removeprefix(_SCHEMAS)], value)
    kinds: Mapping[str, type] = {"object": dict, "array": list, "string": str}
    options: Sequence[Mapping[str, Any]] = schema.get("anyOf", ())
    for one in options:
        found = _shape(one, value)
        kind = kinds.get(found.get("type", ""))
        if kind is not None and isinstance(value, kind):
            return found
    return schema
