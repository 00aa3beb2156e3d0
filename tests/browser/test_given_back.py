"""In a browser: what was written when the session ended is there again, with no script."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from broker.access.sessions import SESSION_IDLE
from broker.database import make_engine, writing
from broker.store.clock import now
from broker.tables import AccessRow
from tests.browser.conftest import PASSWORD, Opens

SAID = "They rang back.\nA “quiet” room & <b>a garden</b>."


def _rest(address_of_records: str) -> None:
    """Every session has rested for longer than it may."""
    engine = make_engine(address_of_records)
    with writing(engine) as session:
        at = now() - SESSION_IDLE - timedelta(minutes=1)
        session.execute(sa.update(AccessRow.__table__).values(used_at=at))
    engine.dispose()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("forgotten", [False, True], ids=["session rested", "cookies gone"])
def test_a_call_that_was_written_before_the_rest_is_sent_after_signing_in(
    opens: Opens, site: str, address_of_records: str, scripts: bool, forgotten: bool
) -> None:
    page = opens("broker", java_script_enabled=scripts)
    page.goto("/offers")
    where = page.locator('main a[href^="/referrals/"]').first.get_attribute("href") or ""
    address = f"{where.partition('?')[0].removesuffix('/call')}/call?home_id=SC990007"
    page.goto(address)
    page.locator("#spoke_to").fill("Somebody Else")
    page.locator("#said").fill(SAID)
    if forgotten:
        page.context.clear_cookies()
    _rest(address_of_records)
    page.get_by_role("button", name="Save").click()
    if forgotten:
        page.get_by_role("link", name="See the form again with what you wrote").click()
    expect(page.get_by_text("What you wrote is kept for 60 minutes")).to_be_visible()
    assert "garden" not in page.content()
    page.get_by_label("Account name").fill("broker")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("It was not sent.")).to_be_visible()
    assert page.locator("#spoke_to").input_value() == "Somebody Else"
    assert page.locator("#said").input_value() == SAID
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(f"{site}{address.partition('/call')[0]}")
    expect(page.get_by_text("They rang back.").first).to_be_attached()
