"""Every page is whole markup in one dress, and shows what the functions behind it answer."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from api.pages.render import BUILT, static
from matching.words import days_in_words
from tests.integration.pages.browsing import Browser
from tests.integration.pages.conftest import MARKUP

Browsing = Callable[[str | None], Browser]
TOLD = ("/help", "/words", "/accessibility", "/privacy", "/cookies", "/status")
PRICE = (
    "/price?contract=NEL-BLOCK-1&band=specialist&from-day=7&from-month=9&from-year=2026"
    "&to-day=14&to-month=9&to-year=2026&units-one_to_one=46&units-waking_night=7"
)


@pytest.mark.parametrize("address", ["/enter", *TOLD])
def test_pages_for_everybody_are_there_without_signing_in(browsing: Browsing, address: str) -> None:
    page = browsing(None).get(address)
    assert page.status == 200
    assert page.title.endswith("North East London placement brokerage")
    assert "/help" in page.links()


def test_a_page_names_no_other_host_and_has_no_style_or_script_in_it(
    browsing: Browsing, matched: str
) -> None:
    for address in ("/", matched, "/price", "/weights"):
        page = browsing("broker").get(address)
        for element in page.tree.iter():
            for name in ("src", "href", "action"):
                assert not re.match(r"(?i)[a-z]+:|//", element.get(name, "")), address
            assert element.tag != "style"
            assert not element.get("style")
            assert not [name for name in element.attrib if name.startswith("on")]
            assert element.tag != "script" or not (element.text or "").strip()


def test_a_built_file_is_kept_by_browsers_and_any_other_name_is_not_there(
    browsing: Browsing,
) -> None:
    client = browsing(None).client
    for path in BUILT.iterdir():
        answer = client.get(f"/static/{path.name}")
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        assert answer.content == path.read_bytes()
    for name in ("nothing.css", "..%2F..%2Fapp.py", "%2e%2e"):
        assert client.get(f"/static/{name}").status_code == 404


def test_whatever_a_module_loads_is_named_with_its_content() -> None:
    """A browser that keeps a file for good would otherwise never see the next one."""
    loaded = 0
    for module in BUILT.glob("*.mjs"):
        for name, query in re.findall(
            r"""["']\./([\w.-]+)(\?[0-9a-f]+)?["']""", module.read_text(encoding="utf-8")
        ):
            assert static(name) == f"/static/{name}{query}", module.name
            loaded += 1
    assert loaded


def test_the_dress_is_not_the_governments() -> None:
    style = (BUILT / "pages.css").read_text(encoding="utf-8").lower()
    assert "gds transport" not in style
    assert "@font-face" not in style
    assert "url(http" not in style


def test_a_match_shows_who_is_placed_who_waits_and_why(browsing: Browsing, matched: str) -> None:
    broker = browsing("broker")
    page = broker.get(matched)
    plan = broker.client.get(f"/api{matched}", headers=broker.headers).json()["plan"]
    assert plan["placements"]
    assert plan["unplaced"]
    for one in plan["placements"]:
        assert f"{matched}/{one['referral_id']}" in page.links()
    for one in plan["unplaced"]:
        assert one["summary"] in page.main
    for one in plan["empty"]:
        assert one["summary"] in page.main
    assert f"{len(plan['placements'])} placed" in page.main
    assert "4 September 2026" in page.main
    assert "proposal" in page.main


def test_why_for_one_who_waits_and_what_would_change_it(browsing: Browsing, matched: str) -> None:
    broker = browsing("broker")
    page = broker.get(f"{matched}/R-16")
    assert "Homes left after each rule" in page.main
    assert "?ask=changes" in page.links()
    changes = broker.get(f"{matched}/R-16?ask=changes")
    assert "What would change it" in changes.main
    assert re.search(r"\d+ changes? (was|were) tried", changes.main)
    assert "What cannot all be met" in broker.get(f"{matched}/R-16?ask=conflict").main


def test_markup_in_a_name_is_shown_and_not_run(browsing: Browsing, matched: str) -> None:
    broker = browsing("broker")
    pages = [broker.get(address) for address in (matched, f"{matched}/R-01", "/options/R-01")]
    assert any(MARKUP in page.main for page in pages)
    for page in pages:
        assert "<script>alert" not in page.text
        assert not [one for one in page.tree.iter("b") if one.text == "Ash"]


def test_a_price_is_told_line_by_line_by_a_link_that_keeps_the_question(
    browsing: Browsing,
) -> None:
    provider = browsing("provider")
    page = provider.get(PRICE)
    asked = {
        "contract": "NEL-BLOCK-1",
        "band": "specialist",
        "requirements": {"one_to_one": 46, "waking_night": 7},
        "from": "2026-09-07",
        "to": "2026-09-14",
    }
    told = provider.ask("/api/prices", asked)
    assert page.status == 200
    assert f"£{float(told['total']):,.2f} in all" in page.main
    for line in told["lines"]:
        assert days_in_words(line["rule"]) in page.main
    assert page.form("/price")["units-one_to_one"] == "46"
    assert page.form("/price")["band"] == "specialist"


def test_a_wrong_question_is_told_at_its_fields_and_kept(browsing: Browsing) -> None:
    page = browsing("provider").get(
        "/price?contract=NEL-BLOCK-1&from-day=31&from-month=2&from-year=2027"
        "&to-day=1&to-month=1&to-year=2050&units-one_to_one=many"
    )
    assert page.status == 422
    assert page.title.startswith("Error: ")
    assert [field for field, _ in page.errors] == [
        "#band",
        "#units-one_to_one",
        "#from-day",
        "#to-day",
    ]
    ids = {element.get("id") for element in page.tree.iter()}
    assert {field.removeprefix("#") for field, _ in page.errors} <= ids
    assert page.form("/price")["units-one_to_one"] == "many"
    assert page.form("/price")["from-month"] == "2"


def test_a_contract_shows_its_statement_and_its_mix(browsing: Browsing) -> None:
    page = browsing("commissioner").get("/contracts")
    assert page.address == "/contracts/NEL-BLOCK-1"
    for part in ("Occupancy", "Voids", "Shares", "Trades", "Mix of need by provider", "Results"):
        assert part in page.main
    assert "is not on record here" in page.main
    assert "starting assumptions" in page.main


def test_a_period_outside_the_contract_is_told_at_its_field(browsing: Browsing) -> None:
    page = browsing("commissioner").get(
        "/contracts/NEL-BLOCK-1?from-day=1&from-month=1&from-year=2020"
        "&to-day=1&to-month=5&to-year=2026"
    )
    assert page.status == 422
    assert {field for field, _ in page.errors} == {"#from-day"}


def test_every_weight_is_said_as_miles(browsing: Browsing) -> None:
    page = browsing("provider").get("/weights")
    assert page.main.count(" miles") >= 15
    assert "our starting assumption" in page.main
