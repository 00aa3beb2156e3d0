"""The factors of section 22C(8) and (9) for one home: each shown, none hidden behind a score.

A factor that the records do not tell says so; a person says what they know.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from broker.life.form import Form
from broker.life.state import Life
from matching.shared_words import distance_band


def factors(life: Life, home: str, *, exact: bool) -> list[dict[str, Any]]:
    """The factors of s22C(8) and (9) for one home: each shown, none hidden behind a score.

    A factor that the records do not tell says so; a person says what they know. Not `exact`, the
    distance is a band.
    """
    form = life.form
    assert form is not None
    found = life.found(home)
    return [
        _factor("near home", "s22C(8)(a)", _how_far(found.get("tenths_of_miles"), exact)),
        _factor("education not disrupted", "s22C(8)(b)", _school(form, found, exact)),
        _factor("with siblings", "s22C(8)(c)", _siblings(form, found)),
        _factor("suitable where disabled", "s22C(8)(d)", _suitable(form, found)),
        _factor("within the borough", "s22C(9)", str(found.get("area", "not known"))),
    ]


def _how_far(tenths: int | None, exact: bool) -> str:
    if exact and tenths is not None:
        return f"{tenths // 10}.{tenths % 10} miles"
    return distance_band(tenths)


def _school(form: Form, found: Mapping[str, Any], exact: bool) -> str:
    schools = [one for one in form.matters if one.what == "school"]
    if not schools:
        return "no school is named"
    kept = "to be kept" if any(one.keep for one in schools) else "not said to be kept"
    years = " (years 10 or 11: a move of school needs approval)" if form.key_stage_4_school else ""
    return f"the school, {kept}: {_how_far(found.get('school_tenths'), exact)}{years}"


def _siblings(form: Form, found: Mapping[str, Any]) -> str:
    if not form.sibling_group and not form.sibling_count:
        return "no sibling is told of"
    if "siblings" not in found:
        return "not known"
    here, elsewhere = found["siblings"]
    told = f"{here} on record in this home, {elsewhere} in another"
    return f"{told}; may live apart" if form.siblings == "apart_ok" else told


def _suitable(form: Form, found: Mapping[str, Any]) -> str:
    told = form.person.disability
    disability = (
        "not known whether disabled"
        if told is None
        else "no disability is told of"
        if not told
        else f"disability told of: {', '.join(told)}"
    )
    if "failed" not in found:
        return f"{disability}; not known what the home supports"
    unmet = "R05" in {code for code, _ in found["failed"]}
    needs = "a recorded need is not supported" if unmet else "the home supports every recorded need"
    return f"{disability}; {needs}"


def _factor(name: str, source: str, value: str) -> dict[str, str]:
    return {"factor": name, "source": f"Children Act 1989, {source}", "value": value}
