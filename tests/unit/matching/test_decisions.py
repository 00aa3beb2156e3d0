"""A person's decision binds, or is refused with the rule; only what is signed is overridden."""

import json
from dataclasses import replace
from typing import Any

import pytest

from matching.check import check_json
from matching.explain import explain, options_for
from matching.faults import BadInput, Fault
from matching.overrides import roles_in
from matching.pairs import find_pairs
from matching.pairsfile import pairs_csv
from matching.plan import Plan
from matching.problem import Problem
from matching.solve import match
from tests.oracle.generate.case import csv_text
from tests.unit.matching.bench import Cells, Files, errors, files_of, home, read, referral, resident

COLUMNS = ["referral_id", "home_id", "kind", "by", "on", "reason", "override"]
DAY = "2026-03-30"


def pin(who: str, where: str, override: str = "", **cells: str) -> Cells:
    row = {"referral_id": who, "home_id": where, "kind": "pin", "by": "Placements panel"}
    return row | {"on": DAY, "reason": "close to her aunt", "override": override} | cells


def ban(who: str, where: str, **cells: str) -> Cells:
    return pin(who, where, **({"kind": "ban", "reason": "it went badly before"} | cells))


def decided(decisions: list[Cells], policy: str = "", **tables: list[Cells]) -> Files:
    return files_of(policy, **tables) | {"decisions.csv": csv_text(COLUMNS, decisions)}


def solved(decisions: list[Cells], policy: str = "", **tables: list[Cells]) -> tuple[Problem, Plan]:
    made = read(decided(decisions, policy, **tables))
    plan = match(made)
    assert check_json(find_pairs(made), json.loads(json.dumps(plan.to_json()))) == []
    return made, plan


def refused(decisions: list[Cells], policy: str = "", **tables: list[Cells]) -> list[Fault]:
    return list(errors(decided(decisions, policy, **tables)))


FAR = {"easting": "560000", "northing": "180000"}
HERE = {"easting": "530000", "northing": "180000"}


def test_a_pin_places_somebody_where_waiting_would_be_better() -> None:
    tables: dict[str, Any] = {
        "referrals": [referral("P", needed_by="2026-05-01", **HERE, max_distance_miles="50")],
        "homes": [home("NEAR", places="0", **HERE), home("FAR", **FAR)],
    }
    policy = "[points]\nper_mile = 30\n"
    assert match(read(files_of(policy, **tables))).homes == {}
    made, plan = solved([pin("P", "FAR")], policy, **tables)
    assert plan.homes == {"P": "FAR"}
    assert plan.status == "optimal"
    assert made.decisions[0].reason == "close to her aunt"


def test_a_pinned_young_person_has_the_last_place_before_anybody_more_pressing() -> None:
    tables: dict[str, Any] = {
        "referrals": [
            referral("LATER", needed_by="2026-05-01"),
            referral("TODAY", needed_by="2026-04-01"),
        ],
        "homes": [home("H", places="1")],
    }
    _, plan = solved([pin("LATER", "H")], **tables)
    assert plan.homes == {"LATER": "H"}
    assert plan.levels.today == 1


def test_a_ban_keeps_somebody_out_and_says_so_in_every_view() -> None:
    tables: dict[str, Any] = {
        "referrals": [referral("P")],
        "homes": [home("H"), home("K", max_age="15", **FAR)],
    }
    free = match(read(files_of(**tables)))
    assert free.homes == {"P": "H"}
    made, plan = solved([ban("P", "H")], **tables)
    assert plan.homes == {"P": "K"}
    pairs = find_pairs(made)
    missed = options_for(pairs, "P")
    assert [option.home.id for option in missed.homes] == ["K"]
    (near,) = missed.near_misses
    (rule,) = near.failed
    assert (rule.code, rule.overridable) == ("BAN", False)
    assert "it went badly before" in rule.found
    funnel = {step.code: step.left for step in explain(pairs, plan, "P").funnel}
    assert (funnel["R17"], funnel["BAN"], funnel["PIN"]) == (2, 1, 1)
    assert "Ruled out: H, by Placements panel" in explain(pairs, plan, "P").render()
    rows = "".join(pairs_csv(made)).splitlines()
    assert rows[1].startswith("P,H,N,BAN,")


