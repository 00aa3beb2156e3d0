"""An export is a whole case folder in a place of its own, or it is nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from broker.database import reading, writing
from broker.exporting import export_case, notes_of_export
from broker.importing import import_case
from broker.store.clock import now
from broker.store.load import load_problem
from matching.exchange import read_case
from matching.faults import BadInput
from matching.sheets import SHEETS
from tests.integration.records.test_again import out_of_use
from tests.integration.records.whole_case import whole_case


@pytest.fixture
def filled(engine: Engine, tmp_path: Path) -> Engine:
    folder = whole_case(tmp_path / "case", wishes=None, declines=None)
    with writing(engine) as session:
        import_case(session, folder, by="me", when=now(), hold_day=True)
    return engine


def test_a_folder_with_anything_in_it_is_left_alone(filled: Engine, tmp_path: Path) -> None:
    used = tmp_path / "used"
    used.mkdir()
    (used / "wishes.csv").write_text("referral_id,home_id,wish\n")
    with reading(filled) as session, pytest.raises(BadInput, match="not empty"):
        export_case(session, used)
    assert [item.name for item in used.iterdir()] == ["wishes.csv"]


def test_an_empty_or_a_new_folder_deep_down_is_taken(filled: Engine, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with reading(filled) as session:
        export_case(session, tmp_path / "empty")
        export_case(session, tmp_path / "a" / "b" / "new")
    assert read_case(tmp_path / "empty") == read_case(tmp_path / "a" / "b" / "new")
    assert sorted(item.name for item in (tmp_path / "a" / "b").iterdir()) == ["new"]


def test_every_file_is_there_with_its_header_but_a_safety_file_never_given(
    filled: Engine, tmp_path: Path
) -> None:
    with reading(filled) as session:
        export_case(session, tmp_path / "out")
    there = {item.name for item in (tmp_path / "out").iterdir()}
    assert there == {sheet.file for sheet in SHEETS.values()} - {"declines.csv"} | {
        "policy.toml",
        "contract.toml",
    }
    header = ",".join(SHEETS["wishes"].names)
    assert (tmp_path / "out" / "wishes.csv").read_text() == f"{header}\n"
    assert read_case(tmp_path / "out").missing_safety == ("declines.csv",)


def test_a_folder_that_cannot_be_written_is_told_and_leaves_nothing_behind(
    filled: Engine, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    with reading(filled) as session, pytest.raises(BadInput, match="cannot be written"):
        export_case(session, tmp_path / "file" / "out")
    with reading(filled) as session, pytest.raises(BadInput, match="not empty"):
        export_case(session, tmp_path / "file")
    assert (tmp_path / "file").read_text() == "in the way"


def test_an_export_cut_short_leaves_no_half_a_case(
    filled: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", no_room)
    with reading(filled) as session, pytest.raises(BadInput, match="no space left on device"):
        export_case(session, tmp_path / "out")
    assert sorted(item.name for item in tmp_path.iterdir() if "out" in item.name) == []


def test_an_export_taken_in_again_takes_no_place_from_a_home_whose_rooms_are_out_of_use(
    filled: Engine, tmp_path: Path
) -> None:
    with writing(filled) as session:
        assert notes_of_export(session) == ()
        out_of_use(session, "SC990001", date(2026, 3, 1), date(2026, 12, 1), 2)
    with reading(filled) as session:
        export_case(session, tmp_path / "out")
        (note,) = notes_of_export(session)
        matched = load_problem(session).home_by_id["SC990001"].places
    assert "Out of use now or later: SC990001 (2 places)." in note
    assert read_case(tmp_path / "out").home_by_id["SC990001"].places == matched + 2
    with writing(filled) as session:
        report = import_case(session, tmp_path / "out", by="me", when=now(), hold_day=True)
    assert report.changes == 0
