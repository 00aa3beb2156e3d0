"""What must hold of every page, asked for by every role that may see it, with markup in every name.

Pages are found from the service's own routes: one that is not in tests/addresses.py is missed here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element

import pytest
from html5lib.html5parser import ParseError
from httpx2 import Headers

from api.pages.access import PAGES
from broker.readability import grade
from tests.addresses import (
    ADDRESSES,
    CONTRACT,
    FILES,
    REFUSED,
    ROUTES,
    WRONG,
    of_routes,
    route_of,
)
from tests.integration.pages.browsing import HTML, Page, parsed, words
from tests.integration.pages.conftest import MARKUP
from tests.integration.pages.every.conftest import Browsing, Looks
from tests.integration.pages.test_plain_english import HARDEST, LAW, NAMES
from tests.integration.pages.test_who_may_see import BY_HAND
from tests.readability import blocks

ISO_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
MONEY = re.compile(r"£\s?[\d.,]*\d")
RIGHT_MONEY = re.compile(r"£\d{1,3}(,\d{3})*\.\d{2}")
ROUND_MONEY = re.compile(r"£\d{1,3}(,\d{3})*")
ROUND = (
    "/benchmarks",
    f"{CONTRACT}/benchmarks",
    "SCENARIO",
    "SCENARIO/parts/cost-borough",
    "/weights",
)
"""Pages of sums in whole pounds: as others printed them, estimates, and a step of a rule."""
A_WEEK = re.compile(r"£[\d.,]+ ?(?:per|/|each|every) ?week", re.IGNORECASE)
ROYAL = re.compile(r"crown|logotype|copyright-logo|govuk-logo|gov\.uk", re.IGNORECASE)
"""What names the government's own marks: its crown, its logotype, its name."""
UNSEEN = ("script", "style", "head", "template")


def _who_look(role: str) -> list[str]:
    """The addresses of pages that a role may see: its own first, then what others come to."""
    own = [*ADDRESSES.get(role, ()), *WRONG.get(role, ()), *REFUSED.get(role, ())]
    others = [address for one in ADDRESSES.values() for address in one]
    may = [one for one in others if role in BY_HAND["GET", route_of(one)].who]
    return list(dict.fromkeys([*own, *may]))


ROLES = sorted({role for told in BY_HAND.values() for role in told.who})


def visible(page: Page) -> Iterator[str]:
    """The texts of a page that a reader sees, each of one element."""
    body = page.tree.find("body")
    assert body is not None
    yield from _texts(body)


def _texts(element: Element) -> Iterator[str]:
    if element.tag in UNSEEN:
        return
    yield element.text or ""
    for child in element:
        yield from _texts(child)
        yield child.tail or ""


def test_every_page_has_an_address_here_and_what_has_none_is_a_file(
    browsing: Browsing, known: Mapping[str, str]
) -> None:
    assert [path for path, address in of_routes() if not address] == []
    assert {route.path for method, route in ROUTES if method == "GET"} > FILES
    scenario = known["SCENARIO"]
    for address in ("/static/mark.svg", f"{scenario}/chart/voids", f"{scenario}/workbook"):
        browser = browsing("commissioner")
        answer = browser.client.get(address, headers=HTML | browser.headers)
        assert (
            not answer.headers["content-type"].startswith("text/html") or answer.status_code > 399
        )


@pytest.mark.parametrize("role", ROLES)
def test_every_page_is_whole_in_one_dress_and_plain(look: Looks, role: str) -> None:
    wrong = []
    for address in _who_look(role):
        try:
            page = look(role, address)
        except ParseError as error:
            wrong.append(f"{address}: {error}")
            continue
        wrong += [f"{address}: {one}" for one in faults(page, round_too=address in ROUND)]
        if address in ADDRESSES.get(role, ()) and page.status != 200:
            wrong.append(f"{address}: {page.status}, {page.main[:80]}")
        if address in WRONG.get(role, ()) and not (page.status == 422 and page.errors):
            wrong.append(f"{address}: {page.status} and no error at a field")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", ROLES)
def test_no_page_says_two_things_in_one_header(look: Looks, role: str) -> None:
    for address in _who_look(role):
        page = look(role, address)
        names = [name for name, _ in page.headers.multi_items() if name != "set-cookie"]
        assert len(names) == len(set(names)), (address, names)
        assert page.headers["referrer-policy"] == "same-origin", address


def faults(page: Page, *, round_too: bool = False) -> Iterator[str]:
    """What is wrong with a page, in words; whether a sum may be of whole pounds there."""
    yield from _shape(page)
    yield from _foreign(page)
    yield from _dress(page)
    yield from _forms(page)
    if "<script>alert" in page.text or [one for one in page.tree.iter("b") if one.text == "Ash"]:
        yield "markup in a name is run"
    for text in visible(page):
        if ISO_DAY.search(text):
            yield f"a day as programs write it: “{text.strip()[:80]}”"
        for sum_ in MONEY.findall(text):
            rounded = round_too and ROUND_MONEY.fullmatch(sum_)
            if not (RIGHT_MONEY.fullmatch(sum_) or rounded):
                yield f"money as {sum_} in “{text.strip()[:80]}”"
        if A_WEEK.search(text):
            yield f"a weekly sum not said “a week”: “{text.strip()[:80]}”"
    main = page.tree.find(".//main")
    assert main is not None
    hard = grade(blocks(main, (re.escape(MARKUP), *LAW, *NAMES)))
    if hard > HARDEST:
        yield f"grade {hard:.1f}"


