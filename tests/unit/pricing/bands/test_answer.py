"""What an answer says: why, what would change it, which version, both views; in words and JSON."""

import json
from dataclasses import replace
from math import comb
from typing import Any

import pytest

from pricing.bands.answer import Answer, answer
from pricing.bands.form import blank_scores
from pricing.bands.published import ASSUMPTIONS, condition_words, published_json, render_published
from pricing.bands.scores import Party
from pricing.bands.scores_file import parse_scores
from pricing.bands.threshold_file import parse_thresholds, shipped_thresholds
from pricing.bands.words import render_answer
from tests.unit.pricing.bands.samples import (
    CONFIRMED,
    DISPUTE,
    SCORES,
    SETTLED_DISPUTE,
    THRESHOLDS,
    answer_of,
    assessment_of,
    edited,
    thresholds_of,
)

BOROUGHS = [
    "City of London",
    "Barking and Dagenham",
    "Hackney",
    "Havering",
    "Newham",
    "Redbridge",
    "Tower Hamlets",
    "Waltham Forest",
]
ASSUMED = THRESHOLDS.replace('"agreed"', '"starting assumptions"')


def told(found: Answer) -> dict[str, Any]:
    """The answer as another program reads it."""
    read: dict[str, Any] = json.loads(json.dumps(found.to_json()))
    return read


def steps(changes: dict[str, Any]) -> list[list[tuple[str, int, int]]]:
    return [
        [(step["item"], step["from"], step["to"]) for step in change["steps"]]
        for change in changes["changes"]
    ]


def test_an_answer_says_the_band_and_the_rule_with_scores_beside_what_is_needed() -> None:
    said = told(answer_of(SCORES))
    assert (said["band"], said["status"], said["possible"]) == ("medium", "provisional", ["medium"])
    (reason,) = said["why"]
    assert (reason["rule"], reason["holds"], reason["decides"]) == ("M1", "surely", True)
    (condition,) = reason["conditions"]
    assert (condition["needed"], condition["found"]) == (3, 3)
    assert condition["counted"] == "the scores of the items of Mood or Danger add up to 3 or more"
    assert [(item["item"], item["score"], item["descriptor"]) for item in condition["items"]] == [
        ("mood", 2, "badly"),
        ("gangs", 1, "perhaps"),
    ]


def test_an_answer_says_which_version_it_rests_on() -> None:
    thresholds = thresholds_of()
    assert told(answer_of(SCORES))["thresholds"] == {
        "id": "T",
        "version": "3",
        "status": "agreed",
        "from": "2026-01-05",
        "file": "bands.toml",
        "sha256": thresholds.sha256,
    }
    words = render_answer(answer_of(SCORES))
    assert f"T, version 3, from 2026-01-05, agreed; bands.toml, SHA-256 {thresholds.sha256}" in (
        words
    )


def test_an_answer_says_what_would_make_each_higher_band() -> None:
    high, specialist = told(answer_of(SCORES))["higher"]
    assert (high["band"], high["exactly"], high["items"], high["points"]) == ("high", True, 1, 2)
    assert steps(high) == [[("gangs", 1, 3)]]
    assert (specialist["items"], specialist["points"], specialist["ways"]) == (2, 3, 2)
    assert steps(specialist) == [
        [("mood", 2, 3), ("gangs", 1, 3)],
        [("sleep", 1, 2), ("gangs", 1, 3)],
    ]


def test_an_answer_says_what_would_make_it_one_band_lower() -> None:
    lower = told(answer_of(SCORES))["lower"]
    assert (lower["band"], lower["exactly"], lower["ways"]) == ("low", True, 2)
    assert steps(lower) == [[("mood", 2, 1)], [("gangs", 1, 0)]]
    assert told(answer_of(edited(SCORES, ("mood = 2", "mood = 0"))))["lower"] is None


def test_a_band_that_cannot_be_hit_is_passed_and_says_so() -> None:
    low_or_specialist = edited(
        THRESHOLDS,
        ('of = ["gangs"], at_least = 3', 'of = ["gangs"], at_least = 1'),
        ('of = ["mood", "danger"], total = 3', 'of = ["gangs"], at_least = 2, how_many = 1'),
    )
    scores = edited(SCORES, ("mood = 2", "mood = 0"), ("gangs = 1", "gangs = 0"))
    medium = told(answer_of(scores, low_or_specialist))["higher"][0]
    assert (medium["band"], medium["exactly"]) == ("medium", False)
    assert steps(medium) == [[("gangs", 0, 1)]]
    assert medium["changes"][0]["possible"] == ["high"]
    words = render_answer(answer_of(scores, low_or_specialist))
    assert "nothing gives exactly medium; the smallest that goes beyond it:" in words
    assert "Gangs from 0 to 1: perhaps (high)" in words


