"""Each situation that the page of the region tells is really in its files."""

from collections import Counter
from pathlib import Path

from broker.sample import write_region
from matching.exchange import read_case
from matching.solve import match
from tests.oracle.milp import dearest
from tests.oracle.plan import score, violations
from tests.unit.sample.conftest import Region


def test_the_best_plan_finds_a_place_for_21_of_30_and_for_everyone_who_needs_one_today(
    region: Region,
) -> None:
    assert region.levels == (0, 1741, 8_430_000)
    assert len(region.plan) == 21


def test_the_program_proves_the_same_plan_best(region: Region, tmp_path: Path) -> None:
    write_region(tmp_path / "region")
    plan = match(read_case(tmp_path / "region")).to_json()
    assert plan["status"] == "optimal"
    assert plan["objective"] == {
        "today_unplaced": 0,
        "points": 1741,
        "weekly_cost": "84300.00",
    }
    assert {p["referral_id"]: p["home_id"] for p in plan["placements"]} == region.plan
    why = {row["referral_id"]: row["why"] for row in plan["unplaced"]}
    assert (why["R-04"], why["R-16"], why["R-17"]) == (
        "by_hand",
        "no_eligible_home",
        "waiting_is_better",
    )
    assert Counter(why.values())["places_went_to_others"] == 6
    empty = {row["home_id"]: row["why"] for row in plan["empty"]}
    assert empty["SC990001"] == "mix"


def test_money_decides_between_two_homes_that_are_equally_good_for_one_young_person(
    region: Region,
) -> None:
    assert (region.total("R-15", "Heather"), region.total("R-15", "Yew")) == (0, 0)
    assert region.placed_in("Heather") == {"R-15"}
    assert dearest(region.case, region.pairs) == region.levels[2] + 45_000


def test_two_residents_with_high_needs_leave_room_at_alder_for_one_low_need_only(
    region: Region,
) -> None:
    at_alder = [r for r in region.tables["residents"] if r["home_id"] == "SC990001"]
    assert Counter(r["band"] for r in at_alder) == {"high": 2, "medium": 1}
    could = {r for (r, h), p in region.pairs.items() if h == "SC990001" and p["eligible"]}
    bands = {region.row("referrals", r)["band"] for r in could if r != "R-04"}
    assert bands == {"low"}
    assert int(region.row("homes", "SC990001")["places"]) - len(at_alder) == 2
    assert len(region.placed_in("Alder")) == 1
    for who in ("R-08", "R-10", "R-11", "R-18", "R-26"):
        assert region.failed(who, "Alder") == ["R15"]


def test_someone_needs_a_place_today_after_four_moves(region: Region) -> None:
    row = region.row("referrals", "R-01")
    assert (row["needed_by"], row["moves_last_12_months"]) == ("2026-09-04", "4")
    assert region.homes_for("R-01") == {"Fern", "Linden", "Aspen", "Yew"}
    unsettled = {
        region.names[h]: p["points"]["unsettled"]
        for (r, h), p in region.pairs.items()
        if r == "R-01" and p["eligible"]
    }
    assert unsettled == {"Fern": 0, "Linden": 12, "Aspen": 0, "Yew": 0}
    assert region.homes_for("R-27") == {"Fern"}
    assert region.placed_in("Fern") == {"R-27"}


def test_two_who_must_not_live_together_could_each_live_at_willow(region: Region) -> None:
    both = {"R-02": "SC990010", "R-22": "SC990010"}
    assert "J2" in {found[0] for found in violations(region.case, region.pairs, both)}
    related = {frozenset((r["a"], r["b"])): r["kind"] for r in region.tables["relationships"]}
    assert related[frozenset(("YP202", "YP222"))] == "must_not_live_together"
    assert "Willow" in region.homes_for("R-02")
    assert region.homes_for("R-22") == {"Willow", "Spruce"}
    assert region.failed("R-22", "Hazel") == ["R10"]
    assert region.row("referrals", "R-02")["band_status"] == "provisional"


def test_three_young_people_need_a_place_today(region: Region) -> None:
    today = {r["referral_id"] for r in region.tables["referrals"] if r["needed_by"] <= "2026-09-04"}
    assert today == {"R-01", "R-02", "R-03"}
    assert today <= set(region.plan)


def test_two_ask_for_the_one_place_at_bramble_and_only_one_can_live_elsewhere(
    region: Region,
) -> None:
    assert {"Bramble", "Hazel"} <= region.homes_for("R-03")
    assert region.homes_for("R-14") == {"Bramble", "Maple"}
    assert region.placed_in("Bramble") == {"R-14"}


def test_an_application_to_deprive_someone_of_liberty_is_matched_by_hand(region: Region) -> None:
    assert region.row("referrals", "R-04")["dol"] == "Y"
    assert region.homes_for("R-04") == set()
    assert "R-04" not in region.plan


