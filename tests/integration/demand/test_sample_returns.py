"""Invented returns: the same for the same seed, clean, of their years, and true to their truth."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from broker.capacity.demand.as_json import demand_json
from broker.capacity.demand.asked import Asked
from broker.capacity.demand.endings import Ending
from broker.capacity.demand.estimate import Demand, estimate
from broker.returns.whole import Returns, read_returns
from broker.sample.folder import FolderInUse, write_files
from broker.sample.returns import returns_files, write_returns
from broker.sample.returns.places import postcodes
from matching.geography import PARTNER_BOROUGHS
from matching.postcodes import authority_of, locate

SEEDS = (1, 2, 3, 4)

Estimated: TypeAlias = list[tuple[dict[str, Any], Demand]]


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    return returns_files(8, 1)


@pytest.fixture(scope="module")
def estimated(
    tmp_path_factory: pytest.TempPathFactory,
) -> Estimated:
    """The truth and the demand of several seeds, over eight years each."""
    made = []
    for seed in SEEDS:
        folder = tmp_path_factory.mktemp(f"seed{seed}")
        write_files(folder, returns_files(8, seed))
        truth = json.loads((folder / "truth.json").read_text())
        made.append((truth, estimate(read_returns(folder), Asked())))
    return made


def test_the_same_seed_gives_the_same_files_and_another_others(files: dict[str, str]) -> None:
    assert returns_files(8, 1) == files
    assert returns_files(8, 2) != files


def test_every_postcode_is_real_and_in_the_authority_it_stands_for() -> None:
    for code, posts in postcodes().items():
        assert {authority_of(post) for post in posts} == {code}
        assert all(locate(post) is not None for post in posts)


def test_nothing_in_them_needs_refusing_or_mending(
    estimated: Estimated,
) -> None:
    for _, demand in estimated:
        assert not demand.returns.refused
        assert not demand.returns.repairs
        assert demand.returns.fates["kept"] > 3000
        assert not demand.people.draining


def test_each_year_has_the_codes_of_its_year(files: dict[str, str]) -> None:
    def codes(year: str, table: str, column: int) -> set[str]:
        texts = [t for n, t in files.items() if f"/{year}-" in n and n.endswith(f"{table}.csv")]
        return {line.split(",")[column] for text in texts for line in text.splitlines()[1:]}

    assert codes("2023-24", "header", 1) == {"1", "2"}
    assert codes("2024-25", "header", 1) == {"M", "F"}
    assert {"H5"} <= codes("2023-24", "episodes", 5)
    assert "K3" not in codes("2023-24", "episodes", 5)
    assert {"K3"} <= codes("2024-25", "episodes", 5)
    assert "H5" not in codes("2024-25", "episodes", 5)
    assert "Z1" not in codes("2025-26", "episodes", 5)


def test_all_eight_authorities_and_a_page_that_says_invented_are_there(
    files: dict[str, str],
) -> None:
    assert {name.split("/")[0] for name in files if "/" in name} == set(PARTNER_BOROUGHS)
    assert "Invented" in files["README.md"]
    assert "Invented" in files["truth.json"]


def test_a_folder_in_use_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("")
    with pytest.raises(FolderInUse):
        write_returns(tmp_path, 2, 1)


def test_true_rates_of_arrival_lie_within_their_limits_at_the_nominal_frequency(
    estimated: Estimated,
) -> None:
    inside = total = 0
    for truth, demand in estimated:
        true = {
            (each["borough"], each["route"], tuple(each["age_group"]), each["sex"]): each[
                "per_year"
            ]
            for each in truth["arrivals"]
        }
        for cell in demand_json(demand)["arrivals"]:
            key = (cell["borough"], cell["route"], tuple(cell["age_group"]), cell["sex"])
            inside += cell["low"] <= true[key] <= cell["high"]
            total += 1
    assert total == 96 * len(SEEDS)
    # Cells of a seed share growth and levels; 0.03 is about three binomial standard errors.
    assert abs(inside / total - 0.95) < 0.035


def test_true_lengths_of_stay_and_growth_are_recovered(
    estimated: Estimated,
) -> None:
    import numpy as np

    inside = total = grown = 0
    for truth, demand in estimated:
        true = {(s["route"], tuple(s["age_group"])): s for s in truth["stays"]}
        for group in demand.stays:
            if group.pooled != "own stays":
                continue
            is_true = true[group.route, demand.asked.age_groups[group.group]]
            error = np.sqrt(np.diag(group.weibull.covariance))
            for value, name, spread in (
                (group.weibull.shape, "shape", error[0]),
                (group.weibull.scale, "scale_months", error[1]),
            ):
                inside += abs(np.log(value / is_true[name])) < 1.96 * spread
                total += 1
        assert demand.arrivals is not None
        growth = demand.arrivals.growth
        grown += growth.low <= truth["growth_per_year"] <= growth.high
    assert total >= 60
    assert abs(inside / total - 0.95) < 4 * (0.95 * 0.05 / total) ** 0.5
    assert grown >= len(SEEDS) - 1


def test_true_shares_of_endings_are_recovered(
    estimated: Estimated,
) -> None:
    planned = told = onward = ended = 0
    for _, demand in estimated:
        assert demand.endings is not None
        planned += demand.endings.counts[Ending.PLANNED]
        told += demand.endings.counts[Ending.PLANNED] + demand.endings.counts[Ending.DISRUPTED]
        onward += demand.endings.to_another_home
        ended += demand.endings.ended
    truth = estimated[0][0]
    shares = truth["ending_shares"]
    is_true = shares["planned"] / (shares["planned"] + shares["disrupted"])
    assert abs(planned / told - is_true) < 4 * (is_true * (1 - is_true) / told) ** 0.5
    again = truth["to_another_home_share"] * (1 - shares["outside"])
    assert abs(onward / ended - again) < 4 * (again * (1 - again) / ended) ** 0.5


def test_distances_unknown_and_blank_are_counted_as_such(
    estimated: Estimated,
) -> None:
    unknown = blank = known = own = 0
    for _, demand in estimated:
        found = demand.distances
        assert found is not None
        unknown, blank = unknown + found.unknown, blank + found.unaccompanied
        known, own = known + len(found.tenths), own + found.in_area
    begun = unknown + blank + known
    assert abs(blank / begun - 0.05) < 0.02
    assert abs(unknown / begun - 0.03 * 0.95) < 0.02
    assert abs(own / begun - 0.30) < 0.04


def test_a_return_of_few_years_says_that_growth_is_not_known(tmp_path: Path) -> None:
    write_files(tmp_path, returns_files(2, 5))
    returns: Returns = read_returns(tmp_path)
    demand = estimate(returns, Asked())
    assert "growth" in {each.what for each in demand.cannot}
    (growth,) = [a for a in demand_json(demand)["assumptions"] if a["name"] == "growth"]
    assert (growth["value"], growth["status"]) == (0, "assumption")
