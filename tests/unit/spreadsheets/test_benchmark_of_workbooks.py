"""What `make bench` measures workbooks on is a true case, and each way reads all of it."""

from __future__ import annotations

from pathlib import Path

from benchmarks.spreadsheets import made, ways
from matching.exchange import read_case


def test_the_workbook_measured_holds_the_whole_case(tmp_path: Path) -> None:
    referrals = made(tmp_path / "case", 2000)
    told = [do() for do in ways(tmp_path / "case", tmp_path / "case.xlsx").values()]
    assert told[0].endswith("MB packed")
    assert told[1] == told[2], "both readers see the same cells"
    homes = len(read_case(tmp_path / "case").homes)
    assert told[3] == told[4] == f"{referrals} referrals, {homes} homes"
