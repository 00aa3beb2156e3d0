"""What we hold and the standard lacks, from the shapes of the form and of the steps themselves.

Every field of the form that no field of the standard holds, and every kind of step of which the
standard keeps nothing, is in the table: a new one comes into it by itself.
"""

from __future__ import annotations

from typing import Final

from broker.life import steps as said
from broker.life.form import Form
from broker.standard.fields import fields
from broker.standard.forms import OF_WORD, of_form

FEWER: Final = {
    "needed_by": "the day; the standard has three words for it",
    "liberty": "the order, its day and what it restricts; the standard has whether there is one",
}
"""Fields that the standard holds in part: what of them stays behind."""

KEPT_STEPS: Final = {
    "open": "who opened the form",
    "submit": "the day, as the day of the referral",
    "confirm": "the home, its fee and place, the school, who decided and when",
    "reported": "all that it says but where it was read, unless it was decided here since;",
}
"""Steps of which the standard keeps something, and what."""


NARROWER: Final = {
    "PlacementAvailability.siblingCount": "from 0 to 20",
    "PlacementAvailability.preferredLocation": "up to 200 letters",
    "ActualPlacement.totalWeeklyCost": "0 or more",
    "ActualPlacement.siblingsPlacedTogether": "0 or more",
    "PlacementAvailability.neededBy": "days of the years 1900 to 2199, counted from the referral",
    "QualityAssurance.referralDate": "days of the years 1900 to 2199, and none to come",
    "QualityAssurance.placementDate": "days of the years 1900 to 2199",
    "QualityAssurance.costDate": "days of the years 1900 to 2199",
}
"""Fields that the standard lets hold more than we keep, and what we keep: the rest is refused."""


def narrower_table() -> str:
    """What the standard may hold and we do not keep, as a table of a document."""
    lines = ["| field | kept here |", "|---|---|"]
    lines += [f"| `{path}` | {what} |" for path, what in NARROWER.items()]
    return "\n".join(lines) + "\n"


def lacking_fields() -> list[str]:
    """The form's fields that no field of the standard holds, in the form's order."""
    held = set(of_form().values())
    return [name for name in Form.model_fields if name not in held]


def lacking_steps() -> list[str]:
    """The kinds of step of which the standard keeps nothing."""
    return [kind for kind in said.KINDS if kind not in KEPT_STEPS]


def lacks_table() -> str:
    """What we hold and the standard lacks, as a table of a document."""
    lines = ["| we hold | in the standard |", "|---|---|"]
    lines += [f"| form, `{name}` | nothing |" for name in lacking_fields()]
    lines += [f"| form, `{name}` | in part: we hold {what} |" for name, what in FEWER.items()]
    lines += [f"| step, `{kind}` | nothing |" for kind in lacking_steps()]
    lines += [f"| step, `{kind}` | {what} alone |" for kind, what in KEPT_STEPS.items()]
    return "\n".join(lines) + "\n"


def fields_table() -> str:
    """Every field of the standard, what it may hold, and where it comes from here."""
    ours = of_form()
    lines = ["| field | must | holds | here |", "|---|---|---|---|"]
    for path, field in fields().items():
        must = "yes" if field.required else "no"
        if field.of_placement:
            must = "with a placement" if field.required else "no"
        holds = ", ".join(field.options) or field.type
        where = f"form, `{ours[path]}`" if path in ours else _elsewhere(path)
        lines.append(f"| `{path}` | {must} | {holds} | {where} |")
    return "\n".join(lines) + "\n"


def _elsewhere(path: str) -> str:
    return {
        "ActualPlacement.totalWeeklyCost": "the fee of the decision, in whole pounds, half up",
        "ActualPlacement.placementLocation": "the home's postcode or sector on record",
        "ActualPlacement.preferabilityLocation": "in the own borough or one that adjoins it "
        "(our starting assumption)",
        "ActualPlacement.educationContinuity": "decision, `school_kept`",
        "ActualPlacement.providerURN": "the home's id",
        "ActualPlacement.siblingsPlacedTogether": "others of the sibling group in the home then",
        "ActualPlacement.placementType": "the home's kind",
        "QualityAssurance.referralOfficerName": "the account that submitted; never a name",
        "QualityAssurance.referralDate": "the day of submission",
        "QualityAssurance.placementOfficerName": "the account that decided; never a name",
        "QualityAssurance.placementDate": "the day of the decision",
        "QualityAssurance.costOfficerName": "the account that decided; never a name",
        "QualityAssurance.costDate": "the day of the decision",
    }[path] + f"; or `reported`, `{OF_WORD[path]}`"
