"""Generated cases: valid, the same for a seed, and as hard as they set out to be."""

import hashlib
import time
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broker.sample import BadSize, generate, write_generated
from broker.sample.block import shares_of
from broker.sample.draw import Draw
from broker.sample.ground import ground
from matching.exchange import read_case
from matching.geography import PARTNER_BOROUGHS
from matching.pairs import find_pairs
from pricing.contract import read_contract
from tests.oracle.pairs import all_pairs
from tests.oracle.read import read_case as read_plainly
from tests.unit.sample.conftest import table

AS_OF = date(2026, 9, 4)
Tables = dict[str, list[dict[str, str]]]


def tables(files: dict[str, str]) -> Tables:
    return {name[:-4]: table(text) for name, text in files.items() if name.endswith(".csv")}


@pytest.fixture(scope="module")
def london() -> Tables:
    return tables(generate(2000, 600, seed=7))


@pytest.fixture(scope="module")
def england() -> tuple[dict[str, str], float]:
    start = time.perf_counter()
    files = generate(10_000, 4_000, seed=3)
    return files, time.perf_counter() - start


def eligible_pairs(folder: Path, referrals: int, homes: int, seed: int) -> int:
    write_generated(folder, referrals, homes, seed)
    return len(find_pairs(read_case(folder)).referral)


def percent(part: int, whole: int) -> float:
    return 100 * part / whole


def test_the_same_seed_gives_the_same_files_and_another_seed_others() -> None:
    assert generate(60, 9, seed=5) == generate(60, 9, seed=5)
    assert generate(60, 9, seed=5)["referrals.csv"] != generate(60, 9, seed=6)["referrals.csv"]


def test_a_seed_gives_the_same_bytes_on_every_machine() -> None:
    files = generate(60, 9, seed=1)
    text = "".join(f"{name}\n{files[name]}" for name in sorted(files))
    assert hashlib.sha256(text.encode()).hexdigest()[:16] == "daa996f97d47f5dc"


@settings(max_examples=25, deadline=None)
@given(
    referrals=st.integers(0, 40),
    homes=st.integers(1, 30),
    seed=st.integers(0, 2**32),
    full=st.one_of(st.none(), st.integers(0, 100)),
)
def test_every_size_and_seed_gives_a_case_that_the_program_and_the_contract_reader_accept(
    tmp_path_factory: pytest.TempPathFactory,
    referrals: int,
    homes: int,
    seed: int,
    full: int | None,
) -> None:
    folder = tmp_path_factory.mktemp("case")
    write_generated(folder, referrals, homes, seed, percent_full=full)
    problem = read_case(folder)
    assert (len(problem.referrals), len(problem.homes)) == (referrals, homes)
    contract = read_contract(folder / "contract.toml")
    places = {home.id: home.places for home in problem.homes if home.contract}
    assert contract.block is not None
    assert contract.block.places == sum(places.values())
    assert set(places) == set(contract.homes)


def test_the_small_size_looks_like_the_partnership() -> None:
    case = tables(generate(60, 9, seed=2))
    assert sum(int(home["places"]) for home in case["homes"]) == 35
    assert {home["contract"] for home in case["homes"]} == {"NEL-BLOCK-1"}
    assert {home["provider"] for home in case["homes"]} == {"P1", "P2"}
    assert {row["borough"] for row in case["homes"] + case["referrals"]} <= set(PARTNER_BOROUGHS)
    assert sum(int(row["places"]) for row in case["shares"]) == 35
    assert len(case["residents"]) == 12


def test_thirty_five_places_are_shared_as_in_the_hand_made_region_and_others_in_proportion() -> (
    None
):
    assert shares_of(35) == {
        "E09000001": 1,
        "E09000002": 6,
        "E09000012": 3,
        "E09000016": 6,
        "E09000025": 6,
        "E09000026": 5,
        "E09000030": 4,
        "E09000031": 4,
    }
    assert [sum(shares_of(places).values()) for places in range(60)] == list(range(60))


def test_a_large_case_stands_on_more_ground(england: tuple[dict[str, str], float]) -> None:
    assert {a.code for a in ground(100)} == set(PARTNER_BOROUGHS)
    assert len(ground(101)) == len(ground(1000)) == 33
    assert len(ground(1001)) == 153
    homes = table(england[0]["homes.csv"])
    assert len({home["borough"] for home in homes}) > 140


def test_england_takes_few_megabytes(england: tuple[dict[str, str], float]) -> None:
    files, _ = england
    assert sum(map(len, files.values())) < 12_000_000
    assert (files["referrals.csv"].count("\n"), files["homes.csv"].count("\n")) == (10_001, 4_001)


