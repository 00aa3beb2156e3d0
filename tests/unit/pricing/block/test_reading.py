"""Trades and homes from files: every error with its row, its value and what is allowed."""

from datetime import date
from pathlib import Path

import pytest

from pricing.block.events import (
    Exit,
)
from pricing.block.shares import share_periods
from pricing.block.tables import read_places, read_trades
from pricing.block.trades import Trade, row_problems
from pricing.problems import Problems
from pricing.terms import Contract
from tests.unit.pricing.block.samples import PLACES, SMALL
from tests.unit.pricing.samples import HACKNEY, HAVERING, NEWHAM, edited

TRADES_HEAD = "trade_id,released_by,used_by,from,to,places,price_per_place_week"
TRADES_ROW = f"T1,{HAVERING},{NEWHAM},2026-09-07,2026-12-07,2,3600.00"
HOMES_TEXT = "home_id,places\nSC990001,3\nSC990002,1\nSC990003,2\n"


def trades_problems(
    text: str, folder: Path, contract: Contract | None = SMALL, exits: tuple[Exit, ...] = ()
) -> list[str]:
    path = folder / "trades.csv"
    path.write_text(text, encoding="utf-8")
    found = Problems()
    block = contract.block if contract is not None else None
    periods = share_periods(contract, block, exits) if contract and block else ()
    read_trades(path, contract, periods, found)
    return [str(problem) for problem in found]


def test_a_trade_is_read_with_its_price_in_pence(tmp_path: Path) -> None:
    path = tmp_path / "trades.csv"
    second = f"T0,{HACKNEY},E09000033,2026-09-07,2026-12-07,1,0.00"
    path.write_text(f"{TRADES_HEAD}\n{TRADES_ROW}\n{second}\n", encoding="utf-8")
    found = Problems()
    assert SMALL.block is not None
    trades = read_trades(path, SMALL, share_periods(SMALL, SMALL.block, ()), found)
    assert not found.found
    days = (date(2026, 9, 7), date(2026, 12, 7))
    assert trades == (
        Trade("T0", HACKNEY, "E09000033", *days, 1, 0, row=3),
        Trade("T1", HAVERING, NEWHAM, *days, 2, 360000, row=2),
    )


TERM = "inside the term of NEL-BLOCK-1, 2026-04-01 to 2034-04-01"
MONEY = "pounds from 0.00 with two decimals, such as 4500.00"
KNOWN = f"a borough of the shares: {HACKNEY}, {HAVERING}, {NEWHAM}"
ONS = "a borough's ONS code, E and eight digits, such as E09000016"
DAY = "a day as year-month-day, such as 2026-04-01"
BAD_TRADES = [
    ("T1", "", 'column trade_id: bad value: ""; allowed: a name or id, not empty'),
    (HAVERING, "Havering", f'column released_by: bad value: "Havering"; allowed: {ONS}'),
    (HAVERING, "", f'column released_by: bad value: ""; allowed: {ONS}'),
    (
        HAVERING,
        "E09000033",
        f'column released_by: unknown borough: "E09000033"; allowed: {KNOWN}',
    ),
    (NEWHAM, "E0900025", f'column used_by: bad value: "E0900025"; allowed: {ONS}'),
    (
        NEWHAM,
        HAVERING,
        f'column used_by: trade with oneself: "{HAVERING}"; allowed: a borough other than'
        " released_by",
    ),
    ("2026-09-07", "7/9/2026", f'column from: bad value: "7/9/2026"; allowed: {DAY}'),
    ("2026-12-07", "", f'column to: bad value: ""; allowed: {DAY}'),
    (
        "2026-12-07",
        "2026-09-07",
        "column to: wrong order: 2026-09-07; allowed: a day after from, 2026-09-07",
    ),
    ("2026-09-07", "2026-03-31", f"column from: outside the term: 2026-03-31; allowed: {TERM}"),
    ("2026-12-07", "2034-04-02", f"column to: outside the term: 2034-04-02; allowed: {TERM}"),
    (",2,", ",0,", "column places: bad value: 0; allowed: a whole number from 1"),
    (
        ",2,",
        ",-1,",
        'column places: negative value: "-1"; allowed: a whole number from 0 to 1000000',
    ),
    (
        ",2,",
        ",half,",
        'column places: bad value: "half"; allowed: a whole number from 0 to 1000000',
    ),
    ("3600.00", "", f'column price_per_place_week: bad value: ""; allowed: {MONEY}'),
    ("3600.00", "£3600", f'column price_per_place_week: bad value: "£3600"; allowed: {MONEY}'),
    ("3600.00", "-1.00", f'column price_per_place_week: negative value: "-1.00"; allowed: {MONEY}'),
]


@pytest.mark.parametrize(("old", "new", "wanted"), BAD_TRADES, ids=[each[2] for each in BAD_TRADES])
def test_a_trade_with_one_bad_cell_has_one_problem(
    old: str, new: str, wanted: str, tmp_path: Path
) -> None:
    text = f"{TRADES_HEAD}\n{edited(TRADES_ROW, (old, new))}\n"
    assert trades_problems(text, tmp_path) == [f"trades.csv, row 2, {wanted}"]


def test_two_trades_of_one_id_are_a_problem(tmp_path: Path) -> None:
    one, other = TRADES_ROW, edited(TRADES_ROW, (",2,", ",1,"))
    assert trades_problems(f"{TRADES_HEAD}\n{one}\n{other}\n", tmp_path) == [
        'trades.csv, row 3, column trade_id: duplicate: "T1"; allowed: each once; row 2 has it'
    ]


