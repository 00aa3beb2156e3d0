"""The fairness report on a lopsided case of which every figure was worked out by hand."""

import json
import re
from typing import Any

import pytest

from matching.check import check_json
from matching.evaluate import evaluate
from matching.fair_figures import Rate, Sum
from matching.fairness import Fairness, fairness
from matching.pairs import find_pairs
from matching.problem import Problem
from tests.unit.matching.bench import home, problem, referral, resident, solved

HACKNEY, HAVERING, NEWHAM = "E09000012", "E09000016", "E09000025"
TOWER_HAMLETS = "E09000030"
AT_TEN_MILES = {"easting": str(534400 + 16093)}
NOWHERE = {"easting": "", "northing": ""}
PLAN = {"A": "H1", "B": "H2", "D": "H2", "G": "H3"}


def lopsided() -> Problem:
    """Seven young people, four placed by `PLAN`; one of those who wait may live nowhere."""
    return problem(
        referrals=[
            referral("A", waiting_since="2026-03-22"),
            referral("B", sex="M", band="high", date_of_birth="2008-06-10"),
            referral(
                "C", borough=HAVERING, band="low", date_of_birth="2017-05-01",
                waiting_since="2026-03-01",
            ),
            referral(
                "D", borough=HAVERING, sex="U", band="specialist", waiting_since="2026-02-20",
                **NOWHERE,
            ),
            referral("E", sex="M", needed_by="2026-04-01", waiting_since="2026-03-31"),
            referral("F", borough=NEWHAM, sex="M", band="high", dol="Y", needed_by="2026-06-01"),
            referral("G", borough=NEWHAM, waiting_since="2026-03-12", nearness="near"),
        ],
        homes=[
            home("H1", provider="P1", contract="B1", places="5"),
            home(
                "H2", provider="P2", contract="B1", borough=HAVERING,
                bands="low;medium;high;specialist", **AT_TEN_MILES,
            ),
            home("H3", borough=NEWHAM, places="3", **NOWHERE),
            home("H4", provider="P3", registration="suspended", places="7"),
        ],
        residents=[
            resident("X1", "H1", band="high"),
            resident("X2", "H1", borough=HAVERING, leaves_on="2026-04-05", leaving="confirmed"),
            resident("X3", "H2", borough=NEWHAM, band="specialist"),
            resident("YP-E", "H2", band="medium"),
        ],
        shares=[
            {"contract": "B1", "borough": HACKNEY, "places": "5"},
            {"contract": "B1", "borough": HAVERING, "places": "2"},
            {"contract": "B1", "borough": TOWER_HAMLETS, "places": "1"},
        ],
    )  # fmt: skip


@pytest.fixture(scope="module")
def report() -> Fairness:
    return fairness(find_pairs(lopsided()), PLAN)


def counts(report: Fairness, kind: str) -> dict[str, tuple[int, int, int, int, int]]:
    """Of each group: to place, placed, waiting, no home fits, by hand."""
    return {
        group.name: (
            group.to_place, group.placed, group.waiting, group.nothing_fits, group.by_hand,
        )
        for group in getattr(report, kind)
    }  # fmt: skip


def test_each_young_person_counts_once_in_each_grouping_and_by_hand_apart(
    report: Fairness,
) -> None:
    assert counts(report, "boroughs") == {
        HACKNEY: (3, 2, 1, 0, 0),
        HAVERING: (2, 1, 1, 1, 0),
        NEWHAM: (1, 1, 0, 0, 1),
        TOWER_HAMLETS: (0, 0, 0, 0, 0),
    }
    assert counts(report, "sexes") == {
        "M": (2, 1, 1, 0, 1),
        "F": (3, 2, 1, 1, 0),
        "U": (1, 1, 0, 0, 0),
    }
    assert counts(report, "ages") == {
        "under 10": (1, 0, 1, 1, 0),
        "10 to 12": (0, 0, 0, 0, 0),
        "13 to 15": (4, 3, 1, 0, 1),
        "16 and over": (1, 1, 0, 0, 0),
    }
    assert counts(report, "bands") == {
        "low": (1, 0, 1, 1, 0),
        "medium": (3, 2, 1, 0, 0),
        "high": (1, 1, 0, 0, 1),
        "specialist": (1, 1, 0, 0, 0),
    }
    assert report.everybody.rate == Rate(4, 6)
    assert report.everybody.waiting_today == 1


