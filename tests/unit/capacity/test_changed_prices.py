"""Prices under a scenario change one side, to the penny, and are told."""

from fractions import Fraction

import pytest

from broker.capacity.figures import measure
from broker.capacity.figures.changed_prices import with_changed_prices
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
