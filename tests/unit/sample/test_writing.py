"""A sample is written into a folder of its own and never over anything."""

from pathlib import Path

import pytest

from broker.sample import FolderInUse, region_files, write_generated, write_region

CASE = {
    "policy.toml", "referrals.csv", "homes.csv", "residents.csv", "relationships.csv", "avoid.csv",
    "people_and_places.csv", "wishes.csv", "declines.csv", "rates.csv", "shares.csv",
    "contract.toml", "agreements.toml", "README.md",
}  # fmt: skip


def test_the_region_is_written_whole_into_a_new_folder(tmp_path: Path) -> None:
    write_region(tmp_path / "new" / "region")
    written = {path.name: path.read_text("utf-8") for path in (tmp_path / "new/region").iterdir()}
    assert written == region_files()
    assert set(written) == CASE | {"ledger.csv"}


def test_a_generated_case_has_the_same_files_as_the_region(tmp_path: Path) -> None:
    write_generated(tmp_path / "case", 5, 3, seed=1)
    assert {path.name for path in (tmp_path / "case").iterdir()} == CASE


def test_lines_end_the_same_way_on_every_system(tmp_path: Path) -> None:
    write_generated(tmp_path / "case", 5, 3, seed=1)
    for path in (tmp_path / "case").iterdir():
        assert b"\r" not in path.read_bytes()


def test_an_empty_folder_is_used_as_it_is(tmp_path: Path) -> None:
    write_region(tmp_path)
    assert (tmp_path / "homes.csv").exists()


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    for write in (write_region, lambda folder: write_generated(folder, 5, 3, seed=1)):
        with pytest.raises(FolderInUse, match=r"is not empty \(it holds notes\.txt\)"):
            write(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_file_in_the_way_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "case").write_text("mine")
    with pytest.raises(FolderInUse, match="is a file"):
        write_region(tmp_path / "case")
    assert (tmp_path / "case").read_text() == "mine"


def test_no_sample_says_the_word_that_young_people_asked_not_to_hear() -> None:
    unwanted = "b" + "ed"
    for text in region_files().values():
        words = text.lower().replace(";", " ").replace(",", " ").split()
        assert not {unwanted, unwanted + "s"} & set(words)