def test_distance_and_days_are_of_those_of_whom_they_are_known(report: Fairness) -> None:
    by_code = {group.name: group for group in report.boroughs}
    assert by_code[HACKNEY].tenths == Sum(known=2, not_known=0, sum=100, most=100)
    assert by_code[HAVERING].tenths == Sum(known=0, not_known=1, sum=0, most=None)
    assert by_code[HAVERING].tenths.mean is None
    assert by_code[HACKNEY].areas == {"in_area": 1, "adjoining": 0, "distant": 1}
    assert by_code[HACKNEY].waited_placed == Sum(known=1, not_known=1, sum=10, most=10)
    assert by_code[HACKNEY].waited_waiting == Sum(known=1, not_known=0, sum=1, most=1)
    assert report.everybody.waited_placed == Sum(known=3, not_known=1, sum=70, most=40)
    assert report.everybody.waited_placed.mean == 23
    assert report.everybody.waited_waiting == Sum(known=2, not_known=0, sum=32, most=31)


def test_points_stand_with_the_borough_they_belong_to_and_add_up_to_the_plan(
    report: Fairness,
) -> None:
    own = {
        group.name: (group.points_placed, group.points_waiting, report.short_points[group.name])
        for group in report.boroughs
    }
    # B: 10 miles 30, distant 15, 7 months short of the stay 21. C waits: 120 and 31 days.
    assert own == {
        HACKNEY: (66, 0, 12),
        HAVERING: (30, 151, 0),
        NEWHAM: (30, 0, 0),
        TOWER_HAMLETS: (0, 0, 0),
    }
    assert report.plan_points == {"caution": 0, "siblings_apart": 0, "balance": 10}
    worth = evaluate(find_pairs(lopsided()), PLAN)
    assert (report.points, worth.levels.points) == (299, 299)


def test_places_held_stand_beside_what_each_borough_is_entitled_to(report: Fairness) -> None:
    held = {
        one.borough: (one.paid_for, one.entitled, one.living, one.placed, one.held, one.short)
        for one in report.held
    }
    assert held == {
        HACKNEY: (5, 4, 1, 2, 3, 1),
        HAVERING: (2, 1, 0, 1, 1, 0),
        NEWHAM: (0, 0, 1, 0, 1, 0),
        TOWER_HAMLETS: (1, 0, 0, 0, 0, 0),
    }


def test_where_nobody_said_who_pays_the_entitlement_is_not_known_rather_than_none() -> None:
    pairs = find_pairs(
        problem(referrals=[referral("A")], homes=[home("H", contract="B9", provider="P1")])
    )
    (one,) = fairness(pairs, {"A": "H"}).held
    assert (one.paid_for, one.entitled, one.held, one.short) == (None, None, 1, None)
    text = fairness(pairs, {"A": "H"}).render()
    assert (
        "B9        Hackney  not known    not known             0       1      1  not known" in text
    )


def test_a_providers_proposals_stand_beside_its_part_of_the_registered_places(
    report: Fairness,
) -> None:
    found = {
        one.name: (one.homes, one.places, list(one.living.values()), list(one.proposed.values()))
        for one in report.providers
    }
    assert found == {
        "": (1, 3, [0, 0, 0, 0], [0, 1, 0, 0]),
        "P1": (1, 5, [0, 0, 1, 0], [0, 1, 0, 0]),
        "P2": (1, 4, [0, 1, 0, 1], [0, 0, 1, 1]),
    }
    assert report.every_provider.places == 12
    rows = report.to_json()["by_provider"]
    assert [row["provider"] for row in rows] == [None, "P1", "P2"]
    assert rows[2]["places"] == {"count": 4, "of": 12, "percent": 33.3}
    assert rows[2]["proposals"] == {"count": 2, "of": 4, "percent": 50.0}
    assert rows[2]["proposals_by_band"]["medium"] == {"count": 0, "of": 2, "percent": 0.0}
    assert rows[0]["proposals_by_band"]["low"] == {"count": 0, "of": 0, "percent": None}


def test_a_contract_shows_its_share_of_high_and_specialist_in_all_and_by_provider(
    report: Fairness,
) -> None:
    (contract,) = report.contracts
    assert (contract.all.high, contract.all.people, contract.all.places) == (4, 6, 9)
    parts = {
        part.provider: (part.places, part.high, part.people, part.above) for part in contract.parts
    }
    assert parts == {"P1": (5, 1, 2, 0), "P2": (4, 3, 4, 2)}
    made = contract.to_json()
    assert made["high_or_specialist_of_people"] == {"count": 4, "of": 6, "percent": 66.7}
    assert made["providers"][1]["high_or_specialist_of_the_contracts"]["percent"] == 75.0


