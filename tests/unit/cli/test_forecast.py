import json
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest

from tests.unit.cli.conftest import CONTRACTS, Answer, Broker

BLOCK, SPOT = CONTRACTS / "block.toml", CONTRACTS / "spot.toml"
COSTS = Path(__file__).parents[3] / "docs" / "examples" / "forecast" / "costs.toml"
MIX = "low=.2,medium=.35,high=.3,specialist=.15"
ASKED = ("forecast", BLOCK, "--occupancy", "0.85", "--mix", MIX)


def pence(text: str) -> int:
    return int(text.replace(".", ""))


def total(answer: Answer, case: str = "central") -> dict[str, str]:
    assert answer.code == 0
    found: dict[str, str] = json.loads(answer.out)["cases"][case]["total"]
    return found


def test_a_forecast_in_words_has_the_figures_of_its_json(broker: Broker) -> None:
    words = broker(*ASKED, "--results", "0.6", "--costs", COSTS)
    made = broker(*ASKED, "--results", "0.6", "--costs", COSTS, "--json")
    assert words.code == 0
    for case in ("low", "central", "high"):
        found = total(made, case)
        assert f"£{pence(found['income']) / 100:,.2f}" in words.out
        assert pence(found["margin"]) == (
            pence(found["income"]) - pence(found["training"]) - pence(found["own_costs"])
        )
    assert "Break-even over the whole term" in words.out


def test_places_homes_requirements_and_cases_are_the_ones_asked_for(broker: Broker) -> None:
    answer = broker(
        *ASKED, "--provider", "P2", "--places", "14", "--homes", "3", "--require", "one_to_one=14",
        "--low-occupancy", "0.5", "--high-occupancy", "1", "--json",
    )  # fmt: skip
    made = json.loads(answer.out)
    assert (made["provider"], made["places"], made["homes"]) == ("P2", 14, 3)
    assert made["guaranteed_places"] == "62/5"
    assert made["requirements"] == {"one_to_one": "14"}
    assert [case["occupancy"] for case in made["cases"].values()] == ["0.5", "0.85", "1"]
    assert [case["results_achieved"] for case in made["cases"].values()] == ["0", "0", "1"]
    assert "requirements.one_to_one" in made["cases"]["low"]["total"]["amounts"]


def test_without_results_given_none_are_counted_and_that_is_said(broker: Broker) -> None:
    made = json.loads(broker(*ASKED, "--json").out)
    assert made["cases"]["central"]["total"]["amounts"]["results"] == "0.00"
    assert "No achieved share was given (--results)" in broker(*ASKED).out


def test_a_chart_and_a_workbook_are_written_with_the_figures_of_the_forecast(
    broker: Broker,
) -> None:
    answer = broker(*ASKED, "--costs", COSTS, "--chart", "f.svg", "--workbook", "f.xlsx", "--json")
    assert answer.err == "Written to f.svg\nWritten to f.xlsx\n"
    income = pence(total(answer)["income"])
    described = ElementTree.parse("f.svg").getroot()[1].text
    assert described is not None
    assert f"£{income / 100:,.2f}" in described
    book = openpyxl.load_workbook("f.xlsx")
    assert book.sheetnames == [
        "Cases", "Years, low", "Years, central", "Years, high",
        "Months, low", "Months, central", "Months, high", "Sources", "Assumptions",
    ]  # fmt: skip
    page = book["Months, central"]
    rows = list(page.iter_rows(values_only=True))
    header = rows.index(next(row for row in rows if row[0] == "Month"))
    column = rows[header].index("Income")
    months = rows[header + 1 : -1]
    assert len(months) == 96
    assert [row[column] for row in months] == [
        float(month["income"]) for month in json.loads(answer.out)["cases"]["central"]["months"]
    ]
    assert rows[-1][0] == "all"
    assert rows[-1][column] == income / 100
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}


@pytest.mark.thorough
def test_two_runs_write_the_same_bytes(broker: Broker) -> None:
    for name in ("one", "two"):
        wanted = ("--chart", f"{name}.svg", "--workbook", f"{name}.xlsx")
        assert broker(*ASKED, "--costs", COSTS, *wanted).code == 0
    for ending in ("svg", "xlsx"):
        assert Path(f"one.{ending}").read_bytes() == Path(f"two.{ending}").read_bytes()


