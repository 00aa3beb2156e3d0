"""The pages hang together: no link is dead, and every example file stands on a page."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", *DOCS.rglob("*.md")])
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
TOPICS = {
    "band": "need-bands.md",
    "billing": "billing.md",
    "block": "block-contract.md",
    "capacity": "demand.md",
    "forecast": "forecast.md",
    "inbox": "spreadsheets.md",
    "results": "results.md",
    "value": "value.md",
}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_link_of_a_page_is_dead(page: Path) -> None:
    links = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_readme_links_to_the_pages() -> None:
    assert len(LINK.findall((ROOT / "README.md").read_text(encoding="utf-8"))) > len(TOPICS)


def test_every_example_has_a_topic_and_stands_on_its_page() -> None:
    folders = {path.name: path for path in (DOCS / "examples").iterdir()}
    assert set(folders) == set(TOPICS)
    said = "\n".join(page.read_text(encoding="utf-8") for page in DOCS.glob("*.md"))
    for topic, page in TOPICS.items():
        text = (DOCS / page).read_text(encoding="utf-8")
        assert f"examples/{topic}" in text, topic
        unnamed = [file.name for file in folders[topic].iterdir() if file.name not in said]
        assert unnamed == [], topic
