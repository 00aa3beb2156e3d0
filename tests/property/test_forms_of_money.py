"""Whatever is written in a form is read, or told at a field of the form; nothing else happens."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from api.pages.forecast_costs import FIELDS, costs_sent
from broker.capacity.desk.purchase import KINDS, TERMS, purchase_of
from broker.capacity.desk.scenario import CHANGES, scenario_of
from matching.exchange import read_case
from matching.problem import Problem
from pricing.contract import read_contract
from pricing.terms import BANDS, Contract

REGION = Path("broker/sample/region")
BOUGHT = {
    "name", "most_places", "void_year", "budget_year", "local_percent", "void_risk_percent",
    *(f"{key}_{at}" for at in KINDS for key in ("home", "places", "most")),
    *(f"{key}_{at}" for at in TERMS for key in ("years", "guarantee", "fees")),
    *(f"spot_{band}" for band in BANDS), "training_kind", "training_need", "training_cost",
    "arrivals_low", "arrivals_high", "ended_early_low", "ended_early_high",
}  # fmt: skip
CHANGED = {"name", *(field for keys in CHANGES.values() for _, field, _ in keys)}
GOOD = {
    "home_1": "SC990009", "places_1": "3", "most_1": "2", "years_1": "8", "guarantee_1": "90",
    "most_places": "45", "void_year": "1,000,000",
}  # fmt: skip
HEADS = {
    "places_2": "home_2", "most_2": "home_2", "places_3": "home_3", "most_3": "home_3",
    "guarantee_2": "years_2", "fees_2": "years_2",
}  # fmt: skip
"""What is said of something that was not named is told at its name."""
WRITTEN = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.sampled_from(
        ["", " ", "0", "1", "2", "3", "90", "100", "1e3", "²", "٣", "-5", "2.5", "£9,250", "\x7f",
         '"', "\\", "]", "SC990009", "SC990001", "eating_disorder", "spot", "block", "😀", "NaN"]
    ),
)  # fmt: skip


@cache
def region() -> tuple[Problem, Contract]:
    return read_case(REGION), read_contract(REGION / "contract.toml")


@given(st.dictionaries(st.sampled_from(sorted(BOUGHT)), WRITTEN), st.booleans())
def test_a_purchase_is_read_or_told_at_its_fields(fields: dict[str, str], good: bool) -> None:
    case, contract = region()
    found, wrong = purchase_of({**GOOD, **fields} if good else fields, "me", case, contract)
    assert (found is None) is bool(wrong)
    assert {one.field for one in wrong} <= BOUGHT
    assert all(one.allowed for one in wrong)
    if found is not None:
        ids = {one.id for one in found.scenarios.scenarios}
        assert all({one.low, one.high} <= ids for one in found.options.assumed)


@given(st.sampled_from(sorted(BOUGHT - {"name"})), st.text(max_size=6).filter(str.strip))
def test_one_wrong_answer_is_told_at_its_own_field(name: str, written: str) -> None:
    """A word where none can be used, in a form that is good but for it."""
    case, contract = region()
    spot = {f"spot_{band}": "5000" for band in BANDS}
    usual = {"training_kind": "1", "training_need": "eating_disorder", "training_cost": "1",
             "arrivals_low": "75", "arrivals_high": "125"}  # fmt: skip
    odd = f"?{re.sub(r'[^a-z]', 'x', written)}"
    _, wrong = purchase_of({**GOOD, **spot, **usual, name: odd}, "me", case, contract)
    assert {one.field for one in wrong} & {name, HEADS.get(name, name)}


@given(st.dictionaries(st.sampled_from(sorted(CHANGED)), WRITTEN))
def test_a_scenario_is_read_or_told_at_its_fields(fields: dict[str, str]) -> None:
    found, wrong = scenario_of(fields, "me")
    assert not (found and wrong)
    assert {one.field for one in wrong} <= CHANGED


@given(st.dictionaries(st.sampled_from(sorted(FIELDS)), WRITTEN))
def test_costs_are_read_or_told_at_their_fields(fields: dict[str, str]) -> None:
    found, wrong = costs_sent(fields, "me", date(2026, 9, 4))
    assert not (found and wrong)
    assert {one["href"].removeprefix("#") for one in wrong} <= set(FIELDS)
    if found is not None:
        told = {field for field in FIELDS if field != "homes" and fields.get(field, "").strip()}
        assert {figure.code for figure in found.figures} == told - {"cost_uplift"}
