"""What `make bench` measures pricing on is a true contract with true tables."""

from pathlib import Path

import pytest

from benchmarks.__main__ import SECTIONS, main
from benchmarks.pricing import MONTH, lines_of, made, ways
from pricing.billing_inputs import adjustment_from_files
from pricing.inputs import statement_from_files


def test_the_files_measured_have_a_placement_for_every_place_voids_and_changed_bands(
    tmp_path: Path,
) -> None:
    files = made(tmp_path, 35)
    assert lines_of(files.ledger) == 36
    statement = statement_from_files(files.contract, files.ledger, *MONTH)
    assert statement.charge.placements > statement.charge.voids > 0
    made_up, billed = adjustment_from_files(files.contract, files.rebanded, [files.billed])
    assert made_up.lines
    assert sum(row.amount for row in billed) == statement.charge.total
    for do in ways(files).values():
        assert do()


def test_every_section_is_measured_by_one_door(capsys: pytest.CaptureFixture[str]) -> None:
    every = (
        "pricing, choices, matching, demand, simulation, figures, buying, replay, load, pages, "
        "returns, spreadsheets, warehouse"
    )
    assert ", ".join(SECTIONS) == every
    assert main(["--sections", "pricing", "--places", "3"]) == 0
    said = capsys.readouterr().out
    assert "## 3 places, 3 placements, from files" in said
    assert "limit: csv.reader over the same ledger" in said
    with pytest.raises(SystemExit):
        main(["--sections", "prices"])
    assert f"allowed: {every}" in capsys.readouterr().err
