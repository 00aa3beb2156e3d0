"""What a case folder may look like and still mean the same, and what a reader is told beside it."""

from datetime import date

import pytest

from matching.check import check_json
from matching.digest import case_sha256
from matching.pairs import find_pairs
from matching.solve import match
from tests.unit.matching.bench import (
    AS_OF,
    Files,
    files_of,
    home,
    points,
    problem,
    read,
    referral,
    resident,
    solved,
)
from tests.unit.matching.test_bad_input import HEADS, plain


def notices(files: Files) -> list[str]:
    return list(match(read(files)).notices)


def given(**files: str) -> Files:
    return plain() | {name.replace("_csv", ".csv"): text for name, text in files.items()}


def test_a_byte_order_mark_padded_cells_and_windows_lines_mean_nothing() -> None:
    files = plain() | {"shares.csv": "contract,borough,places\nB1,E09000012,2\n"}
    untidy = {
        name: "\ufeff" + text.replace(",", " , ").replace("\n", "\r\n") if "csv" in name else text
        for name, text in files.items()
    }
    untidy["policy.toml"] = "\ufeff" + files["policy.toml"]
    assert read(untidy) == read(files)
    assert case_sha256(read(untidy)) == case_sha256(read(files))


def test_list_items_are_trimmed_and_their_order_means_nothing() -> None:
    one = problem(referrals=[referral("A", needs="bsl;autism")], homes=[home("H", sexes="M;F")])
    other = problem(
        referrals=[referral("A", needs=" autism ; bsl;autism")], homes=[home("H", sexes="F ; M")]
    )
    assert one == other


def test_columns_stand_in_any_order_and_optional_ones_may_be_missing() -> None:
    text = "places,sexes,bands,max_age,min_age,registration,borough,home_id\n"
    text += "4,M;F,low;medium;high,17,10,registered,E09000012,H\n"
    made = read(files_of(referrals=[referral("A")]) | {"homes.csv": text})
    (one,) = made.homes
    assert (one.id, one.places, one.min_age, one.max_age) == ("H", 4, 10, 17)
    assert (one.max_high, one.load_limit, one.max_arrivals) == (None, None, None)
    assert (one.provision, one.judgement, one.due_diligence) == ("childrens_home", "", None)
    assert not one.location.known


def test_lines_without_any_cell_are_skipped_and_rows_keep_their_number() -> None:
    text = "contract,borough,places\n\n,,\nB1,E09000012,2\n\n"
    assert len(read(given(shares_csv=text)).shares) == 1


def test_empty_cells_have_the_meaning_the_contract_gives_them() -> None:
    made = problem(
        referrals=[referral("A", band_status="")],
        homes=[home("H")],
        residents=[resident("YP-R", "H")],
        people_and_places=[{"referral_id": "A", "what": "school"}],
        rates=[{"home_id": "H", "band": "low", "weekly_fee": "4500.00"}],
    )
    one = made.referrals[0]
    assert (one.band_status, one.nearness, one.siblings, one.companions, one.by_hand) == (
        "provisional",
        "near",
        "",
        "",
        False,
    )
    assert one.provision == frozenset({"childrens_home"})
    assert (one.min_tenths, one.max_tenths, one.waiting_since) == (None, None, None)
    assert (one.planned_months, one.moves) == (None, None)
    assert (made.people[0].visits, made.people[0].keep) == (0, False)
    rate = made.rates[0]
    assert (rate.fee, rate.marginal, rate.start, rate.end) == (450_000, 450_000, None, None)
    assert made.residents[0].present(date(2999, 1, 1))


def test_the_policy_has_the_defaults_of_the_contract() -> None:
    policy = problem(referrals=[], homes=[]).policy
    assert (policy.unknown_tenths, policy.reach_tenths) == (100, 50)
    assert (policy.planned_months, policy.max_arrivals) == (9, 2)
    assert dict(policy.limit_tenths) == {"today": 600, "within_5_days": 400, "over_5_days": 200}
    assert dict(policy.wait) == {
        "within_5_days": 400,
        "over_5_days": 120,
        "per_day": 1,
        "cap": 60,
    }
    assert dict(policy.load) == {"low": 1, "medium": 2, "high": 4, "specialist": 6}
    assert dict(policy.points) == {
        "per_mile": 3,
        "distant": 15,
        "out_of_borough": 4,
        "per_100_visit_miles": 10,
        "out_of_reach": 20,
        "spare_capability": 6,
        "no_headroom": 10,
        "ages_out_per_month": 3,
        "unsettled": 3,
        "wish_unsure": 8,
        "wish_against": 40,
        "sibling_elsewhere": 40,
        "per_100_pounds": 0,
        "caution": 25,
        "siblings_apart": 60,
        "short_of_share": 12,
        "provider_balance": 5,
    }


