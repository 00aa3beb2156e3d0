"""Every way in which a scores file is refused, alone in an otherwise good file."""

import pytest

from pricing.bands.scores import Party
from tests.unit.pricing.bands.samples import (
    CONFIRMED,
    DISPUTE,
    SCORES,
    SETTLED,
    SETTLED_DISPUTE,
    assessment_of,
    edited,
    score_problems,
)

AS_CONFIRMED = SCORES.replace('"provisional"', '"confirmed"') + CONFIRMED
MANAGER = '{ role = "Team manager", organisation = "Borough A" }'
HEAD = '{ role = "Head of service", organisation = "Borough B" }'
ASSESSOR = '{ role = "social  worker", organisation = "BOROUGH A" }'
DISPUTER = '{ role = "Manager", organisation = "Home Ltd" }'

# what is wrong: the good file, the change to it, then key, kind, value and what is allowed
ONE_WRONG = {
    "an unknown key": (
        SCORES,
        ("assessed_on", 'borough = "E09000016"\nassessed_on'),
        ("borough", "unknown key", '"E09000016"', "young_person_id assessed_on"),
    ),
    "no young person": (
        SCORES,
        ('young_person_id = "YP-1"\n', ""),
        ("young_person_id", "missing key", "missing", "required"),
    ),
    "an id that is no pseudonym": (
        SCORES,
        ('"YP-1"', '"9434765919"'),
        ("young_person_id", "an id", '"9434765919"', "a pseudonym; ten digits"),
    ),
    "a status that is none": (
        SCORES,
        ('"provisional"', '"final"'),
        ("status", "bad value", '"final"', '"provisional" or "confirmed"'),
    ),
    "scores made against another version": (
        SCORES,
        ('version = "3"', 'version = "2"'),
        ("thresholds.version", "other thresholds", '"2"', '"3", as in bands.toml; name the file'),
    ),
    "scores made against other thresholds": (
        SCORES,
        ('id = "T"', 'id = "U"'),
        ("thresholds.id", "other thresholds", '"U"', '"T", as in bands.toml'),
    ),
    "thresholds without a version": (
        SCORES,
        ('version = "3"\n', ""),
        ("thresholds.version", "missing key", "missing", "required"),
    ),
    "an assessment before the thresholds began": (
        SCORES,
        ("2026-02-10", "2026-01-04"),
        ("assessed_on", "wrong order", "2026-01-04", "2026-01-05, when the thresholds begin"),
    ),
    "an assessor without organisation": (
        SCORES,
        ('organisation = "Borough A"\n', ""),
        ("assessed_by.organisation", "missing key", "missing", "required"),
    ),
    "an assessor by name": (
        SCORES,
        ('role = "Social worker"', 'role = "Social worker"\nname = "Somebody"'),
        ("assessed_by.name", "unknown key", '"Somebody"', "role organisation"),
    ),
    "a score of 4": (
        SCORES,
        ("mood = 2", "mood = 4"),
        ("scores.mood", "bad value", "4", '0, 1, 2 or 3 without quotes, or "unknown"'),
    ),
    "a score below 0": (
        SCORES,
        ("mood = 2", "mood = -1"),
        ("scores.mood", "negative value", "-1", "0, 1, 2 or 3"),
    ),
    "a score in quotes": (
        SCORES,
        ("mood = 2", 'mood = "2"'),
        ("scores.mood", "bad value", '"2"', "without quotes"),
    ),
    "true for a score": (
        SCORES,
        ("mood = 2", "mood = true"),
        ("scores.mood", "bad value", "true", "0, 1, 2 or 3"),
    ),
    "half a point": (
        SCORES,
        ("mood = 2", "mood = 1.5"),
        ("scores.mood", "bad value", "1.5", "0, 1, 2 or 3"),
    ),
    "an unknown item": (
        SCORES,
        ("sleep = 1", "sleeps = 1"),
        ("scores.sleeps", "unknown item", "1", "mood, sleep, gangs"),
    ),
    "a reason for an unknown item": (
        SCORES,
        ('mood = "Cries', 'moods = "Cries'),
        ("reasons.moods", "unknown item", '"Cries most evenings."', "mood, sleep, gangs"),
    ),
    "an empty reason": (
        SCORES,
        ('"Cries most evenings."', '" "'),
        ("reasons.mood", "bad value", '" "', "words in quotes, not blank"),
    ),
    "a confirmation of a provisional band": (
        SCORES + CONFIRMED,
        ("", ""),
        ("confirmed", "forbidden key", "a table", 'nothing while status is "provisional"'),
    ),
    "a confirmed band without confirmation": (
        SCORES,
        ('"provisional"', '"confirmed"'),
        ("confirmed", "missing key", "missing", "required"),
    ),
    "a band confirmed before it was assessed": (
        AS_CONFIRMED,
        ("2026-03-01", "2026-02-09"),
        ("confirmed.on", "wrong order", "2026-02-09", "2026-02-10, the day of the assessment"),
    ),
    "a band confirmed by the assessor": (
        AS_CONFIRMED,
        (MANAGER, ASSESSOR),
        ("confirmed.by", "not independent", "the same as the assessor", "than the assessor"),
    ),
    "a confirmed band with an item left out": (
        AS_CONFIRMED,
        ("sleep = 1\n", ""),
        ("status", "not scored", '"confirmed", but not scored: sleep', "a score for every item"),
    ),
    "a confirmed band with an unknown score": (
        AS_CONFIRMED,
        ("sleep = 1", 'sleep = "unknown"'),
        ("status", "not scored", "sleep", "a score for every item"),
    ),
    "a band confirmed while in dispute": (
        AS_CONFIRMED + DISPUTE,
        ("2026-03-01", "2026-02-20"),
        ("confirmed.on", "in dispute", "2026-02-20", "settle the dispute first"),
    ),
    "a band confirmed by whoever disputes it": (
        AS_CONFIRMED + SETTLED_DISPUTE,
        ("2026-03-01\nby = " + MANAGER, "2026-03-10\nby = " + DISPUTER),
        ("confirmed.by", "not independent", "the same as whoever disputes", "than whoever"),
    ),
    "a band confirmed before its dispute was settled": (
        AS_CONFIRMED + SETTLED_DISPUTE,
        ("2026-03-01", "2026-03-09"),
        ("confirmed.on", "wrong order", "2026-03-09", "the day the dispute was settled"),
    ),
    "a dispute of nobody's side": (
        SCORES + DISPUTE,
        ('"provider"', '"parent"'),
        ("dispute.side", "bad value", '"parent"', '"borough" or "provider"'),
    ),
    "a dispute before the assessment": (
        SCORES + DISPUTE,
        ("2026-02-20", "2026-02-09"),
        ("dispute.on", "wrong order", "2026-02-09", "2026-02-10, the day of the assessment"),
    ),
    "a dispute by the assessor": (
        SCORES + DISPUTE,
        (DISPUTER, ASSESSOR),
        ("dispute.raised_by", "not independent", "the same as the assessor", "than the assessor"),
    ),
    "a dispute without reason": (
        SCORES + DISPUTE,
        ('reason = "We see more."\n', ""),
        ("dispute.reason", "missing key", "missing", "required"),
    ),
    "a dispute of no item": (
        SCORES + DISPUTE,
        (
            'scores = { gangs = 3, sleep = 2 }\nreasons = { gangs = "Followed home twice.", '
            'sleep = "Up most nights." }',
            "scores = {}\nreasons = {}",
        ),
        ("dispute.scores", "bad value", "none", "the items that are scored otherwise"),
    ),
    "a disputed item with the assessor's score": (
        SCORES + DISPUTE,
        ("sleep = 2", "sleep = 1"),
        ("dispute.scores.sleep", "not in dispute", "1", "leave out what is agreed"),
    ),
    "a disputed item without reason": (
        SCORES + DISPUTE,
        (', sleep = "Up most nights."', ""),
        ("dispute.reasons.sleep", "missing key", "missing", "a reason for each item"),
    ),
    "a reason for an item not in dispute": (
        SCORES + DISPUTE,
        ('sleep = "Up', 'mood = "Low.", sleep = "Up'),
        ("dispute.reasons.mood", "not in dispute", "a reason", "items in dispute only"),
    ),
    "a dispute about an unknown item": (
        SCORES + DISPUTE,
        ("sleep = 2", "sleep = 2, naps = 1"),
        ("dispute.scores.naps", "unknown item", "1", "mood, sleep, gangs"),
    ),
    "an open dispute that is settled": (
        SCORES + DISPUTE + SETTLED,
        ("", ""),
        ("dispute.settled", "forbidden key", "a table", 'nothing while status is "open"'),
    ),
    "a settled dispute without settlement": (
        SCORES + DISPUTE,
        ('"open"', '"settled"'),
        ("dispute.settled", "missing key", "missing", "required"),
    ),
    "a dispute that is neither": (
        SCORES + DISPUTE,
        ('"open"', '"over"'),
        ("dispute.status", "bad value", '"over"', '"open" or "settled"'),
    ),
    "a settlement before the dispute": (
        SCORES + SETTLED_DISPUTE,
        ("2026-03-10", "2026-02-19"),
        ("dispute.settled.on", "wrong order", "2026-02-19", "the day the dispute was raised"),
    ),
    "a settlement by the assessor": (
        SCORES + SETTLED_DISPUTE,
        (HEAD, ASSESSOR),
        ("dispute.settled.by", "not independent", "the same as the assessor", "than the assessor"),
    ),
    "a settlement by whoever disputes": (
        SCORES + SETTLED_DISPUTE,
        (HEAD, DISPUTER),
        ("dispute.settled.by", "not independent", "the same as whoever disputes", "than whoever"),
    ),
    "a settlement without an item in dispute": (
        SCORES + SETTLED_DISPUTE,
        ("scores = { gangs = 3, sleep = 1 }", "scores = { gangs = 3 }"),
        ("dispute.settled.scores.sleep", "missing key", "missing", "each item in dispute"),
    ),
    "a settlement of an item that is agreed": (
        SCORES + SETTLED_DISPUTE,
        ("scores = { gangs = 3, sleep = 1 }", "scores = { gangs = 3, sleep = 1, mood = 3 }"),
        ("dispute.settled.scores.mood", "not in dispute", "3", "items in dispute only"),
    ),
    "a settlement that leaves an item unknown": (
        SCORES + SETTLED_DISPUTE,
        ("scores = { gangs = 3, sleep = 1 }", 'scores = { gangs = 3, sleep = "unknown" }'),
        ("dispute.settled.scores.sleep", "not settled", "unknown", "0, 1, 2 or 3"),
    ),
    "a settled band that its scores do not give": (
        SCORES + SETTLED_DISPUTE,
        ('band = "high"', 'band = "specialist"'),
        (
            "dispute.settled.band",
            "not what the scores give",
            '"specialist"',
            '"high", which the settled scores give',
        ),
    ),
    "a settled band while another item is unknown": (
        SCORES + SETTLED_DISPUTE,
        ("mood = 2", 'mood = "unknown"'),
        (
            "dispute.settled.band",
            "not what the scores give",
            '"high"',
            "score mood first: high or specialist is possible without",
        ),
    ),
}


