"""Bills, adjustments and months on the command line: a loop that ends with nothing to adjust."""

import contextlib
import io
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from broker.cli import main
from broker.commands import billing
from matching.tables import table_text
from pricing.money import decimal_text
from pricing.tables import AVAILABILITY_COLUMNS, RESULTS_COLUMNS
from tests.unit.cli.conftest import CONTRACTS, Broker, ledger_text
from tests.unit.pricing.rebanding import Correction, corrections

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "docs" / "examples" / "billing"
BLOCK = CONTRACTS / "block.toml"
LEDGER = CONTRACTS / "ledger.csv"
OCTOBER = ("--from", "2026-10-01", "--to", "2026-11-01")
TABLES = (
    "--availability", CONTRACTS / "availability.csv", "--results", CONTRACTS / "results.csv",
)  # fmt: skip


def pence(text: str) -> int:
    return int(Decimal(text) * 100)


def test_the_documented_example_is_what_the_commands_write_and_print(broker: Broker) -> None:
    for file in EXAMPLES.iterdir():
        if file.name not in ("billed.csv", "adjustments.csv"):
            shutil.copy(file, file.name)
    billed = broker(
        "statement", "contract.toml", "--ledger", "ledger.csv",
        "--from", "2026-09-01", "--to", "2026-11-01",
        "--by-month", "--bill", "billed.csv", "--issued", "2026-11-03",
    )  # fmt: skip
    asked = ("adjust", "contract.toml", "--ledger", "ledger-reviewed.csv")
    adjusted = broker(
        *asked, "--billed", "billed.csv", "--out", "adjustments.csv", "--issued", "2026-11-10"
    )
    assert (billed.code, adjusted.code) == (0, 0)
    for name in ("billed.csv", "adjustments.csv"):
        assert Path(name).read_bytes() == (EXAMPLES / name).read_bytes(), name
    page = (ROOT / "docs" / "billing.md").read_text(encoding="utf-8")
    assert f"```text\n{adjusted.out}```" in page
    again = broker(*asked, "--billed", "billed.csv", "--billed", "adjustments.csv")
    assert "Nothing to adjust: what was billed is what is due." in again.out
    assert "invented" in page


def test_rows_put_below_those_of_a_bill_count_as_billed(broker: Broker) -> None:
    rows = (EXAMPLES / "adjustments.csv").read_text(encoding="utf-8").partition("\n")[2]
    Path("all.csv").write_text(
        (EXAMPLES / "billed.csv").read_text(encoding="utf-8") + rows, encoding="utf-8"
    )
    answer = broker(
        "adjust", EXAMPLES / "contract.toml", "--billed", "all.csv",
        "--ledger", EXAMPLES / "ledger-reviewed.csv", "--json",
    )  # fmt: skip
    made = json.loads(answer.out)
    assert (made["lines"], made["difference"]) == ([], "0.00")


def test_a_bill_adds_up_to_its_statement_and_an_unchanged_ledger_adjusts_nothing(
    broker: Broker,
) -> None:
    stated = broker(
        "statement", BLOCK, "--ledger", LEDGER, *OCTOBER, *TABLES, "--bill", "bill.csv", "--json"
    )
    assert "rows written to bill.csv" in stated.err
    made = json.loads(stated.out)
    answer = broker("adjust", BLOCK, "--billed", "bill.csv", "--ledger", LEDGER, *TABLES, "--json")
    adjusted = json.loads(answer.out)
    assert adjusted["lines"] == []
    assert adjusted["billed"] == adjusted["due"] == made["total"]
    assert adjusted["compared"] == ["placements", "voids", "results"]
    assert {code: each["billed"] for code, each in adjusted["boroughs"].items()} == {
        code: charge["total"] for code, charge in made["boroughs"].items()
    }


def test_what_was_left_out_is_said_in_words_and_in_json(broker: Broker) -> None:
    broker("statement", BLOCK, "--ledger", LEDGER, *OCTOBER, "--bill", "bill.csv")
    asked = ("adjust", BLOCK, "--billed", "bill.csv", "--ledger", LEDGER)
    assert json.loads(broker(*asked, "--json").out)["not_compared"] == ["voids", "results"]
    assert "Voids were not worked out again" in broker(*asked).out


