"""Invented cases to try the product on: a hand-made region, and larger ones by chance."""

from pathlib import Path
from typing import Final

from broker.sample.folder import FolderInUse, write_files
from broker.sample.generate import BadSize, generate, write_generated

__all__ = [
    "REGION",
    "BadSize",
    "FolderInUse",
    "generate",
    "region_files",
    "write_generated",
    "write_region",
]

REGION: Final = Path(__file__).parent / "region"
"""The folder of the hand-made region: a case with its contract, and a page that tells it."""


def region_files() -> dict[str, str]:
    """Return the texts of the hand-made region, by file name."""
    files = sorted(path for path in REGION.iterdir() if path.suffix in {".csv", ".toml", ".md"})
    return {path.name: path.read_bytes().decode("utf-8") for path in files}


def write_region(folder: Path) -> None:
    """Write the hand-made region into a new or empty folder; FolderInUse if it is neither."""
    write_files(folder, region_files())
