"""Every page in each state that people meet: nothing on record, long names and 200 rows, errors."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from api.simulating import Simulating
from broker.capacity.desk.shelf import Shelf
from broker.database import make_engine
from broker.sample.showing import fill
from broker.store.clock import now
from tests.addresses import ADDRESSES, NOBODY, WITHOUT_FORMS, WRONG, filled_in
from tests.browser.conftest import PASSWORD, Opens, a_match, serving, windows
from tests.browser.looking import (
    lost_in_large_text,
    lost_when_narrow,
    mistitled,
    too_heavy,
    violations,
)
from tests.browser.test_every_page import account_of, looked_at
from tests.conftest import cheap_hashing
from tests.many_on_record import LONG, LONGEST_ACCOUNT, ROWS, make_many
from tests.nothing_on_record import accounts_alone
from tests.warehouse_built import build_warehouse

ROLES = tuple(role for role in ADDRESSES if role != NOBODY)


@pytest.fixture(scope="module")
def nothing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The service while nothing is on record."""
    records = f"sqlite:///{tmp_path_factory.mktemp('nothing') / 'broker.sqlite3'}"
    accounts_alone(records, PASSWORD).dispose()
    with serving(records) as site:
        yield site


@pytest.mark.parametrize("role", ROLES)
def test_with_nothing_on_record(chromium: Browser, nothing: str, role: str) -> None:
    own = {one: one for one in ADDRESSES[role] if one.startswith("/")}
    with windows(chromium, nothing) as opens:
        wrong = looked_at(opens(role), own, mistitled, violations, lost_when_narrow)
    assert not wrong, "\n".join(wrong)


@pytest.fixture(scope="module")
def many(
    chromium: Browser, simulations: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The service with long names and 200 rows, and what the words of addresses stand for."""
    records = f"sqlite:///{tmp_path_factory.mktemp('many') / 'broker.sqlite3'}"
    engine = make_engine(records)
    with cheap_hashing():
        fill(engine, PASSWORD)
        scenario = eight_years(Shelf(simulations), records)
        referral = make_many(engine, PASSWORD)
    build_warehouse(engine, tmp_path_factory.mktemp("warehouse"))
    engine.dispose()
    with serving(records, simulations) as site, windows(chromium, site) as opens:
        yield (
            site,
            {
                "REFERRAL": f"/referrals/{referral}",
                "SCENARIO": scenario,
                **a_match(opens("broker"), site, records),
            },
        )


def eight_years(shelf: Shelf, records: str) -> str:
    """The address of a scenario as long as the form proposes, with what its figures turn on."""
    asked = {
        "weeks": 416, "replications": 2, "seed": 0, "contract": "NEL-BLOCK-1", "more": True,
        "fields": {"growth": "2.5", "growth_years": "8", "name": LONG[:60]},
    }  # fmt: skip
    job = shelf.ask("commissioner", now(), asked, "eight years")
    assert Simulating(shelf, records, apart=False).work_once()
    result = job.folder / "result.json"
    told = json.loads(result.read_text(encoding="utf-8"))
    for part in told["parts"]:
        if part["columns"][0][0] == "Home":
            part["rows"] += [[[f"SC98{at:04}", False], *part["rows"][-1][1:]] for at in range(ROWS)]
    result.write_text(json.dumps(told), encoding="utf-8")
    return f"/scenarios/{job.number}"


@pytest.mark.parametrize("role", ROLES)
def test_with_long_names_other_scripts_and_200_rows(
    chromium: Browser, many: tuple[str, Mapping[str, str]], role: str
) -> None:
    site, known = many
    own = {one: filled_in(one, known) for one in ADDRESSES[role]}
    account = LONGEST_ACCOUNT if role == "broker" else account_of(role)
    ways = (mistitled, too_heavy, violations, lost_when_narrow, lost_in_large_text)
    with windows(chromium, site) as opens:
        page = opens(account)
        if "SCENARIO" in own:
            page.goto(own["SCENARIO"])
            parts = [one.get_attribute("href") for one in page.locator("a[href*='/parts/']").all()]
            assert len(parts) > 20
            own |= {one: one for one in parts if one is not None}
        wrong = looked_at(page, own, *ways)
    assert not wrong, "\n".join(wrong)


def test_the_rows_are_there(chromium: Browser, many: tuple[str, Mapping[str, str]]) -> None:
    with windows(chromium, many[0]) as opens:
        page, auditor = opens("broker"), opens("auditor")
        for at, window in (("/referrals", page), ("/homes", page), ("/audit", auditor)):
            window.goto(at)
            rows = window.locator("tbody tr").count()
            more = window.get_by_role("link", name=re.compile("^(More|Older)")).count()
            assert rows >= ROWS or (rows >= 50 and more), (at, rows)


_EMPTY = """() => [...document.querySelectorAll("main form")].map((form, at) => {
  const boxes = form.querySelectorAll("input:not([type=hidden]), textarea, select");
  return boxes.length ? at : -1;
}).filter((at) => at >= 0)"""
_SEND = """(at) => {
  const form = document.querySelectorAll("main form")[at];
  for (const one of form.querySelectorAll("input:not([type=hidden]), textarea")) {
    if (one.type === "radio" || one.type === "checkbox") one.checked = false; else one.value = "";
  }
  form.submit();
}"""


@pytest.mark.parametrize("role", ADDRESSES)
def test_with_errors(opens: Opens, known: Mapping[str, str], role: str) -> None:
    page = opens(account_of(role))
    wrong, told = [], 0
    for address in (*ADDRESSES[role], *WRONG.get(role, ())):
        where = filled_in(address, known)
        page.goto(where)
        for form in page.evaluate(_EMPTY):
            page.goto(where)
            with page.expect_navigation():
                page.evaluate(_SEND, form)
            told += page.locator(".govuk-error-summary").count()
            ways: tuple[Callable[[Page], list[str]], ...]
            ways = (mistitled, violations, lost_when_narrow)
            wrong += [f"{address}, form {form}: {one}" for way in ways for one in way(page)]
    assert not wrong, "\n".join(wrong)
    assert told or role in WITHOUT_FORMS


@pytest.mark.parametrize("role", ADDRESSES)
def test_signed_out_every_address_leads_to_signing_in(
    opens: Opens, known: Mapping[str, str], role: str
) -> None:
    if role == NOBODY:
        return
    page = opens()
    own = [one for one in ADDRESSES[role] if one.startswith("/")][:1]
    wrong = looked_at(page, {one: filled_in(one, known) for one in own}, mistitled, violations)
    assert not wrong, "\n".join(wrong)
    for address in ADDRESSES[role]:
        page.goto(filled_in(address, known))
        assert page.get_by_role("heading", level=1).inner_text() == "Sign in", address