def test_england_is_four_fifths_full_and_its_homes_have_3_6_places(
    england: tuple[dict[str, str], float],
) -> None:
    homes = table(england[0]["homes.csv"])
    residents = table(england[0]["residents.csv"])
    places = [int(home["places"]) for home in homes]
    assert set(places) == {2, 3, 4, 5, 6}
    assert 3.5 < sum(places) / len(places) < 3.7
    assert percent(len(residents), sum(places)) == pytest.approx(80, abs=0.1)
    present = Counter(row["home_id"] for row in residents)
    assert all(present[home["home_id"]] <= int(home["places"]) for home in homes)


def test_fourteen_in_a_hundred_mind_with_whom_they_live(london: Tables) -> None:
    words = Counter(row["living_companions"] for row in london["referrals"])
    assert words == {"": 1720, "solo": 80, "only_older": 100, "only_younger": 100}


def test_nine_in_a_hundred_have_a_brother_or_sister_who_needs_a_place_too(london: Tables) -> None:
    sizes = Counter(row["sibling_group"] for row in london["referrals"] if row["sibling_group"])
    grouped = {name for name, size in sizes.items() if size > 1}
    assert sum(sizes[name] for name in grouped) == 180
    assert {sizes[name] for name in grouped} == {2, 3}
    words = Counter(
        row["siblings"] for row in london["referrals"] if row["sibling_group"] in grouped
    )
    assert set(words) == {"together", "preferred"}
    assert min(words.values()) > 60


def test_siblings_come_from_one_address_on_one_day(london: Tables) -> None:
    groups: dict[str, list[dict[str, str]]] = {}
    for row in london["referrals"]:
        groups.setdefault(row["sibling_group"], []).append(row)
    for name, members in groups.items():
        if name:
            for key in ("borough", "easting", "northing", "needed_by"):
                assert len({member[key] for member in members}) == 1


def test_some_have_a_brother_or_sister_who_lives_in_a_home_already(london: Tables) -> None:
    living = {row["sibling_group"] for row in london["residents"]} - {""}
    asking = {row["sibling_group"] for row in london["referrals"]}
    assert len(living) > 10
    assert living <= asking


def test_one_in_five_has_a_place_to_avoid(london: Tables) -> None:
    assert len({row["young_person_id"] for row in london["avoid"]}) == 400
    assert set(Counter(row["kind"] for row in london["avoid"])) == {"borough", "home", "radius"}