def test_a_policy_key_given_replaces_its_default_and_no_other() -> None:
    text = AS_OF + "reach_miles = 2.5\n[points]\ncaution = 7\n[wait]\ncap = 9\n"
    policy = read(plain() | {"policy.toml": text}).policy
    assert (policy.reach_tenths, policy.points["caution"], policy.wait["cap"]) == (25, 7, 9)
    assert (policy.points["per_mile"], policy.wait["per_day"], policy.unknown_tenths) == (
        3,
        1,
        100,
    )


def test_a_weight_reads_as_miles() -> None:
    policy = read(plain() | {"policy.toml": AS_OF + "[points]\nper_mile = 4\n"}).policy
    assert policy.in_miles("caution") == "6.3 miles"
    assert policy.in_miles("wish_unsure") == "2.0 miles"
    free = read(plain() | {"policy.toml": AS_OF + "[points]\nper_mile = 0\n"}).policy
    assert free.in_miles("caution") == "miles cost nothing here"


def test_two_policies_that_say_the_same_are_one() -> None:
    said = read(plain() | {"policy.toml": AS_OF + "[points]\ncaution = 25\n"}).policy
    unsaid = read(plain()).policy
    other = read(plain() | {"policy.toml": AS_OF + "[points]\ncaution = 26\n"}).policy
    assert said == unsaid
    assert len({said, unsaid, other}) == 2


def test_a_repeated_pair_counts_once_in_either_order_and_both_kinds_may_hold() -> None:
    text = HEADS["relationships.csv"] + (
        "YP-A,YP-R,caution\nYP-R,YP-A,caution\nYP-B,YP-A,must_not_live_together\nYP-A,YP-B,caution\n"
    )
    made = read(given(relationships_csv=text))
    assert made.cautions == {("YP-A", "YP-R"), ("YP-A", "YP-B")}
    assert made.must_not == {("YP-A", "YP-B")}
    twice = "a,b\nE09000012,E09000016\nE09000016,E09000012\n"
    assert read(given(adjoining_csv=twice)).adjoining == {("E09000012", "E09000016")}


def test_own_neighbours_replace_the_built_in_ones_and_none_leave_them() -> None:
    enfield = {"borough": "E09000010"}
    haringey = {"borough": "E09000014"}
    assert points(enfield, haringey) == {"area": 4}
    own = [{"a": "E09000010", "b": "E09000012"}]
    assert points(enfield, haringey, adjoining=own) == {"area": 15}
    assert points(enfield, {"borough": "E09000012"}, adjoining=own) == {"area": 4}
    assert points(enfield, haringey, adjoining=[]) == {"area": 4}


def test_uncertain_rows_of_the_built_in_table_are_not_neighbours() -> None:
    from matching.data import rows

    uncertain = [row for row in rows("adjoining.csv") if row["how"] == "uncertain"]
    assert uncertain
    for row in uncertain:
        assert points({"borough": row["a"]}, {"borough": row["b"]}) == {"area": 15}


def test_a_postcode_or_a_sector_is_looked_up_and_the_grid_goes_before_it() -> None:
    by_code = {"easting": "", "northing": "", "postcode": "E8 1EA"}
    made = problem(
        referrals=[referral("A", **by_code), referral("B", postcode="E8 1EA")], homes=[home("H")]
    )
    one, other = made.referrals
    assert one.location.known
    assert (other.location.easting, other.location.northing) == (534400, 184200)
    assert (one.location.easting, one.location.northing) != (534400, 184200)
    sector = problem(referrals=[referral("A", **by_code | {"postcode": "E8 1"})], homes=[home("H")])
    assert sector.referrals[0].location.known


def test_a_postcode_not_found_is_an_unknown_location_and_a_notice() -> None:
    lost = {"easting": "", "northing": "", "postcode": "ZZ9 9ZZ"}
    files = files_of(
        referrals=[referral("A", **lost)],
        homes=[home("H", **lost)],
        people_and_places=[{"referral_id": "A", "what": "school", "postcode": "ZZ1 1ZZ"}],
    )
    told = notices(files)
    assert "A: postcode ZZ9 9ZZ was not found, so the location is not known." in told
    assert "H: postcode ZZ9 9ZZ was not found, so the location is not known." in told
    assert "A: postcode ZZ1 1ZZ was not found, so the location is not known." in told
    placement = match(read(files)).to_json()["placements"][0]
    assert (placement["distance_miles"], placement["points"]["distance"]) == (None, 30)


def test_missing_safety_information_stands_at_the_top() -> None:
    files = files_of(referrals=[referral("A", sex="U")], homes=[home("H")])
    assert notices(files)[:3] == [
        "No information on who must not live together was given.",
        "No information on where young people must not live was given.",
        "No information on what providers have declined was given.",
    ]
    assert not [told for told in notices(plain()) if told.startswith("No information")]


def test_columns_not_used_are_named() -> None:
    files = given(shares_csv="contract,borough,places,, colour\nB1,E09000012,2,,red\n")
    expected = "shares.csv: columns not used were ignored: (no name), colour."
    assert expected in notices(files)


