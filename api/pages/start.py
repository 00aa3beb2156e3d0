"""The start page: what somebody's role can do here."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.pages.render import page

router = APIRouter(include_in_schema=False)


@router.get("/")
def start(request: Request) -> Response:
    """What somebody's role can do here."""
    return page(request, "start.html", "What would you like to do?")
