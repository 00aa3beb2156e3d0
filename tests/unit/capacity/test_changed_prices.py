"""Prices under a scenario change one side, to the penny, and are told."""

from fractions import Fraction
from typing import Any

import pytest

from broker.capacity.figures import measure
from broker.capacity.figures.changed_prices import with_changed_prices
from broker.capacity.figures.from_run import setting_from
from pricing.value.spot import NoSpotPrices, SpotContract, SpotFees
from tests.oracle.capacity.figures import Told
from tests.oracle.capacity.invent import Invented, invent
from tests.oracle.capacity.money import costs

BOTH = [{"side": "block", "percent": -12.5}, {"side": "spot", "percent": 3.33}]


def test_a_scenario_changes_fees_by_its_percentage_rounded_half_up_and_says_so() -> None:
    setting = invent(0).setting
    made = with_changed_prices(setting, BOTH, "scenario x")
    for band, fee in setting.contract.fees.items():
        assert made.contract.fees[band] == (Fraction(fee * 7, 8) + Fraction(1, 2)).__floor__()
    named = [(each.name, each.value) for each in made.stated() if each.source == "scenario x"]
    assert named == [
        ("block prices changed", "-12.5% from the start"),
        ("spot prices changed", "+3.33% from the start"),
    ]


@pytest.mark.parametrize("kind", [SpotContract, SpotFees, NoSpotPrices])
def test_changed_prices_are_what_statements_and_quotes_then_say(kind: type) -> None:
    invented = next(made for seed in range(99) if isinstance((made := invent(seed)).setting.spot,
                                                             kind))  # fmt: skip
    setting = with_changed_prices(invented.setting, BOTH, "scenario x")
    run = measure(setting, invented.replications)
    for place, replication in enumerate(invented.replications):
        own = costs(Told(Invented(setting, ()), replication), setting.achieved)
        assert run.above["placements", "all"][place, 0, -1] == own.placements["all", "all"]
        assert run.above["voids", "all"][place, 0, -1] == own.voids["all", "all"]
        known = run.below["spot_same", "all"][place, 0, -1]
        assert known == (own.unknown["all", "all"] == 0)
        if known:
            assert run.above["spot_same", "all"][place, 0, -1] == own.spot["all", "all"]


def test_only_block_and_spot_have_prices() -> None:
    with pytest.raises(ValueError, match="only block and spot"):
        with_changed_prices(invent(0).setting, [{"side": "both", "percent": 1}], "x")


def test_a_setting_from_a_run_tells_what_demand_and_simulation_assume() -> None:
    setting = invent(0).setting
    demand: dict[str, Any] = {
        "source": {"years": ["2018-04-01", "2026-04-01"]},
        "assumptions": [
            {"name": "band_mix", "value": {"low": 0.2, "high": 0.8}, "source": "us",
             "status": "assumption"},
            {"name": "growth", "value": 0.0213, "source": "the returns", "status": "estimated"},
        ],
        "supply": {"prices": [{"side": "block", "percent": 10.0}]},
        "scenario": {"source": "scenarios.toml"},
    }  # fmt: skip
    stated: list[dict[str, Any]] = [
        {
            "name": "decline_percent",
            "value": 6.0,
            "words": "of pairs declined",
            "source": "us",
            "status": "sourced",
        }
    ]
    given: dict[str, Any] = {
        "contract": setting.contract, "spot": setting.spot, "first": setting.first, "weeks": 30,
        "boroughs": setting.boroughs, "homes": [*(home.id for home in setting.homes), "NEW-01"],
        "demand_file": "demand.json",
    }  # fmt: skip
    made = setting_from(demand=demand, stated=stated, **given)
    assert [home.provider for home in made.homes] == [*(h.provider for h in setting.homes), ""]
    said = {each.name: (each.value, each.status) for each in made.stated()}
    assert said["band mix"] == ("low 0.2, high 0.8", "assumption")
    assert said["growth"] == ("0.0213", "estimated")
    assert said["decline percent"] == ("6 of pairs declined", "sourced")
    assert said["block prices changed"] == ("+10% from the start", "assumption")
    assert made.contract.fees["low"] > setting.contract.fees["low"]
    assert made.sources == (
        "demand.json: demand estimated from returns of 2018-04-01 to 2026-04-01",
    )
    with pytest.raises(ValueError, match="'guess' is no status"):
        setting_from(demand={}, stated=[{**stated[0], "status": "guess"}], **given)
