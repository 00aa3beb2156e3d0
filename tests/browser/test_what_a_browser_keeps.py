"""What the pages keep in a browser is what the cookies page names, and nothing else."""

from __future__ import annotations

import re

from playwright.sync_api import Page

from api.pages.told import KEPT_IN_BROWSER
from tests.addresses import ADDRESSES
from tests.browser.conftest import Opens

_STORED = "() => [{...sessionStorage}, {...localStorage}]"
ROLES = ("broker", "provider", "commissioner")


def _kept(page: Page) -> tuple[set[str], set[str]]:
    """The names in the session storage, and in the storage that lasts."""
    session, lasting = page.evaluate(_STORED)
    return set(session), set(lasting)


def test_no_page_keeps_anything_that_the_cookies_page_does_not_name(opens: Opens) -> None:
    said = opens()
    said.goto("/cookies")
    told = said.locator("main").inner_text()
    named = {words.partition("\t")[0] for words in said.locator("tbody tr").all_inner_texts()}
    assert KEPT_IN_BROWSER in told
    for role in ROLES:
        page = opens(role)
        for address in ADDRESSES[role]:
            if re.search(r"[A-Z]{3,}\b(?!-)", address):
                continue
            page.goto(address)
            session, lasting = _kept(page)
            assert session <= {KEPT_IN_BROWSER}, address
            assert not lasting, address
        assert {one.get("name") for one in page.context.cookies()} == named, role


def test_a_page_that_renews_a_part_of_itself_keeps_its_address_until_the_tab_is_closed(
    opens: Opens,
) -> None:
    page = opens("broker")
    page.goto("/help")
    assert _kept(page) == (set(), set())
    page.goto("/referrals?state=draft")
    assert _kept(page) == ({KEPT_IN_BROWSER}, set())
    stored = page.evaluate("(name) => sessionStorage.getItem(name)", KEPT_IN_BROWSER)
    assert stored == "/referrals?state=draft"
    another = page.context.new_page()
    another.goto("/help")
    assert _kept(another) == (set(), set())
    without = opens("broker", java_script_enabled=False)
    without.goto("/referrals?state=draft")
    state = without.context.storage_state()
    assert [one["name"] for one in state["cookies"]], "cookies need no scripts"
    assert not state["origins"]
