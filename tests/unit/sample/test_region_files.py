"""The hand-made region is a valid case folder whose parts agree with each other."""

import re
import tomllib
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from broker.sample import region_files, write_region
from matching.exchange import read_case
from matching.geography import PARTNER_BOROUGHS, need_tags
from matching.postcodes import authority_of, is_postcode_shaped
from pricing.contract import read_contract
from pricing.rates import case_rates
from tests.unit.sample.conftest import Region

AS_OF = date(2026, 9, 4)
LOAD = {"low": 1, "medium": 2, "high": 4, "specialist": 6}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("case") / "region"
    write_region(path)
    return path


@pytest.fixture(scope="module")
def contract() -> dict[str, Any]:
    return tomllib.loads(region_files()["contract.toml"])


def birthday_age(born: str, day: date) -> int:
    year, month, of_month = (int(part) for part in born.split("-"))
    return day.year - year - ((day.month, day.day) < (month, of_month))


def test_the_day_of_the_region_is_a_friday() -> None:
    assert "as_of = 2026-09-04" in region_files()["policy.toml"]
    assert AS_OF.weekday() == 4


def test_the_program_reads_the_region_without_a_fault(folder: Path) -> None:
    problem = read_case(folder)
    assert (len(problem.referrals), len(problem.homes), len(problem.residents)) == (30, 23, 31)


def test_the_block_has_35_places_in_ten_homes_of_two_providers(
    region: Region, contract: dict[str, Any]
) -> None:
    block = [home for home in region.tables["homes"] if home["contract"] == "NEL-BLOCK-1"]
    assert len(block) == 10
    assert sum(int(home["places"]) for home in block) == contract["places"] == 35
    providers = contract["providers"]
    run_by = {home: provider for provider, homes in providers.items() for home in homes}
    assert {home["home_id"]: home["provider"] for home in block} == run_by
    assert set(run_by.values()) == {"P1", "P2"}
    assert {int(home["places"]) for home in block} == {2, 3, 4, 5}
    assert len({home["borough"] for home in block}) == 7
    assert {home["borough"] for home in block} < set(PARTNER_BOROUGHS)


def test_the_shares_are_those_of_the_contract_and_add_up(
    region: Region, contract: dict[str, Any]
) -> None:
    shares = {row["borough"]: int(row["places"]) for row in region.tables["shares"]}
    assert shares == contract["shares"]
    assert sum(shares.values()) == 35
    assert set(shares) == set(PARTNER_BOROUGHS)


def test_the_rates_of_block_homes_are_what_the_contract_says_for_its_first_year(
    region: Region, folder: Path
) -> None:
    block = {home["home_id"]: home for home in region.tables["homes"] if home["contract"]}
    in_use = sum(row["home_id"] in block for row in region.tables["residents"])
    expected = [
        rate.cells()
        for rate in case_rates(read_contract(folder / "contract.toml"), in_use)
        if rate.start <= AS_OF < rate.end and rate.band in block[rate.home_id]["bands"].split(";")
    ]
    rates = [row for row in region.tables["rates"] if row["home_id"] in block]
    assert sorted(rates, key=str) == sorted(expected, key=str)
    assert in_use == 20


def test_a_spot_place_costs_more_than_the_same_place_in_the_block(
    region: Region, contract: dict[str, Any]
) -> None:
    homes = {home["home_id"]: home for home in region.tables["homes"]}
    for rate in region.tables["rates"]:
        home = homes[rate["home_id"]]
        if home["provision"] == "childrens_home" and not home["contract"]:
            assert Decimal(rate["weekly_fee"]) > Decimal(contract["fees"][rate["band"]])
            assert rate["marginal_weekly_fee"] == ""


def test_every_sector_lies_in_the_authority_beside_it(region: Region) -> None:
    letters = "ABDEFGHJLNPQRSTUWXYZ"
    claimed = {
        (row["postcode"], row["borough"])
        for name in ("homes", "referrals")
        for row in region.tables[name]
        if row["postcode"]
    }
    for sector, borough in sorted(claimed):
        found = Counter(
            authority
            for first in letters
            for second in letters
            if (authority := authority_of(f"{sector}{first}{second}")) is not None
        )
        assert found.most_common(1)[0][0] == borough, (sector, found)
    assert len(claimed) > 45


def test_no_full_postcode_stands_in_the_region(region: Region) -> None:
    for name in ("homes", "referrals", "people_and_places"):
        for row in region.tables[name]:
            assert row["postcode"] == "" or re.fullmatch(r"[A-Z]+\d+[A-Z]? \d", row["postcode"])
            assert row["postcode"] == "" or is_postcode_shaped(row["postcode"])


def test_every_resident_is_someone_the_home_may_have(region: Region) -> None:
    homes = {home["home_id"]: home for home in region.tables["homes"]}
    for resident in region.tables["residents"]:
        home = homes[resident["home_id"]]
        age = birthday_age(resident["date_of_birth"], AS_OF)
        assert int(home["min_age"]) <= age <= int(home["max_age"]), resident
        assert resident["sex"] in home["sexes"].split(";"), resident
        assert resident["band"] in home["bands"].split(";"), resident
        assert home["provision"] == "childrens_home" or age >= 16


def test_no_home_is_over_its_places_or_its_limits(region: Region) -> None:
    for home in region.tables["homes"]:
        present = [r for r in region.tables["residents"] if r["home_id"] == home["home_id"]]
        assert len(present) <= int(home["places"])
        if home["load_limit"]:
            assert sum(LOAD[r["band"]] for r in present) <= int(home["load_limit"])
        if home["max_high"]:
            high = sum(r["band"] in ("high", "specialist") for r in present)
            assert high <= int(home["max_high"])


def test_every_need_is_a_known_tag_and_every_young_person_is_between_11_and_17(
    region: Region,
) -> None:
    for referral in region.tables["referrals"]:
        assert set(referral["needs"].split(";")) - {""} <= set(need_tags())
        assert 11 <= birthday_age(referral["date_of_birth"], AS_OF) <= 17
    for home in region.tables["homes"]:
        assert set(home["supports"].split(";")) <= set(need_tags())


def test_everyone_named_in_the_region_exists(region: Region) -> None:
    referrals = {row["referral_id"] for row in region.tables["referrals"]}
    homes = {row["home_id"] for row in region.tables["homes"]}
    people = {
        row["young_person_id"] for name in ("referrals", "residents") for row in region.tables[name]
    }
    for name in ("wishes", "declines"):
        assert {row["referral_id"] for row in region.tables[name]} <= referrals
        assert {row["home_id"] for row in region.tables[name]} <= homes
    assert {row["referral_id"] for row in region.tables["people_and_places"]} <= referrals
    assert {row["home_id"] for row in region.tables["rates"]} <= homes
    related = region.tables["relationships"]
    assert {row[side] for row in related for side in ("a", "b")} <= people
    assert {row["young_person_id"] for row in region.tables["avoid"]} <= people


def test_the_page_beside_the_files_names_only_who_exists_and_says_it_is_invented(
    region: Region,
) -> None:
    page = region_files()["README.md"]
    known = {
        row[key]
        for name, key in (
            ("referrals", "referral_id"),
            ("homes", "home_id"),
            ("residents", "young_person_id"),
        )
        for row in region.tables[name]
    }
    named = set(re.findall(r"\b(?:R-\d+|SC\d+|YP\d+)\b", page))
    assert named <= known
    assert {row["referral_id"] for row in region.tables["referrals"]} <= named
    assert "No young person, home, provider, wish or price here is real" in page
