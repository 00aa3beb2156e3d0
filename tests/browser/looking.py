"""What is looked at on a page in a real browser: by axe, narrow, in large text, by keys."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Page, ViewportSize

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
WIDE: ViewportSize = {"width": 1280, "height": 900}
HEAVIEST = 300_000
"""Bytes of a page, its map apart."""

NARROW: ViewportSize = {"width": 320, "height": 256}
"""A screen of 1280 by 1024 pixels at 400%: what is left to a page."""
LARGE = "200%"
"""The size of text alone, against what a browser has by itself."""


@cache
def _axe() -> str:
    if not AXE.exists():
        pytest.fail(f"{AXE} is not there: make assets")
    return AXE.read_text(encoding="utf-8")


@cache
def _ours(name: str) -> str:
    text = Path(__file__).with_name("looking.js").read_text(encoding="utf-8")
    return f"() => {text.partition(chr(10))[2].strip()}.{name}()"


def violations(page: Page) -> list[str]:
    """What axe finds wrong with a page, each with the elements it is about."""
    page.evaluate(_axe())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']}: {one['help']}: {[node['html'][:120] for node in one['nodes'][:3]]}"
        for one in found["violations"]
    ]


def lost(page: Page) -> list[str]:
    """What a reader of this window would lose: what leaves it, is cut off, or moves by no key."""
    wrong: list[str] = page.evaluate(_ours("lost"))
    return wrong


def lost_when_narrow(page: Page) -> list[str]:
    """What is lost at 320 pixels, which is a wide screen at 400%."""
    return _in_window(page, NARROW, "1")


def lost_in_large_text(page: Page) -> list[str]:
    """What is lost when text alone is twice as large."""
    return _in_window(page, WIDE, LARGE)


def _in_window(page: Page, size: ViewportSize, text: str) -> list[str]:
    page.set_viewport_size(size)
    root = "document.documentElement.style.fontSize"
    page.evaluate(f"() => {{ {root} = '{text if text != '1' else ''}' }}")
    wrong = lost(page)
    page.evaluate(f"() => {{ {root} = '' }}")
    page.set_viewport_size(WIDE)
    return wrong


def not_reached_by_keys(page: Page) -> list[str]:
    """What the Tab key does not reach, reaches out of order, or reaches without showing it."""
    stops = page.evaluate(_ours("walk"))
    for _ in range(stops):
        page.keyboard.press("Tab")
    wrong: list[str] = page.evaluate(_ours("walked"))
    return wrong


def too_heavy(page: Page, most: int = HEAVIEST) -> list[str]:
    """Whether a page with all that it loads weighs too much, unpacked, also where it was kept.

    What a browser asks for only when its reader comes to it is weighed too.
    """
    page.evaluate(_ours("whole"))
    weight = page.evaluate(_ours("weight"))
    return [f"{weight:,} bytes"] if weight >= most else []


def mistitled(page: Page) -> list[str]:
    """Whether a title says what the page is, and that there is an error where there is one."""
    heading = page.get_by_role("heading", level=1).inner_text()
    error = "Error: " if page.locator(".govuk-error-summary").count() else ""
    title = page.title()
    return [] if title.startswith(f"{error}{heading} – ") else [f"title “{title}” of “{heading}”"]
