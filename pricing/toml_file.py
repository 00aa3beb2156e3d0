"""TOML files that people write by hand: a page or two, so anything vast is refused at once.

A file above 4 MB and a line with more than 50 dots outside quotes are refused; numbers with a
fraction are read as decimals.
"""

import re
import tomllib
from decimal import Decimal

from pricing.problems import BadInput, InputProblem
from pricing.text_file import decode

_MEGABYTES = 4
_MOST_DOTS = 50
_QUOTED = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'")


def parse_toml(data: bytes, file: str, what: str) -> dict[str, object]:
    """The tables in a TOML file's bytes; `what` says in messages what it is, such as "a contract".

    Raises:
        BadInput: too large, not text or not TOML.
    """
    if len(data) > _MEGABYTES * 1024 * 1024:
        raise _bad_file(file, f"too large for {what}", f"{_MEGABYTES} MB")
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