@pytest.mark.parametrize("what", ONE_WRONG)
def test_each_error_of_a_scores_file_names_key_value_and_what_is_allowed(what: str) -> None:
    text, change, (key, kind, value, allowed) = ONE_WRONG[what]
    problems = score_problems(edited(text, change))
    assert len(problems) == 1, problems
    (problem,) = problems
    assert (problem.file, problem.key, problem.kind) == ("scores.toml", key, kind)
    assert value in problem.value
    assert allowed in problem.allowed


def test_all_errors_are_told_at_once() -> None:
    changes = [
        ("mood = 2", "mood = 9"),
        ("2026-02-10", "2025-02-10"),
        ('version = "3"', 'version = "2"'),
        ("sleep = 2", "sleep = 1"),
    ]
    assert len(score_problems(edited(SCORES + DISPUTE, *changes))) == len(changes)


@pytest.mark.parametrize("key", ["scores", "reasons", "assessed_by", "thresholds"])
def test_a_table_that_is_none_is_told_once(key: str) -> None:
    head = SCORES.index(f"[{key}]")
    rest = SCORES.find("[", head + 1)
    text = f"{key} = 3\n" + SCORES[:head] + (SCORES[rest:] if rest > 0 else "")
    assert [(problem.key, problem.allowed) for problem in score_problems(text)] == [
        (key, "a table")
    ]