def test_unknown_sex_and_moves_are_told() -> None:
    people = [referral(f"A{n}", sex="U", needed_by="2026-04-10") for n in range(7)]
    told = notices(files_of(referrals=people, homes=[home("H")]))
    assert any(
        line.startswith("Sex is U for A0, A1, A2, A3, A4 and 2 more: every home counts as fitting")
        for line in told
    )
    assert any(line.startswith("Recent moves are not known for A0") for line in told)
    told = notices(files_of(referrals=people[:5], homes=[home("H")]))
    assert any(line.startswith("Sex is U for A0, A1, A2, A3 and A4: every") for line in told)
    known = files_of(referrals=[referral("A", moves_last_12_months="0")], homes=[home("H")])
    assert not any("moves" in line or "Sex" in line for line in notices(known))


def test_unknown_locations_are_told_with_what_they_are_charged() -> None:
    nowhere = {"easting": "", "northing": ""}
    files = files_of(
        "unknown_distance_miles = 2.5\n",
        referrals=[referral("A", **nowhere)],
        homes=[home("H", **nowhere), home("K")],
    )
    told = notices(files)
    assert "Where to live near is not known for A; 2.5 miles are charged for it." in told
    assert "The location of H is not known; 2.5 miles are charged for it." in told


def test_a_home_with_more_residents_than_places_is_told_and_takes_nobody() -> None:
    living = [resident(f"YP-{n}", "H") for n in range(3)]
    files = files_of(
        referrals=[referral("A")],
        homes=[home("H", places="2") | {"name": "Elm"}],
        residents=living,
    )
    assert "Elm (H) has 3 residents and 2 places: it takes nobody until it is below." in notices(
        files
    )
    assert match(read(files)).homes == {}


def test_young_people_nobody_knows_are_ignored_with_one_notice_a_file() -> None:
    files = given(
        relationships_csv=HEADS["relationships.csv"] + "YP-X,YP-A,caution\nYP-Y,YP-Z,caution\n",
        avoid_csv=HEADS["avoid.csv"] + "YP-W,home,,H,,,\n",
    )
    told = notices(files)
    assert (
        "relationships.csv: 3 young people in neither referrals nor residents were ignored "
        "(YP-X, YP-Y and YP-Z)." in told
    )
    assert (
        "avoid.csv: 1 young person in neither referrals nor residents was ignored (YP-W)." in told
    )
    assert [line for line in notices(plain()) if "ignored" in line] == []


def test_a_share_of_a_contract_without_a_home_is_told() -> None:
    files = given(shares_csv="contract,borough,places\nB9,E09000012,2\n")
    assert "shares.csv: no home belongs to contract B9." in notices(files)


def test_an_unknown_price_is_told_and_stands_in_for_the_dearest() -> None:
    rates = [{"home_id": "K", "band": "medium", "weekly_fee": "4500.00"}]
    files = files_of(
        referrals=[referral("A")], homes=[home("H"), home("K", northing="188000")], rates=rates
    )
    told = notices(files)
    expected = "No rate covers the day for 1 possible placement at H; the highest fee of the band "
    assert any(line.startswith(expected) for line in told)
    plan = match(read(files)).to_json()
    assert (plan["placements"][0]["home_id"], plan["placements"][0]["weekly_fee"]) == ("H", None)
    assert plan["objective"]["weekly_cost"] == "4500.00"
    none = files_of(referrals=[referral("A")], homes=[home("H")])
    assert "No rates were given: no plan says what it costs." in notices(none)
    covered = files_of(
        referrals=[referral("A")], homes=[home("H")], rates=[rates[0] | {"home_id": "H"}]
    )
    assert not any("rate" in line for line in notices(covered))


@pytest.mark.parametrize(("people", "places"), [([], []), ([], ["H"]), (["A"], []), (["A"], ["H"])])
def test_a_case_may_have_nobody_or_no_home(people: list[str], places: list[str]) -> None:
    pairs, plan = solved(
        referrals=[referral(name, dol="Y") for name in people],
        homes=[home(name) for name in places],
    )
    written = plan.to_json()
    assert written["status"] == "no_referrals"
    assert written["objective"] == written["bound"]
    assert written["objective"] == {"today_unplaced": 0, "points": 0, "weekly_cost": "0.00"}
    assert check_json(find_pairs(pairs.problem), written) == []
    assert [row["why"] for row in written["unplaced"]] == ["by_hand"] * len(people)
    assert [row["why"] for row in written["empty"]] == ["nobody_waiting"] * len(places)


def test_somebody_waits_where_there_is_no_home_at_all() -> None:
    pairs, plan = solved(referrals=[referral("A"), referral("B", needed_by="2026-04-01")], homes=[])
    assert (plan.status, plan.levels.today, plan.levels.points) == ("optimal", 1, 120)
    assert {one.why for one in plan.unplaced} == {"no_eligible_home"}
    assert len(pairs) == 0
