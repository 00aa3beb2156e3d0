"""A part of a page that renews itself: it is told what is new, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

from tests.integration.pages.browsing import HTML, Browser, Page

PART = {"hx-request": "true"}


def _asks(page: Page) -> str:
    found = [one.get("hx-get") for one in page.tree.iter() if one.get("id") == "progress"]
    assert len(found) == 1
    return found[0] or ""


def test_what_is_awaited_is_told_when_it_changes_and_loaded_anew_when_it_is_over(
    browsing: Callable[[str | None], Browser],
) -> None:
    broker = browsing("broker")
    job = broker.send(broker.get("/matches"), "/matches")
    address = _asks(job)
    assert address.startswith(f"{job.address}?was=queued&seen=")
    headers = HTML | broker.headers | PART
    same = broker.client.get(address, headers=headers)
    assert (same.status_code, same.content) == (204, b"")
    other = broker.client.get(f"{job.address}?seen=older", headers=headers)
    assert other.status_code == 200
    assert "hx-refresh" not in other.headers
    begun = broker.client.get(f"{job.address}?was=running&seen=older", headers=headers)
    assert begun.headers["hx-refresh"] == "true", "the heading says another state"
    assert broker.get(address).status == 200, "somebody asks for the page, not a part of it"
    broker.send(job, f"{job.address}/cancel")
    over = broker.client.get(address, headers=headers)
    assert (over.status_code, over.headers["hx-refresh"]) == (200, "true")
    assert _asks(broker.get(job.address)) == ""


def test_a_match_under_way_is_found_again_from_the_matches_until_it_is_over(
    browsing: Callable[[str | None], Browser],
) -> None:
    broker, commissioner, auditor = (browsing(one) for one in ("broker", "commissioner", "auditor"))
    job = broker.send(broker.get("/matches"), "/matches")
    for who in (broker, commissioner):
        page = who.get("/matches")
        assert job.address in page.links()
        assert "The match waits for its turn. It was asked for by broker on" in page.main
    assert job.address not in auditor.get("/matches").links()
    broker.send(job, f"{job.address}/cancel")
    assert job.address not in broker.get("/matches").links()


def test_a_page_that_renews_parts_lets_htmx_run_no_text_and_keep_no_page(
    browsing: Callable[[str | None], Browser],
) -> None:
    page = browsing("broker").get("/referrals")
    (told,) = [one.get("content") for one in page.tree.iter("meta")
               if one.get("name") == "htmx-config"]  # fmt: skip
    assert told is not None
    for setting in (
        '"allowEval": false',
        '"includeIndicatorStyles": false',
        '"historyCacheSize": 0',
    ):
        assert setting in told
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert "htmx" not in browsing("broker").get("/weights").text
