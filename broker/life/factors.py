"""The factors of section 22C(8) and (9) for one home: each shown, none hidden behind a score.

A factor that the records do not tell says so; a person says what they know. They are told of a
shortlisted home from what was found of it, and of every option from the case it is an option of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from broker.life.form import Form
from broker.life.judge import schools
from broker.life.read import Emptied, read_life
from broker.life.state import Life
from broker.life.years import key_stage_4
from matching.board import AREAS, View
from matching.explain import find_referral
from matching.pairs import Pairs
from matching.shared_words import distance_band


@dataclass(frozen=True, slots=True)
class Person:
    """What is told of a young person that the factors rest on.

    `schools` are whether each school told of is to be kept; None in `disability` is unknown;
    `siblings` says whether any is told of.
    """

    disability: tuple[str, ...] | None
    schools: tuple[bool, ...]
    siblings: bool
    may_live_apart: bool
    key_stage_4: bool


def person_of(form: Form) -> Person:
    """What a referral form tells."""
    return Person(
        disability=form.person.disability,
        schools=tuple(one.keep for one in form.matters if one.what == "school"),
        siblings=bool(form.sibling_group or form.sibling_count),
        may_live_apart=form.siblings == "apart_ok",
        key_stage_4=bool(form.key_stage_4_school),
    )


def person_on_record(session: Session, referral_id: str) -> Person | None:
    """What the form of a referral on record tells; None where the records have no form of it."""
    try:
        life = read_life(session, referral_id)
    except Emptied:
        return None
    return None if life is None or life.form is None else person_of(life.form)


def factors(life: Life, home: str, *, exact: bool) -> list[dict[str, Any]]:
    """The factors for a home of a life's shortlist. Not `exact`, the distance is a band."""
    assert life.form is not None
    return _told(person_of(life.form), life.found(home), exact=exact)


def with_factors(
    answer: Mapping[str, Any], pairs: Pairs, person: Person | None, *, exact: bool
) -> dict[str, Any]:
    """The options of a young person, each home with its factors beside it.

    `person` is what a form tells; None is what the case tells, which knows of no disability.
    """
    referral = find_referral(pairs, answer["referral_id"])
    view = View(pairs.board, referral)
    if person is None:
        told = [one for one in pairs.board.people_of(referral) if one.what == "school"]
        person = Person(
            disability=None,
            schools=tuple(one.keep for one in told),
            siblings=bool(referral.sibling_group),
            may_live_apart=referral.siblings == "apart_ok",
            key_stage_4=key_stage_4(referral.born, view.day),
        )
    distances = schools(pairs.board, view)
    live = [
        one.home
        for one in pairs.problem.residents
        if referral.sibling_group
        and one.sibling_group == referral.sibling_group
        and one.young_person != referral.young_person
        and one.present(view.day)
    ]

    def of(home: Mapping[str, Any]) -> dict[str, Any]:
        at = pairs.board.index[home["home_id"]]
        tenths, here = int(view.tenths[at]), live.count(home["home_id"])
        far = None if distances is None or distances[at] < 0 else int(distances[at])
        found = {
            "tenths_of_miles": None if tenths < 0 else tenths,
            "school_tenths": far,
            "siblings": (here, len(live) - here),
            "failed": [(one["code"], one["sentence"]) for one in home.get("failed") or ()],
            "area": AREAS[int(view.areas[at])],
        }
        return {**home, "factors": _told(person, found, exact=exact)}

    lists = {name: [of(home) for home in answer[name]] for name in ("homes", "near_misses")}
    return {**answer, **lists}


def _told(person: Person, found: Mapping[str, Any], *, exact: bool) -> list[dict[str, Any]]:
    return [
        _factor("near home", "s22C(8)(a)", _how_far(found.get("tenths_of_miles"), exact)),
        _factor("education not disrupted", "s22C(8)(b)", _school(person, found, exact)),
        _factor("with siblings", "s22C(8)(c)", _siblings(person, found)),
        _factor("suitable where disabled", "s22C(8)(d)", _suitable(person, found)),
        _factor("within the borough", "s22C(9)", str(found.get("area", "not known"))),
    ]


def _how_far(tenths: int | None, exact: bool) -> str:
    if exact and tenths is not None:
        return f"{tenths // 10}.{tenths % 10} miles"
    return distance_band(tenths)


def _school(person: Person, found: Mapping[str, Any], exact: bool) -> str:
    if not person.schools:
        return "no school is named"
    kept = "to be kept" if any(person.schools) else "not said to be kept"
    years = " (years 10 or 11: a move of school needs approval)" if person.key_stage_4 else ""
    return f"the school, {kept}: {_how_far(found.get('school_tenths'), exact)}{years}"


def _siblings(person: Person, found: Mapping[str, Any]) -> str:
    if not person.siblings:
        return "no sibling is told of"
    if "siblings" not in found:
        return "not known"
    here, elsewhere = found["siblings"]
    told = f"{here} on record in this home, {elsewhere} in another"
    return f"{told}; may live apart" if person.may_live_apart else told


def _suitable(person: Person, found: Mapping[str, Any]) -> str:
    told = person.disability
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
