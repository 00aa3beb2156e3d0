"""Every error of a file of costs, alone in the example of the documents, with its message."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from pricing.forecast.costs import PER, parse_costs, read_costs
from pricing.problems import BadInput
from tests.unit.pricing.samples import edited

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "forecast" / "costs.toml"
TEXT = EXAMPLE.read_text(encoding="utf-8")
UPLIFT = 'percent = "3.00"\nsource = "Made up for this example"\n'
FIGURE = """[[costs]]
code = "tea"
name = "Tea"
per = "month"
amount = "12.00"
source = "Made up"
day = 2026-03-02
"""
TEA = f'name = "Made up"\n[uplift]\npercent = "0"\nsource = "s"\nday = 2026-03-02\n{FIGURE}'

# what is wrong: change to the example, then the key, the kind, the value and what is allowed
ONE_WRONG = {
    "an unknown key at the top": (
        ("[uplift] ", 'profit = "9.00"\n[uplift] '),
        ("profit", "unknown key", '"9.00"', "name uplift costs"),
    ),
    "no name": (
        ('name = "Costs of an invented provider (every figure is made up)"', ""),
        ("name", "missing key", "missing", "required"),
    ),
    "an unknown key of the uplift": (
        (UPLIFT, UPLIFT + "from = 2027-04-01\n"),
        ("uplift.from", "unknown key", "2027-04-01", "percent source day"),
    ),
    "an uplift that is unknown": (
        ('percent = "3.00"\n', ""),
        ("uplift.percent", "missing key", "missing", "required"),
    ),
    "an uplift without source": (
        (UPLIFT, 'percent = "3.00"\n'),
        ("uplift.source", "missing key", "missing", "required"),
    ),
    "an uplift in figures": (
        ('percent = "3.00"', "percent = 3.00"),
        ("uplift.percent", "bad value", "3.00", "a percentage from 0 to 100, in quotes"),
    ),
    "a fall": (
        ('percent = "3.00"', 'percent = "-3.00"'),
        ("uplift.percent", "negative value", '"-3.00"', "a percentage from 0 to 100"),
    ),
    "an unknown key of a figure": (
        ('per = "month" ', 'vat = true\nper = "month" '),
        ("costs[1].vat", "unknown key", "true", "code name per amount source day"),
    ),
    "a figure without source": (
        ('amount = "21500.00"', 'amount = "21500.00"\nsources = "Made up"'),
        ("costs[1].sources", "unknown key", '"Made up"', "source day"),
    ),
    "a figure per something else": (
        ('per = "home_month"', 'per = "home_week"'),
        (
            "costs[2].per",
            "bad value",
            '"home_week"',
            '"month" or "home_month" or "place_week" or "used_place_week"',
        ),
    ),
    "an amount below 0": (
        ('"9250.00"', '"-9250.00"'),
        ("costs[2].amount", "negative value", '"-9250.00"', "pounds from 0.00"),
    ),
    "an amount without pence": (
        ('"9250.00"', '"9250"'),
        ("costs[2].amount", "bad value", '"9250"', "pounds from 0.00 with two decimals"),
    ),
    "a source that is blank": (
        (UPLIFT, 'percent = "3.00"\nsource = " "\n'),
        ("uplift.source", "bad value", '" "', "text in quotes, not blank"),
    ),
    "a day that is text": (
        ('"Made up for this example"\nday = 2026-03-02\n\n[[costs]]\ncode = "house"',
         '"Made up for this example"\nday = "2026-03-02"\n\n[[costs]]\ncode = "house"'),
        ("costs[1].day", "bad value", '"2026-03-02"', "a day without quotes"),
    ),
    "a code with a blank": (
        ('code = "house"', 'code = "the house"'),
        ("costs[2].code", "bad value", '"the house"', "without blanks"),
    ),
    "a code twice": (
        ('code = "house"', 'code = "management"'),
        ("costs[2].code", "duplicate", '"management"', "each once; costs[1] has it"),
    ),
    "a band where none belongs": (
        ('per = "home_month"', 'per = "home_month"\nband = "low"'),
        ("costs[2].band", "forbidden key", '"low"', 'nothing: only a cost per "used_place_week"'),
    ),
    "no band where one belongs": (
        ('band = "low"\n', ""),
        ("costs[4].band", "missing key", "missing", "required"),
    ),
    "a band nobody knows": (
        ('band = "low"', 'band = "none"'),
        ("costs[4].band", "bad value", '"none"', '"low" or "medium" or "high" or "specialist"'),
    ),
    "a band whose cost is unknown": (
        ('band = "low"', 'band = "medium"'),
        (
            "costs",
            "missing band",
            "no cost per used_place_week of low",
            "one for every band, or for none",
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", ONE_WRONG)
def test_a_file_with_one_thing_wrong_has_one_problem_naming_key_value_and_allowed(
    what: str,
) -> None:
    change, (key, kind, value, allowed) = ONE_WRONG[what]
    with pytest.raises(BadInput) as refused:
        parse_costs(edited(TEXT, change).encode(), "costs.toml")
    (problem,) = refused.value.problems
    assert (problem.file, problem.key, problem.kind) == ("costs.toml", key, kind)
    assert value in problem.value
    assert allowed in problem.allowed


@pytest.mark.parametrize(
    ("text", "key", "value", "allowed"),
    [
        (TEA.replace(FIGURE, "costs = []\n"), "uplift.costs", "a list of 0", "percent source day"),
        (TEA.replace("[uplift]", "costs = 3\n[uplift]").replace(FIGURE, ""),
         "costs", "3", "[[costs]]"),
        (TEA.replace("[uplift]", "costs = []\n[uplift]").replace(FIGURE, ""),
         "costs", "no figure", "at least one table headed [[costs]]"),
        (f'name = "Made up"\nuplift = "3.00"\n{FIGURE}', "uplift", '"3.00"', "a table"),
        (TEA.replace('per = "month"\n', ""), "costs[1].per", "missing", "required"),
        ("name = 1 2", "", "not TOML", "valid TOML 1.0"),
        ("", "", "the file is empty", "a file with content"),
        ("#" * (4 * 1024 * 1024 + 1), "", "too large for a file of costs", "4 MB"),
    ],
)  # fmt: skip
def test_a_file_of_another_shape_is_refused(text: str, key: str, value: str, allowed: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_costs(text.encode(), "costs.toml")
    found = {problem.key: problem for problem in refused.value.problems}
    assert value in found[key].value
    assert allowed in found[key].allowed


def test_every_problem_of_a_file_is_said_at_once() -> None:
    text = edited(
        TEXT,
        ('percent = "3.00"', "percent = 3"),
        ('per = "home_month"', 'per = "home"'),
        ('"640.00"', '"640"'),
    )
    with pytest.raises(BadInput) as refused:
        parse_costs(text.encode(), "costs.toml")
    assert [problem.key for problem in refused.value.problems] == [
        "uplift.percent",
        "costs[2].per",
        "costs[4].amount",
    ]


def test_a_file_that_is_not_there_is_a_problem_and_no_traceback(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"none\.toml: file: cannot be read"):
        read_costs(tmp_path / "none.toml")


def test_the_example_of_the_documents_is_read_with_source_and_day_of_every_figure() -> None:
    costs = read_costs(EXAMPLE)
    assert "made up" in costs.name
    assert costs.percent == Fraction(3)
    assert [figure.per for figure in costs.figures] == [*list(PER)[:3], *["used_place_week"] * 4]
    assert [figure.band for figure in costs.figures] == [
        None, None, None, "low", "medium", "high", "specialist",
    ]  # fmt: skip
    assert {(figure.source, figure.day) for figure in costs.figures} == {
        ("Made up for this example", date(2026, 3, 2))
    }
    assert costs.figures[1].amount == 925_000


def test_costs_that_do_not_depend_on_use_need_no_band() -> None:
    (figure,) = parse_costs(TEA.encode(), "costs.toml").figures
    assert (figure.code, figure.band, figure.amount) == ("tea", None, 1200)
