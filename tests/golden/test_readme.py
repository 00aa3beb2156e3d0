"""The documents say what the code says: every part made from it is as it would be made now."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from broker import handbook

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", handbook.DOCUMENTS)
def test_every_part_made_from_the_code_is_fresh(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert handbook.renewed(text) == text, "run: .venv/bin/python -m broker.handbook"


def test_every_part_stands_in_a_document() -> None:
    texts = [(ROOT / name).read_text(encoding="utf-8") for name in handbook.DOCUMENTS]
    found = [part["name"] for text in texts for part in handbook.MARK.finditer(text)]
    assert set(found) == set(handbook.EVERY)


def test_nowhere_stands_the_word_that_young_people_asked_not_to_hear() -> None:
    folders = ("api", "broker", "matching", "pricing", "docs")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*")]
    files += [ROOT / "README.md"]
    word = re.compile(r"\bbeds?\b", re.IGNORECASE)
    said = [
        str(path.relative_to(ROOT))
        for path in files
        if path.suffix in {".py", ".md", ".html", ".csv", ".toml", ".njk", ".jinja"}
        and word.search(path.read_text(encoding="utf-8"))
    ]
    assert said == []
