"""`broker capacity simulate` from files to report: stopped, gone on with, refused."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from broker.capacity.record import ELSEWHERE, ENDINGS, IN_BOROUGH, Replication
from broker.capacity.simulation.store import read_replications
from broker.cli import main
from broker.sample.folder import write_files
from broker.sample.generate import generate
from tests.integration.simulation.terminal import seen_in_a_terminal
from tests.integration.simulation.worlds import demand

BANDS = ("low", "medium", "high", "specialist")
WRITTEN = {
    "figures.json", "figures.csv", "definitions.csv", "assumptions.csv", "void-years.csv",
    "figures.xlsx", "report.html", "run.json",
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made: Path = tmp_path_factory.mktemp("inputs")
    write_files(made / "case", generate(12, 9, 1))
    (made / "demand.json").write_text(json.dumps(demand()), encoding="utf-8")
    fees = "".join(f'{band} = "{fee}"\n' for band, fee in zip(BANDS, FEES, strict=True))
    text = (
        'name = "invented"\nsource = "a test"\nfrom = 2026-04-01\nto = 2036-04-01\n'
        f'requirements = "included"\n[fees]\n{fees}'
    )
    (made / "fees.toml").write_text(text, encoding="utf-8")
    return made


Figures = dict[str, Any]
FEES = ("5000.00", "6000.00", "8000.00", "11000.00")


def words(folder: Path, out: Path, *more: str) -> list[str]:
    return [
        "capacity", "simulate", str(folder / "case"), "--demand", str(folder / "demand.json"),
        "--contract", str(folder / "case" / "contract.toml"), "--out", str(out), *more,
    ]  # fmt: skip


def program(words: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "broker.cli", *words]


def row(figures: Figures, name: str) -> dict[str, Any]:
    own = [r for r in figures["figures"] if r["figure"] == name and r["by"] == r["year"] == "all"]
    assert len(own) == 1
    found: dict[str, Any] = own[0]
    return found


def test_files_in_figures_and_report_out(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    asked = words(folder, out, "--weeks", "60", "--spot-fees", str(folder / "fees.toml"),
                  "--results-achieved", "50", "--void-limit", "100000")  # fmt: skip
    assert main([*asked, "--replications", "4"]) == 0
    told = capsys.readouterr().out
    assert "4 simulated runs of 60 weeks from 2026-04-06" in told
    assert "void limit: £100,000.00 a year" in told
    assert "decline percent: 6 of pairs that rules allow" in told
    assert "seed 0, are in" in told
    assert {path.name for path in out.iterdir()} > WRITTEN
    figures = json.loads((out / "figures.json").read_text())
    made = read_replications(out)
    assert figures["run"]["replications"] == len(made) == 4
    _same_as_counted_from_the_record(figures, made)
    before = {name: (out / name).read_bytes() for name in WRITTEN}
    assert main([*asked, "--replications", "4", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["figures"] == figures["figures"]
    assert answer["simulation"]["inputs"]["weeks"] == 60
    assert {name: (out / name).read_bytes() for name in WRITTEN} == before
    assert main([*asked, "--replications", "2"]) == 0
    assert json.loads((out / "figures.json").read_text())["run"]["replications"] == 2
    with (out / "assumptions.csv").open(encoding="utf-8-sig") as stream:
        assert any("fees.toml" in line["source"] for line in csv.DictReader(stream))


def _same_as_counted_from_the_record(figures: Figures, made: list[Replication]) -> None:
    """Local shares and the cost at spot, once more from the tables alone."""
    shares, spot = [], []
    for one in made:
        spells = one.spells
        moves = spells[(spells["where"] != -1) & (spells["start"] > 0)]
        placed = moves[(moves["local"] >= 0) | (moves["where"] == ELSEWHERE)]
        shares.append((placed["local"] == IN_BOROUGH).sum() / len(placed))
        block = spells[spells["block"] == 1]
        days = np.bincount(block["band"], block["end"] - block["start"], minlength=4)
        spot.append(sum(float(fee) * d for fee, d in zip(FEES, days, strict=True)) / 7)
        assert (moves["where"] == ELSEWHERE).any()
    told = row(figures, "in_borough")
    assert told["known_in"] == 4
    assert told["mean"] == pytest.approx(np.mean(shares), abs=1e-6)
    assert float(str(row(figures, "spot_same")["mean"])) == pytest.approx(np.mean(spot), rel=1e-4)
    assert row(figures, "block_cheaper")["mean"] is not None


def test_without_spot_prices_their_cost_is_unknown_and_bad_ones_are_refused_before_any_year(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = words(folder, tmp_path / "run", "--weeks", "4", "--replications", "1")
    assert main(asked) == 0
    assert "The same at spot: not known" in capsys.readouterr().out
    bad = tmp_path / "bad.toml"
    bad.write_text("kind = 7\n", encoding="utf-8")
    for option in ("--spot", "--spot-fees"):
        assert main([*words(folder, tmp_path / "no"), option, str(bad)]) == 2
        assert "bad.toml" in capsys.readouterr().err
        assert not (tmp_path / "no").exists()


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--results-achieved", "101", "a whole number from 0 to 100"),
        ("--void-limit", "-5", "pounds from 0"),
        ("--void-limit", "12.5", "pounds from 0, such as 250000.00"),
        ("--step-down", "half", "a whole number"),
    ],
)
def test_odd_shares_and_limits_are_refused_with_what_is_allowed(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str, value: str,
    said: str,
) -> None:  # fmt: skip
    assert main(words(folder, tmp_path / "run", option, value)) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_stays_step_down_at_six_to_nine_months_and_only_under_the_contract(
    folder: Path, tmp_path: Path
) -> None:
    found = {}
    for share in ("0", "100"):
        out = tmp_path / share
        asked = words(folder, out, "--weeks", "150", "--replications", "3", "--step-down", share)
        assert main(asked) == 0
        spells = np.concatenate([one.spells for one in read_replications(out)])
        stepped = spells[spells["ended"] == ENDINGS.index("step_down")]
        assert (stepped["block"] == 1).all()
        days = stepped["end"] - stepped["start"]
        assert ((days >= 182) & (days <= 275)).all()
        figures = json.loads((out / "figures.json").read_text())
        found[share] = len(stepped), row(figures, "same_home_12_months")["mean"]
        under = spells[(spells["block"] == 1) & (spells["start"] > 0)]
        assert (under["end"] - under["start"] > 275).any() == (share == "0")
    assert found["0"][0] == 0
    assert found["100"][0] > 30
    assert found["100"][1] < found["0"][1]


def test_a_folder_of_other_inputs_or_half_a_scenario_or_a_file_is_refused(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = words(folder, tmp_path / "run", "--weeks", "4", "--replications", "1")
    assert main(asked) == 0
    assert main([*asked, "--seed", "4"]) == 2
    assert "holds a run of other inputs (seed)" in capsys.readouterr().err
    assert main([*asked, "--scenario", "x.toml"]) == 2
    assert "Name both --scenario and --id" in capsys.readouterr().err
    assert main(words(folder, folder / "demand.json")) == 2
    assert "is a file; name a folder" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("run.json", b"{", "run.json is no JSON"),
        ("run.json", b"\xff\xfe", "run.json is no JSON"),
        ("run.json", b"[]", 'run.json has no "inputs"'),
        ("run.json", b'{"inputs": {}}', "holds a run of other inputs (case, contract"),
        ("batch-000000.npz", b"PK", "batch-000000.npz is no batch of replications"),
        ("batch-000000.npz", b"", "batch-000000.npz is no batch of replications"),
    ],
)
def test_a_folder_with_a_file_that_cannot_be_read_is_refused_and_left_alone(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, text: bytes,
    said: str,
) -> None:  # fmt: skip
    out = tmp_path / "run"
    asked = words(folder, out, "--weeks", "4", "--replications", "1")
    assert main(asked) == 0
    capsys.readouterr()
    (out / name).write_bytes(text)
    assert main(asked) == 2
    told = capsys.readouterr().err
    assert said in told
    assert str(out) in told
    assert "Nothing was done." in told
    assert (out / name).read_bytes() == text


@pytest.mark.parametrize("processes", ["1", "2"])
def test_an_interrupt_keeps_what_is_done_and_the_same_command_goes_on(
    folder: Path, tmp_path: Path, processes: str
) -> None:
    out = tmp_path / "run"
    asked = words(folder, out, "--weeks", "60", "--replications", "2000",
                  "--processes", processes)  # fmt: skip
    running = subprocess.Popen(
        program(asked), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    deadline = time.monotonic() + 240
    while len(list(out.glob("batch-*.npz"))) < 2:
        assert running.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.killpg(running.pid, signal.SIGINT)
    told, said = running.communicate(timeout=60)
    assert running.returncode == 130, said
    assert told == ""
    assert "Stopped; what is done is in" in said
    assert "Traceback" not in said
    kept = read_replications(out)
    assert 40 <= len(kept) < 2000
    assert not (out / "figures.json").exists()
    assert main([*asked[:-3], str(len(kept)), "--processes", "1"]) == 0
    again = tmp_path / "again"
    assert main(words(folder, again, "--weeks", "60", "--replications", str(len(kept)))) == 0
    for one, other in zip(read_replications(out), read_replications(again), strict=True):
        assert np.array_equal(one.spells, other.spells)
    assert (out / "figures.csv").read_bytes() == (again / "figures.csv").read_bytes()


def test_a_time_limit_reports_on_what_is_done_and_says_so(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = words(folder, tmp_path / "run", "--weeks", "4", "--replications", "50")
    assert main([*asked, "--time-limit", "0.0001"]) == 0
    told = capsys.readouterr()
    assert "The time limit came first; the same command goes on from here." in told.err
    assert "20 simulated runs of 4 weeks" in told.out


def test_a_terminal_sees_a_bar_that_fills(folder: Path, tmp_path: Path) -> None:
    asked = words(folder, tmp_path / "run", "--weeks", "200", "--replications", "400")
    shown = seen_in_a_terminal(program(asked))
    fills = [line for line in shown.split("\r") if "replications" in line and "[" in line]
    assert len({line.count("#") for line in fills}) > 2, shown[-500:]
    assert any("of 400 replications" in line for line in fills)
