"""A spot home that is on no file yet, put on record in one short form while somebody is rung.

What the rules must know is asked; all else can follow. It is judged by the reader of cases, and
every hard rule holds for it from the first minute.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api import home_desk
from api.home_models import HomeAdd
from api.pages.asked_errors import error_at
from api.pages.asked_shape import Asked, value_in
from api.pages.forms import Fields, by_field, sent
from api.pages.keys import KEY_FIELD, new_key, once_of_form
from api.pages.render import page
from api.problems import InputError, ProblemError, bad_input
from api.service import service_of
from api.who import actor_of
from matching.data import need_tags
from matching.geography import authorities
from matching.postcodes import authority_of
from matching.problem import BANDS
from matching.sheets import JUDGEMENTS, REGISTRATIONS, SEXES

router = APIRouter(include_in_schema=False)
For = Query(default="", alias="for", max_length=64, pattern=r"^[A-Za-z0-9._-]*$")

FIELDS: Final = (
    Asked("home_id", "Ofsted number (URN)", "line", True),
    Asked("name", "Name of the home", "line", False),
    Asked("provider", "Provider", "line", True),
    Asked("postcode", "Full postcode", "line", True),
    Asked(
        "borough",
        "Area authority, if the postcode is not in our directory",
        "choice",
        False,
        tuple(sorted(authorities(), key=authorities().__getitem__)),
        means=authorities(),
    ),
    Asked("registration", "Registration", "choice", True, REGISTRATIONS),
    Asked("judgement", "Last Ofsted judgement", "choice", False, JUDGEMENTS),
    Asked("min_age", "Youngest age it takes", "number", True),
    Asked("max_age", "Oldest age it takes", "number", True),
    Asked("sexes", "Whom it takes", "several", True, SEXES[:2]),
    Asked("bands", "Need bands it takes", "several", True, BANDS),
    Asked("supports", "Needs it supports", "several", False, tuple(need_tags()), means=need_tags()),
    Asked("places", "Places in all", "number", True),
    Asked("weekly_fee", "Fee a week for these bands, in pounds", "line", False),
)
"""What is asked, in the order of a call. What stays empty is unknown, never no."""


@router.get("/homes/add")
def show_add(request: Request, referral: str = For) -> Response:
    """The form of a home that is on no file yet."""
    return _form(request, referral, Fields([]), [], 200)


@router.post("/homes/add")
async def add_home(request: Request) -> Response:
    """Put the home on record, and go on to the shortlist of whom it was found for."""
    actor, fields = actor_of(request), sent(request)
    once = once_of_form(request, actor)
    referral = fields.get("for", "")
    told = {one.name: value_in(one, fields) for one in FIELDS}
    try:
        missing = [
            InputError("required", ("home", one.name), kind="missing key")
            for one in FIELDS
            if one.required and told[one.name] is None
        ]
        if missing:
            raise bad_input(missing)
        asked = await asyncio.to_thread(_asked, told)
        made = await asyncio.to_thread(
            service_of(request).records.work,
            lambda session: home_desk.add(session, actor, asked, once),
        )
    except ProblemError as refused:
        if refused.kind != "bad-input":
            raise
        errors = [error_at(FIELDS, _at(error)) for error in refused.errors]
        return _form(request, referral, fields, errors, 422)
    home = made.body["home_id"]
    if not referral:
        return RedirectResponse(f"/homes/{home}", 303)
    return RedirectResponse(f"/referrals/{referral}/shortlist?home_id={home}&source=by_hand", 303)


def _asked(told: Mapping[str, Any]) -> HomeAdd:
    """The home and its rates as the route for programs takes them.

    Raises:
        ProblemError: nobody knows in whose area the home is.
    """
    home = {name: value for name, value in told.items() if value is not None}
    fee = home.pop("weekly_fee", None)
    home["postcode"] = str(home["postcode"]).upper()
    borough = home.get("borough") or authority_of(home["postcode"])
    if borough is None:
        allowed = "a full postcode in our directory; else choose the area authority too"
        raise bad_input([InputError(allowed, ("home", "postcode"), value=home["postcode"])])
    rates = None
    if fee is not None:
        rates = [{"band": band, "weekly_fee": _money(fee)} for band in home["bands"]]
    return HomeAdd(home={**home, "borough": borough}, rates=rates)


def _money(written: str) -> str:
    """Pounds as a case writes them: `6,200` and `£6200` as `6200.00`; what is none as it stands."""
    plain = written.removeprefix("£").replace(",", "").strip()
    if not plain.replace(".", "", 1).isdigit() or not plain.isascii():
        return written
    whole, _, pence = plain.partition(".")
    return f"{whole}.{pence.ljust(2, '0')}"


def _at(error: InputError) -> InputError:
    """An error of a rate at the one fee that the form asks; of the home at its own field."""
    path = error.path or ()
    return replace(error, path=("weekly_fee",)) if "rates" in path else error


def _form(
    request: Request,
    referral: str,
    fields: Fields,
    errors: list[dict[str, str]],
    status: int,
) -> Response:
    return page(
        request,
        "spot.html",
        "Add a home that is not on file",
        status=status,
        errors=errors,
        at=by_field(errors),
        asked=FIELDS,
        fields=fields,
        referral=referral,
        key=new_key(),
        key_field=KEY_FIELD,
    )
