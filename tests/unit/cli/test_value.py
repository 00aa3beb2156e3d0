"""The commands that ask whether money is well spent, and the pages that show them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from broker.cli import main
from tests.unit.cli.conftest import CONTRACTS, Broker

ROOT = Path(__file__).parents[3]
VALUE = ROOT / "docs" / "examples" / "value"
BLOCK, SPOT = CONTRACTS / "block.toml", CONTRACTS / "spot.toml"
LEDGER = CONTRACTS / "ledger.csv"
OCTOBER = ("--from", "2026-10-01", "--to", "2026-11-01")

SHOWN = re.compile(r"```text\n\$ broker ([^\n]+)\n(.*?)\n```", re.DOTALL)
PAGES = ("value.md", "savings.md")
COMMANDS = [
    (page, found[1], found[2])
    for page in PAGES
    for found in SHOWN.finditer((ROOT / "docs" / page).read_text(encoding="utf-8"))
]


def test_the_pages_show_every_command_they_are_about() -> None:
    assert {command.split()[0] for _, command, _ in COMMANDS} == {
        "value", "parity", "savings", "prices"
    }  # fmt: skip
    used = " ".join(command for _, command, _ in COMMANDS)
    files = [path for path in VALUE.iterdir() if path.is_file()]
    assert len(files) == 8
    assert [path for path in files if str(path.relative_to(ROOT)) not in used] == []


@pytest.mark.parametrize(("page", "command", "shown"), COMMANDS)
def test_every_command_on_the_pages_prints_what_they_show(
    page: str,
    command: str,
    shown: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(ROOT)
    assert main(command.split()) == 0
    said = capsys.readouterr().out.rstrip("\n")
    # A line of three dots stands for lines left out.
    parts = [re.escape(part) for part in f"\n{shown}\n".split("\n...\n")]
    assert re.fullmatch(r"\n(?:.*\n)?".join(parts), f"\n{said}\n", re.DOTALL), (page, said)


def test_the_form_of_spot_fees_and_index_on_the_page_is_the_example() -> None:
    page = (ROOT / "docs" / "value.md").read_text(encoding="utf-8")
    for line in (VALUE / "spot-fees.toml").read_text(encoding="utf-8").splitlines():
        assert line in page


def test_value_in_words_and_in_json_come_from_the_same_figures(broker: Broker) -> None:
    asked = ("value", BLOCK, "--ledger", LEDGER, *OCTOBER, "--spot", SPOT)
    answer = broker(*asked, "--json")
    assert answer.code == 0
    made = json.loads(answer.out)
    stated = json.loads(broker("statement", BLOCK, "--ledger", LEDGER, *OCTOBER, "--json").out)
    assert made["whole"]["total"] == stated["total"]
    assert {code: part["total"] for code, part in made["boroughs"].items()} == {
        code: part["total"] for code, part in stated["boroughs"].items()
    }
    assert made["whole"]["saving"] is None
    # 11 days of a low placement at 5,100.00 are all that SPOT-7 can price.
    assert made["whole"]["spot_known"] == "8014.29"
    assert "£8,014.29 at spot" in broker(*asked).out


def test_without_spot_prices_the_block_side_is_still_shown(broker: Broker) -> None:
    answer = broker("value", BLOCK, "--ledger", LEDGER, *OCTOBER)
    assert answer.code == 0
    assert "no spot prices were given" in answer.out


def test_everything_wrong_in_every_file_of_value_is_said_at_once(broker: Broker) -> None:
    Path("fees.toml").write_text('name = "x"\n', encoding="utf-8")
    Path("ledger.csv").write_text("placement_id\n", encoding="utf-8")
    answer = broker("value", BLOCK, "--ledger", "ledger.csv", *OCTOBER, "--spot-fees", "fees.toml")
    assert answer.code == 2
    assert answer.out == ""
    assert "fees.toml, source: missing key" in answer.err
    assert "ledger.csv, row 1, column band: missing column" in answer.err


def test_a_block_is_no_spot_contract_and_a_spot_contract_no_block(broker: Broker) -> None:
    wrong = broker("value", BLOCK, "--ledger", LEDGER, *OCTOBER, "--spot", BLOCK)
    assert wrong.code == 2
    assert 'block.toml, kind: bad value: "block"; allowed: "spot"' in wrong.err
    Path("ledger.csv").write_text(LEDGER.read_text(encoding="utf-8").split("\n")[0] + "\n")
    wrong = broker("value", SPOT, "--ledger", "ledger.csv", *OCTOBER)
    assert wrong.code == 2
    assert 'spot.toml, kind: bad value: "spot"; allowed: "block"' in wrong.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--ledger", LEDGER, "--from", "2026-10-01"), "--ledger needs --from and --to."),
        (("--ledger", LEDGER, *OCTOBER, "--case", "c"), "--case goes with --plan"),
        (("--plan", "p.json"), "--plan needs --case"),
        (("--plan", "p.json", "--case", "c", "--to", "2026-10-01"), "--to goes with --ledger"),
        (("--plan", "p.json", "--case", "c", "--results", "r"), "--results goes with --ledger"),
        ((), "one of the arguments --ledger --plan is required"),
    ],
)
def test_options_of_value_that_do_not_go_together_are_refused(
    options: tuple[object, ...], said: str, broker: Broker
) -> None:
    answer = broker("value", BLOCK, *options)
    assert answer.code == 2
    assert said in answer.err


def test_a_plan_is_compared_over_a_week_and_adds_what_the_weeks_differ_by(
    broker: Broker, small: Path
) -> None:
    assert broker("match", small, "--out", "plan.json").code == 0
    plan = json.loads(Path("plan.json").read_text(encoding="utf-8"))
    homes = sorted({placement["home_id"] for placement in plan["placements"]})
    text = (VALUE / "block.toml").read_text(encoding="utf-8")
    Path("block.toml").write_text(
        text.replace('P1 = ["SC990001", "SC990002"]', f"P1 = {json.dumps(homes)}"), encoding="utf-8"
    )
    asked = ("value", "block.toml", "--plan", "plan.json", "--case", small)
    answer = broker(*asked, "--spot", VALUE / "spot.toml", "--json")
    assert answer.code == 0
    made = json.loads(answer.out)
    assert [each["referral_id"] for each in made["proposals"]] == sorted(
        placement["referral_id"] for placement in plan["placements"]
    )
    fees = {each["referral_id"]: each["weekly_fee"] for each in plan["placements"]}
    assert {each["referral_id"]: each["plan_fee"] for each in made["proposals"]} == fees
    spots = [pence(each["spot"]) for each in made["proposals"]]
    assert pence(made["adds"]["spot"]) == sum(spots) > 0
    of_boroughs = [pence(part["block"]) for part in made["adds"]["boroughs"].values()]
    assert pence(made["adds"]["block"]) == sum(of_boroughs)
    assert "What the plan adds a week" in broker(*asked).out


def pence(pounds: str) -> int:
    return int(pounds.replace(".", ""))


def test_a_plan_of_another_case_is_refused(broker: Broker, small: Path, region: Path) -> None:
    assert broker("match", small, "--out", "plan.json").code == 0
    answer = broker("value", region / "contract.toml", "--plan", "plan.json", "--case", region)
    assert answer.code == 2
    assert "violation" in answer.err


def test_parity_takes_tables_and_contracts_together(broker: Broker) -> None:
    Path("paid.csv").write_text(
        "borough,home_id,provider,band,from,to,weekly_fee,source\n"
        "E09000012,SC990001,P1,medium,2026-10-01,,6450.00,an invoice\n",
        encoding="utf-8",
    )
    asked = ("parity", "paid.csv", "--contract", BLOCK, "--ledger", LEDGER)
    answer = broker(*asked, "--to", "2027-01-01", "--json")
    assert answer.code == 0
    (found,) = json.loads(answer.out)["deviations"]
    assert (found["dearer"]["file"], found["cheaper"]["file"]) == ("paid.csv", "ledger.csv")
    # From the re-banding of 12 October to the new year: 81 days at 450.00 a week.
    assert (found["from"], found["days"]) == ("2026-10-12", 81)
    assert (found["weekly_difference"], found["total_difference"]) == ("450.00", "5207.14")
    assert "1 deviation:" in broker(*asked, "--to", "2027-01-01").out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "Name a PAID.csv"),
        (("--contract", BLOCK), "--contract 1 times, --ledger 0 times"),
        (("paid.csv",), "paid.csv: file: cannot be read"),
        (
            (VALUE / "paid.csv", "--from", "2027-01-01", "--to", "2026-01-01"),
            "parity, to: wrong order: 2026-01-01",
        ),
        (("--contract", SPOT, "--ledger", LEDGER), "ledger.csv, row 2, column home_id: unknown"),
    ],
)
def test_what_is_wrong_with_a_question_of_parity_is_said(
    options: tuple[object, ...], said: str, broker: Broker
) -> None:
    answer = broker("parity", *options)
    assert answer.code == 2
    assert said in answer.err


def test_the_register_of_the_page_keeps_both_numbers_of_the_published_case(broker: Broker) -> None:
    answer = broker("savings", VALUE / "savings.toml", "--json")
    assert answer.code == 0
    made = json.loads(answer.out)
    (ratio,) = made["quoted_ratios"]
    assert ratio["id"] == "westminster-family-recovery"
    assert (ratio["quoted"], ratio["own"], ratio["agrees"]) == ("2.10", "2.05", False)
    assert (ratio["benefit"], ratio["cost"]) == ("2000000.00", "975000.00")
    assert {entry["id"] for entry in made["not_yet"]} == {
        "trained-homes",
        "westminster-family-recovery",
    }


def test_a_register_with_errors_gives_no_total(broker: Broker) -> None:
    Path("savings.toml").write_text('title = "x"\n[[savings]]\nid = "a"\n', encoding="utf-8")
    answer = broker("savings", "savings.toml")
    assert (answer.code, answer.out) == (2, "")
    assert "savings[1].what: missing key" in answer.err
    assert "savings[1].kind: missing key" in answer.err


def test_published_prices_in_json_have_source_and_year_and_no_adjustment(broker: Broker) -> None:
    made = json.loads(broker("prices", "--json").out)
    assert len(made["prices"]) == 28
    assert all(price["source"] or price["assumption"] for price in made["prices"])
    assert all(price["adjusted"] is None for price in made["prices"])
    assert (made["index"], made["contract"]) == (None, None)
    asked = ("prices", BLOCK, "--day", "2027-04-01", "--index", VALUE / "index.toml")
    made = json.loads(broker(*asked, "--to-year", "2026-27", "--json").out)
    assert made["index"]["name"] == "Invented index"
    assert made["contract"]["fees"]["low"] == "4626.00"
    hackney = next(price for price in made["prices"] if price["id"] == "hackney-block-2025")
    # 8,149 × 108.2 / 104.7 = 8,421.4
    assert (hackney["value"], hackney["adjusted"]) == ("8149", "8421")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--index", VALUE / "index.toml"), "--index and --to-year go together."),
        (("--to-year", "2026-27"), "--index and --to-year go together."),
        (("--day", "2026-10-01"), "--day is for a contract's fees"),
        ((BLOCK, "--day", "2036-10-01"), "prices, day: outside the term: 2036-10-01"),
        (
            ("--index", VALUE / "index.toml", "--to-year", "2030"),
            'index.toml, --to-year: unknown year: "2030"; allowed: 2011, 2014-15, 2019,',
        ),
        (("none.toml", "--index", "no.toml", "--to-year", "2030"), "none.toml: file: cannot"),
        (("none.toml", "--index", "no.toml", "--to-year", "2030"), "no.toml: file: cannot"),
    ],
)
def test_what_is_wrong_with_a_question_of_prices_is_said(
    options: tuple[object, ...], said: str, broker: Broker
) -> None:
    answer = broker("prices", *options)
    assert answer.code == 2
    assert said in answer.err
