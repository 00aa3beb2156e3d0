import csv
from pathlib import Path
from typing import Any

import pytest

from matching.exchange import read_case
from matching.pairsfile import PAIRS_COLUMNS, pairs_csv
from tests.oracle.pairs import all_pairs
from tests.oracle.read import read_case as read_case_again
from tests.strategies import random_case, write_case
from tests.unit.cli.conftest import SMALL, Broker


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines()))


def as_written(key: tuple[str, str], pair: Any) -> dict[str, str]:
    tenths, fee = pair["tenths"], pair["known_fee"]
    return {
        "referral_id": key[0],
        "home_id": key[1],
        "eligible": "Y" if pair["eligible"] else "N",
        "failed": ";".join(pair["failed"]),
        "distance_miles": "" if tenths is None else f"{tenths / 10:.1f}",
        "area": pair["area"],
        "weekly_fee": "" if fee is None else f"{fee / 100:.2f}",
        "total": str(pair["total"]),
        **{_column(name): str(points) for name, points in pair["points"].items()},
    }


def _column(component: str) -> str:
    return "area_points" if component == "area" else component


@pytest.mark.parametrize("seed", range(25))
def test_every_pair_is_judged_and_priced_as_a_second_reading_does(
    tmp_path: Path, seed: int
) -> None:
    write_case(random_case(seed, referrals=9, homes=7, policy="random"), tmp_path)
    written = rows_of("".join(pairs_csv(read_case(tmp_path))))
    expected = [as_written(key, pair) for key, pair in all_pairs(read_case_again(tmp_path)).items()]
    by_key = [(row["referral_id"], row["home_id"]) for row in written]
    assert by_key == sorted(by_key)
    assert written == sorted(expected, key=lambda row: (row["referral_id"], row["home_id"]))
    only = rows_of("".join(pairs_csv(read_case(tmp_path), eligible_only=True)))
    assert only == [row for row in written if row["eligible"] == "Y"]


def test_the_worked_pairs_are_written_as_they_were_worked_by_hand(
    broker: Broker, small: Path
) -> None:
    assert broker("match", small, "--pairs", "pairs.csv").code == 0
    rows = rows_of(Path("pairs.csv").read_text(encoding="utf-8"))
    pairs = {(row["referral_id"], row["home_id"]): row for row in rows}
    assert tuple(rows[0]) == PAIRS_COLUMNS
    assert len(set(PAIRS_COLUMNS)) == len(PAIRS_COLUMNS)
    assert len(pairs) == len(rows) == 8
    ash, birch = "SC990001", "SC990002"
    assert pairs["A", ash]["total"] == "17"
    assert pairs["A", ash]["distance_miles"] == "1.4"
    assert pairs["A", birch]["failed"] == "R05"
    assert pairs["B", ash]["failed"] == "R06;R15"
    assert pairs["C", ash]["area"] == "distant"
    assert pairs["C", ash]["area_points"] == "15"
    assert pairs["D", birch]["distance_miles"] == ""
    assert pairs["D", birch]["age"] == "27"
    assert [key for key, row in pairs.items() if row["eligible"] == "Y"] == [
        ("A", ash), ("B", birch), ("C", ash), ("D", birch),
    ]  # fmt: skip


def test_a_referral_by_hand_has_pairs_without_codes_and_none_eligible(tmp_path: Path) -> None:
    header, *rows = (SMALL / "referrals.csv").read_text(encoding="utf-8").splitlines()
    folder = tmp_path / "case"
    folder.mkdir()
    for file in SMALL.glob("*.*"):
        (folder / file.name).write_bytes(file.read_bytes())
    dol = ["Y" if row.startswith("B,") else "" for row in rows]
    lines = [f"{row},{mark}" for row, mark in zip(rows, dol, strict=True)]
    (folder / "referrals.csv").write_text("\n".join([f"{header},dol", *lines]), encoding="utf-8")
    written = rows_of("".join(pairs_csv(read_case(folder))))
    own = [row for row in written if row["referral_id"] == "B"]
    assert [(row["eligible"], row["failed"]) for row in own] == [("N", ""), ("N", "")]
    assert own[1]["total"] == "2"


def test_only_eligible_pairs_are_written_when_asked(broker: Broker, small: Path) -> None:
    assert broker("match", small, "--pairs", "p.csv", "--eligible-only").code == 0
    rows = rows_of(Path("p.csv").read_text(encoding="utf-8"))
    assert [row["eligible"] for row in rows] == ["Y"] * 4


def test_above_the_limit_only_eligible_pairs_may_be_asked_for(
    broker: Broker, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("broker.commands.match_command.MOST_PAIRS", 7)
    refused = broker("match", small, "--pairs", "p.csv", "--out", "plan.json")
    assert refused.code == 2
    assert "8 pairs" in refused.err
    assert "--eligible-only" in refused.err
    assert not Path("p.csv").exists()
    assert not Path("plan.json").exists()
    assert broker("match", small, "--pairs", "p.csv", "--eligible-only").code == 0


def test_a_million_pairs_is_the_limit_of_the_contract() -> None:
    from matching.pairsfile import MOST_PAIRS

    assert MOST_PAIRS == 1_000_000


def test_eligible_only_without_pairs_is_refused(broker: Broker, small: Path) -> None:
    assert broker("match", small, "--eligible-only").code == 2
