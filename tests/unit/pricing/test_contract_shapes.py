"""Tables of the wrong shape, spot and block, and many errors of one contract file together."""

import re

import pytest

from pricing.contract import parse_contract
from pricing.problems import BadInput
from tests.unit.pricing.samples import BLOCK_TEXT, SPOT_TEXT, contract_of, edited, problems_of

INCLUDED = "included = { low = 0, medium = 10, high = 20, specialist = 40 }"

WRONG_SHAPE = {
    "voids": ("places = 35", 'places = 35\nvoids = "90.00"', "a table"),
    "fees": ("places = 35", "places = 35\nfees = []", "a table"),
    "providers": ("places = 35", 'places = 35\nproviders = "P1"', "a table"),
    "shares": ("places = 35", "places = 35\nshares = 35", "a table"),
    "training": ("places = 35", "places = 35\ntraining = true", "a table"),
    "results": ("places = 35", "places = 35\nresults = []", "a table"),
    "requirements": ("places = 35", "places = 35\nrequirements = {}", "[[requirements]]"),
    "uplifts": ("places = 35", "places = 35\nuplifts = [2027-04-01]", "[[uplifts]]"),
}


def without_table(text: str, name: str) -> str:
    """The file without the table or tables of this name and all below it."""
    heads = re.split(r"(?m)^(?=\[)", text)
    return "".join(part for part in heads if not re.match(rf"\[+{name}[.\]]", part))


@pytest.mark.parametrize("key", WRONG_SHAPE)
def test_a_table_written_as_something_else_is_one_problem(key: str) -> None:
    old, new, allowed = WRONG_SHAPE[key]
    (problem,) = problems_of(edited(without_table(BLOCK_TEXT, key), (old, new)))
    assert problem.key == key
    assert problem.kind == "bad value"
    assert allowed in problem.allowed


def test_results_items_and_included_must_have_their_shapes_too() -> None:
    text = without_table(BLOCK_TEXT, "results")
    (problem,) = problems_of(text + '[results]\ncap_percent = "7.00"\nitems = "none"\n')
    assert (problem.key, problem.allowed) == (
        "results.items",
        "up to 1000 tables, each headed [[results.items]]",
    )
    (problem,) = problems_of(edited(BLOCK_TEXT, (INCLUDED, "included = 10")))
    assert (problem.key, problem.value, problem.allowed) == (
        "requirements[1].included",
        "10",
        "a table",
    )


def test_results_without_items_do_not_add_up_to_a_hundred() -> None:
    text = without_table(BLOCK_TEXT, "results")
    (problem,) = problems_of(text + '[results]\ncap_percent = "7.00"\nitems = []\n')
    assert problem.value == "weights that sum to 0"
    (problem,) = problems_of(text + '[results]\ncap_percent = "7.00"\n')
    assert (problem.key, problem.kind) == ("results.items", "missing key")


def test_a_sentence_may_have_as_many_dots_as_it_likes() -> None:
    name = "Wait" + "." * 150
    assert contract_of(edited(BLOCK_TEXT, ('"One-to-one support"', f'"{name}"'))).name


def test_a_list_of_more_tables_than_a_contract_could_have_is_refused_whole() -> None:
    (problem,) = problems_of(SPOT_TEXT + "[[uplifts]]\n" * 1001)
    assert (problem.key, problem.value) == ("uplifts", "a list of 1001")


def test_a_contract_without_any_home_pays_for_nothing_and_is_refused() -> None:
    (problem,) = problems_of(edited(SPOT_TEXT, ('["SC990090"]', "[]")))
    assert (problem.key, problem.value) == ("providers", "no home")
    (problem,) = problems_of(edited(SPOT_TEXT, ('P9 = ["SC990090"]', "")))
    assert (problem.key, problem.value) == ("providers", "no home")


def test_a_spot_contract_has_no_places_no_voids_and_no_shares() -> None:
    text = edited(BLOCK_TEXT, ('kind = "block"', 'kind = "spot"'))
    problems = problems_of(text)
    assert [problem.key for problem in problems] == ["places", "voids", "shares"]
    assert {problem.kind for problem in problems} == {"forbidden key"}
    assert problems[0].value == "35"
    assert problems[0].allowed == "nothing: only a block has it"


def test_what_is_forbidden_is_not_read_further() -> None:
    text = edited(
        BLOCK_TEXT, ('kind = "block"', 'kind = "spot"'), ("E09000016 = 9", "Havering = -9")
    )
    assert [problem.key for problem in problems_of(text)] == ["places", "voids", "shares"]


def test_a_kind_nobody_knows_does_not_hide_what_else_is_wrong() -> None:
    text = edited(
        BLOCK_TEXT,
        ('kind = "block"', 'kind = "framework"'),
        ("E09000016 = 9", "E09000016 = 8"),
        ('"80.00"', '"-80.00"'),
    )
    assert [problem.key for problem in problems_of(text)] == [
        "kind",
        "voids.rate_percent",
        "shares",
    ]


def test_a_spot_contract_of_a_kind_nobody_knows_is_not_asked_for_places() -> None:
    (problem,) = problems_of(edited(SPOT_TEXT, ('kind = "spot"', 'kind = "Spot"')))
    assert problem.key == "kind"


def test_all_problems_of_a_file_are_reported_at_once() -> None:
    text = edited(
        BLOCK_TEXT,
        ('lead = "P1"', 'lead = "P7"'),
        ("end = 2034-04-01", "end = 2025-04-01"),
        ("places = 35", "places = 34"),
        ('specialist = "10500.00"\n', 'expert = "10500.00"\n'),
        ('"2.80"', "2.8"),
        ("weight = 60", "weight = 61"),
    )
    with pytest.raises(BadInput) as refused:
        parse_contract(text.encode(), "contract.toml")
    assert [problem.key for problem in refused.value.problems] == [
        "end",
        "fees.expert",
        "fees.specialist",
        "uplifts[2].percent",
        "results.items",
        "shares",
        "lead",
    ]
    lines = str(refused.value).splitlines()
    assert lines[0] == "7 problems in the input; nothing was computed"
    assert lines[-1] == (
        "by kind: bad value 2, missing key 1, unknown key 1, wrong order 1, wrong sum 2"
    )


def test_a_sum_is_not_held_against_values_that_are_wrong_themselves() -> None:
    text = edited(
        BLOCK_TEXT, ("weight = 60", 'weight = "60"'), ("E09000016 = 9", 'E09000016 = "9"')
    )
    assert [problem.key for problem in problems_of(text)] == [
        "results.items[2].weight",
        "shares.E09000016",
    ]


def test_an_unknown_day_of_start_or_end_is_not_held_against_the_uplifts() -> None:
    text = edited(BLOCK_TEXT, ("start = 2026-04-01", "start = 20260401"))
    assert [problem.key for problem in problems_of(text)] == ["start"]
    text = edited(BLOCK_TEXT, ("end = 2034-04-01", "end = 2016-04-01"))
    assert [problem.key for problem in problems_of(text)] == ["end"]