def _shape(page: Page) -> Iterator[str]:
    headings = [words(one) for one in page.tree.iter("h1")]
    error = "Error: " if page.errors else ""
    if len(headings) != 1 or not page.title.startswith(f"{error}{headings[0]} – "):
        yield f"title “{page.title}” over {headings}"
    if page.tree.get("lang") != "en-GB":
        yield "no language"
    links = page.links()
    if not links or links[0] != "#main-content":
        yield "no way past the menu"
    if "/help" not in links:
        yield "no help"
    found = [one.get("id", "") for one in page.tree.iter() if one.get("id")]
    if len(found) != len(set(found)):
        yield f"ids twice: {sorted({one for one in found if found.count(one) > 1})}"
    lost = {field.removeprefix("#") for field, _ in page.errors} - set(found)
    if lost:
        yield f"errors that lead to no field: {sorted(lost)}"


def _foreign(page: Page) -> Iterator[str]:
    for element in page.tree.iter():
        for name in ("src", "href", "action", "poster", "data", "srcset", "formaction"):
            if re.match(r"(?i)\s*[a-z]+:|//", element.get(name, "")):
                yield f"another host: {element.get(name)}"
        if element.tag == "style" or element.get("style") is not None:
            yield f"a style inside: {element.tag}"
        if element.tag == "script" and (element.text or "").strip():
            yield "a script inside"
        if [name for name in element.attrib if name.startswith("on")]:
            yield f"a script in an attribute of {element.tag}"


def _dress(page: Page) -> Iterator[str]:
    """The dress is not the government's: no crown or logotype in it, and its name nowhere on it."""
    if ROYAL.search(page.title):
        yield f"the government's name in the title “{page.title}”"
    for part in ("header", "footer"):
        if not (found := list(page.tree.iter(part))):
            yield f"no {part}"
        for element in found:
            if ROYAL.search(words(element)):
                yield f"the government's name in the {part}"
    for element in page.tree.iter():
        for name in ("class", "id", "src", "href", "alt", "aria-label"):
            if ROYAL.search(element.get(name, "")):
                yield f"a mark of the government's: {name} {element.get(name)}"
        if element.tag.rpartition("}")[2] == "title" and ROYAL.search(element.text or ""):
            yield f"a mark of the government's: {element.text}"


def _forms(page: Page) -> Iterator[str]:
    for form in page.tree.iter("form"):
        action = form.get("action", page.address.partition("?")[0])
        if form.get("method", "get").lower() != "post":
            continue
        if not page.form(action).get("page_token") and form.get("action"):
            yield f"a form without a token: {action}"
        if ("POST", _posted(action)) not in PAGES:
            yield f"a form that leads nowhere: {action}"


def _posted(action: str) -> str:
    path = action.partition("?")[0]
    for method, route in ROUTES:
        if method == "POST" and route.path_regex.match(path):
            return route.path
    return action


def test_a_fault_of_each_kind_would_be_found() -> None:
    whole = (
        '<!DOCTYPE html><html lang="en-GB"><head><title>Fee – S</title></head><body>'
        '<a href="#main-content">Skip</a><a href="/help">Help</a>'
        '<header>S</header><main id="main-content"><h1>Fee</h1>PLACE</main><footer>F</footer>'
        "</body></html>"
    )

    def told(inside: str) -> str:
        text = whole.replace("PLACE", inside)
        return " ".join(faults(Page(200, "/x", parsed(text), text, Headers({}))))

    assert told("<p>£6,000.00 a week from 7 September 2026</p>") == ""
    assert "money as £6000.00" in told("<p>It costs £6000.00 a week.</p>")
    assert "money as £6,000" in told("<p>It costs £6,000 a week.</p>")
    assert "not said “a week”" in told("<p>It costs £6,000.00 per week.</p>")
    assert "as programs write it" in told("<p>From 2026-09-07 on</p>")
    assert "another host" in told('<img src="//elsewhere.example/a.png" alt="">')
    assert "a style inside" in told('<p style="color: red">x</p>')
    assert "a script in an attribute" in told('<p onclick="x()">x</p>')
    assert "without a token" in told('<form method="post" action="/matches"></form>')
    assert "leads nowhere" in told('<form method="post" action="/none"></form>')
    assert "markup in a name" in told(MARKUP)
    royal = '<svg class="govuk-header__logotype" focusable="false"><title>x</title></svg>'
    assert "a mark of the government's" in told(royal)
    assert "a mark of the government's" in told("<svg><title>GOV.UK</title></svg>")
    assert "a mark of the government's" in told('<img src="/static/crown.svg" alt="">')
    assert "in the footer" in told("<footer>© Crown copyright</footer>")
    assert "in the header" in told("<header>GOV.UK</header>")
    assert "ids twice" in told('<p id="main-content">x</p>')
    assert "title" in told("<h1>Another</h1>")
    assert "grade" in told(f"<p>{'Considerable administrative responsibilities ' * 9}</p>")
    with pytest.raises(ParseError):
        told("<p><table><p>x</table>")


SHOWN = {
    "broker": ("REFERRAL", "MATCH", "/homes/SC990002/who"),
    "assessor": ("REFERRAL", "REFERRAL/form/check", "REFERRAL/sheets/SC990007", "REFERRAL/letter"),
    "provider": ("/homes", "/price", "/registers/training"),
    "commissioner": ("/contracts/NEL-BLOCK-1", "SCENARIO", "/homes/SC990001"),
}


@pytest.mark.parametrize("role", SHOWN)
def test_what_somebody_wrote_is_shown_as_they_wrote_it(look: Looks, role: str) -> None:
    assert [one for one in SHOWN[role] if MARKUP[:60] not in _whole(look(role, one))] == []


def _whole(page: Page) -> str:
    return " ".join("".join(visible(page)).split()) + page.title