def test_a_pinned_referral_has_no_other_eligible_home() -> None:
    tables: dict[str, Any] = {
        "referrals": [referral("P")],
        "homes": [home("H"), home("K"), home("L")],
    }
    made, plan = solved([pin("P", "L")], **tables)
    assert plan.homes == {"P": "L"}
    rows = [line.split(",")[:4] for line in "".join(pairs_csv(made)).splitlines()[1:]]
    assert rows == [["P", "H", "N", "PIN"], ["P", "K", "N", "PIN"], ["P", "L", "Y", ""]]


Breaking = tuple[str, Cells, Cells, dict[str, list[Cells]]]
NEVER: list[Breaking] = [
    ("R01", {}, {"registration": "restricted"}, {}),
    ("R02", {}, {"max_age": "12"}, {}),
    ("R03", {"sex": "F"}, {"sexes": "M"}, {}),
    ("R04", {"band": "high"}, {"bands": "medium"}, {}),
    ("R05", {"needs": "autism"}, {}, {}),
    ("R06", {}, {}, {"avoid": [{"young_person_id": "YP-P", "kind": "home", "home_id": "H"}]}),
    ("R09", {}, {"places": "0"}, {}),
    ("R10", {}, {}, {"declines": [{"referral_id": "P", "home_id": "H"}]}),
    (
        "R11",
        {},
        {"places": "4"},
        {
            "residents": [resident("X", "H")],
            "relationships": [{"a": "X", "b": "YP-P", "kind": "must_not_live_together"}],
        },
    ),
    ("R13", {"provision": "supported_accommodation"}, {}, {}),
    ("R17", {}, {"judgement": "inadequate"}, {}),
]


@pytest.mark.parametrize(("code", "person", "place", "more"), NEVER, ids=[c[0] for c in NEVER])
def test_a_pin_that_breaks_a_rule_is_refused_with_the_rule_and_nothing_overrides_it(
    code: str, person: Cells, place: Cells, more: dict[str, list[Cells]]
) -> None:
    tables: dict[str, Any] = {
        "referrals": [referral("P", young_person_id="YP-P") | person],
        "homes": [home("H") | place, home("K")],
        **more,
    }
    (fault,) = refused([pin("P", "H")], **tables)
    assert (fault.file, fault.row, fault.value) == ("decisions.csv", 2, "P at H")
    assert f"breaks {code}, " in fault.allowed
    assert "; allowed: " in fault.allowed
    assert fault.allowed.endswith("Nothing overrides this rule")
    (fault,) = refused([pin("P", "H", override=f"{code}=director")], **tables)
    assert (fault.column, fault.kind) == ("override", "bad value")
    assert f"{code} can never be overridden" in fault.allowed
    assert "R07=director, R12=registered manager" in fault.allowed


OVERRIDES: list[tuple[str, str, Cells, Cells, dict[str, list[Cells]]]] = [
    ("R07", "director", {**HERE, "max_distance_miles": "3"}, FAR, {}),
    (
        "R12",
        "registered manager",
        {"living_companions": "solo"},
        {"places": "3"},
        {"residents": [resident("X", "H")]},
    ),
    (
        "R15",
        "registered manager",
        {"band": "high"},
        {"places": "3", "max_high": "1", "bands": "medium;high"},
        {"residents": [resident("X", "H", band="high")]},
    ),
]


