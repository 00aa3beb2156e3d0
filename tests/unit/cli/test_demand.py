"""`broker demand` and `broker sample-returns` from the command line."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Broker
from tests.unit.returns.written import HAVERING, Folder, row


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from broker.sample.returns import write_returns

    folder = tmp_path_factory.mktemp("invented") / "returns"
    write_returns(folder, 4, 4)
    return folder


def test_a_demand_is_told_in_words_and_written_as_json(
    broker: Broker, invented: Path, tmp_path: Path
) -> None:
    out = tmp_path / "demand.json"
    answer = broker("demand", invented, "--out", out)
    assert answer.code == 0, answer.err
    for words in (
        "Demand for K2 and R1", "Arrivals a year", "growth a year", "City of London",
        "How long a placement in one home lasts", "curves are at most", "Unplanned endings",
        "Distance from home", "Contains OS data", "an assumption, --bands changes it",
        "What these returns cannot tell:",
    ):  # fmt: skip
        assert words in answer.out
    made = json.loads(out.read_text())
    assert made["schema"] == "demand/1"
    assert made["source"]["years"] == ["2022-04-01", "2026-04-01"]
    assert len(made["arrivals"]) == 96
    assert broker("demand", invented, "--json").out == out.read_text()


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
def test_files_as_windows_writes_them_give_the_same_demand_and_that_is_said(
    encoding: str, broker: Broker, invented: Path, tmp_path: Path
) -> None:
    others = Counter[str]()
    for path in invented.rglob("*.csv"):
        text = path.read_text(encoding="utf-8").replace(",", ";").replace("\n1", "\né1")
        copy = tmp_path / "made" / path.relative_to(invented)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(text.encode(encoding))
        others["another separator"] += 1
        others["another encoding"] += encoding == "utf-16" or not text.isascii()
    assert others["another encoding"]
    plain, made = (
        json.loads(broker("demand", folder, "--json").out)
        for folder in (invented, tmp_path / "made")
    )
    assert {rule: made["repairs"].pop(rule) for rule in others} == others
    for one in (plain, made):
        assert one["source"].pop("sha256")
        del one["source"]["passed_over"]
    assert made == plain
    told = broker("demand", tmp_path / "made").out
    assert all(f"mended: {rule}: {number}\n" in told for rule, number in others.items())


def test_each_figure_of_the_agreed_shape_is_there(broker: Broker, invented: Path) -> None:
    made = json.loads(broker("demand", invented, "--json").out)
    assert {
        "schema", "source", "assumptions", "boroughs", "age_groups", "sexes", "arrivals", "stays",
        "endings", "prior_moves", "distance", "needs", "cannot", "repairs", "refused",
    } <= set(made)  # fmt: skip
    assert set(made["arrivals"][0]) == {
        "borough", "age_group", "sex", "per_year", "low", "high", "shape", "rate", "entries",
        "years", "route",
    }  # fmt: skip
    for group in made["stays"]["groups"]:
        assert group["family"] in ("weibull", "exponential")
        assert set(group["parameters"]) == {"shape", "scale_months"}
        assert group["n"] >= group["censored"]
    assert set(made["prior_moves"]) == {"0", "1", "2", "3+"}
    assert sum(made["needs"]["band_mix"].values()) == pytest.approx(1)


def test_other_places_ages_and_bands_can_be_asked_for(broker: Broker, invented: Path) -> None:
    answer = broker(
        "demand", invented, "--json", "--places", "H5,K3", "--ages", "16-17",
        "--bands", "low=.1,medium=.2,high=.3,specialist=.4",
    )  # fmt: skip
    made = json.loads(answer.out)
    assert made["places"] == ["H5", "K3"]
    assert made["age_groups"] == [[16, 17]]
    assert made["needs"]["band_mix"]["specialist"] == 0.4
    (mix,) = [each for each in made["assumptions"] if each["name"] == "band_mix"]
    assert mix["source"] == "given with --bands"


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--places", "K2,X9", "allowed: codes of PLACE"),
        ("--places", "T1", "none of T0 to T4"),
        ("--ages", "11-13,13-15", "allowed: groups of ages"),
        ("--ages", "15-18", "allowed: groups of ages"),
        ("--ages", "young", "allowed: groups of ages"),
        ("--bands", "low=.5,medium=.5", "allowed: each of low, medium, high and specialist"),
        ("--bands", "low=.5,medium=.5,high=.5,specialist=.5", "1 in all"),
        ("--bands", "low=1,medium=0,high=0,best=0", "allowed: each of"),
    ],
)
def test_an_option_that_is_not_allowed_says_what_is(
    broker: Broker, invented: Path, option: str, value: str, words: str
) -> None:
    answer = broker("demand", invented, option, value)
    assert answer.code == 2
    assert words in answer.err


def test_refused_rows_are_counted_listed_and_left_out(broker: Broker, tmp_path: Path) -> None:
    folder = Folder(tmp_path / "returns")
    folder.episodes(2020, row("1", "3/5/19", place="K2"), row("2", "1/6/19", place="K9"))
    listed = tmp_path / "problems.csv"
    answer = broker("demand", folder.path, "--problems", listed)
    assert answer.code == 0
    assert "2 rows of episodes: 1 kept" in answer.out
    assert "refused: bad value: 1" in answer.out
    assert f'{HAVERING}/2019-20-episodes.csv, row 3, column PLACE: bad value: "K9"' in answer.err
    assert (
        listed.read_text()
        .splitlines()[1]
        .startswith(f"refused,bad value,{HAVERING}/2019-20-episodes.csv,3,column PLACE,")
    )
    strict = broker("demand", folder.path, "--strict", "--out", tmp_path / "none.json")
    assert strict.code == 2
    assert "nothing was computed" in strict.err
    assert not (tmp_path / "none.json").exists()


def test_what_few_returns_cannot_tell_is_said(broker: Broker, tmp_path: Path) -> None:
    folder = Folder(tmp_path / "returns")
    folder.episodes(2020, row("1", "3/5/19", home=""))
    told = broker("demand", folder.path).out
    for words in (
        "how long stays last: fewer than 5 stays",
        "disruption and planned endings: nobody of these ages lived in K2 or R1",
        "moves in the year before: no arrival with a whole year of returns before it",
        "distance from home: of 0 placements begun",
        "growth: 1 year of returns are too few",
    ):
        assert words in told


def test_a_file_that_cannot_be_read_ends_the_command(broker: Broker, tmp_path: Path) -> None:
    folder = Folder(tmp_path / "returns").episodes(2020)
    answer = broker("demand", folder.path)
    assert answer.code == 2
    assert "no row but the header" in answer.err


def test_invented_returns_are_written_with_their_truth(broker: Broker, tmp_path: Path) -> None:
    answer = broker("sample-returns", tmp_path / "made", "--years", "2", "--seed", "7")
    assert answer.code == 0
    assert "Then: broker demand" in answer.out
    assert json.loads((tmp_path / "made" / "truth.json").read_text())["seed"] == 7
    again = broker("sample-returns", tmp_path / "made", "--years", "2")
    assert again.code == 2
    assert broker("sample-returns", tmp_path / "more", "--years", "99").code == 2
