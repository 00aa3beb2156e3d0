"""The README shows exactly the pictures that are made for it, each of its size and not heavy."""

from __future__ import annotations

import re
import struct
from pathlib import Path

from tests.browser.screenshots import FOLDER, HEAVIEST, PICTURES, PNG, faults

ROOT = Path(__file__).parents[2]
PICTURE = re.compile(r"!\[[^\]]+\]\(([^)]+)\)")


def test_the_readme_names_exactly_the_pictures_that_are_made() -> None:
    shown = PICTURE.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    assert sorted(shown) == sorted(f"{FOLDER}/{name}.png" for name in PICTURES)


def test_the_folder_holds_exactly_those_each_of_its_size_and_not_heavy() -> None:
    there = {path.name: path for path in (ROOT / FOLDER).iterdir()}
    assert set(there) == {f"{name}.png" for name in PICTURES}
    assert [
        one for name in PICTURES for one in faults(name, there[f"{name}.png"].read_bytes())
    ] == []


def test_a_picture_that_is_heavy_or_of_another_size_would_be_found() -> None:
    def picture(wide: int, high: int, more: int = 0) -> bytes:
        return PNG + bytes(8) + struct.pack(">II", wide, high) + bytes(more)

    wide, high = PICTURES["match"]
    assert high is not None
    assert faults("match", picture(wide, high)) == []
    assert "pixels" in " ".join(faults("match", picture(wide, high - 1)))
    assert "pixels" in " ".join(faults("map", picture(wide, high)))
    assert "bytes" in " ".join(faults("match", picture(wide, high, HEAVIEST)))
    assert faults("match", b"GIF89a") == ["match is no PNG"]
