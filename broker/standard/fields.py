"""The fields of the Placements Data Standard, as its own description gives them.

`placements.json` beside this file is the standard's description, v2 (draft of 18 July 2025), by its
authors under the MIT licence, unchanged. Nothing of it is written a second time in the code.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

ACTUAL: Final = "ActualPlacement"
QUALITY: Final = "QualityAssurance"
_OF_PLACEMENT: Final = ("placement", "cost")


@dataclass(frozen=True, slots=True)
class Field:
    """A field: its entity and name, its type, whether it must be told, may be told often."""

    entity: str
    name: str
    type: str
    required: bool
    many: bool
    options: tuple[str, ...]
    description: str

    @property
    def path(self) -> str:
        """How tables and messages name it."""
        return f"{self.entity}.{self.name}"

    @property
    def of_placement(self) -> bool:
        """Whether it tells of the actual placement: a referral alone has none of it."""
        own = self.entity == QUALITY and self.name.startswith(_OF_PLACEMENT)
        return self.entity == ACTUAL or own


@cache
def fields() -> Mapping[str, Field]:
    """Every field by its path, in the standard's order."""
    text = files(__package__).joinpath("placements.json").read_text("utf-8")
    made = {}
    for entity in json.loads(text)["entities"]:
        for one in entity["fields"]:
            least, most = one["cardinality"].split("..")
            field = Field(
                entity["name"], one["name"], one["type"], least != "0", most == "*",
                tuple(one.get("options", ())), one["description"],
            )  # fmt: skip
            made[field.path] = field
    return MappingProxyType(made)
