"""The mapping and the rows of a case-management system's file, and every way they are refused."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.cli import main
from broker.inbox.fields import (
    DATE_ORDERS,
    LISTS,
    NotThat,
    cell_fields,
    item_fields,
    value_of,
)
from broker.inbox.lists import ListMap
from broker.inbox.mapping import InboxMapping, read_inbox_mapping
from broker.inbox.rows import InboxCells, draft, not_read, rows_of
from broker.life.form import Form
from broker.spreadsheets.grid import Book, text_grid
from broker.spreadsheets.source import book_of
from matching.faults import BadInput
from pricing.problems import BadInput as BadMapping
from tests.unit.spreadsheets.crafting import saved, workbook

EXAMPLES = Path("docs/examples/inbox")
TOML = EXAMPLES / "example-system.toml"
HAVERING = "E09000016"
CELLS = st.text(max_size=12)


def book(*rows: list[str]) -> Book:
    return Book("a.csv", [text_grid("a", enumerate(rows, start=1))])


def plain(**columns: str) -> InboxMapping:
    return InboxMapping("x", None, 1, "YYYY-MM-DD", {"id": "young_person_id", **columns}, {}, "0")


def test_the_example_says_that_it_is_invented_and_reads() -> None:
    mapping = read_inbox_mapping(TOML)
    assert "invented" in mapping.system
    assert "INVENTED" in TOML.read_text(encoding="utf-8")
    made = rows_of(book_of((EXAMPLES / "example-system.csv").read_bytes(), "e.csv"), mapping)
    form = draft(made[0], mapping, HAVERING)
    assert isinstance(form, Form)
    assert (form.band, form.needs, form.sex) == ("high", ("bsl", "halal"), "F")
    assert form.home_place is not None
    assert form.home_place.postcode == "RM1 3BD"
    assert form.person.unaccompanied is False


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x", "not TOML"),
        ('system = "x"\n', "missing key"),
        ('system = "x"\n[columns]\nA = "sex"\n', "a column that is young_person_id"),
        ('system = "x"\n[columns]\nA = "no_field"\n', "bad value"),
        ('system = "x"\n[columns]\nA = "young_person_id"\nB = "young_person_id"\n', "duplicate"),
        ('system = "x"\nother = 1\n[columns]\nA = "young_person_id"\n', "unknown key"),
        ('system = "x"\ndate_order = "MM/DD"\n[columns]\nA = "young_person_id"\n', "DD/MM/YYYY"),
        ('system = "x"\n[columns]\nA = "young_person_id"\n[values.sex]\nB = "M"\n', "unknown key"),
    ],
)
def test_a_mapping_that_is_wrong_says_where(text: str, words: str, tmp_path: Path) -> None:
    file = tmp_path / "m.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadMapping) as refused:
        read_inbox_mapping(file)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([["id", "more"], ["A", "b"]], "the mapping does not name it"),
        ([["other"], ["A"]], "missing column"),
        ([["id", "id"], ["A", "b"]], "stands twice"),
        ([["id"]], "has no row below the header"),
    ],
)
def test_a_file_that_does_not_fit_the_mapping_is_refused_whole(
    rows: list[list[str]], words: str
) -> None:
    with pytest.raises(BadInput, match=words):
        rows_of(book(*rows), plain())


def test_a_sheet_must_be_named_where_there_are_several_and_merges_are_refused() -> None:
    pages = workbook({"one": [["id"], ["A"]], "two": [["id"], ["B"]]})
    with pytest.raises(BadInput, match="one of: one, two"):
        rows_of(book_of(saved(pages), "a.xlsx"), plain())
    named = InboxMapping("x", "two", 1, "YYYY-MM-DD", {"id": "young_person_id"}, {}, "0")
    assert rows_of(book_of(saved(pages), "a.xlsx"), named)[0].cells == {"id": "B"}
    pages["two"]["A3"] = "C"
    pages["two"].merge_cells("A2:A3")
    with pytest.raises(BadInput, match="merged cells"):
        rows_of(book_of(saved(pages), "a.xlsx"), named)


def test_sheets_of_a_file_that_are_not_read_are_said() -> None:
    pages = workbook({"one": [["id"], ["A"]], "two": [["id"], ["B"]]})
    pages.create_chartsheet("drawn")
    pages["two"].sheet_state = "hidden"
    named = InboxMapping("x", "two", 1, "YYYY-MM-DD", {"id": "young_person_id"}, {}, "0")
    assert not_read(book_of(saved(pages), "a.xlsx"), named) == [
        "sheet “drawn” is a chart; it is not read",
        "this sheet is hidden; it is read all the same",
        "sheet “one” is not the mapping's and was not read",
    ]


def test_a_cell_of_separators_alone_says_nothing_and_not_none() -> None:
    """“Nobody” to live apart from is an answer; a cell without anybody in it is none."""
    mapping = plain(B="must_not_live_with")
    told = draft(InboxCells(2, {"id": "YP-1", "B": " ; ;"}), mapping, HAVERING)
    assert isinstance(told, list)
    assert told[0].startswith("B: found “;;”; allowed: one or more")
    some = draft(InboxCells(2, {"id": "YP-1", "B": "YP-2; ;YP-3"}), mapping, HAVERING)
    assert isinstance(some, Form)
    assert some.must_not_live_with == ("YP-2", "YP-3")


def test_formulas_and_cells_under_no_header_make_a_row_wait() -> None:
    pages = workbook({"one": [["id"], ["=1+1"], ["B", "beside"], ["@SUM(A1)"], ["-5"]]})
    made = rows_of(book_of(saved(pages), "a.xlsx"), plain())
    told = [draft(row, plain(), HAVERING) for row in made]
    assert "a formula; allowed: values" in str(told[0])
    assert "a cell under no header" in str(told[1])
    assert "begins as a formula does" in str(told[2])
    assert "young_person_id" not in str(told[3])
    assert "id: found “-5”" in str(told[3])


def test_every_reason_of_a_row_names_the_column_of_the_file() -> None:
    mapping = plain(B="sex", C="planned_months", D="person.unaccompanied", E="home_place.easting",
                    F="band")  # fmt: skip
    cells = {"id": "YP-1", "B": "X", "C": "999", "D": "Y", "E": "551000", "F": "top"}
    told = draft(InboxCells(2, cells), mapping, HAVERING)
    assert isinstance(told, list)
    assert {words.partition(":")[0] for words in told} == {"B", "C", "E", "F"}
    cells = {"id": "", "C": "1.5", "D": "maybe"}
    told = draft(InboxCells(2, cells), mapping, HAVERING)
    assert isinstance(told, list)
    assert {words.partition(":")[0] for words in told} == {"id", "C", "D"}
    told = draft(InboxCells(2, {"id": "943 476 5919"}), plain(), HAVERING)
    assert isinstance(told, list)


def test_people_that_matter_places_to_avoid_and_an_order_come_from_their_columns() -> None:
    mapping = read_inbox_mapping(TOML)
    made = rows_of(book_of((EXAMPLES / "example-system.csv").read_bytes(), "e.csv"), mapping)
    first = draft(made[0], mapping, HAVERING)
    assert isinstance(first, Form)
    assert [(one.what, one.where.postcode, one.visits_per_month, one.keep)
            for one in first.matters] == [("school", "RM3 7AA", 20, True)]  # fmt: skip
    assert first.avoid is not None
    assert [(one.kind, one.borough, one.reason) for one in first.avoid] == [
        ("borough", "E09000025", "people who harmed them"),
        ("borough", "E09000030", "family there"),
    ]
    assert first.liberty is None
    ordered = {
        **made[0].cells,
        "Order Number": "FD26-1",
        "Order Ends": "01/12/2026",
        "Order Restricts": "doors are locked",
    } | {"Areas To Avoid": "", "Why Avoid": ""}
    other = draft(InboxCells(2, ordered), mapping, HAVERING)
    assert isinstance(other, Form)
    assert other.liberty is not None
    assert other.liberty.expires_on == date(2026, 12, 1)
    assert other.avoid is None, "where nothing is told nobody was asked"


def test_every_reason_of_a_list_names_the_column_and_the_item() -> None:
    mapping = read_inbox_mapping(TOML)
    made = rows_of(book_of((EXAMPLES / "example-system.csv").read_bytes(), "e.csv"), mapping)

    def told(**cells: str) -> list[str]:
        row = {**made[0].cells, **{name.replace("_", " "): cells[name] for name in cells}}
        found = draft(InboxCells(2, row), mapping, HAVERING)
        assert isinstance(found, list)
        return [one.partition(";")[0] for one in found]

    assert told(Areas_To_Avoid="Newham; Mars") == ["Areas To Avoid, item 2: found “Mars”"]
    assert told(Why_Avoid="one") == ["Areas To Avoid: found “Newham"]
    assert told(Why_Avoid="one; ")[0].startswith("Why Avoid, item 2: found")
    assert told(Visits="often") == ["Visits: found “often”"]
    assert told(Visits="400") == ["Visits: found “400”"]
    assert told(Order_Ends="01/12/2026") == ["Order Number: found “”", "Order Restricts: found “”"]


def test_an_item_that_lacks_a_part_names_the_columns_it_comes_from() -> None:
    surroundings = ListMap(
        "avoid", {"Near": "where.easting", "Miles": "miles"}, {"kind": "radius", "reason": "harm"}
    )
    mapping = InboxMapping(
        "x", None, 1, "YYYY-MM-DD", {"id": "young_person_id"}, {}, "0", (surroundings,)
    )
    told = draft(InboxCells(2, {"id": "YP-1", "Near": "551000", "Miles": "2"}), mapping, HAVERING)
    assert isinstance(told, list)
    assert [one.partition(":")[0] for one in told] == ["Near"]
    told = draft(InboxCells(2, {"id": "YP-1", "Miles": "2"}), mapping, HAVERING)
    assert isinstance(told, list)
    assert [one.partition(":")[0] for one in told] == ["Near, Miles"]


LISTED = 'system = "x"\n[columns]\nA = "young_person_id"\n[[list]]\n'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('field = "needs"\n[list.columns]\nB = "what"\n', '"matters" or "avoid"'),
        ('field = "avoid"\n[list.columns]\nB = "what"\n', "kind borough home_id"),
        ('field = "avoid"\n[list.columns]\n', "at least one column"),
        ('field = "matters"\n[list.columns]\nB = "what"\nC = "what"\n', "one column for each"),
        ('field = "matters"\n[list.columns]\nB = "what"\n[list.fixed]\nkeep = "Yes"\n', "Y or N"),
        ('field = "matters"\n[list.columns]\nB = "what"\n[list.fixed]\nwhat = "school"\n',
         "a field that no column holds"),
        ('field = "matters"\n[list.columns]\nB = "what"\n[list.fixed]\nshoes = "3"\n', "unknown"),
        ('field = "matters"\nseparator = ""\n[list.columns]\nB = "what"\n', "separator"),
    ],
)  # fmt: skip
def test_a_list_that_is_wrong_says_where(text: str, words: str, tmp_path: Path) -> None:
    file = tmp_path / "m.toml"
    file.write_text(LISTED + text, encoding="utf-8")
    with pytest.raises(BadMapping, match=words):
        read_inbox_mapping(file)


@given(
    st.dictionaries(st.sampled_from(["B", "C", "D"]), st.text(max_size=20)),
    st.sampled_from([None, ";"]),
)
def test_no_cell_of_a_list_is_lost_in_silence(cells: dict[str, str], separator: str | None) -> None:
    """Each value is in an item, or the row waits with a reason."""
    one = ListMap("matters", {"B": "where.postcode", "C": "visits_per_month", "D": "keep"},
                  {"what": "friend"}, {"keep": {"ja": "Y"}}, separator)  # fmt: skip
    mapping = InboxMapping("x", None, 1, "YYYY-MM-DD", {"id": "young_person_id"}, {}, "0", (one,))
    told = draft(InboxCells(2, {"id": "YP-1", **cells}), mapping, HAVERING)
    if isinstance(told, list):
        assert told
        assert all(words.partition(":")[2] for words in told)
        return
    texts = [cells[name] for name in ("B", "C", "D") if cells.get(name)]
    parts = [part for text in texts for part in (text.split(separator) if separator else [text])]
    filled = sum(
        len(item.model_fields_set - {"what", "where"}) + (item.where.postcode is not None)
        for item in told.matters
    )
    assert filled == sum(bool(part.strip()) for part in parts)


def test_days_of_both_orders_are_the_same_day() -> None:
    assert value_of("day", "9/3/2012", "DD/MM/YYYY") == "2012-03-09"
    assert value_of("day", "2012-03-09", "DD/MM/YYYY") == "2012-03-09"
    with pytest.raises(NotThat):
        value_of("day", "09/03/2012", "YYYY-MM-DD")


def test_every_field_of_the_form_is_in_a_cell_or_named_as_not() -> None:
    kinds = set(cell_fields().values())
    assert kinds == {"text", "day", "whole", "miles", "yes", "list"}
    heads = {field.partition(".")[0] for field in cell_fields()}
    assert heads | {*LISTS, "borough"} == set(Form.model_fields)
    assert set(item_fields("matters")) == {
        "what", "where.easting", "where.northing", "where.postcode", "visits_per_month", "keep",
        "called",
    }  # fmt: skip
    assert {"kind", "borough", "home_id", "miles", "reason"} < set(item_fields("avoid"))


@given(
    st.lists(st.dictionaries(st.sampled_from(["id", *list(cell_fields())[1:]]), CELLS)),
    st.sampled_from(DATE_ORDERS),
)
def test_any_row_is_a_draft_or_has_a_reason(rows: list[dict[str, str]], order: str) -> None:
    columns = {"id": "young_person_id", **{name: name for name in list(cell_fields())[1:]}}
    mapping = InboxMapping("x", None, 1, order, columns, {}, "0")
    for row in rows:
        told = draft(InboxCells(2, row), mapping, HAVERING)
        assert isinstance(told, Form) or told
        assert isinstance(told, Form) or all(words.partition(":")[2] for words in told)


def test_the_command_takes_lists_shows_and_settles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BROKER_DATABASE_URL", f"sqlite:///{tmp_path / 'b.sqlite3'}")
    words = ["inbox", "take", str(EXAMPLES / "example-system.csv"), "--mapping", str(TOML),
             "--borough", HAVERING]  # fmt: skip
    assert main([*words, "--check", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["read"], list(told["kept"]), list(told["waiting"])) == (3, ["2"], ["3", "4"])
    assert not (tmp_path / "b.sqlite3").exists()
    assert main([*words, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["read"] == len(told["kept"]) + len(told["waiting"])
    assert "no data sharing agreement" in told["waiting"]["2"][0]
    digest = told["digest"][:12]
    assert main(words) == 0
    assert "was taken before" in capsys.readouterr().out
    assert main(["inbox", "list"]) == 0
    assert "3 rows: waiting 3" in capsys.readouterr().out
    assert main(["inbox", "again", digest, "--mapping", str(TOML)]) == 0
    assert main(["inbox", "settle", digest, "--row", "3", "--reason", "entered by hand"]) == 0
    capsys.readouterr()
    assert main(["inbox", "show", digest]) == 0
    assert "2 rows wait" in capsys.readouterr().out
    assert main(["inbox", "settle", digest, "--row", "3", "--reason", "again"]) == 2
    assert "Nothing of that waits" in capsys.readouterr().err
    assert main(["inbox", "take"]) == 2
    assert "take needs FILE, --mapping, --borough" in capsys.readouterr().err
