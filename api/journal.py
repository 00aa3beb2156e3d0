"""The log: a JSON object a line, with the id of the request and nothing personal.

What people sent is never in it: no body, no query, no path with an id, no name; of a fault its type
and where in the code it happened, not its message, which may quote a row. Of other libraries only
the first line of what they say is kept, without the values they would put in.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
import uuid
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final, TextIO

OURS: Final = ("api", "broker", "matching", "pricing")
REQUEST_ID: ContextVar[str | None] = ContextVar("request_id", default=None)
TOLD: Final = "told"
"""Under this name a call of the log hands over fields: `log.info("…", extra={TOLD: {…}})`."""
_ID = re.compile(r"[0-9A-Fa-f]{8}[0-9A-Fa-f-]{0,56}")
_ROOT = Path(__file__).parents[1]
_FRAMES = 40


def request_id(given: str | None) -> str:
    """The id of a request: the caller's if it is of hexadecimal digits, else a new one.

    Anything else could be a name, and would be in the log.
    """
    return given if given is not None and _ID.fullmatch(given) else str(uuid.uuid4())


class Lines(logging.Formatter):
    """A record of the log as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        ours = record.name.partition(".")[0] in OURS
        words = record.getMessage() if ours else str(record.msg).partition("\n")[0]
        told: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": words,
        }
        if (known := REQUEST_ID.get()) is not None:
            told["request_id"] = known
        told |= getattr(record, TOLD, {})
        if record.exc_info and record.exc_info[0] is not None:
            told["fault"] = {
                "type": f"{record.exc_info[0].__module__}.{record.exc_info[0].__qualname__}",
                "at": _where(record.exc_info[2]),
            }
        return json.dumps(told, ensure_ascii=False)


def _where(trace: TracebackType | None) -> list[str]:
    """The places in the code that led to a fault, the innermost last."""
    frames = traceback.extract_tb(trace)[-_FRAMES:]
    return [f"{_place(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


def _place(file: str) -> str:
    path = Path(file)
    return str(path.relative_to(_ROOT)) if path.is_relative_to(_ROOT) else path.name


def configure(stream: TextIO | None = None) -> None:
    """Let everything that is logged in this process go to a stream, stderr if none is given."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(Lines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(logging.INFO)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers[:] = []
        logger.propagate = True
    logging.getLogger("uvicorn.access").disabled = True