@pytest.mark.parametrize("unscored", ["", 'gangs = "unknown"'])
def test_an_unscored_item_gives_a_range_and_never_counts_as_zero(unscored: str) -> None:
    text = edited(SCORES, ("gangs = 1", unscored))
    said = told(answer_of(text))
    assert said["band"] is None
    assert (said["lowest"], said["highest"]) == ("low", "high")
    assert said["possible"] == ["low", "medium", "high"]
    assert said["unknown"] == ["gangs"]
    assert [(reason["rule"], reason["holds"]) for reason in said["why"]] == [
        ("H1", "perhaps"),
        ("M1", "perhaps"),
    ]
    words = render_answer(answer_of(text))
    assert "YP-1: LOW, MEDIUM OR HIGH NEED, provisional" in words
    assert "1 item is not scored. Unknown is never 0" in words
    assert "Gangs (gangs): Is a gang after them?" in words
    assert "no change of known scores makes it sure; score first: gangs" in words
    assert [line for line in said["price"] if "--band medium" in line]
    assert len(said["price"]) == 3


def test_a_band_may_be_sure_although_an_item_is_not_scored() -> None:
    text = edited(SCORES, ("gangs = 1", "gangs = 3"), ("mood = 2", "mood = 0"), ("sleep = 1\n", ""))
    said = told(answer_of(text))
    assert said["band"] == "high"
    assert said["unknown"] == ["sleep"]
    assert any("cannot be confirmed" in notice for notice in said["notices"])
    (specialist,) = said["higher"]
    assert (specialist["ways"], specialist["changes"]) == (0, [])


def test_starting_assumptions_are_said_wherever_the_thresholds_appear() -> None:
    found = answer_of(SCORES, ASSUMED)
    thresholds = thresholds_of(ASSUMED)
    assert ASSUMPTIONS in found.notices
    assert ASSUMPTIONS in render_answer(found)
    assert ASSUMPTIONS in render_published(thresholds)
    assert ASSUMPTIONS in blank_scores(thresholds)
    assert published_json(thresholds)["notices"] == [ASSUMPTIONS]
    agreed = thresholds_of()
    for text in (render_answer(answer_of(SCORES)), render_published(agreed), blank_scores(agreed)):
        assert ASSUMPTIONS not in text


def test_provisional_is_said_until_somebody_else_confirms() -> None:
    assert any("Provisional until" in notice for notice in answer_of(SCORES).notices)
    confirmed = answer_of(SCORES.replace('"provisional"', '"confirmed"') + CONFIRMED)
    assert not any("Provisional until" in notice for notice in confirmed.notices)
    said = told(confirmed)
    assert said["confirmed"]["by"] == {"role": "Team manager", "organisation": "Borough A"}
    assert "Confirmed on 2026-03-01 by Team manager, Borough A." in render_answer(confirmed)


def test_scores_that_do_not_name_their_version_say_so() -> None:
    unsaid = edited(SCORES, ('[thresholds]\nid = "T"\nversion = "3"\n', ""))
    assert any("do not say which version" in notice for notice in answer_of(unsaid).notices)
    assert not any("do not say which version" in notice for notice in answer_of(SCORES).notices)


def test_more_ways_than_fit_are_counted() -> None:
    shipped = shipped_thresholds()
    form = blank_scores(shipped).replace('"unknown"\n', "0\n").replace('= ""', '= "YP"')
    text = form.replace('assessed_on = "YP"', "assessed_on = 2026-09-01")
    read = parse_scores(text.encode(), "scores.toml", shipped, lambda _: None)
    found = answer(shipped, read)
    medium = told(found)["higher"][0]
    assert (medium["ways"], len(medium["changes"])) == (11, 11)  # any of the risks to 2
    assert "1 item by 2 points, in 11 ways:" in render_answer(found)
    assert "    and 7 more\n" in render_answer(found)


def test_more_sets_that_make_the_difference_than_fit_are_counted() -> None:
    shipped = shipped_thresholds()
    items = list(shipped.items)[:20]
    scores = "".join(f"{item} = 0\n" for item in shipped.items)
    text = SCORES[: SCORES.index("[thresholds]")].replace("2026-02-10", "2026-05-10")
    text += '[assessed_by]\nrole = "R"\norganisation = "O"\n[scores]\n' + scores
    text += DISPUTE[: DISPUTE.index("scores = ")].replace("2026-02-20", "2026-05-20")
    text += "scores = { " + ", ".join(f"{item} = 1" for item in items) + " }\n"
    text += "reasons = { " + ", ".join(f'{item} = "Yes."' for item in items) + " }\n"
    found = answer(shipped, parse_scores(text.encode(), "scores.toml", shipped, lambda _: None))
    decisive = told(found)["dispute"]["decisive"]
    assert (decisive["items"], decisive["ways"]) == (10, comb(20, 10))
    assert len(decisive["sets"]) == 12
    assert f"and {comb(20, 10) - 12} more sets of 10" in render_answer(found)


