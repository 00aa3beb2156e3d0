"""JSON that a person named: read, or refused with the place where it goes wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from broker.commands.endings import Refused
from broker.commands.files import read_text


def read_json(path: Path) -> Any:
    """What a JSON file holds.

    Raises:
        Refused: it cannot be read or is not JSON.
    """
    text = read_text(path)
    try:
        return json.loads(text, parse_constant=_no_number)
    except json.JSONDecodeError as problem:
        where = f"line {problem.lineno}, column {problem.colno}"
        raise Refused(f"{path}: is not JSON: {problem.msg.lower()} ({where}).") from None
    except (ValueError, RecursionError) as problem:
        raise Refused(f"{path}: is not JSON: {problem}.") from None


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is not a number that JSON allows")