@pytest.mark.parametrize("command", ["statement", "adjust"])
def test_what_was_billed_is_never_written_over(broker: Broker, command: str) -> None:
    Path("old.csv").write_text("kept", encoding="utf-8")
    asked: tuple[object, ...] = ("statement", BLOCK, "--ledger", LEDGER, *OCTOBER, "--bill")
    if command == "adjust":
        broker(*asked, "bill.csv")
        asked = ("adjust", BLOCK, "--billed", "bill.csv", "--ledger", LEDGER, "--out")
    answer = broker(*asked, "old.csv")
    assert (answer.code, answer.out) == (2, "")
    assert "old.csv: is there already, and what was billed is never rewritten" in answer.err
    assert Path("old.csv").read_text(encoding="utf-8") == "kept"
    Path("empty.csv").touch()
    assert broker(*asked, "empty.csv").code == 0


def test_an_adjustment_has_the_next_number_and_none_that_was_billed(broker: Broker) -> None:
    shutil.copytree(EXAMPLES, "examples")
    asked = (
        "adjust", "examples/contract.toml", "--billed", "examples/billed.csv",
        "--billed", "examples/adjustments.csv", "--ledger", "examples/ledger.csv",
    )  # fmt: skip
    taken = broker(*asked, "--out", "back.csv", "--id", "EXAMPLE-BLOCK-A1")
    assert (taken.code, Path("back.csv").exists()) == (2, False)
    assert "is billed already; name a number that is not" in taken.err
    assert broker(*asked, "--out", "back.csv").code == 0
    rows = Path("back.csv").read_text(encoding="utf-8").splitlines()
    assert [row.split(",")[0] for row in rows[1:]] == ["EXAMPLE-BLOCK-A2"] * 4
    named = broker(*asked, "--out", "named.csv", "--id", " CREDIT 7 ")
    assert named.code == 0
    assert b"CREDIT 7," in Path("named.csv").read_bytes()


@pytest.mark.parametrize("text", [" ", "A\nB", "x" * 201])
def test_a_number_that_no_table_could_hold_is_refused(broker: Broker, text: str) -> None:
    answer = broker("statement", BLOCK, "--ledger", LEDGER, *OCTOBER, "--id", text)
    assert answer.code == 2
    assert "allowed: up to 200 letters and digits, not blank" in answer.err


def test_a_number_or_day_of_issue_without_a_file_to_write_is_refused(broker: Broker) -> None:
    answer = broker("statement", BLOCK, "--ledger", LEDGER, *OCTOBER, "--issued", "2026-11-03")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err == "--id and --issued are for what --bill writes; name a file.\n"


def test_one_number_is_not_given_to_the_bills_of_many_months(broker: Broker) -> None:
    answer = broker(
        "statement", BLOCK, "--ledger", LEDGER, *OCTOBER, "--by-month", "--bill", "b.csv",
        "--id", "B1",
    )  # fmt: skip
    assert (answer.code, Path("b.csv").exists()) == (2, False)
    assert "--id names one bill" in answer.err


