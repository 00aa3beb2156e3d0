"""Events from a file: every error with its key, its value and what is allowed."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from pricing.block.events import (
    NO_EVENTS,
    AgreedYear,
    BlockTerms,
    Events,
    Exit,
    Failure,
    RecordedChange,
    Told,
)
from pricing.block.events_file import read_events
from pricing.problems import InputProblem, Problems
from pricing.terms import Contract
from tests.unit.pricing.block.samples import SMALL
from tests.unit.pricing.samples import HACKNEY, HAVERING, NEWHAM, edited

TERM = "inside the term of NEL-BLOCK-1, 2026-04-01 to 2034-04-01"
KNOWN = f"a borough of the shares: {HACKNEY}, {HAVERING}, {NEWHAM}"
EVENTS_TEXT = f"""
contract = "NEL-BLOCK-1"
[terms]
material_percent = "4.50"
notice_months = 4
notice_working_days = 8
[[years]]
start = 2026-04-01
mix = {{ low = 2, medium = 1.5, high = 0, specialist = 1 }}
requirements_a_week = "12.50"
[[years]]
start = 2027-04-01
amount = "1500000.00"
[[changes]]
id = "A1"
on = 2026-07-06
kind = "adjustment"
effect = "less"
amount = "2314.29"
reason = "billed twice"
[[exits]]
borough = "{HACKNEY}"
notice_given = 2026-06-30
leaves_on = 2026-10-30
[[failures]]
provider = "P2"
on = 2027-01-11
[[told]]
of = "exit {HACKNEY}"
on = 2026-07-01
"""


def events_problems(
    text: str, folder: Path, contract: Contract | None = SMALL
) -> list[InputProblem]:
    path = folder / "events.toml"
    path.write_text(text, encoding="utf-8")
    found = Problems()
    read_events(path, contract, found)
    return list(found)


def test_events_are_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "events.toml"
    path.write_text(EVENTS_TEXT, encoding="utf-8")
    found = Problems()
    assert read_events(path, SMALL, found) == Events(
        terms=BlockTerms(Fraction(9, 2), 4, 8),
        years=(
            AgreedYear(
                date(2026, 4, 1),
                mix={
                    "low": Fraction(2),
                    "medium": Fraction(3, 2),
                    "high": Fraction(0),
                    "specialist": Fraction(1),
                },
                requirements_a_week=1250,
            ),
            AgreedYear(date(2027, 4, 1), amount=150_000_000),
        ),
        changes=(
            RecordedChange("A1", date(2026, 7, 6), "adjustment", "less", 231429, "billed twice"),
        ),
        exits=(Exit(HACKNEY, date(2026, 6, 30), date(2026, 10, 30)),),
        failures=(Failure("P2", date(2027, 1, 11)),),
        told=(Told(f"exit {HACKNEY}", date(2026, 7, 1)),),
    )
    assert not found.found


def test_a_file_of_events_needs_its_contract_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "events.toml"
    path.write_text('contract = "NEL-BLOCK-1"\n', encoding="utf-8")
    found = Problems()
    events = read_events(path, SMALL, found)
    assert not found.found
    assert (events.terms, list(events.exits)) == (NO_EVENTS.terms, [])
    assert events.terms == BlockTerms(Fraction(5), 3, 10)


TEXT = "text in quotes, not blank, without blanks around it, up to 200 characters"
PLAIN_DAY = "a day without quotes, such as 2026-04-01"
QUOTED = 'pounds from 0.00 with two decimals, in quotes, such as "4500.00"'
PERCENT = 'a percentage from 0 to 100, in quotes, such as "2.80"'
WHOLE = "a whole number from 0 to 1000000, without quotes"
FRACTION = " (a number with a fraction, without quotes)"
BAD_EVENTS = [
    ('"NEL-BLOCK-1"', '"OTHER"', "contract", "another contract", '"OTHER"', '"NEL-BLOCK-1"'),
    ('contract = "NEL-BLOCK-1"', "", "contract", "missing key", "missing", "this key is required"),
    (
        "[terms]",
        'tems = "x"\n[terms]',
        "tems",
        "unknown key",
        '"x"',
        "contract terms years changes",
    ),
    (
        '"4.50"',
        "4.5",
        "terms.material_percent",
        "bad value",
        f"4.5{FRACTION}",
        PERCENT,
    ),
    ('"4.50"', '"101"', "terms.material_percent", "bad value", '"101"', PERCENT),
    (
        "notice_months = 4",
        "notice_months = -1",
        "terms.notice_months",
        "negative value",
        "-1",
        WHOLE,
    ),
    ("notice_months = 4", "months = 4", "terms.months", "unknown key", "4", "material_percent"),
    (
        "working_days = 8",
        'working_days = "8"',
        "terms.notice_working_days",
        "bad value",
        '"8"',
        WHOLE,
    ),
    (
        "start = 2026-04-01",
        "start = 2026-04-02",
        "years[1].start",
        "no contract year",
        "2026-04-02",
        "first day of a year of NEL-BLOCK-1: 2026-04-01, 2027-04-01",
    ),
    ("start = 2026-04-01", "", "years[1].start", "missing key", "missing", "required"),
    (
        "start = 2027-04-01",
        "start = 2026-04-01",
        "years[2].start",
        "duplicate",
        "2026-04-01",
        "each once; years[1] has it",
    ),
    (
        'amount = "1500000.00"',
        "",
        "years[2].amount",
        "value of the year",
        "neither amount nor mix",
        "one of the two: an amount, or a mix of places by band",
    ),
    (
        'requirements_a_week = "12.50"',
        'amount = "1.00"',
        "years[1].amount",
        "value of the year",
        "amount and mix",
        "one of the two",
    ),
    (
        'amount = "1500000.00"',
        'amount = "1.00"\nrequirements_a_week = "2.00"',
        "years[2].requirements_a_week",
        "forbidden key",
        '"2.00"',
        "nothing beside an amount",
    ),
    ('"1500000.00"', '"1,500,000"', "years[2].amount", "bad value", '"1,500,000"', QUOTED),
    (
        '"12.50"',
        "12.50",
        "years[1].requirements_a_week",
        "bad value",
        f"12.50{FRACTION}",
        QUOTED,
    ),
    ("low = 2,", "", "years[1].mix.low", "missing key", "missing", "required"),
    (
        "low = 2,",
        "low = -2,",
        "years[1].mix.low",
        "negative value",
        "-2",
        "a number of places in use",
    ),
    (
        "low = 2,",
        "low = 3.6,",
        "years[1].mix",
        "more in use than places",
        "6.1 places in use",
        "up to the contract's places, 6",
    ),
    ("mix = {", "mix = 3 #", "years[1].mix", "bad value", "3", "a table"),
    ('"A1"', '""', "changes[1].id", "bad value", '""', TEXT),
    (
        "on = 2026-07-06",
        'on = "2026-07-06"',
        "changes[1].on",
        "bad value",
        '"2026-07-06"',
        PLAIN_DAY,
    ),
    ("on = 2026-07-06", "on = 2034-04-01", "changes[1].on", "outside the term", "2034-04-01", TERM),
    (
        '"adjustment"',
        '"gift"',
        "changes[1].kind",
        "bad value",
        '"gift"',
        '"adjustment" or "variation" or "spend"',
    ),
    ('"less"', '"down"', "changes[1].effect", "bad value", '"down"', '"more" or "less"'),
    ('"2314.29"', '"-2314.29"', "changes[1].amount", "negative value", '"-2314.29"', QUOTED),
    ('reason = "billed twice"', "", "changes[1].reason", "missing key", "missing", "required"),
    (
        f'borough = "{HACKNEY}"',
        'borough = "E09000033"',
        "exits[1].borough",
        "unknown borough",
        '"E09000033"',
        KNOWN,
    ),
    (
        "leaves_on = 2026-10-30",
        "leaves_on = 2026-10-29",
        "exits[1].leaves_on",
        "notice too short",
        "2026-10-29",
        "2026-10-30 or later: 4 months' notice, given on 2026-06-30",
    ),
    (
        "leaves_on = 2026-10-30",
        "leaves_on = 2034-04-01",
        "exits[1].leaves_on",
        "outside the term",
        "2034-04-01",
        "a day after 2026-04-01 and before 2034-04-01, the term of NEL-BLOCK-1",
    ),
    (
        "notice_given = 2026-06-30",
        "",
        "exits[1].notice_given",
        "missing key",
        "missing",
        "required",
    ),
    ('"P2"', '"P3"', "failures[1].provider", "unknown provider", '"P3"', '"P1" or "P2"'),
    (
        "on = 2027-01-11",
        "on = 2026-03-31",
        "failures[1].on",
        "outside the term",
        "2026-03-31",
        TERM,
    ),
    ("on = 2026-07-01", "on = 2026", "told[1].on", "bad value", "2026", PLAIN_DAY),
    (
        "[[told]]",
        "[told]",
        "told",
        "bad value",
        "a table",
        "up to 1000 tables, each headed [[told]]",
    ),
]


@pytest.mark.parametrize(
    ("old", "new", "key", "kind", "value", "allowed"),
    BAD_EVENTS,
    ids=[f"{each[2]}-{each[3]}-{each[4]}" for each in BAD_EVENTS],
)
def test_a_file_of_events_with_one_fault_has_one_problem(
    old: str, new: str, key: str, kind: str, value: str, allowed: str, tmp_path: Path
) -> None:
    (problem,) = events_problems(edited(EVENTS_TEXT, (old, new)), tmp_path)
    assert (problem.file, problem.key, problem.kind) == ("events.toml", key, kind)
    assert problem.value == value
    assert allowed in problem.allowed


REPEATED = [
    (
        "changes",
        'id = "A1"\non = 2026-08-01\nkind = "spend"\neffect = "more"\namount = "1.00"\n'
        'reason = "r"',
        "changes[2].id",
    ),
    (
        "exits",
        f'borough = "{HACKNEY}"\nnotice_given = 2026-06-30\nleaves_on = 2027-10-30',
        "exits[2].borough",
    ),
    ("failures", 'provider = "P2"\non = 2027-02-11', "failures[2].provider"),
    ("told", f'of = "exit {HACKNEY}"\non = 2026-07-02', "told[2].of"),
]


@pytest.mark.parametrize(("table", "text", "key"), REPEATED)
def test_nothing_happens_twice(table: str, text: str, key: str, tmp_path: Path) -> None:
    (problem,) = events_problems(f"{EVENTS_TEXT}\n[[{table}]]\n{text}\n", tmp_path)
    assert (problem.key, problem.kind) == (key, "duplicate")


def test_somebody_with_a_share_must_stay(tmp_path: Path) -> None:
    more = "".join(
        f'[[exits]]\nborough = "{code}"\nnotice_given = 2026-06-30\nleaves_on = 2026-12-01\n'
        for code in (HAVERING, NEWHAM)
    )
    (problem,) = events_problems(EVENTS_TEXT + more, tmp_path)
    assert str(problem) == (
        "events.toml, exits: nobody stays: every borough with a share leaves;"
        " allowed: at least one borough with a share that stays"
    )


def test_notice_at_the_end_of_the_calendar_is_too_short_and_no_fault(tmp_path: Path) -> None:
    text = edited(EVENTS_TEXT, ("notice_given = 2026-06-30", "notice_given = 9999-11-30"))
    (problem,) = events_problems(text, tmp_path)
    assert problem.kind == "notice too short"


def test_all_faults_are_told_at_once_and_without_a_contract_too(tmp_path: Path) -> None:
    text = edited(EVENTS_TEXT, ('"less"', '"down"'), ('"P2"', '"P3"'), ('"4.50"', '"x"'))
    assert [problem.key for problem in events_problems(text, tmp_path)] == [
        "terms.material_percent",
        "changes[1].effect",
        "failures[1].provider",
    ]
    assert [problem.key for problem in events_problems(text, tmp_path, contract=None)] == [
        "terms.material_percent",
        "changes[1].effect",
    ]


@pytest.mark.parametrize(
    ("write", "value"),
    [
        (lambda path: path.write_text("contract = ", encoding="utf-8"), "not TOML"),
        (lambda path: path.write_bytes(b"\xff\xfe"), "a byte that is not UTF-8"),
        (lambda path: path.write_text(" \n", encoding="utf-8"), "the file is empty"),
        (
            lambda path: path.write_text("#" * (4 * 1024 * 1024 + 1)),
            "too large for a file of events",
        ),
        (lambda path: None, "cannot be read: no such file or directory"),
    ],
)
def test_what_is_no_file_of_events_says_why(
    write: Callable[[Path], object], value: str, tmp_path: Path
) -> None:
    path = tmp_path / "events.toml"
    write(path)
    found = Problems()
    assert read_events(path, SMALL, found) == Events()
    (problem,) = found
    assert problem.kind == "file"
    assert value in problem.value
