"""A page of the service: its template with what every page has, in one dress.

Everything written into a page is escaped where it stands; nothing is marked as safe but what
govuk-frontend's own templates make.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from jinja2 import (
    ChainableUndefined,
    ChoiceLoader,
    Environment,
    PackageLoader,
    PrefixLoader,
    Template,
)
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from api.identity import TOKEN_FIELD, token_for
from api.later import NotYet
from api.lives import today
from api.pages import live, spreadsheet
from api.pages.codes import code_words
from api.pages.filled import filled
from api.pages.forms import in_words
from api.pages.give_back import GivenBack, asked_for
from api.pages.helps import help_with, purpose_of
from api.pages.menu import sections_of
from api.pages.role_words import role_words
from api.problems import DOCUMENT, ProblemError
from api.service import service_of
from api.written import Written
from broker.access.actor import Actor
from broker.life.young_words import YOUNG_APPROVALS, YOUNG_AREA, YOUNG_OFFICERS, YOUNG_ROLES
from matching.geography import authority_name
from matching.tell import AREA_WORDS, COMPONENT_WORDS, URGENCY_WORDS
from matching.words import (
    and_list,
    band_words,
    count,
    day_words,
    days_in_words,
    pounds_words,
    tag_words,
)

SERVICE: Final = "North East London placement brokerage"
BUILT: Final = Path(str(files("api") / "static" / "dist"))
LONDON: Final = ZoneInfo("Europe/London")


def page(
    request: Request,
    template: str,
    title: str,
    *,
    status: int = 200,
    errors: list[dict[str, str]] | None = None,
    headers: Mapping[str, str] | None = None,
    tables_have_links: bool = True,
    notes: Sequence[str] = (),
    **given: Any,
) -> Response:
    """A page, or the spreadsheet of one of its tables where that is asked for.

    Its title begins with "Error:" where it shows errors. Where the address does not ask for what it
    shows, its tables have no links of their own, and the page itself offers the spreadsheets.
    `notes` are what a spreadsheet says of itself beside what every one does.

    Raises:
        ProblemError: the page has no table of the name asked for.
    """
    actor: Actor | None = getattr(request.state, "actor", None)
    shown = {
        **given,
        "title": title,
        "errors": errors or [],
        "actor": actor,
        "sections": sections_of(actor, request.url.path),
        "token": token_for(
            service_of(request).settings,
            getattr(request.state, "page_token", ""),
            None if actor is None else actor.id,
        ),
        "token_field": TOKEN_FIELD,
        "path": request.url.path,
        "purpose": purpose_of(request.url.path) if status == 200 else None,
        "ask_anew": _anew(request),
        "help_here": help_with(request.url.path),
    }
    with spreadsheet.at_address(request if tables_have_links else None):
        made = environment().get_template(template)
        text = (
            _with_what_was_written(request, actor, made, shown)
            if status == 200
            else made.render(shown)
        )
    label = spreadsheet.wanted(request)
    if label is not None and status == 200:
        who = "nobody" if actor is None else actor.id
        told = spreadsheet.shown_on(title, request.url.path, who, today())
        return _as_spreadsheet(text, label, [*told, *notes])
    whole = live.AGAIN if live.only_looks(request) else {}
    return HTMLResponse(text, status, {**_HEADERS, **whole, **(headers or {})})


def _anew(request: Request) -> str:
    """The address of a page that asks for its long answer to be worked out anew."""
    query = f"{request.url.query}&" if request.url.query else ""
    return f"{request.url.path}?{query}anew=yes"


def _with_what_was_written(
    request: Request, actor: Actor | None, template: Template, shown: Mapping[str, Any]
) -> str:
    """The page, with its form as somebody wrote it where the address asks for that."""
    asked = asked_for(request, actor)
    if not isinstance(asked, Written):
        return template.render(shown, given_back=asked)
    told = GivenBack(True)
    found = filled(template.render(shown, given_back=told), asked.action, asked.fields)
    if found.left:
        told = GivenBack(True, found.left)
        found = filled(template.render(shown, given_back=told), asked.action, asked.fields)
    return found.text


def not_yet(request: Request, waiting: NotYet) -> Response:
    """The page that says that an answer takes longer, and where it will be found: at its address.

    Where scripts run it looks again by itself, and is loaded anew once the answer is there.
    """
    if live.is_part(request):
        return Response(status_code=204)
    query = f"?{request.url.query}" if request.url.query else ""
    return page(
        request,
        "later.html",
        "This takes longer",
        status=202,
        tables_have_links=False,
        seconds=round(waiting.seconds),
        address=f"{request.url.path}{query}",
        part=live.LATER,
    )


def _as_spreadsheet(text: str, label: str, notes: Sequence[str]) -> Response:
    made = spreadsheet.spreadsheet(text, label, notes)
    if made is None:
        raise ProblemError("not-found", "This page has no table of this name.")
    name = spreadsheet.file_name(label)
    told = {**_HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(made, 200, told, spreadsheet.MEDIA_TYPE)


_HEADERS: Final = {"Referrer-Policy": "same-origin"}
"""With no referrer at all a browser sends a form as from nowhere, and it would be refused."""


@cache
def environment() -> Environment:
    """The templates, with the words that pages share."""
    made = Environment(
        loader=ChoiceLoader(
            [
                PackageLoader("api", "templates"),
                PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
            ]
        ),
        autoescape=True,
        undefined=ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals |= {
        "service": SERVICE,
        "static": static,
        "document": DOCUMENT,
        "role_words": role_words,
        "count": count,
        "spreadsheet_of": spreadsheet.link_to,
        "young_area": YOUNG_AREA,
        "young_approvals": YOUNG_APPROVALS,
        "young_officers": YOUNG_OFFICERS,
        "young_roles": YOUNG_ROLES,
    }
    made.filters |= {
        "day": day,
        "moment": moment,
        "days_in_words": days_in_words,
        "errors_in_words": in_words,
        "pounds": pounds,
        "miles": miles,
        "borough": authority_name,
        "area_words": AREA_WORDS.__getitem__,
        "urgency_words": URGENCY_WORDS.__getitem__,
        "component": COMPONENT_WORDS.__getitem__,
        "and_list": and_list,
        "band_words": band_words,
        "tag_words": tag_words,
        "plain": plain,
        "code_words": code_words,
        "upper_first": upper_first,
    }
    return made


def warm() -> None:
    """Have every template read and compiled before the first page is asked for."""
    made = environment()
    for name in made.list_templates(filter_func=lambda one: not one.startswith("govuk")):
        made.get_template(name)


@cache
def static(name: str) -> str:
    """The address of a built file; a new content has a new address."""
    digest = hashlib.sha256((BUILT / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?{digest}"


def day(value: date | str | None) -> str:
    """A day as `7 September 2026`."""
    if value is None or value == "":
        return "not known"
    return day_words(date.fromisoformat(value) if isinstance(value, str) else value)


def moment(value: datetime | str | None) -> str:
    """A moment as people in London say it: `7 September 2026 at 9:05am`."""
    if value is None or value == "":
        return "not yet"
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    at = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(LONDON)
    half = "am" if at.hour < 12 else "pm"
    return f"{day_words(at.date())} at {at.hour % 12 or 12}:{at.minute:02d}{half}"


def pounds(value: int | str | None) -> str:
    """Pence, or pounds as a JSON answer writes them, as `£6,000.00`."""
    if value is None:
        return "not known"
    if isinstance(value, str):
        sign, bare = ("-", value[1:]) if value.startswith("-") else ("", value)
        whole, _, pence = bare.partition(".")
        return f"{sign}{pounds_words(int(whole) * 100 + int(pence.ljust(2, '0')))}"
    return pounds_words(value) if value >= 0 else f"-{pounds_words(-value)}"


def miles(value: float | None) -> str:
    """A distance as a JSON answer has it."""
    if value is None:
        return "distance not known"
    return "1 mile" if value == 1 else f"{value:g} miles"


def plain(code: str) -> str:
    """A code as words: `nominated_officer` as `nominated officer`."""
    return code.replace("_", " ")


def upper_first(text: str) -> str:
    """A sentence's first letter as a capital, the rest as it stands."""
    return text[:1].upper() + text[1:]
