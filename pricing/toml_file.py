"""TOML files as plain values, numbers exact, and refused where reading would cost too much."""

import re
import tomllib
from decimal import Decimal

from pricing.problems import BadInput, InputProblem
from pricing.text_file import decode

MEGABYTES = 4
_MOST_DOTS = 50
_QUOTED = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'")


def parse_toml(data: bytes, file: str, what: str) -> dict[str, object]:
    """The tables of a TOML file's bytes; `what` it should be, such as "a contract", for messages.

    Raises:
        BadInput: above 4 MB, no UTF-8 text, no TOML, or a line with more than 50 dots outside
            quotes.
    """
    if len(data) > MEGABYTES * 1024 * 1024:
        raise _bad_file(file, f"too large for {what}", f"{MEGABYTES} MB")
    text = decode(data, file)
    for number, line in enumerate(text.split("\n"), start=1):
        # A key of very many dotted parts would take the parser memory by the square of them.
        if line.count(".") > _MOST_DOTS < _QUOTED.sub("", line).count("."):
            raise _bad_file(file, f"more than {_MOST_DOTS} dots in line {number}", "short keys")
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except RecursionError:
        reason = "lists or tables too deep within each other"
    except ValueError as error:
        reason = str(error)
    raise _bad_file(file, f"not TOML: {reason}", "valid TOML 1.0")


def _bad_file(file: str, value: str, allowed: str) -> BadInput:
    return BadInput([InputProblem(file, "", value, allowed, "file")])
