"""Input files are UTF-8 text of at most 64 MB; anything else is refused as soon as it shows."""

import stat
from pathlib import Path

from pricing.problems import BadInput, InputProblem

MEGABYTES = 64
SIZE_LIMIT = MEGABYTES * 1024 * 1024

_ALLOWED_TEXT = "UTF-8 text"


def read_file(path: Path) -> bytes:
    """The bytes of a file, refused by its size before anything is read.

    Raises:
        BadInput: the file is absent, not readable, not a file, or over the limit.
    """
    try:
        found = path.stat()
        plain = stat.S_ISREG(found.st_mode)
        too_large = found.st_size > SIZE_LIMIT
        data = b""
        if plain and not too_large:
            with path.open("rb") as handle:
                data = handle.read(SIZE_LIMIT + 1)
            too_large = len(data) > SIZE_LIMIT
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise _unreadable(path.name, (reason or "not a usable path").lower()) from None
    if not plain:
        raise _unreadable(path.name, "not a plain file")
    if too_large:
        raise BadInput(
            [InputProblem(path.name, "", "the file is too large", f"{MEGABYTES} MB", "file")]
        )
    return data


def decode(data: bytes, file: str) -> str:
    """The text of a file's bytes, without a byte-order mark.

    Raises:
        BadInput: not UTF-8, a NUL byte, or nothing but blanks; the line is named.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _not_text(data, error.start, file, "a byte that is not UTF-8") from None
    if "\0" in text:
        raise _not_text(data, data.index(b"\0"), file, "a NUL byte")
    if not text.strip():
        raise BadInput([InputProblem(file, "", "the file is empty", "a file with content", "file")])
    return text


def _not_text(data: bytes, position: int, file: str, what: str) -> BadInput:
    line = data.count(b"\n", 0, position) + 1
    return BadInput([InputProblem(file, f"line {line}", what, _ALLOWED_TEXT, "file")])


def _unreadable(file: str, reason: str) -> BadInput:
    return BadInput(
        [InputProblem(file, "", f"cannot be read: {reason}", "a file that exists", "file")]
    )
