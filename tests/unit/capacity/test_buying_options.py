"""Options as a file: what is read, and every error with its key, value and what is allowed."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from broker.capacity.buying.built import Changed, build, present_built
from broker.capacity.buying.options import Options, Portfolio
from broker.capacity.buying.options_file import check_scenarios, home_ids, parse_options
from broker.sample.folder import write_files
from broker.sample.generate import generate
from matching.exchange import read_case
from matching.problem import Problem
from pricing.contract import read_contract
from pricing.problems import BadInput
from pricing.terms import Contract

EXAMPLE = Path("docs/examples/capacity/options.toml")
FIRST = date(2026, 4, 6)


@cache
def case() -> tuple[Problem, Contract]:
    """An invented case and its contract."""
    with TemporaryDirectory() as name:
        folder = Path(name) / "case"
        write_files(folder, generate(30, 12, 7))
        return read_case(folder), read_contract(folder / "contract.toml")


def read(text: str) -> Options:
    """Options of a text."""
    return parse_options(text.encode(), "o.toml", *case())


def text() -> str:
    """The example's."""
    return EXAMPLE.read_text(encoding="utf-8")


def test_the_example_is_read_as_it_is_written() -> None:
    made = read(text())
    assert [kind.id for kind in made.kinds] == ["HAV-3", "RED-4", "HAC-2"]
    assert made.limits.void_year == 1_000_000_00
    assert made.limits.local == Fraction()
    assert made.limits.void_risk == Fraction(1)
    assert made.limits.budget is None
    assert made.terms[1].guarantee == 80
    assert made.terms[1].fees is not None
    assert made.terms[1].fees["low"] == 4700_00
    assert made.kinds[0].location is not None
    assert made.kinds[2].bands == frozenset({"high", "specialist"})
    assert made.label(Portfolio(0, (1, 0, 2))) == "1 × HAV-3 + 2 × HAC-2, eight-90"


ERRORS = [
    (
        "places = 45",
        "places = 61",
        "limits.places: bad value: 61; allowed: a whole number from 1 to 60",
    ),
    ('void_year = "1000000.00"', "", "limits.void_year: missing key"),
    (
        'void_year = "1000000.00"',
        "void_year = 5",
        "limits.void_year: bad value: 5; allowed: pounds",
    ),
    (
        'like = "SC990009"',
        'like = "SC1"',
        'homes[1].like: unknown: "SC1"; allowed: the id of a home',
    ),
    ("most = 4", "most = 0", "homes[1].most: bad value: 0"),
    ("places = 3", "places = 21", "homes[1].places: bad value: 21"),
    ('borough = "E09000016"', 'borough = "Havering"', 'homes[1].borough: bad value: "Havering"'),
    (
        'borough = "E09000016"',
        "",
        "homes[1].borough: missing: missing; allowed: borough and postcode",
    ),
    ('"RM1 3BD"', '"ZZ1 1ZZ"', 'homes[1].postcode: unknown: "ZZ1 1ZZ"; allowed: a full postcode'),
    ('bands = ["high", "specialist"]', 'bands = ["huge"]', "homes[3].bands: bad value"),
    (
        'bands = ["high", "specialist"]',
        "min_age = 16\nmax_age = 12",
        "homes[3].max_age: wrong order: 12",
    ),
    ('bands = ["high", "specialist"]', 'provider = "P9"', 'homes[3].provider: unknown: "P9"'),
    ('bands = ["high", "specialist"]', 'sexes = ["X"]', "homes[3].sexes: bad value"),
    ('bands = ["high", "specialist"]', 'supports = ["magic"]', "homes[3].supports: bad value"),
    ('like = "SC990005"', 'like = "SC990010"', "homes[3].provider: missing key: missing"),
    ('"four-80"]', '"nine"]', "homes[3].terms: bad value"),
    ('id = "RED-4"', 'id = "HAV-3"', 'homes[2].id: duplicate: "HAV-3"'),
    ('id = "RED-4"', 'id = "R 4"', "homes[2].id: bad value"),
    ("years = 8", "years = 9", "terms[1].years: bad value: 9; allowed: a whole number from 1 to 8"),
    (
        'guarantee_percent = "90.00"',
        'guarantee_percent = "101"',
        "terms[1].guarantee_percent: bad value",
    ),
    ('specialist = "10950.00"', "", "terms[2].fees.specialist: missing key"),
    ('home = "HAV-3"', 'home = "X"', 'training[1].home: unknown: "X"'),
    ('need = "eating_disorder"', 'need = "charm"', 'training[1].need: bad value: "charm"'),
    ('cost = "6000.00"', 'cost = "free"', "training[1].cost: bad value"),
    ('low = "fewer"', "", "assumptions[1].low: missing key"),
    ('down = "Arrivals"', "", "tables[1].down: missing key"),
    ('title = "Homes', 'colour = "red"\ntitle = "Homes', "colour: unknown key"),
]


