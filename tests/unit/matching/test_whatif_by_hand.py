"""What-if answers on cases small enough to work out by hand; everybody in them is invented."""

import json
from datetime import date

import pytest

from matching import solve
from matching.alternatives import Alternatives, alternatives_of
from matching.anyplan import evaluate_any
from matching.changes import Remedies, remedies_for
from matching.conflict import conflict_of
from matching.contrast import Change, contrast
from matching.effects import Effects, effects_of
from matching.evaluate import evaluate
from matching.explain import explain, options_for
from matching.fair_policy import FairnessLimits
from matching.faults import BadInput
from matching.frontier import Frontier, frontier_of
from matching.held import Region
from matching.holding import Held, LimitCame
from matching.holding_wide import Wide
from matching.homeview import home_view
from matching.pairs import find_pairs
from matching.policy import Policy
from matching.problem import (
    Decision,
    Home,
    Location,
    Previous,
    Problem,
    Rate,
    Referral,
    Resident,
    Wish,
)
from matching.search import Limits
from matching.sensitivity import Sensitivity, sensitivity_of
from matching.shared_words import (
    distance_band,
    in_bands,
    shared_conflict,
    shared_effects,
    shared_evaluated,
    shared_explanation,
    shared_home,
    shared_remedies,
)
from matching.solve import match
from matching.tell_shared import shared_conflict_text, shared_remedies_text, shared_text
from matching.worth import Places, worth_of_places

DAY = date(2026, 4, 1)
MILE = 1609


def north(miles: int) -> Location:
    return Location(530_000, 180_000 + miles * MILE)


def young(name: str, miles: int = 0, **more: object) -> Referral:
    about: dict[str, object] = {
        "id": f"R-{name}",
        "young_person": f"YP-{name}",
        "borough": "E09000025",
        "born": date(2012, 1, 10),
        "sex": "F",
        "band": "medium",
        "band_status": "confirmed",
        "needed_by": date(2026, 4, 3),
        "location": north(miles),
    }
    return Referral(**{**about, **more})  # type: ignore[arg-type]


def home(name: str, miles: int, places: int = 1, **more: object) -> Home:
    about: dict[str, object] = {
        "id": name,
        "name": f"Home {name}",
        "borough": "E09000025",
        "registration": "registered",
        "min_age": 11,
        "max_age": 17,
        "sexes": frozenset({"F", "M"}),
        "bands": frozenset({"low", "medium"}),
        "places": places,
        "location": north(miles),
    }
    return Home(**{**about, **more})  # type: ignore[arg-type]


def resident(name: str, where: str, **more: object) -> Resident:
    about: dict[str, object] = {
        "young_person": f"YP-{name}",
        "home": where,
        "borough": "E09000016",
        "band": "low",
        "born": date(2011, 5, 5),
    }
    return Resident(**{**about, **more})  # type: ignore[arg-type]


def region(*parts: object, policy: Policy | None = None, **more: object) -> Region:
    def some(kind: type) -> tuple[object, ...]:
        return tuple(part for part in parts if isinstance(part, kind))

    problem = Problem(
        policy=policy or Policy(DAY),
        referrals=some(Referral),  # type: ignore[arg-type]
        homes=some(Home),  # type: ignore[arg-type]
        residents=some(Resident),  # type: ignore[arg-type]
        wishes=some(Wish),  # type: ignore[arg-type]
        rates=some(Rate),  # type: ignore[arg-type]
        **more,  # type: ignore[arg-type]
    )
    return Region(find_pairs(problem), match(problem).homes)


def two_want_ash() -> Region:
    """R-A lives 2 miles from Ash, R-B 4: R-A gets it, R-B waits (402 points: none here waited)."""
    return region(young("A", 2), young("B", 4), home("Ash", 0))


def sentences(found: Remedies) -> list[str]:
    return [remedy.sentence for remedy in found.found]


