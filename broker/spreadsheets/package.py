"""The parts of a workbook file, refused before they are read where they could do harm.

A workbook is a zip of XML. Refused with the reason: a file or part too large, also when its own
directory understates it; a part whose name leads out of the folder or stands twice; macros,
embedded objects, links to other files and connections; what is encrypted or no workbook at all.
The limits are our starting assumptions: many times the largest case we know of.
"""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NoReturn

from matching.faults import BadInput, Fault

LARGEST_FILE: Final = 32 * 1024 * 1024
LARGEST_PART: Final = 64 * 1024 * 1024
LARGEST_WHOLE: Final = 128 * 1024 * 1024
MOST_PARTS: Final = 2000
MOST_TIMES: Final = 300
"""How many times larger than packed a part of more than a megabyte may be."""

_OLD: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError,
    ValueError, KeyError, OverflowError,
)  # fmt: skip
_HARM: Final = {
    "vbaproject": "macros; save it as .xlsx without macros",
    "vbadata": "macros; save it as .xlsx without macros",
    "/macrosheets/": "a sheet of macros; save it as .xlsx without macros",
    "/dialogsheets/": "a sheet of macros; save it as .xlsx without macros",
    "/activex/": "active controls; remove them",
    "/embeddings/": "an embedded object; remove it",
    "/externallinks/": "links to other workbooks; in Excel: Data, Edit links, Break link",
    "/connections.xml": "a connection to outside data; remove it",
    "/querytables/": "a query of outside data; remove it",
}


def refuse(file: str, words: str, kind: str, value: str = "") -> NoReturn:
    """End reading with one fault of the whole file."""
    raise BadInput([Fault(file, None, "", value, words, kind)])


@dataclass
class Package:
    """A workbook file that was looked through; `read` gives a part, up to the limits."""

    file: str
    _archive: zipfile.ZipFile
    names: dict[str, str]
    _taken: int = field(default=0)

    def read(self, name: str) -> bytes | None:
        """The bytes of a part, by its name in any case of letters; None where there is none."""
        stored = self.names.get(name.lower().lstrip("/"))
        if stored is None:
            return None
        limit = min(LARGEST_PART, LARGEST_WHOLE - self._taken)
        try:
            with self._archive.open(stored) as stream:
                data = stream.read(limit + 1)
        except _BROKEN:
            refuse(self.file, "a part of it is damaged; save it anew as .xlsx", "damaged", name)
        if len(data) > limit:
            refuse(self.file, "unpacks to more than a workbook may (128 MB)", "too large", name)
        self._taken += len(data)
        return data


def read_limited(path: Path, largest: int = LARGEST_FILE) -> bytes:
    """The bytes of a plain file up to a size.

    Raises:
        BadInput: absent, no plain file, not readable, or larger.
    """
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            refuse(path.name, "is not a file; allowed: a plain file", "unreadable file")
        if found.st_size <= largest:
            with path.open("rb") as stream:
                data = stream.read(largest + 1)
            if len(data) <= largest:
                return data
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or "not a usable path"
        refuse(path.name, f"cannot be read: {reason.lower()}", "unreadable file")
    refuse(path.name, f"allowed: files up to {largest // 1024 // 1024} MB", "too large")


def open_package(data: bytes, file: str) -> Package:
    """Look a workbook's parts through, by their names and sizes.

    Raises:
        BadInput: it is refused, with the reason.
    """
    if data.startswith(_OLD):
        words = "is an old .xls or has a password; save it as .xlsx without a password"
        refuse(file, words, "not a workbook")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = archive.infolist()
    except _BROKEN:
        refuse(file, "is not a workbook; allowed: .xlsx", "not a workbook")
    if len(members) > MOST_PARTS:
        refuse(file, f"has {len(members)} parts; allowed: {MOST_PARTS}", "too large")
    names: dict[str, str] = {}
    whole = 0
    for member in members:
        _check(member, file)
        key = member.filename.lower()
        if key in names:
            refuse(file, "a part stands twice in it", "damaged", member.filename)
        names[key] = member.filename
        whole += member.file_size
    if whole > LARGEST_WHOLE:
        refuse(file, "unpacks to more than a workbook may (128 MB)", "too large")
    made = Package(file, archive, names)
    types = made.read("[content_types].xml")
    if types is None or made.names.get("xl/workbook.xml") is None:
        refuse(file, "is a zip, but not a workbook; allowed: .xlsx", "not a workbook")
    if b"macroenabled" in types.replace(b"\0", b"").lower():
        refuse(file, "says that it has macros; save it as .xlsx", "macros")
    return made


def _check(member: zipfile.ZipInfo, file: str) -> None:
    name = member.filename
    odd = name.startswith("/") or "\\" in name or ":" in name or "\0" in member.orig_filename
    if odd or ".." in name.split("/"):
        refuse(file, "a part has a name that leads elsewhere", "path", name)
    if member.flag_bits & 0x1:
        refuse(file, "has a password; save it without one", "encrypted", name)
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        refuse(file, "is packed in a way no spreadsheet program does", "damaged", name)
    times = member.file_size / max(1, member.compress_size)
    if member.file_size > LARGEST_PART or (member.file_size > 1024**2 and times > MOST_TIMES):
        words = f"a part unpacks to {member.file_size} bytes, far more than it is packed"
        refuse(file, words, "too large", name)
    for part, words in _HARM.items():
        if part in f"/{name.lower()}":
            refuse(file, f"holds {words}", "active content", name)
