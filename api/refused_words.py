"""What a shape refuses, said as what is allowed there, in words that fit after "must be".

A shape's own message speaks to programmers: "Input should be a valid integer", or a pattern. Here
each kind of refusal that a form or a body can meet has words; one that has none keeps its message.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

_A_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_ALTERNATIVES: Final = re.compile(r"\^\(([A-Za-z0-9_|. -]+)\)\??\$")
_MARKS: Final = "letters, digits, dots, dashes and underscores"
_LINE: Final = "text in one line"
PATTERNS: Final[Mapping[str, str]] = {
    r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$": "up to 64 letters, digits, dots, dashes and underscores, "
    "the first a letter or a digit",
    r"^E(06|08|09|10)[0-9]{6}$": "the code of an English council, such as E09000016",
    r"^[0-9a-f]{64}$": "64 of the digits 0 to 9 and the letters a to f",
    r"^[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}$": "a whole postcode with its space, such as RM1 3BB",
    r"^(([A-HJ-NP-RT-Z])([0-9]{12}|[0-9]{11}[A-Z])|UN[1-5])$": "a unique pupil number of 13 "
    "characters, or one of UN1 to UN5",
    r"^(SC[0-9]{6}|[0-9]{7}|XXXXXXX)$": "an Ofsted URN: SC and six digits, or seven digits, or "
    "XXXXXXX",
    r"^-?[0-9]+\.[0-9]{2}$": "pounds and pence, such as 6000.00",
    r"^E[0-9]{8}$": "the code of a council, such as E09000016",
    r"^(E[0-9]{8})?$": "the code of a council, such as E09000016",
    r"^[1-9][0-9]{0,17}$": "a whole number from 1",
    **dict.fromkeys((r"^[A-Za-z0-9._-]*$", r"^[A-Za-z0-9._-]+$"), _MARKS),
    r"^[A-Za-z0-9._@-]*$": f"{_MARKS}, and @",
    **dict.fromkeys((r"^[^\x00-\x1f]*$", r"^[^\x00-\x1f\x7f]*$", r"^[^\x00-\x1f\x7f]+$"), _LINE),
    r"^[^\x00]*$": "text without control characters",
}
"""What each pattern of a shape or an address allows; tests hold that none is left out."""
_WHOLE: Final = "a whole number"
_NUMBER: Final = "a number"
_DAY: Final = "a real day"
_MOMENT: Final = "a real day and time with its zone"
_YES_NO: Final = "yes or no (true or false)"
_WORDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float", "int_parsing_size"), _WHOLE),
    **dict.fromkeys(("decimal_type", "decimal_parsing", "float_type", "float_parsing"), _NUMBER),
    **dict.fromkeys(("finite_number", "decimal_max_digits"), _NUMBER),
    **dict.fromkeys(("date_type", "date_parsing", "date_from_datetime_parsing"), _DAY),
    **dict.fromkeys(("datetime_type", "datetime_parsing", "timezone_aware"), _MOMENT),
    "datetime_from_date_parsing": _MOMENT,
    **dict.fromkeys(("bool_type", "bool_parsing"), _YES_NO),
    "string_type": "text",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "an object",
    "model_type": "an object",
    "model_attributes_type": "an object",
    "none_required": "left out",
}
_BOUNDS: Final[Mapping[str, tuple[str, str, str]]] = {
    "greater_than": ("gt", "more than {}", "a day after {}"),
    "greater_than_equal": ("ge", "{} or more", "a day from {} on"),
    "less_than": ("lt", "less than {}", "a day before {}"),
    "less_than_equal": ("le", "{} or less", "a day up to {}"),
    "multiple_of": ("multiple_of", "a multiple of {}", ""),
    "decimal_max_places": ("decimal_places", "a number with {} decimals at most", ""),
}
_LENGTHS: Final[Mapping[str, tuple[str, str, str]]] = {
    "string_too_long": ("max_length", "character", "at most"),
    "string_too_short": ("min_length", "character", "at least"),
    "too_long": ("max_length", "entry", "at most"),
    "too_short": ("min_length", "entry", "at least"),
}


def allowed_in(error: Mapping[str, Any]) -> str:
    """What is allowed where a shape refused, from its error with the context."""
    kind, context = str(error["type"]), error.get("ctx") or {}
    if kind == "string_pattern_mismatch":
        return of_pattern(str(context.get("pattern", ""))) or _own(error)
    if kind in _BOUNDS:
        name, words, of_days = _BOUNDS[kind]
        bound = context[name]
        return (of_days if _A_DAY.fullmatch(str(bound)) else words).format(bound)
    if kind in _LENGTHS:
        name, what, bound = _LENGTHS[kind]
        number = int(context[name])
        several = {"character": "characters", "entry": "entries"}[what]
        return f"{bound} {number} {what if number == 1 else several}"
    return _WORDS.get(kind) or _own(error)


def of_pattern(pattern: str) -> str:
    """What a pattern allows, in words; empty for one that has none."""
    if pattern in PATTERNS:
        return PATTERNS[pattern]
    listed = _ALTERNATIVES.fullmatch(pattern)
    return f"one of {', '.join(filter(None, listed[1].split('|')))}" if listed else ""


def _own(error: Mapping[str, Any]) -> str:
    message = str(error["msg"]).removeprefix("Value error, ")
    return message.removeprefix("Input should be ").removeprefix("Input should ")
