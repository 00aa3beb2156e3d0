"""Somebody at a page who has a keyboard and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from playwright.sync_api import Page

from tests.browser.conftest import PASSWORD

MOST_STOPS = 250
_WHERE = """() => {
  const one = document.activeElement;
  const label = one.labels && one.labels[0];
  return [one.name || "", one.value || "", (label || one).textContent.trim().replace(/\\s+/g, " ")];
}"""


def today() -> date:
    """The service's own day: asked anew at every step, for midnight may pass while tests run."""
    return datetime.now(UTC).date()


class Keys:
    """Somebody at a page who has a keyboard and nothing else."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def _at(self) -> tuple[str, str, str]:
        name, value, text = self.page.evaluate(_WHERE)
        return name, value, text

    def _to(self, there: str, *, name: bool) -> None:
        """Go on by Tab until what has the focus has this name, or says this."""
        for _ in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            at = self._at()
            if (at[0] == there) if name else (at[2] == there):
                return
        raise AssertionError(f"no key leads to {there} on {self.page.url}")

    def follow(self, text: str) -> None:
        """Go to a link or a button and press Enter."""
        self._to(text, name=False)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def write(self, name: str, text: str) -> None:
        """Go to a box and write into it."""
        self._to(name, name=True)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)

    def choose(self, name: str, value: str) -> None:
        """Go to a group of choices and move to one by the arrows."""
        self._to(name, name=True)
        listed = self.page.evaluate("document.activeElement.tagName") == "SELECT"
        self.page.keyboard.press("Home" if listed else "Space")
        for _ in range(MOST_STOPS):
            if self._at()[1] == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{name} has no choice {value}")

    def tick(self, name: str, value: str) -> None:
        """Go to one of several boxes of a name and tick it."""
        for _ in range(MOST_STOPS):
            self._to(name, name=True)
            if self._at()[1] == value:
                self.page.keyboard.press("Space")
                return
        raise AssertionError(f"{name} has no box {value}")

    def answer(self, said: Mapping[str, object]) -> None:
        """Answer a part of a form, each field in the way it is made for."""
        for name, value in said.items():
            if isinstance(value, date):
                self.write_day(name, value)
                continue
            field = self.page.locator(f'[name="{name}"]').first
            kind = field.get_attribute("type")
            listed = field.evaluate("one => one.tagName") == "SELECT"
            if kind == "checkbox":
                self.tick(name, str(value))
            elif kind == "radio" or listed:
                self.choose(name, str(value))
            else:
                self.write(name, str(value))

    def follow_to(self, address: str) -> None:
        """Go to the link that leads to an address and press Enter."""
        for _ in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("document.activeElement.getAttribute('href')") == address:
                with self.page.expect_navigation():
                    self.page.keyboard.press("Enter")
                return
        raise AssertionError(f"no key leads to {address} on {self.page.url}")

    def send(self) -> None:
        """Go to the button of the page's form and press Enter."""
        self.follow(" ".join(self.page.locator("main form button").last.inner_text().split()))

    def day(self, name: str, days: int) -> None:
        """Write a day from today on into its three boxes."""
        self.write_day(name, today() + timedelta(days=days))

    def write_day(self, name: str, when: date) -> None:
        """Write a day into its three boxes."""
        for part in ("day", "month", "year"):
            self.write(f"{name}-{part}", str(getattr(when, part)))

    def enter(self, account: str) -> None:
        """Sign in."""
        self.page.goto("/enter")
        self.write("account", account)
        self.write("password", PASSWORD)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
