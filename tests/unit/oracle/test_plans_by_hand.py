"""Each joint rule and each joint component, on plans so small that the answer is plain."""

import pytest

from tests.oracle.answer import answer
from tests.oracle.plan import score, violations
from tests.unit.oracle.bench import Cells, case_of, home, referral, resident


def broken(
    plan: dict[str, str],
    people: list[Cells],
    homes: list[Cells],
    policy: str = "max_arrivals = 9",
    **tables: list[Cells],
) -> list[tuple[str, str]]:
    case, pairs = case_of(policy, referrals=people, homes=homes, **tables)
    return violations(case, pairs, plan)


def all_in(home_id: str, people: list[Cells]) -> dict[str, str]:
    return {person["referral_id"]: home_id for person in people}


@pytest.mark.parametrize(("later", "codes"), [("2026-04-15", []), ("2026-04-14", [("J1", "H")])])
def test_a_place_is_promised_from_the_day_it_falls_free(
    later: str, codes: list[tuple[str, str]]
) -> None:
    people = [referral("A"), referral("B", needed_by=later)]
    leaves = [resident("YP-R", "H", leaves_on="2026-04-15", leaving="confirmed")]
    homes = [home("H", places="2")]
    assert broken(all_in("H", people), people, homes, residents=leaves) == codes


def test_newcomers_who_must_not_live_together_or_do_not_fit() -> None:
    people = [referral("A"), referral("B", needed_by="2026-05-20"), referral("C")]
    relation = [{"a": "YP-B", "b": "YP-A", "kind": "must_not_live_together"}]
    homes = [home("H"), home("K")]
    together, apart = {"A": "H", "B": "H"}, {"A": "H", "B": "K"}
    assert broken(together, people, homes, relationships=relation) == [("J2", "H")]
    assert broken(apart, people, homes, relationships=relation) == []
    people[2]["living_companions"] = "solo"
    assert broken({"C": "K"}, people, homes) == []
    assert broken({"A": "K", "C": "K"}, people, homes) == [("J5", "K")]
    people[2] |= {"living_companions": "only_older", "date_of_birth": "2012-06-10"}
    assert broken({"A": "K", "C": "K"}, people, homes) == [("J5", "K")]
    people[2]["date_of_birth"] = "2012-06-11"
    assert broken({"A": "K", "C": "K"}, people, homes) == []


def test_the_mix_of_newcomers_holds_on_every_day() -> None:
    people = [referral("A", band="high"), referral("B", band="high", needed_by="2026-04-20")]
    leaves = [resident("YP-R", "H", band="high", leaves_on="2026-04-20", leaving="confirmed")]
    plan = all_in("H", people)
    assert broken(plan, people, [home("H", max_high="2")], residents=leaves) == []
    assert broken(plan, people, [home("H", load_limit="8")], residents=leaves) == []
    people[1]["needed_by"] = "2026-04-19"
    assert broken(plan, people, [home("H", max_high="2")], residents=leaves) == [("J3", "H")]
    assert broken(plan, people, [home("H", load_limit="11")], residents=leaves) == [("J3", "H")]


def test_a_sibling_group_is_placed_whole_in_one_home_or_not_at_all() -> None:
    people = [
        referral("A", sibling_group="G", siblings="together"),
        referral("B", sibling_group="G", siblings="apart_ok"),
        referral("C", sibling_group="S", siblings="together"),
    ]
    homes = [home("H"), home("K")]
    assert broken({}, people, homes) == []
    assert broken({"A": "H", "B": "H", "C": "K"}, people, homes) == []
    assert broken({"A": "H", "B": "K"}, people, homes) == [("J4", "G")]
    assert broken({"B": "K"}, people, homes) == [("J4", "G")]
    people[0]["dol"] = "Y"
    assert broken({"B": "K"}, people, homes) == [("J4", "G")]


def test_a_group_that_stays_together_is_one_arrival() -> None:
    people = [
        referral("A", sibling_group="G", siblings="together"),
        referral("B", sibling_group="G"),
        referral("C"),
        referral("D"),
    ]
    homes = [home("H", places="5")]
    assert broken({"A": "H", "B": "H", "C": "H"}, people, homes, "max_arrivals = 2") == []
    everybody = all_in("H", people)
    assert broken(everybody, people, homes, "max_arrivals = 2") == [("J6", "H")]
    homes[0]["max_arrivals"] = "3"
    assert broken(everybody, people, homes, "max_arrivals = 2") == []


def test_waiting_counts_days_up_to_the_cap_and_nobody_of_today_or_by_hand() -> None:
    people = [
        referral("A", waiting_since="2026-03-22"),
        referral("B", needed_by="2026-04-06", waiting_since="2025-01-01"),
        referral("C", needed_by="2026-04-01", waiting_since="2025-01-01"),
        referral("D", needed_by="2026-04-01", dol="Y"),
    ]
    case, pairs = case_of(referrals=people, homes=[home("H")])
    levels = score(case, pairs, {})
    assert (levels["today_unplaced"], levels["points"]) == (1, 130 + 460)


