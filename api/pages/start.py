"""The start page and the pages of the menu's headings: what somebody's role can do here."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.pages.left import left_by
from api.pages.menu import sections_of
from api.pages.render import page
from api.problems import ProblemError
from api.service import service_of
from api.who import actor_of

router = APIRouter(include_in_schema=False)


@router.get("/")
async def start(request: Request) -> Response:
    """What somebody's role can do here, and how many long answers they have asked for."""
    left = left_by(service_of(request), actor_of(request))
    return page(request, "start.html", "What would you like to do?", left=len(left))


@router.get("/sections/{name}")
def show_section(request: Request, name: str) -> Response:
    """What somebody's role can do under one heading of the menu.

    Raises:
        ProblemError: the role has nothing under this heading, or there is no such heading.
    """
    for section in sections_of(actor_of(request), request.url.path):
        if section.name == name:
            return page(request, "section.html", section.text, section=section)
    raise ProblemError("not-found", "The menu has no heading of this name for your role.")