def test_someone_says_no_to_the_nearest_home_that_could_take_her(region: Region) -> None:
    assert region.failed("R-05", "Cedar") == ["R16"]
    tenths = {
        region.names[h]: p["tenths"]
        for (r, h), p in region.pairs.items()
        if r == "R-05" and not set(p["failed"]) - {"R16"}
    }
    assert min(tenths, key=lambda name: tenths[name]) == "Cedar"
    assert region.plan["R-05"] != "SC990004"


def test_avoided_boroughs_and_a_radius_close_every_home_near_his_friends(region: Region) -> None:
    kinds = Counter(r["kind"] for r in region.tables["avoid"] if r["young_person_id"] == "YP206")
    assert kinds == {"borough": 2, "radius": 1}
    closed = {
        region.names[h]
        for (r, h), p in region.pairs.items()
        if r == "R-06" and "R06" in p["failed"]
    }
    assert {"Linden", "Rowan", "Willow", "Maple", "Hazel"} <= closed
    assert region.failed("R-06", "Hazel") == ["R06"]
    assert region.homes_for("R-06") == {"Cedar", "Spruce"}


def test_a_sister_and_brother_stay_together_or_wait_together(region: Region) -> None:
    rows = [region.row("referrals", r) for r in ("R-07", "R-08")]
    assert {(r["sibling_group"], r["siblings"]) for r in rows} == {("SG-1", "together")}
    assert {r["sex"] for r in rows} == {"F", "M"}
    assert region.plan["R-07"] == region.plan["R-08"]


def test_two_brothers_would_like_to_live_together(region: Region) -> None:
    rows = [region.row("referrals", r) for r in ("R-09", "R-10")]
    assert {(r["sibling_group"], r["siblings"]) for r in rows} == {("SG-2", "preferred")}
    assert region.homes_for("R-09") & region.homes_for("R-10") >= {"Hazel"}
    assert ("R-09" in region.plan) != ("R-10" in region.plan)


def test_a_brother_lives_in_birch_already(region: Region) -> None:
    brother = region.row("residents", "YP105")
    assert brother["sibling_group"] == region.row("referrals", "R-11")["sibling_group"] == "SG-3"
    apart = {
        region.names[h]: p["points"]["sibling"]
        for (r, h), p in region.pairs.items()
        if r == "R-11" and p["eligible"]
    }
    assert apart.pop("Birch") == 0
    assert set(apart.values()) == {40}


def test_supported_accommodation_is_unlawful_at_fifteen_and_lawful_at_sixteen(
    region: Region,
) -> None:
    assert region.failed("R-12", "Sorrel") == ["R08"]
    assert region.row("homes", "SC990014")["min_age"] == "15"
    assert "Sorrel" in region.homes_for("R-13")
    turned = region.row("referrals", "R-13")["date_of_birth"]
    assert turned == "2010-09-08"
    assert region.row("referrals", "R-13")["needed_by"] == "2026-09-10"


def test_nobody_under_sixteen_may_live_in_supported_accommodation(region: Region) -> None:
    for (referral, home), pair in region.pairs.items():
        if pair["eligible"] and region.names[home] in ("Sorrel", "Bramble"):
            assert region.row("referrals", referral)["date_of_birth"] < "2010-09-30"
            assert "supported_accommodation" in region.row("referrals", referral)["provision"]


def test_someone_came_alone_and_has_no_address_here(region: Region) -> None:
    assert region.row("referrals", "R-14")["postcode"] == ""
    unknown = {r for (r, _), p in region.pairs.items() if p["tenths"] is None}
    assert unknown == {"R-14"}


def test_someone_must_live_fifteen_miles_away_from_where_she_lived(region: Region) -> None:
    row = region.row("referrals", "R-15")
    assert (row["nearness"], row["min_distance_miles"]) == ("away", "15")
    assert region.homes_for("R-15") == {"Heather", "Yew"}
    for home in ("SC990018", "SC990023"):
        assert region.pairs["R-15", home]["tenths"] >= 150
    assert "R07" in region.failed("R-15", "Rowan")


def test_no_home_fits_one_young_person_and_the_reason_is_what_no_home_supports(
    region: Region,
) -> None:
    assert region.homes_for("R-16") == set()
    assert all("R05" in p["failed"] for (r, _), p in region.pairs.items() if r == "R-16")


def test_for_one_young_person_the_only_home_is_worse_than_waiting(region: Region) -> None:
    assert region.homes_for("R-17") == {"Holly"}
    assert region.total("R-17", "Holly") == 137
    # 120 for a referral that can wait over five days and 4 days waited since 31 August
    assert region.total("R-17", "Holly") > 120 + 4
    assert "R-17" not in region.plan


