"""Every page while nothing is on record but the accounts: it says so, and stands in one dress."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.addresses import ADDRESSES, NOBODY
from tests.integration.api.world import service
from tests.integration.pages.conftest import browsers
from tests.integration.pages.every.conftest import Browsing
from tests.integration.pages.every.test_every_page import faults
from tests.nothing_on_record import accounts_alone


@pytest.fixture(scope="module")
def at_nothing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browsing]:
    file: Path = tmp_path_factory.mktemp("nothing") / "empty.sqlite3"
    engine = accounts_alone(f"sqlite:///{file}")
    with browsers(service(engine)) as browser:
        yield browser
    engine.dispose()


@pytest.mark.parametrize("role", ADDRESSES)
def test_with_nothing_on_record_every_page_says_so(at_nothing: Browsing, role: str) -> None:
    browser = at_nothing(None if role == NOBODY else role)
    wrong, whole = [], 0
    for address in ADDRESSES[role]:
        if address[0] != "/":
            continue
        page = browser.get(address)
        wrong += [f"{address}: {one}" for one in faults(page, round_too=True)]
        if page.status not in (200, 404, 409, 422):
            wrong.append(f"{address}: {page.status}, {page.main[:200]}")
        whole += page.status == 200
    assert not wrong, "\n".join(wrong)
    assert whole