def test_a_contract_of_one_provider_has_no_part_to_be_above() -> None:
    pairs = find_pairs(
        problem(
            referrals=[referral("A", band="high")],
            homes=[home("H", contract="B9", provider="P1"), home("K")],
        )
    )
    (contract,) = fairness(pairs, {"A": "H"}).contracts
    assert [part.above for part in contract.parts] == [None]


def test_a_borough_that_pays_and_asks_for_nothing_still_has_its_row(report: Fairness) -> None:
    rows: dict[str, Any] = {row["borough"]: row for row in report.to_json()["by_borough"]}
    assert rows[TOWER_HAMLETS]["placed"] == {"count": 0, "of": 0, "percent": None}
    assert rows[TOWER_HAMLETS]["name"] == "Tower Hamlets"
    assert rows[HACKNEY]["share_of_those_to_place"] == {"count": 3, "of": 6, "percent": 50.0}
    assert rows[HACKNEY]["share_of_those_placed"] == {"count": 2, "of": 4, "percent": 50.0}
    assert rows[NEWHAM]["share_of_those_placed"] == {"count": 1, "of": 4, "percent": 25.0}


def test_what_is_not_known_is_null_in_json_and_said_in_words(report: Fairness) -> None:
    rows = {row["borough"]: row for row in report.to_json()["by_borough"]}
    distance = rows[HAVERING]["distance"]
    assert (distance["known"], distance["not_known"], distance["mean_miles"]) == (0, 1, None)
    assert rows[HACKNEY]["distance"]["mean_miles"] == 5.0
    havering = next(line for line in report.render().splitlines() if "  Havering" in line)
    cells = re.split(r"\s{2,}", havering.strip())
    assert cells == [
        *("Havering", "1 of 2 (50.0%)", "1", "1"),
        *("not known (0 of 1)", "40 (1 of 1)", "31 (1 of 1)"),
    ]


def test_the_words_give_counts_beside_rates_and_name_those_by_hand(report: Fairness) -> None:
    text = report.render()
    assert "4 of 6 (66.7%) of those who need a place are placed" in text
    assert "By hand, in no column above: Newham 1." in text
    assert "The 1 who waits and needs a place today: no points" in text
    assert "1 young person by hand: a named person looks for the place." in text
    assert text.count("%") > 40
    assert text.count("%") == len(re.findall(r"\d of \d+ \(\d+\.\d%\)", text))
    assert all(line == line.rstrip() for line in text.splitlines())


def test_tables_are_aligned_to_the_last_column(report: Fairness) -> None:
    lines = report.render().splitlines()
    start = lines.index("By sex")
    head, *rows = lines[start + 1 : start + 5]
    assert [row.split()[0] for row in rows] == ["male", "female", "not"]
    assert len({len(line) for line in (head, *rows)}) == 1


def test_the_report_is_plain_json_and_the_same_every_time(report: Fairness) -> None:
    made = report.to_json()
    assert json.loads(json.dumps(made)) == made
    assert made["schema"] == "fairness/1"
    assert fairness(find_pairs(lopsided()), dict(reversed(PLAN.items()))).to_json() == made


def test_nobody_to_place_is_a_report_without_any_percentage() -> None:
    pairs, plan = solved(referrals=[referral("A", dol="Y")], homes=[home("H")])
    assert check_json(pairs, plan.to_json()) == []
    report = fairness(pairs, plan.homes)
    assert report.everybody.rate.per_mille is None
    assert report.everybody.by_hand == 1
    assert "%" not in report.render().split("Proposals by provider")[0]


def test_a_pair_that_breaks_a_rule_is_not_reported_on() -> None:
    with pytest.raises(KeyError, match="C may not live in H1"):
        fairness(find_pairs(lopsided()), {"C": "H1"})


@pytest.mark.parametrize(
    ("count", "of", "per_mille"),
    [(1, 3, 333), (2, 3, 667), (1, 16, 63), (1, 2000, 1), (1, 2001, 0), (5, 5, 1000), (0, 0, None)],
)
def test_percentages_are_rounded_half_up_to_one_decimal(
    count: int, of: int, per_mille: int | None
) -> None:
    assert Rate(count, of).per_mille == per_mille


@pytest.mark.parametrize(
    ("values", "mean"), [([1, 2], 2), ([1, 1, 2], 1), ([None, 4], 4), ([None], None), ([], None)]
)
def test_means_are_of_the_known_rounded_half_up(values: list[int | None], mean: int | None) -> None:
    found = Sum.of(values)
    assert found.mean == mean
    assert found.all == len(values)
