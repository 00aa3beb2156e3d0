"""`broker capacity replay`: the same answers, gone on with, nothing written over."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import html5lib
import openpyxl
import pytest

from broker.capacity.replay.store import write_year
from broker.readability import grade
from tests.unit.capacity.invented import demand
from tests.unit.cli.conftest import Broker

WRITES = "broker.capacity.replay.runner.write_year"
FILES = ("replay.json", "replay.csv", "replay.xlsx", "replay.html")
SHORT = ("--weeks", 5, "--seeds", 3, "--seed", 4, "--lookahead-futures", 2, "--lookahead-weeks", 8)


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    file = tmp_path / "demand.json"
    told = demand(per_year=60.0)
    told["assumptions"] = [
        {"name": "=HYPERLINK(1)", "value": "<script>", "source": "a test", "status": "assumption"}
    ]
    file.write_text(json.dumps(told), encoding="utf-8")
    return file


@pytest.fixture
def replay(broker: Broker, small: Path, asked: Path) -> Callable[..., Any]:
    def asks(*more: Any) -> Any:
        return broker("capacity", "replay", small, "--demand", asked, *SHORT, *more)

    return asks


def test_a_replay_is_the_same_on_one_process_on_two_and_gone_on_with(
    replay: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = replay("--out", "one")
    two = replay("--out", "two", "--processes", 2)
    assert (one.code, two.code) == (0, 0)

    def stopped(folder: Path, year: Any) -> None:
        write_year(folder, year)
        raise KeyboardInterrupt

    monkeypatch.setattr(WRITES, stopped)
    said = replay("--out", "part")
    assert said.code == 130
    assert "Stopped; what is done is in part. The same command goes on from there." in said.err
    assert sorted(path.name for path in Path("part").iterdir()) == ["run.json", "year-000000.json"]
    written: list[int] = []

    def noted(folder: Path, year: Any) -> None:
        written.append(year.number)
        write_year(folder, year)

    monkeypatch.setattr(WRITES, noted)
    assert replay("--out", "part").code == 0
    assert written == [1, 2]
    for name in (*FILES, "run.json", "year-000002.json"):
        first = Path("one", name).read_bytes()
        assert Path("two", name).read_bytes() == first
        assert Path("part", name).read_bytes() == first


def test_every_form_of_the_answer_says_the_same_and_nothing_becomes_a_formula(
    replay: Callable[..., Any],
) -> None:
    said = replay("--out", "one")
    told = json.loads(Path("one", "replay.json").read_text(encoding="utf-8"))
    assert told["schema"] == "replay/2"
    assert told["verdict"] in ("worth_having", "not_shown", "worse")
    assert told["words"] in said.out
    assert json.loads(replay("--out", "one", "--json").out) == told
    rows = list(csv.DictReader(Path("one", "replay.csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 3 * 4
    text = Path("one", "replay.html").read_text(encoding="utf-8")
    page = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)
    assert not list(page.iter("script"))
    assert text.count("<svg") == 8
    assert told["words"] in "".join(page.itertext())
    assert "&lt;script&gt;" in text
    book = openpyxl.load_workbook(Path("one", "replay.xlsx"))
    cells = [cell for sheet in book for row in sheet for cell in row if cell.value is not None]
    assert all(cell.data_type != "f" for cell in cells)
    assert [cell.quotePrefix for cell in cells if cell.value == "=HYPERLINK(1)"] == [True]
    years = book["Weeks without a place needed th"]
    [level] = [one for one in told["levels"] if one["name"] == "today"]
    shown = {row[0].value: row[1].value for row in years}
    assert shown["Look-ahead"] == pytest.approx(level["means"]["lookahead"]["mean"])
    assert shown["Hindsight, at most"] == pytest.approx(level["hindsight"]["at_most"]["mean"])
    table = [row for row in rows if row["level"] == "weighed"]
    for one, row in zip(told["replications"], table, strict=True):
        assert row["lookahead"] == str(one["ways"]["lookahead"]["weighed"])
        assert row["hindsight_at_least"] == str(one["hindsight"]["weighed"]["at_least"])
        assert (row["proven"] == "Y") == one["hindsight"]["weighed"]["proven"]


def test_the_page_reads_as_plain_english(replay: Callable[..., Any]) -> None:
    from broker.capacity.replay.tell import CAUTION, DEFINITIONS, READING

    for text in (CAUTION, READING, *(words for _, words in DEFINITIONS)):
        assert grade([text]) <= 8, (grade([text]), text)


def test_more_years_go_on_from_those_there_are(replay: Callable[..., Any]) -> None:
    assert replay("--out", "out").code == 0
    first = json.loads(Path("out", "replay.json").read_text(encoding="utf-8"))
    assert replay("--out", "out", "--seeds", 4).code == 0
    more = json.loads(Path("out", "replay.json").read_text(encoding="utf-8"))
    assert more["replications"][:3] == first["replications"]
    assert len(more["replications"]) == 4


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--seed", 5), "(seed)"),
        (("--weeks", 6), "(weeks)"),
        (("--refresh", 2), "(refresh)"),
        (("--elsewhere-after", 3), "(lookahead, settings)"),
        (("--hold-means",), "(settings)"),
        (("--hindsight-effort", 3), "(hindsight_effort)"),
    ],
)
def test_a_folder_of_other_inputs_is_refused_and_left_alone(
    replay: Callable[..., Any], more: tuple[Any, ...], said: str
) -> None:
    assert replay("--out", "out", "--seeds", 1, "--hindsight-effort", 0).code == 0
    before = {path.name: path.read_bytes() for path in Path("out").iterdir()}
    found = replay("--out", "out", "--seeds", 1, "--hindsight-effort", 0, *more)
    assert found.code == 2
    assert f"holds a run of other inputs {said}" in found.err
    assert {path.name: path.read_bytes() for path in Path("out").iterdir()} == before


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("run.json", "{", "run.json is no JSON"),
        ("run.json", "{}", 'run.json has no "inputs"'),
        ("year-000000.json", "", "year-000000.json is no year of a replay"),
        ("year-000000.json", '{"schema": "replay-year/1"}', "is no year of a replay"),
        ("year-000000.json", '{"schema": "replay-year/1", "number": 1}', "of another kind"),
        ("year-000000.json", "[]", "is no year of a replay"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_and_left_alone(
    replay: Callable[..., Any], name: str, text: str, said: str
) -> None:
    assert replay("--out", "out", "--seeds", 1, "--hindsight-effort", 0).code == 0
    Path("out", name).write_text(text, encoding="utf-8")
    found = replay("--out", "out", "--seeds", 1, "--hindsight-effort", 0)
    assert found.code == 2
    assert said in found.err
    assert Path("out", name).read_text(encoding="utf-8") == text


def test_a_replay_writes_over_nothing_of_somebody_else(
    replay: Callable[..., Any], asked: Path
) -> None:
    Path("used").mkdir()
    Path("used", "replay.csv").write_text("mine", encoding="utf-8")
    said = replay("--out", "used")
    assert said.code == 2
    assert "holds replay.csv already, and no replay to go on with" in said.err
    none = replay("--out", asked)
    assert none.code == 2
    assert "is a file; name a folder" in none.err


def test_without_looking_for_hindsight_nothing_is_said_of_the_gap_but_its_end(
    replay: Callable[..., Any],
) -> None:
    told = json.loads(replay("--hindsight-effort", 0, "--json").out)
    assert told["not_proven_because"] == ["it was not looked for"]
    for one in told["replications"]:
        assert one["hindsight"]["points"]["at_most"] is None
        assert one["hindsight"]["today"]["at_least"] == 0


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--weeks", 1), "allowed: from 2 to 520 weeks"),
        (("--elsewhere-after", 27), "allowed: from 1 to 26 rounds"),
    ],
)
def test_what_cannot_be_replayed_is_refused(
    replay: Callable[..., Any], more: tuple[Any, ...], said: str
) -> None:
    found = replay(*more)
    assert found.code == 2
    assert said in found.err