def test_a_caution_counts_once_a_pair_and_not_with_a_resident_who_has_a_referral() -> None:
    people = [referral("A"), referral("B"), referral("M")]
    living = [
        resident("YP-R", "H"),
        resident("YP-M", "H"),
        resident("YP-L", "H", leaves_on="2026-04-10", leaving="confirmed"),
    ]
    cautions = [
        {"a": one, "b": other, "kind": "caution"}
        for one, other in (
            ("YP-A", "YP-B"),
            ("YP-B", "YP-A"),
            ("YP-A", "YP-R"),
            ("YP-A", "YP-M"),
            ("YP-A", "YP-L"),
            ("YP-R", "YP-M"),
        )
    ]
    homes = [home("H", places="9"), home("K")]
    case, pairs = case_of(referrals=people, homes=homes, residents=living, relationships=cautions)
    assert score(case, pairs, {"A": "H"})["joint"]["caution"] == 25
    assert score(case, pairs, {"A": "H", "B": "H"})["joint"]["caution"] == 50
    assert score(case, pairs, {"A": "K", "M": "K"})["joint"]["caution"] == 25


def test_preferred_siblings_cost_only_when_two_placed_live_apart() -> None:
    people = [referral(name, sibling_group="G") for name in ("A", "B", "C")]
    people[2]["siblings"] = "preferred"
    case, pairs = case_of(referrals=people, homes=[home("H"), home("K")])

    def apart(plan: dict[str, str]) -> int:
        value: int = score(case, pairs, plan)["joint"]["siblings_apart"]
        return value

    assert apart({"A": "H"}) == 0
    assert apart({"A": "H", "B": "H"}) == 0
    assert apart({"A": "H", "B": "K"}) == 60
    assert apart({"A": "H", "B": "K", "C": "H"}) == 60


def test_a_borough_is_short_only_of_what_it_can_use() -> None:
    hackney, newham = "E09000012", "E09000025"
    people = [
        referral("A"),
        referral("B", sex="M"),
        referral("N", borough=newham, band="specialist"),
    ]
    homes = [home("H", contract="B1"), home("K", contract="B1", sexes="F"), home("L")]
    living = [resident("YP-R", "K", leaves_on="2026-05-01", leaving="confirmed")]
    shares = [
        {"contract": "B1", "borough": hackney, "places": "5"},
        {"contract": "B1", "borough": newham, "places": "2"},
    ]
    case, pairs = case_of(referrals=people, homes=homes, residents=living, shares=shares)
    assert score(case, pairs, {})["joint"]["share"] == 2 * 12
    assert score(case, pairs, {"A": "K"})["joint"]["share"] == 12
    assert score(case, pairs, {"A": "L", "B": "H"})["joint"]["share"] == 12
    shares[0]["places"] = "1"
    case, pairs = case_of(referrals=people, homes=homes, residents=living, shares=shares)
    assert score(case, pairs, {})["joint"]["share"] == 0


def test_a_provider_above_its_part_of_high_need_placements() -> None:
    homes = [
        home("H", contract="B1", provider="P1", places="3"),
        home("K", contract="B1", provider="", places="2"),
        home("L", contract="B2", provider="P1", places="9"),
    ]
    people = [referral(name, band="high") for name in ("A", "B", "C")]
    case, pairs = case_of(referrals=people, homes=homes)

    def balance(plan: dict[str, str]) -> int:
        value: int = score(case, pairs, plan)["joint"]["balance"]
        return value

    assert balance({}) == 0
    assert balance({"A": "L", "B": "L", "C": "L"}) == 0
    assert balance({"A": "H"}) == 5
    assert balance({"A": "H", "B": "H", "C": "K"}) == 5
    assert balance({"A": "K", "B": "K"}) == 10
    assert balance({"A": "K", "B": "K", "C": "K"}) == 10


def test_reasons_name_the_first_that_holds() -> None:
    people = [
        referral("A", dol="Y"),
        referral("B", band="specialist"),
        referral("C", waiting_since="2026-04-01", borough="E09000016", easting="551300"),
        referral("D", sibling_group="G", siblings="together"),
        referral("E", sibling_group="G"),
        referral("F"),
    ]
    homes = [
        home("H", max_arrivals="0"),
        home("K", max_age="9"),
        home("L", registration="suspended"),
    ]
    case, pairs = case_of("[wait]\nover_5_days = 39\n", referrals=people, homes=homes)
    told = answer(case, pairs, {})
    assert {row["referral_id"]: row["why"] for row in told["unplaced"]} == {
        "A": "by_hand",
        "B": "no_eligible_home",
        "C": "waiting_is_better",
        "D": "group_not_together",
        "E": "group_not_together",
        "F": "places_went_to_others",
    }
    assert {row["home_id"]: row["why"] for row in told["empty"]} == {
        "H": "arrivals",
        "K": "nobody_eligible",
    }
