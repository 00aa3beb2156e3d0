"""Everything the contract calls an error is refused, naming place, value and what is allowed."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from matching.exchange import read_case
from matching.faults import BadInput, Fault
from tests.unit.matching.bench import AS_OF, Files, errors, files_of, home, read, referral, resident

HEADS = {
    "relationships.csv": "a,b,kind\n",
    "avoid.csv": "young_person_id,kind,borough,home_id,easting,northing,miles\n",
    "people_and_places.csv": "referral_id,what,easting,northing,visits_per_month,keep\n",
    "wishes.csv": "referral_id,home_id,wish,on,words\n",
    "declines.csv": "referral_id,home_id,reason\n",
    "rates.csv": "home_id,band,weekly_fee,marginal_weekly_fee,from,to\n",
    "shares.csv": "contract,borough,places\n",
    "adjoining.csv": "a,b\n",
}


def plain() -> Files:
    """Two referrals, two homes, one resident and every small file, none with an error."""
    files = files_of(
        referrals=[referral("A", borough="E09000016"), referral("B", sex="M")],
        homes=[home("H"), home("K", places="2")],
        residents=[resident("YP-R", "K")],
    )
    return files | HEADS


def with_row(file: str, row: str) -> Files:
    files = plain()
    return files | {file: files[file] + row + "\n"}


def with_cell(file: str, column: str, value: str, row: int = 2) -> Files:
    """The plain case with one cell of referrals, homes or residents changed."""
    files = plain()
    lines = files[file].splitlines()
    cells = lines[row - 1].split(",")
    cells[lines[0].split(",").index(column)] = value
    lines[row - 1] = ",".join(cells)
    return files | {file: "\n".join(lines) + "\n"}


def only(files: Mapping[str, str | bytes]) -> Fault:
    found = errors(files)
    assert len(found) == 1, [str(fault) for fault in found]
    return found[0]


def test_the_plain_case_has_no_error() -> None:
    assert errors(plain(), require_safety=True) == ()


CELLS = [
    ("referrals.csv", "borough", "Hackney", "ONS code"),
    ("referrals.csv", "borough", "E07000066", "never a district"),
    ("referrals.csv", "date_of_birth", "10/06/2012", "YYYY-MM-DD"),
    ("referrals.csv", "date_of_birth", "2012-02-30", "YYYY-MM-DD"),
    ("referrals.csv", "date_of_birth", "20120610", "YYYY-MM-DD"),
    ("referrals.csv", "sex", "f", "M, F, U"),
    ("referrals.csv", "band", "High", "low, medium, high, specialist"),
    ("referrals.csv", "band_status", "final", "confirmed, provisional"),
    ("referrals.csv", "needs", "autism;autsim", "matching/data/needs.csv"),
    ("referrals.csv", "easting", "534400.5", "whole number"),
    ("referrals.csv", "easting", "700001", "0 to 700000"),
    ("referrals.csv", "northing", "-1", "0 to 1300000"),
    ("referrals.csv", "northing", "1e5", "whole number"),
    ("referrals.csv", "nearness", "close", "near, neutral, away"),
    ("referrals.csv", "min_distance_miles", "1.25", "one decimal"),
    ("referrals.csv", "max_distance_miles", "-3", "miles from 0"),
    ("referrals.csv", "max_distance_miles", "3 miles", "one decimal"),
    ("referrals.csv", "needed_by", "tomorrow", "YYYY-MM-DD"),
    ("referrals.csv", "waiting_since", "2026-4-1", "YYYY-MM-DD"),
    ("referrals.csv", "planned_months", "9.5", "whole number"),
    ("referrals.csv", "moves_last_12_months", "-1", "whole number"),
    ("referrals.csv", "siblings", "apart", "together, preferred, apart_ok"),
    ("referrals.csv", "living_companions", "alone", "solo, with_others"),
    ("referrals.csv", "provision", "foster_home", "childrens_home, supported_accommodation"),
    ("referrals.csv", "dol", "yes", "Y or N"),
    ("homes.csv", "borough", "E08", "ONS code"),
    ("homes.csv", "provision", "hostel", "childrens_home, supported_accommodation"),
    ("homes.csv", "registration", "Registered", "registered, restricted"),
    ("homes.csv", "judgement", "excellent", "outstanding, good"),
    ("homes.csv", "due_diligence", "y", "Y or N"),
    ("homes.csv", "min_age", "ten", "whole number"),
    ("homes.csv", "max_age", "100", "0 to 99"),
    ("homes.csv", "sexes", "M;X", "M, F, U"),
    ("homes.csv", "bands", "low;top", "low, medium, high, specialist"),
    ("homes.csv", "supports", "wheelchiar", "matching/data/needs.csv"),
    ("homes.csv", "places", "-1", "whole number"),
    ("homes.csv", "max_high", "1.0", "whole number"),
    ("homes.csv", "load_limit", "none", "whole number"),
    ("homes.csv", "max_arrivals", "+2", "whole number"),
    ("residents.csv", "band", "0", "low, medium, high, specialist"),
    ("residents.csv", "sex", "X", "M, F, U"),
    ("residents.csv", "leaves_on", "soon", "YYYY-MM-DD"),
    ("residents.csv", "leaving", "Confirmed", "confirmed, expected"),
    ("residents.csv", "living_companions", "any", "solo, with_others"),
]


@pytest.mark.parametrize(("file", "column", "value", "allowed"), CELLS)
def test_a_bad_cell_is_named_with_what_is_allowed(
    file: str, column: str, value: str, allowed: str
) -> None:
    fault = only(with_cell(file, column, value))
    assert (fault.file, fault.row, fault.column, fault.value) == (file, 2, column, value)
    assert allowed in fault.allowed
    for part in (file, "row 2", column, value, allowed):
        assert part in str(fault)


ROWS = [
    (
        "relationships.csv",
        "YP-A,YP-B,enemies",
        "kind",
        "enemies",
        "must_not_live_together, caution",
    ),
    ("avoid.csv", "YP-A,home,,H,1.5,,", "easting", "1.5", "whole number"),
    ("avoid.csv", "YP-A,street,,,,,", "kind", "street", "borough, home, radius"),
    ("avoid.csv", "YP-A,borough,,,,,", "borough", "", "required where kind is borough"),
    ("avoid.csv", "YP-A,home,,,,,", "home_id", "", "required where kind is home"),
    ("avoid.csv", "YP-A,radius,500000,,190000,2,", "borough", "500000", "ONS code"),
    ("avoid.csv", "YP-A,radius,,,500000,190000,", "miles", "", "required where kind is radius"),
    ("avoid.csv", "YP-A,radius,,,500000,,2", "northing", "", "required where kind is radius"),
    ("avoid.csv", "YP-A,home,,H9,,,", "home_id", "H9", "a home_id of homes.csv"),
    ("people_and_places.csv", "A,gym,,,,", "what", "gym", "school, family, friend"),
    ("people_and_places.csv", "A,school,,,2.5,N", "visits_per_month", "2.5", "whole number"),
    ("people_and_places.csv", "A,school,,,2,no", "keep", "no", "Y or N"),
    ("people_and_places.csv", "A,school,500000,,2,N", "northing", "", "both or neither"),
    ("people_and_places.csv", "A,school,,190000,2,N", "easting", "", "both or neither"),
    (
        "people_and_places.csv",
        "Z,school,,,2,N",
        "referral_id",
        "Z",
        "a referral_id of referrals.csv",
    ),
    ("wishes.csv", "A,H,loves,,", "wish", "loves", "wants, unsure, against"),
    ("wishes.csv", "A,H,wants,1 April,", "on", "1 April", "YYYY-MM-DD"),
    ("wishes.csv", "A,H9,wants,,", "home_id", "H9", "a home_id of homes.csv"),
    ("wishes.csv", "A,,wants,,", "home_id", "", "required"),
    ("declines.csv", "Z,H,", "referral_id", "Z", "a referral_id of referrals"),
    ("declines.csv", "A,H9,", "home_id", "H9", "a home_id of homes.csv"),
    ("rates.csv", "H,low,£4500.00,,,", "weekly_fee", "£4500.00", "two decimals"),
    ("rates.csv", "H,low,-1.00,,,", "weekly_fee", "-1.00", "never negative"),
    ("rates.csv", "H,low,1.005,,,", "weekly_fee", "1.005", "two decimals"),
    ("rates.csv", "H,low,1.00,1.5,,", "marginal_weekly_fee", "1.5", "two decimals"),
    ("rates.csv", "H,low,,,,", "weekly_fee", "", "required"),
    ("rates.csv", "H9,low,1.00,,,", "home_id", "H9", "a home_id of homes.csv"),
    ("rates.csv", "H,low,1.00,,2026-04-02,2026-04-02", "to", "2026-04-02", "after from"),
    ("rates.csv", "H,low,1.00,,2026-04-02,2026-04-01", "to", "2026-04-01", "after from"),
    ("shares.csv", "B1,Hackney,2", "borough", "Hackney", "ONS code"),
    ("shares.csv", "B1,E09000012,two", "places", "two", "whole number"),
    ("relationships.csv", "YP-A,YP-A,caution", "b", "YP-A", "two different"),
    ("adjoining.csv", "E09000012,E09000012", "b", "E09000012", "two different"),
    ("adjoining.csv", "E09000012,London", "b", "London", "ONS code"),
    ("adjoining.csv", "E09000012,", "b", "", "required"),
]


@pytest.mark.parametrize(("file", "row", "column", "value", "allowed"), ROWS)
def test_a_bad_row_of_a_small_file_is_named(
    file: str, row: str, column: str, value: str, allowed: str
) -> None:
    fault = only(with_row(file, row))
    assert (fault.file, fault.row, fault.column, fault.value) == (file, 2, column, value)
    assert allowed in str(fault)


@pytest.mark.parametrize("file", ["referrals.csv", "homes.csv", "residents.csv"])
def test_every_required_cell_that_is_empty_is_an_error(file: str) -> None:
    required = {
        "referrals.csv": "referral_id young_person_id borough date_of_birth sex band needed_by",
        "homes.csv": "home_id borough registration min_age max_age sexes bands places",
        "residents.csv": "young_person_id home_id borough band date_of_birth",
    }[file].split()
    for column in required:
        found = errors(with_cell(file, column, ""))
        about = [f for f in found if f.file == file]
        assert [(f.row, f.column, f.kind) for f in about] == [(2, column, "empty cell")]
        header = plain()[file].replace(column + ",", "x_" + column[::-1] + ",", 1)
        if header == plain()[file]:
            continue
        missing = errors(plain() | {file: header})
        assert ("missing column", column) in {(f.kind, f.column) for f in missing}


def test_the_last_required_column_may_be_missing_too() -> None:
    text = "young_person_id,home_id,borough,band\nYP-R,K,E09000012,low\n"
    fault = only(plain() | {"residents.csv": text})
    assert (fault.file, fault.row, fault.column) == ("residents.csv", 1, "date_of_birth")
    assert "found: young_person_id, home_id, borough, band" in fault.allowed


KEYS = [
    ("referrals.csv", ("referral_id", "A"), "referral_id", "A"),
    ("referrals.csv", ("young_person_id", "YP-A"), "young_person_id", "YP-A"),
    ("homes.csv", ("home_id", "H"), "home_id", "H"),
]


@pytest.mark.parametrize(("file", "cell", "column", "value"), KEYS)
def test_a_key_stands_in_one_row_only(
    file: str, cell: tuple[str, str], column: str, value: str
) -> None:
    files = with_cell(file, cell[0], cell[1], row=3)
    found = [fault for fault in errors(files) if fault.kind == "key twice"]
    assert [(f.file, f.row, f.column, f.value) for f in found] == [(file, 3, column, value)]
    assert "row 2" in found[0].allowed


@pytest.mark.parametrize(
    ("file", "rows", "value"),
    [
        ("wishes.csv", "A,H,wants,,\nA,K,wants,,\nA,H,unsure,,", "A, H"),
        ("declines.csv", "A,H,\nB,H,\n A , H ,again", "A, H"),
        ("shares.csv", "B1,E09000012,2\nB2,E09000012,2\nB1,E09000012,3", "B1, E09000012"),
        (
            "residents.csv",
            "YP-S,K,E09000012,low,2011-01-01\nYP-S,H,E09000012,low,2011-01-01",
            "YP-S",
        ),
    ],
)
def test_a_key_of_a_small_file_stands_in_one_row_only(file: str, rows: str, value: str) -> None:
    files = plain()
    if file == "residents.csv":
        files[file] = "young_person_id,home_id,borough,band,date_of_birth\n"
    files[file] += rows + "\n"
    fault = only(files)
    assert (fault.file, fault.value, fault.kind) == (file, value, "key twice")
    assert fault.row == len(rows.splitlines()) + 1


@pytest.mark.parametrize(
    ("first", "second", "overlap"),
    [
        (",", ",", True),
        (",2026-04-02", "2026-04-01,", True),
        (",2026-04-01", "2026-04-01,", False),
        ("2026-04-01,2026-05-01", "2026-04-30,2026-04-30", True),
        ("2026-04-01,", ",2026-04-02", True),
        ("2026-04-01,", "2026-03-01,2026-04-01", False),
    ],
)
def test_two_rates_of_one_home_and_band_never_cover_one_day(
    first: str, second: str, overlap: bool
) -> None:
    rows = f"H,low,4500.00,,{first}\nH,high,4500.00,,\nK,low,4500.00,,\nH,low,4600.00,,{second}"
    kinds = {(fault.kind, fault.row) for fault in errors(with_row("rates.csv", rows))}
    assert ("overlap" in {kind for kind, _ in kinds}) == overlap
    assert {row for kind, row in kinds if kind == "overlap"} <= {2, 5}


def test_dates_come_in_order() -> None:
    fault = only(with_cell("referrals.csv", "waiting_since", "2026-04-02"))
    assert (fault.column, fault.value, fault.kind) == (
        "waiting_since",
        "2026-04-02",
        "wrong order",
    )
    assert "2026-04-01" in fault.allowed
    assert errors(with_cell("referrals.csv", "waiting_since", "2026-04-01")) == ()
    assert errors(with_cell("referrals.csv", "needed_by", "2020-01-01")) == ()


def test_nobody_is_born_after_the_day_of_the_question() -> None:
    for file in ("referrals.csv", "residents.csv"):
        assert only(with_cell(file, "date_of_birth", "2026-04-02")).kind == "wrong order"


def test_the_lowest_age_is_not_above_the_highest() -> None:
    fault = only(with_cell("homes.csv", "min_age", "18"))
    assert (fault.column, fault.value, fault.kind) == ("min_age", "18", "wrong order")
    assert "17" in fault.allowed
    assert errors(with_cell("homes.csv", "min_age", "17")) == ()


NHS = ["9434765919", "943 476 5919", "943-476-5919", "4010232137"]
NOT_NHS = ["9434765918", "943476591", "94347659190", "0000000001"]


@pytest.mark.parametrize("name", [*NHS, "A12345678901B", "a123456789012"])
def test_a_number_of_the_health_or_school_system_is_refused(name: str) -> None:
    fault = only(with_cell("referrals.csv", "referral_id", name))
    assert (fault.column, fault.value, fault.kind) == ("referral_id", name, "bad value")
    assert "pseudonym" in fault.allowed
    for row, file in (
        (f"{name},YP-B,caution", "relationships.csv"),
        (f"YP-B,{name},caution", "relationships.csv"),
        (f"{name},home,,H,,,", "avoid.csv"),
    ):
        assert [fault.value for fault in errors(with_row(file, row))] == [name]
    assert only(with_cell("referrals.csv", "young_person_id", name)).value == name
    assert only(with_cell("residents.csv", "young_person_id", name)).value == name


@pytest.mark.parametrize("name", [*NOT_NHS, "A1234567890B", "AB2345678901B", "R-2026-0001"])
def test_other_numbers_are_pseudonyms(name: str) -> None:
    assert errors(with_cell("referrals.csv", "referral_id", name)) == ()


def test_one_edit_from_a_known_column_is_a_misspelling_wherever_it_stands() -> None:
    for wrong in ("borouhg", "boroug", "boroughs", "Borough", "boroogh"):
        text = plain()["homes.csv"].replace("borough", wrong, 1)
        found = errors(plain() | {"homes.csv": text})
        assert {(f.kind, f.column, f.row) for f in found} == {
            ("misspelt column", wrong, 1),
            ("missing column", "borough", 1),
        }
    optional = plain()["referrals.csv"].replace("nearness", "nearnes", 1)
    fault = only(plain() | {"referrals.csv": optional})
    assert (fault.kind, fault.column) == ("misspelt column", "nearnes")
    assert "nearness" in fault.allowed


def test_two_edits_from_a_known_column_is_an_extra_column_and_a_notice() -> None:
    text = plain()["homes.csv"].replace("name,", "nmea1,", 1)
    made = read(plain() | {"homes.csv": text})
    assert any("homes.csv" in notice and "nmea1" in notice for notice in made.notices)


@pytest.mark.parametrize("file", ["relationships.csv", "avoid.csv", "declines.csv"])
def test_an_extra_column_of_a_safety_file_is_an_error(file: str) -> None:
    head = plain()[file].rstrip("\n")
    fault = only(plain() | {file: f"{head},remarks\n"})
    assert (fault.file, fault.row, fault.column, fault.kind) == (
        file,
        1,
        "remarks",
        "unknown column",
    )
    assert head.replace(",", ", ") in fault.allowed


def test_a_column_that_stands_twice_is_an_error() -> None:
    text = "contract,borough,places,borough\nB1,E09000012,2,E09000016\n"
    fault = only(plain() | {"shares.csv": text})
    assert (fault.kind, fault.column, fault.row) == ("column twice", "borough", 1)


@pytest.mark.parametrize("row", ["B1,E09000012", "B1,E09000012,2,3"])
def test_a_row_of_another_length_is_an_error(row: str) -> None:
    fault = only(with_row("shares.csv", row))
    assert (fault.file, fault.row, fault.kind) == ("shares.csv", 2, "wrong number of cells")
    assert "the header has 3" in fault.allowed


@pytest.mark.parametrize("file", ["policy.toml", "referrals.csv", "homes.csv"])
def test_three_files_must_be_there(file: str) -> None:
    files = plain()
    del files[file]
    fault = errors(files)[0]
    assert (fault.file, fault.kind) == (file, "missing file")
    assert [f for f in errors(files) if f.kind == "unknown id"] == []


def test_every_other_file_may_be_absent() -> None:
    files = {name: plain()[name] for name in ("policy.toml", "referrals.csv", "homes.csv")}
    assert errors(files) == ()


def test_safety_files_may_be_required() -> None:
    files = {name: plain()[name] for name in ("policy.toml", "referrals.csv", "homes.csv")}
    found = errors(files, require_safety=True)
    assert [f.file for f in found] == ["avoid.csv", "declines.csv", "relationships.csv"]
    assert all("--require-safety" in f.allowed for f in found)
    assert read(files).missing_safety == ("relationships.csv", "avoid.csv", "declines.csv")
    assert read(files | {"avoid.csv": HEADS["avoid.csv"]}).missing_safety == (
        "relationships.csv",
        "declines.csv",
    )


@pytest.mark.parametrize("file", ["policy.toml", "referrals.csv", "relationships.csv"])
@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b"", "empty file"),
        (b"\xef\xbb\xbf \n", "empty file"),
        (b"a,b,kind\nYP-A,\0,caution\n", "not text"),
        ("a,b,kind\nYP-A,Zoë,caution\n".encode("latin-1"), "not text"),
        ("a,b,kind\n".encode("utf-16"), "not text"),
    ],
)
def test_a_file_that_is_not_text_is_refused(file: str, raw: bytes, kind: str) -> None:
    files: dict[str, str | bytes] = {**plain(), file: raw}
    assert [(f.file, f.kind) for f in errors(files)] == [(file, kind)]


def test_the_line_that_is_not_utf_8_is_named() -> None:
    raw = b"a,b,kind\nYP-A,YP-B,caution\nYP-A,\xe9,caution\n"
    files: dict[str, str | bytes] = {**plain(), "relationships.csv": raw}
    assert "line 3" in only(files).allowed


def test_a_file_over_64_mb_is_refused_unread(tmp_path: Path) -> None:
    for name, text in plain().items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    limit = 64 * 1024 * 1024
    with (tmp_path / "rates.csv").open("r+b") as file:
        file.truncate(limit + 1)
    with pytest.raises(BadInput) as refused:
        read_case(tmp_path)
    (fault,) = refused.value.faults
    assert (fault.file, fault.value, fault.kind) == (
        "rates.csv",
        f"{limit + 1} bytes",
        "too large",
    )
    assert "64 MB" in fault.allowed


def test_a_file_that_cannot_be_read_and_a_folder_that_is_none(tmp_path: Path) -> None:
    for name, text in plain().items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "rates.csv").unlink()
    (tmp_path / "rates.csv").mkdir()
    with pytest.raises(BadInput) as refused:
        read_case(tmp_path)
    assert [(f.file, f.kind) for f in refused.value.faults] == [("rates.csv", "unreadable file")]
    with pytest.raises(BadInput, match="is not a folder"):
        read_case(tmp_path / "nowhere")


def test_an_unreadable_homes_file_brings_no_errors_about_ids() -> None:
    files: dict[str, str | bytes] = {**with_row("wishes.csv", "A,H,wants,,"), "homes.csv": b"\0"}
    assert [fault.kind for fault in errors(files)] == ["not text"]


@pytest.mark.parametrize(
    ("text", "kind", "row"),
    [
        ('contract,borough,places\nB1,"E09000012"x,2\n', "not CSV", 2),
        ('contract,borough,places\nB1,E09000012,"2\n', "not CSV", 2),
        ("\ncontract,borough,places\n", "no header", 1),
        (" , , \ncontract,borough,places\n", "no header", 1),
    ],
)
def test_a_file_that_is_no_table_is_refused(text: str, kind: str, row: int) -> None:
    fault = only(plain() | {"shares.csv": text})
    assert (fault.kind, fault.row) == (kind, row)


def test_all_errors_of_all_files_are_told_at_once() -> None:
    files = with_cell("referrals.csv", "sex", "X") | {
        "policy.toml": "as_of = 2026-04-01\nmax_arivals = 2\n",
        "homes.csv": with_cell("homes.csv", "min_age", "18")["homes.csv"],
        "rates.csv": HEADS["rates.csv"] + "H9,low,1,,,\nH,low,x,,,\n",
        "declines.csv": "referral_id,home_id,reason,by\n",
    }
    found = [(f.file, f.row, f.column) for f in errors(files, require_safety=True)]
    assert found == [
        ("declines.csv", 1, "by"),
        ("homes.csv", 2, "min_age"),
        ("policy.toml", None, "max_arivals"),
        ("rates.csv", 2, "home_id"),
        ("rates.csv", 3, "weekly_fee"),
        ("referrals.csv", 2, "sex"),
    ]


def test_the_first_200_errors_are_shown_and_all_are_counted_by_kind() -> None:
    rows = "\n".join(f"A,H{number},wants,," for number in range(240)) + "\nA,H,adores,,"
    with pytest.raises(BadInput) as refused:
        read(with_row("wishes.csv", rows))
    report = str(refused.value)
    lines = report.splitlines()
    assert len(refused.value.faults) == 241
    assert lines[0] == "241 problems found. Nothing was done."
    assert len([line for line in lines if line.startswith("  wishes.csv")]) == 200
    assert lines[-2:] == ["  … and 41 more", "By kind: bad value 1, unknown id 240"]
    few = BadInput(refused.value.faults[:1])
    assert str(few).splitlines()[0] == "1 problem found. Nothing was done."
    assert "more" not in str(few)


def test_a_value_that_is_long_or_unprintable_is_shown_short_and_safe() -> None:
    fault = only(with_row("shares.csv", "B1,E09000012," + "9" * 300))
    assert "9" * 80 + "…" in str(fault)
    assert "9" * 81 not in str(fault)
    fault = only(with_row("shares.csv", "B1,E09000012,\x1b[31m2"))
    assert "\x1b" not in str(fault)
    assert "\\x1b[31m2" in str(fault)


POLICY = [
    ("", "as_of", "", "required"),
    ('as_of = "2026-04-01"\n', "as_of", "2026-04-01", "without quotes"),
    ("as_of = 2026-04-01T10:00:00\n", "as_of", "2026-04-01 10:00:00", "a date"),
    (AS_OF + "reach = 5\n", "reach", "5", "unknown key; allowed: as_of"),
    (AS_OF + "reach_miles = 5.25\n", "reach_miles", "5.25", "one decimal"),
    (AS_OF + "reach_miles = -0.1\n", "reach_miles", "-0.1", "miles from 0"),
    (AS_OF + "reach_miles = inf\n", "reach_miles", "Infinity", "miles from 0"),
    (AS_OF + "reach_miles = nan\n", "reach_miles", "NaN", "miles from 0"),
    (AS_OF + "reach_miles = true\n", "reach_miles", "True", "miles from 0"),
    (AS_OF + 'unknown_distance_miles = "10"\n', "unknown_distance_miles", "10", "miles from 0"),
    (AS_OF + "planned_months = 9.0\n", "planned_months", "9.0", "whole number"),
    (AS_OF + "max_arrivals = -1\n", "max_arrivals", "-1", "whole number"),
    (AS_OF + "max_arrivals = true\n", "max_arrivals", "True", "whole number"),
    (AS_OF + "points = 3\n", "points", "3", "a table [points]"),
    (AS_OF + "[points]\nper_mil = 3\n", "points.per_mil", "3", "unknown key; allowed: per_mile"),
    (AS_OF + "[points]\nper_mile = -3\n", "points.per_mile", "-3", "whole number"),
    (AS_OF + "[points]\nper_mile = 2.5\n", "points.per_mile", "2.5", "whole number"),
    (AS_OF + "[wait]\ntoday = 9\n", "wait.today", "9", "unknown key; allowed: within_5_days"),
    (AS_OF + '[load]\nlow = "1"\n', "load.low", "1", "whole number"),
    (AS_OF + "[max_distance_miles]\ntoday = 6.55\n", "max_distance_miles.today", "6.55", "one dec"),
]


@pytest.mark.parametrize(("text", "key", "value", "allowed"), POLICY)
def test_a_bad_policy_is_named_by_its_key(text: str, key: str, value: str, allowed: str) -> None:
    text = text or "max_arrivals = 2\n"
    fault = only(plain() | {"policy.toml": text})
    assert (fault.file, fault.column, fault.value) == ("policy.toml", key, value)
    assert allowed in fault.allowed


def test_a_policy_that_is_not_toml_is_refused() -> None:
    for text in ("as_of: 2026-04-01\n", AS_OF + AS_OF, AS_OF + "[points\n"):
        assert only(plain() | {"policy.toml": text}).kind == "not TOML"
