"""A sample is written into a folder of its own: nothing that is there already is touched."""

from collections.abc import Mapping
from pathlib import Path


class FolderInUse(ValueError):
    """The place for a sample is a file, or a folder with something in it."""


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    """Write each named text into a new or empty folder, with the same bytes on every system.

    A name may lead into folders below it.

    Raises FolderInUse where the folder is a file or holds anything; nothing is written then.
    """
    require_empty(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode("utf-8"))


def require_empty(folder: Path) -> None:
    """Raise FolderInUse unless the folder is empty or not there yet."""
    if folder.is_dir():
        first = next(iter(sorted(entry.name for entry in folder.iterdir())), None)
        if first is not None:
            raise FolderInUse(
                f"{folder} is not empty (it holds {first}). Name a folder that is empty or does "
                "not exist yet: a sample never overwrites anything."
            )
    elif folder.exists():
        raise FolderInUse(f"{folder} is a file. Name a folder that is empty or does not exist yet.")
