"""What each kind of viewer sees of a life: nothing that is hidden, anywhere in the answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from broker.access.actor import PARTNERSHIP, Actor, OrganisationKind, Role
from broker.life.factors import factors
from broker.life.form import Form
from broker.life.show import IN_PROFILE, age_group, chronology, seen_by, show
from broker.life.state import Life
from tests.unit.life.story import FOUND, Story
from tests.whole_life import BROKER, DIRECTOR, HOME, SECOND, STARTS, TODAY, borough, manager

AUDITOR = Actor("auditor-1", Role.AUDITOR, PARTNERSHIP, OrganisationKind.PARTNERSHIP)
LINDEN = manager("P2", HOME)
BORN = date(2012, 9, 9)

WHO_IT_IS = {
    "identity": {"name": "NAME-X", "address": "ADDRESS-X", "school": "SCHOOL-X"},
    "date_of_birth": BORN,
    "home_place": {"easting": 540517, "northing": 184523, "postcode": "POSTCODE-X"},
    "preferred_location": "LOCATION-X",
    "matters": (
        {"what": "school", "where": {"easting": 541234, "northing": 185678}, "keep": True},
    ),
    "sibling_group": "SIBLINGS-X",
    "wishes": "WISHES-X",
    "family_considered": "FAMILY-X",
    "fostering_considered": "FOSTERING-X",
    "liberty": {
        "order_number": "ORDER-X",
        "expires_on": date(2026, 12, 1),
        "restrictions": "RESTRICTIONS-X",
    },
    "young_person_id": "YP-HIDDEN",
}
OTHERS = {
    "must_not_live_with": ("YP-ENEMY",),
    "caution_with": ("YP-CAUTION",),
    "avoid": ({"kind": "home", "home_id": "SC990099", "reason": "AVOID-X"},),
}
ELSEWHERE = {
    "home": SECOND,
    "offer": "2026-09-16",
    "view": "VIEW-X",
    "call": "CALL-X",
    "approval": "APPROVAL-X",
    "evidence": "EVIDENCE-X",
    "decline": "DECLINE-X",
    "fee": "777777",
    "reason": "BECAUSE-X",
}
IDENTITY = {
    "NAME-X", "ADDRESS-X", "SCHOOL-X", "2012-09-09", "540517", "184523", "POSTCODE-X", "LOCATION-X",
    "541234", "185678", "SIBLINGS-X", "WISHES-X", "FAMILY-X", "FOSTERING-X", "ORDER-X",
    "RESTRICTIONS-X", "YP-HIDDEN",
}  # fmt: skip
SAFETY = {"YP-ENEMY", "YP-CAUTION", "AVOID-X", "SC990099"}
OF_OTHER_HOMES = set(ELSEWHERE.values())
MONEY = {"600000", "777777"}


def told(as_far_as: str = "offer") -> Life:
    """A life with something to hide in every place there is."""
    story = Story().to("verify", **WHO_IT_IS, **OTHERS)
    other = {**FOUND, "provider": "P9", "weekly_fee_pence": 777777}
    listed = tuple(
        {"home_id": home, "source": "by_hand", "reason": "BECAUSE-X"} for home in (SECOND, HOME)
    )
    story.told("shortlist", homes=listed, facts={"homes": {HOME: FOUND, SECOND: other}})
    for home in (HOME, SECOND):
        words = f"VIEW-X {home}"
        story.told("view", home_id=home, words=words, heard_by=words, how_considered=words)
        story.told("call", home_id=home, said="CALL-X")
        story.told("approve", home_id=home, reason="APPROVAL-X")
        story.told("evidence", home_id=home, reference="EVIDENCE-X")
    story.told("offer", home_id=SECOND, starts_on=date(2026, 9, 16), facts=other)
    story.told("decline", home_id=SECOND, words="DECLINE-X")
    if as_far_as != "shortlist":
        story.told("offer", facts=FOUND)
    if as_far_as == "decline":
        story.told("decline", words="no night staff")
    if as_far_as in ("confirm", "reband"):
        for kind in ("impact", "accept"):
            story.told(kind)
        story.told("confirm", reason="BECAUSE-X", facts=FOUND)
    if as_far_as == "reband":
        story.told("move_in", on=STARTS)
        story.told("reband", reason="BECAUSE-X", facts={"weekly_before": "777777"})
    return story.life


def leaves(value: Any) -> Iterator[str]:
    """Every single value in an answer, as text."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield str(name)
            yield from leaves(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from leaves(item)
    else:
        yield str(value)


def answer(life: Life, who: Actor, homes: frozenset[str] = frozenset({HOME})) -> str:
    """All that somebody is told of a life, as one text."""
    seen = seen_by(who, life, homes)
    said = [*leaves(show(life, seen, TODAY)), *leaves(chronology(life.steps, seen))]
    return "\n".join(said)


def found(secrets: set[str], text: str) -> set[str]:
    return {secret for secret in secrets if secret in text}


@pytest.mark.parametrize("as_far_as", ["shortlist", "decline"])
def test_a_provider_that_is_not_being_asked_sees_a_profile_and_nobody(as_far_as: str) -> None:
    text = answer(told(as_far_as), LINDEN)
    assert not found(IDENTITY | SAFETY | OF_OTHER_HOMES | MONEY, text)
    assert "11 to 13" in text
    assert HOME in text


def test_a_profile_holds_no_word_that_somebody_wrote() -> None:
    """A name can stand in any of them: of a risk told in words only that there is one is shown."""
    free = {name for name, shape in Form.model_json_schema(by_alias=False)["properties"].items()
            if _takes_words(shape)}  # fmt: skip
    assert {"why_residential", "risk_other", "risk_to_others_other", "wishes", "person"} <= free
    assert free & set(IN_PROFILE) == set()
    words = "NAMED-IN-WORDS of 1 Street"
    life = (
        Story()
        .to(
            "shortlist",
            risk_other=words,
            risk_to_others_other=words,
            why_residential=words,
            preferred_location=words,
            needs=("autism",),
            person={"ethnicity": words, "language": words, "disability": (words,)},
        )
        .life
    )
    seen = seen_by(LINDEN, life, frozenset({HOME}))
    form = show(life, seen, TODAY)["form"]
    assert words not in answer(life, LINDEN)
    assert (form["risk_other"], form["risk_to_others_other"]) == ("Risk Present", "Risk Present")
    assert form["needs"] == ["autism"]


def _takes_words(shape: Any) -> bool:
    """Whether a field, or a part of it, takes any words."""
    if isinstance(shape, list):
        return any(_takes_words(one) for one in shape)
    if not isinstance(shape, dict):
        return False
    if "$ref" in shape:
        name = shape["$ref"].rpartition("/")[2]
        return _takes_words(Form.model_json_schema(by_alias=False)["$defs"][name])
    text = "maxLength" in shape and not {"enum", "const", "format", "pattern"} & set(shape)
    return text or any(_takes_words(part) for part in shape.values())


def test_while_it_is_asked_a_provider_sees_who_it_is_and_nothing_of_other_homes() -> None:
    text = answer(told("offer"), LINDEN)
    assert found(IDENTITY, text) == IDENTITY
    assert not found(SAFETY | OF_OTHER_HOMES | MONEY, text)


@pytest.mark.parametrize("as_far_as", ["confirm", "reband"])
def test_once_its_home_is_decided_for_a_provider_still_sees_no_word_meant_for_others(
    as_far_as: str,
) -> None:
    text = answer(told(as_far_as), LINDEN)
    assert found(IDENTITY, text) == IDENTITY
    assert not found(SAFETY | OF_OTHER_HOMES | MONEY, text)


def test_another_manager_of_the_same_provider_sees_nothing_of_this_home() -> None:
    life = told("offer")
    seen = seen_by(manager("P2", "SC990005"), life, frozenset({"SC990005"}))
    assert seen.how == "profile"
    text = answer(life, manager("P2", "SC990005"), frozenset({"SC990005"}))
    assert not found(IDENTITY | SAFETY | OF_OTHER_HOMES | MONEY | {HOME}, text)


def test_a_provider_without_any_home_sees_no_home_at_all() -> None:
    text = answer(told("confirm"), LINDEN, frozenset())
    assert not found(IDENTITY | OF_OTHER_HOMES | {HOME, SECOND}, text)


def test_an_auditor_sees_what_happened_and_nobody() -> None:
    life = told("reband")
    text = answer(life, AUDITOR)
    assert not found(IDENTITY | SAFETY | MONEY | {"BECAUSE-X", "VIEW-X", "DECLINE-X"}, text)
    steps = chronology(life.steps, seen_by(AUDITOR, life, frozenset()))
    assert [step["kind"] for step in steps] == [step.kind for step in life.steps]
    assert all(step["by"] and step["said"] == {} for step in steps)


@pytest.mark.parametrize("who", [BROKER, borough(Role.ASSESSOR), DIRECTOR], ids=lambda one: one.id)
def test_the_brokers_and_the_borough_see_the_whole(who: Actor) -> None:
    text = answer(told("reband"), who)
    everything = IDENTITY | SAFETY | OF_OTHER_HOMES
    assert found(everything, text) == everything


def test_how_far_a_home_is_the_borough_learns_in_a_band_until_it_is_decided_for() -> None:
    life, assessor = told("offer"), borough(Role.ASSESSOR)
    for listed in show(life, seen_by(assessor, life, frozenset()), TODAY)["shortlist"]:
        assert (listed["tenths_of_miles"], listed["points"]) == (None, None)
        assert "3.7" not in "\n".join(leaves(listed))
        assert listed["distance"] == "under 5 miles"
    life = told("confirm")
    shown = {
        one["home_id"]: one["tenths_of_miles"]
        for one in show(life, seen_by(assessor, life, frozenset()), TODAY)["shortlist"]
    }
    assert shown == {HOME: 37, SECOND: None}
    shown = {
        one["home_id"]: one["tenths_of_miles"]
        for one in show(life, seen_by(BROKER, life, frozenset()), TODAY)["shortlist"]
    }
    assert shown == {HOME: 37, SECOND: 37}


def test_the_five_factors_of_the_law_are_shown_for_every_home() -> None:
    life = told("offer")
    for listed in show(life, seen_by(BROKER, life, frozenset()), TODAY)["shortlist"]:
        sources = [factor["source"] for factor in listed["factors"]]
        assert sources == [
            "Children Act 1989, s22C(8)(a)",
            "Children Act 1989, s22C(8)(b)",
            "Children Act 1989, s22C(8)(c)",
            "Children Act 1989, s22C(8)(d)",
            "Children Act 1989, s22C(9)",
        ]
        assert all(factor["value"] for factor in listed["factors"])


SCHOOL = {"what": "school", "where": {"easting": 541234, "northing": 185678}, "keep": True}


@pytest.mark.parametrize(
    ("form", "found", "exact", "values"),
    [
        (
            {"sibling_group": "SG-1", "matters": (SCHOOL,), "person": {"disability": ("deaf",)}},
            {"siblings": [0, 2], "failed": [["R05", "x"]], "area": "distant",
             "tenths_of_miles": None, "school_tenths": 123},
            True,
            ("distance not known", "the school, to be kept: 12.3 miles",
             "0 on record in this home, 2 in another",
             "disability told of: deaf; a recorded need is not supported", "distant"),
        ),
        (
            {"sibling_group": "SG-1", "matters": (SCHOOL,), "siblings": "apart_ok",
             "key_stage_4_school": True, "person": {"disability": ()}},
            {"siblings": [1, 0], "school_tenths": 123},
            False,
            ("under 5 miles",
             "the school, to be kept: 10 to 20 miles (years 10 or 11: a move of school needs "
             "approval)",
             "1 on record in this home, 0 in another; may live apart",
             "no disability is told of; the home supports every recorded need", "adjoining"),
        ),
        (
            {"matters": ({**SCHOOL, "keep": False},)},
            {"school_tenths": None},
            True,
            ("3.7 miles", "the school, not said to be kept: distance not known",
             "no sibling is told of",
             "not known whether disabled; the home supports every recorded need", "adjoining"),
        ),
        (
            {"sibling_count": 1},
            {},
            True,
            ("3.7 miles", "no school is named", "not known",
             "not known whether disabled; the home supports every recorded need", "adjoining"),
        ),
    ],
)  # fmt: skip
def test_the_factors_tell_what_is_known_and_what_is_not(
    form: dict[str, Any], found: dict[str, Any], exact: bool, values: tuple[str, ...]
) -> None:
    story = Story().to("verify", **{"person": {}, **form})
    story.told("shortlist", facts={"homes": {HOME: {**FOUND, **found}, SECOND: FOUND}})
    told = factors(story.life, HOME, exact=exact)
    assert tuple(factor["value"] for factor in told) == values


def test_a_home_that_nothing_was_found_of_is_not_called_suitable() -> None:
    story = Story().to("verify", sibling_group="SG-1")
    story.told("shortlist", facts={"homes": {}})
    told = {one["factor"]: one["value"] for one in factors(story.life, HOME, exact=True)}
    assert told["suitable where disabled"].endswith("not known what the home supports")
    assert told["with siblings"] == "not known"
    assert told["near home"] == "distance not known"


@pytest.mark.parametrize(
    ("born", "words"),
    [
        (date(2016, 9, 4), "10 or younger"),
        (date(2015, 9, 4), "11 to 13"),
        (date(2012, 9, 5), "11 to 13"),
        (date(2012, 9, 4), "14 to 15"),
        (date(2010, 9, 4), "16 to 17"),
        (date(2008, 9, 4), "18 or older"),
        (None, None),
    ],
)
def test_an_age_is_told_in_words_that_tell_no_birthday(born: date | None, words: str) -> None:
    assert age_group(born, TODAY) == words


def test_a_home_sees_its_own_dispute_of_the_band_and_nobody_elses() -> None:
    story = Story().to("verify")
    listed = tuple({"home_id": one, "source": "by_hand", "reason": "x"} for one in (SECOND, HOME))
    story.told("shortlist", homes=listed)
    for home in (SECOND, HOME):
        story.told("offer", home_id=home)
    story.told("dispute_band", home_id=SECOND, reason="DISPUTED-X", scores={"ITEM-X": 2})
    story.told("answer_dispute", home_id=SECOND, upheld=False, reason="ANSWERED-X")
    story.told("dispute_band", reason="OWN-X", band="specialist")
    text = answer(story.life, LINDEN)
    assert not found({"DISPUTED-X", "ANSWERED-X", "ITEM-X", SECOND}, text)
    assert {"OWN-X", "specialist"} <= set(text.split("\n"))
    told = show(story.life, seen_by(BROKER, story.life, frozenset()), TODAY)["disputes"]
    assert [(one["home_id"], one["band_disputed"], one["band"]) for one in told] == [
        (SECOND, "medium", "high"),
        (HOME, "medium", "specialist"),
    ]
    assert (told[0]["upheld"], told[0]["answer"]) == (False, "ANSWERED-X")
    assert (told[1]["upheld"], told[1]["answer"]) == (None, None)
    words = {"DISPUTED-X", "ANSWERED-X", "OWN-X", "ITEM-X"}
    assert not found(words, answer(story.life, AUDITOR))
