"""What we hold and the standard lacks, from the shapes of all that we hold.

Every field of the form, of a step, of a table of the case and of a contract that no field of the
standard holds is in the table: a new one comes into it by itself.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any, Final, get_args

from broker.life import steps as said
from broker.life.form import Form
from broker.standard.fields import fields
from broker.standard.forms import OF_WORD, of_form
from matching.sheets import SHEETS
from pricing import terms

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

HELD_OF_STEPS: Final[Mapping[str, frozenset[str]]] = {
    "open": frozenset({"form"}),
    "amend": frozenset({"form"}),
    "confirm": frozenset({"home_id", "school_kept"}),
    "reported": frozenset({"referred_on", "referred_by", "liberty", "placement"}),
}
"""Fields of steps that the standard holds, of the form and the placement as far as told above."""

HELD_OF_TABLES: Final[Mapping[str, Mapping[str, str]]] = {
    "homes": {
        "home_id": "ActualPlacement.providerURN",
        "borough": "ActualPlacement.placementLocation",
        "postcode": "ActualPlacement.placementLocation",
        "provision": "ActualPlacement.placementType",
    },
    "rates": {"weekly_fee": "ActualPlacement.totalWeeklyCost"},
}
"""Columns of the case's tables that the standard holds, of a home placed in, and where."""

CONTRACT: Final[Mapping[str, type[Any]]] = {
    "contract": terms.Contract,
    "block": terms.Block,
    "requirement": terms.Requirement,
    "uplift": terms.Uplift,
    "result": terms.ResultItem,
    "results": terms.ResultTerms,
    "training": terms.Training,
    "voids": terms.VoidTerms,
}
"""The parts of a contract; the standard holds nothing of any."""


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


def fields_of_step(kind: str) -> list[str]:
    """What a step of a kind says, that the standard does not hold."""
    shapes = {get_args(one.model_fields["kind"].annotation)[0]: one for one in get_args(said.Said)}
    held = HELD_OF_STEPS.get(kind, frozenset())
    return [name for name in shapes[kind].model_fields if name != "kind" and name not in held]


def lacking_columns() -> dict[str, list[str]]:
    """The columns of the case's tables that the standard does not hold; a referral is its form."""
    return {
        name: [column for column in sheet.names if column not in HELD_OF_TABLES.get(name, {})]
        for name, sheet in SHEETS.items()
        if name != "referrals"
    }


def lacks_table() -> str:
    """What we hold and the standard lacks, as a table of a document."""
    lines = ["| we hold | in the standard |", "|---|---|"]
    lines += [f"| form, `{name}` | nothing |" for name in lacking_fields()]
    lines += [f"| form, `{name}` | in part: we hold {what} |" for name, what in FEWER.items()]
    lines += [f"| {one} | nothing |" for one in _beside_the_form()]
    lines += [f"| step, `{kind}` | {what} alone |" for kind, what in KEPT_STEPS.items()]
    return "\n".join(lines) + "\n"


def _beside_the_form() -> Iterator[str]:
    """All that no field of the standard holds, of steps, tables and contracts."""
    for kind in said.KINDS:
        names = fields_of_step(kind)
        if names or kind not in KEPT_STEPS:
            yield f"step, `{kind}`{_named(names)}"
    for table, columns in lacking_columns().items():
        yield f"table, `{table}`{_named(columns)}"
    for part, shape in CONTRACT.items():
        yield f"contract, `{part}`{_named([one.name for one in dataclasses.fields(shape)])}"


def _named(names: list[str]) -> str:
    return ": " + ", ".join(f"`{name}`" for name in names) if names else ""


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