def test_forcing_the_second_into_the_only_place_makes_the_first_wait() -> None:
    found = effects_of(two_want_ash(), "R-B")
    waiting, ash = found.ranked
    assert waiting.option is None
    assert waiting.chosen
    assert waiting.change == Change(0, 0, 0)
    assert ash.change == Change(0, 6, 0)
    assert [move.to_json() for move in ash.moves] == [
        {"referral_id": "R-A", "from": "Ash", "to": None}
    ]


def test_the_words_of_an_effect_say_who_moves_and_what_it_costs() -> None:
    asked = two_want_ash()
    text = effects_of(asked, "R-B").render(asked.problem)
    assert "2. Home Ash (Ash), 12 points of its own: 6 points more" in text
    assert "R-A: waits instead of Home Ash (Ash)" in text


def test_two_for_one_place_are_in_conflict_with_the_room_there() -> None:
    asked = two_want_ash()
    found = conflict_of(asked, "R-B")
    assert (found.why, found.referrals, found.smallest) == ("compete", ("R-A", "R-B"), True)
    (limit,) = found.limits
    assert (limit.code, limit.home) == ("J1", "Ash")
    assert (limit.found, limit.allowed) == ("2 moving in by 3 April 2026", "1 free")
    assert "These 2 cannot all be placed: R-A and R-B." in found.render(asked.problem)


def test_a_third_who_has_elsewhere_to_go_is_no_part_of_the_conflict() -> None:
    asked = region(
        young("A", 2, max_tenths=200),
        young("B", 4, max_tenths=200),
        young("C", 9),
        home("Ash", 0),
        home("Elm", 30, 2),
    )
    assert asked.plan == {"R-A": "Ash", "R-C": "Elm"}
    assert conflict_of(asked, "R-B").referrals == ("R-A", "R-B")


def test_nobody_fits_because_of_the_fewest_rules_that_exclude_every_home() -> None:
    asked = region(
        young("A"),
        home("Ash", 0, max_age=12),
        home("Elm", 50, max_age=12),
        home("Oak", 50),
        home("Yew", 60, sexes=frozenset({"M"})),
    )
    found = conflict_of(asked, "R-A")
    assert found.why == "no_home_fits"
    assert {limit.code: limit.found for limit in found.limits} == {
        "R02": "does not hold at 2 of 4 homes",
        "R07": "does not hold at 3 of 4 homes",
    }


def test_waiting_where_everybody_could_be_placed_is_no_conflict_but_has_a_price() -> None:
    asked = region(
        young("A", needed_by=date(2026, 4, 20)),
        home("Ash", 19),
        policy=Policy(DAY, points={**Policy(DAY).points, "per_mile": 9}),
    )
    assert asked.plan == {}
    found = conflict_of(asked, "R-A")
    assert found.why == "possible"
    assert found.change == Change(0, 171 - 120, 0)


def test_one_more_place_is_found_where_a_place_is_all_that_is_missing() -> None:
    found = remedies_for(two_want_ash(), "R-B")
    assert sentences(found) == ["1 more place at Home Ash (Ash)"]
    assert found.found[0].change == Change(0, 12 - 402 + 2, 0)


def test_the_distance_limit_is_moved_just_as_far_as_the_home_is() -> None:
    found = remedies_for(region(young("A", max_tenths=200), home("Ash", 23)), "R-A")
    assert sentences(found) == [
        "a distance limit of 23 miles instead of 20 miles, for Home Ash (Ash)"
    ]
    assert found.found[0].problem.referrals[0].max_tenths == 230


def test_a_load_limit_is_raised_to_the_least_that_lets_them_in() -> None:
    asked = region(
        young("A"),
        home("Ash", 1, 4, load_limit=7),
        *(resident(f"{n}", "Ash", band="medium") for n in range(3)),
    )
    assert sentences(remedies_for(asked, "R-A")) == [
        "a load limit of 8 at Home Ash (Ash) instead of 7"
    ]


def test_waiting_until_a_resident_has_left_is_told_with_the_day() -> None:
    asked = region(
        young("A"),
        home("Ash", 1),
        resident("Z", "Ash", leaves_on=date(2026, 4, 14), leaving="confirmed"),
    )
    assert "waiting until 14 April 2026" in sentences(remedies_for(asked, "R-A"))


