"""Placements and stays of one young person, as the episodes tell them."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from broker.capacity.demand.courses import Stay, placements, spells, stays
from broker.capacity.demand.endings import Ending
from broker.returns.episode import year_starts
from broker.returns.whole import read_returns
from tests.unit.returns.written import HAVERING, Folder, row

KEY = (HAVERING, "1")


def lived(tmp_path: Path, *rows: str, year: int = 2020) -> tuple[list[Stay], Counter[str]]:
    left_out: Counter[str] = Counter()
    returns = read_returns(Folder(tmp_path).episodes(year, *rows).path)
    made = placements(returns.episodes[KEY], ("K2", "R1"), left_out)
    return list(stays(made, KEY, year_starts(year))), left_out


def test_coming_into_care_straight_into_a_home_is_an_entry(tmp_path: Path) -> None:
    ((stay,), _) = lived(tmp_path, row("1", "3/5/19", place="K2"))
    assert (stay.route, stay.whole, stay.end, stay.ending) == ("entry", True, None, None)


def test_moving_from_foster_care_is_a_move_and_from_home_to_home_is_between(
    tmp_path: Path,
) -> None:
    ((first, second), _) = lived(
        tmp_path,
        row("1", "3/5/19", "1/7/19", reason="CREQB"),
        row("1", "1/7/19", "1/9/19", rne="P", place="K2", reason="LAREQ"),
        row("1", "1/9/19", "1/2/20", rne="P", place="R1", reason="CARPL"),
        row("1", "1/2/20", rne="P", place="U6"),
    )
    assert [first.route, second.route] == ["move", "between"]
    assert [first.ending, second.ending] == [Ending.DISRUPTED, Ending.PLANNED]
    assert [first.next_asked, second.next_asked] == [True, False]
    (spell,) = spells([first, second])
    assert (spell.start, spell.end, spell.route) == (date(2019, 7, 1), date(2020, 2, 1), "move")


@pytest.mark.parametrize("rne", ["L", "T", "U"])
def test_a_change_of_law_or_of_status_with_the_same_carer_continues_the_stay(
    tmp_path: Path, rne: str
) -> None:
    ((stay,), _) = lived(
        tmp_path,
        row("1", "3/5/19", "1/7/19", place="K2"),
        row("1", "1/7/19", "9/9/19", rne=rne, place="K2", legal="E1", rec="E4A"),
    )
    assert (stay.start, stay.end) == (date(2019, 5, 3), date(2019, 9, 9))
    assert stay.ending is Ending.PLANNED


def test_a_change_of_status_alone_by_reason_place_is_no_move(tmp_path: Path) -> None:
    ((stay,), _) = lived(
        tmp_path,
        row("1", "3/5/19", "1/7/19", place="K2", reason="PLACE"),
        row("1", "1/7/19", rne="P", place="K2"),
    )
    assert (stay.start, stay.end) == (date(2019, 5, 3), None)


def test_days_in_hospital_do_not_end_a_stay_but_a_return_elsewhere_does(tmp_path: Path) -> None:
    hospital = [
        row("1", "3/5/19", "1/7/19", place="K2", post="E1 4NS"),
        row("1", "1/7/19", "5/7/19", rne="P", place="T1", provider="", post="E1 1BB"),
    ]
    back = row("1", "5/7/19", rne="P", place="K2", post="E1 4NS")
    ((stay,), _) = lived(tmp_path / "a", *hospital, back)
    assert (stay.start, stay.end) == (date(2019, 5, 3), None)
    elsewhere = row("1", "5/7/19", rne="P", place="K2", post="N1 1AA")
    ((first, second), _) = lived(tmp_path / "b", *hospital, elsewhere)
    assert (first.end, second.start, second.route) == (
        date(2019, 7, 5), date(2019, 7, 5), "between",
    )  # fmt: skip


def test_short_breaks_are_left_out_and_counted(tmp_path: Path) -> None:
    found, left_out = lived(tmp_path, row("1", "3/5/19", place="K2", legal="V4"))
    assert not found
    assert left_out == {"short_breaks": 1}


def test_a_stay_whose_beginning_is_older_than_the_files_is_not_whole(tmp_path: Path) -> None:
    ((stay,), _) = lived(tmp_path, row("1", "3/5/18", rne="L", place="K2"))
    assert not stay.whole
    assert stay.route == "move"


def test_moves_in_the_year_before_are_counted_and_unknown_where_the_returns_begin_later(
    tmp_path: Path,
) -> None:
    rows = [
        row("1", "3/5/18", "1/7/18"),
        row("1", "1/7/18", "1/9/19", rne="P"),
        row("1", "1/9/19", "1/12/19", rne="P"),
        row("1", "1/12/19", rne="P", place="K2"),
    ]
    made = read_returns(Folder(tmp_path).episodes(2020, *rows).path).episodes[KEY]
    own = placements(made, ("K2",), Counter())
    (known,) = stays(own, KEY, date(2018, 4, 1))
    (unknown,) = stays(own, KEY, date(2019, 4, 1))
    assert (known.moves_before, unknown.moves_before) == (1, None)


@pytest.mark.parametrize(
    ("rec", "reason", "follows", "ending"),
    [
        ("X1", "CREQB", True, Ending.DISRUPTED),
        ("X1", "CREQO", True, Ending.DISRUPTED),
        ("X1", "CHILD", True, Ending.DISRUPTED),
        ("X1", "LAREQ", True, Ending.DISRUPTED),
        ("X1", "ALLEG", True, Ending.DISRUPTED),
        ("X1", "STAND", True, Ending.DISRUPTED),
        ("X1", "APPRR", True, Ending.DISRUPTED),
        ("X1", "CARPL", True, Ending.PLANNED),
        ("X1", "CLOSE", True, Ending.HOME_CLOSED),
        ("X1", "CUSTOD", True, Ending.OUTSIDE),
        ("X1", "OTHER", True, Ending.NOT_TOLD),
        ("X1", "", True, Ending.NOT_TOLD),
        ("E4A", "", False, Ending.PLANNED),
        ("E4B", "", False, Ending.DISRUPTED),
        ("E17", "", False, Ending.PLANNED),
        ("E2", "", False, Ending.OUTSIDE),
        ("E9", "", False, Ending.OUTSIDE),
        ("E8", "", False, Ending.NOT_TOLD),
        ("X1", "CREQB", False, Ending.NOT_TOLD),
    ],
)
def test_how_a_placement_ended_follows_its_codes(
    tmp_path: Path, rec: str, reason: str, follows: bool, ending: Ending
) -> None:
    rows = [row("1", "3/5/19", "1/7/19", place="K2", rec=rec, reason=reason)]
    if follows:
        rows.append(row("1", "1/7/19", rne="P"))
    ((stay,), _) = lived(tmp_path, *rows)
    assert stay.ending is ending


def test_an_end_that_only_a_repair_gave_is_not_known(tmp_path: Path) -> None:
    folder = Folder(tmp_path).episodes(2020, row("1", "3/5/19", place="K2"))
    folder.episodes(2021, row("2", "3/5/20"))
    made = placements(read_returns(folder.path).episodes[KEY], ("K2",), Counter())
    (stay,) = stays(made, KEY, date(2019, 4, 1))
    assert stay.end == date(2020, 3, 31)
    assert not stay.end_known
