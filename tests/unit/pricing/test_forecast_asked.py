"""What a forecast may not be asked, each with its message, and how shares and mixes are written."""

from dataclasses import replace
from fractions import Fraction

import pytest

from pricing.forecast.asked import Asked, read_mix, read_share
from pricing.forecast.forecast import forecast
from pricing.problems import BadInput
from pricing.terms import Contract
from tests.unit.pricing.samples import SPOT_TEXT, contract_of, edited
from tests.unit.pricing.test_forecast import BLOCK, HALF, MIXED, PLAIN, SPOT, costs_of

WRONG: dict[str, tuple[Contract, Asked, tuple[str, str, str, str]]] = {
    "occupancy above 1": (
        BLOCK, replace(PLAIN, occupancy=Fraction("1.5")),
        ("--occupancy", "bad value", "3/2", "a share from 0 to 1"),
    ),
    "a mix short of 1": (
        BLOCK, replace(PLAIN, mix={"low": Fraction("0.2"), "high": Fraction("0.7")}),
        ("--mix", "wrong sum", "shares that sum to 0.9", "exactly 1"),
    ),
    "a mix short of 1 by no decimal": (
        BLOCK, replace(PLAIN, mix={"low": Fraction(1, 3)}),
        ("--mix", "wrong sum", "shares that sum to 1/3", "exactly 1"),
    ),
    "a band nobody knows": (
        BLOCK, replace(PLAIN, mix={"huge": Fraction(1)}),
        ("--mix", "bad value", '"huge" 1', "each of low, medium, high, specialist once"),
    ),
    "an unknown requirement": (
        BLOCK, replace(PLAIN, requirements={"tea": Fraction(3)}),
        ("--require", "unknown code", '"tea"', "one_to_one, family_session"),
    ),
    "units below 0": (
        BLOCK, replace(PLAIN, requirements={"one_to_one": Fraction(-3)}),
        ("--require", "negative value", "-3", "units a week from 0"),
    ),
    "a low case above": (
        BLOCK, replace(PLAIN, low_occupancy=Fraction("0.9")),
        ("--low-occupancy", "wrong order", "0.9", "at most the occupancy, 0.8"),
    ),
    "a high case below": (
        BLOCK, replace(PLAIN, high_occupancy=Fraction("0.75")),
        ("--high-occupancy", "wrong order", "0.75", "at least the occupancy, 0.8"),
    ),
    "results that nobody pays": (
        SPOT, replace(HALF, places=3),
        ("--results", "bad value", "0.5", "nothing: SPOT-7 pays no results"),
    ),
    "a provider nobody knows": (
        BLOCK, replace(PLAIN, provider="P7", places=3),
        ("--provider", "unknown provider", '"P7"', '"P1" or "P2"'),
    ),
    "a provider whose places nobody said": (
        BLOCK, replace(PLAIN, provider="P2"),
        ("--places", "missing option", "missing", "it does not say how many of them are P2's"),
    ),
    "spot purchase of unknown size": (
        SPOT, PLAIN,
        ("--places", "missing option", "missing", "a spot contract names no places"),
    ),
    "more places than the contract has": (
        BLOCK, replace(PLAIN, places=36),
        ("--places", "bad value", "36", "from 1 to 35, the contract's places"),
    ),
    "no place": (
        SPOT, replace(PLAIN, places=0),
        ("--places", "bad value", "0", "a whole number from 1"),
    ),
    "no home": (
        BLOCK, replace(PLAIN, homes=0),
        ("--homes", "bad value", "0", "a whole number from 1"),
    ),
    "a term beyond any contract": (
        contract_of(edited(SPOT_TEXT, ("end = 2028-01-15", "end = 2128-01-15"))),
        replace(PLAIN, places=3),
        ("end", "too long a term", "2026-01-15 to 2128-01-15", "at most 100 years"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_what_cannot_be_forecast_is_refused_with_what_is_allowed(what: str) -> None:
    contract, asked, (key, kind, value, allowed) = WRONG[what]
    with pytest.raises(BadInput) as refused:
        forecast(contract, asked)
    (problem,) = refused.value.problems
    assert (problem.file, problem.key, problem.kind, problem.value) == (
        "forecast", key, kind, value,
    )  # fmt: skip
    assert allowed in problem.allowed


def test_costs_by_the_home_need_to_know_how_many_homes() -> None:
    costs = costs_of(("house", "home_month", "10.00"))
    with pytest.raises(BadInput) as refused:
        forecast(BLOCK, replace(PLAIN, places=14), costs)
    (problem,) = refused.value.problems
    assert problem.key == "--homes"
    assert problem.allowed == "a whole number from 1: house is a cost of each home"
    assert forecast(BLOCK, replace(PLAIN, places=14, homes=2), costs).part.homes == 2
    assert forecast(BLOCK, PLAIN, costs).part.homes == 3


def test_a_term_of_a_hundred_years_is_forecast() -> None:
    long = contract_of(edited(SPOT_TEXT, ("end = 2028-01-15", "end = 2126-01-15")))
    assert len(forecast(long, replace(PLAIN, places=3)).central.months) == 1201


@pytest.mark.parametrize(
    ("text", "share"),
    [("0.85", Fraction("0.85")), (".35", Fraction("0.35")), ("1", 1), ("0", 0), ("1.000", 1),
     ("1.1", None), ("-0.1", None), ("85%", None), ("", None), (".", None), ("1e-1", None)],
)  # fmt: skip
def test_a_share_is_a_plain_decimal_from_0_to_1(text: str, share: Fraction | None) -> None:
    assert read_share(text) == share


def test_a_mix_is_read_part_by_part_and_what_is_refused_is_named() -> None:
    assert read_mix("low=.2, medium = 0.35,high=.3,specialist=.15") == (MIXED, [])
    assert read_mix("low=.2,low=.8,vast=.1,high=some,medium") == (
        {"low": Fraction("0.2")},
        ["low=.8", "vast=.1", "high=some", "medium"],
    )