def test_an_expected_departure_frees_nothing_and_is_not_proposed() -> None:
    asked = region(
        young("A"),
        home("Ash", 1),
        resident("Z", "Ash", leaves_on=date(2026, 4, 14), leaving="expected"),
    )
    assert sentences(remedies_for(asked, "R-A")) == ["1 more place at Home Ash (Ash)"]


def test_what_keeps_people_safe_is_never_proposed_for_change() -> None:
    asked = region(
        young("A"),
        home("Ash", 1, 2),
        resident("Z", "Ash"),
        must_not=frozenset({("YP-A", "YP-Z")}),
    )
    assert remedies_for(asked, "R-A").found == ()
    assert "No change that was tried" in remedies_for(asked, "R-A").render(asked.problem)


def test_what_a_young_person_said_is_never_proposed_for_change() -> None:
    asked = region(young("A"), home("Ash", 1), Wish("R-A", "Ash", "against"))
    assert remedies_for(asked, "R-A").found == ()


def test_one_more_place_is_worth_the_wait_it_saves_and_costs_the_fee() -> None:
    asked = region(
        young("A", 2), young("B", 4), home("Ash", 0), Rate("Ash", "medium", 450_000, 400_000)
    )
    (place,) = worth_of_places(asked).ranked
    assert place.bands == ("low", "medium")
    assert place.change == Change(0, 12 - 400, 400_000)
    text = worth_of_places(asked).render(asked.problem)
    assert "388 points fewer, £4,000.00 a week more" in text


def test_a_weight_turns_the_plan_at_the_value_worked_out_by_hand() -> None:
    """Ash is 4 miles off and costs 12; Elm is 1 mile off, over the boundary, and costs 3 + 4 = 7.

    At out_of_borough 9 both cost 12 and the plan stays; at 10 Ash is better.
    """
    asked = region(
        young("A"),
        home("Ash", 4),
        home("Elm", 1, borough="E09000031"),
        adjoining=frozenset({("E09000025", "E09000031")}),
    )
    assert asked.plan == {"R-A": "Elm"}
    reach = next(one for one in sensitivity_of(asked).reaches if one.weight == "out_of_borough")
    assert (reach.lowest, reach.value, reach.highest) == (0, 4, 9)
    assert reach.below is None
    assert reach.above is not None
    assert (reach.above.value, reach.above.change.points) == (10, -1)
    assert [move.to_json() for move in reach.above.moves] == [
        {"referral_id": "R-A", "from": "Elm", "to": "Ash"}
    ]


def test_alternatives_end_when_there_are_no_more_plans() -> None:
    asked = region(young("A", 2), home("Ash", 0))
    found = alternatives_of(asked, 5)
    assert [one.plan for one in found.plans] == [{}]
    assert found.plans[0].contrast.change == Change(0, 400 - 6, 0)
    assert "There is no further plan" in found.render(asked.problem)


def test_the_contrast_of_two_plans_adds_up_rule_by_rule() -> None:
    asked = two_want_ash()
    first = evaluate_any(asked.pairs, {"R-A": "Ash"})
    second = evaluate_any(asked.pairs, {"R-B": "Ash"})
    found = contrast(first, second)
    assert {part.rule: part.after - part.before for part in found.parts} == {"distance": 6}
    assert found.change == Change(0, 6, 0)
    assert [before.referral for before, _ in found.moved] == ["R-A", "R-B"]
    text = found.render(asked.problem)
    assert "The second against the first: 6 points more." in text


