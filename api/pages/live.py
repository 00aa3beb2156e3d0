"""Pages that renew a part of themselves where scripts run (htmx), and are whole pages all the same.

A part asks for its own page's address, so that there is one answer for both. What has not changed
since is answered with nothing, so that no screen reader says it twice.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

SEEN: Final = "seen"
"""What an asking part saw last, in the address."""
AGAIN: Final[Mapping[str, str]] = {"HX-Refresh": "true"}
"""With these headers the whole page is loaded anew: more than the part has changed."""
LATER: Final = "later"
"""The part that looks again, on the page that says that an answer takes longer."""


def is_part(request: Request) -> bool:
    """Whether a part of a page asks, and not somebody for the page."""
    return request.headers.get("hx-request") == "true"


def only_looks(request: Request) -> bool:
    """Whether the page that waits for an answer asks if it is there; it is shown nothing of it."""
    return request.headers.get("hx-target") == LATER


def it_is_there() -> Response:
    """What that page is told once the answer is there: to be loaded anew, and nothing else.

    So looking whether an answer is there is no look at it, and needs no entry of the audit.
    """
    return Response(headers=dict(AGAIN))


def mark_of(told: Any) -> str:
    """A mark that changes whenever what a part tells does."""
    text = json.dumps(told, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def unchanged(request: Request, mark: str) -> Response | None:
    """The empty answer where a part asks and saw this mark; None where there is more to tell."""
    if is_part(request) and request.query_params.get(SEEN) == mark:
        return Response(status_code=204)
    return None
