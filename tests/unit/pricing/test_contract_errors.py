"""Every error that the contract page names, alone in an otherwise good file, with its message."""

import re
from pathlib import Path

import pytest

from pricing.contract import parse_contract, read_contract
from pricing.problems import BadInput
from pricing.text_file import SIZE_LIMIT
from tests.unit.pricing.samples import BLOCK_TEXT, SPOT_TEXT, contract_of, edited, problems_of

INCLUDED = "included = { low = 0, medium = 10, high = 20, specialist = 40 }"
POUNDS = "pounds from 0.00 with two decimals"
PERCENT = "a percentage from 0 to 100"

# what is wrong: change to the good file, then the key, the kind, the value and what is allowed
ONE_WRONG = {
    "a key that is no provider": (
        ("[fees]", "vat = 1\n[fees]"),
        ("providers.vat", "bad value", "1", "a list of texts"),
    ),
    "an unknown key at the top": (
        ("places = 35", "places = 35\nplace = 4"),
        ("place", "unknown key", "4", "places"),
    ),
    "an unknown band": (
        ('low = "4500.00"', 'low = "4500.00"\nextreme = "20000.00"'),
        ("fees.extreme", "unknown key", '"20000.00"', "low medium high specialist"),
    ),
    "an unknown key of a requirement": (
        ('unit = "hour"', 'unit = "hour"\nvat = "20.00"'),
        ("requirements[1].vat", "unknown key", '"20.00"', "code name unit price included"),
    ),
    "an unknown band in included": (
        (INCLUDED, INCLUDED.replace("high", "severe = 1, high")),
        ("requirements[1].included.severe", "unknown key", "1", "specialist"),
    ),
    "an unknown key of an uplift": (
        ('percent = "0.00"', 'percent = "0.00"\nto = 2030-01-01'),
        ("uplifts[1].to", "unknown key", "2030-01-01", "from percent"),
    ),
    "an unknown key of voids": (
        ("[voids]", "[voids]\ngrace_days = 28"),
        ("voids.grace_days", "unknown key", "28", "guarantee_percent rate_percent"),
    ),
    "an unknown key of results": (
        ("[results]", '[results]\nfloor_percent = "1.00"'),
        ("results.floor_percent", "unknown key", '"1.00"', "cap_percent items"),
    ),
    "an unknown key of a result": (
        ("weight = 40", "weight = 40\nbonus = true"),
        ("results.items[1].bonus", "unknown key", "true", "code name kind weight"),
    ),
    "an unknown key of training": (
        ("[training]", "[training]\nfree = true"),
        ("training.free", "unknown key", "true", "courses_funded_until"),
    ),
    "a key that needs quotes": (
        ("[voids]", '[voids]\n"grace days" = 28'),
        ('voids."grace days"', "unknown key", "28", "rate_percent"),
    ),
    "no id": (('id = "NEL-BLOCK-1"\n', ""), ("id", "missing key", "missing", "required")),
    "no start": (("start = 2026-04-01\n", ""), ("start", "missing key", "missing", "required")),
    "a band without fee": (
        ('high = "8000.00"\n', ""),
        ("fees.high", "missing key", "missing", "required"),
    ),
    "included without a band": (
        (INCLUDED, "included = { low = 0, medium = 10, specialist = 40 }"),
        ("requirements[1].included.high", "missing key", "missing", "required"),
    ),
    "a requirement without price": (
        ('price = "28.50"\n', ""),
        ("requirements[1].price", "missing key", "missing", "required"),
    ),
    "a block without places": (
        ("places = 35\n", ""),
        ("places", "missing key", "missing", "required"),
    ),
    "voids without rate": (
        ('rate_percent = "80.00"\n', ""),
        ("voids.rate_percent", "missing key", "missing", "required"),
    ),
    "results without cap": (
        ('cap_percent = "7.00"\n', ""),
        ("results.cap_percent", "missing key", "missing", "required"),
    ),
    "a negative fee": (
        ("4500.00", "-4500.00"),
        ("fees.low", "negative value", '"-4500.00"', POUNDS),
    ),
    "a negative price": (
        ("28.50", "-0.01"),
        ("requirements[1].price", "negative value", '"-0.01"', POUNDS),
    ),
    "negative included units": (
        ("medium = 10", "medium = -10"),
        ("requirements[1].included.medium", "negative value", "-10", "units a week from 0"),
    ),
    "included units out of all reason": (
        ("medium = 10", "medium = 1000001"),
        ("requirements[1].included.medium", "bad value", "1000001", "units a week from 0"),
    ),
    "included units as a switch": (
        ("medium = 10", "medium = true"),
        ("requirements[1].included.medium", "bad value", "true", "units a week from 0"),
    ),
    "a negative share": (
        ("E09000001 = 1\nE09000002 = 5", "E09000001 = -1\nE09000002 = 7"),
        ("shares.E09000001", "negative value", "-1", "a whole number from 0"),
    ),
    "a negative weight": (
        ("weight = 40", "weight = -40"),
        ("results.items[1].weight", "negative value", "-40", "a whole number from 0"),
    ),
    "a negative uplift": (
        ('"2.80"', '"-2.80"'),
        ("uplifts[2].percent", "negative value", '"-2.80"', PERCENT),
    ),
    "negative training days": (
        ("release_days_per_place = 6", "release_days_per_place = -6"),
        ("training.release_days_per_place", "negative value", "-6", "days a year from 0"),
    ),
    "a negative training cost": (
        ('"350.00"', '"-350.00"'),
        ("training.course_cost_per_place", "negative value", '"-350.00"', POUNDS),
    ),
    "a fee that is not text": (
        ('"4500.00"', "4500.00"),
        ("fees.low", "bad value", "4500.00 (a number with a fraction, without quotes)", POUNDS),
    ),
    "a fee that could be pounds or pence": (
        ('"4500.00"', "4500"),
        ("fees.low", "bad value", "4500", POUNDS),
    ),
    "a fee that is not a number at all": (
        ('"4500.00"', "nan"),
        ("fees.low", "bad value", "NaN", POUNDS),
    ),
    "a fee with one decimal": (
        ("4500.00", "4500.5"),
        ("fees.low", "bad value", '"4500.5"', POUNDS),
    ),
    "a fee with three decimals": (
        ("4500.00", "4500.005"),
        ("fees.low", "bad value", '"4500.005"', POUNDS),
    ),
    "a fee with a thousands separator": (
        ("4500.00", "4,500.00"),
        ("fees.low", "bad value", '"4,500.00"', POUNDS),
    ),
    "a fee in other digits": (
        ("4500.00", "٤٥٠٠.٠٠"),
        ("fees.low", "bad value", '"٤٥٠٠.٠٠"', POUNDS),
    ),
    "an empty fee": (('"4500.00"', '""'), ("fees.low", "bad value", '""', POUNDS)),
    "a guarantee above all places": (
        ('"90.00"', '"100.01"'),
        ("voids.guarantee_percent", "bad value", '"100.01"', PERCENT),
    ),
    "a void dearer than a placement": (
        ('"80.00"', '"180.00"'),
        ("voids.rate_percent", "bad value", '"180.00"', PERCENT),
    ),
    "a cap above all fees": (
        ('"7.00"', '"700.00"'),
        ("results.cap_percent", "bad value", '"700.00"', PERCENT),
    ),
    "a percentage that is not text": (
        ('"2.80"', "2.80"),
        ("uplifts[2].percent", "bad value", "2.80 (a number with a fraction", PERCENT),
    ),
    "a percentage in words": (
        ('"2.80"', '"2.8 %"'),
        ("uplifts[2].percent", "bad value", '"2.8 %"', PERCENT),
    ),
    "weights that do not add up": (
        ("weight = 60", "weight = 59"),
        ("results.items", "wrong sum", "weights that sum to 99", "weights sum to 100"),
    ),
    "shares that do not add up": (
        ("E09000016 = 9", "E09000016 = 10"),
        ("shares", "wrong sum", "shares that sum to 36", "which is 35"),
    ),
    "an uplift on the first day": (
        ("from = 2027-04-01", "from = 2026-04-01"),
        ("uplifts[2].from", "outside the term", "2026-04-01", "after 2026-04-01 and before 2034"),
    ),
    "an uplift on the end": (
        ("from = 2027-04-01", "from = 2034-04-01"),
        ("uplifts[2].from", "outside the term", "2034-04-01", "after 2026-04-01 and before 2034"),
    ),
    "two uplifts on one day": (
        ("from = 2028-04-01", "from = 2029-04-01"),
        ("uplifts[3].from", "duplicate", "2029-04-01", "each once; uplifts[1] has it"),
    ),
    "an uplift on no day": (
        ("from = 2028-04-01", 'from = "2028-04-01"'),
        ("uplifts[3].from", "bad value", '"2028-04-01"', "a day without quotes"),
    ),
    "an end before the start": (
        ("end = 2034-04-01", "end = 2024-04-01"),
        ("end", "wrong order", "2024-04-01", "after start, 2026-04-01"),
    ),
    "an end on the day of the start": (
        ("end = 2034-04-01", "end = 2026-04-01"),
        ("end", "wrong order", "2026-04-01", "after start, 2026-04-01"),
    ),
    "a start with a time": (
        ("start = 2026-04-01", "start = 2026-04-01T00:00:00"),
        ("start", "bad value", "2026-04-01T00:00:00", "a day without quotes"),
    ),
    "an end that is a time": (
        ("end = 2034-04-01", "end = 12:30:00"),
        ("end", "bad value", "12:30:00", "a day without quotes"),
    ),
    "a kind nobody knows": (
        ('kind = "block"', 'kind = "framework"'),
        ("kind", "bad value", '"framework"', '"block" or "spot"'),
    ),
    "a kind that is a list": (
        ('kind = "block"', 'kind = ["block"]'),
        ("kind", "bad value", "a list of 1", '"block" or "spot"'),
    ),
    "a unit nobody knows": (
        ('unit = "hour"', 'unit = "day"'),
        ("requirements[1].unit", "bad value", '"day"', '"hour" or "week"'),
    ),
    "a result kind nobody knows": (
        ('kind = "outcome"', 'kind = "saving"'),
        ("results.items[2].kind", "bad value", '"saving"', '"innovation" or "outcome"'),
    ),
    "a blank name": (
        ('"One-to-one support"', '"  "'),
        ("requirements[1].name", "bad value", '"  "', "not blank"),
    ),
    "an id that is a number": (('"NEL-BLOCK-1"', "17"), ("id", "bad value", "17", "text")),
    "an id with blanks around it": (
        ('"NEL-BLOCK-1"', '" NEL-BLOCK-1"'),
        ("id", "bad value", '" NEL-BLOCK-1"', "without blanks around it"),
    ),
    "an invisible character": (
        ('"NEL-BLOCK-1"', '"NEL\\u200b1"'),
        ("id", "bad value", '"NEL\\u200b1"', "text in quotes"),
    ),
    "a name without end": (
        ('"Supervised family time"', f'"{"x" * 201}"'),
        ("requirements[2].name", "bad value", "(201 characters)", "up to 200 characters"),
    ),
    "a code that would break a list of codes": (
        ('"one_to_one"', '"one=to;one"'),
        ("requirements[1].code", "bad value", '"one=to;one"', "without blanks, quotes, =, ;"),
    ),
    "a requirement twice": (
        ('"family_session"', '"one_to_one"'),
        ("requirements[2].code", "duplicate", '"one_to_one"', "requirements[1] has it"),
    ),
    "a result twice": (
        ('"stability"', '"garden_project"'),
        ("results.items[2].code", "duplicate", '"garden_project"', "results.items[1] has it"),
    ),
    "a home of two providers": (
        ('["SC990003"]', '["SC990003", "SC990002"]'),
        ("providers.P2", "duplicate", '"SC990002", also P1', "each home once"),
    ),
    "a home listed twice": (
        ('["SC990003"]', '["SC990003", "SC990003"]'),
        ("providers.P2", "duplicate", '"SC990003", the same provider', "each home once"),
    ),
    "a home that is no text": (
        ('["SC990003"]', '["SC990003", 990004]'),
        ("providers.P2", "bad value", "a list of 2", "a list of texts"),
    ),
    "a provider without a list": (
        ('["SC990003"]', '"SC990003"'),
        ("providers.P2", "bad value", '"SC990003"', "a list of texts"),
    ),
    "a provider without a name": (
        ("P2 = ", '"" = '),
        ('providers.""', "bad value", '""', "not blank"),
    ),
    "a lead who is no provider": (
        ('lead = "P1"', 'lead = "P3"'),
        ("lead", "bad value", '"P3"', '"P1" or "P2"'),
    ),
    "a share of nobody's": (
        ("E09000016 = 9", "Havering = 9"),
        ("shares.Havering", "bad value", '"Havering"', "ONS code"),
    ),
    "a share in letters": (
        ("E09000016 = 9", 'E09000016 = "9"'),
        ("shares.E09000016", "bad value", '"9"', "a whole number from 0"),
    ),
    "places that are a switch": (
        ("places = 35", "places = true"),
        ("places", "bad value", "true", "a whole number from 1"),
    ),
    "no place at all": (
        ("places = 35", "places = 0"),
        ("places", "bad value", "0", "a whole number from 1"),
    ),
    "places beyond counting": (
        ("places = 35", f"places = 0x{'f' * 5000}"),
        ("places", "bad value", "a whole number of 20000 bits", "a whole number from 1"),
    ),
    "no voids": (
        ('[voids]\nguarantee_percent = "90.00"\nrate_percent = "80.00"', ""),
        ("voids", "missing key", "missing", "required"),
    ),
}
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


