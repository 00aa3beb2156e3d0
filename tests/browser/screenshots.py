"""Pictures of the six main pages for the README: python -m tests.browser.screenshots [FOLDER].

The service is started on the sample region, in a browser without a head; everything shown is
invented. A picture heavier than 150 kB is an error.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, ViewportSize, sync_playwright

from broker.database import make_engine
from broker.sample.showing import fill
from tests.browser.conftest import CHROMIUM, FLAGS, PASSWORD, enter, serving, work_off
from tests.conftest import cheap_hashing

FOLDER = Path("docs/images")
HEAVIEST = 150_000
LONGEST = 120_000
"""Milliseconds to wait for a page, on a computer that has much else to do."""

SIZE: ViewportSize = {"width": 1024, "height": 720}
PRICE = (
    "/price?contract=NEL-BLOCK-1&band=high&from-day=7&from-month=9&from-year=2026"
    "&to-day=7&to-month=6&to-year=2027&units-one_to_one=26"
)


def main(argv: Sequence[str] | None = None) -> int:
    """Make the pictures; 1 where one is too heavy."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.browser.screenshots", description=__doc__
    )
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    folder: Path = parser.parse_args(argv).folder
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as place:
        records = f"sqlite:///{place}/broker.sqlite3"
        engine = make_engine(records)
        with cheap_hashing():
            fill(engine, PASSWORD)
        engine.dispose()
        with serving(records) as site, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)

            def window(account: str) -> Page:
                context = browser.new_context(base_url=site, viewport=SIZE)
                context.set_default_timeout(LONGEST)
                page = context.new_page()
                enter(page, account)
                return page

            for name, at in _pages(window, lambda: work_off(records)):
                at.screenshot(path=folder / f"{name}.png")
            browser.close()
    heavy = [one for one in sorted(folder.glob("*.png")) if one.stat().st_size > HEAVIEST]
    for one in sorted(folder.glob("*.png")):
        print(f"{one}: {one.stat().st_size} bytes")
    for one in heavy:
        print(f"{one} is heavier than {HEAVIEST} bytes", file=sys.stderr)
    return 1 if heavy else 0


def _pages(window: Callable[[str], Page], work: Callable[[], None]) -> list[tuple[str, Page]]:
    """The six main pages, each open in a window of somebody who uses it."""
    broker = window("broker")
    broker.goto("/matches")
    broker.get_by_role("button", name="Run a match").click()
    broker.wait_for_url("**/jobs/*")
    work()
    broker.wait_for_url("**/matches/*", timeout=60_000)
    queue = window("broker")
    queue.goto("/referrals")
    record, sheet = window("assessor"), window("assessor")
    record.goto("/referrals?state=moved_in")
    record.locator("tbody a").first.click()
    sheet.goto(record.url)
    sheet.get_by_role("link", name="Sheet for the young person").first.click()
    price = window("provider")
    price.goto(PRICE)
    contract = window("commissioner")
    contract.goto(
        "/contracts/NEL-BLOCK-1?from-day=1&from-month=9&from-year=2026"
        "&to-day=1&to-month=10&to-year=2026"
    )
    return [
        ("match", broker),
        ("queue", queue),
        ("record", record),
        ("sheet", sheet),
        ("price", price),
        ("contract", contract),
    ]


if __name__ == "__main__":
    sys.exit(main())