def test_a_contract_named_like_a_formula_stays_text_in_the_workbook(broker: Broker) -> None:
    wicked = "=HYPERLINK(A1)"
    text = SPOT.read_text(encoding="utf-8").replace("Spot purchase, one home", wicked)
    Path("c.toml").write_text(text, encoding="utf-8")
    answer = broker(
        "forecast", "c.toml", "--occupancy", "1", "--mix", "low=1", "--places", "2",
        "--workbook", "f.xlsx", "--chart", "f.svg",
    )  # fmt: skip
    assert answer.code == 0
    book = openpyxl.load_workbook("f.xlsx")
    found = [
        cell for sheet in book for row in sheet.iter_rows() for cell in row
        if str(cell.value).startswith(wicked)
    ]  # fmt: skip
    assert len(found) == len(book.sheetnames)
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in found)


def test_everything_wrong_in_options_contract_and_costs_is_said_at_once(broker: Broker) -> None:
    Path("costs.toml").write_text('name = "M"\n[uplift]\npercent = 3\n', encoding="utf-8")
    Path("c.toml").write_text(
        BLOCK.read_text(encoding="utf-8").replace("places = 35", "places = 34"), encoding="utf-8"
    )
    answer = broker(
        "forecast", "c.toml", "--occupancy", "85%", "--mix", "low=.2,low=.8,vast=1",
        "--results", "2", "--require", "one_to_one=lots", "--costs", "costs.toml",
        "--workbook", "f.xlsx",
    )  # fmt: skip
    assert answer.code == 2
    assert answer.out == ""
    assert not Path("f.xlsx").exists()
    for words in (
        'forecast, --occupancy: bad value: "85%"; allowed: a share from 0 to 1, such as 0.85',
        'forecast, --mix: bad value: "low=.8"; allowed: BAND=SHARE',
        'forecast, --mix: bad value: "vast=1"',
        'forecast, --results: bad value: "2"',
        'forecast, --require: bad value: "one_to_one=lots"',
        "c.toml, shares: wrong sum",
        "costs.toml, uplift.percent: bad value",
        "costs.toml, costs: missing key",
    ):
        assert words in answer.err
    assert "wrong sum: shares that sum to exactly" not in answer.err


def test_what_the_contract_forbids_is_said_beside_what_cannot_be_read(broker: Broker) -> None:
    answer = broker(
        "forecast", SPOT, "--occupancy", "x", "--mix", "low=.2", "--results", "0.5",
        "--low-occupancy", "0.3", "--provider", "P1",
    )  # fmt: skip
    assert answer.code == 2
    for option in ("--occupancy", "--mix", "--results", "--provider", "--places"):
        assert f"forecast, {option}: " in answer.err
    assert "--low-occupancy" not in answer.err


@pytest.mark.parametrize("option", ["--occupancy", "--mix"])
def test_what_cannot_be_guessed_must_be_given(broker: Broker, option: str) -> None:
    left = {"--occupancy": ("--mix", MIX), "--mix": ("--occupancy", "0.85")}[option]
    answer = broker("forecast", BLOCK, *left)
    assert answer.code == 2
    assert option in answer.err


def test_an_output_that_would_replace_an_input_is_refused_before_any_work(broker: Broker) -> None:
    Path("c.toml").write_bytes(BLOCK.read_bytes())
    answer = broker("forecast", "c.toml", *ASKED[2:], "--chart", "c.toml")
    assert answer.code == 2
    assert Path("c.toml").read_bytes() == BLOCK.read_bytes()
    answer = broker(*ASKED, "--chart", "same", "--workbook", "same")
    assert answer.code == 2
    assert not Path("same").exists()


def test_the_word_that_young_people_refused_is_in_no_output(broker: Broker) -> None:
    answer = broker(*ASKED, "--costs", COSTS, "--chart", "f.svg")
    refused = "b" + "ed"
    said = f"{answer.out} {Path('f.svg').read_text(encoding='utf-8')}".lower().split()
    assert refused not in said
    assert f"{refused}s" not in said