def test_a_dispute_that_is_no_table_is_told_once() -> None:
    (problem,) = score_problems("dispute = 3\n" + SCORES)
    assert (problem.key, problem.allowed) == ("dispute", "a table")


def test_an_item_left_out_or_unknown_has_no_score() -> None:
    read = assessment_of(edited(SCORES, ("mood = 2\n", ""), ("sleep = 1", 'sleep = "unknown"')))
    assert dict(read.scores) == {"mood": None, "sleep": None, "gangs": 1}


def test_the_version_of_the_thresholds_may_be_left_out() -> None:
    assert assessment_of(SCORES).made_against
    unsaid = edited(SCORES, ('[thresholds]\nid = "T"\nversion = "3"\n', ""))
    assert not assessment_of(unsaid).made_against


def test_both_views_and_the_settlement_are_kept_apart() -> None:
    read = assessment_of(SCORES + SETTLED_DISPUTE)
    assert dict(read.scores) == {"mood": 2, "sleep": 1, "gangs": 1}
    assert read.disputed_scores == {"mood": 2, "sleep": 2, "gangs": 3}
    assert read.settled_scores == {"mood": 2, "sleep": 1, "gangs": 3}
    assert read.dispute is not None
    assert dict(read.dispute.scores) == {"gangs": 3, "sleep": 2}


