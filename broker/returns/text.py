"""The text of a file of the return, in any encoding and separator known: unusual ones are told."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from broker.recognised import Recognised, recognised
from broker.returns.episode import Repair
from broker.returns.folder import Found
from pricing.problems import BadInput, Problems

ENCODING: Final = "another encoding"
SEPARATOR: Final = "another separator"


def text_of(file: Found, found: Problems, repairs: list[Repair]) -> Recognised | None:
    """The text of a file, None where it is none: then the problems say why."""
    try:
        told = recognised(file.path, file.shown)
    except BadInput as refused:
        found.extend(replace(problem, file=file.shown) for problem in refused.problems)
        return None
    for rule, words in ((ENCODING, told.other_encoding), (SEPARATOR, told.other_separator)):
        if words:
            repairs.append(Repair(rule, file.shown, 1, words))
    return told
