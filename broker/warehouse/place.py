"""Where the warehouse's files are kept, and apart from them the keys of its pseudonyms."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from broker.commands.endings import Refused

FOLDER_VARIABLE: Final = "BROKER_WAREHOUSE"
KEY_VARIABLE: Final = "BROKER_WAREHOUSE_KEY"
DEFAULT_FOLDER: Final = "warehouse"
DEFAULT_FILE: Final = "warehouse-key.json"
_PRODUCTION: Final = "production"


@dataclass(frozen=True, slots=True)
class Place:
    """The folder of the files, and the file of the keys, which does not lie in it."""

    folder: Path
    keys: Path


def kept_place() -> Place | None:
    """Where workers keep the warehouse by themselves; None where `BROKER_WAREHOUSE` is not set.

    Raises:
        Refused: the folder is named and the keys are not: they would lie wherever a worker began.
    """
    folder, keys = _named(FOLDER_VARIABLE), _named(KEY_VARIABLE)
    if folder is None:
        return None
    if keys is None:
        raise Refused(
            f"{FOLDER_VARIABLE} is set and {KEY_VARIABLE} is not. Allowed: both; the keys are a "
            "file outside the folder, kept and copied apart from it."
        )
    return Place(folder, keys)


def folder_path(given: Path | None) -> Path:
    """Where the files are: as asked for, else `BROKER_WAREHOUSE`, else in this folder.

    Raises:
        Refused: in production neither says.
    """
    return _path(given, FOLDER_VARIABLE, DEFAULT_FOLDER, "--out DIR")


def key_path(given: Path | None) -> Path:
    """Where the keys are: as asked for, else `BROKER_WAREHOUSE_KEY`, else in this folder.

    Raises:
        Refused: in production neither says.
    """
    return _path(given, KEY_VARIABLE, DEFAULT_FILE, "--keys FILE")


def _path(given: Path | None, variable: str, default: str, option: str) -> Path:
    found = given or _named(variable)
    if found is None and os.environ.get("BROKER_ENV", "").strip() == _PRODUCTION:
        raise Refused(
            f"{option}: not said, and {variable} is not set. With BROKER_ENV={_PRODUCTION} there "
            "is no other place: in the working folder of a container it would be lost with it. "
            "Nothing was done."
        )
    return found or Path(default)


def _named(variable: str) -> Path | None:
    text = os.environ.get(variable, "").strip()
    return Path(text) if text else None