@pytest.mark.parametrize(
    ("code", "role", "person", "place", "more"), OVERRIDES, ids=[c[0] for c in OVERRIDES]
)
def test_a_rule_is_overridden_by_naming_it_and_who_signed_and_by_nobody_else(
    code: str, role: str, person: Cells, place: Cells, more: dict[str, list[Cells]]
) -> None:
    tables: dict[str, Any] = {
        "referrals": [referral("P", needed_by="2026-05-09") | person],
        "homes": [home("H") | place],
        **more,
    }
    (fault,) = refused([pin("P", "H")], **tables)
    assert f"breaks {code}, " in fault.allowed
    assert f"{role}" in fault.allowed
    assert f"(override: {code}={role})" in fault.allowed
    (fault,) = refused([pin("P", "H", override=code)], **tables)
    assert fault.kind == "not signed"
    other = "registered manager" if role == "director" else "director"
    (fault,) = refused([pin("P", "H", override=f"{code}={other}")], **tables)
    assert f"{code} is signed by the {role}, nobody else" in fault.allowed
    (fault,) = refused([pin("P", "H", override=code, by=f"the {other}")], **tables)
    assert fault.kind == "not signed"

    for row in (
        pin("P", "H", override=f"{code}={role.upper()}"),
        pin("P", "H", override=code, by=f"A. Person,  {role.title()}"),
    ):
        made, plan = solved([row], **tables)
        assert plan.homes == {"P": "H"}
        told = plan.to_json()
        assert told["schema"] == "plan/2"
        (one,) = told["overrides"]
        assert (one["referral_id"], one["home_id"], one["rule"]) == ("P", "H", code)
        assert role in one["signed_by"].casefold()
        assert (one["on"], one["reason"]) == (DAY, "close to her aunt")
        assert one["found"]
        assert one["allowed"]
        assert any(f"{code} is overridden for P at H" in notice for notice in told["notices"])
        assert f"{code} is overridden for P at H" in options_for(find_pairs(made), "P").render()


def against(*, needed: str = "2026-05-09") -> dict[str, Any]:
    return {
        "referrals": [referral("P", needed_by=needed)],
        "homes": [home("H")],
        "wishes": [{"referral_id": "P", "home_id": "H", "wish": "against", "words": "too far"}],
    }


def test_a_pin_against_somebodys_wish_needs_the_rule_named_and_a_reason_no_signer() -> None:
    (fault,) = refused([pin("P", "H")], **against())
    assert "breaks R16" in fault.allowed
    assert "answers the young person's words" in fault.allowed
    (fault,) = refused([pin("P", "H", override="R16", reason="")], **against())
    assert (fault.column, fault.kind) == ("reason", "empty cell")
    (fault,) = refused([pin("P", "H", override="R16=director")], **against())
    assert "R16 needs no signer" in fault.allowed
    _, plan = solved([pin("P", "H", override="R16")], **against())
    (one,) = plan.beside.overrides
    assert (one.rule, one.signed_by) == ("R16", "Placements panel")
    assert "too far" in one.found
    assert plan.placements[0].points["wish"] == 40


def test_an_override_of_a_rule_that_holds_is_refused() -> None:
    (fault,) = refused([pin("P", "H", override="R16")], **against(needed="2026-04-01"))
    assert "R16 holds here, so there is nothing to override" in fault.allowed


def test_two_rules_are_overridden_together_and_one_alone_is_not_enough() -> None:
    tables: dict[str, Any] = {
        "referrals": [referral("P", **HERE, max_distance_miles="3", living_companions="solo")],
        "homes": [home("H", places="2", **FAR)],
        "residents": [resident("X", "H")],
    }
    (fault,) = refused([pin("P", "H", override="R07=director")], **tables)
    assert "breaks R12" in fault.allowed
    both = "R12 = registered_manager ; R07=director"
    _, plan = solved([pin("P", "H", override=both)], **tables)
    assert [one.rule for one in plan.beside.overrides] == ["R07", "R12"]


def test_an_override_of_companions_is_about_residents_and_never_about_newcomers() -> None:
    tables: dict[str, Any] = {
        "referrals": [referral("P", living_companions="solo"), referral("Q")],
        "homes": [home("H", places="5")],
        "residents": [resident("X", "H")],
    }
    row = pin("P", "H", override="R12=registered manager")
    _, plan = solved([row], **tables)
    assert plan.homes == {"P": "H"}
    (fault, other) = refused([row, pin("Q", "H")], **tables)
    assert (fault.row, other.row) == (2, 3)
    assert "with every pin kept breaks J5" in fault.allowed