def test_a_plan_that_breaks_rules_is_counted_and_told_with_both_facts() -> None:
    asked = region(young("A", 2), young("B", 4), home("Ash", 0), home("Elm", 45))
    found = evaluate_any(
        asked.pairs,
        [("R-A", "Ash"), ("R-B", "Ash"), ("R-A", "Elm"), ("R-X", "Ash"), ("R-B", "Nix")],
    )
    assert {(one.code, one.found) for one in found.broken} == {
        ("one", "placed in Ash too"),
        ("known", "R-X is no referral of the case"),
        ("known", "Nix is no home of the case"),
        ("J1", "2 moving in by 3 April 2026"),
    }
    assert found.levels.points == 6 + 12
    (far,) = evaluate_any(asked.pairs, {"R-A": "Elm"}).broken
    assert (far.code, far.found, far.allowed) == ("R07", "43 miles", "limit 40 miles")
    assert far.overridable


def test_a_home_with_nobody_who_fits_says_who_nearly_does() -> None:
    asked = region(young("A", sex="F"), young("B", 45), home("Ash", 0, sexes=frozenset({"M"})))
    view = home_view(asked.pairs, "Ash")
    assert view.fits == ()
    assert [fit.referral.id for fit in view.near_misses] == ["R-A", "R-B"]
    assert "Nobody fits." in view.render()
    assert "R-A: R03 sex F, takes M" in view.render()


def test_today_stands_before_everybody_in_a_homes_view() -> None:
    asked = region(young("A", 1), young("B", 30, needed_by=DAY), home("Ash", 0, 2))
    assert [fit.referral.id for fit in home_view(asked.pairs, "Ash").fits] == ["R-B", "R-A"]


def test_an_unknown_home_is_told_with_those_like_it() -> None:
    with pytest.raises(BadInput, match="did you mean Ash"):
        home_view(two_want_ash().pairs, "Asj")


def test_a_limit_that_came_is_told_and_nothing_is_called_impossible() -> None:
    asked = two_want_ash()
    over = Limits(deadline=0.0)
    found = effects_of(asked, "R-B", over)
    held = [effect for effect in found.ranked if not effect.chosen]
    assert [effect.possible for effect in held] == [None]
    assert "not known: a limit came first" in found.render(asked.problem)
    assert conflict_of(asked, "R-B", over).why == "not_known"
    assert not alternatives_of(asked, 2, 1, over).complete
    with pytest.raises(LimitCame):
        asked.best(Held(homes={"R-B": "Ash"}), over)


def test_a_group_kept_together_moves_as_one() -> None:
    asked = region(
        young("A", sibling_group="S", siblings="together"),
        young("B", sibling_group="S", siblings="together"),
        home("Ash", 1),
        home("Elm", 3, 2),
    )
    assert asked.plan == {"R-A": "Elm", "R-B": "Elm"}
    elm, waits, ash = effects_of(asked, "R-A").ranked
    assert elm.chosen
    assert [move.referral for move in waits.moves] == ["R-B"]
    assert ash.possible is False
    assert [one.code for one in ash.in_the_way] == ["J1"]


@pytest.mark.parametrize(
    ("tenths", "words"),
    [
        (None, "distance not known"),
        (0, "under 5 miles"),
        (49, "under 5 miles"),
        (50, "5 to 10 miles"),
        (100, "10 to 20 miles"),
        (200, "10 to 20 miles"),
        (201, "over 20 miles"),
    ],
)
def test_a_distance_is_shared_in_bands(tenths: int | None, words: str) -> None:
    assert distance_band(tenths) == words


def test_every_distance_in_a_shared_sentence_is_a_band() -> None:
    assert in_bands("23.4 miles, at least 1 mile away") == (
        "over 20 miles, at least under 5 miles away"
    )