def test_a_dispute_shows_both_views_and_what_makes_the_difference() -> None:
    said = told(answer_of(SCORES + DISPUTE))
    dispute = said["dispute"]
    assert said["band"] == dispute["assessor"]["band"] == "medium"
    assert dispute["other"]["band"] == "specialist"
    assert [(each["item"], each["assessor"], each["other"]) for each in dispute["items"]] == [
        ("sleep", 1, 2),
        ("gangs", 1, 3),
    ]
    assert [each["alone"] for each in dispute["items"]] == [["medium"], ["high"]]
    assert [each["other_reason"] for each in dispute["items"]] == [
        "Up most nights.",
        "Followed home twice.",
    ]
    assert dispute["decisive"] == {"items": 2, "ways": 1, "sets": [["sleep", "gangs"]]}
    assert dispute["settled"] is None
    words = render_answer(answer_of(SCORES + DISPUTE))
    for line in (
        "Two views: the provider sees it otherwise since 2026-02-20, open",
        "         assessor  provider",
        "  band   medium    specialist",
        "  Sleep  1         2",
        "  Gangs  1         3",
        "    assessor: no reason given",
        "    provider: Followed home twice.",
        "    3 here and nothing else otherwise gives: high",
        "    Sleep and Gangs",
        "! In dispute. The assessor's band stands until the dispute is settled.",
    ):
        assert line in words


def test_a_settled_dispute_stands_and_both_views_stay() -> None:
    found = answer_of(SCORES + SETTLED_DISPUTE)
    said = told(found)
    assert (said["band"], said["scores"]["gangs"], said["scores"]["sleep"]) == ("high", 3, 1)
    assert said["dispute"]["assessor"]["band"] == "medium"
    assert said["dispute"]["other"]["band"] == "specialist"
    assert said["dispute"]["settled"]["band"] == "high"
    assert [each["settled"] for each in said["dispute"]["items"]] == [1, 3]
    words = render_answer(found)
    assert "  band   medium    specialist  high" in words
    assert "Settled on 2026-03-10 as high by Head of service, Borough B: The police agree" in words
    assert "In dispute." not in words


def test_a_dispute_about_scores_alone_says_that_the_bands_are_the_same() -> None:
    text = edited(
        SCORES + DISPUTE,
        ("gangs = 3, sleep = 2", "sleep = 2"),
        ('gangs = "Followed home twice.", ', ""),
        ('"provider"', '"borough"'),
    )
    found = answer_of(text)
    assert told(found)["dispute"]["decisive"] is None
    words = render_answer(found)
    assert "Both views give the same band" in words
    assert "the placing borough sees it otherwise" in words


@pytest.mark.parametrize("borough", BOROUGHS)
def test_the_same_scores_give_the_same_band_in_every_borough(borough: str) -> None:
    here = told(answer_of(SCORES))
    there = told(answer_of(edited(SCORES, ("Borough A", f"London Borough of {borough}"))))
    assert there.pop("assessed") != here.pop("assessed")
    assert there == here


def test_who_scored_and_when_is_no_part_of_the_band() -> None:
    assessment = assessment_of(SCORES)
    other = replace(assessment, assessed_by=Party("Nurse", "A hospital"), young_person_id="YP-2")
    one, two = answer(thresholds_of(), assessment), answer(thresholds_of(), other)
    assert one.standing == two.standing
    assert (one.higher, one.lower) == (two.higher, two.lower)


@pytest.mark.parametrize(
    ("rule", "condition", "words"),
    [
        (0, 0, "Danger scores 3"),
        (0, 1, "the scores of the items of Mind add up to 4 or more"),
        (1, 0, "Gangs scores 3"),
        (2, 0, "3 or more items score 2 or 3"),
    ],
)
def test_what_a_rule_counts_is_said_in_words(rule: int, condition: int, words: str) -> None:
    thresholds = thresholds_of()
    assert condition_words(thresholds, thresholds.rules[rule].when[condition]) == words


def test_a_blank_form_is_refused_for_its_blanks_and_nothing_else() -> None:
    thresholds = shipped_thresholds()
    form = blank_scores(thresholds)
    filled = edited(
        form,
        ('young_person_id = ""', 'young_person_id = "YP-9"'),
        ('assessed_on = ""', "assessed_on = 2026-09-01"),
        ('role = ""', 'role = "Social worker"'),
        ('organisation = ""', 'organisation = "A borough"'),
    )
    read = parse_scores(filled.encode(), "scores.toml", thresholds, lambda _: None)
    assert list(read.scores) == list(thresholds.items)
    assert set(read.scores.values()) == {None}
    for item in thresholds.items.values():
        assert item.question in form
        assert all(descriptor in form for descriptor in item.descriptors)


def test_the_published_words_hold_every_rule_item_and_descriptor() -> None:
    thresholds = shipped_thresholds()
    words = render_published(thresholds)
    for rule in thresholds.rules:
        assert rule.code in words
        assert rule.sentence in words
    for item in thresholds.items.values():
        assert all(descriptor in words for descriptor in item.descriptors)
    assert parse_thresholds(THRESHOLDS.encode(), "bands.toml").meanings["high"] in render_published(
        thresholds_of()
    )