def test_whoever_the_mix_is_overridden_for_counts_as_a_resident_for_everybody_else() -> None:
    """Load 4 of 5 is taken by the resident; P adds 4 by decision, so Q's 1 no longer fits."""
    tables: dict[str, Any] = {
        "referrals": [
            referral("P", band="high", needed_by="2026-04-09"),
            referral("Q", band="low", needed_by="2026-04-05"),
        ],
        "homes": [home("H", places="5", load_limit="5", bands="low;medium;high")],
        "residents": [resident("X", "H", band="high")],
    }
    _, without = solved([], **tables)
    assert without.homes == {"Q": "H"}
    _, plan = solved([pin("P", "H", override="R15=registered manager")], **tables)
    assert plan.homes == {"P": "H"}
    (one,) = plan.empty
    assert one.why == "mix"


def test_an_overridden_mix_leaves_the_room_that_is_left() -> None:
    """One of high need may live there: X does, P and R by decision; S never, Q of low may."""
    tables: dict[str, Any] = {
        "referrals": [
            referral("P", band="high"),
            referral("R", band="specialist"),
            referral("S", band="high"),
            referral("Q", band="low"),
        ],
        "homes": [
            home("H", places="9", max_high="1", max_arrivals="9")
            | {"bands": "low;medium;high;specialist"}
        ],
        "residents": [resident("X", "H", band="high")],
    }
    signed = "R15=registered manager"
    _, plan = solved([pin("P", "H", override=signed), pin("R", "H", override=signed)], **tables)
    assert plan.homes == {"P": "H", "R": "H", "Q": "H"}


def test_one_pin_binds_a_group_that_stays_together_and_each_needs_the_rules_to_hold() -> None:
    group = {"sibling_group": "G", "siblings": "together"}
    tables: dict[str, Any] = {
        "referrals": [referral("P", **group), referral("Q", **group)],
        "homes": [home("H"), home("K")],
    }
    _, plan = solved([pin("Q", "K")], **tables)
    assert plan.homes == {"P": "K", "Q": "K"}
    (fault,) = refused([pin("Q", "K"), ban("P", "K")], **tables)
    assert "P must live together with Q: breaks BAN" in fault.allowed
    faults = refused([pin("Q", "K"), pin("P", "H")], **tables)
    assert {fault.row for fault in faults} == {2, 3}
    assert all("breaks J4" in fault.allowed for fault in faults)
    tables["referrals"][0]["dol"] = "Y"
    (fault,) = refused([pin("Q", "K")], **tables)
    assert "by hand" in fault.allowed


def test_pins_that_break_a_joint_rule_together_are_all_named() -> None:
    tables: dict[str, Any] = {
        "referrals": [referral("P"), referral("Q"), referral("R")],
        "homes": [home("H", places="1"), home("K")],
    }
    faults = refused([pin("R", "K"), pin("Q", "H"), pin("P", "H")], **tables)
    assert [fault.row for fault in faults] == [3, 4]
    assert all("breaks J1" in fault.allowed and "(P, Q)" in fault.allowed for fault in faults)


@pytest.mark.parametrize(
    ("rows", "column", "said"),
    [
        ([pin("P", "H"), ban("P", "H")], "home_id", "stands in row 2 already"),
        ([pin("P", "H"), pin("P", "K")], "kind", "row 2 pins them already"),
        ([pin("P", "H", by="")], "by", "required"),
        ([pin("P", "H", on="")], "on", "required"),
        ([pin("P", "H", on="1/4/2026")], "on", "a date written YYYY-MM-DD"),
        ([ban("P", "H", reason=" ")], "reason", "required"),
        ([pin("P", "H", kind="must")], "kind", "allowed: pin, ban"),
        ([pin("ZZ", "H")], "referral_id", "a referral_id of referrals.csv"),
        ([ban("P", "ZZ")], "home_id", "a home_id of homes.csv"),
        ([ban("P", "H", override="R07=director")], "override", "a ban overrides nothing"),
        ([pin("P", "H", override="R07=director;R07")], "override", "R07 stands twice"),
        ([pin("P", "H", override="R07=director;")], "override", "an empty item"),
        ([pin("BYHAND", "H")], "home_id", "by hand"),
    ],
)
def test_a_decision_that_is_not_whole_is_refused_with_its_place(
    rows: list[Cells], column: str, said: str
) -> None:
    (fault,) = refused(
        rows, referrals=[referral("P"), referral("BYHAND", dol="Y")], homes=[home("H"), home("K")]
    )
    assert (fault.file, fault.row, fault.column) == ("decisions.csv", 1 + len(rows), column)
    assert said in fault.allowed


