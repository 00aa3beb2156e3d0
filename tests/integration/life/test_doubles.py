"""A likely double is told to whoever can say why it is none, beyond the borough too."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from broker.access.actor import Role
from broker.life.desk import Shut
from broker.life.doubles import close_names, same_id
from broker.life.scope import homes_of
from broker.life.show import seen_by, show
from tests.whole_life import ASSESSOR, BROKER, TODAY, Teller, borough, gaps

HAVERING = "E09000016"
THEIRS = borough(Role.ASSESSOR, code=HAVERING)
BORN = date(2012, 3, 9)


def named(name: str | None) -> dict[str, Any]:
    return {"identity": {"name": name, "address": "1 Nowhere", "school": "No School"}}


def submitted(session: Session, **changed: Any) -> Teller:
    """Newham's referral, on record."""
    told = Teller(session)
    told.open(**{**named("Ámelie O’Invented-Name"), **changed})
    told.take(ASSESSOR, "submit")
    return told


def theirs(session: Session, **changed: Any) -> Teller:
    """Havering's draft."""
    told = Teller(session, minutes=100)
    told.open(THEIRS, **{"young_person_id": "HV-1", "borough": HAVERING, **changed})
    return told


@pytest.mark.parametrize(
    "same",
    [
        named("OInvented Name, AMELIE"),
        named("Amelie OInvented Nam"),
        {**named("Quite Another"), "young_person_id": "yp.900"},
        {**named("Amelie O'Invented Name"), "sex": "U"},
    ],
)
def test_another_boroughs_referral_is_told_without_its_id_and_a_word_lets_it_pass(
    on_record: Session, same: dict[str, Any]
) -> None:
    first = submitted(on_record)
    told = theirs(on_record, **same)
    with pytest.raises(Shut, match="a referral of another borough seems to be") as no:
        told.take(THEIRS, "submit")
    assert gaps(no) == {"DOUBLE"}
    assert first.life.referral not in str(no.value)
    with pytest.raises(Shut, match=first.life.referral):
        told.take(BROKER, "submit")
    life = told.take(THEIRS, "submit", not_a_double="cousins of one name, asked both")
    seen = show(life, seen_by(BROKER, life, homes_of(on_record, BROKER)), TODAY)
    assert any(first.life.referral in one and "cousins" in one for one in seen["notices"])
    own = show(life, seen_by(THEIRS, life, homes_of(on_record, THEIRS)), TODAY)
    assert first.life.referral not in str(own)


@pytest.mark.parametrize(
    "other",
    [
        {**named("Amelie O'Invented-Name"), "date_of_birth": date(2012, 3, 10)},
        {**named("Amelie O'Invented-Name"), "sex": "M"},
        named("Quite Another"),
        named(None),
    ],
)
def test_another_day_sex_or_name_is_no_double(on_record: Session, other: dict[str, Any]) -> None:
    submitted(on_record)
    theirs(on_record, **other).take(THEIRS, "submit")


def test_within_a_borough_birth_date_and_sex_are_enough(on_record: Session) -> None:
    first = submitted(on_record)
    second = Teller(on_record, minutes=100)
    second.open(young_person_id="YP-907", **named("Quite Another"))
    with pytest.raises(Shut, match=first.life.referral):
        second.take(ASSESSOR, "submit")


@given(st.lists(st.text("abcdéfgö", min_size=1), min_size=1, max_size=4))
def test_a_name_is_close_to_itself_whatever_its_case_accents_and_order(parts: list[str]) -> None:
    turned = " ".join(reversed(parts)).upper().replace("É", "E").replace("Ö", "O")
    assert close_names(" ".join(parts), turned)
    assert not close_names(" ".join(parts), None)
    assert not close_names(" ".join(parts), "zzzz xxxx yyyy")


def test_ids_are_the_same_but_for_case_and_punctuation() -> None:
    assert same_id("YP-900", "yp.900")
    assert not same_id("YP-900", "YP-901")
