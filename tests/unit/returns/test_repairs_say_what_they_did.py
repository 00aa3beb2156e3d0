"""From the old files and the words of the list alone, the new files come out, cell by cell.

Whoever is given a return that was mended has the old one and the list: nothing else is used here.
"""

from __future__ import annotations

import csv
import re
from datetime import date
from pathlib import Path

import pytest

from broker.cli import main
from tests.unit.returns.shared import shared
from tests.unit.returns.written import EPISODES, HAVERING, HEADER, row

Line = dict[str, str]
Files = dict[str, list[list[str]]]

ENDS = {"RULE_1": "X1", "RULE_1A": "", "RULE_2": ""}
"""REC after a rule that ends an open episode; nobody told how the others ended."""
_DAY = r"(\d\d/\d\d/\d{4})"


def told_anew(old: list[list[str]], lines: list[Line], closes: date) -> list[list[str]]:
    """A file as the lines of the list on it say that it was written anew."""
    header = [cell.strip() for cell in old[0]]
    left_out = [
        re.fullmatch(r'[“"](.*)[”"] is no column of .*: left out', one["words"])
        for one in lines if one["kind"] == "another column"
    ]  # fmt: skip
    gone = {found[1] for found in left_out if found}
    made = [[cell for cell in header if cell not in gone]]
    for number, cells in enumerate(old[1:], start=2):
        own = [one for one in lines if one["row"] == str(number)]
        if any(one["what"] == "refused" or _deletes(one) for one in own):
            continue
        now = dict(zip(header, cells, strict=True))
        for one in own:
            _mend(now, one, closes)
        made.append([now[column] for column in made[0]])
    return made


def _deletes(one: Line) -> bool:
    return one["kind"] in ("RULE_3", "RULE_3A") or "no day of it is left" in one["words"]


def _mend(now: Line, one: Line, closes: date) -> None:
    kind, words = one["kind"], one["words"]
    if kind == "spaces":
        now.update({column: cell.strip() for column, cell in now.items()})
    elif kind == "number with a point":
        column, old, new = re.fullmatch(r"(\w+) (\S+): (\S+)", words).groups()  # type: ignore[union-attr]
        assert now[column] == old
        now[column] = new
    elif kind == "formula":
        column, old = re.match(r"(\w+) [“\"](.*)[”\"]: a formula", words).groups()  # type: ignore[union-attr]
        assert now[column] == old
        now[column] = f"'{old}"
    elif kind == "reason without an end":
        assert re.match(rf"REC {now['REC']} and no DEC: read as going on", words)
        now["REC"] = ""
    elif kind == "end after the collection":
        assert re.match(rf"DEC {now['DEC']}: read as going on at 31 March", words)
        now["DEC"] = now["REC"] = ""
    elif found := re.search(rf"; ended on {_DAY}$", words):
        day, month, year = (int(part) for part in found[1].split("/"))
        if date(year, month, day) > closes:
            now["DEC"] = now["REC"] = ""
            return
        now["DEC"] = found[1]
        now["REC"] = ENDS.get(kind, now["REC"])
    else:
        changes_nothing = ("another year's code", "birthday or sex changed", "end without a reason")
        assert kind in changes_nothing, one


def read(folder: Path) -> Files:
    return {
        path.relative_to(folder).as_posix(): list(csv.reader(path.read_text().splitlines()))
        for path in folder.rglob("*.csv")
    }


def mended(folder: Path, out: Path, *words: str) -> tuple[Files, list[Line]]:
    """What the command writes anew, and the lines of its list."""
    problems = out.with_suffix(".problems.csv")
    told = ["read-903", str(folder), "--out", str(out), "--problems", str(problems), *words]
    assert main(told) == 0
    return read(out), list(csv.DictReader(problems.read_text().splitlines()))


def assert_as_told(before: Files, after: Files, lines: list[Line], begins: bool) -> None:
    assert set(before) == set(after)
    for name, old in before.items():
        own = [one for one in lines if one["file"] == name]
        year = int(re.search(r"20\d\d", name)[0])  # type: ignore[index]
        closes = date(year + begins, 3, 31)
        assert after[name] == told_anew(old, own, closes), name


def test_the_shared_return_comes_out_of_the_old_files_and_the_list(tmp_path: Path) -> None:
    folder = shared("ssda903")
    after, lines = mended(folder, tmp_path / "new", "--years-named-by", "start")
    assert_as_told(read(folder), after, lines, begins=True)
    kinds = {one["kind"] for one in lines}
    assert {"RULE_1", "RULE_2", "number with a point", "reason without an end"} <= kinds


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """A return in which every kind of repair has its case."""
    place = tmp_path / "in" / HAVERING
    place.mkdir(parents=True)
    born = "05/02/2006"
    people = "".join(f"{child},1,{born},WBRI,,,\n" for child in range(1, 10))
    odd = f"10,1,{born}, WBRI,=1+1,,\n11,7,{born},WBRI,,,\n"
    for year in ("2018-19", "2019-20"):
        (place / f"{year}-header.csv").write_text(f"{HEADER}\n{people}{odd}")
    (place / "2019-20-oc2.csv").write_text(
        "CHILD,DOB,SDQ_SCORE,SDQ_REASON,CONVICTED,HEALTH_CHECK,IMMUNISATIONS,TEETH_CHECK,"
        "HEALTH_ASSESSMENT,SUBSTANCE_MISUSE,INTERVENTION_RECEIVED,INTERVENTION_OFFERED,NOTES\n"
        f"1,{born},7.0,,0,1.0,,,,,,,x\n"
    )
    (place / "2018-19-episodes.csv").write_text("\n".join([
        EPISODES,
        row("1", "3/5/18"),
        row("2", "3/5/18"),
        row("3", "3/5/18", "9/9/19", rec="E8"),
        row("4", "3/5/18", "1/9/18"),
        row("5", "3/5/18", "1/9/18"),
        row("6", "3/5/18"), row("6", "3/5/18"),
        row("7", "3/5/18", "9/9/19", rec="E4A"),
        row("8", "3/5/18", rec="E8"),
        row("9", "1/6/18", place="U6"),
    ]) + "\n")  # fmt: skip
    (place / "2019-20-episodes.csv").write_text("\n".join([
        EPISODES,
        row("1", "2/9/19", rne="P", place="K2"),
        row("2", "2/9/19", rne="S", place="K2"),
        row("3", "3/5/18", "9/9/19", rec="E8"),
        row("4", "1/8/18", "9/9/19", rne="P", place="K2", rec="E8"),
        row("5", "1/10/18", "9/9/19", rne="P", place="K2", rec="E8"),
        row("7", "2/10/19", "9/9/19", rec="E8"),
        row("9", "3/5/18", "9/9/19", rec="E8"),
    ]) + "\n")  # fmt: skip
    return tmp_path / "in"


def test_every_kind_of_repair_is_told_so_that_the_new_file_comes_out(
    odd: Path, tmp_path: Path
) -> None:
    after, lines = mended(odd, tmp_path / "new")
    assert_as_told(read(odd), after, lines, begins=True)
    assert {one["kind"] for one in lines if one["what"] == "mended"} >= {
        "RULE_1", "RULE_1A", "RULE_2", "RULE_3", "RULE_3A", "RULE_4", "RULE_5",
        "end after the collection", "reason without an end", "number with a point", "formula",
        "spaces", "another column",
    }  # fmt: skip
    assert any(one["what"] == "refused" for one in lines)