@pytest.mark.parametrize("what", ONE_WRONG)
def test_a_contract_with_one_thing_wrong_has_one_problem_naming_key_value_and_allowed(
    what: str,
) -> None:
    change, (key, kind, value, allowed) = ONE_WRONG[what]
    problems = problems_of(edited(BLOCK_TEXT, change))
    assert [problem.key for problem in problems] == [key]
    (problem,) = problems
    assert problem.kind == kind
    assert value in problem.value
    assert allowed in problem.allowed
    assert str(problem) == (
        f"contract.toml, {key}: {kind}: {problem.value}; allowed: {problem.allowed}"
    )


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


@pytest.mark.parametrize(
    ("data", "key", "value"),
    [
        (b"", "", "the file is empty"),
        (b"\xef\xbb\xbf \n\n", "", "the file is empty"),
        (b'id = "A"\nname = "caf\xe9"\n', "line 2", "a byte that is not UTF-8"),
        ('id = "A"\n'.encode("utf-16"), "line 1", "a byte that is not UTF-8"),
        (b'id = "A"\n\nname = "B\0"\n', "line 3", "a NUL byte"),
        (b'id = "A"\nname = B\n', "", "not TOML: Invalid value (at line 2, column 8)"),
        (b"start = 2026-02-30\n", "", "not TOML: Invalid date or datetime"),
        (b'id = "A"\nid = "B"\n', "", "not TOML: Cannot overwrite a value (at line 2"),
        (b"places = " + b"9" * 5000, "", "not TOML: Exceeds the limit"),
        (b"id = " + b"[" * 100_000, "", "not TOML: lists or tables too deep"),
        (b"\na" + b" . a" * 200_000 + b" = 1", "", "more than 50 dots in line 2"),
        (b"[" + b'"a b".' * 60 + b"c]", "", "more than 50 dots in line 1"),
        (b"#" * (4 * 1024 * 1024 + 1), "", "too large for a contract"),
    ],
)
def test_a_file_that_is_no_toml_text_is_refused_with_its_line(
    data: bytes, key: str, value: str
) -> None:
    with pytest.raises(BadInput) as refused:
        parse_contract(data, "contract.toml")
    (problem,) = refused.value.problems
    assert (problem.kind, problem.key) == ("file", key)
    assert problem.value.startswith(value)


def test_a_file_over_the_limit_is_refused_by_its_size(tmp_path: Path) -> None:
    large = tmp_path / "large.toml"
    with large.open("wb") as handle:
        handle.truncate(SIZE_LIMIT + 1)
    with pytest.raises(BadInput, match=r"large\.toml: file: the file is too large.*64 MB"):
        read_contract(large)


def test_an_endless_device_is_refused_though_it_shows_no_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pricing.text_file.SIZE_LIMIT", 1000)
    link = tmp_path / "zero.toml"
    link.symlink_to("/dev/zero")
    with pytest.raises(BadInput, match="too large"):
        read_contract(link)


@pytest.mark.parametrize("name", ["absent.toml", ".", "with\0nul.toml"])
def test_a_file_that_cannot_be_read_is_a_problem_and_no_traceback(
    tmp_path: Path, name: str
) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        read_contract(tmp_path / name)