def test_nobody_releases_more_than_its_share_on_any_day(tmp_path: Path) -> None:
    other = f"T2,{HAVERING},{HACKNEY},2026-12-06,2027-01-01,2,0.00"
    key = "trades.csv, columns released_by and places: more released than the share"
    assert trades_problems(f"{TRADES_HEAD}\n{TRADES_ROW}\n{other}\n", tmp_path) == [
        f"{key}: {HAVERING} releases 4 on 2026-12-06; allowed: its share that day, 3"
    ]
    beside = edited(other, ("2026-12-06", "2026-12-07"))
    assert trades_problems(f"{TRADES_HEAD}\n{TRADES_ROW}\n{beside}\n", tmp_path) == []


def test_who_has_left_releases_nothing_and_who_took_its_places_may(tmp_path: Path) -> None:
    leaver = Exit(HACKNEY, date(2026, 6, 30), date(2026, 10, 30))
    own = edited(TRADES_ROW, (HAVERING, HACKNEY))
    assert trades_problems(f"{TRADES_HEAD}\n{own}\n", tmp_path, exits=(leaver,)) == [
        "trades.csv, columns released_by and places: more released than the share:"
        f" {HACKNEY} releases 2 on 2026-10-30; allowed: its share that day, 0"
    ]
    more = edited(TRADES_ROW, (",2,", ",5,"), ("2026-09-07", "2026-10-30"))
    assert trades_problems(f"{TRADES_HEAD}\n{more}\n", tmp_path, exits=(leaver,)) == []


def test_a_trade_may_fill_the_whole_term(tmp_path: Path) -> None:
    text = edited(TRADES_ROW, ("2026-09-07", "2026-04-01"), ("2026-12-07", "2034-04-01"))
    assert trades_problems(f"{TRADES_HEAD}\n{text}\n", tmp_path) == []


def test_trades_from_elsewhere_are_checked_too() -> None:
    bad = Trade("T1", HAVERING, NEWHAM, SMALL.end, SMALL.start, 1, -1)
    kinds = [problem.kind for problem in row_problems(SMALL, bad, "trades")]
    assert kinds == ["negative value", "wrong order", "outside the term", "outside the term"]


def test_the_cells_are_checked_without_a_contract_too(tmp_path: Path) -> None:
    text = f"{TRADES_HEAD}\n{edited(TRADES_ROW, ('3600.00', '36'))}\n"
    assert len(trades_problems(text, tmp_path, contract=None)) == 1
    assert trades_problems(f"{TRADES_HEAD}\n{TRADES_ROW}\n", tmp_path, contract=None) == []


def test_every_column_of_trades_and_homes_must_be_there(tmp_path: Path) -> None:
    for column in TRADES_HEAD.split(","):
        text = f"{TRADES_HEAD.replace(column, 'other')}\n{TRADES_ROW}\n"
        assert trades_problems(text, tmp_path) == [
            f"trades.csv, row 1, column {column}: missing column: missing; allowed: once in the"
            " header"
        ]


def homes(text: str, folder: Path, contract: Contract | None = SMALL) -> tuple[object, list[str]]:
    path = folder / "homes.csv"
    path.write_text(text, encoding="utf-8")
    found = Problems()
    places = read_places(path, contract, found)
    return places, [str(problem) for problem in found]


def test_places_are_read_from_a_small_table_and_from_a_cases_homes(tmp_path: Path) -> None:
    assert homes(HOMES_TEXT, tmp_path) == (PLACES, [])
    case = (
        "home_id,name,places,contract\nSC990001,Alder,3,NEL-BLOCK-1\nSC990077,Oak,x,\n"
        "SC990003,Fir,2,NEL-BLOCK-1\n"
    )
    assert homes(case, tmp_path) == ({"SC990001": 3, "SC990003": 2}, [])


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        (
            "SC990002",
            "SC990001",
            'home_id: duplicate: "SC990001"; allowed: each home once; row 2 has it',
        ),
        ("SC990002", "", 'home_id: bad value: ""; allowed: a name or id, not empty'),
        (",1", ",one", 'places: bad value: "one"; allowed: a whole number from 0 to 1000000'),
        (",1", ",", 'places: bad value: ""; allowed: a whole number from 0 to 1000000'),
    ],
)
def test_a_home_with_one_bad_cell_has_one_problem(
    old: str, new: str, wanted: str, tmp_path: Path
) -> None:
    _, problems = homes(edited(HOMES_TEXT, (old, new)), tmp_path)
    assert problems == [f"homes.csv, row 3, column {wanted}"]


def test_a_home_that_a_case_marks_as_anothers_is_a_problem(tmp_path: Path) -> None:
    text = "home_id,places,contract\nSC990001,3,\nSC990002,1,OTHER\n"
    _, problems = homes(text, tmp_path)
    wanted = 'allowed: "NEL-BLOCK-1", whose home it is'
    assert problems == [
        f'homes.csv, row 2, column contract: another contract: ""; {wanted}',
        f'homes.csv, row 3, column contract: another contract: "OTHER"; {wanted}',
    ]
    assert homes("places,other\n3,4\n", tmp_path)[1][0].startswith(
        "homes.csv, row 1, column home_id"
    )
