"""Answers of a form as pieces of a TOML file, so that the file's own reader judges them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_SPACES: Final = re.compile(r"\s+")
_WHOLE: Final = re.compile(r"0|[1-9][0-9]{0,8}")
_POUNDS: Final = re.compile(r"[£,\s]")


@dataclass(frozen=True, slots=True)
class Wrong:
    """An answer that cannot be used: its field, and what is allowed."""

    field: str
    value: str
    allowed: str


def answer(fields: Mapping[str, str], name: str) -> str:
    """What was written in a field, its white space as one blank."""
    return _SPACES.sub(" ", fields.get(name, "")).strip()


def whole(written: str) -> str:
    """A whole number as TOML has it; anything else as text, which the reader then refuses."""
    return written if _WHOLE.fullmatch(written) else text(written)


def pounds(written: str) -> str:
    """Pounds as the files have them: `£1,000` as `"1000.00"`."""
    bare = _POUNDS.sub("", written)
    return text(f"{bare}.00" if re.fullmatch(r"[0-9]{1,9}", bare) else bare)


def text(written: str) -> str:
    """Text as TOML has it: as JSON, but for what lies beyond its first plane, and for DEL."""
    return json.dumps(written, ensure_ascii=False).replace("\x7f", "\\u007f")
