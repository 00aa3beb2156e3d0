"""What pages load: the built files, from this service and no other host."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import FileResponse, Response

from api.pages.render import BUILT
from api.problems import ProblemError

router = APIRouter(include_in_schema=False)
_KINDS = {
    "govuk-frontend.min.js": "text/javascript",
    "htmx.min.js": "text/javascript",
    "leaflet.css": "text/css",
    "leaflet.js": "text/javascript",
    "map.mjs": "text/javascript",
    "mark.svg": "image/svg+xml",
    "pages.css": "text/css",
    "pages.mjs": "text/javascript",
}
_KEPT = "public, max-age=31536000, immutable"
"""A page names each file with a digest of its content, so a browser may keep it for good."""


@router.get("/static/{name}")
def built_file(name: str) -> Response:
    """One of the built files."""
    path = BUILT / name
    if name not in _KINDS or not path.is_file():
        raise ProblemError("not-found", "There is no such file.")
    return FileResponse(path, media_type=_KINDS[name], headers={"Cache-Control": _KEPT})