def test_what_is_shared_names_nobody_else_and_no_number_that_tells_a_distance() -> None:
    asked = region(
        young("A", 2),
        young("B", 7),
        young("C", 23),
        home("Ash", 0),
        home("Elm", 29, 1),
        home("Oak", 41, 2),
        resident("Z", "Oak"),
    )
    problem = asked.problem
    plan = match(problem)
    everybody = ("R-A", "R-B", "R-C")
    for who in everybody:
        others = {f"R-{name}" for name in "ABC"} - {who}
        others |= {f"YP-{name}" for name in "ABCZ"}
        answers = [
            shared_effects(effects_of(asked, who)),
            shared_explanation(explain(asked.pairs, plan, who)),
            shared_conflict(conflict_of(asked, who), problem),
            shared_remedies(remedies_for(asked, who)),
            shared_evaluated(
                evaluate_any(asked.pairs, dict.fromkeys(everybody, "Elm")), who, problem
            ),
        ]
        said = json.dumps(answers) + shared_text(answers[0]) + shared_text(answers[1])
        assert [name for name in others if name in said] == []
        for miles in (2, 7, 18, 22, 23, 27, 29, 34, 39, 41):
            assert f"{miles} mile" not in said
        for key in ("total", "points", "weekly_fee", "distance_miles", "objective"):
            assert f'"{key}"' not in said
    home_said = json.dumps(shared_home(home_view(asked.pairs, "Ash")))
    assert "R-" not in home_said


def test_that_two_must_not_meet_is_shared_with_neither() -> None:
    asked = region(
        young("A", 2), young("B", 3), home("Ash", 0, 2), must_not=frozenset({("YP-A", "YP-B")})
    )
    (rule,) = shared_conflict(conflict_of(asked, "R-B"), asked.problem)["rules"]
    assert (rule["code"], rule["found"]) == ("J2", "it would not be safe for everyone")


def test_nothing_of_who_lives_there_is_shared_beyond_that_it_does_not_fit() -> None:
    asked = region(
        young("A"), home("Ash", 1, 3), resident("Z", "Ash"), must_not=frozenset({("YP-A", "YP-Z")})
    )
    options = options_for(asked.pairs, "R-A")
    (full,) = options.near_misses[0].failed
    assert full.found == "1 resident they must not live with"
    (shared,) = shared_effects(effects_of(asked, "R-A"))["near_misses"][0]["failed"]
    assert (shared["code"], shared["found"]) == ("R11", "it would not be safe for everyone")


def one_of_the_group_is_by_hand() -> Region:
    return region(
        young("A", sibling_group="S", siblings="together"),
        young("B", sibling_group="S", siblings="together", by_hand=True),
        home("Ash", 1, 2),
    )


def test_a_group_with_somebody_placed_by_hand_is_told_why_it_cannot_be_placed() -> None:
    asked = one_of_the_group_is_by_hand()
    ash = next(one for one in effects_of(asked, "R-A").ranked if one.option is not None)
    assert [(one.code, one.found) for one in ash.in_the_way] == [
        ("J4", "one of the group is placed by hand")
    ]
    assert "cannot be: J4 one of the group is placed by hand" in effects_of(asked, "R-A").render(
        asked.problem
    )
    found = conflict_of(asked, "R-A")
    assert [(one.code, one.found) for one in found.limits] == [
        ("J4", "one of the group is placed by hand")
    ]


def test_somebody_placed_by_hand_has_no_choices_and_no_conflict() -> None:
    asked = one_of_the_group_is_by_hand()
    assert effects_of(asked, "R-B").ranked == ()
    assert "By hand" in effects_of(asked, "R-B").render(asked.problem)
    assert conflict_of(asked, "R-B").why == "by_hand"
    assert "a named person looks" in conflict_of(asked, "R-B").render(asked.problem)
    assert remedies_for(asked, "R-B").found == ()
    assert "By hand" in shared_text(shared_effects(effects_of(asked, "R-B")))


def test_a_group_that_no_one_home_fits_is_told_whose_rules_stand_against_it() -> None:
    asked = region(
        young("A", sex="F", sibling_group="S", siblings="together"),
        young("B", sex="M", sibling_group="S", siblings="together"),
        home("Ash", 1, 2, sexes=frozenset({"F"})),
        home("Elm", 2, 2, sexes=frozenset({"M"})),
        home("Oak", 3, 1),
    )
    found = conflict_of(asked, "R-A")
    assert {(one.code, one.referral) for one in found.limits} == {
        ("R03", "R-A"),
        ("R03", "R-B"),
        ("J1", ""),
    }
    assert "R03 for R-B" in found.render(asked.problem)