def test_the_city_of_london_has_one_young_person_and_one_place(region: Region) -> None:
    of_the_city = [r for r in region.tables["referrals"] if r["borough"] == "E09000001"]
    assert [r["referral_id"] for r in of_the_city] == ["R-18"]
    (share,) = [r for r in region.tables["shares"] if r["borough"] == "E09000001"]
    assert share["places"] == "1"


def test_a_place_is_promised_to_someone_who_needs_it_after_a_confirmed_leaving(
    region: Region,
) -> None:
    for referral, home, resident in (("R-19", "Rowan", "YP118"), ("R-21", "Elder", "YP110")):
        row = region.row("residents", resident)
        assert row["leaving"] == "confirmed"
        assert row["leaves_on"] < region.row("referrals", referral)["needed_by"]
        assert region.names[region.plan[referral]] == home
    at_rowan = [r for r in region.tables["residents"] if r["home_id"] == "SC990009"]
    assert len(at_rowan) == int(region.row("homes", "SC990009")["places"])


def test_a_date_that_nobody_confirmed_frees_no_place(region: Region) -> None:
    expected = {
        r["young_person_id"] for r in region.tables["residents"] if r["leaving"] == "expected"
    }
    assert expected == {"YP109", "YP131"}


def test_a_provider_has_declined_with_a_reason(region: Region) -> None:
    assert region.failed("R-20", "Rowan") == ["R10"]
    assert all(len(row["reason"]) > 20 for row in region.tables["declines"])
    assert region.homes_for("R-20") == {"Cedar"}
    assert "R06" in region.failed("R-20", "Yew")


def test_nobody_joins_a_resident_who_lives_alone_by_agreement(region: Region) -> None:
    assert region.row("residents", "YP123")["living_companions"] == "solo"
    assert region.failed("R-21", "Juniper") == ["R12"]


def test_a_caution_costs_something_and_forbids_nothing(region: Region) -> None:
    assert "Linden" in region.homes_for("R-23")
    related = {(r["a"], r["b"]): r["kind"] for r in region.tables["relationships"]}
    assert related["YP223", "YP114"] == "caution"
    together = dict(region.plan) | {"R-23": "SC990007"}
    together.pop("R-26")
    assert score(region.case, region.pairs, together)["joint"]["caution"] == 25


def test_someone_is_a_resident_and_a_referral_at_once(region: Region) -> None:
    assert region.row("referrals", "R-24")["young_person_id"] == "YP124"
    resident = region.row("residents", "YP124")
    assert (resident["leaves_on"], resident["leaving"]) == ("2026-09-25", "confirmed")
    assert region.failed("R-24", "Oak") == ["R10"]
    assert "R11" in region.failed("R-24", "Alder")


def test_someone_turns_eighteen_during_the_stay(region: Region) -> None:
    ages_out = {
        p["points"]["age"] for (r, _), p in region.pairs.items() if r == "R-25" and p["eligible"]
    }
    assert ages_out == {12}  # six months planned, two whole months left to the birthday: 4 x 3


def test_a_twelve_year_old_lives_with_older_young_people_only(region: Region) -> None:
    assert region.row("referrals", "R-26")["living_companions"] == "only_older"
    assert "Birch" in region.homes_for("R-26") & region.homes_for("R-09")
    younger = {"R-26": "SC990003", "R-09": "SC990003"}
    assert [found[0] for found in violations(region.case, region.pairs, younger)] == ["J5"]
    older = {"R-26": "SC990003", "R-12": "SC990003"}
    assert violations(region.case, region.pairs, older) == []


def test_sex_unknown_fits_homes_of_every_kind(region: Region) -> None:
    assert region.row("referrals", "R-30")["sex"] == "U"
    assert {"Rowan", "Holly", "Maple"} <= region.homes_for("R-30")


def test_nobody_is_placed_where_the_home_is_suspended_or_inadequate(region: Region) -> None:
    assert not region.placed_in("Laurel") | region.placed_in("Larch")
    assert region.failed("R-28", "Laurel") == ["R01", "R05"]
    assert region.failed("R-10", "Larch") == ["R17"]


def test_the_price_at_oak_rises_during_the_weeks_of_the_plan(region: Region) -> None:
    fees = {
        r: p["weekly_fee"]
        for (r, h), p in region.pairs.items()
        if h == "SC990016" and r in ("R-13", "R-28")
    }
    assert fees == {"R-13": 510_000, "R-28": 525_000}


def test_one_home_has_not_given_its_price_for_one_band(region: Region) -> None:
    priced = {(r["home_id"], r["band"]) for r in region.tables["rates"]}
    missing = {
        (home["home_id"], band)
        for home in region.tables["homes"]
        for band in home["bands"].split(";")
    } - priced
    assert missing == {("SC990022", "medium")}


def test_several_young_people_compete_for_most_free_places(region: Region) -> None:
    options = [len(region.homes_for(r["referral_id"])) for r in region.tables["referrals"]]
    assert sum(count >= 3 for count in options) >= 18
    assert sum(options) > 100
