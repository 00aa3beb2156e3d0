"""The parts of the referral form, and what each asks: fields of the one form of all boroughs.

Options and what is required come from the form's own shape. What there may be several of is written
one on each line, in the words that the hint shows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from pydantic import BaseModel

from api.pages.asked_shape import Asked, asked_of, filled_in, value_in
from api.pages.forms import Fields
from broker.life.form import REQUIRED, REQUIRED_OF_PERSON, Form, Identity, Liberty, Person, Where
from matching.data import need_tags
from matching.geography import PARTNER_BOROUGHS

PARTS: Final[Mapping[str, str]] = {
    "who": "Who the young person is",
    "when-and-where": "When and where",
    "with-whom": "Who they live with",
    "needs": "What they need",
    "risks": "Risks",
    "placement": "What kind of placement",
    "own-part": "The young person’s own part",
}
"""The parts in their order, by the end of their address."""

_RISKS: Final = tuple(name for name in Form.model_fields if name.startswith("risk_"))
_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "who": ("young_person_id", "borough", "identity.name", "identity.address", "identity.school",
            "date_of_birth", "sex", "person.ethnicity", "person.religion", "person.culture",
            "person.language", "person.disability", "person.unaccompanied"),
    "when-and-where": ("needed_by", "waiting_since", "planned_months", "moves_last_12_months",
                       "home_place.postcode", "home_place.easting", "home_place.northing",
                       "nearness", "min_distance_miles", "max_distance_miles",
                       "preferred_location", "matters", "avoid"),
    "with-whom": ("living_companions", "sibling_group", "sibling_count", "siblings",
                  "must_not_live_with", "caution_with"),
    "needs": ("band", "needs", "communication_needs", "communication", "home_adaptation",
              "cultural_needs", "pets", "additional_support"),
    "risks": _RISKS,
    "placement": ("foster_care", "residential_care", "supported_accommodation", "provision",
                  "family_considered", "fostering_considered", "why_residential",
                  "liberty.order_number", "liberty.expires_on", "liberty.restrictions"),
    "own-part": ("wishes", "advocate_offered", "key_stage_4_school"),
}  # fmt: skip
_LABELS: Final[Mapping[str, str]] = {
    "young_person_id": "Pseudonym of the young person, never a number of the NHS or a school",
    "identity.name": "Name",
    "identity.address": "Address",
    "identity.school": "School",
    "date_of_birth": "Date of birth",
    "person.disability": "Disabilities",
    "needed_by": "Day from which a place is needed",
    "waiting_since": "Waiting since",
    "planned_months": "Months planned",
    "moves_last_12_months": "Moves in the last 12 months",
    "home_place.postcode": "Postcode of the place they should live near",
    "home_place.easting": "Or its easting on the National Grid, in metres",
    "home_place.northing": "Its northing, in metres",
    "min_distance_miles": "At least so many miles away",
    "max_distance_miles": "At most so many miles away",
    "preferred_location": "Where they would like to live",
    "matters": "People and places that matter to them",
    "person.unaccompanied": "Came to this country alone, seeking asylum",
    "band": "Need band, as you see it",
    "liberty.order_number": "Deprivation of liberty: number of the order",
    "liberty.expires_on": "Day the order ends",
    "liberty.restrictions": "What the order restricts",
    "nearness": "Near to that place, or away from it",
    "avoid": "Boroughs and homes where they must not live, each with the reason",
    "must_not_live_with": "Whom they must not live with",
    "caution_with": "Whom to be careful with",
    "family_considered": "Family: what was considered",
    "fostering_considered": "Fostering: what was considered",
    "why_residential": "Why a home of this kind",
    "wishes": "What they wish, in their own words",
    "advocate_offered": "Was an advocate offered?",
    "key_stage_4_school": "Would they leave a school in key stage 4?",
}
_OF_PART: Final[Mapping[str, type[BaseModel]]] = {
    "identity": Identity,
    "person": Person,
    "home_place": Where,
    "liberty": Liberty,
}
_SEVERAL: Final = ("needs", "communication", "provision")
_LISTS: Final = ("must_not_live_with", "caution_with", "person.disability")
_NONE: Final = "none"


@dataclass(frozen=True, slots=True)
class Known:
    """What a form on record says, as the boxes of a page show it."""

    values: Mapping[str, Any]

    def fields(self, part: str) -> Fields:
        """The fields of a part, filled in."""
        made: list[tuple[str, str]] = []
        for one in fields_of_part(part):
            value = _value(self.values, one.name)
            if value is None:
                continue
            if one.how in ("list", "avoid", "matters"):
                say = _matter_line if one.how == "matters" else _line
                empty = "" if one.how == "matters" else _NONE
                made.append((one.name, "\n".join(map(say, value)) or empty))
            else:
                made += filled_in(one, value)
        return Fields(made)


def _line(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value["kind"] == "radius":
        at = value["where"]
        where = f"{value['miles']} miles of {at['easting']} {at['northing']}"
    else:
        where = PARTNER_BOROUGHS.get(value["borough"] or "", value["borough"] or value["home_id"])
    return f"{where}: {value['reason']}"


def _matter_line(value: Any) -> str:
    at = value["where"]
    where = at["postcode"] or f"{at['easting']} {at['northing']}"
    keep = ", keep" if value["keep"] else ""
    called = f", called {value['called']}" if value.get("called") else ""
    return f"{value['what']}, {where}, {value['visits_per_month']}{keep}{called}"


def _value(values: Mapping[str, Any], name: str) -> Any:
    outer, _, inner = name.partition(".")
    found = values.get(outer)
    return found.get(inner) if inner and isinstance(found, Mapping) else found


def fields_of_part(part: str) -> list[Asked]:
    """What a part of the form asks."""
    return [made for name in _FIELDS[part] for made in [_asked(name)] if made is not None]


def _asked(name: str) -> Asked | None:
    outer, _, inner = name.partition(".")
    shape = _OF_PART[outer] if inner else Form
    field = shape.model_fields[inner or outer]
    needed = name in REQUIRED or (outer == "person" and inner in REQUIRED_OF_PERSON)
    required = needed or name in ("young_person_id", "borough")
    label = _LABELS.get(name, (inner or outer).replace("_", " ").capitalize())
    if name == "borough":
        return Asked(name, label, "choice", True, tuple(PARTNER_BOROUGHS))
    if name == "matters":
        return Asked(name, label, "matters", required)
    if name == "avoid":
        return Asked(name, label, "avoid", required)
    if name in _LISTS:
        return Asked(name, label, "list", required)
    if name in _SEVERAL:
        choices = {
            "needs": tuple(need_tags()),
            "communication": ("ESOL", "BSL", "Makaton", "Other", "None"),
            "provision": ("childrens_home", "supported_accommodation"),
        }
        return Asked(name, label, "several", required, choices[name])
    found = next(asked_of(inner or outer, field.annotation, field.metadata, required), None)
    return None if found is None else replace(found, name=name, label=label)


def told_in(part: str, fields: Fields) -> dict[str, Any]:
    """What a part says, by the names of the form; what is empty is unknown."""
    told: dict[str, Any] = {}
    for one in fields_of_part(part):
        outer, _, inner = one.name.partition(".")
        value = _told(one, fields)
        if inner:
            told.setdefault(outer, {})[inner] = value
        elif value is not None or outer not in ("nearness", "provision", "needs"):
            told[outer] = value
    for name in ("home_place", "liberty"):
        if name in told and all(value is None for value in told[name].values()):
            told[name] = None
    return told


def _told(one: Asked, fields: Fields) -> Any:
    if one.how == "several":
        return fields.getlist(one.name) or ([] if one.name == "needs" else None)
    written = value_in(one, fields)
    if written is None:
        return [] if one.how == "matters" else None
    if one.how in ("list", "avoid", "matters"):
        lines = [line.strip() for line in written.split("\n") if line.strip()]
        if [line.lower() for line in lines] == [_NONE]:
            return []
        read = {"avoid": _avoided, "matters": _matter}.get(one.how, str)
        return [read(line) for line in lines]
    return written


_RADIUS: Final = re.compile(r"([0-9]+(?:\.[0-9])?) miles of ([0-9]{1,7}) ([0-9]{1,7})", re.ASCII)
_GRID: Final = re.compile(r"([0-9]{1,7}) ([0-9]{1,7})", re.ASCII)


def _avoided(line: str) -> dict[str, Any]:
    where, _, reason = (text.strip() for text in line.partition(":"))
    radius = _RADIUS.fullmatch(where)
    codes = {name.lower(): code for code, name in PARTNER_BOROUGHS.items()}
    code = codes.get(where.lower(), where if where in PARTNER_BOROUGHS else None)
    place: dict[str, Any]
    if radius is not None:
        at = {"easting": int(radius[2]), "northing": int(radius[3])}
        place = {"kind": "radius", "where": at, "miles": radius[1]}
    elif code is None:
        place = {"kind": "home", "home_id": where}
    else:
        place = {"kind": "borough", "borough": code}
    return {**place, "reason": reason}


_CALLED: Final = re.compile(r"\s*,\s*called\s+", re.IGNORECASE)


def _matter(line: str) -> dict[str, Any]:
    """`school, E6 4, 20, keep, called Green Park`: what, where, visits a month, whether it is to be
    kept, and what the young person calls it, which may have commas in it.

    What else stands there is no part of a line: it is told as a wrong `keep`.
    """
    line, *called = _CALLED.split(line, maxsplit=1)
    what, where, *rest = [*(part.strip() for part in line.split(",")), ""]
    grid = _GRID.fullmatch(where)
    at = (
        {"postcode": where or None}
        if grid is None
        else {"easting": int(grid[1]), "northing": int(grid[2])}
    )
    told: dict[str, Any] = {"what": what.lower(), "where": at}
    if called:
        told["called"] = called[0]
    if rest and rest[0] not in ("", "keep"):
        visits = rest[0]
        told["visits_per_month"] = int(visits[:3]) if visits.isdecimal() else visits
        rest = rest[1:]
    others = [one for one in rest if one and one != "keep"]
    return {**told, "keep": ", ".join(others) if others else "keep" in rest}