def test_somebody_placed_is_in_no_conflict() -> None:
    asked = two_want_ash()
    assert conflict_of(asked, "R-A").why == "placed"
    assert "nothing is in conflict" in conflict_of(asked, "R-A").render(asked.problem)


def test_without_time_for_the_smallest_conflict_one_is_found_that_lacks_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("matching.conflict.MOST_ROUNDS", 0)
    found = conflict_of(two_want_ash(), "R-B")
    assert (found.referrals, [one.code for one in found.limits]) == (("R-A", "R-B"), ["J1"])
    assert not found.smallest


def test_room_for_one_more_of_high_need_is_proposed_where_the_mix_is_full() -> None:
    asked = region(
        young("A", band="high"),
        home("Ash", 1, 3, bands=frozenset({"medium", "high"}), max_high=1),
        resident("Z", "Ash", band="high"),
    )
    assert sentences(remedies_for(asked, "R-A")) == [
        "room for 2 of high or specialist need at Home Ash (Ash) instead of 1"
    ]


def test_a_place_that_would_need_a_longer_limit_is_shared_without_the_distance() -> None:
    asked = region(young("A", max_tenths=200), home("Ash", 23))
    (change,) = shared_remedies(remedies_for(asked, "R-A"))["changes"]
    assert change["steps"] == [{"code": "R07", "sentence": "a longer distance limit"}]
    assert shared_remedies_text({"changes": [change]}).endswith(
        "a longer distance limit: placed in Home Ash (Ash)"
    )


def test_a_shared_conflict_counts_the_others() -> None:
    asked = two_want_ash()
    text = shared_conflict_text(shared_conflict(conflict_of(asked, "R-B"), asked.problem))
    assert "R-B and 1 other young person cannot all be placed:" in text
    assert "J1 at Home Ash (Ash): 2 moving in by 3 April 2026; 1 free" in text


def test_a_frontier_that_a_limit_cut_short_says_so_and_keeps_the_policys_plan() -> None:
    asked = two_want_ash()
    found = frontier_of(asked, Limits(deadline=0.0))
    assert not found.proven
    assert [plan.policy for plan in found.plans] == [True]
    assert "not proven: a limit came first" in found.render(asked.problem)


def test_a_plan_of_the_frontier_costs_less_where_money_weighs_more() -> None:
    """Ash is 4 miles nearer and costs £900 a week more: 12 points against £900."""
    asked = region(
        young("A"),
        home("Ash", 1),
        home("Elm", 5),
        Rate("Ash", "medium", 490_000, 490_000),
        Rate("Elm", "medium", 400_000, 400_000),
    )
    found = frontier_of(asked)
    assert [(dict(one.plan), one.policy) for one in found.plans] == [
        ({"R-A": "Ash"}, True),
        ({"R-A": "Elm"}, False),
    ]
    assert [one.aims.cost for one in found.plans] == [490_000, 400_000]


def pinned(who: str, where: str) -> tuple[Decision, ...]:
    return (Decision(who, where, "pin", "A. Manager", DAY, "agreed with the family"),)


def test_a_decision_that_places_somebody_binds_every_what_if() -> None:
    asked = region(young("A", 2), young("B", 4), home("Ash", 0), decisions=pinned("R-B", "Ash"))
    assert asked.plan == {"R-B": "Ash"}
    ash, waits = effects_of(asked, "R-B").ranked
    assert ash.chosen
    assert waits.possible is False
    other = next(one for one in effects_of(asked, "R-A").ranked if one.option is not None)
    assert other.possible is False
    assert [one.code for one in other.in_the_way] == ["J1"]
    (broken,) = evaluate_any(asked.pairs, {"R-A": "Ash"}).broken
    assert (broken.code, broken.referrals, broken.found) == ("PIN", ("R-B",), "not placed")
    assert [fit.referral.id for fit in home_view(asked.pairs, "Ash").fits] == ["R-A", "R-B"]
    assert sentences(remedies_for(asked, "R-A")) == ["1 more place at Home Ash (Ash)"]


