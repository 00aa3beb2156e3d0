"""What `broker read-903` counts is what it wrote and what it lists: rows in = rows out + the rest.

Nothing of the product's own counting is used here: rows in and rows out are counted from the files,
refused and deleted rows from the list of problems.
"""

from __future__ import annotations

import csv
import json
import re
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from broker.cli import main
from broker.returns.tables import EPISODES, EVERY, HEADER, Table
from tests.property.test_every_table import cells_of
from tests.unit.returns.shared import shared
from tests.unit.returns.written import Folder, row

OTHERS = [table for table in EVERY if table not in (EPISODES, HEADER)]


@dataclass
class Answered:
    """What the command said, in words and as JSON, and the folder it wrote with its list."""

    words: str
    facts: dict[str, object]
    out: Path
    problems: list[dict[str, str]]


def asked(folder: Path, aside: Path) -> Answered | None:
    """The answer to a folder of returns; None where it is refused as a whole."""
    out, listed = aside / "out", aside / "problems.csv"
    told = []
    for words in (["--out", str(out), "--problems", str(listed)], ["--json"]):
        said = StringIO()
        with redirect_stdout(said), redirect_stderr(StringIO()):
            code = main(["read-903", str(folder), *words])
        if code == 2:
            return None
        assert code == 0
        told.append(said.getvalue())
    with listed.open(encoding="utf-8", newline="") as stream:
        return Answered(told[0], json.loads(told[1]), out, list(csv.DictReader(stream)))


def rows_of(path: Path) -> int:
    """The rows below the header that are not blank."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return sum(any(map(str.strip, cells)) for cells in csv.reader(stream)) - 1


def deletes(one: dict[str, str]) -> bool:
    return one["kind"] in ("RULE_3", "RULE_3A") or "no day of it is left" in one["words"]


def assert_counted(folder: Path, found: Answered) -> int:
    """Every count of every table is true; how many rows were refused or deleted."""
    tables = found.facts["tables"]
    assert isinstance(tables, list)
    assert {one["file"] for one in tables} == {
        path.relative_to(found.out).as_posix() for path in found.out.rglob("*.csv")
    }
    lost = 0
    for one in tables:
        own = [line for line in found.problems if line["file"] == one["file"]]
        refused = {line["row"] for line in own if line["what"] == "refused"}
        deleted = {line["row"] for line in own if deletes(line)} - refused
        assert one["read"] == rows_of(folder / one["file"])
        assert one["kept"] == rows_of(found.out / one["file"])
        assert one["refused"] == len(refused)
        assert one["deleted"] == len(deleted)
        assert one["read"] == one["kept"] + one["refused"] + one["deleted"]
        counts = ", ".join(str(one[fate]) for fate in ("read", "kept", "refused", "deleted"))
        whose = one["authority"] or "not told"
        assert f"  {whose}  {one['year']}  {one['table']}: {counts}\n" in found.words
        lost += len(refused) + len(deleted)
    assert found.facts["deleted"] == sum(one["deleted"] for one in tables)
    return lost


STARTS, ENDS = ["3/5/19", "1/8/19", "9/1/20", "31/3/20"], ["", "", "9/9/19", "2/2/20"]
LIKELY = st.builds(
    row,
    st.sampled_from(["1", "2", "9"]),
    st.sampled_from(STARTS),
    st.sampled_from(ENDS),
    rne=st.sampled_from("SPL"),
    place=st.sampled_from(["K2", "U4"]),
)


@settings(max_examples=60)
@given(st.data())
def test_the_printed_counts_are_the_rows_written_and_the_rows_listed(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Folder(Path(name) / "in")
        for year in (2020, 2021):
            folder.episodes(year, *data.draw(st.lists(LIKELY, min_size=1, max_size=6)))
        table: Table = data.draw(st.sampled_from(OTHERS))
        year = max(2020, table.first)
        rows = data.draw(st.lists(cells_of(table), min_size=1, max_size=4))
        lines = [",".join(table.columns), *map(",".join, rows), "too,few"]
        folder.name(year, table.name).write_text("\n".join(lines) + "\n", encoding="utf-8")
        found = asked(folder.path, Path(name))
        assume(found is not None)
        assert found is not None
        event(f"rows refused or deleted: {bool(assert_counted(folder.path, found))}")


def test_the_counts_of_the_shared_return_are_true(tmp_path: Path) -> None:
    folder = shared("ssda903")
    found = asked(folder, tmp_path)
    assert found is not None
    assert assert_counted(folder, found) == 59
    assert re.search(r"2018  episodes: 1460, 1424, \d+, \d+", found.words)