@pytest.mark.parametrize(
    ("words", "roles"),
    [
        ("Director", {"director"}),
        ("the DIRECTOR of children’s services", {"director"}),
        ("registered_manager", {"registered manager"}),
        ("Registered   Manager, Ash House", {"registered manager"}),
        ("RegisteredManager", {"registered manager"}),
        ("director and registered manager", {"director", "registered manager"}),
        ("assistant director", set()),
        ("Deputy  Director", set()),
        ("managing-director of the provider", set()),
        ("deputy registered manager", set()),
        ("secretary to the Director", set()),
        ("signed for the director", set()),
        ("manager", set()),
        ("directorate", set()),
        ("", set()),
    ],
)
def test_a_role_is_known_in_any_case_and_spacing_and_a_deputy_is_not_the_one(
    words: str, roles: set[str]
) -> None:
    assert roles_in(words) == roles


def written(decisions: list[Cells], **tables: Any) -> tuple[Problem, dict[str, Any]]:
    made, plan = solved(decisions, **tables)
    return made, json.loads(json.dumps(plan.to_json()))


SMALL: dict[str, Any] = {
    "referrals": [referral("P", **HERE, max_distance_miles="3"), referral("Q")],
    "homes": [home("H", **FAR), home("K", max_age="15")],
}
ROWS = [pin("P", "H", override="R07=director"), ban("Q", "H")]


def test_the_checker_proves_decisions_and_overrides_word_for_word() -> None:
    made, plan = written(ROWS, **SMALL)
    pairs = find_pairs(made)
    for name in ("decisions", "overrides"):
        for key, value in plan[name][0].items():
            spoilt = json.loads(json.dumps(plan))
            spoilt[name][0][key] = value + "x"
            assert check_json(pairs, spoilt), f"{name} {key}"
        spoilt = {key: value for key, value in plan.items() if key != name}
        assert check_json(pairs, spoilt)
        assert check_json(pairs, {**plan, name: []})
    assert [v.code for v in check_json(pairs, {**plan, "schema": "plan/1"})] == ["identity"]


def test_the_checker_rejects_a_plan_that_leaves_a_pinned_young_person_to_wait_or_elsewhere() -> (
    None
):
    made, plan = written([pin("Q", "K")], **SMALL)
    pairs = find_pairs(made)
    rest = [row for row in plan["placements"] if row["referral_id"] != "Q"]
    assert "PIN" in {v.code for v in check_json(pairs, {**plan, "placements": rest})}
    moved = [*rest, {"referral_id": "Q", "home_id": "H"}]
    assert "PIN" in {v.code for v in check_json(pairs, {**plan, "placements": moved})}
    banned = find_pairs(read(decided([ban("Q", "K")], **SMALL)))
    assert "BAN" in {v.code for v in check_json(banned, plan)}


def test_a_case_without_decisions_has_the_plan_and_fingerprint_it_always_had() -> None:
    plain = read(files_of(**SMALL))
    empty = read(decided([], **SMALL))
    first, second = match(plain).to_json(), match(empty).to_json()
    assert {**first, "timing": None} == {**second, "timing": None}
    assert first["schema"] == "plan/1"
    assert not {"decisions", "overrides", "replan", "set_aside"} & first.keys()
    assert "stay" not in first["joint"]


def test_an_entitlement_counts_homes_that_decisions_leave_open() -> None:
    """The borough has one share; its only referral is pinned outside, so it is short of nothing."""
    tables: dict[str, Any] = {
        "referrals": [referral("P")],
        "homes": [home("H", contract="B", provider="one"), home("K")],
        "shares": [{"contract": "B", "borough": referral("P")["borough"], "places": "1"}],
    }
    _, plan = solved([pin("P", "K")], **tables)
    assert plan.joint.share == 0


def test_a_problem_changed_so_that_a_pin_cannot_bind_is_refused_and_not_searched() -> None:
    made = read(decided([pin("P", "H")], referrals=[referral("P")], homes=[home("H")]))
    full = replace(made, homes=tuple(replace(one, places=0) for one in made.homes))
    with pytest.raises(BadInput, match="found “P at H”; breaks R09, at"):
        match(full)