def test_a_confirmed_band_may_come_into_dispute_and_be_confirmed_again() -> None:
    disputed = edited(AS_CONFIRMED + DISPUTE, ("2026-03-01", "2026-02-19"))
    assert assessment_of(disputed).status == "confirmed"
    again = edited(AS_CONFIRMED + SETTLED_DISPUTE, ("2026-03-01", "2026-03-10"))
    confirmation = assessment_of(again).confirmation
    assert confirmation is not None
    assert confirmation.by == Party("Team manager", "Borough A")


def test_whoever_settles_may_confirm() -> None:
    text = edited(AS_CONFIRMED + SETTLED_DISPUTE, ("2026-03-01", "2026-03-10"), (MANAGER, HEAD))
    assert assessment_of(text).status == "confirmed"


def test_a_dispute_may_score_what_the_assessor_could_not_and_the_other_way_round() -> None:
    blank = edited(SCORES + DISPUTE, ("sleep = 1\n", ""))
    assert assessment_of(blank).disputed_scores == {"mood": 2, "sleep": 2, "gangs": 3}
    doubted = edited(SCORES + DISPUTE, ("sleep = 2", 'sleep = "unknown"'))
    assert assessment_of(doubted).disputed_scores == {"mood": 2, "sleep": None, "gangs": 3}


def test_a_reason_may_run_over_several_lines() -> None:
    text = edited(SCORES, ('"Cries most evenings."', '"""\nCries most evenings.\nSays so.\n"""'))
    assert assessment_of(text).reasons["mood"] == "Cries most evenings.\nSays so."
