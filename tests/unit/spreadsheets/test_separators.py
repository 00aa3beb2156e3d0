"""The separator of a CSV file is told by its first rows together, whatever stands above them."""

from __future__ import annotations

import pytest

from broker.spreadsheets.text import read_csv

TABLE = "home_id;name;places\nSC1;Ash, by the river;3\nSC2;Elm, on the hill;4\n"


@pytest.mark.parametrize("separator", [";", "\t"])
@pytest.mark.parametrize(
    "above",
    ["", "Homes, as of 3 September 2026\n", "Homes\n\nFor the panel, by the team, in draft\n",
     "One, two\nThree, four\nFive, six\n"],
)  # fmt: skip
def test_a_title_above_does_not_hide_the_separator(separator: str, above: str) -> None:
    text = above + TABLE.replace(";", separator)
    grid = read_csv(text.encode(), "homes.csv", "homes")
    table = [cells for cells in grid.rows.values() if len(cells) == 3]
    assert [cells[2].text for cells in table] == ["name", "Ash, by the river", "Elm, on the hill"]


@pytest.mark.parametrize(
    "text",
    ["a,b,c\n1,x;y,2\n3,y;z,4\n", "Homes; all of them\na,b,c\n1,x;y,2\n",
     "a,b,c\n1,2,3\n1,2,3,x;y\n", "Homes, all\na\n1\n2\n"],
)  # fmt: skip
def test_lists_within_cells_do_not_make_a_separator(text: str) -> None:
    assert read_csv(text.encode(), "a.csv", "a").remarks == []


def test_a_title_of_as_many_rows_and_cells_as_the_table_below_gives_way_to_it() -> None:
    grid = read_csv(b"One, two\nThree, four\nhome_id;name\nSC1;Ash\n", "a.csv", "a")
    assert grid.rows[4][2].text == "Ash"