def test_what_the_policy_limits_for_fairness_is_counted_and_told() -> None:
    policy = Policy(DAY, fairness=FairnessLimits(ceiling=0))
    asked = region(
        young("A", 2, band="high"),
        home("Ash", 0, bands=frozenset({"high"}), contract="C"),
        policy=policy,
    )
    assert asked.plan == {}
    (broken,) = evaluate_any(asked.pairs, {"R-A": "Ash"}).broken
    assert broken.code == "J7"
    assert conflict_of(asked, "R-A").why == "fairness"
    assert "J7" in conflict_of(asked, "R-A").render(asked.problem)
    choices = {
        one.option and one.option.home.id: one.possible for one in effects_of(asked, "R-A").ranked
    }
    assert choices == {None: True, "Ash": False}


def test_a_plan_made_again_counts_what_it_changes() -> None:
    asked = region(
        young("A", 2),
        young("B", 4),
        home("Ash", 0),
        previous=Previous(30, (("R-B", "Ash"),)),
    )
    for plan in ({"R-A": "Ash"}, {"R-B": "Ash"}):
        counted = evaluate_any(asked.pairs, plan)
        assert counted.levels == evaluate(asked.pairs, plan).levels
        assert sum(counted.parts.values()) == counted.levels.points
    assert asked.plan == {"R-B": "Ash"}
    ash = next(one for one in effects_of(asked, "R-A").ranked if one.option is not None)
    assert ash.change == Change(0, 30 - 6, 0)


def test_a_limit_leaves_places_and_weights_untried_and_says_so() -> None:
    asked, over = two_want_ash(), Limits(deadline=0.0)
    places, weights = worth_of_places(asked, over), sensitivity_of(asked, over)
    assert (places.ranked, places.complete, places.to_json()["complete"]) == ((), False, False)
    assert (weights.reaches, weights.complete, weights.to_json()["complete"]) == ((), False, False)
    for found in (places, weights):
        assert "The limit came before everything was tried." in found.render(asked.problem)
    assert worth_of_places(asked).complete
    assert sensitivity_of(asked).complete


def test_what_is_known_so_far_is_told_after_each_thing_tried() -> None:
    asked = two_want_ash()
    effects: list[Effects] = []
    found = effects_of(asked, "R-B", tell=effects.append)
    assert [sum(one.known for one in told.ranked) for told in effects] == [1, 2]
    assert effects[-1] == found
    places: list[Places] = []
    ranked = worth_of_places(asked, tell=places.append).ranked
    assert [len(told.ranked) for told in places] == list(range(1, len(ranked) + 1))
    assert not any(told.complete for told in places)
    weights: list[Sensitivity] = []
    reaches = sensitivity_of(asked, tell=weights.append).reaches
    assert [len(told.reaches) for told in weights] == list(range(1, len(reaches) + 1))
    plans: list[Frontier] = []
    frontier = frontier_of(asked, tell=plans.append)
    assert (len(plans), plans[-1].plans) == (frontier.weightings, frontier.plans)
    others: list[Alternatives] = []
    alternatives = alternatives_of(asked, 2, tell=others.append)
    assert [one.plans for one in others][-1] == alternatives.plans
    changes: list[Remedies] = []
    remedies = remedies_for(asked, "R-B", tell=changes.append)
    assert changes[-1].found == remedies.found
    assert not changes[-1].complete


def test_after_a_limit_nothing_large_is_laid_out(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = region(young("A", 2), young("B", 4), home("Ash", 0), home("Far", 400))
    over = Limits(deadline=0.0)
    monkeypatch.setattr(solve, "LARGE", 0)
    for begun in ("best", "_choices", "_priced"):
        monkeypatch.setattr(Wide, begun, None)
    effects = effects_of(asked, "R-B", over).ranked
    assert sorted(str(effect.possible) for effect in effects) == ["None", "True"]
    assert asked.best(Held(), over) is not None
    assert asked.best(Held(homes={"R-B": "Far"}), over) is None
