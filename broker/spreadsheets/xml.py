"""The XML of a workbook's parts, read as events; what could reach outside or never end, refused.

A document type, and with it every entity of one's own, is refused wherever it stands and in
whatever encoding: no part of a workbook has one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Final, NoReturn
from xml.parsers import expat

from broker.spreadsheets.package import refuse

DEEPEST: Final = 64
LONGEST_SECONDS: Final = 60.0
_LOOK_EVERY: Final = 4096

Start = Callable[[str, Mapping[str, str]], None]
End = Callable[[str], None]
Text = Callable[[str], None]


class _Forbidden(Exception):
    """A document type or an entity."""


class _Endless(Exception):
    """Too deep, or too long."""


def parse(data: bytes, file: str, part: str, start: Start, end: End, text: Text) -> None:
    """Read a part; the handlers get local names, since prefixes differ between programs.

    Raises:
        BadInput: it is no XML, has a document type, is nested too deep or takes too long.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    until = time.monotonic() + LONGEST_SECONDS
    depth = events = 0

    def opened(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, events
        depth += 1
        events += 1
        if depth > DEEPEST or (events % _LOOK_EVERY == 0 and time.monotonic() > until):
            raise _Endless
        start(_local(name), {_local(key): value for key, value in attributes.items()})

    def closed(name: str) -> None:
        nonlocal depth
        depth -= 1
        end(_local(name))

    def forbidden(*_: object) -> NoReturn:
        raise _Forbidden

    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = forbidden
    parser.EntityDeclHandler = forbidden
    parser.ExternalEntityRefHandler = forbidden
    try:
        parser.Parse(data, True)
    except _Forbidden:
        refuse(file, "a part of it defines entities; no spreadsheet program does", "entities", part)
    except _Endless:
        refuse(file, "a part of it is nested too deep or takes too long to read", "too large", part)
    except (expat.ExpatError, ValueError, LookupError):
        refuse(file, "a part of it is damaged; save it anew as .xlsx", "damaged", part)


def _local(name: str) -> str:
    return name.rpartition(" ")[2]
