"""Files the command line writes: refused before any work is done, written whole or not at all."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

from broker.commands.endings import Refused

LARGEST_FILE = 64 * 1024 * 1024


def check_outputs(outputs: Mapping[str, Path | None], inputs: Iterable[Path] = ()) -> None:
    """Refuse, before anything is done, each output that could not be written.

    `outputs` are paths by the option that names them; none may be one of the `inputs`.
    """
    taken = {_real(path): str(path) for path in inputs}
    refused = []
    for option, path in outputs.items():
        if path is None:
            continue
        reason = _reason(path)
        if reason is None and _real(path) in taken:
            reason = f"that is also {taken[_real(path)]}; name another file"
        if reason is not None:
            refused.append(f"{option} {path}: {reason}.")
        taken.setdefault(_real(path), option)
    if refused:
        raise Refused(*refused, "Nothing was done.")


def _real(path: Path) -> Path:
    """Where a path leads; itself where its links lead in a circle."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path.absolute()


def _reason(path: Path) -> str | None:
    folder = path.parent
    if path.is_dir():
        return "that is a folder; name a file"
    if not folder.exists():
        return f"the folder {folder} does not exist; make it first"
    if not folder.is_dir():
        return f"{folder} is not a folder"
    if path.exists() and not os.access(path, os.W_OK):
        return "you may not write to it"
    if not path.exists() and not os.access(folder, os.W_OK):
        return f"you may not write in the folder {folder}"
    return None


def write_whole(path: Path, pieces: Iterable[str]) -> None:
    """Write a text file as UTF-8, its line ends as they are, in the way of `write_bytes`."""
    write_bytes(path, (piece.encode() for piece in pieces))


def write_bytes(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file so that a reader sees the old one or the whole new one, never a part.

    What is no plain file (a pipe, /dev/stdout) is written to directly.
    """
    try:
        if path.exists() and not stat.S_ISREG(path.stat().st_mode):
            with path.open("wb") as stream:
                stream.writelines(pieces)
            return
        _replace(path.resolve(), pieces)
    except OSError as problem:
        reason = (problem.strerror or str(problem)).lower()
        raise Refused(f"{path} was not written: {reason}.") from problem


def _replace(path: Path, pieces: Iterable[bytes]) -> None:
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with beside.open("xb") as stream:
            stream.writelines(pieces)
        if path.exists():
            beside.chmod(stat.S_IMODE(path.stat().st_mode))
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def read_text(path: Path) -> str:
    """The text of a file a person named; refused with the reason where there is none."""
    try:
        with path.open("rb") as stream:  # a pipe is welcome, but no more than fits
            raw = stream.read(LARGEST_FILE + 1)
        if len(raw) > LARGEST_FILE:
            raise Refused(f"{path}: is larger than 64 MB.")
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(f"{path}: is not UTF-8 text.") from None
    except OSError as problem:
        reason = (problem.strerror or str(problem)).lower()
        raise Refused(f"{path}: cannot be read: {reason}.") from None


def write_private(path: Path, text: str) -> None:
    """Write a new text file that only its owner may read."""
    try:
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as stream:
            stream.write(text.encode("utf-8", "backslashreplace"))
    except OSError as problem:
        reason = (problem.strerror or str(problem)).lower()
        raise Refused(f"{path} was not written: {reason}.") from problem