def test_a_bill_is_issued_today_unless_another_day_is_given(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Clock:
        @staticmethod
        def date() -> date:
            return date(2031, 5, 6)

    monkeypatch.setattr(billing, "now", Clock)
    broker("statement", BLOCK, "--ledger", LEDGER, *OCTOBER, "--bill", "bill.csv", "--id", "B1")
    assert Path("bill.csv").read_text(encoding="utf-8").splitlines()[1].startswith("B1,2031-05-06,")


def test_everything_wrong_with_an_adjustment_is_said_at_once_and_nothing_written(
    broker: Broker,
) -> None:
    text = (EXAMPLES / "billed.csv").read_text(encoding="utf-8")
    Path("billed.csv").write_text(
        text.replace("fee,2026-09-07", "pond,2026-09-07").replace("1172.57", "lots"),
        encoding="utf-8",
    )
    Path("ledger.csv").write_text("placement_id,band\nPL1,huge\n", encoding="utf-8")
    answer = broker(
        "adjust", BLOCK, "--billed", "billed.csv", "--ledger", "ledger.csv", "--out", "a.csv"
    )
    assert (answer.code, answer.out, Path("a.csv").exists()) == (2, "", False)
    assert 'billed.csv, row 2, column what: unknown code: "pond"' in answer.err
    assert 'billed.csv, row 3, column amount: bad value: "lots"' in answer.err
    assert "ledger.csv, row 1, column borough: missing column" in answer.err


def test_a_year_by_month_adds_up_for_every_borough_and_heading(broker: Broker) -> None:
    asked = (
        "statement", BLOCK, "--ledger", LEDGER, "--from", "2026-04-01", "--to", "2027-04-01",
        *TABLES, "--by-month",
    )  # fmt: skip
    made = json.loads(broker(*asked, "--json").out)
    assert len(made["months"]) == 12
    for code, whole in made["whole"]["boroughs"].items():
        difference = made["difference"]["boroughs"][code]
        for heading in ("placements", "voids", "results", "total"):
            months = sum(pence(month["boroughs"][code][heading]) for month in made["months"])
            other = pence(difference["result_rows"]) if heading == "results" else 0
            assert pence(whole[heading]) == months + pence(difference[heading]) + other
    plain = json.loads(broker(*asked[:-1], "--json").out)
    assert made["whole"] == plain
    said = broker(*asked).out
    assert "sum of months" in said
    assert "other result rows" in said


@contextlib.contextmanager
def written(case: Correction) -> Iterator[Path]:
    """The case as files in a folder of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "contract.toml").write_text(case.text, encoding="utf-8")
        for file, ledger in (("before", case.before), ("after", case.after)):
            (folder / f"{file}.csv").write_text(ledger_text(ledger), encoding="utf-8")
        outs = [
            [row.home_id, str(row.start), str(row.end), str(row.places), row.side, row.reason]
            for row in case.availability
        ]
        text = table_text(AVAILABILITY_COLUMNS, outs)
        (folder / "availability.csv").write_text(text, encoding="utf-8")
        results = [
            [
                row.code, str(row.start), str(row.end),
                decimal_text(row.achieved), row.evidence, "Y", "PR1",
            ]
            for row in case.results
        ]  # fmt: skip
        text = table_text(RESULTS_COLUMNS, results)
        (folder / "results.csv").write_text(text, encoding="utf-8")
        here = Path.cwd()
        os.chdir(folder)
        try:
            yield folder
        finally:
            os.chdir(here)


def ran(*words: object) -> Any:
    """What a command answers in JSON."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        assert main([str(word) for word in (*words, "--json")]) == 0
    return json.loads(out.getvalue())


FILES = ("--availability", "availability.csv", "--results", "results.csv")


@settings(max_examples=25, deadline=None)
@given(corrections())
def test_bill_plus_adjustment_equals_the_bill_of_the_true_bands_through_the_commands(
    case: Correction,
) -> None:
    with written(case):
        bills, true = [], []
        for number, (start, end) in enumerate(case.periods):
            period = ("contract.toml", "--from", start, "--to", end, *FILES, "--ledger")
            ran("statement", *period, "before.csv", "--bill", f"bill{number}.csv")
            bills += ["--billed", f"bill{number}.csv"]
            true.append(ran("statement", *period, "after.csv"))
        same = ran("adjust", "contract.toml", *bills, *FILES, "--ledger", "before.csv")
        assert (same["lines"], same["difference"]) == ([], "0.00")
        ask = ("adjust", "contract.toml", *FILES, "--ledger", "after.csv", *bills)
        made = ran(*ask, "--out", "adjustments.csv")
        again = ran(*ask, "--billed", "adjustments.csv")
        assert (again["lines"], again["difference"]) == ([], "0.00")
    codes = {code for statement in true for code in statement["boroughs"]}
    for code in codes | set(again["boroughs"]):
        wanted = sum(
            pence(statement["boroughs"][code]["total"])
            for statement in true
            if code in statement["boroughs"]
        )
        nothing = {"due": "0.00", "billed": "0.00"}
        assert pence(made["boroughs"].get(code, nothing)["due"]) == wanted
        assert pence(again["boroughs"].get(code, nothing)["billed"]) == wanted