def test_three_of_a_hundred_pairs_of_a_borough_are_related(london: Tables) -> None:
    borough = {
        row["young_person_id"]: row["borough"]
        for name in ("referrals", "residents")
        for row in london[name]
    }
    people = Counter(borough.values())
    pairs = sum(count * (count - 1) // 2 for count in people.values())
    related = london["relationships"]
    assert percent(len(related), pairs) == pytest.approx(3, abs=0.1)
    assert all(borough[row["a"]] == borough[row["b"]] for row in related)
    assert len({frozenset((row["a"], row["b"])) for row in related}) == len(related)
    kinds = Counter(row["kind"] for row in related)
    assert percent(kinds["must_not_live_together"], len(related)) == pytest.approx(45, abs=4)


def test_no_one_is_told_not_to_live_with_a_sibling_or_with_who_lives_there_already(
    london: Tables,
) -> None:
    home = {row["young_person_id"]: row["home_id"] for row in london["residents"]}
    group = {
        row["young_person_id"]: row["sibling_group"]
        for name in ("referrals", "residents")
        for row in london[name]
    }
    for row in london["relationships"]:
        assert home.get(row["a"], "a") != home.get(row["b"], "b")
        assert not group[row["a"]] or group[row["a"]] != group[row["b"]]


def test_limits_on_load_and_on_high_need_hold_at_three_fifths_and_at_half_of_homes(
    london: Tables,
) -> None:
    assert sum(home["load_limit"] != "" for home in london["homes"]) == 360
    assert sum(home["max_high"] != "" for home in london["homes"]) == 300


def test_a_fifth_need_a_place_today_and_a_third_within_five_days(london: Tables) -> None:
    days = [max(date.fromisoformat(row["needed_by"]), AS_OF) - AS_OF for row in london["referrals"]]
    assert percent(sum(not day for day in days), 2000) == pytest.approx(20, abs=1)
    soon = sum(timedelta(0) < day <= timedelta(5) for day in days)
    assert percent(soon, 2000) == pytest.approx(35, abs=1)
    assert len(set(days)) > 30


def test_every_band_wish_and_kind_of_provision_occurs(london: Tables) -> None:
    bands = {"low", "medium", "high", "specialist"}
    assert {row["band"] for row in london["referrals"]} == bands
    assert {row["band"] for row in london["residents"]} == bands
    assert {row["wish"] for row in london["wishes"]} == {"wants", "unsure", "against"}
    assert {row["provision"] for row in london["homes"]} == {
        "childrens_home",
        "supported_accommodation",
    }
    assert {row["leaving"] for row in london["residents"]} == {"", "confirmed", "expected"}
    assert any(row["easting"] == "" for row in london["referrals"])
    assert any(row["dol"] == "Y" for row in london["referrals"])
    assert len(london["declines"]) > 80


def test_every_home_has_a_rate_for_every_band_it_takes(london: Tables) -> None:
    priced = {(row["home_id"], row["band"]) for row in london["rates"]}
    assert priced == {
        (home["home_id"], band) for home in london["homes"] for band in home["bands"].split(";")
    }
    marginal = {
        (row["weekly_fee"], row["marginal_weekly_fee"])
        for row in london["rates"]
        if row["home_id"] <= "SC990009"
    }
    assert marginal <= {
        ("4500.00", "900.00"),
        ("6000.00", "2400.00"),
        ("8000.00", "4400.00"),
        ("10500.00", "6900.00"),
    }


def test_nobody_under_sixteen_lives_in_or_asks_for_supported_accommodation(london: Tables) -> None:
    sixteen = AS_OF.replace(year=AS_OF.year - 16).isoformat()
    supported = {
        home["home_id"]
        for home in london["homes"]
        if home["provision"] == "supported_accommodation"
    }
    inside = [row for row in london["residents"] if row["home_id"] in supported]
    asking = [row for row in london["referrals"] if "supported" in row["provision"]]
    assert len(inside) > 20
    assert len(asking) > 100
    assert max(row["date_of_birth"] for row in inside + asking) <= sixteen


@pytest.mark.thorough
def test_free_places_are_plentiful_enough_to_choose_and_too_few_for_everyone(
    tmp_path: Path,
) -> None:
    assert eligible_pairs(tmp_path / "region", 60, 9, 1) > 180
    assert 20_000 < eligible_pairs(tmp_path / "city", 500, 150, 1) < 30_000
    assert 200_000 < eligible_pairs(tmp_path / "london", 2000, 600, 1) < 280_000


def test_the_second_reading_of_the_rules_finds_the_same_pairs(tmp_path: Path) -> None:
    write_generated(tmp_path / "case", 40, 14, seed=11)
    problem = read_case(tmp_path / "case")
    pairs = find_pairs(problem)
    found = {
        (problem.referrals[int(r)].id, problem.homes[int(h)].id, int(t))
        for r, h, t in zip(pairs.referral, pairs.home, pairs.total, strict=True)
    }
    plainly = all_pairs(read_plainly(tmp_path / "case"))
    assert found == {(*key, pair["total"]) for key, pair in plainly.items() if pair["eligible"]}
    assert len(found) > 60


@pytest.mark.parametrize(
    ("referrals", "homes", "full", "said"),
    [
        (-1, 9, None, "referrals is -1; allowed: 0 or more"),
        (1, 0, None, "homes is 0; allowed: 1 or more"),
        (1, 1, 101, "percent_full is 101; allowed: 0 to 100"),
    ],
)
def test_a_size_that_cannot_be_is_refused_in_words(
    referrals: int, homes: int, full: int | None, said: str
) -> None:
    with pytest.raises(BadSize, match=said):
        generate(referrals, homes, seed=1, percent_full=full)


def test_every_wrong_size_is_named_at_once() -> None:
    with pytest.raises(BadSize, match=r"referrals is -3.*homes is -4"):
        generate(-3, -4, seed=1)


def test_draws_are_spread_evenly() -> None:
    draw = Draw(4)
    faces = Counter(draw.whole(1, 6) for _ in range(6000))
    assert set(faces) == {1, 2, 3, 4, 5, 6}
    assert max(faces.values()) < 1.15 * min(faces.values())
    drawn = Counter(draw.weighted({"a": 1, "b": 3}) for _ in range(4000))
    assert percent(drawn["b"], 4000) == pytest.approx(75, abs=3)
    middle = [draw.around(100, 30) for _ in range(4000)]
    assert np.mean(middle) == pytest.approx(100, abs=2)
    assert np.std(middle) == pytest.approx(30, abs=2)


def test_a_shuffle_loses_nothing_and_some_are_different_ones() -> None:
    draw = Draw(9)
    assert sorted(draw.shuffled(range(50))) == list(range(50))
    assert draw.shuffled(range(50)) != list(range(50))
    assert len(set(draw.some(range(10), 4))) == 4
    assert sorted(draw.some(range(3), 9)) == [0, 1, 2]
    assert all(a != b for a, b in (draw.some_two("xy") for _ in range(40)))
    assert Counter(draw.deck(40, {"a": 10, "b": 25}, "c")) == {"a": 4, "b": 10, "c": 26}


def test_ages_are_of_the_whole_range_that_the_partnership_places(london: Tables) -> None:
    ages = Counter(
        AS_OF.year - born.year - ((AS_OF.month, AS_OF.day) < (born.month, born.day))
        for row in london["referrals"]
        for born in [date.fromisoformat(row["date_of_birth"])]
    )
    assert sorted(ages) == [10, 11, 12, 13, 14, 15, 16, 17]
    assert max(ages, key=lambda age: ages[age]) in (14, 15, 16)
