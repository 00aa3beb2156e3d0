"""What may do harm is refused by every command that takes a file from outside, with a reason.

The same files are given to each: as a workbook where it takes one, else under the name it takes.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Broker, broker
from tests.unit.spreadsheets.crafting import saved, small, with_parts, workbook

__all__ = ["broker"]

MAPPING = Path("docs/examples/inbox/example-system.toml").resolve()
SHEET = "xl/worksheets/sheet1.xml"
SECRET = "words of a file beside"
GOOD = saved(workbook(small()))


def bomb() -> bytes:
    """A workbook one part of which unpacks to 80 MB."""
    return with_parts(GOOD, {SHEET: b" " * (80 * 1024 * 1024)})


def entities() -> bytes:
    """A workbook whose sheet defines entities that grow, and one that names a file."""
    text = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname"><!ENTITY b '
        b'"&a;&a;">]><worksheet><sheetData><row><c t="str"><v>&b;</v></c></row></sheetData>'
        b"</worksheet>"
    )
    return with_parts(GOOD, {SHEET: text})


def outside() -> bytes:
    """A zip one of whose parts has a name that leads out of the folder."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("../../evil.csv", "x")
    return made.getvalue()


Asked = Callable[[Path, bytes], list[str]]


def _file(*words: str, name: str) -> Asked:
    def asked(folder: Path, data: bytes) -> list[str]:
        (folder / name).write_bytes(data)
        return [str(folder / name) if word == "FILE" else word for word in words]

    return asked


def _in_a_folder(*words: str, name: str) -> Asked:
    def asked(folder: Path, data: bytes) -> list[str]:
        place = folder / "taken"
        (place / name).parent.mkdir(parents=True)
        (place / name).write_bytes(data)
        return [str(place) if word == "FOLDER" else word for word in words]

    return asked


READERS: dict[str, Asked] = {
    "workbook in": _file("workbook", "in", "FILE", "--out", "out", name="a.xlsx"),
    "workbook in, CSV": _file("workbook", "in", "FILE", "--out", "out", name="homes.csv"),
    "inbox": _file("inbox", "take", "FILE", "--mapping", str(MAPPING), "--borough", "E09000016",
                   "--check", name="a.xlsx"),
    "inbox, CSV": _file("inbox", "take", "FILE", "--mapping", str(MAPPING), "--borough",
                        "E09000016", "--check", name="a.csv"),
    "standard, CSV": _file("import-standard", "FILE", "--borough", "E09000016", "--check",
                           name="a.csv"),
    "standard, JSON": _file("import-standard", "FILE", "--borough", "E09000016", "--check",
                            name="a.json"),
    "returns": _in_a_folder("read-903", "FOLDER", name="E09000016/2024-25/episodes.csv"),
    "case": _in_a_folder("import", "FOLDER", name="homes.csv"),
}  # fmt: skip


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("harm", [bomb, entities, outside], ids=lambda one: one.__name__)
def test_a_file_that_may_do_harm_is_refused_by_every_reader(
    harm: Callable[[], bytes], reader: str, broker: Broker, tmp_path: Path
) -> None:
    before = {path.name for path in tmp_path.parent.iterdir()}
    told = broker(*READERS[reader](tmp_path, harm()))
    assert told.code == 2, told.out
    assert told.err.strip()
    assert "Traceback" not in told.err
    hostname = Path("/etc/hostname")
    if hostname.exists() and hostname.read_text().strip():
        assert f"“{hostname.read_text().strip()}”" not in told.err
    assert not (tmp_path / "out").exists()
    assert {path.name for path in tmp_path.parent.iterdir()} == before, "nothing lies outside"


FOLDERS = {
    "workbook in": (["workbook", "in", "FOLDER", "--out", "out"], "homes.csv"),
    "returns": (["read-903", "FOLDER"], "E09000016/2024-25/episodes.csv"),
    "case": (["import", "FOLDER"], "homes.csv"),
    "policy": (["import", "FOLDER"], "policy.toml"),
    "contract": (["import", "FOLDER"], "contract.toml"),
    "agreements": (["import", "FOLDER"], "agreements.toml"),
}


@pytest.mark.parametrize("reader", FOLDERS)
def test_what_a_link_leads_to_outside_the_folder_is_never_told(
    reader: str, broker: Broker, tmp_path: Path
) -> None:
    """A link in a folder from elsewhere that leads out of it is refused, with where it stands."""
    words, name = FOLDERS[reader]
    beside = tmp_path / "beside.csv"
    beside.write_text(f"{SECRET}\n{SECRET},1\n")
    place = tmp_path / "taken"
    (place / name).parent.mkdir(parents=True)
    os.symlink(beside, place / name)
    told = broker(*[str(place) if word == "FOLDER" else word for word in words])
    assert told.code == 2
    assert SECRET not in told.err + told.out
    assert Path(name).name in told.err
    assert "link" in told.err


@pytest.mark.parametrize("start", ["=1+1", "+1+1", "@SUM(A1)", "\t=1", "=HYPERLINK(A1)"])
def test_a_formula_is_never_taken_from_a_file_of_a_system(
    start: str, broker: Broker, tmp_path: Path
) -> None:
    lines = Path(MAPPING.parent / "example-system.csv").read_text(encoding="utf-8").splitlines()
    told = {}
    for name, cell in (("plain.csv", "Team B"), ("formula.csv", f'"{start}"')):
        row = lines[1].replace("White British", cell)
        (tmp_path / name).write_text(f"{lines[0]}\n{row}\n", encoding="utf-8")
        told[name] = broker("inbox", "take", tmp_path / name, "--mapping", MAPPING, "--borough",
                            "E09000016", "--check").out  # fmt: skip
    assert "1 would be kept" in told["plain.csv"] or "kept" in told["plain.csv"]
    assert "begins as a formula does" in told["formula.csv"]
