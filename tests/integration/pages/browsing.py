"""A browser without scripts: pages parsed strictly, forms sent as they stand on the page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from httpx2 import Headers
from starlette.testclient import TestClient

from tests.integration.api.world import PASSWORD

HTML = {"accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}


def parsed(text: str) -> Element:
    """The page as a tree; any fault of its markup is an error."""
    tree: Element = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)
    return tree


def words(element: Element) -> str:
    """The text of an element, its white space as one blank."""
    return " ".join("".join(element.itertext()).split())


@dataclass
class Page:
    """An answer that is a page."""

    status: int
    address: str
    tree: Element
    text: str
    headers: Headers

    @property
    def title(self) -> str:
        found = self.tree.find(".//title")
        assert found is not None
        return words(found)

    @property
    def main(self) -> str:
        found = self.tree.find(".//main")
        assert found is not None
        return words(found)

    @property
    def errors(self) -> list[tuple[str, str]]:
        """Where each line of the error summary leads, and what it says."""
        kind = "govuk-error-summary__list"
        summaries = [one for one in self.tree.iter("ul") if kind in one.get("class", "")]
        return [(a.get("href", ""), words(a)) for one in summaries for a in one.iter("a")]

    def links(self) -> list[str]:
        return [a.get("href", "") for a in self.tree.iter("a")]

    def form(self, action: str) -> dict[str, str]:
        """The fields of a form as a browser would send them untouched."""
        form = next(one for one in self.tree.iter("form") if one.get("action") == action)
        fields = {}
        for one in form.iter("input"):
            unchecked = one.get("type") in ("radio", "checkbox") and one.get("checked") is None
            if one.get("name") and not unchecked:
                fields[one.get("name", "")] = one.get("value", "")
        for one in form.iter("textarea"):
            fields[one.get("name", "")] = one.text or ""
        for one in form.iter("select"):
            options = list(one.iter("option"))
            chosen = [o for o in options if o.get("selected") is not None] or options[:1]
            fields[one.get("name", "")] = chosen[0].get("value", "")
        return fields


@dataclass
class Browser:
    """Somebody at the pages, who follows where they are sent."""

    client: TestClient
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, address: str) -> Page:
        return self._page(self.client.get(address, headers=HTML | self.headers))

    def send(self, page: Page, action: str, **changed: str) -> Page:
        """Send a form of a page with some fields filled in."""
        return self.post(action, {**page.form(action), **changed})

    def post(self, action: str, fields: Mapping[str, str]) -> Page:
        return self._page(self.client.post(action, data=fields, headers=HTML | self.headers))

    def ask(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """A good answer of a route for programs, asked in this session with its token."""
        found = re.search(r"csrftoken=([^;]+)", self.headers["cookie"])
        assert found, "nobody is signed in"
        headers = self.headers | {"x-csrftoken": found[1]}
        answer = self.client.post(path, json=dict(body), headers=headers)
        assert answer.status_code == 200, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def _page(self, response: Any) -> Page:
        for _ in range(5):
            if response.status_code != 303:
                break
            where = response.headers["location"]
            response = self.client.get(where, headers=HTML | self.headers)
        assert response.headers["content-type"].startswith("text/html"), response.text
        return Page(
            response.status_code,
            str(response.url).removeprefix("http://127.0.0.1"),
            parsed(response.text),
            response.text,
            response.headers,
        )

    def enter(self, account: str, password: str = PASSWORD, back: str = "/") -> Page:
        return self.send(
            self.get(f"/enter?back={back}"), "/enter", account=account, password=password
        )


def table(page: Page, caption: str) -> list[list[str]]:
    """The rows of the table with a caption, its heads first."""
    found = [one for one in page.tree.iter("table") if caption in words(_caption(one))]
    assert found, [words(one) for one in page.tree.iter("caption")]
    return [
        [words(cell) for cell in row if cell.tag in ("th", "td")] for row in found[0].iter("tr")
    ]


def _caption(one: Element) -> Element:
    caption = one.find("caption")
    assert caption is not None
    return caption
