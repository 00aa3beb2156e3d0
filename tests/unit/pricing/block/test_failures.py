"""A provider fails: who needs another place, what is owed, what is no longer paid for."""

from datetime import date

from pricing.availability import OutOfUse
from pricing.block.events import Failure
from pricing.block.failures import fail, failure_answer, unknown_places
from pricing.block.render import render_life
from tests.unit.pricing.block.samples import PLACE_WEEK, SMALL, WEEK, life, scene
from tests.unit.pricing.samples import HACKNEY, HAVERING, NEWHAM, stretch

START = SMALL.start
DAY = date(2026, 10, 8)
LEAD, OTHER = Failure("P1", DAY), Failure("P2", DAY)
ROWS = [
    stretch(1, HAVERING, START, None, home="SC990001", band="low"),
    stretch(2, HACKNEY, START, date(2026, 12, 1), home="SC990003", band="high"),
    stretch(3, NEWHAM, START, DAY, home="SC990003"),
    stretch(4, NEWHAM, date(2026, 10, 9), date(2026, 12, 1), home="SC990003"),
    stretch(2, HACKNEY, date(2026, 12, 1), None, home="SC990003", band="medium"),
]


def test_its_placements_end_its_places_go_out_of_use_and_others_are_untouched() -> None:
    out = [
        OutOfUse("SC990003", START, date(2027, 1, 1), 1, "provider", "repairs"),
        OutOfUse("SC990003", date(2026, 11, 1), date(2027, 1, 1), 1, "partnership", "mix"),
        OutOfUse("SC990001", START, date(2027, 1, 1), 1, "partnership", "mix"),
    ]
    after = fail(scene(ROWS, availability=out), OTHER)
    assert [(row.placement_id, row.end) for row in after.ledger] == [
        ("PL1", None),
        ("PL2", DAY),
        ("PL3", DAY),
    ]
    assert [
        (row.home_id, row.start, row.end, row.places, row.side) for row in after.availability
    ] == [
        ("SC990003", START, DAY, 1, "provider"),
        ("SC990001", START, date(2027, 1, 1), 1, "partnership"),
        ("SC990003", DAY, SMALL.end, 2, "provider"),
    ]


def test_what_is_owed_stops_on_the_day_and_the_guarantee_falls_with_the_places() -> None:
    answer = failure_answer(scene(ROWS), OTHER, *WEEK, what_if=True)
    assert answer.places == 2
    assert answer.payable == (5, 4)  # floor(6 × 90%), then 6 − 2
    # three days of Hackney's 8,000.00 and Newham's 6,000.00 a week; then four and three
    assert answer.owed == {HACKNEY: 342857, NEWHAM: 257143}
    assert answer.not_due == {HACKNEY: 457143, NEWHAM: 257143}
    before, after = (sum(voids.values()) for voids in answer.voids)
    # unused before: 2 for 3 days, 3 on the 8th, then 2; after: 2 for 3 days, then 4 − 1
    assert before == round(PLACE_WEEK * (2 * 3 + 3 + 2 * 3) / 7)
    assert after == round(PLACE_WEEK * (2 * 3 + 3 * 4) / 7)
    assert not answer.is_lead


def test_everybody_cut_off_and_everybody_who_was_to_move_in_needs_another_place() -> None:
    answer = failure_answer(scene(ROWS), OTHER, *WEEK, what_if=True)
    assert [(row.young_person_id, row.placement_id) for row in answer.moving] == [
        ("YP2", "PL2"),
        ("YP4", "PL4"),
    ]
    assert answer.to_json()["need_another_place"] == [
        {
            "placement_id": "PL2",
            "young_person_id": "YP2",
            "borough": HACKNEY,
            "home_id": "SC990003",
            "band": "high",
            "moved_in_or_would": "2026-04-01",
        },
        {
            "placement_id": "PL4",
            "young_person_id": "YP4",
            "borough": NEWHAM,
            "home_id": "SC990003",
            "band": "medium",
            "moved_in_or_would": "2026-10-09",
        },
    ]


def test_when_the_lead_fails_somebody_else_must_sign_and_all_boroughs_are_told() -> None:
    told = life(scene(ROWS, failures=[LEAD]))
    assert told.failures[0].is_lead
    assert not told.failures[0].what_if
    assert [(notice.id, notice.day, notice.due) for notice in told.notices] == [
        ("failure P1", DAY, date(2026, 10, 22)),
        ("lead P1", DAY, date(2026, 10, 22)),
    ]
    other = life(scene(ROWS, failures=[OTHER]))
    assert [notice.id for notice in other.notices] == ["failure P2"]
    assert any("PL2, PL4" in each for each in other.findings)


def test_a_what_if_is_applied_to_nothing_else() -> None:
    plain = life(scene(ROWS))
    asked = life(scene(ROWS), what_ifs=[OTHER])
    assert asked.burdens == plain.burdens
    assert asked.notices == ()
    assert asked.failures[0].what_if
    recorded = life(scene(ROWS, failures=[OTHER]))
    assert asked.failures[0].voids[1] == recorded.burdens.voids.by_borough
    assert recorded.failures[0].voids == asked.failures[0].voids


def test_a_failure_outside_the_period_owes_all_of_it_or_none() -> None:
    early = failure_answer(scene(ROWS), Failure("P2", date(2026, 5, 1)), *WEEK, what_if=True)
    assert early.owed == {}
    late = failure_answer(scene(ROWS), Failure("P2", date(2026, 11, 1)), *WEEK, what_if=True)
    assert late.not_due == {}
    assert late.voids[0] == late.voids[1]


def test_two_failures_on_record_are_each_shown_beside_the_other() -> None:
    told = life(scene(ROWS, failures=[LEAD, OTHER]))
    assert [answer.payable for answer in told.failures] == [(4, 0), (2, 0)]
    assert sum(told.failures[0].voids[1].values()) == told.burdens.charge


def test_places_nobody_gave_are_a_problem_and_not_a_guess() -> None:
    problems = unknown_places(SMALL, [LEAD], {"SC990001": 3})
    assert [str(problem) for problem in problems] == [
        "homes, places of SC990002: unknown places: not known; allowed: the places of each home of"
        " P1, which fails on 2026-10-08, in a table of homes (--homes)"
    ]


def test_a_failure_that_touches_nobody_says_so_in_words() -> None:
    words = render_life(life(scene(), what_ifs=[OTHER]))
    assert "What if P2 failed on 2026-10-08:" in words
    assert "2 places in 1 home cannot be used from that day" in words
    assert "owed for its placements, period’s start to that day: nothing;" in words
    assert "Nobody needs another place for it." in words
    assert "signs for the other" not in words
