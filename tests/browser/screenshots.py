"""Pictures of six pages and a map for the README: python -m tests.browser.screenshots [FOLDER].

The service is started on the sample region, in a browser without a head; everything shown is
invented. A picture that is heavier than 150 kB or not of its size is an error.
"""

from __future__ import annotations

import argparse
import struct
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Locator, Page, ViewportSize, sync_playwright

from broker.database import make_engine
from broker.sample.showing import fill
from tests.browser.conftest import CHROMIUM, FLAGS, PASSWORD, enter, serving, work_off
from tests.conftest import cheap_hashing

FOLDER = Path("docs/images")
HEAVIEST = 150_000
PNG = b"\x89PNG\r\n\x1a\n"
LONGEST = 120_000
"""Milliseconds to wait for a page, on a computer that has much else to do."""

SIZE: ViewportSize = {"width": 1024, "height": 720}
WHOLE = (SIZE["width"], SIZE["height"])
BESIDE_MAP: ViewportSize = {"width": 900, "height": 720}
PICTURES: Mapping[str, tuple[int, int | None]] = {
    "match": WHOLE,
    "queue": WHOLE,
    "record": WHOLE,
    "sheet": WHOLE,
    "price": WHOLE,
    "contract": WHOLE,
    "map": (838, None),
}
"""Every picture with how many pixels wide and high it is; None where a map is as high as it is."""
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

            def window(account: str, scripts: bool = True) -> Page:
                context = browser.new_context(
                    base_url=site, viewport=SIZE, java_script_enabled=scripts
                )
                context.set_default_timeout(LONGEST)
                page = context.new_page()
                enter(page, account)
                return page

            shown = _shown(window, lambda: work_off(records))
            for name in PICTURES:
                shown[name].screenshot(path=folder / f"{name}.png")
            browser.close()
    wrong = []
    for name in PICTURES:
        picture = (folder / f"{name}.png").read_bytes()
        print(f"{folder / name}.png: {len(picture)} bytes")
        wrong += faults(name, picture)
    for one in wrong:
        print(one, file=sys.stderr)
    return 1 if wrong else 0


def faults(name: str, picture: bytes) -> list[str]:
    """What is wrong with a picture: no PNG, too heavy, or not of its size."""
    if not picture.startswith(PNG):
        return [f"{name} is no PNG"]
    wrong = []
    if len(picture) > HEAVIEST:
        wrong.append(f"{name} is of {len(picture)} bytes, more than {HEAVIEST}")
    size = struct.unpack(">II", picture[16:24])
    wide, high = PICTURES[name]
    if size[0] != wide or high not in (None, size[1]):
        wrong.append(f"{name} is {size[0]} by {size[1]} pixels, not {wide} by {high or 'any'}")
    return wrong


def _shown(window: Callable[..., Page], work: Callable[[], None]) -> dict[str, Page | Locator]:
    """What is in each picture, open in a window of somebody who uses it."""
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
    sheet.goto("/referrals?state=offered")
    sheet.locator("tbody a").first.click()
    sheet.get_by_role("link", name="Sheet for the young person").first.click()
    price = window("provider")
    price.goto(PRICE)
    contract = window("commissioner")
    contract.goto(
        "/contracts/NEL-BLOCK-1?from-day=1&from-month=9&from-year=2026"
        "&to-day=1&to-month=10&to-year=2026"
    )
    drawing = window("broker", scripts=False)
    drawing.set_viewport_size(BESIDE_MAP)
    drawing.goto(broker.url)
    return {
        "match": broker,
        "queue": queue,
        "record": record,
        "sheet": sheet,
        "price": price,
        "contract": contract,
        "map": drawing.locator(".app-map__drawing"),
    }


if __name__ == "__main__":
    sys.exit(main())
