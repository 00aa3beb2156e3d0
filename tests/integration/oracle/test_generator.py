"""Invented cases are whole, repeatable, shrinkable, and mean the same in any order of rows."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from tests.oracle import brute, milp
from tests.oracle.pairs import all_pairs
from tests.oracle.read import read_case
from tests.strategies import (
    ALL_BUT_TWINS,
    FEATURES,
    Files,
    cases,
    neutral,
    random_case,
    shuffled,
    write_case,
)


def test_the_same_seed_gives_the_same_text_and_another_seed_another() -> None:
    one = random_case(8, referrals=6, homes=4, policy="random")
    assert one == random_case(8, referrals=6, homes=4, policy="random")
    assert one != random_case(9, referrals=6, homes=4, policy="random")


def test_a_case_on_disk_reads_as_the_case_in_memory(tmp_path: Path) -> None:
    for seed in range(20):
        files = random_case(seed, referrals=5, homes=3, policy="random")
        folder = write_case(files, tmp_path / str(seed))
        assert read_case(folder) == read_case(files)


def test_ids_are_unique_and_every_home_named_exists() -> None:
    for seed in range(12):
        case = read_case(random_case(seed, referrals=30, homes=12, policy="random"))
        homes = [home["home_id"] for home in case["homes"]]
        for table in ("referrals", "residents"):
            ids = [row["young_person_id"] for row in case[table]]
            assert len(ids) == len(set(ids))
        assert len(homes) == len(set(homes))
        used = {row["home_id"] for row in case["residents"] + case["rates"]}
        used |= {home_id for _, home_id in case["wishes"]} | {h for _, h in case["declines"]}
        used |= {row["home_id"] for row in case["avoid"] if row["kind"] == "home"}
        assert used <= set(homes)


def test_no_home_has_its_lowest_age_above_its_highest() -> None:
    for seed in range(40):
        case = read_case(random_case(seed, referrals=1, homes=12))
        assert all(home["min_age"] <= home["max_age"] for home in case["homes"])


def test_with_nothing_but_twins_many_cases_have_several_best_plans() -> None:
    several = 0
    for seed in range(40):
        files = random_case(seed, referrals=4, homes=3, without=ALL_BUT_TWINS)
        _, plans = brute.best(read_case(files))
        several += len(plans) > 1
    assert several >= 5


def test_no_young_person_waits_since_after_the_day_of_the_question() -> None:
    for seed in range(12):
        case = read_case(random_case(seed, referrals=30, homes=3))
        for row in case["referrals"]:
            assert row["waiting_since"] is None or row["waiting_since"] <= case["policy"]["as_of"]


def test_two_rates_of_one_home_and_band_never_overlap() -> None:
    for seed in range(40):
        case = read_case(random_case(seed, referrals=9, homes=6))
        for number, one in enumerate(case["rates"]):
            for other in case["rates"][:number]:
                if (one["home_id"], one["band"]) == (other["home_id"], other["band"]):
                    first, second = sorted((one, other), key=lambda rate: rate["from"])
                    assert first["to"] is not None
                    assert first["to"] <= second["from"]


def test_leaving_out_every_feature_leaves_a_plain_case() -> None:
    files = random_case(4, referrals=6, homes=4, without=frozenset(FEATURES))
    case = read_case(files)
    assert not case["must_not"]
    assert not case["avoid"]
    assert not case["declines"]
    assert {row["companions"] for row in case["referrals"]} == {"no_preference"}
    assert {home["registration"] for home in case["homes"]} == {"registered"}


def test_one_referral_fewer_leaves_the_other_referrals_as_they_were() -> None:
    without = frozenset({"limits", "boundaries", "movers", "resident_siblings"})
    for seed in range(12):
        more = read_case(random_case(seed, referrals=7, homes=3, without=without))
        fewer = read_case(random_case(seed, referrals=6, homes=3, without=without))
        assert more["referrals"][:6] == fewer["referrals"]


def test_the_policy_is_default_or_random() -> None:
    with pytest.raises(ValueError, match="default or random"):
        random_case(1, referrals=1, homes=1, policy="usual")


def test_a_neutral_policy_differs_in_three_weights_only() -> None:
    files = random_case(7, referrals=4, homes=3, policy="random")
    before, after = read_case(files)["policy"], read_case(neutral(files))["policy"]
    changed = {"short_of_share", "provider_balance", "sibling_elsewhere"}
    assert {after["points"][name] for name in changed} == {0}
    for name in changed:
        before["points"].pop(name)
        after["points"].pop(name)
    assert before == after


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(files=cases(max_referrals=7, max_homes=4))
def test_the_order_of_rows_changes_neither_pairs_nor_the_optimum(files: Files) -> None:
    other = shuffled(files, 5)
    one_case, other_case = read_case(files), read_case(other)
    pairs = all_pairs(one_case)
    assert all_pairs(other_case) == pairs
    assert milp.best(other_case)[0] == milp.best(one_case, pairs)[0]
