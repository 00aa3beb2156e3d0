"""Returns in Windows-1252 or UTF-16, with tabs or semicolons, are read as in UTF-8, and that told.

Expected is what the same tables give in UTF-8 with commas.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from broker.baseline.episodes import read_episodes
from broker.returns.tables import EVERY
from broker.returns.whole import read_returns
from broker.returns.write.again import read_again
from pricing.problems import BadInput, Problems
from tests.unit.returns.published_codes import FIRST_RETURN
from tests.unit.returns.test_every_table import GOOD
from tests.unit.returns.written import EPISODES, HAVERING, HEADER, row

NAMES = {"cp1252": "Windows-1252", "utf-16": "UTF-16", "utf-16-be": "UTF-16-BE", "utf-8-sig": ""}
BETWEEN = {",": "", ";": "semicolons", "\t": "tabs"}
WAYS = [(encoding, separator) for encoding in NAMES for separator in BETWEEN]


def tables() -> Iterator[tuple[str, str]]:
    """Files by name: every table of the return, and a course of care with what is to be mended."""
    for table in EVERY:
        if table.name not in ("episodes", "header", "uasc"):
            year = FIRST_RETURN.get(table.name, 2020)
            cells = ({**GOOD, "CHILD": "é;1"}.get(name, "") for name in table.columns)
            lines = ",".join(table.columns), ",".join(cells), "too,few"
            yield f"{year - 1}-{year % 100:02d}-{table.name}.csv", "\n".join(lines) + "\n"
    rows = row("1", "3/5/19", post="“RM3”"), row("1", "9/9/19", rne="P", place="K2", post="é")
    wrong = row("1", "3/5/19", place="QQ", post="é")
    yield "2019-20-episodes.csv", "\n".join([EPISODES, *rows, wrong]) + "\n"
    yield "2019-20-header.csv", f"{HEADER}\n1,1,05/02/2006,WBRI,é,1.0,\n"
    yield "2019-20-uasc.csv", "CHILD,SEX,DOB,DUC\n9é,1,05/02/2006,05/02/2024\n"


def written(folder: Path, encoding: str, separator: str) -> Path:
    """The folder of these files in one way."""
    place = folder / HAVERING
    place.mkdir(parents=True)
    for name, text in tables():
        made = io.StringIO(newline="")
        csv.writer(made, delimiter=separator).writerows(csv.reader(text.splitlines()))
        (place / name).write_bytes(made.getvalue().encode(encoding))
    return folder


@pytest.mark.parametrize(("encoding", "separator"), WAYS)
def test_every_table_is_read_as_it_is_in_utf_8_and_that_told(
    encoding: str, separator: str, tmp_path: Path
) -> None:
    plain = read_again(written(tmp_path / "plain", "utf-8", ","))
    made = read_again(written(tmp_path / "made", encoding, separator))
    assert made.files == plain.files
    assert (made.refused, made.deleted) == (plain.refused, plain.deleted)
    assert len(made.files) == len(EVERY)
    assert made.refused
    told = [one for one in made.repairs if one not in plain.repairs]
    assert len(made.repairs) == len(plain.repairs) + len(told)
    expected = set()
    for name in made.files:
        if NAMES[encoding]:
            words = f"read as {NAMES[encoding]}, not UTF-8"
            expected.add((name, 1, "another encoding", words))
        if BETWEEN[separator]:
            words = f"read with {BETWEEN[separator]} between cells"
            expected.add((name, 1, "another separator", words))
    assert {(one.file, one.row, one.rule, one.words) for one in told} == expected
    assert len(told) == len(expected)


@pytest.mark.parametrize(("encoding", "separator"), WAYS)
def test_courses_of_care_are_those_of_utf_8(encoding: str, separator: str, tmp_path: Path) -> None:
    plain = read_returns(written(tmp_path / "plain", "utf-8", ","))
    made = read_returns(written(tmp_path / "made", encoding, separator))
    assert made.episodes == plain.episodes
    assert made.children == plain.children
    assert made.unaccompanied == plain.unaccompanied
    assert (made.fates, made.refused) == (plain.fates, plain.refused)
    more = made.repaired - plain.repaired
    assert more == {
        rule: 3
        for rule, there in (
            ("another encoding", NAMES[encoding]), ("another separator", BETWEEN[separator]),
        )
        if there
    }  # fmt: skip


def test_a_table_is_known_by_its_columns_and_a_year_by_its_days_in_any_way(tmp_path: Path) -> None:
    place = tmp_path / HAVERING
    place.mkdir()
    for name, text in (
        ("a-2019.csv", "\n".join([EPISODES, row("1", "3/5/19")])),
        ("b-2019.csv", f"{HEADER}\n1,1,05/02/2006,WBRI,,,"),
    ):
        (place / name).write_bytes(text.replace(",", ";").encode("utf-16"))
    made = read_returns(tmp_path)
    assert (made.named_by, made.years[HAVERING]) == ("start", (2020,))
    assert made.fates["kept"] == 1


def test_a_file_that_is_no_text_is_refused_once_under_its_name(tmp_path: Path) -> None:
    written(tmp_path, "utf-8", ",")
    file = tmp_path / HAVERING / "2019-20-episodes.csv"
    file.write_bytes(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(BadInput) as refused:
        read_again(tmp_path)
    (problem,) = refused.value.problems
    assert problem.file == f"{HAVERING}/2019-20-episodes.csv"
    assert problem.allowed == "text in UTF-8, UTF-16 or Windows-1252"


def test_a_baseline_is_frozen_from_utf_8_alone(tmp_path: Path) -> None:
    """Nothing is told there of how a file was read, so that nothing may be recognised."""
    file = tmp_path / "episodes.csv"
    found = Problems()
    file.write_bytes("\n".join([EPISODES, row("1", "3/5/25", post="é")]).encode("cp1252"))
    assert read_episodes(file, HAVERING, date(2026, 4, 1), found) == []
    assert [problem.value for problem in found] == ["a byte that is not UTF-8"]