@pytest.mark.parametrize(("before", "after", "told"), ERRORS)
def test_each_error_names_its_key_value_and_what_is_allowed(
    before: str, after: str, told: str
) -> None:
    assert before in text()
    with pytest.raises(BadInput) as problem:
        read(text().replace(before, after, 1))
    assert told in str(problem.value)
    assert "o.toml" in str(problem.value)


def test_all_errors_are_told_at_once() -> None:
    wrong = text().replace("places = 45", "places = 61").replace("years = 8", "years = 9")
    with pytest.raises(BadInput) as problem:
        read(wrong.replace('need = "eating_disorder"', 'need = "charm"'))
    assert len(problem.value.problems) == 3


def test_a_limit_that_no_home_fits_is_an_error() -> None:
    with pytest.raises(BadInput, match="nothing fits: 1 places"):
        read(text().replace("places = 45", "places = 1"))


def test_a_home_may_not_take_the_id_of_one_that_stays() -> None:
    name = next(home.id for home in case()[0].homes if not home.contract)
    wrong = text().replace('id = "RED-4"', f'id = "{name}"').replace("most = 4", "most = 1")
    with pytest.raises(BadInput, match="duplicate"):
        read(wrong)


def test_scenarios_that_nobody_gave_are_named_all_at_once() -> None:
    with pytest.raises(BadInput) as problem:
        check_scenarios(read(text()), ["as-now", "more", "shorter"], "s.toml")
    assert len(problem.value.problems) == 2
    assert 'assumptions[1].low: unknown: "fewer"; allowed: as-now or more' in str(problem.value)
    assert 'tables[1].rows: unknown: "fewer"' in str(problem.value)


def test_a_portfolio_becomes_a_case_and_a_contract_that_agree() -> None:
    problem, present = case()
    made = build(read(text()), Portfolio(1, (2, 0, 1)), problem, present, FIRST, 416)
    inside = [home for home in made.case.homes if home.contract == present.id]
    assert sorted(home.id for home in inside) == ["HAC-2-1", "HAV-3-1", "HAV-3-2"]
    assert set(made.contract.homes) == {home.id for home in inside}
    block = made.contract.block
    assert block is not None
    assert block.places == sum(home.places for home in inside) == 8
    assert sum(block.shares.values()) == 8
    assert block.voids.guarantee_percent == 80
    assert made.contract.fees["low"] == 4700_00
    assert (made.contract.end, made.priced.end) == (present.end, date(2030, 4, 1))
    assert made.covered == 208
    assert {home.id for home in made.case.homes} - {home.id for home in inside} == {
        home.id for home in problem.homes if home.id not in present.homes
    }
    assert not any(one.home in present.homes for one in made.case.residents)


def test_shares_are_in_proportion_within_a_place() -> None:
    problem, present = case()
    made = build(read(text()), Portfolio(0, (1, 2, 0)), problem, present, FIRST, 416)
    assert present.block is not None
    assert made.contract.block is not None
    for code, share in made.contract.block.shares.items():
        assert abs(share - Fraction(11 * present.block.shares[code], 35)) < 1


def test_a_change_reaches_the_homes_of_its_kind_only() -> None:
    problem, present = case()
    how = Changed({"HAV-3": 1}, {"HAC-2": frozenset({"bsl"})})
    plain = build(read(text()), Portfolio(0, (2, 1, 1)), problem, present, FIRST, 416)
    made = build(read(text()), Portfolio(0, (2, 1, 1)), problem, present, FIRST, 416, how)
    places = {h.id: h.places for h in made.case.homes}
    assert (places["HAV-3-1"], places["HAV-3-2"], places["RED-4-1"]) == (4, 3, 4)
    assert "bsl" in next(h.supports for h in made.case.homes if h.id == "HAC-2-1")
    assert made.contract.version != plain.contract.version
    block = made.contract.block
    assert block is not None
    assert block.places == 13


def test_the_present_contract_starts_empty_too() -> None:
    problem, present = case()
    made = present_built(problem, present, FIRST, 416)
    assert not any(one.home in present.homes for one in made.case.residents)
    assert {home.id for home in made.case.homes} == {home.id for home in problem.homes}
    assert made.priced.block == present.block


def test_a_kind_of_which_there_is_one_gives_its_home_its_own_id() -> None:
    kind = read(text().replace("most = 4", "most = 1", 1)).kinds[0]
    assert home_ids(kind) == ("HAV-3",)
