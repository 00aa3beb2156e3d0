"""A scenario from its form to its results: asked once, left and found again, the same figures."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import pytest
from sqlalchemy import Engine

from api.pages import purchases
from api.settings import Settings
from api.simulating import Simulating
from broker.capacity.desk.scenario import scenario_of
from broker.capacity.desk.shelf import MOST_WAITING, Full, Shelf
from broker.capacity.desk.work import VARIED
from broker.readability import grade
from broker.store.clock import now
from tests.integration.api.world import OFTEN, World, calling, service
from tests.integration.pages.browsing import Browser, Page, table, words
from tests.integration.pages.test_plain_english import HARDEST, LAW, NAMES
from tests.integration.pages.test_spreadsheets import every_table_can_be_had
from tests.readability import blocks
from tests.small_demand import demand

CONTRACT = "NEL-BLOCK-1"
SMALL = {"weeks": "13", "replications": "2", "seed": "3"}


@dataclass
class Desk:
    """The service with a folder of simulations, its browsers, and whoever does the work."""

    browser: Callable[[str], Browser]
    shelf: Shelf
    simulating: Simulating


@pytest.fixture(scope="module")
def desk(
    at_work: tuple[object, World, Engine], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    engine = at_work[2]
    folder = tmp_path_factory.mktemp("simulations")
    (folder / "demand.json").write_text(json.dumps(demand()), encoding="utf-8")
    app = service(engine, Settings(rates=OFTEN, simulations=folder))
    shelf = Shelf(folder)
    address = engine.url.render_as_string(hide_password=False)
    with calling(app) as client:
        made: dict[str, Browser] = {}

        def browser(account: str) -> Browser:
            if account not in made:
                client.cookies.clear()
                Browser(client).enter(account)
                held = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
                client.cookies.clear()
                made[account] = Browser(client, {"cookie": held})
            return made[account]

        yield Desk(browser, shelf, Simulating(shelf, address, apart=False))


@dataclass
class Parts:
    """Every part of a simulation, each from the address to which the page of it leads."""

    pages: list[Page]

    @staticmethod
    def of(browser: Browser, page: Page) -> Parts:
        """Those of the page of a simulation that is done, read one by one."""
        links = [link for link in page.links() if "/parts/" in link]
        assert len(set(links)) == len(links) > 1
        return Parts([browser.get(link) for link in links])

    def captions(self) -> list[str]:
        """What every table of a part is called."""
        return [words(next(one.iter("caption"))) for page in self.pages
                for one in page.tree.iter("table")]  # fmt: skip

    def table(self, title: str) -> list[list[str]]:
        """The table of that name, wherever it is."""
        [page] = [one for one in self.pages if title in " ".join(Parts([one]).captions())]
        return table(page, title)

    def images(self) -> list[ElementTree.Element]:
        """Every chart of a part."""
        return [image for page in self.pages for image in page.tree.iter("img")]


def test_what_is_wrong_is_told_at_its_field_and_the_rest_is_kept(desk: Desk) -> None:
    commissioner = desk.browser("commissioner")
    page = commissioner.send(
        commissioner.get("/scenarios"),
        "/scenarios",
        growth="much",
        prices="900",
        weeks="500",
        homes="2",
        places="",
        name="<b>Mine</b>",
    )
    assert page.status == 422
    assert page.title.startswith("Error: ")
    assert {field for field, _ in page.errors} == {"#growth", "#prices", "#weeks", "#places"}
    assert page.form("/scenarios")["name"] == "<b>Mine</b>"
    assert list(desk.shelf.jobs()) == []


def test_a_scenario_is_asked_once_left_and_found_again_with_its_results(desk: Desk) -> None:
    commissioner = desk.browser("commissioner")
    form = commissioner.get("/scenarios").form("/scenarios")
    fields = {**form, **SMALL, "prices": "10", "side": "block", "name": "Dearer <i>homes</i>"}
    first, again = (commissioner.post("/scenarios", fields) for _ in range(2))
    assert first.address == again.address
    assert "waits for its turn" in first.main
    assert first.address in commissioner.get("/scenarios").links()
    while desk.simulating.work_once():
        pass
    page = commissioner.get(first.address)
    assert "Dearer <i>homes</i>" in page.title
    assert "<i>homes" not in page.text
    assert "These are simulated futures" in page.main
    parts = Parts.of(commissioner, page)
    compared = parts.table("against as now")
    assert not [one for one in parts.captions() if "What moves it" in one]
    assert {"Occupancy", "All-block cost"} & {row[0] for row in compared} or len(compared) > 3
    number = int(first.address.rsplit("/", 1)[1])
    job = desk.shelf.job(number)
    assert job is not None
    figures = json.loads((job.folder / "figures.json").read_text(encoding="utf-8"))
    assert figures["run"]["replications"] == 2
    report = (job.folder / "report.html").read_text(encoding="utf-8")
    for row in table(page, "Main figures")[1:]:
        assert row[2] in report
    for image in parts.images():
        drawn = commissioner.client.get(image.get("src", ""), headers=commissioner.headers)
        root = ElementTree.fromstring(drawn.content)
        assert root.findtext("{http://www.w3.org/2000/svg}desc") == image.get("alt")
    assert len(parts.images()) > 3
    for part, one in zip(json.loads((job.folder / "result.json").read_text())["parts"],
                         parts.pages, strict=True):  # fmt: skip
        assert one.title.startswith(part["heading"])
        assert "These are simulated futures" in one.main
        every_table_can_be_had(commissioner, one)
    homes = [row[0] for row in parts.table("Places used and empty, by home")[1:]]
    assert "Rowan (SC990009)" in homes
    assert not [home for home in homes if home.startswith("SC99")]
    assert desk.browser("broker").get(first.address).status == 200
    book = commissioner.client.get(f"{first.address}/workbook", headers=commissioner.headers)
    assert book.content == (job.folder / "figures.xlsx").read_bytes()
    for account in ("newham-commissioner", "finance"):
        assert desk.browser(account).get(first.address).status in (403, 404)
    assert words(next(page.tree.iter("h1"))).startswith(f"Simulation {number}")


def test_what_the_figures_turn_on_is_shown_with_the_figures_of_runs_played_apart(
    desk: Desk,
) -> None:
    """One assumption at a time, and two at once: arrivals at both ends, as now and as asked."""
    commissioner = desk.browser("commissioner")
    fields = {**SMALL, "weeks": "6", "prices": "10", "name": "Dearer", "more": "yes"}
    asked = commissioner.send(commissioner.get("/scenarios"), "/scenarios", **fields)
    while desk.simulating.work_once():
        pass
    page = commissioner.get(asked.address)
    assert "These are simulated futures" in page.main, page.main
    job = desk.shelf.job(int(asked.address.rsplit("/", 1)[1]))
    assert job is not None
    told = json.loads((job.folder / "figures.json").read_text(encoding="utf-8"))
    names = {one["figure"] for one in told["tornadoes"]}
    assert names == {one["figure"] for one in told["two_way"]}
    parts = Parts.of(commissioner, page)
    captions = parts.captions()
    assert len([one for one in captions if one.startswith("What moves it: ")]) == len(names) > 0
    for made, both in zip(told["tornadoes"], told["two_way"], strict=True):
        title = next(one for one in captions if one.startswith("What moves it: "))
        captions.remove(title)
        heads, *rows = parts.table(title.partition(" (")[0])
        assert heads[:5] == [
            "Assumption", "Low value", "High value", "Mean at low", "Mean at high",
        ]  # fmt: skip
        bars = made["bars"]
        assert [row[:3] for row in rows] == [
            [one["assumption"], one["low_value"], one["high_value"]] for one in bars
        ]
        assert {row[0] for row in rows} == {name for name, *_ in VARIED}
        swings = [abs(number(row[4]) - number(row[3])) for row in rows]
        assert swings == sorted(swings, reverse=True)
        times = 100 if made["figure"] == "occupancy" else 1
        base, most = float(made["base"]["mean"]), 0.6 if made["figure"] == "voids" else 0.06
        for row, bar in zip(rows, bars, strict=True):
            low, high = float(bar["low"]["mean"]), float(bar["high"]["mean"])
            expected = [low, high, low - base, high - base]
            shown = [number(row[at]) for at in (3, 4, 5, 7)]
            assert shown == pytest.approx([times * one for one in expected], abs=most), row
        figure = title.removeprefix("What moves it: ").partition(" (")[0]
        across = parts.table(f"{figure}: {both['down']} and {both['across']}")
        assert across[0] == [both["down"], *both["columns"]]
        assert [row[0] for row in across[1:]] == both["rows"]
        assert len(both["rows"]) == 2
        asked_for = across[2]
        first = next(row for row in rows if row[0] == VARIED[0][0])
        assert [number(asked_for[1]), number(asked_for[3])] == [number(first[3]), number(first[4])]
    drawn = f"{asked.address}/chart/tornado-{told['tornadoes'][0]['figure']}"
    assert drawn in [image.get("src") for image in parts.images()]


def number(cell: str) -> float:
    """A figure of a table, without its signs and units."""
    return float(re.sub(r"[^0-9.\-]", "", cell.replace("\u2212", "-")))


BOUGHT = {
    "home_1": "SC990009", "places_1": "3", "most_1": "1", "years_1": "1", "guarantee_1": "90",
    "fees_1": "-2.5", "spot_low": "5,400", "spot_medium": "£7300", "spot_high": "9650.50",
    "spot_specialist": "12000", "most_places": "6", "training_kind": "1",
    "training_need": "eating_disorder", "training_cost": "6000", "weeks": "13",
    "replications": "2", "name": "Small <i>homes</i>",
}  # fmt: skip


def test_what_is_wrong_with_a_purchase_is_told_at_its_field_and_the_rest_is_kept(
    desk: Desk,
) -> None:
    commissioner = desk.browser("commissioner")
    before = len(list(desk.shelf.jobs()))
    page = commissioner.send(
        commissioner.get("/purchases"),
        "/purchases",
        **{**BOUGHT, "places_1": "many", "guarantee_1": "190", "spot_high": "", "fees_1": "x",
           "arrivals_low": "much", "training_cost": "dear", "replications": "1",
           "achieved": "101", "void_year": ""},
    )  # fmt: skip
    assert page.status == 422
    assert page.title.startswith("Error: ")
    assert {field for field, _ in page.errors} == {
        "#places_1", "#guarantee_1", "#spot_high", "#fees_1", "#arrivals_low", "#training_cost",
        "#replications", "#achieved", "#void_year",
    }  # fmt: skip
    ids = {one.get("id") for one in page.tree.iter()}
    assert {field.removeprefix("#") for field, _ in page.errors} <= ids
    assert page.form("/purchases")["name"] == "Small <i>homes</i>"
    nothing = commissioner.send(commissioner.get("/purchases"), "/purchases")
    assert {"#home_1", "#spot_low"} <= {field for field, _ in nothing.errors}
    assert len(list(desk.shelf.jobs())) == before


def test_where_homes_are_too_many_to_list_the_id_of_one_is_written_down(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    commissioner = desk.browser("commissioner")
    listed = commissioner.get("/purchases")
    assert "home_1" in {one.get("name") for one in listed.tree.iter("select")}
    monkeypatch.setattr(purchases, "MOST_LISTED", 3)
    page = commissioner.get("/purchases")
    assert "home_1" in {one.get("name") for one in page.tree.iter("input")}
    assert "/homes" in page.links()
    assert len(page.text) < len(listed.text)
    unknown = commissioner.send(page, "/purchases", **{**BOUGHT, "home_1": "SC000000"})
    assert "#home_1" in {field for field, _ in unknown.errors}
    assert unknown.form("/purchases")["home_1"] == "SC000000"
    asked = commissioner.send(page, "/purchases", **BOUGHT)
    assert "waits for its turn" in asked.main
    commissioner.send(asked, f"{asked.address}/cancel")


def test_both_forms_are_for_a_reader_of_grade_eight(desk: Desk) -> None:
    for address in ("/scenarios", "/purchases"):
        main = desk.browser("commissioner").get(address).tree.find(".//main")
        assert main is not None
        assert grade(blocks(main, (*LAW, *NAMES))) <= HARDEST, address


def test_a_purchase_is_weighed_as_the_command_weighs_it_and_shows_every_part(desk: Desk) -> None:
    commissioner = desk.browser("commissioner")
    asked = commissioner.send(commissioner.get("/purchases"), "/purchases", **BOUGHT)
    assert "waits for its turn" in asked.main
    while desk.simulating.work_once():
        pass
    page = commissioner.get(asked.address)
    assert page.title.startswith("Purchase "), page.main
    assert "Small <i>homes</i>" in page.title
    job = desk.shelf.job(int(asked.address.rsplit("/", 1)[1]))
    assert job is not None
    told = json.loads((job.folder / "buying.json").read_text(encoding="utf-8"))
    parts = Parts.of(commissioner, page)
    like = "like Rowan (SC990009) with 3 places"
    assert told["best"]["label"] == "1 × like-SC990009-of-3, terms-1"
    best = f"1 × a home {like}, 1 year, 90% guaranteed, fees 2.5% lower"
    assert best in page.main
    every = " ".join(one.main for one in (page, *parts.pages))
    assert best in every
    assert not re.findall(r"like-|terms-1|1 portfolios|-£|eating_disorder", every)
    heads, *rows = parts.table("Portfolios out of sample")
    assert any("best" in row[heads.index("Standing")] for row in rows)
    assert any("frontier" in row[heads.index("Standing")] for row in rows)
    assert {"Whole cost, mean", "Whole cost, low", "Whole cost, high"} <= set(heads)
    turned = parts.table("One assumption at a time")
    assert {row[0] for row in turned[1:]} == {"Arrivals", "Stays that end early"}
    both = parts.table("Arrivals by Stays that end early")
    assert len(both) == 4
    assert f"{like} trained for eating disorder" in every
    assert len({part["title"] for part in told["tables"]}) <= len(set(parts.captions()))
    for image in parts.images():
        drawn = commissioner.client.get(image.get("src", ""), headers=commissioner.headers)
        root = ElementTree.fromstring(drawn.content)
        assert root.findtext("{http://www.w3.org/2000/svg}desc") == image.get("alt")
    assert len(parts.images()) >= 2
    book = commissioner.client.get(f"{asked.address}/workbook", headers=commissioner.headers)
    assert book.content == (job.folder / "buying.xlsx").read_bytes()
    assert "Purchase" in commissioner.get("/scenarios").main
    for one in (page, *parts.pages):
        every_table_can_be_had(commissioner, one)
        main = one.tree.find(".//main")
        assert main is not None
        assert grade(blocks(main, (*LAW, *NAMES))) <= HARDEST, one.address


def test_a_part_leads_to_the_ones_beside_it_and_another_number_has_none(desk: Desk) -> None:
    commissioner = desk.browser("commissioner")
    done = next(job for job in desk.shelf.jobs() if job.state == "done")
    links = [link for link in commissioner.get(f"/scenarios/{done.number}").links()
             if "/parts/" in link]  # fmt: skip
    for at, link in enumerate(links):
        beside = [one for one in commissioner.get(link).links() if "/parts/" in one
                  and "spreadsheet" not in one]  # fmt: skip
        assert beside == [*links[at + 1 : at + 2], *links[max(0, at - 1) : at]]
    assert commissioner.get(f"/scenarios/{done.number}/parts/none").status == 404
    assert desk.browser("finance").get(links[0]).status in (403, 404)


def test_a_purchase_for_which_nothing_is_allowed_says_why(desk: Desk) -> None:
    commissioner = desk.browser("commissioner")
    none = dict.fromkeys(("training_kind", "training_need", "training_cost"), "")
    fields = {**BOUGHT, "budget_year": "1", **none}
    asked = commissioner.send(commissioner.get("/purchases"), "/purchases", **fields)
    assert desk.simulating.work_once()
    assert "data-renew" not in commissioner.get(asked.address).text
    job = desk.shelf.job(int(asked.address.rsplit("/", 1)[1]))
    assert job is not None
    assert job.state == "failed"
    assert "fault" not in job.sentence


def test_a_simulation_that_was_cancelled_is_not_played(desk: Desk) -> None:
    commissioner = desk.browser("commissioner")
    asked = commissioner.send(commissioner.get("/scenarios"), "/scenarios", **SMALL)
    over = commissioner.send(asked, f"{asked.address}/cancel")
    assert "cancelled" in over.main
    assert not desk.simulating.work_once()


def test_a_demand_that_makes_no_world_says_why(desk: Desk) -> None:
    commissioner = desk.browser("commissioner")
    asked = commissioner.send(commissioner.get("/scenarios"), "/scenarios", **SMALL)
    kept = desk.shelf.demand.read_text(encoding="utf-8")
    desk.shelf.demand.write_text(json.dumps({**demand(), "arrivals": []}), encoding="utf-8")
    try:
        assert desk.simulating.work_once()
    finally:
        desk.shelf.demand.write_text(kept, encoding="utf-8")
    page = commissioner.get(asked.address)
    assert "demand" in page.main
    assert "data-renew" not in page.text


def test_without_a_folder_the_page_says_so(browsing: Callable[[str | None], Browser]) -> None:
    page = browsing("commissioner").get("/scenarios")
    assert "not set up" in page.main


def test_one_worker_at_a_time_holds_a_simulation(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.ask("a", now(), {"n": 1}, "k1")
    second = shelf.ask("a", now(), {"n": 2}, "k2")
    with shelf.next() as held:
        assert held is not None
        assert held.number == 1
        with Shelf(tmp_path).next() as other:
            assert other is not None
            assert other.number == second.number
    with shelf.next() as again:
        assert again is not None
        assert again.number == 1
        assert shelf.end(again, "done", "It is done")
        assert not shelf.end(again, "failed", "too late")
    found = shelf.job(1)
    assert found is not None
    assert found.state == "done"


def test_no_more_wait_than_may(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    for number in range(MOST_WAITING):
        shelf.ask("a", now(), {}, f"k{number}")
    with pytest.raises(Full):
        shelf.ask("a", now(), {}, "one more")
    assert shelf.ask("a", now(), {}, "k3").number == 4


def test_a_form_with_nothing_filled_in_changes_nothing() -> None:
    assert scenario_of({"side": "spot", "growth_years": "8"}, "me") == (None, [])


def test_a_name_cannot_break_out_of_the_scenario() -> None:
    name = 'x"\n[[scenarios]]\nid = "other"'
    found, wrong = scenario_of({"name": name, "arrivals": "90"}, "me")
    assert not wrong
    assert found is not None
    assert [one.id for one in found.scenarios] == ["asked"]
