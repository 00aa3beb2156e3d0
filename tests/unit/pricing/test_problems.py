from datetime import date, datetime
from decimal import Decimal

from pricing.problems import BadInput, InputProblem, describe


def problem(row: int, kind: str = "bad value") -> InputProblem:
    return InputProblem("ledger.csv", "column band", '"severe"', "low, high", kind, row)


def test_a_problem_is_one_line_with_file_row_column_value_and_what_is_allowed() -> None:
    assert str(problem(4)) == (
        'ledger.csv, row 4, column band: bad value: "severe"; allowed: low, high'
    )
    whole_file = InputProblem("ledger.csv", "", "the file is empty", "content", "file")
    assert str(whole_file) == "ledger.csv: file: the file is empty; allowed: content"


def test_one_problem_is_not_counted_by_kind() -> None:
    assert str(BadInput([problem(4)])) == (
        "1 problem in the input; nothing was computed\n"
        '  ledger.csv, row 4, column band: bad value: "severe"; allowed: low, high'
    )


def test_of_many_problems_two_hundred_are_shown_and_all_are_kept_and_counted() -> None:
    refused = BadInput(
        [problem(row, "duplicate" if row % 100 == 0 else "bad value") for row in range(2, 503)]
    )
    assert len(refused.problems) == 501
    lines = str(refused).splitlines()
    assert len(lines) == 203
    assert lines[0] == "501 problems in the input; nothing was computed"
    assert lines[200].startswith("  ledger.csv, row 201,")
    assert lines[201:] == ["  and 301 more", "by kind: bad value 496, duplicate 5"]
    assert len(refused.render(shown=10).splitlines()) == 13


def test_values_are_shown_short_and_with_nothing_invisible() -> None:
    assert describe("x" * 100) == f'"{"x" * 60}" (100 characters)'
    assert describe("a\tb\nc\x1b[31m") == '"a\\tb\\nc\\x1b[31m"'
    assert describe("\u202egnirts") == '"\\u202egnirts"'
    assert describe(True) == "true"
    assert describe(False) == "false"
    assert describe(-3) == "-3"
    assert describe(1 << 20_000) == "a whole number of 20001 bits"
    assert describe(Decimal("4500.5")) == "4500.5 (a number with a fraction, without quotes)"
    assert describe(date(2026, 4, 1)) == "2026-04-01"
    assert describe(datetime(2026, 4, 1, 12)) == "2026-04-01T12:00:00"
    assert describe([1, 2]) == "a list of 2"
    assert describe({"a": 1}) == "a table"
