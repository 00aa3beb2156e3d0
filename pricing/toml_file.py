"""A TOML file as its top table and its version, refused whole if it is no TOML to be trusted.

A file that people write by hand is a page or a few: one above 4 MB and a line with more than 50
dots outside quotes are refused, since both would only cost memory.
"""

import hashlib
import re
import tomllib
from decimal import Decimal

from pricing.problems import BadInput, InputProblem
from pricing.text_file import decode

_MEGABYTES = 4
_MOST_DOTS = 50
_QUOTED = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'")


def file_version(data: bytes) -> str:
    """The version every figure names as its source: the SHA-256 of the file's bytes."""
    return hashlib.sha256(data).hexdigest()


def parse_toml(data: bytes, file: str, what: str) -> dict[str, object]:
    """The table of a file's bytes; `what` says what the file should be, such as "a contract".

    Raises:
        BadInput: too large, not UTF-8, empty, or not TOML.
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
