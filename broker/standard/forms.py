"""The referral part of a record as our form, and our form as that part.

The standard tells when a place is needed by in three words; a form has a day. Read, each word is
its earliest day counted from the day of the referral, so that nobody waits for a reading.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from pydantic import ValidationError

from broker.life.form import URGENCIES, Form
from broker.standard.fields import fields
from broker.standard.record import Record
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


def of_form() -> dict[str, str]:
    """The standard's paths that a form holds, and the form's own names of them."""
    by_alias = {field.alias or name: name for name, field in Form.model_fields.items()}
    return {
        path: by_alias[field.name]
        for path, field in fields().items()
        if field.name in by_alias and not field.of_placement
    }


def form_of(record: Record, borough: str, file: str, number: int) -> Form | list[InputProblem]:
    """A draft of our form with all that the record tells of the referral, or why there is none."""
    if record.get(LIBERTY):
        words = "such a referral is begun by hand: the order, its day and what it restricts"
        return [InputProblem(file, LIBERTY, "true", words, "by hand", number)]
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
        return [
            InputProblem(
                file,
                str(one["loc"][0]) if one["loc"] else "",
                describe(one.get("input")),
                one["msg"],
                "wrong value",
                number,
            )
            for one in refused.errors()
        ]


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
