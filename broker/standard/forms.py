"""A record as what we hold of it, and what we hold as a record: the form, and another's word.

The standard tells when a place is needed by in three words; a form has a day. Read, each word is
its earliest day counted from the day of the referral, so that nobody waits for a reading. What no
form holds (when and by whom it was referred, the actual placement) is the other system's word of
it: a step of its own, which decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from pydantic import ValidationError

from broker.life.form import URGENCIES, Form
from broker.life.reported import Reported
from broker.standard.fields import fields
from broker.standard.record import Record, has_placement
from pricing.problems import InputProblem, describe

EARLIEST: Final = dict(zip(URGENCIES, (0, 1, 6), strict=True))
"""Days from the referral to the earliest day that each word for urgency allows."""
PSEUDONYM: Final = "STD-"
"""What stands before the standard's number in a pseudonym of ours that came from it."""
CHILD: Final = "PlacementAvailability.childId"
NEEDED: Final = "PlacementAvailability.neededBy"
LIBERTY: Final = "PlacementRequirements.deprivationOfLiberty"
REFERRED: Final = "QualityAssurance.referralDate"
OFFICER: Final = "QualityAssurance.referralOfficerName"
OF_REPORT: Final[Mapping[str, str]] = {
    REFERRED: "referred_on",
    OFFICER: "referred_by",
    LIBERTY: "liberty",
}
OF_PLACEMENT: Final[Mapping[str, str]] = {
    "ActualPlacement.totalWeeklyCost": "weekly_cost",
    "ActualPlacement.placementLocation": "location",
    "ActualPlacement.preferabilityLocation": "preferred_location",
    "ActualPlacement.educationContinuity": "school_kept",
    "ActualPlacement.providerURN": "urn",
    "ActualPlacement.siblingsPlacedTogether": "siblings_together",
    "ActualPlacement.placementType": "placement_type",
    "QualityAssurance.placementOfficerName": "placed_by",
    "QualityAssurance.placementDate": "placed_on",
    "QualityAssurance.costOfficerName": "cost_by",
    "QualityAssurance.costDate": "cost_on",
}
"""The standard's paths that no form holds, and the names they have in the other system's word."""
OF_WORD: Final = {**OF_REPORT, **OF_PLACEMENT}
"""Both."""
_LONGEST_NAME: Final = 160


def of_form() -> dict[str, str]:
    """The standard's paths that a form holds, and the form's own names of them."""
    by_alias = {field.alias or name: name for name, field in Form.model_fields.items()}
    return {
        path: by_alias[field.name]
        for path, field in fields().items()
        if field.name in by_alias and not field.of_placement
    }


def form_of(record: Record, borough: str, file: str, number: int) -> Form | list[InputProblem]:
    """A draft of our form with all that the record tells of the referral, or why there is none.

    That there is a deprivation of liberty is kept in the other system's word: the form needs the
    order itself, and is not submitted without it.
    """
    told: dict[str, Any] = {
        name: record[path]
        for path, name in of_form().items()
        if path in record and path not in (CHILD, NEEDED, LIBERTY)
    }
    if NEEDED in record:
        told["needed_by"] = record[REFERRED] + timedelta(days=EARLIEST[record[NEEDED]])
    told |= {"young_person_id": f"{PSEUDONYM}{record[CHILD]}", "borough": borough}
    try:
        return Form(**told)
    except ValidationError as refused:
        return _problems(refused, _paths_of_form(), file, number)


def reported_of(
    record: Record, file: str, sha256: str, number: int
) -> Reported | list[InputProblem]:
    """What the record tells that no form holds, with its source, or why it cannot be kept."""
    told: dict[str, Any] = {
        "kind": "reported",
        "source": f"{file[:_LONGEST_NAME]}, record {number}",
        "sha256": sha256,
        **{name: record.get(path) for path, name in OF_REPORT.items()},
    }
    if has_placement(record):
        told["placement"] = {name: record.get(path) for path, name in OF_PLACEMENT.items()}
    try:
        return Reported(**told)
    except ValidationError as refused:
        paths = {name: path for path, name in OF_WORD.items()}
        return _problems(refused, paths, file, number)


def _problems(
    refused: ValidationError, paths: Mapping[str, str], file: str, number: int
) -> list[InputProblem]:
    """Each fault at the standard's own name of the field."""
    found = []
    for one in refused.errors():
        names = [str(part) for part in one["loc"] if isinstance(part, str)]
        key = names[-1] if names else ""
        value = describe(one.get("input"))
        found.append(
            InputProblem(file, paths.get(key, key), value, one["msg"], "wrong value", number)
        )
    return found


def _paths_of_form() -> dict[str, str]:
    by_name = {name: path for path, name in of_form().items()}
    aliases = {name: field.alias for name, field in Form.model_fields.items() if field.alias}
    return by_name | {aliases[name]: path for name, path in by_name.items() if name in aliases}


def reported_part(word: Reported, *, placed: bool = True) -> dict[str, Any]:
    """What the other system's word tells by the standard's own names, its placement if wanted."""
    made = {path: getattr(word, name) for path, name in OF_REPORT.items()}
    if placed and word.placement is not None:
        made |= {path: getattr(word.placement, name) for path, name in OF_PLACEMENT.items()}
    return {path: value for path, value in made.items() if value is not None}


def referral_part(form: Form, number: int, referred: date) -> dict[str, Any]:
    """What the standard asks of a referral, as far as the form tells it."""
    told = form.to_standard(referred)
    made: dict[str, Any] = {}
    for path in of_form():
        field = fields()[path]
        value = told.get(field.name)
        if value is not None:
            made[path] = tuple(value) if field.many else value
    made[CHILD] = number
    return made
