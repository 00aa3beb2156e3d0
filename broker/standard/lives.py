"""Lives on record as records of the standard: the referral, and the placement once decided.

The standard wants a number for a young person; ours are pseudonyms. The number follows from the
pseudonym and is the same in every export; `numbers` tells which is whose, to those who may know.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Session

from broker.life import steps as said
from broker.life.elsewhere import last_word
from broker.life.lives import by_person
from broker.life.state import Life, State, what
from broker.standard.fields import ACTUAL
from broker.standard.forms import (
    LIBERTY,
    OFFICER,
    PSEUDONYM,
    REFERRED,
    referral_part,
    reported_part,
)
from broker.standard.record import LARGEST, Record, check, has_placement, take
from broker.tables import HomeRow
from pricing.problems import InputProblem, Problems

TYPES: Final[Mapping[str, str]] = {
    "childrens_home": "Residential",
    "supported_accommodation": "Supported Accommodation",
}
"""Our kinds of home in the standard's words."""
NEAR: Final = frozenset({"in_area", "adjoining"})
"""Where a placement's location counts as preferred: in the young person's own borough or one that
adjoins it. The standard does not say; this is our starting assumption."""
RECORDS: Final = "records"
_BITS: Final = 52
_OWN: Final = re.compile(r"0|-?[1-9][0-9]{0,15}", re.ASCII)


@dataclass(frozen=True)
class Exported:
    """Records, whose number each is (number to pseudonym), and problems of lives left out.

    `reported` counts the records whose placement is another system's word, decided by nobody here.
    """

    records: tuple[Record, ...]
    numbers: Mapping[int, str]
    lives: int
    problems: tuple[InputProblem, ...]
    reported: int


def number_of(young_person: str) -> int:
    """The standard's whole number for a pseudonym: its own where it came from there."""
    bare = young_person.removeprefix(PSEUDONYM)
    if bare != young_person and _OWN.fullmatch(bare) and abs(int(bare)) <= LARGEST:
        return int(bare)
    digest = hashlib.sha256(f"placements-standard {young_person}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> (64 - _BITS)


def export(session: Session, borough: str | None = None) -> Exported:
    """Every life in which a place was asked for, here or elsewhere, as a record.

    A life that cannot be one is told with why.
    """
    homes = {row.home_id: row for row in session.execute(sa.select(HomeRow.__table__))}
    found = Problems()
    records = []
    numbers: dict[int, str] = {}
    told: list[Life] = []
    emptied = reported = 0
    for person in by_person(session, borough):
        told += [life for life in person.lives if _asked(life)]
        for referral in person.emptied:
            emptied += 1
            words = "what its steps said was removed"
            found.add(RECORDS, referral, words, "a life that can be told", "removed")
    together = _siblings(told)
    for life in told:
        assert life.form is not None
        before = len(found.found)
        who = life.form.young_person_id
        number = number_of(who)
        if numbers.setdefault(number, who) != who:
            words = f"number {number} is another young person's as well"
            found.add(RECORDS, life.referral, words, "a pseudonym of its own", "not told")
            continue
        whole = record_of(life, number, homes, together, found)
        record = dict(take(whole, RECORDS, 0, found))
        if len(found.found) == before:
            check(record, RECORDS, 0, found)
        for at, problem in enumerate(found.found[before:], start=before):
            found.found[at] = InputProblem(
                RECORDS, f"{life.referral} {problem.key}".strip(), problem.value, problem.allowed,
                problem.kind,
            )  # fmt: skip
        if len(found.found) == before:
            records.append(record)
            reported += life.decision is None and has_placement(record)
    return Exported(tuple(records), numbers, len(told) + emptied, tuple(found), reported)


def _asked(life: Life) -> bool:
    """Whether a place was ever asked for: a draft of ours is nobody's yet, withdrawn or not.

    What another system tells of was asked for there, wherever it stands here.
    """
    if life.reported is not None:
        return True
    asked = life.former is not None or any(step.kind == "submit" for step in life.steps)
    return asked and life.state is not State.DRAFT


def record_of(
    life: Life,
    number: int,
    homes: Mapping[str, Any],
    together: Mapping[str, int],
    found: Problems,
) -> dict[str, Any]:
    """A life as a record: as it was decided here, else as another system told of it.

    When and by whom it was referred is as the other system told it, where one did: it was referred
    there first. A deprivation of liberty that it told of stands until the form tells the order.
    """
    assert life.form is not None
    word = last_word(life)
    made: dict[str, Any] = {}
    if word is None:
        sent = (step for step in life.steps if isinstance(step.said, said.Submit))
        referred = next(sent, life.steps[0])
        made |= referral_part(life.form, number, referred.on)
        made |= {REFERRED: referred.on, OFFICER: referred.by}
    else:
        made |= referral_part(life.form, number, word.referred_on)
        ordered = made.pop(LIBERTY)
        made |= reported_part(word, placed=life.decision is None)
        if ordered:
            made[LIBERTY] = True
    if life.decision is None:
        return made
    one, facts = what(life.decision, said.Confirm), life.decision.facts
    home = homes[one.home_id]
    actual = {
        "totalWeeklyCost": _pounds(facts.get("weekly_fee_pence")),
        "placementLocation": home.postcode or home.borough,
        "preferabilityLocation": facts.get("area") in NEAR,
        "educationContinuity": one.school_kept,
        "providerURN": one.home_id,
        "siblingsPlacedTogether": together.get(life.referral, 0),
        "placementType": TYPES[home.provision],
    }
    for name, value in actual.items():
        if value is None:
            words = "the decision did not tell it"
            found.add(RECORDS, f"{ACTUAL}.{name}", words, "told by the decision", "not told")
        else:
            made[f"{ACTUAL}.{name}"] = value
    for name in ("placement", "cost"):
        made[f"QualityAssurance.{name}OfficerName"] = life.decision.by
        made[f"QualityAssurance.{name}Date"] = life.decision.on
    return made


def _pounds(pence: int | None) -> int | None:
    """Whole pounds, half up: the standard's cost is a whole number, which we read as pounds."""
    return None if pence is None else (pence + 50) // 100


def _siblings(lives: Sequence[Life]) -> dict[str, int]:
    """How many others of its sibling group each life was placed with, in the same home."""
    placed = [life for life in lives if life.decision is not None and life.form is not None]
    return {
        life.referral: len(
            {
                other.form.young_person_id
                for other in placed
                if other.form is not None
                and life.form is not None
                and other.form.young_person_id != life.form.young_person_id
                and life.form.sibling_group is not None
                and other.form.sibling_group == life.form.sibling_group
                and other.home == life.home
                and _meet(life, other)
            }
        )
        for life in placed
    }


def _meet(one: Life, other: Life) -> bool:
    """Whether two placements have a day in common."""
    ends = []
    for first, second in ((one, other), (other, one)):
        end = None if first.ending is None else what(first.ending, said.End).ended_on
        start = second.starts_on
        ends.append(start is not None and (end is None or start < end))
    return all(ends)
