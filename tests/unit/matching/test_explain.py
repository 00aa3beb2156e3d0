"""Why this home, why not that one, and what is said of both."""

import pytest

from matching.explain import Explanation, explain, options_for
from matching.faults import BadInput
from tests.unit.matching.bench import home, referral, resident, solved

FAR = {"northing": str(184200 + 8046)}


def explained(who: str, policy: str = "", **tables: list[dict[str, str]]) -> Explanation:
    pairs, plan = solved(policy, None, **tables)
    return explain(pairs, plan, who)


def test_a_referral_that_is_not_there_is_told_with_those_like_it() -> None:
    pairs, _ = solved(referrals=[referral("R-2041"), referral("X")], homes=[home("H")])
    with pytest.raises(BadInput, match="did you mean R-2041"):
        options_for(pairs, "R-2014")
    with pytest.raises(BadInput, match="a referral_id of the case") as refused:
        options_for(pairs, "zzz")
    assert "did you mean" not in str(refused.value)


def test_homes_come_by_points_then_fee_then_name() -> None:
    rates = [
        {"home_id": "H", "band": "medium", "weekly_fee": "5000.00"},
        {"home_id": "K", "band": "medium", "weekly_fee": "4000.00"},
        {"home_id": "A", "band": "medium", "weekly_fee": "1.00"},
        {"home_id": "C", "band": "medium", "weekly_fee": "5000.00"},
    ]
    homes = [home("H"), home("K"), home("A", **FAR), home("C")]
    pairs, _ = solved(referrals=[referral("P")], homes=homes, rates=rates)
    told = options_for(pairs, "P")
    assert [option.home.id for option in told.homes] == ["K", "C", "H", "A"]
    assert told.homes[3].cost == 15


def test_an_unknown_fee_does_not_look_cheap() -> None:
    rates = [{"home_id": "K", "band": "medium", "weekly_fee": "4000.00"}]
    pairs, _ = solved(referrals=[referral("P")], homes=[home("H"), home("K")], rates=rates)
    assert [option.home.id for option in options_for(pairs, "P").homes] == ["K", "H"]


def test_near_misses_fail_one_rule_or_two_and_say_when_a_place_may_be_free() -> None:
    homes = [
        home("H", places="1"),
        home("K", sexes="M", bands="low"),
        home("L", sexes="M", bands="low", due_diligence="N"),
        home("M", registration="suspended") | {"name": "Maple"},
    ]
    living = [resident("YP-R", "H", leaves_on="2026-06-01", leaving="expected")]
    pairs, plan = solved(referrals=[referral("P")], homes=homes, residents=living)
    told = options_for(pairs, "P")
    assert told.homes == ()
    found = {o.home.id: [rule.code for rule in o.failed] for o in told.near_misses}
    assert found == {"H": ["R09"], "M": ["R01"], "K": ["R03", "R04"]}
    assert told.near_misses[0].may_be_free == ("2026-06-01",)
    text = told.render()
    assert "No home fits." in text
    assert "H: R09 1 resident on the day, 1 place (may be free from 1 June 2026)" in text
    assert "Maple (M): R01 registration is suspended, registered" in text
    shown = explain(pairs, plan, "P").render()
    assert "Not placed (no eligible home). To say to them:" in shown
    assert told.to_json()["near_misses"][0]["may_be_free_from"] == ["2026-06-01"]


def test_more_than_eight_homes_and_five_near_misses_are_counted() -> None:
    homes = [home(f"H{n}", max_arrivals="0") for n in range(10)]
    homes += [home(f"K{n}", due_diligence="N") for n in range(12)]
    pairs, plan = solved(referrals=[referral("P")], homes=homes)
    text = options_for(pairs, "P").render()
    assert "Homes to ring, best first (10 fit):" in text
    assert "… and 2 more (--json shows all)" in text
    assert "… and 5 more (--json shows them)" in text
    assert "… and 5 more (--json shows them)" in explain(pairs, plan, "P").render()


def test_by_hand_is_said_and_no_home_is() -> None:
    pairs, _ = solved(referrals=[referral("P", dol="Y")], homes=[home("H")])
    told = options_for(pairs, "P")
    assert (told.homes, told.near_misses) == ((), ())
    assert "By hand: a court decides part of this plan" in told.render()
    assert told.to_json()["by_hand"] is True


def test_the_funnel_says_how_many_homes_each_rule_leaves() -> None:
    homes = [home("H"), home("K", sexes="M"), home("L", sexes="M", registration="restricted")]
    found = explained("P", referrals=[referral("P")], homes=homes)
    left = {step.code: step.left for step in found.funnel}
    assert (found.homes, left["R01"], left["R02"], left["R03"], left["R17"]) == (3, 2, 2, 1, 1)
    text = found.render()
    assert "Of 3 homes, left after each rule:" in text
    assert "R02" not in text
    everywhere = explained("P", referrals=[referral("P")], homes=[home("H")])
    assert "every rule holds everywhere" in everywhere.render()


def test_a_better_home_that_was_not_chosen_says_which_rule_stood_in_the_way() -> None:
    people = [referral("P"), referral("Q", needed_by="2026-04-01", sex="M")]
    homes = [home("H", places="1"), home("K", sexes="F") | FAR]
    found = explained("P", referrals=people, homes=homes)
    assert found.chosen is not None
    assert (found.chosen.home.id, found.why) == ("K", "placed")
    (other,) = found.others
    assert [one.code for one in other.in_the_way] == ["J1"]
    assert other.living_there == ("Q",)
    assert "J1 2 moving in by 10 April 2026, 1 free (moving in: Q)" in found.render()
    only = [referral("P"), referral("Q", needed_by="2026-04-01", sex="M", dol="Y")]
    nearest = explained("P", referrals=only, homes=homes)
    assert "1 other home fit and would cost as many points or more." in nearest.render()


def test_somebody_who_waits_though_there_is_room_is_told_that_the_plan_is_better_so() -> None:
    policy = "[wait]\nover_5_days = 9\n"
    found = explained("P", policy, referrals=[referral("P")], homes=[home("H", **FAR)])
    assert (found.why, found.wait) == ("waiting_is_better", 9)
    assert "there is room, but the whole plan is better without it" in found.render()


def test_what_an_option_costs_is_told_by_its_parts() -> None:
    rates = [{"home_id": "H", "band": "medium", "weekly_fee": "4500.50"}]
    living = [resident("YP-R", "H")]
    relation = [{"a": "YP-R", "b": "YP-P", "kind": "caution"}]
    pairs, _ = solved(
        referrals=[referral("P", needs="bsl;halal", easting="", northing="")],
        homes=[home("H", supports="bsl;halal"), home("K", supports="bsl;halal")],
        residents=living,
        relationships=relation,
        rates=rates,
    )
    text = options_for(pairs, "P").render()
    assert "£4,500.50 a week" in text
    assert "fee not known" in text
    assert "distance not known" in text
    assert " 30, someone there to be careful with 25" in text
    assert "Needs: staff who sign British Sign Language and halal food and observance." in text
    near, _ = solved(referrals=[referral("P")], homes=[home("H")])
    assert "0 points: nothing counts against it" in options_for(near, "P").render()
    assert text.splitlines()[0] == "No information on where young people must not live was given."
